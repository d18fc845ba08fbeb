//! Passkey ceremonies through webauthn-rs: it makes the challenge and judges the answer. The core then judges the same
//! answer by itself (`idp_core::authn`), so a login needs two implementations to agree.

use der::asn1::Uint;
use der::{Decode as _, Sequence};
use idp_core::authn::{Ceremony, Passkey};
use pki_core::assertion::{FLAG_BE, FLAG_BS};
use pki_core::bytes::Hash;
use pki_core::jose::from_base64url;
use pki_core::key::{Algorithm, PublicKey};
use serde_json::Value;
use service::clock::Instant;
use url::Url;
use webauthn_rs::prelude::{
    AttestationFormat, COSEAlgorithm, COSEEC2Key, COSEKey, COSEKeyType, COSEOKPKey, COSERSAKey, Credential,
    DiscoverableAuthentication, DiscoverableKey, ECDSACurve, EDDSACurve, ParsedAttestation,
    Passkey as LibraryPasskey, PublicKeyCredential, Webauthn, WebauthnBuilder, WebauthnError,
};
use webauthn_rs_proto::{RegisteredExtensions, UserVerificationPolicy};

/// Why the library did not begin, or did not accept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PasskeyError {
    /// Not what a browser sends.
    #[error("the passkey's answer cannot be read")]
    Malformed,
    /// Readable, and refused by a check of WebAuthn Level 3 §7.2.
    #[error("the passkey's answer was refused: {0}")]
    Refused(String),
    /// A key that the library does not take.
    #[error("the passkey has a key of a kind that is not taken here")]
    UnsupportedKey,
    /// The library could not begin.
    #[error("{0}")]
    NotBegun(String),
}

/// What the page carries, and what must come back with its answer.
pub(crate) struct Begun {
    /// `{"publicKey":{..}}` for `data-options`.
    pub(crate) options: String,
    /// The library's state; sealed into the browser's cookie.
    pub(crate) state: String,
}

/// The relying party at the issuer's origin.
pub(crate) struct Passkeys {
    webauthn: Webauthn,
}

impl Passkeys {
    /// The relying party `rp_id` at exactly `origin`: no subdomain, no other port.
    pub(crate) fn new(rp_id: &str, origin: &str) -> Result<Self, PasskeyError> {
        let not_begun = |why: String| PasskeyError::NotBegun(why);
        let origin = Url::parse(origin).map_err(|error| not_begun(error.to_string()))?;
        let begin = |error: WebauthnError| not_begun(error.to_string());
        let webauthn = WebauthnBuilder::new(rp_id, &origin).map_err(begin)?.build().map_err(begin)?;
        Ok(Self { webauthn })
    }

    /// Begins a sign-in with whichever discoverable passkey the person chooses.
    pub(crate) fn begin(&self) -> Result<Begun, PasskeyError> {
        let (mut options, state) = self
            .webauthn
            .start_discoverable_authentication()
            .map_err(|error| PasskeyError::NotBegun(error.to_string()))?;
        // The library always says `conditional`; how the passkey is asked for is the page's business.
        options.mediation = None;
        let text = |value: Result<String, serde_json::Error>| {
            value.map_err(|error| PasskeyError::NotBegun(error.to_string()))
        };
        Ok(Begun {
            options: text(serde_json::to_string(&options))?,
            state: text(serde_json::to_string(&state))?,
        })
    }

    /// The library's judgement about an answer (WebAuthn Level 3 §7.2), against the passkey as the registry told it.
    pub(crate) fn judge(&self, credential: &str, state: &str, passkey: &Passkey) -> Result<(), PasskeyError> {
        let answer: PublicKeyCredential =
            serde_json::from_str(credential).map_err(|_| PasskeyError::Malformed)?;
        let state: DiscoverableAuthentication =
            serde_json::from_str(state).map_err(|_| PasskeyError::Malformed)?;
        let key = DiscoverableKey::from(&library_passkey(passkey)?);
        let result = self
            .webauthn
            .finish_discoverable_authentication_v2(&answer, state, &key)
            .map_err(|error| PasskeyError::Refused(error.to_string()))?;
        if result.user_verified() {
            Ok(())
        } else {
            Err(PasskeyError::Refused("the authenticator did not check who touched it".to_owned()))
        }
    }
}

/// The ceremony of a state, as the core judges it.
pub(crate) fn ceremony(state: &str, begun: Instant) -> Result<Ceremony, PasskeyError> {
    let state: Value = serde_json::from_str(state).map_err(|_| PasskeyError::Malformed)?;
    let challenge = state.pointer("/ast/challenge").and_then(Value::as_str).and_then(from_base64url);
    let challenge = challenge.and_then(|bytes| Hash::from_slice(&bytes)).ok_or(PasskeyError::Malformed)?;
    Ok(Ceremony { challenge, begun })
}

/// Rebuilds the library's own form from credential id, `SubjectPublicKeyInfo` and flags: the registry made and judged
/// the passkey, this house was told the result.
fn library_passkey(passkey: &Passkey) -> Result<LibraryPasskey, PasskeyError> {
    Ok(LibraryPasskey::from(Credential {
        cred_id: passkey.credential_id.clone(),
        cred: cose_key(&passkey.public_key)?,
        counter: passkey.counter,
        transports: None,
        user_verified: true,
        backup_eligible: passkey.flags & FLAG_BE != 0,
        backup_state: passkey.flags & FLAG_BS != 0,
        registration_policy: UserVerificationPolicy::Required,
        extensions: RegisteredExtensions::none(),
        attestation: ParsedAttestation::default(),
        attestation_format: AttestationFormat::None,
    }))
}

#[derive(Sequence)]
struct RsaPublicKey {
    modulus: Uint,
    exponent: Uint,
}

/// A key as COSE has it (RFC 9053 §7).
fn cose_key(key: &PublicKey) -> Result<COSEKey, PasskeyError> {
    let unsupported = || PasskeyError::UnsupportedKey;
    let (type_, key) = match (key.algorithm(), key.raw()) {
        (Algorithm::EcdsaP256Sha256, [4, point @ ..]) => {
            let (x, y) = point.split_at_checked(32).ok_or_else(unsupported)?;
            let key = COSEEC2Key { curve: ECDSACurve::SECP256R1, x: x.to_vec(), y: y.to_vec() };
            (COSEAlgorithm::ES256, COSEKeyType::EC_EC2(key))
        }
        (Algorithm::Ed25519, raw) => {
            let key = COSEOKPKey { curve: EDDSACurve::ED25519, x: raw.to_vec() };
            (COSEAlgorithm::EDDSA, COSEKeyType::EC_OKP(key))
        }
        (Algorithm::RsaPkcs1Sha256, raw) => {
            let key = RsaPublicKey::from_der(raw).map_err(|_| unsupported())?;
            let e = key.exponent.as_bytes().try_into().map_err(|_| unsupported())?;
            let n = key.modulus.as_bytes().to_vec();
            (COSEAlgorithm::RS256, COSEKeyType::RSA(COSERSAKey { n, e }))
        }
        _ => return Err(unsupported()),
    };
    Ok(COSEKey { type_, key })
}
