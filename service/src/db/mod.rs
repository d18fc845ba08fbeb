//! One SQL text on two engines: reads by value, writes as plans that are applied whole or not at all.
//!
//! SQLite: one writer task owns the only writing connection and commits in groups (`BEGIN IMMEDIATE`, a SAVEPOINT per
//! plan, one COMMIT), beside at most four readers that cannot write. PostgreSQL: a small pool, one transaction per
//! plan. The answer of [`Db::apply`] leaves after COMMIT. The SQL itself lives in the `store/` folders of the houses and
//! keeps to the portable subset: columns TEXT, BIGINT, BLOB; `$1` placeholders; one statement per call; no boolean
//! expression in a select list; sums CAST to BIGINT; every CHECK named.
//!
//! With `--log service=trace` each read and each plan has its line in the log, inside the request that it was for.
//!
//! This room never learns what the rows mean, and never puts a bound value into an error or a log.

mod error;
mod migrations;
mod plan;
mod sql;
mod sqlite;

pub use error::{DbError, PlanError, PlanErrorKind, StoreError};
pub use migrations::Migrations;
pub use plan::{Applied, Plan, Rows};
pub use sql::{Row, Sql};
pub use sqlite::url as sqlite_url;

use std::time::Duration;

use sqlx::AnyPool;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{ConnectOptions as _, Executor as _};
use tokio::sync::{mpsc, oneshot};

/// SQLite: readers beside the writer. More only compete for the two cores of a small machine.
const READERS_MAX: u32 = 4;
/// PostgreSQL: connections per process, about twice the cores (measured best at 4).
const CONNECTIONS_MAX: u32 = 4;
/// How long a caller waits for a connection before the answer is an error.
const ACQUIRE_SECONDS_MAX: u64 = 10;

/// A database. Cheap to clone; all clones are the same database.
#[derive(Clone)]
pub struct Db {
    reads: AnyPool,
    writes: Writes,
}

#[derive(Clone)]
enum Writes {
    /// SQLite: the one writer task.
    Task(mpsc::Sender<sqlite::Job>),
    /// PostgreSQL: the same pool that reads.
    Pool,
}

impl Db {
    /// Opens `sqlite:///absolute/path` (made if missing, mode 0600) or `postgres://…` and brings its tables up to date.
    ///
    /// # Errors
    /// When it cannot be opened, or a migration fails or was changed after it had been applied.
    pub async fn open(url: &str, migrations: Migrations) -> Result<Self, DbError> {
        sqlx::any::install_default_drivers();
        if url.starts_with("sqlite:") {
            sqlite::open(url, migrations).await
        } else {
            postgres(url, migrations).await
        }
    }

    /// The row that the statement finds; the first, if it finds several.
    ///
    /// # Errors
    /// When the database does not answer or the statement is wrong.
    pub async fn one(&self, sql: Sql) -> Result<Option<Row>, DbError> {
        sql.tell();
        Ok(sql.query().fetch_optional(&self.reads).await.map_err(DbError::query)?.map(Row::new))
    }

    /// All rows that the statement finds: the statement carries the LIMIT.
    ///
    /// # Errors
    /// When the database does not answer or the statement is wrong.
    pub async fn all(&self, sql: Sql) -> Result<Vec<Row>, DbError> {
        sql.tell();
        let rows = sql.query().fetch_all(&self.reads).await.map_err(DbError::query)?;
        Ok(rows.into_iter().map(Row::new).collect())
    }

    /// Applies the plan in one transaction: all of its statements with the rows they must touch, or nothing.
    /// Answers after COMMIT.
    ///
    /// # Errors
    /// The step that did not go as planned and why; nothing of the plan is kept then.
    pub async fn apply(&self, plan: Plan) -> Result<Applied, PlanError> {
        plan.tell();
        match &self.writes {
            Writes::Task(jobs) => {
                let first = plan.first_label();
                let (answer, result) = oneshot::channel();
                let closed = || PlanError::database(first, "the database is closed");
                jobs.send(sqlite::Job { plan, answer }).await.map_err(|_| closed())?;
                result.await.map_err(|_| closed())?
            }
            Writes::Pool => {
                let first = plan.first_label();
                let failed = |error| PlanError::from_sqlx(first, &error);
                let mut transaction = self.reads.begin_with("BEGIN").await.map_err(failed)?;
                let applied = plan.run(&mut transaction).await?;
                plan::before_commit(first);
                transaction.commit().await.map_err(failed)?;
                plan::after_commit(first);
                Ok(applied)
            }
        }
    }

    /// Waits for the work in hand and closes the connections. Clones answer with errors from here on.
    pub async fn close(self) {
        if let Writes::Task(jobs) = self.writes {
            // The task ends when it has answered what was sent before this.
            let (answer, done) = oneshot::channel();
            if jobs.send(sqlite::Job { plan: Plan::close(), answer }).await.is_ok() {
                let _closed = done.await;
            }
        }
        self.reads.close().await;
    }
}

async fn postgres(url: &str, migrations: Migrations) -> Result<Db, DbError> {
    let options: AnyConnectOptions = url.parse().map_err(DbError::open)?;
    let pool = AnyPoolOptions::new()
        .max_connections(CONNECTIONS_MAX)
        .acquire_timeout(Duration::from_secs(ACQUIRE_SECONDS_MAX))
        .test_before_acquire(false)
        .connect_with(options.disable_statement_logging())
        .await
        .map_err(DbError::open)?;
    // `blob` then is a type on both engines, and one migration text serves both. Starting replicas race here.
    let domain = "DO $$ BEGIN CREATE DOMAIN blob AS bytea; \
                  EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$";
    pool.execute(domain).await.map_err(DbError::open)?;
    let mut transaction = pool.begin_with("BEGIN").await.map_err(DbError::open)?;
    transaction
        .execute("DO $$ BEGIN PERFORM pg_advisory_xact_lock(32473); END $$")
        .await
        .map_err(DbError::open)?;
    migrations.run(&mut transaction, migrations::Engine::Postgres).await?;
    transaction.commit().await.map_err(DbError::open)?;
    Ok(Db { reads: pool, writes: Writes::Pool })
}

#[cfg(test)]
mod tests;
