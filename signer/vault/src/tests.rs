//! One life of a key, and each way in which it ends early.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use pki_core::issue::{
    AuthorityName, Issuer, IssuingCaParams, OneSignatureParams, PersonName, Purpose, RootParams, Serial,
    issuing_ca, one_signature, root,
};
use pki_core::key::{RandomError, SignatureEncoding, SigningKey as _, SoftKey, SystemRandom, sha256};
use pki_core::time::Instant;

use super::*;

const NOW: Instant = Instant::from_seconds(1_795_000_000);

fn name(common: &str) -> AuthorityName {
    AuthorityName {
        country: "XX".to_owned(),
        organization: "Republic of Velmara SANDBOX".to_owned(),
        organization_identifier: None,
        common: common.to_owned(),
    }
}

/// An authority that certifies whatever key it is shown for whatever hash.
fn certificate_for(public_key: &PublicKey, data_tbs_hash: Hash) -> Certificate {
    let random = SystemRandom::new();
    let (root_key, key) =
        (SoftKey::generate_p256(&random).unwrap(), SoftKey::generate_p256(&random).unwrap());
    let day = 86_400;
    let serial = || Serial::generate(&random).unwrap();
    let params = RootParams {
        serial: serial(),
        not_before: NOW.plus_seconds(-day),
        life_seconds: 3650 * day,
        name: name("Root"),
    };
    let root = root(&params, &root_key).unwrap();
    let params = IssuingCaParams {
        serial: serial(),
        not_before: NOW.plus_seconds(-day),
        life_seconds: 365 * day,
        name: name("One-signature authority"),
        purpose: Purpose::OneSignature,
        public_key: key.public_key().clone(),
        aia_url: "http://localhost:8402/aia/root.cer".to_owned(),
        crl_url: "http://localhost:8402/crl/root.crl".to_owned(),
    };
    let authority = issuing_ca(&params, Issuer::new(&root, &root_key).unwrap()).unwrap();
    let params = OneSignatureParams {
        serial: serial(),
        not_before: NOW,
        life_seconds: 900,
        name: PersonName {
            country: "XX".to_owned(),
            family: Some("Vidal".to_owned()),
            given: Some("Ana".to_owned()),
            serial_number: pki_core::issue::random_subject_serial(&random).unwrap(),
            common: "Ana Vidal".to_owned(),
        },
        public_key: public_key.clone(),
        data_tbs_hash,
        aia_url: "http://localhost:8402/aia/one.cer".to_owned(),
        sandbox: true,
    };
    one_signature(&params, Issuer::new(&authority, &key).unwrap()).unwrap()
}

/// Stands for signed attributes: some bytes around the certificate's hash.
fn attributes(certificate: &Certificate) -> Vec<u8> {
    [b"before".as_slice(), certificate.fingerprint().as_bytes(), b"after"].concat()
}

#[test]
fn a_key_is_born_certified_and_signs_once() {
    let bound = sha256(b"attributes without the certificate");
    let born = SoftVault.create(&SystemRandom::new()).unwrap();
    let public = born.public_key().clone();
    let certified = born.certify(certificate_for(&public, bound), &bound).unwrap();
    let message = attributes(certified.certificate());
    let signature = certified.sign_once(&message).unwrap();
    assert_eq!(public.verify(SignatureEncoding::Der, &message, signature.der()), Ok(()));
}

#[test]
fn a_certificate_of_another_key_or_for_another_hash_ends_the_life() {
    let bound = sha256(b"attributes without the certificate");
    let born = || SoftVault.create(&SystemRandom::new()).unwrap();
    let (one, other) = (born(), born());
    let certificate = certificate_for(other.public_key(), bound);
    assert_eq!(one.certify(certificate, &bound).err(), Some(VaultError::OtherKey));
    let certificate = certificate_for(other.public_key(), sha256(b"another document"));
    assert_eq!(other.certify(certificate, &bound).err(), Some(VaultError::OtherBinding));
}

#[test]
fn attributes_that_do_not_name_the_certificate_are_not_signed() {
    let bound = sha256(b"attributes without the certificate");
    let born = SoftVault.create(&SystemRandom::new()).unwrap();
    let certificate = certificate_for(born.public_key(), bound);
    let mut message = attributes(&certificate);
    let certified = born.certify(certificate, &bound).unwrap();
    message.remove(6);
    assert_eq!(certified.sign_once(&message), Err(VaultError::OtherCertificate));
}

#[test]
fn two_keys_are_never_the_same_and_none_is_made_without_randomness() {
    struct Nothing;
    impl Random for Nothing {
        fn fill(&self, _: &mut [u8]) -> Result<(), RandomError> {
            Err(RandomError)
        }
    }
    let vault = SoftVault;
    let keys = [vault.create(&SystemRandom::new()).unwrap(), vault.create(&SystemRandom::new()).unwrap()];
    let [one, two] = &keys;
    assert_ne!(one.public_key(), two.public_key());
    assert_eq!(vault.create(&Nothing).err(), Some(VaultError::Key(KeyError::Random(RandomError))));
}
