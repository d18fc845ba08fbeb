//! What must be refused, each the nearest neighbour of something that the walk has just seen accepted, and with nothing lost.

mod enrol;
mod login;
mod sign;

use anyhow::{Result, ensure};

use super::{NEWCOMER, enrol as desk, officer};
use crate::browserless::{Arrived, Browser};
use crate::country::{Board, Country};
use crate::passkey::Fault;
use crate::report::Report;

/// In a country of its own, because these are rude.
pub(super) async fn run(report: &mut Report) {
    let Some(mut country) = report.check("place", Country::place("rejects")) else { return };
    if report.check("start", country.up().map(drop)).is_none() {
        return;
    }
    if let Some(board) = report.check("board", country.board().cloned()) {
        at_every_door(report, &country, &board).await;
    }
    report.check("stop", country.stop());
}

async fn at_every_door(report: &mut Report, country: &Country, board: &Board) {
    let Some(mut officer) = report.check("officer", officer(board).await) else { return };
    enrol::run(report, board, &mut officer).await;
    let Some(([person, other], slip)) = report.check("people", people(board, &mut officer).await) else {
        return;
    };
    login::run(report, country, board, [&person, &other]).await;
    sign::run(report, board, [&person, &other], (&mut officer, &slip.case)).await;
}

/// Two people whom the officer enrols at the desk, and the slip of the first.
async fn people(board: &Board, officer: &mut Browser) -> Result<([Browser; 2], desk::Slip)> {
    let (mut person, mut other) = (Browser::new()?, Browser::new()?);
    let slip = desk::at_the_desk(officer, &mut person, board, NEWCOMER).await?;
    let newcomer = desk::Newcomer { given: "Ilse", family: "Ott", ..NEWCOMER };
    desk::at_the_desk(officer, &mut other, board, newcomer).await?;
    Ok(([person, other], slip))
}

/// What an answer of a passkey can be besides honest.
fn passkey_faults() -> [(&'static str, Fault); 8] {
    let honest = Fault::default;
    [
        ("wrong-origin", Fault { origin: Some("http://localhost:1".into()), ..honest() }),
        ("wrong-rp-id", Fault { rp_id: Some("example".into()), ..honest() }),
        ("other-challenge", Fault { challenge: Some(vec![7; 32]), ..honest() }),
        ("user-not-verified", Fault { user_not_verified: true, ..honest() }),
        ("user-not-present", Fault { user_not_present: true, ..honest() }),
        ("cross-origin", Fault { cross_origin: true, ..honest() }),
        ("swapped-type", Fault { swapped_type: true, ..honest() }),
        ("broken-signature", Fault { broken_signature: true, ..honest() }),
    ]
}

/// A browser that knows nobody, with the device of somebody.
fn elsewhere(person: &Browser) -> Result<Browser> {
    let mut browser = Browser::new()?;
    browser.device = person.device.clone();
    Ok(browser)
}

/// The answer is a refusal of the caller's doing, and not a fault of ours.
fn refused(answered: &Arrived) -> Result<()> {
    ensure!(answered.status.is_client_error(), "no refusal: {}", answered.said());
    Ok(())
}
