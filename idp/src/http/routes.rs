//! The table of addresses.

use axum::Router;
use axum::routing::{get, post};
use idp_core::discovery::path;

use super::{Door, authorize, consent, discovery, home, introspect, logout, par, sign_in, token, userinfo};

pub(crate) fn router(door: Door) -> Router {
    let languages = door.0.sites.router();
    Router::new()
        .route("/", get(home::page))
        // everybody
        .route("/register", get(home::register))
        .route("/.well-known/openid-configuration", get(discovery::metadata))
        .route("/.well-known/oauth-authorization-server", get(discovery::metadata))
        .route(path::JWKS, get(discovery::keys))
        // agencies and the signer
        .route(path::PAR, post(par::push))
        .route(path::TOKEN, post(token::answer))
        .route(path::USERINFO, get(userinfo::answer).post(userinfo::answer))
        .route(path::INTROSPECT, post(introspect::answer))
        // a person's browser
        .route(path::AUTHORIZE, get(authorize::arrive).post(authorize::arrive_by_form))
        .route("/sign-in", post(sign_in::sign_in))
        .route("/consent", get(consent::page).post(consent::decide))
        .route(path::LOGOUT, get(logout::ask).post(logout::leave))
        .fallback(home::nowhere)
        .with_state(door)
        .merge(languages)
        .merge(service::assets::router(&[]))
}
