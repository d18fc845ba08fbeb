//! Extensions as typed values (RFC 5280 §4.2). A value that is not its one canonical encoding is refused, an extension
//! that we do not know is remembered if it is critical (then `path` refuses the certificate).

use const_oid::ObjectIdentifier;
use der::asn1::BitString;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AuthorityInfoAccessSyntax, AuthorityKeyIdentifier, BasicConstraints as WireBasicConstraints,
    CertificatePolicies, CrlDistributionPoints, ExtendedKeyUsage as WireExtendedKeyUsage,
    KeyUsage as WireKeyUsage, NameConstraints, PrivateKeyUsagePeriod, SubjectAltName, SubjectKeyIdentifier,
};

use super::alternative::{self, Subtree};
use super::{CertificateError, SignedDocumentBinding, oids};
use crate::bytes;
use crate::time::Instant;

/// Most extensions in one certificate: ours have at most ten.
const EXTENSIONS_MAX: usize = 32;

/// basicConstraints (RFC 5280 §4.2.1.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether this is an authority.
    pub authority: bool,
    /// How many authorities that are not self-issued may follow it.
    pub path_length: Option<u8>,
}

/// keyUsage (RFC 5280 §4.2.1.3), bit 0 first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUsage(u16);

impl KeyUsage {
    /// Exactly digitalSignature.
    pub const DIGITAL_SIGNATURE: Self = Self(1 << 15);
    /// Exactly nonRepudiation (contentCommitment).
    pub const NON_REPUDIATION: Self = Self(1 << 14);
    /// Exactly keyCertSign and cRLSign.
    pub const AUTHORITY: Self = Self((1 << 10) | (1 << 9));

    /// Bit 5: may sign certificates.
    #[must_use]
    pub const fn signs_certificates(self) -> bool {
        self.0 & (1 << 10) != 0
    }

    /// Bit 6: may sign revocation lists.
    #[must_use]
    pub const fn signs_crls(self) -> bool {
        self.0 & (1 << 9) != 0
    }

    /// Bit 0: signatures other than on certificates and lists.
    #[must_use]
    pub const fn digital_signature(self) -> bool {
        self.0 & Self::DIGITAL_SIGNATURE.0 != 0
    }

    /// Bit 1: signatures by which a person commits to content.
    #[must_use]
    pub const fn non_repudiation(self) -> bool {
        self.0 & Self::NON_REPUDIATION.0 != 0
    }
}

/// extKeyUsage (RFC 5280 §4.2.1.12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtendedKeyUsage {
    /// RFC 3161 §2.3 demands it for time-stamping.
    pub critical: bool,
    /// In their order.
    pub purposes: Vec<ObjectIdentifier>,
}

/// What the extensions of a certificate say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extensions {
    /// basicConstraints, when present.
    pub basic_constraints: Option<BasicConstraints>,
    /// keyUsage, when present.
    pub key_usage: Option<KeyUsage>,
    /// extKeyUsage, when present.
    pub extended_key_usage: Option<ExtendedKeyUsage>,
    /// Policies, in their order.
    pub policies: Vec<ObjectIdentifier>,
    /// subjectKeyIdentifier.
    pub subject_key_identifier: Option<Vec<u8>>,
    /// keyIdentifier of authorityKeyIdentifier.
    pub authority_key_identifier: Option<Vec<u8>>,
    /// caIssuers addresses of authorityInfoAccess.
    pub ca_issuers: Vec<String>,
    /// ocsp addresses of authorityInfoAccess.
    pub ocsp: Vec<String>,
    /// Addresses of cRLDistributionPoints.
    pub crl_distribution_points: Vec<String>,
    /// Whether cRLDistributionPoints is present at all.
    pub has_crl_distribution_points: bool,
    /// Whether freshestCRL is present.
    pub has_freshest_crl: bool,
    /// noRevAvail (RFC 9608): no revocation information exists for this certificate.
    pub no_rev_avail: bool,
    /// valassured-ST-certs (EN 319 412-1): validity assured for the short life.
    pub validity_assured: bool,
    /// signedDocumentBinding.
    pub binding: Option<SignedDocumentBinding>,
    /// privateKeyUsagePeriod, first and last second.
    pub private_key_usage: Option<(Instant, Instant)>,
    /// Names of subjectAltName.
    pub alternative_names: Vec<GeneralName>,
    /// Whether subjectAltName is critical.
    pub alternative_names_critical: bool,
    /// Excluded subtrees of nameConstraints.
    pub excluded: Vec<Subtree>,
    /// Permitted subtrees of nameConstraints.
    pub permitted: Vec<Subtree>,
    /// All extensions, in their order.
    pub present: Vec<ObjectIdentifier>,
    /// Critical extensions that no code of ours evaluates.
    pub unknown_critical: Vec<ObjectIdentifier>,
}

impl Extensions {
    /// Reads the extensions of a certificate.
    pub(super) fn read(extensions: &[Extension]) -> Result<Self, CertificateError> {
        let mut all = Self::default();
        if extensions.len() > EXTENSIONS_MAX {
            return Err(bytes::BytesError::TooLarge("Extensions").into());
        }
        for extension in extensions {
            if all.present.contains(&extension.extn_id) {
                return Err(CertificateError::DuplicateExtension(extension.extn_id));
            }
            all.present.push(extension.extn_id);
            if !criticality(extension) {
                return Err(CertificateError::Criticality(extension.extn_id));
            }
            all.take(extension).ok_or(CertificateError::Extension(extension.extn_id))?;
        }
        all.consistent()?;
        Ok(all)
    }

    /// What two extensions say together.
    fn consistent(&self) -> Result<(), CertificateError> {
        // RFC 5280 §4.2.1.3: keyCertSign only in authorities; §4.2.1.10: name constraints only in authorities.
        if !self.authority() && self.key_usage.is_some_and(KeyUsage::signs_certificates) {
            return Err(CertificateError::Extension(oids::KEY_USAGE));
        }
        if !self.authority() && self.has(oids::NAME_CONSTRAINTS) {
            return Err(CertificateError::Extension(oids::NAME_CONSTRAINTS));
        }
        Ok(())
    }

    /// Whether an extension is present, known or not.
    #[must_use]
    pub fn has(&self, oid: ObjectIdentifier) -> bool {
        self.present.contains(&oid)
    }

    /// Whether this is the certificate of an authority.
    #[must_use]
    pub fn authority(&self) -> bool {
        self.basic_constraints.is_some_and(|constraints| constraints.authority)
    }

    /// `None` when the value is not what it should be.
    fn take(&mut self, extension: &Extension) -> Option<()> {
        let value = extension.extn_value.as_bytes();
        match extension.extn_id {
            oids::BASIC_CONSTRAINTS => {
                let wire: WireBasicConstraints = bytes::read("BasicConstraints", value).ok()?;
                // RFC 5280 §4.2.1.9: a path length is only for authorities, and theirs is critical.
                if (wire.path_len_constraint.is_some() && !wire.ca) || (wire.ca && !extension.critical) {
                    return None;
                }
                self.basic_constraints =
                    Some(BasicConstraints { authority: wire.ca, path_length: wire.path_len_constraint });
            }
            oids::KEY_USAGE => self.key_usage = Some(key_usage(value)?),
            oids::EXTENDED_KEY_USAGE => {
                let purposes: WireExtendedKeyUsage = bytes::read("ExtKeyUsage", value).ok()?;
                self.extended_key_usage = Some(ExtendedKeyUsage {
                    critical: extension.critical,
                    purposes: Some(purposes.0).filter(|purposes| !purposes.is_empty())?,
                });
            }
            oids::CERTIFICATE_POLICIES => self.policies = policies(value)?,
            oids::SUBJECT_KEY_IDENTIFIER => {
                let identifier: SubjectKeyIdentifier = bytes::read("SubjectKeyIdentifier", value).ok()?;
                self.subject_key_identifier = Some(identifier.0.as_bytes().to_vec());
            }
            oids::AUTHORITY_KEY_IDENTIFIER => {
                let identifier: AuthorityKeyIdentifier = bytes::read("AuthorityKeyIdentifier", value).ok()?;
                self.authority_key_identifier = identifier.key_identifier.map(|id| id.as_bytes().to_vec());
            }
            oids::AUTHORITY_INFO_ACCESS => self.take_access(value)?,
            oids::CRL_DISTRIBUTION_POINTS => {
                self.has_crl_distribution_points = true;
                self.crl_distribution_points = distribution_points(value)?;
            }
            oids::NAME_CONSTRAINTS => {
                let constraints: NameConstraints = bytes::read("NameConstraints", value).ok()?;
                self.excluded = alternative::subtrees(constraints.excluded_subtrees);
                self.permitted = alternative::subtrees(constraints.permitted_subtrees);
                // RFC 5280 §4.2.1.10: never empty.
                if self.excluded.is_empty() && self.permitted.is_empty() {
                    return None;
                }
            }
            oids::SUBJECT_ALT_NAME => {
                let names: SubjectAltName = bytes::read("SubjectAltName", value).ok()?;
                let well_formed = !names.0.is_empty() && names.0.iter().all(alternative::well_formed);
                self.alternative_names = Some(names.0).filter(|_| well_formed)?;
                self.alternative_names_critical = extension.critical;
            }
            _ => self.take_rare(extension, value)?,
        }
        Some(())
    }

    fn take_rare(&mut self, extension: &Extension, value: &[u8]) -> Option<()> {
        match extension.extn_id {
            // RFC 9608 §2 and EN 319 412-1 §5.2: NULL.
            oids::NO_REV_AVAIL => {
                self.no_rev_avail = Some(value == crate::asn1::NULL).filter(|null| *null)?
            }
            oids::VALIDITY_ASSURED => {
                self.validity_assured = Some(value == crate::asn1::NULL).filter(|null| *null)?;
            }
            oids::SIGNED_DOCUMENT_BINDING => self.binding = Some(SignedDocumentBinding::read(value)?),
            oids::PRIVATE_KEY_USAGE_PERIOD => {
                let period: PrivateKeyUsagePeriod = bytes::read("PrivateKeyUsagePeriod", value).ok()?;
                self.private_key_usage = period.not_before.zip(period.not_after).map(|(first, last)| {
                    (Instant::from_generalized(&first), Instant::from_generalized(&last))
                });
            }
            oids::FRESHEST_CRL => self.has_freshest_crl = true,
            other if extension.critical => self.unknown_critical.push(other),
            _ => {}
        }
        Some(())
    }

    fn take_access(&mut self, value: &[u8]) -> Option<()> {
        let access: AuthorityInfoAccessSyntax = bytes::read("AuthorityInfoAccess", value).ok()?;
        for description in access.0 {
            let GeneralName::UniformResourceIdentifier(url) = description.access_location else { continue };
            match description.access_method {
                oids::ACCESS_CA_ISSUERS => self.ca_issuers.push(url.as_str().to_owned()),
                oids::ACCESS_OCSP => self.ocsp.push(url.as_str().to_owned()),
                _ => {}
            }
        }
        Some(())
    }
}

/// What RFC 5280 §4.2 demands of the criticality of each extension, where it demands one.
fn criticality(extension: &Extension) -> bool {
    match extension.extn_id {
        oids::AUTHORITY_KEY_IDENTIFIER
        | oids::SUBJECT_KEY_IDENTIFIER
        | oids::AUTHORITY_INFO_ACCESS
        | oids::FRESHEST_CRL
        // RFC 9608 §2, EN 319 412-1 §5.2, draft-ietf-lamps-one-signature-certs.
        | oids::NO_REV_AVAIL
        | oids::VALIDITY_ASSURED
        | oids::SIGNED_DOCUMENT_BINDING => !extension.critical,
        oids::NAME_CONSTRAINTS | oids::POLICY_CONSTRAINTS | oids::INHIBIT_ANY_POLICY => extension.critical,
        _ => true,
    }
}

/// The addresses in the value of one of the two extensions that hold any; `None` when it is neither or unreadable.
pub(crate) fn addresses(id: ObjectIdentifier, value: &[u8]) -> Option<Vec<String>> {
    let mut read = Extensions::default();
    match id {
        oids::AUTHORITY_INFO_ACCESS => read.take_access(value)?,
        oids::CRL_DISTRIBUTION_POINTS => read.crl_distribution_points = distribution_points(value)?,
        _ => return None,
    }
    Some([read.ca_issuers, read.ocsp, read.crl_distribution_points].concat())
}

fn key_usage(value: &[u8]) -> Option<KeyUsage> {
    // X.690 §11.2.2: trailing zero bits of a named bit list are cut; x509-cert's type encodes it that way again.
    let _: WireKeyUsage = bytes::read("KeyUsage", value).ok()?;
    let list: BitString = bytes::read("KeyUsage", value).ok()?;
    let octet = |index: usize| u16::from(list.raw_bytes().get(index).copied().unwrap_or(0));
    // RFC 5280 §4.2.1.3: at least one bit.
    Some((octet(0) << 8) | octet(1)).filter(|bits| *bits != 0).map(KeyUsage)
}

fn policies(value: &[u8]) -> Option<Vec<ObjectIdentifier>> {
    let policies: CertificatePolicies = bytes::read("CertificatePolicies", value).ok()?;
    let mut out = Vec::new();
    for policy in policies.0 {
        // RFC 5280 §4.2.1.4: a policy must not appear more than once.
        if out.contains(&policy.policy_identifier) {
            return None;
        }
        out.push(policy.policy_identifier);
    }
    Some(out).filter(|policies| !policies.is_empty())
}

fn distribution_points(value: &[u8]) -> Option<Vec<String>> {
    let points: CrlDistributionPoints = bytes::read("CRLDistributionPoints", value).ok()?;
    let mut urls = Vec::new();
    for point in points.0 {
        if let Some(DistributionPointName::FullName(names)) = point.distribution_point {
            urls.extend(names.into_iter().filter_map(|name| match name {
                GeneralName::UniformResourceIdentifier(url) => Some(url.as_str().to_owned()),
                _ => None,
            }));
        }
    }
    Some(urls)
}
