//! Revocation lists as we read them, and the status of a certificate at a time.
//!
//! A [`Crl`] is only *read*; [`check`] verifies its signature with the issuer's key before it believes an entry. It
//! never asks anyone: the lists are given, from the signed file or from the authority's own shelf. `Unknown` is not
//! `Good`, and says why.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use der::asn1::Uint;
use x509_cert::crl::CertificateList;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::AuthorityKeyIdentifier;
use x509_cert::ext::pkix::crl::IssuingDistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};

use crate::bytes::{self, BytesError};
use crate::issue::{Reason, Scope};
use crate::key::{Algorithm, KeyError, PublicKey, SignatureEncoding};
use crate::path::Path;
use crate::time::Instant;
use crate::x509::{self, Certificate, oids};

/// Why bytes are not a revocation list that we accept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CrlError {
    /// Not one canonical DER list.
    #[error(transparent)]
    Bytes(#[from] BytesError),
    /// RFC 5280 §5.1.2.1: version 2.
    #[error("the revocation list is not of version 2")]
    Version,
    /// The two algorithms differ, or none of ours (RFC 5280 §5.1.1.2).
    #[error("the signature algorithm of the revocation list is not one that we accept")]
    Algorithm,
    /// RFC 5280 §5.1.2.5: nextUpdate must be there, and after thisUpdate.
    #[error("the revocation list does not say until when it holds")]
    NextUpdate,
    /// An extension that is missing, stands twice, is critical and unknown, or does not hold what it should.
    #[error("the extension {0} of the revocation list is missing or cannot be used")]
    Extension(const_oid::ObjectIdentifier),
    /// An entry that cannot be used: serial number, entry extensions, or a serial number twice.
    #[error("an entry of the revocation list cannot be used")]
    Entry,
}

/// A revocation list that was read strictly. Nothing says yet that it is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crl {
    der: Vec<u8>,
    tbs: Vec<u8>,
    issuer: Vec<u8>,
    this_update: Instant,
    next_update: Instant,
    number: Option<Vec<u8>>,
    authority_key: Option<Vec<u8>>,
    distribution_point: Option<(String, Scope)>,
    entries: BTreeMap<Vec<u8>, (Instant, Reason)>,
    algorithm: Algorithm,
    signature: Vec<u8>,
    made_by: MadeBy,
}

/// The key with which the signature was verified. Octets that were read do not change, and one list is asked about several
/// certificates: a root's signature costs more than the rest of a verification. It is no part of what the list says.
#[derive(Clone, Debug, Default)]
struct MadeBy(OnceLock<PublicKey>);

impl PartialEq for MadeBy {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for MadeBy {}

impl Crl {
    /// Reads one DER revocation list of version 2. Delta lists and indirect lists are refused: their marks are critical
    /// extensions that nothing here evaluates.
    ///
    /// # Errors
    /// [`CrlError`].
    pub fn read(der: &[u8]) -> Result<Self, CrlError> {
        let list: CertificateList = bytes::read("CertificateList", der)?;
        let tbs = &list.tbs_cert_list;
        if tbs.version != x509_cert::Version::V2 {
            return Err(CrlError::Version);
        }
        if tbs.signature != list.signature_algorithm {
            return Err(CrlError::Algorithm);
        }
        let this_update = x509::instant(&tbs.this_update);
        let next_update = tbs
            .next_update
            .as_ref()
            .map(x509::instant)
            .filter(|next| *next > this_update)
            .ok_or(CrlError::NextUpdate)?;
        let mut read = Self {
            tbs: bytes::write(tbs),
            issuer: bytes::write(&tbs.issuer),
            this_update,
            next_update,
            number: None,
            authority_key: None,
            distribution_point: None,
            entries: BTreeMap::new(),
            algorithm: x509::signature_algorithm(&list.signature_algorithm).ok_or(CrlError::Algorithm)?,
            signature: list.signature.as_bytes().ok_or(CrlError::Algorithm)?.to_vec(),
            der: der.to_vec(),
            made_by: MadeBy::default(),
        };
        let mut seen = Vec::new();
        for extension in tbs.crl_extensions.as_deref().unwrap_or_default() {
            if seen.contains(&extension.extn_id) {
                return Err(CrlError::Extension(extension.extn_id));
            }
            seen.push(extension.extn_id);
            read.take(extension).ok_or(CrlError::Extension(extension.extn_id))?;
        }
        for entry in tbs.revoked_certificates.as_deref().unwrap_or_default() {
            let serial = x509::positive_serial(entry.serial_number.as_bytes()).ok_or(CrlError::Entry)?;
            let reason =
                reason(entry.crl_entry_extensions.as_deref().unwrap_or_default()).ok_or(CrlError::Entry)?;
            if read.entries.insert(serial, (x509::instant(&entry.revocation_date), reason)).is_some() {
                return Err(CrlError::Entry);
            }
        }
        // RFC 5280 §5.1.2.6: an empty list is left out.
        if tbs.revoked_certificates.as_ref().is_some_and(Vec::is_empty) {
            return Err(CrlError::Entry);
        }
        // RFC 5280 §5.2.1 and §5.2.3: both must be there.
        for (missing, id) in [
            (read.authority_key.is_none(), oids::AUTHORITY_KEY_IDENTIFIER),
            (read.number.is_none(), oids::CRL_NUMBER),
        ] {
            if missing {
                return Err(CrlError::Extension(id));
            }
        }
        Ok(read)
    }

    fn take(&mut self, extension: &Extension) -> Option<()> {
        let value = extension.extn_value.as_bytes();
        // RFC 5280 §5.2.1, §5.2.3, §5.2.5: only the last of the three is critical, and always.
        match (extension.extn_id, extension.critical) {
            (oids::AUTHORITY_KEY_IDENTIFIER | oids::CRL_NUMBER, true)
            | (oids::ISSUING_DISTRIBUTION_POINT, false) => return None,
            _ => {}
        }
        match extension.extn_id {
            oids::AUTHORITY_KEY_IDENTIFIER => {
                let identifier: AuthorityKeyIdentifier = bytes::read("AuthorityKeyIdentifier", value).ok()?;
                self.authority_key = identifier.key_identifier.map(|id| id.as_bytes().to_vec());
            }
            oids::CRL_NUMBER => {
                let number: Uint = bytes::read("CRLNumber", value).ok()?;
                // RFC 5280 §5.2.3: at most 20 octets.
                self.number = Some(number.as_bytes().to_vec()).filter(|number| number.len() <= 20);
            }
            oids::ISSUING_DISTRIBUTION_POINT => self.distribution_point = Some(distribution_point(value)?),
            _ if extension.critical => return None,
            _ => {}
        }
        Some(())
    }

    /// The bytes that were read.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// DER of the issuer name.
    #[must_use]
    pub fn issuer_der(&self) -> &[u8] {
        &self.issuer
    }

    /// When it was made.
    #[must_use]
    pub const fn this_update(&self) -> Instant {
        self.this_update
    }

    /// When the next one comes at the latest.
    #[must_use]
    pub const fn next_update(&self) -> Instant {
        self.next_update
    }

    /// cRLNumber, where it fits 64 bits.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        let octets = self.number.as_deref()?;
        (octets.len() <= 8)
            .then(|| octets.iter().fold(0u64, |number, octet| (number << 8) | u64::from(*octet)))
    }

    /// keyIdentifier of the key that signed it.
    #[must_use]
    pub fn authority_key_identifier(&self) -> Option<&[u8]> {
        self.authority_key.as_deref()
    }

    /// Address and scope of issuingDistributionPoint, when present.
    #[must_use]
    pub const fn distribution_point(&self) -> Option<&(String, Scope)> {
        self.distribution_point.as_ref()
    }

    /// When and why a serial number was revoked, as the list says.
    #[must_use]
    pub fn revocation(&self, serial: &[u8]) -> Option<&(Instant, Reason)> {
        self.entries.get(serial)
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is revoked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Verifies that the list is the authority's own: name, key identifier, cRLSign, signature.
    ///
    /// # Errors
    /// [`KeyError::SignatureMismatch`] for every difference.
    pub fn verify_signed_by(&self, issuer: &Certificate) -> Result<(), KeyError> {
        let key_agrees = match (&self.authority_key, &issuer.extensions().subject_key_identifier) {
            (Some(named), Some(own)) => named == own,
            _ => true,
        };
        // RFC 5280 §6.3.3 (f): the issuer's key usage, if present, must hold cRLSign.
        let allowed = issuer.extensions().key_usage.is_none_or(x509::KeyUsage::signs_crls);
        let ours = self.issuer == issuer.subject_der() && issuer.public_key().algorithm() == self.algorithm;
        if !(key_agrees && allowed && ours) {
            return Err(KeyError::SignatureMismatch);
        }
        if self.made_by.0.get() != Some(issuer.public_key()) {
            issuer.public_key().verify(SignatureEncoding::Der, &self.tbs, &self.signature)?;
            // Whoever was first has verified it with the same key, or with another one that a later question verifies anew.
            let _known = self.made_by.0.set(issuer.public_key().clone());
        }
        Ok(())
    }

    /// RFC 5280 §6.3.3 (b): whether the list speaks about this certificate at all.
    fn covers(&self, certificate: &Certificate) -> bool {
        match &self.distribution_point {
            None => true,
            Some((url, scope)) => {
                let kind = match scope {
                    Scope::Authorities => certificate.extensions().authority(),
                    Scope::EndEntities => !certificate.extensions().authority(),
                };
                kind && certificate.extensions().crl_distribution_points.contains(url)
            }
        }
    }
}

/// One address and one scope; anything else is for lists that we do not take.
fn distribution_point(value: &[u8]) -> Option<(String, Scope)> {
    let point: IssuingDistributionPoint = bytes::read("IssuingDistributionPoint", value).ok()?;
    let foreign =
        point.indirect_crl || point.only_contains_attribute_certs || point.only_some_reasons.is_some();
    let scope = match (point.only_contains_user_certs, point.only_contains_ca_certs) {
        (true, false) => Scope::EndEntities,
        (false, true) => Scope::Authorities,
        _ => return None,
    };
    let Some(DistributionPointName::FullName(names)) = point.distribution_point else { return None };
    match (foreign, names.as_slice()) {
        (false, [GeneralName::UniformResourceIdentifier(url)]) => Some((url.as_str().to_owned(), scope)),
        _ => None,
    }
}

/// The reason of an entry; `None` for a critical entry extension (RFC 5280 §5.3: then the list is not used at all), a
/// reason that is not to be there (0 is left out, 8 belongs to delta lists) or one that nobody knows.
fn reason(extensions: &[Extension]) -> Option<Reason> {
    let mut found = None;
    for extension in extensions {
        if extension.critical {
            return None;
        }
        if extension.extn_id == oids::REASON_CODE {
            let [0x0a, 0x01, code] = extension.extn_value.as_bytes() else { return None };
            if found.is_some() || *code == 0 {
                return None;
            }
            found = Some(Reason::from_code(*code)?);
        }
    }
    Some(found.unwrap_or(Reason::Unspecified))
}

/// Status of one certificate at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// A list that covers it and holds at that time does not name it, or names a later revocation.
    Good,
    /// Revoked at or before that time.
    Revoked {
        /// Since when.
        at: Instant,
        /// Why.
        reason: Reason,
    },
    /// RFC 9608: no revocation information exists for it. Only ever said of certificates that are no authority's.
    NoneExists,
    /// Nothing can be said.
    Unknown(Unknown),
}

/// Why nothing can be said about a certificate. The later in this order, the closer some list came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Unknown {
    /// No list of the issuer.
    #[error("there is no list of its issuer")]
    NoList,
    /// The lists speak about other certificates (OpenSSL: "different CRL scope").
    #[error("the lists speak about other certificates")]
    OtherScope,
    /// A list under the issuer's name that the issuer's key did not sign.
    #[error("the issuer did not sign the list in its name")]
    Forged,
    /// The lists were made before the certificate existed, so they cannot speak about it.
    #[error("the list is older than the certificate")]
    OlderThanCertificate,
    /// The lists ended before the time in question.
    #[error("the list had ended by then")]
    Stale,
}

/// Status of `certificate` at `at`, from the given lists and its issuer's certificate.
///
/// The newest of the issuer's own lists decides, so that a hold that was lifted is not held against anyone.
#[must_use]
pub fn check(certificate: &Certificate, issuer: &Certificate, crls: &[Crl], at: Instant) -> Status {
    // RFC 9608 §4: for the certificate that carries noRevAvail alone; an authority may not carry it (path refuses it).
    if certificate.extensions().no_rev_avail && !certificate.extensions().authority() {
        return Status::NoneExists;
    }
    let mut newest: Option<&Crl> = None;
    let mut why = Unknown::NoList;
    for crl in crls {
        match authentic(crl, certificate, issuer) {
            Ok(()) if newest.is_none_or(|other| crl.this_update > other.this_update) => newest = Some(crl),
            Ok(()) => {}
            Err(reason) => why = why.max(reason),
        }
    }
    let Some(crl) = newest else { return Status::Unknown(why) };
    match crl.revocation(certificate.serial()) {
        // Believed whatever the age of the list: an authority does not name a certificate by mistake of date.
        Some((since, reason)) if *since <= at => return Status::Revoked { at: *since, reason: *reason },
        _ => {}
    }
    // Each list not older than the certificate that it speaks about: what strangers accept with the root alone.
    if crl.this_update < certificate.not_before() {
        return Status::Unknown(Unknown::OlderThanCertificate);
    }
    if crl.next_update < at.whole_second() {
        return Status::Unknown(Unknown::Stale);
    }
    Status::Good
}

/// Whether the list speaks about this certificate and is its issuer's own.
fn authentic(crl: &Crl, certificate: &Certificate, issuer: &Certificate) -> Result<(), Unknown> {
    if crl.issuer != issuer.subject_der() || certificate.issuer_der() != issuer.subject_der() {
        return Err(Unknown::NoList);
    }
    if !crl.covers(certificate) {
        return Err(Unknown::OtherScope);
    }
    crl.verify_signed_by(issuer).map_err(|_| Unknown::Forged)
}

/// Why a whole path cannot be relied on at a time, as far as revocation goes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RevocationError {
    /// A certificate of the path was revoked; depth 0 is the leaf.
    #[error("certificate {depth} of the path was revoked")]
    Revoked {
        /// 0 is the leaf.
        depth: usize,
        /// Since when.
        at: Instant,
        /// Why.
        reason: Reason,
    },
    /// Nothing can be said about a certificate of the path.
    #[error("nothing is known about the revocation of certificate {depth} of the path: {why}")]
    Unknown {
        /// 0 is the leaf.
        depth: usize,
        /// Why not.
        why: Unknown,
    },
}

impl RevocationError {
    /// Sub-indication of EN 319 102-1 when no proof of existence helps (§5.2.6, table 7).
    #[must_use]
    pub const fn sub_indication(&self) -> &'static str {
        match self {
            Self::Revoked { depth: 0, .. } => "REVOKED_NO_POE",
            Self::Revoked { .. } => "REVOKED_CA_NO_POE",
            Self::Unknown { why: Unknown::Stale, .. } => "TRY_LATER",
            Self::Unknown { .. } => "CERTIFICATE_CHAIN_GENERAL_FAILURE",
        }
    }
}

/// Proof that no certificate of a path was revoked at a time. Only [`check_path`] makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotRevoked {
    at: Instant,
    _proof: (),
}

impl NotRevoked {
    /// The time it holds for.
    #[must_use]
    pub const fn at(&self) -> Instant {
        self.at
    }
}

/// Status of every certificate below the root.
///
/// # Errors
/// The first certificate, leaf first, that was revoked or about which nothing is known.
pub fn check_path(path: &Path, crls: &[Crl], at: Instant) -> Result<NotRevoked, RevocationError> {
    for (depth, (certificate, issuer)) in path.edges().enumerate() {
        match check(certificate, issuer, crls, at) {
            Status::Good | Status::NoneExists => {}
            Status::Revoked { at, reason } => return Err(RevocationError::Revoked { depth, at, reason }),
            Status::Unknown(why) => return Err(RevocationError::Unknown { depth, why }),
        }
    }
    Ok(NotRevoked { at, _proof: () })
}

#[cfg(test)]
mod tests;
