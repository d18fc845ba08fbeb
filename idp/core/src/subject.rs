//! Who a person is to whom: the idp's handle, the signer's handle, and the pairwise subject that an agency knows.

use pki_core::bytes::{Hash, Id};
use pki_core::feed::Status;
use pki_core::jose::base64url;
use pki_core::key::{Secret, hash_parts, hmac_sha256};

use crate::assurance::Proofing;
use crate::claims::Values;
use crate::client::{Client, Role};

/// The person as this house knows them; no other house and no agency ever sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(pub Id);

/// The person as the signer knows them; told to the signer only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SignerHandle(pub Id);

/// A person as the feed of the registry told us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Our handle.
    pub id: PersonId,
    /// The signer's handle, where the person may sign.
    pub signer_handle: Option<SignerHandle>,
    /// What they may do.
    pub status: Status,
    /// How their identity was proved.
    pub proofing: Proofing,
    /// Names and birth date.
    pub values: Values,
}

/// The legal sector that an agency belongs to: agencies of one sector see one subject.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sector(String);

impl Sector {
    /// 1 to 128 printable ASCII characters; never empty (failure D-09 of the peers).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let good = (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        good.then(|| Self(text.to_owned()))
    }

    /// As registered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A `sub` (OpenID Connect Core §8): at most 255 ASCII characters, meaningless outside its sector.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject(String);

impl Subject {
    /// As it travels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As a row of ours holds it.
    #[must_use]
    pub fn from_row(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// What the signer is told instead of a pairwise subject: its own handle, in hexadecimal.
    #[must_use]
    pub fn of_signer(handle: SignerHandle) -> Self {
        Self(handle.0.hex())
    }

    /// The person as this client knows them; `None` where the client is the signer and the person has no handle there.
    #[must_use]
    pub fn at(client: &Client, person: &Person, key: &PairwiseKey) -> Option<Self> {
        match client.role() {
            Role::Agency => Some(key.subject(client.sector(), person.id)),
            Role::Signer => person.signer_handle.map(Self::of_signer),
        }
    }
}

/// The key that pairwise subjects come from. Losing it makes every person a stranger to every agency.
pub struct PairwiseKey(Secret<[u8; 32]>);

impl PairwiseKey {
    /// From 32 secret bytes.
    #[must_use]
    pub const fn new(key: [u8; 32]) -> Self {
        Self(Secret::new(key))
    }

    /// OpenID Connect Core §8.1: base64url(HMAC-SHA-256(key, sector || 0x00 || person)).
    #[must_use]
    pub fn subject(&self, sector: &Sector, person: PersonId) -> Subject {
        let mac = hmac_sha256(self.0.expose(), &[sector.0.as_bytes(), &[0], person.0.as_bytes()]);
        Subject(base64url(mac.as_bytes()))
    }
}

/// `sid`: names a session to one client, so that two clients cannot join on it.
#[must_use]
pub fn session_id(session: &Hash, client: &str) -> String {
    let hash = hash_parts(&[b"chancery-sid/1", session.as_bytes(), client.as_bytes()]);
    base64url(hash.as_bytes())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    const PERSON: PersonId = PersonId(Id::new([1; 16]));

    #[test]
    fn oidc_core_8_1_subjects_differ_by_sector_person_and_key() {
        let key = PairwiseKey::new([7; 32]);
        let (health, tax) = (Sector::parse("health").unwrap(), Sector::parse("tax").unwrap());
        let subject = key.subject(&health, PERSON);
        assert_eq!(subject, key.subject(&health, PERSON));
        assert_eq!(subject.as_str().len(), 43);
        assert_ne!(subject, key.subject(&tax, PERSON));
        assert_ne!(subject, key.subject(&health, PersonId(Id::new([2; 16]))));
        assert_ne!(subject, PairwiseKey::new([8; 32]).subject(&health, PERSON));
    }

    #[test]
    fn a_sector_is_never_empty() {
        assert_eq!(Sector::parse(""), None);
        assert_eq!(Sector::parse("a b"), None);
        assert_eq!(Sector::parse("a\0b"), None);
    }

    #[test]
    fn a_session_has_another_name_at_each_client() {
        let session = Hash::new([3; 32]);
        assert_ne!(session_id(&session, "a"), session_id(&session, "b"));
    }
}
