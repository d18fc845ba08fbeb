//! Claims of a token (RFC 7519 §4.1), read without guessing.
//!
//! A claim of the wrong JSON type is refused, never taken as absent (CVE-2026-25537); every date has a window.

use serde_json::{Map, Value};

use super::json::{self, JsonError};
use crate::time::Instant;

/// Clocks of strangers may differ from ours by this much.
pub const LEEWAY_SECONDS: i64 = 15;
/// Longest `jti` that is kept.
const JTI_MAX: usize = 256;
/// 9999-12-31T23:59:59Z: no honest date is later, and sums with it do not overflow.
const LAST_SECOND: i64 = 253_402_300_799;

/// What is wrong with a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// Demanded and not there.
    #[error("the claim {0} is missing")]
    Missing(&'static str),
    /// There, but of another JSON type, empty, too long or out of range.
    #[error("the claim {0} is malformed")]
    Malformed(&'static str),
    /// There, but another value than the verifier expects.
    #[error("the claim {0} has another value")]
    Mismatch(&'static str),
    /// `exp` has passed.
    #[error("the token has expired")]
    Expired,
    /// `nbf` or `iat` is in the future.
    #[error("the token is not valid yet")]
    NotYet,
    /// `exp` is further away than this kind of token may live.
    #[error("the token lives too long")]
    LivesTooLong,
}

/// The members of a payload.
#[derive(Clone, Debug, PartialEq)]
pub struct Claims(Map<String, Value>);

impl Claims {
    /// From the payload.
    ///
    /// # Errors
    /// Not an object, or a member stands twice.
    pub fn read(payload: &[u8]) -> Result<Self, JsonError> {
        json::object(payload).map(Self)
    }

    /// Any member, for claims with a form of their own.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A string that must be there and not be empty.
    ///
    /// # Errors
    /// [`ClaimError::Missing`] or [`ClaimError::Malformed`].
    pub fn text(&self, name: &'static str) -> Result<&str, ClaimError> {
        self.optional_text(name)?.ok_or(ClaimError::Missing(name))
    }

    /// A string that may be absent; if it is there it is a string and not empty.
    ///
    /// # Errors
    /// [`ClaimError::Malformed`].
    pub fn optional_text(&self, name: &'static str) -> Result<Option<&str>, ClaimError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
            Some(_) => Err(ClaimError::Malformed(name)),
        }
    }

    /// A `NumericDate` in whole seconds that must be there.
    ///
    /// # Errors
    /// [`ClaimError::Missing`] or [`ClaimError::Malformed`].
    pub fn instant(&self, name: &'static str) -> Result<Instant, ClaimError> {
        self.optional_instant(name)?.ok_or(ClaimError::Missing(name))
    }

    /// A `NumericDate` that may be absent; strings, fractions, negatives and null are malformed, not absent.
    ///
    /// # Errors
    /// [`ClaimError::Malformed`].
    pub fn optional_instant(&self, name: &'static str) -> Result<Option<Instant>, ClaimError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(value) => match value.as_i64() {
                Some(seconds) if (0..=LAST_SECOND).contains(&seconds) => {
                    Ok(Some(Instant::from_seconds(seconds)))
                }
                _ => Err(ClaimError::Malformed(name)),
            },
        }
    }

    /// A string that must be exactly `expected`.
    ///
    /// # Errors
    /// [`ClaimError::Missing`], [`ClaimError::Malformed`], [`ClaimError::Mismatch`].
    pub fn expect(&self, name: &'static str, expected: &str) -> Result<(), ClaimError> {
        if self.text(name)? == expected { Ok(()) } else { Err(ClaimError::Mismatch(name)) }
    }

    /// `aud` must be one string and exactly this one: an array is refused (draft-ietf-oauth-rfc7523bis §4).
    ///
    /// # Errors
    /// [`ClaimError::Missing`], [`ClaimError::Malformed`], [`ClaimError::Mismatch`].
    pub fn sole_audience(&self, expected: &str) -> Result<(), ClaimError> {
        self.expect("aud", expected)
    }

    /// `jti`: what makes a token usable once.
    ///
    /// # Errors
    /// Missing, empty or longer than 256 characters.
    pub fn jti(&self) -> Result<&str, ClaimError> {
        let jti = self.text("jti")?;
        if jti.len() <= JTI_MAX { Ok(jti) } else { Err(ClaimError::Malformed("jti")) }
    }

    /// `exp` must be there, ahead, and at most `lifetime_seconds_max` ahead; `nbf` and `iat`, where present, must
    /// not be in the future. Gives `exp`.
    ///
    /// # Errors
    /// Any of the above.
    pub fn within(&self, now: Instant, lifetime_seconds_max: i64) -> Result<Instant, ClaimError> {
        let exp = self.instant("exp")?;
        if exp.plus_seconds(LEEWAY_SECONDS) <= now {
            return Err(ClaimError::Expired);
        }
        if exp > now.plus_seconds(lifetime_seconds_max + LEEWAY_SECONDS) {
            return Err(ClaimError::LivesTooLong);
        }
        for name in ["nbf", "iat"] {
            if self.optional_instant(name)?.is_some_and(|at| at > now.plus_seconds(LEEWAY_SECONDS)) {
                return Err(ClaimError::NotYet);
            }
        }
        Ok(exp)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_seconds(1_795_000_000);

    fn claims(text: &str) -> Claims {
        Claims::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn f32_a_date_that_is_no_whole_number_is_malformed_never_absent() {
        for value in [
            "\"never\"",
            "\"1795000100\"",
            "1795000100.5",
            "-1",
            "1e400",
            "null",
            "[1795000100]",
            "{}",
            "true",
            "9223372036854775808",
        ] {
            let Ok(claims) = Claims::read(format!("{{\"exp\":{value}}}").as_bytes()) else { continue };
            assert_eq!(claims.within(NOW, 600), Err(ClaimError::Malformed("exp")), "{value}");
            assert_eq!(claims.optional_instant("exp"), Err(ClaimError::Malformed("exp")), "{value}");
        }
        assert_eq!(claims("{}").within(NOW, 600), Err(ClaimError::Missing("exp")));
    }

    #[test]
    fn rfc7519_4_1_4_windows_end_to_the_second() {
        let at = |offset: i64| {
            claims(&format!("{{\"exp\":{}}}", NOW.seconds() + offset)).within(NOW, 600).map(|_| ())
        };
        assert_eq!(at(-LEEWAY_SECONDS + 1), Ok(()));
        assert_eq!(at(-LEEWAY_SECONDS), Err(ClaimError::Expired));
        assert_eq!(at(600 + LEEWAY_SECONDS), Ok(()));
        assert_eq!(at(601 + LEEWAY_SECONDS), Err(ClaimError::LivesTooLong));
    }

    #[test]
    fn k6_nbf_and_iat_8_seconds_ahead_pass_and_60_do_not() {
        for name in ["nbf", "iat"] {
            let at = |ahead: i64| {
                let (exp, at) = (NOW.seconds() + 100, NOW.seconds() + ahead);
                claims(&format!("{{\"exp\":{exp},\"{name}\":{at}}}")).within(NOW, 600).map(|_| ())
            };
            assert_eq!(at(8), Ok(()));
            assert_eq!(at(LEEWAY_SECONDS), Ok(()));
            assert_eq!(at(LEEWAY_SECONDS + 1), Err(ClaimError::NotYet));
        }
    }

    #[test]
    fn f30_an_audience_is_one_string() {
        assert_eq!(claims(r#"{"aud":"https://id"}"#).sole_audience("https://id"), Ok(()));
        assert_eq!(
            claims(r#"{"aud":["https://id"]}"#).sole_audience("https://id"),
            Err(ClaimError::Malformed("aud"))
        );
        assert_eq!(
            claims(r#"{"aud":"https://id/"}"#).sole_audience("https://id"),
            Err(ClaimError::Mismatch("aud"))
        );
    }

    #[test]
    fn a_jti_has_a_length() {
        assert_eq!(claims(r#"{"jti":"a"}"#).jti(), Ok("a"));
        assert_eq!(claims(r#"{"jti":""}"#).jti(), Err(ClaimError::Malformed("jti")));
        assert_eq!(claims("{}").jti(), Err(ClaimError::Missing("jti")));
        let long = format!(r#"{{"jti":"{}"}}"#, "a".repeat(JTI_MAX + 1));
        assert_eq!(claims(&long).jti(), Err(ClaimError::Malformed("jti")));
    }
}
