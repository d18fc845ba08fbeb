//! `/desk/cases/NUMBER/slip`: the code, on the screen and on paper. `/confirm`: the passkey that arrived.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use pki_core::assertion::FLAG_BE;
use pki_core::bytes::write;
use service::http::CaseNumber;
use service::http::form::Form;

use super::super::{Http, go};
use super::record::{document, plates};
use super::{Desk, at, step};
use crate::app::App;
use crate::app::desk::{self, DeskError};
use crate::app::person::fingerprint;
use crate::pages::desk::{Confirm, Slip};
use crate::pages::{PasskeyForm, Plate, Problems, rendered, when};
use crate::store::cases::{Arrived, CaseRow, Stage};
use crate::store::officers::OfficerRow;

/// The slip's page looks by itself whether the passkey has arrived; the slip stays readable meanwhile.
const LOOK_AGAIN: HeaderValue = HeaderValue::from_static("5");

pub(in crate::http) async fn page(
    State(http): State<Http>,
    Path(number): Path<String>,
    headers: HeaderMap,
    case: CaseNumber,
) -> Response {
    let desk = step!(Desk::enter(http, &headers, case).await);
    let row = step!(desk.own_case(&number).await);
    let recorded = match &row.stage {
        Stage::Approved(approved) => &approved.recorded,
        Stage::Arrived(_) | Stage::Enrolled => return go(&format!("/desk/cases/{number}")),
        Stage::Open | Stage::Recorded(_) | Stage::Closed => return desk.refuse(&DeskError::OtherStep),
    };
    let code = match desk::slip_code(&desk.http.app, recorded) {
        Ok(code) => code.to_string(),
        Err(fault) => return desk.http.fault(&desk.case, &fault),
    };
    let t = desk.http.texts();
    let names: Vec<Plate> = plates(&row).into_iter().map(|(_, plate)| plate).collect();
    let (document, ending) = document(t, &row);
    let main = rendered(&Slip {
        t,
        facts: &desk.facts(Some(&row)),
        csrf: &desk.csrf(),
        number: &number,
        names: &names,
        code: code.split('-').map(str::to_owned).collect(),
        address: desk.http.site.base_url.at("/enrol"),
        until: when(t, row.expires_at),
        document,
        ending,
    });
    let mut response = desk.page("slip-title", &main, Some("step-slip"), &Problems::default());
    response.headers_mut().insert(header::REFRESH, LOOK_AGAIN);
    response
}

pub(in crate::http) async fn confirm_page(
    State(http): State<Http>,
    Path(number): Path<String>,
    headers: HeaderMap,
    case: CaseNumber,
) -> Response {
    let desk = step!(Desk::enter(http, &headers, case).await);
    let row = step!(desk.own_case(&number).await);
    match &row.stage {
        Stage::Arrived(arrived) => show_confirm(&desk, &row, arrived),
        Stage::Enrolled => go(&format!("/desk/cases/{number}")),
        _ => desk.refuse(&DeskError::OtherStep),
    }
}

fn show_confirm(desk: &Desk, case: &CaseRow, arrived: &Arrived) -> Response {
    let (t, action) = (desk.http.texts(), at(&case.number, "confirm"));
    let (facts, csrf) = (desk.facts(Some(case)), desk.csrf());
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
    let main = rendered(&Confirm {
        t,
        facts: &facts,
        csrf: &csrf,
        number: &case.number,
        fingerprint: &fingerprint(&write(&arrived.tbs.public_key)),
        synced: arrived.tbs.flags & FLAG_BE != 0,
        form,
    });
    desk.page("confirm-title", &main, Some("step-confirm"), &Problems::default())
}

pub(in crate::http) async fn confirm(
    State(http): State<Http>,
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
