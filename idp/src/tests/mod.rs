//! The identity provider in process: real endpoints over a scratch database, a clock that is moved, and named actors:
//! the registry, two people with software passkeys, an agency, the signer, and a browser for each of them.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod feed;
mod language;
mod login;
mod rejects;
mod world;
