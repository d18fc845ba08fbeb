//! What a person can do about a verdict that is not "Genuine": what is missing, who has it, what to ask; and what is
//! already sure. The findings are many, the ways to mend them few.

use std::fmt::Write as _;

use service::i18n::Texts;
use signer_core::validate::{Finding, Outcome, SignatureReport, Step, Verdict};

/// What to do.
pub(super) struct Mending {
    /// "Cannot be confirmed": what is missing. "Not genuine": nothing is missing, something is wrong.
    pub(super) missing: Option<Missing>,
    /// Steps, with a second line that says why.
    pub(super) steps: Vec<(String, Option<String>)>,
    /// An empty letter to the sender with the question in it.
    pub(super) letter: String,
}

/// What is missing, and who can mend it.
pub(super) struct Missing {
    pub(super) what: String,
    pub(super) why: String,
    pub(super) who: String,
    pub(super) ask: String,
}

/// One line of what is sure, or not.
pub(super) struct Sure {
    pub(super) sure: bool,
    pub(super) words: String,
}

impl Mending {
    /// Where the file still holds what was signed, the page shows it, and says so among the steps.
    pub(super) fn new(texts: &Texts, verdict: Verdict, reason: &Finding, holds_signed: bool) -> Self {
        if verdict == Verdict::CannotBeConfirmed {
            let kind = missing(reason);
            let say = |part: &str| texts.say(&format!("missing-{kind}-{part}"));
            let missing = Missing { what: say("need"), why: say("why"), who: say("who"), ask: say("ask") };
            let letter = letter(texts, &missing.ask);
            return Self { missing: Some(missing), steps: Vec::new(), letter };
        }
        let step = |key: &str| (texts.say(key), Some(texts.say(&format!("{key}-why"))));
        let steps = if matches!(reason, Finding::NotAPdf) {
            vec![step("todo-right-file"), step("todo-again")]
        } else if holds_signed {
            vec![step("todo-again"), step("todo-see"), (texts.say("todo-purpose"), None)]
        } else {
            vec![step("todo-again"), (texts.say("todo-purpose"), None)]
        };
        Self { missing: None, steps, letter: letter(texts, &texts.say("todo-again-ask")) }
    }
}

/// The kind of thing that is missing, as the message catalogue names it.
const fn missing(reason: &Finding) -> &'static str {
    match reason {
        Finding::NoSignature => "signature",
        Finding::NoTimeStamp
        | Finding::TimeStamp(_)
        | Finding::TimeStampEnded
        | Finding::TimeStampInFuture => "time",
        Finding::EvidenceMissing => "approval",
        Finding::UnknownRoot(_) | Finding::TimeStampUnit(_) => "root",
        Finding::Revocation(_)
        | Finding::TimeStampRevocation(_)
        | Finding::ValidationData(_)
        | Finding::Stray => "authorities",
        _ => "kind",
    }
}

/// What passed and what did not, in words. The steps that say nothing to a person are in the formal table only, and
/// several signatures are too: a list of what is sure would have to say of which.
pub(super) fn sure(texts: &Texts, signatures: &[SignatureReport]) -> Vec<Sure> {
    let [signature] = signatures else { return Vec::new() };
    let passed = |step: Step| {
        signature.checks.iter().any(|check| check.step == step && matches!(check.outcome, Outcome::Passed))
    };
    let name = signature.signer.as_ref().map_or("", |signer| signer.name.as_str());
    let said = [Step::Cryptography, Step::Changes, Step::Chain, Step::TimeStamp, Step::Evidence];
    let sure = said.into_iter().filter(|step| passed(*step)).map(|step| (true, step));
    let open = signature.checks.iter().filter(|check| matches!(check.outcome, Outcome::Indeterminate(_)));
    sure.chain(open.map(|check| (false, check.step)))
        .map(|(sure, step)| {
            let which = if sure { "sure" } else { "unsure" };
            Sure { sure, words: texts.say_with(&format!("{which}-{}", step.key()), &[("name", name)]) }
        })
        .collect()
}

/// A letter that the person's own mail program opens (RFC 6068): nobody is written to, and we learn nothing of it.
fn letter(texts: &Texts, ask: &str) -> String {
    format!("mailto:?subject={}&body={}", encoded(&texts.say("letter-subject")), encoded(ask))
}

/// RFC 3986 §2.1: everything but unreserved characters.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::pages::ENGLISH;

    #[test]
    fn a_letter_is_encoded_whole() {
        assert_eq!(encoded("a-1 “&?"), "a-1%20%E2%80%9C%26%3F");
    }

    #[test]
    fn whatever_is_missing_has_its_words() {
        let texts = Texts::english(&[ENGLISH]).unwrap();
        for kind in ["signature", "time", "approval", "root", "authorities", "kind"] {
            for part in ["need", "why", "who", "ask"] {
                assert!(texts.has(&format!("missing-{kind}-{part}")), "{kind} {part}");
            }
        }
        for step in Step::ALL {
            assert!(texts.has(&format!("unsure-{}", step.key())), "{step:?}");
        }
        assert_eq!(missing(&Finding::NoTimeStamp), "time");
        assert_eq!(missing(&Finding::EvidenceMissing), "approval");
        assert_eq!(missing(&Finding::OtherPolicy), "kind");
    }
}
