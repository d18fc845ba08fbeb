//! The frame around each page (product 7.3), the error page and the error summary.
//!
//! A service renders the inside of `<main>` with its own templates and hands it over; the frame knows only who serves,
//! for which country, and in which language. HTML comes in as text that the service's templates have escaped.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use crate::assets::{self, Asset};
use crate::config::BaseUrl;
use crate::http::CaseNumber;
use crate::i18n::Texts;

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
}

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
    band: Option<(Band, String)>,
    back: Option<&'a str>,
    sign_out: Option<SignOut>,
    refresh: Option<&'a str>,
    passkey: bool,
    error: bool,
}

impl<'a> Layout<'a> {
    /// A page with this title and this HTML inside `<main>` (an `<h1>` first).
    #[must_use]
    pub const fn new(site: &'a Site, title: &'a str, main: &'a str) -> Self {
        Self {
            site,
            title,
            main,
            notes: "",
            band: None,
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

    /// The link back.
    #[must_use]
    pub const fn back(mut self, href: &'a str) -> Self {
        self.back = Some(href);
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
        let official = if site.sandbox { "frame-sandbox" } else { "frame-official" };
        let frame = Frame {
            site,
            texts,
            window_title: format!("{titled} - {} - {}", site.service, texts.say("frame-brand")),
            official: texts.say_with(official, &[("country", &site.country)]),
            css: assets::base_css(),
            mark: assets::mark_svg(),
            script: self.passkey.then(assets::passkey_js),
            main: self.main,
            notes: self.notes,
            band: self.band,
            back: self.back,
            sign_out: self.sign_out,
            refresh: self.refresh,
        };
        frame.render().unwrap_or_else(|error| {
            tracing::error!(%error, "a page could not be rendered");
            String::new()
        })
    }

    /// The whole page as an answer.
    #[must_use]
    pub fn respond(self, status: StatusCode) -> Response {
        (status, Html(self.render())).into_response()
    }
}

#[derive(Template)]
#[template(path = "layout.html")]
struct Frame<'a> {
    site: &'a Site,
    texts: &'a Texts,
    window_title: String,
    official: String,
    css: &'static Asset,
    mark: &'static Asset,
    script: Option<&'static Asset>,
    main: &'a str,
    notes: &'a str,
    band: Option<(Band, String)>,
    back: Option<&'a str>,
    sign_out: Option<SignOut>,
    refresh: Option<&'a str>,
}

/// How a page says no: what happened, and what to do now.
pub struct Refusal<'a> {
    /// The status of the answer.
    pub status: StatusCode,
    /// The heading.
    pub title: &'a str,
    /// What happened, in a sentence.
    pub happened: &'a str,
    /// What the person can do now.
    pub todo: &'a str,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    texts: &'a Texts,
    refusal: &'a Refusal<'a>,
    case: &'a str,
}

/// The page that says no.
#[must_use]
pub fn error_page(site: &Site, refusal: &Refusal<'_>, case: &CaseNumber) -> Response {
    let inside = ErrorPage { texts: &site.texts, refusal, case: case.as_str() };
    let main = inside.render().unwrap_or_else(|error| {
        tracing::error!(%error, "an error page could not be rendered");
        String::new()
    });
    Layout::new(site, refusal.title, &main).respond(refusal.status)
}

/// One thing to mend in a form: the id of its field and what to do.
pub struct Mend<'a> {
    /// The id of the input.
    pub field: &'a str,
    /// The same words as beside the field.
    pub text: &'a str,
}

#[derive(Template)]
#[template(path = "summary.html")]
struct Summary<'a> {
    texts: &'a Texts,
    mends: &'a [Mend<'a>],
}

/// The error summary: first thing in `<main>`, nothing if there is nothing to mend.
#[must_use]
pub fn error_summary(texts: &Texts, mends: &[Mend<'_>]) -> String {
    if mends.is_empty() {
        return String::new();
    }
    Summary { texts, mends }.render().unwrap_or_else(|error| {
        tracing::error!(%error, "an error summary could not be rendered");
        String::new()
    })
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
    use crate::testing::SeededRandom;

    fn site() -> Site {
        Site {
            texts: Arc::new(Texts::english(&[]).unwrap()),
            service: "Sign <in>".to_owned(),
            country: "Velmara & Co".to_owned(),
            sandbox: true,
            base_url: BaseUrl::try_from("http://localhost:8400".to_owned()).unwrap(),
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
