//! Bytes, keys, certificates, enrolments and acts: the ground of every house.
//!
//! Pure: no input or output, no clock, no async; randomness comes in as [`key::Random`]. Data goes up from here to
//! every house and never the other way.

#![warn(missing_docs)]

pub mod act;
pub mod assertion;
pub mod bytes;
pub mod enrolment;
pub mod feed;
pub mod key;
pub mod log;
pub mod oid;
pub mod time;
