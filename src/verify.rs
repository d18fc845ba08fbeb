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
    let mut worst = Code::Genuine;
    for (index, path) in verify.files.iter().enumerate() {
        let code = match read(path) {
            Ok(file) => {
                let report = validate(&file, &anchors, at);
                if verify.json {
                    println!("{}", line(path, &report));
                } else {
                    let several = verify.files.len() > 1;
                    let heading = if several { format!("{}\n", path.display()) } else { String::new() };
                    let gap = if index > 0 { "\n" } else { "" };
                    print!("{gap}{heading}{}", text(&report));
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
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let time = at.generalized().to_date_time();
    let month = MONTHS.get(usize::from(time.month()).wrapping_sub(1)).copied().unwrap_or_default();
    let (hour, minutes, seconds) = (time.hour(), time.minutes(), time.seconds());
    format!("{} {month} {} at {hour:02}:{minutes:02}:{seconds:02} UTC", time.day(), time.year())
}

/// The report as a person reads it.
fn text(report: &Report) -> String {
    let mut out = sentence(report);
    out.push('\n');
    let signatures = report.signatures();
    for (index, signature) in signatures.iter().enumerate() {
        if signatures.len() > 1 {
            let _ = write!(
                out,
                "\nSignature {} of {}: {}\n",
                index + 1,
                signatures.len(),
                verdict_words(signature.verdict())
            );
        }
        facts(&mut out, signature);
        checks(&mut out, signature);
    }
    if signatures.is_empty() {
        let _ = writeln!(
            out,
            "\nThe formal result (EN 319 102-1): {}",
            formal(report.verdict(), report.reason())
        );
        if let Contents::Unreadable(finding) = &report.contents {
            let _ = writeln!(out, "  {}", chain(finding));
        }
    }
    let _ = writeln!(out, "\nFile: {} octets, SHA-256 {}", report.file_size, report.file_sha256.hex());
    out
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

fn row(out: &mut String, label: &str, value: &str) {
    // What the file says goes to a terminal: no control characters, no direction marks.
    let shown: String =
        value.chars().filter(|letter| !letter.is_control() && !is_invisible(*letter)).collect();
    let _ = writeln!(out, "  {label:<15}{shown}");
}

/// Marks that change the direction or order of what is shown (Unicode UAX #9 §2).
const fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn facts(out: &mut String, signature: &SignatureReport) {
    out.push('\n');
    if let Some(signer) = &signature.signer {
        row(out, if signer.vouched { "Signed by" } else { "The file names" }, &signer.name);
        if let Some(number) = &signer.serial_number {
            row(out, "", &format!("certified for this one signature under the number {number}"));
        }
        if let Some(authority) = &signer.authority {
            row(out, "", &format!("by {authority}"));
        }
    }
    if let Some(at) = signature.claimed_at {
        row(out, "Signed on", &moment(at));
    }
    if let Some(at) = signature.proved_at {
        row(out, "", &format!("proved by a time-stamp of {}", moment(at)));
    }
    if let Some(act) = &signature.act {
        row(out, "For whom", "in their own name");
        row(out, "Document", &act.title);
        let pages = if act.pages == 1 { "1 page".to_owned() } else { format!("{} pages", act.pages) };
        row(out, "", &format!("{pages}, {} octets, SHA-256 {}", act.size, act.sha256.hex()));
        row(out, "Asked by", &format!("{} ({})", act.requester_name, act.requester));
        row(out, "", &act.purpose);
        row(out, "Approved with", "their own passkey, on exactly this document");
        row(out, "Receipt number", &act.receipt);
        row(out, "Level", &assurance(act.assurance, act.officers));
    }
    if let Some(level) = signature.level {
        row(out, if signature.act.is_some() { "" } else { "Level" }, level.name());
    }
    out.push_str("\n  What this does not prove\n");
    for line in not_proved(signature) {
        let _ = writeln!(out, "  - {line}");
    }
}

fn assurance(assurance: Assurance, officers: usize) -> String {
    let officers = if officers == 1 { "1 officer".to_owned() } else { format!("{officers} officers") };
    match assurance {
        Assurance::Sandbox => format!("sandbox: no real person; approved by {officers}"),
        Assurance::Desk => format!("identity proved at a desk, with documents; approved by {officers}"),
        Assurance::Unknown => {
            format!("identity proved in a way that is not known here; approved by {officers}")
        }
    }
}

fn not_proved(signature: &SignatureReport) -> Vec<&'static str> {
    let mut lines = vec!["that what the document says is true", "that a printed copy is equal to this file"];
    if signature.act.is_none() {
        lines.push("that the person approved this document: the proof of that was not checked");
    }
    if signature.signer.as_ref().is_some_and(|signer| !signer.vouched) {
        lines.push("who signed: the name is what the file says, and nobody known here vouches for it");
    }
    if signature.signer.as_ref().is_some_and(|signer| signer.sandbox) {
        lines.push("that the person exists: the certificate is marked as one of a sandbox");
    }
    lines
}

fn formal(verdict: Verdict, reason: Option<&Finding>) -> String {
    match reason {
        Some(finding) => format!("{}, {}", verdict.indication(), finding.sub_indication()),
        None => verdict.indication().to_owned(),
    }
}

fn checks(out: &mut String, signature: &SignatureReport) {
    let _ = writeln!(
        out,
        "\n  The formal result (EN 319 102-1): {}",
        formal(signature.verdict(), signature.reason())
    );
    for check in &signature.checks {
        let (indication, clause) = (check.outcome.indication(), check.step.clause());
        let _ = write!(out, "  {indication:<14} {clause:<20} {}", step(check.step));
        if let Some(finding) = check.outcome.finding() {
            let _ = write!(out, ": {} ({})", chain(finding), finding.sub_indication());
        }
        out.push('\n');
    }
}

const fn step(step: Step) -> &'static str {
    match step {
        Step::Format => "format, and place in the file",
        Step::Identification => "signing certificate found",
        Step::Cryptography => "document and signature value",
        Step::TimeStamp => "time-stamp",
        Step::Chain => "certificate path to the root",
        Step::Revocation => "revocation, from the data in the file",
        Step::Acceptance => "one-signature binding, policy and times",
        Step::Evidence => "the person's passkey approved this document",
        Step::Changes => "what was saved with the signature and after it",
        Step::ValidationData => "validation data belongs to the signatures",
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
        let mut out = String::new();
        row(&mut out, "Who", "Ana\u{1b}[31m\u{202e}Vidal");
        assert_eq!(out, "  Who            Ana[31mVidal\n");
    }

    #[test]
    fn a_page_without_a_signature_confirms_nothing() {
        let report = validate(b"no PDF", &Anchors::default(), Instant::from_seconds(0));
        let json = line(Path::new("a.pdf"), &report);
        assert_eq!(json.get("verdict").unwrap(), "not-genuine");
        assert_eq!(json.get("subindication").unwrap(), "FORMAT_FAILURE");
        let text = text(&report);
        let first = text.lines().next().unwrap();
        assert_eq!(first, "Not genuine: the file is not a PDF, or its beginning was changed.");
    }
    /// A stranger checks the file of the first day: the sentence, the facts, the formal result.
    #[test]
    fn a_genuine_file_is_said_to_be_genuine_first() {
        let file = include_bytes!("../signer/core/src/validate/golden/signed.pdf");
        let anchors = Anchors::read(include_bytes!("../signer/core/src/validate/golden/bundle.der")).unwrap();
        let at = instant("2027-11-18").unwrap();
        let said = text(&validate(file, &anchors, at));
        let first = "Genuine: signed by Ana Lucía Vidal on 18 November 2026 at 11:06:40 UTC. \
                     Nothing has been changed since.";
        assert_eq!(said.lines().next(), Some(first));
        for line in ["Asked by       Open Assembly", "Receipt number R26-0000-ZZZZ", "TOTAL-PASSED"] {
            assert!(said.contains(line), "{line}: {said}");
        }
        let json = line(Path::new("signed.pdf"), &validate(file, &anchors, at));
        assert_eq!(json.get("verdict").unwrap(), "genuine");
        assert_eq!(json.pointer("/signatures/0/act/requester").unwrap(), "open-assembly");
        assert_eq!(json.pointer("/signatures/0/proved_at").unwrap(), "2026-11-18T11:06:41Z");
        let nobody = text(&validate(file, &Anchors::default(), at));
        assert!(
            nobody.starts_with("Cannot be confirmed: it is not known here who vouches for the signer"),
            "{nobody}"
        );
    }
}
