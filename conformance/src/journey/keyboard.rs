//! The same path by keyboard alone, and what a keyboard needs beside it: the link that skips to the content, the summary of
//! errors, and the details that open.
//!
//! At each page that is worked on, [`Chrome`](crate::chrome::Chrome) looks whether every stop is seen and whether the keyboard
//! is let go at its end.

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::{Pictures, refusal, walk};
use crate::chrome::keyboard::{ENTER, TAB};
use crate::chrome::{Chrome, Chromedriver};
use crate::country::Country;
use crate::people::People;
use crate::report::Report;

/// A second country: an officer's link makes one passkey.
pub(super) async fn run(report: &mut Report, chromedriver: &Chromedriver) {
    report.part("keyboard");
    let Some(mut country) = report.check("place", Country::place("keyboard")) else { return };
    if report.check("start", country.up().map(drop)).is_none() {
        return;
    }
    let Some(people) = report.check("browsers", open(&country, chromedriver).await) else { return };
    walk(report, &people).await;
    report.check("refuse", refusal::walk(&people.person, &people.board).await);
    report.check("skip-link", skips(&people).await);
    report.check("errors", meets_an_error(&people).await);
    report.check("details", opens_details(&people).await);
    report.check("close", people.leave().await);
    report.check("stop", country.stop());
}

async fn open<'a>(country: &Country, chromedriver: &Chromedriver) -> Result<People<Pictures<'a>>> {
    let mut people = People::arrive(country, chromedriver, Pictures { keep: None }).await?;
    people.officer.by_keyboard().await?;
    people.person.by_keyboard().await?;
    Ok(people)
}

/// WCAG 2.2, 2.4.1: at each house the first stop leads over everything that stands on every page.
async fn skips(people: &People<Pictures<'_>>) -> Result<()> {
    let (person, board) = (&people.person, &people.board);
    for page in
        [board.idp.clone(), board.signer.join("/verify")?, board.pki.join("/enrol")?, board.agency.clone()]
    {
        person.goto(page.as_str()).await?;
        person.strike(&TAB).await?;
        let first = person.stop("main").await?.with_context(|| format!("{page} has no stop"))?;
        ensure!(first.skips, "the first stop on {page} is {}", first.what);
        person.strike(&ENTER).await?;
        person.strike(&TAB).await?;
        let second =
            person.stop("main").await?.with_context(|| format!("{page} ends after its first stop"))?;
        ensure!(
            holds(person, "document.activeElement.closest('main')").await?,
            "{page} skips to {}",
            second.what
        );
    }
    Ok(())
}

/// After a mistake the focus stands on the summary; its first link leads to the field, where the right answer is typed.
async fn meets_an_error(people: &People<Pictures<'_>>) -> Result<()> {
    let person = &people.person;
    person.goto(people.board.pki.join("/enrol")?.as_str()).await?;
    person.fill("code", "no code").await?;
    person.press("form:has([name='code']) button").await?;
    person.finds(".problems").await?;
    ensure!(
        holds(person, "document.activeElement.matches('.problems')").await?,
        "the summary has not the focus"
    );
    person.strike(&TAB).await?;
    let link = person.stop(".problems a").await?.context("the summary leads nowhere")?;
    ensure!(link.wanted, "after the summary comes {}", link.what);
    person.strike(&ENTER).await?;
    ensure!(
        holds(person, "document.activeElement.matches('[name=code]')").await?,
        "the link leads to no field"
    );
    Ok(())
}

/// What is folded up is opened and closed with the same key.
async fn opens_details(people: &People<Pictures<'_>>) -> Result<()> {
    let person = &people.person;
    person.goto(people.board.signer.join("/verify")?.as_str()).await?;
    for open in [true, false] {
        person.press(".official summary").await?;
        let opened = holds(person, "document.querySelector('.official details').open").await?;
        ensure!(opened == open, "the details are {}", if opened { "open" } else { "closed" });
    }
    Ok(())
}

async fn holds(person: &Chrome, condition: &str) -> Result<bool> {
    Ok(person.script(&format!("return Boolean({condition})"), Vec::new()).await? == json!(true))
}
