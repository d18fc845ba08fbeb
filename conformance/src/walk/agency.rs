//! What a person does at Open Assembly: sign in, support a proposal by signing its statement, fetch the signed file.

use anyhow::{Context as _, Result, bail, ensure};

use crate::browserless::{Arrived, Browser};
use crate::country::Board;
use crate::html::Ceremony;

/// More pages than any honest way from a form to the page where it leads.
const PAGES_MAX: usize = 10;

/// Opens a proposal's statement and signs in on the way, until the agency shows it with the person's name.
///
/// # Errors
/// When a page on the way is not what it should be.
pub async fn sign_in(browser: &mut Browser, board: &Board, proposal: &str) -> Result<Arrived> {
    let arrived =
        browser.open(board.agency.join(&format!("/proposals/{proposal}/support"))?.as_str()).await?;
    ensure!(
        arrived.url.origin() == board.idp.origin(),
        "the agency did not send to the provider: {}",
        arrived.said()
    );
    let arrived = until(browser, board, arrived, |here| here.url.path().ends_with("/support")).await?;
    ensure!(arrived.url.origin() == board.agency.origin(), "signing in ended at {}", arrived.said());
    Ok(arrived)
}

/// From the statement at the agency to the page of the signer that asks for the passkey.
///
/// # Errors
/// When a page on the way is not what it should be.
pub async fn to_the_signer(browser: &mut Browser, board: &Board, statement: &Arrived) -> Result<Arrived> {
    let page = statement.page();
    let form =
        page.form_to("/support").with_context(|| format!("no statement to sign: {}", statement.said()))?;
    let arrived = browser.submit(form, form.buttons.first()).await?;
    until(browser, board, arrived, |here| here.url.origin() == board.signer.origin()).await
}

/// From the page that shows the document to the page that asks for the passkey.
///
/// # Errors
/// When a page on the way is not what it should be.
pub async fn to_accept(browser: &mut Browser, reading: &Arrived) -> Result<Arrived> {
    let page = reading.page();
    let accept = page.link_to("/accept").with_context(|| format!("no way to sign: {}", reading.said()))?;
    browser.open(&accept.href).await?.ok()
}

/// By passkey to the receipt.
///
/// # Errors
/// When a page on the way is not what it should be.
pub async fn sign(browser: &mut Browser, board: &Board, accept: &Arrived) -> Result<Arrived> {
    let arrived = browser.passkey(&accept.page(), Ceremony::Get).await?.ok()?;
    until(browser, board, arrived, |here| here.page().link_to("/without-evidence").is_some()).await
}

/// The files that the receipt offers: as signed, and the copy without evidence.
///
/// # Errors
/// When one is not there, or is no PDF.
pub async fn files(browser: &mut Browser, receipt: &Arrived) -> Result<[Vec<u8>; 2]> {
    let page = receipt.page();
    let mut found = [Vec::new(), Vec::new()];
    for (file, end) in found.iter_mut().zip(["/signed", "/without-evidence"]) {
        let link = page.links.iter().find(|link| link.href.ends_with(end));
        let link = link.with_context(|| format!("no link to {end}: {}", receipt.said()))?;
        *file = browser.peek(&receipt.url.join(&link.href)?).await?.ok()?.body;
        ensure!(file.starts_with(b"%PDF-"), "{end} is no PDF");
    }
    Ok(found)
}

/// From the receipt back to the agency, which counts the support and gives the signed statement.
///
/// # Errors
/// When a page on the way is not what it should be, or the agency's file is another one.
pub async fn back(
    browser: &mut Browser,
    board: &Board,
    proposal: &str,
    receipt: &Arrived,
) -> Result<Vec<u8>> {
    let page = receipt.page();
    let link = page.link_to("request_id=").with_context(|| format!("no way back: {}", receipt.said()))?;
    let counted = browser.open(&link.href).await?.ok()?;
    ensure!(counted.url.path().ends_with("/supported"), "not counted: {}", counted.said());
    let path = format!("/proposals/{proposal}/statement.pdf");
    counted.page().link_to(&path).with_context(|| format!("no signed statement: {}", counted.said()))?;
    Ok(browser.peek(&board.agency.join(&path)?).await?.ok()?.body)
}

/// A proposal that is open.
///
/// # Errors
/// When the agency shows none.
pub async fn proposals(browser: &mut Browser, board: &Board) -> Result<Vec<String>> {
    let page = browser.open(board.agency.as_str()).await?.ok()?.page();
    let slugs = page.links.iter().filter_map(|link| link.href.strip_prefix("/proposals/")).map(str::to_owned);
    Ok(slugs.collect())
}

/// Goes on as an honest person would (passkey at the provider, consent, links that lead on) until the page that is wanted.
///
/// # Errors
/// When a page says no, or nothing leads on.
pub async fn until(
    browser: &mut Browser,
    board: &Board,
    mut arrived: Arrived,
    wanted: impl Fn(&Arrived) -> bool,
) -> Result<Arrived> {
    for _ in 0..PAGES_MAX {
        if wanted(&arrived) {
            return Ok(arrived);
        }
        arrived = arrived.ok()?;
        let page = arrived.page();
        arrived = if arrived.url.origin() == board.idp.origin() && page.passkey_form(Ceremony::Get).is_some()
        {
            browser.passkey(&page, Ceremony::Get).await?
        } else if let Some((form, accept)) = super::choice(&page, "accept") {
            browser.submit(form, Some(accept)).await?
        } else if arrived.reloads() {
            // The work is in hand and the page reloads itself.
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            browser.open(arrived.url.as_str()).await?
        } else {
            bail!("nothing leads on from {}", arrived.said());
        };
    }
    bail!("too many pages, the last one {}", arrived.said())
}
