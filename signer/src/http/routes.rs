//! The table of addresses.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use super::{Door, Http, accept, agency, files, list, login, read, refuse, verify_page};

pub(crate) fn router(http: Http) -> Router {
    let languages = http.sites.router();
    Router::new()
        // a person who reads and decides
        .route("/", get(list::start))
        .route("/sign", get(list::page))
        .route("/sign/{id}", get(read::page))
        .route("/sign/{id}/pages/{number}", get(files::picture))
        .route("/sign/{id}/document", get(files::document))
        .route("/sign/{id}/accept", get(accept::page).post(accept::accept))
        .route("/sign/{id}/refuse", get(refuse::page).post(refuse::refuse))
        .route("/sign/{id}/signed", get(files::signed))
        .route("/sign/{id}/without-evidence", get(files::without_evidence))
        .route("/callback", get(login::callback))
        .route("/logout", post(login::logout))
        // anybody
        .route(
            "/verify",
            get(verify_page::page)
                .post(verify_page::verify)
                .layer(DefaultBodyLimit::max(verify_page::BODY_BYTES_MAX)),
        )
        .route(
            "/verify/signed",
            get(verify_page::page)
                .post(verify_page::signed)
                .layer(DefaultBodyLimit::max(verify_page::BODY_BYTES_MAX)),
        )
        // an agency
        .route("/v1/requests", post(agency::ask).layer(DefaultBodyLimit::max(agency::BODY_BYTES_MAX)))
        .route("/v1/requests/{id}", get(agency::state))
        .route("/v1/requests/{id}/document", get(agency::document))
        .fallback(list::nowhere)
        .with_state(Door(http))
        .merge(languages)
        .merge(service::assets::router(&[]))
}
