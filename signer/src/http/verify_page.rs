//! `/verify`: is a signed file genuine, for anyone, without an account and without script. The file is sent, checked and
//! dropped: nothing of it is stored or logged, and there is no cookie.
//!
//! `/verify/signed` gives what was signed out of the same file. It is sent once more for that, because the first one is
//! gone: keeping it for a second look would be keeping it.

use axum::extract::Multipart;
use axum::extract::multipart::MultipartRejection;
use axum::http::StatusCode;
use axum::response::Response;
use pki_core::time::Instant;
use service::http::CaseNumber;
use service::page::{Layout, Mend, error_summary};
use signer_core::ades::pdf::SIZE_MAX;
use signer_core::validate::{Anchors, Report, validate};
use tokio::sync::Semaphore;

use super::Http;
use super::files::attachment;
use crate::app::comparison;
use crate::pages::verify::{Checked, UploadView};

/// The file, with what multipart puts around it.
pub(super) const BODY_BYTES_MAX: usize = SIZE_MAX + (64 << 10);

/// Checks at one time: each holds a file and works for up to a second.
static CHECKS: Semaphore = Semaphore::const_new(4);

pub(super) async fn page(http: Http) -> Response {
    http.upload_page(None)
}

/// A file that was checked.
struct Examined {
    name: String,
    file: Vec<u8>,
    report: Report,
    at: Instant,
}

pub(super) async fn verify(
    http: Http,
    case: CaseNumber,
    multipart: Result<Multipart, MultipartRejection>,
) -> Response {
    match http.examined(&case, multipart).await {
        Ok(examined) => http.verdict_page(&case, &examined).await,
        Err(answer) => answer,
    }
}

/// The document as it was signed; of a file that holds none, its verdict, which says why.
pub(super) async fn signed(
    http: Http,
    case: CaseNumber,
    multipart: Result<Multipart, MultipartRejection>,
) -> Response {
    let examined = match http.examined(&case, multipart).await {
        Ok(examined) => examined,
        Err(answer) => return answer,
    };
    match comparison::signed(&examined.report, &examined.file) {
        Some(signed) => {
            let name = signed
                .receipt
                .map_or_else(|| "as-signed".to_owned(), |receipt| format!("{receipt}-as-shown"));
            attachment(&name, signed.octets.to_vec())
        }
        None => http.verdict_page(&case, &examined).await,
    }
}

/// Exactly one file, or what is to be mended.
async fn sent(mut multipart: Multipart) -> Result<(String, Vec<u8>), &'static str> {
    let mut sent = None;
    while let Some(mut field) = multipart.next_field().await.map_err(|_| "verify-mend-large")? {
        if field.name() != Some("file") || sent.is_some() {
            return Err("verify-mend-missing");
        }
        let name = field.file_name().unwrap_or_default().to_owned();
        let mut file = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(|_| "verify-mend-large")? {
            if file.len() + chunk.len() > SIZE_MAX {
                return Err("verify-mend-large");
            }
            file.extend_from_slice(&chunk);
        }
        sent = Some((name, file));
    }
    sent.filter(|(_, file)| !file.is_empty()).ok_or("verify-mend-missing")
}

impl Http {
    /// The file that was sent, checked; or the answer that says what is to be mended.
    async fn examined(
        &self,
        case: &CaseNumber,
        multipart: Result<Multipart, MultipartRejection>,
    ) -> Result<Examined, Response> {
        let mend = |key| self.upload_page(Some(key));
        let (name, file) = sent(multipart.map_err(|_| mend("verify-mend-missing"))?).await.map_err(mend)?;
        let fault = |error: &dyn std::fmt::Display| {
            tracing::error!(%case, %error, "a file could not be checked");
            self.refuse(case, StatusCode::INTERNAL_SERVER_ERROR, "fault")
        };
        let anchors = Anchors::of(self.app.trust.anchor().clone()).map_err(|error| fault(&error))?;
        // Closed only at the end of the process, and then nobody waits for an answer.
        let _turn = CHECKS.acquire().await;
        let at = self.now();
        // Hashing and a dozen signatures: off the threads that wait on sockets.
        tokio::task::spawn_blocking(move || {
            let report = validate(&file, &anchors, at);
            Examined { name, file, report, at }
        })
        .await
        .map_err(|error| fault(&error))
    }

    async fn verdict_page(&self, case: &CaseNumber, examined: &Examined) -> Response {
        let Examined { name, file, report, at } = examined;
        let comparison = comparison::compare(&self.app.reader, report, file).await;
        let checked = Checked {
            site: &self.site,
            file: name,
            report,
            at: *at,
            case: case.as_str(),
            holds_signed: comparison::signed(report, file).is_some(),
            comparison: &comparison,
        };
        let (banner, main, notes) = (checked.banner(), checked.sheet(), checked.notes());
        Layout::new(&self.site, &checked.word(), &main)
            .banner(&banner)
            .notes(&notes)
            .back_to("/verify", self.texts().say("verdict-again"))
            .respond(StatusCode::OK)
    }

    /// The form; with what is to be mended, if something is.
    fn upload_page(&self, mend: Option<&'static str>) -> Response {
        let texts = self.texts();
        let mend = mend.map(|key| texts.say(key));
        let mends: Vec<Mend<'_>> = mend.iter().map(|text| Mend { field: "file", text }).collect();
        let view = UploadView::new(texts, error_summary(texts, &mends), mend.as_deref());
        let main = view.render();
        let notes = UploadView::notes(texts, &self.site.country);
        let title = texts.say("verify-title");
        let layout = Layout::new(&self.site, &title, &main).notes(&notes);
        if mends.is_empty() {
            layout.respond(StatusCode::OK)
        } else {
            layout.error().respond(StatusCode::BAD_REQUEST)
        }
    }
}
