//! The rows of the registry: the only folder of this house that holds SQL. Reads answer with the formats' own types;
//! writes are plans that the use cases put together, so that one transaction holds all that belongs together.
//!
//! No rule lives here: which plan is applied is decided in `app/`. What a row cannot be (a state without its facts) is
//! refused when it is read.

pub(crate) mod cases;
pub(crate) mod certificates;
pub(crate) mod feed;
pub(crate) mod leaves;
pub(crate) mod lists;
pub(crate) mod officers;
pub(crate) mod orders;
pub(crate) mod people;
pub(crate) mod players;
pub(crate) mod sessions;
#[cfg(test)]
mod tests;

pub(crate) use service::db::StoreError;
use service::db::{Applied, Db, Migrations, Plan};

/// The tables of this house.
pub(crate) const MIGRATIONS: Migrations =
    Migrations::new(&[("001", include_str!("../../../migrations/pki/001.sql"))]);

/// The registry's database.
#[derive(Clone)]
pub(crate) struct Store {
    db: Db,
}

impl Store {
    /// The store over an opened database.
    pub(crate) const fn new(db: Db) -> Self {
        Self { db }
    }

    /// Applies a plan whole or not at all.
    pub(crate) async fn apply(&self, plan: Plan) -> Result<Applied, StoreError> {
        Ok(self.db.apply(plan).await?)
    }

    /// Finishes what is in hand and closes.
    pub(crate) async fn close(self) {
        self.db.close().await;
    }
}
