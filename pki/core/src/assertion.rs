//! WebAuthn assertions over a challenge that we give, checked so that anyone can repeat it in decades.
//!
//! The challenge is the hash of what is approved ([`challenge`]); the credential, its key, the RP ID and the exact
//! origin come from a signed statement and never from the answer. This room knows nothing of sessions or people, and
//! does not remember challenges: using an approval once is the caller's conditional write.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use der::Sequence;
use der::asn1::OctetString;
use serde::Deserialize;

use crate::bytes::Hash;
use crate::key::{PublicKey, SignatureEncoding, constant_time_eq, hash_parts, sha256};
use crate::limits;

/// What an authenticator answered (WebAuthn Level 3 §6.3.3), as it is kept for ever.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct Assertion {
    /// The credential that answered.
    pub credential_id: OctetString,
    /// RP ID hash, flags, counter.
    pub authenticator_data: OctetString,
    /// Type, challenge, origin, as the browser wrote them.
    pub client_data_json: OctetString,
    /// Over `authenticator_data || SHA-256(client_data_json)`.
    pub signature: OctetString,
}

/// What the assertion must be, from our own tables.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// RP ID of the credential.
    pub rp_id: &'a str,
    /// The one origin where it may have been made, as a browser writes it (no trailing slash).
    pub origin: &'a str,
    /// What was approved; see [`challenge`].
    pub challenge: &'a Hash,
    /// The credential's id.
    pub credential_id: &'a [u8],
    /// The credential's key.
    pub public_key: &'a PublicKey,
}

/// An assertion that [`verify`] accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    flags: u8,
    counter: u32,
}

impl Checked {
    /// Authenticator data flags (WebAuthn Level 3 §6.1); UP and UV are set.
    #[must_use]
    pub const fn flags(&self) -> u8 {
        self.flags
    }

    /// The signature counter; 0 where the authenticator keeps none.
    #[must_use]
    pub const fn counter(&self) -> u32 {
        self.counter
    }
}

/// Why an assertion is not the one that was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssertionError {
    /// Not a structure that a browser makes.
    #[error("the passkey's answer cannot be read: {0}")]
    Malformed(&'static str),
    /// Another credential answered.
    #[error("another passkey answered")]
    OtherCredential,
    /// `type` is not `webauthn.get`.
    #[error("the answer is not an assertion")]
    OtherType,
    /// Another challenge: another request, or an old one.
    #[error("the answer is for something else")]
    OtherChallenge,
    /// Another origin.
    #[error("the answer was made on another site")]
    OtherOrigin,
    /// Made inside another site's frame.
    #[error("the answer was made inside another site")]
    CrossOrigin,
    /// Another RP ID.
    #[error("the answer is for another relying party")]
    OtherRelyingParty,
    /// UP is not set.
    #[error("nobody touched the authenticator")]
    NotPresent,
    /// UV is not set.
    #[error("the authenticator did not check who touched it")]
    NotVerified,
    /// The signature does not match.
    #[error("the passkey's signature does not match")]
    SignatureMismatch,
}

/// User present.
pub const FLAG_UP: u8 = 0x01;
/// User verified.
pub const FLAG_UV: u8 = 0x04;
/// The credential may be backed up.
pub const FLAG_BE: u8 = 0x08;
/// The credential is backed up.
pub const FLAG_BS: u8 = 0x10;
const FLAG_AT: u8 = 0x40;
const FLAG_ED: u8 = 0x80;

/// `CollectedClientData` of the browsers stays below 400 bytes; padding by future members is allowed for.
const CLIENT_DATA_BYTES_MAX: usize = 4096;
/// 37 bytes, and extension outputs that we ignore.
const AUTHENTICATOR_DATA_BYTES_MAX: usize = 1024;
/// An RSA key of 8192 bits signs with 1024 bytes.
const SIGNATURE_BYTES_MAX: usize = 1024;
/// All members in base64url, with room for client extension results.
const JSON_BYTES_MAX: usize = 16 * 1024;

/// The challenge that stands for a thing: SHA-256(tag || DER).
#[must_use]
pub fn challenge(tag: &str, der: &[u8]) -> Hash {
    hash_parts(&[tag.as_bytes(), der])
}

/// Verifies an assertion (WebAuthn Level 3 §7.2, for a challenge and a credential that we chose).
///
/// # Errors
/// The first check that fails, in the order of the clause.
pub fn verify(assertion: &Assertion, expected: &Expected<'_>) -> Result<Checked, AssertionError> {
    // §7.2 steps 5 and 6: the credential is one that was asked for, and the key is its owner's.
    if !constant_time_eq(assertion.credential_id.as_bytes(), expected.credential_id) {
        return Err(AssertionError::OtherCredential);
    }
    check_client_data(assertion.client_data_json.as_bytes(), expected)?;
    let checked = check_authenticator_data(assertion.authenticator_data.as_bytes(), expected)?;
    let signature = assertion.signature.as_bytes();
    if signature.len() > SIGNATURE_BYTES_MAX {
        return Err(AssertionError::Malformed("the signature is too long"));
    }
    // §7.2 steps 20 and 21: over authData || SHA-256(cData).
    let digest = sha256(assertion.client_data_json.as_bytes());
    let message = [assertion.authenticator_data.as_bytes(), digest.as_bytes()].concat();
    expected
        .public_key
        .verify(SignatureEncoding::Der, &message, signature)
        .map_err(|_| AssertionError::SignatureMismatch)?;
    Ok(checked)
}

/// `CollectedClientData` (§5.8.1); a member given twice is refused, an unknown one ignored.
#[derive(Deserialize)]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin")]
    cross_origin: Option<bool>,
    #[serde(rename = "topOrigin")]
    top_origin: Option<String>,
}

fn check_client_data(json: &[u8], expected: &Expected<'_>) -> Result<(), AssertionError> {
    if json.len() > CLIENT_DATA_BYTES_MAX {
        return Err(AssertionError::Malformed("the client data is too long"));
    }
    let data: ClientData = serde_json::from_slice(json)
        .map_err(|_| AssertionError::Malformed("the client data is not JSON of its type"))?;
    // §7.2 step 10.
    if data.r#type != "webauthn.get" {
        return Err(AssertionError::OtherType);
    }
    // §7.2 step 11: the base64url form itself is compared, so that no second spelling of it is accepted.
    let challenge = URL_SAFE_NO_PAD.encode(expected.challenge.as_bytes());
    if !constant_time_eq(data.challenge.as_bytes(), challenge.as_bytes()) {
        return Err(AssertionError::OtherChallenge);
    }
    // §7.2 step 12.
    if data.origin != expected.origin {
        return Err(AssertionError::OtherOrigin);
    }
    // §7.2 steps 13 and 14: we are never framed, so neither may be said.
    if data.cross_origin == Some(true) || data.top_origin.is_some() {
        return Err(AssertionError::CrossOrigin);
    }
    Ok(())
}

fn check_authenticator_data(data: &[u8], expected: &Expected<'_>) -> Result<Checked, AssertionError> {
    let (rp_id_hash, rest) =
        data.split_at_checked(32).ok_or(AssertionError::Malformed("authenticator data is short"))?;
    let [flags, c0, c1, c2, c3, extra @ ..] = rest else {
        return Err(AssertionError::Malformed("authenticator data is short"));
    };
    // §7.2 step 15.
    if !constant_time_eq(rp_id_hash, sha256(expected.rp_id.as_bytes()).as_bytes()) {
        return Err(AssertionError::OtherRelyingParty);
    }
    // §7.2 steps 16 and 17.
    if flags & FLAG_UP == 0 {
        return Err(AssertionError::NotPresent);
    }
    if flags & FLAG_UV == 0 {
        return Err(AssertionError::NotVerified);
    }
    // §7.2 step 18: not backed up when it cannot be.
    if flags & (FLAG_BE | FLAG_BS) == FLAG_BS {
        return Err(AssertionError::Malformed("the backup flags contradict each other"));
    }
    // §6.1: no attested credential data in an assertion; what follows the counter is extension output, and only with ED.
    if flags & FLAG_AT != 0
        || extra.is_empty() != (flags & FLAG_ED == 0)
        || data.len() > AUTHENTICATOR_DATA_BYTES_MAX
    {
        return Err(AssertionError::Malformed("authenticator data has parts that an assertion has not"));
    }
    Ok(Checked { flags: *flags, counter: u32::from_be_bytes([*c0, *c1, *c2, *c3]) })
}

/// `PublicKeyCredential.toJSON()` of an assertion (`AuthenticationResponseJSON`, §5.1).
#[derive(Deserialize)]
struct BrowserCredential {
    id: String,
    #[serde(rename = "rawId")]
    raw_id: String,
    r#type: String,
    response: BrowserResponse,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BrowserResponse {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    authenticator_data: String,
    signature: String,
    user_handle: Option<String>,
}

impl Assertion {
    /// From what the passkey script posts: `JSON.stringify(credential.toJSON())`. The user handle, where the
    /// authenticator gave one, is not part of an assertion and comes beside it.
    ///
    /// # Errors
    /// [`AssertionError::Malformed`] for anything else.
    pub fn from_browser_json(json: &str) -> Result<(Self, Option<Vec<u8>>), AssertionError> {
        if json.len() > JSON_BYTES_MAX {
            return Err(AssertionError::Malformed("the credential is too long"));
        }
        let credential: BrowserCredential = serde_json::from_str(json)
            .map_err(|_| AssertionError::Malformed("the credential is not JSON of its type"))?;
        if credential.r#type != "public-key" || credential.id != credential.raw_id {
            return Err(AssertionError::Malformed("the credential is not a public key"));
        }
        let octets =
            |text: &str| OctetString::new(decoded(text)?).map_err(|_| AssertionError::Malformed("too long"));
        let assertion = Self {
            credential_id: octets(&credential.raw_id)?,
            authenticator_data: octets(&credential.response.authenticator_data)?,
            client_data_json: octets(&credential.response.client_data_json)?,
            signature: octets(&credential.response.signature)?,
        };
        limits::credential_id(assertion.credential_id.as_bytes())
            .map_err(|error| AssertionError::Malformed(error.why))?;
        let user_handle = credential.response.user_handle.as_deref().map(decoded).transpose()?;
        Ok((assertion, user_handle.filter(|handle| !handle.is_empty())))
    }
}

fn decoded(text: &str) -> Result<Vec<u8>, AssertionError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| AssertionError::Malformed("a member is not base64url"))
}

#[cfg(test)]
mod tests;
