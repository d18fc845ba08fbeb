//! What tests put in place of the world: a clock that they set, seeded randomness, a scratch folder.
//!
//! Built only with the feature `testing`, which dev-dependencies turn on: no ordinary build contains it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use pki_core::key::{Random, RandomError, hmac_sha256};

use crate::clock::{Clock, Instant};
use crate::db::{Db, DbError, Migrations, sqlite_url};
use crate::i18n::Texts;

/// A clock that stands still until it is moved. Clones show the same time.
#[derive(Clone, Debug)]
pub struct FakeClock(Arc<AtomicI64>);

impl FakeClock {
    /// A clock that shows this instant.
    #[must_use]
    pub fn at(now: Instant) -> Self {
        Self(Arc::new(AtomicI64::new(now.micros())))
    }

    /// Moves it by whole seconds.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds.saturating_mul(1_000_000), Ordering::SeqCst);
    }

    /// Sets it.
    pub fn set(&self, now: Instant) {
        self.0.store(now.micros(), Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// Randomness that repeats: HMAC-SHA-256 of a counter under the seed.
#[derive(Debug)]
pub struct SeededRandom {
    seed: [u8; 8],
    counter: AtomicU64,
}

impl SeededRandom {
    /// A source for this seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { seed: seed.to_be_bytes(), counter: AtomicU64::new(0) }
    }
}

impl Random for SeededRandom {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        for chunk in buffer.chunks_mut(32) {
            let counter = self.counter.fetch_add(1, Ordering::SeqCst).to_be_bytes();
            let block = hmac_sha256(&self.seed, &[&counter]);
            for (to, from) in chunk.iter_mut().zip(block.as_bytes()) {
                *to = *from;
            }
        }
        Ok(())
    }
}

/// A folder that is removed when it is dropped.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// A new, empty folder.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new() -> std::io::Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::SeqCst);
        let path = std::env::temp_dir().join(format!("chancery-test-{}-{count}", std::process::id()));
        std::fs::create_dir(&path)?;
        Ok(Self(path))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A fresh SQLite database in this folder.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub async fn db(&self, migrations: Migrations) -> Result<Db, DbError> {
        Db::open(&sqlite_url(&self.0.join("test.db")), migrations).await
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A test that fails leaves its answer in the assertion, not in the folder.
        let _kept = std::fs::remove_dir_all(&self.0);
    }
}

/// The keys that the sources under these folders ask for (`say("key"`, `say_with("key"`, `count("key"` in `.rs` and
/// `.html`) and the catalogue does not have. Empty is good.
///
/// # Errors
/// When a folder cannot be read.
pub fn missing_texts(texts: &Texts, folders: &[&Path]) -> std::io::Result<Vec<String>> {
    let mut missing = Vec::new();
    let mut folders: Vec<PathBuf> = folders.iter().map(|folder| folder.to_path_buf()).collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "html") {
                let text = std::fs::read_to_string(&path)?;
                for call in ["say(\"", "say_with(\"", "count(\""] {
                    let keys = text.split(call).skip(1).filter_map(|rest| rest.split('"').next());
                    missing.extend(keys.filter(|key| !texts.has(key)).map(str::to_owned));
                }
            }
        }
    }
    Ok(missing)
}

/// What a catalogue lacks beside the English one: keys that only one of them has, other variables, texts that are still the
/// English ones, and Latin words in a text of another script. `same` are keys that may be equal, `words` are Latin words
/// that stay (acronyms). Empty is good.
#[must_use]
pub fn untranslated(english: &Texts, other: &Texts, same: &[&str], words: &[&str]) -> Vec<String> {
    let find = |texts: &'_ Texts, key: &str| {
        texts.sources().iter().find(|(other, _)| other == key).map(|(_, text)| text.clone())
    };
    let extra = other.sources().iter().filter(|(key, _)| find(english, key).is_none());
    let mut all: Vec<String> = extra.map(|(key, _)| format!("{key}: not in English")).collect();
    for (key, text) in english.sources() {
        let Some(said) = find(other, key) else {
            all.push(format!("{key}: missing"));
            continue;
        };
        if variables(text) != variables(&said) {
            all.push(format!("{key}: other variables"));
        }
        if *text == said && !same.contains(&key.as_str()) {
            all.push(format!("{key}: still English"));
        }
        if other.dir() == "rtl" {
            let latin = latin_words(&said).into_iter().filter(|word| !words.contains(&word.as_str()));
            all.extend(latin.map(|word| format!("{key}: \u{201c}{word}\u{201d}")));
        }
        // A text that Fluent cannot put together stops a debug build here.
        let names = variables(&said);
        let values: Vec<_> = names.iter().map(|name| (name.as_str(), "1")).collect();
        let counts = names.iter().eq(["count"]);
        let _text = if counts { other.count(key, 2) } else { other.say_with(key, &values) };
    }
    all
}

/// The variables of a text as it is written in a catalogue.
fn variables(text: &str) -> BTreeSet<String> {
    let named = |rest: &str| {
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-').collect()
    };
    text.split('$').skip(1).map(named).collect()
}

/// Runs of Latin letters outside of placeables.
fn latin_words(text: &str) -> Vec<String> {
    let mut depth = 0_i32;
    let mut outside = String::new();
    for c in text.chars() {
        depth += match c {
            '{' => 1,
            '}' => -1,
            _ => 0,
        };
        outside.push(if depth == 0 && c != '}' { c } else { ' ' });
    }
    let words = outside.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| word.chars().any(|c| c.is_ascii_alphabetic())).map(str::to_owned).collect()
}
