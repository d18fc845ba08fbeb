//! What is true of a file, as values: the verdict in three words, the facts that were proved, each check with its clause.

use pki_core::bytes::Hash;
use pki_core::time::Instant;

use super::Finding;

/// What a person is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Every check passed (TOTAL-PASSED).
    Genuine,
    /// Nothing is wrong, but something is missing (INDETERMINATE).
    CannotBeConfirmed,
    /// Something is wrong (TOTAL-FAILED).
    NotGenuine,
}

impl Verdict {
    /// The main indication of EN 319 102-1 §4.3.
    #[must_use]
    pub const fn indication(self) -> &'static str {
        match self {
            Self::Genuine => "TOTAL-PASSED",
            Self::CannotBeConfirmed => "INDETERMINATE",
            Self::NotGenuine => "TOTAL-FAILED",
        }
    }
}

/// A step of the validation process (EN 319 102-1 §5), or one of our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// §5.2.2 Format checking.
    Format,
    /// §5.2.3 Identification of the signing certificate.
    Identification,
    /// §5.2.7 Cryptographic verification.
    Cryptography,
    /// §5.4 Validation of the time-stamp.
    TimeStamp,
    /// §5.2.6 X.509 certificate validation.
    Chain,
    /// §5.2.5, §5.2.6.4 Revocation, from the data in the file.
    Revocation,
    /// §5.2.8 Signature acceptance, with the binding of the one-signature certificate.
    Acceptance,
    /// Our policy: the evidence, in all its points.
    Evidence,
    /// §5.2.2 and ISO 32000-1 §12.8.1: what was saved together with the signature and after it.
    Changes,
    /// §5.2.4: what else stands in the validation data.
    ValidationData,
}

impl Step {
    /// All of them, in the order in which they are taken.
    pub const ALL: [Self; 10] = [
        Self::Format,
        Self::Identification,
        Self::Cryptography,
        Self::TimeStamp,
        Self::Chain,
        Self::Revocation,
        Self::Acceptance,
        Self::Evidence,
        Self::Changes,
        Self::ValidationData,
    ];

    /// The clause that asks for it.
    #[must_use]
    pub const fn clause(self) -> &'static str {
        match self {
            Self::Format => "EN 319 102-1 5.2.2",
            Self::Identification => "EN 319 102-1 5.2.3",
            Self::ValidationData => "EN 319 102-1 5.2.4",
            Self::Revocation => "EN 319 102-1 5.2.5",
            Self::Chain => "EN 319 102-1 5.2.6",
            Self::Cryptography => "EN 319 102-1 5.2.7",
            Self::Acceptance => "EN 319 102-1 5.2.8",
            Self::TimeStamp => "EN 319 102-1 5.4",
            Self::Evidence => "docs/formats.md 1",
            Self::Changes => "ISO 32000-1 12.8.1",
        }
    }

    /// Its name in a message catalogue.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Identification => "identification",
            Self::Cryptography => "cryptography",
            Self::TimeStamp => "time-stamp",
            Self::Chain => "chain",
            Self::Revocation => "revocation",
            Self::Acceptance => "acceptance",
            Self::Evidence => "evidence",
            Self::Changes => "changes",
            Self::ValidationData => "validation-data",
        }
    }
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// PASSED.
    Passed,
    /// INDETERMINATE.
    Indeterminate(Finding),
    /// FAILED.
    Failed(Finding),
}

impl Outcome {
    /// What was found, where it did not pass.
    #[must_use]
    pub const fn finding(&self) -> Option<&Finding> {
        match self {
            Self::Passed => None,
            Self::Indeterminate(finding) | Self::Failed(finding) => Some(finding),
        }
    }

    /// The word of EN 319 102-1 for one building block.
    #[must_use]
    pub const fn indication(&self) -> &'static str {
        match self {
            Self::Passed => "PASSED",
            Self::Indeterminate(_) => "INDETERMINATE",
            Self::Failed(_) => "FAILED",
        }
    }
}

/// A step that was taken. Steps that were not reached, because an earlier one failed, are not in the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Which.
    pub step: Step,
    /// How it ended.
    pub outcome: Outcome,
}

/// Who signed, as the certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// Common name.
    pub name: String,
    /// Random for each act; leads to the person only with the authority's help.
    pub serial_number: Option<String>,
    /// The authority that certified.
    pub authority: Option<String>,
    /// Whether the certificate leads to a given root. Without that, name and authority are what the file claims.
    pub vouched: bool,
    /// Whether the certificate is marked as one of a sandbox, where no person is real.
    pub sandbox: bool,
}

/// How sure the officers were. Computed from the record that they approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assurance {
    /// `urn:chancery:sandbox:substantial`: never a real level.
    Sandbox,
    /// At a desk, with documents.
    Desk,
    /// A proofing that this verifier does not know.
    Unknown,
}

/// What the person approved. Only evidence that is right in all its points gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// `R26-XXXX-XXXX`.
    pub receipt: String,
    /// Who asked, as the signing service's register names them.
    pub requester: String,
    /// The same, as it was shown.
    pub requester_name: String,
    /// What for.
    pub purpose: String,
    /// The document's title.
    pub title: String,
    /// The document as it was shown: its first octets in this file.
    pub size: u32,
    /// Their SHA-256.
    pub sha256: Hash,
    /// Pages.
    pub pages: u16,
    /// How sure the officers were of the person.
    pub assurance: Assurance,
    /// How many officers approved the person.
    pub officers: usize,
}

/// Level of the signature as it was found (EN 319 142-1 §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// PAdES-B-B.
    B,
    /// PAdES-B-T: the time is proved.
    T,
    /// PAdES-B-LT: everything that is needed later is inside.
    Lt,
}

impl Level {
    /// As EN 319 142-1 writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::B => "PAdES-B-B",
            Self::T => "PAdES-B-T",
            Self::Lt => "PAdES-B-LT",
        }
    }
}

/// One signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureReport {
    /// Every step that was taken, in the order of the standard.
    pub checks: Vec<Check>,
    /// Who, once the signature value holds.
    pub signer: Option<Signer>,
    /// When, as the file claims.
    pub claimed_at: Option<Instant>,
    /// By when, as a time-stamp proves.
    pub proved_at: Option<Instant>,
    /// Its level.
    pub level: Option<Level>,
    /// What was approved, once the evidence is right.
    pub act: Option<Act>,
    /// How many octets it covers, from the start of the file.
    pub covers: Option<usize>,
}

impl SignatureReport {
    /// In three words.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let failed = |check: &Check| matches!(check.outcome, Outcome::Failed(_));
        let open = |check: &Check| matches!(check.outcome, Outcome::Indeterminate(_));
        if self.checks.iter().any(failed) {
            Verdict::NotGenuine
        } else if self.checks.iter().any(open) || self.checks.is_empty() {
            Verdict::CannotBeConfirmed
        } else {
            Verdict::Genuine
        }
    }

    /// What decided: the first failure, or else what is missing. Where the root is unknown, that is the reason for
    /// everything else that is open.
    #[must_use]
    pub fn reason(&self) -> Option<&Finding> {
        let failed = self.checks.iter().find_map(|check| match &check.outcome {
            Outcome::Failed(finding) => Some(finding),
            _ => None,
        });
        let open = || self.checks.iter().filter_map(|check| check.outcome.finding());
        let unknown_root = || open().find(|finding| matches!(finding, Finding::UnknownRoot(_)));
        failed.or_else(unknown_root).or_else(|| open().next())
    }
}

/// What was found in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contents {
    /// Not a PDF that everyone reads in the same way.
    Unreadable(Finding),
    /// A PDF without a signature.
    NoSignature,
    /// At least one, in the order in which they were made.
    Signatures(Vec<SignatureReport>),
}

/// All that is true of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// SHA-256 of the whole file.
    pub file_sha256: Hash,
    /// Its octets.
    pub file_size: usize,
    /// What is in it.
    pub contents: Contents,
}

impl Report {
    /// In three words, for the whole file: as good as its worst signature.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match &self.contents {
            Contents::Unreadable(_) => Verdict::NotGenuine,
            Contents::NoSignature => Verdict::CannotBeConfirmed,
            Contents::Signatures(signatures) => {
                signatures.iter().map(SignatureReport::verdict).max().unwrap_or(Verdict::CannotBeConfirmed)
            }
        }
    }

    /// What decided.
    #[must_use]
    pub fn reason(&self) -> Option<&Finding> {
        match &self.contents {
            Contents::Unreadable(finding) => Some(finding),
            Contents::NoSignature => Some(&Finding::NoSignature),
            Contents::Signatures(signatures) => {
                let verdict = self.verdict();
                signatures
                    .iter()
                    .find(|signature| signature.verdict() == verdict)
                    .and_then(SignatureReport::reason)
            }
        }
    }

    /// The signatures.
    #[must_use]
    pub fn signatures(&self) -> &[SignatureReport] {
        match &self.contents {
            Contents::Signatures(signatures) => signatures,
            _ => &[],
        }
    }
}
