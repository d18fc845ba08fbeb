//! Certificates that our issuer would never make, for tests: every field can be exchanged, and it is really signed.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use const_oid::ObjectIdentifier;

use super::{Certificate, oids};
use crate::asn1;
use crate::issue::sample::{Counter, NOW, YEAR};
use crate::key::{SigningKey, SoftKey};
use crate::time::Instant;

/// A key with the name that it goes by.
pub(crate) struct Actor {
    pub(crate) name: &'static str,
    pub(crate) key: SoftKey,
}

impl Actor {
    pub(crate) fn new(name: &'static str, random: &Counter) -> Self {
        Self { name, key: SoftKey::generate_p256(random).unwrap() }
    }
}

/// A certificate to be forged.
#[derive(Clone)]
pub(crate) struct Forged {
    pub(crate) serial: Vec<u8>,
    pub(crate) not_before: Instant,
    pub(crate) not_after: Instant,
    pub(crate) extensions: Vec<(ObjectIdentifier, bool, Vec<u8>)>,
    /// Key identifiers that are left out.
    pub(crate) without: Vec<ObjectIdentifier>,
}

pub(crate) fn name(common: &str) -> Vec<u8> {
    let attribute = asn1::sequence(&[&asn1::oid(oids::COMMON_NAME), &asn1::tlv(0x0c, common.as_bytes())]);
    asn1::sequence(&[&asn1::set_of(asn1::SET, vec![attribute])])
}

fn time(at: Instant) -> Vec<u8> {
    let generalized = crate::bytes::write(&at.generalized());
    // UTCTime through 2049 (RFC 5280 §4.1.2.5): the same without the century.
    if at.seconds() < 2_524_608_000 { asn1::tlv(0x17, generalized.get(4..).unwrap()) } else { generalized }
}

impl Forged {
    /// An authority that lives for ten years from [`NOW`].
    pub(crate) fn authority(path_length: Option<u8>) -> Self {
        let mut constraints = vec![0x01, 0x01, 0xff];
        if let Some(length) = path_length {
            constraints.extend([0x02, 0x01, length]);
        }
        Self {
            serial: vec![0x41; 16],
            not_before: NOW,
            not_after: NOW.plus_seconds(10 * YEAR),
            extensions: vec![
                (oids::BASIC_CONSTRAINTS, true, asn1::tlv(asn1::SEQUENCE, &constraints)),
                (oids::KEY_USAGE, true, vec![3, 2, 1, 6]),
            ],
            without: vec![],
        }
    }

    /// A leaf that signs documents.
    pub(crate) fn leaf() -> Self {
        Self { extensions: vec![(oids::KEY_USAGE, true, vec![3, 2, 6, 0x40])], ..Self::authority(None) }
    }

    /// With an extension more, or another value for one that is there.
    pub(crate) fn with(mut self, id: ObjectIdentifier, critical: bool, value: &[u8]) -> Self {
        self.extensions.retain(|(other, ..)| *other != id);
        self.extensions.push((id, critical, value.to_vec()));
        self
    }

    pub(crate) fn signed(&self, subject: &Actor, issuer: &Actor) -> Certificate {
        let own = subject.key.public_key().key_identifier();
        let above = asn1::sequence(&[&asn1::tlv(0x80, &issuer.key.public_key().key_identifier())]);
        let mut all = self.extensions.clone();
        for (id, value) in
            [(oids::SUBJECT_KEY_IDENTIFIER, asn1::octets(&own)), (oids::AUTHORITY_KEY_IDENTIFIER, above)]
        {
            if !self.without.contains(&id) && !all.iter().any(|(other, ..)| *other == id) {
                all.push((id, false, value));
            }
        }
        let extensions: Vec<Vec<u8>> = all
            .iter()
            .map(|(id, critical, value)| {
                let mark = if *critical { vec![1, 1, 0xff] } else { vec![] };
                asn1::sequence(&[&asn1::oid(*id), &mark, &asn1::octets(value)])
            })
            .collect();
        let algorithm = asn1::algorithm(issuer.key.public_key().algorithm().oid());
        let tbs = asn1::sequence(&[
            &asn1::tlv(0xa0, &asn1::integer(2)),
            &asn1::unsigned(&self.serial),
            &algorithm,
            &name(issuer.name),
            &asn1::sequence(&[&time(self.not_before), &time(self.not_after)]),
            &name(subject.name),
            subject.key.public_key().spki(),
            &asn1::tlv(0xa3, &asn1::tlv(asn1::SEQUENCE, &extensions.concat())),
        ]);
        let signature = issuer.key.sign(&tbs).unwrap();
        Certificate::read(&asn1::sequence(&[&tbs, &algorithm, &asn1::bits(signature.der())])).unwrap()
    }
}
