//! Pages of the identity provider: view models and their templates. They know texts and facts, and neither requests nor
//! rows. Who asks comes from the register, never from the request; values are shown as they will be handed out.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use idp_core::claims::ClaimName;
use idp_core::client::{Client, Scope};
use idp_core::consent::Consent;
use idp_core::subject::Person;
use service::i18n::Texts;
use service::page::{Band, Layout, Mend, Site, error_summary};

/// The catalogue of this house.
pub(crate) const CATALOGUE: &str = include_str!("../../locales/en/main.ftl");

/// A sign-in page.
pub(crate) struct SigningIn<'a> {
    /// Who asks.
    pub(crate) client: &'a Client,
    /// For what; the values come on the consent page, when it is known whose they are.
    pub(crate) asked: &'a Consent,
    /// `{"publicKey":{..}}`.
    pub(crate) options: &'a str,
    /// What a device shows.
    pub(crate) rp_id: &'a str,
    /// The answer before was refused.
    pub(crate) refused: bool,
}

/// A consent page.
pub(crate) struct Asking<'a> {
    /// Who asks.
    pub(crate) client: &'a Client,
    /// For what.
    pub(crate) asked: &'a Consent,
    /// Whose values.
    pub(crate) person: &'a Person,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    t: &'a Texts,
}

#[derive(Template)]
#[template(path = "sign-in.html")]
struct SignInPage<'a> {
    t: &'a Texts,
    summary: String,
    title: &'a str,
    requester: &'a str,
    law: Option<&'a str>,
    given: Vec<String>,
    signs: bool,
    kept: Vec<String>,
    options: &'a str,
    transaction: &'a str,
    csrf: &'a str,
}

#[derive(Template)]
#[template(path = "sign-in-notes.html")]
struct SignInNotes<'a> {
    t: &'a Texts,
    rp_id: &'a str,
}

/// One thing that the agency gets, with its value.
struct Given {
    label: String,
    value: String,
}

#[derive(Template)]
#[template(path = "consent.html")]
struct ConsentPage<'a> {
    t: &'a Texts,
    title: &'a str,
    requester: &'a str,
    law: Option<&'a str>,
    given: Vec<Given>,
    signs: bool,
    kept: Vec<String>,
    transaction: &'a str,
    csrf: &'a str,
}

#[derive(Template)]
#[template(path = "consent-notes.html")]
struct ConsentNotes<'a> {
    t: &'a Texts,
}

#[derive(Template)]
#[template(path = "log-out.html")]
struct LogOut<'a> {
    t: &'a Texts,
    csrf: &'a str,
}

#[derive(Template)]
#[template(path = "signed-out.html")]
struct SignedOut<'a> {
    t: &'a Texts,
}

/// Renders a template. A template that does not render is a mistake of the program: it is logged, and the page is
/// empty rather than half.
fn rendered(template: &impl Template) -> String {
    template.render().unwrap_or_else(|error| {
        tracing::error!(%error, "a page could not be rendered");
        String::new()
    })
}

/// What this service is for.
pub(crate) fn home(site: &Site) -> Response {
    let t = &*site.texts;
    let main = rendered(&Home { t });
    Layout::new(site, &t.say("home-title"), &main).respond(StatusCode::OK)
}

/// Who asks for what, and the button that uses the passkey.
pub(crate) fn sign_in(site: &Site, view: &SigningIn<'_>, transaction: &str, csrf: &str) -> Response {
    let t = &*site.texts;
    let problem = t.say("sign-in-refused");
    let mends = [Mend { field: "use-passkey", text: &problem }];
    let title = t.say_with("sign-in-title", &[("requester", view.client.name())]);
    let page = SignInPage {
        t,
        summary: if view.refused { error_summary(t, &mends) } else { String::new() },
        title: &title,
        requester: view.client.name(),
        law: view.client.law(),
        given: view.asked.claims().iter().map(|name| t.say(label(*name))).collect(),
        signs: view.client.scopes().has(Scope::Sign),
        kept: kept(t, view.asked),
        options: view.options,
        transaction,
        csrf,
    };
    let (main, notes) = (rendered(&page), rendered(&SignInNotes { t, rp_id: view.rp_id }));
    let layout =
        Layout::new(site, &title, &main).notes(&notes).band(Band::Teal, t.say("band-sign-in")).passkey();
    let layout = if view.refused { layout.error() } else { layout };
    layout.respond(StatusCode::OK)
}

/// Who asks, under which law, what they get with the real values, and what they do not get.
pub(crate) fn consent(site: &Site, view: &Asking<'_>, transaction: &str, csrf: &str) -> Response {
    let t = &*site.texts;
    let given = view.asked.claims().iter().filter_map(|name| {
        let value = view.person.values.value(*name)?;
        Some(Given { label: t.say(label(*name)), value: shown(t, *name, value) })
    });
    let title = t.say_with("consent-title", &[("requester", view.client.name())]);
    let page = ConsentPage {
        t,
        title: &title,
        requester: view.client.name(),
        law: view.client.law(),
        given: given.collect(),
        signs: view.client.scopes().has(Scope::Sign),
        kept: kept(t, view.asked),
        transaction,
        csrf,
    };
    let (main, notes) = (rendered(&page), rendered(&ConsentNotes { t }));
    Layout::new(site, &title, &main)
        .notes(&notes)
        .band(Band::Teal, t.say("band-sign-in"))
        .respond(StatusCode::OK)
}

/// Asks before ending the session.
pub(crate) fn log_out(site: &Site, csrf: &str) -> Response {
    let t = &*site.texts;
    let main = rendered(&LogOut { t, csrf });
    Layout::new(site, &t.say("log-out-title"), &main).respond(StatusCode::OK)
}

/// The session has ended.
pub(crate) fn signed_out(site: &Site) -> Response {
    let t = &*site.texts;
    let main = rendered(&SignedOut { t });
    Layout::new(site, &t.say("signed-out-title"), &main).respond(StatusCode::OK)
}

const fn label(name: ClaimName) -> &'static str {
    match name {
        ClaimName::Name => "claim-name",
        ClaimName::GivenName => "claim-given-name",
        ClaimName::FamilyName => "claim-family-name",
        ClaimName::Birthdate => "claim-birthdate",
    }
}

/// What exists here and is not given. Whoever gets the whole name has its parts: they are not listed as kept back.
fn kept(t: &Texts, asked: &Consent) -> Vec<String> {
    let missing =
        ClaimName::ALL.iter().filter(|name| !asked.claims().contains(name) && !implied(**name, asked));
    missing.map(|name| t.say(label(*name))).collect()
}

fn implied(name: ClaimName, asked: &Consent) -> bool {
    matches!(name, ClaimName::GivenName | ClaimName::FamilyName) && asked.claims().contains(&ClaimName::Name)
}

/// A date as people write it; everything else as it will be handed out.
fn shown(t: &Texts, name: ClaimName, value: &str) -> String {
    if name != ClaimName::Birthdate {
        return value.to_owned();
    }
    let mut parts = value.splitn(3, '-').map(str::parse::<u16>);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(Ok(year)), Some(Ok(month @ 1..=12)), Some(Ok(day @ 1..=31))) => {
            let month = t.say(&format!("month-{month}"));
            t.say_with("date", &[("day", &day.to_string()), ("month", &month), ("year", &year.to_string())])
        }
        _ => value.to_owned(),
    }
}
