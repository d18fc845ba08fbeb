//! The use cases of the identity provider: one file each. They know the core, the store and the clock; no HTTP type and
//! no SQL. Each reads what it needs, lets `idp-core` decide, and hands one plan to the store; the plan decides.

pub(crate) mod feed;
pub(crate) mod introspect;
pub(crate) mod logout;
pub(crate) mod passkey;
pub(crate) mod push;
pub(crate) mod session;
pub(crate) mod sign_in;
pub(crate) mod token;
pub(crate) mod transaction;
pub(crate) mod userinfo;

use std::sync::Arc;

use idp_core::authn::RelyingParty;
use idp_core::client::Clients;
use idp_core::discovery::Issuer;
use idp_core::event::Event;
use idp_core::fault::{ErrorCode, Fault};
use idp_core::subject::PairwiseKey;
use pki_core::enrolment::Trust;
use pki_core::jose::JoseError;
use pki_core::jose::dpop::NonceKey;
use pki_core::key::{RandomError, SealError, Secret, SigningKey};
use service::clock::{Clock, Instant};
use service::db::Plan;
use service::entropy::{Random, random_id};

use crate::store::{Store, StoreError, events, once};
use feed::Registry;
use passkey::Passkeys;

/// The identity provider at work: everything that a use case needs.
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    /// The country, from its bundle.
    pub(crate) trust: Trust,
    pub(crate) issuer: Issuer,
    pub(crate) clients: Clients,
    /// What the core checks a passkey's answer against.
    pub(crate) relying_party: RelyingParty,
    /// The library that judges the same answer first.
    pub(crate) passkeys: Passkeys,
    pub(crate) pairwise: PairwiseKey,
    /// Binds the parts of passkey rows.
    pub(crate) row_key: Secret<[u8; 32]>,
    pub(crate) nonces: NonceKey,
    /// Signs ID tokens.
    pub(crate) token_key: Arc<dyn SigningKey>,
    pub(crate) token_kid: String,
    pub(crate) registry: Registry,
    pub(crate) stale_seconds_max: i64,
}

impl App {
    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    /// The country's name in its certificates.
    pub(crate) fn country(&self) -> &str {
        // The pages say by themselves that this is a sandbox.
        self.trust.anchor().subject_name().organization().unwrap_or_default().trim_end_matches(" SANDBOX")
    }

    /// The plan that writes an event.
    pub(crate) fn event(&self, event: &Event, now: Instant) -> Result<Plan, RandomError> {
        Ok(events::record(&random_id(&*self.random)?, event, now))
    }
}

/// What is ours to repair, whoever asked for what.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Broken {
    /// The database.
    #[error("the database did not do its work")]
    Store(#[from] StoreError),
    /// No randomness.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// A sealed value could not be made.
    #[error("a value could not be sealed")]
    Seal(#[from] SealError),
    /// The token key.
    #[error("a token could not be signed")]
    Sign(#[from] JoseError),
    /// A passkey ceremony could not begin.
    #[error("a passkey ceremony could not begin")]
    Ceremony(#[source] passkey::PasskeyError),
}

/// Why a machine is refused: the protocol's fault, or ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    /// The caller is told this; what was really the matter goes to the log.
    #[error("{told}: {why}")]
    Fault {
        /// For the caller.
        told: Fault,
        /// For the log.
        why: String,
    },
    /// Ours.
    #[error(transparent)]
    Broken(#[from] Broken),
}

impl From<Fault> for Refused {
    fn from(told: Fault) -> Self {
        Self::Fault { told, why: String::new() }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        // A client assertion that was used before: the caller is not that client, as far as we can tell.
        if error.exists(once::ASSERTION) {
            let told = Fault::new(ErrorCode::InvalidClient, "client authentication failed");
            return Self::Fault { told, why: "the assertion was used before".to_owned() };
        }
        Self::Broken(Broken::Store(error))
    }
}

impl From<RandomError> for Refused {
    fn from(error: RandomError) -> Self {
        Self::Broken(Broken::Random(error))
    }
}

impl From<SealError> for Refused {
    fn from(error: SealError) -> Self {
        Self::Broken(Broken::Seal(error))
    }
}

/// The registry has been silent for too long: nobody knows any more who was suspended meanwhile.
pub(crate) const STALE: Fault =
    Fault::new(ErrorCode::TemporarilyUnavailable, "the registry cannot be heard; try again later");
