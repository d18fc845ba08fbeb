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

use axum::http::HeaderMap;
use axum::response::Response;
use service::http::CaseNumber;
use service::http::form::Form;
use service::page::Layout;

use super::{Browser, Http, go};
use crate::app::App;
use crate::app::desk::{self, DeskError};
use crate::app::session::Session;
use crate::pages::desk::{Facts, Steps};
use crate::pages::{Problems, rendered, when};
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

    /// What stands in the bar.
    fn facts(&self, case: Option<&CaseRow>) -> Facts {
        let texts = &self.http.site.texts;
        Facts {
            desk: self.officer().desk.clone(),
            officer: self.officer().name.clone(),
            case: case.map(|case| (case.number.clone(), when(texts, case.opened_at))),
        }
    }

    /// Runs a step detached from the browser's patience, with the officer.
    async fn run<T, F>(&self, step: impl FnOnce(Arc<App>, OfficerRow) -> F) -> Result<T, Response>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let work = step(self.http.app.clone(), self.officer().clone());
        let done = service::http::detached(work).await;
        done.map_err(|problem| axum::response::IntoResponse::into_response(problem.case(&self.case)))
    }

    /// After a step: on to the next page, or the refusal.
    fn then(&self, done: Result<(), DeskError>, next: &str) -> Response {
        match done {
            Ok(()) => go(next),
            Err(error) => self.refuse(&error),
        }
    }

    /// A page of the desk: title, main part, the step that it is, problems in its form.
    fn page(&self, title_key: &str, main: &str, step: Option<&str>, problems: &Problems) -> Response {
        let texts = &self.http.site.texts;
        let notes = step.map(|step| rendered(&Steps::at(texts, step))).unwrap_or_default();
        let title = texts.say(title_key);
        let layout =
            Layout::new(&self.http.site, &title, main).notes(&notes).sign_out("/desk/sign-out", self.csrf());
        let layout = if main.contains("data-passkey=") { layout.passkey() } else { layout };
        self.http.page(if problems.is_empty() { layout } else { layout.error() }, Some(&self.browser))
    }
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
