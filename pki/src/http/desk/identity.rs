//! `/desk/cases/NUMBER/identity`: what was looked at, and whether the photo is the person.

use std::sync::Arc;

use axum::response::Response;

use super::super::go;
use super::record::plates;
use super::{Answered, Desk, InHand, Sheet, at, step};
use crate::app::App;
use crate::app::desk;
use crate::pages::desk::{DOCUMENTS, IdentityCheck};
use crate::pages::{Problems, rendered, spelled_date};
use crate::store::cases::{CaseRow, Identity};
use crate::store::officers::OfficerRow;

pub(in crate::http) async fn page(InHand { desk, row }: InHand) -> Response {
    let recorded = row.answers.identity.clone();
    let none = || Identity { document: String::new(), ending: String::new(), photo: String::new() };
    show(&desk, &row, &recorded.unwrap_or_else(none), &Problems::default())
}

fn show(desk: &Desk, case: &CaseRow, typed: &Identity, problems: &Problems) -> Response {
    let t = desk.http.texts();
    let main = rendered(&IdentityCheck {
        t,
        csrf: &desk.csrf(),
        number: &case.number,
        names: plates(case),
        birth_date: case.answers.birth_date.as_deref().map_or_else(String::new, |date| spelled_date(t, date)),
        document: &typed.document,
        ending: &typed.ending,
        photo: &typed.photo,
        problems,
    });
    desk.page(Sheet {
        title: t.say("identity-title"),
        main: &main,
        case: Some(case),
        step: Some("step-identity"),
        back: Some((at(&case.number, "birth-date"), "step-birth-date")),
        wrong: !problems.is_empty(),
        ..Sheet::default()
    })
}

pub(in crate::http) async fn answer(Answered { desk, row, form }: Answered) -> Response {
    let text = |name: &str| form.one(name).unwrap_or_default().trim().to_owned();
    let typed = Identity { document: text("document"), ending: text("ending"), photo: text("photo") };
    if typed.photo == "not-sure" {
        return not_sure(&desk, row.number).await;
    }
    let (t, mut problems) = (desk.http.texts(), Problems::default());
    if !DOCUMENTS.contains(&typed.document.as_str()) {
        problems.add(t, "document", "identity-document-choose");
    }
    if typed.ending.len() > 4 || !typed.ending.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        problems.add(t, "ending", "identity-ending-wrong");
    }
    if typed.photo != "same" {
        problems.add(t, "photo", "identity-photo-choose");
    }
    if !problems.is_empty() {
        return show(&desk, &row, &typed, &problems);
    }
    let (number, next) = (row.number.clone(), at(&row.number, "answers"));
    let work = |app: Arc<App>, officer: OfficerRow| async move {
        desk::answer_identity(&app, &officer, &number, &typed).await
    };
    let done = step!(desk.run(work).await);
    desk.then(done, &next)
}

/// Who is not sure enrols nobody: the case is closed, and its page says what the person can do.
async fn not_sure(desk: &Desk, number: String) -> Response {
    let closed = format!("/desk/cases/{number}");
    match step!(desk.run(|app, officer| async move { desk::close(&app, &officer, &number).await }).await) {
        Ok(()) => go(&closed),
        Err(error) => desk.refuse(&error),
    }
}
