//! People, as the feed told them.

use idp_core::assurance::Proofing;
use idp_core::claims::{ClaimName, Values};
use idp_core::subject::{Person, PersonId, SignerHandle};
use pki_core::bytes::{Hash, Id};
use pki_core::feed::Status;
use service::db::{Plan, Row, Rows, Sql};

use super::{Store, StoreError};

const TABLE: &str = "people";
const STATUSES: [(Status, &str); 4] = [
    (Status::Active, "active"),
    (Status::Suspended, "suspended"),
    (Status::Revoked, "revoked"),
    (Status::Deceased, "deceased"),
];

fn status_text(status: Status) -> &'static str {
    STATUSES.iter().find(|(known, _)| *known == status).map_or("revoked", |(_, text)| text)
}

fn person(row: &Row) -> Result<Person, StoreError> {
    let corrupt = || StoreError::Corrupt(TABLE);
    let status = row.text("status")?;
    let signer = row.opt_blob("signer_handle")?;
    let pairs = [
        (ClaimName::Name, Some(row.text("name")?)),
        (ClaimName::GivenName, row.opt_text("given_name")?),
        (ClaimName::FamilyName, row.opt_text("family_name")?),
        (ClaimName::Birthdate, row.opt_text("birthdate")?),
    ];
    Ok(Person {
        id: PersonId(row.id(TABLE, "person")?),
        signer_handle: match signer {
            None => None,
            Some(bytes) => Some(SignerHandle(Id::from_slice(&bytes).ok_or_else(corrupt)?)),
        },
        status: STATUSES.iter().find(|(_, text)| *text == status).ok_or_else(corrupt)?.0,
        proofing: Proofing::parse(&row.text("proofing")?).ok_or_else(corrupt)?,
        values: Values::from_pairs(pairs),
    })
}

impl Store {
    /// A person.
    pub(crate) async fn person(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        let sql = Sql::new("SELECT * FROM people WHERE person = $1").blob(id.0.as_bytes());
        self.db.one(sql).await?.as_ref().map(person).transpose()
    }
}

/// Writes a person who was enrolled; a known one gets today's values and keeps their status.
pub(crate) fn enrol(person: &Person) -> Plan {
    let value = |name| person.values.value(name);
    let sql = Sql::new(
        "INSERT INTO people (person, signer_handle, status, proofing, name, given_name, family_name, birthdate) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (person) DO UPDATE SET signer_handle = excluded.signer_handle, proofing = excluded.proofing, \
         name = excluded.name, given_name = excluded.given_name, family_name = excluded.family_name, \
         birthdate = excluded.birthdate",
    )
    .blob(person.id.0.as_bytes())
    .opt_blob(person.signer_handle.map(|handle| handle.0.as_bytes().to_vec()).as_deref())
    .text(status_text(person.status))
    .text(person.proofing.as_str())
    .text(value(ClaimName::Name).unwrap_or_default())
    .opt_text(value(ClaimName::GivenName))
    .opt_text(value(ClaimName::FamilyName))
    .opt_text(value(ClaimName::Birthdate));
    Plan::new().step("people.enrol", sql, Rows::Exactly(1))
}

/// Writes an ordered status, only where handle and statement are one person's. Revoked and deceased are for ever.
pub(crate) fn set_status(person: PersonId, statement: &Hash, status: Status) -> Plan {
    let sql = Sql::new(
        "UPDATE people SET status = $1 WHERE person = $2 AND status NOT IN ('revoked', 'deceased') \
         AND EXISTS (SELECT 1 FROM passkeys WHERE person = $2 AND statement = $3)",
    )
    .text(status_text(status))
    .blob(person.0.as_bytes())
    .blob(statement.as_bytes());
    Plan::new().step("people.status", sql, Rows::Exactly(1))
}
