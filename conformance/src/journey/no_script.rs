//! The same path with script off: only a passkey step needs it. Each such step is first met without script, where it must say
//! what to do and offer no button that does nothing; script is turned on for this one page and off again behind it.

use anyhow::Result;

use super::{Pictures, refusal, walk};
use crate::chrome::Chromedriver;
use crate::country::Country;
use crate::people::People;
use crate::report::Report;

/// A country of its own: an officer's link makes one passkey.
pub(super) async fn run(report: &mut Report, chromedriver: &Chromedriver) {
    report.part("no-script");
    let Some(mut country) = report.check("place", Country::place("no-script")) else { return };
    if report.check("start", country.up().map(drop)).is_none() {
        return;
    }
    let Some(people) = report.check("browsers", open(&country, chromedriver).await) else { return };
    walk(report, &people).await;
    report.check("refuse", refusal::walk(&people.person, &people.board).await);
    report.check("close", people.leave().await);
    report.check("stop", country.stop());
}

async fn open<'a>(country: &Country, chromedriver: &Chromedriver) -> Result<People<Pictures<'a>>> {
    let mut people = People::arrive(country, chromedriver, Pictures { keep: None }).await?;
    people.officer.without_script().await?;
    people.person.without_script().await?;
    Ok(people)
}
