//! Goal: a signature made in two phases holds, and any single change to it, to its content or to its certificate does
//! not.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use super::*;
use crate::bytes::Hash;
use crate::issue::sample::{Country, NOW};
use crate::issue::{self};
use crate::key::{Ephemeral, SignatureEncoding};

const DOCUMENT: &[u8] = b"the signed bytes of a document";
const EVIDENCE: &[u8] = &[0x30, 3, 2, 1, 7];

/// One act: attributes, certificate, signature.
fn act(country: &Country) -> SignedData {
    let draft = Draft::document(&sha256(DOCUMENT), &sha256(EVIDENCE));
    let key = Ephemeral::generate(&country.random).unwrap();
    let params = country.one_signature_params(key.public_key(), draft.data_tbs_hash());
    let leaf = issue::one_signature(&params, country.ca_issuer()).unwrap();
    let to_sign = draft.certified(&leaf).unwrap();
    to_sign.sign(|message| key.sign(message), std::slice::from_ref(&country.ca)).unwrap()
}

fn digest() -> Vec<u8> {
    sha256(DOCUMENT).as_bytes().to_vec()
}

#[test]
fn a_person_signs_once_and_the_certificate_was_made_for_it() {
    let country = Country::new(100);
    let signed = act(&country);
    let verified = signed.verify_document(&digest()).unwrap();
    assert_eq!(verified.binding(), &DocumentBinding::Holds);
    assert_eq!(verified.evidence_hash(), Some(&sha256(EVIDENCE)));
    assert_eq!(verified.signer().verify_signed_by(country.ca.public_key()), Ok(()));
    let kinds: Vec<ObjectIdentifier> =
        verified.signed_attributes().iter().map(|attribute| attribute.kind).collect();
    assert_eq!(kinds.len(), 5);
    assert!(!kinds.contains(&oids::SIGNING_TIME));
    assert_eq!(signed.certificates().len(), 2);
    assert!(!signed.certificates().contains(&country.root));
    assert_eq!(SignedData::read(signed.der()).unwrap(), signed);
}

#[test]
fn rfc5035_3_golden_certificate_reference() {
    let country = Country::new(101);
    let value = build::signing_certificate_v2(&country.ca);
    assert_eq!(value[..8], [0x30, 0x26, 0x30, 0x24, 0x30, 0x22, 0x04, 0x20]);
    assert_eq!(value[8..], *country.ca.fingerprint().as_bytes());
}

#[test]
fn rfc5652_5_4_the_message_is_the_sorted_set_under_its_own_tag() {
    let country = Country::new(102);
    let signed = act(&country);
    // The received bytes, found again in the file: [0] there, SET OF in the message.
    let message = attributes_der(&signed.signed);
    assert_eq!(message[0], 0x31);
    let mut received = message.clone();
    received[0] = 0xa0;
    assert!(signed.der().windows(received.len()).any(|window| window == received));
    let signer = signed.verify_document(&digest()).unwrap().signer().clone();
    assert_eq!(signer.public_key().verify(SignatureEncoding::Der, &message, signed.signature()), Ok(()));
}

#[test]
fn a_certificate_for_other_attributes_or_another_key_is_not_used() {
    let country = Country::new(103);
    let draft = Draft::document(&sha256(DOCUMENT), &sha256(EVIDENCE));
    let key = Ephemeral::generate(&country.random).unwrap();
    let other = Draft::document(&sha256(b"another document"), &sha256(EVIDENCE)).data_tbs_hash();
    let params = country.one_signature_params(key.public_key(), other);
    let leaf = issue::one_signature(&params, country.ca_issuer()).unwrap();
    assert_eq!(draft.clone().certified(&leaf).err(), Some(CmsError::OtherBinding));
    let params = country.one_signature_params(key.public_key(), draft.data_tbs_hash());
    let leaf = issue::one_signature(&params, country.ca_issuer()).unwrap();
    // Another key signs: the signature made is not given away.
    let stranger = Ephemeral::generate(&country.random).unwrap();
    let made = draft.certified(&leaf).unwrap().sign(|message| stranger.sign(message), &[]);
    assert_eq!(made, Err(CmsError::SignatureMismatch));
    let with_root = Draft::document(&sha256(DOCUMENT), &sha256(EVIDENCE)).certified(&country.tsu).unwrap();
    let with_root = with_root.sign(|_| Err(KeyError::SigningFailed), std::slice::from_ref(&country.root));
    assert_eq!(with_root, Err(CmsError::Structure("a root stands inside")));
    let failed = Draft::document(&sha256(DOCUMENT), &sha256(EVIDENCE)).certified(&country.tsu).unwrap();
    assert_eq!(
        failed.sign(|_| Err(KeyError::SigningFailed), &[]),
        Err(CmsError::Key(KeyError::SigningFailed))
    );
}

#[test]
fn another_document_does_not_match() {
    let country = Country::new(104);
    let signed = act(&country);
    let mut other = digest();
    other[31] ^= 1;
    assert_eq!(signed.verify_document(&other), Err(CmsError::DigestMismatch));
    assert_eq!(signed.verify_document(&digest()[..31]), Err(CmsError::DigestMismatch));
    assert_eq!(signed.verify_inside(&[]), Err(CmsError::Structure("there is no content inside")));
}

#[test]
fn no_octet_can_change_by_one_bit() {
    let country = Country::new(105);
    let signed = act(&country);
    let leaf = signed.verify_document(&digest()).unwrap().signer().clone();
    for index in 0..signed.der().len() {
        // One bit of each octet, walking through the octet; all bits of a whole file are tried in `tests/it`.
        let mut changed = signed.der().to_vec();
        changed[index] ^= 1 << (index % 8);
        let Ok(read) = SignedData::read(&changed) else { continue };
        // Whoever validates a file verifies every certificate in it, so those count too.
        let certified = |certificate: &Certificate| {
            let issuer = if certificate.subject_der() == country.ca.subject_der() {
                &country.root
            } else {
                &country.ca
            };
            certificate.verify_signed_by(issuer.public_key()).is_ok()
        };
        let holds = read.verify_document(&digest()).is_ok_and(|verified| *verified.signer() == leaf);
        assert!(!(holds && read.certificates().iter().all(certified)), "octet {index}");
    }
}

#[test]
fn a_time_stamp_and_evidence_come_later_and_evidence_goes_again() {
    let country = Country::new(106);
    let signed = act(&country);
    let stamped = signed.clone().with_unsigned(oids::SIGNATURE_TIME_STAMP, &[0x30, 0]).unwrap();
    let full = stamped.clone().with_unsigned(oid::EVIDENCE, EVIDENCE).unwrap();
    assert_eq!(full.unsigned(oid::EVIDENCE), Some(EVIDENCE));
    assert_eq!(full.verify_document(&digest()).unwrap().binding(), &DocumentBinding::Holds);
    assert_eq!(full.clone().without_unsigned(oid::EVIDENCE).unwrap(), stamped);
    assert_eq!(stamped.clone().without_unsigned(oids::SIGNATURE_TIME_STAMP).unwrap().der(), signed.der());

    let twice = full.clone().with_unsigned(oid::EVIDENCE, EVIDENCE);
    assert_eq!(twice, Err(CmsError::Attribute(oid::EVIDENCE)));
    let none = stamped.clone().without_unsigned(oid::EVIDENCE);
    assert_eq!(none, Err(CmsError::Attribute(oid::EVIDENCE)));
    for value in [&[0x30, 1][..], &[0x30, 0, 0], &[], &[0x30, 0x81, 0]] {
        let refused = signed.clone().with_unsigned(oid::EVIDENCE, value);
        assert_eq!(refused, Err(CmsError::Attribute(oid::EVIDENCE)), "{value:02x?}");
    }
}

#[test]
fn padding_is_zeros_and_nothing_else() {
    let country = Country::new(107);
    let signed = act(&country);
    let padded = [signed.der(), &[0; 100]].concat();
    assert_eq!(SignedData::read_padded(&padded), Ok(signed.clone()));
    assert_eq!(SignedData::read_padded(signed.der()), Ok(signed.clone()));
    let hidden = [signed.der(), &[0; 50], &[1]].concat();
    assert_eq!(
        SignedData::read_padded(&hidden),
        Err(CmsError::Structure("something stands after the signature"))
    );
    assert!(matches!(
        SignedData::read_padded(&signed.der()[..signed.der().len() - 1]),
        Err(CmsError::Bytes(_))
    ));
    assert!(matches!(SignedData::read_padded(&[]), Err(CmsError::Bytes(_))));
    assert!(matches!(SignedData::read(&padded), Err(CmsError::Bytes(_))));
}

/// The same signature with one part exchanged, encoded again and read.
fn with(signed: &SignedData, change: impl FnOnce(&mut SignedData)) -> Result<SignedData, CmsError> {
    let mut other = signed.clone();
    change(&mut other);
    SignedData::read(&other.encode())
}

#[test]
fn rfc5652_11_attributes_missing_twice_or_changed_are_refused() {
    let country = Country::new(108);
    let signed = act(&country);
    for attribute in &signed.signed {
        let kind = attribute.kind;
        let without = with(&signed, |other| other.signed.retain(|attribute| attribute.kind != kind)).unwrap();
        // Taking the evidence hash away leaves a well-formed signature that no longer verifies.
        let error =
            if kind == oid::EVIDENCE_HASH { CmsError::SignatureMismatch } else { CmsError::Attribute(kind) };
        assert_eq!(without.verify_document(&digest()), Err(error));
        let twice = with(&signed, |other| other.signed.push(attribute.clone()));
        assert!(matches!(twice, Err(CmsError::Bytes(_) | CmsError::Attribute(_))), "{twice:?}");
        let changed = with(&signed, |other| {
            for attribute in other.signed.iter_mut().filter(|attribute| attribute.kind == kind) {
                attribute.value = asn1::octets(b"something else");
            }
        });
        let refused = changed.unwrap().verify_document(&digest());
        let wanted =
            if kind == oids::ALGORITHM_PROTECTION { CmsError::Algorithm } else { CmsError::Attribute(kind) };
        let error = if kind == oid::EVIDENCE_HASH { CmsError::SignatureMismatch } else { wanted };
        assert_eq!(refused, Err(error));
    }
    let two_values = Attribute {
        kind: oid::EVIDENCE_HASH,
        value: [asn1::octets(&[1; 32]), asn1::octets(&[2; 32])].concat(),
    };
    let refused = with(&signed, |other| {
        other.signed.retain(|attribute| attribute.kind != oid::EVIDENCE_HASH);
        other.signed.push(two_values.clone());
    });
    assert_eq!(refused, Err(CmsError::Attribute(oid::EVIDENCE_HASH)));
}

#[test]
fn en319142_1_signing_time_and_old_references_never_stand_in_pades() {
    let country = Country::new(109);
    let signed = act(&country);
    for kind in [oids::SIGNING_TIME, oids::SIGNING_CERTIFICATE] {
        let value = asn1::tlv(0x17, b"261124120000Z");
        let added =
            with(&signed, |other| other.signed.push(Attribute { kind, value: value.clone() })).unwrap();
        assert_eq!(added.verify_document(&digest()), Err(CmsError::Attribute(kind)));
    }
}

#[test]
fn structures_next_to_ours_are_refused() {
    let country = Country::new(110);
    let signed = act(&country);
    let empty = with(&signed, |other| other.signed.clear());
    assert_eq!(empty, Err(CmsError::Structure("no attributes at all, or too many")));
    let content = with(&signed, |other| other.content = Some(DOCUMENT.to_vec())).unwrap();
    let outside = Err(CmsError::Structure("the signature is not one over an outside document"));
    assert_eq!(content.verify_document(&digest()), outside);
    let leaf = signed.verify_document(&digest()).unwrap().signer().clone();
    let without =
        with(&signed, |other| other.certificates.retain(|certificate| *certificate != leaf)).unwrap();
    assert_eq!(without.verify_document(&digest()), Err(CmsError::SigningCertificate));
    let other_sid = with(&signed, |other| other.serial = vec![0x41; 16]).unwrap();
    assert_eq!(other_sid.verify_document(&digest()), Err(CmsError::SigningCertificate));
    let sha384 = with(&signed, |other| other.digest_identifier = asn1::algorithm(oids::SHA384)).unwrap();
    assert_eq!(sha384.verify_document(&digest()), Err(CmsError::Algorithm));
    let sha1 = const_oid::ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
    assert_eq!(
        with(&signed, |other| other.digest_identifier = asn1::algorithm(sha1)),
        Err(CmsError::Algorithm)
    );
    // NULL parameters are another spelling of the same algorithm, but not the protected one.
    let null = asn1::sequence(&[&asn1::oid(oid::SHA256), asn1::NULL]);
    let spelled = with(&signed, |other| other.digest_identifier = null.clone()).unwrap();
    assert_eq!(spelled.verify_document(&digest()), Err(CmsError::Algorithm));
    let ed25519 =
        with(&signed, |other| other.signature_identifier = asn1::algorithm(Algorithm::Ed25519.oid()))
            .unwrap();
    assert_eq!(ed25519.verify_document(&digest()), Err(CmsError::Algorithm));
    let tst = with(&signed, |other| other.content_type = oids::TST_INFO).unwrap();
    assert_eq!(tst.verify_document(&digest()), outside);
}

#[test]
fn x690_11_6_attributes_out_of_order_are_refused() {
    let country = Country::new(111);
    let signed = act(&country);
    let sorted: Vec<Vec<u8>> = {
        let mut all: Vec<Vec<u8>> = signed.signed.iter().map(Attribute::der).collect();
        all.sort();
        all
    };
    let mut swapped = sorted.clone();
    swapped.swap(0, 1);
    let at =
        signed.der().windows(sorted.concat().len()).position(|window| window == sorted.concat()).unwrap();
    let mut der = signed.der().to_vec();
    der[at..at + sorted.concat().len()].copy_from_slice(&swapped.concat());
    assert!(matches!(SignedData::read(&der), Err(CmsError::Bytes(_))), "{:?}", SignedData::read(&der));
}

#[test]
fn a_binding_is_read_even_when_the_maker_did_not_care() {
    let country = Country::new(112);
    let signed = act(&country);
    // A unit's key has no binding, and the attributes of a signature by it are not what any certificate names.
    let draft = Draft::document(&sha256(DOCUMENT), &Hash::new([9; 32]));
    let made = draft
        .certified(&country.tsu)
        .unwrap()
        .sign(|message| crate::key::SigningKey::sign(&country.tsu_key, message), &[]);
    assert_eq!(made.unwrap().verify_document(&digest()).unwrap().binding(), &DocumentBinding::Absent);
    let verified = signed.verify_document(&digest()).unwrap();
    let other = with(&signed, |other| {
        other.signed.retain(|attribute| attribute.kind != oid::EVIDENCE_HASH);
    })
    .unwrap();
    assert_eq!(other.document_binding(verified.signer()), DocumentBinding::Broken);
    assert_eq!(NOW.seconds(), 1_795_521_600);
}
