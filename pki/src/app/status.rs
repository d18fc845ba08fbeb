//! Stopping an identity and letting it go on, by case number: an order, the officer's passkey over it, an event for
//! each house. Final states (revoked, deceased) have no page yet, so nobody can order them here.

use pki_core::assertion::{self, AssertionError};
use pki_core::bytes::{Hash, Id, write};
use pki_core::enrolment::tag;
use pki_core::feed::{Audience, Event, Status, StatusChange, StatusOrder};
use pki_core::key::random_hash;
use pki_core::log::LeafKind;

use super::{App, Fault};
use crate::store::officers::OfficerRow;
use crate::store::orders::{self, OrderRow};
use crate::store::people::{self, PersonRow};
use crate::store::{feed, leaves};

/// An order that nobody approves in ten minutes is void.
const ORDER_SECONDS_MAX: i64 = 600;

/// Why a status did not change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum StatusError {
    /// Nobody was enrolled in this case.
    #[error("nobody was enrolled in this case")]
    NoPerson,
    /// No such order, or another officer's.
    #[error("this officer has no such order")]
    NoOrder,
    /// The person is not in the status from which this order leads on.
    #[error("the person's status is another one")]
    OtherStatus,
    /// The order was applied or has run out of time.
    #[error("the order is over")]
    Over,
    /// The officer's passkey did not approve this.
    #[error("the approval is not good")]
    Approval(#[from] AssertionError),
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<crate::store::StoreError> for StatusError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// The status from which an order leads to `to`.
const fn from_status(to: Status) -> Option<Status> {
    match to {
        Status::Suspended => Some(Status::Active),
        Status::Active => Some(Status::Suspended),
        Status::Revoked | Status::Deceased => None,
    }
}

/// The person of a case.
pub(crate) async fn person(app: &App, case_number: &str) -> Result<PersonRow, StatusError> {
    app.store.person_of_case(case_number).await?.ok_or(StatusError::NoPerson)
}

/// Makes an order for the officer's passkey to approve.
pub(crate) async fn make(
    app: &App,
    officer: &OfficerRow,
    case_number: &str,
    to: Status,
) -> Result<Id, StatusError> {
    let now = app.now();
    let person = person(app, case_number).await?;
    if from_status(to) != Some(person.status) {
        return Err(StatusError::OtherStatus);
    }
    let order = StatusOrder {
        version: 1,
        order_id: app.new_id().map_err(Fault::from)?,
        statement: person.statement,
        status: to,
        created: now.generalized(),
    };
    let row = OrderRow {
        der: write(&order),
        officer: officer.officer,
        expires_at: now.plus_seconds(ORDER_SECONDS_MAX),
        applied_at: None,
        order,
    };
    app.store.apply(orders::make(&row, now)).await?;
    Ok(row.order.order_id)
}

/// The officer's own order that can still be approved.
pub(crate) async fn pending(app: &App, officer: &OfficerRow, order: &Id) -> Result<OrderRow, StatusError> {
    let row = app.store.order(order).await?.ok_or(StatusError::NoOrder)?;
    if row.officer != officer.officer {
        return Err(StatusError::NoOrder);
    }
    if row.applied_at.is_some() || row.expires_at <= app.now() {
        return Err(StatusError::Over);
    }
    Ok(row)
}

/// What the officer's passkey must answer.
pub(crate) fn challenge(order: &OrderRow) -> Hash {
    assertion::challenge(tag::STATUS, &order.der)
}

/// Applies an order with the officer's passkey over it; gives the case number.
pub(crate) async fn apply(
    app: &App,
    officer: &OfficerRow,
    order: &Id,
    credential: &str,
) -> Result<String, StatusError> {
    let now = app.now();
    let row = pending(app, officer, order).await?;
    let approval = app.approval(officer, &challenge(&row), credential)?;
    let person = app.store.person(&row.order.statement).await?.ok_or(StatusError::NoPerson)?;
    let from = from_status(row.order.status).ok_or(StatusError::OtherStatus)?;
    let event = |handle: Id| {
        let (order, approvals) = (row.order.clone(), vec![approval.clone()]);
        Event::Status(StatusChange { handle, order, approvals })
    };
    let salt = random_hash(&*app.random).map_err(Fault::from)?;
    let plan = orders::apply(&row, &write(&approval), now)
        .then(people::change_status(&person.statement, from, row.order.status, now))
        .then(leaves::add(LeafKind::Status, now, &salt, &row.der))
        .then(feed::queue(Audience::Idp, &event(person.idp_handle)))
        .then(feed::queue(Audience::Signer, &event(person.signer_handle)));
    match app.store.apply(plan).await {
        Ok(_) => {
            app.bell.strike();
            Ok(person.case_number)
        }
        Err(error) if error.lost("order.apply") => Err(StatusError::Over),
        Err(error) if error.lost("person.status") => Err(StatusError::OtherStatus),
        Err(error) => Err(error.into()),
    }
}
