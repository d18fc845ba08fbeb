//! `/desk/cases/NUMBER/status`: an order is made. `/status/ORDER`: the officer's passkey over it.

use std::sync::Arc;

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use pki_core::bytes::Id;
use pki_core::feed::Status;
use service::http::CaseNumber;
use service::http::form::Form;

use super::super::{Http, go};
use super::case::status_word;
use super::{Desk, Sheet, at, step};
use crate::app::App;
use crate::app::status::{self, StatusError};
use crate::pages::desk::{Order, PersonNotes};
use crate::pages::{PasskeyForm, rendered};
use crate::store::officers::OfficerRow;

pub(in crate::http) async fn make(
    http: Http,
    Path(number): Path<String>,
    headers: HeaderMap,
    case: CaseNumber,
    form: Form,
) -> Response {
    let desk = step!(Desk::posted(http, &headers, case, &form).await);
    let to = match form.one("status") {
        Some("suspended") => Status::Suspended,
        Some("active") => Status::Active,
        _ => return desk.http.nowhere(&desk.case),
    };
    let page = at(&number, "status");
    let work =
        |app: Arc<App>, officer: OfficerRow| async move { status::make(&app, &officer, &number, to).await };
    match step!(desk.run(work).await) {
        Ok(order) => go(&format!("{page}/{}", order.hex())),
        Err(error) => desk.http.status_error(&desk.case, &error),
    }
}

pub(in crate::http) async fn page(
    http: Http,
    Path((number, order)): Path<(String, String)>,
    headers: HeaderMap,
    case: CaseNumber,
) -> Response {
    let desk = step!(Desk::enter(http, &headers, case).await);
    let Some(id) = Id::from_hex(&order) else {
        return desk.http.status_error(&desk.case, &StatusError::NoOrder);
    };
    let row = match status::pending(&desk.http.app, desk.officer(), &id).await {
        Ok(row) => row,
        Err(error) => return desk.http.status_error(&desk.case, &error),
    };
    let t = desk.http.texts();
    let to = status_word(row.order.status);
    let form = rendered(&PasskeyForm {
        t,
        kind: "get",
        action: &format!("{}/{order}", at(&number, "status")),
        options: &desk.http.app.approval_options(desk.officer(), &status::challenge(&row)),
        csrf: &desk.csrf(),
        ceremony: "",
        button: t.say("order-button"),
        refused: t.say("order-refused"),
    });
    let main = rendered(&Order { t, number: &number, to, form });
    let title = if to == "active" { "order-active-title" } else { "order-suspended-title" };
    desk.page(Sheet {
        title: t.say(title),
        main: &main,
        notes: rendered(&PersonNotes { t }),
        back: Some((format!("/desk/cases/{number}"), "person-title")),
        ..Sheet::default()
    })
}

pub(in crate::http) async fn apply(
    http: Http,
    Path((_, order)): Path<(String, String)>,
    headers: HeaderMap,
    case: CaseNumber,
    form: Form,
) -> Response {
    let desk = step!(Desk::posted(http, &headers, case, &form).await);
    let Some(id) = Id::from_hex(&order) else {
        return desk.http.status_error(&desk.case, &StatusError::NoOrder);
    };
    let credential = form.one("credential").unwrap_or_default().to_owned();
    let work = |app: Arc<App>, officer: OfficerRow| async move {
        status::apply(&app, &officer, &id, &credential).await
    };
    match step!(desk.run(work).await) {
        Ok(number) => go(&format!("/desk/cases/{number}")),
        Err(error) => desk.http.status_error(&desk.case, &error),
    }
}
