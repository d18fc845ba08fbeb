//! A device that does not answer: nobody is let through, and whoever gives up waiting can try again. A browser asks one thing at a
//! time, so a page that is left must withdraw what it asked, or no page after it could ask until the browser is closed.

use anyhow::{Result, ensure};

use crate::chrome::Chrome;
use crate::country::Board;
use crate::people::PASSKEY;

/// The page says that it waits for the device.
const WAITS: &str = "[data-passkey-live][data-state='waiting']";
/// Stands on every page of the agency.
const AGENCY: &str = "header a[href='/#proposals']";
/// Stands on the agency's first page for whoever is signed in, and
const SIGNED_IN: &str = "form[action='/sign-out'] button";
/// for whoever is not.
const SIGNED_OUT: &str = "header a[href^='/sign-in']";
/// How the provider's page leads back to the agency: a plain link, and a form that says no.
const WAYS_BACK: [&str; 2] = [".way-back a", "button[value='refuse']"];

/// Leaves by each way while the device is asked, comes again, and signs in with the first touch.
pub(super) async fn walk(person: &Chrome, board: &Board) -> Result<()> {
    signs_out(person, board).await?;
    person.somebody_touches(false).await?;
    for way in WAYS_BACK {
        goes_to_sign_in(person, board).await?;
        person.press(PASSKEY).await?;
        person.finds(WAITS).await?;
        person.press(way).await?;
        person.finds(AGENCY).await?;
    }
    goes_to_sign_in(person, board).await?;
    person.somebody_touches(true).await?;
    person.press(PASSKEY).await?;
    // The provider remembers what was agreed to.
    person.finds(SIGNED_IN).await.map(drop)
}

/// At the agency, which leads by the provider, where the person is signed out as well.
async fn signs_out(person: &Chrome, board: &Board) -> Result<()> {
    person.goto(board.agency.as_str()).await?;
    person.press(SIGNED_IN).await?;
    person.finds(SIGNED_OUT).await.map(drop)
}

/// A fresh attempt by somebody whom the agency does not know, up to the provider's page.
async fn goes_to_sign_in(person: &Chrome, board: &Board) -> Result<()> {
    person.goto(board.agency.as_str()).await?;
    person.press(SIGNED_OUT).await?;
    person.finds(PASSKEY).await?;
    ensure!(person.here().await?.origin() == board.idp.origin(), "the agency does not lead to the provider");
    Ok(())
}
