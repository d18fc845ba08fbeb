//! Making certificates and revocation lists: one typed function per profile, and nothing else can be issued.
//!
//! Each function builds a draft, lets rcgen render the bytes to be signed, checks those bytes against every rule of the
//! profile ([`Lint`]), signs them, verifies the signature, and reads the result with two independent readers before it
//! returns (`draft.rs`). Keys come in as [`SigningKey`], times and serial numbers as arguments; nothing here stores,
//! and nothing here learns what is signed with a one-signature certificate or for whom.
//!
//! Serial numbers are arguments because the row with the serial stands in the database *before* anything is signed.

mod crl;
mod draft;
mod lint;
mod profile;

pub use crl::{CrlParams, Reason, Revocation, Scope, crl};
pub use lint::Lint;

use const_oid::ObjectIdentifier;

use crate::bytes::Hash;
use crate::key::{KeyError, PublicKey, Random, RandomError, SigningKey, random_array};
use crate::oid;
use crate::time::Instant;
use crate::x509::{Certificate, CertificateError, oids};
use draft::{Draft, Signer};

/// Longest life of a one-signature certificate (EN 319 412-1: shorter than a revocation would take; ours: 15 minutes).
pub const ONE_SIGNATURE_LIFE_SECONDS_MAX: i64 = 900;

/// Shortest life of a one-signature certificate: a slow time-stamp must still arrive in it.
pub const ONE_SIGNATURE_LIFE_SECONDS_MIN: i64 = 30;

/// Why nothing was issued.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// The bytes to be signed break a rule of the profile.
    #[error("the certificate to be signed breaks a rule: {0}")]
    Lint(#[from] Lint),
    /// The key store did not sign, or what it gave does not verify.
    #[error("the authority's key did not sign")]
    Key(#[from] KeyError),
    /// What was made cannot be read back strictly.
    #[error("the certificate made cannot be read back")]
    Certificate(#[from] CertificateError),
    /// The revocation list made cannot be read back strictly.
    #[error("the revocation list made cannot be read back")]
    Crl(#[from] crate::revocation::CrlError),
    /// Two readers see two certificates.
    #[error("two readers disagree about {0}")]
    ReadersDisagree(&'static str),
    /// The issuer's key is not the one in its certificate.
    #[error("this key does not belong to the issuer's certificate")]
    KeyOfAnother,
    /// The issuer's certificate is not that of an authority.
    #[error("the issuer is not an authority")]
    NotAnAuthority,
    /// A text that X.520 wants as PrintableString has other characters.
    #[error("\"{0}\" has characters that a PrintableString cannot hold")]
    NotPrintable(String),
    /// A time that ASN.1 cannot say.
    #[error("this time cannot be written in a certificate")]
    Time,
    /// rcgen refused.
    #[error("the certificate could not be put together: {0}")]
    Rendering(String),
}

/// A serial number of ours: 16 octets, first in 0x40..=0x7f, so always positive, never shortened, 126 random bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Serial([u8; 16]);

impl Serial {
    /// A new one.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn generate(random: &dyn Random) -> Result<Self, RandomError> {
        let mut octets = random_array::<16>(random)?;
        if let Some(first) = octets.first_mut() {
            *first = (*first & 0x3f) | 0x40;
        }
        Ok(Self(octets))
    }

    /// From its octets, as a database row or a certificate holds them.
    #[must_use]
    pub fn from_slice(octets: &[u8]) -> Option<Self> {
        octets
            .try_into()
            .ok()
            .filter(|octets: &[u8; 16]| octets.first().is_some_and(|first| (0x40..=0x7f).contains(first)))
            .map(Self)
    }

    /// Its octets.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Lower-case hexadecimal.
    #[must_use]
    pub fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What an issuing authority is for. One per purpose; a key of one never signs for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// One-signature certificates of people.
    OneSignature,
    /// Time-stamping units.
    TimeStamp,
}

/// The profiles that exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Self-signed root.
    Root,
    /// An authority below the root.
    IssuingCa(Purpose),
    /// A person's one signature.
    OneSignature,
    /// A time-stamping unit.
    TimeStampUnit,
}

/// Name of an authority or a unit (EN 319 412-2 §4.2.3): country, organisation, common name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorityName {
    /// Two letters; XX in a sandbox.
    pub country: String,
    /// Ends in SANDBOX in a sandbox.
    pub organization: String,
    /// `NTRCC-…`, where the organisation has one.
    pub organization_identifier: Option<String>,
    /// What people see.
    pub common: String,
}

impl AuthorityName {
    fn attributes(&self) -> Vec<(ObjectIdentifier, String)> {
        let mut attributes =
            vec![(oids::COUNTRY, self.country.clone()), (oids::ORGANIZATION, self.organization.clone())];
        if let Some(identifier) = &self.organization_identifier {
            attributes.push((oids::ORGANIZATION_IDENTIFIER, identifier.clone()));
        }
        attributes.push((oids::COMMON_NAME, self.common.clone()));
        attributes
    }
}

/// Name of a person (EN 319 412-2 §4.2.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName {
    /// Two letters; XX in a sandbox.
    pub country: String,
    /// Family name, where the person has one.
    pub family: Option<String>,
    /// Given name, where the person has one.
    pub given: Option<String>,
    /// 16 random base32 characters in a sandbox, the semantics identifier of EN 319 412-1 otherwise.
    pub serial_number: String,
    /// At most 64 characters (X.520).
    pub common: String,
}

impl PersonName {
    fn attributes(&self) -> Vec<(ObjectIdentifier, String)> {
        let mut attributes = vec![(oids::COUNTRY, self.country.clone())];
        if let Some(family) = &self.family {
            attributes.push((oids::SURNAME, family.clone()));
        }
        if let Some(given) = &self.given {
            attributes.push((oids::GIVEN_NAME, given.clone()));
        }
        attributes.push((oids::SERIAL_NUMBER, self.serial_number.clone()));
        attributes.push((oids::COMMON_NAME, self.common.clone()));
        attributes
    }
}

/// 16 random base32 characters (80 bits): the serialNumber of a sandbox person, without a semantics identifier.
///
/// # Errors
/// When there is no randomness.
pub fn random_subject_serial(random: &dyn Random) -> Result<String, RandomError> {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let octets = random_array::<16>(random)?;
    Ok(octets
        .iter()
        .filter_map(|octet| ALPHABET.get(usize::from(octet & 31)))
        .map(|letter| char::from(*letter))
        .collect())
}

/// An authority that signs: its certificate and its key, which belong together.
#[derive(Clone, Copy)]
pub struct Issuer<'a> {
    certificate: &'a Certificate,
    key: &'a dyn SigningKey,
}

impl<'a> Issuer<'a> {
    /// Pairs a certificate with its key.
    ///
    /// # Errors
    /// [`IssueError::KeyOfAnother`] or [`IssueError::NotAnAuthority`].
    pub fn new(certificate: &'a Certificate, key: &'a dyn SigningKey) -> Result<Self, IssueError> {
        if certificate.public_key() != key.public_key() {
            return Err(IssueError::KeyOfAnother);
        }
        if !certificate.extensions().authority() {
            return Err(IssueError::NotAnAuthority);
        }
        Ok(Self { certificate, key })
    }

    /// The authority's certificate.
    #[must_use]
    pub const fn certificate(&self) -> &'a Certificate {
        self.certificate
    }

    fn key_identifier(&self) -> Vec<u8> {
        match &self.certificate.extensions().subject_key_identifier {
            Some(identifier) => identifier.clone(),
            None => self.certificate.public_key().key_identifier().to_vec(),
        }
    }
}

/// What a root certificate says.
#[derive(Clone, Debug)]
pub struct RootParams {
    /// Stored before this is called.
    pub serial: Serial,
    /// Cut to its second.
    pub not_before: Instant,
    /// 20 years for a country.
    pub life_seconds: i64,
    /// The country's.
    pub name: AuthorityName,
}

/// A self-signed root (P1).
///
/// # Errors
/// [`IssueError`]; nothing was issued.
pub fn root(params: &RootParams, key: &dyn SigningKey) -> Result<Certificate, IssueError> {
    Draft {
        profile: Profile::Root,
        serial: params.serial,
        not_before: params.not_before,
        life_seconds: params.life_seconds,
        subject: params.name.attributes(),
        public_key: key.public_key().clone(),
        extensions: vec![
            profile::critical(oids::BASIC_CONSTRAINTS, profile::basic_constraints(None)),
            profile::critical(oids::KEY_USAGE, profile::KEY_USAGE_AUTHORITY.to_vec()),
            subject_key(key.public_key()),
        ],
    }
    .issue(&Signer::Itself(key))
}

/// What the certificate of an issuing authority says.
#[derive(Clone, Debug)]
pub struct IssuingCaParams {
    /// Stored before this is called.
    pub serial: Serial,
    /// Cut to its second.
    pub not_before: Instant,
    /// 10 years for a country.
    pub life_seconds: i64,
    /// The authority's.
    pub name: AuthorityName,
    /// What it will be used for.
    pub purpose: Purpose,
    /// Its key.
    pub public_key: PublicKey,
    /// http address of the root's certificate in DER.
    pub aia_url: String,
    /// http address of the root's authority list.
    pub crl_url: String,
}

/// An issuing authority below the root (P2).
///
/// # Errors
/// [`IssueError`]; nothing was issued.
pub fn issuing_ca(params: &IssuingCaParams, issuer: Issuer<'_>) -> Result<Certificate, IssueError> {
    issuing_ca_draft(params, &issuer).issue(&Signer::Authority(issuer))
}

fn issuing_ca_draft(params: &IssuingCaParams, issuer: &Issuer<'_>) -> Draft {
    let mut extensions = vec![
        profile::critical(oids::BASIC_CONSTRAINTS, profile::basic_constraints(Some(0))),
        profile::critical(oids::KEY_USAGE, profile::KEY_USAGE_AUTHORITY.to_vec()),
        subject_key(&params.public_key),
        authority_key(issuer),
        profile::plain(oids::CERTIFICATE_POLICIES, profile::policies(&[oids::ANY_POLICY])),
        profile::plain(oids::AUTHORITY_INFO_ACCESS, profile::ca_issuers(&params.aia_url)),
        profile::plain(oids::CRL_DISTRIBUTION_POINTS, profile::distribution_point(&params.crl_url)),
        profile::critical(oids::NAME_CONSTRAINTS, profile::NO_SERVERS.to_vec()),
    ];
    if params.purpose == Purpose::TimeStamp {
        extensions.push(profile::plain(oids::EXTENDED_KEY_USAGE, profile::purposes(oids::TIME_STAMPING)));
    }
    Draft {
        profile: Profile::IssuingCa(params.purpose),
        serial: params.serial,
        not_before: params.not_before,
        life_seconds: params.life_seconds,
        subject: params.name.attributes(),
        public_key: params.public_key.clone(),
        extensions,
    }
}

/// What a one-signature certificate says.
#[derive(Clone, Debug)]
pub struct OneSignatureParams {
    /// Stored before this is called.
    pub serial: Serial,
    /// The second of the signing time; no back-dating.
    pub not_before: Instant,
    /// 30 to 900.
    pub life_seconds: i64,
    /// As the officers approved it.
    pub name: PersonName,
    /// The one-use key; the caller has made sure that it was never seen before.
    pub public_key: PublicKey,
    /// SHA-256 of the DER `SET OF` signed attributes without the certificate reference.
    pub data_tbs_hash: Hash,
    /// http address of the issuing authority's certificate in DER.
    pub aia_url: String,
    /// Whether the record behind it is a sandbox record.
    pub sandbox: bool,
}

/// A person's one-signature certificate (P5).
///
/// # Errors
/// [`IssueError`]; nothing was issued.
pub fn one_signature(params: &OneSignatureParams, issuer: Issuer<'_>) -> Result<Certificate, IssueError> {
    one_signature_draft(params, &issuer).issue(&Signer::Authority(issuer))
}

fn one_signature_draft(params: &OneSignatureParams, issuer: &Issuer<'_>) -> Draft {
    let policies = profile::end_entity_policies(oid::POLICY_ONE_SIGNATURE, params.sandbox);
    Draft {
        profile: Profile::OneSignature,
        serial: params.serial,
        not_before: params.not_before,
        life_seconds: params.life_seconds,
        subject: params.name.attributes(),
        public_key: params.public_key.clone(),
        extensions: vec![
            authority_key(issuer),
            subject_key(&params.public_key),
            profile::critical(oids::KEY_USAGE, profile::KEY_USAGE_PERSON.to_vec()),
            profile::plain(oids::EXTENDED_KEY_USAGE, profile::purposes(oids::DOCUMENT_SIGNING)),
            profile::plain(oids::CERTIFICATE_POLICIES, profile::policies(&policies)),
            profile::plain(oids::AUTHORITY_INFO_ACCESS, profile::ca_issuers(&params.aia_url)),
            profile::plain(oids::VALIDITY_ASSURED, crate::asn1::NULL.to_vec()),
            profile::plain(oids::NO_REV_AVAIL, crate::asn1::NULL.to_vec()),
            profile::plain(oids::SIGNED_DOCUMENT_BINDING, profile::binding(&params.data_tbs_hash)),
        ],
    }
}

/// What the certificate of a time-stamping unit says.
#[derive(Clone, Debug)]
pub struct TimeStampUnitParams {
    /// Stored before this is called.
    pub serial: Serial,
    /// Cut to its second.
    pub not_before: Instant,
    /// 5 years for a country.
    pub life_seconds: i64,
    /// 1 year: after it the key is destroyed.
    pub key_use_seconds: i64,
    /// The unit's.
    pub name: AuthorityName,
    /// Its key.
    pub public_key: PublicKey,
    /// http address of the TSA authority's certificate in DER.
    pub aia_url: String,
    /// http address of the TSA authority's revocation list.
    pub crl_url: String,
    /// Whether the country is a sandbox.
    pub sandbox: bool,
}

/// A time-stamping unit (P9).
///
/// # Errors
/// [`IssueError`]; nothing was issued.
pub fn time_stamp_unit(params: &TimeStampUnitParams, issuer: Issuer<'_>) -> Result<Certificate, IssueError> {
    time_stamp_unit_draft(params, &issuer).issue(&Signer::Authority(issuer))
}

fn time_stamp_unit_draft(params: &TimeStampUnitParams, issuer: &Issuer<'_>) -> Draft {
    let policies = profile::end_entity_policies(oid::POLICY_TIME_STAMP, params.sandbox);
    let first = params.not_before.whole_second();
    Draft {
        profile: Profile::TimeStampUnit,
        serial: params.serial,
        not_before: params.not_before,
        life_seconds: params.life_seconds,
        subject: params.name.attributes(),
        public_key: params.public_key.clone(),
        extensions: vec![
            authority_key(issuer),
            subject_key(&params.public_key),
            profile::critical(oids::KEY_USAGE, profile::KEY_USAGE_SIGNATURE.to_vec()),
            profile::critical(oids::EXTENDED_KEY_USAGE, profile::purposes(oids::TIME_STAMPING)),
            profile::plain(oids::CERTIFICATE_POLICIES, profile::policies(&policies)),
            profile::plain(oids::AUTHORITY_INFO_ACCESS, profile::ca_issuers(&params.aia_url)),
            profile::plain(oids::CRL_DISTRIBUTION_POINTS, profile::distribution_point(&params.crl_url)),
            profile::plain(
                oids::PRIVATE_KEY_USAGE_PERIOD,
                profile::private_key_usage(first, first.plus_seconds(params.key_use_seconds)),
            ),
        ],
    }
}

/// RFC 7093 §2 method 1, which rcgen's own method is not (it hashes the whole SubjectPublicKeyInfo).
fn subject_key(key: &PublicKey) -> profile::Extension {
    profile::plain(oids::SUBJECT_KEY_IDENTIFIER, profile::subject_key_identifier(&key.key_identifier()))
}

fn authority_key(issuer: &Issuer<'_>) -> profile::Extension {
    profile::plain(
        oids::AUTHORITY_KEY_IDENTIFIER,
        profile::authority_key_identifier(&issuer.key_identifier()),
    )
}

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
