//! Codes: one per transaction, redeemed once.

use idp_core::client::ClientId;
use idp_core::grant::Row;
use idp_core::subject::Subject;
use pki_core::bytes::Hash;
use service::clock::Instant;
use service::db::{Plan, Rows, Sql};

use super::{Store, StoreError};

const TABLE: &str = "grants";

impl Store {
    /// The grant of a code.
    pub(crate) async fn grant(&self, code: &Hash) -> Result<Option<Row>, StoreError> {
        let sql = Sql::new("SELECT * FROM grants WHERE code = $1").blob(code.as_bytes());
        let Some(row) = self.db.one(sql).await? else { return Ok(None) };
        Ok(Some(Row {
            transaction: row.hash(TABLE, "transaction_id")?,
            code: row.hash(TABLE, "code")?,
            client: ClientId::parse(&row.text("client")?).ok_or(StoreError::Corrupt(TABLE))?,
            subject: Subject::from_row(&row.text("subject")?),
            expires: row.instant("expires_at")?,
            used: row.opt_instant("used_at")?,
            sealed: row.blob("sealed")?,
        }))
    }
}

/// Grants: the transaction is the primary key, so a second grant of it cannot exist.
pub(crate) fn grant(row: &Row) -> Plan {
    let sql = Sql::new(
        "INSERT INTO grants (transaction_id, code, client, subject, expires_at, sealed) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .blob(row.transaction.as_bytes())
    .blob(row.code.as_bytes())
    .text(row.client.as_str())
    .text(row.subject.as_str())
    .int(row.expires.micros())
    .blob(&row.sealed);
    Plan::new().step("grants.grant", sql, Rows::Exactly(1))
}

/// Redeems: of any number that try, one touches the row.
pub(crate) fn redeem(code: &Hash, now: Instant) -> Plan {
    let sql =
        Sql::new("UPDATE grants SET used_at = $1 WHERE code = $2 AND used_at IS NULL AND expires_at > $1")
            .int(now.micros())
            .blob(code.as_bytes());
    Plan::new().step("grants.redeem", sql, Rows::Exactly(1))
}
