//! The authorization request (OpenID Connect Core §3.1.2, RFC 9126, FAPI 2.0 Security Profile §5.3.2).
//!
//! Text comes in twice: pushed by an authenticated client, and read again from our own row when the browser
//! arrives, through this same parser. A [`Request`] cannot be changed afterwards (failures B-13, B-14), and the only
//! address that an [`Answer`] can go to is the registered one inside it.

use pki_core::bytes::Hash;
use pki_core::jose::from_base64url;

use crate::claims::Wish;
use crate::client::{Client, Clients, RegisteredUrl, Resource, Scope, Scopes};
use crate::discovery::Issuer;
use crate::fault::{ErrorCode, Fault};
use crate::parameters::Parameters;
use crate::pkce::Challenge;
use crate::secret::{Code, RequestUri};

/// Longest `state` (K-10: a broker really sends 711 characters).
const STATE_MAX: usize = 1_024;
/// Longest `nonce` (K-10).
const NONCE_MAX: usize = 512;

/// What the agency wants of the person before it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// Nothing: answer from what is there, or fail.
    None,
    /// Whatever is needed; with `login` a fresh passkey, with `consent` a fresh decision.
    Interactive {
        /// Authenticate again.
        login: bool,
        /// Decide again.
        consent: bool,
    },
}

/// A request, every part of it checked against the client's registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    redirect_uri: RegisteredUrl,
    state: Option<String>,
    details: Details,
}

/// What is read once client, address and state are certain.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Details {
    scopes: Scopes,
    nonce: Option<String>,
    challenge: Challenge,
    prompt: Prompt,
    max_age_seconds: Option<i64>,
    wish: Wish,
    dpop_jkt: Option<Hash>,
    resource: Option<Resource>,
    id_token_hint: Option<String>,
    ui_locales: Option<String>,
}

/// Why a request goes no further, and who hears of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Client or address are not certain: only a page of ours may say so (failure A-08).
    Page(Fault),
    /// The agency is told at its registered address.
    Redirect(Answer),
}

/// What the browser brings back to the agency.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    redirect_uri: RegisteredUrl,
    state: Option<String>,
    outcome: Outcome,
}

impl Eq for Answer {}

#[derive(Clone, Debug, PartialEq)]
enum Outcome {
    Code(Code),
    Error(Fault),
}

/// What the browser sends to `/authorize`: a client and the address of its pushed request, nothing else counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening<'a> {
    /// The client that it claims.
    pub client: &'a Client,
    /// The pushed request.
    pub request_uri: RequestUri,
}

/// Reads the query of `/authorize` (FAPI 2.0 §5.3.2.2: only requests that were pushed).
///
/// # Errors
/// Each is shown on a page: nothing is known yet that one could safely redirect to.
pub fn open<'a>(query: &Parameters, clients: &'a Clients) -> Result<Opening<'a>, Fault> {
    let client = query.get("client_id").and_then(|id| clients.find(id));
    let client = client.ok_or(Fault::new(ErrorCode::InvalidRequest, "client_id is missing or unknown"))?;
    // K-19: by value or by foreign reference is answered, never ignored.
    if query.get("request").is_some() {
        return Err(Fault::new(ErrorCode::RequestNotSupported, "request objects are not accepted here"));
    }
    let uri = query.get("request_uri");
    let uri = uri.ok_or(Fault::new(ErrorCode::InvalidRequest, "the request must be pushed first"))?;
    if !uri.starts_with("urn:ietf:params:oauth:request_uri:") {
        return Err(Fault::new(
            ErrorCode::RequestUriNotSupported,
            "request_uri must come from the PAR endpoint",
        ));
    }
    let request_uri = RequestUri::parse(uri).ok_or(UNKNOWN_REQUEST_URI)?;
    Ok(Opening { client, request_uri })
}

/// A `request_uri` that is not ours, was for another client, has expired or was answered: they all look alike.
pub const UNKNOWN_REQUEST_URI: Fault =
    Fault::new(ErrorCode::InvalidRequestUri, "request_uri is unknown, expired or already answered");

/// Checks the parameters of a request against the client's registration.
///
/// # Errors
/// A [`Refusal::Page`] until the address is certain, a [`Refusal::Redirect`] from then on.
pub fn parse(parameters: &Parameters, client: &Client, clients: &Clients) -> Result<Request, Refusal> {
    let redirect_uri = parameters.get("redirect_uri").and_then(|uri| client.redirect_uri(uri)).cloned();
    let redirect_uri = redirect_uri.ok_or(Refusal::Page(Fault::new(
        ErrorCode::InvalidRequest,
        "redirect_uri is missing or not registered",
    )))?;
    let state = parameters.get("state").filter(|state| is_vschar(state, STATE_MAX)).map(str::to_owned);
    let refuse = |fault| {
        Refusal::Redirect(Answer {
            redirect_uri: redirect_uri.clone(),
            state: state.clone(),
            outcome: Outcome::Error(fault),
        })
    };
    if parameters.get("state").is_some() && state.is_none() {
        return Err(refuse(Fault::new(
            ErrorCode::InvalidRequest,
            "state is too long or has other characters",
        )));
    }
    let details = Details::parse(parameters, client, clients).map_err(refuse)?;
    Ok(Request { redirect_uri, state, details })
}

impl Details {
    fn parse(parameters: &Parameters, client: &Client, clients: &Clients) -> Result<Self, Fault> {
        let invalid = |why| Fault::new(ErrorCode::InvalidRequest, why);
        if parameters.get("request").is_some() {
            return Err(Fault::new(ErrorCode::RequestNotSupported, "request objects are not accepted here"));
        }
        match parameters.get("response_type") {
            Some("code") => {}
            Some(_) => {
                return Err(Fault::new(ErrorCode::UnsupportedResponseType, "response_type must be code"));
            }
            None => return Err(invalid("response_type is required")),
        }
        if parameters.get("response_mode").is_some_and(|mode| mode != "query") {
            return Err(invalid("response_mode must be query"));
        }
        let scopes = Scopes::parse(parameters.get("scope").unwrap_or_default());
        if scopes.is_empty() || !scopes.within(client.scopes()) {
            return Err(Fault::new(ErrorCode::InvalidScope, "scope is missing, unknown or not registered"));
        }
        let nonce = match parameters.get("nonce") {
            Some(nonce) if !is_vschar(nonce, NONCE_MAX) => {
                return Err(invalid("nonce is too long or has other characters"));
            }
            nonce => nonce.map(str::to_owned),
        };
        let method = parameters.get("code_challenge_method");
        let text = |name: &str| parameters.get(name).map(str::to_owned);
        Ok(Self {
            resource: resource(parameters, &scopes, clients)?,
            challenge: Challenge::parse(parameters.get("code_challenge"), method)?,
            prompt: prompt(parameters.get("prompt"))?,
            max_age_seconds: parameters.get("max_age").map(max_age).transpose()?,
            wish: match parameters.get("claims") {
                Some(claims) => Wish::parse(claims).ok_or(invalid("claims is not a claims request"))?,
                None => Wish::default(),
            },
            dpop_jkt: parameters.get("dpop_jkt").map(dpop_jkt).transpose()?,
            id_token_hint: text("id_token_hint"),
            ui_locales: text("ui_locales"),
            scopes,
            nonce,
        })
    }
}

impl Request {
    /// What was asked for.
    #[must_use]
    pub const fn scopes(&self) -> &Scopes {
        &self.details.scopes
    }

    /// The registered address that was chosen.
    #[must_use]
    pub const fn redirect_uri(&self) -> &RegisteredUrl {
        &self.redirect_uri
    }

    /// Echoed in the ID token.
    #[must_use]
    pub fn nonce(&self) -> Option<&str> {
        self.details.nonce.as_deref()
    }

    /// What the code's redeemer must know.
    #[must_use]
    pub const fn challenge(&self) -> &Challenge {
        &self.details.challenge
    }

    /// What is wanted of the person.
    #[must_use]
    pub const fn prompt(&self) -> Prompt {
        self.details.prompt
    }

    /// How old the authentication may be.
    #[must_use]
    pub const fn max_age_seconds(&self) -> Option<i64> {
        self.details.max_age_seconds
    }

    /// Single claims and the essential `acr`.
    #[must_use]
    pub const fn wish(&self) -> &Wish {
        &self.details.wish
    }

    /// The key that the code will be bound to (RFC 9449 §10).
    #[must_use]
    pub const fn dpop_jkt(&self) -> Option<Hash> {
        self.details.dpop_jkt
    }

    /// The resource that the token will be for; absent: our own userinfo endpoint.
    #[must_use]
    pub const fn resource(&self) -> Option<&Resource> {
        self.details.resource.as_ref()
    }

    /// Which person is expected, unverified.
    #[must_use]
    pub fn id_token_hint(&self) -> Option<&str> {
        self.details.id_token_hint.as_deref()
    }

    /// Languages that the person reads, best first.
    #[must_use]
    pub fn ui_locales(&self) -> Option<&str> {
        self.details.ui_locales.as_deref()
    }

    /// The answer with a code. Only a fulfilled grant has one to give.
    pub(crate) fn answer(&self, code: Code) -> Answer {
        self.outcome(Outcome::Code(code))
    }

    /// The answer with an error.
    #[must_use]
    pub fn refuse(&self, fault: Fault) -> Answer {
        self.outcome(Outcome::Error(fault))
    }

    fn outcome(&self, outcome: Outcome) -> Answer {
        Answer { redirect_uri: self.redirect_uri.clone(), state: self.state.clone(), outcome }
    }
}

impl Answer {
    /// The address with the answer in its query: `code` or `error`, `state` as it was sent, and always `iss`
    /// (RFC 9207 §2, also in errors).
    #[must_use]
    pub fn url(&self, issuer: &Issuer) -> String {
        let code;
        let mut pairs = match &self.outcome {
            Outcome::Code(secret) => {
                code = secret.text();
                vec![("code", code.as_str())]
            }
            Outcome::Error(fault) => {
                vec![("error", fault.code.as_str()), ("error_description", fault.description)]
            }
        };
        if let Some(state) = &self.state {
            pairs.push(("state", state));
        }
        pairs.push(("iss", issuer.as_str()));
        self.redirect_uri.with(&pairs)
    }

    /// The error, where it is one.
    #[must_use]
    pub const fn fault(&self) -> Option<Fault> {
        match &self.outcome {
            Outcome::Code(_) => None,
            Outcome::Error(fault) => Some(*fault),
        }
    }
}

// RFC 6749 appendix A.5: VSCHAR.
fn is_vschar(text: &str, length_max: usize) -> bool {
    text.len() <= length_max && text.bytes().all(|byte| (0x20..=0x7e).contains(&byte))
}

fn prompt(text: Option<&str>) -> Result<Prompt, Fault> {
    let (mut none, mut login, mut consent) = (false, false, false);
    for word in text.unwrap_or_default().split(' ').filter(|word| !word.is_empty()) {
        match word {
            "none" => none = true,
            // A passkey is how an account is selected here.
            "login" | "select_account" => login = true,
            "consent" => consent = true,
            _ => return Err(Fault::new(ErrorCode::InvalidRequest, "prompt has an unknown value")),
        }
    }
    match (none, login || consent) {
        (true, true) => Err(Fault::new(ErrorCode::InvalidRequest, "prompt none stands alone")),
        (true, false) => Ok(Prompt::None),
        (false, _) => Ok(Prompt::Interactive { login, consent }),
    }
}

fn max_age(text: &str) -> Result<i64, Fault> {
    let digits = (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = if digits { text.parse().ok() } else { None };
    seconds.ok_or(Fault::new(ErrorCode::InvalidRequest, "max_age is not a number of seconds"))
}

fn dpop_jkt(text: &str) -> Result<Hash, Fault> {
    let bytes = from_base64url(text).unwrap_or_default();
    Hash::from_slice(&bytes)
        .ok_or(Fault::new(ErrorCode::InvalidRequest, "dpop_jkt is not a SHA-256 thumbprint"))
}

// RFC 8707 §2: a resource that we know, and only together with the scope that means something there.
fn resource(parameters: &Parameters, scopes: &Scopes, clients: &Clients) -> Result<Option<Resource>, Fault> {
    let invalid = |why| Fault::new(ErrorCode::InvalidTarget, why);
    match (parameters.get("resource"), scopes.has(Scope::Sign)) {
        (None, false) => Ok(None),
        (None, true) => Err(invalid("scope sign needs the resource that it is for")),
        (Some(_), false) => Err(invalid("resource needs scope sign")),
        (Some(text), true) => {
            clients.resource(text).cloned().map(Some).ok_or(invalid("resource is not one that is known here"))
        }
    }
}

#[cfg(test)]
mod tests;
