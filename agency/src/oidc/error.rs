//! What can go wrong between the agency and the identity provider, named by what the agency can do about it.

use crate::outbound::OutboundError;
use crate::secret::NoRandomness;

/// Why a conversation with the identity provider ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OidcError {
    /// Try again later.
    #[error("the identity provider does not answer")]
    Unreachable(#[source] OutboundError),
    /// The provider said no, with the code of RFC 6749 §5.2 or RFC 9126 §2.3.
    #[error("the identity provider refused: {0}")]
    Refused(String),
    /// The provider's answer cannot be trusted; nothing of it was used.
    #[error("the identity provider's answer is not to be trusted: {0}")]
    Untrusted(String),
    /// The provider's answer cannot be read, or lacks what FAPI 2.0 asks of it.
    #[error("the identity provider's answer is not understood: {0}")]
    Incompatible(String),
    /// Ours.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}

impl From<OutboundError> for OidcError {
    fn from(error: OutboundError) -> OidcError {
        OidcError::Unreachable(error)
    }
}
