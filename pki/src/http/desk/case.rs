//! `/desk/cases/NUMBER`: wherever the case is; for an enrolled person, status and what can be ordered.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use pki_core::feed::Status;
use service::http::CaseNumber;
use service::http::form::Form;

use super::super::{Http, go};
use super::{Desk, Sheet, at, step};
use crate::app::desk;
use crate::app::status::{self, StatusError};
use crate::pages::desk::{Person, PersonNotes};
use crate::pages::{rendered, when};
use crate::store::cases::{CaseRow, Stage};
use crate::store::people::PersonRow;

pub(in crate::http) async fn page(
    http: Http,
    Path(number): Path<String>,
    headers: HeaderMap,
    case: CaseNumber,
) -> Response {
    let desk = step!(Desk::enter(http, &headers, case).await);
    // An enrolment belongs to the registry, not to the officer who made it: any officer may stop it.
    match status::person(&desk.http.app, &number).await {
        Ok(person) => return person_page(&desk, &person),
        Err(StatusError::NoPerson) => {}
        Err(error) => return desk.http.status_error(&desk.case, &error),
    }
    let row = step!(desk.own_case(&number).await);
    go(&at(&number, next_step(&row)))
}

/// The first step that is not done.
fn next_step(case: &CaseRow) -> &'static str {
    match &case.stage {
        Stage::Open if case.answers.names.is_empty() => "names",
        Stage::Open if case.answers.birth_date.is_none() => "other-names",
        Stage::Open if case.answers.identity.is_none() => "identity",
        Stage::Open => "answers",
        Stage::Recorded(_) => "approve",
        Stage::Approved(_) => "slip",
        Stage::Arrived(_) | Stage::Enrolled | Stage::Closed => "confirm",
    }
}

pub(super) const fn status_word(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Suspended => "suspended",
        Status::Revoked => "revoked",
        Status::Deceased => "deceased",
    }
}

fn person_page(desk: &Desk, person: &PersonRow) -> Response {
    let t = desk.http.texts();
    let main = rendered(&Person {
        t,
        csrf: &desk.csrf(),
        number: &person.case_number,
        status: status_word(person.status),
        since: when(t, person.status_at),
        enrolled: when(t, person.enrolled_at),
    });
    desk.page(Sheet {
        title: t.say("person-title"),
        main: &main,
        notes: rendered(&PersonNotes { t }),
        back: Some(("/desk".to_owned(), "desk-title")),
        ..Sheet::default()
    })
}

pub(in crate::http) async fn close(
    http: Http,
    Path(number): Path<String>,
    headers: HeaderMap,
    case: CaseNumber,
    form: Form,
) -> Response {
    let desk = step!(Desk::posted(http, &headers, case, &form).await);
    let done =
        step!(desk.run(|app, officer| async move { desk::close(&app, &officer, &number).await }).await);
    desk.then(done, "/desk")
}
