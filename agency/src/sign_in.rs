//! Signing in, as the agency sees it: an attempt goes out with the browser and must come back with it.
//! Nothing of an authorization response is used before its state, browser and issuer are known.
//! Data: a browser's secret and the provider's answers in, a session or an address out.

use url::Url;

use crate::assembly::{Assembly, Trouble};
use crate::oidc::{Granted, Wish};
use crate::secret::fresh;
use crate::statement;
use crate::store::{Attempt, Session};
use crate::support;

/// The parameters of an authorization response (RFC 6749 §4.1.2, RFC 9207 §2).
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    pub(crate) code: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) iss: Option<String>,
}

/// Where the person goes now.
pub(crate) enum Arrived {
    /// Signed in: the browser gets this secret and goes on.
    SignedIn { secret: String, return_to: String },
    /// Allowed to sign: the browser goes to the signature service.
    ToSign(Url),
}

/// Begins to sign in; answers the provider's address.
pub(crate) async fn begin(assembly: &Assembly, browser: &str, return_to: &str) -> Result<Url, Trouble> {
    go(assembly, browser, &Wish { scope: "profile", resource: None }, None, return_to).await
}

/// Begins an authorization of any kind.
pub(crate) async fn go(
    assembly: &Assembly,
    browser: &str,
    wish: &Wish<'_>,
    statement: Option<&str>,
    return_to: &str,
) -> Result<Url, Trouble> {
    let begun = assembly.party.begin(wish).await?;
    let attempt = Attempt {
        nonce: begun.nonce,
        verifier: begun.verifier,
        statement: statement.map(str::to_owned),
        return_to: return_to.to_owned(),
    };
    assembly.store.begin_attempt(&begun.state, browser, &attempt, assembly.clock.seconds()).await?;
    Ok(begun.address)
}

/// The browser has come back.
pub(crate) async fn arrive(assembly: &Assembly, browser: &str, answer: &Answer) -> Result<Arrived, Trouble> {
    let state = answer.state.as_deref().ok_or(Trouble::StaleAttempt)?;
    assembly.party.check_issuer(answer.iss.as_deref())?;
    let attempt = assembly
        .store
        .take_attempt(state, browser, assembly.clock.seconds())
        .await?
        .ok_or(Trouble::StaleAttempt)?;
    let code = match (&answer.code, &answer.error) {
        (Some(code), None) => code,
        (_, Some(error)) if error == "access_denied" => return Err(Trouble::Declined),
        (_, Some(error)) => return Err(Trouble::ProviderEnded(error.clone())),
        (None, None) => return Err(Trouble::StaleAttempt),
    };
    let granted = assembly.party.finish(code, &attempt.nonce, &attempt.verifier).await?;
    match attempt.statement {
        Some(statement) => support::order(assembly, &statement, &granted).await.map(Arrived::ToSign),
        None => sign_in(assembly, granted, attempt.return_to).await,
    }
}

async fn sign_in(assembly: &Assembly, granted: Granted, return_to: String) -> Result<Arrived, Trouble> {
    let person = assembly.party.person(&granted).await?;
    let secret = fresh()?;
    let session = Session {
        written_name: statement::drawable(&person.names).map(str::to_owned),
        name: person.names.into_iter().next().unwrap_or_else(|| "Signed in".to_owned()),
        given_name: person.given_name,
        subject: granted.subject,
        id_token: granted.id_token,
    };
    assembly.store.start_session(&secret, &session, assembly.clock.seconds()).await?;
    Ok(Arrived::SignedIn { secret, return_to })
}
