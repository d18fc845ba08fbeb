//! A signing act: from the post of the passkey's answer to the finished file, which the same answer brings.
//!
//! Everybody is led to the page of the touch first; then the touches come one after the other, and nothing else happens.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};

use super::floor::{Needs, Prices};
use super::machine::{cpu, median, milliseconds};
use super::people::People;
use super::table::{Figure, Table};
use crate::browserless::{Arrived, Browser};
use crate::country::{Board, Country};
use crate::html::Ceremony;
use crate::walk::agency;

/// The touch is checked twice (signer, pki); a key is born; certificate, signature and time-stamp are made.
const NEEDS: Needs = Needs { signatures: 3, verifications: 2, root_verifications: 0, keys: 1 };

/// Everybody signs once. Answers one of the files.
pub(super) async fn measure(
    country: &Country,
    people: &mut People,
    prices: &Prices,
    table: &mut Table,
) -> Result<Vec<u8>> {
    let board = country.board()?;
    let mut pages = Vec::new();
    for person in people.iter_mut() {
        pages.push(to_the_touch(person, board).await?);
    }
    let running = country.processes();
    let of = |part: &str| -> Result<u32> {
        let found = running.iter().find(|(name, _)| *name == part);
        Ok(found.with_context(|| format!("{part} does not run"))?.1)
    };
    let (signer, pki) = (of("signer")?, of("pki")?);
    let before = (cpu(&[signer])?, cpu(&[pki])?);
    let mut each = Vec::new();
    let mut answers = Vec::new();
    for (person, accept) in people.iter_mut().zip(&pages) {
        let form = person.with_credential(&accept.page(), Ceremony::Get)?;
        let begun = Instant::now();
        let answer = person.submit_and_stop(&form, form.buttons.first()).await?;
        each.push(milliseconds(begun.elapsed()));
        answers.push(answer);
    }
    let acts = f64::from(u32::try_from(each.len())?);
    let signers = milliseconds(cpu(&[signer])?.saturating_sub(before.0)) / acts;
    let authorities = milliseconds(cpu(&[pki])?.saturating_sub(before.1)) / acts;
    let signed = files(people, board, &answers).await?;
    table.add(Figure {
        what: "signing act: touch to finished file".to_owned(),
        unit: "CPU ms",
        ours: signers + authorities,
        peer: None,
        floor: Some(prices.of(NEEDS)),
    });
    table.ours("  of it the signer", "CPU ms", signers);
    table.ours("  of it the authorities", "CPU ms", authorities);
    table.ours("signing act, as the person waits", "wall ms", median(&mut each));
    table.note(format!(
        "signing: {acts} acts one after the other, {:.1} to {:.1} ms each; the floor has {} signatures, {} verifications and {} \
         key, and nothing of the signer's own verification of the finished file",
        each.first().copied().unwrap_or_default(),
        each.last().copied().unwrap_or_default(),
        NEEDS.signatures,
        NEEDS.verifications,
        NEEDS.keys
    ));
    Ok(signed)
}

async fn to_the_touch(person: &mut Browser, board: &Board) -> Result<Arrived> {
    person.forget();
    person.stop_before = None;
    let proposal = agency::proposals(person, board).await?.into_iter().next().context("no proposal")?;
    let statement = agency::sign_in(person, board, &proposal).await?;
    let reading = agency::to_the_signer(person, board, &statement).await?;
    agency::to_accept(person, &reading).await
}

/// Every answer leads to a receipt at once; the first receipt's file.
async fn files(people: &mut People, board: &Board, answers: &[Arrived]) -> Result<Vec<u8>> {
    let mut first = None;
    for (person, answer) in people.iter_mut().zip(answers) {
        let to = answer.headers.get("location").context("no receipt")?.to_str()?;
        let receipt = person.open(board.signer.join(to)?.as_str()).await?.ok()?;
        ensure!(!receipt.reloads(), "the act was not over with the answer: {}", receipt.said());
        let [signed, _] = agency::files(person, &receipt).await?;
        first.get_or_insert(signed);
    }
    first.context("nobody signed")
}
