//! Supporting a proposal, and what a person has supported.

use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::account::{Csrf, Leave};
use super::frame::{Corner, Seat, grouped, seats};
use super::visitor::Visitor;
use super::{ok, page, to_its_end};
use crate::assembly::{Assembly, Shared, Trouble};
use crate::clock;
use crate::content::{PEOPLE_NEEDED, Proposal};
use crate::signer::is_identifier;
use crate::store::{Outcome, Session, Support};
use crate::support::{self, Settled};

#[derive(Deserialize)]
pub(crate) struct ComeBack {
    request_id: String,
}

#[derive(Template)]
#[template(path = "check.html")]
struct Check<'a> {
    corner: Corner,
    proposal: &'a Proposal,
    name: &'a str,
    csrf: String,
}

/// One row of what a person supports.
struct Mine<'a> {
    proposal: &'a Proposal,
    counted: String,
    receipt: Option<String>,
}

#[derive(Template)]
#[template(path = "mine.html")]
struct MinePage<'a> {
    corner: Corner,
    thanks: Option<Thanks<'a>>,
    mine: Vec<Mine<'a>>,
    needed: String,
}

struct Thanks<'a> {
    title: &'a str,
    given_name: Option<String>,
    number: String,
    receipt: Option<String>,
    seats: Vec<Seat>,
    count: String,
}

#[derive(Template)]
#[template(path = "take_back.html")]
struct TakeBack<'a> {
    corner: Corner,
    proposal: &'a Proposal,
    csrf: String,
}

/// A statement that has not become a support.
#[derive(Template)]
#[template(path = "not_signed.html")]
struct NotSigned<'a> {
    corner: Corner,
    heading: &'static str,
    sentences: &'static [&'static str],
    address: String,
    link: &'static str,
    proposal: &'a Proposal,
}

/// `GET /proposals/{slug}/support`: read once more what you are about to say.
pub(crate) async fn check(
    State(assembly): State<Shared>,
    headers: HeaderMap,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    let proposal = assembly.proposal(&slug)?;
    let visitor = Visitor::of(&assembly, &headers).await?;
    let here = format!("/proposals/{slug}/support");
    let Some(session) = &visitor.session else {
        return Ok(to_sign_in(&here));
    };
    if supports(&assembly, session, proposal).await?.is_some() {
        return Ok(Redirect::to(&format!("/proposals/{slug}/supported")).into_response());
    }
    ok(&Check { corner: Corner::of(&visitor, &here), proposal, name: &session.name, csrf: visitor.csrf() })
}

/// `POST /proposals/{slug}/support`
pub(crate) async fn begin(
    State(assembly): State<Shared>,
    headers: HeaderMap,
    Path(slug): Path<String>,
    Form(form): Form<Csrf>,
) -> Result<Response, Trouble> {
    let visitor = Visitor::of(&assembly, &headers).await?;
    let (secret, session) = visitor.proved(&form.csrf)?;
    if supports(&assembly, session, assembly.proposal(&slug)?).await?.is_some() {
        return Ok(Redirect::to(&format!("/proposals/{slug}/supported")).into_response());
    }
    let (secret, session) = (secret.to_owned(), session.clone());
    let address =
        to_its_end(
            async move { support::begin(&assembly, &secret, &session, assembly.proposal(&slug)?).await },
        )
        .await?;
    ok(&Leave {
        corner: Corner::Unknown,
        heading: "Your statement is ready to sign",
        sentence: "You read and sign it at Chancery. Then you come back here.",
        address: address.into(),
        link: "Go on to Chancery",
    })
}

/// `GET /signed?request_id=`: the person comes back from the signature service.
pub(crate) async fn signed(
    State(assembly): State<Shared>,
    headers: HeaderMap,
    Query(query): Query<ComeBack>,
) -> Result<Response, Trouble> {
    if !is_identifier(&query.request_id) {
        return Err(Trouble::NoSuchPage);
    }
    let visitor = Visitor::of(&assembly, &headers).await?;
    let here = format!("/signed?request_id={}", query.request_id);
    let Some(session) = &visitor.session else {
        return Ok(to_sign_in(&here));
    };
    let row = assembly.store.statement_by_request(&query.request_id).await?.ok_or(Trouble::NoSuchPage)?;
    if row.subject != session.subject {
        return Err(Trouble::OtherPerson);
    }
    let settled = {
        let (assembly, row) = (Shared::clone(&assembly), row.clone());
        to_its_end(async move { support::settle(&assembly, &row).await }).await?
    };
    let proposal = assembly.numbered(row.proposal)?;
    match settled {
        Settled::Ended(Outcome::Counted | Outcome::Already) => {
            Ok(Redirect::to(&format!("/proposals/{}/supported", proposal.slug)).into_response())
        }
        other => not_signed(&visitor, &here, proposal, other, row.sign_url),
    }
}

/// `GET /proposals/{slug}/supported`: thanks, and what happens now. Works when it is bookmarked.
pub(crate) async fn thank(
    State(assembly): State<Shared>,
    headers: HeaderMap,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    let proposal = assembly.proposal(&slug)?;
    let visitor = Visitor::of(&assembly, &headers).await?;
    let Some(session) = &visitor.session else {
        return Ok(to_sign_in(&format!("/proposals/{slug}/supported")));
    };
    let Some(support) = supports(&assembly, session, proposal).await? else {
        return Ok(Redirect::to(&format!("/proposals/{slug}")).into_response());
    };
    let count = assembly.store.counts().await?.get(&proposal.number).copied().unwrap_or(0);
    let thanks = Thanks {
        title: &proposal.title,
        given_name: session.given_name.clone(),
        number: grouped(support.number),
        receipt: support.receipt,
        seats: seats(count, true),
        count: grouped(count),
    };
    list(&assembly, &visitor, session, Some(thanks)).await
}

/// `GET /mine`: what you support.
pub(crate) async fn mine(State(assembly): State<Shared>, headers: HeaderMap) -> Result<Response, Trouble> {
    let visitor = Visitor::of(&assembly, &headers).await?;
    match &visitor.session {
        Some(session) => list(&assembly, &visitor, session, None).await,
        None => Ok(to_sign_in("/mine")),
    }
}

/// `GET /proposals/{slug}/statement.pdf`: your own signed statement, and nobody else's.
pub(crate) async fn own_statement(
    State(assembly): State<Shared>,
    headers: HeaderMap,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    let proposal = assembly.proposal(&slug)?;
    let visitor = Visitor::of(&assembly, &headers).await?;
    let Some(session) = &visitor.session else {
        return Ok(to_sign_in("/mine"));
    };
    let signed =
        assembly.store.signed(proposal.number, &session.subject).await?.ok_or(Trouble::NoSuchPage)?;
    let disposition = format!("attachment; filename=\"statement-{}.pdf\"", proposal.number);
    Ok(([(CONTENT_TYPE, "application/pdf".to_owned()), (CONTENT_DISPOSITION, disposition)], signed)
        .into_response())
}

/// `GET /proposals/{slug}/take-back`
pub(crate) async fn ask_to_take_back(
    State(assembly): State<Shared>,
    headers: HeaderMap,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    let proposal = assembly.proposal(&slug)?;
    let visitor = Visitor::of(&assembly, &headers).await?;
    let here = format!("/proposals/{slug}/take-back");
    let Some(session) = &visitor.session else {
        return Ok(to_sign_in(&here));
    };
    if supports(&assembly, session, proposal).await?.is_none() {
        return Ok(Redirect::to(&format!("/proposals/{slug}")).into_response());
    }
    ok(&TakeBack { corner: Corner::of(&visitor, &here), proposal, csrf: visitor.csrf() })
}

/// `POST /proposals/{slug}/take-back`
pub(crate) async fn take_back(
    State(assembly): State<Shared>,
    headers: HeaderMap,
    Path(slug): Path<String>,
    Form(form): Form<Csrf>,
) -> Result<Response, Trouble> {
    let proposal = assembly.proposal(&slug)?;
    let visitor = Visitor::of(&assembly, &headers).await?;
    let (_, session) = visitor.proved(&form.csrf)?;
    // Twice is as good as once: the person wants it gone, and it is.
    assembly.store.take_back(proposal.number, &session.subject).await?;
    Ok(Redirect::to(&format!("/proposals/{slug}")).into_response())
}

async fn list(
    assembly: &Assembly,
    visitor: &Visitor,
    session: &Session,
    thanks: Option<Thanks<'_>>,
) -> Result<Response, Trouble> {
    let mine = support::of(assembly, session)
        .await?
        .into_iter()
        .map(|(proposal, support)| Mine {
            proposal,
            counted: clock::written(support.counted),
            receipt: support.receipt,
        })
        .collect();
    ok(&MinePage { corner: Corner::of(visitor, "/mine"), thanks, mine, needed: grouped(PEOPLE_NEEDED) })
}

async fn supports(
    assembly: &Assembly,
    session: &Session,
    proposal: &Proposal,
) -> Result<Option<Support>, Trouble> {
    let supports = assembly.store.supports_of(&session.subject).await?;
    Ok(supports.into_iter().find(|support| support.proposal == proposal.number))
}

fn to_sign_in(next: &str) -> Response {
    Redirect::to(&format!("/sign-in?next={}", next.replace('?', "%3F").replace('=', "%3D"))).into_response()
}

fn not_signed(
    visitor: &Visitor,
    here: &str,
    proposal: &Proposal,
    settled: Settled,
    sign_url: Option<String>,
) -> Result<Response, Trouble> {
    let again = format!("/proposals/{}/support", proposal.slug);
    let (heading, sentences, address, link): (_, &[&str], _, _) = match settled {
        Settled::Waiting => (
            "Your statement is not signed yet",
            &["It waits for you at Chancery for seven days. You can sign it now or later."],
            sign_url.unwrap_or(again),
            "Go on to sign",
        ),
        Settled::Finishing => (
            "Your signature is being finished",
            &[
                "You have signed. Chancery still adds the time to your signature. This takes a few seconds, and we count \
               it by ourselves even if you close this page.",
            ],
            here.to_owned(),
            "Look again",
        ),
        Settled::Ended(Outcome::Refused) => (
            "You did not sign",
            &[
                "Nothing was counted, and nobody is told. You can still support the proposal whenever you want.",
            ],
            again,
            "Support it after all",
        ),
        Settled::Ended(Outcome::Expired) => (
            "The time to sign is over",
            &[
                "A statement waits for seven days. Nothing was counted. Make a new one to support the proposal.",
            ],
            again,
            "Make a new statement",
        ),
        Settled::Ended(Outcome::TakenBack) => (
            "You took this support back",
            &["It is not counted, and we keep no copy of the statement."],
            again,
            "Support it again",
        ),
        Settled::Ended(Outcome::NotAccepted | Outcome::Counted | Outcome::Already) => (
            "We could not confirm the signature",
            &[
                "We check every signed statement with a program of our own. It could not confirm this one, so nothing \
                 was counted. It is not your fault.",
                "Try once more with a new statement. If it happens again, call the Assembly’s office: 0800 118 118.",
            ],
            again,
            "Make a new statement",
        ),
    };
    page(
        StatusCode::OK,
        &NotSigned { corner: Corner::of(visitor, here), heading, sentences, address, link, proposal },
    )
}
