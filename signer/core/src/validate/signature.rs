//! One signature, step by step, in the order of EN 319 102-1 §5.5: each step either gives what the next one needs, or
//! leaves its finding in the report. A failure ends the examination; something missing does not.

use pki_core::act::{CheckedEvidence, Evidence, EvidenceContext, EvidenceError, check_evidence};
use pki_core::bytes;
use pki_core::cms::{self, CmsError, Digest, DocumentBinding, SignedData, Verified};
use pki_core::enrolment::CertifiedName;
use pki_core::key::{hash_parts, sha256};
use pki_core::oid;
use pki_core::path::{self, Path, PathError, Usage};
use pki_core::revocation::{RevocationError, check_path};
use pki_core::time::Instant;
use pki_core::tsp::{Imprint, Stamp, Token, TokenError};
use pki_core::x509::Certificate;

use super::report::{Act, Assurance, Check, Level, Outcome, SignatureReport, Signer, Step};
use super::{Context, Finding};
use crate::ades::pades::pdf_date;
use crate::ades::pdf::Object;
use crate::ades::signature::{Claimed, Framed};

/// How far the clock of the time-stamping unit may be ahead of the clock of the one who checks.
const CLOCK_SECONDS_MAX: i64 = 60;
/// Longest life of a certificate that cannot be revoked (EN 319 412-1 §5.2: shorter than a revocation may take).
const SHORT_LIFE_SECONDS_MAX: i64 = 86_400;

/// A report, and what the file as a whole needs to know.
pub(super) struct Examined {
    pub(super) report: SignatureReport,
    /// The signer's path and the time-stamp's, as far as they were found.
    pub(super) paths: Vec<Path>,
    /// Every certificate inside the signature and its time-stamp.
    pub(super) carried: Vec<Certificate>,
}

impl Examined {
    /// Whether another root might have done better.
    pub(super) fn unknown_root(&self) -> bool {
        let unknown = |check: &Check| {
            matches!(check.outcome.finding(), Some(Finding::UnknownRoot(_) | Finding::TimeStampUnit(_)))
        };
        self.report.checks.iter().any(unknown)
    }
}

/// The examination ended with a failure, which is in the report.
struct Ended;

pub(super) struct Examination<'e, 'a> {
    context: &'e Context<'e, 'a>,
    root: Option<&'e Certificate>,
    examined: Examined,
}

impl<'e, 'a> Examination<'e, 'a> {
    pub(super) fn new(context: &'e Context<'e, 'a>, root: Option<&'e Certificate>) -> Self {
        let report = SignatureReport {
            checks: Vec::new(),
            signer: None,
            claimed_at: None,
            proved_at: None,
            level: None,
            act: None,
            covers: None,
        };
        let examined = Examined { report, paths: Vec::new(), carried: Vec::new() };
        Self { context, root, examined }
    }

    pub(super) fn run(mut self, claim: &Claimed<'_>) -> Examined {
        // `Ended` says that the report holds a failure; there is nothing else to do with it.
        let _: Result<(), Ended> = self.steps(claim);
        self.examined
    }

    fn steps(&mut self, claim: &Claimed<'_>) -> Result<(), Ended> {
        let framed = match claim.frame(self.context.pdf) {
            Ok(framed) => framed,
            Err(error) => return self.fail(Step::Format, Finding::Frame(error)),
        };
        let signed = match SignedData::read_padded(&framed.space) {
            Ok(signed) => signed,
            Err(error) => return self.fail(Step::Format, Finding::Form(error)),
        };
        self.pass(Step::Format);
        self.examined.report.covers = Some(framed.end);
        self.examined.carried.extend_from_slice(signed.certificates());
        let verified = self.verify(&signed, &framed)?;
        self.evidence_is_signed_for(&signed, &verified)?;
        self.examined.report.level = Some(Level::B);
        let stamp = self.time_stamp(&signed)?;
        let path = self.chain(&signed, &verified, stamp.as_ref())?;
        let unrevoked = self.revocation(path.as_ref(), stamp.as_ref())?;
        self.acceptance(&signed, &verified, path.as_ref(), stamp.as_ref(), &framed)?;
        self.examined.report.level = match (&stamp, unrevoked) {
            (Some(_), true) => Some(Level::Lt),
            (Some(_), false) => Some(Level::T),
            (None, _) => Some(Level::B),
        };
        let evidence = self.evidence(&signed, &verified, path.as_ref(), &framed)?;
        self.changes(&framed, evidence.is_some())
    }

    fn check(&mut self, step: Step, outcome: Outcome) {
        self.examined.report.checks.push(Check { step, outcome });
    }

    fn pass(&mut self, step: Step) {
        self.check(step, Outcome::Passed);
    }

    fn miss(&mut self, step: Step, finding: Finding) {
        self.check(step, Outcome::Indeterminate(finding));
    }

    fn fail<T>(&mut self, step: Step, finding: Finding) -> Result<T, Ended> {
        self.check(step, Outcome::Failed(finding));
        Err(Ended)
    }

    /// §5.2.3 and §5.2.7: one function of `pki_core` decides both; its error says which of them failed.
    fn verify(&mut self, signed: &SignedData, framed: &Framed<'_>) -> Result<Verified, Ended> {
        let file = self.context.pdf.bytes();
        let before = file.get(..framed.hole.start).unwrap_or_default();
        let after = file.get(framed.hole.end..framed.end).unwrap_or_default();
        let digest = match signed.digest() {
            Digest::Sha256 => hash_parts(&[before, after]).as_bytes().to_vec(),
            other => other.of(&[before, after].concat()),
        };
        let verified = match signed.verify_document(&digest) {
            Ok(verified) => verified,
            Err(error @ CmsError::SigningCertificate) => {
                return self.fail(Step::Identification, Finding::SigningCertificate(error));
            }
            Err(error @ CmsError::DigestMismatch) => {
                return self.fail(Step::Cryptography, Finding::Document(error));
            }
            Err(error @ CmsError::SignatureMismatch) => {
                return self.fail(Step::Cryptography, Finding::Value(error));
            }
            Err(error) => return self.fail(Step::Acceptance, Finding::Form(error)),
        };
        self.pass(Step::Identification);
        self.pass(Step::Cryptography);
        let name = verified.signer().subject_name();
        let authority = verified.signer().issuer_name();
        self.examined.report.signer = Some(Signer {
            name: name.common_name().unwrap_or_default().to_owned(),
            serial_number: name.serial_number().map(str::to_owned),
            authority: authority.common_name().or_else(|| authority.organization()).map(str::to_owned),
            vouched: false,
            sandbox: verified.signer().extensions().policies.contains(&oid::POLICY_SANDBOX),
        });
        Ok(verified)
    }

    /// §5.4, with the unit's path to the same root. The unit's certificate must not have ended: nothing here renews it.
    fn time_stamp(&mut self, signed: &SignedData) -> Result<Option<Stamp>, Ended> {
        let step = Step::TimeStamp;
        let Some(der) = signed.unsigned(cms::oids::SIGNATURE_TIME_STAMP) else {
            self.miss(step, Finding::NoTimeStamp);
            return Ok(None);
        };
        let token = match Token::read(der) {
            Ok(token) => token,
            Err(error) => return self.fail(step, Finding::TimeStamp(error)),
        };
        self.examined.carried.extend_from_slice(token.certificates());
        let imprint = Imprint::of(token.imprint().digest(), signed.signature());
        let known = self.context.certificates();
        let Some(root) = self.root else {
            return match token.verify_signature(&imprint, known) {
                Ok(_) => {
                    self.miss(step, Finding::TimeStampUnit(TokenError::Path(PathError::Root)));
                    Ok(None)
                }
                Err(error) => self.fail(step, Finding::TimeStamp(error)),
            };
        };
        let stamp = match token.verify(&imprint, known, root) {
            Ok(stamp) => stamp,
            Err(error @ TokenError::Path(PathError::NoIssuer { .. } | PathError::Signature { .. })) => {
                self.miss(step, Finding::TimeStampUnit(error));
                return Ok(None);
            }
            Err(error @ TokenError::Path(_)) => {
                self.miss(step, Finding::TimeStamp(error));
                return Ok(None);
            }
            Err(error) => return self.fail(step, Finding::TimeStamp(error)),
        };
        self.examined.paths.push(stamp.path().clone());
        if stamp.at().seconds_since(self.context.at) > CLOCK_SECONDS_MAX {
            self.miss(step, Finding::TimeStampInFuture);
            return Ok(None);
        }
        let unit_ended = stamp.path().chain().first().is_none_or(|unit| unit.not_after() < self.context.at);
        if unit_ended {
            self.miss(step, Finding::TimeStampEnded);
            return Ok(None);
        }
        if let Err(error) = check_path(stamp.path(), self.context.crls(), stamp.at()) {
            self.miss(step, Finding::TimeStampRevocation(error));
            return Ok(None);
        }
        self.pass(step);
        self.examined.report.proved_at = Some(stamp.at());
        Ok(Some(stamp))
    }

    /// §5.2.6 at the best signature time (§5.5): when the time-stamp proves that the signature existed, or else now.
    fn chain(
        &mut self,
        signed: &SignedData,
        verified: &Verified,
        stamp: Option<&Stamp>,
    ) -> Result<Option<Path>, Ended> {
        let step = Step::Chain;
        let Some(root) = self.root else {
            self.miss(step, Finding::UnknownRoot(PathError::Root));
            return Ok(None);
        };
        let candidates = [signed.certificates(), self.context.certificates()].concat();
        let at = stamp.map_or(self.context.at, Stamp::at);
        match path::validate(verified.signer(), &candidates, root, at, Usage::DocumentSigning) {
            Ok(path) => {
                self.pass(step);
                self.examined.paths.push(path.clone());
                if let Some(signer) = &mut self.examined.report.signer {
                    signer.vouched = true;
                }
                Ok(Some(path))
            }
            Err(error @ (PathError::NoIssuer { .. } | PathError::Signature { .. } | PathError::Root)) => {
                self.miss(step, Finding::UnknownRoot(error));
                Ok(None)
            }
            // §5.5.4: proved to exist before its certificate was valid.
            Err(error @ PathError::NotYetValid { depth: 0 }) if stamp.is_some() => {
                self.fail(step, Finding::TooEarly(error))
            }
            Err(error) => {
                self.miss(step, Finding::Chain(error));
                Ok(None)
            }
        }
    }

    /// §5.2.5: from the lists in the file alone, at the best signature time. Whether everything below the root is known
    /// not to be revoked.
    fn revocation(&mut self, path: Option<&Path>, stamp: Option<&Stamp>) -> Result<bool, Ended> {
        let Some(path) = path else { return Ok(false) };
        match check_path(path, self.context.crls(), stamp.map_or(self.context.at, Stamp::at)) {
            Ok(_) => {
                self.pass(Step::Revocation);
                Ok(true)
            }
            Err(error @ RevocationError::Revoked { depth: 0, .. }) if stamp.is_some() => {
                self.fail(Step::Revocation, Finding::Revoked(error))
            }
            Err(error @ RevocationError::Revoked { .. }) => {
                self.miss(Step::Revocation, Finding::Revoked(error));
                Ok(false)
            }
            Err(error) => {
                self.miss(Step::Revocation, Finding::Revocation(error));
                Ok(false)
            }
        }
    }

    /// §5.2.8: policy, binding, times, attributes.
    fn acceptance(
        &mut self,
        signed: &SignedData,
        verified: &Verified,
        path: Option<&Path>,
        stamp: Option<&Stamp>,
        framed: &Framed<'_>,
    ) -> Result<(), Ended> {
        const KNOWN: [const_oid::ObjectIdentifier; 2] = [cms::oids::SIGNATURE_TIME_STAMP, oid::EVIDENCE];
        let step = Step::Acceptance;
        let signer = verified.signer();
        // draft-ietf-lamps-one-signature-certs: validators SHOULD check the binding; this one always does.
        match verified.binding() {
            DocumentBinding::Broken => return self.fail(step, Finding::OtherBinding),
            DocumentBinding::Holds => {}
            DocumentBinding::Absent | DocumentBinding::Unknown(_) => {
                self.miss(step, Finding::NotBound);
                return Ok(());
            }
        }
        let claimed = claimed_time(framed);
        self.examined.report.claimed_at = claimed;
        let unknown = signed.unsigned_attributes().iter().find(|attribute| !KNOWN.contains(&attribute.kind));
        let named = signer.extensions().policies.contains(&oid::POLICY_ONE_SIGNATURE);
        let asserted = path.is_none_or(|path| path.asserts(oid::POLICY_ONE_SIGNATURE));
        let life = signer.not_after().seconds_since(signer.not_before());
        let finding = if let Some(attribute) = unknown {
            Some(Finding::UnknownAttribute(attribute.kind))
        } else if !named || !asserted {
            Some(Finding::OtherPolicy)
        } else if life > SHORT_LIFE_SECONDS_MAX {
            Some(Finding::LongLife)
        } else if claimed != Some(signer.not_before()) {
            // The signing time is fixed before the certificate exists; the certificate begins at exactly that second.
            Some(Finding::SigningTime)
        } else if stamp.is_some_and(|stamp| stamp.at().whole_second() < signer.not_before()) {
            Some(Finding::TimesContradict)
        } else {
            None
        };
        match finding {
            None => self.pass(step),
            Some(finding) => self.miss(step, finding),
        }
        Ok(())
    }

    /// Point 9 of the evidence needs no root: an attribute that was signed names these octets.
    fn evidence_is_signed_for(&mut self, signed: &SignedData, verified: &Verified) -> Result<(), Ended> {
        match (signed.unsigned(oid::EVIDENCE), verified.evidence_hash()) {
            (Some(_), None) => self.fail(Step::Evidence, Finding::EvidenceUnexpected),
            (Some(der), Some(hash)) if sha256(der) != *hash => {
                self.fail(Step::Evidence, Finding::Evidence(EvidenceError::Attribute))
            }
            _ => Ok(()),
        }
    }

    /// `docs/formats.md` §1, "Checks of evidence": missing means Cannot be confirmed, wrong means Not genuine. Without a
    /// path to the root there is nobody to check it from.
    fn evidence(
        &mut self,
        signed: &SignedData,
        verified: &Verified,
        path: Option<&Path>,
        framed: &Framed<'_>,
    ) -> Result<Option<CheckedEvidence>, Ended> {
        let step = Step::Evidence;
        let (der, hash) = match (signed.unsigned(oid::EVIDENCE), verified.evidence_hash()) {
            (Some(der), Some(hash)) => (der, hash),
            (_, None) | (None, _) => {
                self.miss(step, Finding::EvidenceMissing);
                return Ok(None);
            }
        };
        let evidence: Evidence = match bytes::read("Evidence", der) {
            Ok(evidence) => evidence,
            Err(error) => return self.fail(step, Finding::EvidenceUnreadable(error)),
        };
        let (Some(_), Some(root), Some(signing_time)) = (path, self.root, claimed_time(framed)) else {
            return Ok(None);
        };
        let Some(shown) = self.shown(&evidence, framed) else { return self.fail(step, Finding::OtherLength) };
        let signer = verified.signer();
        let name = signer.subject_name();
        let certificate_name = CertifiedName {
            common: name.common_name().unwrap_or_default().to_owned(),
            given: name.given_name().map(str::to_owned),
            family: name.surname().map(str::to_owned),
        };
        let context = EvidenceContext {
            document_sha256: sha256(shown),
            certificate_name: &certificate_name,
            certificate_policies: &signer.extensions().policies,
            signature_algorithm: signer.public_key().algorithm().oid(),
            signing_time,
            evidence_hash_attribute: *hash,
        };
        match check_evidence(&evidence, root.public_key(), &context) {
            Ok(checked) => {
                self.pass(step);
                self.examined.report.act = act(&checked);
                Ok(Some(checked))
            }
            Err(error) => self.fail(step, Finding::Evidence(error)),
        }
    }

    /// The octets before the signature's increment, as long as the evidence says: the revision before, with or without
    /// the end of line after its `%%EOF`, which belongs to the increment where the document had none.
    fn shown(&self, evidence: &Evidence, framed: &Framed<'_>) -> Option<&'a [u8]> {
        let document = evidence.particulars.documents.get(usize::from(evidence.index))?;
        let size = usize::try_from(document.size).ok()?;
        let before = self.context.pdf.revisions().get(framed.revision.checked_sub(1)?)?;
        let whole = size == before.end() || size == before.eof();
        self.context.pdf.bytes().get(..size).filter(|_| whole)
    }

    /// Only the signature stands in its save, and only allowed saves follow it.
    fn changes(&mut self, framed: &Framed<'_>, evident: bool) -> Result<(), Ended> {
        let step = Step::Changes;
        let change = |index: usize| self.context.changes().get(index).and_then(Option::as_ref);
        let own = change(framed.revision).cloned();
        let later = (framed.revision + 1..self.context.changes().len()).find_map(change).cloned();
        match (later, own) {
            (Some(change), _) => self.fail(step, Finding::ChangedAfter(change)),
            // With our evidence it is ours, and ours is laid out in one way.
            (None, Some(change)) if evident => self.fail(step, Finding::Layout(change)),
            (None, Some(change)) => {
                self.miss(step, Finding::Layout(change));
                Ok(())
            }
            (None, None) => {
                self.pass(step);
                Ok(())
            }
        }
    }
}

/// `/M`, in the one form that we write.
fn claimed_time(framed: &Framed<'_>) -> Option<Instant> {
    let Some(Object::Text(written)) = framed.dictionary.get("M") else { return None };
    let digits = written.bytes.strip_prefix(b"D:")?.strip_suffix(b"Z")?;
    let text = std::str::from_utf8(digits).ok().filter(|text| text.len() == 14)?;
    let number = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<u16>().ok());
    let small = |from: usize| number(from, from + 2).and_then(|value| u8::try_from(value).ok());
    let time =
        der::DateTime::new(number(0, 4)?, small(4)?, small(6)?, small(8)?, small(10)?, small(12)?).ok()?;
    let at = Instant::from_seconds(i64::try_from(time.unix_duration().as_secs()).ok()?);
    // "+1" is a number for `parse`; only the exact form is ours.
    (pdf_date(at).as_bytes() == written.bytes).then_some(at)
}

fn act(checked: &CheckedEvidence) -> Option<Act> {
    let document = checked.document()?;
    let particulars = &checked.evidence().particulars;
    let record = checked.statement().record();
    let assurance = match record.policy {
        policy if policy == oid::PROOFING_SANDBOX || record.sandbox => Assurance::Sandbox,
        policy if policy == oid::PROOFING_DESK => Assurance::Desk,
        _ => Assurance::Unknown,
    };
    Some(Act {
        receipt: checked.receipt().to_string(),
        requester: particulars.requester.clone(),
        requester_name: particulars.requester_name.clone(),
        purpose: particulars.purpose.clone(),
        title: document.title.clone(),
        size: document.size,
        sha256: document.sha256,
        pages: document.pages,
        assurance,
        officers: checked.statement().statement().tbs.approvals.len(),
    })
}
