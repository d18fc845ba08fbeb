//! One approval, one certificate: what is certified, and every nearest reject.

use super::*;
use crate::app::certify::{self, CertifyError};
use crate::app::status;
use der::asn1::OctetString;
use pki_core::act::{Abandonment, ActError, CertificateRequest, SignRequest};
use pki_core::assertion::{Assertion, AssertionError};
use pki_core::bytes::write;
use pki_core::feed::Status;
use pki_core::issue::Serial;
use pki_core::key::{Ephemeral, sha256};
use pki_core::oid;
use pki_core::x509::Certificate;

/// What a person approves at the signer.
fn sign_request(world: &World, statement: &Hash, showing: u8) -> SignRequest {
    SignRequest {
        version: 1,
        rp_id: "localhost".to_owned(),
        origin: SIGNING_ORIGIN.to_owned(),
        request_id: pki_core::bytes::Id::new([showing; 16]),
        statement: *statement,
        subject_name: pki_core::enrolment::CertifiedName {
            common: "Mira Lindqvist".to_owned(),
            given: Some("Mira".to_owned()),
            family: Some("Lindqvist".to_owned()),
        },
        policy: oid::POLICY_ONE_SIGNATURE,
        algorithm: oid::ECDSA_SHA256,
        signatures: 1,
        not_after: world.app.now().plus_seconds(600).generalized(),
        particulars: sha256(b"particulars"),
    }
}

fn approved(passkey: &Authenticator, request: &SignRequest, origin: &str) -> Assertion {
    use base64::Engine as _;
    let challenge = pki_core::act::challenge(request);
    let challenge = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(challenge.as_bytes());
    let options = serde_json::json!({ "publicKey": { "challenge": challenge } }).to_string();
    Assertion::from_browser_json(&passkey.answer(&options, origin)).unwrap().0
}

fn fresh_key(seed: u64) -> Ephemeral {
    Ephemeral::generate(&SeededRandom::new(seed)).unwrap()
}

fn body(world: &World, request: &SignRequest, assertion: &Assertion, key: &Ephemeral) -> CertificateRequest {
    CertificateRequest {
        version: 1,
        request: request.clone(),
        assertion: assertion.clone(),
        index: 0,
        attempt: 0,
        data_tbs_hash: sha256(b"signed attributes"),
        public_key: key.public_key().info().unwrap(),
        signing_time: world.app.now().generalized(),
    }
}

async fn ask(world: &World, request: &CertificateRequest) -> Result<Certificate, CertifyError> {
    let der = certify::certify(&world.app, &write(request)).await?;
    Ok(Certificate::read(&der).unwrap())
}

/// Mira, her statement, a request and her approval.
async fn mira(world: &World) -> (Authenticator, SignRequest, Assertion) {
    let (passkey, statement) = world.sandbox_person("Mira").await;
    let request = sign_request(world, &statement, 1);
    let assertion = approved(&passkey, &request, SIGNING_ORIGIN);
    (passkey, request, assertion)
}

/// A good approval gives a certificate under the approved name, from the signing time on, under our authority; the
/// identical request gives the identical bytes, also later.
#[tokio::test]
async fn one_approval_gives_one_certificate() {
    let world = World::new().await;
    let (_, request, assertion) = mira(&world).await;
    let asked = body(&world, &request, &assertion, &fresh_key(1));
    let certificate = ask(&world, &asked).await.unwrap();
    let authority = &world.app.authorities.one_signature.certificate;
    assert_eq!(certificate.verify_signed_by(authority.public_key()), Ok(()));
    assert_eq!(certificate.subject_name().common_name(), Some("Mira Lindqvist"));
    assert_eq!(certificate.not_before(), world.app.now());
    assert_eq!(certificate.not_after(), world.app.now().plus_seconds(899));
    assert_eq!(certificate.public_key(), fresh_key(1).public_key());
    world.clock.advance(120);
    assert_eq!(ask(&world, &asked).await.unwrap().der(), certificate.der());
    let leaves = world.app.store.leaves().await.unwrap();
    let counted = leaves.iter().filter(|(leaf, _)| leaf.kind == pki_core::log::LeafKind::Certificate).count();
    assert_eq!(counted, 1);
}

/// A used approval: any other body is refused with the serial that exists, whatever differs.
#[tokio::test]
async fn a_used_approval_is_refused_with_its_serial() {
    let world = World::new().await;
    let (_, request, assertion) = mira(&world).await;
    let first = body(&world, &request, &assertion, &fresh_key(1));
    let certificate = ask(&world, &first).await.unwrap();
    let serial = Serial::from_slice(certificate.serial()).unwrap();
    let other_key = body(&world, &request, &assertion, &fresh_key(2));
    let other_hash = CertificateRequest { data_tbs_hash: sha256(b"other attributes"), ..first.clone() };
    world.clock.advance(1);
    let other_time = CertificateRequest { signing_time: world.app.now().generalized(), ..first };
    for other in [other_key, other_hash, other_time] {
        assert_eq!(ask(&world, &other).await.err(), Some(CertifyError::ApprovalUsed { serial }));
    }
}

/// Twenty replicas of one approval with twenty keys at the same moment: exactly one certificate.
#[tokio::test]
async fn of_many_keys_for_one_approval_exactly_one_is_certified() {
    let world = World::new().await;
    let (_, request, assertion) = mira(&world).await;
    let mut tries = Vec::new();
    for seed in 1..=20 {
        let (app, body) =
            (Arc::clone(&world.app), write(&body(&world, &request, &assertion, &fresh_key(seed))));
        tries.push(tokio::spawn(async move { certify::certify(&app, &body).await }));
    }
    let mut won = 0;
    for one in tries {
        match one.await.unwrap() {
            Ok(_) => won += 1,
            Err(error) => assert!(matches!(error, CertifyError::ApprovalUsed { .. }), "{error:?}"),
        }
    }
    assert_eq!(won, 1);
}

/// A key is certified once in all time, for whomever.
#[tokio::test]
async fn a_key_that_was_seen_is_refused() {
    let world = World::new().await;
    let (passkey, request, assertion) = mira(&world).await;
    ask(&world, &body(&world, &request, &assertion, &fresh_key(1))).await.unwrap();
    let second = sign_request(&world, &request.statement, 2);
    let assertion = approved(&passkey, &second, SIGNING_ORIGIN);
    let refused = ask(&world, &body(&world, &second, &assertion, &fresh_key(1))).await;
    assert_eq!(refused.err(), Some(CertifyError::KeySeen));
    assert!(ask(&world, &body(&world, &second, &assertion, &fresh_key(2))).await.is_ok());
}

/// After an abandoned certificate there is one replacement, within a minute; nothing is replaced before.
#[tokio::test]
async fn an_abandoned_certificate_is_replaced_once_and_in_time() {
    let world = World::new().await;
    let (passkey, request, assertion) = mira(&world).await;
    let first = body(&world, &request, &assertion, &fresh_key(1));
    let certificate = ask(&world, &first).await.unwrap();
    let serial = Serial::from_slice(certificate.serial()).unwrap();
    let again = |seed: u64| CertificateRequest {
        attempt: 1,
        signing_time: world.app.now().generalized(),
        ..body(&world, &request, &assertion, &fresh_key(seed))
    };
    assert_eq!(ask(&world, &again(2)).await.err(), Some(CertifyError::NothingToReplace));
    let abandonment =
        Abandonment { version: 1, serial: OctetString::new(serial.as_bytes().to_vec()).unwrap() };
    certify::abandon(&world.app, &write(&abandonment)).await.unwrap();
    certify::abandon(&world.app, &write(&abandonment)).await.unwrap();
    assert_eq!(
        ask(&world, &first).await.err(),
        Some(CertifyError::ApprovalUsed { serial }),
        "the key is gone"
    );
    world.clock.advance(60);
    let replacement = ask(&world, &again(2)).await.unwrap();
    let second = Serial::from_slice(replacement.serial()).unwrap();
    assert_ne!(second, serial);
    assert_eq!(ask(&world, &again(3)).await.err(), Some(CertifyError::ApprovalUsed { serial: second }));
    assert_eq!(
        ask(&world, &CertificateRequest { attempt: 2, ..again(4) }).await.err(),
        Some(CertifyError::Range("attempt"))
    );

    let late = sign_request(&world, &request.statement, 2);
    let assertion = approved(&passkey, &late, SIGNING_ORIGIN);
    let first = ask(&world, &body(&world, &late, &assertion, &fresh_key(5))).await.unwrap();
    let serial = OctetString::new(first.serial().to_vec()).unwrap();
    certify::abandon(&world.app, &write(&Abandonment { version: 1, serial })).await.unwrap();
    world.clock.advance(61);
    let too_late = CertificateRequest { attempt: 1, ..body(&world, &late, &assertion, &fresh_key(6)) };
    assert_eq!(ask(&world, &too_late).await.err(), Some(CertifyError::NothingToReplace));
    let unknown = OctetString::new([0x41; 16].to_vec()).unwrap();
    let refused = certify::abandon(&world.app, &write(&Abandonment { version: 1, serial: unknown })).await;
    assert_eq!(refused, Err(CertifyError::UnknownSerial));
}

/// The approval must be this person's, over exactly this request, at the signer's origin, in time.
#[tokio::test]
async fn an_approval_that_is_not_for_this_is_refused() {
    let world = World::new().await;
    let (passkey, request, assertion) = mira(&world).await;
    let key = || fresh_key(1);
    let other = sign_request(&world, &request.statement, 2);
    let another_request = ask(&world, &body(&world, &other, &assertion, &key())).await.err();
    assert_eq!(another_request, Some(assertion_error(AssertionError::OtherChallenge)));
    let elsewhere = approved(&passkey, &request, ORIGIN);
    let on_another_site = ask(&world, &body(&world, &request, &elsewhere, &key())).await.err();
    assert_eq!(on_another_site, Some(assertion_error(AssertionError::OtherOrigin)));
    let somebody = approved(&Authenticator::new(77), &request, SIGNING_ORIGIN);
    let by_another = ask(&world, &body(&world, &request, &somebody, &key())).await.err();
    assert_eq!(by_another, Some(assertion_error(AssertionError::OtherCredential)));
    let mut renamed = request.clone();
    renamed.subject_name.common = "Mira Lindquist".to_owned();
    let approval = approved(&passkey, &renamed, SIGNING_ORIGIN);
    let under_another_name = ask(&world, &body(&world, &renamed, &approval, &key())).await.err();
    assert_eq!(under_another_name, Some(CertifyError::Approval(ActError::OtherName)));
    let index = CertificateRequest { index: 1, ..body(&world, &request, &assertion, &key()) };
    assert_eq!(ask(&world, &index).await.err(), Some(CertifyError::Range("index")));
    world.clock.advance(601);
    let late = ask(&world, &body(&world, &request, &assertion, &key())).await.err();
    assert_eq!(late, Some(CertifyError::Approval(ActError::SignedTooLate)));
    world.clock.advance(-1);
    assert!(ask(&world, &body(&world, &request, &assertion, &key())).await.is_ok());
}

fn assertion_error(error: AssertionError) -> CertifyError {
    CertifyError::Approval(ActError::Assertion(error))
}

/// A signing time is now: not a second ahead, not more than a minute ago.
#[tokio::test]
async fn a_signing_time_is_now() {
    let world = World::new().await;
    let (passkey, request, _) = mira(&world).await;
    let at = |showing: u8, seconds: i64| {
        let request = sign_request(&world, &request.statement, showing);
        let assertion = approved(&passkey, &request, SIGNING_ORIGIN);
        let signing_time = world.app.now().plus_seconds(seconds).generalized();
        CertificateRequest {
            signing_time,
            ..body(&world, &request, &assertion, &fresh_key(u64::from(showing)))
        }
    };
    assert_eq!(ask(&world, &at(2, 1)).await.err(), Some(CertifyError::SigningTime));
    assert_eq!(ask(&world, &at(2, -61)).await.err(), Some(CertifyError::SigningTime));
    let earliest = ask(&world, &at(3, 0)).await.unwrap();
    assert_eq!(earliest.not_before(), world.app.now());
    world.clock.advance(60);
    let request = sign_request(&world, &request.statement, 4);
    let assertion = approved(&passkey, &request, SIGNING_ORIGIN);
    let minute_ago = world.app.now().plus_seconds(-60).generalized();
    let asked =
        CertificateRequest { signing_time: minute_ago, ..body(&world, &request, &assertion, &fresh_key(4)) };
    // The approval ends ten minutes from now, so a minute ago is more than ten minutes before its end.
    assert_eq!(ask(&world, &asked).await.err(), Some(CertifyError::Approval(ActError::SignedTooEarly)));
}

/// Nobody is certified who is unknown here or whose identity is stopped; when it goes on, the approval is good again.
#[tokio::test]
async fn an_unknown_or_suspended_person_is_refused() {
    let world = World::new().await;
    let (officer, officers_key) = world.officer().await;
    let (passkey, request, assertion) = mira(&world).await;
    let unknown = sign_request(&world, &sha256(b"no statement"), 9);
    let approval = approved(&passkey, &unknown, SIGNING_ORIGIN);
    let nobody = ask(&world, &body(&world, &unknown, &approval, &fresh_key(1))).await;
    assert_eq!(nobody.err(), Some(CertifyError::UnknownPerson));
    let number = world.app.store.person(&request.statement).await.unwrap().unwrap().case_number;
    for (to, expected) in [(Status::Suspended, Some(CertifyError::NotActive)), (Status::Active, None)] {
        let id = status::make(&world.app, &officer, &number, to).await.unwrap();
        let order = status::pending(&world.app, &officer, &id).await.unwrap();
        let options = world.app.approval_options(&officer, &status::challenge(&order));
        status::apply(&world.app, &officer, &id, &officers_key.answer(&options, ORIGIN)).await.unwrap();
        assert_eq!(ask(&world, &body(&world, &request, &assertion, &fresh_key(1))).await.err(), expected);
    }
}

/// A crash between the serial and the certificate: the identical request gets its certificate, with that serial.
#[tokio::test]
async fn a_serial_without_certificate_is_finished_by_the_identical_request() {
    let world = World::new().await;
    let (_, request, assertion) = mira(&world).await;
    let asked = body(&world, &request, &assertion, &fresh_key(1));
    let row = crate::store::certificates::CertificateRow {
        serial: Serial::generate(&SeededRandom::new(5)).unwrap(),
        challenge: pki_core::act::challenge(&request),
        index: 0,
        attempt: 0,
        body: write(&asked),
        spki: fresh_key(1).public_key().spki().to_vec(),
        statement: request.statement,
        subject_serial: "ABCDEFGHIJKLMNOP".to_owned(),
        created_at: world.app.now(),
        certificate: None,
        abandoned_at: None,
    };
    world.app.store.apply(crate::store::certificates::begin(&row)).await.unwrap();
    let certificate = ask(&world, &asked).await.unwrap();
    assert_eq!(certificate.serial(), row.serial.as_bytes());
    assert_eq!(certificate.subject_name().serial_number(), Some("ABCDEFGHIJKLMNOP"));
    assert_eq!(ask(&world, &asked).await.unwrap().der(), certificate.der());
}
