//! The session of a browser, with the person behind it as they are known now.

use idp_core::secret::SessionSecret;
use idp_core::session::Session;
use idp_core::subject::Person;
use service::clock::Instant;

use super::{App, Broken};
use crate::store::sessions;

/// Opens the session of a cookie. `None`: there is none, it was ended or is over, or the person is gone.
pub(crate) async fn resume(
    app: &App,
    secret: Option<&SessionSecret>,
    now: Instant,
) -> Result<Option<(Session, Person)>, Broken> {
    let Some(secret) = secret else { return Ok(None) };
    let Some(row) = app.store.session(&secret.hash()).await? else { return Ok(None) };
    let Ok(session) = Session::open(&row, secret) else { return Ok(None) };
    if !session.is_alive(now) {
        return Ok(None);
    }
    let Some(person) = app.store.person(session.person()).await? else { return Ok(None) };
    if let Some(seen) = sessions::see(&row, now) {
        app.store.apply(seen).await?;
    }
    Ok(Some((session, person)))
}
