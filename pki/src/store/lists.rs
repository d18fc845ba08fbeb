//! Revocation lists as they were signed, numbered per issuer.

use pki_core::time::Instant;
use service::db::{Plan, Rows, Sql};

use super::{Store, StoreError};

/// A signed revocation list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListRow {
    pub(crate) number: u64,
    pub(crate) list: Vec<u8>,
    pub(crate) this_update: Instant,
    pub(crate) next_update: Instant,
}

impl Store {
    /// The newest list of an issuer.
    pub(crate) async fn newest_list(&self, issuer: &str) -> Result<Option<ListRow>, StoreError> {
        let sql = Sql::new(
            "SELECT number, list, this_update, next_update FROM revocation_lists \
             WHERE issuer = $1 ORDER BY number DESC LIMIT 1",
        )
        .text(issuer);
        let Some(row) = self.db.one(sql).await? else { return Ok(None) };
        Ok(Some(ListRow {
            number: u64::try_from(row.int("number")?).map_err(|_| StoreError::Corrupt("revocation_lists"))?,
            list: row.blob("list")?,
            this_update: row.instant("this_update")?,
            next_update: row.instant("next_update")?,
        }))
    }
}

/// Adds a list. Its number is taken by whoever comes first.
pub(crate) fn add(issuer: &str, list: &ListRow) -> Plan {
    let sql = Sql::new(
        "INSERT INTO revocation_lists (issuer, number, list, this_update, next_update) VALUES ($1, $2, $3, $4, $5)",
    )
    .text(issuer)
    .int(i64::try_from(list.number).unwrap_or(i64::MAX))
    .blob(&list.list)
    .int(list.this_update.micros())
    .int(list.next_update.micros());
    Plan::new().step("list.add", sql, Rows::Exactly(1))
}
