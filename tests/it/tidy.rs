//! Holds what the documents promise of the house: the arrows between crates, which words are spoken in which rooms, the
//! absences, file sizes, and that every path and name which README.md and ARCHITECTURE.md mention exists.
//!
//! The tables in this file are the rules; `tree` reads the sources, the other two files apply the tables. A rule that becomes
//! wrong is changed here, in the commit that changes the house, with its reason.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

mod dialect;
mod documents;
mod tree;
mod words;

use std::collections::BTreeSet;

use tree::{Source, root, sources, text_files};

/// Which of our crates each crate names in its manifest: exactly these, so that an arrow which is no longer used goes too.
const MAY_KNOW: &[(&str, &str, &[&str])] = &[
    ("", "chancery", &["agency", "idp", "pki", "pki-core", "service", "signer", "signer-core"]),
    ("agency", "agency", &[]),
    ("conformance", "conformance", ANYONE),
    ("idp", "idp", &["idp-core", "pki-core", "service"]),
    ("idp/core", "idp-core", &["pki-core"]),
    ("pki", "pki", &["pki-core", "service"]),
    ("pki/core", "pki-core", &[]),
    ("service", "service", &["pki-core"]),
    ("signer", "signer", &["pki-core", "service", "signer-core", "signer-vault"]),
    ("signer/core", "signer-core", &["pki-core"]),
    ("signer/vault", "signer-vault", &["pki-core", "signer-core"]),
];

/// Judges may know everyone.
const ANYONE: &[&str] = &["*"];

/// Public crates that a pure crate never has.
const NEVER_IN_A_CORE: &[&str] = &["axum", "config", "hyper", "reqwest", "sqlx", "tokio", "tower", "tracing"];

/// The rooms without io, clock and log.
const PURE: &[&str] = &["idp/core/", "pki/core/", "signer/core/", "signer/vault/"];

/// Where a word may be spoken, test modules included unless `Product` says otherwise.
struct SpokenOnlyIn {
    word: &'static str,
    rooms: &'static [&'static str],
    /// Test modules may speak it anywhere.
    product: bool,
    reason: &'static str,
}

const fn only(word: &'static str, rooms: &'static [&'static str], reason: &'static str) -> SpokenOnlyIn {
    SpokenOnlyIn { word, rooms, product: false, reason }
}

const fn product(word: &'static str, rooms: &'static [&'static str], reason: &'static str) -> SpokenOnlyIn {
    SpokenOnlyIn { word, rooms, product: true, reason }
}

/// How a word is matched: `words::speaks`. An empty list of rooms means nowhere.
const SPOKEN_ONLY_IN: &[SpokenOnlyIn] = &[
    only(
        "ring",
        &["pki/core/src/key/"],
        "one room names the provider; `rustls::crypto::ring` is TLS and another matter",
    ),
    only(
        "p256",
        &["pki/core/src/key/", "agency/", "conformance/", "tests/"],
        "one room makes keys; strangers bring theirs",
    ),
    only("rcgen", &["pki/core/src/"], "certificates are issued in one core"),
    only(
        "webauthn_rs",
        &["idp/src/", "pki/src/", "tests/"],
        "registrations and logins; a signing assertion is pki_core::assertion's",
    ),
    only(
        "sqlx",
        &["service/src/db/", "agency/src/", "idp/src/store/", "pki/src/store/", "signer/src/store/"],
        "SQL lives in stores",
    ),
    product(
        "axum",
        &[
            "service/src/",
            "agency/",
            "idp/src/http/",
            "pki/src/http/",
            "signer/src/http/",
            "idp/src/pages/",
            "idp/src/lib.rs",
            "pki/src/lib.rs",
            "signer/src/lib.rs",
            "idp/src/start.rs",
            "pki/src/start.rs",
            "signer/src/start.rs",
            "tests/",
        ],
        "HTTP types stay at the door",
    ),
    only(
        "reqwest",
        &["service/src/", "agency/", "conformance/src/", "tests/"],
        "what goes out goes through the one egress client",
    ),
    only(
        "openidconnect",
        &["agency/src/", "conformance/src/", "tests/"],
        "the relying party's library never judges our own provider from inside",
    ),
    only("hayro", &["signer/src/render"], "drawing happens in the child process"),
    product("lopdf", &["signer/core/src/", "tests/", "conformance/"], "an increment is written in one room"),
    only("krilla", &["agency/src/"], "only the agency makes documents"),
    only("thirtyfour", &["conformance/src/"], "browsers are driven from outside"),
    product(
        "Ephemeral",
        &["pki/core/src/key/", "pki/core/src/cms", "signer/vault/src/"],
        "a person's private key exists in the vault only",
    ),
    product(
        "SystemRandom",
        &[
            "pki/core/src/key/",
            "service/src/entropy.rs",
            "service/src/skeleton.rs",
            "agency/src/",
            "conformance/src/",
            "src/",
        ],
        "randomness is an argument",
    ),
    product(
        "SystemClock",
        &["service/src/clock.rs", "service/src/skeleton.rs", "src/"],
        "the clock is chosen where a process starts",
    ),
    product(
        "FakeClock",
        &["service/src/testing.rs", "service/src/clock.rs", "tests/"],
        "no fake clock is reachable from main",
    ),
    product(
        "SeededRandom",
        &["service/src/testing.rs", "service/src/entropy.rs", "tests/"],
        "no seeded source is reachable from main",
    ),
    only("allow_subdomains", &[], "the exact origin is the wall between the houses"),
    only("allow_any_port", &[], "the exact origin is the wall between the houses"),
    only(
        "\"x-forwarded-",
        &[],
        "an answer is never derived from forwarded headers; base URLs are configuration",
    ),
    only("process::abort", &["service/src/failpoint.rs"], "only a failpoint kills the process"),
    product("\"SELECT ", STORES, "SQL lives in stores"),
    product("\"INSERT INTO ", STORES, "SQL lives in stores"),
    product("\"UPDATE ", STORES, "SQL lives in stores"),
    product("\"DELETE FROM ", STORES, "SQL lives in stores"),
    only(
        "\"BEGIN IMMEDIATE",
        &["service/src/db/", "agency/src/store/"],
        "the plan runner owns transactions; the agency has its own store",
    ),
];

/// Rooms that hold SQL text.
const STORES: &[&str] =
    &["service/src/db/", "agency/src/", "idp/src/store/", "pki/src/store/", "signer/src/store/", "tests/"];

/// Never spoken in a pure crate, test modules included.
const NEVER_IN_PURE_CODE: &[&str] = &[
    "async fn",
    ".await",
    "tokio",
    "axum",
    "sqlx",
    "reqwest",
    "tracing",
    "std::fs",
    "std::net",
    "std::env",
    "SystemTime",
    "Instant::now",
    "println!",
    "eprintln!",
    "dbg!",
];

/// Nouns of our trade that the one shared crate does not know.
const NEVER_IN_SERVICE: &[&str] = &[
    "AccessToken",
    "Act",
    "Agency",
    "Certificate",
    "Citizen",
    "Client",
    "Consent",
    "Credential",
    "Enrolled",
    "Enrolment",
    "Evidence",
    "Grant",
    "IdToken",
    "Officer",
    "Passkey",
    "Person",
    "Receipt",
    "SignRequest",
    "Signer",
    "Slip",
];

/// Foreign types whose names happen to be such nouns.
const NOT_OUR_TRADE: &[&str] = &["reqwest::Client", "ClientConfig", "ClientBuilder"];

/// Marks of unfinished work.
const UNFINISHED: &[&str] = &["todo!(", "unimplemented!(", "dbg!(", "#[ignore"];

fn under(path: &str, rooms: &[&str]) -> bool {
    rooms.iter().any(|room| path.starts_with(room))
}

fn nothing(violations: &[String]) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

#[test]
fn every_arrow_points_down() {
    let mut violations = Vec::new();
    for (folder, name, may_know) in MAY_KNOW {
        let manifest: toml::Table =
            std::fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap().parse().unwrap();
        assert_eq!(manifest["package"]["name"].as_str(), Some(*name));
        assert_eq!(manifest["package"]["license"]["workspace"].as_bool(), Some(true), "{name}");
        assert_eq!(manifest["lints"]["workspace"].as_bool(), Some(true), "{name} takes the house's lints");
        let ours: BTreeSet<_> = MAY_KNOW.iter().map(|(_, name, _)| *name).collect();
        let named = dependencies(&manifest, "dependencies");
        let found: BTreeSet<_> =
            named.iter().map(String::as_str).filter(|name| ours.contains(name)).collect();
        if *may_know != ANYONE && found != may_know.iter().copied().collect() {
            violations.push(format!("{name} knows {found:?}, and should know exactly {may_know:?}"));
        }
        // Tests inside a crate may not open a way around: only the root package's tests may know everyone.
        let in_tests = dependencies(&manifest, "dev-dependencies");
        for other in in_tests.iter().filter(|other| ours.contains(other.as_str())) {
            let itself = other == name;
            if !folder.is_empty() && !itself && !may_know.contains(&other.as_str()) {
                violations.push(format!("the tests of {name} know {other}"));
            }
        }
        if under(&format!("{folder}/"), PURE) {
            for never in named.iter().filter(|named| NEVER_IN_A_CORE.contains(&named.as_str())) {
                violations.push(format!("{name} is pure and names {never}"));
            }
        }
    }
    nothing(&violations);
}

fn dependencies(manifest: &toml::Table, section: &str) -> Vec<String> {
    manifest
        .get(section)
        .and_then(toml::Value::as_table)
        .map(|table| table.keys().cloned().collect())
        .unwrap_or_default()
}

#[test]
fn every_member_of_the_workspace_stands_in_the_table() {
    let manifest: toml::Table = std::fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let members: BTreeSet<_> =
        manifest["workspace"]["members"].as_array().unwrap().iter().map(|m| m.as_str().unwrap()).collect();
    let table: BTreeSet<_> =
        MAY_KNOW.iter().map(|(folder, _, _)| *folder).filter(|folder| !folder.is_empty()).collect();
    assert_eq!(members, table);
}

#[test]
fn words_are_spoken_in_their_rooms() {
    let sources = sources();
    let mut violations = Vec::new();
    for rule in SPOKEN_ONLY_IN {
        for source in sources.iter().filter(|source| !under(&source.path, rule.rooms) && !source.is_tidy()) {
            let code = if rule.product { &source.product } else { &source.code };
            if words::speaks(code, rule.word) {
                violations.push(format!("{} says `{}`: {}", source.path, rule.word, rule.reason));
            }
        }
    }
    nothing(&violations);
}

#[test]
fn cores_have_no_io_no_clock_and_no_log() {
    let mut violations = Vec::new();
    for source in sources().iter().filter(|source| under(&source.path, PURE)) {
        for word in NEVER_IN_PURE_CODE.iter().filter(|word| words::speaks(&source.code, word)) {
            violations.push(format!("{} says `{word}`", source.path));
        }
    }
    for folder in PURE {
        if !root().join(folder).join("clippy.toml").exists() {
            violations.push(format!("{folder} has no clippy.toml of its own"));
        }
    }
    nothing(&violations);
}

/// A wire form is a private struct beside the type that it carries.
#[test]
fn no_domain_type_of_a_core_is_a_wire_type() {
    let mut violations = Vec::new();
    for source in sources().iter().filter(|source| under(&source.path, PURE)) {
        for (at, _) in source.product.match_indices("#[derive(") {
            let (derives, item) = source.product[at..].split_once(")]").unwrap_or_default();
            let item = item.lines().find(|line| !line.trim().is_empty() && !line.trim().starts_with("#["));
            let item = item.unwrap_or_default().trim();
            if words::speaks(derives, "Serialize")
                && (item.starts_with("pub struct") || item.starts_with("pub enum"))
            {
                violations.push(format!("{} makes a wire type of `{item}`", source.path));
            }
        }
    }
    nothing(&violations);
}

#[test]
fn the_shared_crate_knows_no_noun_of_our_trade() {
    let mut violations = Vec::new();
    // The drawing of a person is not the noun.
    let drawings = |source: &&Source| source.path.ends_with("page/icon.rs");
    for source in sources().iter().filter(|source| source.path.starts_with("service/") && !drawings(source)) {
        let mut code = source.code.clone();
        for foreign in NOT_OUR_TRADE {
            code = code.replace(foreign, "");
        }
        for word in NEVER_IN_SERVICE.iter().filter(|word| words::speaks(&code, word)) {
            violations.push(format!("{} says `{word}`", source.path));
        }
    }
    nothing(&violations);
}

#[test]
fn every_module_says_what_it_is_for_and_long_files_why() {
    let mut violations = Vec::new();
    for Source { path, text, .. } in sources() {
        if !text.starts_with("//!") {
            violations.push(format!("{path} does not begin with `//!`"));
        }
        let first_comment: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
        let lines = text.lines().count();
        if lines > 800 && !first_comment.contains("This file is long because") {
            violations.push(format!(
                "{path} has {lines} lines and does not say why (\"This file is long because ..\")"
            ));
        }
    }
    nothing(&violations);
}

#[test]
fn nothing_is_left_unfinished() {
    let mut violations = Vec::new();
    for source in sources().iter().filter(|source| !source.is_tidy()) {
        for mark in UNFINISHED.iter().filter(|mark| source.code.contains(**mark)) {
            violations.push(format!("{} has {mark}", source.path));
        }
        for mark in [concat!("TO", "DO"), concat!("FIX", "ME")] {
            if words::speaks(&source.text, mark) {
                violations.push(format!("{} has {mark}", source.path));
            }
        }
    }
    nothing(&violations);
}

#[test]
fn no_machine_and_no_private_key_is_in_the_tree() {
    let mut violations = Vec::new();
    for (path, text) in text_files() {
        violations
            .extend(tree::foreign_matter(&text).into_iter().map(|found| format!("{path} holds {found}")));
    }
    nothing(&violations);
}

#[test]
fn migrations_keep_the_dialect_of_both_engines() {
    let mut violations = Vec::new();
    for (path, text) in text_files() {
        let shared =
            path.starts_with("migrations/") && path.ends_with(".sql") && !path.ends_with(".postgres.sql");
        if shared {
            violations
                .extend(dialect::departures(&text).into_iter().map(|found| format!("{path} says {found}")));
        }
    }
    nothing(&violations);
}

#[test]
fn what_the_documents_name_exists() {
    let sources = sources();
    let mut violations = Vec::new();
    for (document, text) in text_files().iter().filter(|(path, _)| path.ends_with(".md")) {
        violations.extend(
            documents::unknown(text, sources).into_iter().map(|name| format!("{document} names {name}")),
        );
    }
    nothing(&violations);
}
