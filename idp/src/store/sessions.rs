//! Browsers' sessions.

use idp_core::session::Row;
use pki_core::bytes::Hash;
use service::clock::Instant;
use service::db::{Plan, Rows, Sql};

use super::{Store, StoreError};

/// A use is noted once in this time, so that a page does not cost a write.
const SEEN_EVERY_SECONDS: i64 = 60;

impl Store {
    /// The session of a cookie, unless it was ended.
    pub(crate) async fn session(&self, id: &Hash) -> Result<Option<Row>, StoreError> {
        let sql = Sql::new("SELECT * FROM sessions WHERE id = $1 AND ended_at IS NULL").blob(id.as_bytes());
        let Some(row) = self.db.one(sql).await? else { return Ok(None) };
        Ok(Some(Row {
            id: row.hash("sessions", "id")?,
            seen: row.instant("seen_at")?,
            expires: row.instant("expires_at")?,
            sealed: row.blob("sealed")?,
        }))
    }
}

/// Keeps a new session.
pub(crate) fn begin(row: &Row) -> Plan {
    let sql = Sql::new("INSERT INTO sessions (id, seen_at, expires_at, sealed) VALUES ($1, $2, $3, $4)")
        .blob(row.id.as_bytes())
        .int(row.seen.micros())
        .int(row.expires.micros())
        .blob(&row.sealed);
    Plan::new().step("sessions.begin", sql, Rows::Exactly(1))
}

/// Notes that it was used, if the last note is old enough.
pub(crate) fn see(row: &Row, now: Instant) -> Option<Plan> {
    if now.seconds_since(row.seen) < SEEN_EVERY_SECONDS {
        return None;
    }
    let sql =
        Sql::new("UPDATE sessions SET seen_at = $1 WHERE id = $2 AND ended_at IS NULL AND seen_at < $1")
            .int(now.micros())
            .blob(row.id.as_bytes());
    Some(Plan::new().step("sessions.see", sql, Rows::Any))
}

/// Ends a session.
pub(crate) fn end(id: &Hash, now: Instant) -> Plan {
    let sql = Sql::new("UPDATE sessions SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL")
        .int(now.micros())
        .blob(id.as_bytes());
    Plan::new().step("sessions.end", sql, Rows::Any)
}
