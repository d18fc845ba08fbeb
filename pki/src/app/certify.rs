//! One certificate for one approved signature: the second independent check of a person's passkey.
//!
//! This house sees the request and the hash of what it is about, never the document or who asks. The transaction that
//! inserts the serial first touches the person's row `WHERE status = 'active'`: its commit is the point of no return.

use pki_core::act::{Abandonment, ActError, CertificateRequest, check_approval};
use pki_core::bytes::{BytesError, Hash, read, write};
use pki_core::enrolment::{CheckedStatement, check_statement};
use pki_core::issue::{self, Issuer, OneSignatureParams, PersonName, Serial, random_subject_serial};
use pki_core::key::{Algorithm, PublicKey, random_hash};
use pki_core::log::LeafKind;
use pki_core::time::Instant;

use super::{App, Fault, registry};
use crate::store::certificates::{self, CertificateRow};
use crate::store::people::PersonRow;
use crate::store::{leaves, people};

/// A signing time is now, or as much earlier as the signer needed to ask.
const SIGNING_TIME_AGE_SECONDS_MAX: i64 = 60;
/// An approval is fresh for a replacement for so long after its first certificate.
const REPLACEMENT_SECONDS_MAX: i64 = 60;

/// Why there is no certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CertifyError {
    /// Not a request of this version.
    #[error("the request cannot be read")]
    Malformed(#[from] BytesError),
    /// A version, an index or an attempt that cannot be.
    #[error("the request's {0} is out of range")]
    Range(&'static str),
    /// The key is not P-256.
    #[error("the key is of a kind that is not certified")]
    Key,
    /// No such statement.
    #[error("nobody is enrolled under this statement")]
    UnknownPerson,
    /// The person is not active.
    #[error("the person's identity is stopped")]
    NotActive,
    /// The approval is not good.
    #[error("the approval is not good")]
    Approval(#[from] ActError),
    /// The signing time is not now.
    #[error("the signing time is not now")]
    SigningTime,
    /// Another request was certified under this approval.
    #[error("this approval was used for another request")]
    ApprovalUsed {
        /// Of the certificate that exists.
        serial: Serial,
    },
    /// The key was certified before.
    #[error("this key was seen before")]
    KeySeen,
    /// A replacement, and the first attempt was not abandoned, or too long ago.
    #[error("there is nothing to replace, or the approval is not fresh")]
    NothingToReplace,
    /// No such serial.
    #[error("no certificate has this serial")]
    UnknownSerial,
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<crate::store::StoreError> for CertifyError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Certifies the key of one approved signature. An identical body gives the identical certificate.
pub(crate) async fn certify(app: &App, body: &[u8]) -> Result<Vec<u8>, CertifyError> {
    let request: CertificateRequest = read("CertificateRequest", body)?;
    check_range(&request)?;
    let challenge = pki_core::act::challenge(&request.request);
    if let Some(row) = existing(app, &request, &challenge).await? {
        return answer_existing(app, body, &request, row).await;
    }
    let now = app.now();
    let person = app.store.person(&request.request.statement).await?.ok_or(CertifyError::UnknownPerson)?;
    let statement = checked(app, &person).await?;
    let signing_time = Instant::from_generalized(&request.signing_time);
    if !(0..=SIGNING_TIME_AGE_SECONDS_MAX).contains(&now.seconds_since(signing_time)) {
        return Err(CertifyError::SigningTime);
    }
    check_approval(&request.request, &request.assertion, &statement, signing_time)?;
    let row = CertificateRow {
        serial: Serial::generate(&*app.random).map_err(Fault::from)?,
        challenge,
        index: request.index,
        attempt: request.attempt,
        body: body.to_vec(),
        spki: key(&request)?.spki().to_vec(),
        statement: person.statement,
        subject_serial: random_subject_serial(&*app.random).map_err(Fault::from)?,
        created_at: now,
        certificate: None,
        abandoned_at: None,
    };
    match begin(app, &row).await {
        Ok(()) => finish(app, &request, &row).await,
        // Somebody was first: the same request at the same moment, another one, or another approval with this key.
        Err(BeginError::Exists) => match existing(app, &request, &challenge).await? {
            Some(row) => answer_existing(app, body, &request, row).await,
            None => Err(CertifyError::KeySeen),
        },
        Err(BeginError::Refused(error)) => Err(error),
    }
}

fn check_range(request: &CertificateRequest) -> Result<(), CertifyError> {
    if request.version != 1 {
        return Err(CertifyError::Range("version"));
    }
    if request.index >= request.request.signatures {
        return Err(CertifyError::Range("index"));
    }
    if request.attempt > 1 {
        return Err(CertifyError::Range("attempt"));
    }
    key(request).map(|_| ())
}

fn key(request: &CertificateRequest) -> Result<PublicKey, CertifyError> {
    PublicKey::from_spki(&write(&request.public_key))
        .ok()
        .filter(|key| key.algorithm() == Algorithm::EcdsaP256Sha256)
        .ok_or(CertifyError::Key)
}

async fn checked(app: &App, person: &PersonRow) -> Result<CheckedStatement, Fault> {
    let officers = registry::grants(app, &person.signed).await?;
    Ok(check_statement(&person.signed, &officers, app.trust.charter())?)
}

async fn existing(
    app: &App,
    request: &CertificateRequest,
    challenge: &Hash,
) -> Result<Option<CertificateRow>, CertifyError> {
    let rows = app.store.certificates(challenge, request.index).await?;
    Ok(rows.into_iter().find(|row| row.attempt == request.attempt))
}

/// A row stands under this approval, index and attempt: the identical request gets what it got, or what a crash kept
/// from it; any other learns the serial, so that it can abandon it.
async fn answer_existing(
    app: &App,
    body: &[u8],
    request: &CertificateRequest,
    row: CertificateRow,
) -> Result<Vec<u8>, CertifyError> {
    if row.body != body || row.abandoned_at.is_some() {
        return Err(CertifyError::ApprovalUsed { serial: row.serial });
    }
    match row.certificate {
        Some(certificate) => Ok(certificate),
        None => finish(app, request, &row).await,
    }
}

enum BeginError {
    Exists,
    Refused(CertifyError),
}

/// The point of no return: person active, approval unused, key unseen, serial stored, in one transaction.
async fn begin(app: &App, row: &CertificateRow) -> Result<(), BeginError> {
    let mut plan = people::must_be_active(&row.statement, row.created_at);
    if row.attempt == 1 {
        let since = row.created_at.plus_seconds(-REPLACEMENT_SECONDS_MAX);
        plan = plan.then(certificates::first_was_abandoned(&row.challenge, row.index, since));
    }
    match app.store.apply(plan.then(certificates::begin(row))).await {
        Ok(_) => Ok(()),
        Err(error) if error.lost("person.active") => Err(BeginError::Refused(CertifyError::NotActive)),
        Err(error) if error.lost("certificate.replace") => {
            Err(BeginError::Refused(CertifyError::NothingToReplace))
        }
        Err(error) if error.exists("certificate.begin") => Err(BeginError::Exists),
        Err(error) => Err(BeginError::Refused(error.into())),
    }
}

/// Signs what the row says and keeps it with its leaf. After a crash the row alone is enough to do this again, and
/// what is kept first is what counts.
async fn finish(
    app: &App,
    request: &CertificateRequest,
    row: &CertificateRow,
) -> Result<Vec<u8>, CertifyError> {
    let person = app.store.person(&row.statement).await?.ok_or(CertifyError::UnknownPerson)?;
    let der = issue(app, request, row, &person)?;
    let salt = random_hash(&*app.random).map_err(Fault::from)?;
    let plan = certificates::keep(&row.serial, &der).then(leaves::add(
        LeafKind::Certificate,
        row.created_at,
        &salt,
        &der,
    ));
    match app.store.apply(plan).await {
        Ok(_) => Ok(der),
        Err(error) if error.lost("certificate.keep") => {
            let kept = app.store.certificate(&row.serial).await?.ok_or(CertifyError::UnknownSerial)?;
            match (kept.certificate, kept.abandoned_at) {
                (Some(certificate), None) => Ok(certificate),
                _ => Err(CertifyError::ApprovalUsed { serial: row.serial }),
            }
        }
        Err(error) => Err(error.into()),
    }
}

fn issue(
    app: &App,
    request: &CertificateRequest,
    row: &CertificateRow,
    person: &PersonRow,
) -> Result<Vec<u8>, CertifyError> {
    let authority = &app.authorities.one_signature;
    let issuer = Issuer::new(&authority.certificate, &authority.key).map_err(Fault::from)?;
    let record = &person.signed.tbs.record;
    let country = authority.certificate.subject_name().country();
    let params = OneSignatureParams {
        serial: row.serial,
        not_before: Instant::from_generalized(&request.signing_time),
        life_seconds: app.life_seconds,
        name: PersonName {
            country: country.ok_or(Fault::Missing("the authority's country"))?.to_owned(),
            family: record.certified_name.family.clone(),
            given: record.certified_name.given.clone(),
            serial_number: row.subject_serial.clone(),
            common: record.certified_name.common.clone(),
        },
        public_key: key(request)?,
        data_tbs_hash: request.data_tbs_hash,
        aia_url: format!("{}/aia/one-signature.cer", app.origin),
        sandbox: record.sandbox,
    };
    Ok(issue::one_signature(&params, issuer).map_err(Fault::from)?.der().to_vec())
}

/// The key of a certificate is gone: it can never be asked for again, and one replacement becomes possible.
pub(crate) async fn abandon(app: &App, body: &[u8]) -> Result<(), CertifyError> {
    let abandonment: Abandonment = read("Abandonment", body)?;
    if abandonment.version != 1 {
        return Err(CertifyError::Range("version"));
    }
    let serial = Serial::from_slice(abandonment.serial.as_bytes()).ok_or(CertifyError::UnknownSerial)?;
    app.store.certificate(&serial).await?.ok_or(CertifyError::UnknownSerial)?;
    app.store.apply(certificates::abandon(&serial, app.now())).await?;
    tracing::warn!(serial = %serial.hex(), "a certificate was abandoned");
    Ok(())
}
