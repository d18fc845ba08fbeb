//! The actors.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, Uri, header};
use der::asn1::{Null, OctetString, PrintableString};
use pki_core::assertion::{FLAG_UP, FLAG_UV};
use pki_core::bytes::{Id, write};
use pki_core::enrolment::software::{Post, SoftwareApprover};
use pki_core::enrolment::{
    Binding, Bundle, CertifiedName, CharterTbs, Disclosed, EnrolmentRecord, Field, FieldKind, FieldPart,
    OfficerGrant, RecordKind, SlipCode, Statement, StatementTbs, salted, sign_charter, sign_statement, tag,
};
use pki_core::feed::{
    Audience, Enrolled, Event, Follower, SignedFeedEntry, Status, StatusChange, StatusOrder, seal_entry,
};
use pki_core::issue::{AuthorityName, RootParams, Serial, root};
use pki_core::jose::dpop::{self, Making};
use pki_core::jose::jwk::PublicJwk;
use pki_core::jose::{base64url, from_base64url, jws};
use pki_core::key::{SigningKey, SoftKey, SystemRandom, random_id, sha256};
use pki_core::oid;
use pki_core::time::Instant;
use serde_json::{Value, json};
use service::clock::Clock as _;
use service::config::Folder;
use service::http::{Policy, dress};
use service::pass::Passes;
use service::skeleton::Env;
use service::testing::{FakeClock, Scratch};
use tower::ServiceExt as _;

use crate::app::{App, feed};
use crate::config::Config;
use crate::http::routes;

pub(super) const NOW: Instant = Instant::from_seconds(1_795_000_000);
pub(super) const IDP: &str = "http://localhost:8400";
pub(super) const SIGNER: &str = "http://localhost:8401";
pub(super) const PKI: &str = "http://localhost:8402";
pub(super) const CALLBACK: &str = "http://127.0.0.1:8403/callback";
pub(super) const SIGNER_CALLBACK: &str = "http://localhost:8401/callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn soft() -> SoftKey {
    SoftKey::generate_p256(&SystemRandom::new()).unwrap()
}

/// The registry as it answers over HTTP: what it would say, to whom shows a pass. It says nothing of itself.
pub(super) struct Line {
    says: Arc<Mutex<Vec<SignedFeedEntry>>>,
    url: String,
}

impl Line {
    async fn open(house: &SoftKey, clock: FakeClock) -> Self {
        let says = Arc::new(Mutex::new(Vec::<SignedFeedEntry>::new()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let peer = format!("name = \"idp\"\nrole = \"idp\"\nurl = \"{IDP}\"\njwk = '{}'", jwk(house));
        let passes = Passes::new("pki", Arc::new(soft()), &[toml::from_str(&peer).unwrap()]).unwrap();
        let (own, entries) = (url.clone(), Arc::clone(&says));
        let answer = move |uri: Uri, headers: HeaderMap| async move {
            let url = format!("{own}{uri}");
            let request =
                service::pass::Request { method: &Method::GET, url: &url, headers: &headers, body: b"" };
            if passes.check(&request, clock.now()).and_then(|caller| caller.must_be("idp")).is_err() {
                return (StatusCode::UNAUTHORIZED, Vec::new());
            }
            let after = uri.query().unwrap().strip_prefix("after=").unwrap().split('&').next().unwrap();
            let after: u64 = after.parse().unwrap();
            let all = entries.lock().unwrap();
            let next = all.iter().filter(|entry| {
                entry.entry.number > after || matches!(entry.entry.event, Event::Heartbeat(_))
            });
            let page: Vec<u8> = next.flat_map(write).collect();
            (if page.is_empty() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }, page)
        };
        let router = Router::new().route("/feed/idp", axum::routing::get(answer));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { says, url }
    }

    /// From now on the registry answers with this as well.
    pub(super) fn say(&self, entry: SignedFeedEntry) {
        self.says.lock().unwrap().push(entry);
    }
}

/// Registry, registrar and officer, and what they have told the identity provider.
pub(super) struct Registry {
    key: SoftKey,
    registrar: SoftwareApprover<SoftKey>,
    pub(super) officer: SoftwareApprover<SoftKey>,
    pub(super) follower: Follower,
    pub(super) epoch: Id,
}

/// A person with a passkey on a device of software.
pub(super) struct Person {
    pub(super) handle: Id,
    pub(super) signer_handle: Id,
    pub(super) name: &'static str,
    pub(super) device: Device,
    pub(super) statement: Option<Statement>,
}

/// What a test may change in an answer.
pub(super) struct Device {
    key: SoftKey,
    pub(super) credential_id: Vec<u8>,
    pub(super) user_handle: Vec<u8>,
    pub(super) flags: u8,
    pub(super) origin: String,
}

/// A running identity provider.
pub(super) struct World {
    _scratch: Scratch,
    pub(super) clock: FakeClock,
    pub(super) app: Arc<App>,
    pub(super) router: Router,
    pub(super) registry: Registry,
    pub(super) line: Line,
    pub(super) agency: Client,
    pub(super) signer: Client,
    pub(super) ana: Person,
    pub(super) omar: Person,
}

/// A registered client with its keys.
pub(super) struct Client {
    pub(super) id: &'static str,
    pub(super) key: SoftKey,
    pub(super) dpop: SoftKey,
}

/// An answer, read to the end.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

/// A browser: its cookies, and nothing else.
#[derive(Clone, Default)]
pub(super) struct Browser {
    pub(super) cookies: BTreeMap<String, String>,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(super) fn error(&self) -> String {
        self.json()["error"].as_str().unwrap().to_owned()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The value of a hidden input; the last one of that name.
    pub(super) fn input(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        self.text.rsplit(&start).next().unwrap().split('"').next().unwrap().to_owned()
    }

    /// Where the browser goes on: a redirect, or a page that leads away.
    pub(super) fn leads_to(&self) -> String {
        match self.header("location") {
            Some(location) => location.to_owned(),
            None => {
                let (_, rest) =
                    self.text.split_once("http-equiv=\"refresh\" content=\"0;url=").expect(&self.text);
                rest.split('"').next().unwrap().replace("&#38;", "&")
            }
        }
    }

    /// A parameter of the address where the browser goes on.
    pub(super) fn brings(&self, name: &str) -> Option<String> {
        let url = url::Url::parse(&self.leads_to()).unwrap();
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// The passkey options of the page.
    pub(super) fn challenge(&self) -> Vec<u8> {
        let options = self.text.split("data-options=\"").nth(1).unwrap().split('"').next().unwrap();
        let options: Value = serde_json::from_str(&options.replace("&#34;", "\"")).unwrap();
        from_base64url(options["publicKey"]["challenge"].as_str().unwrap()).unwrap()
    }
}

fn secret(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

fn jwk(key: &SoftKey) -> String {
    PublicJwk::of(key.public_key()).unwrap().to_json().to_string()
}

fn approver(desk: &str) -> SoftwareApprover<SoftKey> {
    let random = SystemRandom::new();
    let post = Post {
        officer: random_id(&random).unwrap(),
        desk: desk.to_owned(),
        origin: PKI.to_owned(),
        rp_id: "localhost".to_owned(),
        not_before: NOW.plus_seconds(-90_000),
        not_after: NOW.plus_seconds(300 * 86_400),
    };
    SoftwareApprover::new(soft(), post).unwrap()
}

impl Registry {
    fn found() -> (Self, Vec<u8>) {
        let random = SystemRandom::new();
        let (root_key, key, registrar) = (SoftKey::generate_p384().unwrap(), soft(), approver("Registrar"));
        let params = RootParams {
            serial: Serial::generate(&random).unwrap(),
            not_before: NOW.plus_seconds(-90_000),
            life_seconds: 20 * 365 * 86_400,
            name: AuthorityName {
                country: "XX".to_owned(),
                organization: "Republic of Velmara SANDBOX".to_owned(),
                organization_identifier: None,
                common: "Root".to_owned(),
            },
        };
        let certificate = root(&params, &root_key).unwrap();
        let tbs = CharterTbs {
            version: 1,
            serial: 1,
            not_before: NOW.plus_seconds(-90_000).generalized(),
            not_after: NOW.plus_seconds(365 * 86_400).generalized(),
            sandbox: true,
            rp_id: "localhost".to_owned(),
            origins: vec![IDP.to_owned(), SIGNER.to_owned(), PKI.to_owned()],
            registry_keys: vec![key.public_key().info().unwrap()],
            registrars: vec![registrar.officer().clone()],
        };
        let charter = sign_charter(tbs, &root_key).unwrap();
        let root: x509_cert::Certificate = pki_core::bytes::read("Certificate", certificate.der()).unwrap();
        let bundle = write(&Bundle { root, charter });
        let epoch = random_id(&random).unwrap();
        (Self { key, registrar, officer: approver("Town hall"), follower: Follower::new(), epoch }, bundle)
    }

    /// The next entry of the feed.
    pub(super) fn entry(&mut self, at: Instant, event: Event) -> SignedFeedEntry {
        let beats = matches!(event, Event::Heartbeat(_));
        let entry = self.follower.next_entry(self.epoch, Audience::Idp, at, event);
        let signed = seal_entry(entry, &self.key).unwrap();
        if !beats {
            self.follower = self.follower.after(&signed);
        }
        signed
    }

    pub(super) fn officer_entry(&mut self) -> SignedFeedEntry {
        let officer = self.officer.officer().clone();
        let approvals = vec![self.registrar.approve(tag::OFFICER, &write(&officer)).unwrap()];
        self.entry(NOW, Event::Officer(OfficerGrant { officer, approvals }))
    }

    pub(super) fn enrol(&mut self, person: &mut Person) -> SignedFeedEntry {
        let statement = self.statement(person, RecordKind::New, None);
        person.statement = Some(statement.clone());
        let disclosed = fields(person).iter().map(|field| field.to_octets().unwrap()).collect();
        let enrolled = Enrolled {
            handle: person.handle,
            statement,
            disclosed,
            signer_handle: Some(person.signer_handle),
        };
        self.entry(NOW, Event::Enrolled(enrolled))
    }

    pub(super) fn statement(
        &self,
        person: &Person,
        kind: RecordKind,
        supersedes: Option<pki_core::bytes::Hash>,
    ) -> Statement {
        let record = EnrolmentRecord {
            version: 1,
            kind,
            record_id: random_id(&SystemRandom::new()).unwrap(),
            policy: oid::PROOFING_SANDBOX,
            threshold: 1,
            sandbox: true,
            rp_id: "localhost".to_owned(),
            signing_origin: SIGNER.to_owned(),
            certified_name: CertifiedName { common: person.name.to_owned(), given: None, family: None },
            fields: fields(person).iter().map(Disclosed::commitment).collect(),
            slip: SlipCode::parse("0000-0000-0000-0000").unwrap().hash(),
            created: NOW.plus_seconds(-600).generalized(),
            supersedes,
        };
        let approvals = vec![self.officer.approve(tag::APPROVE, &write(&record)).unwrap()];
        let tbs = StatementTbs {
            version: 1,
            record,
            approvals,
            credential_id: OctetString::new(person.device.credential_id.clone()).unwrap(),
            public_key: person.device.key.public_key().info().unwrap(),
            flags: person.device.flags,
            binding: Binding::Slip,
            created: NOW.plus_seconds(-500).generalized(),
        };
        sign_statement(tbs, Vec::new(), &self.key).unwrap()
    }

    pub(super) fn order(&mut self, person: &Person, status: Status) -> SignedFeedEntry {
        let order = StatusOrder {
            version: 1,
            order_id: random_id(&SystemRandom::new()).unwrap(),
            statement: person.statement.as_ref().unwrap().hash(),
            status,
            created: NOW.generalized(),
        };
        let approvals = vec![self.officer.approve(tag::STATUS, &write(&order)).unwrap()];
        self.entry(NOW, Event::Status(StatusChange { handle: person.handle, order, approvals }))
    }
}

// The salts are the same each time, so that the commitments of a record fit.
fn fields(person: &Person) -> Vec<Disclosed> {
    let field = |part, script, value: &str| Field {
        part,
        kind: FieldKind::Official,
        script: PrintableString::new(script).unwrap(),
        value: value.to_owned(),
    };
    let fields =
        vec![field(FieldPart::BirthDate, "Zyyy", "1987-03-14"), field(FieldPart::Given, "Latn", person.name)];
    salted(fields, &service::testing::SeededRandom::new(7)).unwrap()
}

impl Person {
    pub(super) fn new(name: &'static str) -> Self {
        let random = SystemRandom::new();
        let handle = random_id(&random).unwrap();
        let device = Device::new(handle);
        Self { handle, signer_handle: random_id(&random).unwrap(), name, device, statement: None }
    }
}

impl Device {
    pub(super) fn new(handle: Id) -> Self {
        let key = soft();
        Self {
            credential_id: sha256(key.public_key().spki()).as_bytes().to_vec(),
            key,
            user_handle: handle.as_bytes().to_vec(),
            flags: FLAG_UP | FLAG_UV,
            origin: IDP.to_owned(),
        }
    }

    /// What the browser's script posts.
    pub(super) fn answer(&self, challenge: &[u8]) -> String {
        let client_data = json!({
            "type": "webauthn.get", "challenge": base64url(challenge), "origin": self.origin, "crossOrigin": false,
        })
        .to_string();
        let mut data = sha256(b"localhost").as_bytes().to_vec();
        data.push(self.flags);
        data.extend([0u8; 4]);
        let message = [data.as_slice(), sha256(client_data.as_bytes()).as_bytes()].concat();
        let id = base64url(&self.credential_id);
        json!({
            "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": base64url(client_data.as_bytes()),
                "authenticatorData": base64url(&data),
                "signature": base64url(self.key.sign(&message).unwrap().der()),
                "userHandle": base64url(&self.user_handle),
            },
        })
        .to_string()
    }
}

impl Client {
    fn new(id: &'static str) -> Self {
        Self { id, key: soft(), dpop: soft() }
    }

    /// The two parameters of `private_key_jwt`.
    pub(super) fn assertion(&self, now: Instant) -> Vec<(&'static str, String)> {
        let claims = json!({
            "iss": self.id, "sub": self.id, "aud": IDP, "iat": now.seconds(), "exp": now.seconds() + 60,
            "jti": random_id(&SystemRandom::new()).unwrap().hex(),
        });
        let token = jws::sign(&self.key, "k", None, claims.to_string().as_bytes()).unwrap();
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        vec![("client_assertion_type", kind.to_owned()), ("client_assertion", token)]
    }

    pub(super) fn proof(&self, making: &Making<'_>) -> String {
        dpop::make(&self.dpop, &SystemRandom::new(), making).unwrap()
    }
}

pub(super) fn encoded(pairs: &[(&str, String)]) -> String {
    let mut out = url::form_urlencoded::Serializer::new(String::new());
    out.extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()));
    out.finish()
}

impl World {
    /// A country with one officer and two people, told to the identity provider.
    pub(super) async fn new() -> Self {
        let mut world = Self::empty().await;
        let entries = vec![
            world.registry.officer_entry(),
            world.registry.enrol(&mut world.ana),
            world.registry.enrol(&mut world.omar),
        ];
        for entry in entries {
            world.tell(&entry).await.unwrap();
        }
        world
    }

    /// A country whose registry has said nothing yet.
    pub(super) async fn empty() -> Self {
        let scratch = Scratch::new().unwrap();
        let (registry, bundle) = Registry::found();
        let (agency, signer) = (Client::new("open-assembly"), Client::new("signer"));
        let dir = scratch.path();
        std::fs::write(dir.join("bundle.der"), bundle).unwrap();
        secret(&dir.join("token.der"), soft().pkcs8());
        let house = soft();
        secret(&dir.join("house.der"), house.pkcs8());
        let clock = FakeClock::at(NOW);
        let line = Line::open(&house, clock.clone()).await;
        secret(&dir.join("cookie.key"), &[1; 32]);
        secret(&dir.join("pairwise.key"), &[2; 32]);
        let text = format!(
            r#"
[service]
base_url = "{IDP}"
listen = "127.0.0.1:0"
data = "."
[database]
url = "{database}"
[trust]
bundle = "bundle.der"
[keys]
token = "token.der"
cookie = "cookie.key"
pairwise = "pairwise.key"
house = "house.der"
[[peer]]
name = "pki"
role = "pki"
url = "{registry}"
jwk = '{peer}'
[[client]]
id = "signer"
name = "Signing service"
role = "signer"
profile = "fapi2"
redirect_uris = ["{SIGNER_CALLBACK}"]
scope = "openid"
resource = "{SIGNER}"
jwk = '{signer_jwk}'
[[client]]
id = "open-assembly"
name = "Open Assembly"
lang = "en"
role = "agency"
profile = "fapi2"
redirect_uris = ["{CALLBACK}"]
post_logout_redirect_uris = ["http://127.0.0.1:8403/signed-out"]
scope = "openid profile sign"
law = "Citizens' Initiatives Act, section 4"
parent = "Parliament of Velmara"
purpose = "So that each person supports a proposal once."
home = "http://127.0.0.1:8403/"
claims = ["name", "birthdate"]
jwk = '{agency_jwk}'
[client.in.ar]
name = "المجلس المفتوح"
parent = "برلمان فيلمارا"
purpose = "حتى يدعم كل شخص الاقتراح مرة واحدة فقط."
law = "قانون المبادرات، المادة 4"
"#,
            database = service::db::sqlite_url(&dir.join("idp.db")),
            registry = line.url,
            peer = jwk(&soft()),
            signer_jwk = jwk(&signer.key),
            agency_jwk = jwk(&agency.key),
        );
        std::fs::write(dir.join("idp.toml"), text).unwrap();
        let config = Config::read(&dir.join("idp.toml")).unwrap();
        assert_eq!(config.folder, Folder::new(dir.to_path_buf()));
        let env = Env { clock: Arc::new(clock.clone()), random: Arc::new(SystemRandom::new()) };
        let app = Arc::new(crate::build(&config, &env).await.unwrap());
        let front = crate::front(&config, Arc::clone(&app)).unwrap();
        let policy =
            Policy { base_url: config.file.service.base_url.clone(), random: Arc::clone(&env.random) };
        let router = dress(routes::router(front), &policy);
        let (ana, omar) = (Person::new("Ana Lima"), Person::new("Omar Haddad"));
        Self { _scratch: scratch, clock, app, router, registry, line, agency, signer, ana, omar }
    }

    pub(super) fn now(&self) -> Instant {
        self.app.now()
    }

    /// The registry says something.
    pub(super) async fn tell(&self, entry: &SignedFeedEntry) -> Result<(), feed::FollowError> {
        let position = self.app.store.position().await?;
        feed::apply(&self.app, &position, entry).await.map(|_| ())
    }

    /// Time passes, and the registry is heard.
    pub(super) async fn pass(&mut self, seconds: i64) {
        self.clock.advance(seconds);
        let beat = self.registry.entry(self.now(), Event::Heartbeat(Null));
        self.tell(&beat).await.unwrap();
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// A program posts a form.
    pub(super) async fn post(&self, path: &str, pairs: &[(&str, String)], proof: Option<&str>) -> Answer {
        let mut request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(proof) = proof {
            request = request.header("DPoP", proof);
        }
        self.send(request.body(Body::from(encoded(pairs))).unwrap()).await
    }

    /// A browser opens an address.
    pub(super) async fn open(&self, browser: &mut Browser, address: &str) -> Answer {
        self.browse(browser, Request::get(address), String::new()).await
    }

    /// A browser sends a form of one of our pages.
    pub(super) async fn submit(&self, browser: &mut Browser, path: &str, pairs: &[(&str, String)]) -> Answer {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, "null")
            .header("sec-fetch-site", "same-origin");
        self.browse(browser, request, encoded(pairs)).await
    }

    async fn browse(
        &self,
        browser: &mut Browser,
        request: axum::http::request::Builder,
        body: String,
    ) -> Answer {
        let cookies: Vec<String> =
            browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(header::COOKIE, cookies.join("; "));
        let answer = self.send(request.body(Body::from(body)).unwrap()).await;
        for set in answer.headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().unwrap();
            assert!(
                set.ends_with("SameSite=Lax; Max-Age=0")
                    || set.contains("; Path=/; Secure; HttpOnly; SameSite=Lax"),
                "{set}"
            );
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            browser.cookies.insert(name.to_owned(), value.to_owned());
            browser.cookies.retain(|_, value| !value.is_empty());
        }
        answer
    }

    /// A client pushes a request; a parameter changed to "" is left out.
    pub(super) async fn push(&self, client: &Client, changes: &[(&'static str, &str)]) -> Answer {
        let redirect = if client.id == "signer" { SIGNER_CALLBACK } else { CALLBACK };
        let mut pairs: Vec<(&str, String)> = [
            ("response_type", "code"),
            ("redirect_uri", redirect),
            ("scope", if client.id == "signer" { "openid" } else { "openid profile" }),
            ("state", "s-1"),
            ("nonce", "n-1"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]
        .into_iter()
        .filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name))
        .map(|(name, value)| (name, value.to_owned()))
        .collect();
        pairs.extend(changes.iter().map(|(name, value)| (*name, (*value).to_owned())));
        pairs.extend(client.assertion(self.now()));
        self.post("/par", &pairs, None).await
    }

    /// Pushes, and gives the address for the browser.
    pub(super) async fn begin(&self, client: &Client, changes: &[(&'static str, &str)]) -> String {
        let pushed = self.push(client, changes).await;
        assert_eq!(pushed.status, StatusCode::CREATED, "{}", pushed.text);
        let uri = pushed.json()["request_uri"].as_str().unwrap().to_owned();
        format!("/authorize?{}", encoded(&[("client_id", client.id.to_owned()), ("request_uri", uri)]))
    }

    /// The person answers the sign-in page.
    pub(super) async fn sign_in(&self, browser: &mut Browser, page: &Answer, device: &Device) -> Answer {
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        let form = [
            ("csrf", page.input("csrf")),
            ("transaction", page.input("transaction")),
            ("credential", device.answer(&page.challenge())),
        ];
        self.submit(browser, "/sign-in", &form).await
    }

    /// The person decides on the consent page.
    pub(super) async fn decide(&self, browser: &mut Browser, page: &Answer, decision: &str) -> Answer {
        let form = [
            ("csrf", page.input("csrf")),
            ("transaction", page.input("transaction")),
            ("decision", decision.to_owned()),
        ];
        self.submit(browser, "/consent", &form).await
    }

    /// The whole way of a person to an agency's code.
    pub(super) async fn code(
        &self,
        browser: &mut Browser,
        person: &Person,
        changes: &[(&'static str, &str)],
    ) -> String {
        let address = self.begin(&self.agency, changes).await;
        let page = self.open(browser, &address).await;
        let signed_in = self.sign_in(browser, &page, &person.device).await;
        let asked = if signed_in.status == StatusCode::SEE_OTHER {
            self.open(browser, &signed_in.leads_to()).await
        } else {
            signed_in
        };
        let left = if asked.text.contains("http-equiv") {
            asked
        } else {
            self.decide(browser, &asked, "accept").await
        };
        left.brings("code").expect("a code")
    }

    /// A token request with a good proof; the form is given.
    pub(super) async fn token(&self, client: &Client, pairs: &[(&str, String)]) -> Answer {
        let nonce = self.app.nonces.current(self.now());
        let uri = format!("{IDP}/token");
        let making =
            Making { method: "POST", uri: &uri, access_token: None, nonce: Some(&nonce), now: self.now() };
        self.post("/token", pairs, Some(&client.proof(&making))).await
    }

    /// The form that redeems a code.
    pub(super) fn redemption(&self, client: &Client, code: &str) -> Vec<(&'static str, String)> {
        let redirect = if client.id == "signer" { SIGNER_CALLBACK } else { CALLBACK };
        let mut pairs = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.to_owned()),
            ("redirect_uri", redirect.to_owned()),
            ("code_verifier", VERIFIER.to_owned()),
        ];
        pairs.extend(client.assertion(self.now()));
        pairs
    }

    pub(super) async fn redeem(&self, client: &Client, code: &str) -> Answer {
        self.token(client, &self.redemption(client, code)).await
    }

    pub(super) async fn userinfo(&self, client: &Client, token: &str) -> Answer {
        let nonce = self.app.nonces.current(self.now());
        let uri = format!("{IDP}/userinfo");
        let making = Making {
            method: "GET",
            uri: &uri,
            access_token: Some(token),
            nonce: Some(&nonce),
            now: self.now(),
        };
        let request = Request::get("/userinfo")
            .header(header::AUTHORIZATION, format!("DPoP {token}"))
            .header("DPoP", client.proof(&making));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(super) async fn introspect(&self, client: &Client, token: &str) -> Answer {
        let mut pairs = vec![("token", token.to_owned())];
        pairs.extend(client.assertion(self.now()));
        self.post("/introspect", &pairs, None).await
    }

    /// The claims of an ID token that verifies under a published key.
    pub(super) async fn id_token(&self, answer: &Answer) -> Value {
        let keys = self.send(Request::get("/jwks").body(Body::empty()).unwrap()).await.json();
        let key = PublicJwk::parse(&keys["keys"][0].to_string()).unwrap();
        let token = jws::Unverified::parse(answer.json()["id_token"].as_str().unwrap()).unwrap();
        assert_eq!(token.unverified_header().kid.as_deref(), key.kid());
        let verified = token.verify(key.public_key(), jws::Typ::AbsentOr(&[])).unwrap();
        serde_json::from_slice(verified.payload()).unwrap()
    }
}
