//! A device that answers honestly, and each answer one step away from it.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use pki_core::assertion::{FLAG_UP, FLAG_UV};
use pki_core::key::{SigningKey as _, SoftKey, SystemRandom};

use super::*;
use crate::testing::{Authenticator, NOW, other_person, person, relying_party};

const CEREMONY: Ceremony = Ceremony { challenge: Hash::new([5; 32]), begun: NOW };

fn device() -> Authenticator {
    Authenticator::of(&person())
}

/// The passkey is registered; then the device answers with something changed.
fn refused(change: impl Fn(&mut Authenticator)) -> AuthnError {
    let mut device = device();
    let passkey = device.passkey(&person());
    change(&mut device);
    verify(&CEREMONY, &device.answer(&CEREMONY.challenge), &passkey, &relying_party(), NOW).unwrap_err()
}

#[test]
fn a_person_with_their_passkey_is_proved() {
    let device = device();
    let proof = verify(
        &CEREMONY,
        &device.answer(&CEREMONY.challenge),
        &device.passkey(&person()),
        &relying_party(),
        NOW,
    )
    .unwrap();
    assert_eq!((proof.person(), proof.method(), proof.at()), (person().id, Method::DeviceBound, NOW));
    assert_eq!((proof.challenge(), proof.counter()), (CEREMONY.challenge, 0));
}

#[test]
fn e23_the_challenge_is_ours_and_the_relying_party_is_us() {
    let other = Hash::new([6; 32]);
    let device = device();
    let passkey = device.passkey(&person());
    let answer = device.answer(&other);
    let assertion = |error| AuthnError::Assertion(error);
    assert_eq!(
        verify(&CEREMONY, &answer, &passkey, &relying_party(), NOW),
        Err(assertion(AssertionError::OtherChallenge))
    );
    assert_eq!(
        refused(|device| device.rp_id = "example.org".into()),
        assertion(AssertionError::OtherRelyingParty)
    );
    for origin in
        ["http://localhost:8401", "http://127.0.0.1:8400", "https://localhost:8400", "http://localhost:8400/"]
    {
        let change = |device: &mut Authenticator| device.origin = origin.into();
        assert_eq!(refused(change), assertion(AssertionError::OtherOrigin), "{origin}");
    }
}

#[test]
fn e23_a_counter_never_goes_back() {
    let mut device = device();
    device.counter = 7;
    let passkey = device.passkey(&person());
    for (counter, good) in [(8, true), (7, false), (6, false), (0, false)] {
        device.counter = counter;
        let checked = verify(&CEREMONY, &device.answer(&CEREMONY.challenge), &passkey, &relying_party(), NOW)
            .map(|_| ());
        assert_eq!(checked, if good { Ok(()) } else { Err(AuthnError::CounterWentBack) }, "{counter}");
    }
}

#[test]
fn e24_a_passkey_says_whose_it_is() {
    let other = other_person().id.0.as_bytes().to_vec();
    assert_eq!(refused(|device| device.user_handle = Some(other.clone())), AuthnError::OtherPerson);
    assert_eq!(refused(|device| device.user_handle = None), AuthnError::NoUserHandle);
}

#[test]
fn e25_no_user_verification_no_proof() {
    let assertion = |error| AuthnError::Assertion(error);
    assert_eq!(refused(|device| device.flags = FLAG_UP), assertion(AssertionError::NotVerified));
    assert_eq!(refused(|device| device.flags = FLAG_UV), assertion(AssertionError::NotPresent));
}

#[test]
fn e26_a_row_with_another_key_or_owner_has_another_mac() {
    let (key, device) = ([1; 32], device());
    let passkey = device.passkey(&person());
    let mac = passkey.row_mac(&key);
    let stranger = SoftKey::generate_p256(&SystemRandom::new()).unwrap();
    for other in [
        Passkey { person: other_person().id, ..passkey.clone() },
        Passkey { credential_id: vec![0xc2; 20], ..passkey.clone() },
        Passkey { public_key: stranger.public_key().clone(), ..passkey.clone() },
        Passkey { flags: passkey.flags | FLAG_BE, ..passkey.clone() },
    ] {
        assert_ne!(other.row_mac(&key), mac);
    }
    assert_ne!(passkey.row_mac(&[2; 32]), mac);
    // The counter moves with every login and is not part of it.
    assert_eq!(Passkey { counter: 9, ..passkey }.row_mac(&key), mac);
}

#[test]
fn e27_a_passkey_does_not_change_its_kind() {
    assert_eq!(refused(|device| device.flags |= FLAG_BE), AuthnError::BackupEligibilityChanged);
    let mut synced = device();
    synced.flags |= FLAG_BE;
    let proof = verify(
        &CEREMONY,
        &synced.answer(&CEREMONY.challenge),
        &synced.passkey(&person()),
        &relying_party(),
        NOW,
    );
    assert_eq!(proof.unwrap().method(), Method::Synced);
}

#[test]
fn another_key_or_credential_is_refused() {
    let stranger = device();
    let passkey = device().passkey(&person());
    let answer = stranger.answer(&CEREMONY.challenge);
    assert_eq!(
        verify(&CEREMONY, &answer, &passkey, &relying_party(), NOW),
        Err(AuthnError::Assertion(AssertionError::SignatureMismatch))
    );
    assert_eq!(
        refused(|device| device.credential_id = vec![0xc2; 20]),
        AuthnError::Assertion(AssertionError::OtherCredential)
    );
}

#[test]
fn a_ceremony_lasts_half_an_hour_to_the_second() {
    let device = device();
    let at = |offset: i64| {
        let (answer, passkey) = (device.answer(&CEREMONY.challenge), device.passkey(&person()));
        verify(&CEREMONY, &answer, &passkey, &relying_party(), NOW.plus_seconds(offset)).map(|_| ())
    };
    assert_eq!(at(CEREMONY_SECONDS_MAX), Ok(()));
    assert_eq!(at(CEREMONY_SECONDS_MAX + 1), Err(AuthnError::CeremonyOver));
    assert_eq!(at(-1), Err(AuthnError::CeremonyOver));
}
