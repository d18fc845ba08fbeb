//! What people are shown of a client: its name, the body that it belongs to, why it asks, and under which law; in the language of
//! its registration, and in others that the operator wrote beside it (as RFC 7591 §2.2 has it with `client_name#ar`).
//!
//! Data comes from the configuration. A translation says all that the original says, so that no page mixes languages,
//! and a person who refuses in one language has read what a person in another one read.

use std::collections::BTreeMap;

/// Longest name.
const NAME_CHARS_MAX: usize = 128;
/// Longest line that people are shown from a registration.
const LINE_CHARS_MAX: usize = 200;
/// Longest language tag that RFC 5646 §4.4.1 asks anybody to keep.
const TAG_BYTES_MAX: usize = 35;

/// Words as the operator wrote them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawWords {
    /// Name, as people are shown it.
    pub name: String,
    /// The body that it belongs to; people are shown it under its name.
    pub parent: Option<String>,
    /// Why it needs to know who somebody is, in one sentence to that person.
    pub purpose: Option<String>,
    /// The law under which it asks, in one sentence; people are shown it.
    pub law: Option<String>,
}

/// The member that cannot be, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WrongWords(pub(crate) &'static str, pub(crate) String);

/// Words in one language, every line of them checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    lang: Option<String>,
    name: String,
    parent: Option<String>,
    purpose: Option<String>,
    law: Option<String>,
}

/// Words in all languages that they were written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AllWords {
    original: Words,
    translations: BTreeMap<String, Words>,
}

impl Words {
    fn read(lang: Option<&str>, raw: &RawWords) -> Result<Self, WrongWords> {
        if raw.name.trim().is_empty() || raw.name.chars().count() > NAME_CHARS_MAX {
            return Err(WrongWords("name", raw.name.clone()));
        }
        let line = |member, text: &Option<String>| match text.as_deref().map(str::trim) {
            Some(text) if text.chars().count() > LINE_CHARS_MAX => Err(WrongWords(member, text.to_owned())),
            text => Ok(text.filter(|text| !text.is_empty()).map(str::to_owned)),
        };
        Ok(Self {
            lang: lang.map(tag).transpose()?,
            name: raw.name.clone(),
            parent: line("parent", &raw.parent)?,
            purpose: line("purpose", &raw.purpose)?,
            law: line("law", &raw.law)?,
        })
    }

    /// Which lines there are.
    const fn lines(&self) -> [bool; 3] {
        [self.parent.is_some(), self.purpose.is_some(), self.law.is_some()]
    }

    /// Their language, where the registration says it.
    #[must_use]
    pub fn lang(&self) -> Option<&str> {
        self.lang.as_deref()
    }

    /// The client's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The body that it belongs to.
    #[must_use]
    pub fn parent(&self) -> Option<&str> {
        self.parent.as_deref()
    }

    /// Why it asks, in one sentence to the person.
    #[must_use]
    pub fn purpose(&self) -> Option<&str> {
        self.purpose.as_deref()
    }

    /// The law under which it asks.
    #[must_use]
    pub fn law(&self) -> Option<&str> {
        self.law.as_deref()
    }
}

impl AllWords {
    pub(crate) fn read(
        lang: Option<&str>,
        original: &RawWords,
        translations: &BTreeMap<String, RawWords>,
    ) -> Result<Self, WrongWords> {
        let original = Words::read(lang, original)?;
        let translation = |(tag, raw): (&String, &RawWords)| {
            let words = Words::read(Some(tag), raw)?;
            let whole = words.lines() == original.lines() && original.lang() != Some(tag);
            if whole { Ok((tag.clone(), words)) } else { Err(WrongWords("translation", tag.clone())) }
        };
        let translations = translations.iter().map(translation).collect::<Result<_, _>>()?;
        Ok(Self { original, translations })
    }

    pub(crate) fn for_reader(&self, lang: &str) -> &Words {
        self.translations.get(lang).unwrap_or(&self.original)
    }

    pub(crate) const fn original(&self) -> &Words {
        &self.original
    }
}

/// A language tag as this house writes them.
fn tag(text: &str) -> Result<String, WrongWords> {
    let good = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let sized = (2..=TAG_BYTES_MAX).contains(&text.len());
    if good && sized { Ok(text.to_owned()) } else { Err(WrongWords("lang", text.to_owned())) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    fn original() -> RawWords {
        RawWords {
            name: "Open Assembly".into(),
            parent: Some("Parliament".into()),
            purpose: Some(" ".into()),
            law: None,
        }
    }

    fn arabic() -> RawWords {
        RawWords {
            name: "المجلس المفتوح".into(), parent: Some("البرلمان".into()), ..RawWords::default()
        }
    }

    #[test]
    fn a_reader_gets_a_translation_or_the_original() {
        let words = AllWords::read(Some("en"), &original(), &[("ar".to_owned(), arabic())].into()).unwrap();
        let said = |lang| (words.for_reader(lang).lang(), words.for_reader(lang).name());
        assert_eq!(said("ar"), (Some("ar"), "المجلس المفتوح"));
        assert_eq!(said("en"), (Some("en"), "Open Assembly"));
        assert_eq!(said("fr"), said("en"));
        assert_eq!(words.original().purpose(), None, "an empty line is none");
    }

    /// Half of the words is worse than none.
    #[test]
    fn a_translation_says_neither_less_nor_more() {
        let read = |lang, tag: &str, raw: RawWords| {
            AllWords::read(lang, &original(), &[(tag.to_owned(), raw)].into()).map(|_| ())
        };
        let wrong = |member, value: &str| Err(WrongWords(member, value.to_owned()));
        assert_eq!(read(None, "ar", arabic()), Ok(()));
        assert_eq!(read(None, "ar", RawWords { parent: None, ..arabic() }), wrong("translation", "ar"));
        assert_eq!(
            read(None, "ar", RawWords { law: Some("1".into()), ..arabic() }),
            wrong("translation", "ar")
        );
        assert_eq!(read(Some("ar"), "ar", arabic()), wrong("translation", "ar"));
        assert_eq!(read(None, "a r", arabic()), wrong("lang", "a r"));
        assert_eq!(read(Some("x"), "ar", arabic()), wrong("lang", "x"));
        assert_eq!(read(None, "ar", RawWords { name: String::new(), ..arabic() }), wrong("name", ""));
        let long = "x".repeat(LINE_CHARS_MAX + 1);
        assert_eq!(
            read(None, "ar", RawWords { parent: Some(long.clone()), ..arabic() }),
            wrong("parent", &long)
        );
    }
}
