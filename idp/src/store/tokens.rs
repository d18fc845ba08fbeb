//! Access tokens.

use idp_core::client::ClientId;
use idp_core::subject::Subject;
use idp_core::token::Row;
use pki_core::bytes::Hash;
use service::clock::Instant;
use service::db::{Plan, Rows, Sql};

use super::{Store, StoreError};

const TABLE: &str = "tokens";

impl Store {
    /// The row of a token.
    pub(crate) async fn token(&self, id: &Hash) -> Result<Option<Row>, StoreError> {
        let sql = Sql::new("SELECT * FROM tokens WHERE id = $1").blob(id.as_bytes());
        let Some(row) = self.db.one(sql).await? else { return Ok(None) };
        let corrupt = || StoreError::Corrupt(TABLE);
        Ok(Some(Row {
            id: row.hash(TABLE, "id")?,
            client: ClientId::parse(&row.text("client")?).ok_or_else(corrupt)?,
            subject: row.opt_text("subject")?.as_deref().map(Subject::from_row),
            audience: row.text("audience")?,
            family: match row.opt_blob("family")? {
                None => None,
                Some(bytes) => Some(Hash::from_slice(&bytes).ok_or_else(corrupt)?),
            },
            issued: row.instant("issued_at")?,
            expires: row.instant("expires_at")?,
            revoked: row.opt_instant("revoked_at")?,
            sealed: row.blob("sealed")?,
        }))
    }
}

/// Keeps a new token.
pub(crate) fn issue(row: &Row) -> Plan {
    let sql = Sql::new(
        "INSERT INTO tokens (id, client, subject, audience, family, issued_at, expires_at, sealed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .blob(row.id.as_bytes())
    .text(row.client.as_str())
    .opt_text(row.subject.as_ref().map(Subject::as_str))
    .text(&row.audience)
    .opt_blob(row.family.as_ref().map(|family| family.as_bytes().as_slice()))
    .int(row.issued.micros())
    .int(row.expires.micros())
    .blob(&row.sealed);
    Plan::new().step("tokens.issue", sql, Rows::Exactly(1))
}

/// Takes back every token of a transaction.
pub(crate) fn revoke_family(family: &Hash, now: Instant) -> Plan {
    let sql = Sql::new("UPDATE tokens SET revoked_at = $1 WHERE family = $2 AND revoked_at IS NULL")
        .int(now.micros())
        .blob(family.as_bytes());
    Plan::new().step("tokens.revoke", sql, Rows::Any)
}
