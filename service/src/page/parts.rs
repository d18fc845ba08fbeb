//! The parts that pages are made of: typed views that write themselves as HTML, escaped, in the classes of `base.css`.
//!
//! A page's own template says `{{ part }}`, or `{{ Verdict { .. } }}` is made in Rust and handed over. They hold words
//! that the caller has already taken from its catalogue, and never ask for more.

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;
use pki_core::bytes::Hash;

use super::{Icon, Mark, Seal, Site};

/// HTML that is already safe: `{{ markup }}` writes it as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markup(String);

impl Markup {
    /// Takes HTML that this program wrote or escaped.
    #[must_use]
    pub const fn trusted(html: String) -> Self {
        Self(html)
    }

    /// The HTML.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

/// Who asks: the logo, or a building where there is none, the name, and the body that it belongs to.
///
/// `Requester { name: "Open Assembly", parent: Some("Parliament of Velmara"), logo: None }` above the `h1`.
#[derive(Template)]
#[template(
    ext = "html",
    source = "<div class=\"requester\">{% if let Some(logo) = logo %}<img src=\"{{ logo }}\" alt=\"\" width=\"50\" height=\"50\">\
{% else %}<span class=\"logo\">{{ Icon::Building }}</span>{% endif %}<div><b><bdi>{{ name }}</bdi></b>\
{% if let Some(parent) = parent %}<span class=\"second\"><bdi>{{ parent }}</bdi></span>{% endif %}</div></div>"
)]
pub struct Requester<'a> {
    /// Its name in the register.
    pub name: &'a str,
    /// The body that it belongs to.
    pub parent: Option<&'a str>,
    /// The address of its logo, on our own origin.
    pub logo: Option<&'a str>,
}

/// What the other side gets, with ticks, and what it does not, with crosses: two columns, one below the other on a phone.
#[derive(Template)]
#[template(
    ext = "html",
    source = "<div class=\"pair\"><section><h2>{{ gets_title }}</h2><ul class=\"ticks\">{% for one in gets %}<li>{{ one }}</li>{% endfor %}</ul></section>\
<section class=\"not\"><h2>{{ not_title }}</h2><ul class=\"ticks\">{% for one in not %}<li>{{ one }}</li>{% endfor %}</ul></section></div>"
)]
pub struct GetsAndNot<'a> {
    /// The heading of the ticks.
    pub gets_title: &'a str,
    /// What it gets.
    pub gets: &'a [String],
    /// The heading of the crosses.
    pub not_title: &'a str,
    /// What it does not get.
    pub not: &'a [String],
}

/// One row of a [`Summary`].
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// The quiet label.
    pub label: String,
    /// The value.
    pub value: String,
    /// Whether the value is bold.
    pub strong: bool,
    /// A quiet second line.
    pub second: Option<String>,
    /// A link at the end: address, words, and what they are about for those who hear the page.
    pub change: Option<(String, String, String)>,
}

/// The summary list: `Summary(&rows)`. Rows without a datum are left out by whoever makes them.
#[derive(Template)]
#[template(
    ext = "html",
    source = "<dl class=\"summary\">{% for row in self.0 %}<div><dt>{{ row.label }}</dt><dd>\
{% if row.strong %}<b><bdi>{{ row.value }}</bdi></b>{% else %}<bdi>{{ row.value }}</bdi>{% endif %}\
{% if let Some(second) = row.second.as_ref() %}<span class=\"second\">{{ second }}</span>{% endif %}</dd>\
{% if let Some((href, words, about)) = row.change.as_ref() %}<dd><a href=\"{{ href }}\">{{ words }}<span class=\"visually-hidden\"> {{ about }}</span></a></dd>{% endif %}\
</div>{% endfor %}</dl>"
)]
pub struct Summary<'a>(pub &'a [Row]);

/// One row of [`LinkRows`]: the whole row is the link.
#[derive(Clone, Debug)]
pub struct LinkRow {
    /// The icon at the start.
    pub icon: Option<Icon>,
    /// Where it leads.
    pub href: String,
    /// The underlined title.
    pub title: String,
    /// A quiet second line.
    pub second: Option<String>,
}

/// Links, one a row, with a chevron at the end.
#[derive(Template)]
#[template(
    ext = "html",
    source = "<ul class=\"rows\">{% for row in self.0 %}<li>{% if let Some(icon) = row.icon %}{{ icon }}{% endif %}<a href=\"{{ row.href }}\">{{ row.title }}</a>\
{% if let Some(second) = row.second.as_ref() %}<span class=\"second\">{{ second }}</span>{% endif %}</li>{% endfor %}</ul>"
)]
pub struct LinkRows<'a>(pub &'a [LinkRow]);

/// The look of a [`Tag`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tagged {
    /// Green with a tick: done, signed.
    Done,
    /// Filled: now.
    Now,
    /// An outline: next, or any other word.
    Plain,
}

/// A word in a 1 px outline: `Tag { look: Tagged::Done, words: "Signed" }`.
#[derive(Template)]
#[template(
    ext = "html",
    source = "<span class=\"tag{% match look %}{% when Tagged::Done %} done{% when Tagged::Now %} now{% when Tagged::Plain %}{% endmatch %}\">\
{% if look == Tagged::Done %}{{ Icon::Check }}{% endif %}{{ words }}</span>"
)]
pub struct Tag<'a> {
    /// How it looks.
    pub look: Tagged,
    /// What it says.
    pub words: &'a str,
}

/// The tone of a [`TintedBox`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// A well: something to know.
    Plain,
    /// Green: stays with you.
    Good,
    /// Yellow: before an act that cannot be undone.
    Warn,
}

/// A tinted box with an icon.
#[derive(Template)]
#[template(
    ext = "html",
    source = "<div class=\"box{% match tone %}{% when Tone::Good %} good{% when Tone::Warn %} warn{% when Tone::Plain %}{% endmatch %}\">\
{{ icon }}<div>{{ words }}{% if let Some(second) = second %}<span class=\"second\">{{ second }}</span>{% endif %}</div></div>"
)]
pub struct TintedBox<'a> {
    /// Its tone.
    pub tone: Tone,
    /// The icon at the start.
    pub icon: Icon,
    /// What it says; [`Markup`] where some words are bold.
    pub words: Markup,
    /// A quiet second line.
    pub second: Option<&'a str>,
}

/// A fingerprint: the first 8 of 16 groups of 4, one row wide, two narrow, always left to right.
///
/// ```
/// use service::page::Fingerprint;
/// let html = Fingerprint::new("Fingerprint of the document", &pki_core::key::sha256(b""), None).to_string();
/// assert!(html.contains("<span>e3b0</span> <span>c442</span>"));
/// ```
#[derive(Template)]
#[template(
    ext = "html",
    source = "<dl class=\"fingerprinted\"><dt class=\"second\">{{ label }}</dt><dd class=\"fingerprint\">\
{% for group in groups %}<span>{{ group }}</span> {% endfor %}</dd>{% if let Some(why) = why %}<dd class=\"second\">{{ why }}</dd>{% endif %}</dl>"
)]
pub struct Fingerprint<'a> {
    label: &'a str,
    groups: Vec<String>,
    why: Option<&'a str>,
}

impl<'a> Fingerprint<'a> {
    /// The fingerprint of this hash under this label, and a quiet line below it.
    #[must_use]
    pub fn new(label: &'a str, hash: &Hash, why: Option<&'a str>) -> Self {
        let hex: Vec<char> = hash.hex().chars().take(32).collect();
        Self { label, groups: hex.chunks(4).map(|group| group.iter().collect()).collect(), why }
    }
}

/// The banner of a verdict: seal, word, one sentence, and the rosette of a number where everything was proved.
///
/// It carries the page's `h1` and goes to [`Layout::banner`](super::Layout::banner).
#[derive(Template)]
#[template(
    ext = "html",
    source = "<div class=\"verdict {{ seal.class() }}\">{{ seal }}<div><h1>{{ word }}</h1><p>{{ sentence }}</p></div>\
{% if let Some(number) = number %}{{ crate::ornament::rosette(number) }}{% endif %}</div>"
)]
pub struct Verdict<'a> {
    /// Its seal, which also gives the colour.
    pub seal: Seal,
    /// The word.
    pub word: &'a str,
    /// What it means here.
    pub sentence: &'a str,
    /// The number that draws the rosette; only a whole seal has one.
    pub number: Option<&'a str>,
}

/// The title block of a paper: mark, name and country; at the end side an address, a date, a case.
///
/// It stands on a slip; a receipt or a verdict has it only in print: `<div class="print-only">{{ block }}</div>`.
#[derive(Template)]
#[template(
    ext = "html",
    source = "<div class=\"title-block\"><div class=\"brand\">{{ Mark }}<span><b>{{ site.texts.say(\"frame-brand\") }}</b> <span><bdi>{{ site.country }}</bdi></span></span></div>\
<div>{% for line in lines %}<div><bdi>{{ line }}</bdi></div>{% endfor %}</div></div>"
)]
pub struct TitleBlock<'a> {
    /// Whose paper.
    pub site: &'a Site,
    /// The lines at the end side.
    pub lines: &'a [String],
}

/// A code in groups of four, two by two: what a person types from a paper.
#[derive(Template)]
#[template(
    ext = "html",
    source = "<p class=\"slip code groups\">{% for group in self.0 %}<span>{{ group }}</span> {% endfor %}</p>"
)]
pub struct Groups<'a>(pub &'a [String]);

macro_rules! safe {
    ($($part:ident)*) => { $(impl HtmlSafe for $part<'_> {})* };
}
safe!(Requester GetsAndNot Summary LinkRows Tag TintedBox Fingerprint Verdict TitleBlock Groups);

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Template)]
    #[template(ext = "html", source = "{{ tag }}{{ Icon::Key }}{{ Seal::Broken }}{{ words }}")]
    struct Page<'a> {
        tag: Tag<'a>,
        words: &'a str,
    }

    /// A part writes itself into a page unescaped, and escapes the words that it was given.
    #[test]
    fn parts_are_safe_and_their_words_are_escaped() {
        let page = Page { tag: Tag { look: Tagged::Done, words: "<b>" }, words: "<i>" }.to_string();
        assert!(page.starts_with("<span class=\"tag done\"><svg"), "{page}");
        assert!(
            page.contains("&#60;b&#62;</span><svg class=\"icon flips\"") && page.ends_with("&#60;i&#62;")
        );
    }

    #[test]
    fn a_fingerprint_is_eight_groups_of_four() {
        let hash = pki_core::key::sha256(b"");
        let html = Fingerprint::new("SHA-256 & more", &hash, None).to_string();
        assert_eq!(html.matches("<span>").count(), 8);
        assert!(html.contains("<span>e3b0</span> <span>c442</span>") && html.contains("SHA-256 &#38; more"));
        assert!(!html.contains("27ae"), "only the first half is shown");
    }

    #[test]
    fn only_a_numbered_verdict_wears_a_rosette() {
        let proved =
            Verdict { seal: Seal::Whole, word: "Genuine", sentence: "s", number: Some("R26-0000-0000") };
        assert!(proved.to_string().contains("class=\"rosette\""));
        let broken =
            Verdict { seal: Seal::Broken, word: "Not genuine", sentence: "s", number: None }.to_string();
        assert!(
            broken.starts_with("<div class=\"verdict not-genuine\"><svg class=\"seal\"")
                && !broken.contains("rosette")
        );
    }

    #[test]
    fn rows_leave_out_what_they_do_not_have() {
        let row = Row { label: "L".to_owned(), value: "V".to_owned(), ..Row::default() };
        assert_eq!(
            Summary(&[row]).to_string(),
            "<dl class=\"summary\"><div><dt>L</dt><dd><bdi>V</bdi></dd></div></dl>"
        );
        let link = LinkRow { icon: None, href: "/a?b=1&c".to_owned(), title: "T".to_owned(), second: None };
        assert_eq!(
            LinkRows(&[link]).to_string(),
            "<ul class=\"rows\"><li><a href=\"/a?b=1&#38;c\">T</a></li></ul>"
        );
    }
}
