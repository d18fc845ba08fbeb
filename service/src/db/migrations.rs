//! A house's migrations: SQL texts embedded in its binary, applied once each, in order, inside one transaction.

use sqlx::AnyConnection;

use super::{DbError, Sql};
use pki_core::key::sha256;

/// A house's migrations, oldest first: `("001", include_str!("../../migrations/house/001.sql"))`.
#[derive(Clone, Copy, Debug)]
pub struct Migrations {
    common: &'static [(&'static str, &'static str)],
    postgres: &'static [(&'static str, &'static str)],
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Engine {
    Sqlite,
    Postgres,
}

impl Migrations {
    /// The texts that serve both engines.
    #[must_use]
    pub const fn new(common: &'static [(&'static str, &'static str)]) -> Self {
        Self { common, postgres: &[] }
    }

    /// Texts that PostgreSQL runs right after the common one of the same name (`001.postgres.sql`:
    /// partitions, grants).
    #[must_use]
    pub const fn with_postgres(self, postgres: &'static [(&'static str, &'static str)]) -> Self {
        Self { postgres, ..self }
    }

    /// Applies what is missing. The caller holds the transaction that keeps other starting processes out.
    pub(super) async fn run(self, connection: &mut AnyConnection, engine: Engine) -> Result<(), DbError> {
        let table =
            "CREATE TABLE IF NOT EXISTS migration (name TEXT NOT NULL PRIMARY KEY, sha256 TEXT NOT NULL)";
        raw("migration", connection, table).await?;
        for &(name, text) in self.common {
            let postgres =
                self.postgres.iter().find(|(other, _)| engine == Engine::Postgres && *other == name);
            let extra = postgres.map_or("", |(_, text)| text);
            apply(connection, name, text, extra).await?;
        }
        Ok(())
    }
}

async fn apply(
    connection: &mut AnyConnection,
    name: &'static str,
    text: &'static str,
    extra: &'static str,
) -> Result<(), DbError> {
    // Only the common text is compared: a database may not tell which engine its variant was for.
    let hash = sha256(text.as_bytes()).hex();
    let select = Sql::new("SELECT sha256 FROM migration WHERE name = $1").text(name);
    let known = select.query().fetch_optional(&mut *connection).await.map_err(DbError::query)?;
    if let Some(row) = known {
        let same = super::Row::new(row).text("sha256")? == hash;
        return if same { Ok(()) } else { Err(DbError::MigrationChanged(name)) };
    }
    raw(name, connection, text).await?;
    if !extra.is_empty() {
        raw(name, connection, extra).await?;
    }
    let insert = Sql::new("INSERT INTO migration (name, sha256) VALUES ($1, $2)").text(name).text(&hash);
    insert.query().execute(connection).await.map_err(DbError::query)?;
    Ok(())
}

async fn raw(name: &'static str, connection: &mut AnyConnection, text: &'static str) -> Result<(), DbError> {
    let failed = |error: sqlx::Error| DbError::Migration { name, why: error.to_string() };
    sqlx::raw_sql(text).execute(connection).await.map_err(failed)?;
    Ok(())
}
