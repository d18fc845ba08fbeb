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

use service::clock::Instant;
pub(crate) use service::db::StoreError;
use service::db::{Applied, Db, Migrations, Plan, Rows, Sql};

/// The tables of this house.
pub(crate) const MIGRATIONS: Migrations =
    Migrations::new(&[("001", include_str!("../../../migrations/idp/001.sql"))]);

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
