//! Open Assembly put together, and every way in which a person's wish can fail. One value, shared by all pages.

use std::sync::Arc;

use crate::clock::Clock;
use crate::content::Proposal;
use crate::oidc::RelyingParty;
use crate::oidc::error::OidcError;
use crate::secret::NoRandomness;
use crate::signer::{Signer, SignerError};
use crate::statement::StatementError;
use crate::store::{Store, StoreError};
use crate::verifier::{Verifier, VerifierError};

/// All that a page can ask.
pub(crate) struct Assembly {
    pub(crate) proposals: Vec<Proposal>,
    pub(crate) store: Store,
    pub(crate) party: RelyingParty,
    pub(crate) signer: Signer,
    pub(crate) verifier: Verifier,
    pub(crate) clock: Clock,
    /// Whether cookies are Secure.
    pub(crate) https: bool,
}

pub(crate) type Shared = Arc<Assembly>;

impl Assembly {
    pub(crate) fn proposal(&self, slug: &str) -> Result<&Proposal, Trouble> {
        self.proposals.iter().find(|proposal| proposal.slug == slug).ok_or(Trouble::NoSuchPage)
    }

    pub(crate) fn numbered(&self, number: i64) -> Result<&Proposal, Trouble> {
        self.proposals.iter().find(|proposal| proposal.number == number).ok_or(Trouble::NoSuchPage)
    }
}

/// Why a person does not get what they wished, named by what they can do now. The words are in `web::trouble`.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("no such page")]
    NoSuchPage,
    #[error("the form did not come from our page of this session")]
    StrangeForm,
    #[error("no such attempt: too old, used, or of another browser")]
    StaleAttempt,
    #[error("the person refused at the identity provider")]
    Declined,
    #[error("the identity provider ended the attempt: {0}")]
    ProviderEnded(String),
    #[error("another person came back than went")]
    OtherPerson,
    #[error("sign-in")]
    SignIn(#[from] OidcError),
    #[error("signing")]
    Signing(#[from] SignerError),
    #[error("checking")]
    Checking(#[from] VerifierError),
    #[error("the statement")]
    Statement(#[from] StatementError),
    #[error("the store")]
    Store(#[from] StoreError),
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    #[error("a page could not be written")]
    Page(#[from] askama::Error),
    #[error("a task ended early")]
    Task(#[from] tokio::task::JoinError),
}
