//! The words of the pages: a message catalogue in Fluent for each language, embedded in each service.
//!
//! A language is a folder of `.ftl` files, in this crate for the frame around each page and in a service for its own
//! pages; a service names its folders as [`Catalogue`]s. A text that is asked for and does not exist is a mistake of the
//! program: a debug build stops at it, a release build shows its key and logs the mistake. That each language has the
//! same keys with the same variables is a test of each service (`testing::untranslated`).
//!
//! # Two directions in one line
//!
//! A value that is put into a text keeps its own order: where it could be read in the other direction (a Latin name in an
//! Arabic sentence, an Arabic one in an English sentence, digits with spaces) it stands between the marks FSI and PDI
//! (UAX #9 §2.7). Fluent's own marks are off: they isolate bare digits as well, and `14:05` made of two isolates is read
//! `05:14` from right to left. Values that a template writes outside of a text stand in `<bdi>`.
//!
//! # Digits
//!
//! All languages write 0 to 9. Codes, case numbers and dates are compared by eye with papers, devices and other people's
//! screens, and typed again on keyboards; half of the Arab world writes these digits anyway.

pub(crate) mod choice;

use fluent_templates::LanguageIdentifier;
use fluent_templates::fluent_bundle::concurrent::FluentBundle;
use fluent_templates::fluent_bundle::{FluentArgs, FluentResource, FluentValue};

/// The texts of one language: its tag, and the contents of its `.ftl` files.
pub type Catalogue<'a> = (&'a str, &'a [&'a str]);

/// A catalogue cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the message catalogue for {lang} cannot be read: {why}")]
pub struct TextError {
    /// The language.
    pub lang: String,
    /// What is wrong.
    pub why: String,
}

/// The texts of one language.
pub struct Texts {
    lang: String,
    bundle: FluentBundle<FluentResource>,
    sources: Vec<(String, String)>,
}

/// The texts of this crate: what the frame around each page says.
const FRAMES: [(&str, &str); 2] =
    [("en", include_str!("../locales/en/frame.ftl")), ("ar", include_str!("../locales/ar/frame.ftl"))];

/// First Strong Isolate and Pop Directional Isolate (UAX #9 §2.4, §2.5).
const ISOLATED: (char, char) = ('\u{2068}', '\u{2069}');

impl Texts {
    /// English: these catalogues, and the texts of the frame around each page.
    ///
    /// # Errors
    /// When a catalogue is not Fluent, or says one key twice.
    pub fn english(catalogues: &[&str]) -> Result<Self, TextError> {
        Self::read(("en", catalogues))
    }

    /// A language: these catalogues, and the texts of the frame around each page.
    ///
    /// # Errors
    /// When the frame does not speak it, a catalogue is not Fluent, or a key is said twice.
    pub fn read((lang, catalogues): Catalogue<'_>) -> Result<Self, TextError> {
        let wrong = |why: String| TextError { lang: lang.to_owned(), why };
        let id: LanguageIdentifier = lang.parse().map_err(|_| wrong("not a language tag".to_owned()))?;
        let frame = FRAMES.iter().find(|(tag, _)| *tag == lang).map(|(_, frame)| *frame);
        let frame = frame.ok_or_else(|| wrong("the frame has no texts in it".to_owned()))?;
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        bundle.set_use_isolating(false);
        let mut sources = Vec::new();
        for catalogue in std::iter::once(&frame).chain(catalogues) {
            sources.extend(messages(catalogue));
            let resource = FluentResource::try_new((*catalogue).to_owned()).map_err(|(_, errors)| {
                wrong(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
            })?;
            bundle.add_resource(resource).map_err(|errors| {
                wrong(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
            })?;
        }
        Ok(Self { lang: lang.to_owned(), bundle, sources })
    }

    /// The language tag, for `lang=`.
    #[must_use]
    pub fn lang(&self) -> &str {
        &self.lang
    }

    /// The direction of its script, for `dir=`.
    #[must_use]
    pub fn dir(&self) -> &'static str {
        if self.is_rtl() { "rtl" } else { "ltr" }
    }

    fn is_rtl(&self) -> bool {
        let primary = self.lang.split('-').next().unwrap_or_default();
        ["ar", "dv", "fa", "he", "ps", "ur", "yi"].contains(&primary)
    }

    /// The text for this key.
    #[must_use]
    pub fn say(&self, key: &str) -> String {
        self.say_with(key, &[])
    }

    /// The text for this key, with values for its variables.
    #[must_use]
    pub fn say_with(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set((*name).to_owned(), FluentValue::from(isolated(value, self.is_rtl())));
        }
        self.format(key, &args)
    }

    /// The text for this key with a number, so that it can choose singular or plural (`{ $count -> … }`).
    #[must_use]
    pub fn count(&self, key: &str, count: u64) -> String {
        let mut args = FluentArgs::new();
        args.set("count", FluentValue::from(count));
        self.format(key, &args)
    }

    /// Whether the key exists.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// All messages, in the order of the catalogues: keys, and what the catalogue says, as it is written there.
    #[must_use]
    pub fn sources(&self) -> &[(String, String)] {
        &self.sources
    }

    fn format(&self, key: &str, args: &FluentArgs<'_>) -> String {
        let mut errors = Vec::new();
        let text = self
            .bundle
            .get_message(key)
            .and_then(|message| message.value())
            .map(|pattern| self.bundle.format_pattern(pattern, Some(args), &mut errors).into_owned());
        if text.is_none() || !errors.is_empty() {
            tracing::error!(key, ?errors, "a text is missing, or one of its variables");
        }
        debug_assert!(
            text.is_some() && errors.is_empty(),
            "no text for {key}, or a variable of it is missing"
        );
        text.unwrap_or_else(|| key.to_owned())
    }
}

/// A value as it stands in a text of this direction: between marks, unless every reader reads it the same way.
fn isolated(value: &str, in_rtl: bool) -> String {
    let (rtl, ltr) = (value.chars().any(is_rtl), value.chars().any(|c| c.is_alphabetic() && !is_rtl(c)));
    let safe = match (in_rtl, rtl, ltr) {
        (false, false, _) | (true, true, false) => true,
        // Without any letter, a number alone is safe: 14:05 is one number, whoever puts it together.
        (true, false, false) => value.bytes().all(|byte| byte.is_ascii_digit()),
        (false, true, _) | (true, _, true) => false,
    };
    let (open, close) = ISOLATED;
    if safe { value.to_owned() } else { format!("{open}{value}{close}") }
}

/// Letters and signs of scripts that are read from right to left (the blocks whose characters are R, AL or AN by default,
/// `DerivedBidiClass.txt`).
const fn is_rtl(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// The messages of a catalogue: a key at the beginning of a line, and its text up to the next one.
fn messages(catalogue: &str) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for line in catalogue.lines().filter(|line| !line.starts_with('#')) {
        match key(line) {
            Some((key, text)) => all.push((key.to_owned(), text.to_owned())),
            None => {
                if let Some((_, text)) = all.last_mut().filter(|_| !line.trim().is_empty()) {
                    text.push('\n');
                    text.push_str(line.trim());
                }
            }
        }
    }
    all
}

/// The key of a line that begins a message, and the first line of its text.
fn key(line: &str) -> Option<(&str, &str)> {
    let (key, text) = line.split_once('=')?;
    let key = key.trim_end();
    let named = key.starts_with(|c: char| c.is_ascii_alphabetic());
    (named && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'))
        .then_some((key, text.trim()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    const HELLO: &str = "hello = Hello, { $name }!\nnew-mail = { $count ->\n    [one] One letter\n   *[other] { $count } letters\n }\n";

    #[test]
    fn says_with_values_and_counts() {
        let texts = Texts::english(&[HELLO]).unwrap();
        assert_eq!(texts.say_with("hello", &[("name", "Ørjan <b>")]), "Hello, Ørjan <b>!");
        assert_eq!(texts.count("new-mail", 1), "One letter");
        assert_eq!(texts.count("new-mail", 3), "3 letters");
        assert!(texts.sources().iter().any(|(key, _)| key == "new-mail") && texts.has("frame-skip"));
        assert_eq!((texts.lang(), texts.dir()), ("en", "ltr"));
    }

    #[test]
    #[should_panic(expected = "no text for helo")]
    fn a_missing_key_stops_a_test() {
        let _text = Texts::english(&[HELLO]).unwrap().say("helo");
    }

    #[test]
    #[should_panic(expected = "no text for hello, or a variable")]
    fn a_missing_variable_stops_a_test() {
        let _text = Texts::english(&[HELLO]).unwrap().say("hello");
    }

    #[test]
    fn the_frame_says_nothing_that_the_catalogue_lacks() {
        let texts = Texts::english(&[]).unwrap();
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let missing = crate::testing::missing_texts(&texts, &[&root.join("templates")]).unwrap();
        assert_eq!(missing, Vec::<String>::new());
        let scratch = crate::testing::Scratch::new().unwrap();
        std::fs::write(
            scratch.path().join("a.html"),
            "{{ texts.say(\"frame-skip\") }}{{ texts.say(\"frame-slip\") }}",
        )
        .unwrap();
        assert_eq!(crate::testing::missing_texts(&texts, &[scratch.path()]).unwrap(), ["frame-slip"]);
    }

    /// UAX #9: what could be read in the other direction stands between FSI and PDI, and digits stay one number.
    #[test]
    fn a_value_keeps_its_own_direction() {
        let catalogue = ["a = «{ $x }»\nat = { $h }:{ $m }\n"];
        let (en, ar) = (Texts::english(&catalogue).unwrap(), Texts::read(("ar", &catalogue)).unwrap());
        let say = |texts: &Texts, x: &str| texts.say_with("a", &[("x", x)]);
        assert_eq!((ar.lang(), ar.dir()), ("ar", "rtl"));
        assert_eq!(say(&en, "Open Assembly"), "«Open Assembly»");
        assert_eq!(say(&en, "ليلى حداد"), "«\u{2068}ليلى حداد\u{2069}»");
        assert_eq!(say(&ar, "ليلى حداد"), "«ليلى حداد»");
        assert_eq!(say(&ar, "4 مايو 2027"), "«4 مايو 2027»");
        assert_eq!(say(&ar, "4 مايو 2027 UTC"), "«\u{2068}4 مايو 2027 UTC\u{2069}»");
        for foreign in ["Open Assembly", "localhost", "0800 555 100", "K7QF-2M9D", "Ωmega"] {
            assert_eq!(say(&ar, foreign), format!("«\u{2068}{foreign}\u{2069}»"));
        }
        assert_eq!(ar.say_with("at", &[("h", "14"), ("m", "05")]), "14:05");
    }

    #[test]
    fn a_language_without_a_frame_is_none() {
        assert_eq!(Texts::read(("fr", &[])).err().unwrap().why, "the frame has no texts in it");
        assert_eq!(Texts::read(("not a tag", &[])).err().unwrap().why, "not a language tag");
    }

    #[test]
    fn the_frame_says_the_same_in_each_language() {
        let (en, ar) = (Texts::english(&[]).unwrap(), Texts::read(("ar", &[])).unwrap());
        assert_eq!(crate::testing::untranslated(&en, &ar, &[], &["PIN", "JavaScript"]), Vec::<String>::new());
    }

    #[test]
    fn a_key_may_be_said_once_only() {
        let error = Texts::english(&["a = 1\na = 2\n"]).err().unwrap();
        assert_eq!(error.lang, "en");
    }
}
