//! The root's word on who may speak for the country, and the bundle that carries root and charter.

use der::asn1::BitString;
use x509_cert::Certificate;

use super::approval::Approver;
use super::{Bundle, Charter, CharterTbs, EnrolmentError, tag};
use crate::bytes;
use crate::key::{KeyError, PublicKey, SignatureEncoding, SigningKey};
use crate::limits::{self, OutOfRange};
use crate::time::Instant;
use crate::x509;

impl CharterTbs {
    /// Sizes and shapes.
    ///
    /// # Errors
    /// The first member that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        limits::version("charter", self.version)?;
        limits::text("RP ID", &self.rp_id, &limits::ORIGIN_CHARS)?;
        limits::list("origins", &self.origins, 1, limits::CHARTER_LIST_MAX)?;
        for origin in &self.origins {
            limits::text("origin", origin, &limits::ORIGIN_CHARS)?;
        }
        limits::list("registry keys", &self.registry_keys, 1, limits::CHARTER_LIST_MAX)?;
        limits::list("registrars", &self.registrars, 1, limits::CHARTER_LIST_MAX)?;
        let (from, to) =
            (Instant::from_generalized(&self.not_before), Instant::from_generalized(&self.not_after));
        limits::holds(from < to, "charter's window", "ends before it begins")
    }
}

/// Signs a charter at the ceremony, and reads it back.
///
/// # Errors
/// When the key does not sign, or the charter is none that a verifier would accept at its first instant.
pub fn sign_charter(tbs: CharterTbs, root_key: &dyn SigningKey) -> Result<Charter, EnrolmentError> {
    let signature = sign(root_key, &[tag::CHARTER.as_bytes(), &bytes::write(&tbs)])?;
    let at = Instant::from_generalized(&tbs.not_before);
    let charter = Charter { tbs, algorithm: root_key.public_key().algorithm().identifier(), signature };
    CheckedCharter::check(&charter, root_key.public_key(), at)?;
    Ok(charter)
}

/// A charter that the root signed. Only [`check`](Self::check) makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedCharter {
    charter: Charter,
    registry_keys: Vec<PublicKey>,
    registrars: Vec<Approver>,
}

impl CheckedCharter {
    /// Checks a charter under the root's key at a time (formats.md §1, point 1).
    ///
    /// # Errors
    /// Ranges, a signature of any other key, or a time outside its window.
    pub fn check(charter: &Charter, root_key: &PublicKey, at: Instant) -> Result<Self, EnrolmentError> {
        let signed = [tag::CHARTER.as_bytes(), &bytes::write(&charter.tbs)].concat();
        verify(root_key, &charter.algorithm, &signed, &charter.signature)
            .map_err(|_| EnrolmentError::CharterSignature)?;
        charter.tbs.check()?;
        let registry_keys = charter
            .tbs
            .registry_keys
            .iter()
            .map(|info| PublicKey::from_spki(&bytes::write(info)))
            .collect::<Result<_, _>>()
            .map_err(|_| EnrolmentError::UnsupportedKey("registry"))?;
        let registrars = charter.tbs.registrars.iter().map(Approver::read).collect::<Result<_, _>>()?;
        let checked = Self { charter: charter.clone(), registry_keys, registrars };
        if checked.valid_at(at) { Ok(checked) } else { Err(EnrolmentError::CharterOutOfDate) }
    }

    /// What it says.
    #[must_use]
    pub const fn tbs(&self) -> &CharterTbs {
        &self.charter.tbs
    }

    /// As the root signed it; an Evidence carries it whole.
    #[must_use]
    pub const fn charter(&self) -> &Charter {
        &self.charter
    }

    /// Whether its window holds that time.
    #[must_use]
    pub fn valid_at(&self, at: Instant) -> bool {
        Instant::from_generalized(&self.charter.tbs.not_before) <= at
            && at <= Instant::from_generalized(&self.charter.tbs.not_after)
    }

    /// Whether this key signs for the registry.
    #[must_use]
    pub fn registry_key_listed(&self, key: &PublicKey) -> bool {
        self.registry_keys.contains(key)
    }

    /// Whether an origin is one of the country's houses, to the letter.
    #[must_use]
    pub fn names_origin(&self, origin: &str) -> bool {
        self.charter.tbs.origins.iter().any(|named| named == origin)
    }

    pub(super) fn registrars(&self) -> impl Iterator<Item = &Approver> + Clone {
        self.registrars.iter()
    }

    /// Verifies a signature of a listed registry key; which one is found by trying, because nothing in the signed
    /// thing may choose a key.
    pub(crate) fn registry_signed(
        &self,
        algorithm: &spki::AlgorithmIdentifierOwned,
        signed: &[u8],
        signature: &BitString,
    ) -> Result<(), EnrolmentError> {
        self.registry_keys
            .iter()
            .find(|key| verify(key, algorithm, signed, signature).is_ok())
            .map(|_| ())
            .ok_or(EnrolmentError::RegistrySignature)
    }
}

/// A root certificate with its charter: all that a house or a verifier needs to trust a country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    root: Certificate,
    anchor: x509::Certificate,
    charter: CheckedCharter,
}

impl Trust {
    /// Reads `bundle.der`.
    ///
    /// The file itself is the anchor: whoever configured it chose to trust this root. What is checked is that root and
    /// charter are whole, belong together and are in force.
    ///
    /// # Errors
    /// Bytes that are no bundle, a root that did not sign itself or is out of date, and whatever
    /// [`CheckedCharter::check`] refuses.
    pub fn read(bundle: &[u8], now: Instant) -> Result<Self, EnrolmentError> {
        let bundle: Bundle = bytes::read("Bundle", bundle)?;
        let anchor = anchor(&bundle.root, now)?;
        let charter = CheckedCharter::check(&bundle.charter, anchor.public_key(), now)?;
        Ok(Self { root: bundle.root, anchor, charter })
    }

    /// The root certificate.
    #[must_use]
    pub const fn root(&self) -> &Certificate {
        &self.root
    }

    /// The root certificate as paths begin with it.
    #[must_use]
    pub const fn anchor(&self) -> &x509::Certificate {
        &self.anchor
    }

    /// Its DER.
    #[must_use]
    pub fn root_der(&self) -> &[u8] {
        self.anchor.der()
    }

    /// Its key.
    #[must_use]
    pub const fn root_key(&self) -> &PublicKey {
        self.anchor.public_key()
    }

    /// Its charter.
    #[must_use]
    pub const fn charter(&self) -> &CheckedCharter {
        &self.charter
    }
}

/// A self-signed authority in force (RFC 5280 §6.1.1 (d)).
fn anchor(root: &Certificate, now: Instant) -> Result<x509::Certificate, EnrolmentError> {
    let anchor = x509::Certificate::from_typed(root).map_err(|_| EnrolmentError::RootUnreadable)?;
    if !anchor.self_issued() || anchor.verify_signed_by(anchor.public_key()).is_err() {
        return Err(EnrolmentError::RootSignature);
    }
    if anchor.valid_at(now) { Ok(anchor) } else { Err(EnrolmentError::RootOutOfDate) }
}

/// Signs the concatenation of parts into the form that our structures hold.
pub(crate) fn sign(key: &dyn SigningKey, parts: &[&[u8]]) -> Result<BitString, KeyError> {
    let signature = key.sign(&parts.concat())?;
    BitString::from_bytes(signature.der()).map_err(|_| KeyError::SigningFailed)
}

/// Verifies such a signature; the stated algorithm may only agree with the key's (design.md §4.7).
fn verify(
    key: &PublicKey,
    algorithm: &spki::AlgorithmIdentifierOwned,
    signed: &[u8],
    signature: &BitString,
) -> Result<(), KeyError> {
    if *algorithm != key.algorithm().identifier() {
        return Err(KeyError::SignatureMismatch);
    }
    let signature = signature.as_bytes().ok_or(KeyError::SignatureMismatch)?;
    key.verify(SignatureEncoding::Der, signed, signature)
}
