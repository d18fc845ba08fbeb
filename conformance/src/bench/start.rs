//! The start of a country that exists: from the command to the line of `up --json`, which comes when every part has answered.

use std::time::Instant;

use anyhow::Result;

use super::machine::{median, milliseconds};
use super::peer::Peer;
use super::table::Table;
use crate::country::Country;

const STARTS: usize = 10;

/// Founds the country, then starts and stops it.
pub(super) fn measure(country: &mut Country, table: &mut Table) -> Result<()> {
    let begun = Instant::now();
    country.up()?;
    let founding = milliseconds(begun.elapsed());
    country.stop()?;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let begun = Instant::now();
        country.up()?;
        starts.push(milliseconds(begun.elapsed()));
        country.stop()?;
    }
    table.ours("start of an existing country, all four parts", "ms", median(&mut starts));
    let (least, most) = (starts.first().copied(), starts.last().copied());
    table.note(format!(
        "start: {STARTS} times, {:.0} to {:.0} ms; the founding before it {founding:.0} ms",
        least.unwrap_or_default(),
        most.unwrap_or_default()
    ));
    Ok(())
}

/// What its own process says; one provider, with nothing to read.
pub(super) fn peer(peer: &Peer, table: &mut Table) {
    let mut starts = peer.starts.clone();
    table.note(format!("start of the peer, one provider in memory: median {:.0} ms", median(&mut starts)));
}
