//! The house of signature: requests, viewing, the act, verification.
