//! Client authentication by `private_key_jwt` (RFC 7523 §2.2, draft-ietf-oauth-rfc7523bis, FAPI 2.0 §5.3.2.1).
//!
//! The assertion's audience is our issuer, as one string: an endpoint's address or a list is refused (failure F-30).
//! An unknown client and a wrong key look alike. Each `jti` counts once: the caller must write it, in the same
//! transaction as whatever the authentication allows.

use pki_core::bytes::Hash;
use pki_core::jose::JoseError;
use pki_core::jose::claims::ClaimError;
use pki_core::jose::jws::{Typ, Unverified};
use pki_core::key::hash_parts;
use pki_core::time::Instant;

use crate::client::{Client, Clients};
use crate::discovery::Issuer;
use crate::fault::{ErrorCode, Fault};
use crate::parameters::Parameters;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How far ahead `exp` may be.
const LIFE_SECONDS_MAX: i64 = 10 * 60;

/// Why a client is not authenticated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientAuthError {
    /// No assertion, or one of another type.
    #[error("there is no client assertion")]
    Absent,
    /// A secret was sent, beside the assertion or instead of it.
    #[error("there is another kind of client authentication")]
    OtherMethod,
    /// Not a registered client.
    #[error("the client is not known")]
    Unknown,
    /// `client_id` says another client than the assertion.
    #[error("client_id and assertion say two clients")]
    TwoClients,
    /// Not a well-formed, rightly signed token.
    #[error(transparent)]
    Token(#[from] JoseError),
    /// A claim is missing or wrong.
    #[error(transparent)]
    Claim(#[from] ClaimError),
}

impl ClientAuthError {
    /// What the client is told: the reason stays in our log.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        match self {
            // RFC 6749 §2.3: not more than one method in a request.
            Self::OtherMethod => Fault::new(
                ErrorCode::InvalidRequest,
                "use private_key_jwt and no other client authentication",
            ),
            _ => Fault::new(ErrorCode::InvalidClient, "client authentication failed"),
        }
    }
}

/// A client whose key has just spoken. Only [`authenticate`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatedClient<'a> {
    client: &'a Client,
    jti: Hash,
    jti_expires: Instant,
}

impl<'a> AuthenticatedClient<'a> {
    /// The client.
    #[must_use]
    pub const fn client(&self) -> &'a Client {
        self.client
    }

    /// What must be written once: a hash over client and `jti`.
    #[must_use]
    pub const fn jti(&self) -> Hash {
        self.jti
    }

    /// Until when it must be remembered.
    #[must_use]
    pub const fn jti_expires(&self) -> Instant {
        self.jti_expires
    }
}

/// Checks the client authentication of a form.
///
/// # Errors
/// The first point that is not met.
pub fn authenticate<'a>(
    parameters: &Parameters,
    clients: &'a Clients,
    issuer: &Issuer,
    now: Instant,
) -> Result<AuthenticatedClient<'a>, ClientAuthError> {
    if parameters.get("client_secret").is_some() {
        return Err(ClientAuthError::OtherMethod);
    }
    let assertion = parameters.get("client_assertion").ok_or(ClientAuthError::Absent)?;
    if parameters.get("client_assertion_type") != Some(ASSERTION_TYPE) {
        return Err(ClientAuthError::Absent);
    }
    let token = Unverified::parse(assertion)?;
    // RFC 7523 §3 points 1 and 2: iss and sub are the client.
    let claimed = token.unverified_claims()?;
    let (iss, sub) = (claimed.text("iss")?.to_owned(), claimed.text("sub")?.to_owned());
    if iss != sub {
        return Err(ClientAuthError::Claim(ClaimError::Mismatch("sub")));
    }
    if parameters.get("client_id").is_some_and(|id| id != sub) {
        return Err(ClientAuthError::TwoClients);
    }
    let client = clients.find(&sub).ok_or(ClientAuthError::Unknown)?;
    let typ = Typ::AbsentOr(&["JWT", "client-authentication+jwt"]);
    let claims = token.verify(client.key().public_key(), typ)?.claims()?;
    claims.sole_audience(issuer.as_str())?;
    let expires = claims.within(now, LIFE_SECONDS_MAX)?;
    let jti = hash_parts(&[
        b"chancery-client-jti/1",
        client.id().as_str().as_bytes(),
        &[0],
        claims.jti()?.as_bytes(),
    ]);
    // Remembered a little longer than the leeway lets it live.
    Ok(AuthenticatedClient { client, jti, jti_expires: expires.plus_seconds(60) })
}

#[cfg(test)]
mod tests;
