//! The whole agency, from its socket, against an identity provider and a signature service that are strict, and against
//! ones that lie in one way at a time. The person is a browser with one cookie.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod houses;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use agency::{Clock, Config, Running, start_at};
use houses::{Houses, Lie};
use p256::ecdsa::SigningKey;
use p256::pkcs8::EncodePrivateKey;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};

/// 4 May 2027, 14:05 UTC: years away from any machine's clock, so that no other clock can be in use.
const NOW: u64 = 1_809_439_500;
const PROPOSAL: &str = "/proposals/night-trains";

/// Says what the end of the file says.
const VERIFIER: &str = r#"["/bin/sh", "-c", "if tail -n 1 \"$1\" | grep -q 'signed well'; then echo '{\"verdict\":\"genuine\",\"signatures\":[{}]}'; else echo '{\"verdict\":\"not-genuine\",\"signatures\":[{}]}'; exit 1; fi", "verifier"]"#;

/// A running agency with its houses.
struct Country {
    houses: Houses,
    agency: Running,
    base: String,
    directory: PathBuf,
    config: Config,
    seconds: Arc<AtomicU64>,
}

impl Country {
    async fn open() -> Country {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let directory =
            std::env::temp_dir().join(format!("open-assembly-it-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let client = SigningKey::from_slice(&[3; 32]).unwrap();
        let write = |name: &str, key: &SigningKey| {
            std::fs::write(directory.join(name), key.to_pkcs8_der().unwrap().as_bytes()).unwrap();
        };
        write("client.der", &client);
        write("dpop.der", &SigningKey::from_slice(&[5; 32]).unwrap());
        let houses = Houses::open(*client.verifying_key(), i64::try_from(NOW).unwrap()).await;

        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let base = format!("http://127.0.0.1:{port}");
        let config = format!(
            "[service]\nbase_url = \"{base}\"\nlisten = \"127.0.0.1:{port}\"\ndata = \"{data}\"\n\
             [database]\nurl = \"sqlite://{data}/agency.db\"\n\
             [idp]\nissuer = \"{}\"\nclient_id = \"open-assembly\"\nclient_key = \"client.der\"\ndpop_key = \"dpop.der\"\n\
             [signer]\nbase_url = \"{}\"\n[verifier]\ncommand = {VERIFIER}\n",
            houses.issuer,
            houses.signer,
            data = directory.display(),
        );
        let config = Config::from_toml(&config).unwrap();
        let seconds = Arc::new(AtomicU64::new(NOW));
        let agency = start_at(config.clone(), clock(&seconds)).await.unwrap();
        Country { houses, agency, base, directory, config, seconds }
    }

    /// Stops the agency and starts it again on what it has written.
    async fn restart(self) -> Country {
        self.agency.shutdown().await;
        let agency = start_at(self.config.clone(), clock(&self.seconds)).await.unwrap();
        Country { agency, ..self }
    }

    async fn close(self) {
        self.agency.shutdown().await;
        std::fs::remove_dir_all(&self.directory).unwrap();
    }

    fn lie(&self, lie: Lie) {
        self.houses.script().lie = lie;
    }
}

fn clock(seconds: &Arc<AtomicU64>) -> Clock {
    let seconds = Arc::clone(seconds);
    Clock::from_fn(move || UNIX_EPOCH + Duration::from_secs(seconds.load(Ordering::Relaxed)))
}

/// A browser with one cookie, without script, that shows where it is sent.
struct Browser<'a> {
    country: &'a Country,
    http: reqwest::Client,
    cookie: Option<String>,
}

struct Answer {
    status: u16,
    location: String,
    text: String,
}

impl Browser<'_> {
    fn new(country: &Country) -> Browser<'_> {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Browser { country, http, cookie: None }
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.send(self.http.get(format!("{}{path}", self.country.base))).await
    }

    async fn post(&mut self, path: &str, csrf: &str) -> Answer {
        self.send(self.http.post(format!("{}{path}", self.country.base)).form(&[("csrf", csrf)])).await
    }

    async fn send(&mut self, mut request: reqwest::RequestBuilder) -> Answer {
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        let response = request.send().await.unwrap();
        if let Some(cookie) = response.headers().get(SET_COOKIE) {
            self.cookie = Some(cookie.to_str().unwrap().split(';').next().unwrap().to_owned());
        }
        let location = response.headers().get(LOCATION).map(|value| value.to_str().unwrap().to_owned());
        Answer {
            status: response.status().as_u16(),
            location: location.unwrap_or_default(),
            text: String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned(),
        }
    }

    /// Goes to the provider at `address` and comes back.
    async fn through_provider(&mut self, address: &str) -> Answer {
        let address = url::Url::parse(address).unwrap();
        let names: Vec<String> = address.query_pairs().map(|(name, _)| name.into_owned()).collect();
        assert_eq!(names, ["client_id", "request_uri"], "the browser carries a reference and nothing else");
        let request_uri = address.query_pairs().nth(1).unwrap().1.into_owned();
        let query = self.country.houses.authorize(&request_uri);
        self.get(&format!("/callback?{query}")).await
    }

    async fn sign_in(&mut self) -> Answer {
        let away = self.get(&format!("/sign-in?next={PROPOSAL}/support")).await;
        assert_eq!(away.status, 303, "{}", away.text);
        self.through_provider(&away.location).await
    }

    /// From the form with the statement to the signature service; the address there.
    async fn order(&mut self) -> Answer {
        let form = self.get(&format!("{PROPOSAL}/support")).await;
        assert!(form.text.contains("I am Mira Okonjo Vale. I support this proposal."), "{}", form.text);
        let leave = self.post(&format!("{PROPOSAL}/support"), &csrf(&form.text)).await;
        assert_eq!(leave.status, 200, "a form never redirects to another house");
        let address =
            between(&leave.text, "content=\"0; url=", "\"").replace("&#38;", "&").replace("&amp;", "&");
        assert!(leave.text.matches("<a class=\"button\"").count() == 1, "a visible link leads there too");
        self.through_provider(&address).await
    }

    async fn count(&mut self) -> String {
        between(&self.get(PROPOSAL).await.text, "<p class=\"count\"><strong>", "</strong>").to_owned()
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("{start} is not in {text}"));
    rest.split_once(end).unwrap().0
}

fn csrf(page: &str) -> String {
    between(page, "name=\"csrf\" value=\"", "\"").to_owned()
}

#[tokio::test]
async fn a_person_reads_signs_in_supports_and_is_counted_once() {
    let country = Country::open().await;
    let mut person = Browser::new(&country);
    assert!(person.get("/").await.text.contains("Keep the night trains running"));

    let back = person.sign_in().await;
    assert_eq!((back.status, back.location.as_str()), (303, "/proposals/night-trains/support"));
    let away = person.order().await;
    assert_eq!(away.status, 303, "{}", away.text);
    let id = away.location.strip_prefix(&format!("{}/sign/", country.houses.signer)).unwrap().to_owned();

    // Back too early: nothing is counted, nothing is lost.
    let early = person.get(&format!("/signed?request_id={id}")).await;
    assert!(early.text.contains("Your statement is not signed yet"), "{}", early.text);
    assert_eq!(person.count().await, "0");

    country.houses.script().state = "certified".to_owned();
    let early = person.get(&format!("/signed?request_id={id}")).await;
    assert!(early.text.contains("Your signature is being finished"), "{}", early.text);
    assert_eq!(person.count().await, "0");

    country.houses.script().state = "delivered".to_owned();
    let done = person.get(&format!("/signed?request_id={id}")).await;
    assert_eq!((done.status, done.location.as_str()), (303, "/proposals/night-trains/supported"));
    let thanks = person.get(&done.location).await;
    assert!(thanks.text.contains("Thank you, Mira. You are number 1."), "{}", thanks.text);
    assert!(thanks.text.contains("R27-8HTN-2WPA") && thanks.text.contains("4 May 2027, 14:05 UTC"));
    let file = person.get(&format!("{PROPOSAL}/statement.pdf")).await;
    assert!(file.text.starts_with("%PDF-1.7") && file.text.ends_with("% signed well\n"));

    // Once more, by any way, is not one more.
    assert_eq!(
        person.get(&format!("/signed?request_id={id}")).await.location,
        "/proposals/night-trains/supported"
    );
    assert_eq!(
        person.get(&format!("{PROPOSAL}/support")).await.location,
        "/proposals/night-trains/supported"
    );
    assert_eq!(person.count().await, "1");

    // Nobody else gets the file, and nobody else is thanked.
    let mut stranger = Browser::new(&country);
    assert!(stranger.get(&format!("{PROPOSAL}/statement.pdf")).await.location.starts_with("/sign-in"));
    country.houses.script().subject = "tomas".to_owned();
    stranger.sign_in().await;
    assert_eq!(stranger.get(&format!("{PROPOSAL}/statement.pdf")).await.status, 404);
    assert_eq!(stranger.get(&format!("/signed?request_id={id}")).await.status, 403);

    // Taken back.
    let ask = person.get(&format!("{PROPOSAL}/take-back")).await;
    assert_eq!(person.post(&format!("{PROPOSAL}/take-back"), "wrong").await.status, 400);
    assert_eq!(person.count().await, "1");
    assert_eq!(person.post(&format!("{PROPOSAL}/take-back"), &csrf(&ask.text)).await.status, 303);
    assert_eq!(person.count().await, "0");
    country.close().await;
}

#[tokio::test]
async fn two_statements_of_one_person_count_one() {
    let country = Country::open().await;
    let mut person = Browser::new(&country);
    person.sign_in().await;
    let ids: Vec<String> = [person.order().await, person.order().await]
        .map(|away| away.location.rsplit('/').next().unwrap().to_owned())
        .to_vec();
    assert_ne!(ids[0], ids[1]);
    country.houses.script().state = "delivered".to_owned();
    for id in &ids {
        let done = person.get(&format!("/signed?request_id={id}")).await;
        assert_eq!(done.location, "/proposals/night-trains/supported");
    }
    assert_eq!(person.count().await, "1");
    country.close().await;
}

#[tokio::test]
async fn a_person_who_closes_the_window_after_signing_is_counted_all_the_same() {
    let country = Country::open().await;
    let mut person = Browser::new(&country);
    person.sign_in().await;
    person.order().await;
    country.houses.script().state = "delivered".to_owned();
    // The agency stops and starts; it looks after open statements as soon as it runs.
    let country = country.restart().await;
    let counted = async {
        while Browser::new(&country).count().await != "1" {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), counted).await.unwrap();
    country.close().await;
}

#[tokio::test]
async fn refused_and_expired_are_said_kindly_and_not_counted() {
    let country = Country::open().await;
    let mut person = Browser::new(&country);
    person.sign_in().await;
    for (state, heading) in [("refused", "You did not sign"), ("expired", "The time to sign is over")] {
        country.houses.script().state = "requested".to_owned();
        let id = person.order().await.location.rsplit('/').next().unwrap().to_owned();
        country.houses.script().state = state.to_owned();
        let told = person.get(&format!("/signed?request_id={id}")).await;
        assert_eq!(told.status, 200);
        assert!(told.text.contains(heading), "{}", told.text);
        // What has ended stays ended.
        country.houses.script().state = "delivered".to_owned();
        assert!(person.get(&format!("/signed?request_id={id}")).await.text.contains(heading));
    }
    assert_eq!(person.count().await, "0");
    country.close().await;
}

#[tokio::test]
async fn saying_no_at_the_provider_is_a_page_and_no_session() {
    let country = Country::open().await;
    let mut person = Browser::new(&country);
    country.houses.script().refuses = true;
    let told = person.sign_in().await;
    assert_eq!(told.status, 200);
    assert!(told.text.contains("You did not sign in"), "{}", told.text);
    assert!(person.get("/mine").await.location.starts_with("/sign-in"));
    country.close().await;
}

#[tokio::test]
async fn no_lie_of_the_provider_makes_a_session() {
    let country = Country::open().await;
    for lie in [
        Lie::OtherIssuer,
        Lie::NoIssuer,
        Lie::OtherNonce,
        Lie::OtherAudience,
        Lie::OtherKey,
        Lie::Expired,
        Lie::BearerToken,
        Lie::OtherPersonInUserinfo,
        Lie::AlwaysAnotherNonce,
    ] {
        country.lie(lie);
        let mut person = Browser::new(&country);
        let told = person.sign_in().await;
        assert_eq!(told.status, 502, "{lie:?}: {}", told.text);
        assert!(told.text.contains("Signing in does not work now"), "{lie:?}");
        assert!(person.get("/mine").await.location.starts_with("/sign-in"), "{lie:?}");
        // The honest provider beside the lie.
        country.lie(Lie::None);
        assert_eq!(person.sign_in().await.status, 303, "{lie:?}");
        assert_eq!(person.get("/mine").await.status, 200, "{lie:?}");
    }
    country.close().await;
}

#[tokio::test]
async fn a_response_counts_once_in_time_in_the_browser_that_asked() {
    let country = Country::open().await;
    let mut person = Browser::new(&country);
    let query = |away: &Answer| {
        let address = url::Url::parse(&away.location).unwrap();
        country.houses.authorize(&address.query_pairs().nth(1).unwrap().1)
    };

    // Another browser, and one without a cookie: the person's own attempt is not spent by them.
    let stolen = query(&person.get("/sign-in").await);
    let mut other = Browser::new(&country);
    assert_eq!(other.get(&format!("/callback?{stolen}")).await.status, 400);
    other.get("/sign-in").await;
    assert_eq!(other.get(&format!("/callback?{stolen}")).await.status, 400);
    assert_eq!(person.get(&format!("/callback?{stolen}")).await.status, 303);
    assert_eq!(person.get(&format!("/callback?{stolen}")).await.status, 400);

    // Another state.
    let mut person = Browser::new(&country);
    let changed = query(&person.get("/sign-in").await).replace("state=", "state=x");
    assert_eq!(person.get(&format!("/callback?{changed}")).await.status, 400);

    // Too late.
    let late = query(&person.get("/sign-in").await);
    country.seconds.fetch_add(35 * 60, Ordering::Relaxed);
    assert_eq!(person.get(&format!("/callback?{late}")).await.status, 400);
    country.close().await;
}

#[tokio::test]
async fn a_statement_is_sent_only_for_the_person_it_names() {
    let country = Country::open().await;
    let mut person = Browser::new(&country);
    person.sign_in().await;
    // Between sign-in and signing, someone else takes the chair at the provider.
    country.houses.script().subject = "tomas".to_owned();
    let told = person.order().await;
    assert_eq!(told.status, 403);
    assert!(told.text.contains("Another person is signed in"), "{}", told.text);
    country.close().await;
}

#[tokio::test]
async fn no_lie_of_the_signature_service_is_counted() {
    let country = Country::open().await;
    let mut person = Browser::new(&country);
    person.sign_in().await;
    country.lie(Lie::OtherSignUrl);
    assert_eq!(person.order().await.status, 502);

    for lie in [Lie::OtherDocument, Lie::BadSignature] {
        country.lie(lie);
        country.houses.script().state = "delivered".to_owned();
        let id = person.order().await.location.rsplit('/').next().unwrap().to_owned();
        let told = person.get(&format!("/signed?request_id={id}")).await;
        assert!(told.text.contains("We could not confirm the signature"), "{lie:?}: {}", told.text);
        assert_eq!(person.count().await, "0", "{lie:?}");
    }
    country.close().await;
}

#[tokio::test]
async fn signing_out_ends_the_session_here_and_goes_on_to_the_provider() {
    let country = Country::open().await;
    let mut person = Browser::new(&country);
    person.sign_in().await;
    let page = person.get("/mine").await;
    assert_eq!(person.post("/sign-out", "wrong").await.status, 400);
    assert_eq!(person.get("/mine").await.status, 200);
    let cookie = person.cookie.clone();
    let leave = person.post("/sign-out", &csrf(&page.text)).await;
    assert!(
        leave.text.contains(&format!("{}/logout?id_token_hint=", country.houses.issuer)),
        "{}",
        leave.text
    );
    assert!(leave.text.contains("post_logout_redirect_uri="));
    assert_eq!(person.cookie.as_deref(), Some("open-assembly="));
    // The old cookie is worth nothing.
    person.cookie = cookie;
    assert!(person.get("/mine").await.location.starts_with("/sign-in"));
    country.close().await;
}

#[tokio::test]
async fn pages_have_no_script_one_heading_and_a_strict_policy() {
    let country = Country::open().await;
    let mut person = Browser::new(&country);
    person.sign_in().await;
    for path in [
        "/",
        PROPOSAL,
        "/proposals/warm-meal",
        "/proposals/merrow-river/support",
        "/mine",
        "/signed-out",
        "/privacy",
        "/accessibility",
        "/contact",
        "/nowhere",
    ] {
        let page = person.get(path).await.text;
        assert_eq!(page.matches("<h1").count(), 1, "{path}");
        assert!(
            !page.contains("<script") && !page.contains(" style=") && !page.contains("javascript:"),
            "{path}"
        );
        assert!(
            page.contains("<html lang=\"en\" dir=\"ltr\">")
                && page.contains("<title>")
                && page.contains("<main id=\"main\"")
        );
    }
    let response = reqwest::get(&country.base).await.unwrap();
    let policy = response.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'self'; form-action 'self'"), "{policy}");
    country.close().await;
}
