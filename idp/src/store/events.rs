//! The audit trail.

use idp_core::client::ClientId;
use idp_core::event::Event;
use idp_core::subject::Subject;
use pki_core::bytes::Id;
use service::clock::Instant;
use service::db::{Plan, Rows, Sql};

/// Writes an event, in the same plan as what it is about.
pub(crate) fn record(id: &Id, event: &Event, now: Instant) -> Plan {
    let sql = Sql::new("INSERT INTO events (id, at, what, client, subject) VALUES ($1, $2, $3, $4, $5)")
        .blob(id.as_bytes())
        .int(now.micros())
        .text(event.what.as_str())
        .opt_text(event.client.as_ref().map(ClientId::as_str))
        .opt_text(event.subject.as_ref().map(Subject::as_str));
    Plan::new().step("events.record", sql, Rows::Exactly(1))
}
