//! People: who is enrolled, with which passkey, and what they may do.

use pki_core::bytes::{Hash, Id, read, write};
use pki_core::enrolment::Statement;
use pki_core::feed::Status;
use pki_core::key::PublicKey;
use pki_core::time::Instant;
use service::db::{Plan, Row, Rows, Sql};

use super::{Store, StoreError};

/// An enrolled person.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PersonRow {
    /// SHA-256(DER(Statement)).
    pub(crate) statement: Hash,
    pub(crate) case_number: String,
    pub(crate) signed: Statement,
    pub(crate) credential_id: Vec<u8>,
    pub(crate) public_key: PublicKey,
    pub(crate) idp_handle: Id,
    pub(crate) signer_handle: Id,
    pub(crate) status: Status,
    pub(crate) status_at: Instant,
    pub(crate) enrolled_at: Instant,
}

const TABLE: &str = "people";

pub(super) fn status(value: i64) -> Result<Status, StoreError> {
    [Status::Active, Status::Suspended, Status::Revoked, Status::Deceased]
        .into_iter()
        .find(|status| i64::from(*status as u8) == value)
        .ok_or(StoreError::Corrupt(TABLE))
}

fn person(row: &Row) -> Result<PersonRow, StoreError> {
    let corrupt = || StoreError::Corrupt(TABLE);
    Ok(PersonRow {
        statement: row.hash(TABLE, "statement")?,
        case_number: row.text("case_number")?,
        signed: read("Statement", &row.blob("statement_der")?).map_err(|_| corrupt())?,
        credential_id: row.blob("credential_id")?,
        public_key: PublicKey::from_spki(&row.blob("public_key")?).map_err(|_| corrupt())?,
        idp_handle: row.id(TABLE, "idp_handle")?,
        signer_handle: row.id(TABLE, "signer_handle")?,
        status: status(row.int("status")?)?,
        status_at: row.instant("status_at")?,
        enrolled_at: row.instant("enrolled_at")?,
    })
}

impl Store {
    /// The person of a statement.
    pub(crate) async fn person(&self, statement: &Hash) -> Result<Option<PersonRow>, StoreError> {
        let sql = Sql::new("SELECT * FROM people WHERE statement = $1").blob(statement.as_bytes());
        self.db.one(sql).await?.as_ref().map(person).transpose()
    }

    /// The person who was enrolled in a case.
    pub(crate) async fn person_of_case(&self, number: &str) -> Result<Option<PersonRow>, StoreError> {
        let sql = Sql::new("SELECT * FROM people WHERE case_number = $1").text(number);
        self.db.one(sql).await?.as_ref().map(person).transpose()
    }
}

/// Inserts an enrolled person.
pub(crate) fn insert(person: &PersonRow) -> Plan {
    let sql = Sql::new(
        "INSERT INTO people (statement, case_number, statement_der, credential_id, public_key, idp_handle, \
         signer_handle, status, status_at, enrolled_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .blob(person.statement.as_bytes())
    .text(&person.case_number)
    .blob(&write(&person.signed))
    .blob(&person.credential_id)
    .blob(person.public_key.spki())
    .blob(person.idp_handle.as_bytes())
    .blob(person.signer_handle.as_bytes())
    .int(i64::from(person.status as u8))
    .int(person.status_at.micros())
    .int(person.enrolled_at.micros());
    Plan::new().step("person.insert", sql, Rows::Exactly(1))
}

/// The point of no return of a certificate: the person is active in this very transaction, or there is none.
pub(crate) fn must_be_active(statement: &Hash, now: Instant) -> Plan {
    let sql = Sql::new("UPDATE people SET certified_at = $1 WHERE statement = $2 AND status = 0")
        .int(now.micros())
        .blob(statement.as_bytes());
    Plan::new().step("person.active", sql, Rows::Exactly(1))
}

/// Moves a person from one status to another.
pub(crate) fn change_status(statement: &Hash, from: Status, to: Status, now: Instant) -> Plan {
    let sql = Sql::new("UPDATE people SET status = $1, status_at = $2 WHERE statement = $3 AND status = $4")
        .int(i64::from(to as u8))
        .int(now.micros())
        .blob(statement.as_bytes())
        .int(i64::from(from as u8));
    Plan::new().step("person.status", sql, Rows::Exactly(1))
}
