//! An agency asks a person for a signature: who asks is proved by its own key and by a token that the person gave it for
//! this act; what is asked is read strictly and drawn once. From here on the exact octets never change.

use pki_core::act::ReceiptNumber;
use pki_core::bytes::{Hash, Id};
use pki_core::jose::claims::{ClaimError, Claims};
use pki_core::jose::jws::{Typ, Unverified};
use pki_core::jose::{JoseError, from_base64url};
use pki_core::key::{hash_parts, random_id, sha256};
use pki_core::limits;
use pki_core::time::Instant;
use signer_core::ades::pdf::{Pdf, Refusal};

use super::{App, Fault};
use crate::config::Agency;
use crate::peer::idp::Introspected;
use crate::render::{Page, RENDERER, RenderError, Undrawable};
use crate::store::requests::{self, Idempotent, RequestRow, Shown, State, Words};

/// A request is for now.
const JWS_SECONDS_MAX: i64 = 300;
/// A person has a week to decide.
const REQUEST_SECONDS: i64 = 7 * 86_400;
/// Idempotency-Key: enough to be unique, not a place for data.
const KEY_CHARACTERS: std::ops::RangeInclusive<usize> = 16..=64;

/// Why a request is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AskError {
    /// The token is of an agency that this house does not know, gave no person or not the right to sign.
    #[error("this token may not ask for a signature")]
    Token,
    /// The request is not a JWS of this agency.
    #[error("the request is not signed by this agency")]
    Signature(#[source] JoseError),
    /// A claim is missing, malformed or not what it must be.
    #[error("a claim of the request cannot be used")]
    Claim(#[from] ClaimError),
    /// A text that cannot be shown.
    #[error("a text of the request cannot be shown")]
    Text(#[from] limits::OutOfRange),
    /// `Idempotency-Key` is missing or has another length.
    #[error("the idempotency key must have 16 to 64 visible characters")]
    Key,
    /// The same key with something else.
    #[error("this idempotency key stands for another request")]
    KeyReused,
    /// The same `jti` again.
    #[error("this request was sent before")]
    Replayed,
    /// Another document than the request names.
    #[error("the document is not the one that the request names")]
    OtherDocument,
    /// A document that may not be signed.
    #[error("this document cannot be signed")]
    Unsafe(#[source] Refusal),
    /// A document that cannot be shown for certain.
    #[error("this document cannot be shown")]
    Undrawable(#[source] Undrawable),
    /// The person is not one who can sign here now.
    #[error("this person cannot sign now")]
    Person,
    /// Too many documents are being drawn.
    #[error("come back in a moment")]
    Busy,
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What an agency sends.
pub(crate) struct Asked<'a> {
    pub(crate) token: &'a Introspected,
    pub(crate) idempotency_key: &'a str,
    /// The JWS.
    pub(crate) request: &'a str,
    pub(crate) document: Vec<u8>,
}

/// A request that was taken, now or before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) id: Id,
    pub(crate) expires_at: Instant,
}

/// Takes a request. The same key with the same body is the same request, however often it is sent.
pub(crate) async fn ask(app: &App, asked: Asked<'_>) -> Result<Taken, AskError> {
    let (Some(agency), Some(handle)) = (app.agency(&asked.token.client_id), asked.token.handle) else {
        return Err(AskError::Token);
    };
    if !asked.token.scope.split(' ').any(|scope| scope == "sign") {
        return Err(AskError::Token);
    }
    let visible = asked.idempotency_key.bytes().all(|byte| byte.is_ascii_graphic());
    if !visible || !KEY_CHARACTERS.contains(&asked.idempotency_key.len()) {
        return Err(AskError::Key);
    }
    let body = hash_parts(&[
        sha256(asked.request.as_bytes()).as_bytes(),
        sha256(&asked.document).as_bytes(),
        handle.as_bytes(),
    ]);
    let idempotent = Idempotent { agency: agency.id.clone(), key: asked.idempotency_key.to_owned(), body };
    if let Some(taken) = taken_before(app, &idempotent).await? {
        return Ok(taken);
    }
    take(app, agency, handle, asked, &idempotent).await
}

async fn taken_before(app: &App, idempotent: &Idempotent) -> Result<Option<Taken>, AskError> {
    let known = app.store.idempotent(&idempotent.agency, &idempotent.key).await.map_err(Fault::from)?;
    let Some((body, id)) = known else { return Ok(None) };
    if body != idempotent.body {
        return Err(AskError::KeyReused);
    }
    let row = app.store.request(&id).await.map_err(Fault::from)?.ok_or(Fault::Missing("a request"))?;
    Ok(Some(Taken { id, expires_at: row.expires_at }))
}

async fn take(
    app: &App,
    agency: &Agency,
    handle: Id,
    asked: Asked<'_>,
    idempotent: &Idempotent,
) -> Result<Taken, AskError> {
    let now = app.now();
    let claims = read_claims(app, agency, asked.request, now)?;
    if claims.document_sha256 != sha256(&asked.document) {
        return Err(AskError::OtherDocument);
    }
    let person = app.store.person(&handle).await.map_err(Fault::from)?.ok_or(AskError::Person)?;
    if person.status != pki_core::feed::Status::Active {
        return Err(AskError::Person);
    }
    let (document, pages) = show(app, asked.document).await?;
    let row = RequestRow {
        id: random_id(&*app.random).map_err(Fault::from)?,
        agency: agency.id.clone(),
        handle: Some(handle),
        receipt: ReceiptNumber::generate(&*app.random, now).map_err(Fault::from)?,
        words: Some(claims.words),
        shown: shown(&document, &pages),
        state: State::Requested,
        reason: None,
        created_at: now,
        expires_at: now.plus_seconds(REQUEST_SECONDS),
        state_at: now,
        fetched_at: None,
    };
    let plan = requests::insert(&row, idempotent, (&claims.jti, claims.expires))
        .then(requests::document(&row.id, &document, &pages));
    match app.store.apply(plan).await {
        Ok(_) => Ok(Taken { id: row.id, expires_at: row.expires_at }),
        // The same key at the same moment: the other one was first.
        Err(error) if error.exists("request.key") => {
            taken_before(app, idempotent).await?.ok_or(AskError::Replayed)
        }
        Err(error) if error.exists("request.jti") => Err(AskError::Replayed),
        Err(error) => Err(Fault::from(error).into()),
    }
}

struct AskedFor {
    words: Words,
    document_sha256: Hash,
    jti: String,
    expires: Instant,
}

/// formats.md §3: typ, iss, aud, iat, exp, jti; the level; an address that is registered, to the letter.
fn read_claims(app: &App, agency: &Agency, request: &str, now: Instant) -> Result<AskedFor, AskError> {
    let token = Unverified::parse(request).map_err(AskError::Signature)?;
    let verified =
        token.verify(&agency.key, Typ::Exactly("chancery-request+jwt")).map_err(AskError::Signature)?;
    let claims: Claims = verified.claims().map_err(AskError::Signature)?;
    claims.expect("iss", &agency.id)?;
    claims.sole_audience(app.base_url.as_str())?;
    let iat = claims.instant("iat")?;
    let expires = claims.within(now, JWS_SECONDS_MAX)?;
    if expires.seconds_since(iat) > JWS_SECONDS_MAX {
        return Err(ClaimError::LivesTooLong.into());
    }
    claims.expect("level", "lt")?;
    let return_uri = claims.text("return_uri")?;
    if !agency.return_uris.iter().any(|registered| registered == return_uri) {
        return Err(ClaimError::Mismatch("return_uri").into());
    }
    let document_sha256 = from_base64url(claims.text("document_sha256")?)
        .and_then(|bytes| Hash::from_slice(&bytes))
        .ok_or(ClaimError::Malformed("document_sha256"))?;
    let (title, purpose) = (claims.text("title")?.to_owned(), claims.text("purpose")?.to_owned());
    limits::text("title", &title, &limits::TITLE_CHARS)?;
    limits::text("purpose", &purpose, &limits::PURPOSE_CHARS)?;
    let words = Words { title, purpose, return_uri: return_uri.to_owned() };
    Ok(AskedFor { words, document_sha256, jti: claims.jti()?.to_owned(), expires })
}

/// The strict reader first, then the child; its pictures are what the person will see.
async fn show(app: &App, document: Vec<u8>) -> Result<(Vec<u8>, Vec<Page>), AskError> {
    let (document, signable) = tokio::task::spawn_blocking(move || {
        let refused = Pdf::read(&document).and_then(|pdf| pdf.signable().map(|_| ())).err();
        (document, refused)
    })
    .await
    .map_err(|error| Fault::Made(error.to_string()))?;
    if let Some(refusal) = signable {
        return Err(AskError::Unsafe(refusal));
    }
    match app.renderer.draw(&document).await {
        Ok(pages) => Ok((document, pages)),
        Err(RenderError::Refused(why)) => Err(AskError::Undrawable(why)),
        Err(RenderError::Busy) => Err(AskError::Busy),
        Err(error) => Err(Fault::Render(error).into()),
    }
}

/// Digests of what is shown (formats.md §1): ordered page images, and the text of the pages with a form feed between them.
pub(super) fn shown(document: &[u8], pages: &[Page]) -> Shown {
    let digests: Vec<Hash> = pages.iter().map(|page| sha256(&page.png)).collect();
    let images: Vec<&[u8]> = digests.iter().map(|digest| digest.as_bytes().as_slice()).collect();
    let text: Vec<&str> = pages.iter().map(|page| page.text.as_str()).collect();
    Shown {
        sha256: sha256(document),
        size: u32::try_from(document.len()).unwrap_or(u32::MAX),
        pages: u16::try_from(pages.len()).unwrap_or(u16::MAX),
        images: hash_parts(&images),
        text: sha256(text.join("\u{c}").as_bytes()),
        renderer: RENDERER.to_owned(),
    }
}
