//! An officer signs in with a passkey and stays for a working day, or for a quarter of an hour without a step.

use pki_core::bytes::Hash;
use pki_core::key::{random_array, sha256};
use pki_core::time::Instant;

use super::passkey::PasskeyError;
use super::{App, Ceremony, Fault};
use crate::store::officers::{self, OfficerRow};
use crate::store::sessions;

/// A session ends twelve hours after it began (`high`: 12 h overall, product.md §3).
const SESSION_SECONDS_MAX: i64 = 12 * 3600;
/// A session ends after fifteen minutes without a step.
const IDLE_SECONDS_MAX: i64 = 15 * 60;
/// A step is written down at most once a minute.
const TOUCH_SECONDS: i64 = 60;

const PURPOSE: &[u8] = b"desk-sign-in/1";

/// A signed-in officer.
pub(crate) struct Session {
    pub(crate) id: Hash,
    pub(crate) officer: OfficerRow,
}

/// Why nobody was signed in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SignInError {
    /// The page stood open too long, or its state was changed or used before.
    #[error("the sign-in page is out of date")]
    PageOutOfDate,
    /// No officer has this passkey.
    #[error("this passkey is not an officer's")]
    NoOfficer,
    /// The officer's grant is not in force.
    #[error("the officer's grant is not in force")]
    OutOfOffice,
    /// The passkey's answer was not accepted.
    #[error(transparent)]
    Passkey(PasskeyError),
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Begins a sign-in; nothing is written.
pub(crate) fn begin(app: &App) -> Result<Ceremony, Fault> {
    let begun = app.relying_party.begin_sign_in().map_err(Fault::Ceremony)?;
    app.seal(PURPOSE, begun, app.now())
}

/// Signs an officer in. Gives the secret for the cookie; the row holds its hash.
pub(crate) async fn sign_in(app: &App, sealed: &[u8], credential: &str) -> Result<[u8; 32], SignInError> {
    let now = app.now();
    let state = app.open(PURPOSE, sealed, now).ok_or(SignInError::PageOutOfDate)?;
    let (user, credential_id) = app.relying_party.who_unverified(credential).map_err(SignInError::Passkey)?;
    let officer = app.store.officer_by_credential(&credential_id).await.map_err(Fault::from)?;
    let officer = officer.ok_or(SignInError::NoOfficer)?;
    // The user handle must be the credential's owner (identity.md E-24).
    let passkey =
        officer.passkey.as_ref().filter(|passkey| passkey.user_id == user).ok_or(SignInError::NoOfficer)?;
    let signed_in = app
        .relying_party
        .finish_sign_in(credential, &state, &passkey.stored)
        .map_err(SignInError::Passkey)?;
    if !officer.valid_at(now) {
        return Err(SignInError::OutOfOffice);
    }
    let secret: [u8; 32] = random_array(&*app.random).map_err(Fault::from)?;
    let mut plan = sessions::begin(&sha256(&secret), &officer.officer, &signed_in.challenge, now);
    if let Some(stored) = &signed_in.stored {
        plan = plan.then(officers::move_counter(&officer.officer, stored));
    }
    match app.store.apply(plan).await {
        Ok(_) => Ok(secret),
        Err(error) if error.exists("session.begin") => Err(SignInError::PageOutOfDate),
        Err(error) => Err(Fault::from(error).into()),
    }
}

/// The session behind a cookie's secret, if it still counts.
pub(crate) async fn resume(app: &App, secret: &[u8]) -> Result<Option<Session>, Fault> {
    let (now, id) = (app.now(), sha256(secret));
    let Some(row) = app.store.session(&id).await? else { return Ok(None) };
    let too_old = now.seconds_since(row.created_at) >= SESSION_SECONDS_MAX;
    let too_idle = now.seconds_since(row.seen_at) >= IDLE_SECONDS_MAX;
    if row.ended_at.is_some() || too_old || too_idle {
        return Ok(None);
    }
    let Some(officer) = app.store.officer(&row.officer).await? else { return Ok(None) };
    if !officer.valid_at(now) {
        return Ok(None);
    }
    if now.seconds_since(row.seen_at) >= TOUCH_SECONDS {
        app.store.apply(sessions::touch(&id, now)).await?;
    }
    Ok(Some(Session { id, officer }))
}

/// Signs out.
pub(crate) async fn end(app: &App, id: &Hash) -> Result<(), Fault> {
    let now: Instant = app.now();
    app.store.apply(sessions::end(id, now)).await?;
    Ok(())
}
