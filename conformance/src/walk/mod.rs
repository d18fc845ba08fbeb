//! The whole way without a browser: a software passkey drives enrolment, login, signing and verification through the real
//! endpoints, once against `up` and once against the parts started apart; then what must be refused.

pub mod agency;
pub mod enrol;
pub mod login;
mod rejects;
pub mod verify;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::browserless::Browser;
use crate::country::{Board, Country, EnrolmentLink};
use crate::html::{Button, Form, Page};
use crate::report::Report;

/// Where the authority stamps times (RFC 3161).
pub const TIME_STAMP_PATH: &str = "/tsa";

/// The feed takes milliseconds; this is patience for a busy machine.
const FEED_WITHIN: Duration = Duration::from_secs(20);

/// A person whom the officer enrols at the desk in every walk.
const NEWCOMER: enrol::Newcomer<'_> =
    enrol::Newcomer { given: "Noor", family: "Haddad-Lindqvist", script: "Latn", born: ["7", "3", "1988"] };

/// What a signing act leaves.
pub struct Signed {
    /// As the agency got it.
    pub signed: Vec<u8>,
    /// The copy that the receipt page offers.
    pub without_evidence: Vec<u8>,
    root: PathBuf,
    bundle: PathBuf,
}

impl Signed {
    /// Writes `signed.pdf`, `without-evidence.pdf`, `root.pem`, `bundle.der`.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn keep(&self, folder: &Path) -> Result<()> {
        std::fs::write(folder.join("signed.pdf"), &self.signed)?;
        std::fs::write(folder.join("without-evidence.pdf"), &self.without_evidence)?;
        std::fs::copy(&self.root, folder.join("root.pem"))?;
        std::fs::copy(&self.bundle, folder.join("bundle.der"))?;
        Ok(())
    }
}

/// People with their browsers, in a country that runs.
struct Actors {
    officer: Browser,
    person: Browser,
    slip: enrol::Slip,
}

/// Runs the walk twice and the rejects once.
pub async fn run(report: &mut Report, keep: Option<&Path>) {
    report.begin("walk");
    report.part("up");
    if let Some(mut country) = report.check("place", Country::place("walk-up")) {
        if report.check("start", country.up().map(drop)).is_some() {
            let signed = steps(report, &mut country).await;
            if let (Some(folder), Some(signed)) = (keep, &signed) {
                report.check("kept", signed.keep(folder));
            }
        }
        report.check("stop", country.stop());
        report.check("second-start", second_start(&mut country));
    }
    report.part("apart");
    if let Some(mut country) = report.check("place", Country::place("walk-apart")) {
        if report.check("start", apart(&mut country).await).is_some() {
            steps(report, &mut country).await;
        }
        report.check("stop", country.stop());
    }
    report.part("rejects");
    rejects::run(report).await;
}

/// A country founded by `up` whose parts then run as processes of their own.
async fn apart(country: &mut Country) -> Result<()> {
    country.up()?;
    country.stop()?;
    country.apart().await
}

/// The same country again: the same root, and nobody is lost.
fn second_start(country: &mut Country) -> Result<()> {
    let before = country.board()?.root.sha256.clone();
    let after = country.up()?.root.sha256.clone();
    ensure!(before == after, "another root after the second start");
    country.stop()
}

/// From the officer's link to a verified signature.
async fn steps(report: &mut Report, country: &mut Country) -> Option<Signed> {
    let board = report.check("board", country.board().cloned())?;
    let mut actors = report.check("enrol", actors(&board).await)?;
    let signed = report.check("sign", sign(&mut actors.person, &board).await)?;
    let folder = country.scratch().to_owned();
    report.check("verify", verify::at_the_command_line(country, &folder, &signed));
    report.check("verify-page", verify::at_the_page(&board, &signed).await);
    report.check("suspended", suspended(&mut actors, &board).await);
    report.check("sandbox-people", sandbox_people(&board).await);
    Some(signed)
}

/// The officer takes the link of the board and enrols somebody at the desk.
async fn actors(board: &Board) -> Result<Actors> {
    let mut officer = officer(board).await?;
    let mut person = Browser::new()?;
    let slip = enrol::at_the_desk(&mut officer, &mut person, board, NEWCOMER).await?;
    Ok(Actors { officer, person, slip })
}

async fn officer(board: &Board) -> Result<Browser> {
    let mut officer = Browser::new()?;
    enrol::take_link(&mut officer, link(board, "officer")?).await.context("the officer's link")?;
    enrol::officer_signs_in(&mut officer, board).await?;
    Ok(officer)
}

fn link<'a>(board: &'a Board, role: &str) -> Result<&'a EnrolmentLink> {
    board.enrol.iter().find(|link| link.role == role).with_context(|| format!("no link for a {role}"))
}

/// A signature by a fresh person, in the country as it stands: for checks of other programs.
///
/// # Errors
/// When a page on the way is not what it should be.
pub async fn sign_once(country: &mut Country) -> Result<Signed> {
    let board = country.board()?.clone();
    let mut person = Browser::new()?;
    enrol::take_link(&mut person, link(&board, "person")?).await?;
    sign(&mut person, &board).await
}

/// Support for the first proposal, signed; both files of the receipt.
async fn sign(person: &mut Browser, board: &Board) -> Result<Signed> {
    let proposal = agency::proposals(person, board).await?.into_iter().next().context("no proposal")?;
    let statement = agency::sign_in(person, board, &proposal).await.context("signing in")?;
    let reading =
        agency::to_the_signer(person, board, &statement).await.context("on the way to the signer")?;
    let accept = agency::to_accept(person, &reading).await?;
    let receipt = agency::sign(person, board, &accept).await.context("signing")?;
    let [signed, without_evidence] = agency::files(person, &receipt).await.context("the receipt's files")?;
    let fetched = agency::back(person, board, &proposal, &receipt).await.context("back at the agency")?;
    ensure!(fetched == signed, "the agency has another file than the person");
    let root = board.root.file.clone();
    let bundle = root.with_file_name("bundle.der");
    Ok(Signed { signed, without_evidence, root, bundle })
}

/// A suspended person neither logs in nor signs; a reinstated one does.
async fn suspended(actors: &mut Actors, board: &Board) -> Result<()> {
    enrol::set_status(&mut actors.officer, board, &actors.slip.case, "suspended").await?;
    soon(async || login::refused_to(&mut actors.person, board).await).await?;
    enrol::set_status(&mut actors.officer, board, &actors.slip.case, "active").await?;
    soon(async || login::works_for(&mut actors.person, board).await).await
}

/// The registry's word reaches the other houses by its feed, a moment after it was given: tries until it has.
async fn soon<T>(mut attempt: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    let begun = Instant::now();
    loop {
        match attempt().await {
            Ok(value) => return Ok(value),
            Err(error) if begun.elapsed() > FEED_WITHIN => return Err(error),
            Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
        }
    }
}

/// Everybody whose link the board shows makes a passkey from it and logs in.
async fn sandbox_people(board: &Board) -> Result<()> {
    for link in board.enrol.iter().filter(|link| link.role == "person") {
        let mut person = Browser::new()?;
        enrol::take_link(&mut person, link).await.with_context(|| link.name.clone())?;
        login::works_for(&mut person, board).await.with_context(|| link.name.clone())?;
    }
    Ok(())
}

/// The form whose button says yes (or no): by the button's value, or the end of the form's action.
pub(crate) fn choice<'a>(page: &'a Page, answer: &str) -> Option<(&'a Form, &'a Button)> {
    page.forms.iter().find_map(|form| {
        let button = form.buttons.iter().find(|button| button.value == answer);
        let by_action = || form.buttons.first().filter(|_| form.action.ends_with(answer));
        button.or_else(by_action).map(|button| (form, button))
    })
}
