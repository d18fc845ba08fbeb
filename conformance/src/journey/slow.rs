//! A person who takes twenty minutes for every page: to sign in, to read, to decide, to go back, to write why not. Nothing of it
//! is lost, and it ends well. Whoever is really too late is told so, and where to begin again.

use anyhow::{Context as _, Result, ensure};

use super::clock::FalseClock;
use super::refusal;
use crate::chrome::{Chrome, Chromedriver, downloaded};
use crate::country::{Board, Country};
use crate::people::PASSKEY;
use crate::report::Report;

const TWENTY_MINUTES: i64 = 20 * 60;
/// A sign-in may take half an hour from its first page.
const TOO_LONG: i64 = 31 * 60;

const STEPS: [&str; 7] =
    ["makes-passkey", "too-late-to-sign-in", "signs-in", "reads", "signs", "is-counted", "refuses"];

struct Reader {
    board: Board,
    chrome: Chrome,
    clock: FalseClock,
    downloads: std::path::PathBuf,
}

pub(super) async fn run(report: &mut Report, chromedriver: &Chromedriver) {
    report.part("slow");
    let Some(mut country) = report.check("place", Country::place("slow")) else { return };
    let Some(clock) = report.check("clock", FalseClock::new(country.scratch())) else { return };
    country.environment(clock.environment().into());
    if report.check("start", country.up().map(drop)).is_none() {
        return;
    }
    let Some(mut reader) = report.check("browser", open(&country, chromedriver, clock).await) else { return };
    let mut rest = STEPS.into_iter();
    while let Some(step) = rest.next() {
        let result = match step {
            "makes-passkey" => reader.makes_passkey().await,
            "too-late-to-sign-in" => reader.is_too_late().await,
            "signs-in" => reader.signs_in().await,
            "reads" => reader.reads().await,
            "signs" => reader.signs().await,
            "is-counted" => reader.is_counted().await,
            _ => reader.refuses().await,
        };
        if report.check(step, result).is_none() {
            rest.by_ref().for_each(|step| report.not_reached(step));
        }
    }
    report.check("close", reader.chrome.close().await);
    report.check("stop", country.stop());
}

async fn open(country: &Country, chromedriver: &Chromedriver, clock: FalseClock) -> Result<Reader> {
    let downloads = country.scratch().join("downloads");
    std::fs::create_dir_all(&downloads)?;
    let chrome = Chrome::open(chromedriver, &downloads).await?;
    Ok(Reader { board: country.board()?.clone(), chrome, clock, downloads })
}

impl Reader {
    /// Time passes, for the country and for what the browser keeps.
    async fn waits(&mut self, seconds: i64) -> Result<()> {
        self.clock.advance(seconds)?;
        self.chrome.grows_older(seconds).await
    }

    async fn makes_passkey(&mut self) -> Result<()> {
        let link =
            self.board.enrol.iter().find(|link| link.role == "person").context("no link for a person")?;
        self.chrome.goto(link.url.as_str()).await?;
        self.chrome.press(PASSKEY).await?;
        self.chrome.reads("is ready").await
    }

    /// At the provider's first page. The device does not recognise its user at first: otherwise Chromium would answer the page
    /// at once, without a touch.
    async fn goes_to_sign_in(&self) -> Result<()> {
        self.chrome.user_is_verified(false).await?;
        self.chrome.goto(self.board.agency.as_str()).await?;
        self.chrome.press("a[href^='/proposals/']").await?;
        self.chrome.press("aside a.chancery[href*='support']").await?;
        self.chrome.finds(PASSKEY).await?;
        self.chrome.user_is_verified(true).await
    }

    async fn is_too_late(&mut self) -> Result<()> {
        self.goes_to_sign_in().await?;
        self.waits(TOO_LONG).await?;
        self.chrome.press(PASSKEY).await?;
        self.chrome.reads("This request has run out").await?;
        let begins_again = format!("a.button[href^='{}']", self.board.agency.as_str().trim_end_matches('/'));
        self.chrome.press(&begins_again).await?;
        self.chrome.finds("a[href^='/proposals/']").await.map(drop)
    }

    async fn signs_in(&mut self) -> Result<()> {
        self.goes_to_sign_in().await?;
        self.waits(TWENTY_MINUTES).await?;
        self.chrome.press(PASSKEY).await?;
        self.chrome.press("button[value='accept']").await?;
        self.chrome.finds("form[action$='/support']").await?;
        self.waits(TWENTY_MINUTES).await?;
        self.chrome.press("form[action$='/support'] button").await?;
        self.chrome.finds("a[href$='/accept']").await.map(drop)
    }

    /// The session at the signer is over by then; the provider knows her still, so she is asked for nothing on the way.
    async fn reads(&mut self) -> Result<()> {
        self.waits(TWENTY_MINUTES).await?;
        self.chrome.press("a[href$='/accept']").await?;
        self.chrome.finds(PASSKEY).await?;
        let words = self.chrome.words().await?;
        ensure!(!words.contains("stood open for too long"), "nobody was late: {words}");
        Ok(())
    }

    /// What the page offers is over as well: her touch signs nothing, and a fresh page says so. Its touch signs.
    async fn signs(&mut self) -> Result<()> {
        self.waits(TWENTY_MINUTES).await?;
        self.chrome.press(PASSKEY).await?;
        self.chrome.reads("Your last page stood open for too long").await?;
        self.chrome.press(PASSKEY).await?;
        self.chrome.finds("a[href$='/without-evidence']").await?;
        self.chrome.press("a[href$='/signed']").await?;
        downloaded(&self.downloads).await.map(drop)
    }

    async fn is_counted(&mut self) -> Result<()> {
        self.waits(TWENTY_MINUTES).await?;
        self.chrome.press("a[href*='request_id=']").await?;
        self.chrome.reads("Thank you").await
    }

    /// What she writes takes its time as well.
    async fn refuses(&mut self) -> Result<()> {
        refusal::writes(&self.chrome, &self.board).await?;
        self.waits(TWENTY_MINUTES).await?;
        refusal::finds_it_again(&self.chrome).await?;
        refusal::sends(&self.chrome).await
    }
}
