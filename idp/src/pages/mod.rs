//! Pages of the identity provider: view models and their templates. They know texts and facts, and neither requests nor
//! rows. Who asks comes from the register, never from the request; values are shown as they will be handed out.

mod home;
mod refusal;
mod register;

use askama::Template;
use askama::filters::HtmlSafe;
use axum::http::StatusCode;
use axum::response::Response;
use idp_core::claims::ClaimName;
use idp_core::client::{Client, RegisteredUrl, Role, Scope};
use idp_core::consent::Consent;
use idp_core::subject::Person;
use idp_core::words::Words;
use pki_core::time::Instant;
use service::i18n::{Catalogue, Texts};
use service::page::{Band, GetsAndNot, Icon, Layout, Mend, Requester, Row, Site, Summary, error_summary};

pub(crate) use self::home::{Home, Houses, home};
pub(crate) use self::refusal::{Refused, Way, refused};
pub(crate) use self::register::register;

/// The languages of this house.
pub(crate) const CATALOGUES: &[Catalogue<'static>] = &[
    ("en", &[include_str!("../../locales/en/main.ftl")]),
    ("ar", &[include_str!("../../locales/ar/main.ftl")]),
];

/// Longest name that stays on one line: a longer one may break, so that it fits a small screen.
const UNBROKEN_CHARS_MAX: usize = 20;

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
    /// Why the answer before did not count: the key of the sentence that says so.
    pub(crate) problem: Option<&'static str>,
}

/// A consent page.
pub(crate) struct Asking<'a> {
    /// Who asks.
    pub(crate) client: &'a Client,
    /// For what.
    pub(crate) asked: &'a Consent,
    /// Whose values.
    pub(crate) person: &'a Person,
    /// For the button that signs out.
    pub(crate) sign_out: &'a str,
}

/// A sentence of the register, marked where it is not in the language of the page.
#[derive(Template)]
#[template(
    ext = "html",
    source = "{% if ours %}{{ text }}{% else %}<bdi{% if let Some(lang) = lang %} lang=\"{{ lang }}\"{% endif %}>{{ text }}</bdi>{% endif %}"
)]
struct Said<'a> {
    ours: bool,
    lang: Option<&'a str>,
    text: &'a str,
}

impl HtmlSafe for Said<'_> {}

impl<'a> Said<'a> {
    fn by(words: &'a Words, text: &'a str, t: &Texts) -> Self {
        Self { ours: words.lang() == Some(t.lang()), lang: words.lang(), text }
    }
}

#[derive(Template)]
#[template(path = "sign-in.html")]
struct SignInPage<'a> {
    t: &'a Texts,
    summary: String,
    title: &'a str,
    who: Requester<'a>,
    lead: Option<Said<'a>>,
    pair: Option<GetsAndNot<'a>>,
    options: &'a str,
    go_back: String,
    transaction: &'a str,
    csrf: &'a str,
}

#[derive(Template)]
#[template(path = "consent.html")]
struct ConsentPage<'a> {
    t: &'a Texts,
    title: &'a str,
    who: Requester<'a>,
    purpose: Option<Said<'a>>,
    given: Summary<'a>,
    law: Option<Said<'a>>,
    if_not: String,
    transaction: &'a str,
    csrf: &'a str,
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

/// A note in the margin.
struct Note {
    title: String,
    text: String,
    not: Vec<String>,
    /// A way to read more: address and words.
    link: Option<(String, String)>,
}

impl Note {
    /// The note whose words are `note-KEY` and `note-KEY-why`.
    fn new(t: &Texts, key: &str) -> Self {
        Self::with(t, key, &[])
    }

    fn with(t: &Texts, key: &str, values: &[(&str, &str)]) -> Self {
        let key = format!("note-{key}");
        let text = t.say_with(&format!("{key}-why"), values);
        Self { title: t.say(&key), text, not: Vec::new(), link: None }
    }
}

#[derive(Template)]
#[template(path = "notes.html")]
struct Notes<'a> {
    notes: &'a [Note],
}

fn notes(notes: &[Note]) -> String {
    rendered(&Notes { notes })
}

/// Renders a template. A template that does not render is a mistake of the program: it is logged, and the page is
/// empty rather than half.
fn rendered(template: &impl Template) -> String {
    template.render().unwrap_or_else(|error| {
        tracing::error!(%error, "a page could not be rendered");
        String::new()
    })
}

/// Who asks for what, and the button that uses the passkey.
pub(crate) fn sign_in(site: &Site, view: &SigningIn<'_>, transaction: &str, csrf: &str) -> Response {
    let t = &*site.texts;
    let (client, words) = (view.client, view.client.words_for(t.lang()));
    let requester = unbroken(words.name());
    let summary = view.problem.map(|key| {
        let text = t.say(key);
        error_summary(t, &[Mend { field: "use-passkey", text: &text }])
    });
    let title = t.say_with("sign-in-title", &[("requester", words.name())]);
    let (gets, not) = (gets(t, client, view.asked), kept(t, view.asked));
    let (gets_title, not_title) = (t.say("asks-gets"), t.say("asks-gets-not"));
    // The signing service is this country's own, and knows people by the same register as this house.
    let pair = (client.role() == Role::Agency).then_some(GetsAndNot {
        gets_title: &gets_title,
        gets: &gets,
        not_title: &not_title,
        not: &not,
    });
    let page = SignInPage {
        t,
        summary: summary.unwrap_or_default(),
        title: &title,
        who: who(words),
        lead: words.purpose().or(words.law()).map(|text| Said::by(words, text, t)),
        pair,
        options: view.options,
        go_back: t.say_with("sign-in-back", &[("requester", &requester)]),
        transaction,
        csrf,
    };
    let main = rendered(&page);
    let margin = notes(&[
        Note::new(t, "only"),
        Note { link: in_register(t, client), ..Note::new(t, "who") },
        Note::with(t, "address", &[("name", view.rp_id)]),
    ]);
    let layout =
        Layout::new(site, &title, &main).notes(&margin).band(Band::Teal, t.say("band-sign-in")).passkey();
    let layout = if view.problem.is_some() { layout.error() } else { layout };
    way_back(layout, t, client).respond(StatusCode::OK)
}

/// Who asks, under which law, what they get with the real values, and what they do not get.
pub(crate) fn consent(site: &Site, view: &Asking<'_>, transaction: &str, csrf: &str) -> Response {
    let t = &*site.texts;
    let (client, words) = (view.client, view.client.words_for(t.lang()));
    let requester = unbroken(words.name());
    let title = t.say_with("consent-title", &[("requester", words.name())]);
    let given = given(t, view);
    let page = ConsentPage {
        t,
        title: &title,
        who: who(words),
        purpose: words.purpose().map(|text| Said::by(words, text, t)),
        given: Summary(&given),
        law: words.law().map(|text| Said::by(words, text, t)),
        if_not: t.say_with("consent-if-not", &[("requester", &requester)]),
        transaction,
        csrf,
    };
    let main = rendered(&page);
    let not =
        Note { title: t.say("asks-gets-not"), text: String::new(), not: kept(t, view.asked), link: None };
    let margin = notes(&[
        Note::with(t, "subject", &[("requester", &requester)]),
        not,
        Note::new(t, "remember"),
        Note::new(t, "wrong"),
    ]);
    let layout = Layout::new(site, &title, &main)
        .notes(&margin)
        .band(Band::Teal, t.say("band-sign-in"))
        .step(t.say("consent-step"))
        .sign_out("/logout", view.sign_out);
    way_back(layout, t, client).respond(StatusCode::OK)
}

/// Asks before ending the session.
pub(crate) fn log_out(site: &Site, csrf: &str) -> Response {
    let t = &*site.texts;
    let main = rendered(&LogOut { t, csrf });
    let margin = notes(&[Note::new(t, "elsewhere")]);
    Layout::new(site, &t.say("log-out-title"), &main).notes(&margin).respond(StatusCode::OK)
}

/// The session has ended.
pub(crate) fn signed_out(site: &Site) -> Response {
    let t = &*site.texts;
    let main = rendered(&SignedOut { t });
    let margin = notes(&[Note::new(t, "elsewhere")]);
    Layout::new(site, &t.say("signed-out-title"), &main).notes(&margin).respond(StatusCode::OK)
}

fn who(words: &Words) -> Requester<'_> {
    Requester { name: words.name(), parent: words.parent(), logo: None }
}

/// The entry of whoever asks; our own signing service has none.
fn in_register(t: &Texts, client: &Client) -> Option<(String, String)> {
    let requester = unbroken(client.words_for(t.lang()).name());
    let words = t.say_with("note-who-register", &[("requester", &requester)]);
    (client.role() == Role::Agency).then(|| (register::address(client), words))
}

/// A plain link to the first page of whoever asks, where the register knows one.
fn way_back<'a>(layout: Layout<'a>, t: &Texts, client: &'a Client) -> Layout<'a> {
    match client.home().map(RegisteredUrl::as_str) {
        Some(home) => {
            let requester = unbroken(client.words_for(t.lang()).name());
            layout.back_to(home, t.say_with("back-to", &[("requester", &requester)]))
        }
        None => layout,
    }
}

const fn label(name: ClaimName) -> &'static str {
    match name {
        ClaimName::Name => "claim-name",
        ClaimName::GivenName => "claim-given-name",
        ClaimName::FamilyName => "claim-family-name",
        ClaimName::Birthdate => "claim-birthdate",
    }
}

/// What the agency gets, as kinds. Whoever gets the whole name has its parts: they are not listed beside it.
fn gets(t: &Texts, client: &Client, asked: &Consent) -> Vec<String> {
    let claims = asked.claims().iter().filter(|name| !implied(**name, asked));
    let mut all: Vec<_> = claims.map(|name| yours(t, *name)).collect();
    all.push(t.say("asks-subject"));
    if client.scopes().has(Scope::Sign) {
        all.push(t.say("asks-signs"));
    }
    all
}

/// What the agency gets, as values, all of them.
fn given(t: &Texts, view: &Asking<'_>) -> Vec<Row> {
    let mut rows: Vec<_> = view
        .asked
        .claims()
        .iter()
        .filter_map(|name| {
            let value = shown(t, *name, view.person.values.value(*name)?);
            Some(Row { label: t.say(label(*name)), value, strong: true, ..Row::default() })
        })
        .collect();
    if view.client.scopes().has(Scope::Sign) {
        rows.push(Row {
            label: t.say("consent-signs"),
            value: t.say("consent-signs-what"),
            second: Some(t.say("consent-signs-why")),
            ..Row::default()
        });
    }
    rows
}

/// What exists here and is not given.
fn kept(t: &Texts, asked: &Consent) -> Vec<String> {
    let missing =
        ClaimName::ALL.iter().filter(|name| !asked.claims().contains(name) && !implied(**name, asked));
    missing.map(|name| yours(t, *name)).chain([t.say("asks-not-number"), t.say("asks-not-others")]).collect()
}

fn yours(t: &Texts, name: ClaimName) -> String {
    t.say(&format!("{}-yours", label(name)))
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
        (Some(Ok(year)), Some(Ok(month @ 1..=12)), Some(Ok(day @ 1..=31))) => spelled(t, year, month, day),
        _ => value.to_owned(),
    }
}

/// "4 May 2027".
fn spelled(t: &Texts, year: u16, month: u16, day: u16) -> String {
    let month = t.say(&format!("month-{month}"));
    t.say_with("date", &[("day", &day.to_string()), ("month", &month), ("year", &year.to_string())])
}

/// "4 May 2027, 14:05 UTC".
fn when(t: &Texts, at: Instant) -> String {
    let time = at.generalized().to_date_time();
    let date = unbroken(&spelled(t, time.year(), time.month().into(), time.day().into()));
    let (hour, minutes) = (format!("{:02}", time.hour()), format!("{:02}", time.minutes()));
    t.say_with("when", &[("date", &date), ("hour", &hour), ("minutes", &minutes)])
}

/// A name or date that stays on one line inside a sentence. Headings break where they are balanced.
fn unbroken(text: &str) -> String {
    if text.chars().count() > UNBROKEN_CHARS_MAX { text.to_owned() } else { text.replace(' ', "\u{a0}") }
}
