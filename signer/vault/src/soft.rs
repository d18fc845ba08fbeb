//! The vault in this process's memory: keys are zeroised when they were used or dropped. Their certificates carry the
//! software-key policy and never claim more.

use pki_core::key::{Ephemeral, KeyError, PublicKey, Random, Signature};

use crate::{Born, OneUse, Vault, VaultError};

/// Keys in memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct SoftVault;

impl Vault for SoftVault {
    fn create(&self, random: &dyn Random) -> Result<Born, VaultError> {
        Ok(Born::new(Box::new(SoftKey(Ephemeral::generate(random)?))))
    }
}

struct SoftKey(Ephemeral);

impl OneUse for SoftKey {
    fn public_key(&self) -> &PublicKey {
        self.0.public_key()
    }

    fn sign(self: Box<Self>, message: &[u8]) -> Result<Signature, KeyError> {
        self.0.sign(message)
    }
}
