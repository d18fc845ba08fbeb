//! The page that a person sees when something does not work: what happened, what to do now, and a case number under
//! which the log has the reason. The only place where a `Trouble` becomes words and a status.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::frame::Corner;
use super::page;
use crate::assembly::Trouble;
use crate::secret::number;

#[derive(Template)]
#[template(path = "trouble.html")]
struct TroublePage {
    corner: Corner,
    heading: &'static str,
    happened: &'static str,
    now: &'static str,
    address: &'static str,
    link: &'static str,
    case: String,
}

struct Words {
    status: StatusCode,
    heading: &'static str,
    happened: &'static str,
    now: &'static str,
    address: &'static str,
    link: &'static str,
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let case = number().map_or_else(|_| "none".to_owned(), |number| number.chars().take(9).collect());
        let words = words(&self);
        if words.status.is_server_error() {
            tracing::error!(case, error = &self as &dyn std::error::Error, "a person met an error page");
        } else {
            tracing::info!(case, error = &self as &dyn std::error::Error, "a person met an error page");
        }
        let template = TroublePage {
            corner: Corner::Unknown,
            heading: words.heading,
            happened: words.happened,
            now: words.now,
            address: words.address,
            link: words.link,
            case,
        };
        page(words.status, &template).unwrap_or_else(|_| words.status.into_response())
    }
}

fn words(trouble: &Trouble) -> Words {
    match trouble {
        Trouble::NoSuchPage => Words {
            status: StatusCode::NOT_FOUND,
            heading: "There is no such page",
            happened: "The address may be old or mistyped.",
            now: "All proposals are on the first page.",
            address: "/",
            link: "Read proposals",
        },
        Trouble::Declined => Words {
            status: StatusCode::OK,
            heading: "You did not sign in",
            happened: "You said no at Chancery, so it told us nothing about you.",
            now: "You can read everything without an account, and sign in whenever you want.",
            address: "/",
            link: "Read proposals",
        },
        Trouble::StrangeForm | Trouble::StaleAttempt => Words {
            status: StatusCode::BAD_REQUEST,
            heading: "This page is too old",
            happened: "You may have signed out, waited for a long time, or used the Back button. Nothing was counted.",
            now: "Start again from the proposal that you want to support.",
            address: "/",
            link: "Read proposals",
        },
        Trouble::OtherPerson => Words {
            status: StatusCode::FORBIDDEN,
            heading: "Another person is signed in",
            happened: "This statement belongs to someone else who uses this device. Nothing was counted for you.",
            now: "Sign out, sign in as yourself, and make your own statement.",
            address: "/mine",
            link: "See who is signed in",
        },
        Trouble::SignIn(_) | Trouble::ProviderEnded(_) => Words {
            status: StatusCode::BAD_GATEWAY,
            heading: "Signing in does not work now",
            happened: "We could not reach Chancery, or did not understand its answer. Nothing was counted or lost.",
            now: "Try again in a few minutes. Reading works without signing in.",
            address: "/",
            link: "Read proposals",
        },
        Trouble::Signing(_) | Trouble::Checking(_) => Words {
            status: StatusCode::BAD_GATEWAY,
            heading: "We could not finish this now",
            happened: "The signature service or our check of the signature did not answer as it should.",
            now: "If you have signed, your signature is safe, and we count it by ourselves within minutes. Look at what you support, or try again.",
            address: "/mine",
            link: "What you support",
        },
        Trouble::Statement(_)
        | Trouble::Store(_)
        | Trouble::Randomness(_)
        | Trouble::Page(_)
        | Trouble::Task(_) => Words {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            heading: "Something is broken on our side",
            happened: "It is not your fault. What was counted before is still counted.",
            now: "Try again in a few minutes.",
            address: "/",
            link: "Read proposals",
        },
    }
}
