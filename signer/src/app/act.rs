//! One signature: the person's touch becomes an approval, the approval a certificate, the certificate a signature, the
//! signature a finished file. Each arrow is one conditional write; whoever finds a row can go on from it.
//!
//! ```text
//! Requested -> Approved -> Certified -> Signed -> Stamped -> Delivered
//! ```
//!
//! A key lives in this process alone, between `Approved` and `Signed`. After a crash there it is gone: the certificate is
//! abandoned, the registry gives one replacement while the approval is fresh, and otherwise the person is asked again.
//! Never two delivered signatures for one approval, never half of one.

use pki_core::act::{Abandonment, CertificateRequest, Evidence, check_approval, evidence_hash};
use pki_core::assertion::{Assertion, AssertionError};
use pki_core::bytes::{Id, write};
use pki_core::cms::SignedData;
use pki_core::key::{random_array, random_hash};
use pki_core::log::{Leaf, LeafKind};
use pki_core::path::{self, Usage};
use pki_core::time::Instant;
use pki_core::x509::Certificate;
use service::failpoint;

use super::making::{self, AskedFor, Layout, MakingError, SelfCheck};
use super::view::{self, Session, ViewError};
use super::{App, Fault};
use crate::peer::pki::PkiError;
use crate::store::acts::{self, Act, ActLeaf, Certified, Delivered, Reached};
use crate::store::requests::State;

/// Nobody has moved an act for so long: the process that ran it is gone. Longer than any one wait in an act.
const LOST_SECONDS: i64 = 30;
/// How many times one call goes on by itself; each arrow needs one.
const STEPS_MAX: usize = 8;

/// Why a touch does not become an approval.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ApproveError {
    /// The page is unknown, another person's, or too old.
    #[error("the page is out of date")]
    PageOutOfDate,
    /// The passkey's answer was not accepted.
    #[error("the passkey's answer was not accepted")]
    Touch(#[from] AssertionError),
    /// The approval is not good.
    #[error("the approval is not good")]
    Approval(#[source] pki_core::act::ActError),
    /// Decided before, ended, stopped, stale, or ours.
    #[error(transparent)]
    View(#[from] ViewError),
}

/// How an act stands after it was driven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The file is finished.
    Delivered,
    /// Another house did not answer, or another process has the act; it goes on by itself.
    Waiting,
    /// Nothing was signed that could be delivered; the person is asked again.
    AskAgain,
    /// The registry refused: the person may not sign. The request is open again.
    Stopped,
}

/// The first of the two independent checks of a touch. What is approved is what was shown on this page and nothing else.
pub(crate) async fn approve(
    app: &App,
    session: &Session,
    request: &Id,
    showing: &Id,
    credential: &str,
) -> Result<(), ApproveError> {
    let now = app.now();
    // The user handle, if a browser sends it, is the identity provider's business: it is dropped unread.
    let (assertion, _) = Assertion::from_browser_json(credential)?;
    let seen = view::see(app, session, request).await?;
    let found = app.store.showing(showing).await.map_err(|error| ViewError::from(Fault::from(error)))?;
    let found = found.filter(|found| found.request == *request && found.until > now);
    let found = found.ok_or(ApproveError::PageOutOfDate)?;
    let person = view::person(app, session).await?;
    let statement = view::statement(app, &person).await?;
    check_approval(&found.sign_request, &assertion, &statement, now.whole_second())
        .map_err(ApproveError::Approval)?;
    let officers = app.store.officers(&person.statement.officers_named()).await;
    let evidence = Evidence {
        version: 1,
        request: found.sign_request,
        particulars: found.particulars,
        index: 0,
        assertion,
        statement: person.statement,
        officers: officers.map_err(|error| ViewError::from(Fault::from(error)))?,
        charter: app.trust.charter().charter().clone(),
    };
    match app.store.apply(acts::approve(&seen.row.id, &session.handle, &evidence, now)).await {
        Ok(_) => Ok(()),
        Err(error) if error.lost("act.approve") || error.lost("act.in_time") => {
            Err(ViewError::NotOpen.into())
        }
        Err(error) if error.lost("person.active") => Err(ViewError::Stopped.into()),
        Err(error) => Err(ViewError::from(Fault::from(error)).into()),
    }
}

/// Drives an act until it is delivered, or cannot go on now.
pub(crate) async fn drive(app: &App, request: &Id) -> Result<Outcome, Fault> {
    for _ in 0..STEPS_MAX {
        let Some(act) = app.store.act(request).await? else {
            let row = app.store.request(request).await?.ok_or(Fault::Missing("a request"))?;
            return Ok(if row.state == State::Delivered { Outcome::Delivered } else { Outcome::AskAgain });
        };
        if let Some(outcome) = step(app, act).await? {
            return Ok(outcome);
        }
    }
    Err(Fault::Made("an act does not end".to_owned()))
}

/// One arrow, or how the act stands if there is none now.
async fn step(app: &App, act: Act) -> Result<Option<Outcome>, Fault> {
    match act.reached.clone() {
        Reached::Approved => sign(app, &act, None).await,
        Reached::Certified(lost) => sign(app, &act, Some(lost)).await,
        Reached::Signed { cms } => stamp(app, &act, &cms).await,
        Reached::Stamped { cms } => deliver(app, &act, &cms).await,
    }
}

/// `Approved -> Certified -> Signed`, in one go, because the key is in this process only. `lost` is a certificate whose key
/// died with another process.
async fn sign(app: &App, act: &Act, lost: Option<Certified>) -> Result<Option<Outcome>, Fault> {
    if let Some(lost) = &lost {
        abandon(app, &serial(&lost.certificate)?).await?;
        if lost.attempt > 0 {
            return start_again(app, act, State::Certified).await;
        }
    }
    let from = if lost.is_some() { State::Certified } else { State::Approved };
    let signing_time = app.now().whole_second();
    // The approval has ended: whatever was not certified until now is not any more.
    if signing_time > Instant::from_generalized(&act.evidence.request.not_after) {
        return start_again(app, act, from).await;
    }
    let document = app.store.document(&act.request).await?.ok_or(Fault::Missing("a document"))?;
    let layout = match Layout::new(&document, &act.evidence, signing_time) {
        Ok(layout) => layout,
        // Before any key is born: what was not approved is never signed, whatever the row says now.
        Err(error @ MakingError::OtherDocument) => {
            tracing::error!(request = %act.request.hex(), %error, "ALARM: a stored document was changed");
            return start_again(app, act, from).await;
        }
        Err(error) => return Err(made(&error)),
    };
    let born = app.vault.create(&*app.random).map_err(|error| made(&MakingError::from(error)))?;
    failpoint::hit("act.key_born");
    let wanted = Wanted {
        key: born.public_key().clone(),
        data_tbs_hash: layout.data_tbs_hash(),
        signing_time,
        first_attempt: u8::from(lost.is_some()),
    };
    let certified = match certify(app, act, &wanted).await? {
        Ok(certified) => certified,
        Err(Outcome::Waiting) => return Ok(Some(Outcome::Waiting)),
        Err(Outcome::Stopped) => {
            start_again(app, act, from).await?;
            return Ok(Some(Outcome::Stopped));
        }
        Err(_) => return start_again(app, act, from).await,
    };
    failpoint::hit("act.certificate_received");
    let (certificate, authority) = checked_certificate(app, act, &certified.certificate, &wanted).await?;
    let plan = match &lost {
        None => acts::certify(&act.request, &certified, app.now()),
        Some(lost) => acts::certify_again(&act.request, &lost.certificate, &certified, app.now()),
    };
    match app.store.apply(plan).await {
        Ok(_) => {}
        // Another process took the act over: its key counts, ours is dropped unused.
        Err(error) if is_lost(&error) => return Ok(Some(Outcome::Waiting)),
        Err(error) => return Err(error.into()),
    }
    let signed = blocking(move || layout.sign(born, &certificate, &[authority]))
        .await?
        .map_err(|error| made(&error))?;
    failpoint::hit("act.key_used");
    let plan = acts::sign(&act.request, &certified.certificate, signed.der(), app.now());
    match app.store.apply(plan).await {
        Ok(_) => Ok(None),
        Err(error) if is_lost(&error) => Ok(Some(Outcome::Waiting)),
        Err(error) => Err(error.into()),
    }
}

/// Whether an arrow's condition did not hold.
fn is_lost(error: &crate::store::StoreError) -> bool {
    const ARROWS: [&str; 8] = [
        "act.certify",
        "act.certify_again",
        "act.replacement",
        "act.sign",
        "act.same_certificate",
        "act.stamp",
        "act.deliver",
        "act.start_again",
    ];
    ARROWS.iter().any(|label| error.lost(label))
}

/// What the registry is asked for.
struct Wanted {
    key: pki_core::key::PublicKey,
    data_tbs_hash: pki_core::bytes::Hash,
    signing_time: Instant,
    first_attempt: u8,
}

/// A certificate, or how the act stands without one. A certificate that an earlier process got and could not keep is
/// abandoned, and replaced once.
async fn certify(app: &App, act: &Act, wanted: &Wanted) -> Result<Result<Certified, Outcome>, Fault> {
    for attempt in wanted.first_attempt..=1 {
        let request = CertificateRequest {
            version: 1,
            request: act.evidence.request.clone(),
            assertion: act.evidence.assertion.clone(),
            index: act.evidence.index,
            attempt,
            data_tbs_hash: wanted.data_tbs_hash,
            public_key: wanted.key.info().map_err(|error| Fault::Made(error.to_string()))?,
            signing_time: wanted.signing_time.generalized(),
        };
        match app.pki.certify(&request, app.now(), &*app.random).await {
            Ok(certificate) => return Ok(Ok(Certified { attempt, certificate })),
            Err(PkiError::ApprovalUsed { serial }) => abandon(app, &serial).await?,
            Err(PkiError::Refused(why)) if why == "suspended" => return Ok(Err(Outcome::Stopped)),
            Err(error @ (PkiError::Egress(_) | PkiError::Unavailable(_))) => {
                tracing::warn!(error = %crate::error_chain(&error), "the registry cannot be reached");
                return Ok(Err(Outcome::Waiting));
            }
            Err(error @ PkiError::Refused(_)) => {
                tracing::warn!(error = %crate::error_chain(&error), "no certificate for an approval");
                return Ok(Err(Outcome::AskAgain));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Err(Outcome::AskAgain))
}

fn serial(certificate: &[u8]) -> Result<Vec<u8>, Fault> {
    let read = Certificate::read(certificate).map_err(|error| Fault::Made(error.to_string()))?;
    Ok(read.serial().to_vec())
}

/// Tells the registry that the key of a certificate is gone; telling it twice changes nothing.
async fn abandon(app: &App, serial: &[u8]) -> Result<(), Fault> {
    let serial = der::asn1::OctetString::new(serial).map_err(|error| Fault::Made(error.to_string()))?;
    app.pki.abandon(&Abandonment { version: 1, serial }, app.now(), &*app.random).await?;
    Ok(())
}

/// Reads the certificate with its authority, and checks that it is the one that was asked for.
async fn checked_certificate(
    app: &App,
    act: &Act,
    certificate: &[u8],
    wanted: &Wanted,
) -> Result<(Certificate, Certificate), Fault> {
    let certificate = Certificate::read(certificate).map_err(|error| Fault::Made(error.to_string()))?;
    let authority = authority_of(app, &certificate).await?;
    let asked = AskedFor {
        key: &wanted.key,
        name: &act.evidence.request.subject_name,
        signing_time: wanted.signing_time,
    };
    making::check_certificate(&certificate, &authority, &app.trust, &asked).map_err(|error| made(&error))?;
    Ok((certificate, authority))
}

/// The certificate of the authority above, from the address in the certificate (RFC 5280 §4.2.2.1, caIssuers).
async fn authority_of(app: &App, certificate: &Certificate) -> Result<Certificate, Fault> {
    let address = certificate.extensions().ca_issuers.first().ok_or(Fault::Missing("caIssuers"))?;
    let der = app.pki.public_file(address).await?;
    Certificate::read(&der).map_err(|error| Fault::Made(error.to_string()))
}

/// `Signed -> Stamped`. No time-stamp within the life of the certificate: the signature is worth nothing, start again.
async fn stamp(app: &App, act: &Act, cms: &[u8]) -> Result<Option<Outcome>, Fault> {
    let signed = SignedData::read(cms).map_err(|error| made(&error.into()))?;
    let certificate = signer_of(&signed)?;
    if app.now() > certificate.not_after() {
        return start_again(app, act, State::Signed).await;
    }
    let nonce: [u8; 16] = random_array(&*app.random)?;
    let question = making::stamp_request(&signed, &nonce).map_err(|error| made(&error))?;
    let response = match app.pki.stamp(question.der()).await {
        Ok(response) => response,
        Err(error) => {
            tracing::warn!(error = %crate::error_chain(&error), "no time-stamp yet");
            return Ok(Some(Outcome::Waiting));
        }
    };
    failpoint::hit("act.stamp_received");
    match making::stamped(signed, &question, &response, &act.evidence, &certificate, &app.trust) {
        Ok(stamped) => match app.store.apply(acts::stamp(&act.request, stamped.der(), app.now())).await {
            Ok(_) => Ok(None),
            Err(error) if is_lost(&error) => Ok(Some(Outcome::Waiting)),
            Err(error) => Err(error.into()),
        },
        Err(MakingError::TooLate) => start_again(app, act, State::Signed).await,
        Err(error @ MakingError::Response(_)) => {
            tracing::warn!(error = %crate::error_chain(&error), "no time-stamp yet");
            Ok(Some(Outcome::Waiting))
        }
        Err(error) => Err(made(&error)),
    }
}

/// The one certificate in a signature that was bound to it.
fn signer_of(signed: &SignedData) -> Result<Certificate, Fault> {
    let bound = signed.certificates().iter().find(|certificate| certificate.extensions().binding.is_some());
    bound.cloned().ok_or(Fault::Missing("the signer's certificate"))
}

/// `Stamped -> Delivered`: validation data, the copy without evidence, the leaf of the log.
async fn deliver(app: &App, act: &Act, cms: &[u8]) -> Result<Option<Outcome>, Fault> {
    let cms = SignedData::read(cms).map_err(|error| made(&error.into()))?;
    let certificate = signer_of(&cms)?;
    let signed_at = certificate.not_before();
    let stamp = making::stamp_of(&cms, &app.trust).map_err(|error| made(&error))?;
    let signer = path::validate(
        &certificate,
        cms.certificates(),
        app.trust.anchor(),
        signed_at,
        Usage::DocumentSigning,
    )
    .map_err(|error| made(&error.into()))?;
    let mut lists = Vec::new();
    for address in making::list_addresses([&signer, stamp.path()]) {
        match app.pki.public_file(&address).await {
            Ok(list) => lists.push(list),
            Err(error) => {
                tracing::warn!(error = %crate::error_chain(&error), "no revocation list yet");
                return Ok(Some(Outcome::Waiting));
            }
        }
    }
    let document = app.store.document(&act.request).await?.ok_or(Fault::Missing("a document"))?;
    let (evidence, trust, now) = (act.evidence.clone(), app.trust.clone(), app.now());
    let finished = blocking(move || {
        let file = Layout::new(&document, &evidence, signed_at)?.fill(&cms)?;
        making::finish(&file, &signer, &stamp, &lists, &SelfCheck { trust: &trust, now })
    })
    .await?
    .map_err(|error| made(&error))?;
    failpoint::hit("act.file_finished");
    let now = app.now();
    let salt = random_hash(&*app.random)?;
    let leaf = Leaf::of(LeafKind::Act, now, &salt, &write(&act.evidence));
    let counted = ActLeaf { leaf: &leaf, salt: &salt, evidence_sha256: &evidence_hash(&act.evidence) };
    let delivered =
        Delivered { octets: finished.octets, without_evidence: finished.without_evidence, signed_at };
    match app.store.apply(acts::deliver(&act.request, &delivered, &counted, now)).await {
        Ok(_) => Ok(Some(Outcome::Delivered)),
        Err(error) if is_lost(&error) => Ok(Some(Outcome::Waiting)),
        Err(error) => Err(error.into()),
    }
}

/// Nothing that was made can be delivered: the request is open again.
async fn start_again(app: &App, act: &Act, from: State) -> Result<Option<Outcome>, Fault> {
    match app.store.apply(acts::start_again(&act.request, from, app.now())).await {
        Ok(_) => Ok(Some(Outcome::AskAgain)),
        Err(error) if is_lost(&error) => Ok(Some(Outcome::Waiting)),
        Err(error) => Err(error.into()),
    }
}

/// Nobody has moved these acts since then: the process that ran them is gone.
pub(crate) fn lost_before(app: &App) -> Instant {
    app.now().plus_seconds(-LOST_SECONDS)
}

/// Takes up the acts that nobody has moved since `before`. Says whether one of them still waits for another house.
pub(crate) async fn recover(app: &App, before: Instant) -> Result<bool, Fault> {
    let mut waiting = false;
    for request in app.store.unfinished(before).await? {
        match drive(app, &request).await {
            Ok(outcome) => {
                waiting |= outcome == Outcome::Waiting;
                tracing::info!(request = %request.hex(), ?outcome, "an unfinished act was taken up");
            }
            Err(error) => {
                waiting = true;
                tracing::error!(request = %request.hex(), error = %crate::error_chain(&error), "an act stands still");
            }
        }
    }
    Ok(waiting)
}

fn made(error: &MakingError) -> Fault {
    Fault::Made(crate::error_chain(error))
}

/// Cryptography and files off the threads that wait for sockets.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Fault::Made(error.to_string()))
}
