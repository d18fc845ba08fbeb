//! From a request to a code: what is still needed, and the one grant that comes of it.
//!
//! [`Situation::next`] looks at what is there (session, person, earlier consent) and says what must happen; it keeps
//! nothing, so it can be asked again after each step. A [`Ready`] exists only when everything is there, is consumed
//! by [`Ready::fulfil`], and becomes a row whose primary key is the transaction: a second fulfilment cannot exist.

use std::collections::BTreeSet;

use pki_core::bytes::{Hash, Id};
use pki_core::feed::Status;
use pki_core::key::{Random, RandomError, SealError};
use pki_core::time::Instant;
use serde::{Deserialize, Serialize};

use crate::assurance::{self, Method};
use crate::authorize::{Answer, Prompt, Request};
use crate::claims::ClaimName;
use crate::client::{Client, ClientId, Role, Scopes};
use crate::consent::{self, Consent};
use crate::event::{Event, What};
use crate::fault::{ErrorCode, Fault};
use crate::pkce::Challenge;
use crate::secret::Code;
use crate::session::Session;
use crate::subject::{PairwiseKey, Person, PersonId, Subject, session_id};

/// How long a code lives (K-7: dead after 60 s at the latest).
pub const CODE_SECONDS: i64 = 30;

/// All that decides what happens next.
#[derive(Clone, Copy)]
pub struct Situation<'a> {
    /// The request.
    pub request: &'a Request,
    /// Who asks.
    pub client: &'a Client,
    /// When this transaction was first shown.
    pub begun: Instant,
    /// The browser's session, if it has one.
    pub session: Option<&'a Session>,
    /// The person of that session, as they are known now.
    pub person: Option<&'a Person>,
    /// What they agreed to earlier, at this agency.
    pub remembered: Option<&'a Consent>,
    /// The subject of a valid `id_token_hint`.
    pub hinted: Option<&'a Subject>,
    /// The key of pairwise subjects.
    pub pairwise: &'a PairwiseKey,
    /// Now.
    pub now: Instant,
}

/// What happens next.
#[derive(Debug, PartialEq)]
pub enum Next<'a> {
    /// The person shows their passkey.
    SignIn,
    /// The person is asked for this.
    AskConsent(Consent),
    /// Everything is there.
    Ready(Ready<'a>),
    /// The agency is told no.
    Refuse(Answer),
}

/// Everything that a grant needs was checked. Only this file makes one.
#[derive(Debug, PartialEq)]
pub struct Ready<'a> {
    request: &'a Request,
    client: &'a Client,
    person: PersonId,
    session: Hash,
    subject: Subject,
    method: Method,
    auth_time: Instant,
    acr: &'static str,
    remember: Option<Consent>,
}

/// Why nobody is there, well enough for a request.
enum Lacking {
    /// A passkey would help.
    Person,
    /// Nothing would.
    Ground(Fault),
}

struct Known<'a> {
    session: &'a Session,
    person: &'a Person,
    subject: Subject,
    acr: &'static str,
}

impl<'a> Situation<'a> {
    /// What is still needed.
    #[must_use]
    pub fn next(&self) -> Next<'a> {
        let known = match self.known() {
            Ok(known) => known,
            Err(lacking) => return self.lacking(lacking),
        };
        let asked = Consent::asked(self.request, self.client);
        let decided = self.client.role() == Role::Signer
            || self.remembered.is_some_and(|consent| consent.covers(&asked));
        match (self.request.prompt(), decided) {
            (Prompt::Interactive { consent: true, .. }, _) if self.client.role() == Role::Agency => {
                Next::AskConsent(asked)
            }
            (_, true) => Next::Ready(self.ready(known, None)),
            // OpenID Connect Core §3.1.2.6: without a page there is no decision.
            (Prompt::None, false) => self.lacking(Lacking::Ground(Fault::new(
                ErrorCode::ConsentRequired,
                "the person has not agreed to this yet",
            ))),
            (Prompt::Interactive { .. }, false) => Next::AskConsent(asked),
        }
    }

    /// What follows when the person has just accepted what they were asked: a decision never replaces a passkey.
    #[must_use]
    pub fn accepted(&self) -> Next<'a> {
        let known = match self.known() {
            Ok(known) => known,
            Err(lacking) => return self.lacking(lacking),
        };
        let accepted = Consent::accepted(&Consent::asked(self.request, self.client), self.client);
        let remember = self.remembered.map_or_else(|| accepted.clone(), |earlier| accepted.and(earlier));
        Next::Ready(self.ready(known, Some(remember)))
    }

    fn lacking(&self, lacking: Lacking) -> Next<'a> {
        match lacking {
            Lacking::Person => Next::SignIn,
            Lacking::Ground(fault) => Next::Refuse(self.request.refuse(fault)),
        }
    }

    // Who is there, well enough for this request.
    fn known(&self) -> Result<Known<'a>, Lacking> {
        let refuse = |code, why| Lacking::Ground(Fault::new(code, why));
        let present = match (self.session, self.person) {
            (Some(session), Some(person)) if self.is_good_for_this(session, person) => {
                Some((session, person))
            }
            _ => None,
        };
        let (session, person) = match (present, self.request.prompt()) {
            (Some(present), _) => present,
            (None, Prompt::Interactive { .. }) => return Err(Lacking::Person),
            (None, Prompt::None) => {
                return Err(refuse(
                    ErrorCode::LoginRequired,
                    "the person is not logged in, or not recently enough",
                ));
            }
        };
        let subject = Subject::at(self.client, person, self.pairwise)
            .ok_or(refuse(ErrorCode::AccessDenied, "the person is not known to the signer"))?;
        if self.hinted.is_some_and(|hinted| *hinted != subject) {
            return Err(refuse(ErrorCode::LoginRequired, "another person is logged in"));
        }
        let acr = assurance::acr(person.proofing, session.method());
        let essential = &self.request.wish().essential_acr;
        if !essential.is_empty() && !essential.iter().any(|value| value == acr) {
            return Err(refuse(
                ErrorCode::UnmetAuthenticationRequirements,
                "the essential acr cannot be reached",
            ));
        }
        Ok(Known { session, person, subject, acr })
    }

    fn is_good_for_this(&self, session: &Session, person: &Person) -> bool {
        let in_this_transaction = session.auth_time() >= self.begun;
        let age = self.now.seconds_since(session.auth_time());
        // OpenID Connect Core §3.1.2.1: max_age 0 means a login now, which is one within this transaction.
        let young =
            self.request.max_age_seconds().is_none_or(|max| age <= max && max > 0) || in_this_transaction;
        let wants_login = matches!(self.request.prompt(), Prompt::Interactive { login: true, .. });
        session.is_alive(self.now)
            && session.person() == person.id
            && person.status == Status::Active
            && young
            && (!wants_login || in_this_transaction)
    }

    fn ready(&self, known: Known<'a>, remember: Option<Consent>) -> Ready<'a> {
        Ready {
            request: self.request,
            client: self.client,
            person: known.person.id,
            session: known.session.id(),
            subject: known.subject,
            method: known.session.method(),
            auth_time: known.session.auth_time(),
            acr: known.acr,
            remember,
        }
    }
}

/// The person said no.
#[must_use]
pub fn refused_by_person(request: &Request) -> Answer {
    request.refuse(Fault::new(ErrorCode::AccessDenied, "the person refused"))
}

/// What a code stands for. Sealed under the code itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Who.
    pub person: PersonId,
    /// Where the answer went.
    pub redirect_uri: String,
    /// What the redeemer must know.
    pub challenge: Challenge,
    /// Echoed.
    pub nonce: Option<String>,
    /// What was granted.
    pub scopes: Scopes,
    /// From the userinfo endpoint.
    pub userinfo: BTreeSet<ClaimName>,
    /// In the ID token.
    pub id_token: BTreeSet<ClaimName>,
    /// The key that the code is bound to, where it is.
    pub dpop_jkt: Option<Hash>,
    /// The resource that the token will be for.
    pub resource: Option<String>,
    /// How the person proved themselves.
    pub method: Method,
    /// When.
    pub auth_time: Instant,
    /// How sure we were.
    pub acr: String,
    /// The session, as this client knows it.
    pub sid: String,
}

/// A code as its row holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which transaction; primary key, and the family of all tokens that come of it.
    pub transaction: Hash,
    /// Hash of the code.
    pub code: Hash,
    /// For which client.
    pub client: ClientId,
    /// The person, as that client knows them.
    pub subject: Subject,
    /// End.
    pub expires: Instant,
    /// When it was redeemed.
    pub used: Option<Instant>,
    /// [`Facts`] under the code.
    pub sealed: Vec<u8>,
}

/// A grant to write, and the answer that leaves once it is written.
#[derive(Debug, PartialEq)]
pub struct Fulfilled {
    /// First write: its transaction is a primary key.
    pub row: Row,
    /// What the person decided, where they were asked.
    pub remember: Option<Consent>,
    /// Same write.
    pub event: Event,
    /// After the write.
    pub answer: Answer,
}

impl Ready<'_> {
    /// Makes the code.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn fulfil(
        self,
        transaction: Hash,
        random: &dyn Random,
        now: Instant,
    ) -> Result<Fulfilled, SealError> {
        let code = Code::generate(random).map_err(|RandomError| SealError::Random(RandomError))?;
        let facts = Facts {
            person: self.person,
            redirect_uri: self.request.redirect_uri().as_str().to_owned(),
            challenge: self.request.challenge().clone(),
            nonce: self.request.nonce().map(str::to_owned),
            scopes: self.request.scopes().clone(),
            userinfo: consent::userinfo_claims(self.request, self.client),
            id_token: consent::id_token_claims(self.request, self.client),
            dpop_jkt: self.request.dpop_jkt(),
            resource: self.request.resource().map(|resource| resource.as_str().to_owned()),
            method: self.method,
            auth_time: self.auth_time,
            acr: self.acr.to_owned(),
            sid: session_id(&self.session, self.client.id().as_str()),
        };
        let row = Row {
            transaction,
            code: code.hash(),
            client: self.client.id().clone(),
            subject: self.subject.clone(),
            expires: now.plus_seconds(CODE_SECONDS),
            used: None,
            sealed: code.seal(random, &facts.write())?,
        };
        let event = Event::at(What::Granted, self.client.id().clone(), Some(self.subject));
        Ok(Fulfilled { row, remember: self.remember, event, answer: self.request.answer(code) })
    }
}

#[derive(Serialize, Deserialize)]
struct Wire {
    person: String,
    redirect_uri: String,
    challenge: String,
    nonce: Option<String>,
    scopes: String,
    userinfo: String,
    id_token: String,
    dpop_jkt: Option<String>,
    resource: Option<String>,
    method: String,
    auth_time: i64,
    acr: String,
    sid: String,
}

impl Facts {
    fn write(&self) -> Vec<u8> {
        let wire = Wire {
            person: self.person.0.hex(),
            redirect_uri: self.redirect_uri.clone(),
            challenge: self.challenge.as_str().to_owned(),
            nonce: self.nonce.clone(),
            scopes: self.scopes.text(),
            userinfo: consent::claims_text(&self.userinfo),
            id_token: consent::claims_text(&self.id_token),
            dpop_jkt: self.dpop_jkt.map(|jkt| jkt.hex()),
            resource: self.resource.clone(),
            method: self.method.as_str().to_owned(),
            auth_time: self.auth_time.micros(),
            acr: self.acr.clone(),
            sid: self.sid.clone(),
        };
        serde_json::to_vec(&wire).unwrap_or_default()
    }

    /// Opens what a code stands for. `None`: the row was not sealed under this code, or was changed.
    #[must_use]
    pub fn open(row: &Row, code: &Code) -> Option<Self> {
        let wire: Wire = serde_json::from_slice(&code.open(&row.sealed).ok()?).ok()?;
        Some(Self {
            person: PersonId(Id::from_hex(&wire.person)?),
            redirect_uri: wire.redirect_uri,
            challenge: Challenge::from_row(&wire.challenge),
            nonce: wire.nonce,
            scopes: Scopes::parse(&wire.scopes),
            userinfo: consent::claims_from_text(&wire.userinfo),
            id_token: consent::claims_from_text(&wire.id_token),
            dpop_jkt: match wire.dpop_jkt {
                None => None,
                Some(jkt) => Some(Hash::from_hex(&jkt)?),
            },
            resource: wire.resource,
            method: Method::parse(&wire.method)?,
            auth_time: Instant::from_micros(wire.auth_time),
            acr: wire.acr,
            sid: wire.sid,
        })
    }
}

#[cfg(test)]
mod tests;
