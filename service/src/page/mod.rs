//! The frame around each page (product 7.3), the parts that pages are made of, the error page and the error summary.
//!
//! A house renders the inside of the sheet with its own templates and hands it over; the frame knows only who serves,
//! for which country, and in which language. HTML comes in as text that the house's templates have escaped. This room
//! must never learn what a page is about.
//!
//! # How to write a page
//!
//! One sheet asks one question. The template gives an `<h1>` and what one reads or fills in; [`Layout`] adds the rest:
//!
//! ```text
//! Layout::new(&site, &title, &main)              // the sheet: 680 px
//!     .band(Band::Amber, "You are about to sign").step("Step 2 of 3")
//!     .back_to("/sign", "To sign")               // above the sheet
//!     .notes(&notes)                             // <h2>why</h2><p>…</p>, again and again: each gets its rule
//!     .passkey()                                 // the script, and the words of its states
//!     .respond(StatusCode::OK)
//! ```
//!
//! [`Shape::Paper`] is one sheet in the middle (a slip), [`Shape::Open`] is the desk without a sheet (a start
//! page); [`Layout::banner`] is a verdict across the page, [`Layout::hero`] the petrol field of a start page,
//! [`Layout::woven`] the border of a paper, [`Layout::facts`] the second bar of a desk, [`Layout::below`] the buttons
//! under a paper.
//!
//! Typed parts write themselves: `{{ service::page::Icon::Print }}`, `{{ Seal::Whole }}`, `{{ Mark }}`, [`Requester`],
//! [`GetsAndNot`], [`Summary`], [`LinkRows`], [`Tag`], [`TintedBox`], [`Fingerprint`], [`Verdict`], [`TitleBlock`],
//! [`Groups`], and [`crate::ornament`]. Everything else is plain HTML in these classes:
//!
//! | class | what it is |
//! |---|---|
//! | `lead`, `second`, `hint`, `calm` (h1) | 24/35; quiet 16/25; hint of a field; h1 36/40 of desks, slips, receipts |
//! | `keep` (and every `time`) | a date or a phone number that stays on one line |
//! | `button`, `alternative`, `small`, `light`, `passkey`, `link-button` | 55 px green; ink outline; 45/16; white on petrol; full width 65/21 with a key; a button that looks like a link |
//! | `choices` / `actions` / `tools` | Accept, Not now, Refuse in one row of one size / a button and links beside it / small links with icons |
//! | `field`, `field wrong`, `wrong-text`, `short`, `code` (input) | a field; in error; its message (the icon comes by itself); 200 px; monospace capitals |
//! | `check` | a checkbox or radio row: `<div class="check"><input …><label …>words<span class="second">…</span></label><kbd>1</kbd></div>` |
//! | `summary` on `dl`, `pair` and `not`, `rows`, `rows slim` | label and value; two columns; whole-row links (an icon may come first in `li`); plain lines |
//! | `ticks` | a list with ticks, `not` with crosses |
//! | `box`, `good`, `warn`; `tag`, `done`, `now`; `plate`, `plates` | tinted well (an icon first makes two columns); word in an outline; a name on a ruled line |
//! | `steps` on `ol` / `history` on `ol` | green numbers / a line with rings, the last one filled |
//! | `row` on `summary` of `details` | a row that opens: icon, `<b>`, `<span class="second">`, chevron |
//! | `fingerprinted`, `fingerprint` | see [`Fingerprint`]; 16 groups write a whole hash |
//! | `document`, `document-text` | the viewer: `<nav>` with page number and next, `<img>`, `<nav>`; its text in serif on white |
//! | `crowned`, `receipt-number`, `code` | head of a receipt: `<div class="crowned"><div>tag, h1, number</div>{{ rosette }}</div>`; number 24 mono; any code |
//! | `slip-box`, `slip code groups` | a box with the code; code 36 mono in 2 x 2 |
//! | `drop` | a file field as a place to drop a file: `<div class="drop"><label for=…>{{ Seal::place() }}words</label><input type="file" …></div>` |
//! | `verdict` + `genuine`, `unsure`, `not-genuine`; `seal-row` | see [`Verdict`]; a seal tile with words |
//! | `hero`, `pillars` | the start page: petrol field (`<div class="wide">h1, lead, actions, rosette</div>`), three ruled columns |
//! | `screen` | in the notes: what another person's screen shows |
//! | `data-print` on a hidden `button` | `<button type="button" class="small alternative" data-print hidden>{{ Icon::Print }}Print</button>`: comes into sight where a script can print |
//! | `data-keys` on `fieldset` | 1, 2, 3 choose one of its radio buttons while the focus is among them |
//! | `data-waits` | `<div role="status" data-waits="state">…</div>` beside a link that looks again: the script looks too, shows the inside of another state in place, and when a page without `data-waits` has come, says its heading and goes on |
//! | `print-only`, `no-print`, `wide-only`, `narrow`, `visually-hidden` | only on paper; not on paper; from 641 px; up to 640 px; only heard |

mod icon;
mod parts;
mod refusal;
mod seal;
mod sites;

use std::sync::Arc;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::assets::{self, Asset};
use crate::config::BaseUrl;
use crate::i18n::Texts;

pub use self::icon::{Icon, Mark};
pub use self::parts::{
    Fingerprint, GetsAndNot, Groups, LinkRow, LinkRows, Markup, Requester, Row, Summary, Tag, Tagged,
    TintedBox, TitleBlock, Tone, Verdict,
};
pub use self::refusal::{Mend, Refusal, error_page, error_summary};
pub use self::seal::Seal;
pub use self::sites::Sites;

/// What is the same on all pages of a service.
#[derive(Clone)]
pub struct Site {
    /// The words.
    pub texts: Arc<Texts>,
    /// The service as people call it, such as "Sign in".
    pub service: String,
    /// The country, as the header shows it.
    pub country: String,
    /// Whether all of this is a sandbox, which the official line then says.
    pub sandbox: bool,
    /// The origin, which the official line shows.
    pub base_url: BaseUrl,
    /// The links of the footer: only pages that exist.
    pub links: Vec<Link>,
    /// The languages to choose from; fewer than two, and the header offers none.
    pub languages: Vec<Language>,
}

/// A link of the footer.
#[derive(Clone, Debug)]
pub struct Link {
    /// Where it leads.
    pub href: String,
    /// Its words.
    pub words: String,
}

/// A language that the pages also speak.
#[derive(Clone, Debug)]
pub struct Language {
    /// Its tag.
    pub tag: String,
    /// Its own name.
    pub name: String,
    /// Its name in the least room.
    pub short: String,
    /// The address that chooses it.
    pub href: String,
}

/// The band on top of the sheet: its colour and pattern tell the kind of page, beside the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Band {
    /// Teal: who is there.
    Teal,
    /// Amber stripes: an act with legal effect.
    Amber,
    /// Violet: for someone else.
    Violet,
}

impl Band {
    const fn class(self) -> &'static str {
        match self {
            Self::Teal => "band-teal",
            Self::Amber => "band-amber",
            Self::Violet => "band-violet",
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Teal => Icon::Key,
            Self::Amber => Icon::Pen,
            Self::Violet => Icon::People,
        }
    }
}

/// How the page lies on the desk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// A sheet of 680 px with notes beside it.
    #[default]
    Sheet,
    /// One paper of 720 px in the middle; a woven border stands above it only.
    Paper,
    /// No sheet: columns or rows on the desk, 1020 px.
    Open,
}

impl Shape {
    const fn class(self) -> &'static str {
        match self {
            Self::Sheet => "",
            Self::Paper => " paper",
            Self::Open => " open",
        }
    }
}

/// What the script may have to say; the words are `frame-passkey-…` of the catalogue.
const PASSKEY_STATES: [&str; 5] = ["waiting", "sent", "refused", "exists", "unsupported"];

/// Whatever wears one of these is looked after by `page.js`, which comes with it.
const LIVELY: [&str; 3] = ["data-print", "data-keys", "data-waits"];

struct SignOut {
    action: String,
    csrf: String,
}

/// A page: its title and main part, and what else stands on it.
pub struct Layout<'a> {
    site: &'a Site,
    title: &'a str,
    main: &'a str,
    notes: &'a str,
    hero: &'a str,
    banner: &'a str,
    below: &'a str,
    shape: Shape,
    woven: Option<&'a str>,
    facts: &'a [(String, String)],
    facts_end: &'a str,
    band: Option<(Band, String)>,
    step: Option<String>,
    back: Option<(&'a str, String)>,
    sign_out: Option<SignOut>,
    refresh: Option<&'a str>,
    passkey: bool,
    error: bool,
}

impl<'a> Layout<'a> {
    /// A page with this title and this HTML on its sheet (an `<h1>` first, unless a banner or hero has it).
    #[must_use]
    pub const fn new(site: &'a Site, title: &'a str, main: &'a str) -> Self {
        Self {
            site,
            title,
            main,
            notes: "",
            hero: "",
            banner: "",
            below: "",
            shape: Shape::Sheet,
            woven: None,
            facts: &[],
            facts_end: "",
            band: None,
            step: None,
            back: None,
            sign_out: None,
            refresh: None,
            passkey: false,
            error: false,
        }
    }

    /// HTML in the margin: why, what else, how to be sure. Never needed to go on.
    #[must_use]
    pub const fn notes(mut self, html: &'a str) -> Self {
        self.notes = html;
        self
    }

    /// The band with its words.
    #[must_use]
    pub fn band(mut self, band: Band, words: impl Into<String>) -> Self {
        self.band = Some((band, words.into()));
        self
    }

    /// What stands at the end of the band, such as "Step 2 of 3".
    #[must_use]
    pub fn step(mut self, words: impl Into<String>) -> Self {
        self.step = Some(words.into());
        self
    }

    /// The link back.
    #[must_use]
    pub fn back(self, href: &'a str) -> Self {
        let words = self.site.texts.say("frame-back");
        self.back_to(href, words)
    }

    /// The link back, with words that say where.
    #[must_use]
    pub fn back_to(mut self, href: &'a str, words: impl Into<String>) -> Self {
        self.back = Some((href, words.into()));
        self
    }

    /// How the page lies on the desk.
    #[must_use]
    pub const fn shape(mut self, shape: Shape) -> Self {
        self.shape = shape;
        self
    }

    /// HTML across the page before the sheet: a verdict, with the `<h1>`.
    #[must_use]
    pub const fn banner(mut self, html: &'a str) -> Self {
        self.banner = html;
        self
    }

    /// The petrol field of a start page: `<div class="hero"><div class="wide">…</div></div>`, with the `<h1>`.
    #[must_use]
    pub const fn hero(mut self, html: &'a str) -> Self {
        self.hero = html;
        self
    }

    /// HTML on the desk below the sheet: what one does with a paper.
    #[must_use]
    pub const fn below(mut self, html: &'a str) -> Self {
        self.below = html;
        self
    }

    /// The woven border of this number above the sheet, and below it unless it is a [`Shape::Paper`].
    #[must_use]
    pub const fn woven(mut self, number: &'a str) -> Self {
        self.woven = Some(number);
        self
    }

    /// The second bar: labels and values, and HTML at its end (a link or a form with one button).
    #[must_use]
    pub const fn facts(mut self, facts: &'a [(String, String)], end: &'a str) -> Self {
        self.facts = facts;
        self.facts_end = end;
        self
    }

    /// The button that ends the session.
    #[must_use]
    pub fn sign_out(mut self, action: impl Into<String>, csrf: impl Into<String>) -> Self {
        self.sign_out = Some(SignOut { action: action.into(), csrf: csrf.into() });
        self
    }

    /// Loads the script of the passkey step.
    #[must_use]
    pub const fn passkey(mut self) -> Self {
        self.passkey = true;
        self
    }

    /// Goes on to this address by itself.
    #[must_use]
    pub const fn refresh(mut self, url: &'a str) -> Self {
        self.refresh = Some(url);
        self
    }

    /// The page shows a form again because something in it must be mended: the title says so first.
    #[must_use]
    pub const fn error(mut self) -> Self {
        self.error = true;
        self
    }

    /// The whole page.
    #[must_use]
    pub fn render(self) -> String {
        let site = self.site;
        let texts = &*site.texts;
        let titled = if self.error {
            texts.say_with("frame-error-prefix", &[("title", self.title)])
        } else {
            self.title.to_owned()
        };
        let (official, short) = if site.sandbox {
            ("frame-sandbox", "frame-sandbox-short")
        } else {
            ("frame-official", "frame-official-short")
        };
        let frame = Frame {
            texts,
            window_title: format!("{titled} - {} - {}", site.service, texts.say("frame-brand")),
            official: texts.say_with(official, &[("country", &site.country)]),
            official_short: texts.say_with(short, &[("country", &site.country)]),
            imprint: texts.say_with("frame-imprint", &[("country", &site.country)]),
            css: assets::base_css(),
            mark: assets::mark_svg(),
            scripts: self.scripts(),
            page: &self,
        };
        frame.render().unwrap_or_else(|error| {
            tracing::error!(%error, "a page could not be rendered");
            String::new()
        })
    }

    /// The scripts that this page has work for.
    fn scripts(&self) -> Vec<&'static Asset> {
        let parts = [self.main, self.below, self.banner];
        let lively = LIVELY.iter().any(|mark| parts.iter().any(|html| html.contains(mark)));
        let passkey = self.passkey.then(assets::passkey_js);
        passkey.into_iter().chain(lively.then(assets::page_js)).collect()
    }

    /// The whole page as an answer.
    #[must_use]
    pub fn respond(self, status: StatusCode) -> Response {
        // RFC 9110 §8.5, §12.5.5: no cache keeps our pages; whoever reads the headers still learns what a page is.
        let language = HeaderValue::from_str(self.site.texts.lang()).ok();
        let mut response =
            (status, [(header::VARY, "accept-language, cookie")], Html(self.render())).into_response();
        if let Some(language) = language {
            response.headers_mut().insert(header::CONTENT_LANGUAGE, language);
        }
        response
    }
}

#[derive(Template)]
#[template(path = "layout.html")]
struct Frame<'a> {
    texts: &'a Texts,
    window_title: String,
    official: String,
    official_short: String,
    imprint: String,
    css: &'static Asset,
    mark: &'static Asset,
    scripts: Vec<&'static Asset>,
    page: &'a Layout<'a>,
}

/// Text made safe inside HTML, in an attribute too; for the few lines that no template writes.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::http::CaseNumber;
    use crate::testing::SeededRandom;

    fn site() -> Site {
        Site {
            texts: Arc::new(Texts::english(&[]).unwrap()),
            service: "Sign <in>".to_owned(),
            country: "Velmara & Co".to_owned(),
            sandbox: true,
            base_url: BaseUrl::try_from("http://localhost:8400".to_owned()).unwrap(),
            links: vec![Link { href: "/help".to_owned(), words: "Help & more".to_owned() }],
            languages: Vec::new(),
        }
    }

    #[test]
    fn the_frame_escapes_what_it_is_given_and_holds_one_main() {
        let site = site();
        let page = Layout::new(&site, "A \"title\"", "<h1>Main</h1>")
            .band(Band::Amber, "You are about to <act>")
            .notes("<p>why</p>")
            .back("/?a=1&b=\"2\"")
            .sign_out("/logout", "to\"ken")
            .passkey()
            .error()
            .render();
        assert!(page.starts_with("<!doctype html>\n<html lang=\"en\" dir=\"ltr\">"));
        assert!(
            page.contains("<title>Error: A &#34;title&#34; - Sign &#60;in&#62; - Chancery</title>"),
            "{page}"
        );
        assert!(page.contains("band-amber") && page.contains("about to &#60;act&#62;"));
        assert!(
            page.contains("Velmara &#38; Co") && !page.contains("to\"ken") && page.contains("<p>why</p>")
        );
        assert_eq!((page.matches("<main").count(), page.matches("<h1").count()), (1, 1));
        assert!(!page.contains("style=") && !page.contains("onclick"));
        assert_eq!(page.matches("<script").count(), 1);
        assert_eq!(Layout::new(&site, "t", "").render().matches("<script").count(), 0);
    }

    /// product 7.2: a script only on pages that have work for one. Whoever writes the mark need not think of the script.
    #[test]
    fn a_script_comes_with_what_it_looks_after() {
        let site = site();
        for mark in LIVELY {
            let page = Layout::new(&site, "t", "").below(&format!("<button {mark}>Print</button>")).render();
            assert!(page.contains("<script src=\"/a/page."), "{mark}");
            assert!(!page.contains("data-passkey-say"), "{mark}");
        }
        let both = Layout::new(&site, "t", "<button data-print hidden>Print</button>").passkey().render();
        assert_eq!(both.matches("<script").count(), 2);
    }

    #[tokio::test]
    async fn a_refusal_names_its_case_and_what_to_do() {
        let case = CaseNumber::generate(&SeededRandom::new(1));
        let refusal = Refusal {
            status: StatusCode::NOT_FOUND,
            title: "Page not found",
            happened: "There is no such page.",
            todo: "Check the address.",
        };
        let answer = error_page(&site(), &refusal, &case);
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        assert!(text.contains(case.as_str()) && text.contains("Check the address."));
    }

    #[test]
    fn leaving_is_a_page_with_the_address_twice() {
        let site = site();
        let page = Layout::new(&site, "t", "").refresh("http://127.0.0.1:8403/cb?a=1&b=2").render();
        assert!(page.contains("content=\"0;url=http://127.0.0.1:8403/cb?a=1&#38;b=2\""), "{page}");
        assert_eq!(escape("<a href='\"&"), "&lt;a href=&#39;&quot;&amp;");
    }

    #[test]
    fn a_summary_links_to_each_field() {
        let texts = Texts::english(&[]).unwrap();
        assert_eq!(error_summary(&texts, &[]), "");
        let html = error_summary(&texts, &[Mend { field: "family", text: "Enter the <name>" }]);
        assert!(html.contains("href=\"#family\"") && html.contains("Enter the &#60;name&#62;"));
        assert!(html.contains("role=\"alert\""));
    }
}
