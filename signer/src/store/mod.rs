//! The rows of the signing house: the only folder of it that holds SQL. Reads answer with the formats' own types; writes
//! are plans that the use cases put together, so that one transaction holds all that belongs together.
//!
//! Each arrow of an act (`Requested -> Approved -> Certified -> Signed -> Stamped -> Delivered`) is one conditional
//! UPDATE, first in its plan, with the facts of the new state in a table of its own. No rule lives here.

pub(crate) mod acts;
pub(crate) mod feed;
pub(crate) mod requests;
pub(crate) mod sessions;
#[cfg(test)]
mod tests;

pub(crate) use service::db::StoreError;
use service::db::{Applied, Db, Migrations, Plan};

/// The tables of this house.
pub(crate) const MIGRATIONS: Migrations =
    Migrations::new(&[("001", include_str!("../../../migrations/signer/001.sql"))]);

/// The house's database.
#[derive(Clone)]
pub(crate) struct Store {
    db: Db,
}

impl Store {
    /// The store over an opened database.
    pub(crate) const fn new(db: Db) -> Self {
        Self { db }
    }

    /// The database itself, to be closed when all else has ended.
    pub(crate) fn database(&self) -> Db {
        self.db.clone()
    }

    /// Applies a plan whole or not at all.
    pub(crate) async fn apply(&self, plan: Plan) -> Result<Applied, StoreError> {
        Ok(self.db.apply(plan).await?)
    }
}
