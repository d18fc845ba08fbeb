//! Strict reading and writing of DER, and the two fixed-size octet strings of our formats.
//!
//! What we read must be the one canonical encoding: [`read`] decodes, encodes again and compares, so two byte
//! strings never mean the same thing (X.690 §10, §11; BER forms, trailing bytes and default values are refused).

use der::{Decode, DecodeValue, Encode, EncodeValue, FixedTag, Header, Length, Reader, Tag, Writer};

/// Largest DER value of ours that is read at all: an Evidence with many officers stays under 64 KiB.
pub const SIZE_MAX: usize = 1 << 20;

/// Why bytes are not a value of our formats.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BytesError {
    /// Not DER of this type.
    #[error("these bytes are not a {what}: {why}")]
    Malformed {
        /// The ASN.1 type that was expected.
        what: &'static str,
        /// What the decoder said.
        why: String,
    },
    /// Decodes, but another encoding of the same value exists and this is not the canonical one.
    #[error("this {0} is not in its canonical encoding (DER)")]
    NotCanonical(&'static str),
    /// Larger than [`SIZE_MAX`].
    #[error("this {0} is larger than any that we make")]
    TooLarge(&'static str),
}

/// Reads one DER value that fills `bytes` exactly.
///
/// # Errors
/// Anything but the canonical encoding of one `T`.
pub fn read<T>(what: &'static str, bytes: &[u8]) -> Result<T, BytesError>
where
    T: for<'a> Decode<'a> + Encode,
{
    if bytes.len() > SIZE_MAX {
        return Err(BytesError::TooLarge(what));
    }
    let value = T::from_der(bytes).map_err(|error| BytesError::Malformed { what, why: error.to_string() })?;
    if write(&value) == bytes { Ok(value) } else { Err(BytesError::NotCanonical(what)) }
}

/// The DER of a value that we made.
#[must_use]
pub fn write<T: Encode>(value: &T) -> Vec<u8> {
    value.to_der().unwrap_or_default()
}

macro_rules! fixed_octets {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $len]);

        impl $name {
            /// From its bytes.
            #[must_use]
            pub const fn new(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// Its bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }

            /// From a slice of exactly the right length, as a database row or a JSON member holds it.
            #[must_use]
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }

            /// Lower-case hexadecimal.
            #[must_use]
            pub fn hex(&self) -> String {
                self.0.iter().map(|byte| format!("{byte:02x}")).collect()
            }

            /// From hexadecimal of exactly the right length, either case.
            #[must_use]
            pub fn from_hex(text: &str) -> Option<Self> {
                let mut bytes = [0u8; $len];
                if text.len() != 2 * $len || !text.is_ascii() {
                    return None;
                }
                for (index, byte) in bytes.iter_mut().enumerate() {
                    *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
                }
                Some(Self(bytes))
            }
        }

        impl FixedTag for $name {
            const TAG: Tag = Tag::OctetString;
        }

        impl<'a> DecodeValue<'a> for $name {
            type Error = der::Error;

            fn decode_value<R: Reader<'a>>(reader: &mut R, header: Header) -> der::Result<Self> {
                let bytes = reader.read_vec(header.length())?;
                bytes.as_slice().try_into().map(Self).map_err(|_| Self::TAG.value_error().into())
            }
        }

        impl EncodeValue for $name {
            fn value_len(&self) -> der::Result<Length> {
                Length::try_from(self.0.len())
            }

            fn encode_value(&self, writer: &mut impl Writer) -> der::Result<()> {
                writer.write(&self.0)
            }
        }
    };
}

fixed_octets!(
    /// `OCTET STRING (SIZE(32))`: a SHA-256 value, or a 32-byte salt.
    Hash,
    32
);
fixed_octets!(
    /// `OCTET STRING (SIZE(16))`: a random identifier.
    Id,
    16
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_octet_string_of_another_length_is_no_hash() {
        let mut bytes = vec![0x04, 32];
        bytes.extend([7; 32]);
        assert_eq!(read::<Hash>("Hash", &bytes), Ok(Hash::new([7; 32])));
        let mut short = vec![0x04, 31];
        short.extend([7; 31]);
        assert!(matches!(read::<Hash>("Hash", &short), Err(BytesError::Malformed { what: "Hash", .. })));
    }

    #[test]
    fn a_long_form_length_is_not_canonical() {
        let mut bytes = vec![0x04, 0x81, 16];
        bytes.extend([7; 16]);
        assert!(read::<Id>("Id", &bytes).is_err());
    }

    #[test]
    fn hex_round_trips_and_refuses_one_character_less() {
        let id = Id::new([0xa5; 16]);
        assert_eq!(Id::from_hex(&id.hex()), Some(id));
        assert_eq!(Id::from_hex(id.hex().get(1..).unwrap_or_default()), None);
    }
}
