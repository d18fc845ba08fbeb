//! House passes: how one service of the country knows that another one is asking (`formats.md` §2).
//!
//! `Authorization: HousePass <JWT>`: ES256, typ `house+jwt`, over who asks whom, the method, the whole address with its
//! query, and the hash of the body; it lives 60 s. Keys and roles of the peers are configuration. `jti` is not stored:
//! each POST between the services is idempotent by its own key, and a GET gives the same answer to the same peer.

use std::sync::Arc;

use axum::http::{HeaderMap, Method, header};
use pki_core::jose::claims::{ClaimError, Claims};
use pki_core::jose::jwk::PublicJwk;
use pki_core::jose::jws::{self, Typ, Unverified};
use pki_core::jose::{JoseError, base64url};
use pki_core::key::{PublicKey, RandomError, SigningKey, sha256};
use serde_json::json;

use crate::clock::Instant;
use crate::config::{ConfigError, Peer};
use crate::entropy::{Random, random_id};
use crate::http::egress::Ask;

const SCHEME: &str = "HousePass ";
const TYP: &str = "house+jwt";
/// How long a pass lives. Services of one country keep their clocks together.
const LIFE_SECONDS: i64 = 60;

/// Why a pass is refused, or cannot be made. The caller learns only that it was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassError {
    /// No pass, or two.
    #[error("there is no house pass")]
    Absent,
    /// The issuer is no peer of the configuration.
    #[error("the pass is of a stranger")]
    Stranger,
    /// Not a token of this kind signed by that peer's key.
    #[error(transparent)]
    Token(#[from] JoseError),
    /// A claim says something else than this request, or the pass is over.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// A peer that may not ask this.
    #[error("this peer has another role")]
    Role,
    /// No randomness for `jti`.
    #[error(transparent)]
    Random(#[from] RandomError),
}

struct Known {
    name: String,
    role: String,
    kid: String,
    key: PublicKey,
}

/// A service that showed a good pass; only [`Passes::check`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    name: String,
    role: String,
}

impl Caller {
    /// Its name in the configuration.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its role in the configuration.
    #[must_use]
    pub fn role(&self) -> &str {
        &self.role
    }

    /// Goes on only for this role.
    ///
    /// # Errors
    /// [`PassError::Role`].
    pub fn must_be(self, role: &str) -> Result<Self, PassError> {
        if self.role == role { Ok(self) } else { Err(PassError::Role) }
    }
}

/// Makes the passes of one service and checks those of its peers.
#[derive(Clone)]
pub struct Passes {
    name: String,
    kid: String,
    key: Arc<dyn SigningKey>,
    peers: Arc<Vec<Known>>,
}

/// What a pass must be for.
pub struct Request<'a> {
    /// The method.
    pub method: &'a Method,
    /// The whole address: our base URL, the path, and the query if there is one.
    pub url: &'a str,
    /// The headers, with the pass among them.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a [u8],
}

impl Passes {
    /// For the service of this name, with its key and its peers.
    ///
    /// # Errors
    /// A peer's `jwk` that is not an acceptable public key, or two peers of one name.
    pub fn new(name: &str, key: Arc<dyn SigningKey>, peers: &[Peer]) -> Result<Self, ConfigError> {
        let wrong = |why: String| ConfigError::value("peer.jwk", why);
        let mut known: Vec<Known> = Vec::new();
        for peer in peers {
            if known.iter().any(|other| other.name == peer.name) {
                return Err(ConfigError::value("peer.name", format!("\"{}\" is there twice", peer.name)));
            }
            let jwk = PublicJwk::parse(&peer.jwk).map_err(|error| wrong(error.to_string()))?;
            known.push(Known {
                name: peer.name.clone(),
                role: peer.role.clone(),
                kid: base64url(jwk.thumbprint().as_bytes()),
                key: jwk.public_key().clone(),
            });
        }
        let own = PublicJwk::of(key.public_key()).map_err(|error| wrong(error.to_string()))?;
        let kid = base64url(own.thumbprint().as_bytes());
        Ok(Self { name: name.to_owned(), kid, key, peers: Arc::new(known) })
    }

    /// Puts a pass on a question to the peer of this name.
    ///
    /// # Errors
    /// When the key does not sign or there is no randomness.
    pub fn put_on(&self, ask: Ask, peer: &str, now: Instant, random: &dyn Random) -> Result<Ask, PassError> {
        let claims = json!({
            "iss": self.name,
            "aud": peer,
            "htm": ask.method().as_str(),
            "htu": ask.url(),
            "bsh": base64url(sha256(ask.body()).as_bytes()),
            "iat": now.seconds(),
            "exp": now.plus_seconds(LIFE_SECONDS).seconds(),
            "jti": random_id(random)?.hex(),
        });
        let token = jws::sign(self.key.as_ref(), &self.kid, Some(TYP), claims.to_string().as_bytes())?;
        Ok(ask.header("authorization", &format!("{SCHEME}{token}")))
    }

    /// Who asks this, by a pass made for exactly this request.
    ///
    /// # Errors
    /// Anything else; the answer to the caller is 401 without a reason.
    pub fn check(&self, request: &Request<'_>, now: Instant) -> Result<Caller, PassError> {
        let mut values = request.headers.get_all(header::AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else { return Err(PassError::Absent) };
        let token =
            value.to_str().ok().and_then(|value| value.strip_prefix(SCHEME)).ok_or(PassError::Absent)?;
        let token = Unverified::parse(token)?;
        let claims = token.unverified_claims()?;
        let issuer = claims.text("iss")?.to_owned();
        let kid = token.unverified_header().kid.clone().unwrap_or_default();
        let known = self.peers.iter().find(|peer| peer.name == issuer && peer.kid == kid);
        let peer = known.ok_or(PassError::Stranger)?;
        let claims = token.verify(&peer.key, Typ::Exactly(TYP))?.claims()?;
        self.compare(&claims, request, now)?;
        Ok(Caller { name: peer.name.clone(), role: peer.role.clone() })
    }

    fn compare(&self, claims: &Claims, request: &Request<'_>, now: Instant) -> Result<(), ClaimError> {
        claims.sole_audience(&self.name)?;
        claims.expect("htm", request.method.as_str())?;
        claims.expect("htu", request.url)?;
        claims.expect("bsh", &base64url(sha256(request.body).as_bytes()))?;
        claims.jti()?;
        claims.instant("iat")?;
        claims.within(now, LIFE_SECONDS)?;
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::config::BaseUrl;
    use crate::testing::SeededRandom;
    use pki_core::key::SoftKey;

    const NOW: Instant = Instant::from_seconds(1_800_000_000);
    const URL: &str = "http://localhost:8402/feed/a?after=3&wait=25";

    struct World {
        asker: Passes,
        asked: Passes,
    }

    fn key(seed: u64) -> Arc<dyn SigningKey> {
        Arc::new(SoftKey::generate_p256(&SeededRandom::new(seed)).unwrap())
    }

    fn peer(name: &str, key: &Arc<dyn SigningKey>) -> Peer {
        Peer {
            name: name.to_owned(),
            role: format!("role-{name}"),
            url: BaseUrl::try_from("http://localhost:1".to_owned()).unwrap(),
            jwk: PublicJwk::of(key.public_key()).unwrap().to_json().to_string(),
        }
    }

    fn world() -> World {
        let (a, b, c) = (key(1), key(2), key(3));
        let asked = Passes::new("b", Arc::clone(&b), &[peer("a", &a), peer("c", &c)]).unwrap();
        World { asker: Passes::new("a", a, &[peer("b", &b)]).unwrap(), asked }
    }

    fn pass(passes: &Passes, to: &str) -> HeaderMap {
        let ask = Ask::post(URL, "application/octet-stream", b"body".to_vec());
        passes.put_on(ask, to, NOW, &SeededRandom::new(9)).unwrap().headers().clone()
    }

    fn check(world: &World, headers: &HeaderMap, now: Instant) -> Result<Caller, PassError> {
        world.asked.check(&Request { method: &Method::POST, url: URL, headers, body: b"body" }, now)
    }

    #[test]
    fn a_pass_says_who_asks() {
        let world = world();
        let caller = check(&world, &pass(&world.asker, "b"), NOW).unwrap();
        assert_eq!((caller.name(), caller.role()), ("a", "role-a"));
        assert_eq!(caller.clone().must_be("role-c"), Err(PassError::Role));
        assert!(caller.must_be("role-a").is_ok());
    }

    #[test]
    fn a_pass_serves_one_request_in_one_minute_only() {
        let world = world();
        let headers = pass(&world.asker, "b");
        let with = |method: &Method, url: &str, body: &[u8]| {
            world.asked.check(&Request { method, url, headers: &headers, body }, NOW).unwrap_err()
        };
        assert_eq!(with(&Method::PUT, URL, b"body"), PassError::Claim(ClaimError::Mismatch("htm")));
        let other = "http://localhost:8402/feed/a?after=4&wait=25";
        assert_eq!(with(&Method::POST, other, b"body"), PassError::Claim(ClaimError::Mismatch("htu")));
        assert_eq!(with(&Method::POST, URL, b"bodx"), PassError::Claim(ClaimError::Mismatch("bsh")));
        assert!(check(&world, &headers, NOW.plus_seconds(LIFE_SECONDS - 1)).is_ok());
        let over = NOW.plus_seconds(LIFE_SECONDS + pki_core::jose::claims::LEEWAY_SECONDS + 1);
        assert_eq!(check(&world, &headers, over), Err(PassError::Claim(ClaimError::Expired)));
        let early = NOW.plus_seconds(-pki_core::jose::claims::LEEWAY_SECONDS - 1);
        assert!(matches!(check(&world, &headers, early), Err(PassError::Claim(_))));
    }

    #[test]
    fn strangers_other_audiences_and_no_pass_are_refused() {
        let world = world();
        assert_eq!(check(&world, &HeaderMap::new(), NOW), Err(PassError::Absent));
        let mut two = pass(&world.asker, "b");
        two.append("authorization", "HousePass x".parse().unwrap());
        assert_eq!(check(&world, &two, NOW), Err(PassError::Absent));
        let elsewhere = check(&world, &pass(&world.asker, "c"), NOW).unwrap_err();
        assert_eq!(elsewhere, PassError::Claim(ClaimError::Mismatch("aud")));
        // Somebody with a key of their own, under a known name and under an unknown one.
        let stranger = Passes::new("a", key(4), &[]).unwrap();
        assert_eq!(check(&world, &pass(&stranger, "b"), NOW), Err(PassError::Stranger));
        let peer_as_other = Passes { name: "c".to_owned(), ..world.asker.clone() };
        assert_eq!(check(&world, &pass(&peer_as_other, "b"), NOW), Err(PassError::Stranger));
        let own_kid = Passes { kid: world.asker.kid.clone(), ..stranger };
        let forged = check(&world, &pass(&own_kid, "b"), NOW).unwrap_err();
        assert_eq!(forged, PassError::Token(JoseError::Signature));
    }
}
