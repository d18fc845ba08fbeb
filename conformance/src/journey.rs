//! Two people with real browsers: an officer enrols a person; the person makes a passkey, logs in at the agency, signs,
//! downloads; the verify page says Genuine, and Not genuine of a changed copy.
//!
//! Chromium with a virtual authenticator each. With `--keep`, every page is pictured at two widths.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::chrome::{Chrome, Chromedriver, downloaded};
use crate::country::{Board, Country};
use crate::report::Report;

/// The button of the passkey step.
const PASSKEY: &str = "form[data-passkey] button";

struct Journey<'a> {
    board: Board,
    keep: Option<&'a Path>,
    officer: Chrome,
    person: Chrome,
    downloads: PathBuf,
}

/// Makes a country, opens two browsers, and walks.
pub async fn run(report: &mut Report, keep: Option<&Path>) {
    report.begin("journey");
    let Some(mut country) = report.check("place", Country::place("journey")) else { return };
    if report.check("start", country.up().map(drop)).is_none() {
        return;
    }
    let Some(chromedriver) = report.check("chromedriver", Chromedriver::start()) else { return };
    let Some(journey) = report.check("browsers", open(&country, &chromedriver, keep).await) else { return };
    walk(report, &journey).await;
    report.check("close", journey.close().await);
    report.check("stop", country.stop());
}

async fn open<'a>(
    country: &Country,
    chromedriver: &Chromedriver,
    keep: Option<&'a Path>,
) -> Result<Journey<'a>> {
    let downloads = country.scratch().join("downloads");
    std::fs::create_dir_all(&downloads)?;
    Ok(Journey {
        board: country.board()?.clone(),
        keep,
        officer: Chrome::open(chromedriver, &downloads).await.context("the officer's browser")?,
        person: Chrome::open(chromedriver, &downloads).await.context("the person's browser")?,
        downloads,
    })
}

/// Each step stands on the one before; what cannot be reached counts as failed.
async fn walk(report: &mut Report, journey: &Journey<'_>) {
    let rest = [
        "officer-enrols",
        "case",
        "person-makes-passkey",
        "confirm",
        "user-not-verified",
        "log-in",
        "sign",
        "verify",
    ];
    let mut rest = rest.into_iter();
    let mut step = |report: &mut Report, result: Result<()>| {
        let id = rest.next().unwrap_or_default();
        let went_on = report.check(id, result).is_some();
        if !went_on {
            rest.by_ref().for_each(|id| report.not_reached(id));
        }
        went_on
    };
    if !step(report, journey.officer_enrols().await) {
        return;
    }
    let case = journey.opens_a_case().await;
    let slip = case.as_ref().ok().cloned();
    if !step(report, case.map(drop)) {
        return;
    }
    let Some((case, code)) = slip else { return };
    let _went_on = step(report, journey.person_makes_passkey(&code).await)
        && step(report, journey.officer_confirms(&case).await)
        && step(report, journey.is_not_recognised().await)
        && step(report, journey.logs_in().await)
        && step(report, journey.signs().await)
        && step(report, journey.verifies().await);
}

impl Journey<'_> {
    async fn officer_enrols(&self) -> Result<()> {
        let link =
            self.board.enrol.iter().find(|link| link.role == "officer").context("no link for an officer")?;
        self.officer.goto(link.url.as_str()).await?;
        self.officer.reads(&link.name).await?;
        self.officer.picture(self.keep, "officer-passkey").await?;
        self.officer.press(PASSKEY).await?;
        self.officer.finds("form[data-passkey='get']").await?;
        ensure!(self.officer.passkeys().await? == 1, "the officer's device holds no passkey");
        self.officer.picture(self.keep, "desk-sign-in").await?;
        self.officer.press(PASSKEY).await?;
        self.officer.finds("form[action='/desk/cases']").await?;
        self.officer.picture(self.keep, "desk").await
    }

    /// Answers case number and slip code.
    async fn opens_a_case(&self) -> Result<(String, String)> {
        let officer = &self.officer;
        officer.press("form[action='/desk/cases'] button").await?;
        officer.fill("given", "Noor").await?;
        officer.fill("family", "Haddad-Lindqvist").await?;
        officer.picture(self.keep, "desk-names").await?;
        officer.press("form:has([name='given']) button").await?;
        officer.fill("another", "no").await?;
        officer.picture(self.keep, "desk-other-names").await?;
        officer.press("form:has([name='another']) button").await?;
        for (name, value) in [("day", "7"), ("month", "3"), ("year", "1988")] {
            officer.fill(name, value).await?;
        }
        officer.picture(self.keep, "desk-birth-date").await?;
        officer.press("form:has([name='day']) button").await?;
        officer.fill("document", "passport").await?;
        officer.fill("ending", "7KX2").await?;
        officer.fill("photo", "same").await?;
        officer.picture(self.keep, "desk-identity").await?;
        officer.press("form:has([name='photo']) button").await?;
        officer.finds("#answers").await?;
        officer.picture(self.keep, "desk-answers").await?;
        officer.press("form:not([action]) button").await?;
        officer.finds("form[data-passkey='get']").await?;
        officer.picture(self.keep, "desk-approve").await?;
        officer.press(PASSKEY).await?;
        // Two lines on the screen; in one line, as a person types it.
        // The groups stand apart on the slip; people type them as they like.
        let printed = officer.finds("[data-slip-code]").await?.text().await?;
        let code: String = printed.chars().filter(char::is_ascii_alphanumeric).collect();
        ensure!(code.len() == 16, "the slip's code reads {printed:?}");
        let code = code.split_whitespace().collect::<Vec<_>>().join(" ");
        officer.picture(self.keep, "slip").await?;
        let here = officer.here().await?;
        let case = here.path_segments().and_then(|mut parts| parts.find(|part| part.starts_with('K')));
        Ok((case.context("no case number")?.to_owned(), code))
    }

    async fn person_makes_passkey(&self, code: &str) -> Result<()> {
        let person = &self.person;
        person.goto(self.board.pki.join("/enrol")?.as_str()).await?;
        person.picture(self.keep, "code").await?;
        person.fill("code", code).await?;
        person.press("form:has([name='code']) button").await?;
        person.reads("Noor Haddad-Lindqvist").await?;
        person.picture(self.keep, "create-passkey").await?;
        person.press(PASSKEY).await?;
        person.finds(".slip.code").await?;
        person.picture(self.keep, "passkey-made").await?;
        ensure!(person.passkeys().await? == 1, "the person's device holds no passkey");
        Ok(())
    }

    async fn officer_confirms(&self, case: &str) -> Result<()> {
        let seen_by_person = self.person.finds(".slip.code").await?.text().await?;
        self.officer.goto(self.board.pki.join(&format!("/desk/cases/{case}"))?.as_str()).await?;
        let seen = self.officer.finds("[data-fingerprint]").await?.text().await?;
        ensure!(seen == seen_by_person, "the officer sees {seen}, the person {seen_by_person}");
        self.officer.picture(self.keep, "desk-confirm").await?;
        self.officer.press(PASSKEY).await?;
        self.officer.finds("[data-status='active']").await?;
        self.officer.picture(self.keep, "desk-person").await
    }

    /// The device does not recognise its user: the page stays, says what happened, and nobody is signed in. (With a user whom it
    /// recognises, Chromium would answer the page's autofill request at once, without a touch.)
    async fn is_not_recognised(&self) -> Result<()> {
        let person = &self.person;
        person.user_is_verified(false).await?;
        person.goto(self.board.agency.as_str()).await?;
        person.picture(self.keep, "agency-home").await?;
        person.press("a[href^='/proposals/']").await?;
        person.finds("a.chancery[href*='support']").await?;
        person.picture(self.keep, "agency-proposal").await?;
        person.press("aside a.chancery").await?;
        person.finds(PASSKEY).await?;
        person.picture(self.keep, "sign-in").await?;
        person.press(PASSKEY).await?;
        person.finds("[data-passkey-error]:not([hidden])").await?;
        person.picture(self.keep, "sign-in-refused").await?;
        ensure!(person.here().await?.origin() == self.board.idp.origin(), "somebody was let through");
        person.user_is_verified(true).await
    }

    async fn logs_in(&self) -> Result<()> {
        let person = &self.person;
        person.press(PASSKEY).await?;
        person.finds("button[value='accept']").await?;
        person.reads("Noor").await?;
        person.picture(self.keep, "consent").await?;
        person.press("button[value='accept']").await?;
        person.finds("form[action$='/support']").await?;
        person.reads("I am Noor Haddad-Lindqvist").await?;
        person.picture(self.keep, "agency-statement").await
    }

    async fn signs(&self) -> Result<()> {
        let person = &self.person;
        person.press("form[action$='/support'] button").await?;
        person.finds("a[href$='/accept']").await?;
        person.reads("Open Assembly").await?;
        person.picture(self.keep, "read").await?;
        person.press("a[href$='/accept']").await?;
        person.finds(PASSKEY).await?;
        person.picture(self.keep, "sign").await?;
        person.press(PASSKEY).await?;
        person.finds("a[href$='/without-evidence']").await?;
        person.picture(self.keep, "receipt").await?;
        person.press("a[href$='/signed']").await?;
        downloaded(&self.downloads).await?;
        person.press("a[href*='request_id=']").await?;
        person.reads("Thank you").await?;
        person.picture(self.keep, "agency-supported").await
    }

    /// Somebody else, with no account: the officer's browser will do.
    async fn verifies(&self) -> Result<()> {
        let signed = downloaded(&self.downloads).await?;
        let mut bytes = std::fs::read(&signed)?;
        // The second byte of the binary comment below the header: no reader looks at it, only the digest does.
        *bytes.get_mut(11).context("a short file")? ^= 1;
        let changed = self.downloads.join("changed.pdf");
        std::fs::write(&changed, bytes)?;
        for (file, verdict, name) in
            [(&signed, "Genuine", "genuine"), (&changed, "Not genuine", "not-genuine")]
        {
            self.officer.goto(self.board.signer.join("/verify")?.as_str()).await?;
            self.officer.finds("input[type=file]").await?;
            self.officer.picture(self.keep, "verify").await?;
            self.officer.choose_file(file).await?;
            self.officer.press("form:has([type=file]) button").await?;
            self.officer.reads(verdict).await?;
            let words = self.officer.words().await?.to_lowercase();
            ensure!(
                words.contains("not genuine") == (verdict == "Not genuine"),
                "the page says both: {words}"
            );
            self.officer.picture(self.keep, name).await?;
        }
        Ok(())
    }

    async fn close(self) -> Result<()> {
        self.officer.close().await?;
        self.person.close().await
    }
}
