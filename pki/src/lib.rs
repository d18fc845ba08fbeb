//! The house of trust: who is this person, which passkey and which certificate is theirs.
//!
//! Registration authority, certification authority and time-stamping authority. It sees hashes of what people sign and
//! never learns what or for whom; it learns names from officers and tells them to the identity provider alone. Data
//! comes from officers at the desk, from people with a slip and from the signer; it goes out as certificates,
//! time-stamps, revocation lists and one signed feed per house.

pub mod ceremony;
pub mod config;
pub mod sandbox;

mod app;
mod http;
mod pages;
mod start;
mod store;
#[cfg(test)]
mod tests;

pub use config::Config;
pub use start::start;

pub(crate) use service::telemetry::error_chain;
