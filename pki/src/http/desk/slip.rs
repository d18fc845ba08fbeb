//! `/desk/cases/NUMBER/slip`: the code, on the screen and on paper. `/confirm`: the passkey that arrived.

use std::sync::Arc;

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use pki_core::assertion::FLAG_BE;
use pki_core::bytes::write;
use service::http::CaseNumber;
use service::http::form::Form;
use service::page::{Layout, Shape, TitleBlock};

use super::super::{Http, go};
use super::record::plates;
use super::{Desk, InHand, Sheet, at, step};
use crate::app::App;
use crate::app::desk::{self, DeskError};
use crate::app::names::writings;
use crate::app::person::fingerprint;
use crate::pages::desk::{Confirm, Slip, SlipBelow};
use crate::pages::qr::square;
use crate::pages::{PasskeyForm, Plate, address, around, called, date, rendered, when};
use crate::store::cases::{Arrived, CaseRow, Stage};
use crate::store::officers::OfficerRow;

pub(in crate::http) async fn page(InHand { desk, row }: InHand) -> Response {
    let recorded = match &row.stage {
        Stage::Approved(approved) => &approved.recorded,
        Stage::Arrived(_) | Stage::Enrolled => return go(&format!("/desk/cases/{}", row.number)),
        Stage::Open | Stage::Recorded(_) | Stage::Closed => return desk.refuse(&DeskError::OtherStep),
    };
    match desk::slip_code(&desk.http.app, recorded) {
        Ok(code) => paper(&desk, &row, &code.to_string()),
        Err(fault) => desk.http.fault(&desk.case, &fault),
    }
}

/// The slip as a paper of its own, and what the officer does with it below.
fn paper(desk: &Desk, row: &CaseRow, code: &str) -> Response {
    let (t, site, number) = (desk.http.texts(), &*desk.http.site, row.number.as_str());
    let names: Vec<Plate> = plates(row).into_iter().map(|(_, plate)| plate).collect();
    let writings = writings(&row.answers.names);
    let borne = writings.iter().filter(|one| one.is_borne());
    let borne: Vec<Plate> = borne.map(|one| Plate::new(one.script, one.called())).collect();
    let called = called(t, &borne).unwrap_or_default();
    let lines = [date(t, row.opened_at), t.say_with("slip-title-case", &[("number", number)])];
    let identity = row.answers.identity.as_ref();
    let main = rendered(&Slip {
        t,
        head: rendered(&TitleBlock { site, lines: &lines }),
        title: around(t, "slip-title", &called),
        number,
        names: &names,
        code: code.split('-').map(str::to_owned).collect(),
        square: square(&site.base_url.at(&format!("/enrol/{code}")), &t.say("slip-square")),
        address: around(t, "slip-go-to", address(&site.base_url.at("/enrol")).as_str()),
        until: when(t, row.expires_at),
        did: identity.map_or_else(String::new, |known| t.say(&format!("slip-did-{}", known.document))),
        ending: identity.map_or("", |known| known.ending.as_str()),
        desk: &desk.officer().desk,
        officer: &desk.officer().name,
    });
    let below = rendered(&SlipBelow { t, csrf: &desk.csrf(), number });
    let (title, facts, pause) = (t.say("slip-page"), desk.facts(Some(row)), desk.pause());
    let layout = Layout::new(site, &title, &main)
        .shape(Shape::Paper)
        .woven(number)
        .below(&below)
        .facts(&facts, &pause)
        .sign_out("/desk/sign-out", desk.csrf());
    desk.http.page(layout, Some(&desk.browser))
}

pub(in crate::http) async fn confirm_page(InHand { desk, row }: InHand) -> Response {
    match &row.stage {
        Stage::Arrived(arrived) => show_confirm(&desk, &row, arrived),
        Stage::Enrolled => go(&format!("/desk/cases/{}", row.number)),
        _ => desk.refuse(&DeskError::OtherStep),
    }
}

fn show_confirm(desk: &Desk, case: &CaseRow, arrived: &Arrived) -> Response {
    let (t, action) = (desk.http.texts(), at(&case.number, "confirm"));
    let csrf = desk.csrf();
    let form = rendered(&PasskeyForm {
        t,
        kind: "get",
        action: &action,
        options: &desk.http.app.approval_options(desk.officer(), &desk::bind_challenge(arrived)),
        csrf: &csrf,
        ceremony: "",
        button: t.say("confirm-button"),
        refused: t.say("confirm-refused"),
    });
    let fingerprint = fingerprint(&write(&arrived.tbs.public_key));
    let main = rendered(&Confirm {
        t,
        csrf: &csrf,
        number: &case.number,
        fingerprint: fingerprint.split(' ').collect(),
        synced: arrived.tbs.flags & FLAG_BE != 0,
        form,
    });
    desk.page(Sheet {
        title: t.say("confirm-title"),
        main: &main,
        case: Some(case),
        step: Some("step-confirm"),
        ..Sheet::default()
    })
}

pub(in crate::http) async fn confirm(
    http: Http,
    Path(number): Path<String>,
    headers: HeaderMap,
    case: CaseNumber,
    form: Form,
) -> Response {
    let desk = step!(Desk::posted(http, &headers, case, &form).await);
    let next = format!("/desk/cases/{number}");
    let credential = form.one("credential").unwrap_or_default().to_owned();
    let work = |app: Arc<App>, officer: OfficerRow| async move {
        desk::confirm(&app, &officer, &number, &credential).await
    };
    let done = step!(desk.run(work).await);
    desk.then(done, &next)
}
