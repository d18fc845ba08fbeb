//! A country around one signing house: authorities, a person with a passkey, an agency; and a stand-in for the other two
//! houses on one port, which answers as they do and can be told to fail.

use std::sync::{Arc, Mutex, OnceLock};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use der::asn1::OctetString;
use pki_core::act::{Abandonment, CertificateRequest, challenge};
use pki_core::bytes::{Hash, Id, read, write};
use pki_core::enrolment::software::{Post, SoftwareApprover};
use pki_core::enrolment::{
    Binding, Bundle, CertifiedName, CharterTbs, EnrolmentRecord, OfficerGrant, RecordKind, Statement,
    StatementTbs, sign_charter, sign_statement, tag,
};
use pki_core::feed::{Audience, Enrolled, Event, Follower, Status, StatusChange, StatusOrder, seal_entry};
use pki_core::issue::{self, AuthorityName, CrlParams, Issuer, PersonName, Purpose, Scope, Serial};
use pki_core::jose::base64url;
use pki_core::jose::jwk::thumbprint;
use pki_core::key::{PublicKey, SigningKey, SoftKey, SystemRandom, sha256};
use pki_core::oid;
use pki_core::time::Instant;
use pki_core::tsp::{self, Unit};
use pki_core::x509::Certificate;
use serde_json::json;
use service::clock::Clock as _;
use service::skeleton::Running;
use service::testing::FakeClock;

pub(super) const NOW: Instant = Instant::from_seconds(1_795_000_000);
pub(super) const SIGNER: &str = "http://localhost:8401";
pub(super) const AGENCY: &str = "open-assembly";
pub(super) const HANDLE: Id = Id::new([1; 16]);
/// A token that Ana gave the agency, and one of the agency itself.
pub(super) const PERSONS_TOKEN: &str = "persons-token";
pub(super) const MACHINE_TOKEN: &str = "machine-token";
const YEAR: i64 = 365 * 86_400;

pub(super) fn key() -> SoftKey {
    SoftKey::generate_p256(&SystemRandom::new()).unwrap()
}

fn serial() -> Serial {
    Serial::generate(&SystemRandom::new()).unwrap()
}

struct Authority {
    key: SoftKey,
    certificate: Certificate,
}

impl Authority {
    fn issuer(&self) -> Issuer<'_> {
        Issuer::new(&self.certificate, &self.key).unwrap()
    }
}

fn name(common: &str) -> AuthorityName {
    AuthorityName {
        country: "XX".to_owned(),
        organization: "Republic of Velmara SANDBOX".to_owned(),
        organization_identifier: None,
        common: common.to_owned(),
    }
}

/// What the stand-in is told to do.
#[derive(Default)]
pub(super) struct Dials {
    pub(super) no_certificates: bool,
    pub(super) suspended: bool,
    pub(super) no_stamps: bool,
    pub(super) no_lists: bool,
}

struct Issued {
    challenge: Hash,
    attempt: u8,
    body: Vec<u8>,
    certificate: Certificate,
    abandoned: bool,
}

/// The other two houses.
pub(super) struct Elsewhere {
    url: String,
    clock: FakeClock,
    root: Authority,
    one_signature: Authority,
    stamping: Authority,
    unit: Authority,
    registry: SoftKey,
    officer: SoftwareApprover<SoftKey>,
    grant: OfficerGrant,
    pub(super) ana: SoftwareApprover<SoftKey>,
    statement: Statement,
    pub(super) bundle: Vec<u8>,
    pub(super) bound_to: PublicKey,
    pub(super) dials: Mutex<Dials>,
    issued: Mutex<Vec<Issued>>,
    feed: Mutex<(Follower, Vec<Vec<u8>>)>,
}

fn post_at(seed: u8, desk: &str, origin: &str) -> Post {
    Post {
        officer: Id::new([seed; 16]),
        desk: desk.to_owned(),
        origin: origin.to_owned(),
        rp_id: "localhost".to_owned(),
        not_before: NOW.plus_seconds(-9000 + i64::from(seed)),
        not_after: NOW.plus_seconds(YEAR),
    }
}

impl Elsewhere {
    /// Starts the stand-in and founds the country at its address.
    pub(super) async fn start(clock: FakeClock, bound_to: PublicKey) -> (Running, Arc<Self>) {
        let place: Arc<OnceLock<Arc<Self>>> = Arc::default();
        let running = Running::start("127.0.0.1:0", router(Arc::clone(&place))).await.unwrap();
        let founded =
            Arc::new(Self::found(format!("http://localhost:{}", running.addr.port()), clock, bound_to));
        assert!(place.set(Arc::clone(&founded)).is_ok());
        (running, founded)
    }

    fn found(url: String, clock: FakeClock, bound_to: PublicKey) -> Self {
        let root_key = key();
        let params = issue::RootParams {
            serial: serial(),
            not_before: NOW.plus_seconds(-90_000),
            life_seconds: 20 * YEAR,
            name: name("Velmara Root"),
        };
        let root = Authority { certificate: issue::root(&params, &root_key).unwrap(), key: root_key };
        let one_signature = authority(&root, &url, "One-signature authority", Purpose::OneSignature);
        let stamping = authority(&root, &url, "Time-stamp authority", Purpose::TimeStamp);
        let unit = unit(&stamping, &url);
        let (registry, registrar) =
            (key(), SoftwareApprover::new(key(), post_at(1, "Registrar", &url)).unwrap());
        let officer = SoftwareApprover::new(key(), post_at(2, "Desk", &url)).unwrap();
        let ana = SoftwareApprover::new(key(), post_at(3, "Ana", SIGNER)).unwrap();
        let tbs = CharterTbs {
            version: 1,
            serial: 1,
            not_before: NOW.plus_seconds(-9000).generalized(),
            not_after: NOW.plus_seconds(YEAR).generalized(),
            sandbox: true,
            rp_id: "localhost".to_owned(),
            origins: vec![SIGNER.to_owned(), url.clone()],
            registry_keys: vec![registry.public_key().info().unwrap()],
            registrars: vec![registrar.officer().clone()],
        };
        let charter = sign_charter(tbs, &root.key).unwrap();
        let approvals = vec![registrar.approve(tag::OFFICER, &write(officer.officer())).unwrap()];
        let grant = OfficerGrant { officer: officer.officer().clone(), approvals };
        let statement = statement(&registry, &officer, &ana);
        let root_typed: x509_cert::Certificate = read("root", root.certificate.der()).unwrap();
        let country = Self {
            bundle: write(&Bundle { root: root_typed, charter }),
            url,
            clock,
            root,
            one_signature,
            stamping,
            unit,
            registry,
            officer,
            grant,
            ana,
            statement,
            bound_to,
            dials: Mutex::default(),
            issued: Mutex::default(),
            feed: Mutex::new((Follower::new(), Vec::new())),
        };
        country.tell(Event::Officer(country.grant.clone()));
        country.tell(Event::Enrolled(Enrolled {
            handle: HANDLE,
            statement: country.statement.clone(),
            disclosed: Vec::new(),
            signer_handle: None,
        }));
        country
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn root(&self) -> &Certificate {
        &self.root.certificate
    }

    fn tell(&self, event: Event) {
        let mut feed = self.feed.lock().unwrap();
        let entry = feed.0.next_entry(Id::new([7; 16]), Audience::Signer, self.clock.now(), event);
        let signed = seal_entry(entry, &self.registry).unwrap();
        feed.0 = feed.0.after(&signed);
        feed.1.push(write(&signed));
    }

    /// The registry enrols somebody under the handle that Ana has already.
    pub(super) fn enrol_over_ana(&self) {
        let other = SoftwareApprover::new(key(), post_at(4, "Somebody", SIGNER)).unwrap();
        self.tell(Event::Enrolled(Enrolled {
            handle: HANDLE,
            statement: statement(&self.registry, &self.officer, &other),
            disclosed: Vec::new(),
            signer_handle: None,
        }));
    }

    /// An officer orders a status for Ana.
    pub(super) fn order(&self, status: Status) {
        let order = StatusOrder {
            version: 1,
            order_id: Id::new([8; 16]),
            statement: self.statement.hash(),
            status,
            created: self.clock.now().generalized(),
        };
        let approvals = vec![self.officer.approve(tag::STATUS, &write(&order)).unwrap()];
        self.tell(Event::Status(StatusChange { handle: HANDLE, order, approvals }));
    }

    /// Attempt and whether it was abandoned, for each certificate, oldest first.
    pub(super) fn certificates(&self) -> Vec<(u8, bool)> {
        self.issued.lock().unwrap().iter().map(|issued| (issued.attempt, issued.abandoned)).collect()
    }

    fn certify(&self, body: &[u8]) -> Response {
        if self.dials.lock().unwrap().suspended {
            return problem(StatusCode::FORBIDDEN, "suspended", "");
        }
        let request: CertificateRequest = read("CertificateRequest", body).unwrap();
        let challenge = challenge(&request.request);
        let mut issued = self.issued.lock().unwrap();
        let before = issued.iter().find(|one| one.challenge == challenge && one.attempt == request.attempt);
        if let Some(before) = before {
            return if before.body == body && !before.abandoned {
                before.certificate.der().to_vec().into_response()
            } else {
                let serial = before
                    .certificate
                    .serial()
                    .iter()
                    .map(|octet| format!("{octet:02x}"))
                    .collect::<String>();
                problem(StatusCode::CONFLICT, "approval-used", &serial)
            };
        }
        let certified = &self.statement.tbs.record.certified_name;
        let params = issue::OneSignatureParams {
            serial: serial(),
            not_before: Instant::from_generalized(&request.signing_time),
            life_seconds: 900,
            name: PersonName {
                country: "XX".to_owned(),
                family: certified.family.clone(),
                given: certified.given.clone(),
                serial_number: issue::random_subject_serial(&SystemRandom::new()).unwrap(),
                common: certified.common.clone(),
            },
            public_key: PublicKey::from_spki(&write(&request.public_key)).unwrap(),
            data_tbs_hash: request.data_tbs_hash,
            aia_url: format!("{}/aia/one-signature.cer", self.url),
            sandbox: true,
        };
        let certificate = issue::one_signature(&params, self.one_signature.issuer()).unwrap();
        let der = certificate.der().to_vec();
        let attempt = request.attempt;
        issued.push(Issued { challenge, attempt, body: body.to_vec(), certificate, abandoned: false });
        der.into_response()
    }

    fn abandon(&self, body: &[u8]) -> Response {
        let abandonment: Abandonment = read("Abandonment", body).unwrap();
        let mut issued = self.issued.lock().unwrap();
        let found = issued.iter_mut().find(|one| one.certificate.serial() == abandonment.serial.as_bytes());
        found.unwrap().abandoned = true;
        StatusCode::NO_CONTENT.into_response()
    }

    fn stamp(&self, body: &[u8]) -> Vec<u8> {
        let chain = [self.stamping.certificate.clone()];
        let unit = Unit::new(&self.unit.certificate, &self.unit.key, &chain, 500).unwrap();
        tsp::respond(body, &unit, serial(), self.clock.now()).response
    }

    fn list(&self, file: &str) -> Vec<u8> {
        let (authority, scope) = match file {
            "root.crl" => (&self.root, Scope::Authorities),
            _ => (&self.stamping, Scope::EndEntities),
        };
        let params = CrlParams {
            this_update: NOW.plus_seconds(-60),
            next_update: NOW.plus_seconds(86_400),
            number: 1,
            distribution_point: Some((format!("{}/crl/{file}", self.url), scope)),
            revoked: Vec::new(),
        };
        issue::crl(&params, authority.issuer()).unwrap().der().to_vec()
    }

    fn introspect(&self, token: &str) -> serde_json::Value {
        let sub = match token {
            PERSONS_TOKEN => Some(HANDLE.hex()),
            MACHINE_TOKEN => None,
            _ => return json!({ "active": false }),
        };
        let jkt = base64url(thumbprint(&self.bound_to).unwrap().as_bytes());
        let mut answer = json!({ "active": true, "client_id": AGENCY, "aud": SIGNER, "scope": "sign", "cnf": { "jkt": jkt } });
        if let Some(sub) = sub {
            answer.as_object_mut().unwrap().insert("sub".to_owned(), sub.into());
        }
        answer
    }
}

fn authority(root: &Authority, url: &str, common: &str, purpose: Purpose) -> Authority {
    let key = key();
    let params = issue::IssuingCaParams {
        serial: serial(),
        not_before: NOW.plus_seconds(-80_000),
        life_seconds: 10 * YEAR,
        name: name(common),
        purpose,
        public_key: key.public_key().clone(),
        aia_url: format!("{url}/aia/root.cer"),
        crl_url: format!("{url}/crl/root.crl"),
    };
    Authority { certificate: issue::issuing_ca(&params, root.issuer()).unwrap(), key }
}

fn unit(stamping: &Authority, url: &str) -> Authority {
    let key = key();
    let params = issue::TimeStampUnitParams {
        serial: serial(),
        not_before: NOW.plus_seconds(-70_000),
        life_seconds: 5 * YEAR,
        key_use_seconds: YEAR,
        name: name("Time-stamp unit 1"),
        public_key: key.public_key().clone(),
        aia_url: format!("{url}/aia/tsa.cer"),
        crl_url: format!("{url}/crl/tsa.crl"),
        sandbox: true,
    };
    Authority { certificate: issue::time_stamp_unit(&params, stamping.issuer()).unwrap(), key }
}

fn statement(
    registry: &SoftKey,
    officer: &SoftwareApprover<SoftKey>,
    ana: &SoftwareApprover<SoftKey>,
) -> Statement {
    let record = EnrolmentRecord {
        version: 1,
        kind: RecordKind::New,
        record_id: Id::new([6; 16]),
        policy: oid::PROOFING_SANDBOX,
        threshold: 1,
        sandbox: true,
        rp_id: "localhost".to_owned(),
        signing_origin: SIGNER.to_owned(),
        certified_name: CertifiedName {
            common: "Ana Vidal".to_owned(),
            given: Some("Ana".to_owned()),
            family: Some("Vidal".to_owned()),
        },
        fields: vec![sha256(b"field")],
        slip: sha256(b"slip"),
        created: NOW.plus_seconds(-100).generalized(),
        supersedes: None,
    };
    let approvals = vec![officer.approve(tag::APPROVE, &write(&record)).unwrap()];
    let tbs = StatementTbs {
        version: 1,
        record,
        approvals,
        credential_id: OctetString::new(ana.officer().credential_id.as_bytes()).unwrap(),
        public_key: ana.officer().public_key.clone(),
        flags: 5,
        binding: Binding::Slip,
        created: NOW.plus_seconds(-90).generalized(),
    };
    sign_statement(tbs, Vec::new(), registry).unwrap()
}

fn problem(status: StatusCode, kind: &str, detail: &str) -> Response {
    (status, json!({ "type": kind, "detail": detail }).to_string()).into_response()
}

type Place = Arc<OnceLock<Arc<Elsewhere>>>;

fn router(place: Place) -> Router {
    let of = |place: &Place| Arc::clone(place.get().unwrap());
    let down = || StatusCode::SERVICE_UNAVAILABLE.into_response();
    Router::new()
        .route("/.well-known/openid-configuration", get(move |State(place): State<Place>| async move {
            let url = of(&place).url.clone();
            let at = |path: &str| format!("{url}{path}");
            json!({ "issuer": url, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
                "pushed_authorization_request_endpoint": at("/par"), "introspection_endpoint": at("/introspect"),
                "jwks_uri": at("/jwks") })
            .to_string()
        }))
        .route("/par", post(|| async { (StatusCode::CREATED, r#"{"request_uri":"urn:x:1","expires_in":60}"#) }))
        .route("/introspect", post(move |State(place): State<Place>, body: String| async move {
            let token = body.split('&').find_map(|pair| pair.strip_prefix("token=")).unwrap().to_owned();
            of(&place).introspect(&token).to_string()
        }))
        .route("/certificates", post(move |State(place): State<Place>, body: Bytes| async move {
            let elsewhere = of(&place);
            if elsewhere.dials.lock().unwrap().no_certificates { return down() }
            elsewhere.certify(&body)
        }))
        .route("/certificates/abandon", post(move |State(place): State<Place>, body: Bytes| async move {
            of(&place).abandon(&body)
        }))
        .route("/tsa", post(move |State(place): State<Place>, body: Bytes| async move {
            let elsewhere = of(&place);
            if elsewhere.dials.lock().unwrap().no_stamps { return down() }
            elsewhere.stamp(&body).into_response()
        }))
        .route("/aia/{file}", get(move |State(place): State<Place>, Path(_): Path<String>| async move {
            of(&place).one_signature.certificate.der().to_vec()
        }))
        .route("/crl/{file}", get(move |State(place): State<Place>, Path(file): Path<String>| async move {
            let elsewhere = of(&place);
            if elsewhere.dials.lock().unwrap().no_lists { return down() }
            elsewhere.list(&file).into_response()
        }))
        .route("/feed/signer", get(move |State(place): State<Place>, Query(query): Query<Vec<(String, String)>>| async move {
            let after: usize = query.iter().find(|(name, _)| name == "after").unwrap().1.parse().unwrap();
            let elsewhere = of(&place);
            let feed = elsewhere.feed.lock().unwrap();
            match feed.1.get(after..).unwrap() {
                [] => {
                    let at = elsewhere.clock.now();
                    let beat = Event::Heartbeat(der::asn1::Null);
                    let entry = feed.0.next_entry(Id::new([7; 16]), Audience::Signer, at, beat);
                    write(&seal_entry(entry, &elsewhere.registry).unwrap())
                }
                new => new.concat(),
            }
        }))
        .with_state(place)
}
