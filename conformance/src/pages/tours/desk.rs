//! What goes wrong at the desk, and what is stopped there.

use anyhow::{Context as _, Result};

use super::super::inspector::Inspector;
use super::{REFUSED, send};
use crate::people::{PASSKEY, People};

impl People<Inspector> {
    /// A link that was used, and a number that nobody has.
    pub(in super::super) async fn officer_tries_again(&self) -> Result<()> {
        let officer = &self.officer;
        let link =
            self.board.enrol.iter().find(|link| link.role == "officer").context("no link for an officer")?;
        self.opens(officer, link.url.as_str(), "16-error-used").await?;
        officer.goto(self.board.pki.join("/desk")?.as_str()).await?;
        officer.fill("number", "12").await?;
        self.mistake(officer, "number", "16-form-errors-find").await
    }

    /// Every question is answered wrong first; then the case is given up before anybody comes with the slip.
    pub(in super::super) async fn officer_mistypes(&self) -> Result<()> {
        let officer = &self.officer;
        officer.goto(self.board.pki.join("/desk")?.as_str()).await?;
        officer.press("form[action='/desk/cases'] button").await?;
        officer.finds("[name='given']").await?;
        self.in_arabic(officer, "06-desk-names").await?;
        self.mistake(officer, "given", "16-form-errors").await?;
        officer.fill("single", "أمينة").await?;
        officer.fill("script", "Arab").await?;
        send(officer, "given").await?;
        officer.finds("[name='kind']").await?;
        self.mistake(officer, "kind", "16-form-errors-other-names").await?;
        officer.fill("another", "yes").await?;
        officer.fill("kind", "transliterated").await?;
        officer.fill("single", "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren").await?;
        officer.fill("script", "Latn").await?;
        send(officer, "kind").await?;
        officer.finds("[value='clear']").await?;
        self.seen(officer, "06-desk-other-names-recorded").await?;
        // The form that takes them back has a field of that name too.
        officer.press("label[for='another']").await?;
        send(officer, "kind").await?;
        officer.finds("[name='day']").await?;
        officer.fill("day", "30").await?;
        officer.fill("month", "2").await?;
        officer.fill("year", "1990").await?;
        self.mistake(officer, "day", "16-form-errors-birth-date").await?;
        officer.fill("day", "28").await?;
        send(officer, "day").await?;
        officer.finds("[name='photo']").await?;
        self.mistake(officer, "photo", "16-form-errors-identity").await?;
        self.officer_gives_up().await
    }

    async fn officer_gives_up(&self) -> Result<()> {
        let officer = &self.officer;
        officer.fill("document", "passport").await?;
        officer.fill("ending", "7KX2").await?;
        officer.fill("photo", "same").await?;
        send(officer, "photo").await?;
        officer.finds("#answers").await?;
        self.seen(officer, "06-desk-answers-long").await?;
        self.opens(officer, self.board.pki.join("/desk")?.as_str(), "06-desk-open").await?;
        officer.press("main a[href^='/desk/cases/']").await?;
        officer.press("form:not([action]) button").await?;
        officer.finds(PASSKEY).await?;
        officer.user_is_verified(false).await?;
        officer.press(PASSKEY).await?;
        officer.finds(REFUSED).await?;
        self.seen(officer, "06-desk-approve-refused").await?;
        officer.user_is_verified(true).await?;
        officer.press(PASSKEY).await?;
        officer.finds("[data-slip-code]").await?;
        self.seen(officer, "07-slip-long").await?;
        officer.press("form[action$='/close'] button").await?;
        officer.finds("form[action='/desk/cases']").await?;
        Ok(())
    }

    /// Stops an identity.
    pub(super) async fn officer_suspends(&self, case: &str) -> Result<()> {
        let officer = &self.officer;
        officer.goto(self.board.pki.join(&format!("/desk/cases/{case}"))?.as_str()).await?;
        send(officer, "status").await?;
        officer.finds(PASSKEY).await?;
        self.seen(officer, "06-desk-suspend").await?;
        officer.press(PASSKEY).await?;
        officer.finds("[data-status='suspended']").await?;
        self.seen(officer, "06-desk-suspended").await?;
        send(officer, "status").await?;
        officer.finds(PASSKEY).await?;
        self.seen(officer, "06-desk-reinstate").await
    }
}
