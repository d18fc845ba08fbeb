//! What counts once: client assertions and sign-in challenges. Written in the same plan as what they allow.

use idp_core::client_auth::AuthenticatedClient;
use pki_core::bytes::Hash;
use service::clock::Instant;
use service::db::{Plan, Rows, Sql};

/// The step that fails when a client assertion is used again.
pub(crate) const ASSERTION: &str = "once.assertion";
/// The step that fails when a challenge is answered again.
pub(crate) const CHALLENGE: &str = "once.challenge";

/// Uses up the client's assertion.
pub(crate) fn assertion(client: &AuthenticatedClient<'_>) -> Plan {
    let sql = Sql::new("INSERT INTO used_assertions (id, expires_at) VALUES ($1, $2)")
        .blob(client.jti().as_bytes())
        .int(client.jti_expires().micros());
    Plan::new().step(ASSERTION, sql, Rows::Exactly(1))
}

/// Uses up a challenge.
pub(crate) fn challenge(challenge: &Hash, expires: Instant) -> Plan {
    let sql = Sql::new("INSERT INTO used_challenges (id, expires_at) VALUES ($1, $2)")
        .blob(challenge.as_bytes())
        .int(expires.micros());
    Plan::new().step(CHALLENGE, sql, Rows::Exactly(1))
}
