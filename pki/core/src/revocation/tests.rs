//! Goal: a list is believed only for the certificates and times that it speaks about, and only from its issuer.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use super::*;
use crate::asn1;
use crate::issue::{self, CrlParams, Revocation, sample::*};
use crate::key::{Ephemeral, SigningKey, sha256};
use crate::path::{Usage, validate};

fn params() -> CrlParams {
    CrlParams {
        this_update: NOW,
        next_update: NOW.plus_seconds(86_400),
        number: 1,
        distribution_point: Some((TSA_CRL.into(), Scope::EndEntities)),
        revoked: vec![],
    }
}

fn revoked(country: &Country, at: Instant, reason: Reason) -> CrlParams {
    let entry = Revocation { serial: country.tsu.serial().to_vec(), at, reason };
    CrlParams { this_update: at.plus_seconds(1), revoked: vec![entry], ..params() }
}

fn list(country: &Country, params: &CrlParams) -> Crl {
    issue::crl(params, country.tsa_issuer()).unwrap()
}

fn status(country: &Country, crls: &[Crl], at: Instant) -> Status {
    check(&country.tsu, &country.tsa, crls, at)
}

#[test]
fn golden_list_reads_into_types() {
    let der = include_bytes!("../x509/golden/s1-17.crl");
    let issuer = Certificate::read(include_bytes!("../x509/golden/signing-ca-g1.der")).unwrap();
    let person = Certificate::read(include_bytes!("../x509/golden/citizen_sign_longterm.der")).unwrap();
    let list = Crl::read(der).unwrap();
    assert_eq!(list.number(), Some(17));
    assert_eq!(list.verify_signed_by(&issuer), Ok(()));
    assert_eq!(
        list.distribution_point(),
        Some(&("http://pki.id.example.com/s1/17.crl".into(), Scope::EndEntities))
    );
    let (at, reason) = *list.revocation(person.serial()).unwrap();
    assert_eq!(reason, Reason::KeyCompromise);
    assert_eq!(check(&person, &issuer, &[list], at), Status::Revoked { at, reason });
}

#[test]
fn good_revoked_and_the_second_between() {
    let country = Country::new(400);
    assert_eq!(status(&country, &[list(&country, &params())], NOW.plus_seconds(10)), Status::Good);
    let since = NOW.plus_seconds(100);
    let crls = [list(&country, &revoked(&country, since, Reason::KeyCompromise))];
    assert_eq!(status(&country, &crls, since), Status::Revoked { at: since, reason: Reason::KeyCompromise });
    // What was stamped the second before stays good.
    assert_eq!(status(&country, &crls, since.plus_seconds(-1)), Status::Good);
}

#[test]
fn the_newest_list_decides_so_a_lifted_hold_is_forgotten() {
    let country = Country::new(401);
    let since = NOW.plus_seconds(100);
    let held = list(&country, &revoked(&country, since, Reason::CertificateHold));
    let lifted = list(&country, &CrlParams { this_update: NOW.plus_seconds(200), number: 2, ..params() });
    let at = NOW.plus_seconds(300);
    let hold = Status::Revoked { at: since, reason: Reason::CertificateHold };
    assert_eq!(status(&country, std::slice::from_ref(&held), at), hold);
    assert_eq!(status(&country, &[held.clone(), lifted.clone()], at), Status::Good);
    assert_eq!(status(&country, &[lifted, held], at), Status::Good);
}

#[test]
fn nothing_is_known_and_why() {
    let country = Country::new(402);
    let at = NOW.plus_seconds(10);
    assert_eq!(status(&country, &[], at), Status::Unknown(Unknown::NoList));
    // A swapped list: the root's, and that of a country of the same name.
    let of_root = country.lists().remove(0);
    assert_eq!(status(&country, &[of_root], at), Status::Unknown(Unknown::NoList));
    let stranger = Country::new(403);
    let forged = list(&stranger, &params());
    assert_eq!(status(&country, &[forged], at), Status::Unknown(Unknown::Forged));
    // Another shard, another kind.
    let shard = CrlParams { distribution_point: Some((ROOT_CRL.into(), Scope::EndEntities)), ..params() };
    assert_eq!(status(&country, &[list(&country, &shard)], at), Status::Unknown(Unknown::OtherScope));
    let kind = CrlParams { distribution_point: Some((TSA_CRL.into(), Scope::Authorities)), ..params() };
    assert_eq!(status(&country, &[list(&country, &kind)], at), Status::Unknown(Unknown::OtherScope));
    let whole = CrlParams { distribution_point: None, ..params() };
    assert_eq!(status(&country, &[list(&country, &whole)], at), Status::Good);
    // To the second.
    let crls = [list(&country, &params())];
    assert_eq!(status(&country, &crls, NOW.plus_seconds(86_400)), Status::Good);
    assert_eq!(status(&country, &crls, NOW.plus_seconds(86_401)), Status::Unknown(Unknown::Stale));
}

#[test]
fn signatures_18_8_a_list_older_than_its_certificate_says_nothing_about_it() {
    let country = Country::new(404);
    let key = crate::key::SoftKey::generate_p256(&country.random).unwrap();
    let later = issue::TimeStampUnitParams {
        not_before: NOW.plus_seconds(50),
        ..tsu_params(country.serial(), key.public_key())
    };
    let unit = issue::time_stamp_unit(&later, country.tsa_issuer()).unwrap();
    let of = |this_update| {
        let crls = [list(&country, &CrlParams { this_update, ..params() })];
        check(&unit, &country.tsa, &crls, NOW.plus_seconds(60))
    };
    assert_eq!(of(NOW.plus_seconds(49)), Status::Unknown(Unknown::OlderThanCertificate));
    assert_eq!(of(NOW.plus_seconds(50)), Status::Good);
}

#[test]
fn rfc9608_4_only_the_leaf_itself_is_exempt() {
    let country = Country::new(405);
    let key = Ephemeral::generate(&country.random).unwrap();
    let params = country.one_signature_params(key.public_key(), sha256(b"attributes"));
    let leaf = issue::one_signature(&params, country.ca_issuer()).unwrap();
    let at = leaf.not_before();
    assert_eq!(check(&leaf, &country.ca, &[], at), Status::NoneExists);
    let path = validate(&leaf, std::slice::from_ref(&country.ca), &country.root, at, Usage::DocumentSigning)
        .unwrap();
    let missing = RevocationError::Unknown { depth: 1, why: Unknown::NoList };
    assert_eq!(check_path(&path, &[], at), Err(missing.clone()));
    assert_eq!(missing.sub_indication(), "CERTIFICATE_CHAIN_GENERAL_FAILURE");
    assert_eq!(check_path(&path, &country.lists(), at).map(|proof| proof.at()), Ok(at));
    let entry = Revocation { serial: country.ca.serial().to_vec(), at: NOW, reason: Reason::CaCompromise };
    let gone = CrlParams {
        revoked: vec![entry],
        distribution_point: Some((ROOT_CRL.into(), Scope::Authorities)),
        ..super::tests::params()
    };
    let crls = [issue::crl(&gone, country.root_issuer()).unwrap()];
    let revoked = RevocationError::Revoked { depth: 1, at: NOW, reason: Reason::CaCompromise };
    assert_eq!(check_path(&path, &crls, at), Err(revoked.clone()));
    assert_eq!(revoked.sub_indication(), "REVOKED_CA_NO_POE");
}

/// A list put together by hand, really signed by the time-stamp authority.
struct Parts {
    version: Vec<u8>,
    next_update: Vec<u8>,
    entries: Vec<u8>,
    extensions: Vec<Vec<u8>>,
}

fn extension(id: const_oid::ObjectIdentifier, critical: bool, value: &[u8]) -> Vec<u8> {
    let mark = if critical { vec![1, 1, 0xff] } else { vec![] };
    asn1::sequence(&[&asn1::oid(id), &mark, &asn1::octets(value)])
}

impl Parts {
    fn new(country: &Country) -> Self {
        let key = country.tsa.extensions().subject_key_identifier.clone().unwrap();
        Self {
            version: asn1::integer(1),
            next_update: asn1::tlv(0x17, b"261125120000Z"),
            entries: vec![],
            extensions: vec![
                extension(oids::AUTHORITY_KEY_IDENTIFIER, false, &asn1::sequence(&[&asn1::tlv(0x80, &key)])),
                extension(oids::CRL_NUMBER, false, &[2, 1, 1]),
            ],
        }
    }

    fn entry(serial: &[u8], extensions: &[Vec<u8>]) -> Vec<u8> {
        let extensions = if extensions.is_empty() { vec![] } else { asn1::sequence(&[&extensions.concat()]) };
        asn1::sequence(&[&asn1::sequence(&[
            &asn1::unsigned(serial),
            &asn1::tlv(0x17, b"261124120000Z"),
            &extensions,
        ])])
    }

    fn read(&self, country: &Country) -> Result<Crl, CrlError> {
        let algorithm = asn1::algorithm(crate::oid::ECDSA_SHA256);
        let tbs = asn1::sequence(&[
            &self.version,
            &algorithm,
            country.tsa.subject_der(),
            &asn1::tlv(0x17, b"261124120000Z"),
            &self.next_update,
            &self.entries,
            &asn1::tlv(0xa0, &asn1::sequence(&[&self.extensions.concat()])),
        ]);
        let signature = country.tsa_key.sign(&tbs).unwrap();
        Crl::read(&asn1::sequence(&[&tbs, &algorithm, &asn1::bits(signature.der())]))
    }
}

#[test]
fn rfc5280_5_each_field_of_a_list_and_its_nearest_reject() {
    let country = Country::new(406);
    let change = |change: &dyn Fn(&mut Parts)| {
        let mut parts = Parts::new(&country);
        change(&mut parts);
        parts.read(&country).map(drop)
    };
    assert_eq!(change(&|_| ()), Ok(()));
    assert_eq!(change(&|parts| parts.version = asn1::integer(2)), Err(CrlError::Version));
    assert_eq!(change(&|parts| parts.next_update = vec![]), Err(CrlError::NextUpdate));
    assert_eq!(
        change(&|parts| parts.next_update = asn1::tlv(0x17, b"261124120000Z")),
        Err(CrlError::NextUpdate)
    );
    let missing = |id| Err(CrlError::Extension(id));
    assert_eq!(change(&|parts| drop(parts.extensions.remove(0))), missing(oids::AUTHORITY_KEY_IDENTIFIER));
    assert_eq!(change(&|parts| drop(parts.extensions.remove(1))), missing(oids::CRL_NUMBER));
    let twice = change(&|parts| parts.extensions.push(parts.extensions[1].clone()));
    assert_eq!(twice, missing(oids::CRL_NUMBER));
    // RFC 5280 §5.2.4: a delta list speaks only about changes; its mark is critical and not evaluated.
    let delta = const_oid::ObjectIdentifier::new_unwrap("2.5.29.27");
    assert_eq!(change(&|parts| parts.extensions.push(extension(delta, true, &[2, 1, 1]))), missing(delta));
    let indirect = asn1::sequence(&[&[0x81, 1, 0xff], &[0x84, 1, 0xff]]);
    let point = |value: &[u8]| {
        let value = value.to_vec();
        change(&move |parts| parts.extensions.push(extension(oids::ISSUING_DISTRIBUTION_POINT, true, &value)))
    };
    assert_eq!(point(&indirect), missing(oids::ISSUING_DISTRIBUTION_POINT));
    assert_eq!(
        point(&asn1::sequence(&[&[0x81, 1, 0xff], &[0x82, 1, 0xff]])),
        missing(oids::ISSUING_DISTRIBUTION_POINT)
    );

    let entries = |entries: Vec<u8>| change(&move |parts| parts.entries = entries.clone());
    let code = |code| extension(oids::REASON_CODE, false, &[0x0a, 1, code]);
    assert_eq!(entries(Parts::entry(&[7], &[])), Ok(()));
    assert_eq!(entries(Parts::entry(&[7], &[code(1)])), Ok(()));
    assert_eq!(entries(Parts::entry(&[7], &[code(0)])), Err(CrlError::Entry));
    assert_eq!(entries(Parts::entry(&[7], &[code(8)])), Err(CrlError::Entry));
    assert_eq!(entries(Parts::entry(&[7], &[code(1), code(2)])), Err(CrlError::Entry));
    let critical = extension(oids::REASON_CODE, true, &[0x0a, 1, 1]);
    assert_eq!(entries(Parts::entry(&[7], &[critical])), Err(CrlError::Entry));
    assert_eq!(entries(Parts::entry(&[0], &[])), Err(CrlError::Entry));
    assert_eq!(entries(asn1::sequence(&[])), Err(CrlError::Entry));
    let one = Parts::entry(&[7], &[]);
    assert_eq!(entries(asn1::sequence(&[&one[2..], &one[2..]])), Err(CrlError::Entry));
}

#[test]
fn a_list_changed_by_one_bit_is_not_believed() {
    let country = Country::new(407);
    let good = list(&country, &revoked(&country, NOW.plus_seconds(5), Reason::Superseded));
    for index in 0..good.der().len() {
        let mut changed = good.der().to_vec();
        changed[index] ^= 1 << (index % 8);
        let believed = Crl::read(&changed).is_ok_and(|list| list.verify_signed_by(&country.tsa).is_ok());
        assert!(!believed, "octet {index}");
    }
    assert_eq!(good.verify_signed_by(&country.ca), Err(KeyError::SignatureMismatch));
    // A certificate that may not sign lists.
    assert_eq!(good.verify_signed_by(&country.tsu), Err(KeyError::SignatureMismatch));
}

#[test]
fn a_list_that_was_verified_with_one_key_is_not_believed_from_another() {
    let (country, other) = (Country::new(408), Country::new(409));
    assert_eq!(country.tsa.subject_der(), other.tsa.subject_der());
    // The name is the same, and nothing in the list says which key.
    let mut list = list(&country, &params());
    list.authority_key = None;
    for _ in 0..2 {
        assert_eq!(list.verify_signed_by(&country.tsa), Ok(()));
        assert_eq!(list.verify_signed_by(&other.tsa), Err(KeyError::SignatureMismatch));
    }
}
