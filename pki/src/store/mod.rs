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

use pki_core::bytes::{Hash, Id};
use service::db::{Applied, Db, DbError, Migrations, Plan, PlanError, Row};

/// The tables of this house.
pub(crate) const MIGRATIONS: Migrations =
    Migrations::new(&[("001", include_str!("../../../migrations/pki/001.sql"))]);

/// What the database did not do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum StoreError {
    /// A read failed.
    #[error(transparent)]
    Read(#[from] DbError),
    /// A plan was not applied.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A row holds what this program never wrote.
    #[error("a row of {0} holds what this program never wrote")]
    Corrupt(&'static str),
}

impl StoreError {
    /// Whether this step's condition did not hold: somebody else was first, or the time is over.
    pub(crate) fn lost(&self, label: &str) -> bool {
        matches!(self, Self::Plan(error) if error.is_rows(label))
    }

    /// Whether this step's row exists already.
    pub(crate) fn exists(&self, label: &str) -> bool {
        matches!(self, Self::Plan(error) if error.is_unique(label))
    }
}

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

fn hash(table: &'static str, row: &Row, column: &str) -> Result<Hash, StoreError> {
    Hash::from_slice(&row.blob(column)?).ok_or(StoreError::Corrupt(table))
}

fn id(table: &'static str, row: &Row, column: &str) -> Result<Id, StoreError> {
    Id::from_slice(&row.blob(column)?).ok_or(StoreError::Corrupt(table))
}
