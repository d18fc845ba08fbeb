//! TimeStampReq: read strictly from strangers, made for our own client.

use const_oid::ObjectIdentifier;
use der::Sequence;
use der::asn1::Int;
use x509_cert::ext::Extensions;

use super::{Imprint, Refusal, WireImprint};
use crate::asn1;
use crate::bytes;

/// Largest request: an imprint of 64 octets, a nonce, a policy; extensions are refused anyway.
pub const REQUEST_SIZE_MAX: usize = 1024;

/// Largest nonce in octets; clients send 8, some 20.
const NONCE_SIZE_MAX: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct WireRequest {
    version: u8,
    message_imprint: WireImprint,
    #[asn1(optional = "true")]
    req_policy: Option<ObjectIdentifier>,
    #[asn1(optional = "true")]
    nonce: Option<Int>,
    #[asn1(default = "Default::default")]
    cert_req: bool,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    extensions: Option<Extensions>,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    imprint: Imprint,
    policy: Option<ObjectIdentifier>,
    /// DER of the nonce, an INTEGER of any size and sign.
    nonce: Option<Vec<u8>>,
    certificates: bool,
    der: Vec<u8>,
}

impl Request {
    /// Reads a request.
    ///
    /// # Errors
    /// The refusal that belongs into the answer.
    pub fn read(der: &[u8]) -> Result<Self, Refusal> {
        if der.len() > REQUEST_SIZE_MAX {
            return Err(Refusal::BadDataFormat);
        }
        let wire: WireRequest = bytes::read("TimeStampReq", der).map_err(|_| Refusal::BadDataFormat)?;
        if wire.version != 1 {
            return Err(Refusal::BadRequest);
        }
        let imprint = Imprint::read(&wire.message_imprint)?;
        // RFC 3161 §2.4.1: an extension that the server does not recognise, critical or not, is refused. It is never
        // copied into a token.
        if wire.extensions.is_some() {
            return Err(Refusal::UnacceptedExtension);
        }
        if wire.nonce.as_ref().is_some_and(|nonce| nonce.as_bytes().len() > NONCE_SIZE_MAX) {
            return Err(Refusal::BadRequest);
        }
        Ok(Self {
            imprint,
            policy: wire.req_policy,
            nonce: wire.nonce.as_ref().map(bytes::write),
            certificates: wire.cert_req,
            der: der.to_vec(),
        })
    }

    /// A request of ours: the unit's certificate is asked for, the policy is left to the service.
    ///
    /// # Errors
    /// Never for a nonce of at most 64 octets.
    pub fn make(imprint: &Imprint, nonce: &[u8]) -> Result<Self, Refusal> {
        Self::read(&asn1::sequence(&[
            &asn1::integer(1),
            &imprint.der,
            &asn1::unsigned(nonce),
            &[0x01, 0x01, 0xff],
        ]))
    }

    /// The bytes.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// What is to be stamped.
    #[must_use]
    pub const fn imprint(&self) -> &Imprint {
        &self.imprint
    }

    /// The policy asked for.
    #[must_use]
    pub const fn policy(&self) -> Option<ObjectIdentifier> {
        self.policy
    }

    /// DER of the nonce.
    #[must_use]
    pub fn nonce(&self) -> Option<&[u8]> {
        self.nonce.as_deref()
    }

    /// Whether certificates are to go into the token.
    #[must_use]
    pub const fn wants_certificates(&self) -> bool {
        self.certificates
    }

    pub(super) fn imprint_der(&self) -> &[u8] {
        &self.imprint.der
    }
}
