//! Goal: every request gets a DER answer, a token says exactly what was asked, and the nearest other thing is refused.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use const_oid::ObjectIdentifier;

use super::*;
use crate::cms::{CmsError, SignedData};
use crate::issue::sample::{Country, NOW, YEAR};
use crate::key::SoftKey;
use crate::oid;
use crate::path::PathError;
use crate::revocation;
use crate::time::Instant;
use crate::x509::Certificate;

const MESSAGE: &[u8] = b"a signature value";

fn unit(country: &Country) -> Unit<'_> {
    Unit::new(&country.tsu, &country.tsu_key, std::slice::from_ref(&country.tsa), 500).unwrap()
}

fn now() -> Instant {
    Instant::from_micros(NOW.plus_seconds(4000).micros() + 120_456)
}

fn answer(country: &Country, request: &[u8]) -> Granted {
    respond(request, &unit(country), country.serial(), now())
}

fn imprint() -> Imprint {
    Imprint::of(Digest::Sha256, MESSAGE)
}

#[test]
fn a_stranger_with_the_root_alone_verifies_a_token() {
    let country = Country::new(200);
    let request = Request::make(&imprint(), &[0x91, 2, 3, 4, 5, 6, 7, 8]).unwrap();
    let granted = answer(&country, request.der());
    let token = read_response(&granted.response, &request).unwrap();
    assert_eq!(granted.outcome, Ok(token.clone()));
    let stamp = token.verify(&imprint(), &[], &country.root).unwrap();
    assert_eq!(stamp.at(), Instant::from_micros(NOW.plus_seconds(4000).micros() + 120_000));
    assert_eq!(stamp.accuracy_micros(), 500_000);
    assert_eq!(token.policy(), oid::POLICY_TIME_STAMP);
    assert_eq!(revocation::check_path(stamp.path(), &country.lists(), stamp.at()).map(drop), Ok(()));
    // Sizes near the references' samples (1516 with the unit alone, 2306 with its issuer).
    assert!(granted.response.len().abs_diff(2200) < 250, "{}", granted.response.len());
}

#[test]
fn rfc3161_2_4_1_without_cert_req_no_certificates() {
    let country = Country::new(201);
    let request = asn1::sequence(&[&asn1::integer(1), &imprint().der]);
    let granted = answer(&country, &request);
    let token = granted.outcome.unwrap();
    assert!(token.certificates().is_empty() && token.nonce().is_none());
    assert!(granted.response.len().abs_diff(569) < 80, "{}", granted.response.len());
    let alone = token.verify(&imprint(), &[], &country.root);
    assert_eq!(alone, Err(TokenError::Cms(CmsError::SigningCertificate)));
    let known = [country.tsu.clone(), country.tsa.clone()];
    assert_eq!(token.verify(&imprint(), &known, &country.root).map(drop), Ok(()));
}

#[test]
fn imprints_of_three_functions_and_nonces_of_every_size_come_back_as_they_were() {
    let country = Country::new(202);
    for digest in [Digest::Sha256, Digest::Sha384, Digest::Sha512] {
        let with_null = asn1::sequence(&[
            &asn1::sequence(&[&asn1::oid(digest.oid()), asn1::NULL]),
            &asn1::octets(&digest.of(MESSAGE)),
        ]);
        for nonce in [
            vec![2, 1, 0],
            vec![2, 1, 7],
            vec![2, 1, 0xff],
            asn1::unsigned(&[0x80; 8]),
            asn1::unsigned(&[1; 20]),
        ] {
            let request = asn1::sequence(&[&asn1::integer(1), &with_null, &nonce]);
            let token = answer(&country, &request).outcome.unwrap();
            assert_eq!(token.nonce(), Some(nonce.as_slice()));
            assert!(token.imprint().same(&Imprint::of(digest, MESSAGE)));
            let content = SignedData::read(token.der()).unwrap().content().unwrap().to_vec();
            assert!(
                content.windows(with_null.len()).any(|window| window == with_null),
                "the imprint is repeated"
            );
        }
    }
}

#[test]
fn every_refusal_is_a_der_answer_with_its_failure() {
    let country = Country::new(203);
    let imprint = imprint().der;
    let one = asn1::integer(1);
    let refused = |request: &[u8]| {
        let granted = answer(&country, request);
        let why = granted.outcome.unwrap_err();
        let asked = Request::make(&Imprint::of(Digest::Sha256, MESSAGE), &[1]).unwrap();
        let read = read_response(&granted.response, &asked);
        assert_eq!(read, Err(ResponseError::Refused { status: 2, why: Some(why) }));
        why
    };
    assert_eq!(refused(b""), Refusal::BadDataFormat);
    assert_eq!(refused(b"nonsense"), Refusal::BadDataFormat);
    assert_eq!(refused(&asn1::sequence(&[&asn1::integer(2), &imprint])), Refusal::BadRequest);
    let sha1 = asn1::algorithm(ObjectIdentifier::new_unwrap("1.3.14.3.2.26"));
    let weak = asn1::sequence(&[&sha1, &asn1::octets(&[1; 20])]);
    assert_eq!(refused(&asn1::sequence(&[&one, &weak])), Refusal::BadAlgorithm);
    for length in [0, 31, 33, 48] {
        let wrong = asn1::sequence(&[&asn1::algorithm(oid::SHA256), &asn1::octets(&vec![1; length])]);
        assert_eq!(refused(&asn1::sequence(&[&one, &wrong])), Refusal::BadDataFormat, "{length}");
    }
    let foreign = asn1::oid(ObjectIdentifier::new_unwrap("0.4.0.2023.1.1"));
    assert_eq!(refused(&asn1::sequence(&[&one, &imprint, &foreign])), Refusal::UnacceptedPolicy);
    let own = asn1::oid(oid::POLICY_TIME_STAMP);
    assert!(answer(&country, &asn1::sequence(&[&one, &imprint, &own])).outcome.is_ok());
    for critical in [&[][..], &[1, 1, 0xff]] {
        let extension = asn1::sequence(&[&own, critical, &asn1::octets(&[5, 0])]);
        let extensions = asn1::tlv(0xa0, &extension);
        assert_eq!(refused(&asn1::sequence(&[&one, &imprint, &extensions])), Refusal::UnacceptedExtension);
    }
    let long = asn1::unsigned(&[1; 65]);
    assert_eq!(refused(&asn1::sequence(&[&one, &imprint, &long])), Refusal::BadRequest);
    // certReq FALSE written out is not DER, and neither is a byte more.
    assert_eq!(refused(&asn1::sequence(&[&one, &imprint, &[1, 1, 0]])), Refusal::BadDataFormat);
    let more = [asn1::sequence(&[&one, &imprint]), vec![0]].concat();
    assert_eq!(refused(&more), Refusal::BadDataFormat);
    assert_eq!(refused(&vec![0x30; REQUEST_SIZE_MAX + 1]), Refusal::BadDataFormat);
}

#[test]
fn rfc3161_2_4_2_golden_failure_bits() {
    let last = |refusal| {
        let response = refuse(refusal).response;
        response[response.len() - 6..].to_vec()
    };
    assert_eq!(last(Refusal::BadAlgorithm)[2..], [3, 2, 7, 0x80]);
    assert_eq!(last(Refusal::BadDataFormat)[2..], [3, 2, 2, 0x04]);
    assert_eq!(last(Refusal::TimeNotAvailable)[1..], [3, 3, 1, 0, 0x02]);
    assert_eq!(last(Refusal::UnacceptedExtension)[..], [3, 4, 7, 0, 0, 0x80]);
    assert_eq!(last(Refusal::SystemFailure)[0..], [5, 6, 0, 0, 0, 0x40]);
}

#[test]
fn a_unit_stamps_only_within_its_life_and_its_keys_use() {
    let country = Country::new(204);
    let request = Request::make(&imprint(), &[1]).unwrap();
    let at = |at| respond(request.der(), &unit(&country), country.serial(), at).outcome.map(drop);
    assert_eq!(at(NOW), Ok(()));
    assert_eq!(at(NOW.plus_seconds(-1)), Err(Refusal::SystemFailure));
    assert_eq!(at(NOW.plus_seconds(YEAR)), Ok(()));
    assert_eq!(at(NOW.plus_seconds(YEAR + 1)), Err(Refusal::SystemFailure));
}

#[test]
fn a_unit_is_a_unit() {
    let country = Country::new(205);
    let new = |certificate, key, accuracy| Unit::new(certificate, key, &[], accuracy).err();
    assert_eq!(new(&country.tsu, &country.tsu_key, 1000), None);
    assert_eq!(new(&country.tsu, &country.tsu_key, 1001), Some(UnitError::Accuracy));
    assert_eq!(new(&country.tsu, &country.tsu_key, 0), Some(UnitError::Accuracy));
    assert_eq!(new(&country.tsu, &country.tsa_key, 1), Some(UnitError::KeyOfAnother));
    assert_eq!(new(&country.tsa, &country.tsa_key, 1), Some(UnitError::NotAUnit));
}

#[test]
fn a_token_for_something_else_is_not_taken() {
    let country = Country::new(206);
    let request = Request::make(&imprint(), &[7, 7]).unwrap();
    let granted = answer(&country, request.der());
    let token = granted.outcome.unwrap();
    let other = Imprint::of(Digest::Sha256, b"another signature value");
    assert_eq!(token.verify(&other, &[], &country.root), Err(TokenError::OtherImprint));
    let other_function = Imprint::of(Digest::Sha512, MESSAGE);
    assert_eq!(token.verify(&other_function, &[], &country.root), Err(TokenError::OtherImprint));
    let asked = Request::make(&imprint(), &[7, 8]).unwrap();
    assert_eq!(read_response(&granted.response, &asked), Err(TokenError::OtherNonce.into()));
    let asked = Request::make(&other, &[7, 7]).unwrap();
    assert_eq!(read_response(&granted.response, &asked), Err(TokenError::OtherImprint.into()));
    let stranger = Country::new(207);
    let foreign = token.verify(&imprint(), &[], &stranger.root);
    assert!(
        matches!(foreign, Err(TokenError::Path(PathError::Signature { .. } | PathError::NoIssuer { .. }))),
        "{foreign:?}"
    );
}

#[test]
fn no_octet_of_a_token_can_change_by_one_bit() {
    let country = Country::new(208);
    let request = Request::make(&imprint(), &[9; 8]).unwrap();
    let token = answer(&country, request.der()).outcome.unwrap();
    let certified = |certificate: &Certificate| {
        [&country.root, &country.tsa]
            .into_iter()
            .any(|issuer| certificate.verify_signed_by(issuer.public_key()).is_ok())
    };
    for index in 0..token.der().len() {
        let mut changed = token.der().to_vec();
        changed[index] ^= 1 << (index % 8);
        let Ok(read) = Token::read(&changed) else { continue };
        let holds = read.verify_signature(&imprint(), &[]).is_ok();
        assert!(!(holds && read.certificates().iter().all(certified)), "octet {index}");
    }
}

#[test]
fn a_token_with_something_added_is_not_read() {
    let country = Country::new(211);
    let request = Request::make(&imprint(), &[9; 8]).unwrap();
    let token = answer(&country, request.der()).outcome.unwrap();
    let added = SignedData::read(token.der()).unwrap().with_unsigned(oid::EVIDENCE, &[0x30, 0]).unwrap();
    assert_eq!(Token::read(added.der()), Err(TokenError::Content("unsigned attributes")));
    // A signature over a document is not a token.
    let draft = crate::cms::Draft::document(&crate::key::sha256(MESSAGE), &crate::key::sha256(MESSAGE));
    let signed = draft.certified(&country.tsu).unwrap();
    let signed = signed.sign(|message| crate::key::SigningKey::sign(&country.tsu_key, message), &[]).unwrap();
    assert_eq!(Token::read(signed.der()), Err(TokenError::Content("no TSTInfo inside")));
}

/// A token around a TSTInfo that a test makes by hand.
fn around(country: &Country, info: &[&[u8]]) -> Result<Token, TokenError> {
    let to_sign = crate::cms::Draft::token(asn1::sequence(info), country.tsu.public_key().algorithm());
    let to_sign = to_sign.certified(&country.tsu).unwrap();
    let chain = [country.tsa.clone()];
    let signed =
        to_sign.sign(|message| crate::key::SigningKey::sign(&country.tsu_key, message), &chain).unwrap();
    Token::read(signed.der())
}

#[test]
fn en319422_5_2_1_contents_next_to_the_form_are_refused() {
    let country = Country::new(209);
    let (one, policy, imprint) = (asn1::integer(1), asn1::oid(oid::POLICY_TIME_STAMP), imprint().der);
    let (serial, at) = (asn1::unsigned(&[0x41; 16]), super::time::write(now()));
    let accuracy = asn1::sequence(&[&asn1::integer(1)]);
    let good: Vec<&[u8]> = vec![&one, &policy, &imprint, &serial, &at, &accuracy];
    let check = |info: &[&[u8]]| {
        around(&country, info)
            .and_then(|token| token.verify(&Imprint::of(Digest::Sha256, MESSAGE), &[], &country.root))
            .map(drop)
    };
    assert_eq!(check(&good), Ok(()));
    let replaced = |index: usize, part: &[u8]| {
        let mut info = good.clone();
        info[index] = part;
        check(&info)
    };
    assert_eq!(replaced(0, &asn1::integer(2)), Err(TokenError::Content("not version 1")));
    let unix = asn1::tlv(0x17, b"261124120000Z");
    assert_eq!(replaced(4, &unix), Err(TokenError::Content("the time")));
    assert_eq!(replaced(4, &asn1::tlv(0x18, b"20261124120000.10Z")), Err(TokenError::Content("the time")));
    assert_eq!(replaced(5, &[]), Err(TokenError::Accuracy));
    assert_eq!(replaced(5, &asn1::sequence(&[&one, &[0x80, 1, 1]])), Err(TokenError::Accuracy));
    assert_eq!(replaced(5, &asn1::sequence(&[&[0x80, 2, 3, 0xe8]])), Err(TokenError::Accuracy));
    assert_eq!(replaced(5, &asn1::sequence(&[&[0x80, 2, 3, 0xe7]])), Ok(()));
    let short = asn1::sequence(&[&asn1::algorithm(oid::SHA256), &asn1::octets(&[1; 31])]);
    assert_eq!(replaced(2, &short), Err(TokenError::Content("the imprint")));
    let extension = asn1::sequence(&[&policy, &[1, 1, 0xff], &asn1::octets(&[5, 0])]);
    let extensions = asn1::tlv(0xa1, &extension);
    let with = [good.as_slice(), &[&extensions]].concat();
    assert_eq!(check(&with), Err(TokenError::UnknownCritical));
    // Before the unit's certificate begins.
    let early = super::time::write(NOW.plus_seconds(-1));
    assert_eq!(replaced(4, &early), Err(PathError::NotYetValid { depth: 2 }.into()));
}

#[test]
fn a_unit_on_p384_stamps_with_sha384() {
    let country = Country::new(210);
    let key = SoftKey::generate_p384().unwrap();
    let params = crate::issue::sample::tsu_params(country.serial(), crate::key::SigningKey::public_key(&key));
    let certificate = crate::issue::time_stamp_unit(&params, country.tsa_issuer()).unwrap();
    let unit = Unit::new(&certificate, &key, std::slice::from_ref(&country.tsa), 1).unwrap();
    let request = Request::make(&imprint(), &[1]).unwrap();
    let token = respond(request.der(), &unit, country.serial(), now()).outcome.unwrap();
    assert_eq!(SignedData::read(token.der()).unwrap().digest(), Digest::Sha384);
    assert_eq!(token.verify(&imprint(), &[], &country.root).map(drop), Ok(()));
}
