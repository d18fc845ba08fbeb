//! A plan of writes: labelled statements, each with the rows that it must touch. A value, not an open transaction,
//! so that group commit, savepoints and crash points are the runner's business and no use case can hold a lock.

use std::collections::BTreeMap;

use sqlx::AnyConnection;
use sqlx::Executor as _;

use super::{PlanError, PlanErrorKind, Row, Sql};
use crate::failpoint;

/// How many rows a step must touch (or give, for [`Plan::returning`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Exactly so many: `Exactly(1)` is the proof of a transition.
    Exactly(u64),
    /// At least one.
    Some,
    /// As many as there are, also none.
    Any,
}

impl Rows {
    const fn allows(self, found: u64) -> bool {
        match self {
            Self::Exactly(rows) => rows == found,
            Self::Some => found > 0,
            Self::Any => true,
        }
    }
}

/// Writes that happen together or not at all, in order. The conditional write comes first.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    steps: Vec<Step>,
    close: bool,
}

#[derive(Clone, Debug)]
struct Step {
    label: &'static str,
    sql: Sql,
    rows: Rows,
    returning: bool,
}

impl Plan {
    /// A plan without steps.
    #[must_use]
    pub const fn new() -> Self {
        Self { steps: Vec::new(), close: false }
    }

    /// Adds a statement that must touch these rows. The label names the step in errors and failpoints.
    #[must_use]
    pub fn step(mut self, label: &'static str, sql: Sql, rows: Rows) -> Self {
        self.steps.push(Step { label, sql, rows, returning: false });
        self
    }

    /// Adds a statement with RETURNING (or a SELECT inside the transaction) that must give these rows;
    /// they are in [`Applied::returned`].
    #[must_use]
    pub fn returning(mut self, label: &'static str, sql: Sql, rows: Rows) -> Self {
        self.steps.push(Step { label, sql, rows, returning: true });
        self
    }

    /// Adds all steps of another plan.
    #[must_use]
    pub fn then(mut self, mut other: Self) -> Self {
        self.steps.append(&mut other.steps);
        self
    }

    /// What ends the writer task.
    pub(super) const fn close() -> Self {
        Self { steps: Vec::new(), close: true }
    }

    pub(super) const fn is_close(&self) -> bool {
        self.close
    }

    /// For whoever counts what a request costs.
    pub(super) fn tell(&self) {
        tracing::trace!(statements = self.steps.len(), first = self.first_label(), "applied");
    }

    pub(super) fn first_label(&self) -> &'static str {
        self.steps.first().map_or("nothing", |step| step.label)
    }

    /// Runs all steps on a connection that is inside a transaction; the caller commits or rolls back.
    pub(super) async fn run(&self, connection: &mut AnyConnection) -> Result<Applied, PlanError> {
        let mut applied = Applied::default();
        for step in &self.steps {
            let label = step.label;
            at(label, ".before");
            let failed = |error| PlanError::from_sqlx(label, &error);
            // `rows_affected` of a statement that only reads is, on SQLite, that of the write before it.
            let found = if step.returning {
                let rows = connection.fetch_all(step.sql.query()).await.map_err(failed)?;
                let found = rows.len() as u64;
                applied.returned.insert(label, rows.into_iter().map(Row::new).collect());
                found
            } else {
                connection.execute(step.sql.query()).await.map_err(failed)?.rows_affected()
            };
            if !step.rows.allows(found) {
                return Err(PlanError { label, kind: PlanErrorKind::Rows { found } });
            }
            applied.touched.insert(label, found);
            at(label, ".after");
        }
        Ok(applied)
    }
}

/// `LABEL.before`, `LABEL.after`, and with the first label of a plan `LABEL.commit.before`, `LABEL.commit.after`.
fn at(label: &'static str, place: &'static str) {
    if cfg!(debug_assertions) {
        failpoint::hit(&format!("{label}{place}"));
    }
}

pub(super) fn before_commit(first: &'static str) {
    at(first, ".commit.before");
}

pub(super) fn after_commit(first: &'static str) {
    at(first, ".commit.after");
}

/// What an applied plan did.
#[derive(Default)]
pub struct Applied {
    touched: BTreeMap<&'static str, u64>,
    returned: BTreeMap<&'static str, Vec<Row>>,
}

impl Applied {
    /// How many rows the step touched; 0 for a label that the plan does not have.
    #[must_use]
    pub fn touched(&self, label: &str) -> u64 {
        self.touched.get(label).copied().unwrap_or(0)
    }

    /// The rows that a step added by [`Plan::returning`] gave.
    #[must_use]
    pub fn returned(&self, label: &str) -> &[Row] {
        self.returned.get(label).map_or(&[], Vec::as_slice)
    }
}

impl std::fmt::Debug for Applied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Applied").field("touched", &self.touched).finish_non_exhaustive()
    }
}
