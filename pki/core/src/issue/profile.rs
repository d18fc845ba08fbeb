//! Extension values of the profiles, as bytes. Each is compared with a golden value in the tests.

use const_oid::ObjectIdentifier;

use crate::asn1;
use crate::bytes::Hash;
use crate::oid;
use crate::time::Instant;
use crate::x509::{SignedDocumentBinding, oids};

/// One extension of a certificate that is being made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Extension {
    pub(super) id: ObjectIdentifier,
    pub(super) critical: bool,
    pub(super) value: Vec<u8>,
}

pub(super) fn plain(id: ObjectIdentifier, value: Vec<u8>) -> Extension {
    Extension { id, critical: false, value }
}

pub(super) fn critical(id: ObjectIdentifier, value: Vec<u8>) -> Extension {
    Extension { id, critical: true, value }
}

/// CA TRUE, and how many authorities may follow.
pub(super) fn basic_constraints(path_length: Option<u8>) -> Vec<u8> {
    let authority = [0x01, 0x01, 0xff];
    match path_length {
        None => asn1::sequence(&[&authority]),
        Some(length) => asn1::sequence(&[&authority, &asn1::integer(u64::from(length))]),
    }
}

/// keyCertSign and cRLSign; no digitalSignature, so that an authority can never sign status answers.
pub(super) const KEY_USAGE_AUTHORITY: &[u8] = &[0x03, 0x02, 0x01, 0x06];
/// nonRepudiation alone (EN 319 412-2 §4.3.2, type A).
pub(super) const KEY_USAGE_PERSON: &[u8] = &[0x03, 0x02, 0x06, 0x40];
/// digitalSignature alone.
pub(super) const KEY_USAGE_SIGNATURE: &[u8] = &[0x03, 0x02, 0x07, 0x80];

/// Excluded: every DNS name, every IPv4 and every IPv6 address. An authority with it cannot certify a web server.
pub(super) const NO_SERVERS: &[u8] = &[
    0x30, 0x36, 0xa1, 0x34, 0x30, 0x02, 0x82, 0x00, 0x30, 0x0a, 0x87, 0x08, 0, 0, 0, 0, 0, 0, 0, 0, 0x30,
    0x22, 0x87, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0,
];

pub(super) fn subject_key_identifier(identifier: &[u8]) -> Vec<u8> {
    asn1::octets(identifier)
}

/// keyIdentifier only.
pub(super) fn authority_key_identifier(identifier: &[u8]) -> Vec<u8> {
    asn1::sequence(&[&asn1::tlv(0x80, identifier)])
}

pub(super) fn policies(policies: &[ObjectIdentifier]) -> Vec<u8> {
    let each: Vec<Vec<u8>> = policies.iter().map(|policy| asn1::sequence(&[&asn1::oid(*policy)])).collect();
    asn1::tlv(asn1::SEQUENCE, &each.concat())
}

/// What our one-signature certificates say of themselves: evidence expected, software key, sandbox where it is one.
pub(super) fn end_entity_policies(own: ObjectIdentifier, sandbox: bool) -> Vec<ObjectIdentifier> {
    let mut policies = vec![own, oid::POLICY_SOFTWARE_KEY];
    if sandbox {
        policies.push(oid::POLICY_SANDBOX);
    }
    policies
}

pub(super) fn purposes(purpose: ObjectIdentifier) -> Vec<u8> {
    asn1::sequence(&[&asn1::oid(purpose)])
}

/// caIssuers only: no certificate of ours names an OCSP responder until there is one.
pub(super) fn ca_issuers(url: &str) -> Vec<u8> {
    asn1::sequence(&[&asn1::sequence(&[&asn1::oid(oids::ACCESS_CA_ISSUERS), &uri(url)])])
}

/// One distribution point with one full name.
pub(super) fn distribution_point(url: &str) -> Vec<u8> {
    asn1::sequence(&[&asn1::sequence(&[&full_name(url)])])
}

fn full_name(url: &str) -> Vec<u8> {
    asn1::tlv(0xa0, &asn1::tlv(0xa0, &uri(url)))
}

fn uri(url: &str) -> Vec<u8> {
    asn1::tlv(0x86, url.as_bytes())
}

pub(super) fn binding(data_tbs_hash: &Hash) -> Vec<u8> {
    SignedDocumentBinding::cades_der(data_tbs_hash)
}

/// `[0]` first and `[1]` last second in which the key is used.
pub(super) fn private_key_usage(first: Instant, last: Instant) -> Vec<u8> {
    let text =
        |instant: Instant| crate::bytes::write(&instant.generalized()).get(2..).unwrap_or_default().to_vec();
    asn1::sequence(&[&asn1::tlv(0x80, &text(first)), &asn1::tlv(0x81, &text(last))])
}
