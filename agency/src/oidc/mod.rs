//! The agency as a relying party of a FAPI 2.0 OpenID provider.
//!
//! The `openidconnect` crate does what it can: discovery, the authorization request with PKCE, state and nonce, the token
//! request, the ID token with the provider's keys, userinfo, logout. Beside it stands what it lacks, one module each:
//! `jose` (ES256), `client_assertion` (private_key_jwt), `par`, `dpop`, `resource`.
//! This room knows nothing of proposals or of cookies. Data: the provider's answers in, a subject, a name and tokens out.

pub(crate) mod client_assertion;
pub(crate) mod dpop;
pub(crate) mod error;
pub(crate) mod jose;
pub(crate) mod par;
pub(crate) mod provider;
pub(crate) mod resource;

use std::pin::Pin;
use std::sync::Arc;

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreJwsSigningAlgorithm, CoreTokenResponse,
    CoreTokenType, CoreUserInfoClaims,
};
use openidconnect::{
    AuthorizationCode, ClientId, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, IssuerUrl, LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    PostLogoutRedirectUrl, RedirectUrl, RequestTokenError, Scope, SubjectIdentifier, TokenResponse,
    UserInfoError,
};
use url::Url;

use crate::clock::Clock;
use crate::outbound::Outbound;
use client_assertion::Identity;
use dpop::Prover;
use error::OidcError;
use jose::Es256;
use provider::{Metadata, Provider};
use resource::Sender;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;
type TokenError = RequestTokenError<
    OidcError,
    openidconnect::StandardErrorResponse<openidconnect::core::CoreErrorResponseType>,
>;

/// The agency at its identity provider.
pub(crate) struct RelyingParty {
    pub(crate) issuer: IssuerUrl,
    pub(crate) client_id: ClientId,
    pub(crate) key: Es256,
    pub(crate) prover: Arc<Prover>,
    pub(crate) provider: Provider,
    pub(crate) redirect_uri: RedirectUrl,
    pub(crate) signed_out_uri: PostLogoutRedirectUrl,
    pub(crate) outbound: Arc<Outbound>,
    pub(crate) clock: Clock,
}

/// What the agency asks the person to allow.
pub(crate) struct Wish<'a> {
    /// Besides `openid`.
    pub(crate) scope: &'a str,
    /// RFC 8707 §2: the service that the token is for.
    pub(crate) resource: Option<&'a str>,
}

/// An authorization that has begun. `state`, `nonce` and `verifier` stay here; the browser gets the address.
pub(crate) struct Begun {
    pub(crate) address: Url,
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) verifier: String,
}

/// What a finished authorization gave. The ID token in it has been verified.
pub(crate) struct Granted {
    pub(crate) subject: String,
    pub(crate) access_token: String,
    pub(crate) id_token: String,
}

/// A person as the provider describes them to this agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    /// The name, first in the form without language, then in others (OpenID Connect Core §5.2).
    pub(crate) names: Vec<String>,
    pub(crate) given_name: Option<String>,
}

impl RelyingParty {
    /// Pushes an authorization request and answers where to send the browser.
    pub(crate) async fn begin(&self, wish: &Wish<'_>) -> Result<Begun, OidcError> {
        let metadata = self.metadata().await?;
        let client = self.client(&metadata);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                || CsrfToken::new_random_len(32),
                || Nonce::new_random_len(32),
            )
            .add_scope(Scope::new(wish.scope.to_owned()))
            .set_pkce_challenge(challenge)
            // RFC 9449 §10: the code itself is bound to the proof key.
            .add_extra_param("dpop_jkt", self.prover.thumbprint().to_owned());
        if let Some(resource) = wish.resource {
            request = request.add_extra_param("resource", resource.to_owned());
        }
        let (long, state, nonce) = request.url();
        let endpoint = &metadata.additional_metadata().pushed_authorization_request_endpoint;
        let address =
            par::push(&self.outbound, endpoint, &long, &self.identity(), self.clock.seconds()).await?;
        Ok(Begun {
            address,
            state: state.into_secret(),
            nonce: nonce.secret().to_owned(),
            verifier: verifier.into_secret(),
        })
    }

    /// RFC 9207 §2.4: an authorization response counts only if it comes from the provider that was asked. Errors too.
    pub(crate) fn check_issuer(&self, iss: Option<&str>) -> Result<(), OidcError> {
        match iss {
            Some(iss) if iss == self.issuer.as_str() => Ok(()),
            Some(_) => Err(OidcError::Untrusted("the response names another issuer".to_owned())),
            None => Err(OidcError::Untrusted("the response names no issuer".to_owned())),
        }
    }

    /// Redeems a code and verifies the ID token that comes with it.
    pub(crate) async fn finish(&self, code: &str, nonce: &str, verifier: &str) -> Result<Granted, OidcError> {
        let metadata = self.metadata().await?;
        let answer = self.redeem(&metadata, &Grant::Code { code, verifier }).await?;
        let id_token = answer
            .id_token()
            .ok_or_else(|| OidcError::Untrusted("the token response has no ID token".to_owned()))?;
        Ok(Granted {
            subject: self.verified_subject(id_token, &Nonce::new(nonce.to_owned())).await?,
            access_token: answer.access_token().secret().to_owned(),
            id_token: id_token.to_string(),
        })
    }

    /// A token for the agency itself, for `resource` (RFC 6749 §4.4, RFC 8707 §2.2).
    pub(crate) async fn machine_token(&self, resource: &str) -> Result<String, OidcError> {
        let metadata = self.metadata().await?;
        let answer = self.redeem(&metadata, &Grant::ClientCredentials { resource }).await?;
        Ok(answer.access_token().secret().to_owned())
    }

    /// The person's name. OpenID Connect Core §5.3.2: userinfo counts only for the subject of the ID token.
    pub(crate) async fn person(&self, granted: &Granted) -> Result<Person, OidcError> {
        let metadata = self.metadata().await?;
        let endpoint = metadata
            .userinfo_endpoint()
            .ok_or_else(|| OidcError::Incompatible("no userinfo endpoint".to_owned()))?;
        let request = openidconnect::http::Request::builder()
            .uri(endpoint.as_str())
            .header("accept", "application/json")
            .body(Vec::new())
            .map_err(|error| OidcError::Incompatible(error.to_string()))?;
        let response = self.sender().send(request, &granted.access_token).await?;
        if !response.status().is_success() {
            return Err(OidcError::Refused(format!("userinfo: {}", response.status())));
        }
        read_person(response.body(), &granted.subject)
    }

    /// Where to send the browser to end the session at the provider too (RP-Initiated Logout 1.0 §2).
    pub(crate) async fn logout_address(&self, id_token: &str) -> Result<Url, OidcError> {
        let metadata = self.metadata().await?;
        let endpoint = metadata
            .additional_metadata()
            .end_session_endpoint
            .clone()
            .ok_or_else(|| OidcError::Incompatible("no end_session_endpoint".to_owned()))?;
        let hint: CoreIdToken =
            id_token.parse().map_err(|_| OidcError::Incompatible("the stored ID token".to_owned()))?;
        Ok(LogoutRequest::from(endpoint)
            .set_id_token_hint(&hint)
            .set_client_id(self.client_id.clone())
            .set_post_logout_redirect_uri(self.signed_out_uri.clone())
            .http_get_url())
    }

    /// What requests with tokens need.
    pub(crate) fn sender(&self) -> Sender<'_> {
        Sender { outbound: &self.outbound, prover: &self.prover, clock: &self.clock }
    }

    async fn metadata(&self) -> Result<Arc<Metadata>, OidcError> {
        self.provider.metadata(&self.outbound, self.clock.seconds()).await
    }

    fn client(&self, metadata: &Metadata) -> Client {
        CoreClient::from_provider_metadata(metadata.clone(), self.client_id.clone(), None)
            .set_redirect_uri(self.redirect_uri.clone())
    }

    fn identity(&self) -> Identity<'_> {
        Identity { client_id: self.client_id.as_str(), issuer: self.issuer.as_str(), key: &self.key }
    }

    /// Asks for a token with a DPoP proof; once more if the provider wants its nonce in it (RFC 9449 §8). Each try makes
    /// a new client assertion, because the provider accepts a `jti` once.
    async fn redeem(&self, metadata: &Metadata, grant: &Grant<'_>) -> Result<CoreTokenResponse, OidcError> {
        let mut tried = false;
        loop {
            match self.token(metadata, grant).await {
                Ok(answer) if is_dpop(answer.token_type()) => return Ok(answer),
                // RFC 9449 §5: a token of another type is not bound to our key.
                Ok(_) => {
                    return Err(OidcError::Untrusted(
                        "the token is not bound to the agency's key".to_owned(),
                    ));
                }
                Err(TokenError::ServerResponse(refusal)) => {
                    let code = refusal.error().as_ref().to_owned();
                    if tried || code != "use_dpop_nonce" {
                        return Err(OidcError::Refused(code));
                    }
                    tried = true;
                }
                Err(TokenError::Request(error)) => return Err(error),
                Err(other) => return Err(OidcError::Incompatible(other.to_string())),
            }
        }
    }

    async fn token(&self, metadata: &Metadata, grant: &Grant<'_>) -> Result<CoreTokenResponse, TokenError> {
        let incompatible = |text: &str| TokenError::Request(OidcError::Incompatible(text.to_owned()));
        let endpoint = metadata.token_endpoint().ok_or_else(|| incompatible("no token endpoint"))?;
        let now = self.clock.seconds();
        let http = TokenHttp {
            outbound: Arc::clone(&self.outbound),
            prover: Arc::clone(&self.prover),
            endpoint: endpoint.url().clone(),
            now,
        };
        let assertion = client_assertion::parameters(&self.identity(), now)
            .map_err(|error| TokenError::Request(error.into()))?;
        let client = self.client(metadata);
        match grant {
            Grant::Code { code, verifier } => {
                let mut request = client
                    .exchange_code(AuthorizationCode::new((*code).to_owned()))
                    .map_err(|error| incompatible(&error.to_string()))?
                    .set_pkce_verifier(PkceCodeVerifier::new((*verifier).to_owned()));
                for (name, value) in assertion {
                    request = request.add_extra_param(name, value);
                }
                request.request_async(&http).await
            }
            Grant::ClientCredentials { resource } => {
                let mut request = client
                    .exchange_client_credentials()
                    .map_err(|error| incompatible(&error.to_string()))?
                    .add_extra_param("resource", (*resource).to_owned());
                for (name, value) in assertion {
                    request = request.add_extra_param(name, value);
                }
                request.request_async(&http).await
            }
        }
    }

    /// OpenID Connect Core §3.1.3.7, by the crate: issuer, audience, ES256 with a key of the provider, exp, nonce.
    async fn verified_subject(&self, id_token: &CoreIdToken, nonce: &Nonce) -> Result<String, OidcError> {
        let mut refetched = false;
        loop {
            let metadata = self.metadata().await?;
            let client = self.client(&metadata);
            let clock = self.clock.clone();
            let verifier = client
                .id_token_verifier()
                .set_allowed_algs([CoreJwsSigningAlgorithm::EcdsaP256Sha256])
                .set_time_fn(move || {
                    chrono::DateTime::from_timestamp(clock.seconds(), 0).unwrap_or_default()
                });
            match id_token.claims(&verifier, nonce) {
                Ok(claims) => return Ok(claims.subject().as_str().to_owned()),
                Err(openidconnect::ClaimsVerificationError::SignatureVerification(
                    openidconnect::SignatureVerificationError::NoMatchingKey,
                )) if !refetched => {
                    refetched = true;
                    self.provider.forget().await;
                }
                Err(error) => return Err(OidcError::Untrusted(error.to_string())),
            }
        }
    }
}

/// What a token is asked with.
enum Grant<'a> {
    /// RFC 6749 §4.1.3, with the verifier of RFC 7636 §4.5.
    Code { code: &'a str, verifier: &'a str },
    /// RFC 6749 §4.4, for the resource of RFC 8707 §2.2.
    ClientCredentials { resource: &'a str },
}

/// The HTTP client of one token request: it adds the proof and keeps the nonce that comes back. It owns what it needs,
/// because the crate's trait for clients is not general over a client's lifetime.
struct TokenHttp {
    outbound: Arc<Outbound>,
    prover: Arc<Prover>,
    endpoint: Url,
    now: i64,
}

impl<'c> openidconnect::AsyncHttpClient<'c> for TokenHttp {
    type Error = OidcError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, OidcError>> + Send + 'c>>;

    fn call(&'c self, mut request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let proof = self.prover.proof(request.method().as_str(), &self.endpoint, None, self.now)?;
            request.headers_mut().insert("dpop", resource::header(&proof)?);
            let response = self.outbound.call(request).await?;
            self.prover.remember(&self.endpoint, response.headers());
            Ok(response)
        })
    }
}

fn is_dpop(token_type: &CoreTokenType) -> bool {
    token_type.as_ref().eq_ignore_ascii_case("dpop")
}

fn read_person(userinfo: &[u8], subject: &str) -> Result<Person, OidcError> {
    let subject = SubjectIdentifier::new(subject.to_owned());
    let claims = CoreUserInfoClaims::from_json::<std::convert::Infallible>(userinfo, Some(&subject))
        .map_err(|error| match error {
            // The crate's own words would put subjects into the log.
            UserInfoError::ClaimsVerification(_) => {
                OidcError::Untrusted("userinfo of another subject".to_owned())
            }
            other => OidcError::Incompatible(other.to_string()),
        })?;
    let plain = claims.name().and_then(|names| names.get(None)).into_iter();
    let others = claims.name().into_iter().flat_map(|names| names.iter());
    let tagged = others.filter(|(language, _)| language.is_some()).map(|(_, name)| name);
    Ok(Person {
        names: plain.chain(tagged).map(|name| name.as_str().to_owned()).collect(),
        given_name: claims
            .given_name()
            .and_then(|names| names.get(None))
            .map(|name| name.as_str().to_owned()),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn oidc_core_5_3_2_userinfo_of_another_subject_is_refused() {
        let userinfo =
            r#"{"sub":"s-1","name":"Mira Okonjo Vale","given_name":"Mira","name#und-Cyrl":"Мира"}"#;
        let person = read_person(userinfo.as_bytes(), "s-1").unwrap();
        assert_eq!(person.names, ["Mira Okonjo Vale", "Мира"]);
        assert_eq!(person.given_name.as_deref(), Some("Mira"));
        assert!(matches!(read_person(userinfo.as_bytes(), "s-2"), Err(OidcError::Untrusted(_))));
    }

    #[test]
    fn rfc7636_appendix_b_the_crate_derives_the_challenge() {
        let verifier = PkceCodeVerifier::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
        assert_eq!(challenge.as_str(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert_eq!(challenge.method().as_str(), "S256");
    }
}
