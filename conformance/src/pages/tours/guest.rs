//! Somebody who was sent a link, and who declines what can be declined: a passkey, a sign-in, an agency's wish, a signature.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::super::inspector::Inspector;
use super::{MEND, REFUSED, send};
use crate::chrome::{Chrome, Chromedriver};
use crate::people::{PASSKEY, People};

/// A person of the sandbox whose name is written in two scripts, in a browser of their own.
pub(in super::super) struct Guest {
    chrome: Chrome,
}

impl Guest {
    pub(in super::super) async fn arrive(chromedriver: &Chromedriver, downloads: &Path) -> Result<Self> {
        Ok(Self { chrome: Chrome::open(chromedriver, downloads).await.context("the guest's browser")? })
    }

    pub(in super::super) async fn leave(self) -> Result<()> {
        self.chrome.close().await
    }
}

impl People<Inspector> {
    /// Makes a passkey by the link of the board; at first the device does not do it.
    pub(in super::super) async fn guest_enrols(&self, guest: &Guest) -> Result<()> {
        let guest = &guest.chrome;
        let link = self
            .board
            .enrol
            .iter()
            .find(|link| link.name == "Amina El Haddad")
            .context("nobody of that name")?;
        guest.goto(link.url.as_str()).await?;
        guest.finds(PASSKEY).await?;
        self.seen(guest, "08-create-passkey-two-scripts").await?;
        self.in_arabic(guest, "08-create-passkey").await?;
        guest.user_is_verified(false).await?;
        guest.press(PASSKEY).await?;
        guest.finds(REFUSED).await?;
        self.seen(guest, "08-create-passkey-refused").await?;
        guest.user_is_verified(true).await?;
        guest.press(PASSKEY).await?;
        guest.finds(".box.good").await?;
        self.seen(guest, "08-enrolled").await?;
        self.opens(guest, link.url.as_str(), "16-error-slip-used").await
    }

    /// Goes back from the sign-in, says no to what the agency wants to know, and then yes.
    pub(in super::super) async fn guest_logs_in(&self, guest: &Guest) -> Result<()> {
        let (guest, agency) = (&guest.chrome, &self.board.agency);
        let check = agency.join("/proposals/night-trains/support")?;
        // As on the journey: a user whom the device recognises would be signed in before any button is pressed.
        guest.user_is_verified(false).await?;
        guest.goto(check.as_str()).await?;
        guest.press("form[action='/consent'] button").await?;
        guest.reads("You did not sign in").await?;
        self.seen(guest, "17-agency-declined").await?;
        guest.goto(check.as_str()).await?;
        guest.press("header a[hreflang='ar']").await?;
        guest.finds("html[dir='rtl']").await?;
        self.seen(guest, "02-sign-in.ar").await?;
        guest.press(PASSKEY).await?;
        guest.finds(REFUSED).await?;
        self.seen(guest, "02-sign-in-not-recognised.ar").await?;
        guest.user_is_verified(true).await?;
        guest.press(PASSKEY).await?;
        guest.finds("button[value='accept']").await?;
        self.seen(guest, "03-consent.ar").await?;
        guest.press("button[value='refuse']").await?;
        guest.reads("You did not sign in").await?;
        guest.goto(check.as_str()).await?;
        guest.finds("button[value='accept']").await?;
        guest.press("header a[hreflang='en']").await?;
        guest.finds("html[dir='ltr']").await?;
        self.seen(guest, "03-consent-two-scripts").await?;
        guest.press("button[value='accept']").await?;
        guest.finds("form[action$='/support']").await?;
        self.opens(guest, agency.join("/mine")?.as_str(), "17-agency-mine-nothing").await
    }

    /// Reads, and refuses to sign.
    pub(in super::super) async fn guest_refuses(&self, guest: &Guest) -> Result<()> {
        let (guest, signer) = (&guest.chrome, &self.board.signer);
        guest.goto(self.board.agency.join("/proposals/night-trains/support")?.as_str()).await?;
        guest.press("form[action$='/support'] button").await?;
        guest.finds("a[href$='/accept']").await?;
        self.opens(guest, signer.join("/sign")?.as_str(), "09-list").await?;
        guest.press("main a[href^='/sign/']").await?;
        guest.press("a[href*='as=text']").await?;
        guest.finds(".document-text").await?;
        self.seen(guest, "09-read-text").await?;
        self.in_arabic(guest, "09-read-text").await?;
        guest.press("a[href$='/accept']").await?;
        guest.finds(PASSKEY).await?;
        self.in_arabic(guest, "10-sign").await?;
        guest.user_is_verified(false).await?;
        guest.press(PASSKEY).await?;
        guest.finds(REFUSED).await?;
        self.seen(guest, "10-sign-refused").await?;
        guest.user_is_verified(true).await?;
        guest.press("a[href$='/refuse']").await?;
        guest.finds("[name='reason']").await?;
        self.seen(guest, "10-refuse").await?;
        guest
            .script("document.querySelector('[name=reason]').value = 'No. '.repeat(600)", Vec::new())
            .await?;
        send(guest, "reason").await?;
        guest.finds(MEND).await?;
        self.seen(guest, "16-form-errors-refuse").await?;
        guest.fill("reason", "I wish to think about it.").await?;
        send(guest, "reason").await?;
        guest.finds("a[href*='request_id=']").await?;
        self.seen(guest, "10-refused").await?;
        guest.press("a[href*='request_id=']").await?;
        guest.reads("You did not sign").await?;
        self.seen(guest, "17-agency-not-signed").await
    }

    /// Leaves the signing service, the provider and the agency; at last waits at the sign-in, and touches nothing.
    pub(in super::super) async fn guest_leaves(&self, guest: &Guest) -> Result<()> {
        let guest = &guest.chrome;
        guest.goto(self.board.signer.join("/sign")?.as_str()).await?;
        guest.press("header form[action='/logout'] button").await?;
        guest.finds("main .actions a[href='/verify']").await?;
        self.seen(guest, "09-signed-out").await?;
        self.opens(guest, self.board.idp.as_str(), "01-start-signed-in").await?;
        self.opens(guest, self.board.idp.join("/logout")?.as_str(), "02-log-out").await?;
        guest.press("form[action='/logout'] .choices button").await?;
        guest.finds("main p > a[href='/']").await?;
        self.seen(guest, "02-signed-out").await?;
        guest.goto(self.board.agency.as_str()).await?;
        guest.press("form[action='/sign-out'] button").await?;
        guest.reads("You are signed out").await?;
        self.seen(guest, "17-agency-signed-out").await?;
        guest.somebody_touches(false).await?;
        guest.goto(self.board.agency.join("/proposals/night-trains/support")?.as_str()).await?;
        guest.press(PASSKEY).await?;
        guest.finds("[data-passkey-live][data-state='waiting']").await?;
        self.seen(guest, "02-sign-in-waiting").await
    }
}
