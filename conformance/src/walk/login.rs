//! Whether a person can log in at the agency, asked with a browser that has forgotten everything.

use anyhow::{Context as _, Result, ensure};

use super::agency;
use crate::browserless::Browser;
use crate::country::Board;
use crate::html::Ceremony;

/// The person logs in at the agency.
///
/// # Errors
/// When the agency does not open.
pub async fn works_for(person: &mut Browser, board: &Board) -> Result<()> {
    person.forget();
    let proposal = agency::proposals(person, board).await?.into_iter().next().context("no proposal")?;
    // Who supports it already is shown that instead of the statement.
    let arrived = person.open(board.agency.join(&format!("/proposals/{proposal}/support"))?.as_str()).await?;
    let arrived =
        agency::until(person, board, arrived, |here| here.url.origin() == board.agency.origin()).await?;
    ensure!(arrived.page().form_to("/sign-out").is_some(), "nobody is signed in: {}", arrived.said());
    Ok(())
}

/// The provider refuses the person, whose passkey is otherwise good, and nobody is signed in at the agency.
///
/// # Errors
/// When it does not refuse, or for another reason.
pub async fn refused_to(person: &mut Browser, board: &Board) -> Result<()> {
    person.forget();
    let proposal = agency::proposals(person, board).await?.into_iter().next().context("no proposal")?;
    let arrived =
        person.open(board.agency.join(&format!("/proposals/{proposal}/support"))?.as_str()).await?.ok()?;
    let answered = person.passkey(&arrived.page(), Ceremony::Get).await?;
    ensure!(
        answered.url.origin() == board.idp.origin(),
        "the provider let somebody through: {}",
        answered.said()
    );
    ensure!(answered.status.is_client_error(), "no refusal: {}", answered.said());
    let home = person.open(board.agency.as_str()).await?.ok()?;
    ensure!(home.page().form_to("/sign-out").is_none(), "somebody is signed in: {}", home.said());
    Ok(())
}
