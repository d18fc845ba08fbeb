//! The words of the pages: a message catalogue in Fluent, embedded in each service, one per language.
//!
//! A text that is asked for and does not exist is a mistake of the program: a debug build stops at it, a release build
//! shows its key and logs the mistake.

use fluent_templates::LanguageIdentifier;
use fluent_templates::fluent_bundle::concurrent::FluentBundle;
use fluent_templates::fluent_bundle::{FluentArgs, FluentResource, FluentValue};

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
    keys: Vec<String>,
}

/// The texts of this crate: what the frame around each page says.
const FRAME: &str = include_str!("../locales/en/frame.ftl");

impl Texts {
    /// English: these catalogues, and the texts of the frame around each page.
    ///
    /// # Errors
    /// When a catalogue is not Fluent, or says one key twice.
    pub fn english(catalogues: &[&str]) -> Result<Self, TextError> {
        let mut all = vec![FRAME];
        all.extend(catalogues);
        Self::read("en", &all)
    }

    fn read(lang: &str, catalogues: &[&str]) -> Result<Self, TextError> {
        let wrong = |why: String| TextError { lang: lang.to_owned(), why };
        let id: LanguageIdentifier = lang.parse().map_err(|_| wrong("not a language tag".to_owned()))?;
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Isolation marks are for right-to-left text around foreign words; the templates mark those with <bdi>.
        bundle.set_use_isolating(false);
        let mut keys = Vec::new();
        for catalogue in catalogues {
            keys.extend(catalogue.lines().filter_map(key).map(str::to_owned));
            let resource = FluentResource::try_new((*catalogue).to_owned()).map_err(|(_, errors)| {
                wrong(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
            })?;
            bundle.add_resource(resource).map_err(|errors| {
                wrong(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
            })?;
        }
        Ok(Self { lang: lang.to_owned(), bundle, keys })
    }

    /// The language tag, for `lang=`.
    #[must_use]
    pub fn lang(&self) -> &str {
        &self.lang
    }

    /// The direction of its script, for `dir=`.
    #[must_use]
    pub fn dir(&self) -> &'static str {
        let primary = self.lang.split('-').next().unwrap_or_default();
        if ["ar", "dv", "fa", "he", "ps", "ur", "yi"].contains(&primary) { "rtl" } else { "ltr" }
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
            args.set((*name).to_owned(), FluentValue::from((*value).to_owned()));
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

    /// All keys, in the order of the catalogues.
    #[must_use]
    pub fn keys(&self) -> &[String] {
        &self.keys
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

/// The key of a line that begins a message.
fn key(line: &str) -> Option<&str> {
    let (key, _) = line.split_once('=')?;
    let key = key.trim_end();
    let named = key.starts_with(|c: char| c.is_ascii_alphabetic());
    (named && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')).then_some(key)
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
        assert!(texts.keys().iter().any(|key| key == "new-mail") && texts.has("frame-skip"));
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

    #[test]
    fn a_key_may_be_said_once_only() {
        let error = Texts::english(&["a = 1\na = 2\n"]).err().unwrap();
        assert_eq!(error.lang, "en");
    }
}
