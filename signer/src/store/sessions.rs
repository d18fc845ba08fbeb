//! Signed-in people. A row holds the hash of the cookie's secret and a handle that is ours alone.

use pki_core::bytes::{Hash, Id};
use pki_core::time::Instant;
use service::db::{Plan, Rows, Sql};

use super::{Store, StoreError};

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SessionRow {
    pub(crate) handle: Id,
    pub(crate) created_at: Instant,
    pub(crate) seen_at: Instant,
}

impl Store {
    /// The session whose secret has this hash.
    pub(crate) async fn session(&self, secret_hash: &Hash) -> Result<Option<SessionRow>, StoreError> {
        let sql = Sql::new("SELECT handle, created_at, seen_at FROM sessions WHERE id = $1");
        let Some(row) = self.db.one(sql.blob(secret_hash.as_bytes())).await? else { return Ok(None) };
        Ok(Some(SessionRow {
            handle: row.id("sessions", "handle")?,
            created_at: row.instant("created_at")?,
            seen_at: row.instant("seen_at")?,
        }))
    }
}

/// Begins a session.
pub(crate) fn begin(secret_hash: &Hash, handle: &Id, now: Instant) -> Plan {
    let sql = Sql::new("INSERT INTO sessions (id, handle, created_at, seen_at) VALUES ($1, $2, $3, $3)")
        .blob(secret_hash.as_bytes())
        .blob(handle.as_bytes())
        .int(now.micros());
    Plan::new().step("session.begin", sql, Rows::Exactly(1))
}

/// Somebody is still there.
pub(crate) fn touch(secret_hash: &Hash, now: Instant) -> Plan {
    let sql = Sql::new("UPDATE sessions SET seen_at = $1 WHERE id = $2")
        .int(now.micros())
        .blob(secret_hash.as_bytes());
    Plan::new().step("session.touch", sql, Rows::Any)
}

/// Ends a session.
pub(crate) fn end(secret_hash: &Hash) -> Plan {
    let sql = Sql::new("DELETE FROM sessions WHERE id = $1").blob(secret_hash.as_bytes());
    Plan::new().step("session.end", sql, Rows::Any)
}

/// Removes sessions that nobody has used since `before`.
pub(crate) fn sweep(before: Instant) -> Plan {
    let sql = Sql::new("DELETE FROM sessions WHERE seen_at < $1").int(before.micros());
    Plan::new().step("session.sweep", sql, Rows::Any)
}
