//! private_key_jwt (RFC 7523 §2.2, FAPI 2.0 Security Profile §5.3.2.1): the agency says who it is, anew for every request.
//! Data: the client's key in, the two form parameters out.

use serde_json::json;

use super::jose::Es256;
use crate::secret::{NoRandomness, fresh};

/// An assertion is for one request that leaves now; a minute is for the clocks.
const LIFE_SECONDS: i64 = 60;

/// RFC 7521 §4.2, value registered by RFC 7523.
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Who the agency is at the provider.
pub(crate) struct Identity<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) issuer: &'a str,
    pub(crate) key: &'a Es256,
}

/// `client_assertion_type` and `client_assertion`, never to be sent twice: the provider remembers `jti`.
pub(crate) fn parameters(
    identity: &Identity<'_>,
    now_seconds: i64,
) -> Result<[(&'static str, String); 2], NoRandomness> {
    let claims = json!({
        "iss": identity.client_id,
        "sub": identity.client_id,
        // FAPI 2.0 §5.3.2.1: the audience is the issuer, as one string, whichever endpoint is asked.
        "aud": identity.issuer,
        "iat": now_seconds,
        "exp": now_seconds.saturating_add(LIFE_SECONDS),
        "jti": fresh()?,
    });
    let header = json!({ "typ": "JWT", "kid": identity.key.thumbprint() });
    Ok([("client_assertion_type", TYPE.to_owned()), ("client_assertion", identity.key.sign(header, &claims))])
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::oidc::jose::tests::{open, rfc7515_key};

    #[test]
    fn fapi_5_3_2_1_the_audience_is_the_issuer_and_every_assertion_is_new() {
        let key = rfc7515_key();
        let identity = Identity { client_id: "open-assembly", issuer: "http://localhost:8400", key: &key };
        let [(type_name, type_value), (name, first)] = parameters(&identity, 1000).unwrap();
        assert_eq!((type_name, type_value.as_str()), ("client_assertion_type", TYPE));
        assert_eq!(name, "client_assertion");

        let (header, claims) = open(&key, &first);
        assert_eq!(header["kid"], key.thumbprint());
        assert_eq!((&claims["iss"], &claims["sub"]), (&json!("open-assembly"), &json!("open-assembly")));
        assert_eq!(claims["aud"], "http://localhost:8400");
        assert_eq!((&claims["iat"], &claims["exp"]), (&json!(1000), &json!(1060)));

        let [_, (_, second)] = parameters(&identity, 1000).unwrap();
        assert_ne!(open(&key, &second).1["jti"], claims["jti"]);
    }
}
