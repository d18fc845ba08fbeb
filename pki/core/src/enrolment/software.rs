//! Approvers that are programs. **For a sandbox only**: `chancery up` keeps one registrar and one officer in its data
//! directory so that a demonstration has somebody to begin with. What they approve is marked sandbox, and a charter of
//! a real country lists none of them.
//!
//! Their answers have the shape of a passkey's, so everything that checks approvals checks theirs in the same way.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use der::asn1::OctetString;

use super::{Approval, EnrolmentError, Officer};
use crate::assertion::{Assertion, FLAG_UP, FLAG_UV, challenge};
use crate::bytes::Id;
use crate::key::{KeyError, SigningKey, hash_parts, sha256};
use crate::time::Instant;

/// Where and how long a software approver works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// Random.
    pub officer: Id,
    /// What is shown as the desk; says that it is software.
    pub desk: String,
    /// The origin of the desk.
    pub origin: String,
    /// RP ID of the country.
    pub rp_id: String,
    /// First instant.
    pub not_before: Instant,
    /// Last instant.
    pub not_after: Instant,
}

/// A registrar or officer that is a key in a file.
pub struct SoftwareApprover<K> {
    key: K,
    rp_id: String,
    officer: Officer,
}

impl<K: SigningKey> SoftwareApprover<K> {
    /// A new approver at a post; the credential id follows from the key, so the key file is all that is kept beside the
    /// public [`Officer`].
    ///
    /// # Errors
    /// A post that is out of range.
    pub fn new(key: K, post: Post) -> Result<Self, EnrolmentError> {
        let credential_id = hash_parts(&[b"chancery-software-credential/1", key.public_key().spki()]);
        let officer = Officer {
            officer: post.officer,
            desk: post.desk,
            origin: post.origin,
            credential_id: octets(credential_id.as_bytes())?,
            public_key: key.public_key().info()?,
            not_before: post.not_before.generalized(),
            not_after: post.not_after.generalized(),
        };
        Self::resume(key, post.rp_id, officer)
    }

    /// The approver again, from its key file and the public half that a charter or a grant holds.
    ///
    /// # Errors
    /// When the key is not that officer's.
    pub fn resume(key: K, rp_id: String, officer: Officer) -> Result<Self, EnrolmentError> {
        officer.check()?;
        if officer.public_key != key.public_key().info()? {
            return Err(EnrolmentError::UnknownApprover);
        }
        Ok(Self { key, rp_id, officer })
    }

    /// Who they are, as a charter or a grant names them.
    pub const fn officer(&self) -> &Officer {
        &self.officer
    }

    /// Approves something tagged (see [`tag`](super::tag)).
    ///
    /// # Errors
    /// When the key does not sign.
    pub fn approve(&self, tag: &str, der: &[u8]) -> Result<Approval, EnrolmentError> {
        Ok(Approval { officer: self.officer.hash(), assertion: self.assertion(tag, der)? })
    }

    /// The answer of a passkey that was touched and verified its holder, over SHA-256(tag || DER).
    fn assertion(&self, tag: &str, der: &[u8]) -> Result<Assertion, EnrolmentError> {
        let challenge = URL_SAFE_NO_PAD.encode(challenge(tag, der).as_bytes());
        // WebAuthn Level 3 §5.8.1.1: the members in this order; origins hold nothing that JSON escapes.
        let client_data = format!(
            r#"{{"type":"webauthn.get","challenge":"{challenge}","origin":"{}","crossOrigin":false}}"#,
            self.officer.origin
        );
        let mut data = sha256(self.rp_id.as_bytes()).as_bytes().to_vec();
        data.push(FLAG_UP | FLAG_UV);
        // A software key keeps no counter (§6.1.1: then it is zero).
        data.extend([0u8; 4]);
        let message = [data.as_slice(), sha256(client_data.as_bytes()).as_bytes()].concat();
        Ok(Assertion {
            credential_id: self.officer.credential_id.clone(),
            authenticator_data: octets(&data)?,
            client_data_json: octets(client_data.as_bytes())?,
            signature: octets(self.key.sign(&message)?.der())?,
        })
    }
}

fn octets(bytes: &[u8]) -> Result<OctetString, KeyError> {
    OctetString::new(bytes).map_err(|_| KeyError::SigningFailed)
}
