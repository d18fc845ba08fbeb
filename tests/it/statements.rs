//! What a login and a signing act cost the databases, statement by statement, as the log tells them. A number that becomes
//! larger is a decision: it is made here, in the commit that needs it. What the numbers cost in CPU time says `conformance/run bench`.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;

use conformance::html::Ceremony;
use conformance::relying_party::Fault;
use conformance::walk::{TIME_STAMP_PATH, agency};

use crate::login::code;
use crate::sign::reads;
use crate::world::World;

/// Of all requests to one route.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cost {
    /// Statements that read.
    reads: usize,
    /// Statements that write.
    writes: usize,
    /// Transactions in which they write.
    transactions: usize,
}

const fn cost(reads: usize, writes: usize, transactions: usize) -> Cost {
    Cost { reads, writes, transactions }
}

/// What was asked of the databases since then for the sake of requests to these routes. Background work stands in no request,
/// and what agencies and houses ask each other meanwhile goes to other routes.
#[track_caller]
fn assert_costs(world: &World, since: usize, expected: &[(&str, Cost)]) {
    let mut costs = BTreeMap::<String, Cost>::new();
    for line in world.log.since(since).lines() {
        let Some((_, behind)) = line.split_once("request{") else { continue };
        let (span, event) = behind.split_once("}: ").unwrap();
        let (_, route) = span.split_once("route=\"").unwrap();
        let cost = costs.entry(route.trim_end_matches('"').to_owned()).or_default();
        if event.starts_with("service::db::sql: read ") {
            cost.reads += 1;
        } else if let Some(applied) = event.strip_prefix("service::db::plan: applied statements=") {
            cost.transactions += 1;
            cost.writes += applied.split(' ').next().unwrap().parse::<usize>().unwrap();
        }
    }
    let found: Vec<_> =
        expected.iter().map(|(route, _)| (*route, costs.get(*route).copied().unwrap_or_default())).collect();
    assert_eq!(found, expected);
}

/// Mira, who agreed before and has no session, logs in at the agency.
#[tokio::test]
async fn a_login_costs_so_many_statements() {
    let world = World::open().await;
    let (agency, mut mira) = (world.relying_party().await, world.person("Mira").await);
    let mut since = 0;
    for _ in 0..2 {
        mira.forget();
        since = world.log.end();
        let (pushed, code) = code(&world, &agency, &mut mira).await;
        let tokens = agency.redeem(&pushed, &code, Fault::default()).await.unwrap().ok().unwrap();
        agency.userinfo(&tokens.text("access_token").unwrap(), None).await.unwrap().ok().unwrap();
    }
    assert_costs(
        &world,
        since,
        &[
            ("/par", cost(0, 2, 1)),
            ("/authorize", cost(1, 1, 1)),
            ("/sign-in", cost(4, 7, 2)),
            ("/token", cost(2, 4, 1)),
            ("/userinfo", cost(2, 0, 0)),
        ],
    );
}

/// Mira touches her passkey, and the same answer brings the finished file.
#[tokio::test]
async fn a_signing_act_costs_so_many_statements() {
    let world = World::open().await;
    let mut mira = world.person("Mira").await;
    let reading = reads(&world, &mut mira, 0).await;
    let accept = agency::to_accept(&mut mira, &reading).await.unwrap();
    let form = mira.with_credential(&accept.page(), Ceremony::Get).unwrap();
    let since = world.log.end();
    let answered = mira.submit_and_stop(&form, form.buttons.first()).await.unwrap();
    assert!(answered.status.is_redirection(), "{}", answered.said());
    assert_costs(
        &world,
        since,
        &[
            ("/sign/{id}/accept", cost(11, 19, 5)),
            ("/certificates", cost(4, 4, 2)),
            (TIME_STAMP_PATH, cost(0, 0, 0)),
        ],
    );
}
