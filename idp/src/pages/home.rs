//! The first page of the country: what this is, what one can do without an account, and what is promised.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use idp_core::client::Clients;
use service::i18n::Texts;
use service::ornament::rosette;
use service::page::{Icon, Layout, Link, LinkRows, Markup, Shape, Site};

use super::{register, rendered};

/// The pages of the country's other houses that people go to from here.
#[derive(Clone, Debug, Default)]
pub(crate) struct Houses {
    /// What waits for a signature: one signs in there.
    to_sign: Option<String>,
    verify: Option<String>,
    /// Where the code of a slip is typed.
    enrol: Option<String>,
}

impl Houses {
    /// The houses of a charter's origins, which it lists in this order: identity provider, signer, registry.
    pub(crate) fn of(origins: &[String]) -> Self {
        let page = |house: usize, path: &str| origins.get(house).map(|origin| format!("{origin}{path}"));
        Self { to_sign: page(1, "/sign"), verify: page(1, "/verify"), enrol: page(2, "/enrol") }
    }

    /// The links of the footer: pages that anybody can open.
    pub(crate) fn links(&self, t: &Texts) -> Vec<Link> {
        let link = |href: &Option<String>, key| href.clone().map(|href| Link { href, words: t.say(key) });
        let register = Some(register::PATH.to_owned());
        let all = [
            link(&self.verify, "home-verify"),
            link(&self.enrol, "home-enrol"),
            link(&register, "register-link"),
        ];
        all.into_iter().flatten().collect()
    }
}

/// What the first page shows.
pub(crate) struct Home<'a> {
    pub(crate) houses: &'a Houses,
    pub(crate) clients: &'a Clients,
    /// The country's name in its certificates, which draws the rosette: the same one in each language.
    pub(crate) country: &'a str,
    /// Where somebody is signed in: the token for signing out.
    pub(crate) sign_out: Option<String>,
}

#[derive(Template)]
#[template(path = "home-hero.html")]
struct Hero<'a> {
    t: &'a Texts,
    lead: String,
    to_sign: Option<&'a str>,
    to_sign_words: String,
    enrol: Option<&'a str>,
    rosette: Markup,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Below<'a> {
    t: &'a Texts,
    verify: Option<&'a str>,
    enrol: Option<&'a str>,
    /// Who may ask here.
    services: LinkRows<'a>,
    register: &'a str,
}

/// The first page.
pub(crate) fn home(site: &Site, view: Home<'_>) -> Response {
    let t = &*site.texts;
    let houses = view.houses;
    let enrol = houses.enrol.as_deref();
    let hero = rendered(&Hero {
        t,
        lead: t.say_with("home-lead", &[("country", &site.country)]),
        to_sign: houses.to_sign.as_deref(),
        to_sign_words: t.say(if view.sign_out.is_some() { "home-go" } else { "home-sign-in" }),
        enrol,
        rosette: rosette(view.country),
    });
    let services = register::rows(t, view.clients);
    let main = rendered(&Below {
        t,
        verify: houses.verify.as_deref(),
        enrol,
        services: LinkRows(&services),
        register: register::PATH,
    });
    let title = t.say("home-title");
    let layout = Layout::new(site, &title, &main).shape(Shape::Open).hero(&hero);
    let layout = match view.sign_out {
        Some(token) => layout.sign_out("/logout", token),
        None => layout,
    };
    layout.respond(StatusCode::OK)
}
