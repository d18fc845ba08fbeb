//! What time it is. The only place of this crate that asks; tests and country simulations hand in another clock.
//! Data: nothing in, seconds and dates out.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

/// A clock that can be replaced when the whole country runs in one test.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Clock {
        Clock(Arc::new(SystemTime::now))
    }

    /// A clock that answers what `now` answers.
    pub fn from_fn(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(now))
    }

    /// Seconds since 1970.
    pub(crate) fn seconds(&self) -> i64 {
        let since = (self.0)().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        i64::try_from(since).unwrap_or(i64::MAX)
    }
}

/// "4 May 2027, 14:05 UTC". Dates are written in full, because 05/04 is two days.
pub(crate) fn written(seconds: i64) -> String {
    match OffsetDateTime::from_unix_timestamp(seconds) {
        Ok(when) => format!(
            "{} {} {}, {:02}:{:02} UTC",
            when.day(),
            when.month(),
            when.year(),
            when.hour(),
            when.minute()
        ),
        Err(_) => "an unknown time".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_in_full() {
        assert_eq!(written(1_809_439_500), "4 May 2027, 14:05 UTC");
    }
}
