//! Pushed requests that were not answered yet.

use idp_core::pushed::{Row, SHOW_SECONDS_MAX};
use pki_core::bytes::Hash;
use service::clock::Instant;
use service::db::{Plan, Rows, Sql};

use super::{Store, StoreError};

impl Store {
    /// The request of this name, unless it was answered.
    pub(crate) async fn pushed(&self, id: &Hash) -> Result<Option<Row>, StoreError> {
        let sql = Sql::new("SELECT * FROM pushed WHERE id = $1 AND answered_at IS NULL").blob(id.as_bytes());
        let Some(row) = self.db.one(sql).await? else { return Ok(None) };
        Ok(Some(Row {
            id: row.hash("pushed", "id")?,
            client: row.text("client")?,
            parameters: row.text("parameters")?,
            pushed: row.instant("pushed_at")?,
            shown: row.opt_instant("shown_at")?,
        }))
    }
}

/// Keeps a pushed request.
pub(crate) fn push(row: &Row) -> Plan {
    let sql = Sql::new("INSERT INTO pushed (id, client, parameters, pushed_at) VALUES ($1, $2, $3, $4)")
        .blob(row.id.as_bytes())
        .text(&row.client)
        .text(&row.parameters)
        .int(row.pushed.micros());
    Plan::new().step("pushed.push", sql, Rows::Exactly(1))
}

/// Notes the first showing, in time; a later one changes nothing.
pub(crate) fn show(id: &Hash, now: Instant) -> Plan {
    let sql =
        Sql::new("UPDATE pushed SET shown_at = $1 WHERE id = $2 AND shown_at IS NULL AND pushed_at > $3")
            .int(now.micros())
            .blob(id.as_bytes())
            .int(now.plus_seconds(-SHOW_SECONDS_MAX).micros());
    Plan::new().step("pushed.show", sql, Rows::Any)
}

/// Ends the transaction: it is answered once.
pub(crate) fn answer(id: &Hash, now: Instant) -> Plan {
    let sql = Sql::new("UPDATE pushed SET answered_at = $1 WHERE id = $2 AND answered_at IS NULL")
        .int(now.micros())
        .blob(id.as_bytes());
    Plan::new().step("pushed.answer", sql, Rows::Exactly(1))
}
