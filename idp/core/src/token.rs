//! The token endpoint (RFC 6749 §4.1.3, §4.4; OpenID Connect Core §3.1.3; RFC 9449 §5).
//!
//! [`redeem`] and [`machine`] look and decide; they write nothing. A decision is a value: rows to write (the first of
//! which is conditional, so that of fifty redemptions one wins), a refusal, or a refusal that also takes back what
//! an earlier redemption gave.

use std::collections::BTreeSet;

use pki_core::bytes::{Hash, Id};
use pki_core::feed::Status;
use pki_core::jose::JoseError;
use pki_core::jose::dpop::Proof;
use pki_core::key::{Random, SealError, SigningKey};
use pki_core::time::Instant;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::claims::ClaimName;
use crate::client::{Client, ClientId, Clients, Resource, Role, Scope, Scopes};
use crate::consent;
use crate::discovery::Issuer;
use crate::event::{Event, What};
use crate::fault::{ErrorCode, Fault};
use crate::grant;
use crate::id_token::IdToken;
use crate::parameters::Parameters;
use crate::secret::{AccessToken, Code};
use crate::subject::{Person, PersonId, Subject};

/// How long an access token lives.
pub const ACCESS_SECONDS: i64 = 300;

/// What a client asks the token endpoint for.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// Tokens for a code.
    Code(Box<CodeRequest>),
    /// A token for the client itself.
    Machine {
        /// What for.
        scopes: Scopes,
        /// Where.
        resource: Resource,
    },
}

/// `grant_type=authorization_code`.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeRequest {
    /// The code.
    pub code: Code,
    redirect_uri: Option<String>,
    verifier: Option<String>,
    resource: Option<String>,
}

impl Asked {
    /// Reads the form.
    ///
    /// # Errors
    /// `unsupported_grant_type`, `invalid_request`, `invalid_grant` for something that is no code of ours,
    /// `invalid_scope`, `invalid_target`.
    pub fn parse(form: &Parameters, client: &Client, clients: &Clients) -> Result<Self, Fault> {
        let text = |name: &str| form.get(name).map(str::to_owned);
        match form.get("grant_type") {
            Some("authorization_code") => {
                let code =
                    form.get("code").ok_or(Fault::new(ErrorCode::InvalidRequest, "code is required"))?;
                Ok(Self::Code(Box::new(CodeRequest {
                    code: Code::parse(code).ok_or(UNKNOWN_CODE)?,
                    redirect_uri: text("redirect_uri"),
                    verifier: text("code_verifier"),
                    resource: text("resource"),
                })))
            }
            Some("client_credentials") => {
                // openid and profile are about a person, and there is none here; without a scope (RFC 6749 §3.3) it
                // is the one that there is.
                let own = client.scopes().only(Scope::Sign);
                let scopes = form.get("scope").map_or_else(|| own.clone(), Scopes::parse);
                if scopes.is_empty() || scopes != own || client.role() != Role::Agency {
                    return Err(Fault::new(
                        ErrorCode::InvalidScope,
                        "the client may ask for scope sign only, if it is registered",
                    ));
                }
                let resource = form.get("resource").and_then(|resource| clients.resource(resource)).cloned();
                let resource = resource
                    .ok_or(Fault::new(ErrorCode::InvalidTarget, "resource is missing or not known here"))?;
                Ok(Self::Machine { scopes, resource })
            }
            Some(_) => Err(Fault::new(ErrorCode::UnsupportedGrantType, "grant_type is not offered")),
            None => Err(Fault::new(ErrorCode::InvalidRequest, "grant_type is required")),
        }
    }
}

/// A code that does not exist, has expired, was for another client, or was used: RFC 6749 §5.2 has one answer.
pub const UNKNOWN_CODE: Fault =
    Fault::new(ErrorCode::InvalidGrant, "the code is unknown, expired or already used");

/// What an access token stands for. Sealed under the token itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Whose, where it is a person's.
    pub person: Option<PersonId>,
    /// What for.
    pub scopes: Scopes,
    /// What the userinfo endpoint gives.
    pub userinfo: BTreeSet<ClaimName>,
    /// The key that must be proved with it.
    pub dpop_jkt: Hash,
    /// How sure we were.
    pub acr: Option<String>,
    /// When the person proved themselves.
    pub auth_time: Option<Instant>,
}

/// An access token as its row holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Hash of the token.
    pub id: Hash,
    /// Whom it was given to.
    pub client: ClientId,
    /// The person, as that client knows them.
    pub subject: Option<Subject>,
    /// Where it may be used: our issuer (userinfo) or a resource.
    pub audience: String,
    /// The transaction that it came of: a replayed code revokes the whole family.
    pub family: Option<Hash>,
    /// When it was made.
    pub issued: Instant,
    /// End.
    pub expires: Instant,
    /// Taken back.
    pub revoked: Option<Instant>,
    /// [`Facts`] under the token.
    pub sealed: Vec<u8>,
}

impl Row {
    /// Whether it still counts.
    #[must_use]
    pub fn is_alive(&self, now: Instant) -> bool {
        self.revoked.is_none() && now < self.expires
    }
}

/// Tokens to hand out once the rows are written.
#[derive(Debug, PartialEq)]
pub struct Issue {
    /// The new token's row.
    pub row: Row,
    /// The code that is used up, in the first and conditional write.
    pub uses_code: Option<Hash>,
    /// Same write.
    pub event: Event,
    access_token: AccessToken,
    id_token: Option<IdToken>,
    scopes: Scopes,
}

/// What the token endpoint does.
#[derive(Debug, PartialEq)]
pub enum Decision {
    /// Write, then hand out.
    Issue(Box<Issue>),
    /// Say no.
    Refuse(Fault),
    /// Revoke every token of the transaction and say no (RFC 6749 §4.1.2: a code was used twice).
    RevokeFamily(Hash, Fault),
}

/// What a redemption is decided on.
#[derive(Clone, Copy)]
pub struct Redemption<'a> {
    /// The code's row.
    pub row: &'a grant::Row,
    /// What the code opened.
    pub facts: &'a grant::Facts,
    /// The person, as they are known now.
    pub person: Option<&'a Person>,
    /// The authenticated client.
    pub client: &'a Client,
    /// The proved key.
    pub proof: &'a Proof,
    /// Ourselves.
    pub issuer: &'a Issuer,
    /// Now.
    pub now: Instant,
}

/// Decides about a code.
///
/// # Errors
/// When there is no randomness.
pub fn redeem(
    asked: &CodeRequest,
    with: &Redemption<'_>,
    random: &dyn Random,
) -> Result<Decision, SealError> {
    // Another client's code is refused and left alone: it must not be able to spoil it (failure B-10).
    if with.row.client != *with.client.id() {
        return Ok(Decision::Refuse(UNKNOWN_CODE));
    }
    if with.row.used.is_some() {
        return Ok(Decision::RevokeFamily(with.row.transaction, UNKNOWN_CODE));
    }
    if let Err(fault) = check(asked, with) {
        return Ok(Decision::Refuse(fault));
    }
    let facts = with.facts;
    let token = AccessToken::generate(random).map_err(SealError::Random)?;
    let row = Row {
        id: token.hash(),
        client: with.row.client.clone(),
        subject: Some(with.row.subject.clone()),
        audience: facts.resource.clone().unwrap_or_else(|| with.issuer.as_str().to_owned()),
        family: Some(with.row.transaction),
        issued: with.now,
        expires: with.now.plus_seconds(ACCESS_SECONDS),
        revoked: None,
        sealed: token.seal(
            random,
            &Facts {
                person: Some(facts.person),
                scopes: facts.scopes.clone(),
                userinfo: facts.userinfo.clone(),
                dpop_jkt: with.proof.thumbprint(),
                acr: Some(facts.acr.clone()),
                auth_time: Some(facts.auth_time),
            }
            .write(),
        )?,
    };
    Ok(Decision::Issue(Box::new(Issue {
        event: Event::at(What::Redeemed, row.client.clone(), row.subject.clone()),
        row,
        uses_code: Some(with.row.code),
        access_token: token,
        id_token: id_token(with),
        scopes: facts.scopes.clone(),
    })))
}

fn check(asked: &CodeRequest, with: &Redemption<'_>) -> Result<(), Fault> {
    let facts = with.facts;
    let refuse = |why| Err(Fault::new(ErrorCode::InvalidGrant, why));
    if with.now >= with.row.expires {
        return Err(UNKNOWN_CODE);
    }
    // RFC 6749 §4.1.3: the same redirect_uri as in the request.
    if asked.redirect_uri.as_deref() != Some(facts.redirect_uri.as_str()) {
        return refuse("redirect_uri is not the one of the request");
    }
    facts.challenge.check(asked.verifier.as_deref())?;
    // RFC 9449 §10.
    if facts.dpop_jkt.is_some_and(|jkt| with.proof.is_of(&jkt).is_err()) {
        return refuse("the DPoP key is not the one of the request");
    }
    if asked.resource.is_some() && asked.resource != facts.resource {
        return Err(Fault::new(ErrorCode::InvalidTarget, "resource is not the one of the request"));
    }
    match with.person {
        Some(person) if person.id == facts.person && person.status == Status::Active => Ok(()),
        _ => refuse("the person may not log in"),
    }
}

fn id_token(with: &Redemption<'_>) -> Option<IdToken> {
    let facts = with.facts;
    let person = with.person.filter(|_| facts.scopes.has(Scope::OpenId))?;
    Some(IdToken {
        client: with.row.client.clone(),
        subject: with.row.subject.clone(),
        issued: with.now,
        auth_time: facts.auth_time,
        method: facts.method,
        acr: facts.acr.clone(),
        nonce: facts.nonce.clone(),
        sid: facts.sid.clone(),
        claims: person.values.chosen(&facts.id_token),
    })
}

/// A token for the client itself (RFC 6749 §4.4): no person, no ID token.
///
/// # Errors
/// When there is no randomness.
pub fn machine(
    client: &Client,
    scopes: Scopes,
    resource: &Resource,
    proof: &Proof,
    random: &dyn Random,
    now: Instant,
) -> Result<Issue, SealError> {
    let token = AccessToken::generate(random).map_err(SealError::Random)?;
    let facts = Facts {
        person: None,
        scopes: scopes.clone(),
        userinfo: BTreeSet::new(),
        dpop_jkt: proof.thumbprint(),
        acr: None,
        auth_time: None,
    };
    let row = Row {
        id: token.hash(),
        client: client.id().clone(),
        subject: None,
        audience: resource.as_str().to_owned(),
        family: None,
        issued: now,
        expires: now.plus_seconds(ACCESS_SECONDS),
        revoked: None,
        sealed: token.seal(random, &facts.write())?,
    };
    let event = Event::at(What::MachineToken, client.id().clone(), None);
    Ok(Issue { row, uses_code: None, event, access_token: token, id_token: None, scopes })
}

impl Issue {
    /// The answer (RFC 6749 §5.1, RFC 9449 §5), with the ID token signed now.
    ///
    /// # Errors
    /// When the key does not sign.
    pub fn mint(&self, issuer: &Issuer, key: &dyn SigningKey, kid: &str) -> Result<String, JoseError> {
        let access_token = self.access_token.text();
        let mut answer = json!({
            "access_token": access_token,
            "token_type": "DPoP",
            "expires_in": ACCESS_SECONDS,
            "scope": self.scopes.text(),
        });
        if let (Some(token), Some(members)) = (&self.id_token, answer.as_object_mut()) {
            members.insert("id_token".into(), token.sign(issuer, key, kid, &access_token)?.into());
        }
        Ok(answer.to_string())
    }
}

#[derive(Serialize, Deserialize)]
struct Wire {
    person: Option<String>,
    scopes: String,
    userinfo: String,
    dpop_jkt: String,
    acr: Option<String>,
    auth_time: Option<i64>,
}

impl Facts {
    fn write(&self) -> Vec<u8> {
        let wire = Wire {
            person: self.person.map(|person| person.0.hex()),
            scopes: self.scopes.text(),
            userinfo: consent::claims_text(&self.userinfo),
            dpop_jkt: self.dpop_jkt.hex(),
            acr: self.acr.clone(),
            auth_time: self.auth_time.map(Instant::micros),
        };
        serde_json::to_vec(&wire).unwrap_or_default()
    }

    /// Opens what a token stands for. `None`: the row was not sealed under this token, or was changed.
    #[must_use]
    pub fn open(row: &Row, token: &AccessToken) -> Option<Self> {
        let wire: Wire = serde_json::from_slice(&token.open(&row.sealed).ok()?).ok()?;
        Some(Self {
            person: match wire.person {
                None => None,
                Some(person) => Some(PersonId(Id::from_hex(&person)?)),
            },
            scopes: Scopes::parse(&wire.scopes),
            userinfo: consent::claims_from_text(&wire.userinfo),
            dpop_jkt: Hash::from_hex(&wire.dpop_jkt)?,
            acr: wire.acr,
            auth_time: wire.auth_time.map(Instant::from_micros),
        })
    }
}

#[cfg(test)]
mod tests;
