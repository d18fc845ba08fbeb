//! A client comes for tokens, with a code or for itself (RFC 6749 §4.1.3, §4.4).
//!
//! The proof is checked before the client, so that asking for a nonce uses up no assertion; from then on whatever is
//! answered uses it up.

use idp_core::client_auth::AuthenticatedClient;
use idp_core::event::{Event, What};
use idp_core::fault::{ErrorCode, Fault};
use idp_core::grant;
use idp_core::parameters::Parameters;
use idp_core::token::{self, Asked, CodeRequest, Decision, Issue, Redemption, UNKNOWN_CODE};
use pki_core::bytes::Hash;
use pki_core::jose::dpop::{DpopError, Expected, Freshness, Proof};
use service::clock::Instant;

use super::push::authenticate;
use super::{App, Broken, Refused, STALE, feed};
use crate::store::{grants, once, tokens};

/// Answers a token request with the JSON of RFC 6749 §5.1.
pub(crate) async fn answer(app: &App, form: &Parameters, proofs: &[String]) -> Result<String, Refused> {
    let now = app.now();
    let uri = app.issuer.endpoint(idp_core::discovery::path::TOKEN);
    let proof = prove(app, proofs, &Question { method: "POST", uri: &uri, access_token: None, now })?;
    let client = authenticate(app, form)?;
    let decision = match Asked::parse(form, client.client(), &app.clients) {
        Ok(Asked::Code(asked)) => redeem(app, &asked, &client, &proof, now).await?,
        Ok(Asked::Machine { scopes, resource }) => {
            let issue = token::machine(client.client(), scopes, &resource, &proof, &*app.random, now)?;
            Decision::Issue(Box::new(issue))
        }
        Err(fault) => Decision::Refuse(fault),
    };
    match decision {
        Decision::Issue(issue) => hand_out(app, &issue, &client, now).await,
        Decision::Refuse(fault) => {
            app.store.apply(once::assertion(&client)).await?;
            Err(fault.into())
        }
        Decision::RevokeFamily(family, fault) => Err(revoke(app, &family, &client, fault, now).await),
    }
}

/// What a DPoP proof must be for.
pub(super) struct Question<'a> {
    pub(super) method: &'a str,
    pub(super) uri: &'a str,
    pub(super) access_token: Option<&'a str>,
    pub(super) now: Instant,
}

/// Checks a proof with a nonce of ours.
pub(super) fn prove(app: &App, proofs: &[String], question: &Question<'_>) -> Result<Proof, Refused> {
    let expected = Expected {
        method: question.method,
        uri: question.uri,
        access_token: question.access_token,
        freshness: Freshness::Nonce(&app.nonces),
        now: question.now,
    };
    let texts: Vec<&str> = proofs.iter().map(String::as_str).collect();
    Proof::verify(&texts, &expected).map_err(|error| {
        let told = match error {
            DpopError::UseNonce => {
                Fault::new(ErrorCode::UseDpopNonce, "the DPoP proof needs the nonce of this answer")
            }
            _ => Fault::new(ErrorCode::InvalidDpopProof, "the DPoP proof is missing or not valid"),
        };
        Refused::Fault { told, why: error.to_string() }
    })
}

async fn redeem(
    app: &App,
    asked: &CodeRequest,
    client: &AuthenticatedClient<'_>,
    proof: &Proof,
    now: Instant,
) -> Result<Decision, Refused> {
    if !feed::is_fresh(app, now).await? {
        return Ok(Decision::Refuse(STALE));
    }
    let Some(row) = app.store.grant(&asked.code.hash()).await? else {
        return Ok(Decision::Refuse(UNKNOWN_CODE));
    };
    let Some(facts) = grant::Facts::open(&row, &asked.code) else {
        return Ok(Decision::Refuse(UNKNOWN_CODE));
    };
    let person = app.store.person(facts.person).await?;
    let with = Redemption {
        row: &row,
        facts: &facts,
        person: person.as_ref(),
        client: client.client(),
        proof,
        issuer: &app.issuer,
        now,
    };
    Ok(token::redeem(asked, &with, &*app.random)?)
}

async fn hand_out(
    app: &App,
    issue: &Issue,
    client: &AuthenticatedClient<'_>,
    now: Instant,
) -> Result<String, Refused> {
    let event = app.event(&issue.event, now)?;
    let rest = once::assertion(client).then(tokens::issue(&issue.row)).then(event);
    let plan = match &issue.uses_code {
        Some(code) => grants::redeem(code, now).then(rest),
        None => rest,
    };
    match app.store.apply(plan).await {
        Ok(_) => {
            let minted = issue.mint(&app.issuer, app.token_key.as_ref(), &app.token_kid);
            minted.map_err(|error| Refused::Broken(Broken::Sign(error)))
        }
        // Another redemption was first: this one is a replay.
        Err(error) if error.lost("grants.redeem") => match issue.row.family {
            Some(family) => Err(revoke(app, &family, client, UNKNOWN_CODE, now).await),
            None => Err(UNKNOWN_CODE.into()),
        },
        Err(error) => Err(error.into()),
    }
}

async fn revoke(
    app: &App,
    family: &Hash,
    client: &AuthenticatedClient<'_>,
    fault: Fault,
    now: Instant,
) -> Refused {
    let event = Event::at(What::Replayed, client.client().id().clone(), None);
    let event = match app.event(&event, now) {
        Ok(event) => event,
        Err(error) => return error.into(),
    };
    let plan = once::assertion(client).then(tokens::revoke_family(family, now)).then(event);
    match app.store.apply(plan).await {
        Ok(_) => fault.into(),
        Err(error) => error.into(),
    }
}
