//! What an agency is told when something is refused: a registered error code and one plain sentence.

/// Error codes of RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6, RFC 8707, RFC 9126, RFC 9449 and
/// OpenID Connect Unmet Authentication Requirements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the registered name, and the name is its documentation")]
pub enum ErrorCode {
    InvalidRequest,
    TemporarilyUnavailable,
    AccessDenied,
    UnsupportedResponseType,
    InvalidScope,
    LoginRequired,
    ConsentRequired,
    InvalidRequestUri,
    RequestNotSupported,
    RequestUriNotSupported,
    InvalidTarget,
    UnmetAuthenticationRequirements,
    InvalidClient,
    InvalidGrant,
    UnsupportedGrantType,
    InvalidDpopProof,
    UseDpopNonce,
    InvalidToken,
    InsufficientScope,
}

impl ErrorCode {
    /// As the wire says it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::InvalidRequestUri => "invalid_request_uri",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::InvalidTarget => "invalid_target",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::UseDpopNonce => "use_dpop_nonce",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
        }
    }
}

/// A refusal as an agency's developer reads it. The description is a fixed text of ours, so it holds no person's
/// data and only the characters that RFC 6749 §5.2 allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {description}", code.as_str())]
pub struct Fault {
    /// The registered code.
    pub code: ErrorCode,
    /// One sentence, without quotation marks or backslashes.
    pub description: &'static str,
}

impl Fault {
    /// A refusal.
    #[must_use]
    pub const fn new(code: ErrorCode, description: &'static str) -> Self {
        Self { code, description }
    }
}
