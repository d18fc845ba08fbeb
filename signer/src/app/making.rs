//! The making of one signature, step by step and without waiting for anyone: lay out the file, fix the attributes, use the
//! key, take the time-stamp, put everything into the file. Each step verifies what it made before it gives it away.
//!
//! Everything here is computed again from the document, the evidence and the certificate, so that an act can go on after a
//! crash from what its row holds.

use pki_core::act::{Evidence, evidence_hash};
use pki_core::bytes::{Hash, write};
use pki_core::cms::{self, CmsError, SignedData};
use pki_core::enrolment::{CertifiedName, Trust};
use pki_core::key::{KeyError, PublicKey, sha256};
use pki_core::oid;
use pki_core::path::{self, PathError, Usage};
use pki_core::revocation::{Crl, CrlError, RevocationError, check_path};
use pki_core::time::Instant;
use pki_core::tsp::{Imprint, Request, ResponseError, Stamp, Token, TokenError, read_response};
use pki_core::x509::Certificate;
use signer_core::ades::pades::{self, PadesError, PrepareParams, Prepared};
use signer_core::ades::pdf::{Pdf, Refusal};
use signer_core::validate::{Anchors, Verdict, validate};
use signer_vault::{Born, VaultError};

/// Why a step did not succeed. None of these is the person's fault; the act starts again or an operator looks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MakingError {
    /// The document is not the one that the person approved: something has changed it since.
    #[error("the document is not the one that was approved")]
    OtherDocument,
    /// The document, which was accepted, is not accepted any more.
    #[error("the document cannot be signed")]
    Document(#[from] Refusal),
    /// The signature does not go into the file.
    #[error("the signature does not go into the file")]
    Pades(#[from] PadesError),
    /// The signature was not made or does not verify.
    #[error("the signature does not hold")]
    Cms(#[from] CmsError),
    /// The vault.
    #[error("the vault did not sign")]
    Vault(#[from] VaultError),
    /// The certificate is not the one that was asked for.
    #[error("the certificate is not the one that was asked for: {0}")]
    Certificate(&'static str),
    /// The certificate does not lead to the root.
    #[error("the certificate does not lead to the root")]
    Path(#[from] PathError),
    /// The time-stamping service said no, or something else than it was asked.
    #[error("there is no time-stamp")]
    Response(#[from] ResponseError),
    /// The time-stamp does not hold.
    #[error("the time-stamp does not hold")]
    Token(#[from] TokenError),
    /// The time-stamp is not within the certificate's life.
    #[error("the time-stamp came too late")]
    TooLate,
    /// A revocation list cannot be read.
    #[error("a revocation list cannot be read")]
    List(#[from] CrlError),
    /// Our own verifier does not say of the finished file what it must.
    #[error("the finished file does not verify: {0}")]
    SelfCheck(String),
    /// A certificate of an authority was revoked, or nothing is known about it.
    #[error("the authorities' status is not known to be good")]
    Revocation(#[from] RevocationError),
}

/// A file laid out for a signature, with the attributes that will be signed but for the certificate.
pub(crate) struct Layout {
    prepared: Prepared,
    draft: cms::Draft,
}

impl Layout {
    /// Lays out `document`, which must be the approved one to the last bit; the same inputs give the same octets.
    pub(crate) fn new(
        document: &[u8],
        evidence: &Evidence,
        signing_time: Instant,
    ) -> Result<Self, MakingError> {
        let approved = evidence.particulars.documents.get(usize::from(evidence.index));
        let approved = approved.filter(|approved| approved.sha256 == sha256(document));
        let approved = approved.ok_or(MakingError::OtherDocument)?;
        let pdf = Pdf::read(document)?;
        let signable = pdf.signable()?;
        let params =
            PrepareParams { signing_time, evidence_len: write(evidence).len(), field_title: &approved.title };
        let prepared = pades::prepare(&signable, &params)?;
        let draft = cms::Draft::document(&prepared.digest(), &evidence_hash(evidence));
        Ok(Self { prepared, draft })
    }

    /// What the certificate must be bound to.
    pub(crate) fn data_tbs_hash(&self) -> Hash {
        self.draft.data_tbs_hash()
    }

    /// Uses the key, once: it is certified, signs and is gone. Gives the signature with certificate and chain in it.
    pub(crate) fn sign(
        self,
        born: Born,
        certificate: &Certificate,
        chain: &[Certificate],
    ) -> Result<SignedData, MakingError> {
        let certified = born.certify(certificate.clone(), &self.draft.data_tbs_hash())?;
        let mut refused = None;
        let signed = self.draft.certified(certificate)?.sign(
            |message| {
                certified.sign_once(message).map_err(|error| {
                    refused = Some(error);
                    KeyError::SigningFailed
                })
            },
            chain,
        );
        match (signed, refused) {
            (_, Some(error)) => Err(error.into()),
            (signed, None) => Ok(signed?),
        }
    }

    /// Puts the finished signature into the file.
    pub(crate) fn fill(self, cms: &SignedData) -> Result<Vec<u8>, MakingError> {
        // A signature of another layout must never get into this file.
        cms.verify_document(self.prepared.digest().as_bytes())?;
        Ok(self.prepared.finish(cms.der())?)
    }
}

/// What a certificate must be.
pub(crate) struct AskedFor<'a> {
    pub(crate) key: &'a PublicKey,
    pub(crate) name: &'a CertifiedName,
    pub(crate) signing_time: Instant,
}

/// The certificate that the authority gave: for this key and name, from exactly this second, under our policy, leading to
/// the root through the authority beside it.
pub(crate) fn check_certificate(
    certificate: &Certificate,
    authority: &Certificate,
    trust: &Trust,
    asked: &AskedFor<'_>,
) -> Result<(), MakingError> {
    if certificate.public_key() != asked.key {
        return Err(MakingError::Certificate("another key"));
    }
    if name(certificate).as_ref() != Some(asked.name) {
        return Err(MakingError::Certificate("another name"));
    }
    // signatures.md §18.8: to the second, or strangers call the signature too early for ever.
    if certificate.not_before() != asked.signing_time {
        return Err(MakingError::Certificate("another beginning"));
    }
    if !certificate.extensions().policies.contains(&oid::POLICY_ONE_SIGNATURE) {
        return Err(MakingError::Certificate("another policy"));
    }
    let candidates = std::slice::from_ref(authority);
    path::validate(certificate, candidates, trust.anchor(), asked.signing_time, Usage::DocumentSigning)?;
    Ok(())
}

fn name(certificate: &Certificate) -> Option<CertifiedName> {
    let subject = certificate.subject_name();
    Some(CertifiedName {
        common: subject.common_name()?.to_owned(),
        given: subject.given_name().map(str::to_owned),
        family: subject.surname().map(str::to_owned),
    })
}

/// What the time-stamp must be over, and the question to the service.
pub(crate) fn stamp_request(signed: &SignedData, nonce: &[u8]) -> Result<Request, MakingError> {
    let imprint = Imprint::of(cms::Digest::Sha256, signed.signature());
    Request::make(&imprint, nonce).map_err(|_| MakingError::Certificate("no question to the clock"))
}

/// The signature with its time-stamp and its evidence. The stamp must lie within the life of the certificate.
pub(crate) fn stamped(
    signed: SignedData,
    request: &Request,
    response: &[u8],
    evidence: &Evidence,
    certificate: &Certificate,
    trust: &Trust,
) -> Result<SignedData, MakingError> {
    let token = read_response(response, request)?;
    let stamp = token.verify(request.imprint(), &[], trust.anchor())?;
    if stamp.at() < certificate.not_before() || stamp.at() > certificate.not_after() {
        return Err(MakingError::TooLate);
    }
    Ok(signed
        .with_unsigned(cms::oids::SIGNATURE_TIME_STAMP, token.der())?
        .with_unsigned(oid::EVIDENCE, &write(evidence))?)
}

/// The path of the time-stamp in a stamped signature.
pub(crate) fn stamp_of(cms: &SignedData, trust: &Trust) -> Result<Stamp, MakingError> {
    let der = cms
        .unsigned(cms::oids::SIGNATURE_TIME_STAMP)
        .ok_or(CmsError::Attribute(cms::oids::SIGNATURE_TIME_STAMP))?;
    let token = Token::read(der)?;
    let imprint = Imprint::of(cms::Digest::Sha256, cms.signature());
    Ok(token.verify(&imprint, &[], trust.anchor())?)
}

/// A finished file and the copy that can be published.
pub(crate) struct Finished {
    pub(crate) octets: Vec<u8>,
    pub(crate) without_evidence: Vec<u8>,
}

/// Adds the validation data (level B-LT): the chain, and a list for every authority below the root and for the
/// time-stamping unit (signatures.md §18.8), each of which must say that all is well. What is given away is what our own
/// verifier calls Genuine, and the copy what it cannot confirm.
pub(crate) fn finish(
    file: &[u8],
    signer: &path::Path,
    stamp: &Stamp,
    lists: &[Vec<u8>],
    check: &SelfCheck<'_>,
) -> Result<Finished, MakingError> {
    let crls: Vec<Crl> = lists.iter().map(|list| Crl::read(list)).collect::<Result<_, _>>()?;
    check_path(signer, &crls, stamp.at())?;
    check_path(stamp.path(), &crls, stamp.at())?;
    let mut certificates: Vec<Vec<u8>> = Vec::new();
    for certificate in signer.chain().iter().chain(stamp.path().chain()) {
        let der = certificate.der().to_vec();
        if !certificates.contains(&der) {
            certificates.push(der);
        }
    }
    let octets = pades::add_dss(file, &certificates, lists)?;
    let without_evidence = pades::without_evidence(&octets)?;
    check.verdict(&octets, Verdict::Genuine)?;
    check.verdict(&without_evidence, Verdict::CannotBeConfirmed)?;
    Ok(Finished { octets, without_evidence })
}

/// What a stranger would say of our own output, asked before anyone gets it.
pub(crate) struct SelfCheck<'a> {
    pub(crate) trust: &'a Trust,
    pub(crate) now: Instant,
}

impl SelfCheck<'_> {
    fn verdict(&self, octets: &[u8], expected: Verdict) -> Result<(), MakingError> {
        let wrong = |why: String| MakingError::SelfCheck(why);
        let anchors = Anchors::of(self.trust.anchor().clone()).map_err(|error| wrong(error.to_string()))?;
        let report = validate(octets, &anchors, self.now);
        if report.verdict() == expected {
            return Ok(());
        }
        let reason = report.reason().map_or_else(|| "no reason".to_owned(), |reason| format!("{reason:?}"));
        Err(wrong(format!("{:?}: {reason}", report.verdict())))
    }
}

/// Addresses of the revocation lists that a finished file must hold, each once.
pub(crate) fn list_addresses(paths: [&path::Path; 2]) -> Vec<String> {
    let mut addresses: Vec<String> = Vec::new();
    for certificate in paths.iter().flat_map(|path| path.chain()) {
        for address in &certificate.extensions().crl_distribution_points {
            if !addresses.contains(address) {
                addresses.push(address.clone());
            }
        }
    }
    addresses
}
