//! `/desk`: the desk between two people. `/desk/cases`: the next one. `/desk/find`: an enrolment by case number.

use axum::http::HeaderMap;
use axum::response::Response;
use service::http::CaseNumber;
use service::http::form::{Form, Query};

use super::super::{Http, go};
use super::{Desk, Sheet, step};
use crate::app::desk::{self, DeskError};
use crate::app::status::{self, StatusError};
use crate::pages::desk::{DeskHome, HomeNotes};
use crate::pages::{Problems, rendered};

pub(in crate::http) async fn page(http: Http, headers: HeaderMap, case: CaseNumber) -> Response {
    let desk = step!(Desk::enter(http, &headers, case).await);
    home(&desk, "", &Problems::default()).await
}

async fn home(desk: &Desk, number: &str, problems: &Problems) -> Response {
    let open = match desk::open_case(&desk.http.app, desk.officer()).await {
        Ok(open) => open,
        Err(fault) => return desk.http.fault(&desk.case, &fault),
    };
    let t = desk.http.texts();
    let main = rendered(&DeskHome { t, csrf: &desk.csrf(), open: open.as_deref(), number, problems });
    desk.page(Sheet {
        title: t.say("desk-title"),
        main: &main,
        notes: rendered(&HomeNotes { t }),
        wrong: !problems.is_empty(),
        ..Sheet::default()
    })
}

pub(in crate::http) async fn open(http: Http, headers: HeaderMap, case: CaseNumber, form: Form) -> Response {
    let desk = step!(Desk::posted(http, &headers, case, &form).await);
    match step!(desk.run(|app, officer| async move { desk::open(&app, &officer).await }).await) {
        Ok(number) | Err(DeskError::StillOpen(number)) => go(&format!("/desk/cases/{number}")),
        Err(error) => desk.refuse(&error),
    }
}

pub(in crate::http) async fn find(
    http: Http,
    Query(query): Query,
    headers: HeaderMap,
    case: CaseNumber,
) -> Response {
    let desk = step!(Desk::enter(http, &headers, case).await);
    let typed = query.one("number").unwrap_or_default();
    let key = match desk::heard_case_number(typed) {
        None => "desk-find-wrong",
        Some(number) => match status::person(&desk.http.app, &number).await {
            Ok(_) => return go(&format!("/desk/cases/{number}")),
            Err(StatusError::NoPerson) => "desk-find-none",
            Err(error) => return desk.http.status_error(&desk.case, &error),
        },
    };
    let mut problems = Problems::default();
    problems.add(desk.http.texts(), "number", key);
    home(&desk, typed, &problems).await
}
