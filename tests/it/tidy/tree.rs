//! Reads the tree: every Rust source with and without its comments and test modules, and every text file.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// One Rust source.
pub(super) struct Source {
    /// From the workspace's root, with `/`.
    pub(super) path: String,
    /// As it is.
    pub(super) text: String,
    /// Without comments.
    pub(super) code: String,
    /// Without comments and test modules; empty for a file that is declared as a test module.
    pub(super) product: String,
}

impl Source {
    /// The rules themselves hold every forbidden word.
    pub(super) fn is_tidy(&self) -> bool {
        self.path.starts_with("tests/it/tidy")
    }
}

pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Read once; every test here looks at all of them.
pub(super) fn sources() -> &'static [Source] {
    static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(read_sources);
    &SOURCES
}

fn read_sources() -> Vec<Source> {
    let files = files().into_iter().filter(|path| path.ends_with(".rs"));
    let read = |path: String| {
        let text = std::fs::read_to_string(root().join(&path)).unwrap();
        let code = without_comments(&text);
        let product = without_test_modules(&code);
        Source { path, text, code, product }
    };
    let mut sources: Vec<Source> = files.map(read).collect();
    let tests: Vec<String> = sources.iter().flat_map(test_files).collect();
    for source in &mut sources {
        let module = source.path.trim_end_matches(".rs");
        let of_tests = |test: &String| module == test || module.starts_with(&format!("{test}/"));
        // `dpop_tests.rs` beside `dpop.rs` is declared with a path of its own.
        let by_name = source.path.starts_with("tests/") || module.ends_with("_tests");
        if by_name || tests.iter().any(of_tests) {
            source.product.clear();
        }
    }
    sources
}

/// The files that a source declares as test modules (`#[cfg(test)] mod name;`), without `.rs`.
fn test_files(source: &Source) -> Vec<String> {
    let own = source.path.trim_end_matches(".rs");
    let (folder, name) = own.rsplit_once('/').unwrap_or(("", own));
    let inside = if matches!(name, "mod" | "lib" | "main") { folder } else { own };
    let declared =
        source.code.match_indices("#[cfg(test)]").chain(source.code.match_indices("#[cfg(any(test"));
    declared
        .filter_map(|(at, _)| declared_module(&source.code[at..]))
        .map(|name| format!("{inside}/{name}"))
        .collect()
}

/// The name in `mod name;`, if that is the item which these attributes belong to.
fn declared_module(item: &str) -> Option<&str> {
    let item = &item[..item.find([';', '{'])?];
    let (_, name) = item.rsplit_once("mod ")?;
    name.chars().all(|letter| letter.is_alphanumeric() || letter == '_').then_some(name)
}

/// Every file that is text, but for the lock (its package sources name the registry) and large data of others.
pub(super) fn text_files() -> Vec<(String, String)> {
    let files = files().into_iter().filter(|path| path != "Cargo.lock");
    files
        .filter_map(|path| std::fs::read_to_string(root().join(&path)).ok().map(|text| (path, text)))
        .collect()
}

/// All files of the tree, as far as they are ours: what is built, downloaded or run is not.
fn files() -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let path = folder.join(&name);
            let ours =
                !matches!(name.as_str(), "target" | ".git" | ".tools") && !name.starts_with("chancery-data");
            if entry.file_type().unwrap().is_dir() {
                if ours {
                    folders.push(path);
                }
            } else if ours {
                found.push(path.to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    assert!(found.len() > 50, "the tree was not found");
    found
}

/// Code without comments. String literals stay; a `//` inside one (an address) does not begin a comment.
pub(super) fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let end = if rest.starts_with("//") {
            rest = rest.find('\n').map_or("", |at| &rest[at..]);
            continue;
        } else if rest.starts_with("/*") {
            rest = rest.find("*/").map_or("", |at| &rest[at + 2..]);
            continue;
        } else if letter == '"' {
            string_end(rest)
        } else if let Some(end) = raw_string_end(rest, code.chars().next_back()) {
            end
        } else if letter == '\'' {
            char_end(rest)
        } else {
            letter.len_utf8()
        };
        code.push_str(&rest[..end]);
        rest = &rest[end..];
    }
    code
}

fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

fn raw_string_end(text: &str, before: Option<char>) -> Option<usize> {
    if before.is_some_and(|letter| letter.is_alphanumeric() && letter != 'b' || letter == '_') {
        return None;
    }
    let after = text.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let body = after[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    Some(body.find(&close).map_or(text.len(), |at| text.len() - body.len() + at + close.len()))
}

/// A character literal is taken whole (it may hold a quote); a lifetime is one letter long here.
fn char_end(text: &str) -> usize {
    let mut letters = text.char_indices().skip(1);
    match (letters.next(), letters.next(), letters.next()) {
        (Some((_, '\\')), Some(_), Some((at, '\''))) => at + 1,
        (Some((_, '\\')), ..) => text.find("'").map_or(1, |_| text[1..].find('\'').map_or(1, |at| at + 2)),
        (Some(_), Some((at, '\'')), _) => at + 1,
        _ => 1,
    }
}

/// Cuts each `#[cfg(test)]` item with a body, by its braces.
pub(super) fn without_test_modules(code: &str) -> String {
    let mut product = String::new();
    let mut rest = code;
    while let Some(at) = rest.find("#[cfg(test)]") {
        product.push_str(&rest[..at]);
        let item = &rest[at..];
        let open = item.find('{').unwrap_or(item.len());
        let semicolon = item.find(';').unwrap_or(item.len());
        if semicolon < open {
            rest = &item[semicolon + 1..];
            continue;
        }
        let mut depth = 0usize;
        let mut end = item.len();
        for (at, letter) in item.char_indices().skip_while(|(at, _)| *at < open) {
            match letter {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                end = at + 1;
                break;
            }
        }
        rest = &item[end..];
    }
    product.push_str(rest);
    product
}

/// What must not be committed: private keys, folders of one machine, hosts of package registries.
pub(super) fn foreign_matter(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for kind in ["", "EC ", "RSA ", "ENCRYPTED "] {
        if text.contains(&["BEGIN ", kind, "PRIVATE", " KEY"].concat()) {
            found.push("a private key".to_owned());
        }
    }
    for folder in ["tmp", "work", "root", "farm", "home"] {
        let start = format!("/{folder}/");
        for (at, _) in text.match_indices(&start) {
            let before = text[..at].chars().next_back();
            let after = text[at + start.len()..].chars().next();
            let outside = before.is_none_or(|letter| !letter.is_alphanumeric() && !"_.-}~".contains(letter));
            if outside && after.is_some_and(char::is_alphabetic) {
                found.push(format!("a path under {start}"));
            }
        }
    }
    let hosts = [
        ["crates", ".io"],
        ["registry.np", "mjs.org"],
        ["py", "pi.org"],
        ["python", "hosted.org"],
        ["deb.", "debian.org"],
    ];
    for host in hosts.map(|parts| parts.concat()) {
        if text.contains(&host) {
            found.push(format!("a registry's host ({host})"));
        }
    }
    found
}

#[test]
fn comments_go_and_strings_stay() {
    let code =
        "let a = \"http://x // no\"; // ring\n/* ring */ let b = '\"'; let c = r#\"//\"#; fn d<'a>() {} //!x";
    let left = "let a = \"http://x // no\"; \n let b = '\"'; let c = r#\"//\"#; fn d<'a>() {} ";
    assert_eq!(without_comments(code), left);
}

#[test]
fn test_modules_go() {
    let code = "a();\n#[cfg(test)]\nmod tests { fn x() { if y {} } }\nb();\n#[cfg(test)]\nmod more;\nc();";
    assert_eq!(without_test_modules(code), "a();\n\nb();\n\nc();");
}

#[test]
fn declared_test_modules_are_found() {
    let code = "#[cfg(test)]\npub(crate) mod world;\n#[cfg(test)]\nmod tests {\n}\nmod real;".to_owned();
    let source = Source {
        path: "a/src/b/mod.rs".into(),
        text: code.clone(),
        code: code.clone(),
        product: code.clone(),
    };
    assert_eq!(test_files(&source), ["a/src/b/world"]);
    let source = Source { path: "a/src/b.rs".into(), ..source };
    assert_eq!(test_files(&source), ["a/src/b/world"]);
}

#[test]
fn foreign_matter_is_seen() {
    let private = ["-----BEGIN ", "PRIVATE", " KEY-----"].concat();
    assert_eq!(foreign_matter(&private), ["a private key"]);
    assert_eq!(foreign_matter(&["cd ", "/", "work/main"].concat()), ["a path under /work/"]);
    assert_eq!(foreign_matter("https://id.example/work/permits and rooms/tmp/x"), Vec::<String>::new());
}
