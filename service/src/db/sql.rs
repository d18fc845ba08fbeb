//! One statement with its values, and one row of its answer. Only 64-bit integers, text and bytes exist
//! (what both engines have through one driver); an instant is its microseconds.

use pki_core::bytes::{Hash, Id};
use pki_core::time::Instant;
use sqlx::Row as _;
use sqlx::any::{Any, AnyArguments, AnyRow};
use sqlx::query::Query;

use super::{DbError, StoreError};

/// A statement and the values of its `$1`, `$2`, … in order.
#[derive(Clone, Debug)]
pub struct Sql {
    text: &'static str,
    values: Vec<Value>,
}

#[derive(Clone)]
enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Blob(Option<Vec<u8>>),
}

/// Values are somebody's data: a statement prints without them.
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Int(_) => "int",
            Self::Text(_) => "text",
            Self::Blob(_) => "blob",
        })
    }
}

impl Sql {
    /// A statement, a constant of the program.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self { text, values: Vec::new() }
    }

    /// The next value, BIGINT.
    #[must_use]
    pub fn int(self, value: i64) -> Self {
        self.opt_int(Some(value))
    }

    /// The next value, TEXT.
    #[must_use]
    pub fn text(self, value: &str) -> Self {
        self.opt_text(Some(value))
    }

    /// The next value, BLOB.
    #[must_use]
    pub fn blob(self, value: &[u8]) -> Self {
        self.opt_blob(Some(value))
    }

    /// The next value, BIGINT or NULL.
    #[must_use]
    pub fn opt_int(mut self, value: Option<i64>) -> Self {
        self.values.push(Value::Int(value));
        self
    }

    /// The next value, TEXT or NULL.
    #[must_use]
    pub fn opt_text(mut self, value: Option<&str>) -> Self {
        self.values.push(Value::Text(value.map(str::to_owned)));
        self
    }

    /// The next value, BLOB or NULL.
    #[must_use]
    pub fn opt_blob(mut self, value: Option<&[u8]>) -> Self {
        self.values.push(Value::Blob(value.map(<[u8]>::to_vec)));
        self
    }

    /// For whoever counts what a request costs.
    pub(super) fn tell(&self) {
        tracing::trace!(statement = self.text, "read");
    }

    pub(super) fn query(&self) -> Query<'_, Any, AnyArguments> {
        let mut query = sqlx::query(self.text);
        for value in &self.values {
            query = match value {
                Value::Int(value) => query.bind(*value),
                Value::Text(value) => query.bind(value.clone()),
                Value::Blob(value) => query.bind(value.clone()),
            };
        }
        query
    }
}

/// A row of an answer, read by column name.
pub struct Row(AnyRow);

impl Row {
    pub(super) const fn new(row: AnyRow) -> Self {
        Self(row)
    }

    /// A BIGINT that is not NULL.
    ///
    /// # Errors
    /// No such column, NULL, or another type.
    pub fn int(&self, column: &str) -> Result<i64, DbError> {
        self.opt_int(column)?.ok_or_else(|| null(column))
    }

    /// A TEXT that is not NULL.
    ///
    /// # Errors
    /// No such column, NULL, or another type.
    pub fn text(&self, column: &str) -> Result<String, DbError> {
        self.opt_text(column)?.ok_or_else(|| null(column))
    }

    /// A BLOB that is not NULL.
    ///
    /// # Errors
    /// No such column, NULL, or another type.
    pub fn blob(&self, column: &str) -> Result<Vec<u8>, DbError> {
        self.opt_blob(column)?.ok_or_else(|| null(column))
    }

    /// A BIGINT or NULL.
    ///
    /// # Errors
    /// No such column, or another type.
    pub fn opt_int(&self, column: &str) -> Result<Option<i64>, DbError> {
        self.0.try_get(column).map_err(|error| wrong(column, &error))
    }

    /// A TEXT or NULL.
    ///
    /// # Errors
    /// No such column, or another type.
    pub fn opt_text(&self, column: &str) -> Result<Option<String>, DbError> {
        self.0.try_get(column).map_err(|error| wrong(column, &error))
    }

    /// A BLOB or NULL.
    ///
    /// # Errors
    /// No such column, or another type.
    pub fn opt_blob(&self, column: &str) -> Result<Option<Vec<u8>>, DbError> {
        self.0.try_get(column).map_err(|error| wrong(column, &error))
    }
}

/// The columns of our own kinds. A value of another length was never written by this program.
impl Row {
    /// A BLOB of 32 octets.
    ///
    /// # Errors
    /// No such column, NULL, another type or another length.
    pub fn hash(&self, table: &'static str, column: &str) -> Result<Hash, StoreError> {
        Hash::from_slice(&self.blob(column)?).ok_or(StoreError::Corrupt(table))
    }

    /// A BLOB of 16 octets.
    ///
    /// # Errors
    /// No such column, NULL, another type or another length.
    pub fn id(&self, table: &'static str, column: &str) -> Result<Id, StoreError> {
        Id::from_slice(&self.blob(column)?).ok_or(StoreError::Corrupt(table))
    }

    /// A BLOB of 16 octets, or NULL.
    ///
    /// # Errors
    /// No such column, another type or another length.
    pub fn opt_id(&self, table: &'static str, column: &str) -> Result<Option<Id>, StoreError> {
        let bytes = self.opt_blob(column)?;
        bytes.map(|bytes| Id::from_slice(&bytes).ok_or(StoreError::Corrupt(table))).transpose()
    }

    /// A BIGINT: microseconds.
    ///
    /// # Errors
    /// No such column, NULL, or another type.
    pub fn instant(&self, column: &str) -> Result<Instant, DbError> {
        self.int(column).map(Instant::from_micros)
    }

    /// A BIGINT, microseconds, or NULL.
    ///
    /// # Errors
    /// No such column, or another type.
    pub fn opt_instant(&self, column: &str) -> Result<Option<Instant>, DbError> {
        Ok(self.opt_int(column)?.map(Instant::from_micros))
    }
}

fn null(column: &str) -> DbError {
    DbError::Column { column: column.to_owned(), why: "it is NULL".to_owned() }
}

fn wrong(column: &str, error: &sqlx::Error) -> DbError {
    DbError::Column { column: column.to_owned(), why: error.to_string() }
}
