//! `/desk/cases/NUMBER/names`: the name as the document prints it.

use std::sync::Arc;

use axum::response::Response;
use pki_core::enrolment::{FieldKind, FieldPart};
use service::http::form::Form;
use service::i18n::Texts;
use unicode_normalization::UnicodeNormalization as _;

use super::{Answered, Desk, InHand, Sheet, at, step};
use crate::app::App;
use crate::app::desk::{self, DeskError};
use crate::pages::desk::{Names, SCRIPTS, TypedName};
use crate::pages::{Problems, rendered};
use crate::store::cases::{CaseRow, Name};
use crate::store::officers::OfficerRow;

/// Characters of one name part in a certificate; the page says so.
const NAME_CHARS_MAX: usize = 128;

/// The name fields of a form, in NFC and without spaces around them (R-NAME: nothing else is changed).
pub(super) fn typed(form: &Form) -> TypedName {
    let text = |name: &str| form.one(name).unwrap_or_default().trim().nfc().collect::<String>();
    TypedName {
        given: text("given"),
        family: text("family"),
        single: text("single"),
        script: text("script"),
        kind: text("kind"),
    }
}

/// What must be mended in a name.
pub(super) fn mend(t: &Texts, typed: &TypedName) -> Problems {
    let mut problems = Problems::default();
    let parts = !typed.given.is_empty() || !typed.family.is_empty();
    match (parts, !typed.single.is_empty()) {
        (false, false) => problems.add(t, "given", "names-none"),
        (true, true) => problems.add(t, "single", "names-both"),
        (true, false) | (false, true) => {}
    }
    for (field, text) in [("given", &typed.given), ("family", &typed.family), ("single", &typed.single)] {
        if text.chars().count() > NAME_CHARS_MAX {
            problems.add(t, field, "names-long");
        }
    }
    if !SCRIPTS.contains(&typed.script.as_str()) {
        problems.add(t, "script", "names-script-unknown");
    }
    problems
}

/// The parts of a name as the case keeps them.
pub(super) fn parts(typed: &TypedName, kind: FieldKind) -> Vec<Name> {
    [(FieldPart::Given, &typed.given), (FieldPart::Family, &typed.family), (FieldPart::Single, &typed.single)]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(part, value)| Name { part, kind, script: typed.script.clone(), value: value.clone() })
        .collect()
}

fn recorded(case: &CaseRow) -> TypedName {
    let mut typed = TypedName { script: "Latn".to_owned(), ..TypedName::default() };
    for name in case.answers.names.iter().filter(|name| name.kind == FieldKind::Official) {
        typed.script.clone_from(&name.script);
        match name.part {
            FieldPart::Given => typed.given.clone_from(&name.value),
            FieldPart::Family => typed.family.clone_from(&name.value),
            FieldPart::Single => typed.single.clone_from(&name.value),
            FieldPart::BirthDate | FieldPart::NationalNumber => {}
        }
    }
    typed
}

pub(in crate::http) async fn page(InHand { desk, row }: InHand) -> Response {
    show(&desk, &row, &recorded(&row), &Problems::default())
}

fn show(desk: &Desk, case: &CaseRow, typed: &TypedName, problems: &Problems) -> Response {
    let t = desk.http.texts();
    let main = rendered(&Names { t, csrf: &desk.csrf(), typed, problems });
    desk.page(Sheet {
        title: t.say("names-title"),
        main: &main,
        case: Some(case),
        step: Some("step-names"),
        back: Some(("/desk".to_owned(), "desk-title")),
        wrong: !problems.is_empty(),
        ..Sheet::default()
    })
}

pub(in crate::http) async fn answer(Answered { desk, row, form }: Answered) -> Response {
    let typed = typed(&form);
    let mut problems = mend(desk.http.texts(), &typed);
    if !problems.is_empty() {
        return show(&desk, &row, &typed, &problems);
    }
    let mut names = parts(&typed, FieldKind::Official);
    names.extend(row.answers.names.iter().filter(|name| name.kind != FieldKind::Official).cloned());
    let (number, next) = (row.number.clone(), at(&row.number, "other-names"));
    let work = |app: Arc<App>, officer: OfficerRow| async move {
        desk::answer_names(&app, &officer, &number, &names).await
    };
    match step!(desk.run(work).await) {
        Err(DeskError::Names(_)) => {
            problems.add(desk.http.texts(), "given", "names-strange");
            show(&desk, &row, &typed, &problems)
        }
        done => desk.then(done, &next),
    }
}
