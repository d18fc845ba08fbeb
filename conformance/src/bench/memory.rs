//! Resident memory of each house apart: at rest after the start and the enrolments, and after the load.

use anyhow::Result;

use super::machine::memory;
use super::peer::Peer;
use super::table::Table;
use crate::country::Country;

pub(super) fn before(country: &Country, table: &mut Table) -> Result<()> {
    for (part, process) in country.processes() {
        let (now, _) = memory(process)?;
        table.ours(format!("memory of {part} before the load"), "MiB", now);
    }
    Ok(())
}

pub(super) fn after(country: &Country, table: &mut Table) -> Result<()> {
    for (part, process) in country.processes() {
        let (now, highest) = memory(process)?;
        table.ours(format!("memory of {part} after it, highest {highest:.1}"), "MiB", now);
    }
    Ok(())
}

/// The peer keeps tokens in memory, ours on the disk; so only the highest of the identity provider stands beside it.
pub(super) fn peer(peer: &Peer, table: &mut Table) -> Result<()> {
    let (now, highest) = memory(peer.process())?;
    table.note(format!("memory of the peer after the load: {now:.0} MiB, highest {highest:.0} MiB"));
    Ok(())
}
