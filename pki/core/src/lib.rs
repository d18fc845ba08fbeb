//! Bytes, keys, certificates, enrolments and acts: the ground of every house.
//!
//! Pure: no input or output, no clock, no async; randomness comes in as [`key::Random`]. Data goes up from here to
//! every house and never the other way.

#![warn(missing_docs)]

pub mod act;
mod asn1;
pub mod assertion;
pub mod bytes;
pub mod cms;
mod crockford;
pub mod enrolment;
pub mod feed;
pub mod issue;
pub mod jose;
pub mod key;
pub mod limits;
pub mod log;
pub mod oid;
pub mod path;
pub mod revocation;
#[cfg(test)]
mod testing;
pub mod time;
pub mod tsp;
pub mod x509;
