//! Pages of the officer: one file per address below `/desk`. Every one but the first two needs a signed-in officer.

pub(super) mod birth_date;
pub(super) mod case;
pub(super) mod home;
pub(super) mod identity;
pub(super) mod names;
pub(super) mod onboarding;
pub(super) mod other_names;
pub(super) mod record;
pub(super) mod session;
pub(super) mod slip;
pub(super) mod status;

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use service::http::CaseNumber;
use service::http::form::Form;
use service::page::{Layout, Markup, escape};

use self::record::{document, plates};
use super::{Browser, Door, Http, go};
use crate::app::App;
use crate::app::desk::{self, DeskError};
use crate::app::session::Session;
use crate::pages::desk::Notes;
use crate::pages::{Called, Plate, clock, rendered, spelled_date};
use crate::store::cases::CaseRow;
use crate::store::officers::OfficerRow;

/// A signed-in officer's request.
pub(super) struct Desk {
    http: Http,
    browser: Browser,
    session: Session,
    case: CaseNumber,
}

impl Desk {
    /// The officer behind a request for a page; anybody else is sent to sign in.
    async fn enter(http: Http, headers: &HeaderMap, case: CaseNumber) -> Result<Self, Response> {
        match http.signed_in(headers).await {
            Ok(Some((browser, session))) => Ok(Self { http, browser, session, case }),
            Ok(None) => Err(go("/desk/sign-in")),
            Err(fault) => Err(http.fault(&case, &fault)),
        }
    }

    /// The officer behind a posted form, which must be one of ours.
    async fn posted(
        http: Http,
        headers: &HeaderMap,
        case: CaseNumber,
        form: &Form,
    ) -> Result<Self, Response> {
        if !http.is_ours(headers, form) {
            return Err(http.foreign(&case));
        }
        Self::enter(http, headers, case).await
    }

    fn officer(&self) -> &OfficerRow {
        &self.session.officer
    }

    fn csrf(&self) -> String {
        self.http.token(&self.browser)
    }

    /// The officer's own case, still in time.
    async fn own_case(&self, number: &str) -> Result<CaseRow, Response> {
        desk::own_case(&self.http.app, self.officer(), number).await.map_err(|error| self.refuse(&error))
    }

    fn refuse(&self, error: &DeskError) -> Response {
        self.http.desk_error(&self.case, error)
    }

    /// What stands in the second bar: where, who, and the case in hand.
    fn facts(&self, case: Option<&CaseRow>) -> Vec<(String, String)> {
        let t = self.http.texts();
        let mut facts = vec![
            (t.say("desk-at"), self.officer().desk.clone()),
            (t.say("desk-officer"), self.officer().name.clone()),
        ];
        if let Some(case) = case {
            let (opened, until) = (clock(case.opened_at), clock(case.expires_at));
            let time = t.say_with("desk-opened-until", &[("opened", &opened), ("until", &until)]);
            facts.extend([(t.say("desk-case"), case.number.clone()), (t.say("desk-opened"), time)]);
        }
        facts
    }

    /// The margin of a case at this step.
    fn notes(&self, case: &CaseRow, step: &'static str) -> String {
        let t = self.http.texts();
        let names: Vec<Plate> = plates(case).into_iter().map(|(_, name)| name).collect();
        // Names with the language and direction of their script, as everywhere.
        let called: Vec<Markup> = names.iter().map(|name| Markup::trusted(rendered(&Called(name)))).collect();
        let plain = |text: &str| Markup::trusted(escape(text));
        let (born, (document, _)) = (case.answers.birth_date.as_deref(), document(t, case));
        let recorded = |step: &str| match step {
            "step-names" => called.first().cloned(),
            "step-other-names" => called.get(1).cloned(),
            "step-birth-date" => born.map(|date| plain(&spelled_date(t, date))),
            "step-identity" => (!document.is_empty()).then(|| plain(&document)),
            _ => None,
        };
        rendered(&Notes::at(t, step, names, recorded))
    }

    /// Runs a step detached from the browser's patience, with the officer.
    async fn run<T, F>(&self, step: impl FnOnce(Arc<App>, OfficerRow) -> F) -> Result<T, Response>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let work = step(self.http.app.clone(), self.officer().clone());
        let done = service::http::detached(work).await;
        done.map_err(|problem| problem.case(&self.case).into_response())
    }

    /// After a step: on to the next page, or the refusal.
    fn then(&self, done: Result<(), DeskError>, next: &str) -> Response {
        match done {
            Ok(()) => go(next),
            Err(error) => self.refuse(&error),
        }
    }

    /// The link at the end of the second bar: the case stays open, the officer stands at the desk.
    fn pause(&self) -> String {
        format!("<a href=\"/desk\">{}</a>", escape(&self.http.texts().say("desk-pause")))
    }

    /// A page of the desk.
    fn page(&self, sheet: Sheet<'_>) -> Response {
        let t = self.http.texts();
        let facts = self.facts(sheet.case);
        let pause = if sheet.case.is_some() { self.pause() } else { String::new() };
        let notes = match (sheet.case, sheet.step) {
            (Some(case), Some(step)) => self.notes(case, step),
            _ => sheet.notes,
        };
        let mut layout = Layout::new(&self.http.site, &sheet.title, sheet.main)
            .facts(&facts, &pause)
            .notes(&notes)
            .sign_out("/desk/sign-out", self.csrf());
        if let Some((href, key)) = &sheet.back {
            layout = layout.back_to(href, t.say(key));
        }
        if sheet.main.contains("data-passkey=") {
            layout = layout.passkey();
        }
        if sheet.wrong {
            layout = layout.error();
        }
        self.http.page(layout, Some(&self.browser))
    }
}

/// A page of a case: the officer, and the officer's own case that the address names, still in time.
pub(in crate::http) struct InHand {
    desk: Desk,
    row: CaseRow,
}

impl FromRequestParts<Door> for InHand {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, door: &Door) -> Result<Self, Response> {
        let (http, case, number) = asked(parts, door).await?;
        let desk = Desk::enter(http, &parts.headers, case).await?;
        let row = desk.own_case(&number).await?;
        Ok(Self { desk, row })
    }
}

/// An answer to a question of a case: the same behind a posted form, which must be one of ours.
pub(in crate::http) struct Answered {
    desk: Desk,
    row: CaseRow,
    form: Form,
}

impl FromRequest<Door> for Answered {
    type Rejection = Response;

    async fn from_request(request: Request, door: &Door) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let (http, case, number) = asked(&mut parts, door).await?;
        let headers = parts.headers.clone();
        let form = Form::from_request(Request::from_parts(parts, body), door).await;
        let form = form.map_err(IntoResponse::into_response)?;
        let desk = Desk::posted(http, &headers, case, &form).await?;
        let row = desk.own_case(&number).await?;
        Ok(Self { desk, row, form })
    }
}

/// The house for this reader, the request's own number, and the case number of the address.
async fn asked(parts: &mut Parts, door: &Door) -> Result<(Http, CaseNumber, String), Response> {
    let Ok(http) = Http::from_request_parts(parts, door).await;
    let Ok(case) = CaseNumber::from_request_parts(parts, door).await;
    match Path::<String>::from_request_parts(parts, door).await {
        Ok(Path(number)) => Ok((http, case, number)),
        Err(_) => Err(http.nowhere(&case)),
    }
}

/// What a page of the desk is made of.
#[derive(Default)]
struct Sheet<'a> {
    title: String,
    main: &'a str,
    /// The case in hand, which the bar names.
    case: Option<&'a CaseRow>,
    /// Which of its steps this is; the margin shows all of them.
    step: Option<&'static str>,
    /// The margin of a page that is no step.
    notes: String,
    /// Where the way back leads, and the key of its words.
    back: Option<(String, &'static str)>,
    /// Whether something in its form must be mended.
    wrong: bool,
}

/// `/desk/cases/NUMBER/STEP`.
fn at(number: &str, step: &str) -> String {
    format!("/desk/cases/{number}/{step}")
}

/// Takes the answer out of a step that can only be refused with a page.
macro_rules! step {
    ($step:expr) => {
        match $step {
            Ok(value) => value,
            Err(response) => return response,
        }
    };
}
pub(super) use step;
