//! A sample country for the tests of this crate: a root, two issuing authorities, a time-stamping unit, and people who
//! sign once. Deterministic but for nonces.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::sync::Mutex;

use super::*;
use crate::key::{RandomError, SoftKey, hash_parts};

/// 2026-11-24T12:00:00Z.
pub(crate) const NOW: Instant = Instant::from_seconds(1_795_521_600);
pub(crate) const YEAR: i64 = 365 * 86_400;
pub(crate) const ROOT_CER: &str = "http://pki.velmara.example.com/root.cer";
pub(crate) const ROOT_CRL: &str = "http://pki.velmara.example.com/root.crl";
pub(crate) const CA_CER: &str = "http://pki.velmara.example.com/one-signature-ca.cer";
pub(crate) const TSA_CER: &str = "http://pki.velmara.example.com/tsa-ca.cer";
pub(crate) const TSA_CRL: &str = "http://pki.velmara.example.com/tsa-ca.crl";

/// Randomness that repeats: SHA-256 of a counter.
pub(crate) struct Counter(Mutex<u64>);

impl Counter {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Mutex::new(seed << 32))
    }
}

impl Random for Counter {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        for chunk in buffer.chunks_mut(32) {
            let mut count = self.0.lock().map_err(|_| RandomError)?;
            *count += 1;
            chunk.copy_from_slice(
                hash_parts(&[b"sample", &count.to_be_bytes()]).as_bytes().get(..chunk.len()).unwrap(),
            );
        }
        Ok(())
    }
}

pub(crate) struct Country {
    pub(crate) random: Counter,
    pub(crate) root_key: SoftKey,
    pub(crate) root: Certificate,
    pub(crate) ca_key: SoftKey,
    pub(crate) ca: Certificate,
    pub(crate) tsa_key: SoftKey,
    pub(crate) tsa: Certificate,
    pub(crate) tsu_key: SoftKey,
    pub(crate) tsu: Certificate,
}

pub(crate) fn authority(common: &str) -> AuthorityName {
    AuthorityName {
        country: "XX".into(),
        organization: "Republic of Velmara SANDBOX".into(),
        organization_identifier: None,
        common: common.into(),
    }
}

pub(crate) fn person() -> PersonName {
    PersonName {
        country: "XX".into(),
        family: Some("Lindqvist".into()),
        given: Some("Ana Mária".into()),
        serial_number: "A2B3C4D5E6F7GHIJ".into(),
        common: "Ana Mária Lindqvist".into(),
    }
}

pub(crate) fn ca_params(purpose: Purpose, serial: Serial, public_key: &PublicKey) -> IssuingCaParams {
    IssuingCaParams {
        serial,
        not_before: NOW,
        life_seconds: 10 * YEAR,
        name: authority(match purpose {
            Purpose::OneSignature => "Velmara One-Signature Authority",
            Purpose::TimeStamp => "Velmara Time-Stamp Authority",
        }),
        purpose,
        public_key: public_key.clone(),
        aia_url: ROOT_CER.into(),
        crl_url: ROOT_CRL.into(),
    }
}

pub(crate) fn tsu_params(serial: Serial, public_key: &PublicKey) -> TimeStampUnitParams {
    TimeStampUnitParams {
        serial,
        not_before: NOW,
        life_seconds: 5 * YEAR,
        key_use_seconds: YEAR,
        name: authority("Velmara Time-Stamping Unit 1"),
        public_key: public_key.clone(),
        aia_url: TSA_CER.into(),
        crl_url: TSA_CRL.into(),
        sandbox: true,
    }
}

impl Country {
    pub(crate) fn new(seed: u64) -> Self {
        let random = Counter::new(seed);
        let root_key = SoftKey::generate_p256(&random).unwrap();
        Self::with_root(random, root_key)
    }

    pub(crate) fn with_root(random: Counter, root_key: SoftKey) -> Self {
        let serial = || Serial::generate(&random).unwrap();
        let root = super::root(
            &RootParams {
                serial: serial(),
                not_before: NOW,
                life_seconds: 20 * YEAR,
                name: authority("Velmara Root G1"),
            },
            &root_key,
        )
        .unwrap();
        let issuer = Issuer::new(&root, &root_key).unwrap();
        let ca_key = SoftKey::generate_p256(&random).unwrap();
        let ca =
            issuing_ca(&ca_params(Purpose::OneSignature, serial(), ca_key.public_key()), issuer).unwrap();
        let tsa_key = SoftKey::generate_p256(&random).unwrap();
        let tsa = issuing_ca(&ca_params(Purpose::TimeStamp, serial(), tsa_key.public_key()), issuer).unwrap();
        let tsu_key = SoftKey::generate_p256(&random).unwrap();
        let tsu = time_stamp_unit(
            &tsu_params(serial(), tsu_key.public_key()),
            Issuer::new(&tsa, &tsa_key).unwrap(),
        )
        .unwrap();
        Self { root_key, root, ca_key, ca, tsa_key, tsa, tsu_key, tsu, random }
    }

    pub(crate) fn serial(&self) -> Serial {
        Serial::generate(&self.random).unwrap()
    }

    pub(crate) fn root_issuer(&self) -> Issuer<'_> {
        Issuer::new(&self.root, &self.root_key).unwrap()
    }

    pub(crate) fn ca_issuer(&self) -> Issuer<'_> {
        Issuer::new(&self.ca, &self.ca_key).unwrap()
    }

    pub(crate) fn tsa_issuer(&self) -> Issuer<'_> {
        Issuer::new(&self.tsa, &self.tsa_key).unwrap()
    }

    pub(crate) fn one_signature_params(
        &self,
        public_key: &PublicKey,
        data_tbs_hash: Hash,
    ) -> OneSignatureParams {
        OneSignatureParams {
            serial: self.serial(),
            not_before: NOW.plus_seconds(3600),
            life_seconds: 900,
            name: person(),
            public_key: public_key.clone(),
            data_tbs_hash,
            aia_url: CA_CER.into(),
            sandbox: true,
        }
    }

    /// The root's list and the time-stamp authority's list, both empty.
    pub(crate) fn lists(&self) -> Vec<crate::revocation::Crl> {
        let root = CrlParams {
            this_update: NOW,
            next_update: NOW.plus_seconds(30 * 86_400),
            number: 1,
            distribution_point: Some((ROOT_CRL.into(), Scope::Authorities)),
            revoked: vec![],
        };
        let tsa =
            CrlParams { distribution_point: Some((TSA_CRL.into(), Scope::EndEntities)), ..root.clone() };
        vec![crl(&root, self.root_issuer()).unwrap(), crl(&tsa, self.tsa_issuer()).unwrap()]
    }
}
