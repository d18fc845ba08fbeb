//! The house of signature: requests, viewing, the act, verification.
//!
//! It shows a person what an agency asks to be signed, checks the touch that approves it, makes the signature with a key
//! that exists for this one act, and keeps the file until the agency has fetched it. Requests come from agencies,
//! touches from people's browsers, certificates and time-stamps from the house of trust; signed files go out. It never
//! learns a person's identifiers at the identity provider or at any agency.

pub mod config;
pub mod render;

mod app;
mod http;
mod pages;
mod peer;
mod start;
mod store;

pub use start::start;

pub(crate) use service::telemetry::error_chain;
