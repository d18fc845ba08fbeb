//! From a draft to a certificate: render the signed part with rcgen without signing it, lint those bytes, sign them,
//! verify the signature, read the result with two independent readers and compare.

use std::cell::RefCell;

use rcgen::{CertificateParams, CustomExtension, DistinguishedName, DnType, DnValue, IsCa};
use x509_parser::prelude::FromDer as _;

use super::lint::{self, Linted};
use super::profile::Extension;
use super::{IssueError, Issuer, Profile, Serial};
use crate::asn1;
use crate::key::{Algorithm, PublicKey, SigningKey};
use crate::time::Instant;
use crate::x509::{Certificate, oids};

/// All that a certificate will say, before its bytes exist.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) profile: Profile,
    pub(super) serial: Serial,
    pub(super) not_before: Instant,
    pub(super) life_seconds: i64,
    pub(super) subject: Vec<(const_oid::ObjectIdentifier, String)>,
    pub(super) public_key: PublicKey,
    pub(super) extensions: Vec<Extension>,
}

/// Who signs: an authority over itself, or over another.
pub(super) enum Signer<'a> {
    Itself(&'a dyn SigningKey),
    Authority(Issuer<'a>),
}

impl Signer<'_> {
    fn key(&self) -> &dyn SigningKey {
        match self {
            Self::Itself(key) => *key,
            Self::Authority(issuer) => issuer.key,
        }
    }
}

impl Draft {
    /// Last second of the life, inclusive (RFC 5280 §4.1.2.5).
    pub(super) const fn not_after(&self) -> Instant {
        self.not_before.whole_second().plus_seconds(self.life_seconds - 1)
    }

    /// The whole cycle: capture, lint, sign, verify, read twice, compare.
    pub(super) fn issue(&self, signer: &Signer<'_>) -> Result<Certificate, IssueError> {
        let tbs = self.render(signer)?;
        let issuer = match signer {
            Signer::Itself(_) => None,
            Signer::Authority(issuer) => Some(issuer.certificate),
        };
        let linted = lint::certificate(self, issuer, tbs)?;
        sign(&linted, signer.key())
    }

    /// DER of the signed part, from rcgen, without a signature.
    pub(super) fn render(&self, signer: &Signer<'_>) -> Result<Vec<u8>, IssueError> {
        let params = self.params()?;
        let capture = Capture::new(signer.key().public_key())?;
        match signer {
            Signer::Itself(_) => params.self_signed(&capture).map(drop),
            Signer::Authority(issuer) => {
                rcgen::Issuer::from_ca_cert_der(&issuer.certificate.der().into(), &capture).and_then(
                    |authority| params.signed_by(&CertifiedKey::new(&self.public_key)?, &authority).map(drop),
                )
            }
        }
        .map_err(rendering)?;
        Ok(capture.seen.into_inner())
    }

    fn params(&self) -> Result<CertificateParams, IssueError> {
        let mut params = CertificateParams::default();
        params.not_before = offset(self.not_before)?;
        params.not_after = offset(self.not_after())?;
        params.serial_number = Some(rcgen::SerialNumber::from_slice(self.serial.as_bytes()));
        params.distinguished_name = DistinguishedName::new();
        for (kind, text) in &self.subject {
            params.distinguished_name.push(dn_type(*kind), dn_value(*kind, text)?);
        }
        // Every extension is written by `profile`: rcgen's own would miss the criticality of extKeyUsage, method 1 of
        // RFC 7093 and the subject key identifier of end entities.
        params.is_ca = IsCa::NoCa;
        params.use_authority_key_identifier_extension = false;
        for extension in &self.extensions {
            let arcs: Vec<u64> = extension.id.arcs().map(u64::from).collect();
            let mut custom = CustomExtension::from_oid_content(&arcs, extension.value.clone());
            custom.set_criticality(extension.critical);
            params.custom_extensions.push(custom);
        }
        Ok(params)
    }
}

fn rendering(error: rcgen::Error) -> IssueError {
    IssueError::Rendering(error.to_string())
}

pub(super) fn offset(instant: Instant) -> Result<time::OffsetDateTime, IssueError> {
    time::OffsetDateTime::from_unix_timestamp(instant.seconds()).map_err(|_| IssueError::Time)
}

fn dn_type(kind: const_oid::ObjectIdentifier) -> DnType {
    match kind {
        oids::COUNTRY => DnType::CountryName,
        oids::ORGANIZATION => DnType::OrganizationName,
        oids::COMMON_NAME => DnType::CommonName,
        other => DnType::CustomDnType(other.arcs().map(u64::from).collect()),
    }
}

/// X.520: countryName and serialNumber are PrintableString; everything else is UTF8String (RFC 5280 §4.1.2.4).
fn dn_value(kind: const_oid::ObjectIdentifier, text: &str) -> Result<DnValue, IssueError> {
    if kind == oids::COUNTRY || kind == oids::SERIAL_NUMBER {
        return text
            .try_into()
            .map(DnValue::PrintableString)
            .map_err(|_| IssueError::NotPrintable(text.to_owned()));
    }
    Ok(DnValue::Utf8String(text.to_owned()))
}

/// Takes what rcgen would sign and gives back one octet, so that no key is needed to render.
pub(super) struct Capture {
    point: Vec<u8>,
    algorithm: &'static rcgen::SignatureAlgorithm,
    pub(super) seen: RefCell<Vec<u8>>,
}

impl Capture {
    pub(super) fn new(key: &PublicKey) -> Result<Self, IssueError> {
        let certified = CertifiedKey::new(key).map_err(rendering)?;
        Ok(Self { point: certified.point, algorithm: certified.algorithm, seen: RefCell::new(Vec::new()) })
    }
}

impl rcgen::PublicKeyData for Capture {
    fn der_bytes(&self) -> &[u8] {
        &self.point
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        self.algorithm
    }
}

impl rcgen::SigningKey for Capture {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        self.seen.replace(message.to_vec());
        Ok(vec![0])
    }
}

/// A key that is certified, as rcgen wants to see it.
struct CertifiedKey {
    point: Vec<u8>,
    algorithm: &'static rcgen::SignatureAlgorithm,
}

impl CertifiedKey {
    fn new(key: &PublicKey) -> Result<Self, rcgen::Error> {
        let algorithm = match key.algorithm() {
            Algorithm::EcdsaP256Sha256 => &rcgen::PKCS_ECDSA_P256_SHA256,
            Algorithm::EcdsaP384Sha384 => &rcgen::PKCS_ECDSA_P384_SHA384,
            Algorithm::Ed25519 | Algorithm::RsaPkcs1Sha256 => {
                return Err(rcgen::Error::UnsupportedSignatureAlgorithm);
            }
        };
        Ok(Self { point: key.raw().to_vec(), algorithm })
    }
}

impl rcgen::PublicKeyData for CertifiedKey {
    fn der_bytes(&self) -> &[u8] {
        &self.point
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        self.algorithm
    }
}

/// `SEQUENCE { signed part, algorithm, BIT STRING }`, verified before anyone sees it (style: verify your own output).
pub(super) fn sign_bytes(tbs: &[u8], key: &dyn SigningKey) -> Result<Vec<u8>, IssueError> {
    let signature = key.sign(tbs)?;
    let algorithm = asn1::algorithm(key.public_key().algorithm().oid());
    Ok(asn1::sequence(&[tbs, &algorithm, &asn1::bits(signature.der())]))
}

fn sign(linted: &Linted, key: &dyn SigningKey) -> Result<Certificate, IssueError> {
    let der = sign_bytes(linted.bytes(), key)?;
    let certificate = Certificate::read(&der)?;
    certificate.verify_signed_by(key.public_key())?;
    compare(&certificate, &der)?;
    Ok(certificate)
}

/// x509-parser must see the same certificate as x509-cert: a difference between two readers stops issuance.
pub(super) fn compare(ours: &Certificate, der: &[u8]) -> Result<(), IssueError> {
    let (rest, theirs) = x509_parser::certificate::X509Certificate::from_der(der)
        .map_err(|_| IssueError::ReadersDisagree("whether this is a certificate"))?;
    let extensions: Vec<String> =
        theirs.extensions().iter().map(|extension| extension.oid.to_id_string()).collect();
    let own: Vec<String> = ours.extensions().present.iter().map(ToString::to_string).collect();
    let serial: Vec<u8> = theirs.raw_serial().iter().copied().skip_while(|byte| *byte == 0).collect();
    let agreed = [
        ("the end", rest.is_empty()),
        ("the serial number", serial == ours.serial()),
        ("the issuer", theirs.issuer().as_raw() == ours.issuer_der()),
        ("the subject", theirs.subject().as_raw() == ours.subject_der()),
        ("notBefore", theirs.validity().not_before.timestamp() == ours.not_before().seconds()),
        ("notAfter", theirs.validity().not_after.timestamp() == ours.not_after().seconds()),
        ("the key", theirs.public_key().raw == ours.public_key().spki()),
        ("the extensions", extensions == own),
        ("the authority mark", theirs.is_ca() == ours.extensions().authority()),
        ("the signed part", theirs.tbs_certificate.as_ref() == ours.tbs()),
    ];
    match agreed.into_iter().find(|(_, same)| !same) {
        None => Ok(()),
        Some((what, _)) => Err(IssueError::ReadersDisagree(what)),
    }
}
