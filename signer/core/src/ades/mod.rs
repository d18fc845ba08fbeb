//! Advanced electronic signatures in their formats. PDF (EN 319 142-1) is the first inhabitant.

pub mod changes;
pub mod pades;
pub mod pdf;
pub mod signature;
