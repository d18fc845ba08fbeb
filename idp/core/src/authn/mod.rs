//! Who is at the browser: a passkey's answer to a challenge of ours, checked to the last bit.
//!
//! [`verify`] is the only maker of a [`Proof`], and a session or grant cannot exist without one (failure D-20). It
//! repeats the whole check with `pki_core::assertion`; the shell has `webauthn-rs` judge the same answer first, so
//! two implementations must agree. The challenge comes from our own sealed ceremony, never from the caller (E-23).

use pki_core::assertion::{self, Assertion, AssertionError, Expected, FLAG_BE};
use pki_core::bytes::Hash;
use pki_core::key::{PublicKey, constant_time_eq, hmac_sha256};
use pki_core::time::Instant;

use crate::assurance::Method;
use crate::subject::PersonId;

/// A ceremony may last as long as the transaction that it belongs to: a slow reader loses nothing.
pub const CEREMONY_SECONDS_MAX: i64 = 30 * 60;

/// Where passkeys of this house answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelyingParty {
    /// RP ID.
    pub rp_id: String,
    /// The one origin: the issuer.
    pub origin: String,
}

/// A challenge that we gave to one browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ceremony {
    /// 32 random bytes.
    pub challenge: Hash,
    /// When.
    pub begun: Instant,
}

/// A passkey as the registry told us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// Whose.
    pub person: PersonId,
    /// Credential id.
    pub credential_id: Vec<u8>,
    /// Its key.
    pub public_key: PublicKey,
    /// Flags at registration.
    pub flags: u8,
    /// The last counter that was seen.
    pub counter: u32,
}

impl Passkey {
    /// Binds the row's parts to each other (failure E-26): whoever swaps keys or owners in the database, without the
    /// key, makes rows that no longer count.
    #[must_use]
    pub fn row_mac(&self, key: &[u8; 32]) -> Hash {
        let length = u64::try_from(self.credential_id.len()).unwrap_or(u64::MAX).to_be_bytes();
        let (person, spki) = (self.person.0.as_bytes(), self.public_key.spki());
        hmac_sha256(
            key,
            &[b"chancery-passkey-row/1", person, &length, &self.credential_id, spki, &[self.flags]],
        )
    }
}

/// What came back from the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    assertion: Assertion,
    user_handle: Option<Vec<u8>>,
}

/// Why a passkey's answer proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthnError {
    /// The challenge is older than a ceremony may last.
    #[error("the ceremony is over")]
    CeremonyOver,
    /// A discoverable passkey says whose it is, and this one does not (WebAuthn §7.2 step 6).
    #[error("the passkey does not say whose it is")]
    NoUserHandle,
    /// The passkey says another person than its owner (failure E-24).
    #[error("the passkey says another person")]
    OtherPerson,
    /// The counter did not rise: there may be a copy of the authenticator (WebAuthn §7.2 step 22).
    #[error("the passkey's counter went back")]
    CounterWentBack,
    /// A passkey never changes whether it may be backed up (WebAuthn §6.1.3).
    #[error("the passkey's backup eligibility changed")]
    BackupEligibilityChanged,
    /// The assertion does not verify.
    #[error(transparent)]
    Assertion(#[from] AssertionError),
}

impl Answer {
    /// Reads `PublicKeyCredential.toJSON()`.
    ///
    /// # Errors
    /// Anything that a browser does not write.
    pub fn read(json: &str) -> Result<Self, AuthnError> {
        let (assertion, user_handle) = Assertion::from_browser_json(json)?;
        Ok(Self { assertion, user_handle })
    }

    /// The credential that claims to answer, unverified: to find its passkey.
    #[must_use]
    pub fn unverified_credential_id(&self) -> &[u8] {
        self.assertion.credential_id.as_bytes()
    }
}

/// A person was at the browser, with their passkey, verified by their device, at this instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    person: PersonId,
    credential_id: Vec<u8>,
    challenge: Hash,
    counter: u32,
    method: Method,
    at: Instant,
}

impl Proof {
    /// Who.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// With which credential.
    #[must_use]
    pub fn credential_id(&self) -> &[u8] {
        &self.credential_id
    }

    /// The challenge, which is used up in the write that this proof allows.
    #[must_use]
    pub const fn challenge(&self) -> Hash {
        self.challenge
    }

    /// The counter to keep, in the same write.
    #[must_use]
    pub const fn counter(&self) -> u32 {
        self.counter
    }

    /// How.
    #[must_use]
    pub const fn method(&self) -> Method {
        self.method
    }

    /// When.
    #[must_use]
    pub const fn at(&self) -> Instant {
        self.at
    }
}

/// Checks an answer against the ceremony of the same browser and the passkey of the claimed credential.
///
/// # Errors
/// The first point that is not met. User verification is demanded always (failure E-25).
pub fn verify(
    ceremony: &Ceremony,
    answer: &Answer,
    passkey: &Passkey,
    relying_party: &RelyingParty,
    now: Instant,
) -> Result<Proof, AuthnError> {
    if now > ceremony.begun.plus_seconds(CEREMONY_SECONDS_MAX) || now < ceremony.begun {
        return Err(AuthnError::CeremonyOver);
    }
    // WebAuthn §7.2 step 6: where the person was not identified before, the user handle must be there and be theirs.
    let handle = answer.user_handle.as_deref().ok_or(AuthnError::NoUserHandle)?;
    if !constant_time_eq(handle, passkey.person.0.as_bytes()) {
        return Err(AuthnError::OtherPerson);
    }
    let expected = Expected {
        rp_id: &relying_party.rp_id,
        origin: &relying_party.origin,
        challenge: &ceremony.challenge,
        credential_id: &passkey.credential_id,
        public_key: &passkey.public_key,
    };
    let checked = assertion::verify(&answer.assertion, &expected)?;
    // §7.2 step 22: zero on both sides means that the authenticator does not count.
    let (before, after) = (passkey.counter, checked.counter());
    if (before != 0 || after != 0) && after <= before {
        return Err(AuthnError::CounterWentBack);
    }
    if (checked.flags() ^ passkey.flags) & FLAG_BE != 0 {
        return Err(AuthnError::BackupEligibilityChanged);
    }
    Ok(Proof {
        person: passkey.person,
        credential_id: passkey.credential_id.clone(),
        challenge: ceremony.challenge,
        counter: after,
        method: if checked.flags() & FLAG_BE == 0 { Method::DeviceBound } else { Method::Synced },
        at: now,
    })
}

#[cfg(test)]
mod tests;
