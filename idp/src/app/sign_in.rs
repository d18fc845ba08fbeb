//! A person signs in: their passkey's answer becomes a session.
//!
//! webauthn-rs and the core judge the same answer; challenge, counter and session are one write, so an answer counts
//! once and only while the person is active.

use idp_core::authn::{self, Answer, AuthnError, CEREMONY_SECONDS_MAX, Passkey};
use idp_core::event::{Event, What};
use idp_core::secret::SessionSecret;
use idp_core::session::{Session, SessionError};
use idp_core::subject::Person;
use pki_core::bytes::Hash;
use pki_core::feed::Status;
use service::clock::Instant;

use super::passkey::{self, PasskeyError};
use super::{App, Broken, feed};
use crate::store::{StoreError, once, passkeys, sessions};

/// Why nobody was signed in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SignInError {
    /// No such passkey is enrolled here, or not any more.
    #[error("the passkey is not known here")]
    Unknown,
    /// The library refused the answer.
    #[error(transparent)]
    Passkey(#[from] PasskeyError),
    /// The core refused the answer.
    #[error(transparent)]
    Authn(#[from] AuthnError),
    /// The person may not log in.
    #[error("this person may not log in: {0:?}")]
    NotActive(Status),
    /// The challenge was answered before, or the counter moved meanwhile.
    #[error("this answer was given before")]
    Replayed,
    /// Ours.
    #[error(transparent)]
    Broken(#[from] Broken),
}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
        Self::Broken(Broken::Store(error))
    }
}

/// An answer with the ceremony of the browser's own cookie.
pub(crate) struct Attempt<'a> {
    /// `PublicKeyCredential.toJSON()`.
    pub(crate) credential: &'a str,
    /// The library's state.
    pub(crate) state: &'a str,
    /// When the challenge was given.
    pub(crate) begun: Instant,
    /// The session that this one replaces (failure C-18: a new one at each change of privilege).
    pub(crate) replaces: Option<Hash>,
}

/// Begins a ceremony.
pub(crate) fn begin(app: &App) -> Result<passkey::Begun, Broken> {
    app.passkeys.begin().map_err(Broken::Ceremony)
}

/// A session that has just begun.
pub(crate) struct SignedIn {
    /// For the cookie.
    pub(crate) secret: SessionSecret,
    pub(crate) session: Session,
    pub(crate) person: Person,
}

/// Judges the answer and begins the session.
pub(crate) async fn finish(app: &App, attempt: &Attempt<'_>) -> Result<SignedIn, SignInError> {
    let now = app.now();
    let answer = Answer::read(attempt.credential)?;
    let known = find(app, answer.unverified_credential_id()).await?;
    app.passkeys.judge(attempt.credential, attempt.state, &known)?;
    let ceremony = passkey::ceremony(attempt.state, attempt.begun)?;
    let proof = authn::verify(&ceremony, &answer, &known, &app.relying_party, now)?;
    let person = app.store.person(proof.person()).await?.ok_or(SignInError::Unknown)?;
    let secret = SessionSecret::generate(&*app.random).map_err(Broken::Random)?;
    let session = Session::begin(&proof, &person, &secret).map_err(|error| match error {
        SessionError::NotActive(status) => SignInError::NotActive(status),
        SessionError::OtherPerson | SessionError::Unreadable => SignInError::Unknown,
    })?;
    let row = session.row(&secret, &*app.random).map_err(Broken::Seal)?;
    let over = attempt.begun.plus_seconds(CEREMONY_SECONDS_MAX + 60);
    let mut plan = passkeys::count(&proof, known.counter)
        .then(once::challenge(&proof.challenge(), over))
        .then(sessions::begin(&row));
    if let Some(old) = attempt.replaces {
        plan = plan.then(sessions::end(&old, now));
    }
    let plan = plan.then(app.event(&Event::here(What::SignedIn), now).map_err(Broken::Random)?);
    match app.store.apply(plan).await {
        Ok(_) => Ok(SignedIn { secret, session, person }),
        Err(error) if error.exists(once::CHALLENGE) || error.lost("passkeys.count") => {
            Err(SignInError::Replayed)
        }
        Err(error) => Err(error.into()),
    }
}

/// The passkey of a credential. One that is not known may have been made a moment ago: the registry is asked once before
/// the person is sent away.
async fn find(app: &App, credential_id: &[u8]) -> Result<Passkey, SignInError> {
    if let Some(known) = app.store.passkey(credential_id, app.row_key.expose()).await? {
        return Ok(known);
    }
    if let Err(error) = feed::poll(app, 0).await {
        tracing::warn!(error = %crate::error_chain(&error), "the registry could not be asked for a new passkey");
    }
    app.store.passkey(credential_id, app.row_key.expose()).await?.ok_or(SignInError::Unknown)
}
