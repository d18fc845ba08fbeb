//! The only room where a person's private key ever exists.
