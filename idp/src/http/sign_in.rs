//! `POST /sign-in`: the passkey's answer comes back.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use idp_core::authn::AuthnError;
use service::http::form::Form;
use service::http::{CaseNumber, detached};

use super::Http;
use crate::app::sign_in::{self, Attempt, SignInError, SignedIn};
use crate::app::transaction::{self, PageError, Step, Transaction, Who};
use crate::pages::Way;

pub(super) async fn sign_in(
    http: Http,
    case: CaseNumber,
    headers: HeaderMap,
    form: Result<Form, service::http::Problem>,
) -> Response {
    let Ok(form) = form else { return http.foreign(&case) };
    let Some(open) = http.posted(&headers, &form) else { return http.foreign(&case) };
    let Some(id) = open.id() else { return http.foreign(&case) };
    let (app, old) = (http.app.clone(), http.session_secret(&headers));
    let credential = form.one("credential").unwrap_or_default().to_owned();
    let work = async move {
        let transaction = transaction::resume(&app, &id).await?;
        let replaces = old.map(|secret| secret.hash());
        let attempt = Attempt { credential: &credential, state: open.state(), begun: open.begun(), replaces };
        let signed_in = sign_in::finish(&app, &attempt).await;
        let next = match signed_in {
            Ok(SignedIn { secret, session, person }) => {
                let who = Who { session: &session, person: &person };
                let step = transaction::step_of(&app, &transaction, Some(who), false).await;
                Ok((secret, step))
            }
            Err(error) => Err(error),
        };
        Ok::<_, PageError>((transaction, next))
    };
    match detached(work).await {
        Ok(Ok((transaction, Ok((secret, step))))) => {
            let mut response = match step {
                // One page, one address: the consent page can be loaded again.
                Ok(Step::AskConsent { .. }) => {
                    Redirect::to(&format!("/consent?transaction={}", transaction.id.hex())).into_response()
                }
                step => http.show(&case, &headers, &transaction, step, None),
            };
            match http.keep_session(&secret) {
                Ok(cookie) => {
                    response.headers_mut().append(header::SET_COOKIE, cookie);
                    response
                }
                Err(broken) => http.broken(&case, &broken),
            }
        }
        Ok(Ok((transaction, Err(error)))) => http.sign_in_error(&case, &headers, &transaction, &error),
        Ok(Err(error)) => http.page_error(&case, &headers, &error),
        Err(problem) => problem.case(&case).into_response(),
    }
}

impl Http {
    /// A person who cannot log in is told so; whose passkey did not fit may try again on the same page.
    fn sign_in_error(
        &self,
        case: &CaseNumber,
        headers: &HeaderMap,
        transaction: &Transaction,
        error: &SignInError,
    ) -> Response {
        match error {
            SignInError::NotActive(_) => self.at(headers, transaction).not_active(case, headers, transaction),
            SignInError::Broken(broken) => self.at(headers, transaction).broken(case, broken),
            _ => {
                tracing::info!(%case, %error, "a sign-in was refused");
                let mut page = self.show(case, headers, transaction, Ok(Step::SignIn), Some(problem(error)));
                if page.status() == StatusCode::OK {
                    *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
                }
                page
            }
        }
    }

    /// The identity was stopped: the way back to the agency ends the transaction.
    fn not_active(&self, case: &CaseNumber, headers: &HeaderMap, transaction: &Transaction) -> Response {
        let client = match transaction.client(&self.app.clients) {
            Ok(client) => client,
            Err(error) => return self.page_error(case, headers, &error),
        };
        let id = transaction.id.hex();
        let Some(open) = self.transaction(headers, Some(&id)) else { return self.foreign(case) };
        let way = Way::Back { client, transaction: &id, csrf: &self.token(&open) };
        self.refuse_with(case, StatusCode::FORBIDDEN, "not-active", way)
    }
}

/// The sentence for a passkey that did not sign anybody in.
const fn problem(error: &SignInError) -> &'static str {
    match error {
        SignInError::Unknown => "sign-in-unknown",
        SignInError::Replayed | SignInError::Authn(AuthnError::CeremonyOver) => "sign-in-late",
        _ => "sign-in-refused",
    }
}
