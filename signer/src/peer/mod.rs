//! The other houses, as this one asks them: over the wire, like any stranger, and never by name in a manifest.

pub(crate) mod idp;
pub(crate) mod pki;
