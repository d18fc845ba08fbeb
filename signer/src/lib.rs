//! The house of signature: requests, viewing, the act, verification.

pub mod render;
