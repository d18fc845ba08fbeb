//! The use cases of the registry: one file each. They know the formats, the store and the clock; no HTTP type and no
//! SQL. Each reads what it needs, decides with the core, and hands one plan to the store; the plan decides.

pub(crate) mod certify;
pub(crate) mod desk;
pub(crate) mod feed;
pub(crate) mod lists;
pub(crate) mod names;
pub(crate) mod officer;
pub(crate) mod passkey;
pub(crate) mod person;
pub(crate) mod registry;
pub(crate) mod sandbox;
pub(crate) mod session;
pub(crate) mod slip;
pub(crate) mod status;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod tsa;

use std::sync::Arc;

use pki_core::assertion::{self, Assertion, AssertionError, Expected};
use pki_core::bytes::{Hash, Id};
use pki_core::enrolment::{Approval, EnrolmentError, Trust};
use pki_core::key::{KeyError, Random, RandomError, SealError, SealingKey, SigningKey, SoftKey, random_id};
use pki_core::time::Instant;
use pki_core::x509::Certificate;
use service::clock::Clock;

use crate::store::officers::OfficerRow;
use crate::store::{Store, StoreError};
use feed::Bell;
use passkey::{Begun, RelyingParty};
use slip::SlipCodes;

/// A certificate of ours with its key.
pub(crate) struct Authority {
    pub(crate) certificate: Certificate,
    pub(crate) key: SoftKey,
}

/// The three authorities that work online.
pub(crate) struct Authorities {
    pub(crate) one_signature: Authority,
    pub(crate) time_stamp: Authority,
    pub(crate) unit: Authority,
}

/// The registry at work: everything that a use case needs.
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    /// The country, from its bundle.
    pub(crate) trust: Trust,
    /// Signs statements and feeds.
    pub(crate) registry: Arc<dyn SigningKey>,
    pub(crate) authorities: Authorities,
    /// Of the root, as the ceremony made it.
    pub(crate) root_list: Vec<u8>,
    pub(crate) relying_party: RelyingParty,
    /// This house's origin, without a trailing slash.
    pub(crate) origin: String,
    /// Where people sign.
    pub(crate) signing_origin: String,
    pub(crate) slips: SlipCodes,
    pub(crate) seals: SealingKey,
    pub(crate) sandbox: Option<sandbox::Sandbox>,
    pub(crate) bell: Bell,
    pub(crate) life_seconds: i64,
}

/// What is ours to repair, whoever asked for what.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// The database.
    #[error("the database did not do its work")]
    Store(#[from] StoreError),
    /// A key.
    #[error("a key did not do its work")]
    Key(#[from] KeyError),
    /// No randomness.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// What we made is not what a stranger would accept.
    #[error("what was made does not hold")]
    Made(#[from] EnrolmentError),
    /// A certificate or a list that we made.
    #[error("an authority did not issue")]
    Issue(#[from] pki_core::issue::IssueError),
    /// A sealed value could not be made.
    #[error("a page could not be sealed")]
    Seal(#[from] SealError),
    /// A passkey ceremony could not begin.
    #[error(transparent)]
    Ceremony(passkey::PasskeyError),
    /// A row points to one that is not there.
    #[error("{0} is missing")]
    Missing(&'static str),
}

/// How long a page with a passkey step may stand open: as long as a case. Whoever takes their time makes no passkey in vain.
const CEREMONY_SECONDS_MAX: i64 = desk::CASE_SECONDS_MAX;

/// A ceremony as the page carries it.
pub(crate) struct Ceremony {
    /// `{"publicKey":{..}}`.
    pub(crate) options: String,
    /// State, sealed to its purpose and time.
    pub(crate) sealed: Vec<u8>,
}

impl App {
    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    pub(crate) fn new_id(&self) -> Result<Id, RandomError> {
        random_id(&*self.random)
    }

    /// Seals the state of a ceremony for one purpose, with the time at which it began.
    pub(crate) fn seal(&self, purpose: &[u8], begun: Begun, now: Instant) -> Result<Ceremony, Fault> {
        let plain = [&now.micros().to_be_bytes(), begun.state.as_slice()].concat();
        let sealed = self.seals.seal(&*self.random, purpose, &plain)?;
        Ok(Ceremony { options: begun.options, sealed })
    }

    /// Opens such a state: of this purpose, and not too old.
    pub(crate) fn open(&self, purpose: &[u8], sealed: &[u8], now: Instant) -> Option<Vec<u8>> {
        let plain = self.seals.open(purpose, sealed).ok()?;
        let (begun, state) = plain.split_first_chunk::<8>()?;
        let age = now.seconds_since(Instant::from_micros(i64::from_be_bytes(*begun)));
        (0..=CEREMONY_SECONDS_MAX).contains(&age).then(|| state.to_vec())
    }

    /// An officer's passkey over something tagged, verified against our own table: it becomes the approval.
    pub(crate) fn approval(
        &self,
        officer: &OfficerRow,
        challenge: &Hash,
        credential: &str,
    ) -> Result<Approval, AssertionError> {
        let (assertion, user_handle) = Assertion::from_browser_json(credential)?;
        let user = officer.passkey.as_ref().map(|passkey| passkey.user_id);
        if user_handle.is_some_and(|handle| user.is_none_or(|user| user.as_bytes() != handle.as_slice())) {
            return Err(AssertionError::OtherCredential);
        }
        let expected = Expected {
            rp_id: &self.trust.charter().tbs().rp_id,
            origin: &self.origin,
            challenge,
            credential_id: &officer.credential_id,
            public_key: &officer.public_key,
        };
        assertion::verify(&assertion, &expected)?;
        Ok(Approval { officer: officer.officer, assertion })
    }

    /// `{"publicKey":{..}}` for an officer's approval of `challenge`.
    pub(crate) fn approval_options(&self, officer: &OfficerRow, challenge: &Hash) -> String {
        use base64::Engine as _;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;
        serde_json::json!({ "publicKey": {
            "challenge": URL_SAFE_NO_PAD.encode(challenge.as_bytes()),
            "rpId": self.trust.charter().tbs().rp_id,
            "timeout": 300_000,
            "userVerification": "required",
            "allowCredentials": [{ "type": "public-key", "id": URL_SAFE_NO_PAD.encode(&officer.credential_id) }],
        }})
        .to_string()
    }
}
