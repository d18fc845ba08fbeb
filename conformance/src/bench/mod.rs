//! The first figures: what an operation costs us, beside what it costs a peer in the same run.
//!
//! It is no check. It has no threshold, and nothing here decides whether a change lands; it says what is so on this machine today.
//! What is counted is CPU time (user and system, all threads, ended children included, from `/proc`) of every server process,
//! divided by the operations that were completed: on a busy machine that moves little, where a rate or a wall-clock time
//! moves by half. Wall-clock times are told where people wait for them, and only to compare within one run.
//!
//! - **login**: PAR, authorize, passkey, code, token, userinfo of a returning person who agreed before and has no session; eight people
//!   at once, in a release build whose houses run apart. The peer (`conformance/npm/peer`) is node-oidc-provider with
//!   @simplewebauthn/server and everything in memory, in the same flow, driven by the same code, in turns with ours.
//! - **statements**: of one such login, from the log (`--log service=trace`).
//! - **signing**: from the post of the passkey's answer to the finished file.
//! - **verification**: of one such file, in process and as a program; the peer is pyHanko.
//! - **start** of an existing country, and the memory of each house before and after the load.
//!
//! The *floor* is the cryptography that the operation cannot do without, priced with our own keys in the same process. A
//! figure that could not be taken is a failure of the run; a figure that is large is not.

mod floor;
mod login;
mod machine;
mod memory;
mod peer;
mod people;
mod signing;
mod start;
mod statements;
mod table;
mod verification;

use anyhow::{Context as _, Result};

use crate::country::Country;
use crate::report::Report;

use floor::Prices;
use people::People;
use table::Table;

/// Logged in at once, in the load.
const WORKERS: usize = 8;
/// Each worker takes its people in turn.
const PEOPLE_OF_A_WORKER: usize = 3;

/// Takes all figures and prints the table. Fails when one of them could not be taken.
pub async fn run(report: &mut Report) {
    report.begin("bench");
    let mut table = Table::default();
    let Some(prices) = report.check("floor", floor::prices()) else { return };
    let Some(mut country) = report.check("country", Country::place("bench")) else { return };
    report.check("start", start::measure(&mut country, &mut table));
    report.check("apart", country.apart().await);
    let Some(mut people) =
        report.check("people", people::enrol(&country, WORKERS * PEOPLE_OF_A_WORKER).await)
    else {
        return;
    };
    report.check("login", logins(&country, &mut people, &prices, &mut table).await);
    let signed = report.check("signing", signing::measure(&country, &mut people, &prices, &mut table).await);
    report.check("memory-after", memory::after(&country, &mut table));
    report.check("statements", statements::measure(&mut country, &mut people, &mut table).await);
    report.check("stop", country.stop());
    if let Some(signed) = signed {
        report.check("verification", verification::measure(&country, &signed, &prices, &mut table));
    }
    print!("{table}");
}

/// The load, ours and the peer's in turns, and the memory of both.
async fn logins(country: &Country, people: &mut People, prices: &Prices, table: &mut Table) -> Result<()> {
    memory::before(country, table)?;
    let mut peer = peer::Peer::start(WORKERS * PEOPLE_OF_A_WORKER).await.context("the peer")?;
    let ours = login::Provider::ours(country).await?;
    let theirs = login::Provider::peer(&peer);
    let measured = login::in_turns((&ours, people), (&theirs, &mut peer.people)).await?;
    login::tell(&measured, prices, table);
    memory::peer(&peer, table)?;
    start::peer(&peer, table);
    Ok(())
}
