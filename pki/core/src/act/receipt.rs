//! Receipt numbers: what a person can read to a clerk. Never a capability: knowing one opens nothing.

use std::fmt;

use der::asn1::PrintableString;

use crate::crockford;
use crate::key::{Random, RandomError, random_array};
use crate::time::Instant;

/// `R26-XXXX-XXXX`: the year, and 40 random bits in Crockford's base 32.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReceiptNumber(String);

/// Not the form of a receipt number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a receipt number looks like R26-XXXX-XXXX")]
pub struct ReceiptNumberError;

impl ReceiptNumber {
    /// A new number in the year of `now` (UTC). Unique by a database constraint, not by hope.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn generate(random: &dyn Random, now: Instant) -> Result<Self, RandomError> {
        let year = now.generalized().to_date_time().year() % 100;
        let number = crockford::encode(&random_array::<5>(random)?);
        Ok(Self(format!("R{year:02}-{}", crockford::grouped(&number))))
    }

    /// In exactly its written form: evidence holds no second spelling.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, ReceiptNumberError> {
        let (year, number) = text.split_once('-').ok_or(ReceiptNumberError)?;
        let year_ok = year.len() == 3
            && year.strip_prefix('R').is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
        let meant = crockford::heard_all(number, 8).ok_or(ReceiptNumberError)?;
        if year_ok && crockford::grouped(&meant) == number {
            Ok(Self(text.to_owned()))
        } else {
            Err(ReceiptNumberError)
        }
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As ASN.1 carries it.
    ///
    /// # Errors
    /// Never for a number that exists; the type cannot say so.
    pub fn printable(&self) -> Result<PrintableString, ReceiptNumberError> {
        PrintableString::new(&self.0).map_err(|_| ReceiptNumberError)
    }
}

impl fmt::Display for ReceiptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::key::SystemRandom;

    #[test]
    fn a_number_has_its_year_and_one_spelling() {
        let number =
            ReceiptNumber::generate(&SystemRandom::new(), Instant::from_seconds(1_795_000_000)).unwrap();
        assert!(number.as_str().starts_with("R26-"), "{number}");
        assert_eq!(ReceiptNumber::parse(number.as_str()), Ok(number.clone()));
        assert_eq!(number.printable().unwrap().as_str(), number.as_str());
        for wrong in
            ["R26-0000-000", "R26-0000-000O", "R26-00000000", "r26-0000-0000", "R2-0000-0000", "26-0000-0000"]
        {
            assert_eq!(ReceiptNumber::parse(wrong), Err(ReceiptNumberError), "{wrong}");
        }
    }
}
