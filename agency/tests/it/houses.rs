//! An identity provider and a signature service that are written down here, so that they can be honest or not.
//! They check what the agency sends as strictly as FAPI 2.0 asks, and lie in exactly one way when a test says so.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::{Form, Multipart, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

/// The one way in which a house is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Lie {
    #[default]
    None,
    /// The authorization response names another issuer (RFC 9207).
    OtherIssuer,
    /// It names none.
    NoIssuer,
    /// The ID token has the nonce of another attempt.
    OtherNonce,
    /// The ID token is for another client.
    OtherAudience,
    /// The ID token is signed with a key that is not among the provider's.
    OtherKey,
    /// The ID token has been over for one second.
    Expired,
    /// The token is not bound to the agency's key.
    BearerToken,
    /// Userinfo is about another person.
    OtherPersonInUserinfo,
    /// The provider wants yet another nonce, for ever.
    AlwaysAnotherNonce,
    /// The signature service sends the person to another house.
    OtherSignUrl,
    /// What was signed is not the agency's statement.
    OtherDocument,
    /// The verifier does not find the signature genuine.
    BadSignature,
}

#[derive(Default)]
pub(crate) struct Script {
    pub(crate) lie: Lie,
    pub(crate) now: i64,
    /// Who is at the provider.
    pub(crate) subject: String,
    pub(crate) refuses: bool,
    /// What `GET /v1/requests/{id}` says.
    pub(crate) state: String,
    pushed: HashMap<String, HashMap<String, String>>,
    codes: HashMap<String, HashMap<String, String>>,
    seen: HashSet<String>,
    /// Token to the resource it is for.
    tokens: HashMap<String, String>,
    documents: HashMap<String, Vec<u8>>,
    counter: u64,
}

#[derive(Clone)]
pub(crate) struct Houses {
    pub(crate) issuer: String,
    pub(crate) signer: String,
    key: SigningKey,
    agency: VerifyingKey,
    script: Arc<Mutex<Script>>,
}

impl Houses {
    pub(crate) async fn open(agency: VerifyingKey, now: i64) -> Houses {
        let (idp, signer) = (
            TcpListener::bind("127.0.0.1:0").await.unwrap(),
            TcpListener::bind("127.0.0.1:0").await.unwrap(),
        );
        let script =
            Script { now, subject: "mira".to_owned(), state: "requested".to_owned(), ..Script::default() };
        let houses = Houses {
            issuer: format!("http://{}", idp.local_addr().unwrap()),
            signer: format!("http://{}", signer.local_addr().unwrap()),
            key: SigningKey::from_slice(&[7; 32]).unwrap(),
            agency,
            script: Arc::new(Mutex::new(script)),
        };
        let provider = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/jwks", get(jwks))
            .route("/par", post(par))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(houses.clone());
        let service = Router::new()
            .route("/v1/requests", post(order))
            .route("/v1/requests/{id}", get(progress))
            .route("/v1/requests/{id}/document", get(document))
            .with_state(houses.clone());
        tokio::spawn(async move { axum::serve(idp, provider).await.unwrap() });
        tokio::spawn(async move { axum::serve(signer, service).await.unwrap() });
        houses
    }

    pub(crate) fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }

    /// What the person's browser does at the provider: it comes, decides, and is sent back with this query.
    pub(crate) fn authorize(&self, request_uri: &str) -> String {
        let mut script = self.script();
        let request = script.pushed.remove(request_uri).unwrap();
        let code = script.fresh("code");
        let iss = match script.lie {
            Lie::OtherIssuer => "&iss=https%3A%2F%2Fother.example".to_owned(),
            Lie::NoIssuer => String::new(),
            _ => format!("&iss={}", self.issuer),
        };
        let state = request["state"].clone();
        if script.refuses {
            return format!("error=access_denied&state={state}{iss}");
        }
        script.codes.insert(code.clone(), request);
        format!("code={code}&state={state}{iss}")
    }

    /// A JWS in an unknown or known key's name.
    fn sign(&self, lie: Lie, claims: &Value) -> String {
        let key =
            if lie == Lie::OtherKey { SigningKey::from_slice(&[9; 32]).unwrap() } else { self.key.clone() };
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({ "alg": "ES256", "kid": "id" })), part(claims));
        let signature: Signature = key.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}

impl Script {
    fn fresh(&mut self, what: &str) -> String {
        self.counter += 1;
        format!("{what}-{}", self.counter)
    }

    /// Private_key_jwt as FAPI 2.0 wants it, each assertion once.
    fn client(&mut self, houses: &Houses, form: &HashMap<String, String>) {
        let (_, claims) = open(&form["client_assertion"], &houses.agency);
        assert_eq!(claims["aud"], houses.issuer);
        assert_eq!((&claims["iss"], &claims["sub"]), (&json!("open-assembly"), &json!("open-assembly")));
        let life = claims["exp"].as_i64().unwrap() - self.now;
        assert!((1..=60).contains(&life), "{life}");
        assert!(self.seen.insert(claims["jti"].as_str().unwrap().to_owned()), "an assertion is used once");
        assert!(!form.contains_key("client_secret"));
    }

    /// A DPoP proof with our nonce in it; otherwise the nonce that is wanted.
    fn proof(
        &mut self,
        method: &str,
        address: &str,
        headers: &HeaderMap,
        token: Option<&str>,
    ) -> Result<(), String> {
        let proof = headers["dpop"].to_str().unwrap();
        let header = peek(proof, 0);
        let (_, claims) = open(proof, &key(&header["jwk"]));
        assert_eq!((&claims["htm"], &claims["htu"]), (&json!(method), &json!(address)));
        assert!(self.seen.insert(claims["jti"].as_str().unwrap().to_owned()), "a proof is used once");
        let hash = |token: &str| URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()));
        assert_eq!(claims.get("ath").and_then(Value::as_str), token.map(hash).as_deref());
        let wanted = if self.lie == Lie::AlwaysAnotherNonce {
            self.fresh("nonce")
        } else {
            "nonce-of-today".to_owned()
        };
        if claims["nonce"] == wanted { Ok(()) } else { Err(wanted) }
    }

    /// The resource side of DPoP: a token, in its scheme, for this resource.
    fn resource(
        &mut self,
        method: &str,
        address: &str,
        headers: &HeaderMap,
        resource: &str,
    ) -> Option<Response> {
        let token = headers["authorization"].to_str().unwrap().strip_prefix("DPoP ").unwrap().to_owned();
        assert_eq!(self.tokens[&token], resource);
        self.proof(method, address, headers, Some(&token)).err().map(|nonce| {
            let challenge = r#"DPoP error="use_dpop_nonce", algs="ES256""#.to_owned();
            (StatusCode::UNAUTHORIZED, [("www-authenticate", challenge), ("dpop-nonce", nonce)])
                .into_response()
        })
    }
}

async fn discovery(State(houses): State<Houses>) -> Json<Value> {
    let at = |path: &str| format!("{}/{path}", houses.issuer);
    Json(json!({
        "issuer": houses.issuer, "authorization_endpoint": at("authorize"), "token_endpoint": at("token"),
        "userinfo_endpoint": at("userinfo"), "jwks_uri": at("jwks"), "end_session_endpoint": at("logout"),
        "pushed_authorization_request_endpoint": at("par"), "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"], "id_token_signing_alg_values_supported": ["ES256"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn jwks(State(houses): State<Houses>) -> Json<Value> {
    let point = houses.key.verifying_key().to_sec1_point(false);
    let coordinate = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    Json(json!({ "keys": [{ "kty": "EC", "crv": "P-256", "kid": "id", "use": "sig", "alg": "ES256",
        "x": coordinate(point.x().unwrap()), "y": coordinate(point.y().unwrap()) }] }))
}

async fn par(State(houses): State<Houses>, Form(form): Form<HashMap<String, String>>) -> Response {
    let mut script = houses.script();
    script.client(&houses, &form);
    assert_eq!((form["response_type"].as_str(), form["code_challenge_method"].as_str()), ("code", "S256"));
    assert!(form["redirect_uri"].ends_with("/callback"));
    assert!(form["state"].len() >= 43 && form["nonce"].len() >= 43 && form["dpop_jkt"].len() == 43);
    let request_uri = script.fresh("urn:ietf:params:oauth:request_uri:");
    script.pushed.insert(request_uri.clone(), form);
    (StatusCode::CREATED, Json(json!({ "request_uri": request_uri, "expires_in": 60 }))).into_response()
}

async fn token(
    State(houses): State<Houses>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let mut script = houses.script();
    script.client(&houses, &form);
    if let Err(nonce) = script.proof("POST", &format!("{}/token", houses.issuer), &headers, None) {
        let error = Json(json!({ "error": "use_dpop_nonce" }));
        return (StatusCode::BAD_REQUEST, [("dpop-nonce", nonce)], error).into_response();
    }
    let access_token = script.fresh("token");
    let token_type = if script.lie == Lie::BearerToken { "Bearer" } else { "DPoP" };
    let mut answer = json!({ "access_token": access_token, "token_type": token_type, "expires_in": 300 });
    if form["grant_type"] == "client_credentials" {
        script.tokens.insert(access_token, format!("machine {}", form["resource"]));
        return Json(answer).into_response();
    }
    let Some(request) = script.codes.remove(&form["code"]) else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes()));
    assert_eq!(request["code_challenge"], challenge);
    assert_eq!(request["redirect_uri"], form["redirect_uri"]);
    let resource = request.get("resource").cloned().unwrap_or_else(|| "userinfo".to_owned());
    script.tokens.insert(access_token, resource);
    let (lie, now) = (script.lie, script.now);
    let claims = json!({
        "iss": houses.issuer,
        "sub": script.subject,
        "aud": if lie == Lie::OtherAudience { "other-agency" } else { "open-assembly" },
        "nonce": if lie == Lie::OtherNonce { "other" } else { &request["nonce"] },
        "iat": now - 1,
        "exp": if lie == Lie::Expired { now - 1 } else { now + 1 },
    });
    answer["id_token"] = json!(houses.sign(lie, &claims));
    Json(answer).into_response()
}

async fn userinfo(State(houses): State<Houses>, headers: HeaderMap) -> Response {
    let mut script = houses.script();
    if let Some(refusal) =
        script.resource("GET", &format!("{}/userinfo", houses.issuer), &headers, "userinfo")
    {
        return refusal;
    }
    let subject = if script.lie == Lie::OtherPersonInUserinfo { "tomas" } else { &script.subject };
    Json(json!({ "sub": subject, "name": "Mira Okonjo Vale", "given_name": "Mira" })).into_response()
}

async fn order(State(houses): State<Houses>, headers: HeaderMap, mut parts: Multipart) -> Response {
    let (mut request, mut file) = (String::new(), Vec::new());
    while let Some(part) = parts.next_field().await.unwrap() {
        match part.name().unwrap() {
            "request" => request = part.text().await.unwrap(),
            "document" => file = part.bytes().await.unwrap().to_vec(),
            other => panic!("an unknown part: {other}"),
        }
    }
    let mut script = houses.script();
    if let Some(refusal) =
        script.resource("POST", &format!("{}/v1/requests", houses.signer), &headers, &houses.signer)
    {
        return refusal;
    }
    let (header, claims) = open(&request, &houses.agency);
    assert_eq!(header["typ"], "chancery-request+jwt");
    assert_eq!(claims["aud"], houses.signer);
    assert_eq!(claims["document_sha256"], URL_SAFE_NO_PAD.encode(Sha256::digest(&file)));
    assert!(claims["exp"].as_i64().unwrap() - script.now <= 300);
    let idempotency_key = headers["idempotency-key"].to_str().unwrap();
    assert!((16..=64).contains(&idempotency_key.len()));
    let id = script.fresh("request");
    script.documents.insert(id.clone(), file);
    let house = if script.lie == Lie::OtherSignUrl { "https://other.example" } else { &houses.signer };
    let answer =
        json!({ "id": id, "sign_url": format!("{house}/sign/{id}"), "expires_at": "2027-05-11T14:05:00Z" });
    (StatusCode::CREATED, Json(answer)).into_response()
}

async fn progress(State(houses): State<Houses>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let mut script = houses.script();
    let address = format!("{}/v1/requests/{id}", houses.signer);
    if let Some(refusal) = script.resource("GET", &address, &headers, &format!("machine {}", houses.signer)) {
        return refusal;
    }
    Json(json!({ "id": id, "state": script.state, "receipt": "R27-8HTN-2WPA" })).into_response()
}

async fn document(State(houses): State<Houses>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let mut script = houses.script();
    let address = format!("{}/v1/requests/{id}/document", houses.signer);
    if let Some(refusal) = script.resource("GET", &address, &headers, &format!("machine {}", houses.signer)) {
        return refusal;
    }
    let mut file = script.documents[&id].clone();
    if script.lie == Lie::OtherDocument {
        file[9] ^= 1;
    }
    let end: &[u8] = if script.lie == Lie::BadSignature { b"% signed badly\n" } else { b"% signed well\n" };
    file.extend_from_slice(end);
    file.into_response()
}

/// One part of a JWS, unverified.
fn peek(token: &str, part: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(part).unwrap()).unwrap()).unwrap()
}

/// Header and claims of an ES256 JWS that `key` verifies.
fn open(token: &str, key: &VerifyingKey) -> (Value, Value) {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    key.verify(signed.as_bytes(), &signature).unwrap();
    let header = peek(token, 0);
    assert_eq!(header["alg"], "ES256");
    (header, peek(token, 1))
}

fn key(jwk: &Value) -> VerifyingKey {
    let coordinate = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
    let point = [vec![4], coordinate("x"), coordinate("y")].concat();
    VerifyingKey::from_sec1_bytes(&point).unwrap()
}
