//! A browser without a screen: keeps cookies, follows redirects and meta refreshes across the loopback origins, fills forms,
//! and hands passkey steps to a [`SoftwarePasskey`]. It sends what Chromium would send, no more.
//!
//! Cookies ignore ports, as browsers' do; `Secure` cookies travel on loopback, as Chrome and Firefox do it.

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::header::{
    CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, ORIGIN, REFERRER_POLICY, REFRESH, SET_COOKIE,
};
use reqwest::{Method, StatusCode};
use url::Url;

use crate::html::{Button, Ceremony, Form, Page};
use crate::passkey::SoftwarePasskey;

/// One more than the longest honest way: login through the agency, the provider and back.
const HOPS_MAX: usize = 12;
/// The largest file on the way is a signed PDF.
const BODY_BYTES_MAX: usize = 32 * 1024 * 1024;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Cookie {
    host: String,
    path: String,
    name: String,
    value: String,
}

/// Where the browser stands.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// After all redirects.
    pub url: Url,
    /// Of the last answer.
    pub status: StatusCode,
    /// Of the last answer.
    pub headers: HeaderMap,
    /// Of the last answer.
    pub body: Vec<u8>,
    /// Each address on the way, this one included.
    pub way: Vec<Url>,
}

impl Arrived {
    /// The body as a page.
    #[must_use]
    pub fn page(&self) -> Page {
        Page::read(&String::from_utf8_lossy(&self.body))
    }

    /// Whether the page asks to be loaded again after a while: its work is still in hand.
    #[must_use]
    pub fn reloads(&self) -> bool {
        let page = self.page();
        self.headers.contains_key(REFRESH) || page.refresh.is_some() || page.waits
    }

    /// For an error message: where, what, and the first words of the page.
    #[must_use]
    pub fn said(&self) -> String {
        let page = self.page();
        let words: String = page.text.chars().take(300).collect();
        format!("{} answered {} \"{}\": {words}", without_query(&self.url), self.status, page.heading)
    }

    /// The page, if the answer was a success.
    ///
    /// # Errors
    /// When it was not, with what the page said.
    pub fn ok(self) -> Result<Self> {
        ensure!(self.status.is_success(), "{}", self.said());
        Ok(self)
    }

    /// The page, if the answer had exactly this status.
    ///
    /// # Errors
    /// When it had another, with what the page said.
    pub fn refused(self, status: u16) -> Result<Self> {
        ensure!(self.status.as_u16() == status, "expected {status}, but {}", self.said());
        Ok(self)
    }
}

/// A file that a form uploads.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The field's name.
    pub field: String,
    /// As the browser would tell it.
    pub file_name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// A person's browser.
#[derive(Clone)]
pub struct Browser {
    client: reqwest::Client,
    cookies: Vec<Cookie>,
    /// Address of the page that is shown, for forms and relative links.
    here: Option<Url>,
    /// Whether that page says `Referrer-Policy: no-referrer`.
    no_referrer: bool,
    /// The device in the person's hand.
    pub device: SoftwarePasskey,
    /// Each address that was asked, in order: for whoever wants to know what addresses tell.
    pub history: Vec<Url>,
    /// The way ends before this origin, whose page is not asked: for whoever wants to read the address instead.
    pub stop_before: Option<url::Origin>,
}

impl Browser {
    /// A browser that knows nobody yet.
    ///
    /// # Errors
    /// When the client cannot be built.
    pub fn new() -> Result<Self> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(std::time::Duration::from_secs(60))
            .build()?;
        Ok(Self {
            client,
            cookies: Vec::new(),
            here: None,
            no_referrer: false,
            device: SoftwarePasskey::new(),
            history: Vec::new(),
            stop_before: None,
        })
    }

    /// The value of a cookie, for rejects that spoil one.
    pub fn cookie_mut(&mut self, name: &str) -> Option<&mut String> {
        self.cookies.iter_mut().find(|cookie| cookie.name == name).map(|cookie| &mut cookie.value)
    }

    /// Forgets every cookie.
    pub fn forget(&mut self) {
        self.cookies.clear();
    }

    /// Types an address.
    ///
    /// # Errors
    /// When nobody answers, or the way never ends.
    pub async fn open(&mut self, url: &str) -> Result<Arrived> {
        let url = match &self.here {
            Some(here) => here.join(url)?,
            None => Url::parse(url)?,
        };
        self.travel(Method::GET, url, Body::None, None).await
    }

    /// Fetches without moving: redirects are not followed.
    ///
    /// # Errors
    /// When nobody answers.
    pub async fn peek(&mut self, url: &Url) -> Result<Arrived> {
        self.ask(&Method::GET, url, &Body::None, None).await
    }

    /// Presses a button of a form on the page where the browser stands (the first button where `None`).
    ///
    /// # Errors
    /// When nobody answers, or the way never ends.
    pub async fn submit(&mut self, form: &Form, button: Option<&Button>) -> Result<Arrived> {
        self.submit_with(form, button, Vec::new()).await
    }

    /// The same with files.
    ///
    /// # Errors
    /// When nobody answers, or the way never ends.
    pub async fn submit_with(
        &mut self,
        form: &Form,
        button: Option<&Button>,
        files: Vec<Upload>,
    ) -> Result<Arrived> {
        let (method, url, body) = self.request_of(form, button, files)?;
        let from = self.here.clone();
        self.travel(method, url, body, from.as_ref()).await
    }

    /// The same, but stops at the answer to the form itself: redirects are not followed.
    ///
    /// # Errors
    /// When nobody answers.
    pub async fn submit_and_stop(&mut self, form: &Form, button: Option<&Button>) -> Result<Arrived> {
        let (method, url, body) = self.request_of(form, button, Vec::new())?;
        let from = self.here.clone();
        self.ask(&method, &url, &body, from.as_ref()).await
    }

    /// Does the passkey step that this page asks for, and submits its form.
    ///
    /// # Errors
    /// When the page asks for none, the device refuses, or nobody answers.
    pub async fn passkey(&mut self, page: &Page, ceremony: Ceremony) -> Result<Arrived> {
        let form = self.with_credential(page, ceremony)?;
        self.submit(&form, form.buttons.first()).await
    }

    /// The form of the passkey step with the device's answer in it, not yet submitted.
    ///
    /// # Errors
    /// When the page asks for none, or the device refuses.
    pub fn with_credential(&mut self, page: &Page, ceremony: Ceremony) -> Result<Form> {
        let form = page.passkey_form(ceremony).with_context(|| {
            format!("the page \"{}\" asks for no passkey ({ceremony:?}): {}", page.heading, page.text)
        })?;
        let mut form = form.clone();
        let options = form.options.clone().context("the passkey form carries no data-options")?;
        let here = self.here.clone().context("no page is open")?;
        let answer = match ceremony {
            Ceremony::Get => self.device.get(&options, &here)?,
            Ceremony::Create => self.device.create(&options, &here)?,
        };
        let answer = if form.without_user_handle { without_user_handle(&answer)? } else { answer };
        ensure!(form.fill("credential", &answer), "the passkey form has no field `credential`");
        Ok(form)
    }

    fn request_of(
        &self,
        form: &Form,
        button: Option<&Button>,
        files: Vec<Upload>,
    ) -> Result<(Method, Url, Body)> {
        let here = self.here.as_ref().context("no page is open")?;
        let action = button.and_then(|button| button.action.as_deref()).unwrap_or(&form.action);
        let mut url = if action.is_empty() { here.clone() } else { here.join(action)? };
        let fields = form.pressed(button);
        if form.method != "post" {
            url.query_pairs_mut().clear().extend_pairs(&fields);
            return Ok((Method::GET, url, Body::None));
        }
        if form.enctype == "multipart/form-data" {
            return Ok((Method::POST, url, Body::Multipart(fields, files)));
        }
        ensure!(files.is_empty(), "this form takes no files");
        Ok((Method::POST, url, Body::Form(fields)))
    }

    /// Follows redirects, and refreshes that lead to another page, until a page stands still.
    async fn travel(&mut self, method: Method, url: Url, body: Body, from: Option<&Url>) -> Result<Arrived> {
        let mut way = vec![url.clone()];
        let mut arrived = self.ask(&method, &url, &body, from).await?;
        while let Some(next) = onward(&arrived)? {
            if way.len() > HOPS_MAX {
                bail!("the way never ends: {way:?}");
            }
            way.push(next.clone());
            if self.stop_before.as_ref() == Some(&next.origin()) {
                break;
            }
            let from = arrived.url.clone();
            arrived = self.ask(&Method::GET, &next, &Body::None, Some(&from)).await?;
        }
        self.here = Some(arrived.url.clone());
        self.no_referrer = arrived.headers.get(REFERRER_POLICY).is_some_and(|policy| policy == "no-referrer");
        arrived.way = way;
        Ok(arrived)
    }

    /// One request, one answer; cookies both ways.
    async fn ask(&mut self, method: &Method, url: &Url, body: &Body, from: Option<&Url>) -> Result<Arrived> {
        self.history.push(url.clone());
        let mut request = self.client.request(method.clone(), url.clone());
        let jar = self.cookies_for(url);
        if !jar.is_empty() {
            request = request.header(COOKIE, jar);
        }
        if *method != Method::GET {
            // Fetch, "append a request Origin header": pages that say `Referrer-Policy: no-referrer` post as null.
            let origin = from
                .filter(|_| !self.no_referrer)
                .map_or("null".to_owned(), |from| from.origin().ascii_serialization());
            request = request.header(ORIGIN, origin);
        }
        request = request
            .header("Sec-Fetch-Site", from.map_or("none", |from| fetch_site(from, url)))
            .header("Sec-Fetch-Mode", "navigate")
            .header("Sec-Fetch-Dest", "document");
        request = match body {
            Body::None => request,
            Body::Form(fields) => {
                request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(encoded(fields))
            }
            Body::Multipart(fields, files) => request.multipart(multipart(fields, files)?),
        };
        let mut response =
            request.send().await.with_context(|| format!("{method} {}", without_query(url)))?;
        for line in response.headers().get_all(SET_COOKIE) {
            self.keep(url, line.to_str()?);
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            bytes.extend_from_slice(&chunk);
            ensure!(bytes.len() <= BODY_BYTES_MAX, "the answer never ends");
        }
        Ok(Arrived { url: url.clone(), status, headers, body: bytes, way: vec![url.clone()] })
    }

    fn cookies_for(&self, url: &Url) -> String {
        let host = url.host_str().unwrap_or_default();
        let fits = |cookie: &&Cookie| cookie.host == host && url.path().starts_with(&cookie.path);
        let pairs: Vec<_> =
            self.cookies.iter().filter(fits).map(|c| format!("{}={}", c.name, c.value)).collect();
        pairs.join("; ")
    }

    /// RFC 6265 §5.3, as far as our services go: no Domain attribute is expected or honoured.
    fn keep(&mut self, url: &Url, line: &str) {
        let mut parts = line.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
        let attributes: Vec<_> = parts.map(|part| part.split_once('=').unwrap_or((part, ""))).collect();
        let attribute = |wanted: &str| attributes.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted));
        let cookie = Cookie {
            host: url.host_str().unwrap_or_default().to_owned(),
            path: attribute("path").map_or("/", |(_, path)| path).to_owned(),
            name: name.to_owned(),
            value: value.to_owned(),
        };
        self.cookies
            .retain(|old| (&old.host, &old.path, &old.name) != (&cookie.host, &cookie.path, &cookie.name));
        let gone = attribute("max-age").is_some_and(|(_, age)| age.starts_with('-') || *age == "0")
            || attribute("expires").is_some_and(|(_, date)| date.contains("1970"));
        if !gone {
            self.cookies.push(cookie);
        }
    }
}

/// Fetch Metadata; a port is no part of a site.
fn fetch_site(from: &Url, to: &Url) -> &'static str {
    if from.origin() == to.origin() {
        "same-origin"
    } else if from.scheme() == to.scheme() && from.host() == to.host() {
        "same-site"
    } else {
        "cross-site"
    }
}

/// What the page's script does for a form that says `data-without-user-handle`.
fn without_user_handle(answer: &str) -> Result<String> {
    let mut answer: serde_json::Value = serde_json::from_str(answer)?;
    if let Some(response) = answer.get_mut("response").and_then(serde_json::Value::as_object_mut) {
        response.remove("userHandle");
    }
    Ok(answer.to_string())
}

enum Body {
    None,
    Form(Vec<(String, String)>),
    Multipart(Vec<(String, String)>, Vec<Upload>),
}

fn encoded(fields: &[(String, String)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn multipart(fields: &[(String, String)], files: &[Upload]) -> Result<reqwest::multipart::Form> {
    let mut form = reqwest::multipart::Form::new();
    for (name, value) in fields {
        form = form.text(name.clone(), value.clone());
    }
    for file in files {
        let part = reqwest::multipart::Part::bytes(file.bytes.clone())
            .file_name(file.file_name.clone())
            .mime_str("application/pdf")?;
        form = form.part(file.field.clone(), part);
    }
    Ok(form)
}

/// Where a browser goes next by itself. A page that reloads itself stands still here; its reader asks again.
fn onward(arrived: &Arrived) -> Result<Option<Url>> {
    if arrived.status.is_redirection() {
        let to = arrived.headers.get(LOCATION).context("a redirect without an address")?.to_str()?;
        return Ok(Some(arrived.url.join(to)?));
    }
    let is_page = arrived
        .headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.to_str().unwrap_or_default().starts_with("text/html"));
    if !is_page {
        return Ok(None);
    }
    let Some((_, Some(to))) = arrived.page().refresh else { return Ok(None) };
    let to = arrived.url.join(&to)?;
    Ok((to != arrived.url).then_some(to))
}

/// Queries hold codes and states; they stay out of what is printed.
fn without_query(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.to_string()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    fn browser() -> Browser {
        _ = rustls::crypto::ring::default_provider().install_default();
        Browser::new().unwrap()
    }

    #[test]
    fn cookies_ignore_ports_and_keep_hosts_apart() {
        let mut browser = browser();
        let idp = Url::parse("http://localhost:8400/a").unwrap();
        browser.keep(&idp, "__Host-idp=1; Path=/; Secure; HttpOnly; SameSite=Lax");
        browser.keep(&Url::parse("http://localhost:8401/").unwrap(), "__Host-sign=2; Path=/; Secure");
        assert_eq!(browser.cookies_for(&idp), "__Host-idp=1; __Host-sign=2");
        assert_eq!(browser.cookies_for(&Url::parse("http://127.0.0.1:8403/").unwrap()), "");
        browser.keep(&idp, "__Host-idp=; Path=/; Max-Age=0");
        assert_eq!(browser.cookies_for(&idp), "__Host-sign=2");
    }

    #[test]
    fn a_refresh_to_itself_stands_still() {
        let url = Url::parse("http://localhost:8402/wait").unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, "text/html; charset=utf-8".parse().unwrap());
        let mut arrived = Arrived { url, status: StatusCode::OK, headers, body: Vec::new(), way: Vec::new() };
        let cases = [
            ("3", None),
            ("3; url=/wait", None),
            ("0; url=http://127.0.0.1:8403/x", Some("http://127.0.0.1:8403/x")),
        ];
        for (content, expected) in cases {
            arrived.body = format!("<meta http-equiv=refresh content='{content}'>").into_bytes();
            assert_eq!(onward(&arrived).unwrap().as_ref().map(Url::as_str), expected);
        }
    }
}
