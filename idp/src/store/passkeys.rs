//! People's passkeys. A row whose parts do not belong together (its MAC) is no row.

use idp_core::authn::{Passkey, Proof};
use idp_core::subject::PersonId;
use pki_core::bytes::Hash;
use pki_core::key::PublicKey;
use service::clock::Instant;
use service::db::{Plan, Rows, Sql};

use super::{Store, StoreError};

const TABLE: &str = "passkeys";

impl Store {
    /// The live passkey of a credential; `mac_key` proves that nobody moved the row's parts.
    pub(crate) async fn passkey(
        &self,
        credential_id: &[u8],
        mac_key: &[u8; 32],
    ) -> Result<Option<Passkey>, StoreError> {
        let sql = Sql::new("SELECT * FROM passkeys WHERE credential_id = $1 AND replaced_at IS NULL")
            .blob(credential_id);
        let Some(row) = self.db.one(sql).await? else { return Ok(None) };
        let corrupt = || StoreError::Corrupt(TABLE);
        let passkey = Passkey {
            person: PersonId(row.id(TABLE, "person")?),
            credential_id: row.blob("credential_id")?,
            public_key: PublicKey::from_spki(&row.blob("public_key")?).map_err(|_| corrupt())?,
            flags: u8::try_from(row.int("flags")?).map_err(|_| corrupt())?,
            counter: u32::try_from(row.int("counter")?).map_err(|_| corrupt())?,
        };
        if passkey.row_mac(mac_key) != row.hash(TABLE, "mac")? {
            return Err(corrupt());
        }
        Ok(Some(passkey))
    }
}

/// Writes the passkey of a new statement.
pub(crate) fn enrol(passkey: &Passkey, statement: &Hash, mac_key: &[u8; 32]) -> Plan {
    let sql = Sql::new(
        "INSERT INTO passkeys (credential_id, person, statement, public_key, flags, counter, mac) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .blob(&passkey.credential_id)
    .blob(passkey.person.0.as_bytes())
    .blob(statement.as_bytes())
    .blob(passkey.public_key.spki())
    .int(i64::from(passkey.flags))
    .int(i64::from(passkey.counter))
    .blob(passkey.row_mac(mac_key).as_bytes());
    Plan::new().step("passkeys.enrol", sql, Rows::Exactly(1))
}

/// Takes the passkey of a replaced statement out of use.
pub(crate) fn replace(person: PersonId, statement: &Hash, now: Instant) -> Plan {
    let sql = Sql::new(
        "UPDATE passkeys SET replaced_at = $1 WHERE person = $2 AND statement = $3 AND replaced_at IS NULL",
    )
    .int(now.micros())
    .blob(person.0.as_bytes())
    .blob(statement.as_bytes());
    Plan::new().step("passkeys.replace", sql, Rows::Exactly(1))
}

/// Moves the counter, only from where it was checked, and only while the person is active.
pub(crate) fn count(proof: &Proof, from: u32) -> Plan {
    let sql = Sql::new(
        "UPDATE passkeys SET counter = $1 WHERE credential_id = $2 AND counter = $3 AND replaced_at IS NULL \
         AND person IN (SELECT person FROM people WHERE status = 'active')",
    )
    .int(i64::from(proof.counter()))
    .blob(proof.credential_id())
    .int(i64::from(from));
    Plan::new().step("passkeys.count", sql, Rows::Exactly(1))
}
