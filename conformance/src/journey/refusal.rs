//! Somebody who has signed one statement reads another one as text, and says no with a reason.

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::chrome::Chrome;
use crate::country::Board;

/// What is written.
const REASON: &str = "I cannot tell what it will cost.";
/// The button that sends it.
const SEND: &str = "form:has([name='reason']) button";

/// The whole way, without a break.
pub(super) async fn walk(person: &Chrome, board: &Board) -> Result<()> {
    writes(person, board).await?;
    sends(person).await
}

/// From the agency's first page to a reason that is written and not yet sent.
pub(super) async fn writes(person: &Chrome, board: &Board) -> Result<()> {
    person.goto(board.agency.as_str()).await?;
    let all = "return [...document.querySelectorAll(\"h3 a[href^='/proposals/']\")].map((a) => a.getAttribute('href'))";
    let proposals: Vec<String> = serde_json::from_value(person.script(all, Vec::new()).await?)?;
    let another = proposals.get(1).context("the agency has one proposal only")?;
    person.press(&format!("a[href='{another}']")).await?;
    person.press(&format!("a[href='{another}/support']")).await?;
    person.press("form[action$='/support'] button").await?;
    person.press("a[href*='as=text']").await?;
    person.finds(".document-text").await?;
    person.press("a[href$='/accept']").await?;
    person.press("a[href$='/refuse']").await?;
    person.fill("reason", REASON).await
}

/// The form comes back with what was written, and says why.
pub(super) async fn finds_it_again(person: &Chrome) -> Result<()> {
    person.press(SEND).await?;
    person.reads("You took your time").await?;
    let written = "return document.querySelector('[name=reason]').value";
    let written = person.script(written, Vec::new()).await?;
    ensure!(written == json!(REASON), "the form has {written}");
    Ok(())
}

/// Sends it; the agency hears of it.
pub(super) async fn sends(person: &Chrome) -> Result<()> {
    person.press(SEND).await?;
    person.reads("You refused to sign").await?;
    person.press("a[href*='request_id=']").await?;
    person.reads("You did not sign").await
}
