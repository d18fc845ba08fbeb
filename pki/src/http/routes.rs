//! The table of addresses.

use axum::Router;
use axum::routing::{get, post};

use super::{Door, Http, certificates, desk, enrol, feed, home, shelf, tsa};

pub(crate) fn router(http: Http) -> Router {
    let languages = http.sites.router();
    Router::new()
        .route("/", get(home::page))
        // a person with a slip
        .route("/enrol", get(enrol::type_code).post(enrol::find_code))
        .route("/enrol/{code}", get(enrol::invite).post(enrol::accept))
        .route("/enrol/{code}/made", get(enrol::made))
        // an officer
        .route("/desk", get(desk::home::page))
        .route("/desk/enrol/{code}", get(desk::onboarding::invite).post(desk::onboarding::accept))
        .route("/desk/sign-in", get(desk::session::page).post(desk::session::sign_in))
        .route("/desk/sign-out", post(desk::session::sign_out))
        .route("/desk/find", get(desk::home::find))
        .route("/desk/cases", post(desk::home::open))
        .route("/desk/cases/{number}", get(desk::case::page))
        .route("/desk/cases/{number}/names", get(desk::names::page).post(desk::names::answer))
        .route(
            "/desk/cases/{number}/other-names",
            get(desk::other_names::page).post(desk::other_names::answer),
        )
        .route("/desk/cases/{number}/birth-date", get(desk::birth_date::page).post(desk::birth_date::answer))
        .route("/desk/cases/{number}/identity", get(desk::identity::page).post(desk::identity::answer))
        .route("/desk/cases/{number}/answers", get(desk::record::page).post(desk::record::make))
        .route("/desk/cases/{number}/approve", get(desk::record::approve_page).post(desk::record::approve))
        .route("/desk/cases/{number}/slip", get(desk::slip::page))
        .route("/desk/cases/{number}/confirm", get(desk::slip::confirm_page).post(desk::slip::confirm))
        .route("/desk/cases/{number}/close", post(desk::case::close))
        .route("/desk/cases/{number}/status", post(desk::status::make))
        .route("/desk/cases/{number}/status/{order}", get(desk::status::page).post(desk::status::apply))
        // the other houses
        .route("/feed/{audience}", get(feed::page))
        .route("/certificates", post(certificates::certify))
        .route("/certificates/abandon", post(certificates::abandon))
        // everybody
        .route("/tsa", post(tsa::stamp))
        .route("/bundle.der", get(shelf::bundle))
        .route("/aia/{file}", get(shelf::certificate))
        .route("/crl/{file}", get(shelf::list))
        .fallback(home::nowhere)
        .with_state(Door(http))
        .merge(languages)
        .merge(service::assets::router(&[]))
}
