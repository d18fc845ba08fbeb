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

#[cfg(test)]
impl super::Store {
    /// All leaves with their salts.
    pub(crate) async fn leaves(&self) -> Result<Vec<(Leaf, Hash)>, super::StoreError> {
        let corrupt = || super::StoreError::Corrupt("log_leaves");
        let rows = self.db.all(Sql::new("SELECT leaf, salt FROM log_leaves ORDER BY commitment")).await?;
        let leaf = |row: &service::db::Row| {
            let leaf = pki_core::bytes::read("Leaf", &row.blob("leaf")?).map_err(|_| corrupt())?;
            Ok((leaf, row.hash("log_leaves", "salt")?))
        };
        rows.iter().map(leaf).collect()
    }
}
