//! The single-use code on a slip: 80 random bits that a person can type or read aloud.

use std::fmt;

use crate::bytes::Hash;
use crate::crockford;
use crate::key::{Random, RandomError, hash_parts, random_array};

/// A slip's code. Rows hold only its [`hash`](Self::hash); the code itself is on paper and in one link.
#[derive(Clone, PartialEq, Eq)]
pub struct SlipCode(String);

/// Not sixteen characters of Crockford's base 32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a slip code has sixteen letters and digits")]
pub struct SlipCodeError;

const CHARACTERS: usize = 16;

impl SlipCode {
    /// A new code.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn generate(random: &dyn Random) -> Result<Self, RandomError> {
        Ok(Self(crockford::encode(&random_array::<10>(random)?)))
    }

    /// As a person typed it: either case, hyphens and spaces anywhere, O for 0, I and L for 1.
    ///
    /// # Errors
    /// Anything that is not sixteen such characters.
    pub fn parse(text: &str) -> Result<Self, SlipCodeError> {
        crockford::heard_all(text, CHARACTERS).map(Self).ok_or(SlipCodeError)
    }

    /// SHA-256("chancery-slip/1" || the sixteen characters, upper case, without hyphens).
    #[must_use]
    pub fn hash(&self) -> Hash {
        hash_parts(&[super::tag::SLIP.as_bytes(), self.0.as_bytes()])
    }
}

/// `XXXX-XXXX-XXXX-XXXX`: for the slip and its link, never for a log.
impl fmt::Display for SlipCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crockford::grouped(&self.0))
    }
}

impl fmt::Debug for SlipCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SlipCode(..)")
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::key::SystemRandom;

    #[test]
    fn a_code_reads_back_as_people_type_it() {
        let code = SlipCode::generate(&SystemRandom::new()).unwrap();
        assert_eq!(SlipCode::parse(&code.to_string()), Ok(code.clone()));
        assert_eq!(SlipCode::parse(&code.to_string().to_lowercase().replace('-', " ")), Ok(code));
        let heard = SlipCode::parse("OIL0-0000-0000-0000").unwrap();
        assert_eq!(heard.to_string(), "0110-0000-0000-0000");
        assert_eq!(SlipCode::parse("0110-0000-0000-000"), Err(SlipCodeError));
        assert_eq!(SlipCode::parse("U110-0000-0000-0000"), Err(SlipCodeError));
    }

    #[test]
    fn the_hash_is_of_the_characters_without_hyphens() {
        let code = SlipCode::parse("0000-0000-0000-0000").unwrap();
        assert_eq!(code.hash(), crate::key::sha256(b"chancery-slip/10000000000000000"));
        assert_eq!(format!("{code:?}"), "SlipCode(..)");
    }
}
