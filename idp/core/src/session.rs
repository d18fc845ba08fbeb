//! A browser's session: who proved themselves there, how and when. It knows no client.
//!
//! It begins only with an [`authn::Proof`](crate::authn::Proof) of an active person, and its row holds the hash of
//! the cookie's secret, two instants, and the rest sealed under that secret.

use pki_core::bytes::{Hash, Id};
use pki_core::feed::Status;
use pki_core::key::{Random, SealError};
use pki_core::time::Instant;
use serde::{Deserialize, Serialize};

use crate::assurance::Method;
use crate::authn::Proof;
use crate::secret::SessionSecret;
use crate::subject::{Person, PersonId};

/// Overall life at level `substantial` (NIST SP 800-63B-4 §2.2.3: 24 hours).
pub const LIFE_SECONDS: i64 = 24 * 60 * 60;
/// Life without use (NIST SP 800-63B-4 §2.2.3: 1 hour).
pub const IDLE_SECONDS: i64 = 60 * 60;

/// Why there is no session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// The person is suspended, revoked or deceased.
    #[error("this person may not log in")]
    NotActive(Status),
    /// The proof is of somebody else.
    #[error("the proof is of another person")]
    OtherPerson,
    /// The row was not made for this cookie, or was changed.
    #[error("the session cannot be read")]
    Unreadable,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    id: Hash,
    person: PersonId,
    method: Method,
    auth_time: Instant,
    seen: Instant,
}

/// A session as its row holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Hash of the cookie's secret.
    pub id: Hash,
    /// Last use.
    pub seen: Instant,
    /// End, whatever happens.
    pub expires: Instant,
    /// Who, how and when, under the cookie's secret.
    pub sealed: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    person: String,
    method: String,
    auth_time: i64,
}

impl Session {
    /// Begins a session for the person of the proof.
    ///
    /// # Errors
    /// When the person may not log in.
    pub fn begin(proof: &Proof, person: &Person, secret: &SessionSecret) -> Result<Self, SessionError> {
        if proof.person() != person.id {
            return Err(SessionError::OtherPerson);
        }
        if person.status != Status::Active {
            return Err(SessionError::NotActive(person.status));
        }
        let at = proof.at();
        Ok(Self { id: secret.hash(), person: person.id, method: proof.method(), auth_time: at, seen: at })
    }

    /// As its row holds it.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn row(&self, secret: &SessionSecret, random: &dyn Random) -> Result<Row, SealError> {
        let wire = Wire {
            person: self.person.0.hex(),
            method: self.method.as_str().to_owned(),
            auth_time: self.auth_time.micros(),
        };
        let sealed = secret.seal(random, serde_json::to_string(&wire).unwrap_or_default().as_bytes())?;
        Ok(Row { id: self.id, seen: self.seen, expires: self.auth_time.plus_seconds(LIFE_SECONDS), sealed })
    }

    /// From its row and the cookie's secret.
    ///
    /// # Errors
    /// [`SessionError::Unreadable`].
    pub fn open(row: &Row, secret: &SessionSecret) -> Result<Self, SessionError> {
        let plain = secret.open(&row.sealed).map_err(|_| SessionError::Unreadable)?;
        let wire: Wire = serde_json::from_slice(&plain).map_err(|_| SessionError::Unreadable)?;
        Ok(Self {
            id: row.id,
            person: PersonId(Id::from_hex(&wire.person).ok_or(SessionError::Unreadable)?),
            method: Method::parse(&wire.method).ok_or(SessionError::Unreadable)?,
            auth_time: Instant::from_micros(wire.auth_time),
            seen: row.seen,
        })
    }

    /// Whether it still counts: neither too old nor idle too long.
    #[must_use]
    pub fn is_alive(&self, now: Instant) -> bool {
        now < self.auth_time.plus_seconds(LIFE_SECONDS) && now < self.seen.plus_seconds(IDLE_SECONDS)
    }

    /// Its row's key.
    #[must_use]
    pub const fn id(&self) -> Hash {
        self.id
    }

    /// Who.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// How they proved themselves.
    #[must_use]
    pub const fn method(&self) -> Method {
        self.method
    }

    /// When they proved themselves.
    #[must_use]
    pub const fn auth_time(&self) -> Instant {
        self.auth_time
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::testing::{NOW, other_person, person, proof};
    use pki_core::key::SystemRandom;

    #[test]
    fn a_session_survives_its_row_and_opens_only_with_its_cookie() {
        let random = SystemRandom::new();
        let secret = SessionSecret::generate(&random).unwrap();
        let session = Session::begin(&proof(NOW), &person(), &secret).unwrap();
        let row = session.row(&secret, &random).unwrap();
        assert_eq!(Session::open(&row, &secret), Ok(session));
        let stranger = SessionSecret::generate(&random).unwrap();
        assert_eq!(Session::open(&row, &stranger), Err(SessionError::Unreadable));
    }

    #[test]
    fn w2_a_session_ends_after_24_hours_and_after_an_hour_without_use() {
        let secret = SessionSecret::generate(&SystemRandom::new()).unwrap();
        let mut session = Session::begin(&proof(NOW), &person(), &secret).unwrap();
        assert!(session.is_alive(NOW.plus_seconds(IDLE_SECONDS - 1)));
        assert!(!session.is_alive(NOW.plus_seconds(IDLE_SECONDS)));
        session.seen = NOW.plus_seconds(LIFE_SECONDS - 10);
        assert!(session.is_alive(NOW.plus_seconds(LIFE_SECONDS - 1)));
        assert!(!session.is_alive(NOW.plus_seconds(LIFE_SECONDS)));
    }

    #[test]
    fn only_an_active_person_gets_one_and_only_for_their_own_proof() {
        let secret = SessionSecret::generate(&SystemRandom::new()).unwrap();
        for status in [Status::Suspended, Status::Revoked, Status::Deceased] {
            let person = Person { status, ..person() };
            assert_eq!(Session::begin(&proof(NOW), &person, &secret), Err(SessionError::NotActive(status)));
        }
        assert_eq!(Session::begin(&proof(NOW), &other_person(), &secret), Err(SessionError::OtherPerson));
    }
}
