//! Certificates: a row with the serial before anything is signed, the certificate after. What is UNIQUE here is what
//! makes two certificates for one approval, or for one key, impossible.

use pki_core::bytes::Hash;
use pki_core::issue::Serial;
use pki_core::time::Instant;
use service::db::{Plan, Row, Rows, Sql};

use super::{Store, StoreError};

/// A certificate that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CertificateRow {
    pub(crate) serial: Serial,
    /// What the passkey approved.
    pub(crate) challenge: Hash,
    pub(crate) index: u8,
    pub(crate) attempt: u8,
    /// The request as it came.
    pub(crate) body: Vec<u8>,
    pub(crate) spki: Vec<u8>,
    pub(crate) statement: Hash,
    pub(crate) subject_serial: String,
    pub(crate) created_at: Instant,
    /// Absent until it is signed.
    pub(crate) certificate: Option<Vec<u8>>,
    pub(crate) abandoned_at: Option<Instant>,
}

const TABLE: &str = "certificates";

fn certificate(row: &Row) -> Result<CertificateRow, StoreError> {
    let small = |value: i64| u8::try_from(value).map_err(|_| StoreError::Corrupt(TABLE));
    Ok(CertificateRow {
        serial: Serial::from_slice(&row.blob("serial")?).ok_or(StoreError::Corrupt(TABLE))?,
        challenge: row.hash(TABLE, "challenge")?,
        index: small(row.int("document_index")?)?,
        attempt: small(row.int("attempt")?)?,
        body: row.blob("body")?,
        spki: row.blob("spki")?,
        statement: row.hash(TABLE, "statement")?,
        subject_serial: row.text("subject_serial")?,
        created_at: row.instant("created_at")?,
        certificate: row.opt_blob("certificate")?,
        abandoned_at: row.opt_instant("abandoned_at")?,
    })
}

impl Store {
    /// The certificates of an approval for one document, first attempt first: at most two.
    pub(crate) async fn certificates(
        &self,
        challenge: &Hash,
        index: u8,
    ) -> Result<Vec<CertificateRow>, StoreError> {
        let sql = Sql::new(
            "SELECT * FROM certificates WHERE challenge = $1 AND document_index = $2 ORDER BY attempt",
        );
        self.db
            .all(sql.blob(challenge.as_bytes()).int(i64::from(index)))
            .await?
            .iter()
            .map(certificate)
            .collect()
    }

    /// The certificate with this serial.
    pub(crate) async fn certificate(&self, serial: &Serial) -> Result<Option<CertificateRow>, StoreError> {
        let sql = Sql::new("SELECT * FROM certificates WHERE serial = $1").blob(serial.as_bytes());
        self.db.one(sql).await?.as_ref().map(certificate).transpose()
    }
}

/// The one replacement: the first attempt was abandoned, and its approval is not older than `since`.
pub(crate) fn first_was_abandoned(challenge: &Hash, index: u8, since: Instant) -> Plan {
    let sql = Sql::new(
        "UPDATE certificates SET abandoned_at = abandoned_at WHERE challenge = $1 AND document_index = $2 \
         AND attempt = 0 AND abandoned_at IS NOT NULL AND created_at >= $3",
    )
    .blob(challenge.as_bytes())
    .int(i64::from(index))
    .int(since.micros());
    Plan::new().step("certificate.replace", sql, Rows::Exactly(1))
}

/// Begins a certificate: the serial stands before anything is signed.
pub(crate) fn begin(row: &CertificateRow) -> Plan {
    let sql = Sql::new(
        "INSERT INTO certificates (serial, challenge, document_index, attempt, body, spki, statement, \
         subject_serial, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .blob(row.serial.as_bytes())
    .blob(row.challenge.as_bytes())
    .int(i64::from(row.index))
    .int(i64::from(row.attempt))
    .blob(&row.body)
    .blob(&row.spki)
    .blob(row.statement.as_bytes())
    .text(&row.subject_serial)
    .int(row.created_at.micros());
    Plan::new().step("certificate.begin", sql, Rows::Exactly(1))
}

/// Keeps the signed certificate: the first one that was signed for this serial, and no other.
pub(crate) fn keep(serial: &Serial, der: &[u8]) -> Plan {
    let sql = Sql::new(
        "UPDATE certificates SET certificate = $1 WHERE serial = $2 AND certificate IS NULL AND abandoned_at IS NULL",
    )
    .blob(der)
    .blob(serial.as_bytes());
    Plan::new().step("certificate.keep", sql, Rows::Exactly(1))
}

/// The key of this certificate is gone.
pub(crate) fn abandon(serial: &Serial, now: Instant) -> Plan {
    let sql =
        Sql::new("UPDATE certificates SET abandoned_at = $1 WHERE serial = $2 AND abandoned_at IS NULL")
            .int(now.micros())
            .blob(serial.as_bytes());
    Plan::new().step("certificate.abandon", sql, Rows::Any)
}
