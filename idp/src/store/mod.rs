//! The rows of the identity provider: the only folder of this house that holds SQL. Reads answer with the core's own
//! types; writes are plans that the use cases put together, so that one transaction holds all that belongs together.
//!
//! No rule lives here: which plan is applied is decided in `app/`, by what `idp-core` said.

pub(crate) mod consents;
pub(crate) mod events;
pub(crate) mod feed;
pub(crate) mod grants;
pub(crate) mod once;
pub(crate) mod passkeys;
pub(crate) mod people;
pub(crate) mod pushed;
pub(crate) mod sessions;
pub(crate) mod tokens;

use pki_core::bytes::{Hash, Id};
use service::clock::Instant;
use service::db::{Applied, Db, DbError, Migrations, Plan, PlanError, Row, Rows, Sql};

/// The tables of this house.
pub(crate) const MIGRATIONS: Migrations =
    Migrations::new(&[("001", include_str!("../../../migrations/idp/001.sql"))]);

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

/// The identity provider's database.
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

    /// Applies a plan: all of it, or nothing.
    pub(crate) async fn apply(&self, plan: Plan) -> Result<Applied, StoreError> {
        Ok(self.db.apply(plan).await?)
    }

    /// Removes what has been over for so long that nobody can ask for it any more.
    pub(crate) async fn sweep(&self, now: Instant) -> Result<(), StoreError> {
        let over = now.micros();
        let hour_ago = now.plus_seconds(-3_600).micros();
        let plan = Plan::new()
            .step(
                "sweep.assertions",
                Sql::new("DELETE FROM used_assertions WHERE expires_at < $1").int(over),
                Rows::Any,
            )
            .step(
                "sweep.challenges",
                Sql::new("DELETE FROM used_challenges WHERE expires_at < $1").int(over),
                Rows::Any,
            )
            .step(
                "sweep.pushed",
                Sql::new("DELETE FROM pushed WHERE pushed_at < $1").int(hour_ago),
                Rows::Any,
            )
            // A used code is kept until every token that came of it is over, so that its replay revokes them.
            .step(
                "sweep.grants",
                Sql::new("DELETE FROM grants WHERE expires_at < $1").int(hour_ago),
                Rows::Any,
            )
            .step(
                "sweep.tokens",
                Sql::new("DELETE FROM tokens WHERE expires_at < $1").int(hour_ago),
                Rows::Any,
            )
            .step(
                "sweep.sessions",
                Sql::new("DELETE FROM sessions WHERE expires_at < $1").int(over),
                Rows::Any,
            );
        self.apply(plan).await.map(|_| ())
    }
}

fn hash(table: &'static str, row: &Row, column: &str) -> Result<Hash, StoreError> {
    Hash::from_slice(&row.blob(column)?).ok_or(StoreError::Corrupt(table))
}

fn id(table: &'static str, row: &Row, column: &str) -> Result<Id, StoreError> {
    Id::from_slice(&row.blob(column)?).ok_or(StoreError::Corrupt(table))
}

fn instant(row: &Row, column: &str) -> Result<Instant, StoreError> {
    Ok(Instant::from_micros(row.int(column)?))
}

fn opt_instant(row: &Row, column: &str) -> Result<Option<Instant>, StoreError> {
    Ok(row.opt_int(column)?.map(Instant::from_micros))
}
