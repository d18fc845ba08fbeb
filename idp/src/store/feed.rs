//! Where this house is in the registry's feed, and the officers whom later entries name.

use pki_core::bytes::{Hash, Id, read, write};
use pki_core::enrolment::OfficerGrant;
use pki_core::feed::Follower;
use service::clock::Instant;
use service::db::{Plan, Rows, Sql};

use super::{Store, StoreError};

const TABLE: &str = "feed";
const AUDIENCE: &str = "idp";

/// What is known about the feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) follower: Follower,
    /// The last entry or heartbeat, on this house's clock; `None` before the first.
    pub(crate) heard: Option<Instant>,
}

impl Store {
    /// Where this house is.
    pub(crate) async fn position(&self) -> Result<Position, StoreError> {
        let sql = Sql::new("SELECT * FROM feed WHERE audience = $1").text(AUDIENCE);
        let Some(row) = self.db.one(sql).await? else {
            return Ok(Position { follower: Follower::new(), heard: None });
        };
        let epoch = match row.opt_blob("epoch")? {
            None => None,
            Some(bytes) => Some(Id::from_slice(&bytes).ok_or(StoreError::Corrupt(TABLE))?),
        };
        let number = u64::try_from(row.int("number")?).map_err(|_| StoreError::Corrupt(TABLE))?;
        let follower = Follower { epoch, number, last: row.hash(TABLE, "last")? };
        Ok(Position { follower, heard: Some(row.instant("heard_at")?) })
    }

    /// The grants of these officers, as far as they are known.
    pub(crate) async fn officers(&self, hashes: &[Hash]) -> Result<Vec<OfficerGrant>, StoreError> {
        let mut grants = Vec::new();
        for officer in hashes {
            let sql = Sql::new("SELECT grant_der FROM officers WHERE officer = $1").blob(officer.as_bytes());
            if let Some(row) = self.db.one(sql).await? {
                let grant = read("OfficerGrant", &row.blob("grant_der")?);
                grants.push(grant.map_err(|_| StoreError::Corrupt("officers"))?);
            }
        }
        Ok(grants)
    }
}

/// Moves on, only from where the entry was checked.
pub(crate) fn advance(from: &Follower, to: &Follower, now: Instant) -> Plan {
    let epoch = to.epoch.map(|epoch| epoch.as_bytes().to_vec());
    let number = |follower: &Follower| i64::try_from(follower.number).unwrap_or(i64::MAX);
    let sql = Sql::new(
        "INSERT INTO feed (audience, epoch, number, last, heard_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (audience) DO UPDATE SET epoch = excluded.epoch, number = excluded.number, \
         last = excluded.last, heard_at = excluded.heard_at WHERE feed.number = $6 AND feed.last = $7",
    )
    .text(AUDIENCE)
    .opt_blob(epoch.as_deref())
    .int(number(to))
    .blob(to.last.as_bytes())
    .int(now.micros())
    .int(number(from))
    .blob(from.last.as_bytes());
    Plan::new().step("feed.advance", sql, Rows::Exactly(1))
}

/// Keeps an officer's grant.
pub(crate) fn officer(hash: &Hash, grant: &OfficerGrant) -> Plan {
    let sql = Sql::new(
        "INSERT INTO officers (officer, grant_der) VALUES ($1, $2) ON CONFLICT (officer) DO NOTHING",
    )
    .blob(hash.as_bytes())
    .blob(&write(grant));
    Plan::new().step("officers.grant", sql, Rows::Any)
}
