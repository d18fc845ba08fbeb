//! The only room that names a cryptographic provider (ring; p256 for one-use keys).
//!
//! Everything above works with these types: [`sha256`] and [`Hash`](crate::bytes::Hash), [`PublicKey`] (which knows
//! its algorithm, so that no header ever chooses one), [`SigningKey`] (software here, an HSM later), [`Ephemeral`]
//! (a person's one-use key, consumed by its one signature), [`SealingKey`] (AEAD for rows and cookies), [`Random`]
//! (all randomness comes in through this trait). It never learns what is being signed or for whom.

mod digest;
mod ephemeral;
mod mac;
mod public;
mod random;
mod seal;
mod secret;
mod signing;

pub use digest::{Sha256, hash_parts, sha256, sha384, sha512};
pub use ephemeral::Ephemeral;
pub use mac::{constant_time_eq, hkdf_sha256, hmac_sha256};
pub use public::{Algorithm, PublicKey, SignatureEncoding};
pub use random::{Random, RandomError, SystemRandom, random_array, random_hash, random_id};
pub use seal::{SealError, SealingKey};
pub use secret::Secret;
pub use signing::{Signature, SigningKey, SoftKey};

/// What can go wrong with a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a public key that we know: P-256, P-384, Ed25519, RSA of 2048 to 8192 bits.
    #[error("this is not a public key that we accept (P-256, P-384, Ed25519, or RSA of 2048 to 8192 bits)")]
    Unsupported,
    /// A private key file that does not parse, or does not belong to its public key.
    #[error("this private key cannot be read")]
    Unreadable,
    /// The signature does not verify under this key.
    #[error("the signature does not match")]
    SignatureMismatch,
    /// The provider refused to sign.
    #[error("the key store did not sign")]
    SigningFailed,
    /// No randomness.
    #[error(transparent)]
    Random(#[from] RandomError),
}
