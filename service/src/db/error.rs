//! What a database says, mapped once for both engines. Values never appear: tables, columns and names only.

use sqlx::error::{DatabaseError, ErrorKind};
use sqlx::postgres::PgDatabaseError;

/// A read, or the opening of a database, failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DbError {
    /// The database cannot be opened.
    #[error("the database cannot be opened: {0}")]
    Open(String),
    /// A migration does not run.
    #[error("migration {name} does not run: {why}")]
    Migration {
        /// Its name.
        name: &'static str,
        /// What the database said.
        why: String,
    },
    /// An applied migration has another text today.
    #[error("migration {0} was changed after it had been applied to this database")]
    MigrationChanged(&'static str),
    /// A statement failed.
    #[error("a statement failed: {0}")]
    Query(String),
    /// A row has no such column, or its value is of another type.
    #[error("column {column} is not what the statement promises: {why}")]
    Column {
        /// The column.
        column: String,
        /// What was found.
        why: String,
    },
}

impl DbError {
    pub(super) fn open(error: impl std::fmt::Display) -> Self {
        Self::Open(error.to_string())
    }

    pub(super) fn query(error: sqlx::Error) -> Self {
        Self::Query(describe(&error))
    }
}

/// A plan was not applied; nothing of it is kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("step \"{label}\": {kind}")]
pub struct PlanError {
    /// The step that did not go as planned (the first one, if the transaction as a whole failed).
    pub label: &'static str,
    /// What happened.
    pub kind: PlanErrorKind,
}

/// What happened to a step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanErrorKind {
    /// It touched another number of rows than planned: the condition did not hold, somebody else was first.
    #[error("touched {found} rows")]
    Rows {
        /// How many it touched.
        found: u64,
    },
    /// A UNIQUE or PRIMARY KEY constraint, as `table.column` or `table.column,column` on both engines.
    #[error("{0} exists already")]
    Unique(String),
    /// A CHECK constraint, by its name.
    #[error("check {0} does not hold")]
    Check(String),
    /// A FOREIGN KEY constraint.
    #[error("refers to a row that does not exist, or is referred to")]
    ForeignKey,
    /// Anything else. Ours to repair, never the caller's.
    #[error("{0}")]
    Database(String),
}

impl PlanError {
    pub(super) fn database(label: &'static str, why: &str) -> Self {
        Self { label, kind: PlanErrorKind::Database(why.to_owned()) }
    }

    pub(super) fn from_sqlx(label: &'static str, error: &sqlx::Error) -> Self {
        let kind = match error.as_database_error() {
            Some(database) => kind(database),
            None => PlanErrorKind::Database(error.to_string()),
        };
        Self { label, kind }
    }

    /// Whether this step failed because the row exists already.
    #[must_use]
    pub fn is_unique(&self, label: &str) -> bool {
        self.label == label && matches!(self.kind, PlanErrorKind::Unique(_))
    }

    /// Whether this step failed because its condition did not hold.
    #[must_use]
    pub fn is_rows(&self, label: &str) -> bool {
        self.label == label && matches!(self.kind, PlanErrorKind::Rows { .. })
    }
}

/// What the rooms of a service hear from its store: a read that failed, a plan that was not applied, a row that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
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
    #[must_use]
    pub fn lost(&self, label: &str) -> bool {
        matches!(self, Self::Plan(error) if error.is_rows(label))
    }

    /// Whether this step's row exists already.
    #[must_use]
    pub fn exists(&self, label: &str) -> bool {
        matches!(self, Self::Plan(error) if error.is_unique(label))
    }
}

fn describe(error: &sqlx::Error) -> String {
    error.as_database_error().map_or_else(|| error.to_string(), |database| database.message().to_owned())
}

/// `constraint()` exists on PostgreSQL only; SQLite says everything in its message.
fn kind(error: &dyn DatabaseError) -> PlanErrorKind {
    match error.kind() {
        ErrorKind::UniqueViolation => PlanErrorKind::Unique(unique_columns(error)),
        ErrorKind::CheckViolation => PlanErrorKind::Check(match error.constraint() {
            Some(name) => name.to_owned(),
            None => after_colon(error.message()).to_owned(),
        }),
        ErrorKind::ForeignKeyViolation => PlanErrorKind::ForeignKey,
        _ => PlanErrorKind::Database(error.message().to_owned()),
    }
}

fn unique_columns(error: &dyn DatabaseError) -> String {
    if let Some(postgres) = error.try_downcast_ref::<PgDatabaseError>() {
        // detail: `Key (a, b)=(1, 2) already exists.`; the values behind `)=(` are left behind.
        let columns = postgres
            .detail()
            .and_then(|detail| detail.split_once('('))
            .and_then(|(_, rest)| rest.split_once(")=("))
            .map(|(columns, _)| columns.replace(' ', ""));
        return match (postgres.table(), columns) {
            (Some(table), Some(columns)) => format!("{table}.{columns}"),
            _ => postgres.constraint().unwrap_or_default().to_owned(),
        };
    }
    sqlite_columns(error.message())
}

/// `UNIQUE constraint failed: t.a, t.b` becomes `t.a,b`.
fn sqlite_columns(message: &str) -> String {
    let mut out = String::new();
    for part in after_colon(message).split(", ") {
        match part.split_once('.') {
            Some((_, column)) if !out.is_empty() => {
                out.push(',');
                out.push_str(column);
            }
            _ => out.push_str(part),
        }
    }
    out
}

fn after_colon(message: &str) -> &str {
    message.rsplit_once(": ").map_or(message, |(_, after)| after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_says_columns_in_its_message() {
        assert_eq!(sqlite_columns("UNIQUE constraint failed: t.a, t.b"), "t.a,b");
        assert_eq!(sqlite_columns("(code: 1555) UNIQUE constraint failed: t.id"), "t.id");
        assert_eq!(after_colon("CHECK constraint failed: amount_positive"), "amount_positive");
    }
}
