//! A browser for tests: it keeps the one cookie, follows redirects, and reads forms out of pages.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::app::tests::ORIGIN;
use crate::app::tests::authenticator::Authenticator;

pub(super) struct Browser {
    router: Router,
    cookie: Option<String>,
}

/// What came back, after redirects.
pub(super) struct Page {
    pub(super) path: String,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Browser {
    pub(super) fn new(router: &Router) -> Self {
        Self { router: router.clone(), cookie: None }
    }

    pub(super) async fn get(&mut self, path: &str) -> Page {
        self.follow(Request::get(path), String::new(), path).await
    }

    /// Posts these fields, URL-encoded.
    pub(super) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        self.follow(request, body, path).await
    }

    /// Fills the page's own form (with its token) and sends it.
    pub(super) async fn send(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = page.input("csrf");
        let all = [&[("csrf", csrf.as_str())], fields].concat();
        let path = if action.is_empty() { page.path.clone() } else { action.to_owned() };
        self.post(&path, &all).await
    }

    /// Takes the page's passkey step.
    pub(super) async fn touch(&mut self, page: &Page, passkey: &mut Authenticator) -> Page {
        let options = page.attribute("data-options");
        let credential = match page.attribute("data-passkey").as_str() {
            "create" => passkey.make(&options, ORIGIN),
            _ => passkey.answer(&options, ORIGIN),
        };
        let (action, ceremony) = (page.passkey_action(), page.input("ceremony"));
        self.send(page, &action, &[("ceremony", &ceremony), ("credential", &credential)]).await
    }

    async fn follow(&mut self, request: axum::http::request::Builder, body: String, path: &str) -> Page {
        let mut page = self.once(request, body, path).await;
        for _ in 0..5 {
            if page.status != StatusCode::SEE_OTHER {
                break;
            }
            let to = page.headers.get(header::LOCATION).unwrap().to_str().unwrap().to_owned();
            page = self.once(Request::get(&to), String::new(), &to).await;
        }
        page
    }

    async fn once(&mut self, mut request: axum::http::request::Builder, body: String, path: &str) -> Page {
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let answer = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        let text = String::from_utf8_lossy(&body.collect().await.unwrap().to_bytes()).into_owned();
        for set in parts.headers.get_all(header::SET_COOKIE) {
            let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
            self.cookie = (!pair.ends_with('=')).then_some(pair);
        }
        Page { path: path.to_owned(), status: parts.status, headers: parts.headers, text }
    }
}

impl Page {
    /// The value of the first hidden input of this name; empty if there is none.
    pub(super) fn input(&self, name: &str) -> String {
        let marked = format!("name=\"{name}\" value=\"");
        self.text
            .split(&marked)
            .nth(1)
            .map_or_else(String::new, |rest| unescaped(rest.split('"').next().unwrap()))
    }

    /// The value of the first attribute of this name.
    pub(super) fn attribute(&self, name: &str) -> String {
        let marked = format!("{name}=\"");
        let rest =
            self.text.split(&marked).nth(1).unwrap_or_else(|| unreachable!("no {name} in {}", self.text));
        unescaped(rest.split('"').next().unwrap())
    }

    fn passkey_action(&self) -> String {
        let before = self.text.split(" data-passkey=\"").next().unwrap();
        unescaped(before.rsplit("action=\"").next().unwrap().trim_end_matches('"'))
    }

    /// The text between a marked tag's `>` and the next `<`.
    pub(super) fn marked(&self, mark: &str) -> String {
        let rest = self.text.split(mark).nth(1).unwrap_or_else(|| unreachable!("no {mark} in {}", self.text));
        unescaped(rest.split_once('>').unwrap().1.split('<').next().unwrap().trim())
    }

    /// What groups of four a marked paragraph shows.
    pub(super) fn groups(&self, mark: &str) -> String {
        let rest = self.text.split(mark).nth(1).unwrap_or_else(|| unreachable!("no {mark} in {}", self.text));
        let inside = rest.split_once('>').unwrap().1.split("</p>").next().unwrap();
        let words = inside.replace("<span>", " ").replace("</span>", " ");
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub(super) fn says(&self, text: &str) -> bool {
        unescaped(&self.text).contains(text)
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#38;", "&")
}
