//! The negative list of RFC 9449 §4.3 (W10 of the wire rules), one by one, beside what must be accepted.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use serde_json::Value;

use super::*;
use crate::key::{SoftKey, SystemRandom};

const NOW: Instant = Instant::from_seconds(1_795_000_000);
const URI: &str = "https://id.example.org/userinfo";
const TOKEN: &str = "token-of-the-person";

struct Agency {
    key: SoftKey,
    nonces: NonceKey,
}

impl Agency {
    fn new() -> Self {
        Self { key: SoftKey::generate_p256(&SystemRandom::new()).unwrap(), nonces: NonceKey::new([7; 32]) }
    }

    fn header(&self) -> Value {
        json!({"typ": "dpop+jwt", "jwk": PublicJwk::of(self.key.public_key()).unwrap().to_bare_json()})
    }

    fn claims(&self) -> Value {
        json!({
            "jti": "one", "htm": "GET", "htu": URI, "iat": NOW.seconds(), "nonce": self.nonces.current(NOW),
            "ath": base64url(sha256(TOKEN.as_bytes()).as_bytes()),
        })
    }

    fn expected(&self) -> Expected<'_> {
        Expected {
            method: "GET",
            uri: URI,
            access_token: Some(TOKEN),
            freshness: Freshness::Nonce(&self.nonces),
            now: NOW,
        }
    }

    fn send(&self, header: Value, claims: &Value) -> Result<Proof, DpopError> {
        let proof = sign_with_header(&self.key, header, claims.to_string().as_bytes()).unwrap();
        Proof::verify(&[&proof], &self.expected())
    }

    fn with_claim(&self, name: &str, value: Value) -> Result<Proof, DpopError> {
        let mut claims = self.claims();
        claims.as_object_mut().unwrap().insert(name.into(), value);
        self.send(self.header(), &claims)
    }

    fn without_claim(&self, name: &str) -> DpopError {
        let mut claims = self.claims();
        claims.as_object_mut().unwrap().remove(name);
        self.send(self.header(), &claims).unwrap_err()
    }
}

#[test]
fn a_proof_that_we_make_is_one_that_we_take() {
    let agency = Agency::new();
    let nonce = agency.nonces.current(NOW);
    let making = Making { method: "GET", uri: URI, access_token: Some(TOKEN), nonce: Some(&nonce), now: NOW };
    let proof = make(&agency.key, &SystemRandom::new(), &making).unwrap();
    let checked = Proof::verify(&[&proof], &agency.expected()).unwrap();
    let own = PublicJwk::of(agency.key.public_key()).unwrap().thumbprint();
    assert_eq!(checked.is_of(&own), Ok(()));
    assert_eq!(checked.is_of(&Hash::new([0; 32])), Err(DpopError::OtherKey));
}

#[test]
fn rfc9449_4_3_1_exactly_one_header() {
    let agency = Agency::new();
    let proof =
        sign_with_header(&agency.key, agency.header(), agency.claims().to_string().as_bytes()).unwrap();
    assert!(Proof::verify(&[&proof], &agency.expected()).is_ok());
    assert_eq!(Proof::verify(&[], &agency.expected()), Err(DpopError::Absent));
    assert_eq!(Proof::verify(&[&proof, &proof], &agency.expected()), Err(DpopError::Several));
    assert_eq!(
        Proof::verify(&["not a token"], &agency.expected()),
        Err(DpopError::Token(JoseError::NotCompact))
    );
}

#[test]
fn rfc9449_4_3_3_every_claim_is_there() {
    let agency = Agency::new();
    for name in ["jti", "htm", "htu", "iat", "ath"] {
        assert_eq!(agency.without_claim(name), DpopError::Claim(ClaimError::Missing(name)));
    }
    assert_eq!(agency.without_claim("nonce"), DpopError::UseNonce);
}

#[test]
fn rfc9449_4_3_4_to_6_type_key_and_algorithm() {
    let agency = Agency::new();
    let send = |change: &dyn Fn(&mut serde_json::Map<String, Value>)| {
        let mut header = agency.header();
        change(header.as_object_mut().unwrap());
        agency.send(header, &agency.claims()).unwrap_err()
    };
    assert_eq!(send(&|header| drop(header.remove("typ"))), DpopError::Token(JoseError::Type));
    assert_eq!(
        send(&|header| drop(header.insert("typ".into(), "JWT".into()))),
        DpopError::Token(JoseError::Type)
    );
    let no_key = DpopError::Token(JoseError::Key(JwkError::Malformed));
    assert_eq!(send(&|header| drop(header.remove("jwk"))), no_key);
    let private = |header: &mut serde_json::Map<String, Value>| {
        header.get_mut("jwk").and_then(Value::as_object_mut).unwrap().insert("d".into(), "AA".into());
    };
    assert_eq!(send(&private), DpopError::Token(JoseError::Key(JwkError::Private)));
    let stranger = SoftKey::generate_p256(&SystemRandom::new()).unwrap();
    let other = PublicJwk::of(stranger.public_key()).unwrap().to_bare_json();
    let swapped =
        |header: &mut serde_json::Map<String, Value>| drop(header.insert("jwk".into(), other.clone()));
    assert_eq!(send(&swapped), DpopError::Token(JoseError::Signature));
    // alg `none` and RS256 with an otherwise good header.
    for alg in ["none", "RS256", "HS256"] {
        let mut header = agency.header();
        header.as_object_mut().unwrap().insert("alg".into(), alg.into());
        let text = format!(
            "{}.{}.{}",
            base64url(header.to_string().as_bytes()),
            base64url(agency.claims().to_string().as_bytes()),
            base64url(&[1; 64])
        );
        let refused = Proof::verify(&[&text], &agency.expected());
        assert_eq!(refused, Err(DpopError::Token(JoseError::Algorithm)), "{alg}");
    }
}

#[test]
fn rfc9449_4_3_8_and_9_method_and_uri_of_this_request() {
    let agency = Agency::new();
    for method in ["POST", "get", "GET "] {
        let refused = agency.with_claim("htm", method.into());
        assert_eq!(refused, Err(DpopError::Claim(ClaimError::Mismatch("htm"))));
    }
    for same in [
        "https://id.example.org/userinfo?a=b",
        "https://id.example.org/userinfo#part",
        "HTTPS://ID.EXAMPLE.ORG:443/userinfo",
        "https://id.example.org/%75serinfo",
        "https://id.example.org/./userinfo",
    ] {
        assert!(agency.with_claim("htu", same.into()).is_ok(), "{same}");
    }
    for other in [
        "http://id.example.org/userinfo",
        "https://id.example.org:8443/userinfo",
        "https://id.example.org/userinfo/",
        "https://id.example.org/Userinfo",
        "https://id.example.org/token",
        "https://id.example.org%2euserinfo/userinfo",
        "https://evil.example/userinfo",
    ] {
        assert!(
            matches!(
                agency.with_claim("htu", other.into()),
                Err(DpopError::Claim(ClaimError::Mismatch("htu") | ClaimError::Malformed("htu")))
            ),
            "{other}"
        );
    }
    let credentials = agency.with_claim("htu", "https://id.example.org@evil.example/userinfo".into());
    assert_eq!(credentials, Err(DpopError::Claim(ClaimError::Malformed("htu"))));
}

#[test]
fn rfc9449_4_3_12_the_token_of_this_request() {
    let agency = Agency::new();
    let other = base64url(sha256(b"token-of-the-persom").as_bytes());
    let refused = agency.with_claim("ath", other.into());
    assert_eq!(refused, Err(DpopError::Claim(ClaimError::Mismatch("ath"))));
}

#[test]
fn rfc9449_8_a_nonce_is_ours_and_current() {
    let agency = Agency::new();
    let at = |offset: i64| agency.with_claim("nonce", agency.nonces.current(NOW.plus_seconds(offset)).into());
    for fresh in [0, -60, -120] {
        assert!(at(fresh).is_ok(), "{fresh}");
    }
    for stale in [-180, -3600, 180] {
        assert_eq!(at(stale), Err(DpopError::UseNonce), "{stale}");
    }
    let foreign = NonceKey::new([8; 32]).current(NOW);
    assert_eq!(agency.with_claim("nonce", foreign.into()), Err(DpopError::UseNonce));
    // A nonce makes the sender's clock irrelevant (K-5), but `iat` must still be a date.
    assert!(agency.with_claim("iat", (NOW.seconds() - 3600).into()).is_ok());
    let refused = agency.with_claim("iat", "now".into());
    assert_eq!(refused, Err(DpopError::Claim(ClaimError::Malformed("iat"))));
}

#[test]
fn k5_without_a_nonce_the_clock_decides() {
    let agency = Agency::new();
    let at = |offset: i64| {
        let claims = json!({"jti": "one", "htm": "POST", "htu": URI, "iat": NOW.seconds() + offset});
        let proof = sign_with_header(&agency.key, agency.header(), claims.to_string().as_bytes()).unwrap();
        let expected =
            Expected { method: "POST", uri: URI, access_token: None, freshness: Freshness::Clock, now: NOW };
        Proof::verify(&[&proof], &expected).map(|_| ())
    };
    for fresh in [-60, -10, 0, 10, 15] {
        assert_eq!(at(fresh), Ok(()), "{fresh}");
    }
    for stale in [-3600, -61, 16, 3600] {
        assert_eq!(at(stale), Err(DpopError::Stale), "{stale}");
    }
}

#[test]
fn extra_members_are_tolerated() {
    let agency = Agency::new();
    let mut header = agency.header();
    header.as_object_mut().unwrap().insert("x".into(), 1.into());
    let mut claims = agency.claims();
    claims.as_object_mut().unwrap().insert("nbf".into(), NOW.seconds().into());
    claims.as_object_mut().unwrap().insert("exp".into(), (NOW.seconds() + 300).into());
    assert!(agency.send(header, &claims).is_ok());
}
