//! Instants as our formats carry them. A core never reads a clock: `now` is always an argument.
//!
//! An [`Instant`] is microseconds since 1970-01-01T00:00:00Z (what the databases store); ASN.1 carries whole
//! seconds as `GeneralizedTime` (RFC 5280 §4.1.2.5.2: `Z`, seconds present, no fraction).

use std::time::Duration;

use der::asn1::GeneralizedTime;

/// Microseconds since the epoch, UTC. Before 1970 and after 9999 do not exist in our formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// 9999-12-31T23:59:59Z, the last second that `GeneralizedTime` can say.
const LAST_SECOND: i64 = 253_402_300_799;

impl Instant {
    /// From microseconds since the epoch, as a database row holds them.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From whole seconds since the epoch, as JWT claims hold them (RFC 7519 §2, `NumericDate`).
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, cut (never rounded up: a certificate must not begin in the future).
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// The same instant cut to its whole second.
    #[must_use]
    pub const fn whole_second(self) -> Self {
        Self::from_seconds(self.seconds())
    }

    /// This instant moved by whole seconds, forward or back.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// Whole seconds from `earlier` to `self`; negative when `earlier` is later.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).div_euclid(1_000_000)
    }

    /// As ASN.1 writes it, cut to the second.
    #[must_use]
    pub fn generalized(self) -> GeneralizedTime {
        let seconds = u64::try_from(self.seconds().clamp(0, LAST_SECOND)).unwrap_or(0);
        match GeneralizedTime::from_unix_duration(Duration::from_secs(seconds)) {
            Ok(time) => time,
            Err(_) => unreachable_time(),
        }
    }

    /// From ASN.1.
    #[must_use]
    pub fn from_generalized(time: &GeneralizedTime) -> Self {
        Self::from_seconds(i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(LAST_SECOND))
    }
}

#[expect(clippy::panic, reason = "the value was clamped to 0..=LAST_SECOND on the line before")]
fn unreachable_time() -> GeneralizedTime {
    panic!("a clamped second count is always a GeneralizedTime")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_cut_never_rounded() {
        let instant = Instant::from_micros(1_999_999);
        assert_eq!(instant.seconds(), 1);
        assert_eq!(instant.whole_second(), Instant::from_seconds(1));
        assert_eq!(Instant::from_micros(-1).seconds(), -1);
    }

    #[test]
    fn generalized_time_round_trips() {
        let instant = Instant::from_seconds(1_795_000_000);
        assert_eq!(Instant::from_generalized(&instant.generalized()), instant);
        assert_eq!(
            Instant::from_micros(i64::MAX).generalized().to_unix_duration().as_secs(),
            253_402_300_799
        );
    }
}
