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

use pki_core::bytes::{Hash, Id};
use service::db::{Applied, Db, DbError, Migrations, Plan, PlanError, Row};

/// The tables of this house.
pub(crate) const MIGRATIONS: Migrations =
    Migrations::new(&[("001", include_str!("../../../migrations/signer/001.sql"))]);

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

fn hash(table: &'static str, row: &Row, column: &str) -> Result<Hash, StoreError> {
    Hash::from_slice(&row.blob(column)?).ok_or(StoreError::Corrupt(table))
}

fn id(table: &'static str, row: &Row, column: &str) -> Result<Id, StoreError> {
    Id::from_slice(&row.blob(column)?).ok_or(StoreError::Corrupt(table))
}

fn opt_id(table: &'static str, row: &Row, column: &str) -> Result<Option<Id>, StoreError> {
    row.opt_blob(column)?.map(|bytes| Id::from_slice(&bytes).ok_or(StoreError::Corrupt(table))).transpose()
}
