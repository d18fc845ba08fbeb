//! The userinfo endpoint (OpenID Connect Core §5.3) as a protected resource (RFC 9449 §7).

use pki_core::feed::Status;
use pki_core::jose::dpop::Proof;
use pki_core::time::Instant;
use serde_json::Value;

use crate::client::Scope;
use crate::discovery::Issuer;
use crate::fault::{ErrorCode, Fault};
use crate::subject::Person;
use crate::token::{Facts, Row};

/// A token that does not exist, has ended, is for elsewhere, or whose person may not log in: one answer.
pub const INVALID_TOKEN: Fault = Fault::new(ErrorCode::InvalidToken, "the access token is not valid here");

/// Answers with `sub` and the granted claims.
///
/// # Errors
/// `invalid_token`; `invalid_dpop_proof` for another key; `insufficient_scope` without openid.
pub fn answer(
    row: &Row,
    facts: &Facts,
    person: Option<&Person>,
    proof: &Proof,
    issuer: &Issuer,
    now: Instant,
) -> Result<String, Fault> {
    proof
        .is_of(&facts.dpop_jkt)
        .map_err(|_| Fault::new(ErrorCode::InvalidDpopProof, "the token is bound to another key"))?;
    let person = person.filter(|person| Some(person.id) == facts.person && person.status == Status::Active);
    let (Some(person), Some(subject)) = (person, &row.subject) else { return Err(INVALID_TOKEN) };
    if !row.is_alive(now) || row.audience != issuer.as_str() {
        return Err(INVALID_TOKEN);
    }
    if !facts.scopes.has(Scope::OpenId) {
        return Err(Fault::new(ErrorCode::InsufficientScope, "the token is not for userinfo"));
    }
    let mut members = person.values.chosen(&facts.userinfo);
    members.insert("sub".into(), subject.as_str().into());
    Ok(Value::Object(members).to_string())
}
