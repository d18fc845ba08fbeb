//! The first page: who may want what here, and the root of trust for everybody.

use askama::Template;
use service::i18n::Texts;
use service::page::Icon;

#[derive(Template)]
#[template(path = "home.html")]
pub(crate) struct Home<'a> {
    pub(crate) t: &'a Texts,
    /// SHA-256 of the root certificate, groups of four.
    pub(crate) fingerprint: Vec<String>,
}

/// What to bring, what is kept, and who needs the root.
#[derive(Template)]
#[template(path = "home-notes.html")]
pub(crate) struct HomeNotes<'a> {
    pub(crate) t: &'a Texts,
}

/// A hexadecimal text in groups of four.
pub(crate) fn groups(hex: &str) -> Vec<String> {
    let mut groups = Vec::new();
    let mut rest = hex;
    while let Some((group, tail)) = rest.split_at_checked(4) {
        groups.push(group.to_owned());
        rest = tail;
    }
    if !rest.is_empty() {
        groups.push(rest.to_owned());
    }
    groups
}
