//! `GET` and `POST /authorize`: the browser arrives with the address of a pushed request.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use idp_core::client::Client;
use idp_core::consent::Consent;
use idp_core::parameters::Parameters;
use pki_core::bytes::Hash;
use service::http::form::{Form, Query};
use service::http::{CaseNumber, detached, leave};

use super::{Http, parameters};
use crate::app::transaction::{self, PageError, Step, Transaction};
use crate::app::{Broken, sign_in};
use crate::pages;

pub(super) async fn arrive(
    http: Http,
    case: CaseNumber,
    headers: HeaderMap,
    query: Result<Query, service::http::Problem>,
) -> Response {
    match query {
        Ok(Query(form)) => go_in(&http, &case, &headers, parameters(&form)).await,
        Err(_) => http.refuse(&case, StatusCode::BAD_REQUEST, "request-wrong"),
    }
}

pub(super) async fn arrive_by_form(
    http: Http,
    case: CaseNumber,
    headers: HeaderMap,
    form: Result<Form, service::http::Problem>,
) -> Response {
    match form {
        Ok(form) => go_in(&http, &case, &headers, parameters(&form)).await,
        Err(_) => http.refuse(&case, StatusCode::BAD_REQUEST, "request-wrong"),
    }
}

async fn go_in(http: &Http, case: &CaseNumber, headers: &HeaderMap, query: Parameters) -> Response {
    let (app, secret) = (http.app.clone(), http.session_secret(headers));
    let work = async move {
        let transaction = transaction::open(&app, &query).await?;
        let step = transaction::step(&app, &transaction, secret.as_ref(), false).await;
        Ok::<_, PageError>((transaction, step))
    };
    match detached(work).await {
        // RFC 9700 §4.12: 303. Nothing was posted to us, so no form-action stands in the way.
        Ok(Ok((_, Ok(Step::Leave(url))))) => Redirect::to(&url).into_response(),
        Ok(Ok((transaction, step))) => http.show(case, headers, &transaction, step, None),
        Ok(Err(error)) => http.page_error(case, headers, &error),
        Err(problem) => problem.case(case).into_response(),
    }
}

impl Http {
    /// The page of a step: sign in, consent, or the way back to the agency after a form; or why there is none.
    pub(super) fn show(
        &self,
        case: &CaseNumber,
        headers: &HeaderMap,
        transaction: &Transaction,
        step: Result<Step, PageError>,
        problem: Option<&'static str>,
    ) -> Response {
        let http = self.at(headers, transaction);
        let client = step.and_then(|step| Ok((transaction.client(&http.app.clients)?, step)));
        let (client, step) = match client {
            Ok(found) => found,
            Err(error) => return http.page_error(case, headers, &error),
        };
        let shown = match step {
            Step::Leave(url) => {
                let words = client.words_for(http.site.texts.lang());
                Ok(leave::page(&http.site, &url, words.name()))
            }
            Step::SignIn => http.show_sign_in(headers, transaction, client, problem),
            Step::AskConsent { asked, person } => {
                http.with_transaction(headers, &transaction.id, String::new(), |open| {
                    let secret = http.session_secret(headers);
                    let sign_out = http.logout_token(secret.as_ref());
                    let wish = pages::Asking { client, asked: &asked, person: &person, sign_out: &sign_out };
                    let csrf = http.consent_token(open, secret.as_ref());
                    pages::consent(&http.site, &wish, &transaction.id.hex(), &csrf)
                })
            }
        };
        shown.unwrap_or_else(|broken| http.broken(case, &broken))
    }

    /// In the languages of a transaction. Whichever form brought the browser here, the transaction goes on at one address.
    pub(super) fn at(&self, headers: &HeaderMap, transaction: &Transaction) -> Self {
        let here = format!("/consent?transaction={}", transaction.id.hex());
        self.speaking(headers, transaction.request.ui_locales(), here)
    }

    fn show_sign_in(
        &self,
        headers: &HeaderMap,
        transaction: &Transaction,
        client: &Client,
        problem: Option<&'static str>,
    ) -> Result<Response, Broken> {
        let begun = sign_in::begin(&self.app)?;
        let view = pages::SigningIn {
            client,
            asked: &Consent::asked(&transaction.request, client),
            options: &begun.options,
            rp_id: &self.app.relying_party.rp_id,
            problem,
        };
        self.with_transaction(headers, &transaction.id, begun.state, |open| {
            pages::sign_in(&self.site, &view, &transaction.id.hex(), &self.token(open))
        })
    }

    /// Notes the transaction in the browser's cookie and answers with its page.
    fn with_transaction(
        &self,
        headers: &HeaderMap,
        id: &Hash,
        state: String,
        page: impl FnOnce(&super::browser::Open) -> Response,
    ) -> Result<Response, Broken> {
        let (open, cookie) = self.keep_transaction(headers, id, state)?;
        let mut response = page(&open);
        response.headers_mut().append(header::SET_COOKIE, cookie);
        Ok(response)
    }
}
