//! `chancery verify FILE... --trust FILE|DIR`: is this signed file genuine, said first in one sentence that a court
//! clerk understands. Offline: it opens the files that it is given and nothing else.
//!
//! Exit codes: 0 genuine, 1 not genuine, 2 cannot be confirmed, 3 wrong usage, no `--trust`, or unreadable. With several
//! files the worst decides: 3 before 1 before 2 before 0. The rules are `signer_core::validate`'s; the words are here.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use pki_core::time::Instant;
use serde_json::{Value, json};
use service::clock::{Clock as _, SystemClock};
use signer_core::ades::pdf::SIZE_MAX;
use signer_core::validate::{
    Anchors, Assurance, Contents, Finding, Level, Report, SignatureReport, Step, Verdict, validate,
};

use crate::terminal::{Ink, date, hang, width};

/// Wrong usage, no `--trust`, or unreadable.
const UNUSABLE: u8 = 3;
/// Files of a trust directory that are looked at.
const TRUST_FILES_MAX: usize = 200;
/// Largest file of a trust directory: a bundle has less than 100 KiB.
const TRUST_SIZE_MAX: u64 = 1 << 20;

/// Check signed files, offline.
#[derive(Args)]
pub(crate) struct Verify {
    /// The signed files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Whom to trust: a country's bundle.der, a root certificate in PEM or DER, or a directory of such files.
    #[arg(long, value_name = "FILE|DIR", required = true)]
    trust: PathBuf,
    /// As if it were this time: 2027-05-04T14:05:00Z or 2027-05-04. [default: now]
    #[arg(long, value_name = "TIME", value_parser = instant)]
    at: Option<Instant>,
    /// One line of JSON for each file.
    #[arg(long)]
    json: bool,
}

/// The exit code of a command line that clap refused, where it was for `verify`.
pub(crate) fn usage_exit(error: &clap::Error, command: Option<&std::ffi::OsStr>) -> Option<ExitCode> {
    let refused = error.use_stderr() && command.is_some_and(|command| command == "verify");
    refused.then(|| ExitCode::from(UNUSABLE))
}

pub(crate) fn run(verify: &Verify) -> ExitCode {
    let anchors = match trust(&verify.trust) {
        Ok(anchors) => anchors,
        Err(error) => {
            eprintln!("chancery verify: {}: {error}", verify.trust.display());
            return ExitCode::from(UNUSABLE);
        }
    };
    let at = verify.at.unwrap_or_else(|| SystemClock.now());
    let ink = Ink::for_stdout();
    let mut worst = Code::Genuine;
    for (index, path) in verify.files.iter().enumerate() {
        let code = match read(path) {
            Ok(file) => {
                let report = validate(&file, &anchors, at);
                if verify.json {
                    println!("{}", line(path, &report));
                } else {
                    let several = verify.files.len() > 1;
                    let heading = if several {
                        format!("{}\n", ink.paint("1", &path.display().to_string()))
                    } else {
                        String::new()
                    };
                    let gap = if index > 0 { "\n" } else { "" };
                    print!("{gap}{heading}{}", text(&report, ink));
                }
                Code::of(report.verdict())
            }
            Err(error) => {
                if verify.json {
                    println!("{}", json!({"file": path.to_string_lossy(), "verdict": null, "error": error}));
                }
                eprintln!("chancery verify: {}: {error}", path.display());
                Code::Unusable
            }
        };
        worst = worst.max(code);
    }
    ExitCode::from(worst.number())
}

/// From best to worst.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Code {
    Genuine,
    CannotBeConfirmed,
    NotGenuine,
    Unusable,
}

impl Code {
    const fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Genuine => Self::Genuine,
            Verdict::CannotBeConfirmed => Self::CannotBeConfirmed,
            Verdict::NotGenuine => Self::NotGenuine,
        }
    }

    const fn number(self) -> u8 {
        match self {
            Self::Genuine => 0,
            Self::NotGenuine => 1,
            Self::CannotBeConfirmed => 2,
            Self::Unusable => UNUSABLE,
        }
    }
}

/// The file, if it can be read at all and is not larger than anything that could be genuine.
fn read(path: &Path) -> Result<Vec<u8>, String> {
    let metadata = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if !metadata.is_file() {
        return Err("this is not a file".into());
    }
    if metadata.len() > SIZE_MAX as u64 {
        return Err(format!("the file is larger than {} MiB and is not read", SIZE_MAX >> 20));
    }
    std::fs::read(path).map_err(|error| error.to_string())
}

/// A bundle or root, or every one in a directory; other files of a directory are passed over.
fn trust(path: &Path) -> Result<Anchors, String> {
    if !path.is_dir() {
        let file = read(path)?;
        return Anchors::read(&file).map_err(|error| error.to_string());
    }
    let entries = std::fs::read_dir(path).map_err(|error| error.to_string())?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    let small = |path: &PathBuf| {
        std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() <= TRUST_SIZE_MAX)
    };
    let mut anchors = Anchors::default();
    for path in paths.iter().filter(|path| small(path)).take(TRUST_FILES_MAX) {
        if let Ok(found) = read(path).and_then(|file| Anchors::read(&file).map_err(|error| error.to_string()))
        {
            anchors.add(found);
        }
    }
    if anchors.roots().is_empty() {
        Err("no bundle and no root certificate is in this directory".into())
    } else {
        Ok(anchors)
    }
}

/// RFC 3339 in UTC to the second, or a date for its first second.
fn instant(text: &str) -> Result<Instant, String> {
    let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
    let number = |from: usize, to: usize| whole.get(from..to).and_then(|part| part.parse::<i64>().ok());
    let parts = [(0, 4), (5, 7), (8, 10), (11, 13), (14, 16), (17, 19)].map(|(from, to)| number(from, to));
    let [Some(year), Some(month), Some(day), Some(hour), Some(minute), Some(second)] = parts else {
        return Err(TIME_FORM.into());
    };
    // Days since 1970 in the proleptic Gregorian calendar, counted from 1 March so that leap days come last.
    let (year_of_march, month_of_march) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days =
        year_of_march.div_euclid(4) - year_of_march.div_euclid(100) + year_of_march.div_euclid(400);
    let days = year_of_march * 365 + leap_days + (153 * month_of_march + 2) / 5 + day - 1 - 719_468;
    let at = Instant::from_seconds(days * 86_400 + hour * 3600 + minute * 60 + second);
    // Whatever is not the one way of writing an existing second comes back as something else.
    if rfc3339(at) == whole { Ok(at) } else { Err(TIME_FORM.into()) }
}

const TIME_FORM: &str = "write a time as 2027-05-04T14:05:00Z, or a date as 2027-05-04";

/// "2027-05-04T14:05:09Z".
fn rfc3339(at: Instant) -> String {
    let time = at.generalized().to_date_time();
    let (year, month, day) = (time.year(), time.month(), time.day());
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", time.hour(), time.minutes(), time.seconds())
}

/// "4 May 2027 at 14:05:09 UTC".
fn moment(at: Instant) -> String {
    let time = at.generalized().to_date_time();
    let (hour, minutes, seconds) = (time.hour(), time.minutes(), time.seconds());
    format!("{} at {hour:02}:{minutes:02}:{seconds:02} UTC", date(at))
}

/// The report as a person reads it: the answer, then one paragraph for each question, with an empty line between them.
fn text(report: &Report, ink: Ink) -> String {
    let signatures = report.signatures();
    let mut out = Paper {
        ink,
        width: width().map_or(WIDTH_MAX, |width| width.min(WIDTH_MAX)),
        text: answer(report, ink),
    };
    for (index, signature) in signatures.iter().enumerate() {
        if signatures.len() > 1 {
            let word = verdict_words(signature.verdict());
            out.heading(&format!("Signature {} of {}: {word}", index + 1, signatures.len()));
        }
        facts(&mut out, signature, report.verdict());
        checks(&mut out, signature);
    }
    if signatures.is_empty() {
        out.heading(&formal(report.verdict(), report.reason()));
        match &report.contents {
            Contents::Unreadable(finding) => out.lines("", &chain(finding)),
            _ => out.lines("", "No signature, so there was nothing to check."),
        }
    }
    out.heading("The file");
    out.row("Size", &format!("{} octets", grouped(report.file_size)));
    out.row("SHA-256", &report.file_sha256.hex());
    out.text
}

/// Where the report is written.
struct Paper {
    ink: Ink,
    width: usize,
    text: String,
}

/// Characters on a line at most: a line that is longer is hard to read, and a printed page has no more.
const WIDTH_MAX: usize = 80;
/// Where values begin.
const LABEL: usize = 16;

impl Paper {
    fn heading(&mut self, words: &str) {
        let _ = writeln!(self.text, "\n{}", self.ink.paint("1", words));
    }

    /// A label and its value; under the same label, the next line of it.
    fn row(&mut self, label: &str, value: &str) {
        self.lines(&format!("{label:<LABEL$}"), value);
    }

    /// Words after a beginning, on as many lines as they take, each below the first word.
    fn lines(&mut self, beginning: &str, words: &str) {
        // What the file says goes to a terminal: no control characters, no direction marks.
        let shown: String =
            words.chars().filter(|letter| !letter.is_control() && !is_invisible(*letter)).collect();
        self.text.push_str(&hang(&format!("  {beginning}"), &shown, self.width));
    }
}

/// "59 511".
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    out
}

/// The first line, its word in the verdict's colour, and what to do where it is not "Genuine".
fn answer(report: &Report, ink: Ink) -> String {
    let (verdict, sentence) = (report.verdict(), sentence(report));
    let word = verdict_words(verdict);
    let (colour, todo) = match (verdict, report.reason()) {
        (Verdict::Genuine, _) => ("1;32", ""),
        (Verdict::CannotBeConfirmed, Some(Finding::NoSignature)) => (
            "1;33",
            "This is not a “no”. Ask the sender for the signed file itself, and no scan or copy of it.\n",
        ),
        (Verdict::CannotBeConfirmed, _) => (
            "1;33",
            "This is not a “no”. Ask the sender for the file as the signing service gave it to them.\n",
        ),
        (Verdict::NotGenuine, Some(Finding::NotAPdf)) => {
            ("1;31", "Look whether you chose the right file: a document that was signed here is a PDF.\n")
        }
        (Verdict::NotGenuine, _) => {
            ("1;31", "Do not rely on it. Ask the sender for the file again, as they received it.\n")
        }
    };
    let rest = sentence.strip_prefix(word).unwrap_or(&sentence);
    format!("{}{rest}\n{todo}", ink.paint(colour, word))
}

const fn verdict_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Genuine => "Genuine",
        Verdict::CannotBeConfirmed => "Cannot be confirmed",
        Verdict::NotGenuine => "Not genuine",
    }
}

/// The first line.
fn sentence(report: &Report) -> String {
    let words = verdict_words(report.verdict());
    if let Some(finding) = report.reason() {
        return format!("{words}: {finding}.");
    }
    let who: Vec<&str> = report
        .signatures()
        .iter()
        .filter_map(|signature| signature.signer.as_ref().map(|signer| signer.name.as_str()))
        .collect();
    let when = report.signatures().iter().filter_map(|signature| signature.claimed_at).max();
    let when = when.map(|at| format!(" on {}", moment(at))).unwrap_or_default();
    let last = if who.len() > 1 { " (the last of them)" } else { "" };
    format!("{words}: signed by {}{when}{last}. Nothing has been changed since.", who.join(", "))
}

/// Marks that change the direction or order of what is shown (Unicode UAX #9 §2).
const fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn facts(out: &mut Paper, signature: &SignatureReport, file: Verdict) {
    let genuine_or_open = file != Verdict::NotGenuine;
    if signature.signer.is_some() || signature.claimed_at.is_some() {
        out.heading(if genuine_or_open { "Who, when, for whom" } else { "What the signature names" });
    }
    if let Some(signer) = &signature.signer {
        let label = match (genuine_or_open, signer.vouched) {
            (true, true) => "Signed by",
            (true, false) => "The file names",
            (false, _) => "Name",
        };
        out.row(label, &signer.name);
        if let Some(number) = &signer.serial_number {
            out.row("", &format!("certified for this one signature, number {number}"));
        }
        if let Some(authority) = &signer.authority {
            out.row("", &format!("by {authority}"));
        }
    }
    if let Some(at) = signature.claimed_at {
        out.row("Signed on", &moment(at));
    }
    if let Some(at) = signature.proved_at {
        out.row("", &format!("proved by a time-stamp of {}", moment(at)));
    }
    if !genuine_or_open {
        // What was approved is not what is in somebody's hands: to list it here would lend it to the changed file.
        return;
    }
    if let Some(act) = &signature.act {
        out.row("For whom", "In their own name");
        out.row("Document", &act.title);
        let pages = if act.pages == 1 { "1 page".to_owned() } else { format!("{} pages", act.pages) };
        let size = usize::try_from(act.size).map(grouped).unwrap_or_default();
        out.row("", &format!("{pages}, {size} octets, the first ones of this file"));
        out.row("SHA-256 of it", &act.sha256.hex());
        out.row("Asked by", &format!("{} ({})", act.requester_name, act.requester));
        out.row("", &act.purpose);
        out.row("Approved with", "Their own passkey, on exactly this document");
        out.row("Receipt number", &act.receipt);
        out.row("Level", &assurance(act.assurance, act.officers));
    }
    if let Some(level) = signature.level {
        out.row(if signature.act.is_some() { "" } else { "Level" }, level.name());
    }
    if signature.signer.is_some() {
        out.heading("What this does not prove");
        not_proved(signature).iter().for_each(|line| out.lines("", line));
    }
}

fn assurance(assurance: Assurance, officers: usize) -> String {
    let officers = if officers == 1 { "1 officer".to_owned() } else { format!("{officers} officers") };
    match assurance {
        Assurance::Sandbox => format!("Sandbox: no real person. Approved by {officers}"),
        Assurance::Desk => format!("Identity proved at a desk, with documents. Approved by {officers}"),
        Assurance::Unknown => {
            format!("Identity proved in a way that is not known here. Approved by {officers}")
        }
    }
}

fn not_proved(signature: &SignatureReport) -> Vec<&'static str> {
    let mut lines =
        vec!["That what the document says is true.", "That a printed copy is equal to this file."];
    if signature.act.is_none() {
        lines.push("That the person approved this document: the proof of that was not checked.");
    }
    if signature.signer.as_ref().is_some_and(|signer| !signer.vouched) {
        lines.push("Who signed: the name is what the file says, and nobody known here vouches for it.");
    }
    if signature.signer.as_ref().is_some_and(|signer| signer.sandbox) {
        lines.push("That the person exists: the certificate is marked as one of a sandbox.");
    }
    lines
}

/// "The formal result: TOTAL-FAILED, HASH_FAILURE".
fn formal(verdict: Verdict, reason: Option<&Finding>) -> String {
    let sub = reason.map(|finding| format!(", {}", finding.sub_indication())).unwrap_or_default();
    format!("The formal result: {}{sub}", verdict.indication())
}

fn checks(out: &mut Paper, signature: &SignatureReport) {
    out.heading(&formal(signature.verdict(), signature.reason()));
    for check in &signature.checks {
        let (indication, clause) = (check.outcome.indication(), check.step.clause());
        let beginning = format!("{indication:<LABEL$}{:<19}", clause.trim_start_matches(STANDARD));
        out.lines(&beginning, step(check.step));
        if let Some(finding) = check.outcome.finding() {
            out.row("", &format!("{}: {}", finding.sub_indication(), chain(finding)));
        }
    }
    out.lines("", "Clauses are those of ETSI EN 319 102-1, unless another text is named.");
}

/// The standard whose clauses are named by their numbers alone.
const STANDARD: &str = "EN 319 102-1 ";

const fn step(step: Step) -> &'static str {
    match step {
        Step::Format => "Format, and place in the file",
        Step::Identification => "Signing certificate found",
        Step::Cryptography => "Document and signature value",
        Step::TimeStamp => "Time-stamp",
        Step::Chain => "Certificate path to the root",
        Step::Revocation => "Revocation, from the data in the file",
        Step::Acceptance => "One-signature binding, policy and times",
        Step::Evidence => "The person's passkey approved this document",
        Step::Changes => "What was saved with and after the signature",
        Step::ValidationData => "Validation data belongs to the signatures",
    }
}

/// A finding with its causes, once each.
fn chain(finding: &dyn std::error::Error) -> String {
    let mut text = finding.to_string();
    let mut source = finding.source();
    while let Some(error) = source {
        let _ = write!(text, ": {error}");
        source = error.source();
    }
    text
}

/// One line of JSON for one file.
fn line(path: &Path, report: &Report) -> Value {
    json!({
        "file": path.to_string_lossy(),
        "verdict": verdict_key(report.verdict()),
        "indication": report.verdict().indication(),
        "subindication": report.reason().map(Finding::sub_indication),
        "sentence": sentence(report),
        "sha256": report.file_sha256.hex(),
        "signatures": report.signatures().iter().map(signature_json).collect::<Vec<_>>(),
    })
}

const fn verdict_key(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Genuine => "genuine",
        Verdict::CannotBeConfirmed => "cannot-be-confirmed",
        Verdict::NotGenuine => "not-genuine",
    }
}

fn signature_json(signature: &SignatureReport) -> Value {
    let checks: Vec<Value> = signature
        .checks
        .iter()
        .map(|check| {
            let finding = check.outcome.finding();
            json!({
                "step": check.step.key(),
                "clause": check.step.clause(),
                "indication": check.outcome.indication(),
                "subindication": finding.map(Finding::sub_indication),
                "reason": finding.map(|finding| chain(finding)),
            })
        })
        .collect();
    let act = signature.act.as_ref().map(|act| {
        json!({
            "receipt": act.receipt,
            "requester": act.requester,
            "requester_name": act.requester_name,
            "purpose": act.purpose,
            "title": act.title,
            "pages": act.pages,
            "document_size": act.size,
            "document_sha256": act.sha256.hex(),
            "assurance": match act.assurance {
                Assurance::Sandbox => "urn:chancery:sandbox:substantial",
                Assurance::Desk => "desk",
                Assurance::Unknown => "unknown",
            },
            "officers": act.officers,
        })
    });
    json!({
        "verdict": verdict_key(signature.verdict()),
        "indication": signature.verdict().indication(),
        "subindication": signature.reason().map(Finding::sub_indication),
        "signer": signature.signer.as_ref().map(|signer| json!({
            "name": signer.name,
            "serial_number": signer.serial_number,
            "authority": signer.authority,
            "vouched": signer.vouched,
            "sandbox": signer.sandbox,
        })),
        "claimed_at": signature.claimed_at.map(rfc3339),
        "proved_at": signature.proved_at.map(rfc3339),
        "level": signature.level.map(Level::name),
        "covers": signature.covers,
        "act": act,
        "does_not_prove": not_proved(signature),
        "checks": checks,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_one_way() {
        assert_eq!(instant("1970-01-01"), Ok(Instant::from_seconds(0)));
        assert_eq!(instant("2026-11-18T11:06:40Z"), Ok(Instant::from_seconds(1_795_000_000)));
        assert_eq!(instant("2028-02-29").map(moment), Ok("29 February 2028 at 00:00:00 UTC".into()));
        for wrong in [
            "2027-02-29",
            "2026-11-18T11:06:40",
            "2026-11-18 11:06:40Z",
            "2026-11-18T24:00:00Z",
            "now",
            "2026-1-18",
        ] {
            assert_eq!(instant(wrong), Err(TIME_FORM.into()), "{wrong}");
        }
        assert_eq!(rfc3339(Instant::from_seconds(1_795_000_000)), "2026-11-18T11:06:40Z");
    }

    #[test]
    fn the_worst_file_decides() {
        let worst = |codes: &[Code]| codes.iter().max().unwrap().number();
        assert_eq!(worst(&[Code::Genuine, Code::Genuine]), 0);
        assert_eq!(worst(&[Code::Genuine, Code::CannotBeConfirmed]), 2);
        assert_eq!(worst(&[Code::NotGenuine, Code::CannotBeConfirmed]), 1);
        assert_eq!(worst(&[Code::NotGenuine, Code::Unusable]), 3);
    }

    #[test]
    fn what_a_file_says_cannot_draw_on_the_terminal() {
        let mut out = Paper { ink: Ink::Plain, width: WIDTH_MAX, text: String::new() };
        out.row("Who", "Ana\u{1b}[31m\u{202e}Vidal");
        assert_eq!(out.text, "  Who             Ana[31mVidal\n");
    }

    /// Long words of a file wrap below their first word, and nothing is cut.
    #[test]
    fn long_words_stand_in_their_column() {
        let mut out = Paper { ink: Ink::Plain, width: WIDTH_MAX, text: String::new() };
        out.row("Purpose", &"seven77 ".repeat(20));
        out.row("SHA-256", &"0".repeat(70));
        let lines: Vec<&str> = out.text.lines().collect();
        assert!(
            lines
                .iter()
                .skip(1)
                .take(2)
                .all(|line| line.starts_with(&" ".repeat(18)) && line.len() <= WIDTH_MAX)
        );
        assert_eq!(out.text.matches("seven77").count(), 20);
        assert_eq!(lines.last().map(|line| line.len()), Some(88));
    }

    #[test]
    fn a_page_without_a_signature_confirms_nothing() {
        let report = validate(b"no PDF", &Anchors::default(), Instant::from_seconds(0));
        let json = line(Path::new("a.pdf"), &report);
        assert_eq!(json.get("verdict").unwrap(), "not-genuine");
        assert_eq!(json.get("subindication").unwrap(), "FORMAT_FAILURE");
        let text = text(&report, Ink::Plain);
        let first = text.lines().next().unwrap();
        assert_eq!(first, "Not genuine: the file is not a PDF, or its beginning was changed.");
        assert!(!text.contains("\n\n\n") && !text.contains("does not prove"), "{text}");
        assert!(super::text(&report, Ink::Colour).starts_with("\u{1b}[1;31mNot genuine\u{1b}[0m: the file"));
    }

    /// A stranger checks the file of the first day: the sentence, the facts, the formal result.
    #[test]
    fn a_genuine_file_is_said_to_be_genuine_first() {
        let file = include_bytes!("../signer/core/src/validate/golden/signed.pdf");
        let anchors = Anchors::read(include_bytes!("../signer/core/src/validate/golden/bundle.der")).unwrap();
        let at = instant("2027-11-18").unwrap();
        let said = text(&validate(file, &anchors, at), Ink::Plain);
        let first = "Genuine: signed by Ana Lucía Vidal on 18 November 2026 at 11:06:40 UTC. \
                     Nothing has been changed since.";
        assert_eq!(said.lines().next(), Some(first));
        for line in ["Asked by        Open Assembly", "Receipt number  R26-0000-ZZZZ", "TOTAL-PASSED"] {
            assert!(said.contains(line), "{line}: {said}");
        }
        let json = line(Path::new("signed.pdf"), &validate(file, &anchors, at));
        assert_eq!(json.get("verdict").unwrap(), "genuine");
        assert_eq!(json.pointer("/signatures/0/act/requester").unwrap(), "open-assembly");
        assert_eq!(json.pointer("/signatures/0/proved_at").unwrap(), "2026-11-18T11:06:41Z");
        let nobody = text(&validate(file, &Anchors::default(), at), Ink::Plain);
        assert!(
            nobody.starts_with("Cannot be confirmed: it is not known here who vouches for the signer"),
            "{nobody}"
        );
    }
}
