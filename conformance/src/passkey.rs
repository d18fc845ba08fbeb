//! A passkey in software: what a browser and its authenticator do together, with every dial that an attacker would
//! like to turn.
//!
//! Honest by default: it refuses an RP ID that the page's origin may not use, verifies the user, counts up. For each
//! reject there is a field in [`Fault`]. Everything is written here from WebAuthn Level 3 and CTAP 2.1 by hand (CBOR too),
//! so that no library of the services judges itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{DerSignature, SigningKey};
use pki_core::key::{SystemRandom, random_array, sha256};
use serde_json::{Value, json};
use url::Url;

/// User present (WebAuthn §6.1).
const FLAG_UP: u8 = 0x01;
/// User verified.
const FLAG_UV: u8 = 0x04;
/// Backup eligible, backup state: a passkey that is synchronised between devices.
const FLAGS_SYNCED: u8 = 0x08 | 0x10;
/// Attested credential data follows.
const FLAG_AT: u8 = 0x40;

/// What deviates from an honest browser and authenticator in the next ceremony.
#[derive(Clone, Debug, Default)]
pub struct Fault {
    /// The person touched the device but did not unlock it: UV is not set.
    pub user_not_verified: bool,
    /// Nobody touched the device: UP is not set.
    pub user_not_present: bool,
    /// The page that collected the answer stood elsewhere.
    pub origin: Option<String>,
    /// The answer is over this challenge instead of the page's.
    pub challenge: Option<Vec<u8>>,
    /// The answer was collected inside a frame of another site.
    pub cross_origin: bool,
    /// The authenticator believed it was talking to this RP.
    pub rp_id: Option<String>,
    /// Client data of the other ceremony (`webauthn.create` in a get, and the reverse).
    pub swapped_type: bool,
    /// One bit of the signature is another.
    pub broken_signature: bool,
    /// The answer names this credential instead of the one that signed.
    pub credential_id: Option<Vec<u8>>,
    /// The counter goes back to this value.
    pub counter: Option<u32>,
}

/// One discoverable credential.
#[derive(Clone)]
struct Credential {
    id: Vec<u8>,
    rp_id: String,
    user_handle: Vec<u8>,
    key: SigningKey,
    /// Shared with clones: they are the same device in another browser.
    counter: Arc<AtomicU32>,
}

/// A device with its discoverable credentials. A clone is the same device in another browser.
#[derive(Clone, Default)]
pub struct SoftwarePasskey {
    credentials: Vec<Credential>,
    synced: bool,
    /// Applies to every ceremony until it is changed.
    pub fault: Fault,
}

impl SoftwarePasskey {
    /// A device that keeps its passkeys to itself.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A device whose passkeys are synchronised with others (backup flags set).
    #[must_use]
    pub fn synced() -> Self {
        Self { synced: true, ..Self::default() }
    }

    /// How many passkeys it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.credentials.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.credentials.is_empty()
    }

    /// The newest credential's id.
    #[must_use]
    pub fn credential_id(&self) -> Option<&[u8]> {
        self.credentials.last().map(|credential| credential.id.as_slice())
    }

    /// `navigator.credentials.create`: takes the page's options (`{"publicKey": ..}`), gives `credential.toJSON()`.
    ///
    /// # Errors
    /// Where a browser would: options that do not parse, no ES256 among the algorithms, an RP ID that this origin may not
    /// use, a passkey that is on the exclusion list.
    pub fn create(&mut self, options: &str, page: &Url) -> Result<String> {
        let options = public_key_options(options)?;
        let rp_id = Self::rp_id(options.pointer("/rp/id"), page)?;
        let algorithms =
            options.get("pubKeyCredParams").and_then(Value::as_array).context("no pubKeyCredParams")?;
        if !algorithms.iter().any(|entry| entry.get("alg") == Some(&json!(-7))) {
            bail!("NotSupportedError: this device makes ES256 keys only");
        }
        for excluded in descriptors(&options, "excludeCredentials")? {
            if self.credentials.iter().any(|credential| credential.id == excluded) {
                bail!("InvalidStateError: this device has a passkey here already");
            }
        }
        let user_handle = text(&options, "/user/id").and_then(decode)?;
        let random = SystemRandom::new();
        let key = loop {
            // A random 32-byte string is no valid scalar once in 2^32 times.
            if let Ok(key) = SigningKey::from_slice(&random_array::<32>(&random)?) {
                break key;
            }
        };
        let credential = Credential {
            id: random_array::<32>(&random)?.to_vec(),
            rp_id: rp_id.clone(),
            user_handle,
            key,
            counter: Arc::default(),
        };
        let point = credential.key.verifying_key().to_sec1_point(false);
        let point = point.as_bytes();
        let (x, y) = point.get(1..33).zip(point.get(33..65)).context("an uncompressed point")?;
        let told = self.fault.rp_id.as_ref().unwrap_or(&rp_id);
        let mut authenticator_data = self.authenticator_data(told, FLAG_AT, 0);
        authenticator_data.extend_from_slice(&[0; 16]); // AAGUID: attestation none
        authenticator_data.extend_from_slice(&u16::try_from(credential.id.len())?.to_be_bytes());
        authenticator_data.extend_from_slice(&credential.id);
        cose_key(&mut authenticator_data, x, y)?;
        let client_data = self.client_data("webauthn.create", &options, page)?;
        let answer = json!({
            "id": BASE64URL.encode(&credential.id),
            "rawId": BASE64URL.encode(&credential.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {"credProps": {"rk": true}},
            "response": {
                "clientDataJSON": BASE64URL.encode(client_data),
                "attestationObject": BASE64URL.encode(attestation_none(&authenticator_data)?),
                "authenticatorData": BASE64URL.encode(&authenticator_data),
                "transports": ["internal"],
                "publicKey": BASE64URL.encode(spki(point)),
                "publicKeyAlgorithm": -7,
            },
        });
        // The same user's passkey of the same RP is overwritten, as authenticators do.
        self.credentials.retain(|old| old.rp_id != rp_id || old.user_handle != credential.user_handle);
        self.credentials.push(credential);
        Ok(answer.to_string())
    }

    /// `navigator.credentials.get`: takes the page's options, gives `credential.toJSON()`. The newest passkey that fits
    /// answers.
    ///
    /// # Errors
    /// Where a browser would: options that do not parse, an RP ID that this origin may not use, no passkey that fits.
    pub fn get(&self, options: &str, page: &Url) -> Result<String> {
        let options = public_key_options(options)?;
        let rp_id = Self::rp_id(options.get("rpId"), page)?;
        let allowed = descriptors(&options, "allowCredentials")?;
        let told = self.fault.rp_id.clone().unwrap_or_else(|| rp_id.clone());
        let held = self
            .credentials
            .iter()
            .rev()
            .find(|held| held.rp_id == rp_id && (allowed.is_empty() || allowed.contains(&held.id)))
            .context("NotAllowedError: no passkey on this device fits")?;
        let counted = held.counter.fetch_add(1, Ordering::Relaxed) + 1;
        let counter = self.fault.counter.unwrap_or(counted);
        let authenticator_data = self.authenticator_data(&told, 0, counter);
        let client_data = self.client_data("webauthn.get", &options, page)?;
        let mut message = authenticator_data.clone();
        message.extend_from_slice(sha256(&client_data).as_bytes());
        let signature: DerSignature = held.key.sign(&message);
        let mut signature = signature.as_bytes().to_vec();
        if self.fault.broken_signature
            && let Some(last) = signature.last_mut()
        {
            *last ^= 1;
        }
        let id = BASE64URL.encode(self.fault.credential_id.as_ref().unwrap_or(&held.id));
        Ok(json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": BASE64URL.encode(client_data),
                "authenticatorData": BASE64URL.encode(authenticator_data),
                "signature": BASE64URL.encode(signature),
                "userHandle": BASE64URL.encode(&held.user_handle),
            },
        })
        .to_string())
    }

    /// The RP ID of a ceremony: what the page asks for, if its origin may (WebAuthn §5.1.3 step 8: the effective domain or
    /// a registrable suffix of it).
    fn rp_id(asked: Option<&Value>, page: &Url) -> Result<String> {
        let host = page.host_str().context("the page has no host")?;
        let asked = asked.and_then(Value::as_str).unwrap_or(host);
        let suffix = host.strip_suffix(asked).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        if !suffix || page.domain().is_none() {
            bail!("SecurityError: {host} may not use the RP ID {asked}");
        }
        Ok(asked.to_owned())
    }

    fn authenticator_data(&self, rp_id: &str, more_flags: u8, counter: u32) -> Vec<u8> {
        let mut flags = more_flags;
        if !self.fault.user_not_present {
            flags |= FLAG_UP;
        }
        if !self.fault.user_not_verified {
            flags |= FLAG_UV;
        }
        if self.synced {
            flags |= FLAGS_SYNCED;
        }
        let mut data = sha256(rp_id.as_bytes()).as_bytes().to_vec();
        data.push(flags);
        data.extend_from_slice(&counter.to_be_bytes());
        data
    }

    /// CollectedClientData in the byte order that browsers write (WebAuthn §5.8.1.1).
    fn client_data(&self, honest_type: &str, options: &Value, page: &Url) -> Result<Vec<u8>> {
        let kind = match (self.fault.swapped_type, honest_type) {
            (false, honest) => honest,
            (true, "webauthn.get") => "webauthn.create",
            (true, _) => "webauthn.get",
        };
        let asked = text(options, "/challenge").and_then(decode)?;
        let challenge = BASE64URL.encode(self.fault.challenge.as_ref().unwrap_or(&asked));
        let honest_origin = page.origin().ascii_serialization();
        let origin = self.fault.origin.as_ref().unwrap_or(&honest_origin);
        let cross_origin = self.fault.cross_origin;
        Ok(format!(
            r#"{{"type":"{kind}","challenge":"{challenge}","origin":{},"crossOrigin":{cross_origin}}}"#,
            Value::from(origin.as_str())
        )
        .into_bytes())
    }
}

fn public_key_options(options: &str) -> Result<Value> {
    let mut options: Value = serde_json::from_str(options).context("the page's options are not JSON")?;
    options.get_mut("publicKey").map(Value::take).context("the page's options have no publicKey")
}

fn text<'a>(options: &'a Value, pointer: &str) -> Result<&'a str> {
    options.pointer(pointer).and_then(Value::as_str).with_context(|| format!("the options have no {pointer}"))
}

fn decode(text: &str) -> Result<Vec<u8>> {
    BASE64URL.decode(text).with_context(|| format!("not base64url without padding: {text}"))
}

fn descriptors(options: &Value, name: &str) -> Result<Vec<Vec<u8>>> {
    let Some(list) = options.get(name).and_then(Value::as_array) else { return Ok(Vec::new()) };
    list.iter().map(|entry| text(entry, "/id").and_then(decode)).collect()
}

/// COSE_Key for ES256 (RFC 9053 §7.1): {1: 2, 3: -7, -1: 1, -2: x, -3: y}, in CTAP2 canonical order.
fn cose_key(out: &mut Vec<u8>, x: &[u8], y: &[u8]) -> Result<()> {
    out.extend_from_slice(&[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]);
    cbor_bytes(out, x)?;
    out.push(0x22);
    cbor_bytes(out, y)
}

/// {"fmt": "none", "attStmt": {}, "authData": bytes} (WebAuthn §8.7).
fn attestation_none(authenticator_data: &[u8]) -> Result<Vec<u8>> {
    let mut out = vec![0xa3];
    for (name, value) in [("fmt", Some("none")), ("attStmt", None)] {
        cbor_text(&mut out, name)?;
        match value {
            Some(value) => cbor_text(&mut out, value)?,
            None => out.push(0xa0),
        }
    }
    cbor_text(&mut out, "authData")?;
    cbor_bytes(&mut out, authenticator_data)?;
    Ok(out)
}

fn cbor_text(out: &mut Vec<u8>, text: &str) -> Result<()> {
    cbor_head(out, 0x60, text.len())?;
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

fn cbor_bytes(out: &mut Vec<u8>, bytes: &[u8]) -> Result<()> {
    cbor_head(out, 0x40, bytes.len())?;
    out.extend_from_slice(bytes);
    Ok(())
}

/// Major type and length in the shortest form (RFC 8949 §4.2.1).
fn cbor_head(out: &mut Vec<u8>, major: u8, length: usize) -> Result<()> {
    match u16::try_from(length)? {
        short @ 0..=23 => out.push(major | u8::try_from(short)?),
        byte @ 24..=255 => out.extend_from_slice(&[major | 24, u8::try_from(byte)?]),
        long => {
            out.push(major | 25);
            out.extend_from_slice(&long.to_be_bytes());
        }
    }
    Ok(())
}

/// SubjectPublicKeyInfo of an uncompressed P-256 point (RFC 5480).
fn spki(point: &[u8]) -> Vec<u8> {
    const HEAD: [u8; 26] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
        0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ];
    [&HEAD[..], point].concat()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use pki_core::key::{PublicKey, SignatureEncoding};

    fn creation() -> String {
        json!({"publicKey": {
            "rp": {"id": "localhost", "name": "Velmara"},
            "user": {"id": "AQID", "name": "a", "displayName": "a"},
            "challenge": "AAAA",
            "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
        }})
        .to_string()
    }

    fn request() -> String {
        json!({"publicKey": {"rpId": "localhost", "challenge": "BBBB"}}).to_string()
    }

    fn page() -> Url {
        Url::parse("http://localhost:8402/enrol").unwrap()
    }

    fn bytes(answer: &str, pointer: &str) -> Vec<u8> {
        let answer: Value = serde_json::from_str(answer).unwrap();
        decode(answer.pointer(pointer).unwrap().as_str().unwrap()).unwrap()
    }

    #[test]
    fn an_assertion_verifies_under_the_key_that_the_registration_told() {
        let mut device = SoftwarePasskey::new();
        let created = device.create(&creation(), &page()).unwrap();
        let key = PublicKey::from_spki(&bytes(&created, "/response/publicKey")).unwrap();
        let got = device.get(&request(), &page()).unwrap();
        let mut message = bytes(&got, "/response/authenticatorData");
        assert_eq!(&message[..32], sha256(b"localhost").as_bytes());
        assert_eq!(message[32..37], [FLAG_UP | FLAG_UV, 0, 0, 0, 1]);
        message.extend_from_slice(sha256(&bytes(&got, "/response/clientDataJSON")).as_bytes());
        let signature = bytes(&got, "/response/signature");
        key.verify(SignatureEncoding::Der, &message, &signature).unwrap();
        // The nearest reject: one bit of the message.
        message[36] ^= 1;
        key.verify(SignatureEncoding::Der, &message, &signature).unwrap_err();
    }

    #[test]
    fn the_attestation_object_frames_the_authenticator_data() {
        let created = SoftwarePasskey::synced().create(&creation(), &page()).unwrap();
        let object = bytes(&created, "/response/attestationObject");
        let data = bytes(&created, "/response/authenticatorData");
        assert_eq!(&object[..28], b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData");
        assert_eq!(object[28..30], [0x58, u8::try_from(data.len()).unwrap()]);
        assert_eq!(object[30..], data);
        assert_eq!(data[32], FLAG_UP | FLAG_UV | FLAGS_SYNCED | FLAG_AT);
        assert_eq!(data.len(), 37 + 16 + 2 + 32 + 77);
    }

    #[test]
    fn a_browser_keeps_origins_apart() {
        let mut device = SoftwarePasskey::new();
        device.create(&creation(), &page()).unwrap();
        let elsewhere = Url::parse("http://127.0.0.1:8403/").unwrap();
        let refusal = device.get(&request(), &elsewhere).unwrap_err();
        assert_eq!(refusal.to_string(), "SecurityError: 127.0.0.1 may not use the RP ID localhost");
        let unlike = Url::parse("http://notlocalhost:8402/").unwrap();
        device.get(&request(), &unlike).unwrap_err();
    }

    #[test]
    fn a_fault_is_in_the_answer_and_nowhere_else() {
        let mut device = SoftwarePasskey::new();
        device.create(&creation(), &page()).unwrap();
        device.fault =
            Fault { origin: Some("http://localhost:9".into()), user_not_verified: true, ..Fault::default() };
        let got = device.get(&request(), &page()).unwrap();
        let client_data = String::from_utf8(bytes(&got, "/response/clientDataJSON")).unwrap();
        assert_eq!(
            client_data,
            r#"{"type":"webauthn.get","challenge":"BBBB","origin":"http://localhost:9","crossOrigin":false}"#
        );
        assert_eq!(bytes(&got, "/response/authenticatorData")[32], FLAG_UP);
    }
}
