//! `/verify`: is a signed file genuine, for anyone, without an account and without script. The file is sent, checked and
//! dropped: nothing of it is stored or logged, and there is no cookie.

use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::Response;
use service::http::CaseNumber;
use service::page::{Layout, Mend, error_summary};
use signer_core::ades::pdf::SIZE_MAX;
use signer_core::validate::{Anchors, validate};
use tokio::sync::Semaphore;

use super::Http;
use crate::pages::verify::{Checked, UploadView};

/// The file, with what multipart puts around it.
pub(super) const BODY_BYTES_MAX: usize = SIZE_MAX + (64 << 10);

/// Checks at one time: each holds a file and works for up to a second.
static CHECKS: Semaphore = Semaphore::const_new(4);

pub(super) async fn page(State(http): State<Http>) -> Response {
    http.upload_page(None)
}

pub(super) async fn verify(
    State(http): State<Http>,
    case: CaseNumber,
    multipart: Result<Multipart, MultipartRejection>,
) -> Response {
    let (name, file) = match multipart {
        Ok(multipart) => match sent(multipart).await {
            Ok(sent) => sent,
            Err(mend) => return http.upload_page(Some(mend)),
        },
        Err(_) => return http.upload_page(Some("verify-mend-missing")),
    };
    let anchors = match Anchors::of(http.app.trust.anchor().clone()) {
        Ok(anchors) => anchors,
        Err(error) => {
            tracing::error!(%case, %error, "the root of this house is no root");
            return http.refuse(&case, StatusCode::INTERNAL_SERVER_ERROR, "fault");
        }
    };
    // Closed only at the end of the process, and then nobody waits for an answer.
    let _turn = CHECKS.acquire().await;
    let now = http.now();
    // Hashing and a dozen signatures: off the threads that wait on sockets.
    let checked = tokio::task::spawn_blocking(move || validate(&file, &anchors, now)).await;
    match checked {
        Ok(report) => {
            let checked =
                Checked { site: &http.site, file: &name, report: &report, at: now, case: case.as_str() };
            let (banner, main, notes) = (checked.banner(), checked.sheet(), checked.notes());
            Layout::new(&http.site, &checked.word(), &main)
                .banner(&banner)
                .notes(&notes)
                .back_to("/verify", http.texts().say("verdict-again"))
                .respond(StatusCode::OK)
        }
        Err(error) => {
            tracing::error!(%case, %error, "a file could not be checked");
            http.refuse(&case, StatusCode::INTERNAL_SERVER_ERROR, "fault")
        }
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
