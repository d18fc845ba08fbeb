//! The pages of a service in each of its languages, and the choice between them (product 7.1, rule 11).
//!
//! A request is answered in one language ([`crate::i18n`]'s `choice` says which). Each page links to itself in the others:
//! `/language/TAG?back=PATH` remembers the choice in the browser and leads back to `PATH`, which is a page of this
//! origin and nothing else. What is in hand stays: a page that answers a form names the address where its step is shown
//! again ([`Sites::speak`]'s `here`).

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use super::{Language, Refusal, Site, error_page};
use crate::http::form::Query;
use crate::http::{CaseNumber, Problem};
use crate::i18n::{Catalogue, TextError, Texts, choice};

/// A service's [`Site`] in each language.
#[derive(Clone)]
pub struct Sites {
    all: Arc<[Site]>,
    /// For whoever prefers none of them.
    first: Arc<Site>,
}

impl Sites {
    /// Reads the catalogues of a service, the first of which is for whoever prefers none of them, and makes its site of each.
    ///
    /// # Errors
    /// When a catalogue cannot be read, or there is none.
    pub fn read(catalogues: &[Catalogue<'_>], site: impl Fn(Arc<Texts>) -> Site) -> Result<Self, TextError> {
        let texts = catalogues.iter().map(|catalogue| Texts::read(*catalogue).map(Arc::new));
        let texts: Vec<_> = texts.collect::<Result<_, _>>()?;
        let languages: Vec<_> = texts.iter().map(|texts| Language::of(texts)).collect();
        let all: Arc<[Site]> =
            texts.into_iter().map(|texts| Site { languages: languages.clone(), ..site(texts) }).collect();
        let none = || TextError { lang: String::new(), why: "a service speaks a language".to_owned() };
        let first = Arc::new(all.first().ok_or_else(none)?.clone());
        Ok(Self { all, first })
    }

    /// The site for whoever prefers no language, as long as nobody is there.
    #[must_use]
    pub fn first(&self) -> Arc<Site> {
        Arc::clone(&self.first)
    }

    /// The tags of the languages.
    #[must_use]
    pub fn tags(&self) -> Vec<&str> {
        self.all.iter().map(|site| site.texts.lang()).collect()
    }

    /// Where the page of a request is shown again: at its own address; an address that took a form cannot be opened again,
    /// and leads to the first page.
    #[must_use]
    pub fn here(parts: &Parts) -> &str {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        if parts.method == Method::GET { path } else { "/" }
    }

    /// The site for a request in the language that was chosen in this browser, that whoever sent it `asked` for (tags, best
    /// first), or that it prefers; links to the other languages come back to `here`.
    #[must_use]
    pub fn speak(&self, headers: &HeaderMap, asked: Option<&str>, here: &str) -> Arc<Site> {
        let place = choice::choose(&self.tags(), headers, asked);
        let mut site = self.all.get(place).unwrap_or(&self.first).clone();
        if self.all.len() < 2 {
            site.languages.clear();
        }
        let back: String = url::form_urlencoded::byte_serialize(here.as_bytes()).collect();
        for language in &mut site.languages {
            language.href = format!("/language/{}?back={back}", language.tag);
        }
        Arc::new(site)
    }

    /// `GET /language/{tag}?back=PATH`.
    pub fn router(&self) -> Router {
        Router::new().route("/language/{tag}", get(remember)).with_state(self.clone())
    }
}

impl Language {
    fn of(texts: &Texts) -> Self {
        Self {
            tag: texts.lang().to_owned(),
            name: texts.say("frame-language"),
            short: texts.say("frame-language-short"),
            href: String::new(),
        }
    }
}

async fn remember(
    State(sites): State<Sites>,
    Path(tag): Path<String>,
    case: CaseNumber,
    headers: HeaderMap,
    query: Result<Query, Problem>,
) -> Response {
    let back = query.ok().and_then(|Query(form)| form.one("back").map(str::to_owned));
    let back = back.filter(|back| choice::is_local(back));
    let known = sites.tags().contains(&tag.as_str());
    match (back, choice::remember(&tag)) {
        (Some(back), Some(cookie)) if known => {
            let mut response = Redirect::to(&back).into_response();
            response.headers_mut().append(header::SET_COOKIE, cookie);
            response
        }
        _ => refuse(&sites, &headers, &case),
    }
}

/// A link that was not made here. Nothing of it is shown.
fn refuse(sites: &Sites, headers: &HeaderMap, case: &CaseNumber) -> Response {
    let site = sites.speak(headers, None, "/");
    let say = |part: &str| site.texts.say(&format!("frame-choice-{part}"));
    let (title, happened, todo) = (say("title"), say("happened"), say("todo"));
    let refusal =
        Refusal { status: StatusCode::BAD_REQUEST, title: &title, happened: &happened, todo: &todo };
    error_page(&site, &refusal, case)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt as _;

    use super::*;
    use crate::config::BaseUrl;

    fn sites() -> Sites {
        Sites::read(&[("en", &[]), ("ar", &[])], |texts| Site {
            texts,
            service: "Sign in".to_owned(),
            country: "Velmara".to_owned(),
            sandbox: true,
            base_url: BaseUrl::try_from("http://localhost:8400".to_owned()).unwrap(),
            links: Vec::new(),
            languages: Vec::new(),
        })
        .unwrap()
    }

    fn at(sites: &Sites, parts: &Parts) -> Arc<Site> {
        sites.speak(&parts.headers, None, Sites::here(parts))
    }

    async fn open(path: &str) -> (StatusCode, Option<String>, Option<String>) {
        let answer = sites().router().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let header = |name| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        (answer.status(), header(header::LOCATION), header(header::SET_COOKIE))
    }

    /// A link in the header is remembered and leads back to the very page, query and all.
    #[tokio::test]
    async fn a_choice_comes_back_to_its_page() {
        let (parts, ()) = Request::get("/a?b=1&c=%2F").body(()).unwrap().into_parts();
        let site = at(&sites(), &parts);
        assert_eq!((site.texts.lang(), site.languages.len()), ("en", 2));
        let arabic = site.languages.iter().find(|language| language.tag == "ar").unwrap();
        assert_eq!((arabic.name.as_str(), arabic.short.as_str()), ("العربية", "ع"));
        let (status, location, cookie) = open(&arabic.href).await;
        assert_eq!((status, location.as_deref()), (StatusCode::SEE_OTHER, Some("/a?b=1&c=%2F")));
        assert!(cookie.unwrap().starts_with("__Host-language=ar; "));
        // Where a form was posted, the first page.
        let (parts, ()) = Request::post("/a?b=1").body(()).unwrap().into_parts();
        assert!(at(&sites(), &parts).languages.iter().all(|language| language.href.ends_with("?back=%2F")));
    }

    /// Not an open redirect, and no cookie of anything but a language of ours.
    #[tokio::test]
    async fn a_choice_leads_nowhere_else() {
        for path in [
            "/language/ar?back=%2F%2Fevil.example",
            "/language/ar?back=%2F%5Cevil.example",
            "/language/ar?back=%2F%09%2Fevil.example",
            "/language/ar?back=https%3A%2F%2Fevil.example",
            "/language/ar?back=%2F&back=%2F",
            "/language/ar",
            "/language/fr?back=%2F",
            "/language/ar%3B%20Domain=example?back=%2F",
        ] {
            assert_eq!(open(path).await, (StatusCode::BAD_REQUEST, None, None), "{path}");
        }
    }

    /// One language is no choice; none is a mistake.
    #[test]
    fn one_language_offers_none() {
        let one = |catalogues: &[Catalogue<'_>]| {
            Sites::read(catalogues, |texts| Site { texts, ..(*sites().first).clone() })
        };
        let (parts, ()) = Request::get("/").body(()).unwrap().into_parts();
        assert!(at(&one(&[("ar", &[])]).unwrap(), &parts).languages.is_empty());
        assert!(one(&[]).is_err());
    }
}
