//! What was signed, out of a file that somebody checks: the octets, and where the file says something else now, both
//! sentences side by side.
//!
//! Only what the signature covers and still holds is ever called "what was signed". Where the change is inside that part,
//! the file has no other copy of it, and there is nothing honest to show. Words are compared as a program reads them, out
//! of both states of the file, in the child process that draws; nothing of the file is kept.

use pki_core::key::sha256;
use signer_core::validate::{Finding, Outcome, Report, SignatureReport, Step};

use crate::render::aid::Aid;
use crate::render::{RenderError, Renderer};

/// Words of a sentence around what was changed: enough to know the place again.
const AROUND: usize = 9;
/// Words that were changed, of each state; a page that is another one altogether is not quoted whole.
const CHANGED_MAX: usize = 24;

/// What was signed: the first octets of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Signed<'a> {
    pub(crate) octets: &'a [u8],
    /// The receipt number, where the proof of approval gives it.
    pub(crate) receipt: Option<&'a str>,
}

/// The document that the newest signature signs, if the file still holds it: as it was shown where that is proved, and
/// else everything that the signature covers.
pub(crate) fn signed<'a>(report: &'a Report, file: &'a [u8]) -> Option<Signed<'a>> {
    let holds = |signature: &&SignatureReport| {
        signature
            .checks
            .iter()
            .any(|check| check.step == Step::Cryptography && matches!(check.outcome, Outcome::Passed))
    };
    let signature = report.signatures().iter().rev().find(holds)?;
    if let Some(act) = &signature.act {
        let shown = file.get(..usize::try_from(act.size).ok()?).filter(|shown| sha256(shown) == act.sha256);
        return shown.map(|octets| Signed { octets, receipt: Some(&act.receipt) });
    }
    signature.covers.and_then(|end| file.get(..end)).map(|octets| Signed { octets, receipt: None })
}

/// What became of what was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// There is nothing to compare: nothing was changed, or the file is no signed one.
    Nothing,
    /// The change is inside what was signed: the file holds no other copy of it.
    Lost,
    /// A program reads the same words in both states; something else is different.
    SameWords,
    /// The words are different.
    Words(Difference),
    /// One of the states could not be read here.
    Unread,
}

/// The first place where two states of a document differ in their words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Numbered from 1.
    pub(crate) page: usize,
    pub(crate) signed: Quote,
    pub(crate) now: Quote,
}

/// Some words, and which of them are the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Quote {
    pub(crate) before: String,
    pub(crate) changed: String,
    pub(crate) after: String,
}

impl Quote {
    /// Whether there is no word at all, as on a page that was added.
    pub(crate) const fn is_empty(&self) -> bool {
        self.before.is_empty() && self.changed.is_empty() && self.after.is_empty()
    }
}

/// Compares both states of a file that was changed.
pub(crate) async fn compare(reader: &Renderer, report: &Report, file: &[u8]) -> Comparison {
    match report.reason() {
        Some(Finding::Document(_)) => return Comparison::Lost,
        Some(Finding::ChangedAfter(_)) => {}
        _ => return Comparison::Nothing,
    }
    let Some(signed) = signed(report, file) else { return Comparison::Lost };
    let (then, now) = (reader.words(signed.octets).await, reader.words(file).await);
    match (then, now) {
        (Ok(then), Ok(now)) => difference(&then, &now).map_or(Comparison::SameWords, Comparison::Words),
        (Err(error), _) | (_, Err(error)) => {
            // Whoever made the file is answered for it; what is ours is in the log.
            if let RenderError::Program(_) = error {
                tracing::error!(error = %crate::error_chain(&error), "a file could not be read for comparison");
            }
            Comparison::Unread
        }
    }
}

/// The first page whose words are others.
fn difference(signed: &[String], now: &[String]) -> Option<Difference> {
    let pages = signed.len().max(now.len());
    let words = |pages: &[String], page: usize| pages.get(page).map(|text| words(text)).unwrap_or_default();
    (0..pages).find_map(|page| {
        let (signed, now) = (words(signed, page), words(now, page));
        if signed == now {
            return None;
        }
        let same = |(a, b): &(&String, &String)| a == b;
        let first = signed.iter().zip(&now).take_while(same).count();
        let shorter = signed.len().min(now.len()) - first;
        let last = signed.iter().rev().zip(now.iter().rev()).take_while(same).take(shorter).count();
        Some(Difference {
            page: page + 1,
            signed: quote(&signed, first, last),
            now: quote(&now, first, last),
        })
    })
}

/// All words of a page, one by one.
fn words(text: &str) -> Vec<String> {
    let blocks = Aid::read(text).blocks;
    let spans = blocks.iter().flat_map(|block| &block.spans);
    spans.flat_map(|span| span.words.split_whitespace()).map(str::to_owned).collect()
}

/// The words between the first and the last that are the same, and some around them.
fn quote(words: &[String], first: usize, last: usize) -> Quote {
    let end = words.len().saturating_sub(last);
    let part = |from: usize, to: usize| words.get(from..to).unwrap_or_default().join(" ");
    let (from, to) = (first.saturating_sub(AROUND), end.saturating_add(AROUND).min(words.len()));
    let changed_end = end.min(first + CHANGED_MAX);
    let cut = if changed_end < end { " …" } else { "" };
    let before = if from > 0 { "… " } else { "" };
    let after = if to < words.len() { " …" } else { "" };
    Quote {
        before: format!("{before}{}", part(from, first)),
        changed: format!("{}{cut}", part(first, changed_end)),
        after: if cut.is_empty() { format!("{}{after}", part(end, to)) } else { String::new() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn quote(before: &str, changed: &str, after: &str) -> Quote {
        Quote { before: before.to_owned(), changed: changed.to_owned(), after: after.to_owned() }
    }

    #[test]
    fn the_first_other_words_are_quoted_with_some_around_them() {
        let signed = pages(&["one page", "I ask Parliament to debate\nit in public within six months"]);
        let now = pages(&["one page", "I ask Parliament to debate it in public within six years"]);
        assert_eq!(
            difference(&signed, &now),
            Some(Difference {
                page: 2,
                signed: quote("… ask Parliament to debate it in public within six", "months", ""),
                now: quote("… ask Parliament to debate it in public within six", "years", ""),
            })
        );
        assert_eq!(difference(&signed, &signed), None);
    }

    #[test]
    fn words_that_were_put_in_or_taken_away_are_others_too() {
        let found = difference(&pages(&["You owe nothing now."]), &pages(&["You owe us nothing now."]));
        assert_eq!(
            found,
            Some(Difference {
                page: 1,
                signed: quote("You owe", "", "nothing now."),
                now: quote("You owe", "us", "nothing now.")
            })
        );
        // The same word twice is not counted from both ends.
        let twice = difference(&pages(&["no no"]), &pages(&["no no no"]));
        assert_eq!(
            twice,
            Some(Difference { page: 1, signed: quote("no no", "", ""), now: quote("no no", "no", "") })
        );
        let more = difference(&pages(&["a"]), &pages(&["a", "\u{1}h1\u{2}Also this"]));
        assert_eq!(
            more,
            Some(Difference { page: 2, signed: Quote::default(), now: quote("", "Also this", "") })
        );
    }

    #[test]
    fn a_whole_other_page_is_not_quoted_whole() {
        let long = vec!["word"; 200].join(" ");
        let found = difference(&pages(&["other"]), &pages(&[&long]));
        let now = found.map(|difference| difference.now).unwrap_or_default();
        assert_eq!(now, quote("", &format!("{} …", vec!["word"; CHANGED_MAX].join(" ")), ""));
    }
}
