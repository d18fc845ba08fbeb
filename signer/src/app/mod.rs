//! The use cases of the signing house: one file each. They know the formats, the store, the other houses and the clock;
//! no HTTP type and no SQL. Each reads what it needs, decides with the cores, and hands one plan to the store; the plan
//! decides.

pub(crate) mod act;
pub(crate) mod comparison;
pub(crate) mod follow;
pub(crate) mod making;
pub(crate) mod request;
pub(crate) mod sweep;
pub(crate) mod view;

use std::sync::Arc;

use pki_core::enrolment::Trust;
use pki_core::jose::dpop::NonceKey;
use pki_core::key::{Random, RandomError};
use pki_core::time::Instant;
use service::clock::Clock;
use service::config::BaseUrl;
use signer_vault::Vault;

use crate::config::Agency;
use crate::peer::idp::{Idp, IdpError};
use crate::peer::pki::{Pki, PkiError};
use crate::render::{RenderError, Renderer};
use crate::store::{Store, StoreError};

/// The signing house at work: everything that a use case needs.
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    /// The country, from its bundle.
    pub(crate) trust: Trust,
    /// This house's origin: where people sign.
    pub(crate) base_url: BaseUrl,
    pub(crate) agencies: Vec<Agency>,
    pub(crate) renderer: Renderer,
    /// Reads files of strangers, who must not keep those waiting who sign.
    pub(crate) reader: Renderer,
    pub(crate) vault: Arc<dyn Vault>,
    pub(crate) idp: Idp,
    pub(crate) pki: Pki,
    /// Nonces of DPoP proofs at this house.
    pub(crate) nonces: NonceKey,
}

/// What is ours to repair, or another house's, whoever asked for what.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// The database.
    #[error("the database did not do its work")]
    Store(#[from] StoreError),
    /// No randomness.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The identity provider.
    #[error("the identity provider did not help")]
    Idp(#[from] IdpError),
    /// The registry.
    #[error("the registry did not help")]
    Pki(#[from] PkiError),
    /// Pictures.
    #[error("the document was not drawn")]
    Render(RenderError),
    /// What was made does not hold.
    #[error("what was made does not hold: {0}")]
    Made(String),
    /// A row points to one that is not there.
    #[error("{0} is missing")]
    Missing(&'static str),
}

impl App {
    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    /// The country's name in its certificates; pages say by themselves that it is a sandbox.
    pub(crate) fn country(&self) -> &str {
        self.trust.anchor().subject_name().organization().unwrap_or_default().trim_end_matches(" SANDBOX")
    }

    /// The agency of this id, as this house itself knows it.
    pub(crate) fn agency(&self, id: &str) -> Option<&Agency> {
        self.agencies.iter().find(|agency| agency.id == id)
    }
}
