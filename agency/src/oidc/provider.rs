//! The identity provider as discovery describes it (OpenID Connect Discovery 1.0 §4, RFC 8414, RFC 9126 §5).
//! The `openidconnect` crate fetches and checks it, with the keys; this room adds the members that FAPI 2.0 needs.
//! Data: the issuer from the configuration in, metadata and keys out, at most five minutes old.

use std::sync::Arc;

use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType,
};
use openidconnect::{AdditionalProviderMetadata, DiscoveryError, EndSessionUrl, IssuerUrl, ProviderMetadata};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use url::Url;

use super::error::OidcError;
use crate::outbound::Outbound;

/// A rotated key is seen within this time; in between, the same metadata serves every login.
const FRESH_SECONDS: i64 = 300;

/// What discovery says beyond OpenID Connect itself.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Fapi {
    /// RFC 9126 §5.
    pub(crate) pushed_authorization_request_endpoint: Url,
    /// RFC 9207 §3.
    #[serde(default)]
    pub(crate) authorization_response_iss_parameter_supported: bool,
    /// OpenID Connect RP-Initiated Logout 1.0 §2.1.
    pub(crate) end_session_endpoint: Option<EndSessionUrl>,
}

impl AdditionalProviderMetadata for Fapi {}

pub(crate) type Metadata = ProviderMetadata<
    Fapi,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// Discovery, remembered for a while.
pub(crate) struct Provider {
    issuer: IssuerUrl,
    known: Mutex<Option<(i64, Arc<Metadata>)>>,
}

impl Provider {
    pub(crate) fn new(issuer: IssuerUrl) -> Provider {
        Provider { issuer, known: Mutex::new(None) }
    }

    /// Metadata and keys. The crate has compared the issuer inside with the one that was asked.
    pub(crate) async fn metadata(&self, outbound: &Outbound, now: i64) -> Result<Arc<Metadata>, OidcError> {
        let mut known = self.known.lock().await;
        if let Some((fetched, metadata)) = known.as_ref()
            && now.saturating_sub(*fetched) < FRESH_SECONDS
        {
            return Ok(Arc::clone(metadata));
        }
        let metadata =
            Metadata::discover_async(self.issuer.clone(), outbound).await.map_err(|error| match error {
                DiscoveryError::Request(error) => OidcError::Unreachable(error),
                other => OidcError::Incompatible(other.to_string()),
            })?;
        // RFC 9207 §2.4: a client that needs the iss parameter must know that the provider sends it.
        if !metadata.additional_metadata().authorization_response_iss_parameter_supported {
            return Err(OidcError::Incompatible("no iss in authorization responses (RFC 9207)".to_owned()));
        }
        let metadata = Arc::new(metadata);
        *known = Some((now, Arc::clone(&metadata)));
        Ok(metadata)
    }

    /// Forgets what is known, because a key was not among the keys.
    pub(crate) async fn forget(&self) {
        *self.known.lock().await = None;
    }
}
