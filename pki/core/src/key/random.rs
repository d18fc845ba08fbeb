//! Randomness as an argument: production passes [`SystemRandom`], tests a seeded source.

use ring::rand::SecureRandom as _;

use crate::bytes::{Hash, Id};

/// The operating system gave no randomness. Nothing may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no randomness")]
pub struct RandomError;

/// A source of cryptographic randomness.
pub trait Random: Send + Sync {
    /// Fills the whole buffer.
    ///
    /// # Errors
    /// When the source has nothing to give; the caller stops.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError>;
}

/// The operating system's generator, through ring.
#[derive(Clone, Debug)]
pub struct SystemRandom(ring::rand::SystemRandom);

impl SystemRandom {
    /// The generator.
    #[must_use]
    pub fn new() -> Self {
        Self(ring::rand::SystemRandom::new())
    }
}

impl Default for SystemRandom {
    fn default() -> Self {
        Self::new()
    }
}

impl Random for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        self.0.fill(buffer).map_err(|_| RandomError)
    }
}

/// `N` random bytes.
///
/// # Errors
/// When the source has nothing to give.
pub fn random_array<const N: usize>(random: &dyn Random) -> Result<[u8; N], RandomError> {
    let mut bytes = [0u8; N];
    random.fill(&mut bytes)?;
    Ok(bytes)
}

/// A random 128-bit identifier.
///
/// # Errors
/// When the source has nothing to give.
pub fn random_id(random: &dyn Random) -> Result<Id, RandomError> {
    random_array(random).map(Id::new)
}

/// A random 256-bit salt.
///
/// # Errors
/// When the source has nothing to give.
pub fn random_hash(random: &dyn Random) -> Result<Hash, RandomError> {
    random_array(random).map(Hash::new)
}
