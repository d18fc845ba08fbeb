//! Plumbing that knows no noun of our trade: time, randomness, a database, HTTP, pages, configuration.
//!
//! It must never learn what the houses do with it. Data comes from the houses above and from `pki-core` below
//! (bytes, keys, instants); it goes back to the house that asked and to nobody else.

pub mod clock;
pub mod db;
pub mod entropy;
pub mod failpoint;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
