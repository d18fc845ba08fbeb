//! The statements of SQL and the write transactions of one login, as the identity provider's log tells them
//! (`--log service=trace`). `tests/it/statements.rs` holds the numbers; here they stand beside what they cost.

use anyhow::{Result, ensure};

use super::login::Provider;
use super::people::People;
use super::table::Table;
use crate::country::Country;

/// Enough that a number which is not the same in each login shows.
const LOGINS: usize = 10;

/// Starts the country again with a log that tells, and counts.
pub(super) async fn measure(country: &mut Country, people: &mut People, table: &mut Table) -> Result<()> {
    country.stop()?;
    country.listen(Some("service=trace"));
    country.apart().await?;
    country.listen(None);
    let provider = Provider::ours(country).await?;
    let person = people.first_mut().ok_or_else(|| anyhow::anyhow!("nobody is enrolled"))?;
    // The first login of a driver meets a nonce that it does not know.
    provider.login(person).await?;
    let before = country.said("idp").len();
    for _ in 0..LOGINS {
        provider.login(person).await?;
    }
    let log = country.said("idp").split_off(before);
    // What a background job does stands in no request; what the signer asks meanwhile is no part of a login.
    let of_login = |line: &&str| line.contains("request{") && !line.contains("route=\"/introspect\"");
    let in_requests = || log.lines().filter(of_login);
    let count = |word: &str| in_requests().filter(|line| line.contains(word)).count();
    let (reads, transactions) = (count(": read statement="), count(": applied statements="));
    let written: usize = in_requests().filter_map(|line| number(line, ": applied statements=")).sum();
    for (what, all) in [("reads", reads), ("write transactions", transactions), ("writes", written)] {
        ensure!(all > 0 && all % LOGINS == 0, "{all} {what} in {LOGINS} logins: not the same in each");
    }
    let each = |all: usize| u32::try_from(all / LOGINS).map(f64::from);
    table.ours("statements of SQL in a login", "", each(reads + written)?);
    table.ours("write transactions in a login", "", each(transactions)?);
    Ok(())
}

fn number(line: &str, before: &str) -> Option<usize> {
    let (_, behind) = line.split_once(before)?;
    behind.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}
