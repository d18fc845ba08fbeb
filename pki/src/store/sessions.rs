//! Sessions of officers at the desk. A row holds the hash of the cookie's secret, never the secret.

use pki_core::bytes::Hash;
use pki_core::time::Instant;
use service::db::{Plan, Rows, Sql};

use super::{Store, StoreError};

/// A session, whether or not it still counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SessionRow {
    pub(crate) id: Hash,
    pub(crate) officer: Hash,
    pub(crate) created_at: Instant,
    pub(crate) seen_at: Instant,
    pub(crate) ended_at: Option<Instant>,
}

impl Store {
    /// The session with this id.
    pub(crate) async fn session(&self, id: &Hash) -> Result<Option<SessionRow>, StoreError> {
        let sql = Sql::new("SELECT officer, created_at, seen_at, ended_at FROM desk_sessions WHERE id = $1");
        let Some(row) = self.db.one(sql.blob(id.as_bytes())).await? else { return Ok(None) };
        Ok(Some(SessionRow {
            id: *id,
            officer: row.hash("desk_sessions", "officer")?,
            created_at: row.instant("created_at")?,
            seen_at: row.instant("seen_at")?,
            ended_at: row.opt_instant("ended_at")?,
        }))
    }
}

/// Begins a session with the challenge that signed in; the same challenge begins none again.
pub(crate) fn begin(id: &Hash, officer: &Hash, challenge: &Hash, now: Instant) -> Plan {
    let sql = Sql::new(
        "INSERT INTO desk_sessions (id, officer, challenge, created_at, seen_at) VALUES ($1, $2, $3, $4, $4)",
    )
    .blob(id.as_bytes())
    .blob(officer.as_bytes())
    .blob(challenge.as_bytes())
    .int(now.micros());
    Plan::new().step("session.begin", sql, Rows::Exactly(1))
}

/// Notes that the officer is still there.
pub(crate) fn touch(id: &Hash, now: Instant) -> Plan {
    let sql =
        Sql::new("UPDATE desk_sessions SET seen_at = $1 WHERE id = $2 AND ended_at IS NULL AND seen_at < $1")
            .int(now.micros())
            .blob(id.as_bytes());
    Plan::new().step("session.touch", sql, Rows::Any)
}

/// Ends a session.
pub(crate) fn end(id: &Hash, now: Instant) -> Plan {
    let sql = Sql::new("UPDATE desk_sessions SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL")
        .int(now.micros())
        .blob(id.as_bytes());
    Plan::new().step("session.end", sql, Rows::Any)
}
