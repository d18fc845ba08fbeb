//! `/desk/cases/NUMBER/other-names`: the name in another script, a previous or a preferred one; as many as there are.

use std::sync::Arc;

use axum::response::Response;
use pki_core::enrolment::FieldKind;

use super::super::go;
use super::names::{mend, parts, typed};
use super::{Answered, Desk, InHand, Sheet, at, step};
use crate::app::App;
use crate::app::desk::{self, DeskError};
use crate::app::names::writings;
use crate::pages::desk::{OtherNames, TypedName};
use crate::pages::{Plate, Problems, rendered};
use crate::store::cases::{CaseRow, Name};
use crate::store::officers::OfficerRow;

fn kind(word: &str) -> Option<FieldKind> {
    match word {
        "transliterated" => Some(FieldKind::Transliterated),
        "previous" => Some(FieldKind::Previous),
        "preferred" => Some(FieldKind::Preferred),
        _ => None,
    }
}

/// The catalogue's key for a kind.
pub(super) const fn kind_key(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Official => "kind-official",
        FieldKind::Transliterated => "kind-transliterated",
        FieldKind::Previous => "kind-previous",
        FieldKind::Preferred => "kind-preferred",
    }
}

pub(in crate::http) async fn page(InHand { desk, row }: InHand) -> Response {
    show(&desk, &row, "", &TypedName::default(), &Problems::default())
}

fn show(desk: &Desk, case: &CaseRow, another: &str, typed: &TypedName, problems: &Problems) -> Response {
    let recorded = writings(&case.answers.names)
        .iter()
        .filter(|writing| writing.kind != FieldKind::Official)
        .map(|writing| (kind_key(writing.kind).to_owned(), Plate::new(writing.script, writing.full())))
        .collect();
    let t = desk.http.texts();
    let main = rendered(&OtherNames { t, csrf: &desk.csrf(), recorded, another, typed, problems });
    desk.page(Sheet {
        title: t.say("other-title"),
        main: &main,
        case: Some(case),
        step: Some("step-other-names"),
        back: Some((at(&case.number, "names"), "step-names")),
        wrong: !problems.is_empty(),
        ..Sheet::default()
    })
}

pub(in crate::http) async fn answer(Answered { desk, row, form }: Answered) -> Response {
    let another = form.one("another").unwrap_or_default();
    let official = |name: &&Name| name.kind == FieldKind::Official;
    match another {
        "no" => go(&at(&row.number, "birth-date")),
        "clear" => {
            let names = row.answers.names.iter().filter(official).cloned().collect();
            record(&desk, &row, names, &TypedName::default()).await
        }
        "yes" => {
            let typed = typed(&form);
            let mut problems = mend(desk.http.texts(), &typed);
            let Some(kind) = kind(&typed.kind) else {
                problems.0.insert(0, missing(&desk, "kind", "other-kind-choose"));
                return show(&desk, &row, another, &typed, &problems);
            };
            if !problems.is_empty() {
                return show(&desk, &row, another, &typed, &problems);
            }
            // The same kind in the same script is written once: the later one stands.
            let same = |name: &Name| name.kind == kind && name.script == typed.script;
            let mut names: Vec<Name> = row.answers.names.iter().filter(|name| !same(name)).cloned().collect();
            names.extend(parts(&typed, kind));
            record(&desk, &row, names, &typed).await
        }
        _ => {
            let problems = Problems(vec![missing(&desk, "another", "other-choose")]);
            show(&desk, &row, another, &typed(&form), &problems)
        }
    }
}

fn missing(desk: &Desk, field: &'static str, key: &str) -> crate::pages::Problem {
    crate::pages::Problem { field, text: desk.http.texts().say(key) }
}

async fn record(desk: &Desk, row: &CaseRow, names: Vec<Name>, typed: &TypedName) -> Response {
    let number = row.number.clone();
    let work = |app: Arc<App>, officer: OfficerRow| async move {
        desk::answer_names(&app, &officer, &number, &names).await
    };
    match step!(desk.run(work).await) {
        Err(DeskError::Names(_)) => {
            let problems = Problems(vec![missing(desk, "given", "names-strange")]);
            show(desk, row, "yes", typed, &problems)
        }
        done => desk.then(done, &at(&row.number, "other-names")),
    }
}
