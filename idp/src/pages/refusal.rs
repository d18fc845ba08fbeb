//! How pages of this house say no: what happened, that nothing was shared, one thing to do now, and the case number
//! with the time. Whoever asked is named only from the register.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use idp_core::client::{Client, RegisteredUrl};
use pki_core::time::Instant;
use service::http::CaseNumber;
use service::i18n::Texts;
use service::page::{Layout, Site};

use super::{Note, notes, rendered, unbroken, when};

/// A refusal whose words begin with `key`.
pub(crate) struct Refused<'a> {
    pub(crate) status: StatusCode,
    pub(crate) key: &'a str,
    pub(crate) case: &'a CaseNumber,
    pub(crate) at: Instant,
    pub(crate) way: Way<'a>,
}

/// Where the person goes from here.
pub(crate) enum Way<'a> {
    /// The words alone say it.
    Words,
    /// To the agency that asked, and when, to begin again.
    Again { client: &'a Client, asked: Option<Instant> },
    /// Back to the agency, which learns that nobody was signed in.
    Back { client: &'a Client, transaction: &'a str, csrf: &'a str },
}

impl<'a> Way<'a> {
    const fn client(&self) -> Option<&'a Client> {
        match self {
            Self::Words => None,
            Self::Again { client, .. } | Self::Back { client, .. } => Some(client),
        }
    }
}

#[derive(Template)]
#[template(path = "refusal.html")]
struct RefusalPage<'a> {
    t: &'a Texts,
    title: &'a str,
    happened: &'a str,
    /// Whether something could have been shared at all.
    safe: bool,
    todo: String,
    again: Option<(String, &'a str)>,
    back: Option<(String, &'a str, &'a str)>,
    case: &'a str,
    when: String,
}

/// The page that says no.
pub(crate) fn refused(site: &Site, view: &Refused<'_>) -> Response {
    let t = &*site.texts;
    let (key, client) = (view.key, view.way.client());
    let requester = client.map(|client| unbroken(client.words_for(t.lang()).name())).unwrap_or_default();
    let asked = match view.way {
        Way::Again { asked: Some(asked), .. } => when(t, asked),
        Way::Again { asked: None, .. } | Way::Words | Way::Back { .. } => String::new(),
    };
    let said =
        |part: &str| t.say_with(&format!("{key}-{part}"), &[("requester", &requester), ("asked", &asked)]);
    let home = client.and_then(Client::home).map(RegisteredUrl::as_str);
    let back_words = t.say_with("back-to", &[("requester", &requester)]);
    let title = said("title");
    let page = RefusalPage {
        t,
        title: &title,
        happened: &said("happened"),
        safe: key != "not-found",
        todo: said("todo"),
        again: match view.way {
            Way::Again { .. } => {
                home.map(|home| (t.say_with("start-again", &[("requester", &requester)]), home))
            }
            Way::Words | Way::Back { .. } => None,
        },
        back: match view.way {
            Way::Back { transaction, csrf, .. } => {
                Some((t.say_with("go-back", &[("requester", &requester)]), transaction, csrf))
            }
            Way::Words | Way::Again { .. } => None,
        },
        case: view.case.as_str(),
        when: when(t, view.at),
    };
    let main = rendered(&page);
    let margin = notes(&match key {
        "not-active" => vec![Note::new(t, "before"), Note::new(t, "mistake")],
        "not-found" => Vec::new(),
        _ => vec![Note::new(t, "keep")],
    });
    let layout = Layout::new(site, &title, &main).notes(&margin);
    let layout = match home {
        Some(home) => layout.back_to(home, back_words),
        None => layout,
    };
    layout.respond(view.status)
}
