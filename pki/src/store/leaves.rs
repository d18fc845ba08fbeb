//! Leaves for the public log: one row in the transaction of what it counts.

use pki_core::bytes::{Hash, write};
use pki_core::log::{Leaf, LeafKind};
use pki_core::time::Instant;
use service::db::{Plan, Rows, Sql};

/// Adds the leaf of a thing whose DER is `counted`.
pub(crate) fn add(kind: LeafKind, at: Instant, salt: &Hash, counted: &[u8]) -> Plan {
    let leaf = Leaf::of(kind, at, salt, counted);
    let sql =
        Sql::new("INSERT INTO log_leaves (commitment, kind, at, salt, leaf) VALUES ($1, $2, $3, $4, $5)")
            .blob(leaf.commitment.as_bytes())
            .int(i64::from(kind as u8))
            .int(at.micros())
            .blob(salt.as_bytes())
            .blob(&write(&leaf));
    Plan::new().step("leaf.add", sql, Rows::Exactly(1))
}
