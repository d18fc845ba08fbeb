//! Goal: a certificate is read in one way or not at all.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use super::*;
use crate::bytes::Hash;
use crate::{asn1, oid};

const ROOT: &[u8] = include_bytes!("golden/root.der");
const ONESHOT_CA: &[u8] = include_bytes!("golden/oneshot-ca-g1.der");
const CITIZEN: &[u8] = include_bytes!("golden/citizen_sign_osc.der");
const TSU: &[u8] = include_bytes!("golden/tsu.der");

#[test]
fn golden_one_signature_certificate_reads_into_types() {
    let leaf = Certificate::read(CITIZEN).unwrap();
    let issuer = Certificate::read(ONESHOT_CA).unwrap();
    assert_eq!(leaf.verify_signed_by(issuer.public_key()), Ok(()));
    assert_eq!(issuer.verify_signed_by(Certificate::read(ROOT).unwrap().public_key()), Ok(()));
    assert_eq!(leaf.verify_signed_by(leaf.public_key()), Err(KeyError::SignatureMismatch));
    let (kind, hash) = leaf.extensions().binding.as_ref().unwrap().bound().unwrap();
    assert_eq!((kind, hash), (BindingType::Cades, sha256(b"doc")));
    assert_eq!(leaf.extensions().key_usage, Some(KeyUsage::NON_REPUDIATION));
    assert_eq!(issuer.extensions().key_usage, Some(KeyUsage::AUTHORITY));
    assert_eq!(issuer.extensions().excluded.len(), 3);
    assert_eq!(
        issuer.extensions().basic_constraints,
        Some(BasicConstraints { authority: true, path_length: Some(0) })
    );
    assert_eq!(leaf.not_after().seconds_since(leaf.not_before()), 899);
    assert!(leaf.valid_at(leaf.not_after()) && !leaf.valid_at(leaf.not_after().plus_seconds(1)));
    assert!(leaf.valid_at(leaf.not_before()) && !leaf.valid_at(leaf.not_before().plus_seconds(-1)));
    let unit = Certificate::read(TSU).unwrap();
    let usage = unit.extensions().extended_key_usage.clone().unwrap();
    assert_eq!((usage.critical, usage.purposes), (true, vec![oids::TIME_STAMPING]));
}

#[test]
fn a_bit_in_every_octet_of_a_certificate_is_read_signed_or_refused() {
    let issuer = Certificate::read(ONESHOT_CA).unwrap();
    for index in 0..CITIZEN.len() {
        // One bit of each octet, walking through the octet: P-384 is slow here.
        let mut changed = CITIZEN.to_vec();
        changed[index] ^= 1 << (index % 8);
        let believed =
            Certificate::read(&changed).is_ok_and(|leaf| leaf.verify_signed_by(issuer.public_key()).is_ok());
        assert!(!believed, "octet {index}");
    }
}

/// A certificate put together by hand, unsigned: parts to exchange one at a time.
struct Parts {
    version: Vec<u8>,
    serial: Vec<u8>,
    inner: Vec<u8>,
    validity: Vec<u8>,
    extensions: Vec<Vec<u8>>,
    outer: Vec<u8>,
}

impl Parts {
    fn new() -> Self {
        let time = |text: &[u8]| asn1::tlv(0x17, text);
        Self {
            version: asn1::tlv(0xa0, &[2, 1, 2]),
            serial: asn1::unsigned(&[0x41; 16]),
            inner: asn1::algorithm(oid::ECDSA_SHA256),
            validity: asn1::sequence(&[&time(b"261124120000Z"), &time(b"261124121459Z")]),
            extensions: vec![extension(oids::NO_REV_AVAIL, false, &[5, 0])],
            outer: asn1::algorithm(oid::ECDSA_SHA256),
        }
    }

    fn read(&self) -> Result<Certificate, CertificateError> {
        let attribute = asn1::sequence(&[&asn1::oid(oids::COMMON_NAME), &asn1::tlv(0x0c, b"a")]);
        let name = asn1::sequence(&[&asn1::set_of(asn1::SET, vec![attribute])]);
        let key = Certificate::read(CITIZEN).unwrap();
        let extensions = asn1::tlv(0xa3, &asn1::tlv(asn1::SEQUENCE, &self.extensions.concat()));
        let tbs = asn1::sequence(&[
            &self.version,
            &self.serial,
            &self.inner,
            &name,
            &self.validity,
            &name,
            key.public_key().spki(),
            &extensions,
        ]);
        Certificate::read(&asn1::sequence(&[&tbs, &self.outer, &asn1::bits(&[0x30, 0])]))
    }
}

fn extension(id: const_oid::ObjectIdentifier, critical: bool, value: &[u8]) -> Vec<u8> {
    let mark = if critical { vec![1, 1, 0xff] } else { vec![] };
    asn1::sequence(&[&asn1::oid(id), &mark, &asn1::octets(value)])
}

#[test]
fn rfc5280_4_1_each_field_and_its_nearest_reject() {
    let change = |change: &dyn Fn(&mut Parts)| {
        let mut parts = Parts::new();
        change(&mut parts);
        parts.read().map(drop)
    };
    assert_eq!(change(&|_| ()), Ok(()));
    assert_eq!(change(&|parts| parts.version = asn1::tlv(0xa0, &[2, 1, 1])), Err(CertificateError::Version));
    assert_eq!(change(&|parts| parts.serial = asn1::unsigned(&[1])), Ok(()));
    assert_eq!(change(&|parts| parts.serial = asn1::unsigned(&[0])), Err(CertificateError::Serial));
    assert_eq!(change(&|parts| parts.serial = vec![2, 1, 0x80]), Err(CertificateError::Serial));
    assert_eq!(change(&|parts| parts.serial = asn1::unsigned(&[0x41; 20])), Ok(()));
    assert_eq!(change(&|parts| parts.serial = asn1::unsigned(&[0x41; 21])), Err(CertificateError::Serial));
    let sha384 = asn1::algorithm(Algorithm::EcdsaP384Sha384.oid());
    assert_eq!(change(&|parts| parts.inner = sha384.clone()), Err(CertificateError::AlgorithmsDiffer));
    let with_null = asn1::sequence(&[&asn1::oid(oid::ECDSA_SHA256), asn1::NULL]);
    let both = change(&|parts| (parts.inner, parts.outer) = (with_null.clone(), with_null.clone()));
    assert_eq!(both, Err(CertificateError::Algorithm));
    let backwards = asn1::sequence(&[&asn1::tlv(0x17, b"261124120000Z"), &asn1::tlv(0x17, b"261124115959Z")]);
    assert_eq!(change(&|parts| parts.validity = backwards.clone()), Err(CertificateError::Validity));
}

#[test]
fn rfc5280_4_2_each_extension_and_its_nearest_reject() {
    let with = |id, critical, value: &[u8]| {
        let mut parts = Parts::new();
        parts.extensions.push(extension(id, critical, value));
        parts.read()
    };
    let refused = |id, value: &[u8]| {
        assert_eq!(
            with(id, false, value).map(drop),
            Err(CertificateError::Extension(id)),
            "{id} {value:02x?}"
        );
    };
    assert_eq!(
        with(oids::NO_REV_AVAIL, false, &[5, 0]),
        Err(CertificateError::DuplicateExtension(oids::NO_REV_AVAIL))
    );
    refused(oids::BASIC_CONSTRAINTS, &[0x30, 3, 1, 1, 0]); // DEFAULT FALSE written out
    refused(oids::BASIC_CONSTRAINTS, &[0x30, 3, 1, 1, 1]); // TRUE is 0xff in DER
    refused(oids::BASIC_CONSTRAINTS, &[0x30, 3, 2, 1, 0]); // path length without CA
    refused(oids::KEY_USAGE, &[3, 2, 5, 0x40]); // trailing zero bit kept
    refused(oids::KEY_USAGE, &[3, 1, 0]); // no bit at all
    refused(oids::EXTENDED_KEY_USAGE, &[0x30, 0]);
    refused(oids::CERTIFICATE_POLICIES, &[0x30, 0]);
    let any = asn1::sequence(&[&asn1::oid(oids::ANY_POLICY)]);
    refused(oids::CERTIFICATE_POLICIES, &asn1::sequence(&[&any, &any]));
    refused(oids::VALIDITY_ASSURED, &[5, 0, 0]);
    refused(oids::SUBJECT_ALT_NAME, &[0x30, 0]);
    let unknown = const_oid::ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.99");
    assert_eq!(with(unknown, false, &[5, 0]).unwrap().extensions().unknown_critical, []);
    assert_eq!(with(unknown, true, &[5, 0]).unwrap().extensions().unknown_critical, [unknown]);
    // Never known here, so never passed over; and critical by law.
    for id in [oids::POLICY_CONSTRAINTS, oids::INHIBIT_ANY_POLICY] {
        assert_eq!(with(id, true, &[0x30, 0]).unwrap().extensions().unknown_critical, [id]);
        assert_eq!(with(id, false, &[0x30, 0]).map(drop), Err(CertificateError::Criticality(id)));
    }
    assert_eq!(with(oids::POLICY_MAPPINGS, true, &[0x30, 0]).unwrap().extensions().unknown_critical.len(), 1);
    let key = [4, 1, 7];
    assert_eq!(with(oids::SUBJECT_KEY_IDENTIFIER, false, &key).map(drop), Ok(()));
    let critical = Err(CertificateError::Criticality(oids::SUBJECT_KEY_IDENTIFIER));
    assert_eq!(with(oids::SUBJECT_KEY_IDENTIFIER, true, &key).map(drop), critical);
    // What only an authority may carry.
    refused(oids::KEY_USAGE, &[3, 2, 2, 4]);
    let constraints = asn1::sequence(&[&asn1::tlv(0xa1, &asn1::sequence(&[&asn1::tlv(0x82, b"")]))]);
    let not_authority = Err(CertificateError::Extension(oids::NAME_CONSTRAINTS));
    assert_eq!(with(oids::NAME_CONSTRAINTS, true, &constraints).map(drop), not_authority);
    assert_eq!(with(oids::BASIC_CONSTRAINTS, true, &[0x30, 3, 1, 1, 0xff]).map(drop), Ok(()));
    refused(oids::BASIC_CONSTRAINTS, &[0x30, 3, 1, 1, 0xff]); // an authority's is critical
}

#[test]
fn rfc5280_4_2_1_6_names_are_in_the_form_of_their_kind() {
    let with = |name: &[u8]| {
        let mut parts = Parts::new();
        parts.extensions.push(extension(oids::SUBJECT_ALT_NAME, false, &asn1::sequence(&[name])));
        parts.read().is_ok()
    };
    let dns = |text: &str| with(&asn1::tlv(0x82, text.as_bytes()));
    for good in ["example.com", "*.example.com", "a-b.example", "xn--bcher-kva.example"] {
        assert!(dns(good), "{good}");
    }
    for bad in [
        "",
        ".example.com",
        "a..b",
        "-a.example",
        "a_b.example",
        "192.0.2.1",
        "*",
        "a*.example",
        "a.*.b",
        "a.",
    ] {
        assert!(!dns(bad), "{bad}");
    }
    let ip = |octets: &[u8]| with(&asn1::tlv(0x87, octets));
    assert!(ip(&[1; 4]) && ip(&[1; 16]) && !ip(&[1; 5]) && !ip(&[1; 8]));
    let mail = |text: &str| with(&asn1::tlv(0x81, text.as_bytes()));
    assert!(mail("ana@example.com") && !mail("example.com") && !mail("@example.com"));
}

#[test]
fn a_binding_of_another_type_or_hash_is_unknown_and_not_false() {
    let hash = Hash::new([7; 32]);
    let binding = |algorithm: &[u8], kind: &[u8]| {
        SignedDocumentBinding::read(&asn1::sequence(&[&asn1::octets(hash.as_bytes()), algorithm, kind]))
            .unwrap()
            .bound()
    };
    let sha256 = asn1::algorithm(oid::SHA256);
    let text = |text: &[u8]| asn1::tlv(0x0c, text);
    assert_eq!(binding(&sha256, &text(b"cades")), Ok((BindingType::Cades, hash)));
    assert_eq!(binding(&sha256, &[]), Ok((BindingType::Exact, hash)));
    assert_eq!(binding(&sha256, &text(b"Cades")), Err(BindingError::UnknownType));
    let with_null = asn1::sequence(&[&asn1::oid(oid::SHA256), asn1::NULL]);
    assert_eq!(binding(&with_null, &text(b"cades")), Err(BindingError::UnknownHash));
    assert_eq!(binding(&asn1::algorithm(oid::ECDSA_SHA256), &text(b"cades")), Err(BindingError::UnknownHash));
    assert_eq!(SignedDocumentBinding::read(&asn1::sequence(&[&sha256])), None);
}
