//! What must be refused, each the nearest neighbour of something that the walk has just seen accepted, and with nothing lost.

mod login;

use crate::country::Country;
use crate::report::Report;

/// In a country of its own, because these are rude.
pub(super) async fn run(report: &mut Report) {
    let Some(mut country) = report.check("place", Country::place("rejects")) else { return };
    if report.check("start", country.up().map(drop)).is_none() {
        return;
    }
    login::run(report, &country).await;
    report.check("stop", country.stop());
}
