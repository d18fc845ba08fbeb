//! A relying party whose every step can be done wrong: FAPI 2.0 (PAR, PKCE, private_key_jwt, DPoP) by hand.
//!
//! It plays the sample agency with that agency's own keys, which lie in the country's data directory, or a client that was
//! registered anywhere else, and sees of the provider what any client sees.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use pki_core::key::{PublicKey, SigningKey as _, SoftKey, SystemRandom, random_array, sha256};
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use url::Url;

/// What a provider answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body; null where it was no JSON.
    pub body: Value,
    headers: HeaderMap,
}

impl Answer {
    /// The member `error` (RFC 6749 §5.2), or that of the challenge (RFC 6750 §3).
    #[must_use]
    pub fn error(&self) -> String {
        let challenge =
            self.headers.get(WWW_AUTHENTICATE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let of_challenge = challenge.split_once("error=\"").and_then(|(_, rest)| rest.split('"').next());
        self.body.get("error").and_then(Value::as_str).or(of_challenge).unwrap_or_default().to_owned()
    }

    /// A text member of the body.
    ///
    /// # Errors
    /// When it has none.
    pub fn text(&self, member: &str) -> Result<String> {
        let found = self.body.get(member).and_then(Value::as_str);
        Ok(found.with_context(|| format!("{} without {member}: {}", self.status, self.body))?.to_owned())
    }

    /// Nothing, if the provider refused so.
    ///
    /// # Errors
    /// When it answered anything else.
    pub fn refused(&self, status: u16, error: &str) -> Result<()> {
        let as_expected = self.status == status && self.error() == error;
        ensure!(as_expected, "expected {status} {error}, got {} {} {}", self.status, self.error(), self.body);
        Ok(())
    }

    /// The answer, if the provider did not refuse.
    ///
    /// # Errors
    /// When it did.
    pub fn ok(self) -> Result<Self> {
        ensure!((200..300).contains(&self.status), "{} {}", self.status, self.body);
        Ok(self)
    }
}

/// An authorization request that was pushed.
#[derive(Clone, Debug)]
pub struct Pushed {
    /// Where the browser goes.
    pub address: Url,
    /// What the response must carry.
    pub state: String,
    /// For the token request.
    pub verifier: String,
    /// What the ID token must carry.
    pub nonce: String,
}

/// How a token request deviates from an honest one.
#[derive(Clone, Copy, Default)]
pub struct Fault<'a> {
    /// Another `code_verifier`.
    pub verifier: Option<&'a str>,
    /// The assertion is signed with this key.
    pub client_key: Option<&'a SoftKey>,
    /// The proof is made with this key.
    pub dpop_key: Option<&'a SoftKey>,
    /// This very assertion instead of a fresh one.
    pub assertion: Option<&'a str>,
}

/// What a client and its provider agreed on.
pub struct Registration {
    /// Its name.
    pub client_id: String,
    /// Where responses go.
    pub redirect_uri: String,
    /// Signs its assertions; the provider has the public half.
    pub client_key: SoftKey,
    /// Signs its proofs.
    pub dpop_key: SoftKey,
}

impl Registration {
    /// The public half of the client's key, as providers are told it (RFC 7517).
    ///
    /// # Errors
    /// When it is no P-256 key.
    pub fn public_jwk(&self) -> Result<Value> {
        let mut public = jwk(self.client_key.public_key())?;
        let members = public.as_object_mut().context("an object")?;
        members.extend([
            ("kid".to_owned(), json!(thumbprint(self.client_key.public_key())?)),
            ("alg".to_owned(), json!("ES256")),
            ("use".to_owned(), json!("sig")),
        ]);
        Ok(public)
    }
}

/// The agency, as the provider knows it.
pub struct RelyingParty {
    http: reqwest::Client,
    metadata: Value,
    issuer: String,
    /// As registered.
    pub client_id: String,
    /// As registered.
    pub redirect_uri: String,
    client_key: SoftKey,
    dpop_key: SoftKey,
    dpop_nonce: Mutex<Option<String>>,
    clock: Box<dyn Fn() -> i64 + Send + Sync>,
}

impl RelyingParty {
    /// Reads the agency's name and keys from its configuration, and the provider's metadata.
    ///
    /// # Errors
    /// When one of them cannot be read, or the metadata are not this issuer's.
    pub async fn of_agency(data: &Path, redirect_uri: &Url) -> Result<Self> {
        let config = std::fs::read_to_string(data.join("agency.toml"))?;
        let setting = |key: &str| -> Result<String> {
            let line =
                config.lines().find(|line| line.split('=').next().is_some_and(|name| name.trim() == key));
            let value = line
                .and_then(|line| line.split_once('='))
                .with_context(|| format!("agency.toml has no {key}"))?
                .1;
            Ok(value.trim().trim_matches('"').to_owned())
        };
        let key = |name: String| -> Result<SoftKey> { Ok(SoftKey::read(&std::fs::read(data.join(name))?)?) };
        let registration = Registration {
            client_id: setting("client_id")?,
            redirect_uri: redirect_uri.to_string(),
            client_key: key(setting("client_key")?)?,
            dpop_key: key(setting("dpop_key")?)?,
        };
        Self::registered(setting("issuer")?, registration).await
    }

    /// A client of any provider, whose metadata are read.
    ///
    /// # Errors
    /// When they cannot be read, or are not this issuer's.
    pub async fn registered(issuer: String, registration: Registration) -> Result<Self> {
        let http =
            reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build()?;
        let discovery = format!("{issuer}/.well-known/openid-configuration");
        let metadata: Value = http.get(discovery).send().await?.error_for_status()?.json().await?;
        // OpenID Connect Discovery §4.3: the issuer is exactly the one that was asked.
        ensure!(metadata.get("issuer") == Some(&json!(issuer)), "metadata of another issuer: {metadata}");
        let Registration { client_id, redirect_uri, client_key, dpop_key } = registration;
        Ok(Self {
            http,
            metadata,
            client_id,
            redirect_uri,
            client_key,
            dpop_key,
            dpop_nonce: Mutex::new(None),
            clock: Box::new(machine_seconds),
            issuer,
        })
    }

    /// The same with another clock (seconds since 1970), for countries that are moved through time.
    #[must_use]
    pub fn at(mut self, clock: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// A member of the provider's metadata.
    ///
    /// # Errors
    /// When it is not there.
    pub fn endpoint(&self, name: &str) -> Result<Url> {
        let found = self
            .metadata
            .get(name)
            .and_then(Value::as_str)
            .with_context(|| format!("no {name} in the metadata"))?;
        Ok(Url::parse(found)?)
    }

    /// Pushes an authorization request for `scope`; `change` may spoil its parameters first.
    ///
    /// # Errors
    /// When the provider cannot be asked. What it answers is the caller's to judge.
    pub async fn push(
        &self,
        scope: &str,
        change: impl FnOnce(&mut Vec<(String, String)>),
    ) -> Result<(Answer, Option<Pushed>)> {
        let (state, nonce, verifier) = (fresh()?, fresh()?, fresh()?);
        let mut parameters: Vec<(String, String)> = [
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("scope", scope),
            ("state", &state),
            ("nonce", &nonce),
            ("code_challenge", &BASE64URL.encode(sha256(verifier.as_bytes()).as_bytes())),
            ("code_challenge_method", "S256"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        change(&mut parameters);
        parameters.extend(self.authentication(&self.assertion(&self.client_key)?));
        let endpoint = self.endpoint("pushed_authorization_request_endpoint")?;
        let answer = self.post(&endpoint, &parameters, None).await?;
        let pushed = match answer.text("request_uri") {
            Err(_) => None,
            Ok(request_uri) => Some(Pushed { address: self.address(&request_uri)?, state, verifier, nonce }),
        };
        Ok((answer, pushed))
    }

    /// Where a browser is sent with a pushed request.
    ///
    /// # Errors
    /// When the metadata name no such endpoint.
    pub fn address(&self, request_uri: &str) -> Result<Url> {
        let mut address = self.endpoint("authorization_endpoint")?;
        address
            .query_pairs_mut()
            .append_pair("client_id", &self.client_id)
            .append_pair("request_uri", request_uri);
        Ok(address)
    }

    /// The code of an authorization response, checked as RFC 9207 and RFC 6749 ask.
    ///
    /// # Errors
    /// When there is none, or state or issuer are others.
    pub fn code(&self, pushed: &Pushed, response: &Url) -> Result<String> {
        let parameter = |name: &str| {
            response.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        ensure!(parameter("state").as_deref() == Some(&pushed.state), "another state in {response}");
        ensure!(parameter("iss").as_deref() == Some(&self.issuer), "another issuer in {response}");
        parameter("code").with_context(|| format!("no code in {response}"))
    }

    /// Redeems a code, dishonestly where `fault` says so.
    ///
    /// # Errors
    /// When the provider cannot be asked. What it answers is the caller's to judge.
    pub async fn redeem(&self, pushed: &Pushed, code: &str, fault: Fault<'_>) -> Result<Answer> {
        let endpoint = self.endpoint("token_endpoint")?;
        // The first answer may only bring the server's nonce (RFC 9449 §8); a second try carries it.
        for _ in 0..2 {
            let assertion = match fault.assertion {
                Some(used) => used.to_owned(),
                None => self.assertion(fault.client_key.unwrap_or(&self.client_key))?,
            };
            let mut parameters: Vec<(String, String)> = vec![
                ("grant_type".into(), "authorization_code".into()),
                ("code".into(), code.into()),
                ("redirect_uri".into(), self.redirect_uri.clone()),
                ("code_verifier".into(), fault.verifier.unwrap_or(&pushed.verifier).into()),
            ];
            parameters.extend(self.authentication(&assertion));
            let proof = self.proof("POST", &endpoint, None, fault.dpop_key.unwrap_or(&self.dpop_key))?;
            let answer = self.post(&endpoint, &parameters, Some(proof)).await?;
            if self.learn_nonce(&answer) && answer.error() == "use_dpop_nonce" {
                continue;
            }
            return Ok(answer);
        }
        anyhow::bail!("the provider asks for a nonce for ever")
    }

    /// What the provider says of the person to whom a token belongs.
    ///
    /// # Errors
    /// When the provider cannot be asked. What it answers is the caller's to judge.
    pub async fn userinfo(&self, token: &str, dpop_key: Option<&SoftKey>) -> Result<Answer> {
        let endpoint = self.endpoint("userinfo_endpoint")?;
        for _ in 0..2 {
            let proof = self.proof("GET", &endpoint, Some(token), dpop_key.unwrap_or(&self.dpop_key))?;
            let request = self.http.get(endpoint.clone()).header("Authorization", format!("DPoP {token}"));
            let answer = answer_of(request.header("DPoP", proof).send().await?).await?;
            if self.learn_nonce(&answer) && answer.error() == "use_dpop_nonce" {
                continue;
            }
            return Ok(answer);
        }
        anyhow::bail!("the provider asks for a nonce for ever")
    }

    /// Asks a resource server with a token and a proof of the agency's key; `dress` adds what the request carries.
    ///
    /// # Errors
    /// When the server cannot be asked. What it answers is the caller's to judge.
    pub async fn at_resource(
        &self,
        token: &str,
        method: &Method,
        url: &Url,
        dress: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Result<Answer> {
        for _ in 0..2 {
            let proof = self.proof(method.as_str(), url, Some(token), &self.dpop_key)?;
            let request = self.http.request(method.clone(), url.clone());
            let request = request.header("Authorization", format!("DPoP {token}")).header("DPoP", proof);
            let answer = answer_of(dress(request).send().await?).await?;
            if self.learn_nonce(&answer) && answer.error() == "use_dpop_nonce" {
                continue;
            }
            return Ok(answer);
        }
        anyhow::bail!("the server asks for a nonce for ever")
    }

    /// A token of the agency itself, behind which nobody stands (RFC 6749 §4.4).
    ///
    /// # Errors
    /// When the provider cannot be asked. What it answers is the caller's to judge.
    pub async fn own_token(&self, resource: &str) -> Result<Answer> {
        let endpoint = self.endpoint("token_endpoint")?;
        for _ in 0..2 {
            let mut parameters: Vec<(String, String)> = vec![
                ("grant_type".into(), "client_credentials".into()),
                ("resource".into(), resource.into()),
            ];
            parameters.extend(self.authentication(&self.own_assertion()?));
            let proof = self.proof("POST", &endpoint, None, &self.dpop_key)?;
            let answer = self.post(&endpoint, &parameters, Some(proof)).await?;
            if self.learn_nonce(&answer) && answer.error() == "use_dpop_nonce" {
                continue;
            }
            return Ok(answer);
        }
        anyhow::bail!("the provider asks for a nonce for ever")
    }

    /// A JWS of this type with the agency's own key.
    ///
    /// # Errors
    /// When the key does not sign.
    pub fn signed(&self, typ: &str, claims: &Value) -> Result<String> {
        let kid = thumbprint(self.client_key.public_key())?;
        jws(&json!({"alg": "ES256", "typ": typ, "kid": kid}), claims, &self.client_key)
    }

    /// A client assertion (RFC 7523 §2.2; FAPI 2.0 §5.3.2.1: the issuer is its only audience).
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn assertion(&self, key: &SoftKey) -> Result<String> {
        let now = (self.clock)();
        let claims = json!({
            "iss": self.client_id, "sub": self.client_id, "aud": self.issuer, "iat": now, "exp": now + 60, "jti": fresh()?,
        });
        jws(
            &json!({"alg": "ES256", "typ": "JWT", "kid": thumbprint(self.client_key.public_key())?}),
            &claims,
            key,
        )
    }

    /// RFC 7638 thumbprint of the agency's proof key, for `dpop_jkt`.
    ///
    /// # Errors
    /// When it is no P-256 key.
    pub fn dpop_thumbprint(&self) -> Result<String> {
        thumbprint(self.dpop_key.public_key())
    }

    /// An assertion with the agency's own key, for rejects that use one twice.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn own_assertion(&self) -> Result<String> {
        self.assertion(&self.client_key)
    }

    /// The claims of an ID token, its signature checked with the provider's published keys.
    ///
    /// # Errors
    /// When it is not the provider's, not for this client, or not for this request.
    pub async fn id_token(&self, token: &str, pushed: &Pushed) -> Result<Value> {
        self.read_id_token(&self.provider_keys().await?, token, pushed)
    }

    /// The keys that the provider publishes now.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn provider_keys(&self) -> Result<Value> {
        Ok(self.http.get(self.endpoint("jwks_uri")?).send().await?.error_for_status()?.json().await?)
    }

    /// The claims of an ID token, checked with keys that were read before.
    ///
    /// # Errors
    /// When it is not the provider's, not for this client, or not for this request.
    pub fn read_id_token(&self, keys: &Value, token: &str, pushed: &Pushed) -> Result<Value> {
        let mut parts = token.split('.');
        let (head, body, signature) =
            (|| Some((parts.next()?, parts.next()?, parts.next()?)))().context("not a JWS")?;
        let header: Value = serde_json::from_slice(&BASE64URL.decode(head)?)?;
        let claims: Value = serde_json::from_slice(&BASE64URL.decode(body)?)?;
        let list = keys.get("keys").and_then(Value::as_array).context("no keys")?;
        let jwk = list.iter().find(|key| key.get("kid") == header.get("kid")).context("an unknown kid")?;
        ensure!(header.get("alg") == Some(&json!("ES256")), "the algorithm is {header}");
        let signed = format!("{head}.{body}");
        let key = public_key(jwk)?;
        key.verify(
            pki_core::key::SignatureEncoding::Fixed,
            signed.as_bytes(),
            &BASE64URL.decode(signature)?,
        )?;
        for (claim, expected) in [("iss", &self.issuer), ("aud", &self.client_id), ("nonce", &pushed.nonce)] {
            let got = claims.get(claim);
            ensure!(got == Some(&json!(expected)) || got == Some(&json!([expected])), "{claim} is {got:?}");
        }
        ensure!(claims.get("exp").and_then(Value::as_i64) > Some((self.clock)()), "expired: {claims}");
        Ok(claims)
    }

    fn authentication(&self, assertion: &str) -> [(String, String); 3] {
        [
            ("client_id".to_owned(), self.client_id.clone()),
            (
                "client_assertion_type".to_owned(),
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned(),
            ),
            ("client_assertion".to_owned(), assertion.to_owned()),
        ]
    }

    /// RFC 9449 §4.2.
    fn proof(&self, method: &str, target: &Url, token: Option<&str>, key: &SoftKey) -> Result<String> {
        let mut claims =
            json!({"jti": fresh()?, "htm": method, "htu": target.as_str(), "iat": (self.clock)()});
        let members = claims.as_object_mut().context("an object")?;
        if let Some(token) = token {
            members.insert("ath".to_owned(), json!(BASE64URL.encode(sha256(token.as_bytes()).as_bytes())));
        }
        if let Some(nonce) = self.nonce().as_ref() {
            members.insert("nonce".to_owned(), json!(nonce));
        }
        jws(&json!({"alg": "ES256", "typ": "dpop+jwt", "jwk": jwk(key.public_key())?}), &claims, key)
    }

    /// The newest nonce of the server replaces the one before it (RFC 9449 §8.2).
    fn learn_nonce(&self, answer: &Answer) -> bool {
        let nonce = answer.headers.get("dpop-nonce").and_then(|value| value.to_str().ok());
        if let Some(nonce) = nonce {
            *self.nonce() = Some(nonce.to_owned());
        }
        nonce.is_some()
    }

    fn nonce(&self) -> MutexGuard<'_, Option<String>> {
        self.dpop_nonce.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn post(
        &self,
        endpoint: &Url,
        parameters: &[(String, String)],
        proof: Option<String>,
    ) -> Result<Answer> {
        // Parameters that a push carries twice (client_id) are sent once.
        let mut once: Vec<(String, String)> = Vec::new();
        for (name, value) in parameters {
            if !once.iter().any(|(known, _)| known == name) {
                once.push((name.clone(), value.clone()));
            }
        }
        let mut request = self.http.post(endpoint.clone()).form(&once);
        if let Some(proof) = proof {
            request = request.header("DPoP", proof);
        }
        answer_of(request.send().await?).await
    }
}

async fn answer_of(response: reqwest::Response) -> Result<Answer> {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = serde_json::from_slice(&response.bytes().await?).unwrap_or(Value::Null);
    Ok(Answer { status, body, headers })
}

/// A key that nobody knows.
///
/// # Errors
/// When there is no randomness.
pub fn stranger_key() -> Result<SoftKey> {
    Ok(SoftKey::generate_p256(&SystemRandom::new())?)
}

/// 32 random bytes as text.
///
/// # Errors
/// When there is no randomness.
pub fn fresh() -> Result<String> {
    Ok(BASE64URL.encode(random_array::<32>(&SystemRandom::new())?))
}

fn machine_seconds() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// RFC 7515 §5.1, ES256.
fn jws(header: &Value, claims: &Value, key: &SoftKey) -> Result<String> {
    let signed = format!("{}.{}", BASE64URL.encode(header.to_string()), BASE64URL.encode(claims.to_string()));
    let signature = key.sign(signed.as_bytes())?.fixed()?;
    Ok(format!("{signed}.{}", BASE64URL.encode(signature)))
}

fn jwk(key: &PublicKey) -> Result<Value> {
    let point = key.raw();
    let (x, y) = point.get(1..33).zip(point.get(33..65)).context("a P-256 point")?;
    Ok(json!({"kty": "EC", "crv": "P-256", "x": BASE64URL.encode(x), "y": BASE64URL.encode(y)}))
}

/// RFC 7638.
fn thumbprint(key: &PublicKey) -> Result<String> {
    let jwk = jwk(key)?;
    let member = |name: &str| jwk.get(name).map(Value::to_string).unwrap_or_default();
    let canonical = format!(
        r#"{{"crv":{},"kty":{},"x":{},"y":{}}}"#,
        member("crv"),
        member("kty"),
        member("x"),
        member("y")
    );
    Ok(BASE64URL.encode(sha256(canonical.as_bytes()).as_bytes()))
}

fn public_key(jwk: &Value) -> Result<PublicKey> {
    let coordinate = |name: &str| -> Result<Vec<u8>> {
        let text = jwk.get(name).and_then(Value::as_str).with_context(|| format!("no {name} in {jwk}"))?;
        Ok(BASE64URL.decode(text)?)
    };
    Ok(PublicKey::from_point(&[vec![4], coordinate("x")?, coordinate("y")?].concat())?)
}
