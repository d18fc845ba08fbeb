//! Every page that the country can show, as people come to it: whether anybody can read and use it.
//!
//! The two people walk the path of the journey, and beside it to what goes wrong there and to what the path does not pass.
//! Behind them stands the [`Inspector`]. A page is named like its picture in the design: `11-receipt`; with `--keep`, its own
//! pictures are kept under that name.

mod axe;
mod inspector;
mod tours;

use std::path::Path;

use anyhow::Result;

use self::inspector::Inspector;
use self::tours::Guest;
use crate::chrome::Chromedriver;
use crate::country::Country;
use crate::people::People;
use crate::report::Report;

/// Makes a country, opens two browsers, and looks.
pub async fn run(report: &mut Report, keep: Option<&Path>) {
    report.begin("pages");
    let Some(mut country) = report.check("place", Country::place("pages")) else { return };
    let inspector = Inspector::new(country.scratch(), keep);
    let Some(inspector) = report.check("axe", inspector) else { return };
    if report.check("start", country.up().map(drop)).is_none() {
        return;
    }
    let Some(chromedriver) = report.check("chromedriver", Chromedriver::start()) else { return };
    let arrived = People::arrive(&country, &chromedriver, inspector).await;
    let Some(people) = report.check("browsers", arrived) else { return };
    report.check("inspector", people.eye().is_awake(&people.officer).await);
    let Some(guest) = report.check("guest", Guest::arrive(&chromedriver, &people.downloads).await) else {
        return;
    };
    walk(report, &people, &guest).await;
    report.check("close", guest.leave().await.and(people.leave().await));
    report.check("stop", country.stop());
}

/// The first step that fails ends it: what lies behind it cannot be reached.
async fn walk(report: &mut Report, people: &People<Inspector>, guest: &Guest) -> Option<()> {
    let mut told = Told { report, inspector: people.eye() };
    told.step("looks-around", people.looks_around().await)?;
    told.step("officer-enrols", people.officer_enrols().await)?;
    told.step("officer-tries-again", people.officer_tries_again().await)?;
    told.step("officer-mistypes", people.officer_mistypes().await)?;
    let (case, code) = told.step("case", people.opens_a_case().await)?;
    told.step("mistypes-the-code", people.mistypes_the_code().await)?;
    told.step("person-makes-passkey", people.person_makes_passkey(&code).await)?;
    told.step("confirm", people.officer_confirms(&case).await)?;
    told.step("guest-enrols", people.guest_enrols(guest).await)?;
    told.step("guest-logs-in", people.guest_logs_in(guest).await)?;
    told.step("guest-refuses", people.guest_refuses(guest).await)?;
    told.step("guest-leaves", people.guest_leaves(guest).await)?;
    told.step("user-not-verified", people.is_not_recognised().await)?;
    told.step("log-in", people.logs_in().await)?;
    told.step("sign", people.signs().await)?;
    told.step("looks-back", people.looks_back().await)?;
    told.step("verify", people.verifies().await)?;
    told.step("verify-others", people.verifies_other_files().await)?;
    told.step("is-stopped", people.is_stopped(&case).await)
}

/// Says what was seen on a step before the step itself.
struct Told<'a> {
    report: &'a mut Report,
    inspector: &'a Inspector,
}

impl Told<'_> {
    fn step<T>(&mut self, id: &str, result: Result<T>) -> Option<T> {
        self.inspector.tell(self.report);
        self.report.check(&format!("walk.{id}"), result)
    }
}
