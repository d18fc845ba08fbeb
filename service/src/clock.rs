//! The one door to the wall clock. Cores take `now` as an argument; a shell reads it here, once per request.

use std::time::{SystemTime, UNIX_EPOCH};

pub use pki_core::time::Instant;

/// A source of the present instant.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Instant;
}

/// The operating system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        // A clock before 1970 is read as 1970: everything we made is then "from the future" and refused.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Instant::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}
