//! Making a passkey and signing in with one, through webauthn-rs.
//!
//! This room knows the RP ID and the registry's origin, and nothing of cases or people. The state of a ceremony goes
//! out sealed with the page and comes back with the answer; that an answer counts once is the caller's conditional
//! write, because the library accepts the same answer to the same state twice.

use der::asn1::{Any, BitString, Uint};
use der::{Encode as _, Sequence};
use pki_core::assertion::{FLAG_BE, FLAG_BS, FLAG_UP, FLAG_UV};
use pki_core::bytes::{Hash, Id};
use pki_core::key::PublicKey;
use serde_json::{Value, json};
use spki::{AlgorithmIdentifierOwned, ObjectIdentifier, SubjectPublicKeyInfoOwned};
use url::Url;
use webauthn_rs::prelude::{
    COSEKey, COSEKeyType, Credential, DiscoverableAuthentication, ECDSACurve, EDDSACurve, Passkey,
    PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Uuid, Webauthn, WebauthnBuilder,
    WebauthnError,
};

/// COSE algorithms that a passkey may have: ES256, EdDSA, RS256 (older Windows Hello); design.md §6.
const ALGORITHMS: [i64; 3] = [-7, -8, -257];

/// A credential with a chain of attestation certificates stays below 8 KiB.
const CREDENTIAL_JSON_BYTES_MAX: usize = 32 * 1024;

/// Why a passkey was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PasskeyError {
    /// Not what a browser sends.
    #[error("the passkey's answer cannot be read")]
    Malformed,
    /// Readable, and refused by a check of WebAuthn Level 3 §7.1 or §7.2.
    #[error("the passkey's answer was refused: {0}")]
    Refused(String),
    /// A key of a kind that we do not take.
    #[error("the passkey has a key of a kind that is not taken here")]
    UnsupportedKey,
    /// The library could not begin.
    #[error("a passkey ceremony could not begin: {0}")]
    NotBegun(String),
}

impl From<WebauthnError> for PasskeyError {
    fn from(error: WebauthnError) -> Self {
        Self::Refused(error.to_string())
    }
}

/// What the page carries, and what must come back with its answer.
pub(crate) struct Begun {
    /// `{"publicKey":{..}}` for `data-options`.
    pub(crate) options: String,
    /// The library's state; sealed before it leaves.
    pub(crate) state: Vec<u8>,
}

/// A passkey that was really made, as the registration proved it.
pub(crate) struct Made {
    pub(crate) credential_id: Vec<u8>,
    pub(crate) public_key: PublicKey,
    /// UP, UV, BE, BS.
    pub(crate) flags: u8,
    /// The attestation object as it came, for later judgement.
    pub(crate) attestation: Vec<u8>,
    /// The library's own form, for later sign-ins.
    pub(crate) stored: String,
}

/// A sign-in that succeeded.
pub(crate) struct SignedIn {
    /// The passkey with its counter moved, when it has to be stored again.
    pub(crate) stored: Option<String>,
    /// The challenge, which signs in once.
    pub(crate) challenge: Hash,
}

/// The relying party at the registry's origin.
pub(crate) struct RelyingParty {
    webauthn: Webauthn,
}

impl RelyingParty {
    /// The relying party `rp_id` at exactly `origin`.
    pub(crate) fn new(rp_id: &str, origin: &Url, name: &str) -> Result<Self, PasskeyError> {
        let begin = |error: WebauthnError| PasskeyError::NotBegun(error.to_string());
        let webauthn =
            WebauthnBuilder::new(rp_id, origin).map_err(begin)?.rp_name(name).build().map_err(begin)?;
        Ok(Self { webauthn })
    }

    /// Begins the making of a discoverable passkey. `user` becomes the credential's `user.id`.
    pub(crate) fn begin_making(&self, user: Id, name: &str) -> Result<Begun, PasskeyError> {
        let begin = |error: WebauthnError| PasskeyError::NotBegun(error.to_string());
        let user = Uuid::from_bytes(*user.as_bytes());
        let (options, state) =
            self.webauthn.start_passkey_registration(user, name, name, None).map_err(begin)?;
        let mut options = json_value(&options)?;
        let mut state = json_value(&state)?;
        // The library asks for `residentKey: discouraged` and knows no EdDSA by default; `finish` accepts both changes.
        set(&mut options, &["publicKey", "authenticatorSelection", "residentKey"], json!("required"))?;
        set(&mut options, &["publicKey", "authenticatorSelection", "requireResidentKey"], json!(true))?;
        let params: Vec<Value> =
            ALGORITHMS.iter().map(|alg| json!({ "type": "public-key", "alg": alg })).collect();
        set(&mut options, &["publicKey", "pubKeyCredParams"], Value::Array(params))?;
        set(&mut state, &["rs", "credential_algorithms"], json!(["ES256", "EDDSA", "RS256"]))?;
        serde_json::from_value::<PasskeyRegistration>(state.clone())
            .map_err(|error| PasskeyError::NotBegun(error.to_string()))?;
        Ok(Begun { options: options.to_string(), state: state.to_string().into_bytes() })
    }

    /// Verifies the making (WebAuthn Level 3 §7.1): challenge, origin, RP ID, UP, UV, the key's own form.
    pub(crate) fn finish_making(&self, credential: &str, state: &[u8]) -> Result<Made, PasskeyError> {
        if credential.len() > CREDENTIAL_JSON_BYTES_MAX {
            return Err(PasskeyError::Malformed);
        }
        let state: PasskeyRegistration =
            serde_json::from_slice(state).map_err(|_| PasskeyError::Malformed)?;
        let answer: RegisterPublicKeyCredential =
            serde_json::from_str(credential).map_err(|_| PasskeyError::Malformed)?;
        let passkey = self.webauthn.finish_passkey_registration(&answer, &state)?;
        let stored = serde_json::to_string(&passkey).map_err(|_| PasskeyError::Malformed)?;
        let made = Credential::from(passkey);
        if !made.user_verified {
            return Err(PasskeyError::Refused("the authenticator did not check who touched it".to_owned()));
        }
        let backup = |set: bool, flag: u8| if set { flag } else { 0 };
        Ok(Made {
            public_key: public_key(&made.cred)?,
            flags: FLAG_UP
                | FLAG_UV
                | backup(made.backup_eligible, FLAG_BE)
                | backup(made.backup_state, FLAG_BS),
            credential_id: made.cred_id,
            attestation: answer.response.attestation_object,
            stored,
        })
    }

    /// Begins a sign-in with whichever discoverable passkey the person chooses.
    pub(crate) fn begin_sign_in(&self) -> Result<Begun, PasskeyError> {
        let begin = |error: WebauthnError| PasskeyError::NotBegun(error.to_string());
        let (mut options, state) = self.webauthn.start_discoverable_authentication().map_err(begin)?;
        // The library always says `conditional`; how the passkey is asked for is the page's business.
        options.mediation = None;
        Ok(Begun {
            options: json_value(&options)?.to_string(),
            state: json_value(&state)?.to_string().into_bytes(),
        })
    }

    /// Whose passkey answered, unverified: user handle and credential id, to look the stored passkey up.
    pub(crate) fn who_unverified(&self, credential: &str) -> Result<(Id, Vec<u8>), PasskeyError> {
        let answer = read_answer(credential)?;
        let (user, credential_id) = self.webauthn.identify_discoverable_authentication(&answer)?;
        Ok((Id::new(*user.as_bytes()), credential_id.to_vec()))
    }

    /// Verifies a sign-in (WebAuthn Level 3 §7.2) against the stored passkey of the officer who was looked up.
    pub(crate) fn finish_sign_in(
        &self,
        credential: &str,
        state: &[u8],
        stored: &str,
    ) -> Result<SignedIn, PasskeyError> {
        let answer = read_answer(credential)?;
        let challenge = challenge_of(state)?;
        let state: DiscoverableAuthentication =
            serde_json::from_slice(state).map_err(|_| PasskeyError::Malformed)?;
        let mut passkey: Passkey = serde_json::from_str(stored).map_err(|_| PasskeyError::Malformed)?;
        let key = webauthn_rs::prelude::DiscoverableKey::from(&passkey);
        let result = self.webauthn.finish_discoverable_authentication_v2(&answer, state, &key)?;
        if !result.user_verified() {
            return Err(PasskeyError::Refused("the authenticator did not check who touched it".to_owned()));
        }
        let changed = result.needs_update() && passkey.update_credential(&result) == Some(true);
        let stored = if changed {
            Some(serde_json::to_string(&passkey).map_err(|_| PasskeyError::Malformed)?)
        } else {
            None
        };
        Ok(SignedIn { stored, challenge })
    }
}

fn read_answer(credential: &str) -> Result<PublicKeyCredential, PasskeyError> {
    if credential.len() > CREDENTIAL_JSON_BYTES_MAX {
        return Err(PasskeyError::Malformed);
    }
    serde_json::from_str(credential).map_err(|_| PasskeyError::Malformed)
}

/// The challenge of a sign-in state, hashed: the row that lets it sign in once holds this.
fn challenge_of(state: &[u8]) -> Result<Hash, PasskeyError> {
    let state: Value = serde_json::from_slice(state).map_err(|_| PasskeyError::Malformed)?;
    let challenge = state.pointer("/ast/challenge").and_then(Value::as_str).ok_or(PasskeyError::Malformed)?;
    Ok(pki_core::key::sha256(challenge.as_bytes()))
}

fn json_value<T: serde::Serialize>(value: &T) -> Result<Value, PasskeyError> {
    serde_json::to_value(value).map_err(|error| PasskeyError::NotBegun(error.to_string()))
}

/// Sets a member that the library has put there, so that a change of its form is noticed.
fn set(value: &mut Value, path: &[&str], to: Value) -> Result<(), PasskeyError> {
    let missing = || PasskeyError::NotBegun(format!("the library's form has no {}", path.join(".")));
    let (last, parents) = path.split_last().ok_or_else(missing)?;
    let mut at = value;
    for name in parents {
        at = at.get_mut(*name).ok_or_else(missing)?;
    }
    at.as_object_mut().ok_or_else(missing)?.insert((*last).to_owned(), to);
    Ok(())
}

#[derive(Sequence)]
struct RsaPublicKey {
    modulus: Uint,
    exponent: Uint,
}

const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// A COSE key (RFC 9053 §7) as the `SubjectPublicKeyInfo` that statements carry.
fn public_key(key: &COSEKey) -> Result<PublicKey, PasskeyError> {
    match &key.key {
        COSEKeyType::EC_EC2(point) if point.curve == ECDSACurve::SECP256R1 => {
            let sec1 = [&[4u8], point.x.as_slice(), point.y.as_slice()].concat();
            PublicKey::from_point(&sec1).map_err(|_| PasskeyError::UnsupportedKey)
        }
        COSEKeyType::EC_OKP(point) if point.curve == EDDSACurve::ED25519 => spki(ED25519, None, &point.x),
        COSEKeyType::RSA(rsa) => {
            let unsupported = |_| PasskeyError::UnsupportedKey;
            let key = RsaPublicKey {
                modulus: Uint::new(&rsa.n).map_err(unsupported)?,
                exponent: Uint::new(&rsa.e).map_err(unsupported)?,
            };
            spki(RSA_ENCRYPTION, Some(Any::null()), &key.to_der().map_err(unsupported)?)
        }
        COSEKeyType::EC_EC2(_) | COSEKeyType::EC_OKP(_) => Err(PasskeyError::UnsupportedKey),
    }
}

fn spki(oid: ObjectIdentifier, parameters: Option<Any>, key: &[u8]) -> Result<PublicKey, PasskeyError> {
    let info = SubjectPublicKeyInfoOwned {
        algorithm: AlgorithmIdentifierOwned { oid, parameters },
        subject_public_key: BitString::from_bytes(key).map_err(|_| PasskeyError::UnsupportedKey)?,
    };
    let der = info.to_der().map_err(|_| PasskeyError::UnsupportedKey)?;
    PublicKey::from_spki(&der).map_err(|_| PasskeyError::UnsupportedKey)
}
