//! The law of signature: what a PDF must be to be signed, how it is signed, and what is true of a signed file.
//!
//! Pure: bytes in, values out. No clock, no files, no network; the shell brings instants and bytes.

#![warn(missing_docs)]

pub mod ades;
pub mod validate;
