//! Two people with real browsers, and the steps that they take through the country.
//!
//! An officer enrols a person; the person makes a passkey, logs in at an agency, signs, downloads; somebody verifies. Each step
//! is one method and stands on the one before. Behind them stands an [`Eye`] and looks at every page they come by; what it does
//! with a page is no business of the steps.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};

use crate::chrome::{Chrome, Chromedriver, downloaded};
use crate::country::{Board, Country};

/// The button of the passkey step.
pub(crate) const PASSKEY: &str = "form[data-passkey] button";

/// Looks at a page while somebody has it open.
pub(crate) trait Eye {
    /// The page is complete, and stays until this returns. It may be the answer to a form: it cannot be loaded again.
    ///
    /// # Errors
    /// When it cannot be looked at; what is wrong with it is no error of the person's step.
    async fn sees(&self, chrome: &Chrome, page: &str) -> Result<()>;
}

/// The two, and what they have in hand.
pub(crate) struct People<E> {
    /// The addresses of the country.
    pub(crate) board: Board,
    /// At the desk.
    pub(crate) officer: Chrome,
    /// Who is enrolled, logs in and signs.
    pub(crate) person: Chrome,
    /// Where both browsers put what they download.
    pub(crate) downloads: PathBuf,
    eye: E,
}

impl<E: Eye> People<E> {
    /// Opens a browser for each.
    pub(crate) async fn arrive(country: &Country, chromedriver: &Chromedriver, eye: E) -> Result<Self> {
        let downloads = country.scratch().join("downloads");
        std::fs::create_dir_all(&downloads)?;
        Ok(Self {
            board: country.board()?.clone(),
            officer: Chrome::open(chromedriver, &downloads).await.context("the officer's browser")?,
            person: Chrome::open(chromedriver, &downloads).await.context("the person's browser")?,
            downloads,
            eye,
        })
    }

    pub(crate) async fn leave(self) -> Result<()> {
        self.officer.close().await?;
        self.person.close().await
    }

    /// Whoever looks on.
    pub(crate) fn eye(&self) -> &E {
        &self.eye
    }

    /// Shows the page that somebody has open to whoever looks on.
    pub(crate) async fn seen(&self, chrome: &Chrome, page: &str) -> Result<()> {
        self.eye.sees(chrome, page).await.with_context(|| format!("looking at {page}"))
    }

    pub(crate) async fn officer_enrols(&self) -> Result<()> {
        let link =
            self.board.enrol.iter().find(|link| link.role == "officer").context("no link for an officer")?;
        self.officer.goto(link.url.as_str()).await?;
        self.officer.reads(&link.name).await?;
        self.seen(&self.officer, "08-create-passkey-officer").await?;
        self.officer.press(PASSKEY).await?;
        self.officer.finds("form[data-passkey='get']").await?;
        ensure!(self.officer.passkeys().await? == 1, "the officer's device holds no passkey");
        self.seen(&self.officer, "06-desk-sign-in").await?;
        self.officer.press(PASSKEY).await?;
        self.officer.finds("form[action='/desk/cases']").await?;
        self.seen(&self.officer, "06-desk").await
    }

    /// Answers case number and slip code.
    pub(crate) async fn opens_a_case(&self) -> Result<(String, String)> {
        let officer = &self.officer;
        officer.press("form[action='/desk/cases'] button").await?;
        officer.fill("given", "Noor").await?;
        officer.fill("family", "Haddad-Lindqvist").await?;
        self.seen(officer, "06-desk-names").await?;
        officer.press("form:has([name='given']) button").await?;
        officer.fill("another", "no").await?;
        self.seen(officer, "06-desk-other-names").await?;
        officer.press("form:has([name='another']) button").await?;
        for (name, value) in [("day", "7"), ("month", "3"), ("year", "1988")] {
            officer.fill(name, value).await?;
        }
        self.seen(officer, "06-desk-birth-date").await?;
        officer.press("form:has([name='day']) button").await?;
        officer.fill("document", "passport").await?;
        officer.fill("ending", "7KX2").await?;
        officer.fill("photo", "same").await?;
        self.seen(officer, "06-desk-identity").await?;
        officer.press("form:has([name='photo']) button").await?;
        officer.finds("#answers").await?;
        self.seen(officer, "06-desk-answers").await?;
        officer.press("form:not([action]) button").await?;
        officer.finds("form[data-passkey='get']").await?;
        self.seen(officer, "06-desk-approve").await?;
        officer.press(PASSKEY).await?;
        // The groups stand apart on the slip; people type them as they like.
        let printed = officer.finds("[data-slip-code]").await?.text().await?;
        let code: String = printed.chars().filter(char::is_ascii_alphanumeric).collect();
        ensure!(code.len() == 16, "the slip's code reads {printed:?}");
        self.seen(officer, "07-slip").await?;
        let here = officer.here().await?;
        let case = here.path_segments().and_then(|mut parts| parts.find(|part| part.starts_with('K')));
        Ok((case.context("no case number")?.to_owned(), code))
    }

    pub(crate) async fn person_makes_passkey(&self, code: &str) -> Result<()> {
        let person = &self.person;
        person.goto(self.board.pki.join("/enrol")?.as_str()).await?;
        self.seen(person, "08-slip-code").await?;
        person.fill("code", code).await?;
        person.press("form:has([name='code']) button").await?;
        person.reads("Noor Haddad-Lindqvist").await?;
        self.seen(person, "08-create-passkey").await?;
        person.press(PASSKEY).await?;
        person.finds(".slip.code").await?;
        self.seen(person, "08-passkey-made").await?;
        ensure!(person.passkeys().await? == 1, "the person's device holds no passkey");
        Ok(())
    }

    pub(crate) async fn officer_confirms(&self, case: &str) -> Result<()> {
        let seen_by_person = self.person.finds(".slip.code").await?.text().await?;
        self.officer.goto(self.board.pki.join(&format!("/desk/cases/{case}"))?.as_str()).await?;
        let seen = self.officer.finds("[data-fingerprint]").await?.text().await?;
        ensure!(seen == seen_by_person, "the officer sees {seen}, the person {seen_by_person}");
        self.seen(&self.officer, "06-desk-confirm").await?;
        self.officer.press(PASSKEY).await?;
        self.officer.finds("[data-status='active']").await?;
        self.seen(&self.officer, "06-desk-person").await
    }

    /// The device does not recognise its user: the page stays, says what happened, and nobody is signed in. (With a user whom it
    /// recognises, Chromium would answer the page's autofill request at once, without a touch.)
    pub(crate) async fn is_not_recognised(&self) -> Result<()> {
        let person = &self.person;
        person.user_is_verified(false).await?;
        person.goto(self.board.agency.as_str()).await?;
        self.seen(person, "17-agency-home").await?;
        person.press("a[href^='/proposals/']").await?;
        person.finds("a.chancery[href*='support']").await?;
        self.seen(person, "17-agency-proposal").await?;
        person.press("aside a.chancery").await?;
        person.finds(PASSKEY).await?;
        self.seen(person, "02-sign-in").await?;
        person.press(PASSKEY).await?;
        person.finds("[data-passkey-error]:not([hidden])").await?;
        self.seen(person, "02-sign-in-not-recognised").await?;
        ensure!(person.here().await?.origin() == self.board.idp.origin(), "somebody was let through");
        person.user_is_verified(true).await
    }

    pub(crate) async fn logs_in(&self) -> Result<()> {
        let person = &self.person;
        person.press(PASSKEY).await?;
        person.finds("button[value='accept']").await?;
        person.reads("Noor").await?;
        self.seen(person, "03-consent").await?;
        person.press("button[value='accept']").await?;
        person.finds("form[action$='/support']").await?;
        person.reads("I am Noor Haddad-Lindqvist").await?;
        self.seen(person, "17-agency-statement").await
    }

    pub(crate) async fn signs(&self) -> Result<()> {
        let person = &self.person;
        person.press("form[action$='/support'] button").await?;
        person.finds("a[href$='/accept']").await?;
        person.reads("Open Assembly").await?;
        self.seen(person, "09-read").await?;
        person.press("a[href$='/accept']").await?;
        person.finds(PASSKEY).await?;
        self.seen(person, "10-sign").await?;
        person.press(PASSKEY).await?;
        person.finds("a[href$='/without-evidence']").await?;
        self.seen(person, "11-receipt").await?;
        person.press("a[href$='/signed']").await?;
        downloaded(&self.downloads).await?;
        person.press("a[href*='request_id=']").await?;
        person.reads("Thank you").await?;
        self.seen(person, "17-agency-supported").await
    }

    /// Somebody else, with no account: the officer's browser will do.
    pub(crate) async fn verifies(&self) -> Result<()> {
        let signed = downloaded(&self.downloads).await?;
        let mut bytes = std::fs::read(&signed)?;
        // The second byte of the binary comment below the header: no reader looks at it, only the digest does.
        *bytes.get_mut(11).context("a short file")? ^= 1;
        let changed = self.downloads.join("changed.pdf");
        std::fs::write(&changed, bytes)?;
        for (file, verdict, name) in
            [(&signed, "Genuine", "13-genuine"), (&changed, "Not genuine", "14-not-genuine")]
        {
            self.officer.goto(self.board.signer.join("/verify")?.as_str()).await?;
            self.officer.finds("input[type=file]").await?;
            self.seen(&self.officer, "12-verify").await?;
            self.officer.choose_file(file).await?;
            self.officer.press("form:has([type=file]) button").await?;
            // The page before it names all three answers, so the verdict's own place is waited for.
            self.officer.finds(".verdict").await?;
            self.officer.reads(verdict).await?;
            let words = self.officer.words().await?.to_lowercase();
            ensure!(
                words.contains("not genuine") == (verdict == "Not genuine"),
                "the page says both: {words}"
            );
            self.seen(&self.officer, name).await?;
        }
        Ok(())
    }
}
