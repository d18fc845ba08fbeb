//! Pages of the signing house: view models and their templates. They know texts and facts, and neither requests nor
//! rows of a database.
//!
//! A page is made of the service's frame (`service::page`) and one template of `templates/`; every word comes from the
//! message catalogue.

pub(crate) mod verify;

use askama::Template;
use pki_core::bytes::Hash;
use pki_core::time::Instant;
use service::i18n::Texts;

use crate::app::view::{Offer, Seen, Signed};
use crate::render::Page;
use crate::store::requests::State;

/// The catalogue of this house.
pub(crate) const CATALOGUE: &str = include_str!("../locales/en/main.ftl");

/// Renders a template. A template that does not render is a mistake of the program: it is logged, and the page is
/// empty rather than half.
pub(crate) fn rendered(template: &impl Template) -> String {
    template.render().unwrap_or_else(|error| {
        tracing::error!(%error, "a page could not be rendered");
        String::new()
    })
}

/// "4 May 2027".
pub(crate) fn date(texts: &Texts, at: Instant) -> String {
    let time = at.generalized().to_date_time();
    let month = texts.say(&format!("month-{}", time.month()));
    texts.say_with(
        "date",
        &[("day", &time.day().to_string()), ("month", &month), ("year", &time.year().to_string())],
    )
}

/// "4 May 2027, 14:05 UTC".
pub(crate) fn when(texts: &Texts, at: Instant) -> String {
    let time = at.generalized().to_date_time();
    let (hour, minutes) = (format!("{:02}", time.hour()), format!("{:02}", time.minutes()));
    texts.say_with("when", &[("date", &date(texts, at)), ("hour", &hour), ("minutes", &minutes)])
}

/// The first eight groups of a digest, four characters each: what a person compares by eye.
pub(crate) fn fingerprint(digest: &Hash) -> Vec<String> {
    let hex = digest.hex();
    (0..8).filter_map(|group| hex.get(group * 4..group * 4 + 4)).map(str::to_owned).collect()
}

/// Margin notes: each key has a heading and a text.
pub(crate) fn notes(texts: &Texts, keys: &[&str]) -> String {
    notes_with(texts, keys, &[])
}

/// Margin notes whose texts have variables.
pub(crate) fn notes_with(texts: &Texts, keys: &[&str], values: &[(&str, &str)]) -> String {
    #[derive(Template)]
    #[template(path = "notes.html")]
    struct Notes {
        notes: Vec<(String, String)>,
    }
    let note = |key: &&str| (texts.say(key), texts.say_with(&format!("{key}-text"), values));
    rendered(&Notes { notes: keys.iter().map(note).collect() })
}

/// One line of the list.
pub(crate) struct Line {
    href: String,
    title: String,
    about: String,
}

/// What waits, and what is done.
#[derive(Template)]
#[template(path = "list.html")]
pub(crate) struct ListView<'a> {
    texts: &'a Texts,
    open: Vec<Line>,
    done: Vec<Line>,
}

impl<'a> ListView<'a> {
    pub(crate) fn new(texts: &'a Texts, seen: &[Seen<'_>]) -> Self {
        let line = |seen: &Seen<'_>| Line {
            href: format!("/sign/{}", seen.row.id.hex()),
            title: seen.words.title.clone(),
            about: about(texts, seen),
        };
        let is_open = |seen: &&Seen<'_>| seen.row.state == State::Requested;
        Self {
            texts,
            open: seen.iter().filter(is_open).map(line).collect(),
            done: seen.iter().filter(|seen| !is_open(seen)).map(line).collect(),
        }
    }

    pub(crate) fn render(&self) -> String {
        rendered(self)
    }
}

fn about(texts: &Texts, seen: &Seen<'_>) -> String {
    let at = match seen.row.state {
        State::Requested => seen.row.expires_at,
        _ => seen.row.state_at,
    };
    let key = format!("list-{}", seen.row.state.word());
    texts.say_with(&key, &[("agency", &seen.agency.name), ("date", &date(texts, at))])
}

/// Step 1: read what you will sign.
#[derive(Template)]
#[template(path = "read.html")]
pub(crate) struct ReadView<'a> {
    texts: &'a Texts,
    agency: &'a str,
    title: &'a str,
    purpose: &'a str,
    until: String,
    here: String,
    number: u16,
    pages: u16,
    position: String,
    page: &'a Page,
    fingerprint: Vec<String>,
}

impl<'a> ReadView<'a> {
    pub(crate) fn new(texts: &'a Texts, seen: &'a Seen<'_>, number: u16, page: &'a Page) -> Self {
        let pages = seen.row.shown.pages;
        let position = texts
            .say_with("read-position", &[("number", &number.to_string()), ("pages", &pages.to_string())]);
        Self {
            texts,
            agency: &seen.agency.name,
            title: &seen.words.title,
            purpose: &seen.words.purpose,
            until: when(texts, seen.row.expires_at),
            here: format!("/sign/{}", seen.row.id.hex()),
            number,
            pages,
            position,
            page,
            fingerprint: fingerprint(&seen.row.shown.sha256),
        }
    }

    pub(crate) fn render(&self) -> String {
        rendered(self)
    }
}

/// Step 2: decide.
#[derive(Template)]
#[template(path = "accept.html")]
pub(crate) struct AcceptView<'a> {
    texts: &'a Texts,
    agency: &'a str,
    title: &'a str,
    purpose: &'a str,
    name: &'a str,
    pages: String,
    here: String,
    fingerprint: Vec<String>,
    keeps: String,
    options: &'a str,
    showing: String,
    csrf: String,
}

impl<'a> AcceptView<'a> {
    pub(crate) fn new(texts: &'a Texts, seen: &'a Seen<'_>, offer: &'a Offer, csrf: String) -> Self {
        let until = date(texts, seen.row.expires_at);
        Self {
            texts,
            agency: &seen.agency.name,
            title: &seen.words.title,
            purpose: &seen.words.purpose,
            name: &offer.name,
            pages: texts.count("pages", seen.row.shown.pages.into()),
            here: format!("/sign/{}", seen.row.id.hex()),
            fingerprint: fingerprint(&seen.row.shown.sha256),
            keeps: texts.say_with("accept-keeps", &[("date", &until), ("agency", &seen.agency.name)]),
            options: &offer.options,
            showing: offer.showing.hex(),
            csrf,
        }
    }

    pub(crate) fn render(&self) -> String {
        rendered(self)
    }
}

/// Saying no.
#[derive(Template)]
#[template(path = "refuse.html")]
pub(crate) struct RefuseView<'a> {
    texts: &'a Texts,
    hint: String,
    title: &'a str,
    here: String,
    csrf: String,
}

impl<'a> RefuseView<'a> {
    pub(crate) fn new(texts: &'a Texts, seen: &'a Seen<'_>, csrf: String) -> Self {
        Self {
            texts,
            hint: texts.say_with("refuse-hint", &[("agency", &seen.agency.name)]),
            title: &seen.words.title,
            here: format!("/sign/{}", seen.row.id.hex()),
            csrf,
        }
    }

    pub(crate) fn render(&self) -> String {
        rendered(self)
    }
}

/// Step 3: the receipt.
#[derive(Template)]
#[template(path = "receipt.html")]
pub(crate) struct ReceiptView<'a> {
    texts: &'a Texts,
    agency: &'a str,
    title: &'a str,
    receipt: &'a str,
    name: &'a str,
    at: String,
    pages: String,
    here: String,
    fingerprint: Vec<String>,
    next: String,
    return_to: String,
    back: String,
}

impl<'a> ReceiptView<'a> {
    pub(crate) fn new(texts: &'a Texts, seen: &'a Seen<'_>, signed: &'a Signed) -> Self {
        Self {
            texts,
            agency: &seen.agency.name,
            title: &seen.words.title,
            receipt: seen.row.receipt.as_str(),
            name: &signed.name,
            at: when(texts, signed.at),
            pages: texts.count("pages", seen.row.shown.pages.into()),
            here: format!("/sign/{}", seen.row.id.hex()),
            fingerprint: fingerprint(&seen.row.shown.sha256),
            next: texts.say_with("receipt-next-text", &[("agency", &seen.agency.name)]),
            return_to: texts.say_with("return-to", &[("agency", &seen.agency.name)]),
            back: back(seen),
        }
    }

    pub(crate) fn render(&self) -> String {
        rendered(self)
    }
}

/// The registered address of the agency, with the request's id and nothing else (formats.md §3).
fn back(seen: &Seen<'_>) -> String {
    format!("{}?request_id={}", seen.words.return_uri, seen.row.id.hex())
}

/// A request that was refused or ran out of time.
#[derive(Template)]
#[template(path = "ended.html")]
pub(crate) struct EndedView<'a> {
    texts: &'a Texts,
    title: &'a str,
    heading: String,
    happened: String,
    reason: Option<&'a str>,
    return_to: String,
    back: String,
}

impl<'a> EndedView<'a> {
    pub(crate) fn new(texts: &'a Texts, seen: &'a Seen<'_>) -> Self {
        let key = if seen.row.state == State::Refused { "ended-refused" } else { "ended-expired" };
        let on = when(texts, if key == "ended-refused" { seen.row.state_at } else { seen.row.expires_at });
        Self {
            texts,
            title: &seen.words.title,
            heading: texts.say(key),
            happened: texts.say_with(&format!("{key}-text"), &[("date", &on), ("agency", &seen.agency.name)]),
            reason: seen.row.reason.as_deref(),
            return_to: texts.say_with("return-to", &[("agency", &seen.agency.name)]),
            back: back(seen),
        }
    }

    pub(crate) fn render(&self) -> String {
        rendered(self)
    }
}

/// A heading and a sentence.
#[derive(Template)]
#[template(path = "plain.html")]
struct Plain {
    heading: String,
    text: String,
    href: &'static str,
    link: String,
}

/// The act runs; the page loads itself again.
pub(crate) fn running(texts: &Texts) -> String {
    rendered(&Plain {
        heading: texts.say("running-title"),
        text: texts.say("running-text"),
        href: "",
        link: texts.say("running-again"),
    })
}

/// Signed out.
pub(crate) fn signed_out(texts: &Texts) -> String {
    rendered(&Plain {
        heading: texts.say("signed-out-title"),
        text: texts.say("signed-out-text"),
        href: "/sign",
        link: texts.say("signed-out-again"),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_out() {
        let texts = Texts::english(&[CATALOGUE]).unwrap();
        let at = Instant::from_seconds(1_795_000_000);
        assert_eq!(date(&texts, at), "18 November 2026");
        assert_eq!(when(&texts, at), "18 November 2026, 11:06 UTC");
    }

    #[test]
    fn a_fingerprint_has_eight_groups_of_the_digest() {
        let groups = fingerprint(&Hash::new([0xab; 32]));
        assert_eq!(groups, vec!["abab"; 8]);
    }

    /// Every refusal has its three sentences, and every state its line in the list.
    #[test]
    fn no_refusal_is_without_words() {
        let texts = Texts::english(&[CATALOGUE]).unwrap();
        for key in [
            "fault",
            "fault-other",
            "form-foreign",
            "not-found",
            "not-open",
            "stopped",
            "stale",
            "reason",
            "page-old",
            "touch-refused",
            "ask-again",
            "login-lost",
            "login-refused",
        ] {
            for part in ["title", "happened", "todo"] {
                assert!(texts.has(&format!("{key}-{part}")), "{key}-{part}");
            }
        }
        for state in
            ["requested", "approved", "certified", "signed", "stamped", "delivered", "refused", "expired"]
        {
            assert!(texts.has(&format!("list-{state}")), "list-{state}");
        }
    }
}
