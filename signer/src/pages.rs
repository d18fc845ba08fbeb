//! Pages of the signing house: view models and their templates. They know texts and facts, and neither requests nor
//! rows of a database.
//!
//! A page is made of the service's frame (`service::page`) and one template of `templates/`; every word comes from the
//! message catalogue.

mod decide;
mod outcome;
mod read;
pub(crate) mod verify;
mod words;

use askama::Template;
use pki_core::time::Instant;
use service::i18n::{Catalogue, Texts};
use service::ornament::rosette;
use service::page::{Icon, LinkRow, Markup, Row, Site, escape};

pub(crate) use self::decide::{AcceptView, RefuseView};
pub(crate) use self::outcome::{EndedView, ReceiptView, RunningView};
pub(crate) use self::read::{As, ReadView};
use crate::app::view::Seen;
use crate::store::requests::State;

/// The languages of this house.
pub(crate) const CATALOGUES: &[Catalogue<'static>] =
    &[("en", &[ENGLISH]), ("ar", &[include_str!("../locales/ar/main.ftl")])];
const ENGLISH: &str = include_str!("../locales/en/main.ftl");

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

/// "4 May 2027, 14:05:22 UTC".
pub(crate) fn when_second(texts: &Texts, at: Instant) -> String {
    let time = at.generalized().to_date_time();
    let [hour, minutes, seconds] =
        [time.hour(), time.minutes(), time.seconds()].map(|part| format!("{part:02}"));
    let values = [("date", date(texts, at)), ("hour", hour), ("minutes", minutes), ("seconds", seconds)];
    texts.say_with("when-second", &values.each_ref().map(|(name, value)| (*name, value.as_str())))
}

/// A text whose values are bold and keep apart from the words around them.
pub(crate) fn strong(texts: &Texts, key: &str, values: &[(&str, &str)]) -> Markup {
    // Characters for private use: no text of ours has them, and a value loses them.
    const BEGIN: char = '\u{e000}';
    const END: char = '\u{e001}';
    let marked: Vec<(&str, String)> = values
        .iter()
        .map(|(name, value)| (*name, format!("{BEGIN}{}{END}", value.replace([BEGIN, END], ""))))
        .collect();
    let marked: Vec<(&str, &str)> = marked.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let text = escape(&texts.say_with(key, &marked));
    Markup::trusted(text.replace(BEGIN, "<b><bdi>").replace(END, "</bdi></b>"))
}

/// A fact: its label is a key of the catalogue.
pub(crate) fn row(texts: &Texts, label: &str, value: &str) -> Row {
    Row { label: texts.say(label), value: value.to_owned(), ..Row::default() }
}

/// A fact that is bold.
pub(crate) fn strong_row(texts: &Texts, label: &str, value: &str) -> Row {
    Row { strong: true, ..row(texts, label, value) }
}

/// In a sandbox: that nothing follows from what is signed.
pub(crate) fn about_effect(site: &Site) -> Option<Row> {
    site.sandbox.then(|| row(&site.texts, "label-effect", &site.texts.say("effect-none")))
}

/// Margin notes: each key has a heading and a text, in which values are bold.
pub(crate) fn notes(texts: &Texts, keys: &[&str], values: &[(&str, &str)]) -> String {
    #[derive(Template)]
    #[template(path = "notes.html")]
    struct Notes {
        notes: Vec<(String, Markup)>,
    }
    let note = |key: &&str| (texts.say(key), strong(texts, &format!("{key}-text"), values));
    rendered(&Notes { notes: keys.iter().map(note).collect() })
}

/// The first page, for somebody who is not signed in: what goes across it, and what stands below. The country's name in
/// its certificates draws the rosette: the same one in each language.
pub(crate) fn start(texts: &Texts, country: &str) -> [String; 2] {
    #[derive(Template)]
    #[template(path = "start-hero.html")]
    struct Hero<'a> {
        texts: &'a Texts,
        rosette: Markup,
    }
    #[derive(Template)]
    #[template(path = "start.html")]
    struct Below<'a> {
        texts: &'a Texts,
    }
    [rendered(&Hero { texts, rosette: rosette(country) }), rendered(&Below { texts })]
}

/// What waits, and what is done.
#[derive(Template)]
#[template(path = "list.html")]
pub(crate) struct ListView<'a> {
    texts: &'a Texts,
    open: &'a [LinkRow],
    done: &'a [LinkRow],
}

/// The rows of the list: what waits, and what is decided or over.
pub(crate) fn list(texts: &Texts, seen: &[Seen<'_>], now: Instant) -> (Vec<LinkRow>, Vec<LinkRow>) {
    let is_open = |seen: &&Seen<'_>| seen.row.state == State::Requested && seen.row.expires_at > now;
    let line = |seen: &Seen<'_>| {
        let (icon, word, at) = match seen.row.state {
            State::Requested if seen.row.expires_at > now => {
                (Icon::Document, seen.row.state.word(), seen.row.expires_at)
            }
            State::Requested | State::Expired => (Icon::Clock, State::Expired.word(), seen.row.expires_at),
            State::Refused => (Icon::Cross, seen.row.state.word(), seen.row.state_at),
            State::Delivered => (Icon::Check, seen.row.state.word(), seen.row.state_at),
            state => (Icon::Again, state.word(), seen.row.state_at),
        };
        let values = [("agency", seen.agency.name.as_str()), ("date", &date(texts, at))];
        LinkRow {
            icon: Some(icon),
            href: format!("/sign/{}", seen.row.id.hex()),
            title: seen.words.title.clone(),
            second: Some(texts.say_with(&format!("list-{word}"), &values)),
        }
    };
    (
        seen.iter().filter(is_open).map(line).collect(),
        seen.iter().filter(|seen| !is_open(seen)).map(line).collect(),
    )
}

impl<'a> ListView<'a> {
    pub(crate) const fn new(texts: &'a Texts, open: &'a [LinkRow], done: &'a [LinkRow]) -> Self {
        Self { texts, open, done }
    }

    pub(crate) fn render(&self) -> String {
        rendered(self)
    }
}

/// How a page of this house says no.
#[derive(Template)]
#[template(path = "refusal.html")]
pub(crate) struct RefusalView<'a> {
    texts: &'a Texts,
    title: &'a str,
    happened: String,
    todo: String,
    go: Option<(&'a str, String)>,
    case: &'a str,
    at: String,
}

impl<'a> RefusalView<'a> {
    /// The words begin with `key`; where there is a way on, it leads to `href`.
    pub(crate) fn new(
        texts: &'a Texts,
        (key, title): (&str, &'a str),
        href: &'a str,
        case: &'a str,
        now: Instant,
    ) -> Self {
        let go = format!("{key}-go");
        Self {
            texts,
            title,
            happened: texts.say(&format!("{key}-happened")),
            todo: texts.say(&format!("{key}-todo")),
            go: texts.has(&go).then(|| (href, texts.say(&go))),
            case,
            at: when(texts, now),
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
    verify: String,
}

/// Signed out.
pub(crate) fn signed_out(texts: &Texts) -> String {
    rendered(&Plain {
        heading: texts.say("signed-out-title"),
        text: texts.say("signed-out-text"),
        href: "/sign",
        link: texts.say("signed-out-again"),
        verify: texts.say("start-verify"),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]
mod tests {
    use service::testing::untranslated;

    use super::*;

    #[test]
    fn dates_are_written_out() {
        let texts = Texts::english(&[ENGLISH]).unwrap();
        let at = Instant::from_seconds(1_795_000_000);
        assert_eq!(date(&texts, at), "18\u{a0}November\u{a0}2026");
        assert_eq!(when(&texts, at), "18\u{a0}November\u{a0}2026, 11:06\u{a0}UTC");
    }

    /// Each language says all that English says.
    #[test]
    fn no_language_says_less() {
        let all: Vec<_> = CATALOGUES.iter().map(|one| Texts::read(*one).unwrap()).collect();
        let words = [
            "UTC",
            "PDF",
            "SHA",
            "MiB",
            "ETSI",
            "EN",
            "chancery",
            "verify",
            "bundle",
            "der",
            "PIN",
            "JavaScript",
        ];
        for other in &all[1..] {
            assert_eq!(untranslated(&all[0], other, &["date"], &words), Vec::<String>::new());
        }
        let at = Instant::from_seconds(1_795_000_000);
        assert_eq!(when(&all[1], at), "18\u{a0}نوفمبر\u{a0}2026، 11:06\u{a0}بتوقيت\u{a0}UTC");
        assert_eq!(all[1].count("pages", 3), "3 صفحات");
    }

    /// What a person sent does not become markup, and does not forge the marks of bold text.
    #[test]
    fn values_are_bold_and_escaped() {
        let texts = Texts::english(&[ENGLISH]).unwrap();
        let lead = strong(&texts, "refuse-lead", &[("title", "<i>\u{e001}x")]);
        assert!(lead.as_str().contains("<b><bdi>&lt;i&gt;x</bdi></b>"), "{lead}");
    }

    /// Every refusal has its three sentences, and every state its line in the list.
    #[test]
    fn no_refusal_is_without_words() {
        let texts = Texts::english(&[ENGLISH]).unwrap();
        for key in [
            "fault",
            "fault-other",
            "form-foreign",
            "not-found",
            "not-open",
            "stopped",
            "stale",
            "reason",
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
