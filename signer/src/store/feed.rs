//! What the feed told: where we are in it, officers, people.

use pki_core::bytes::{Hash, Id, read, write};
use pki_core::enrolment::{OfficerGrant, Statement};
use pki_core::feed::{Follower, Status};
use pki_core::time::Instant;
use service::db::{Plan, Row, Rows, Sql};

use super::{Store, StoreError};

/// Where we are, and when the feed last spoke (our clock).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) follower: Follower,
    pub(crate) heard_at: Option<Instant>,
}

/// A person as this house knows them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PersonRow {
    pub(crate) handle: Id,
    pub(crate) statement: Statement,
    pub(crate) statement_hash: Hash,
    pub(crate) status: Status,
}

const PEOPLE: &str = "people";

fn status(value: i64) -> Result<Status, StoreError> {
    [Status::Active, Status::Suspended, Status::Revoked, Status::Deceased]
        .into_iter()
        .find(|status| i64::from(*status as u8) == value)
        .ok_or(StoreError::Corrupt(PEOPLE))
}

fn person(row: &Row) -> Result<PersonRow, StoreError> {
    Ok(PersonRow {
        handle: row.id(PEOPLE, "handle")?,
        statement: read("Statement", &row.blob("statement_der")?).map_err(|_| StoreError::Corrupt(PEOPLE))?,
        statement_hash: row.hash(PEOPLE, "statement")?,
        status: status(row.int("status")?)?,
    })
}

impl Store {
    /// Where we are in the feed.
    pub(crate) async fn position(&self) -> Result<Position, StoreError> {
        let table = "feed_position";
        let sql = Sql::new("SELECT epoch, number, last, heard_at FROM feed_position WHERE one = 1");
        let Some(row) = self.db.one(sql).await? else {
            return Ok(Position { follower: Follower::new(), heard_at: None });
        };
        Ok(Position {
            follower: Follower {
                epoch: row.opt_id(table, "epoch")?,
                number: u64::try_from(row.int("number")?).map_err(|_| StoreError::Corrupt(table))?,
                last: row.hash(table, "last")?,
            },
            heard_at: Some(row.instant("heard_at")?),
        })
    }

    /// The grants of these officers, as far as they are known.
    pub(crate) async fn officers(&self, hashes: &[Hash]) -> Result<Vec<OfficerGrant>, StoreError> {
        let mut grants = Vec::new();
        for hash in hashes {
            let sql = Sql::new("SELECT grant_der FROM officers WHERE officer = $1").blob(hash.as_bytes());
            if let Some(row) = self.db.one(sql).await? {
                let grant = read("OfficerGrant", &row.blob("grant_der")?);
                grants.push(grant.map_err(|_| StoreError::Corrupt("officers"))?);
            }
        }
        Ok(grants)
    }

    /// The person behind a handle.
    pub(crate) async fn person(&self, handle: &Id) -> Result<Option<PersonRow>, StoreError> {
        let sql = Sql::new("SELECT handle, statement, statement_der, status FROM people WHERE handle = $1")
            .blob(handle.as_bytes());
        self.db.one(sql).await?.as_ref().map(person).transpose()
    }
}

/// Goes on from `from` to `next`: first in the plan of every entry, so that none is applied twice or out of turn.
pub(crate) fn advance(from: &Follower, next: &Follower, now: Instant) -> Plan {
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let epoch = next.epoch.as_ref().map(|epoch| epoch.as_bytes().as_slice());
    let sql = if from.epoch.is_none() {
        Sql::new("INSERT INTO feed_position (one, epoch, number, last, heard_at) VALUES (1, $1, $2, $3, $4)")
            .opt_blob(epoch)
            .int(number(next.number))
            .blob(next.last.as_bytes())
            .int(now.micros())
    } else {
        Sql::new(
            "UPDATE feed_position SET epoch = $1, number = $2, last = $3, heard_at = $4 \
             WHERE one = 1 AND number = $5 AND last = $6",
        )
        .opt_blob(epoch)
        .int(number(next.number))
        .blob(next.last.as_bytes())
        .int(now.micros())
        .int(number(from.number))
        .blob(from.last.as_bytes())
    };
    Plan::new().step("feed.advance", sql, Rows::Exactly(1))
}

/// An officer was put in office.
pub(crate) fn officer(officer: &Hash, grant: &OfficerGrant) -> Plan {
    let sql = Sql::new(
        "INSERT INTO officers (officer, grant_der) VALUES ($1, $2) ON CONFLICT (officer) DO NOTHING",
    )
    .blob(officer.as_bytes())
    .blob(&write(grant));
    Plan::new().step("feed.officer", sql, Rows::Any)
}

/// A person was enrolled. A handle that is known already makes the plan void: nobody becomes another person.
pub(crate) fn enrolled(handle: &Id, statement: &Statement, statement_hash: &Hash, now: Instant) -> Plan {
    let sql = Sql::new(
        "INSERT INTO people (handle, statement, statement_der, status, status_at) VALUES ($1, $2, $3, 0, $4)",
    )
    .blob(handle.as_bytes())
    .blob(statement_hash.as_bytes())
    .blob(&write(statement))
    .int(now.micros());
    Plan::new().step("feed.enrolled", sql, Rows::Exactly(1))
}

/// A person has a new passkey instead of the one that `superseded` states. It does not undo a suspension.
pub(crate) fn replaced(handle: &Id, superseded: &Hash, statement: &Statement, statement_hash: &Hash) -> Plan {
    let sql =
        Sql::new("UPDATE people SET statement = $1, statement_der = $2 WHERE handle = $3 AND statement = $4")
            .blob(statement_hash.as_bytes())
            .blob(&write(statement))
            .blob(handle.as_bytes())
            .blob(superseded.as_bytes());
    Plan::new().step("feed.replaced", sql, Rows::Exactly(1))
}

/// A person's status changed. The order names both handle and statement, and both must be this person's.
pub(crate) fn status_changed(handle: &Id, statement: &Hash, status: Status, now: Instant) -> Plan {
    let sql = Sql::new("UPDATE people SET status = $1, status_at = $2 WHERE handle = $3 AND statement = $4")
        .int(i64::from(status as u8))
        .int(now.micros())
        .blob(handle.as_bytes())
        .blob(statement.as_bytes());
    Plan::new().step("feed.status", sql, Rows::Exactly(1))
}

/// The person is active under this statement now: a condition inside another plan.
pub(crate) fn must_be_active(handle: &Id, statement: &Hash) -> Plan {
    let sql = Sql::new("UPDATE people SET status = 0 WHERE handle = $1 AND statement = $2 AND status = 0")
        .blob(handle.as_bytes())
        .blob(statement.as_bytes());
    Plan::new().step("person.active", sql, Rows::Exactly(1))
}
