//! The only room where a person's private key ever exists: create, certify once, sign once, destroy.
//!
//! A key's life is a chain of values, each consumed by the next step: [`Born`] (it exists, nothing vouches for it),
//! [`Certified`] (one certificate names it and what it may sign), and then one signature and nothing else. No step can be
//! repeated, because the value that could repeat it is gone; there is no form in which a key could be stored, copied,
//! printed or sent. A crash anywhere loses the key, which is the safe answer.
//!
//! It never learns whose key it is. Certificates come in from the authority through the signer, signatures go out to it.
//! Synchronous: the shell moves it to a blocking thread.

#![warn(missing_docs)]

mod soft;

pub use soft::SoftVault;

use pki_core::bytes::Hash;
use pki_core::key::{KeyError, PublicKey, Random, Signature};
use pki_core::x509::{BindingType, Certificate};

/// Why a key's life ended early. The key is destroyed in every case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The key store.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The certificate is for another key.
    #[error("the certificate names another key")]
    OtherKey,
    /// The certificate does not bind this key to what it will sign, or to something else.
    #[error("the certificate does not bind the key to this document")]
    OtherBinding,
    /// The attributes do not name this certificate.
    #[error("what was to be signed does not name the certificate")]
    OtherCertificate,
}

/// A place where keys are made and used once. Two exist: memory here, an HSM through PKCS #11 later.
pub trait Vault: Send + Sync {
    /// A new P-256 key.
    ///
    /// # Errors
    /// When there is no randomness, or the key store is out of order.
    fn create(&self, random: &dyn Random) -> Result<Born, VaultError>;
}

/// A key that can be used once. Implementations destroy it when it was used and when it is dropped.
pub trait OneUse: Send {
    /// Its public half.
    fn public_key(&self) -> &PublicKey;

    /// The one signature, verified before it is given away.
    ///
    /// # Errors
    /// When the key store did not sign.
    fn sign(self: Box<Self>, message: &[u8]) -> Result<Signature, KeyError>;
}

/// A key that exists and that nothing vouches for yet.
pub struct Born {
    key: Box<dyn OneUse>,
}

impl Born {
    /// A key that a [`Vault`] has just made.
    #[must_use]
    pub fn new(key: Box<dyn OneUse>) -> Self {
        Self { key }
    }

    /// What the certificate must name.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        self.key.public_key()
    }

    /// Certifies the key, once: the certificate must name this key and bind it to `data_tbs_hash`, the hash of the
    /// signed attributes without the reference to the certificate (draft-ietf-lamps-one-signature-certs-02, `cades`).
    ///
    /// # Errors
    /// When it names another key or another hash; the key is destroyed.
    pub fn certify(self, certificate: Certificate, data_tbs_hash: &Hash) -> Result<Certified, VaultError> {
        if certificate.public_key() != self.key.public_key() {
            return Err(VaultError::OtherKey);
        }
        let bound = certificate.extensions().binding.as_ref().and_then(|one| one.bound().ok());
        if bound != Some((BindingType::Cades, *data_tbs_hash)) {
            return Err(VaultError::OtherBinding);
        }
        Ok(Certified { key: self.key, certificate })
    }
}

/// A key with its one certificate.
pub struct Certified {
    key: Box<dyn OneUse>,
    certificate: Certificate,
}

impl Certified {
    /// The certificate.
    #[must_use]
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The one signature, over the DER of the signed attributes (RFC 5652 §5.4). They must name the certificate by its
    /// SHA-256 (RFC 5035 §3, ESSCertIDv2), which also stops attributes of another act.
    ///
    /// # Errors
    /// When they do not, or the key store did not sign; the key is destroyed.
    pub fn sign_once(self, signed_attributes: &[u8]) -> Result<Signature, VaultError> {
        let fingerprint = self.certificate.fingerprint();
        if !signed_attributes.windows(32).any(|window| window == fingerprint.as_bytes()) {
            return Err(VaultError::OtherCertificate);
        }
        Ok(self.key.sign(signed_attributes)?)
    }
}

#[cfg(test)]
mod tests;
