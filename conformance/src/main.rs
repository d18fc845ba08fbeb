//! `conformance [--list] [--keep DIR] NAME... | --all`: runs checks, prints a line for each, ends with the count.
//!
//! The exit code is 0 when everything passed, 1 when something failed, 2 when the command line made no sense.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use conformance::report::Report;
use conformance::{bench, journey, pages, strangers, walk};

/// Name, and what it is for.
const CHECKS: [(&str, &str); 4] = [
    (
        "walk",
        "a software passkey drives enrolment, login, signing and verification, against `up` and against the parts apart",
    ),
    ("strangers", "pyHanko, OpenSSL, Poppler and qpdf judge a signed file with nothing of ours but the root"),
    (
        "journey",
        "people in a real browser with a virtual passkey: by pointer, by keyboard, without script, slowly",
    ),
    ("pages", "axe-core and our own rules judge every page, on a phone and at a desk, by day and by night"),
];

/// What is run by name only, because it takes figures and gives no verdict.
const FIGURES: (&str, &str) = (
    "bench",
    "what a login, a signing act, a verification and a start cost, beside peers; a release build and minutes, not in --all",
);

const USAGE: &str = "usage: conformance [--list] [--keep DIR] NAME... | --all";

struct Order {
    names: Vec<String>,
    keep: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        for (name, purpose) in CHECKS.into_iter().chain([FIGURES]) {
            println!("{name}\t{purpose}");
        }
        return ExitCode::SUCCESS;
    }
    let order = match order(&arguments) {
        Ok(order) => order,
        Err(error) => {
            eprintln!("conformance: {error}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    // reqwest takes the process's provider; this is the one place that chooses it here.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        eprintln!("conformance: another TLS provider is installed already");
        return ExitCode::from(2);
    }
    let mut report = Report::to(Box::new(std::io::stdout()));
    for name in &order.names {
        let keep = order.keep.as_deref();
        match name.as_str() {
            "bench" => bench::run(&mut report).await,
            "walk" => walk::run(&mut report, keep).await,
            "strangers" => strangers::run(&mut report, keep).await,
            "pages" => pages::run(&mut report, keep).await,
            _ => journey::run(&mut report, keep).await,
        }
    }
    println!("{} passed, {} failed", report.passed, report.failed);
    if report.failed == 0 && report.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn order(arguments: &[String]) -> Result<Order, String> {
    let mut order = Order { names: Vec::new(), keep: None };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--all" => order.names = CHECKS.iter().map(|(name, _)| (*name).to_owned()).collect(),
            "--keep" => {
                let folder = Path::new(rest.next().ok_or("--keep wants a folder")?);
                std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
                order.keep = Some(folder.to_owned());
            }
            name if CHECKS.iter().chain([&FIGURES]).any(|(known, _)| *known == name) => {
                order.names.push(name.to_owned())
            }
            other => return Err(format!("there is no check named {other:?}; --list tells them")),
        }
    }
    if order.names.is_empty() {
        return Err("nothing to do".to_owned());
    }
    Ok(order)
}
