//! Is this chain good: RFC 5280 §6 for the shapes that a signature service meets, from one given root, at one time.
//!
//! Certificates come in read but unproved ([`Certificate`]); a [`Path`] goes out, which only [`validate`] makes. No
//! network, no clock, no cache: an issuer that is not among the candidates does not exist. Revocation is
//! `revocation::check_path`, which takes the proof from here.

mod constraints;

use constraints::Constraints;

use crate::time::Instant;
use crate::x509::{Certificate, KeyUsage, oids};

/// Most certificates that are offered as issuers: a signed file holds fewer than ten.
pub const CANDIDATES_MAX: usize = 64;

/// Most certificates between leaf and root, leaf included: ours have two, bridges of others four or five.
pub const DEPTH_MAX: usize = 6;

/// Most signatures that one validation verifies: the pathological cases of x509-limbo ask for millions.
pub const SIGNATURES_MAX: usize = 100;

/// What the leaf is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// Signing a document: key usage nonRepudiation or digitalSignature; extKeyUsage, if present, documentSigning.
    DocumentSigning,
    /// A time-stamp: extKeyUsage timeStamping, critical and alone (RFC 3161 §2.3), key usage for signatures only.
    TimeStamping,
}

/// Why there is no path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// More candidates than are looked at.
    #[error("there are too many certificates to look at")]
    TooManyCandidates,
    /// More signatures than are verified.
    #[error("there are too many possible paths")]
    TooManySignatures,
    /// No issuer found up to the root.
    #[error("no path from certificate {depth} to the root")]
    NoIssuer {
        /// Where the path ends; 0 is the leaf.
        depth: usize,
    },
    /// The issuer's key did not sign it.
    #[error("certificate {depth} was not signed by its issuer")]
    Signature {
        /// 0 is the leaf.
        depth: usize,
    },
    /// RFC 5280 §6.1.3 (a)(2).
    #[error("certificate {depth} was not yet valid")]
    NotYetValid {
        /// 0 is the leaf.
        depth: usize,
    },
    /// RFC 5280 §6.1.3 (a)(2).
    #[error("certificate {depth} had expired")]
    Expired {
        /// 0 is the leaf.
        depth: usize,
    },
    /// RFC 5280 §6.1.4 (k), (n): no basicConstraints with CA TRUE, or a keyUsage without keyCertSign.
    #[error("certificate {depth} is not that of an authority")]
    NotAnAuthority {
        /// 0 is the leaf.
        depth: usize,
    },
    /// RFC 5280 §6.1.4 (l), (m).
    #[error("the path below certificate {depth} is longer than it allows")]
    TooLong {
        /// The authority that allows less.
        depth: usize,
    },
    /// RFC 5280 §6.1.4 (o), §6.1.5 (e).
    #[error("certificate {depth} has a critical extension {extension} that nothing here evaluates")]
    UnknownCritical {
        /// 0 is the leaf.
        depth: usize,
        /// The extension.
        extension: const_oid::ObjectIdentifier,
    },
    /// RFC 5280 §6.1.3 (b), (c).
    #[error("a name in certificate {depth} is excluded by an authority above it")]
    NameExcluded {
        /// 0 is the leaf.
        depth: usize,
    },
    /// RFC 9608 §2: with CA TRUE, cRLDistributionPoints, freshestCRL or an OCSP address.
    #[error("certificate {depth} says that no revocation information exists, and says where it is")]
    NoRevAvailContradicted {
        /// 0 is the leaf.
        depth: usize,
    },
    /// Key usage or extended key usage of the leaf.
    #[error("the certificate is not for this use")]
    Usage,
    /// An authority in the path is not for what the leaf is used for.
    #[error("the authority {depth} is not for this use")]
    AuthorityUsage {
        /// 1 is the leaf's issuer.
        depth: usize,
    },
    /// RFC 5280 §4.2.1.1, §4.2.1.2: no authorityKeyIdentifier, or an authority without subjectKeyIdentifier.
    #[error("certificate {depth} does not identify its issuer's key or its own")]
    KeyIdentifier {
        /// 0 is the leaf.
        depth: usize,
    },
    /// The given root is not the certificate of an authority.
    #[error("the given root is not an authority")]
    Root,
}

impl PathError {
    /// Sub-indication of EN 319 102-1 (§5.2.6) when no proof of existence helps.
    #[must_use]
    pub const fn sub_indication(&self) -> &'static str {
        match self {
            Self::NoIssuer { .. } | Self::Signature { .. } | Self::Root => "NO_CERTIFICATE_CHAIN_FOUND",
            Self::NotYetValid { .. } | Self::Expired { .. } => "OUT_OF_BOUNDS_NO_POE",
            Self::Usage
            | Self::AuthorityUsage { .. }
            | Self::NameExcluded { .. }
            | Self::NoRevAvailContradicted { .. } => "CHAIN_CONSTRAINTS_FAILURE",
            Self::TooManyCandidates
            | Self::TooManySignatures
            | Self::NotAnAuthority { .. }
            | Self::TooLong { .. }
            | Self::UnknownCritical { .. }
            | Self::KeyIdentifier { .. } => "CERTIFICATE_CHAIN_GENERAL_FAILURE",
        }
    }
}

/// Proof that a leaf leads to the root at a time, for a use. Only [`validate`] makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Leaf first, root last.
    chain: Vec<Certificate>,
    at: Instant,
    usage: Usage,
}

impl Path {
    /// Leaf first, root last.
    #[must_use]
    pub fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    /// Certificates between leaf and root.
    pub fn intermediates(&self) -> impl Iterator<Item = &Certificate> {
        let above_leaf = self.chain.len().saturating_sub(2);
        self.chain.iter().skip(1).take(above_leaf)
    }

    /// Each certificate below the root with its issuer, leaf first.
    pub fn edges(&self) -> impl Iterator<Item = (&Certificate, &Certificate)> {
        self.chain.iter().zip(self.chain.iter().skip(1))
    }

    /// The time it holds for.
    #[must_use]
    pub const fn at(&self) -> Instant {
        self.at
    }

    /// The use it holds for.
    #[must_use]
    pub const fn usage(&self) -> Usage {
        self.usage
    }

    /// RFC 5280 §6.1.3 (d): whether leaf and every authority below the root stand for the policy, the authorities by
    /// name or by anyPolicy.
    #[must_use]
    pub fn asserts(&self, policy: const_oid::ObjectIdentifier) -> bool {
        self.edges().enumerate().all(|(depth, (certificate, _))| {
            let policies = &certificate.extensions().policies;
            policies.contains(&policy) || (depth > 0 && policies.contains(&oids::ANY_POLICY))
        })
    }
}

/// Finds and validates a path from `leaf` to `root` with issuers among `candidates`, all valid at `at`.
///
/// # Errors
/// The reason why the most promising path fails: the one that got furthest.
pub fn validate(
    leaf: &Certificate,
    candidates: &[Certificate],
    root: &Certificate,
    at: Instant,
    usage: Usage,
) -> Result<Path, PathError> {
    if candidates.len() > CANDIDATES_MAX {
        return Err(PathError::TooManyCandidates);
    }
    // The root is given, so it need not prove itself by a self-signature (RFC 5280 §6.1.1 (d)).
    if !root.extensions().authority() {
        return Err(PathError::Root);
    }
    leaf_usage(leaf, usage)?;
    let mut search = Search { candidates, root, at, usage, signatures: 0 };
    let chain = search.extend(&mut vec![leaf])?;
    Ok(Path { chain, at, usage })
}

struct Search<'a> {
    candidates: &'a [Certificate],
    root: &'a Certificate,
    at: Instant,
    usage: Usage,
    signatures: usize,
}

impl<'a> Search<'a> {
    /// Tries every issuer of the last certificate, the root first, depth first.
    fn extend(&mut self, path: &mut Vec<&'a Certificate>) -> Result<Vec<Certificate>, PathError> {
        let depth = path.len().saturating_sub(1);
        let Some(last) = path.last().copied() else { return Err(PathError::NoIssuer { depth }) };
        let mut furthest: Option<PathError> = None;
        let (root, candidates) = (self.root, self.candidates);
        for issuer in std::iter::once(root).chain(candidates) {
            let loops = path.iter().any(|seen| seen.public_key() == issuer.public_key());
            if loops || !could_be_issuer(issuer, last) {
                continue;
            }
            self.signatures += 1;
            if self.signatures > SIGNATURES_MAX {
                return Err(PathError::TooManySignatures);
            }
            let result = if last.verify_signed_by(issuer.public_key()).is_err() {
                Err(PathError::Signature { depth })
            } else if issuer == root {
                self.whole(path)
            } else if path.len() >= DEPTH_MAX {
                Err(PathError::NoIssuer { depth })
            } else {
                path.push(issuer);
                let result = self.extend(path);
                path.pop();
                result
            };
            match result {
                Ok(chain) => return Ok(chain),
                Err(PathError::TooManySignatures) => return Err(PathError::TooManySignatures),
                Err(error) => furthest = Some(further(furthest, error)),
            }
        }
        Err(furthest.unwrap_or(PathError::NoIssuer { depth }))
    }

    /// All signatures up to the root hold; now everything else, from the root down (RFC 5280 §6.1).
    fn whole(&self, path: &[&Certificate]) -> Result<Vec<Certificate>, PathError> {
        let chain: Vec<&Certificate> = path.iter().copied().chain(std::iter::once(self.root)).collect();
        let mut constraints = Constraints::default();
        let mut above_may_have: Option<usize> = None;
        for (depth, certificate) in chain.iter().enumerate().rev() {
            let extensions = certificate.extensions();
            if self.at.whole_second() < certificate.not_before() {
                return Err(PathError::NotYetValid { depth });
            }
            if !certificate.valid_at(self.at) {
                return Err(PathError::Expired { depth });
            }
            if let Some(extension) = extensions.unknown_critical.first() {
                return Err(PathError::UnknownCritical { depth, extension: *extension });
            }
            no_rev_avail(certificate, depth)?;
            let root = depth + 1 == chain.len();
            key_identifiers(certificate, depth, root)?;
            // §6.1.3 (b): not for self-issued certificates unless they are the last.
            if !root && (depth == 0 || !certificate.self_issued()) {
                constraints.check(certificate).map_err(|()| PathError::NameExcluded { depth })?;
            }
            if depth == 0 {
                break;
            }
            authority(certificate, depth, self.usage)?;
            // §6.1.4 (l): a self-issued authority does not count.
            if !root && !certificate.self_issued() {
                above_may_have = match above_may_have {
                    Some(0) => return Err(PathError::TooLong { depth: depth + 1 }),
                    other => other.map(|left| left - 1),
                };
            }
            if let Some(length) = extensions.basic_constraints.and_then(|constraints| constraints.path_length)
            {
                above_may_have =
                    Some(above_may_have.map_or(usize::from(length), |left| left.min(usize::from(length))));
            }
            constraints.add(certificate);
        }
        Ok(chain.into_iter().cloned().collect())
    }
}

/// Of two failures the one that is not merely "no issuer" or "not signed by this one".
fn further(before: Option<PathError>, now: PathError) -> PathError {
    let rank = |error: &PathError| match error {
        PathError::NoIssuer { depth } => *depth * 3,
        PathError::Signature { depth } => *depth * 3 + 1,
        _ => usize::MAX,
    };
    match before {
        Some(before) if rank(&before) >= rank(&now) => before,
        _ => now,
    }
}

/// Name chaining byte for byte (stricter than RFC 5280 §7.1: our issuers copy the bytes), and key identifiers if both
/// are there (§4.2.1.1).
fn could_be_issuer(issuer: &Certificate, subject: &Certificate) -> bool {
    let keys =
        match (&subject.extensions().authority_key_identifier, &issuer.extensions().subject_key_identifier) {
            (Some(named), Some(own)) => named == own,
            _ => true,
        };
    keys && issuer.subject_der() == subject.issuer_der()
}

fn authority(certificate: &Certificate, depth: usize, usage: Usage) -> Result<(), PathError> {
    let extensions = certificate.extensions();
    // §6.1.4 (k) and (n).
    if !extensions.authority() || !extensions.key_usage.is_none_or(KeyUsage::signs_certificates) {
        return Err(PathError::NotAnAuthority { depth });
    }
    let Some(usages) = &extensions.extended_key_usage else { return Ok(()) };
    let needed = match usage {
        Usage::DocumentSigning => oids::DOCUMENT_SIGNING,
        Usage::TimeStamping => oids::TIME_STAMPING,
    };
    // An extKeyUsage in an authority limits what is below it (the reading of CA/Browser Forum and of time-stamp
    // verifiers); id-kp-OCSPSigning never belongs in one (the incident of 2020).
    let allowed =
        usages.purposes.contains(&needed) || usages.purposes.contains(&oids::ANY_EXTENDED_KEY_USAGE);
    if allowed && !usages.purposes.contains(&oids::OCSP_SIGNING) {
        Ok(())
    } else {
        Err(PathError::AuthorityUsage { depth })
    }
}

fn leaf_usage(leaf: &Certificate, usage: Usage) -> Result<(), PathError> {
    let extensions = leaf.extensions();
    let purposes = extensions.extended_key_usage.as_ref();
    let key_usage = extensions.key_usage;
    let fits = match usage {
        Usage::DocumentSigning => {
            key_usage.is_some_and(|usage| usage.non_repudiation() || usage.digital_signature())
                && purposes.is_none_or(|usage| usage.purposes.contains(&oids::DOCUMENT_SIGNING))
        }
        Usage::TimeStamping => {
            purposes.is_some_and(|usage| usage.critical && usage.purposes == [oids::TIME_STAMPING])
                && key_usage.is_some_and(|usage| {
                    (usage.digital_signature() || usage.non_repudiation()) && !usage.signs_certificates()
                })
                // A stamp must be checkable in decades: no exemption from revocation for units.
                && !extensions.no_rev_avail
                && !extensions.validity_assured
        }
    };
    if fits && !extensions.authority() { Ok(()) } else { Err(PathError::Usage) }
}

/// RFC 5280 §4.2.1.1: in every certificate but the root; §4.2.1.2: in every authority.
fn key_identifiers(certificate: &Certificate, depth: usize, root: bool) -> Result<(), PathError> {
    let extensions = certificate.extensions();
    let names_issuer = root || extensions.authority_key_identifier.is_some();
    let names_itself = depth == 0 || extensions.subject_key_identifier.is_some();
    if names_issuer && names_itself { Ok(()) } else { Err(PathError::KeyIdentifier { depth }) }
}

/// RFC 9608 §2.
fn no_rev_avail(certificate: &Certificate, depth: usize) -> Result<(), PathError> {
    let extensions = certificate.extensions();
    let contradicted = extensions.authority()
        || extensions.has_crl_distribution_points
        || extensions.has_freshest_crl
        || !extensions.ocsp.is_empty();
    if extensions.no_rev_avail && contradicted {
        Err(PathError::NoRevAvailContradicted { depth })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
