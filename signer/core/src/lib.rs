//! The law of signature: PDF, PAdES and validation.
