//! A resource asks what a token that it was shown is worth (RFC 7662).

use idp_core::fault::{ErrorCode, Fault};
use idp_core::introspection::{self, Presented};
use idp_core::parameters::Parameters;
use idp_core::secret::AccessToken;
use idp_core::subject::Person;
use idp_core::token::{Facts, Row};

use super::push::authenticate;
use super::{App, Refused};
use crate::store::{StoreError, once};

/// Answers for the authenticated client.
pub(crate) async fn answer(app: &App, form: &Parameters) -> Result<String, Refused> {
    let now = app.now();
    let client = authenticate(app, form)?;
    app.store.apply(once::assertion(&client)).await?;
    let token = form.get("token").ok_or(Fault::new(ErrorCode::InvalidRequest, "token is required"))?;
    let found = find(app, token).await?;
    let presented =
        found.as_ref().map(|(row, facts, person)| Presented { row, facts, person: person.as_ref() });
    Ok(introspection::answer(presented, client.client(), &app.pairwise, &app.issuer, now))
}

async fn find(app: &App, token: &str) -> Result<Option<(Row, Facts, Option<Person>)>, StoreError> {
    let Some(token) = AccessToken::parse(token) else { return Ok(None) };
    let Some(row) = app.store.token(&token.hash()).await? else { return Ok(None) };
    let Some(facts) = Facts::open(&row, &token) else { return Ok(None) };
    let person = match facts.person {
        Some(person) => app.store.person(person).await?,
        None => None,
    };
    Ok(Some((row, facts, person)))
}
