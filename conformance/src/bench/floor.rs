//! What the cryptography of an operation costs by itself, on this machine, in this run, with the keys of `pki_core::key`.

use std::hint::black_box;
use std::time::Duration;

use anyhow::Result;
use pki_core::key::{SignatureEncoding, SigningKey as _, SoftKey, SystemRandom};

use super::machine::{milliseconds, own_cpu};

/// Between two looks at the clock.
const ROUNDS: u32 = 100;
/// A tick of the kernel's clock is 10 ms.
const LONG_ENOUGH: Duration = Duration::from_millis(300);

/// ECDSA, CPU milliseconds each: P-256 with SHA-256, and P-384 with SHA-384, which the root has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prices {
    pub(super) sign: f64,
    pub(super) verify: f64,
    pub(super) verify_root: f64,
    pub(super) generate: f64,
}

/// How many of each an operation needs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Needs {
    pub(super) signatures: u32,
    pub(super) verifications: u32,
    /// With the root's key.
    pub(super) root_verifications: u32,
    pub(super) keys: u32,
}

impl Prices {
    pub(super) fn of(&self, needs: Needs) -> f64 {
        f64::from(needs.signatures) * self.sign
            + f64::from(needs.verifications) * self.verify
            + f64::from(needs.root_verifications) * self.verify_root
            + f64::from(needs.keys) * self.generate
    }
}

/// Measures.
pub(super) fn prices() -> Result<Prices> {
    let random = SystemRandom::new();
    let key = SoftKey::generate_p256(&random)?;
    // As long as a client assertion or a proof.
    let message = [b'x'; 400];
    let verification = |key: &SoftKey| -> Result<f64> {
        let signature = key.sign(&message)?;
        each(|| Ok(key.public_key().verify(SignatureEncoding::Der, black_box(&message), signature.der())?))
    };
    Ok(Prices {
        sign: each(|| Ok(key.sign(black_box(&message)).map(drop)?))?,
        verify: verification(&key)?,
        verify_root: verification(&SoftKey::generate_p384()?)?,
        generate: each(|| Ok(SoftKey::generate_p256(&random).map(drop)?))?,
    })
}

/// Until enough of the kernel's ticks have gone by.
fn each(operation: impl Fn() -> Result<()>) -> Result<f64> {
    operation()?;
    let before = own_cpu()?;
    let mut rounds = 0;
    loop {
        for _ in 0..ROUNDS {
            operation()?;
        }
        rounds += ROUNDS;
        let spent = own_cpu()?.saturating_sub(before);
        if spent >= LONG_ENOUGH {
            return Ok(milliseconds(spent) / f64::from(rounds));
        }
    }
}
