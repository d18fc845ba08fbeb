//! Every page that the country can show, as people come to it: whether anybody can read and use it.
//!
//! The two people walk the path of the journey, and beside it to what goes wrong there and to what the path does not pass.
//! Behind them stands the [`Inspector`]. A page is named like its picture in the design: `11-receipt`; with `--keep`, its own
//! pictures are kept under that name.

mod axe;
mod inspector;

use std::path::Path;

use anyhow::Result;

use self::inspector::Inspector;
use crate::chrome::Chromedriver;
use crate::country::Country;
use crate::people::People;
use crate::report::Report;

/// Makes a country, opens two browsers, and looks.
pub async fn run(report: &mut Report, keep: Option<&Path>) {
    report.begin("pages");
    let Some(inspector) = report.check("axe", Inspector::new(keep)) else { return };
    let Some(mut country) = report.check("place", Country::place("pages")) else { return };
    if report.check("start", country.up().map(drop)).is_none() {
        return;
    }
    let Some(chromedriver) = report.check("chromedriver", Chromedriver::start()) else { return };
    let arrived = People::arrive(&country, &chromedriver, inspector).await;
    let Some(people) = report.check("browsers", arrived) else { return };
    let walked = walk(report, &people).await;
    people.eye().tell(report);
    report.check("walk", walked);
    report.check("close", people.leave().await);
    report.check("stop", country.stop());
}

/// The first step that fails ends it: what lies behind it cannot be reached.
async fn walk(report: &mut Report, people: &People<Inspector>) -> Result<()> {
    people.officer_enrols().await?;
    people.eye().tell(report);
    let (case, code) = people.opens_a_case().await?;
    people.person_makes_passkey(&code).await?;
    people.officer_confirms(&case).await?;
    people.eye().tell(report);
    people.is_not_recognised().await?;
    people.logs_in().await?;
    people.eye().tell(report);
    people.signs().await?;
    people.eye().tell(report);
    people.verifies().await
}
