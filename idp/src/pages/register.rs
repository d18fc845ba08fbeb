//! The public register: who may ask at this house who somebody is, why, under which law, and what they can ever get. What
//! a sign-in page says of whoever asks is taken from here, so anybody can read it without being asked anything.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use idp_core::client::{Client, Clients, RegisteredUrl, Role};
use idp_core::consent::Consent;
use service::i18n::Texts;
use service::page::{Icon, Layout, LinkRow, Site};

use super::{Note, Said, gets, notes, rendered};

/// The address of the register; an entry is found by its client identifier.
pub(super) const PATH: &str = "/register";

/// Rows on the first page; more of them make it a list.
const ROWS_MAX: usize = 3;

struct Entry<'a> {
    id: &'a str,
    name: &'a str,
    parent: Option<&'a str>,
    purpose: Option<Said<'a>>,
    law: Option<Said<'a>>,
    gets: Vec<String>,
    home: Option<&'a str>,
    visit: String,
}

#[derive(Template)]
#[template(path = "register.html")]
struct Register<'a> {
    t: &'a Texts,
    entries: Vec<Entry<'a>>,
}

/// Where the entry of a client stands.
pub(super) fn address(client: &Client) -> String {
    format!("{PATH}#{}", client.id().as_str())
}

/// The first agencies of the register, as rows that lead into it.
pub(super) fn rows(t: &Texts, clients: &Clients) -> Vec<LinkRow> {
    let row = |client: &Client| {
        let words = client.words_for(t.lang());
        LinkRow {
            icon: Some(Icon::Building),
            href: address(client),
            title: words.name().to_owned(),
            second: words.parent().or(words.purpose()).map(str::to_owned),
        }
    };
    agencies(clients).take(ROWS_MAX).map(row).collect()
}

/// The page.
pub(crate) fn register(site: &Site, clients: &Clients) -> Response {
    let t = &*site.texts;
    let entries = agencies(clients).map(|client| entry(t, client)).collect();
    let main = rendered(&Register { t, entries });
    let margin = notes(&[Note::new(t, "registered"), Note::new(t, "same-words"), Note::new(t, "asked-each")]);
    Layout::new(site, &t.say("register-title"), &main).notes(&margin).back("/").respond(StatusCode::OK)
}

/// Our own signing service is not one that asks.
fn agencies(clients: &Clients) -> impl Iterator<Item = &Client> {
    clients.all().filter(|client| client.role() == Role::Agency)
}

fn entry<'a>(t: &Texts, client: &'a Client) -> Entry<'a> {
    let words = client.words_for(t.lang());
    Entry {
        id: client.id().as_str(),
        name: words.name(),
        parent: words.parent(),
        purpose: words.purpose().map(|text| Said::by(words, text, t)),
        law: words.law().map(|text| Said::by(words, text, t)),
        gets: gets(t, client, &Consent::most(client)),
        home: client.home().map(RegisteredUrl::as_str),
        visit: t.say_with("register-visit", &[("requester", words.name())]),
    }
}
