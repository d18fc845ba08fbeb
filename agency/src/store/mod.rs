//! The agency's own SQLite file, and the only place that speaks SQL. No rule lives here; the constraints of the tables
//! repeat the two that matter: a subject supports a proposal once, an attempt is taken once.
//! Trust: whoever can write this file can change the count; whoever can read it sees who supports what.

mod sessions;
mod supports;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

pub(crate) use sessions::{Attempt, Session};
pub(crate) use supports::{Outcome, StatementRow, Support};

/// The database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite's own error.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// A file of a later version of this program.
    #[error("the database was made by a later version of this program ({0})")]
    Later(i64),
    /// The file cannot be made.
    #[error("the database file cannot be made")]
    File(#[from] std::io::Error),
    /// A word in a row that this program never writes.
    #[error("the database holds an unknown outcome {0:?}")]
    Outcome(String),
}

/// The schema, in steps. `user_version` counts the steps that were taken.
const STEPS: [&str; 1] = [include_str!("../../migrations/001.sql")];

/// The open database.
pub(crate) struct Store {
    pool: SqlitePool,
}

impl Store {
    /// Opens `sqlite://FILE`, makes it if it is missing, and brings the tables up to date.
    pub(crate) async fn open(url: &str) -> Result<Store, StoreError> {
        let options = url
            .parse::<SqliteConnectOptions>()?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(std::time::Duration::from_secs(5));
        own(options.get_filename())?;
        let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await?;
        let store = Store { pool };
        store.migrate().await?;
        Ok(store)
    }

    /// Waits for what is being written and closes the file.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }

    async fn migrate(&self) -> Result<(), StoreError> {
        // Plain BEGIN would let two programs read the version before either writes it.
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let taken: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *transaction).await?;
        let steps = usize::try_from(taken).map_err(|_| StoreError::Later(taken))?;
        if steps > STEPS.len() {
            return Err(StoreError::Later(taken));
        }
        for step in STEPS.iter().skip(steps) {
            sqlx::raw_sql(*step).execute(&mut *transaction).await?;
        }
        // A pragma takes no parameters.
        if steps < STEPS.len() {
            sqlx::raw_sql("PRAGMA user_version = 1").execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// A new file, and what SQLite puts beside it, is for its owner only: it says who supports what.
fn own(path: &std::path::Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
pub(crate) mod tests {
    use super::*;
    use crate::secret::fresh;

    /// A database in a file of its own, removed at the end.
    pub(crate) struct TempStore {
        pub(crate) store: Store,
        path: std::path::PathBuf,
    }

    impl TempStore {
        pub(crate) async fn open() -> TempStore {
            let path = std::env::temp_dir().join(format!("open-assembly-{}.db", fresh().unwrap()));
            let store = Store::open(&format!("sqlite://{}", path.display())).await.unwrap();
            TempStore { store, path }
        }

        pub(crate) async fn reopen(self) -> TempStore {
            self.store.close().await;
            let store = Store::open(&format!("sqlite://{}", self.path.display())).await.unwrap();
            let path = self.path.clone();
            std::mem::forget(self);
            TempStore { store, path }
        }
    }

    impl Drop for TempStore {
        fn drop(&mut self) {
            for end in ["", "-wal", "-shm"] {
                let _already_gone = std::fs::remove_file(format!("{}{end}", self.path.display()));
            }
        }
    }

    #[tokio::test]
    async fn a_file_of_a_later_version_is_left_alone() {
        let temp = TempStore::open().await;
        sqlx::raw_sql("PRAGMA user_version = 9").execute(&temp.store.pool).await.unwrap();
        assert!(matches!(temp.store.migrate().await, Err(StoreError::Later(9))));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_its_owner_reads_who_supports_what() {
        use std::os::unix::fs::PermissionsExt as _;
        let temp = TempStore::open().await;
        for end in ["", "-wal"] {
            let file = std::fs::metadata(format!("{}{end}", temp.path.display())).unwrap();
            assert_eq!(file.permissions().mode() & 0o777, 0o600, "{end}");
        }
    }
}
