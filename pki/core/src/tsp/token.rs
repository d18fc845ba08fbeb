//! TimeStampToken: TSTInfo inside SignedData (RFC 3161 §2.4.2), made, read and verified.

use const_oid::ObjectIdentifier;
use der::asn1::{Any, Int};
use der::{Sequence, Tagged as _};
use x509_cert::ext::Extensions;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::serial_number::SerialNumber;

use super::{Imprint, WireImprint, time};
use crate::bytes::{self, BytesError};
use crate::cms::{self, CmsError, SignedData};
use crate::path::{self, Path, PathError, Usage};
use crate::time::Instant;
use crate::x509::Certificate;

/// Why a token is not one, or does not stamp what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The signature around it.
    #[error("the time-stamp's signature cannot be used")]
    Cms(#[from] CmsError),
    /// The TSTInfo is not canonical DER.
    #[error(transparent)]
    Bytes(#[from] BytesError),
    /// Not a TSTInfo of version 1, or a hash or time that cannot be used.
    #[error("the time-stamp's content is not in the form of RFC 3161: {0}")]
    Content(&'static str),
    /// A critical extension that nothing here evaluates.
    #[error("the time-stamp carries a critical extension that nobody here knows")]
    UnknownCritical,
    /// It stamps something else.
    #[error("the time-stamp is over something else")]
    OtherImprint,
    /// It answers another request.
    #[error("the time-stamp answers another request")]
    OtherNonce,
    /// EN 319 422 §5.2.1: accuracy present, at most one second.
    #[error("the time-stamp does not say how exact it is, or is not exact to a second")]
    Accuracy,
    /// The unit's certificate does not lead to the root at the stamped time.
    #[error("the time-stamping unit cannot be relied on")]
    Path(#[from] PathError),
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct WireTstInfo {
    version: u8,
    policy: ObjectIdentifier,
    message_imprint: WireImprint,
    serial_number: SerialNumber,
    gen_time: Any,
    #[asn1(optional = "true")]
    accuracy: Option<Accuracy>,
    #[asn1(default = "Default::default")]
    ordering: bool,
    #[asn1(optional = "true")]
    nonce: Option<Int>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    tsa: Option<GeneralName>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    extensions: Option<Extensions>,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct Accuracy {
    #[asn1(optional = "true")]
    seconds: Option<u32>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    millis: Option<u16>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    micros: Option<u16>,
}

impl Accuracy {
    fn micros(&self) -> Option<i64> {
        // RFC 3161 §2.4.2: millis and micros are 1..999.
        let part = |part: Option<u16>| match part {
            None => Some(0),
            Some(part @ 1..=999) => Some(i64::from(part)),
            Some(_) => None,
        };
        Some(
            i64::from(self.seconds.unwrap_or(0)) * 1_000_000 + part(self.millis)? * 1000 + part(self.micros)?,
        )
    }
}

/// A token that was read strictly. Nothing says yet that it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    signed: SignedData,
    imprint: Imprint,
    policy: ObjectIdentifier,
    serial: Vec<u8>,
    at: Instant,
    accuracy_micros: Option<i64>,
    nonce: Option<Vec<u8>>,
}

/// Proof that a unit stamped a hash at a time, and that the unit leads to the root. Only [`Token::verify`] makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    at: Instant,
    accuracy_micros: i64,
    path: Path,
}

impl Stamp {
    /// genTime: the hash existed then.
    #[must_use]
    pub const fn at(&self) -> Instant {
        self.at
    }

    /// How exact that is.
    #[must_use]
    pub const fn accuracy_micros(&self) -> i64 {
        self.accuracy_micros
    }

    /// The path of the unit, for the check of revocation.
    #[must_use]
    pub const fn path(&self) -> &Path {
        &self.path
    }
}

impl Token {
    /// Reads a token.
    ///
    /// # Errors
    /// Anything that is not canonical DER of the form of RFC 3161.
    pub fn read(der: &[u8]) -> Result<Self, TokenError> {
        let signed = SignedData::read(der)?;
        let content = signed.content().filter(|_| signed.content_type() == cms::oids::TST_INFO);
        let content = content.ok_or(TokenError::Content("no TSTInfo inside"))?;
        // Nothing signs an unsigned attribute of a token; archive attributes will need a reader of their own.
        if !signed.unsigned_attributes().is_empty() {
            return Err(TokenError::Content("unsigned attributes"));
        }
        let info: WireTstInfo = bytes::read("TSTInfo", content)?;
        if info.version != 1 {
            return Err(TokenError::Content("not version 1"));
        }
        if info.extensions.iter().flatten().any(|extension| extension.critical) {
            return Err(TokenError::UnknownCritical);
        }
        let imprint = Imprint::read(&info.message_imprint).map_err(|_| TokenError::Content("the imprint"))?;
        let at = Some(&info.gen_time)
            .filter(|time| time.tag() == der::Tag::GeneralizedTime)
            .and_then(|time| time::read(time.value()))
            .ok_or(TokenError::Content("the time"))?;
        let accuracy_micros = match &info.accuracy {
            None => None,
            Some(accuracy) => Some(accuracy.micros().ok_or(TokenError::Accuracy)?),
        };
        Ok(Self {
            policy: info.policy,
            serial: crate::x509::positive_serial(info.serial_number.as_bytes())
                .ok_or(TokenError::Content("the serial number"))?,
            at,
            accuracy_micros,
            nonce: info.nonce.as_ref().map(bytes::write),
            imprint,
            signed,
        })
    }

    /// The bytes: value of a signature-time-stamp attribute, contents of a document time-stamp.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        self.signed.der()
    }

    /// What it stamps.
    #[must_use]
    pub const fn imprint(&self) -> &Imprint {
        &self.imprint
    }

    /// Under which policy.
    #[must_use]
    pub const fn policy(&self) -> ObjectIdentifier {
        self.policy
    }

    /// Its number at the service, big-endian.
    #[must_use]
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// The time that it claims. Believe it only from a [`Stamp`].
    #[must_use]
    pub const fn unverified_at(&self) -> Instant {
        self.at
    }

    /// DER of the nonce of the request.
    #[must_use]
    pub fn nonce(&self) -> Option<&[u8]> {
        self.nonce.as_deref()
    }

    /// Certificates inside.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        self.signed.certificates()
    }

    /// Verifies everything but the path: imprint, accuracy, signature; gives the unit's certificate.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn verify_signature(
        &self,
        imprint: &Imprint,
        known: &[Certificate],
    ) -> Result<Certificate, TokenError> {
        if !self.imprint.same(imprint) {
            return Err(TokenError::OtherImprint);
        }
        if !self.accuracy_micros.is_some_and(|micros| (0..=1_000_000).contains(&micros)) {
            return Err(TokenError::Accuracy);
        }
        Ok(self.signed.verify_inside(known)?.signer().clone())
    }

    /// Verifies the whole token: that it stamps `imprint`, holds, and that the unit leads to `root` at the stamped time
    /// with issuers from the token and from `known`. Revocation is the caller's, with the path of the [`Stamp`].
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn verify(
        &self,
        imprint: &Imprint,
        known: &[Certificate],
        root: &Certificate,
    ) -> Result<Stamp, TokenError> {
        let unit = self.verify_signature(imprint, known)?;
        let candidates = [self.certificates(), known].concat();
        let path = path::validate(&unit, &candidates, root, self.at, Usage::TimeStamping)?;
        Ok(Stamp { at: self.at, accuracy_micros: self.accuracy_micros.unwrap_or(1_000_000), path })
    }
}
