//! An agency asks who its token is about (OpenID Connect Core §5.3).

use idp_core::secret::AccessToken;
use idp_core::token::Facts;
use idp_core::userinfo::{self, INVALID_TOKEN};

use super::token::{Question, prove};
use super::{App, Refused};

/// Answers with the granted claims.
pub(crate) async fn answer(
    app: &App,
    method: &str,
    access_token: &str,
    proofs: &[String],
) -> Result<String, Refused> {
    let now = app.now();
    let uri = app.issuer.endpoint(idp_core::discovery::path::USERINFO);
    let question = Question { method, uri: &uri, access_token: Some(access_token), now };
    let proof = prove(app, proofs, &question)?;
    let token = AccessToken::parse(access_token).ok_or(INVALID_TOKEN)?;
    let row = app.store.token(&token.hash()).await?.ok_or(INVALID_TOKEN)?;
    let facts = Facts::open(&row, &token).ok_or(INVALID_TOKEN)?;
    let person = match facts.person {
        Some(person) => app.store.person(person).await?,
        None => None,
    };
    Ok(userinfo::answer(&row, &facts, person.as_ref(), &proof, &app.issuer, now)?)
}
