//! A person logs out here (RP-initiated logout, or the button on a page).

use idp_core::event::{Event, What};
use idp_core::id_token::Hint;
use idp_core::logout::{self, Logout};
use idp_core::parameters::Parameters;
use idp_core::secret::SessionSecret;

use super::{App, Broken, session};
use crate::store::sessions;

/// What a logout request leads to, and the session that it is about.
pub(crate) async fn decide(
    app: &App,
    query: &Parameters,
    secret: Option<&SessionSecret>,
) -> Result<Logout, Broken> {
    let found = session::resume(app, secret, app.now()).await?;
    let hint =
        query.get("id_token_hint").and_then(|text| Hint::read(text, &app.issuer, app.token_key.public_key()));
    Ok(logout::decide(query, hint.as_ref(), found.as_ref().map(|(session, _)| session), &app.clients))
}

/// Ends the session.
pub(crate) async fn end(app: &App, secret: Option<&SessionSecret>) -> Result<(), Broken> {
    let now = app.now();
    if let Some(secret) = secret {
        let plan = sessions::end(&secret.hash(), now).then(app.event(&Event::here(What::SignedOut), now)?);
        app.store.apply(plan).await?;
    }
    Ok(())
}
