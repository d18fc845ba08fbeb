//! Orders to change a person's status: made first, so that an officer's passkey can approve exactly this one.

use pki_core::bytes::{Hash, Id, read};
use pki_core::feed::StatusOrder;
use pki_core::time::Instant;
use service::db::{Plan, Rows, Sql};

use super::{Store, StoreError};

/// An order, applied or not.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OrderRow {
    pub(crate) order: StatusOrder,
    pub(crate) der: Vec<u8>,
    /// The officer who made it and must approve it.
    pub(crate) officer: Hash,
    pub(crate) expires_at: Instant,
    pub(crate) applied_at: Option<Instant>,
}

impl Store {
    /// The order with this id.
    pub(crate) async fn order(&self, order_id: &Id) -> Result<Option<OrderRow>, StoreError> {
        let sql = Sql::new(
            "SELECT order_der, officer, expires_at, applied_at FROM status_orders WHERE order_id = $1",
        );
        let Some(row) = self.db.one(sql.blob(order_id.as_bytes())).await? else { return Ok(None) };
        let der = row.blob("order_der")?;
        Ok(Some(OrderRow {
            order: read("StatusOrder", &der).map_err(|_| StoreError::Corrupt("status_orders"))?,
            der,
            officer: row.hash("status_orders", "officer")?,
            expires_at: row.instant("expires_at")?,
            applied_at: row.opt_instant("applied_at")?,
        }))
    }
}

/// Stores an order that nobody has approved.
pub(crate) fn make(row: &OrderRow, now: Instant) -> Plan {
    let sql = Sql::new(
        "INSERT INTO status_orders (order_id, statement, officer, status, order_der, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .blob(row.order.order_id.as_bytes())
    .blob(row.order.statement.as_bytes())
    .blob(row.officer.as_bytes())
    .int(i64::from(row.order.status as u8))
    .blob(&row.der)
    .int(now.micros())
    .int(row.expires_at.micros());
    Plan::new().step("order.make", sql, Rows::Exactly(1))
}

/// Applies an order: once, by its officer, while it is fresh.
pub(crate) fn apply(row: &OrderRow, approval: &[u8], now: Instant) -> Plan {
    let sql = Sql::new(
        "UPDATE status_orders SET approval = $1, applied_at = $2 \
         WHERE order_id = $3 AND officer = $4 AND applied_at IS NULL AND expires_at > $2",
    )
    .blob(approval)
    .int(now.micros())
    .blob(row.order.order_id.as_bytes())
    .blob(row.officer.as_bytes());
    Plan::new().step("order.apply", sql, Rows::Exactly(1))
}
