//! Named actors for the tests: an agency, the signer, two people with software passkeys, and nobody.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use der::asn1::PrintableString;
use pki_core::assertion::{FLAG_UP, FLAG_UV};
use pki_core::bytes::{Hash, Id};
use pki_core::enrolment::{CertifiedName, Field, FieldKind, FieldPart};
use pki_core::feed::Status;
use pki_core::jose::base64url;
use pki_core::jose::dpop::{self, Expected, Freshness, Making, Proof};
use pki_core::jose::jwk::PublicJwk;
use pki_core::jose::jws;
use pki_core::key::{SigningKey, SoftKey, SystemRandom, sha256};
use pki_core::time::Instant;
use serde_json::{Value, json};

use crate::assurance::Proofing;
use crate::authn::{self, Answer, Ceremony, Passkey, RelyingParty};
use crate::authorize::{self, Request};
use crate::claims::Values;
use crate::client::{Clients, Registration};
use crate::discovery::Issuer;
use crate::parameters::Parameters;
use crate::secret::SessionSecret;
use crate::session::Session;
use crate::subject::{PairwiseKey, Person, PersonId, SignerHandle};
use crate::words::RawWords;

pub(crate) const NOW: Instant = Instant::from_seconds(1_795_000_000);
pub(crate) const CALLBACK: &str = "http://127.0.0.1:8403/callback";
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn soft(which: &'static OnceLock<Arc<SoftKey>>) -> Arc<SoftKey> {
    which.get_or_init(|| Arc::new(SoftKey::generate_p256(&SystemRandom::new()).unwrap())).clone()
}

pub(crate) fn agency_key() -> Arc<SoftKey> {
    static KEY: OnceLock<Arc<SoftKey>> = OnceLock::new();
    soft(&KEY)
}

pub(crate) fn signer_key() -> Arc<SoftKey> {
    static KEY: OnceLock<Arc<SoftKey>> = OnceLock::new();
    soft(&KEY)
}

pub(crate) fn dpop_key() -> Arc<SoftKey> {
    static KEY: OnceLock<Arc<SoftKey>> = OnceLock::new();
    soft(&KEY)
}

/// A new key for each call: two calls are two issuers.
pub(crate) fn token_key() -> Arc<SoftKey> {
    Arc::new(SoftKey::generate_p256(&SystemRandom::new()).unwrap())
}

pub(crate) fn issuer() -> Issuer {
    Issuer::parse("http://localhost:8400").unwrap()
}

pub(crate) fn pairwise() -> PairwiseKey {
    PairwiseKey::new([9; 32])
}

pub(crate) fn jwk_text(key: &SoftKey) -> String {
    PublicJwk::of(key.public_key()).unwrap().to_json().to_string()
}

pub(crate) fn agency_registration() -> Registration {
    Registration {
        id: "open-assembly".into(),
        words: RawWords {
            name: "Open Assembly".into(),
            parent: Some("Parliament of Velmara".into()),
            purpose: Some("So that each person supports a proposal once.".into()),
            law: Some("Citizens' Initiatives Act, section 4".into()),
        },
        lang: Some("en".into()),
        translations: BTreeMap::new(),
        redirect_uris: vec![CALLBACK.into(), "http://127.0.0.1:8403/callback?dummy1=lorem".into()],
        post_logout_redirect_uris: vec!["http://127.0.0.1:8403/".into()],
        jwk: jwk_text(&agency_key()),
        scope: "openid profile sign".into(),
        sector: Some("parliament".into()),
        profile: "fapi2".into(),
        role: "agency".into(),
        claims: vec!["name".into(), "birthdate".into()],
        resource: None,
        home: Some("http://127.0.0.1:8403/".into()),
    }
}

pub(crate) fn signer_registration() -> Registration {
    Registration {
        id: "open-signer".into(),
        words: RawWords { name: "Signing service".into(), ..RawWords::default() },
        redirect_uris: vec!["http://localhost:8401/callback".into()],
        post_logout_redirect_uris: vec!["http://localhost:8401/".into()],
        jwk: jwk_text(&signer_key()),
        scope: "openid".into(),
        profile: "fapi2".into(),
        role: "signer".into(),
        ..Registration::default()
    }
}

pub(crate) fn clients() -> Clients {
    Clients::register(&[agency_registration(), signer_registration()], &issuer()).unwrap()
}

pub(crate) fn parameters(changes: &[(&str, &str)]) -> Parameters {
    let mut pairs = vec![
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid profile"),
        ("state", "s-1"),
        ("nonce", "n-1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    pairs.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    pairs.extend(changes);
    Parameters::read(pairs).unwrap()
}

/// A request of the agency; a value of "" takes the parameter away.
pub(crate) fn request(changes: &[(&str, &str)]) -> Request {
    let clients = clients();
    authorize::parse(&parameters(changes), clients.find("open-assembly").unwrap(), &clients).unwrap()
}

pub(crate) fn field(part: FieldPart, kind: FieldKind, value: &str) -> Field {
    Field { part, kind, script: PrintableString::new("Latn").unwrap(), value: value.into() }
}

pub(crate) fn values() -> Values {
    let name = CertifiedName { common: "Ana Lima".into(), given: None, family: None };
    let official = |part, value| field(part, FieldKind::Official, value);
    Values::of(
        &name,
        &[
            official(FieldPart::Given, "Ana"),
            official(FieldPart::Family, "Lima"),
            official(FieldPart::BirthDate, "1987-03-09"),
        ],
    )
}

pub(crate) fn person() -> Person {
    Person {
        id: PersonId(Id::new([1; 16])),
        signer_handle: Some(SignerHandle(Id::new([0xa1; 16]))),
        status: Status::Active,
        proofing: Proofing::Sandbox,
        values: values(),
    }
}

pub(crate) fn other_person() -> Person {
    Person { id: PersonId(Id::new([2; 16])), signer_handle: None, ..person() }
}

pub(crate) fn relying_party() -> RelyingParty {
    RelyingParty { rp_id: "localhost".into(), origin: "http://localhost:8400".into() }
}

/// A software authenticator; its public fields are what a test gets wrong.
pub(crate) struct Authenticator {
    key: SoftKey,
    pub(crate) credential_id: Vec<u8>,
    pub(crate) user_handle: Option<Vec<u8>>,
    pub(crate) flags: u8,
    pub(crate) counter: u32,
    pub(crate) origin: String,
    pub(crate) rp_id: String,
}

impl Authenticator {
    pub(crate) fn of(person: &Person) -> Self {
        Self {
            key: SoftKey::generate_p256(&SystemRandom::new()).unwrap(),
            credential_id: vec![0xc1; 20],
            user_handle: Some(person.id.0.as_bytes().to_vec()),
            flags: FLAG_UP | FLAG_UV,
            counter: 0,
            origin: "http://localhost:8400".into(),
            rp_id: "localhost".into(),
        }
    }

    pub(crate) fn passkey(&self, person: &Person) -> Passkey {
        Passkey {
            person: person.id,
            credential_id: self.credential_id.clone(),
            public_key: self.key.public_key().clone(),
            flags: self.flags,
            counter: self.counter,
        }
    }

    pub(crate) fn answer(&self, challenge: &Hash) -> Answer {
        let client_data = json!({
            "type": "webauthn.get", "challenge": base64url(challenge.as_bytes()), "origin": self.origin, "crossOrigin": false,
        })
        .to_string();
        let mut data = sha256(self.rp_id.as_bytes()).as_bytes().to_vec();
        data.push(self.flags);
        data.extend(self.counter.to_be_bytes());
        let message = [data.as_slice(), sha256(client_data.as_bytes()).as_bytes()].concat();
        let signature = self.key.sign(&message).unwrap();
        let id = base64url(&self.credential_id);
        let json = json!({
            "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": base64url(client_data.as_bytes()),
                "authenticatorData": base64url(&data),
                "signature": base64url(signature.der()),
                "userHandle": self.user_handle.as_deref().map(base64url),
            },
        });
        Answer::read(&json.to_string()).unwrap()
    }
}

/// The person proved themselves at this instant.
pub(crate) fn proof(at: Instant) -> authn::Proof {
    let device = Authenticator::of(&person());
    let ceremony = Ceremony { challenge: Hash::new([5; 32]), begun: at };
    authn::verify(
        &ceremony,
        &device.answer(&ceremony.challenge),
        &device.passkey(&person()),
        &relying_party(),
        at,
    )
    .unwrap()
}

/// The person's session, begun at this instant.
pub(crate) fn session(at: Instant) -> Session {
    let secret = SessionSecret::generate(&SystemRandom::new()).unwrap();
    Session::begin(&proof(at), &person(), &secret).unwrap()
}

/// A checked DPoP proof by this key.
pub(crate) fn proved(key: &SoftKey) -> Proof {
    let uri = "http://localhost:8400/token";
    let making = Making { method: "POST", uri, access_token: None, nonce: None, now: NOW };
    let text = dpop::make(key, &SystemRandom::new(), &making).unwrap();
    let expected =
        Expected { method: "POST", uri, access_token: None, freshness: Freshness::Clock, now: NOW };
    Proof::verify(&[&text], &expected).unwrap()
}

/// The claims of a good client assertion.
pub(crate) fn assertion_claims(client: &str) -> Value {
    json!({
        "iss": client, "sub": client, "aud": issuer().as_str(), "jti": "jti-1",
        "iat": NOW.seconds(), "exp": NOW.seconds() + 60,
    })
}

/// A form with a client assertion made of these claims.
pub(crate) fn authenticated_form(key: &SoftKey, claims: &Value, typ: Option<&str>) -> Parameters {
    let assertion = jws::sign(key, "k", typ, claims.to_string().as_bytes()).unwrap();
    Parameters::read([
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", &assertion),
    ])
    .unwrap()
}
