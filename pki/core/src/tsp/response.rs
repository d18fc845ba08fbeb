//! TimeStampResp: answering, and reading the answer of a service.

use der::Sequence;
use der::asn1::{Any, BitString};

use super::{Refusal, Request, Token, TokenError, time};
use crate::asn1;
use crate::bytes;
use crate::cms::{CmsError, Draft};
use crate::issue::Serial;
use crate::key::SigningKey;
use crate::oid;
use crate::time::Instant;
use crate::x509::{Certificate, oids};

/// Largest answer that is read.
const RESPONSE_SIZE_MAX: usize = 64 * 1024;

/// Why this cannot be a time-stamping unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// The key is not the one in the certificate.
    #[error("this key does not belong to the unit's certificate")]
    KeyOfAnother,
    /// The certificate is not for time-stamping alone.
    #[error("this certificate is not that of a time-stamping unit")]
    NotAUnit,
    /// EN 319 422 §5.2.1: at most one second; and a clock that claims to be exact to nothing lies.
    #[error("the accuracy is not between 1 and 1000 milliseconds")]
    Accuracy,
}

/// A time-stamping unit: certificate, key and how exact its clock is.
#[derive(Clone, Copy)]
pub struct Unit<'a> {
    certificate: &'a Certificate,
    key: &'a dyn SigningKey,
    chain: &'a [Certificate],
    accuracy_millis: u16,
}

impl<'a> Unit<'a> {
    /// Puts a unit together. `chain` goes into tokens beside the unit's certificate when certificates are asked for:
    /// the issuing authority, so that a stranger needs nothing but the root.
    ///
    /// # Errors
    /// [`UnitError`].
    pub fn new(
        certificate: &'a Certificate,
        key: &'a dyn SigningKey,
        chain: &'a [Certificate],
        accuracy_millis: u16,
    ) -> Result<Self, UnitError> {
        if certificate.public_key() != key.public_key() {
            return Err(UnitError::KeyOfAnother);
        }
        let usage = certificate.extensions().extended_key_usage.as_ref();
        if !usage.is_some_and(|usage| usage.critical && usage.purposes == [oids::TIME_STAMPING]) {
            return Err(UnitError::NotAUnit);
        }
        if !(1..=1000).contains(&accuracy_millis) {
            return Err(UnitError::Accuracy);
        }
        Ok(Self { certificate, key, chain, accuracy_millis })
    }
}

/// What a service answered, and what it stamped if it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// DER TimeStampResp, to be sent with status 200 either way.
    pub response: Vec<u8>,
    /// The token, or the refusal that the answer says.
    pub outcome: Result<Token, Refusal>,
}

/// Answers a request. `serial` is fresh and random (126 bits need no write per token), `now` is the unit's clock.
#[must_use]
pub fn respond(request: &[u8], unit: &Unit<'_>, serial: Serial, now: Instant) -> Granted {
    match Request::read(request).and_then(|request| stamp(&request, unit, serial, now)) {
        Ok(token) => {
            let status = asn1::sequence(&[&asn1::integer(0)]);
            Granted { response: asn1::sequence(&[&status, token.der()]), outcome: Ok(token) }
        }
        Err(refusal) => refuse(refusal),
    }
}

/// The answer that gives no token.
#[must_use]
pub fn refuse(refusal: Refusal) -> Granted {
    let bit = refusal.bit();
    // X.690 §11.2.2: a named bit list without trailing zeros, so exactly up to this bit.
    let mut bits = vec![7 - bit % 8];
    bits.extend(std::iter::repeat_n(0, usize::from(bit / 8)));
    bits.push(0x80 >> (bit % 8));
    let text = asn1::tlv(0x0c, refusal.to_string().as_bytes());
    let status = asn1::sequence(&[&asn1::integer(2), &asn1::sequence(&[&text]), &asn1::tlv(0x03, &bits)]);
    Granted { response: asn1::sequence(&[&status]), outcome: Err(refusal) }
}

fn stamp(request: &Request, unit: &Unit<'_>, serial: Serial, now: Instant) -> Result<Token, Refusal> {
    if request.policy().is_some_and(|policy| policy != oid::POLICY_TIME_STAMP) {
        return Err(Refusal::UnacceptedPolicy);
    }
    // A unit whose certificate or key period does not hold now must not stamp.
    let key_in_use = unit
        .certificate
        .extensions()
        .private_key_usage
        .is_none_or(|(first, last)| first <= now && now.whole_second() <= last);
    if !unit.certificate.valid_at(now) || !key_in_use {
        return Err(Refusal::SystemFailure);
    }
    let info = asn1::sequence(&[
        &asn1::integer(1),
        &asn1::oid(oid::POLICY_TIME_STAMP),
        request.imprint_der(),
        &asn1::unsigned(serial.as_bytes()),
        &time::write(now),
        &accuracy(unit.accuracy_millis),
        request.nonce().unwrap_or_default(),
    ]);
    let token = sign(info, request, unit).map_err(|_| Refusal::SystemFailure)?;
    // Self-check: what leaves is read back, verified, and stamps what was asked, when it was asked.
    let token = Token::read(&token).map_err(|_| Refusal::SystemFailure)?;
    let known = [unit.certificate.clone()];
    let holds =
        token.verify_signature(request.imprint(), &known).is_ok_and(|signer| signer == *unit.certificate)
            && token.unverified_at() == time::cut(now)
            && token.nonce() == request.nonce()
            && token.certificates().is_empty() != request.wants_certificates();
    if holds { Ok(token) } else { Err(Refusal::SystemFailure) }
}

fn sign(info: Vec<u8>, request: &Request, unit: &Unit<'_>) -> Result<Vec<u8>, CmsError> {
    // RFC 3161 §2.4.1: without certReq no certificates at all.
    let certificates = if request.wants_certificates() {
        [std::slice::from_ref(unit.certificate), unit.chain].concat()
    } else {
        Vec::new()
    };
    let to_sign = Draft::token(info, unit.key.public_key().algorithm()).certified(unit.certificate)?;
    Ok(to_sign.sign_with(|message| unit.key.sign(message), certificates)?.der().to_vec())
}

/// `SEQUENCE { seconds OPTIONAL, millis [0] OPTIONAL }`.
fn accuracy(millis: u16) -> Vec<u8> {
    if millis == 1000 {
        return asn1::sequence(&[&asn1::integer(1)]);
    }
    let mut inner = asn1::integer(u64::from(millis));
    if let Some(tag) = inner.first_mut() {
        *tag = 0x80;
    }
    asn1::sequence(&[&inner])
}

/// Why an answer gives no stamp.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResponseError {
    /// Not a TimeStampResp.
    #[error("the answer is not a TimeStampResp")]
    Unreadable,
    /// The service refused; `None` for a reason that we do not know.
    #[error("the time-stamp service refused (status {status})")]
    Refused {
        /// PKIStatus, 2 or more.
        status: u8,
        /// The reason.
        why: Option<Refusal>,
    },
    /// The token cannot be used, or answers something else.
    #[error("the time-stamp cannot be used")]
    Token(#[from] TokenError),
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct WireResponse {
    status: WireStatus,
    #[asn1(optional = "true")]
    token: Option<Any>,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct WireStatus {
    status: u8,
    #[asn1(optional = "true")]
    status_string: Option<Vec<String>>,
    #[asn1(optional = "true")]
    fail_info: Option<BitString>,
}

/// Reads the answer to a request of ours: status, and that the token is over the imprint, with the nonce and, where
/// asked for, with certificates. The unit's path is [`Token::verify`].
///
/// # Errors
/// [`ResponseError`].
pub fn read_response(response: &[u8], request: &Request) -> Result<Token, ResponseError> {
    if response.len() > RESPONSE_SIZE_MAX {
        return Err(ResponseError::Unreadable);
    }
    let wire: WireResponse = bytes::read("TimeStampResp", response).map_err(|_| ResponseError::Unreadable)?;
    // RFC 3161 §2.4.2: a token is there exactly when the status is granted (0) or grantedWithMods (1). We take what we
    // asked for or nothing.
    let token = match (wire.status.status, wire.token) {
        (0, Some(token)) => bytes::write(&token),
        (0, None) => return Err(ResponseError::Unreadable),
        (status, _) => {
            let why = wire.status.fail_info.as_ref().and_then(failure);
            return Err(ResponseError::Refused { status, why });
        }
    };
    let token = Token::read(&token)?;
    if !token.imprint().same(request.imprint()) {
        return Err(TokenError::OtherImprint.into());
    }
    if token.nonce() != request.nonce() {
        return Err(TokenError::OtherNonce.into());
    }
    if request.wants_certificates() && token.certificates().is_empty() {
        return Err(TokenError::Content("no certificate, though it was asked for").into());
    }
    Ok(token)
}

fn failure(bits: &BitString) -> Option<Refusal> {
    let set = |bit: &u8| {
        bits.raw_bytes().get(usize::from(bit / 8)).is_some_and(|octet| octet & (0x80 >> (bit % 8)) != 0)
    };
    (0..32).find(set).and_then(Refusal::from_bit)
}
