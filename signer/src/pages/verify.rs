//! The verify pages: choosing a file, and the verdict. The verdict comes first, in one word and one sentence; the facts
//! are rows that exist only when their datum does.

use askama::Template;
use pki_core::time::Instant;
use service::i18n::Texts;
use signer_core::validate::{Assurance, Contents, Finding, Report, SignatureReport, Verdict};

use super::{rendered, when};

/// Choose a file.
#[derive(Template)]
#[template(path = "verify.html")]
pub(crate) struct UploadView<'a> {
    texts: &'a Texts,
    /// What is to be mended, first on the page.
    summary: String,
    /// The same words beside the field.
    mend: Option<&'a str>,
}

impl<'a> UploadView<'a> {
    pub(crate) const fn new(texts: &'a Texts, summary: String, mend: Option<&'a str>) -> Self {
        Self { texts, summary, mend }
    }

    pub(crate) fn render(&self) -> String {
        rendered(self)
    }
}

/// The verdict.
#[derive(Template)]
#[template(path = "verdict.html")]
pub(crate) struct VerdictView<'a> {
    texts: &'a Texts,
    class: &'static str,
    word: String,
    sentence: String,
    file: &'a str,
    size: String,
    sha256: String,
    formal: String,
    signatures: Vec<SignatureView>,
    /// Causes of a file that cannot be read.
    cause: Option<String>,
}

/// One signature.
struct SignatureView {
    /// Where there are several.
    heading: Option<String>,
    rows: Vec<(String, String)>,
    not_proved: Vec<String>,
    formal: String,
    checks: Vec<CheckView>,
}

struct CheckView {
    name: String,
    clause: &'static str,
    indication: String,
    cause: Option<String>,
}

impl<'a> VerdictView<'a> {
    pub(crate) fn new(texts: &'a Texts, file: &'a str, report: &'a Report) -> Self {
        let signatures = report.signatures();
        let views = signatures.iter().enumerate().map(|(index, signature)| {
            let heading = (signatures.len() > 1).then(|| {
                let number = (index + 1).to_string();
                let word = word(texts, signature.verdict());
                texts.say_with("verdict-signature", &[("number", &number), ("word", &word)])
            });
            SignatureView::new(texts, heading, signature)
        });
        Self {
            texts,
            class: match report.verdict() {
                Verdict::Genuine => "genuine",
                Verdict::CannotBeConfirmed => "unsure",
                Verdict::NotGenuine => "not-genuine",
            },
            word: word(texts, report.verdict()),
            sentence: sentence(texts, report),
            file,
            size: report.file_size.to_string(),
            sha256: report.file_sha256.hex(),
            formal: formal(report.verdict(), report.reason()),
            signatures: views.collect(),
            cause: match &report.contents {
                Contents::Unreadable(finding) => Some(crate::error_chain(finding)),
                _ => None,
            },
        }
    }

    /// The verdict in its word.
    pub(crate) fn word(&self) -> String {
        self.word.clone()
    }

    pub(crate) fn render(&self) -> String {
        rendered(self)
    }
}

fn word(texts: &Texts, verdict: Verdict) -> String {
    texts.say(match verdict {
        Verdict::Genuine => "verdict-genuine",
        Verdict::CannotBeConfirmed => "verdict-unsure",
        Verdict::NotGenuine => "verdict-not-genuine",
    })
}

fn sentence(texts: &Texts, report: &Report) -> String {
    if let Some(finding) = report.reason() {
        return texts.say(&format!("finding-{}", finding.key()));
    }
    let names: Vec<&str> = report
        .signatures()
        .iter()
        .filter_map(|signature| signature.signer.as_ref().map(|signer| signer.name.as_str()))
        .collect();
    let last = report.signatures().iter().filter_map(|signature| signature.claimed_at).max();
    let at = last.map(|at| when(texts, at)).unwrap_or_default();
    let key = if names.len() > 1 { "verdict-genuine-several" } else { "verdict-genuine-one" };
    texts.say_with(key, &[("names", &names.join(", ")), ("at", &at)])
}

fn formal(verdict: Verdict, reason: Option<&Finding>) -> String {
    match reason {
        Some(finding) => format!("{}, {}", verdict.indication(), finding.sub_indication()),
        None => verdict.indication().to_owned(),
    }
}

impl SignatureView {
    fn new(texts: &Texts, heading: Option<String>, signature: &SignatureReport) -> Self {
        let checks = signature.checks.iter().map(|check| {
            let finding = check.outcome.finding();
            let word = check.outcome.indication();
            CheckView {
                name: texts.say(&format!("step-{}", check.step.key())),
                clause: check.step.clause(),
                indication: match finding {
                    Some(finding) => format!("{word}, {}", finding.sub_indication()),
                    None => word.to_owned(),
                },
                cause: finding.map(|finding| crate::error_chain(finding)),
            }
        });
        Self {
            heading,
            rows: rows(texts, signature),
            not_proved: not_proved(texts, signature),
            formal: formal(signature.verdict(), signature.reason()),
            checks: checks.collect(),
        }
    }
}

/// Who, when, for whom, what, level.
fn rows(texts: &Texts, signature: &SignatureReport) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    let mut row = |key: &str, value: String| rows.push((texts.say(key), value));
    if let Some(signer) = &signature.signer {
        row(if signer.vouched { "label-by" } else { "verdict-claimed" }, signer.name.clone());
        if let Some(authority) = &signer.authority {
            row("verdict-certified", authority.clone());
        }
    }
    if let Some(at) = signature.claimed_at {
        row("label-on", seconds(texts, at));
    }
    if let Some(at) = signature.proved_at {
        row("verdict-proved", seconds(texts, at));
    }
    if let Some(act) = &signature.act {
        row("label-for", texts.say("verdict-own-name"));
        row("label-document", format!("{}, {}", act.title, texts.count("pages", act.pages.into())));
        row("verdict-asked", act.requester_name.clone());
        row("verdict-purpose", act.purpose.clone());
        row("receipt-label", act.receipt.clone());
        row(
            "verdict-level",
            texts.say(match act.assurance {
                Assurance::Sandbox => "verdict-level-sandbox",
                Assurance::Desk => "verdict-level-desk",
                Assurance::Unknown => "verdict-level-unknown",
            }),
        );
    }
    if let Some(level) = signature.level {
        row("verdict-form", level.name().to_owned());
    }
    rows
}

/// "4 May 2027, 14:05 UTC", and the seconds, which a court may ask for.
fn seconds(texts: &Texts, at: Instant) -> String {
    let second = at.generalized().to_date_time().seconds();
    texts.say_with("verdict-when", &[("when", &when(texts, at)), ("second", &second.to_string())])
}

fn not_proved(texts: &Texts, signature: &SignatureReport) -> Vec<String> {
    let mut lines = vec![texts.say("not-proved-truth"), texts.say("not-proved-print")];
    if signature.act.is_none() {
        lines.push(texts.say("not-proved-approval"));
    }
    if signature.signer.as_ref().is_some_and(|signer| !signer.vouched) {
        lines.push(texts.say("not-proved-name"));
    }
    if signature.signer.as_ref().is_some_and(|signer| signer.sandbox) {
        lines.push(texts.say("not-proved-sandbox"));
    }
    lines
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::pages::CATALOGUE;
    use signer_core::validate::{Anchors, validate};

    /// Nobody uploads something that is no PDF, and reads the verdict before anything else.
    #[test]
    fn the_verdict_stands_first_and_nothing_is_invented() {
        let texts = Texts::english(&[CATALOGUE]).unwrap();
        let report = validate(b"<script>", &Anchors::default(), Instant::from_seconds(1_795_000_000));
        let page = VerdictView::new(&texts, "<b>.pdf", &report).render();
        assert!(page.contains("<h1>Not genuine</h1>"), "{page}");
        assert!(page.contains("TOTAL-FAILED, FORMAT_FAILURE"), "{page}");
        assert!(!page.contains("<b>.pdf") && !page.contains("Signed by"), "{page}");
    }

    /// Every finding and every step has its words.
    #[test]
    fn no_finding_is_without_words() {
        let texts = Texts::english(&[CATALOGUE]).unwrap();
        let missing: Vec<&str> =
            Finding::KEYS.iter().copied().filter(|key| !texts.has(&format!("finding-{key}"))).collect();
        assert_eq!(missing, Vec::<&str>::new());
        for step in signer_core::validate::Step::ALL {
            assert!(texts.has(&format!("step-{}", step.key())), "{step:?}");
        }
    }
}
