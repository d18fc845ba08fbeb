//! What a signature says and what was checked of it, as rows of the verdict page. Nothing stands here that the report does
//! not hold; no sentence infers a gender.

use pki_core::bytes::Hash;
use pki_core::time::Instant;
use service::i18n::Texts;
use service::page::Row;
use signer_core::validate::{Act, Assurance, Finding, SignatureReport, Signer, Verdict};

use crate::pages::date;

/// The standard whose clauses the table names; the clause of another text stands with its name.
const STANDARD: &str = "EN 319 102-1 ";
/// Where our own text lies; people know it by its name.
const FOLDER: &str = "docs/";

/// One signature.
pub(super) struct SignatureView {
    /// Where there are several.
    pub(super) heading: Option<String>,
    pub(super) rows: Vec<Row>,
    pub(super) receipt: Option<String>,
    pub(super) formal: String,
    pub(super) checks: Vec<CheckView>,
}

/// One line of the formal table.
pub(super) struct CheckView {
    pub(super) name: String,
    pub(super) clause: &'static str,
    pub(super) passed: bool,
    pub(super) indication: String,
    pub(super) cause: Option<String>,
}

/// One point of the file's history.
pub(super) struct Moment {
    pub(super) what: String,
    pub(super) when: String,
}

impl SignatureView {
    pub(super) fn new(
        texts: &Texts,
        heading: Option<String>,
        signature: &SignatureReport,
        file: Verdict,
    ) -> Self {
        let checks = signature.checks.iter().map(|check| {
            let finding = check.outcome.finding();
            let word = check.outcome.indication();
            CheckView {
                name: texts.say(&format!("step-{}", check.step.key())),
                clause: check.step.clause().trim_start_matches(STANDARD).trim_start_matches(FOLDER),
                passed: finding.is_none(),
                indication: match finding {
                    Some(finding) => format!("{word}, {}", finding.sub_indication()),
                    None => word.to_owned(),
                },
                cause: finding.map(|finding| crate::error_chain(finding)),
            }
        });
        Self {
            heading,
            rows: rows(texts, signature, file),
            receipt: signature.act.as_ref().map(|act| act.receipt.clone()),
            formal: formal(signature.verdict(), signature.reason()),
            checks: checks.collect(),
        }
    }
}

/// "TOTAL-FAILED, HASH_FAILURE".
pub(super) fn formal(verdict: Verdict, reason: Option<&Finding>) -> String {
    match reason {
        Some(finding) => format!("{}, {}", verdict.indication(), finding.sub_indication()),
        None => verdict.indication().to_owned(),
    }
}

/// Who, for whom, when, what.
fn rows(texts: &Texts, signature: &SignatureReport, file: Verdict) -> Vec<Row> {
    let row = |key: &str, value: String| Row { label: texts.say(key), value, ..Row::default() };
    let mut rows = Vec::new();
    if let Some(signer) = &signature.signer {
        let key = match file {
            Verdict::NotGenuine => "verdict-names",
            _ if signer.vouched => "label-by",
            _ => "verdict-claimed",
        };
        let second = certified(texts, signer);
        rows.push(Row { strong: signer.vouched, second, ..row(key, signer.name.clone()) });
    }
    let genuine_or_open = file != Verdict::NotGenuine;
    if signature.act.is_some() && genuine_or_open {
        rows.push(row("label-for", texts.say("verdict-own-name")));
    }
    if let Some(at) = signature.claimed_at {
        let proved = |at| texts.say_with("verdict-proved", &[("at", &second(texts, at))]);
        rows.push(Row { second: signature.proved_at.map(proved), ..row("label-on", second(texts, at)) });
    }
    if !genuine_or_open {
        // What was approved is not what is in somebody's hands: to list it here would lend it to the changed file.
        return rows;
    }
    if let Some(act) = &signature.act {
        rows.extend(approved(texts, act));
    }
    let level = signature.level.map(|level| level.name().to_owned());
    match (&signature.act, level) {
        (Some(act), second) => rows.push(Row { second, ..row("verdict-level", assurance(texts, act)) }),
        (None, Some(level)) => rows.push(row("verdict-level", level)),
        (None, None) => {}
    }
    rows
}

fn certified(texts: &Texts, signer: &Signer) -> Option<String> {
    let authority = signer.authority.as_ref().filter(|_| signer.vouched)?;
    Some(texts.say_with("verdict-certified", &[("authority", authority)]))
}

/// What was approved, at whose wish, and how.
fn approved(texts: &Texts, act: &Act) -> [Row; 3] {
    let row = |key: &str, value: String, second: Option<String>| Row {
        label: texts.say(key),
        value,
        second,
        ..Row::default()
    };
    let pages = texts.count("pages", act.pages.into());
    [
        row("label-document", act.title.clone(), Some(pages)),
        row("verdict-asked", act.requester_name.clone(), Some(act.purpose.clone())),
        row("verdict-with", texts.say("verdict-with-passkey"), None),
    ]
}

fn assurance(texts: &Texts, act: &Act) -> String {
    let officers = texts.count("verdict-officers", u64::try_from(act.officers).unwrap_or(u64::MAX));
    let key = match act.assurance {
        Assurance::Sandbox => "verdict-level-sandbox",
        Assurance::Desk => "verdict-level-desk",
        Assurance::Unknown => "verdict-level-unknown",
    };
    texts.say_with(key, &[("officers", &officers)])
}

/// "4 May 2027, 14:05:22 UTC": a court may ask for the second.
fn second(texts: &Texts, at: Instant) -> String {
    let time = at.generalized().to_date_time();
    let two = |number: u8| format!("{number:02}");
    texts.say_with(
        "verdict-second",
        &[
            ("date", &date(texts, at)),
            ("hour", &two(time.hour())),
            ("minutes", &two(time.minutes())),
            ("seconds", &two(time.seconds())),
        ],
    )
}

/// What happened to the file, from its first signature to this check.
pub(super) fn history(texts: &Texts, signatures: &[SignatureReport], checked: Instant) -> Vec<Moment> {
    let mut moments = Vec::new();
    for signature in signatures {
        if let Some(at) = signature.claimed_at {
            let name = signature.signer.as_ref().map(|signer| signer.name.as_str());
            let what = match name.filter(|_| signatures.len() > 1) {
                Some(name) => texts.say_with("history-signed-by", &[("name", name)]),
                None => texts.say("history-signed"),
            };
            moments.push(Moment { what, when: second(texts, at) });
        }
        if let Some(at) = signature.proved_at {
            moments.push(Moment { what: texts.say("history-proved"), when: second(texts, at) });
        }
    }
    moments.push(Moment { what: texts.say("history-checked"), when: second(texts, checked) });
    moments
}

/// What none of it proves, each sentence once. A file without a signature proves nothing at all.
pub(super) fn not_proved(texts: &Texts, signatures: &[SignatureReport]) -> Vec<String> {
    if signatures.is_empty() {
        return Vec::new();
    }
    let signer =
        |fits: fn(&Signer) -> bool| signatures.iter().filter_map(|one| one.signer.as_ref()).any(fits);
    let lines = [
        ("truth", true),
        ("print", true),
        ("approval", signatures.iter().any(|signature| signature.act.is_none())),
        ("name", signer(|signer| !signer.vouched)),
        ("sandbox", signer(|signer| signer.sandbox)),
    ];
    lines.iter().filter(|(_, holds)| *holds).map(|(key, _)| texts.say(&format!("not-proved-{key}"))).collect()
}

/// A whole digest in groups of four.
pub(super) fn groups(digest: &Hash) -> Vec<String> {
    let hex: Vec<char> = digest.hex().chars().collect();
    hex.chunks(4).map(|group| group.iter().collect()).collect()
}

/// "1 234 567", with spaces that do not break.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_in_groups_of_three() {
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(29_845), "29\u{a0}845");
        assert_eq!(grouped(1_234_567), "1\u{a0}234\u{a0}567");
    }
}
