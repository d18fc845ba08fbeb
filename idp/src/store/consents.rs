//! What people agreed to. Nobody's handle stands here, only what each agency knows them by.

use idp_core::client::ClientId;
use idp_core::consent::Consent;
use idp_core::subject::Subject;
use service::clock::Instant;
use service::db::{Plan, Rows, Sql};

use super::{Store, StoreError};

impl Store {
    /// The remembered decision of a person at an agency.
    pub(crate) async fn consent(
        &self,
        client: &ClientId,
        subject: &Subject,
    ) -> Result<Option<Consent>, StoreError> {
        let sql = Sql::new("SELECT scopes, claims FROM consents WHERE client = $1 AND subject = $2")
            .text(client.as_str())
            .text(subject.as_str());
        let Some(row) = self.db.one(sql).await? else { return Ok(None) };
        Ok(Some(Consent::from_texts(&row.text("scopes")?, &row.text("claims")?)))
    }
}

/// Remembers a decision.
pub(crate) fn remember(client: &ClientId, subject: &Subject, consent: &Consent, now: Instant) -> Plan {
    let (scopes, claims) = consent.texts();
    let sql = Sql::new(
        "INSERT INTO consents (client, subject, scopes, claims, decided_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (client, subject) DO UPDATE SET scopes = excluded.scopes, claims = excluded.claims, \
         decided_at = excluded.decided_at",
    )
    .text(client.as_str())
    .text(subject.as_str())
    .text(&scopes)
    .text(&claims)
    .int(now.micros());
    Plan::new().step("consents.remember", sql, Rows::Exactly(1))
}
