//! Reading: the list and one proposal. No account needed.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::frame::{Corner, Seat, grouped, people, seats, share};
use super::ok;
use super::visitor::Visitor;
use crate::assembly::{Shared, Trouble};
use crate::clock;
use crate::content::{PEOPLE_NEEDED, Proposal};

struct Card<'a> {
    proposal: &'a Proposal,
    count: String,
    share: i64,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    corner: Corner,
    seats: Vec<Seat>,
    needed: String,
    cards: Vec<Card<'a>>,
}

#[derive(Template)]
#[template(path = "proposal.html")]
struct One<'a> {
    corner: Corner,
    proposal: &'a Proposal,
    seats: Vec<Seat>,
    count: String,
    people: &'static str,
    missing: Option<String>,
    /// When the person was counted, if they were.
    mine: Option<String>,
}

/// `GET /`
pub(crate) async fn list(State(assembly): State<Shared>, headers: HeaderMap) -> Result<Response, Trouble> {
    let visitor = Visitor::of(&assembly, &headers).await?;
    let counts = assembly.store.counts().await?;
    let count = |proposal: &Proposal| counts.get(&proposal.number).copied().unwrap_or(0);
    ok(&Home {
        corner: Corner::of(&visitor, "/"),
        // The seats of the proposal that is nearest to a debate.
        seats: seats(assembly.proposals.iter().map(count).max().unwrap_or(0), false),
        needed: grouped(PEOPLE_NEEDED),
        cards: assembly
            .proposals
            .iter()
            .map(|proposal| Card { proposal, count: grouped(count(proposal)), share: share(count(proposal)) })
            .collect(),
    })
}

/// `GET /proposals/{slug}`
pub(crate) async fn show(
    State(assembly): State<Shared>,
    headers: HeaderMap,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    let proposal = assembly.proposal(&slug)?;
    let visitor = Visitor::of(&assembly, &headers).await?;
    let count = assembly.store.counts().await?.get(&proposal.number).copied().unwrap_or(0);
    let mine = match &visitor.session {
        Some(session) => assembly
            .store
            .supports_of(&session.subject)
            .await?
            .into_iter()
            .find(|support| support.proposal == proposal.number),
        None => None,
    };
    ok(&One {
        // Whoever signs in here wants to support.
        corner: Corner::of(&visitor, &format!("/proposals/{slug}")),
        seats: seats(count, mine.is_some()),
        count: grouped(count),
        people: people(count),
        missing: (count < PEOPLE_NEEDED).then(|| grouped(PEOPLE_NEEDED - count)),
        mine: mine.map(|support| clock::written(support.counted)),
        proposal,
    })
}
