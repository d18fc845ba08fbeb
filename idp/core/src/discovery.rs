//! The issuer, and what it says about itself (OpenID Connect Discovery §3, RFC 8414 §2).
//!
//! Every address comes from the one configured issuer, never from a request (rule Never 9).

use serde::Serialize;
use url::Url;

use crate::assurance;
use crate::claims::ClaimName;
use crate::client::loopback;

/// The issuer: an origin without a slash at the end, exactly as it stands in every token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    loopback: bool,
}

/// An issuer that is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an issuer: https://HOST, or http://localhost:PORT, without a slash at the end")]
pub struct NotAnIssuer(pub String);

impl Issuer {
    /// `https://HOST[:PORT]`, or `http` on loopback.
    ///
    /// # Errors
    /// Anything else, and any other spelling of the same.
    pub fn parse(text: &str) -> Result<Self, NotAnIssuer> {
        let refuse = || NotAnIssuer(text.to_owned());
        let url = Url::parse(text).map_err(|_| refuse())?;
        let loopback = loopback(&url);
        let scheme = url.scheme() == "https" || (url.scheme() == "http" && loopback);
        if !scheme || url.origin().ascii_serialization() != text {
            return Err(refuse());
        }
        Ok(Self { text: text.to_owned(), loopback })
    }

    /// The exact string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether this country runs on one machine.
    #[must_use]
    pub const fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// The address of an endpoint.
    #[must_use]
    pub fn endpoint(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }
}

/// Paths of the endpoints, in one place for the routes and for discovery.
pub mod path {
    #![expect(missing_docs, reason = "each name is the endpoint's name")]
    pub const AUTHORIZE: &str = "/authorize";
    pub const TOKEN: &str = "/token";
    pub const USERINFO: &str = "/userinfo";
    pub const JWKS: &str = "/jwks";
    pub const PAR: &str = "/par";
    pub const INTROSPECT: &str = "/introspect";
    pub const LOGOUT: &str = "/logout";
}

mod wire {
    use super::Serialize;

    #[derive(Serialize)]
    pub(super) struct Metadata<'a> {
        pub(super) issuer: &'a str,
        pub(super) authorization_endpoint: String,
        pub(super) token_endpoint: String,
        pub(super) userinfo_endpoint: String,
        pub(super) jwks_uri: String,
        pub(super) pushed_authorization_request_endpoint: String,
        pub(super) introspection_endpoint: String,
        pub(super) end_session_endpoint: String,
        pub(super) require_pushed_authorization_requests: bool,
        pub(super) response_types_supported: [&'a str; 1],
        pub(super) response_modes_supported: [&'a str; 1],
        pub(super) grant_types_supported: [&'a str; 2],
        pub(super) subject_types_supported: [&'a str; 1],
        pub(super) id_token_signing_alg_values_supported: [&'a str; 1],
        pub(super) token_endpoint_auth_methods_supported: [&'a str; 1],
        pub(super) token_endpoint_auth_signing_alg_values_supported: [&'a str; 2],
        pub(super) introspection_endpoint_auth_methods_supported: [&'a str; 1],
        pub(super) introspection_endpoint_auth_signing_alg_values_supported: [&'a str; 2],
        pub(super) dpop_signing_alg_values_supported: [&'a str; 2],
        pub(super) code_challenge_methods_supported: [&'a str; 1],
        pub(super) authorization_response_iss_parameter_supported: bool,
        pub(super) claims_parameter_supported: bool,
        pub(super) request_parameter_supported: bool,
        pub(super) request_uri_parameter_supported: bool,
        pub(super) scopes_supported: [&'a str; 3],
        pub(super) claims_supported: Vec<&'a str>,
        pub(super) acr_values_supported: Vec<&'a str>,
        pub(super) prompt_values_supported: [&'a str; 3],
        pub(super) ui_locales_supported: Vec<&'a str>,
    }
}

/// The metadata document. Only what exists is listed (§10 of the wire rules): no implicit flow, no secrets, no
/// unsigned tokens; ES256 alone for ID tokens.
#[must_use]
pub fn metadata(issuer: &Issuer, sandbox: bool, locales: &[&str]) -> String {
    let private_key_jwt = ["private_key_jwt"];
    let algorithms = ["ES256", "EdDSA"];
    let mut claims = vec!["sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "amr", "sid", "nonce"];
    claims.extend(ClaimName::ALL.iter().map(|name| name.as_str()));
    let document = wire::Metadata {
        issuer: issuer.as_str(),
        authorization_endpoint: issuer.endpoint(path::AUTHORIZE),
        token_endpoint: issuer.endpoint(path::TOKEN),
        userinfo_endpoint: issuer.endpoint(path::USERINFO),
        jwks_uri: issuer.endpoint(path::JWKS),
        pushed_authorization_request_endpoint: issuer.endpoint(path::PAR),
        introspection_endpoint: issuer.endpoint(path::INTROSPECT),
        end_session_endpoint: issuer.endpoint(path::LOGOUT),
        require_pushed_authorization_requests: true,
        response_types_supported: ["code"],
        response_modes_supported: ["query"],
        grant_types_supported: ["authorization_code", "client_credentials"],
        subject_types_supported: ["pairwise"],
        id_token_signing_alg_values_supported: ["ES256"],
        token_endpoint_auth_methods_supported: private_key_jwt,
        token_endpoint_auth_signing_alg_values_supported: algorithms,
        introspection_endpoint_auth_methods_supported: private_key_jwt,
        introspection_endpoint_auth_signing_alg_values_supported: algorithms,
        dpop_signing_alg_values_supported: algorithms,
        code_challenge_methods_supported: ["S256"],
        authorization_response_iss_parameter_supported: true,
        claims_parameter_supported: true,
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
        scopes_supported: ["openid", "profile", "sign"],
        claims_supported: claims,
        acr_values_supported: assurance::supported(sandbox),
        prompt_values_supported: ["none", "login", "consent"],
        ui_locales_supported: locales.to_vec(),
    };
    serde_json::to_string(&document).unwrap_or_default()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_an_origin_spelled_in_one_way() {
        for text in ["https://id.example.org", "http://localhost:8400", "http://127.0.0.1:8400"] {
            assert_eq!(Issuer::parse(text).unwrap().as_str(), text);
        }
        for text in [
            "https://id.example.org/",
            "https://ID.example.org",
            "https://id.example.org:443",
            "http://id.example.org",
            "https://id.example.org/t",
            "id.example.org",
            "",
        ] {
            assert_eq!(Issuer::parse(text), Err(NotAnIssuer(text.into())));
        }
        assert!(!Issuer::parse("https://id.example.org").unwrap().is_loopback());
    }

    #[test]
    fn discovery_lists_only_what_exists() {
        let issuer = Issuer::parse("http://localhost:8400").unwrap();
        let document: serde_json::Value = serde_json::from_str(&metadata(&issuer, true, &["en"])).unwrap();
        assert_eq!(document.get("issuer").unwrap(), "http://localhost:8400");
        assert_eq!(
            document.get("pushed_authorization_request_endpoint").unwrap(),
            "http://localhost:8400/par"
        );
        assert_eq!(
            document.get("token_endpoint_auth_methods_supported").unwrap(),
            &serde_json::json!(["private_key_jwt"])
        );
        assert_eq!(
            document.get("acr_values_supported").unwrap(),
            &serde_json::json!(["urn:chancery:sandbox:substantial"])
        );
        assert_eq!(document.get("request_uri_parameter_supported").unwrap(), false);
        assert_eq!(document.get("require_pushed_authorization_requests").unwrap(), true);
        let text = document.to_string();
        for absent in
            ["none\",\"HS256", "RS256", "client_secret", "implicit", "token id_token", "plain", "public"]
        {
            assert!(!text.contains(absent), "{absent}");
        }
    }
}
