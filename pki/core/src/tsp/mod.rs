//! Time-stamps (RFC 3161, RFC 5816, EN 319 422): reading requests, making tokens, reading and verifying tokens.
//!
//! An answer is always a DER TimeStampResp, also when it refuses. A request's bytes come from strangers and are read
//! strictly; nothing of it is copied into a token but imprint and nonce. The clock is an argument, and a shell whose
//! clock cannot be trusted answers [`Refusal::TimeNotAvailable`]. The room sees hashes only and never learns of what.

mod request;
mod response;
mod time;
mod token;

pub use request::{REQUEST_SIZE_MAX, Request};
pub use response::{Granted, ResponseError, Unit, UnitError, read_response, refuse, respond};
pub use token::{Stamp, Token, TokenError};

use der::Sequence;
use der::asn1::OctetString;
use spki::AlgorithmIdentifierOwned;

use crate::asn1;
use crate::bytes;
use crate::cms::Digest;

/// What is stamped: a hash and its function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imprint {
    digest: Digest,
    value: Vec<u8>,
    /// DER of the MessageImprint as it stood in the request: the token repeats it (RFC 3161 §2.4.2).
    der: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct WireImprint {
    hash_algorithm: AlgorithmIdentifierOwned,
    hashed_message: OctetString,
}

impl Imprint {
    /// The imprint of a message.
    #[must_use]
    pub fn of(digest: Digest, message: &[u8]) -> Self {
        let value = digest.of(message);
        let der = asn1::sequence(&[&asn1::algorithm(digest.oid()), &asn1::octets(&value)]);
        Self { digest, value, der }
    }

    /// The imprint that a SHA-256 value is.
    #[must_use]
    pub fn sha256(value: &bytes::Hash) -> Self {
        let der = asn1::sequence(&[&asn1::algorithm(Digest::Sha256.oid()), &asn1::octets(value.as_bytes())]);
        Self { digest: Digest::Sha256, value: value.as_bytes().to_vec(), der }
    }

    fn read(wire: &WireImprint) -> Result<Self, Refusal> {
        let digest = Digest::read(&wire.hash_algorithm).ok_or(Refusal::BadAlgorithm)?;
        let value = wire.hashed_message.as_bytes().to_vec();
        // RFC 3161 §2.4.1: the length must be that of the hash function.
        if value.len() != digest.length() {
            return Err(Refusal::BadDataFormat);
        }
        Ok(Self { digest, value, der: bytes::write(wire) })
    }

    /// Its hash function.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The hash.
    #[must_use]
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// Whether both are the same hash of the same function; how the function is written does not matter.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        self.digest == other.digest && self.value == other.value
    }
}

/// Why no token was given: PKIFailureInfo (RFC 3161 §2.4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// badAlg (0).
    #[error("the hash algorithm is not one of SHA-256, SHA-384, SHA-512")]
    BadAlgorithm,
    /// badRequest (2).
    #[error("the request is not one that this service answers")]
    BadRequest,
    /// badDataFormat (5).
    #[error("the request is not a DER TimeStampReq, or its imprint has the wrong length")]
    BadDataFormat,
    /// timeNotAvailable (14).
    #[error("the time source cannot be trusted at the moment")]
    TimeNotAvailable,
    /// unacceptedPolicy (15).
    #[error("the policy asked for is not that of this service")]
    UnacceptedPolicy,
    /// unacceptedExtension (16).
    #[error("the request carries an extension that this service does not know")]
    UnacceptedExtension,
    /// systemFailure (25).
    #[error("the service failed")]
    SystemFailure,
}

impl Refusal {
    const fn bit(self) -> u8 {
        match self {
            Self::BadAlgorithm => 0,
            Self::BadRequest => 2,
            Self::BadDataFormat => 5,
            Self::TimeNotAvailable => 14,
            Self::UnacceptedPolicy => 15,
            Self::UnacceptedExtension => 16,
            Self::SystemFailure => 25,
        }
    }

    fn from_bit(bit: u8) -> Option<Self> {
        [
            Self::BadAlgorithm,
            Self::BadRequest,
            Self::BadDataFormat,
            Self::TimeNotAvailable,
            Self::UnacceptedPolicy,
            Self::UnacceptedExtension,
            Self::SystemFailure,
        ]
        .into_iter()
        .find(|refusal| refusal.bit() == bit)
    }
}

#[cfg(test)]
mod tests;
