//! The identity provider, asked as an ordinary FAPI 2.0 client would: who is at the browser (pushed request, PKCE,
//! private_key_jwt, DPoP), and whose token an agency holds (introspection).
//!
//! What comes back of a person is this house's own handle and nothing more.

use pki_core::bytes::{Hash, Id};
use pki_core::jose::claims::{ClaimError, Claims};
use pki_core::jose::jwk::PublicJwk;
use pki_core::jose::jws::{self, Typ, Unverified};
use pki_core::jose::{JoseError, base64url, dpop, from_base64url, json};
use pki_core::key::{RandomError, SigningKey as _, SoftKey, random_array, sha256};
use pki_core::time::Instant;
use serde_json::{Map, Value};
use service::entropy::Random;
use service::http::egress::{Answer, Ask, Egress, EgressError};
use tokio::sync::OnceCell;
use url::form_urlencoded::Serializer;

/// This house in the identity provider's register of clients.
pub(crate) const CLIENT_ID: &str = "signer";
/// Where the browser comes back.
pub(crate) const CALLBACK: &str = "/callback";

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const FORM: &str = "application/x-www-form-urlencoded";
/// A client assertion is used at once.
const ASSERTION_SECONDS: i64 = 60;
/// An ID token is used at once; the provider's live 300 s.
const ID_TOKEN_SECONDS_MAX: i64 = 3600;

/// Why the identity provider did not help.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum IdpError {
    /// No answer.
    #[error(transparent)]
    Egress(#[from] EgressError),
    /// An answer that is not what the protocol says. Theirs.
    #[error("the identity provider's answer is not understood: {0}")]
    Incompatible(&'static str),
    /// A refusal, with its code (RFC 6749 §5.2).
    #[error("the identity provider refused: {0}")]
    Refused(String),
    /// A token that does not hold.
    #[error("a token does not hold")]
    Token(#[from] JoseError),
    /// A claim that is not the one it should be.
    #[error("a claim is not the one it should be")]
    Claim(#[from] ClaimError),
    /// No randomness.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// A login that has begun, as the browser's sealed cookie carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Login {
    /// Binds the answer to this browser (RFC 6749 §10.12).
    pub(crate) state: [u8; 32],
    /// Binds the ID token to it.
    pub(crate) nonce: [u8; 32],
    /// PKCE (RFC 7636).
    pub(crate) verifier: [u8; 32],
    /// Where the person wanted to go: a path of ours.
    pub(crate) path: String,
}

impl Login {
    /// For the cookie.
    pub(crate) fn write(&self) -> Vec<u8> {
        [&self.state[..], &self.nonce, &self.verifier, self.path.as_bytes()].concat()
    }

    /// From the cookie.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let (state, rest) = bytes.split_first_chunk::<32>()?;
        let (nonce, rest) = rest.split_first_chunk::<32>()?;
        let (verifier, path) = rest.split_first_chunk::<32>()?;
        let path = std::str::from_utf8(path).ok()?.to_owned();
        Some(Self { state: *state, nonce: *nonce, verifier: *verifier, path })
    }
}

/// Whose token it is, and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Introspected {
    /// The agency.
    pub(crate) client_id: String,
    /// The person, where one gave the token.
    pub(crate) handle: Option<Id>,
    /// Thumbprint of the key that it is bound to.
    pub(crate) bound_to: Hash,
    /// Scopes.
    pub(crate) scope: String,
}

#[derive(Clone)]
struct Metadata {
    authorization: String,
    par: String,
    token: String,
    introspection: String,
    jwks: String,
}

/// The identity provider.
pub(crate) struct Idp {
    egress: Egress,
    issuer: String,
    redirect_uri: String,
    /// What tokens for this house are for.
    resource: String,
    client: SoftKey,
    dpop: SoftKey,
    metadata: OnceCell<Metadata>,
}

/// How the provider is reached, and as whom.
pub(crate) struct Relation {
    pub(crate) egress: Egress,
    pub(crate) issuer: String,
    /// Our own origin.
    pub(crate) base_url: String,
    pub(crate) client: SoftKey,
    pub(crate) dpop: SoftKey,
}

/// What a browser wants of a login.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wish<'a> {
    /// Where it goes afterwards, in this house.
    pub(crate) path: &'a str,
    /// The language of its page.
    pub(crate) lang: &'a str,
}

impl Idp {
    pub(crate) fn new(relation: Relation) -> Self {
        Self {
            egress: relation.egress,
            issuer: relation.issuer,
            redirect_uri: format!("{}{CALLBACK}", relation.base_url),
            resource: relation.base_url,
            client: relation.client,
            dpop: relation.dpop,
            metadata: OnceCell::new(),
        }
    }

    /// The issuer, which answers must name (RFC 9207).
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Begins a login: the address to send the browser to, and what its cookie must carry.
    pub(crate) async fn begin(
        &self,
        wish: Wish<'_>,
        now: Instant,
        random: &dyn Random,
    ) -> Result<(String, Login), IdpError> {
        let metadata = self.metadata().await?;
        let login = Login {
            state: random_array(random)?,
            nonce: random_array(random)?,
            verifier: random_array(random)?,
            path: wish.path.to_owned(),
        };
        let verifier = base64url(&login.verifier);
        let (state, nonce) = (base64url(&login.state), base64url(&login.nonce));
        let challenge = base64url(sha256(verifier.as_bytes()).as_bytes());
        let form = self.authenticated(
            &[
                ("response_type", "code"),
                ("client_id", CLIENT_ID),
                ("redirect_uri", &self.redirect_uri),
                ("scope", "openid"),
                ("state", &state),
                ("nonce", &nonce),
                ("code_challenge", &challenge),
                ("code_challenge_method", "S256"),
                // OpenID Connect Core §3.1.2.1: in the language that the person reads here.
                ("ui_locales", wish.lang),
            ],
            now,
            random,
        )?;
        let answer = self.egress.ask(Ask::post(&metadata.par, FORM, form)).await?;
        let body = success(&answer)?;
        let request_uri = text(&body, "request_uri")?;
        let query = Serializer::new(String::new())
            .append_pair("client_id", CLIENT_ID)
            .append_pair("request_uri", request_uri)
            .finish();
        Ok((format!("{}?{query}", metadata.authorization), login))
    }

    /// Ends a login: redeems the code and gives the handle that the ID token names.
    pub(crate) async fn finish(
        &self,
        code: &str,
        login: &Login,
        now: Instant,
        random: &dyn Random,
    ) -> Result<Id, IdpError> {
        let metadata = self.metadata().await?;
        let body = self.redeem(&metadata, code, login, now, random).await?;
        let id_token = Unverified::parse(text(&body, "id_token")?)?;
        let kid = id_token.unverified_header().kid.clone();
        let key = self.provider_key(&metadata, kid.as_deref()).await?;
        // OpenID Connect Core §3.1.3.7: issuer, audience, time, nonce.
        let claims = id_token.verify(key.public_key(), Typ::AbsentOr(&["JWT"]))?.claims()?;
        claims.expect("iss", &self.issuer)?;
        claims.sole_audience(CLIENT_ID)?;
        claims.within(now, ID_TOKEN_SECONDS_MAX)?;
        claims.expect("nonce", &base64url(&login.nonce))?;
        handle(&claims)
    }

    /// Redeems a code. The provider demands a nonce in the proof, which it gives with its first refusal (RFC 9449 §8).
    async fn redeem(
        &self,
        metadata: &Metadata,
        code: &str,
        login: &Login,
        now: Instant,
        random: &dyn Random,
    ) -> Result<Map<String, Value>, IdpError> {
        let mut nonce: Option<String> = None;
        loop {
            let form = self.authenticated(
                &[
                    ("grant_type", "authorization_code"),
                    ("code", code),
                    ("redirect_uri", &self.redirect_uri),
                    ("code_verifier", &base64url(&login.verifier)),
                ],
                now,
                random,
            )?;
            let making = dpop::Making {
                method: "POST",
                uri: &metadata.token,
                access_token: None,
                nonce: nonce.as_deref(),
                now,
            };
            let proof = dpop::make(&self.dpop, random, &making)?;
            let ask = Ask::post(&metadata.token, FORM, form).header("dpop", &proof);
            let answer = self.egress.ask(ask).await?;
            match success(&answer) {
                Err(IdpError::Refused(why)) if why == "use_dpop_nonce" && nonce.is_none() => {
                    let given = answer.header("dpop-nonce").ok_or(IdpError::Incompatible("no DPoP-Nonce"))?;
                    nonce = Some(given.to_owned());
                }
                other => return other,
            }
        }
    }

    /// Whose token this is; `None` if it is none, or not for this house.
    pub(crate) async fn introspect(
        &self,
        token: &str,
        now: Instant,
        random: &dyn Random,
    ) -> Result<Option<Introspected>, IdpError> {
        let metadata = self.metadata().await?;
        let form =
            self.authenticated(&[("token", token), ("token_type_hint", "access_token")], now, random)?;
        let answer = self.egress.ask(Ask::post(&metadata.introspection, FORM, form)).await?;
        let body = success(&answer)?;
        match body.get("active") {
            Some(Value::Bool(false)) => Ok(None),
            Some(Value::Bool(true)) => self.read_introspection(&body).map(Some),
            _ => Err(IdpError::Incompatible("introspection without active")),
        }
    }

    fn read_introspection(&self, body: &Map<String, Value>) -> Result<Introspected, IdpError> {
        if text(body, "aud")? != self.resource {
            return Err(IdpError::Incompatible("introspection of a token for another house"));
        }
        let bound_to = body
            .get("cnf")
            .and_then(|cnf| cnf.get("jkt"))
            .and_then(Value::as_str)
            .and_then(from_base64url)
            .and_then(|bytes| Hash::from_slice(&bytes))
            .ok_or(IdpError::Incompatible("introspection without cnf.jkt"))?;
        let client_id = text(body, "client_id")?.to_owned();
        // A token that the agency got for itself names no person (RFC 9068 §2.2: sub is then the client).
        let handle = match body.get("sub").and_then(Value::as_str) {
            None => None,
            Some(sub) if sub == client_id => None,
            Some(sub) => Some(Id::from_hex(sub).ok_or(IdpError::Incompatible("sub is no handle"))?),
        };
        let scope = body.get("scope").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Introspected { client_id, handle, bound_to, scope })
    }

    /// A form with private_key_jwt (RFC 7523), the issuer as the only audience (FAPI 2.0 §5.3.3.1).
    fn authenticated(
        &self,
        parameters: &[(&str, &str)],
        now: Instant,
        random: &dyn Random,
    ) -> Result<Vec<u8>, IdpError> {
        let jti: [u8; 16] = random_array(random)?;
        let claims = serde_json::json!({
            "iss": CLIENT_ID,
            "sub": CLIENT_ID,
            "aud": self.issuer,
            "iat": now.seconds(),
            "exp": now.plus_seconds(ASSERTION_SECONDS).seconds(),
            "jti": base64url(&jti),
        });
        let jwk = PublicJwk::of(self.client.public_key()).map_err(JoseError::Key)?;
        let assertion = jws::sign(
            &self.client,
            jwk.kid().unwrap_or_default(),
            Some("JWT"),
            claims.to_string().as_bytes(),
        )?;
        let mut form = Serializer::new(String::new());
        form.extend_pairs(parameters)
            .append_pair("client_assertion_type", ASSERTION_TYPE)
            .append_pair("client_assertion", &assertion);
        Ok(form.finish().into_bytes())
    }

    /// OpenID Connect Discovery §4: asked once, when it is first needed.
    async fn metadata(&self) -> Result<Metadata, IdpError> {
        self.metadata
            .get_or_try_init(|| async {
                let url = format!("{}/.well-known/openid-configuration", self.issuer);
                let body = success(&self.egress.ask(Ask::get(url)).await?)?;
                // §4.3: the issuer must be the one that was asked.
                if text(&body, "issuer")? != self.issuer {
                    return Err(IdpError::Incompatible("another issuer"));
                }
                let endpoint = |name: &'static str| {
                    let url = text(&body, name)?;
                    let here = url.strip_prefix(&self.issuer).is_some_and(|path| path.starts_with('/'));
                    if here {
                        Ok(url.to_owned())
                    } else {
                        Err(IdpError::Incompatible("an endpoint elsewhere"))
                    }
                };
                Ok(Metadata {
                    authorization: endpoint("authorization_endpoint")?,
                    par: endpoint("pushed_authorization_request_endpoint")?,
                    token: endpoint("token_endpoint")?,
                    introspection: endpoint("introspection_endpoint")?,
                    jwks: endpoint("jwks_uri")?,
                })
            })
            .await
            .cloned()
    }

    async fn provider_key(&self, metadata: &Metadata, kid: Option<&str>) -> Result<PublicJwk, IdpError> {
        let body = success(&self.egress.ask(Ask::get(&metadata.jwks)).await?)?;
        let keys =
            body.get("keys").and_then(Value::as_array).ok_or(IdpError::Incompatible("jwks without keys"))?;
        keys.iter()
            .filter_map(Value::as_object)
            .filter_map(|members| PublicJwk::read(members).ok())
            .find(|jwk| jwk.kid().is_some() && jwk.kid() == kid)
            .ok_or(IdpError::Incompatible("the ID token names no key of the provider"))
    }
}

fn handle(claims: &Claims) -> Result<Id, IdpError> {
    Id::from_hex(claims.text("sub")?).ok_or(IdpError::Incompatible("sub is no handle"))
}

/// The JSON object of a good answer, or the refusal's code.
fn success(answer: &Answer) -> Result<Map<String, Value>, IdpError> {
    let body = json::object(&answer.body).map_err(|_| IdpError::Incompatible("not a JSON object"));
    if answer.is_success() {
        return body;
    }
    let code = body.ok().and_then(|body| body.get("error").and_then(Value::as_str).map(str::to_owned));
    Err(IdpError::Refused(code.unwrap_or_else(|| format!("status {}", answer.status))))
}

fn text<'a>(body: &'a Map<String, Value>, name: &'static str) -> Result<&'a str, IdpError> {
    body.get(name).and_then(Value::as_str).ok_or(IdpError::Incompatible(name))
}
