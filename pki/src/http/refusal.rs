//! How pages say no: one function from each use case's error to status and words. A refusal says what happened, what
//! to do now, and a case number.

use axum::http::StatusCode;
use axum::response::Response;
use service::http::CaseNumber;
use service::page::Layout;

use super::Http;
use crate::app::Fault;
use crate::app::desk::DeskError;
use crate::app::officer::OnboardError;
use crate::app::passkey::PasskeyError;
use crate::app::person::SlipError;
use crate::app::session::SignInError;
use crate::app::status::StatusError;
use crate::pages::refusal::Refused;

impl Http {
    /// The page for a refusal whose words begin with `key`.
    pub(super) fn refuse(&self, case: &CaseNumber, status: StatusCode, key: &str) -> Response {
        let said = Refused::new(self.texts(), key, case.as_str(), self.now());
        Layout::new(&self.site, &said.title, &said.main).notes(&said.notes).respond(status)
    }

    /// Something of ours.
    pub(super) fn fault(&self, case: &CaseNumber, fault: &Fault) -> Response {
        tracing::error!(%case, error = %crate::error_chain(fault), "a request failed");
        self.refuse(case, StatusCode::INTERNAL_SERVER_ERROR, "fault")
    }

    /// A form that is not ours.
    pub(super) fn foreign(&self, case: &CaseNumber) -> Response {
        self.refuse(case, StatusCode::FORBIDDEN, "form-foreign")
    }

    /// An address that leads nowhere.
    pub(super) fn nowhere(&self, case: &CaseNumber) -> Response {
        self.refuse(case, StatusCode::NOT_FOUND, "not-found")
    }

    fn passkey(&self, case: &CaseNumber, error: &PasskeyError) -> Response {
        tracing::info!(%case, %error, "a passkey was refused");
        self.refuse(case, StatusCode::BAD_REQUEST, "passkey-refused")
    }

    pub(super) fn slip_error(&self, case: &CaseNumber, error: &SlipError) -> Response {
        let (status, key) = match error {
            SlipError::Unknown => (StatusCode::NOT_FOUND, "slip-unknown"),
            SlipError::Used => (StatusCode::GONE, "slip-used"),
            SlipError::Expired => (StatusCode::GONE, "slip-expired"),
            SlipError::NotApproved => (StatusCode::CONFLICT, "slip-not-approved"),
            SlipError::PageOutOfDate => (StatusCode::BAD_REQUEST, "page-old"),
            SlipError::PasskeyInUse => (StatusCode::CONFLICT, "passkey-in-use"),
            SlipError::Passkey(error) => return self.passkey(case, error),
            SlipError::Fault(fault) => return self.fault(case, fault),
        };
        self.refuse(case, status, key)
    }

    pub(super) fn onboard_error(&self, case: &CaseNumber, error: &OnboardError) -> Response {
        let (status, key) = match error {
            OnboardError::Unknown => (StatusCode::NOT_FOUND, "link-unknown"),
            OnboardError::Used => (StatusCode::GONE, "link-used"),
            OnboardError::Expired => (StatusCode::GONE, "link-expired"),
            OnboardError::PageOutOfDate => (StatusCode::BAD_REQUEST, "page-old"),
            OnboardError::PasskeyInUse => (StatusCode::CONFLICT, "passkey-in-use"),
            OnboardError::NoRegistrar => (StatusCode::CONFLICT, "no-registrar"),
            OnboardError::Passkey(error) => return self.passkey(case, error),
            OnboardError::Fault(fault) => return self.fault(case, fault),
        };
        self.refuse(case, status, key)
    }

    pub(super) fn sign_in_error(&self, case: &CaseNumber, error: &SignInError) -> Response {
        let (status, key) = match error {
            SignInError::PageOutOfDate => (StatusCode::BAD_REQUEST, "page-old"),
            SignInError::NoOfficer => (StatusCode::FORBIDDEN, "sign-in-no-officer"),
            SignInError::OutOfOffice => (StatusCode::FORBIDDEN, "sign-in-out-of-office"),
            SignInError::Passkey(error) => return self.passkey(case, error),
            SignInError::Fault(fault) => return self.fault(case, fault),
        };
        self.refuse(case, status, key)
    }

    /// Errors of the desk that are no question of mending a form.
    pub(super) fn desk_error(&self, case: &CaseNumber, error: &DeskError) -> Response {
        let (status, key) = match error {
            DeskError::NoCase => (StatusCode::NOT_FOUND, "desk-no-case"),
            DeskError::Over => (StatusCode::GONE, "desk-over"),
            DeskError::StillOpen(_)
            | DeskError::OtherStep
            | DeskError::Unanswered(_)
            | DeskError::Names(_) => (StatusCode::CONFLICT, "desk-other-step"),
            DeskError::PasskeyInUse => (StatusCode::CONFLICT, "passkey-in-use"),
            DeskError::Approval(error) => {
                tracing::info!(%case, %error, "an officer's approval was refused");
                (StatusCode::BAD_REQUEST, "passkey-refused")
            }
            DeskError::Fault(fault) => return self.fault(case, fault),
        };
        self.refuse(case, status, key)
    }

    pub(super) fn status_error(&self, case: &CaseNumber, error: &StatusError) -> Response {
        let (status, key) = match error {
            StatusError::NoPerson | StatusError::NoOrder => (StatusCode::NOT_FOUND, "desk-no-case"),
            StatusError::OtherStatus => (StatusCode::CONFLICT, "status-other"),
            StatusError::Over => (StatusCode::GONE, "order-over"),
            StatusError::Approval(error) => {
                tracing::info!(%case, %error, "an officer's order was refused");
                (StatusCode::BAD_REQUEST, "passkey-refused")
            }
            StatusError::Fault(fault) => return self.fault(case, fault),
        };
        self.refuse(case, status, key)
    }
}
