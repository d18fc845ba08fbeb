//! The outside world's opinion of us: programs of strangers judge what we issue, a browser drives our pages, and a
//! software passkey walks every path on a machine that has neither.
//!
//! `conformance/run` builds and runs the binary; each check is a module that gets a [`report::Report`] to write to and the
//! [`country::Country`] that it starts itself. Nothing here is known by any room of the house, and nothing here learns more of
//! a service than its addresses: what is needed is read from the pages, as a person's browser would.

pub mod bench;
pub mod browserless;
pub mod chrome;
pub mod country;
pub mod html;
pub mod journey;
pub mod pages;
pub mod passkey;
mod people;
pub mod relying_party;
pub mod report;
pub mod strangers;
pub mod tool;
pub mod walk;
