//! Plumbing that knows no noun of our trade: time, randomness, a database, HTTP, pages, configuration.
//!
//! It must never learn what the houses do with it. Data comes from the houses above and from `pki-core` below
//! (bytes, keys, instants); it goes back to the house that asked and to nobody else.

pub mod assets;
pub mod clock;
pub mod config;
pub mod db;
pub mod entropy;
pub mod failpoint;
pub mod http;
pub mod i18n;
pub mod ornament;
pub mod page;
pub mod pass;
pub mod skeleton;
pub mod telemetry;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
