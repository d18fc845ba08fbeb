//! Two people in a real Chromium, with a virtual authenticator each, walk the whole path: enrolment, login, signing,
//! verification; and once the person's device does not answer. They walk it again by keyboard alone, and with script off but
//! for the passkey; and somebody signs who takes twenty minutes for every page.
//!
//! The steps are [`People`]'s. With `--keep`, every page of the first walk is pictured at two widths.

mod clock;
mod keyboard;
mod no_script;
mod refusal;
mod silent;
mod slow;

use std::path::Path;

use anyhow::Result;

use crate::chrome::{Chrome, Chromedriver, Device};
use crate::country::Country;
use crate::people::{Eye, People};
use crate::report::Report;

/// The steps of [`walk`], each standing on the one before.
const STEPS: [&str; 8] = [
    "officer-enrols",
    "case",
    "person-makes-passkey",
    "confirm",
    "user-not-verified",
    "log-in",
    "sign",
    "verify",
];

/// Each walk is in a country of its own, because an officer's link makes one passkey.
pub async fn run(report: &mut Report, keep: Option<&Path>) {
    report.begin("journey");
    let Some(chromedriver) = report.check("chromedriver", Chromedriver::start()) else { return };
    as_most_people_do(report, &chromedriver, keep).await;
    keyboard::run(report, &chromedriver).await;
    no_script::run(report, &chromedriver).await;
    slow::run(report, &chromedriver).await;
}

/// Makes a country, opens two browsers, and walks.
async fn as_most_people_do(report: &mut Report, chromedriver: &Chromedriver, keep: Option<&Path>) {
    let Some(mut country) = report.check("place", Country::place("journey")) else { return };
    if report.check("start", country.up().map(drop)).is_none() {
        return;
    }
    let arrived = People::arrive(&country, chromedriver, Pictures { keep }).await;
    let Some(people) = report.check("browsers", arrived) else { return };
    walk(report, &people).await;
    report.check("silent-device", silent::walk(&people.person, &people.board).await);
    report.check("close", people.leave().await);
    report.check("stop", country.stop());
}

/// What cannot be reached counts as failed.
async fn walk<E: Eye>(report: &mut Report, people: &People<E>) {
    let mut rest = STEPS.into_iter();
    let mut step = |report: &mut Report, result: Result<()>| {
        let id = rest.next().unwrap_or_default();
        let went_on = report.check(id, result).is_some();
        if !went_on {
            rest.by_ref().for_each(|id| report.not_reached(id));
        }
        went_on
    };
    if !step(report, people.officer_enrols().await) {
        return;
    }
    let case = people.opens_a_case().await;
    let slip = case.as_ref().ok().cloned();
    if !step(report, case.map(drop)) {
        return;
    }
    let Some((case, code)) = slip else { return };
    let _went_on = step(report, people.person_makes_passkey(&code).await)
        && step(report, people.officer_confirms(&case).await)
        && step(report, people.is_not_recognised().await)
        && step(report, people.logs_in().await)
        && step(report, people.signs().await)
        && step(report, people.verifies().await);
}

/// Keeps what the pages look like at desk and phone width, where that is asked for: `NAME.1200.png` and `NAME.390.png`.
struct Pictures<'a> {
    keep: Option<&'a Path>,
}

impl Eye for Pictures<'_> {
    async fn sees(&self, chrome: &Chrome, page: &str) -> Result<()> {
        let Some(folder) = self.keep else { return Ok(()) };
        for width in [1200, 390] {
            chrome.on(Device { width, wishes: &[] }).await?;
            std::fs::write(folder.join(format!("{page}.{width}.png")), chrome.snapshot(width).await?)?;
        }
        chrome.at_its_own().await
    }
}
