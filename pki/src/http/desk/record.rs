//! `/desk/cases/NUMBER/answers`: everything once more. `/approve`: the officer's passkey over the record.

use std::sync::Arc;

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use service::http::CaseNumber;
use service::http::form::Form;
use service::i18n::Texts;

use super::super::Http;
use super::other_names::kind_key;
use super::{Answered, Desk, InHand, Sheet, at, step};
use crate::app::App;
use crate::app::desk::{self, DeskError};
use crate::app::names::writings;
use crate::pages::desk::{Answers, Approve};
use crate::pages::{PasskeyForm, Plate, Problems, rendered, spelled_date};
use crate::store::cases::{CaseRow, Stage};
use crate::store::officers::OfficerRow;

pub(super) fn plates(case: &CaseRow) -> Vec<(String, Plate)> {
    writings(&case.answers.names)
        .iter()
        .map(|writing| (kind_key(writing.kind).to_owned(), Plate::new(writing.script, writing.full())))
        .collect()
}

/// The document in words, and the end of its number.
pub(super) fn document<'a>(t: &Texts, case: &'a CaseRow) -> (String, &'a str) {
    case.answers.identity.as_ref().map_or_else(
        || (String::new(), ""),
        |identity| (t.say(&format!("document-{}", identity.document)), identity.ending.as_str()),
    )
}

pub(in crate::http) async fn page(InHand { desk, row }: InHand) -> Response {
    if !matches!(row.stage, Stage::Open | Stage::Recorded(_)) {
        return desk.refuse(&DeskError::OtherStep);
    }
    show(&desk, &row, &Problems::default())
}

fn show(desk: &Desk, case: &CaseRow, problems: &Problems) -> Response {
    let t = desk.http.texts();
    let (document, ending) = document(t, case);
    let main = rendered(&Answers {
        t,
        csrf: &desk.csrf(),
        number: &case.number,
        names: plates(case),
        birth_date: spelled_date(t, case.answers.birth_date.as_deref().unwrap_or_default()),
        document,
        ending,
        problems,
    });
    desk.page(Sheet {
        title: t.say("answers-title"),
        main: &main,
        case: Some(case),
        step: Some("step-approve"),
        back: Some((at(&case.number, "identity"), "step-identity")),
        wrong: !problems.is_empty(),
        ..Sheet::default()
    })
}

pub(in crate::http) async fn make(Answered { desk, row, .. }: Answered) -> Response {
    let (number, next) = (row.number.clone(), at(&row.number, "approve"));
    let work =
        |app: Arc<App>, officer: OfficerRow| async move { desk::make_record(&app, &officer, &number).await };
    match step!(desk.run(work).await) {
        Err(DeskError::Unanswered(_) | DeskError::Names(_)) => {
            let mut problems = Problems::default();
            problems.add(desk.http.texts(), "answers", "answers-unanswered");
            show(&desk, &row, &problems)
        }
        done => desk.then(done, &next),
    }
}

pub(in crate::http) async fn approve_page(InHand { desk, row }: InHand) -> Response {
    let Stage::Recorded(recorded) = &row.stage else { return desk.refuse(&DeskError::OtherStep) };
    let Some((_, name)) = plates(&row).into_iter().next() else { return desk.refuse(&DeskError::OtherStep) };
    let (t, action) = (desk.http.texts(), at(&row.number, "approve"));
    let csrf = desk.csrf();
    let form = rendered(&PasskeyForm {
        t,
        kind: "get",
        action: &action,
        options: &desk.http.app.approval_options(desk.officer(), &desk::record_challenge(recorded)),
        csrf: &csrf,
        ceremony: "",
        button: t.say("approve-button"),
        refused: t.say("approve-refused"),
    });
    let main = rendered(&Approve { t, csrf: &csrf, number: &row.number, name, form });
    desk.page(Sheet {
        title: t.say("approve-title"),
        main: &main,
        case: Some(&row),
        step: Some("step-approve"),
        back: Some((at(&row.number, "answers"), "answers-title")),
        ..Sheet::default()
    })
}

pub(in crate::http) async fn approve(
    http: Http,
    Path(number): Path<String>,
    headers: HeaderMap,
    case: CaseNumber,
    form: Form,
) -> Response {
    let desk = step!(Desk::posted(http, &headers, case, &form).await);
    let next = at(&number, "slip");
    let credential = form.one("credential").unwrap_or_default().to_owned();
    let work = |app: Arc<App>, officer: OfficerRow| async move {
        desk::approve(&app, &officer, &number, &credential).await
    };
    let done = step!(desk.run(work).await);
    desk.then(done, &next)
}
