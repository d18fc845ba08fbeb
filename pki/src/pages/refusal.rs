//! The page that says no: what happened, what to do now, a button that does it, the case number and when; in the margin,
//! why, and what stays as it was. The words of a refusal begin with its key; this room knows which way leads on from it.

use askama::Template;
use pki_core::time::Instant;
use service::i18n::Texts;

use super::{rendered, when};

/// What one button can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Load this address again; only where a page stands behind it.
    Again,
    /// Type the code again.
    Code,
    /// Go back to the desk.
    Desk,
    /// Begin at the first page.
    First,
}

impl Way {
    /// Where it leads, and the key of its words. An empty reference is the address of the page itself (RFC 3986 §4.4).
    const fn link(self) -> (&'static str, &'static str) {
        match self {
            Self::Again => ("", "way-again"),
            Self::Code => ("/enrol", "way-code"),
            Self::Desk => ("/desk", "way-desk"),
            Self::First => ("/", "way-first"),
        }
    }
}

/// The way on, and what the margin says.
fn from_here(key: &str) -> (Way, &'static [&'static str]) {
    match key {
        "slip-unknown" => (Way::Code, &["code", "no-slip"]),
        "slip-used" | "link-used" => (Way::First, &["once", "kept"]),
        "slip-expired" | "link-expired" => (Way::First, &["short", "kept"]),
        "slip-not-approved" => (Way::Again, &["kept"]),
        "link-unknown" | "no-registrar" | "form-foreign" | "fault" => (Way::First, &["kept"]),
        "desk-no-case" | "desk-over" | "desk-other-step" | "order-over" | "status-other" => {
            (Way::Desk, &["desk-kept"])
        }
        "sign-in-no-officer" | "sign-in-out-of-office" => (Way::Again, &["kept"]),
        "page-old" | "passkey-refused" | "passkey-in-use" => (Way::Again, &["kept"]),
        _ => (Way::First, &[]),
    }
}

#[derive(Template)]
#[template(path = "refusal.html")]
struct Page<'a> {
    t: &'a Texts,
    title: &'a str,
    happened: &'a str,
    todo: &'a str,
    href: &'a str,
    words: &'a str,
    case: &'a str,
    when: &'a str,
}

#[derive(Template)]
#[template(path = "refusal-notes.html")]
struct Notes<'a> {
    t: &'a Texts,
    notes: &'a [&'a str],
}

/// What a page that says no is made of.
pub(crate) struct Refused {
    pub(crate) title: String,
    /// The sheet.
    pub(crate) main: String,
    /// The margin; empty where nothing is to be added.
    pub(crate) notes: String,
}

impl Refused {
    /// The refusal whose words begin with `key`, under this number and at this time.
    pub(crate) fn new(t: &Texts, key: &str, case: &str, at: Instant) -> Self {
        let said = |part: &str| t.say(&format!("{key}-{part}"));
        let (title, (way, notes)) = (said("title"), from_here(key));
        let (href, words) = way.link();
        let main = rendered(&Page {
            t,
            title: &title,
            happened: &said("happened"),
            todo: &said("todo"),
            href,
            words: &t.say(words),
            case,
            when: &when(t, at),
        });
        let notes = if notes.is_empty() { String::new() } else { rendered(&Notes { t, notes }) };
        Self { title, main, notes }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::pages::ENGLISH;

    /// Every refusal of the catalogue has its three texts, and the words of its way and of its margin.
    #[test]
    fn every_refusal_says_all_it_needs() {
        let texts = Texts::english(&[ENGLISH]).unwrap();
        let named = |line: &'static str| line.split_once(" =")?.0.strip_suffix("-happened");
        let keys: Vec<&str> = ENGLISH.lines().filter_map(named).collect();
        assert!(keys.len() > 15, "{keys:?}");
        for key in keys {
            assert!(texts.has(&format!("{key}-title")) && texts.has(&format!("{key}-todo")), "{key}");
            let (way, notes) = from_here(key);
            assert!(texts.has(way.link().1));
            for note in notes {
                assert!(
                    texts.has(&format!("note-{note}")) && texts.has(&format!("note-{note}-why")),
                    "{note}"
                );
            }
        }
    }
}
