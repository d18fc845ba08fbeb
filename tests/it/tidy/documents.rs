//! Whether what a document names exists: paths of the tree, and names of the code (`room::name`).

use super::tree::{Source, root};

/// What a person makes by running what the document says (above all the data directory), and what no path is.
const MADE_BY_RUNNING: &[&str] = &[
    "chancery-data",
    "target/",
    "keys/",
    "crl/",
    "country.toml",
    "idp.toml",
    "signer.toml",
    "pki.toml",
    "agency.toml",
    "NNN.",
    "/",
    "http://",
    "https://",
    "~",
    "$",
];

/// What the text names between backquotes and does not exist.
pub(super) fn unknown(text: &str, sources: &[Source]) -> Vec<String> {
    let spans = text.split('`').skip(1).step_by(2).filter(|span| !span.contains('\n'));
    let mut unknown = Vec::new();
    for span in spans {
        // The program of a command line, or the span as a whole.
        let word = span
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .trim_start_matches("./")
            .trim_end_matches(['.', ',']);
        if names_a_path(word) {
            // A name alone may be that of a file anywhere.
            let somewhere = || {
                !word.contains('/') && sources.iter().any(|source| source.path.ends_with(&format!("/{word}")))
            };
            if !root().join(word).exists() && !somewhere() {
                unknown.push(format!("the path `{word}`"));
            }
        } else if names_code(span) && !sources.iter().any(|source| defines(&source.code, last_name(span))) {
            unknown.push(format!("`{span}`, which nothing in the code defines"));
        }
    }
    unknown
}

fn names_a_path(word: &str) -> bool {
    let ends = [".md", ".rs", ".toml", ".sql", ".css", ".js", ".ftl", ".txt"];
    // `chancery-approve/1` is the tag of a signed structure, with its version.
    let tag = word
        .rsplit('/')
        .next()
        .is_some_and(|last| !last.is_empty() && last.chars().all(|letter| letter.is_ascii_digit()));
    let looks_so = !tag && (word.contains('/') || ends.iter().any(|end| word.ends_with(end)));
    looks_so
        && !MADE_BY_RUNNING.iter().any(|start| word.starts_with(start))
        && word.chars().all(|letter| letter.is_ascii_alphanumeric() || "/._-".contains(letter))
}

fn names_code(span: &str) -> bool {
    span.contains("::")
        && span.chars().all(|letter| letter.is_ascii_alphanumeric() || ":_()".contains(letter))
}

fn last_name(span: &str) -> &str {
    span.trim_end_matches("()").rsplit("::").next().unwrap_or_default()
}

fn defines(code: &str, name: &str) -> bool {
    let kinds = ["fn", "struct", "enum", "trait", "mod", "const", "type", "macro_rules!"];
    let kind_defines = kinds.iter().any(|kind| {
        let definition = format!("{kind} {name}");
        code.match_indices(&definition).any(|(at, _)| {
            let after = code[at + definition.len()..].chars().next();
            !after.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
        })
    });
    // A variant of an enum stands at the beginning of its line.
    let variant = |line: &str| {
        line.trim_start()
            .strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([',', '(', ' ', '{']))
    };
    kind_defines || (name.starts_with(|letter: char| letter.is_uppercase()) && code.lines().any(variant))
}

#[test]
fn what_is_missing_is_told() {
    let code = "pub fn verify(x: u8) {}\nenum Kind {\n    Good,\n    Bad(u8),\n}";
    let source = Source { path: "a.rs".into(), text: code.into(), code: code.into(), product: code.into() };
    let text = "`Cargo.toml` and `tests/it/none.rs`, `room::verify()`, `Kind::Bad`, `room::verified`, `/par`, `chancery-data/x`";
    assert_eq!(
        unknown(text, &[source]),
        ["the path `tests/it/none.rs`", "`room::verified`, which nothing in the code defines"]
    );
}
