//! Pages of the registry: view models and their templates. They know texts and facts, and neither requests nor rows.
//!
//! A page is made of the service's frame (`service::page`) and one template of `templates/`; every word comes from the
//! message catalogue.

pub(crate) mod desk;
pub(crate) mod enrol;
pub(crate) mod home;
pub(crate) mod qr;
pub(crate) mod refusal;

use askama::Template;
use pki_core::time::Instant;
use service::i18n::{Catalogue, Texts};
use service::page::{Markup, escape};

/// The languages of this house.
pub(crate) const CATALOGUES: &[Catalogue<'static>] =
    &[("en", &[ENGLISH]), ("ar", &[include_str!("../../locales/ar/main.ftl")])];
const ENGLISH: &str = include_str!("../../locales/en/main.ftl");

/// Renders a template. A template that does not render is a mistake of the program: it is logged, and the page is
/// empty rather than half.
pub(crate) fn rendered(template: &impl Template) -> String {
    template.render().unwrap_or_else(|error| {
        tracing::error!(%error, "a page could not be rendered");
        String::new()
    })
}

/// A name on its plate, with the language tag and direction of its script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plate {
    pub(crate) text: String,
    /// `und-Arab`: the script is known, the language is not.
    pub(crate) lang: String,
    pub(crate) dir: &'static str,
}

/// Scripts that run from right to left (ISO 15924).
const RIGHT_TO_LEFT: [&str; 8] = ["Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Syrc", "Thaa"];

impl Plate {
    pub(crate) fn new(script: &str, text: String) -> Self {
        let dir = if RIGHT_TO_LEFT.contains(&script) { "rtl" } else { "ltr" };
        Self { text, lang: format!("und-{script}"), dir }
    }
}

/// A name where a sentence speaks to the person: `<bdi>` with language and direction.
#[derive(Template)]
#[template(
    ext = "html",
    source = "<bdi lang=\"{{ self.0.lang }}\" dir=\"{{ self.0.dir }}\">{{ self.0.text }}</bdi>"
)]
pub(crate) struct Called<'a>(pub(crate) &'a Plate);

/// How a page greets somebody: by the writing whose script runs as the page does, where there is one, else by the first.
pub(crate) fn called(t: &Texts, writings: &[Plate]) -> Option<String> {
    let fits = writings.iter().find(|plate| plate.dir == t.dir());
    fits.or(writings.first()).map(|plate| rendered(&Called(plate)))
}

/// A sentence of the catalogue with something set off inside it: its one variable `$it` becomes this HTML.
pub(crate) fn around(texts: &Texts, key: &str, it: &str) -> Markup {
    // A private-use character: no catalogue holds one, and escaping leaves it alone.
    const PLACE: &str = "\u{e000}";
    Markup::trusted(escape(&texts.say_with(key, &[("it", PLACE)])).replace(PLACE, it))
}

/// An address or a host inside a sentence: bold, and left to right among letters that are not.
pub(crate) fn address(address: &str) -> Markup {
    Markup::trusted(format!("<b><bdi>{}</bdi></b>", escape(address)))
}

/// Words of the catalogue, bold inside a sentence.
pub(crate) fn bold(texts: &Texts, key: &str) -> Markup {
    Markup::trusted(format!("<b>{}</b>", escape(&texts.say(key))))
}

/// "4 May 2027, 14:05 UTC".
pub(crate) fn when(texts: &Texts, at: Instant) -> String {
    texts.say_with("when", &[("date", &date(texts, at)), ("time", &clock(at))])
}

/// "14:05".
pub(crate) fn clock(at: Instant) -> String {
    let time = at.generalized().to_date_time();
    format!("{:02}:{:02}", time.hour(), time.minutes())
}

/// "4 May 2027".
pub(crate) fn date(texts: &Texts, at: Instant) -> String {
    let time = at.generalized().to_date_time();
    spelled(texts, time.year(), time.month(), time.day())
}

/// "4 May 2027" out of `2027-05-04`; anything else as it is.
pub(crate) fn spelled_date(texts: &Texts, iso: &str) -> String {
    let mut parts = iso.splitn(3, '-').map(str::parse::<u16>);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(Ok(year)), Some(Ok(month @ 1..=12)), Some(Ok(day @ 1..=31))) => {
            spelled(texts, year, u8::try_from(month).unwrap_or(1), u8::try_from(day).unwrap_or(1))
        }
        _ => iso.to_owned(),
    }
}

fn spelled(texts: &Texts, year: u16, month: u8, day: u8) -> String {
    let month = texts.say(&format!("month-{month}"));
    texts.say_with("date", &[("day", &day.to_string()), ("month", &month), ("year", &year.to_string())])
}

/// A passkey step: the contract with the passkey script.
#[derive(Template)]
#[template(path = "passkey.html")]
pub(crate) struct PasskeyForm<'a> {
    pub(crate) t: &'a Texts,
    /// `create` or `get`.
    pub(crate) kind: &'static str,
    pub(crate) action: &'a str,
    pub(crate) options: &'a str,
    pub(crate) csrf: &'a str,
    /// Sealed state of the ceremony; empty where the server's row is the state.
    pub(crate) ceremony: &'a str,
    pub(crate) button: String,
    /// What to do when the browser or the person says no.
    pub(crate) refused: String,
}

/// One thing to mend, beside its field and in the summary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) field: &'static str,
    pub(crate) text: String,
}

/// The problems of a form, looked up by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Problems(pub(crate) Vec<Problem>);

impl Problems {
    pub(crate) fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|problem| problem.field == field).map(|problem| problem.text.as_str())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn add(&mut self, texts: &Texts, field: &'static str, key: &str) {
        self.0.push(Problem { field, text: texts.say(key) });
    }

    pub(crate) fn summary(&self, texts: &Texts) -> String {
        let mends: Vec<service::page::Mend<'_>> = self
            .0
            .iter()
            .map(|problem| service::page::Mend { field: problem.field, text: &problem.text })
            .collect();
        service::page::error_summary(texts, &mends)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use service::testing::untranslated;

    use super::*;

    /// Each language says all that English says.
    #[test]
    fn no_language_says_less() {
        let all: Vec<_> = CATALOGUES.iter().map(|one| Texts::read(*one).unwrap()).collect();
        // O, I and L are read as digits; K26… is a case number.
        let words = ["UTC", "SHA", "O", "I", "L", "K26", "7Q4X", "P9T2", "PIN", "JavaScript"];
        for pair in all.windows(2) {
            let [english, other] = pair else { continue };
            assert_eq!(untranslated(english, other, &["date"], &words), Vec::<String>::new());
        }
    }

    /// Dates are written in full, and a name carries the direction of its script.
    #[test]
    fn dates_are_spelled_and_scripts_have_a_direction() {
        let texts = Texts::english(&[ENGLISH]).unwrap();
        let at = Instant::from_seconds(1_809_525_900);
        assert_eq!(when(&texts, at), "5 May 2027, 14:05 UTC");
        assert_eq!(spelled_date(&texts, "1990-03-04"), "4 March 1990");
        assert_eq!(spelled_date(&texts, "1990-13-04"), "1990-13-04");
        let plate = Plate::new("Arab", "أمينة".to_owned());
        assert_eq!((plate.lang.as_str(), plate.dir), ("und-Arab", "rtl"));
        assert_eq!(Plate::new("Latn", String::new()).dir, "ltr");
    }

    /// A page greets by the writing that runs as the page does; by the first where none does; nobody without a name.
    #[test]
    fn a_greeting_runs_as_its_page() {
        let texts = Texts::english(&[ENGLISH]).unwrap();
        let (latin, arabic) =
            (Plate::new("Latn", "Amina".to_owned()), Plate::new("Arab", "أمينة".to_owned()));
        assert!(called(&texts, &[arabic.clone(), latin]).unwrap().contains(">Amina<"));
        assert!(called(&texts, &[arabic]).unwrap().contains(">أمينة<"));
        assert_eq!(called(&texts, &[]), None);
    }

    /// A name in a sentence is escaped and keeps its language and direction; the sentence is escaped too.
    #[test]
    fn a_name_in_a_sentence_is_isolated() {
        let texts = Texts::english(&[ENGLISH]).unwrap();
        let called = rendered(&Called(&Plate::new("Arab", "<أمينة>".to_owned())));
        assert_eq!(
            around(&texts, "enrol-hello", &called).as_str(),
            "Hello, <bdi lang=\"und-Arab\" dir=\"rtl\">&#60;أمينة&#62;</bdi>."
        );
    }
}
