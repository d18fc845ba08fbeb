//! Token introspection (RFC 7662): what a resource may know about a token that was presented to it.
//!
//! Only tokens whose audience is the caller; for anything else the answer is the same `{"active":false}`. The
//! signer learns its own handle of the person and nothing more.

use pki_core::feed::Status;
use pki_core::jose::base64url;
use pki_core::time::Instant;
use serde_json::json;

use crate::client::Client;
use crate::discovery::Issuer;
use crate::subject::{PairwiseKey, Person, Subject};
use crate::token::{Facts, Row};

/// RFC 7662 §2.2: nothing else is said about a token that is not active.
pub const INACTIVE: &str = r#"{"active":false}"#;

/// A presented token with what is known about it.
#[derive(Clone, Copy)]
pub struct Presented<'a> {
    /// Its row.
    pub row: &'a Row,
    /// What it opened.
    pub facts: &'a Facts,
    /// The person, as they are known now.
    pub person: Option<&'a Person>,
}

/// The answer for `caller`.
#[must_use]
pub fn answer(
    token: Option<Presented<'_>>,
    caller: &Client,
    pairwise: &PairwiseKey,
    issuer: &Issuer,
    now: Instant,
) -> String {
    token
        .and_then(|token| active(token, caller, pairwise, issuer, now))
        .unwrap_or_else(|| INACTIVE.to_owned())
}

fn active(
    token: Presented<'_>,
    caller: &Client,
    pairwise: &PairwiseKey,
    issuer: &Issuer,
    now: Instant,
) -> Option<String> {
    let Presented { row, facts, person } = token;
    let resource = caller.resource()?;
    if !row.is_alive(now) || row.audience != resource.as_str() {
        return None;
    }
    let mut answer = json!({
        "active": true,
        "iss": issuer.as_str(),
        "client_id": row.client.as_str(),
        "aud": row.audience,
        "scope": facts.scopes.text(),
        "token_type": "DPoP",
        "iat": row.issued.seconds(),
        "exp": row.expires.seconds(),
        "cnf": { "jkt": base64url(facts.dpop_jkt.as_bytes()) },
    });
    let members = answer.as_object_mut()?;
    // A token of a client for itself has no sub: nobody stands behind it.
    if let Some(id) = facts.person {
        let person = person.filter(|person| person.id == id && person.status == Status::Active)?;
        members.insert("sub".into(), Subject::at(caller, person, pairwise)?.as_str().into());
        members.insert("acr".into(), facts.acr.as_deref()?.into());
        members.insert("auth_time".into(), facts.auth_time?.seconds().into());
    }
    Some(answer.to_string())
}
