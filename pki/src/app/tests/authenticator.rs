//! An authenticator made of software: it makes one discoverable credential and answers challenges with it, as a
//! browser hands the result to our pages. It checks nothing; the tests choose what it says.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use pki_core::key::{SigningKey as _, SoftKey, sha256};
use serde_json::{Value, json};
use service::testing::SeededRandom;

pub(crate) struct Authenticator {
    pub(crate) key: SoftKey,
    pub(crate) id: Vec<u8>,
    pub(crate) user: Vec<u8>,
    /// UP, UV.
    pub(crate) flags: u8,
    pub(crate) cross_origin: bool,
}

const RP_ID: &str = "localhost";
const ATTESTED: u8 = 0x40;

impl Authenticator {
    pub(crate) fn new(seed: u64) -> Self {
        let key = SoftKey::generate_p256(&SeededRandom::new(seed)).unwrap();
        let id = sha256(key.public_key().spki()).as_bytes().to_vec();
        Self { key, id, user: Vec::new(), flags: 0x05, cross_origin: false }
    }

    pub(crate) fn credential_id(&self) -> &[u8] {
        &self.id
    }

    fn client_data(&self, kind: &str, options: &Value, origin: &str) -> Vec<u8> {
        let challenge = options.pointer("/publicKey/challenge").unwrap();
        json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": self.cross_origin })
            .to_string()
            .into_bytes()
    }

    fn authenticator_data(&self, flags: u8) -> Vec<u8> {
        let mut data = sha256(RP_ID.as_bytes()).as_bytes().to_vec();
        data.push(flags);
        data.extend([0; 4]);
        data
    }

    /// `PublicKeyCredential.toJSON()` of a registration with attestation `none`.
    pub(crate) fn make(&mut self, options: &str, origin: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        let user = options.pointer("/publicKey/user/id").and_then(Value::as_str).unwrap();
        self.user = B64.decode(user).unwrap();
        let client_data = self.client_data("webauthn.create", &options, origin);
        let mut data = self.authenticator_data(self.flags | ATTESTED);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        data.extend(cose(self.key.public_key().raw()));
        // { fmt: "none", attStmt: {}, authData: bytes }
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        object.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        object.extend(data);
        json!({
            "id": B64.encode(&self.id), "rawId": B64.encode(&self.id), "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": B64.encode(client_data), "attestationObject": B64.encode(object),
                "transports": ["internal"],
            },
        })
        .to_string()
    }

    /// `PublicKeyCredential.toJSON()` of an assertion.
    pub(crate) fn answer(&self, options: &str, origin: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        let client_data = self.client_data("webauthn.get", &options, origin);
        let data = self.authenticator_data(self.flags);
        let message = [data.as_slice(), sha256(&client_data).as_bytes()].concat();
        let signature = self.key.sign(&message).unwrap();
        json!({
            "id": B64.encode(&self.id), "rawId": B64.encode(&self.id), "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": B64.encode(client_data), "authenticatorData": B64.encode(data),
                "signature": B64.encode(signature.der()), "userHandle": B64.encode(&self.user),
            },
        })
        .to_string()
    }
}

/// COSE_Key of a P-256 point: { kty: EC2, alg: ES256, crv: P-256, x, y }.
fn cose(point: &[u8]) -> Vec<u8> {
    let (x, y) = point.get(1..).unwrap().split_at(32);
    [b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20".as_slice(), x, b"\x22\x58\x20", y].concat()
}
