//! Goal: exactly the paths of RFC 5280 §6 are proved, and the nearest thing to each is not.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
