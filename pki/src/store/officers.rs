//! Officers and the links with which they make their passkeys.

use pki_core::bytes::{Hash, Id, read};
use pki_core::enrolment::OfficerGrant;
use pki_core::key::PublicKey;
use pki_core::time::Instant;
use service::db::{Plan, Row, Rows, Sql};

use super::{Store, StoreError};

/// A link for an officer who is not granted yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OfficerLink {
    pub(crate) code: Hash,
    /// What the code follows from, under the house's key.
    pub(crate) seed: Id,
    pub(crate) name: String,
    pub(crate) desk: String,
    pub(crate) expires_at: Instant,
    pub(crate) used_at: Option<Instant>,
}

/// A granted officer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OfficerRow {
    /// SHA-256(DER(Officer)).
    pub(crate) officer: Hash,
    pub(crate) name: String,
    pub(crate) desk: String,
    pub(crate) credential_id: Vec<u8>,
    pub(crate) public_key: PublicKey,
    /// `None` for the software officer of a sandbox.
    pub(crate) passkey: Option<StoredPasskey>,
    pub(crate) grant: OfficerGrant,
    pub(crate) not_before: Instant,
    pub(crate) not_after: Instant,
}

/// A passkey in the library's own form, with what was recorded when it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredPasskey {
    pub(crate) user_id: Id,
    pub(crate) stored: String,
    pub(crate) attestation: Vec<u8>,
}

impl OfficerRow {
    /// Whether the grant covers this instant, both ends included.
    pub(crate) fn valid_at(&self, at: Instant) -> bool {
        self.not_before <= at && at <= self.not_after
    }
}

const TABLE: &str = "officers";

fn officer(row: &Row) -> Result<OfficerRow, StoreError> {
    let corrupt = StoreError::Corrupt(TABLE);
    let passkey = match (row.opt_blob("user_id")?, row.opt_text("passkey")?) {
        (Some(user), Some(stored)) => Some(StoredPasskey {
            user_id: Id::from_slice(&user).ok_or(corrupt.clone())?,
            stored,
            attestation: row.opt_blob("attestation")?.unwrap_or_default(),
        }),
        _ => None,
    };
    Ok(OfficerRow {
        officer: row.hash(TABLE, "officer")?,
        name: row.text("name")?,
        desk: row.text("desk")?,
        credential_id: row.blob("credential_id")?,
        public_key: PublicKey::from_spki(&row.blob("public_key")?).map_err(|_| corrupt.clone())?,
        passkey,
        grant: read("OfficerGrant", &row.blob("grant_der")?).map_err(|_| corrupt)?,
        not_before: row.instant("not_before")?,
        not_after: row.instant("not_after")?,
    })
}

impl Store {
    /// The link with this code hash, whether or not it still works.
    pub(crate) async fn officer_link(&self, code: &Hash) -> Result<Option<OfficerLink>, StoreError> {
        let sql = Sql::new("SELECT seed, name, desk, expires_at, used_at FROM officer_links WHERE code = $1");
        let Some(row) = self.db.one(sql.blob(code.as_bytes())).await? else { return Ok(None) };
        Ok(Some(OfficerLink {
            code: *code,
            seed: row.id("officer_links", "seed")?,
            name: row.text("name")?,
            desk: row.text("desk")?,
            expires_at: row.instant("expires_at")?,
            used_at: row.opt_instant("used_at")?,
        }))
    }

    /// The officer whom an approval names.
    pub(crate) async fn officer(&self, reference: &Hash) -> Result<Option<OfficerRow>, StoreError> {
        let sql = Sql::new("SELECT * FROM officers WHERE officer = $1").blob(reference.as_bytes());
        self.db.one(sql).await?.as_ref().map(officer).transpose()
    }

    /// The officer whose key is in this process's files and no authenticator.
    pub(crate) async fn software_officer(&self, spki: &[u8]) -> Result<Option<OfficerRow>, StoreError> {
        let sql = Sql::new("SELECT * FROM officers WHERE public_key = $1 AND passkey IS NULL").blob(spki);
        self.db.one(sql).await?.as_ref().map(officer).transpose()
    }

    /// The officer to whom this passkey belongs.
    pub(crate) async fn officer_by_credential(
        &self,
        credential_id: &[u8],
    ) -> Result<Option<OfficerRow>, StoreError> {
        let sql = Sql::new("SELECT * FROM officers WHERE credential_id = $1").blob(credential_id);
        self.db.one(sql).await?.as_ref().map(officer).transpose()
    }
}

/// Offers a link.
pub(crate) fn offer(link: &OfficerLink, now: Instant) -> Plan {
    let sql = Sql::new(
        "INSERT INTO officer_links (code, seed, name, desk, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .blob(link.code.as_bytes())
    .blob(link.seed.as_bytes())
    .text(&link.name)
    .text(&link.desk)
    .int(now.micros())
    .int(link.expires_at.micros());
    Plan::new().step("officer-link.offer", sql, Rows::Exactly(1))
}

/// Uses a link up: once, and not after its end.
pub(crate) fn use_link(code: &Hash, now: Instant) -> Plan {
    let sql = Sql::new(
        "UPDATE officer_links SET used_at = $1 WHERE code = $2 AND used_at IS NULL AND expires_at > $1",
    )
    .int(now.micros())
    .blob(code.as_bytes());
    Plan::new().step("officer-link.use", sql, Rows::Exactly(1))
}

/// Inserts a granted officer.
pub(crate) fn insert(officer: &OfficerRow, grant_der: &[u8]) -> Plan {
    let passkey = officer.passkey.as_ref();
    let sql = Sql::new(
        "INSERT INTO officers (officer, name, desk, credential_id, public_key, user_id, passkey, attestation, \
         grant_der, not_before, not_after) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .blob(officer.officer.as_bytes())
    .text(&officer.name)
    .text(&officer.desk)
    .blob(&officer.credential_id)
    .blob(officer.public_key.spki())
    .opt_blob(passkey.map(|passkey| passkey.user_id.as_bytes().as_slice()))
    .opt_text(passkey.map(|passkey| passkey.stored.as_str()))
    .opt_blob(passkey.map(|passkey| passkey.attestation.as_slice()))
    .blob(grant_der)
    .int(officer.not_before.micros())
    .int(officer.not_after.micros());
    Plan::new().step("officer.insert", sql, Rows::Exactly(1))
}

/// Stores a passkey whose counter moved.
pub(crate) fn move_counter(officer: &Hash, stored: &str) -> Plan {
    let sql =
        Sql::new("UPDATE officers SET passkey = $1 WHERE officer = $2").text(stored).blob(officer.as_bytes());
    Plan::new().step("officer.counter", sql, Rows::Exactly(1))
}
