//! A person comes to read and decide: session, own requests only, and a fresh `SignRequest` for each showing of the
//! Accept page.

use pki_core::act::{Document, Format, Level, Particulars, SignRequest, particulars_hash};
use pki_core::bytes::{Hash, Id};
use pki_core::enrolment::{CheckedStatement, EnrolmentError, check_statement};
use pki_core::feed::Status;
use pki_core::jose::base64url;
use pki_core::key::{random_array, random_hash, random_id, sha256};
use pki_core::limits::APPROVAL_SECONDS_MAX;
use pki_core::oid;
use pki_core::time::Instant;

use super::{App, Fault, follow, request};
use crate::config::Agency;
use crate::render::Page;
use crate::store::acts::Delivered;
use crate::store::feed::PersonRow;
use crate::store::requests::{self, RequestRow, Showing, Shown, State, Words};
use crate::store::sessions;

/// A session ends after a quarter of an hour without a step (formats.md §4).
const IDLE_SECONDS_MAX: i64 = 15 * 60;
/// And after a working day in any case.
const SESSION_SECONDS_MAX: i64 = 12 * 3600;
/// A step is written down at most once a minute.
const TOUCH_SECONDS: i64 = 60;
/// A reason is a sentence or two.
const REASON_CHARS: std::ops::RangeInclusive<usize> = 1..=500;

/// Somebody who signed in through the identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    /// SHA-256 of the cookie's secret.
    pub(crate) id: Hash,
    pub(crate) handle: Id,
}

/// A request with who asks, as one person may see it.
pub(crate) struct Seen<'a> {
    pub(crate) row: RequestRow,
    pub(crate) words: Words,
    pub(crate) agency: &'a Agency,
}

impl Seen<'_> {
    /// Whether the person may still decide: nobody has, and time has not.
    pub(crate) fn is_open(&self, now: Instant) -> bool {
        self.row.state == State::Requested && self.row.expires_at > now
    }
}

/// Why a person does not see or decide.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ViewError {
    /// There is none, or it is another person's: the two look alike.
    #[error("there is no such request for this person")]
    NotHere,
    /// It was decided or has ended.
    #[error("this request is not open")]
    NotOpen,
    /// The person may not sign now.
    #[error("this person's identity is stopped")]
    Stopped,
    /// The feed has been silent for too long.
    #[error("it is not known whether this person may sign now")]
    Stale,
    /// A reason that cannot be kept.
    #[error("the reason cannot be kept")]
    Reason,
    /// What the feed told does not hold. Ours.
    #[error("the statement about this person does not hold")]
    Statement(#[from] EnrolmentError),
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Begins a session. Gives the secret for the cookie; the row holds its hash.
pub(crate) async fn sign_in(app: &App, handle: &Id) -> Result<[u8; 32], Fault> {
    let secret: [u8; 32] = random_array(&*app.random)?;
    app.store.apply(sessions::begin(&sha256(&secret), handle, app.now())).await?;
    Ok(secret)
}

/// The session of a cookie's secret, if it is not over.
pub(crate) async fn session(app: &App, secret: &[u8]) -> Result<Option<Session>, Fault> {
    let (id, now) = (sha256(secret), app.now());
    let Some(row) = app.store.session(&id).await? else { return Ok(None) };
    let idle = now.seconds_since(row.seen_at);
    if idle >= IDLE_SECONDS_MAX || now.seconds_since(row.created_at) >= SESSION_SECONDS_MAX {
        app.store.apply(sessions::end(&id)).await?;
        return Ok(None);
    }
    if idle >= TOUCH_SECONDS {
        app.store.apply(sessions::touch(&id, now)).await?;
    }
    Ok(Some(Session { id, handle: row.handle }))
}

/// Ends a session.
pub(crate) async fn sign_out(app: &App, session: &Session) -> Result<(), Fault> {
    app.store.apply(sessions::end(&session.id)).await?;
    Ok(())
}

/// A request, if it is this person's.
pub(crate) async fn see<'a>(app: &'a App, session: &Session, id: &Id) -> Result<Seen<'a>, ViewError> {
    let row = app.store.request(id).await.map_err(Fault::from)?.ok_or(ViewError::NotHere)?;
    if row.handle != Some(session.handle) {
        return Err(ViewError::NotHere);
    }
    let words = row.words.clone().ok_or(ViewError::NotHere)?;
    let agency = app.agency(&row.agency).ok_or(ViewError::NotHere)?;
    Ok(Seen { row, words, agency })
}

/// The person behind a session, who must be one that this house knows.
pub(crate) async fn person(app: &App, session: &Session) -> Result<PersonRow, ViewError> {
    app.store.person(&session.handle).await.map_err(Fault::from)?.ok_or(ViewError::Stopped)
}

/// The statement about a person, proved again down to the root.
pub(crate) async fn statement(app: &App, person: &PersonRow) -> Result<CheckedStatement, ViewError> {
    let officers = app.store.officers(&person.statement.officers_named()).await.map_err(Fault::from)?;
    Ok(check_statement(&person.statement, &officers, app.trust.charter())?)
}

/// The Accept page's passkey step: what the form must carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) showing: Id,
    /// `{"publicKey":{..}}`.
    pub(crate) options: String,
    /// As the person will be named in the certificate.
    pub(crate) name: String,
}

/// Makes a fresh `SignRequest` for one showing of the Accept page.
pub(crate) async fn offer(app: &App, session: &Session, seen: &Seen<'_>) -> Result<Offer, ViewError> {
    let now = app.now();
    if !seen.is_open(now) {
        return Err(ViewError::NotOpen);
    }
    let person = person(app, session).await?;
    if person.status != Status::Active {
        return Err(ViewError::Stopped);
    }
    if !follow::is_fresh(app).await? {
        return Err(ViewError::Stale);
    }
    if !is_as_drawn(app, seen).await? {
        tracing::error!(request = %seen.row.id.hex(), "ALARM: a stored document or its pictures were changed");
        return Err(Fault::Made("what is stored is not what was drawn".to_owned()).into());
    }
    let statement = statement(app, &person).await?;
    let showing = showing(app, seen, &statement, now)?;
    let id = random_id(&*app.random).map_err(Fault::from)?;
    match app.store.apply(requests::show(&id, &showing)).await {
        Ok(_) => {}
        Err(error) if error.lost("showing.waits") => return Err(ViewError::NotOpen),
        Err(error) => return Err(Fault::from(error).into()),
    }
    let challenge = pki_core::act::challenge(&showing.sign_request);
    Ok(Offer {
        showing: id,
        options: options(&statement, &challenge),
        name: statement.record().certified_name.common.clone(),
    })
}

/// Whether document, pictures and text are still what the digests say that the approval will be about.
async fn is_as_drawn(app: &App, seen: &Seen<'_>) -> Result<bool, Fault> {
    let id = &seen.row.id;
    let document = app.store.document(id).await?.ok_or(Fault::Missing("a document"))?;
    let stored = request::shown(&document, &app.store.pages(id).await?);
    // Another renderer may have come since; what it would draw is not what this person reads.
    Ok(Shown { renderer: seen.row.shown.renderer.clone(), ..stored } == seen.row.shown)
}

fn showing(
    app: &App,
    seen: &Seen<'_>,
    statement: &CheckedStatement,
    now: Instant,
) -> Result<Showing, ViewError> {
    let receipt = seen.row.receipt.printable().map_err(|error| Fault::Made(error.to_string()))?;
    let shown = &seen.row.shown;
    let particulars = Particulars {
        salt: random_hash(&*app.random).map_err(Fault::from)?,
        receipt,
        requester: seen.agency.id.clone(),
        requester_name: seen.agency.name.clone(),
        purpose: seen.words.purpose.clone(),
        format: Format::Pades,
        level: Level::Lt,
        documents: vec![Document {
            title: seen.words.title.clone(),
            size: shown.size,
            sha256: shown.sha256,
            renderer: shown.renderer.clone(),
            pages: shown.pages,
            images: shown.images,
            text: shown.text,
        }],
        commitment: None,
        mandate: None,
    };
    let record = statement.record();
    let until = now.plus_seconds(APPROVAL_SECONDS_MAX).whole_second();
    let sign_request = SignRequest {
        version: 1,
        rp_id: record.rp_id.clone(),
        origin: record.signing_origin.clone(),
        request_id: random_id(&*app.random).map_err(Fault::from)?,
        statement: *statement.hash(),
        subject_name: record.certified_name.clone(),
        policy: oid::POLICY_ONE_SIGNATURE,
        algorithm: oid::ECDSA_SHA256,
        signatures: 1,
        not_after: until.generalized(),
        particulars: particulars_hash(&particulars),
    };
    Ok(Showing { request: seen.row.id, sign_request, particulars, until })
}

/// WebAuthn Level 3 §5.5: this one credential, with user verification.
fn options(statement: &CheckedStatement, challenge: &Hash) -> String {
    serde_json::json!({ "publicKey": {
        "challenge": base64url(challenge.as_bytes()),
        "rpId": statement.record().rp_id,
        "timeout": APPROVAL_SECONDS_MAX * 1000,
        "userVerification": "required",
        "allowCredentials": [{ "type": "public-key", "id": base64url(statement.credential_id()) }],
    }})
    .to_string()
}

/// The person says no; the reason is optional and goes to the agency.
pub(crate) async fn refuse(
    app: &App,
    session: &Session,
    seen: &Seen<'_>,
    reason: Option<&str>,
) -> Result<(), ViewError> {
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    if reason.is_some_and(|reason| !REASON_CHARS.contains(&reason.chars().count())) {
        return Err(ViewError::Reason);
    }
    match app.store.apply(requests::refuse(&seen.row.id, &session.handle, reason, app.now())).await {
        Ok(_) => Ok(()),
        Err(error) if error.lost("request.refuse") => Err(ViewError::NotOpen),
        Err(error) => Err(Fault::from(error).into()),
    }
}

/// A person's requests with who asks, newest first.
pub(crate) async fn list<'a>(app: &'a App, session: &Session) -> Result<Vec<Seen<'a>>, ViewError> {
    let rows = app.store.requests_of(&session.handle).await.map_err(Fault::from)?;
    let seen = rows.into_iter().filter_map(|row| {
        let (words, agency) = (row.words.clone()?, app.agency(&row.agency)?);
        Some(Seen { row, words, agency })
    });
    Ok(seen.collect())
}

/// A page as it was drawn, numbered from 1.
pub(crate) async fn page(app: &App, seen: &Seen<'_>, number: u16) -> Result<Page, ViewError> {
    let page = app.store.page(&seen.row.id, number).await.map_err(Fault::from)?;
    page.ok_or(ViewError::NotHere)
}

/// The document as it came.
pub(crate) async fn document(app: &App, seen: &Seen<'_>) -> Result<Vec<u8>, ViewError> {
    let document = app.store.document(&seen.row.id).await.map_err(Fault::from)?;
    document.ok_or(ViewError::NotHere)
}

/// The finished file.
pub(crate) async fn delivered(app: &App, seen: &Seen<'_>) -> Result<Delivered, ViewError> {
    let delivered = app.store.delivered(&seen.row.id).await.map_err(Fault::from)?;
    delivered.ok_or(ViewError::NotHere)
}

/// What a receipt says beside the request: who signed, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signed {
    pub(crate) name: String,
    pub(crate) at: Instant,
}

/// Facts of a signature for its receipt.
pub(crate) async fn signed(app: &App, session: &Session, seen: &Seen<'_>) -> Result<Signed, ViewError> {
    let at = app.store.signed_at(&seen.row.id).await.map_err(Fault::from)?.ok_or(ViewError::NotHere)?;
    let name = person(app, session).await?.statement.tbs.record.certified_name.common;
    Ok(Signed { name, at })
}

/// A request, if it is this agency's.
pub(crate) async fn of_agency(app: &App, agency: &str, id: &Id) -> Result<Option<RequestRow>, Fault> {
    Ok(app.store.request(id).await?.filter(|row| row.agency == agency))
}
