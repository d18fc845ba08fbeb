//! `GET` and `POST /consent`: what the agency asks for, and the person's decision. Going back without signing in is a
//! refusal as well, and needs no session.

use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use service::http::form::{Form, Query};
use service::http::{CaseNumber, detached};

use super::Http;
use crate::app::transaction::{self, PageError};

pub(super) async fn page(
    http: Http,
    case: CaseNumber,
    headers: HeaderMap,
    query: Result<Query, service::http::Problem>,
) -> Response {
    let Ok(Query(query)) = query else { return http.foreign(&case) };
    let open = http.transaction(&headers, query.one("transaction"));
    let Some(id) = open.and_then(|open| open.id()) else { return http.foreign(&case) };
    let (app, secret) = (http.app.clone(), http.session_secret(&headers));
    let work = async move {
        let transaction = transaction::resume(&app, &id).await?;
        let step = transaction::step(&app, &transaction, secret.as_ref(), false).await;
        Ok::<_, PageError>((transaction, step))
    };
    match detached(work).await {
        Ok(Ok((transaction, step))) => http.show(&case, &headers, &transaction, step, None),
        Ok(Err(error)) => http.page_error(&case, &headers, &error),
        Err(problem) => problem.case(&case).into_response(),
    }
}

pub(super) async fn decide(
    http: Http,
    case: CaseNumber,
    headers: HeaderMap,
    form: Result<Form, service::http::Problem>,
) -> Response {
    let Ok(form) = form else { return http.foreign(&case) };
    // A yes counts only for the person whose values the page showed; anything but a clear yes is a no.
    let accepted = form.one("decision") == Some("accept");
    let shown = http.posted_consent(&headers, &form);
    let open = if accepted { shown } else { shown.or_else(|| http.posted(&headers, &form)) };
    let Some(id) = open.and_then(|open| open.id()) else { return http.foreign(&case) };
    let (app, secret) = (http.app.clone(), http.session_secret(&headers));
    let work = async move {
        let transaction = transaction::resume(&app, &id).await?;
        let step = if accepted {
            transaction::step(&app, &transaction, secret.as_ref(), true).await
        } else {
            transaction::refuse(&app, &transaction).await
        };
        Ok::<_, PageError>((transaction, step))
    };
    match detached(work).await {
        Ok(Ok((transaction, step))) => http.show(&case, &headers, &transaction, step, None),
        Ok(Err(error)) => http.page_error(&case, &headers, &error),
        Err(problem) => problem.case(&case).into_response(),
    }
}
