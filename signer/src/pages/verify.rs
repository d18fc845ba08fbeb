//! The verify pages: choosing a file, and the verdict. The verdict comes first, as a seal, one word and one sentence; what
//! follows depends on it: the facts, or what to do now. Facts are rows that exist only when their datum does.
//!
//! A report of `signer_core::validate` and the name that the sender gave the file come in, HTML goes out. This room must
//! never learn a row of the database: whoever checks a file has no account here.

mod facts;
mod mending;

use askama::Template;
use pki_core::time::Instant;
use service::i18n::Texts;
use service::page::{Icon, Markup, Seal, Site, TitleBlock, Verdict as Banner};
use signer_core::validate::{Contents, Finding, Report, Verdict};

use self::facts::{Moment, SignatureView};
use self::mending::{Mending, Sure};
use super::{date, rendered};
use crate::app::comparison::{Comparison, Difference, Quote};

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

    /// The margin: the three answers with their seals, and what else one may want to know before.
    pub(crate) fn notes(texts: &Texts, country: &str) -> String {
        rendered(&UploadNotes {
            texts,
            answers: [Seal::Whole, Seal::Unfinished, Seal::Broken].map(|seal| seal.tile()),
            which: texts.say_with("verify-note-which-text", &[("country", country)]),
        })
    }
}

#[derive(Template)]
#[template(path = "verify-notes.html")]
struct UploadNotes<'a> {
    texts: &'a Texts,
    answers: [Markup; 3],
    which: String,
}

/// What was checked, when, and under which number somebody may ask about it.
pub(crate) struct Checked<'a> {
    /// Whose pages.
    pub(crate) site: &'a Site,
    /// The name that the sender gave the file; it may be empty.
    pub(crate) file: &'a str,
    /// What was found.
    pub(crate) report: &'a Report,
    /// When it was checked.
    pub(crate) at: Instant,
    /// The case number of this answer.
    pub(crate) case: &'a str,
    /// Whether the file still holds what was signed.
    pub(crate) holds_signed: bool,
    /// What was signed, beside what the file says now.
    pub(crate) comparison: &'a Comparison,
}

/// The sheet below the banner.
#[derive(Template)]
#[template(path = "verdict.html")]
struct VerdictView<'a> {
    texts: &'a Texts,
    genuine: bool,
    file: &'a str,
    /// Whether the document was changed; when, no file can tell.
    changed: bool,
    mending: Option<Mending>,
    sure: Vec<Sure>,
    /// Whether the file still holds what was signed, which the page then offers.
    holds_signed: bool,
    /// Both states of the document, in the words where they differ.
    quotes: Vec<(String, &'a Quote)>,
    /// Why there are none, where one would expect them.
    no_quotes: Option<String>,
    signatures: Vec<SignatureView>,
    /// What happened to the file, in order; only where all of it was proved.
    history: Vec<Moment>,
    not_proved: Vec<String>,
    /// The formal result of the file, where it has no signature.
    formal: String,
    cause: Option<String>,
    size: String,
    /// In groups of four, as fingerprints are written.
    sha256: Vec<String>,
}

fn quotes<'a>(texts: &Texts, comparison: &'a Comparison) -> Vec<(String, &'a Quote)> {
    let Comparison::Words(Difference { page, signed, now }) = comparison else { return Vec::new() };
    let titled = |key: &str| texts.say_with(key, &[("page", &page.to_string())]);
    vec![(titled("compare-then"), signed), (titled("compare-now"), now)]
}

fn no_quotes(texts: &Texts, comparison: &Comparison) -> Option<String> {
    match comparison {
        Comparison::Lost => Some(texts.say("compare-lost")),
        Comparison::SameWords => Some(texts.say("compare-same")),
        Comparison::Unread => Some(texts.say("compare-unread")),
        Comparison::Nothing | Comparison::Words(_) => None,
    }
}

#[derive(Template)]
#[template(path = "verdict-notes.html")]
struct VerdictNotes<'a> {
    /// Heading, text, and a number to name.
    notes: Vec<(String, String, Option<&'a str>)>,
    again: &'a str,
    next: &'a str,
}

impl<'a> Checked<'a> {
    fn texts(&self) -> &'a Texts {
        &self.site.texts
    }

    /// The verdict in its word.
    pub(crate) fn word(&self) -> String {
        word(self.texts(), self.report.verdict())
    }

    /// Across the page: seal, word, sentence; and the pattern of the receipt, if everything was proved. On paper the
    /// title block stands above it.
    pub(crate) fn banner(&self) -> String {
        let verdict = self.report.verdict();
        let address = self.site.base_url.at("/verify");
        let lines = [
            address.split_once("://").map_or(address.as_str(), |(_, rest)| rest).to_owned(),
            super::when(self.texts(), self.at),
        ];
        let banner = Banner {
            seal: match verdict {
                Verdict::Genuine => Seal::Whole,
                Verdict::CannotBeConfirmed => Seal::Unfinished,
                Verdict::NotGenuine => Seal::Broken,
            },
            word: &self.word(),
            sentence: &sentence(self.texts(), self.report),
            number: self.pattern(),
        };
        let block = TitleBlock { site: self.site, lines: &lines };
        format!("<div class=\"print-only\">{block}</div>\n{banner}")
    }

    /// The receipt number that draws the pattern: the one inside the newest signature.
    fn pattern(&self) -> Option<&'a str> {
        let newest = self.report.signatures().last().filter(|_| self.report.verdict() == Verdict::Genuine);
        newest.and_then(|signature| signature.act.as_ref()).map(|act| act.receipt.as_str())
    }

    /// The sheet.
    pub(crate) fn sheet(&self) -> String {
        let (texts, report) = (self.texts(), self.report);
        let verdict = report.verdict();
        let signatures = report.signatures();
        let views = signatures.iter().enumerate().map(|(index, signature)| {
            let heading = (signatures.len() > 1).then(|| {
                let number = (index + 1).to_string();
                let word = word(texts, signature.verdict());
                texts.say_with("verdict-signature", &[("number", &number), ("word", &word)])
            });
            SignatureView::new(texts, heading, signature, verdict)
        });
        let genuine = verdict == Verdict::Genuine;
        let reason = report.reason();
        rendered(&VerdictView {
            texts,
            genuine,
            file: self.file,
            changed: matches!(
                reason,
                Some(Finding::Document(_) | Finding::ChangedAfter(_) | Finding::Layout(_))
            ),
            mending: reason.map(|reason| Mending::new(texts, verdict, reason, self.holds_signed)),
            holds_signed: self.holds_signed,
            quotes: quotes(texts, self.comparison),
            no_quotes: no_quotes(texts, self.comparison),
            // Of a file that is not genuine, nothing is sure that anybody should rely on.
            sure: if verdict == Verdict::CannotBeConfirmed {
                mending::sure(texts, signatures)
            } else {
                Vec::new()
            },
            signatures: views.collect(),
            history: if genuine { facts::history(texts, signatures, self.at) } else { Vec::new() },
            not_proved: if verdict == Verdict::NotGenuine {
                Vec::new()
            } else {
                facts::not_proved(texts, signatures)
            },
            formal: facts::formal(verdict, reason),
            cause: match &report.contents {
                Contents::Unreadable(finding) => Some(crate::error_chain(finding)),
                _ => None,
            },
            size: facts::grouped(report.file_size),
            sha256: facts::groups(&report.file_sha256),
        })
    }

    /// The margin.
    pub(crate) fn notes(&self) -> String {
        let texts = self.texts();
        let note =
            |key: &str, code: Option<&'a str>| (texts.say(key), texts.say(&format!("{key}-text")), code);
        let mut notes = match self.report.verdict() {
            Verdict::Genuine => vec![note("verdict-note-later", None)],
            Verdict::CannotBeConfirmed => vec![note("verdict-note-no-no", None)],
            Verdict::NotGenuine if self.report.signatures().is_empty() => Vec::new(),
            Verdict::NotGenuine => vec![note("verdict-note-person", None)],
        };
        if let Some(number) = self.pattern() {
            notes.push(note("verdict-note-pattern", Some(number)));
        }
        if self.report.verdict() != Verdict::Genuine {
            notes.push(note("verdict-note-help", Some(self.case)));
        }
        notes.push(note("verdict-note-here", None));
        notes.push(note("verdict-note-offline", None));
        let (again, next) = (texts.say("verdict-again"), texts.say("verdict-next"));
        rendered(&VerdictNotes { notes, again: &again, next: &next })
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
        let found = texts.say(&format!("finding-{}", finding.key()));
        let changed = report.verdict() == Verdict::NotGenuine && !matches!(finding, Finding::NotAPdf);
        return if changed { texts.say_with("verdict-do-not-rely", &[("found", &found)]) } else { found };
    }
    let names: Vec<String> = report
        .signatures()
        .iter()
        .filter_map(|signature| signature.signer.as_ref().map(|signer| unbroken(&signer.name)))
        .collect();
    let last = report.signatures().iter().filter_map(|signature| signature.claimed_at).max();
    let at = last.map(|at| minute(texts, at)).unwrap_or_default();
    let key = if names.len() > 1 { "verdict-genuine-several" } else { "verdict-genuine-one" };
    texts.say_with(key, &[("names", &names.join(", ")), ("at", &at)])
}

/// "4 May 2027 at 14:05 UTC", whose date stays on one line.
fn minute(texts: &Texts, at: Instant) -> String {
    let time = at.generalized().to_date_time();
    let (hour, minutes) = (format!("{:02}", time.hour()), format!("{:02}", time.minutes()));
    texts.say_with(
        "verdict-when",
        &[("date", &unbroken(&date(texts, at))), ("hour", &hour), ("minutes", &minutes)],
    )
}

/// A name or a date on one line, if it fits on the narrowest screen.
fn unbroken(text: &str) -> String {
    if text.chars().count() <= 24 { text.replace(' ', "\u{a0}") } else { text.to_owned() }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::pages::ENGLISH;
    use service::config::BaseUrl;
    use signer_core::validate::{Anchors, validate};
    use std::sync::Arc;

    const SIGNED: &[u8] = include_bytes!("../../core/src/validate/golden/signed.pdf");
    const BUNDLE: &[u8] = include_bytes!("../../core/src/validate/golden/bundle.der");

    fn site() -> Site {
        Site {
            texts: Arc::new(Texts::english(&[ENGLISH]).unwrap()),
            service: "Sign".to_owned(),
            country: "Republic of Velmara".to_owned(),
            sandbox: true,
            base_url: BaseUrl::try_from("http://localhost:8401".to_owned()).unwrap(),
            links: Vec::new(),
            languages: Vec::new(),
        }
    }

    /// Banner, sheet and margin of a file.
    fn verdict(name: &str, file: &[u8]) -> [String; 3] {
        let site = site();
        let at = Instant::from_seconds(1_826_000_000);
        let report = validate(file, &Anchors::read(BUNDLE).unwrap(), at);
        let comparison = Comparison::Nothing;
        let holds_signed = crate::app::comparison::signed(&report, file).is_some();
        let checked = Checked {
            site: &site,
            file: name,
            report: &report,
            at,
            case: "C-1",
            holds_signed,
            comparison: &comparison,
        };
        [checked.banner(), checked.sheet(), checked.notes()]
    }

    /// Nobody uploads something that is no PDF, and reads the verdict before anything else.
    #[test]
    fn the_verdict_stands_first_and_nothing_is_invented() {
        let [banner, sheet, notes] = verdict("<b>.pdf", b"<script>");
        assert!(banner.contains("<h1>Not genuine</h1>") && banner.contains("not-genuine"), "{banner}");
        assert!(sheet.contains("TOTAL-FAILED, FORMAT_FAILURE"), "{sheet}");
        assert!(!sheet.contains("<b>.pdf") && !sheet.contains("Signed by"), "{sheet}");
        assert!(sheet.contains("Look whether you chose the right file"), "{sheet}");
        assert!(notes.contains("C-1") && !banner.contains("rosette"), "{banner}");
    }

    /// The pattern is drawn from the receipt number inside the signature, so that it is that of the receipt.
    #[test]
    fn a_genuine_file_wears_the_pattern_of_its_receipt() {
        let [banner, sheet, notes] = verdict("petition.pdf", SIGNED);
        assert!(banner.contains("<h1>Genuine</h1>"), "{banner}");
        assert!(banner.contains(service::ornament::rosette("R26-0000-ZZZZ").as_str()), "{banner}");
        for words in
            ["petition.pdf", "Ana Lucía Vidal", "18\u{a0}November\u{a0}2026, 11:06:40 UTC", "R26-0000-ZZZZ"]
        {
            assert!(sheet.contains(words), "{words}: {sheet}");
        }
        assert!(sheet.contains("TOTAL-PASSED") && !sheet.contains("mailto:"), "{sheet}");
        assert!(notes.contains("R26-0000-ZZZZ"), "{notes}");
    }

    /// What was changed after it was signed says so, and who is named is not accused.
    #[test]
    fn a_changed_file_is_not_genuine_and_says_what_to_do() {
        let mut file = SIGNED.to_vec();
        *file.get_mut(11).unwrap() ^= 1;
        let [banner, sheet, notes] = verdict("petition.pdf", &file);
        assert!(
            banner.contains("The document was changed after it was signed. Do not rely on it."),
            "{banner}"
        );
        assert!(
            sheet.contains("HASH_FAILURE") && sheet.contains("Ask the sender for the file again"),
            "{sheet}"
        );
        assert!(sheet.contains("mailto:?subject="), "{sheet}");
        assert!(notes.contains("not about the person") && !banner.contains("rosette"), "{notes}");
    }

    /// A copy for publishing: what is missing, who has it, and what is sure without it.
    #[test]
    fn a_copy_without_its_proof_says_what_is_missing() {
        let copy = signer_core::ades::pades::without_evidence(SIGNED).unwrap();
        let [banner, sheet, notes] = verdict("", &copy);
        assert!(banner.contains("<h1>Cannot be confirmed</h1>") && !banner.contains("rosette"), "{banner}");
        assert!(sheet.contains("What is missing, and who can mend it"), "{sheet}");
        assert!(sheet.contains("The proof that the person approved this document"), "{sheet}");
        assert!(sheet.contains("Nothing in the document was changed"), "{sheet}");
        assert!(!sheet.contains("<dt>File</dt>") && notes.contains("This is not a “no”"), "{sheet}");
    }

    /// Every finding and every step has its words.
    #[test]
    fn no_finding_is_without_words() {
        let texts = Texts::english(&[ENGLISH]).unwrap();
        let missing: Vec<&str> =
            Finding::KEYS.iter().copied().filter(|key| !texts.has(&format!("finding-{key}"))).collect();
        assert_eq!(missing, Vec::<&str>::new());
        for step in signer_core::validate::Step::ALL {
            assert!(texts.has(&format!("step-{}", step.key())), "{step:?}");
        }
    }
}
