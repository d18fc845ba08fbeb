//! Is this signed file genuine: one pure function from octets, given roots and an instant to a [`Report`].
//!
//! The validation process of EN 319 102-1 (basic, time-stamp, with time), narrowed to what we make: PAdES with a
//! one-signature certificate, a time-stamp, validation data and evidence. Nothing is fetched: everything that a verdict
//! needs is in the file or is given, so there is no step that could ask for more; what is missing is
//! [`Verdict::CannotBeConfirmed`]. The same octets, roots and instant give the same report everywhere.

mod anchors;
mod finding;
mod report;
mod signature;

pub use anchors::{Anchors, AnchorsError};
pub use finding::{Finding, ValidationDataError};
pub use report::{
    Act, Assurance, Check, Contents, Level, Outcome, Report, SignatureReport, Signer, Step, Verdict,
};

use std::cell::OnceCell;

use pki_core::key::sha256;
use pki_core::revocation::Crl;
use pki_core::time::Instant;
use pki_core::x509::Certificate;

use self::signature::{Examination, Examined};
use crate::ades::changes::{Change, classify};
use crate::ades::pades::DSS_ENTRIES_MAX;
use crate::ades::pdf::{Dictionary, Object, Pdf, Refusal};
use crate::ades::signature::{Claimed, claimed};

/// Signatures in one file. Each is examined from its first octet, so the work is bounded by this.
pub const SIGNATURES_MAX: usize = 50;

/// What is true of a file, from the given roots, at an instant.
#[must_use]
pub fn validate(file: &[u8], anchors: &Anchors, at: Instant) -> Report {
    let contents = match examine(file, anchors, at) {
        Ok(signatures) if signatures.is_empty() => Contents::NoSignature,
        Ok(signatures) => Contents::Signatures(signatures),
        Err(Refusal::NoHeader) => Contents::Unreadable(Finding::NotAPdf),
        Err(refusal) => Contents::Unreadable(Finding::Unreadable(refusal)),
    };
    Report { file_sha256: sha256(file), file_size: file.len(), contents }
}

fn examine(file: &[u8], anchors: &Anchors, at: Instant) -> Result<Vec<SignatureReport>, Refusal> {
    let pdf = Pdf::read(file)?;
    let claims = claimed(&pdf)?;
    if claims.is_empty() {
        // A file without signatures must still be one that can be read.
        pdf.pages()?;
        return Ok(Vec::new());
    }
    if claims.len() > SIGNATURES_MAX {
        return Err(Refusal::TooManyRevisions);
    }
    let context = Context { pdf: &pdf, at, changes: OnceCell::new(), data: OnceCell::new() };
    let examined: Vec<Examined> = claims.iter().map(|claim| context.examine(claim, anchors)).collect();
    if examined.iter().all(|examined| examined.report.verdict() == Verdict::NotGenuine) {
        return Ok(examined.into_iter().map(|examined| examined.report).collect());
    }
    let data = context.data();
    let check = match data {
        Ok(data) if data.stray(&examined) => Some(Finding::Stray),
        Ok(_) => None,
        Err(error) => Some(Finding::ValidationData(error.clone())),
    };
    let outcome = check.map_or(Outcome::Passed, Outcome::Indeterminate);
    Ok(examined
        .into_iter()
        .map(|examined| {
            let mut report = examined.report;
            if report.verdict() != Verdict::NotGenuine {
                report.checks.push(Check { step: Step::ValidationData, outcome: outcome.clone() });
            }
            report
        })
        .collect())
}

/// What all signatures of a file share, read when the first of them asks for it.
struct Context<'e, 'a> {
    pdf: &'e Pdf<'a>,
    at: Instant,
    changes: OnceCell<Vec<Option<Change>>>,
    data: OnceCell<Result<ValidationData, ValidationDataError>>,
}

/// Stands where validation data cannot be read; that it cannot is in the report.
static NO_DATA: ValidationData = ValidationData { certificates: Vec::new(), crls: Vec::new() };

impl<'e, 'a> Context<'e, 'a> {
    /// Under the root that the signature leads to, or else under the first one.
    fn examine(&'e self, claim: &Claimed<'_>, anchors: &'e Anchors) -> Examined {
        let mut first = None;
        for root in anchors.roots() {
            let examined = Examination::new(self, Some(root)).run(claim);
            if !examined.unknown_root() {
                return examined;
            }
            first.get_or_insert(examined);
        }
        first.unwrap_or_else(|| Examination::new(self, None).run(claim))
    }

    fn data(&self) -> &Result<ValidationData, ValidationDataError> {
        self.data.get_or_init(|| ValidationData::read(self.pdf))
    }

    fn certificates(&self) -> &[Certificate] {
        &self.data().as_ref().unwrap_or(&NO_DATA).certificates
    }

    fn crls(&self) -> &[Crl] {
        &self.data().as_ref().unwrap_or(&NO_DATA).crls
    }

    /// For each revision, why it is not an allowed save.
    fn changes(&self) -> &[Option<Change>] {
        self.changes.get_or_init(|| {
            (0..self.pdf.revisions().len()).map(|index| classify(self.pdf, index).err()).collect()
        })
    }
}

/// `/DSS` as it stands in the newest revision. Nothing in it is believed until it was verified.
#[derive(Debug, Default)]
struct ValidationData {
    certificates: Vec<Certificate>,
    crls: Vec<Crl>,
}

impl ValidationData {
    fn read(pdf: &Pdf<'_>) -> Result<Self, ValidationDataError> {
        let catalog = pdf.catalog_at(pdf.revisions().len()).map_err(|_| ValidationDataError::Dictionary)?;
        let dss = match catalog.get("DSS").map(|dss| pdf.resolve(dss)) {
            None | Some(Object::Null) => return Ok(Self::default()),
            Some(Object::Dictionary(dss)) => dss,
            Some(_) => return Err(ValidationDataError::Dictionary),
        };
        let mut data = Self::default();
        for der in streams(pdf, dss, "Certs")? {
            data.certificates.push(Certificate::read(der)?);
        }
        for der in streams(pdf, dss, "CRLs")? {
            data.crls.push(Crl::read(der)?);
        }
        Ok(data)
    }

    /// Whether anything in it, or in a signature, belongs to no path of any signature: then its octets are proved by
    /// nothing. Can be said only where every path is known.
    fn stray(&self, examined: &[Examined]) -> bool {
        if examined.iter().any(|examined| examined.paths.len() < 2) {
            return false;
        }
        let used: Vec<&Certificate> =
            examined.iter().flat_map(|examined| &examined.paths).flat_map(|path| path.chain()).collect();
        let carried = examined.iter().flat_map(|examined| &examined.carried);
        let certificate = carried.chain(&self.certificates).any(|certificate| !used.contains(&certificate));
        let list =
            self.crls.iter().any(|crl| !used.iter().any(|issuer| crl.verify_signed_by(issuer).is_ok()));
        certificate || list
    }
}

fn streams<'p>(
    pdf: &'p Pdf<'_>,
    dss: &'p Dictionary,
    key: &str,
) -> Result<Vec<&'p [u8]>, ValidationDataError> {
    let items = match dss.get(key).map(|items| pdf.resolve(items)) {
        None | Some(Object::Null) => return Ok(Vec::new()),
        Some(Object::Array(items)) if items.len() <= DSS_ENTRIES_MAX => items,
        Some(_) => return Err(ValidationDataError::Dictionary),
    };
    let stream = |item: &'p Object| match pdf.resolve(item) {
        Object::Stream(stream) if !stream.dictionary.has("Filter") => pdf.bytes().get(stream.data.clone()),
        _ => None,
    };
    items.iter().map(|item| stream(item).ok_or(ValidationDataError::Dictionary)).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod country;
#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
mod tests;
