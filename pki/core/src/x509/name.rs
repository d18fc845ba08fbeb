//! Distinguished names: read for people and compared for machines, never encoded again.

use const_oid::ObjectIdentifier;
use der::Tagged as _;
use der::asn1::{Any, Ia5StringRef, PrintableStringRef, Utf8StringRef};
use x509_cert::name::Name;

use super::oids;

/// Most attributes in one name: ours have at most five, EN 319 412 knows fewer than a dozen.
const ATTRIBUTES_MAX: usize = 24;

/// Why a name cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Two attributes in one RDN: two readers show them in two orders.
    #[error("a name part holds two attributes")]
    MultiValued,
    /// More attributes than anyone needs.
    #[error("a name has too many parts")]
    TooMany,
    /// A string that is not what its type says.
    #[error("the name part {0} is not readable text")]
    Text(ObjectIdentifier),
}

/// The attributes of a name, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectName {
    attributes: Vec<(ObjectIdentifier, Option<String>)>,
}

impl SubjectName {
    /// Reads a name. Strings of types that we do not use (BMPString and older) are kept as unreadable.
    ///
    /// # Errors
    /// A multi-valued RDN, too many parts, or text that is not what its type says.
    pub fn read(name: &Name) -> Result<Self, NameError> {
        let mut attributes = Vec::new();
        for rdn in name.iter_rdn() {
            if rdn.len() != 1 {
                return Err(NameError::MultiValued);
            }
            for attribute in rdn.iter() {
                attributes
                    .push((attribute.oid, text(&attribute.value).ok_or(NameError::Text(attribute.oid))?));
            }
        }
        if attributes.len() > ATTRIBUTES_MAX { Err(NameError::TooMany) } else { Ok(Self { attributes }) }
    }

    /// The text of an attribute that occurs exactly once.
    #[must_use]
    pub fn only(&self, oid: ObjectIdentifier) -> Option<&str> {
        let mut found = self.attributes.iter().filter(|(kind, _)| *kind == oid);
        let first = found.next()?;
        if found.next().is_some() { None } else { first.1.as_deref() }
    }

    /// Types of the attributes, in their order.
    pub fn kinds(&self) -> impl Iterator<Item = ObjectIdentifier> + '_ {
        self.attributes.iter().map(|(kind, _)| *kind)
    }

    /// commonName.
    #[must_use]
    pub fn common_name(&self) -> Option<&str> {
        self.only(oids::COMMON_NAME)
    }

    /// givenName.
    #[must_use]
    pub fn given_name(&self) -> Option<&str> {
        self.only(oids::GIVEN_NAME)
    }

    /// surname.
    #[must_use]
    pub fn surname(&self) -> Option<&str> {
        self.only(oids::SURNAME)
    }

    /// serialNumber of the subject: the semantics identifier, or 16 random characters in a sandbox.
    #[must_use]
    pub fn serial_number(&self) -> Option<&str> {
        self.only(oids::SERIAL_NUMBER)
    }

    /// countryName.
    #[must_use]
    pub fn country(&self) -> Option<&str> {
        self.only(oids::COUNTRY)
    }

    /// organizationName.
    #[must_use]
    pub fn organization(&self) -> Option<&str> {
        self.only(oids::ORGANIZATION)
    }
}

/// `None`: not what its type says; `Some(None)`: a type that we do not read.
fn text(value: &Any) -> Option<Option<String>> {
    match value.tag() {
        der::Tag::Utf8String => {
            value.decode_as::<Utf8StringRef<'_>>().ok().map(|text| Some(text.as_str().to_owned()))
        }
        der::Tag::PrintableString => {
            value.decode_as::<PrintableStringRef<'_>>().ok().map(|text| Some(text.as_str().to_owned()))
        }
        der::Tag::Ia5String => {
            value.decode_as::<Ia5StringRef<'_>>().ok().map(|text| Some(text.as_str().to_owned()))
        }
        _ => Some(None),
    }
}
