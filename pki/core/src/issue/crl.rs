//! Revocation lists (RFC 5280 §5): rendered by rcgen, checked, signed, verified, read by two readers.

use rcgen::{
    CertificateRevocationListParams, CrlDistributionPoint, CrlIssuingDistributionPoint, CrlScope,
    KeyIdMethod, RevocationReason, RevokedCertParams,
};
use x509_parser::prelude::FromDer as _;

use super::draft::{Capture, offset, sign_bytes};
use super::{IssueError, Issuer, Lint, lint};
use crate::revocation::Crl;
use crate::time::Instant;

/// Longest time between two lists. A day for online authorities; an offline root needs longer: at most 400 days.
const INTERVAL_SECONDS_MAX: i64 = 400 * 86_400;

/// Why a certificate was revoked (RFC 5280 §5.3.1); unspecified is left out of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing is said.
    Unspecified,
    /// The key is in other hands.
    KeyCompromise,
    /// The authority's key is in other hands.
    CaCompromise,
    /// The name or another fact is no longer true.
    AffiliationChanged,
    /// Replaced.
    Superseded,
    /// No longer in use.
    CessationOfOperation,
    /// Suspended; may become good again.
    CertificateHold,
    /// A right that the certificate stood for was withdrawn.
    PrivilegeWithdrawn,
}

impl Reason {
    /// From the reasonCode of a list.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            0 => Self::Unspecified,
            1 => Self::KeyCompromise,
            2 => Self::CaCompromise,
            3 => Self::AffiliationChanged,
            4 => Self::Superseded,
            5 => Self::CessationOfOperation,
            6 => Self::CertificateHold,
            9 => Self::PrivilegeWithdrawn,
            _ => return None,
        })
    }

    const fn rcgen(self) -> Option<RevocationReason> {
        Some(match self {
            Self::Unspecified => return None,
            Self::KeyCompromise => RevocationReason::KeyCompromise,
            Self::CaCompromise => RevocationReason::CaCompromise,
            Self::AffiliationChanged => RevocationReason::AffiliationChanged,
            Self::Superseded => RevocationReason::Superseded,
            Self::CessationOfOperation => RevocationReason::CessationOfOperation,
            Self::CertificateHold => RevocationReason::CertificateHold,
            Self::PrivilegeWithdrawn => RevocationReason::PrivilegeWithdrawn,
        })
    }
}

/// Which certificates a list speaks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Certificates of authorities only: the root's list.
    Authorities,
    /// Certificates of everyone else only.
    EndEntities,
}

/// One revoked certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Its serial number.
    pub serial: Vec<u8>,
    /// Since when.
    pub at: Instant,
    /// Why.
    pub reason: Reason,
}

/// What a revocation list says.
#[derive(Clone, Debug)]
pub struct CrlParams {
    /// Cut to its second; not before the certificates it speaks about.
    pub this_update: Instant,
    /// When the next one comes at the latest.
    pub next_update: Instant,
    /// Greater than that of every list before it, from 1.
    pub number: u64,
    /// Exactly the address in the certificates that it speaks about, with the scope: issuingDistributionPoint.
    pub distribution_point: Option<(String, Scope)>,
    /// All that are revoked and not expired.
    pub revoked: Vec<Revocation>,
}

/// A revocation list of an authority.
///
/// # Errors
/// [`IssueError`]; nothing was issued.
pub fn crl(params: &CrlParams, issuer: Issuer<'_>) -> Result<Crl, IssueError> {
    rules(params, &issuer)?;
    let tbs = render(params, &issuer)?;
    let der = sign_bytes(&tbs, issuer.key)?;
    let list = Crl::read(&der)?;
    list.verify_signed_by(issuer.certificate)?;
    compare(params, &issuer, &list)?;
    Ok(list)
}

fn rules(params: &CrlParams, issuer: &Issuer<'_>) -> Result<(), Lint> {
    let interval = params.next_update.seconds_since(params.this_update);
    let signs = issuer.certificate.extensions().key_usage.is_some_and(crate::x509::KeyUsage::signs_crls);
    let http = params.distribution_point.as_ref().is_none_or(|(url, _)| lint::http_address(url));
    let serials: std::collections::BTreeSet<&[u8]> =
        params.revoked.iter().map(|entry| entry.serial.as_slice()).collect();
    let rules = [
        ("the issuer may not sign lists", signs),
        ("nextUpdate is not after thisUpdate, or too far", (1..=INTERVAL_SECONDS_MAX).contains(&interval)),
        ("the list is dated outside its issuer's life", issuer.certificate.valid_at(params.this_update)),
        ("the number is zero", params.number > 0),
        ("the distribution point is no http address", http),
        ("a serial number stands twice", serials.len() == params.revoked.len()),
        (
            "a serial number is not positive, or begins with zero",
            serials.iter().all(|serial| shortest(serial)),
        ),
        (
            "a revocation lies in the future",
            params.revoked.iter().all(|entry| entry.at <= params.this_update),
        ),
    ];
    rules.into_iter().find(|(_, kept)| !kept).map_or(Ok(()), |(what, _)| Err(Lint::Crl(what)))
}

fn shortest(serial: &[u8]) -> bool {
    crate::x509::positive_serial(serial).is_some_and(|shortest| shortest == serial)
}

fn render(params: &CrlParams, issuer: &Issuer<'_>) -> Result<Vec<u8>, IssueError> {
    let rendering = |error: rcgen::Error| IssueError::Rendering(error.to_string());
    let mut revoked_certs = Vec::new();
    for entry in &params.revoked {
        revoked_certs.push(RevokedCertParams {
            serial_number: rcgen::SerialNumber::from_slice(&entry.serial),
            revocation_time: offset(entry.at)?,
            reason_code: entry.reason.rcgen(),
            invalidity_date: None,
        });
    }
    let list = CertificateRevocationListParams {
        this_update: offset(params.this_update)?,
        next_update: offset(params.next_update)?,
        crl_number: rcgen::SerialNumber::from(params.number),
        issuing_distribution_point: params.distribution_point.as_ref().map(|(url, scope)| {
            CrlIssuingDistributionPoint {
                distribution_point: CrlDistributionPoint { uris: vec![url.clone()] },
                scope: Some(match scope {
                    Scope::Authorities => CrlScope::CaCertsOnly,
                    Scope::EndEntities => CrlScope::UserCertsOnly,
                }),
            }
        }),
        revoked_certs,
        key_identifier_method: KeyIdMethod::PreSpecified(issuer.key_identifier()),
    };
    let capture = Capture::new(issuer.key.public_key())?;
    rcgen::Issuer::from_ca_cert_der(&issuer.certificate.der().into(), &capture)
        .and_then(|authority| list.signed_by(&authority).map(drop))
        .map_err(rendering)?;
    Ok(capture.seen.into_inner())
}

/// What was read back must be what was asked for, and x509-parser must see the same list.
fn compare(params: &CrlParams, issuer: &Issuer<'_>, list: &Crl) -> Result<(), IssueError> {
    let (rest, theirs) = x509_parser::revocation_list::CertificateRevocationList::from_der(list.der())
        .map_err(|_| IssueError::ReadersDisagree("whether this is a revocation list"))?;
    let entries = theirs.iter_revoked_certificates().zip(&params.revoked).all(|(theirs, asked)| {
        let serial: Vec<u8> = theirs.raw_serial().iter().copied().skip_while(|byte| *byte == 0).collect();
        serial == asked.serial
            && theirs.revocation_date.timestamp() == asked.at.seconds()
            && list.revocation(&serial).is_some_and(|read| *read == (asked.at.whole_second(), asked.reason))
    });
    let count = theirs.iter_revoked_certificates().count();
    let agreed = [
        ("the end", rest.is_empty()),
        ("the issuer", theirs.issuer().as_raw() == list.issuer_der()),
        ("the issuer's name", list.issuer_der() == issuer.certificate.subject_der()),
        ("thisUpdate", theirs.last_update().timestamp() == params.this_update.seconds()),
        ("thisUpdate as read", list.this_update() == params.this_update.whole_second()),
        ("nextUpdate", theirs.next_update().map(|at| at.timestamp()) == Some(params.next_update.seconds())),
        ("nextUpdate as read", list.next_update() == params.next_update.whole_second()),
        ("the number", list.number() == Some(params.number)),
        ("the number of entries", count == params.revoked.len() && list.len() == count),
        ("an entry", entries),
        ("the distribution point", list.distribution_point() == params.distribution_point.as_ref()),
        (
            "the authority key identifier",
            list.authority_key_identifier() == Some(issuer.key_identifier().as_slice()),
        ),
    ];
    match agreed.into_iter().find(|(_, same)| !same) {
        None => Ok(()),
        Some((what, _)) => Err(IssueError::ReadersDisagree(what)),
    }
}
