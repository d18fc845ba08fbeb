//! Fields and their salted commitments: the record travels everywhere, the values only where they are disclosed.

use der::asn1::OctetString;

use super::{EnrolmentError, EnrolmentRecord, Field};
use crate::bytes::{self, Hash};
use crate::key::{Random, RandomError, hash_parts, random_hash};
use crate::limits::{self, OutOfRange};

/// SHA-256("chancery-field/1" || salt32 || DER(Field)).
#[must_use]
pub fn record_commitment(salt: &Hash, field: &Field) -> Hash {
    hash_parts(&[super::tag::FIELD.as_bytes(), salt.as_bytes(), &bytes::write(field)])
}

impl Field {
    /// Sizes and shapes.
    ///
    /// # Errors
    /// The first member that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        let script = self.script.as_str();
        let shape = script.len() == 4 && script.bytes().all(|byte| byte.is_ascii_alphabetic());
        limits::holds(shape, "script", "is not an ISO 15924 code")?;
        limits::text("field", &self.value, &limits::FIELD_VALUE_CHARS)
    }
}

/// A field with the salt of its commitment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosed {
    /// Random; who does not know it learns nothing from the commitment.
    pub salt: Hash,
    /// The value.
    pub field: Field,
}

impl Disclosed {
    /// Its commitment, as a record holds it.
    #[must_use]
    pub fn commitment(&self) -> Hash {
        record_commitment(&self.salt, &self.field)
    }

    /// salt32 || DER(Field), as the idp's feed carries it.
    ///
    /// # Errors
    /// Never for a field within its limits; the type cannot say so.
    pub fn to_octets(&self) -> Result<OctetString, EnrolmentError> {
        OctetString::new([self.salt.as_bytes().as_slice(), &bytes::write(&self.field)].concat())
            .map_err(|_| EnrolmentError::Disclosure)
    }

    /// From salt32 || DER(Field).
    ///
    /// # Errors
    /// Bytes that are not such a pair, or a field out of range.
    pub fn from_octets(octets: &[u8]) -> Result<Self, EnrolmentError> {
        let (salt, field) = octets.split_at_checked(32).ok_or(EnrolmentError::Disclosure)?;
        let field: Field = bytes::read("Field", field)?;
        field.check()?;
        Ok(Self { salt: Hash::from_slice(salt).ok_or(EnrolmentError::Disclosure)?, field })
    }
}

/// Salts fields and puts them into the order of a record: by part, kind, script.
///
/// # Errors
/// When there is no randomness.
pub fn salted(mut fields: Vec<Field>, random: &dyn Random) -> Result<Vec<Disclosed>, RandomError> {
    fields.sort_by(|a, b| order(a).cmp(&order(b)));
    fields.into_iter().map(|field| Ok(Disclosed { salt: random_hash(random)?, field })).collect()
}

/// Reads disclosed fields and checks each against the record's commitments, in the record's order.
///
/// Fewer fields than the record has are accepted (a house gets what it needs); a changed, foreign, repeated or
/// reordered one is not.
///
/// # Errors
/// [`EnrolmentError::Disclosure`], or why the bytes are no field.
pub fn check_disclosed(
    octets: &[OctetString],
    record: &EnrolmentRecord,
) -> Result<Vec<Disclosed>, EnrolmentError> {
    limits::list("disclosed fields", octets, 0, record.fields.len())?;
    let mut commitments = record.fields.iter();
    let mut read: Vec<Disclosed> = Vec::new();
    for one in octets {
        let disclosed = Disclosed::from_octets(one.as_bytes())?;
        let commitment = disclosed.commitment();
        if !commitments.any(|committed| *committed == commitment) {
            return Err(EnrolmentError::Disclosure);
        }
        if read.last().is_some_and(|before| order(&before.field) > order(&disclosed.field)) {
            return Err(EnrolmentError::Disclosure);
        }
        read.push(disclosed);
    }
    Ok(read)
}

fn order(field: &Field) -> (super::FieldPart, super::FieldKind, &str) {
    (field.part, field.kind, field.script.as_str())
}
