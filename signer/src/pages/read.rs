//! Step 1, reading: the request in facts, and one page of its document at a time, as a picture or as text.
//!
//! The words of a page stand in every view, because a picture says nothing to those who listen.

use askama::Template;
use service::i18n::Texts;
use service::page::{Fingerprint, Icon, Site, Summary};

use super::words::{self, Words};
use super::{about_effect, rendered, row, strong_row, when};
use crate::app::view::Seen;
use crate::render::Page;
use crate::render::aid::Aid;

/// From so many pages on one can jump to a page by its number.
const PAGES_JUMP: u16 = 4;

/// How one page of the document is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum As {
    /// As it was drawn, which is what counts.
    Picture,
    /// As a program has read it, in large letters.
    Text,
}

impl As {
    /// The address of a page of the document that is read at `here`, shown in this way.
    pub(crate) fn address(self, here: &str, number: u16) -> String {
        let way = if self == Self::Text { "&as=text" } else { "" };
        format!("{here}?page={number}{way}#document")
    }
}

/// Step 1: read what you will sign.
#[derive(Template)]
#[template(path = "read.html")]
pub(crate) struct ReadView<'a> {
    texts: &'a Texts,
    facts: String,
    fingerprint: String,
    here: String,
    number: u16,
    pages: u16,
    position: String,
    text_title: String,
    larger: String,
    page: &'a Page,
    /// What the page says in words, and what must be said of them.
    words: Option<Words>,
    as_text: bool,
}

impl<'a> ReadView<'a> {
    pub(crate) fn new(site: &'a Site, seen: &'a Seen<'_>, number: u16, page: &'a Page, shown: As) -> Self {
        let texts = &*site.texts;
        let pages = seen.row.shown.pages;
        let said = number.to_string();
        let numbered = |key: &str| texts.say_with(key, &[("number", &said), ("pages", &pages.to_string())]);
        let mut facts = vec![
            strong_row(texts, "label-from", &seen.agency.name),
            row(texts, "label-about", &seen.words.title),
            row(texts, "label-what", &seen.words.purpose),
            row(texts, "label-until", &when(texts, seen.row.expires_at)),
            row(texts, "label-for", &texts.say("for-yourself")),
        ];
        facts.extend(about_effect(site));
        let (label, why) = (texts.say("fingerprint"), texts.say("fingerprint-why"));
        Self {
            texts,
            facts: Summary(&facts).to_string(),
            fingerprint: Fingerprint::new(&label, &seen.row.shown.sha256, Some(&why)).to_string(),
            here: format!("/sign/{}", seen.row.id.hex()),
            number,
            pages,
            position: numbered("read-position"),
            text_title: numbered("read-text-title"),
            larger: numbered("read-larger"),
            page,
            words: words::of(texts, &Aid::read(&page.text)),
            as_text: shown == As::Text,
        }
    }

    /// The address of a page of the document, shown in the same way.
    fn at(&self, number: u16) -> String {
        self.shown(number, self.as_text)
    }

    /// The address of this page, shown in the other way.
    fn otherwise(&self) -> String {
        self.shown(self.number, !self.as_text)
    }

    fn shown(&self, number: u16, as_text: bool) -> String {
        let shown = if as_text { As::Text } else { As::Picture };
        shown.address(&self.here, number)
    }

    fn before(&self) -> Option<String> {
        (self.number > 1).then(|| self.at(self.number - 1))
    }

    fn after(&self) -> Option<String> {
        (self.number < self.pages).then(|| self.at(self.number + 1))
    }

    const fn jumps(&self) -> bool {
        self.pages >= PAGES_JUMP
    }

    pub(crate) fn render(&self) -> String {
        rendered(self)
    }
}
