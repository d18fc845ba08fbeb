//! The feeds: what use cases queue, what the sequencer signed.
//!
//! A use case queues in its own transaction: `queued` rises by one and the event stands under that number, so numbers
//! have no gaps and follow the order of commits. The sequencer turns queue into entries, one conditional write each.

use pki_core::bytes::{Hash, Id, read, write};
use pki_core::feed::{Audience, Event};
use service::db::{Plan, Rows, Sql};

use super::{Store, StoreError};

/// Where a feed stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) epoch: Id,
    pub(crate) number: u64,
    pub(crate) last: Hash,
}

const fn key(audience: Audience) -> i64 {
    match audience {
        Audience::Idp => 0,
        Audience::Signer => 1,
    }
}

fn number(value: i64) -> Result<u64, StoreError> {
    u64::try_from(value).map_err(|_| StoreError::Corrupt("feed_heads"))
}

fn int(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

impl Store {
    /// The last entry that was signed for an audience.
    pub(crate) async fn feed_head(&self, audience: Audience) -> Result<Option<Head>, StoreError> {
        let sql =
            Sql::new("SELECT epoch, number, last FROM feed_heads WHERE audience = $1").int(key(audience));
        let Some(row) = self.db.one(sql).await? else { return Ok(None) };
        Ok(Some(Head {
            epoch: row.id("feed_heads", "epoch")?,
            number: number(row.int("number")?)?,
            last: row.hash("feed_heads", "last")?,
        }))
    }

    /// The queued event with this number, if there is one yet.
    pub(crate) async fn feed_queued(&self, audience: Audience, at: u64) -> Result<Option<Event>, StoreError> {
        let sql = Sql::new("SELECT event FROM feed_queue WHERE audience = $1 AND number = $2");
        let Some(row) = self.db.one(sql.int(key(audience)).int(int(at))).await? else { return Ok(None) };
        read("Event", &row.blob("event")?).map(Some).map_err(|_| StoreError::Corrupt("feed_queue"))
    }

    /// Signed entries after a number, in order, at most `count`.
    pub(crate) async fn feed_after(
        &self,
        audience: Audience,
        after: u64,
        count: u32,
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        let sql = Sql::new(
            "SELECT entry FROM feed_entries WHERE audience = $1 AND number > $2 ORDER BY number LIMIT $3",
        )
        .int(key(audience))
        .int(int(after))
        .int(i64::from(count));
        let rows = self.db.all(sql).await?;
        rows.iter().map(|row| Ok(row.blob("entry")?)).collect()
    }
}

/// Begins a feed; one that exists is left as it is.
pub(crate) fn begin(audience: Audience, epoch: &Id) -> Plan {
    let sql = Sql::new(
        "INSERT INTO feed_heads (audience, epoch, queued, number, last) VALUES ($1, $2, 0, 0, $3) \
         ON CONFLICT (audience) DO NOTHING",
    )
    .int(key(audience))
    .blob(epoch.as_bytes())
    .blob(&[0; 32]);
    Plan::new().step("feed.begin", sql, Rows::Any)
}

/// Queues an event for an audience.
pub(crate) fn queue(audience: Audience, event: &Event) -> Plan {
    let (count, insert) = match audience {
        Audience::Idp => ("feed.idp.count", "feed.idp.queue"),
        Audience::Signer => ("feed.signer.count", "feed.signer.queue"),
    };
    let counted =
        Sql::new("UPDATE feed_heads SET queued = queued + 1 WHERE audience = $1").int(key(audience));
    let queued = Sql::new(
        "INSERT INTO feed_queue (audience, number, event) \
         SELECT audience, queued, CAST($1 AS BLOB) FROM feed_heads WHERE audience = $2",
    )
    .blob(&write(event))
    .int(key(audience));
    Plan::new().step(count, counted, Rows::Exactly(1)).step(insert, queued, Rows::Exactly(1))
}

/// Moves the head from `from` to the entry that follows it. Whoever comes second touches no row.
pub(crate) fn seal(audience: Audience, from: &Head, entry: &[u8], entry_hash: &Hash) -> Plan {
    let next = int(from.number.saturating_add(1));
    let head = Sql::new(
        "UPDATE feed_heads SET number = $1, last = $2 \
         WHERE audience = $3 AND number = $4 AND last = $5 AND epoch = $6",
    )
    .int(next)
    .blob(entry_hash.as_bytes())
    .int(key(audience))
    .int(int(from.number))
    .blob(from.last.as_bytes())
    .blob(from.epoch.as_bytes());
    let insert = Sql::new("INSERT INTO feed_entries (audience, number, entry) VALUES ($1, $2, $3)")
        .int(key(audience))
        .int(next)
        .blob(entry);
    let taken =
        Sql::new("DELETE FROM feed_queue WHERE audience = $1 AND number = $2").int(key(audience)).int(next);
    Plan::new().step("feed.head", head, Rows::Exactly(1)).step("feed.entry", insert, Rows::Exactly(1)).step(
        "feed.taken",
        taken,
        Rows::Exactly(1),
    )
}
