//! Who is signing in, and who is signed in.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{Store, StoreError};
use crate::secret::sha256;

/// The provider keeps an authorization for thirty minutes once it has been shown.
const ATTEMPT_SECONDS: i64 = 35 * 60;
/// An evening of reading; then the person signs in again.
const SESSION_SECONDS: i64 = 8 * 60 * 60;

/// An authorization that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attempt {
    pub(crate) nonce: String,
    pub(crate) verifier: String,
    pub(crate) statement: Option<String>,
    pub(crate) return_to: String,
}

/// A person who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) subject: String,
    pub(crate) name: String,
    pub(crate) written_name: Option<String>,
    pub(crate) given_name: Option<String>,
    pub(crate) id_token: String,
}

impl Store {
    /// Remembers an attempt under its state and the browser that began it.
    pub(crate) async fn begin_attempt(
        &self,
        state: &str,
        browser: &str,
        attempt: &Attempt,
        now: i64,
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO attempt VALUES (?, ?, ?, ?, ?, ?, ?)")
            .bind(hash(state))
            .bind(hash(browser))
            .bind(&attempt.nonce)
            .bind(&attempt.verifier)
            .bind(&attempt.statement)
            .bind(&attempt.return_to)
            .bind(now)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Takes an attempt out: once, in time, by the browser that began it.
    pub(crate) async fn take_attempt(
        &self,
        state: &str,
        browser: &str,
        now: i64,
    ) -> Result<Option<Attempt>, StoreError> {
        let row = sqlx::query(
            "DELETE FROM attempt WHERE state_hash = ? AND browser_hash = ? AND begun > ? \
             RETURNING nonce, verifier, statement, return_to",
        )
        .bind(hash(state))
        .bind(hash(browser))
        .bind(now.saturating_sub(ATTEMPT_SECONDS))
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            Ok(Attempt {
                nonce: row.try_get(0)?,
                verifier: row.try_get(1)?,
                statement: row.try_get(2)?,
                return_to: row.try_get(3)?,
            })
        })
        .transpose()
    }

    /// Starts a session for the browser that holds `secret`.
    pub(crate) async fn start_session(
        &self,
        secret: &str,
        session: &Session,
        now: i64,
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?)")
            .bind(hash(secret))
            .bind(&session.subject)
            .bind(&session.name)
            .bind(&session.written_name)
            .bind(&session.given_name)
            .bind(&session.id_token)
            .bind(now)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The session of the browser that holds `secret`.
    pub(crate) async fn session(&self, secret: &str, now: i64) -> Result<Option<Session>, StoreError> {
        let row = sqlx::query(
            "SELECT subject, name, written_name, given_name, id_token FROM session \
             WHERE secret_hash = ? AND begun > ?",
        )
        .bind(hash(secret))
        .bind(now.saturating_sub(SESSION_SECONDS))
        .fetch_optional(&self.pool)
        .await?;
        row.map(session).transpose()
    }

    /// Ends a session.
    pub(crate) async fn end_session(&self, secret: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM session WHERE secret_hash = ?")
            .bind(hash(secret))
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Removes what time has ended.
    pub(crate) async fn sweep_sessions(&self, now: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM attempt WHERE begun <= ?")
            .bind(now.saturating_sub(ATTEMPT_SECONDS))
            .execute(&self.pool)
            .await?;
        sqlx::query("DELETE FROM session WHERE begun <= ?")
            .bind(now.saturating_sub(SESSION_SECONDS))
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

fn hash(secret: &str) -> Vec<u8> {
    sha256(secret.as_bytes()).to_vec()
}

fn session(row: SqliteRow) -> Result<Session, StoreError> {
    Ok(Session {
        subject: row.try_get(0)?,
        name: row.try_get(1)?,
        written_name: row.try_get(2)?,
        given_name: row.try_get(3)?,
        id_token: row.try_get(4)?,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::store::tests::TempStore;

    fn attempt() -> Attempt {
        Attempt {
            nonce: "nonce".to_owned(),
            verifier: "verifier".to_owned(),
            statement: None,
            return_to: "/".to_owned(),
        }
    }

    #[tokio::test]
    async fn an_attempt_is_taken_once_in_time_by_the_browser_that_began_it() {
        let temp = TempStore::open().await;
        let store = &temp.store;
        store.begin_attempt("state", "browser", &attempt(), 1000).await.unwrap();
        let last = 1000 + ATTEMPT_SECONDS - 1;
        assert_eq!(store.take_attempt("other state", "browser", last).await.unwrap(), None);
        assert_eq!(store.take_attempt("state", "other browser", last).await.unwrap(), None);
        assert_eq!(store.take_attempt("state", "browser", last + 1).await.unwrap(), None);
        assert_eq!(store.take_attempt("state", "browser", last).await.unwrap(), Some(attempt()));
        assert_eq!(store.take_attempt("state", "browser", last).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_session_belongs_to_its_secret_and_ends() {
        let temp = TempStore::open().await;
        let store = &temp.store;
        let session = Session {
            subject: "s-1".to_owned(),
            name: "Mira Okonjo Vale".to_owned(),
            written_name: Some("Mira Okonjo Vale".to_owned()),
            given_name: None,
            id_token: "a.b.c".to_owned(),
        };
        store.start_session("secret", &session, 1000).await.unwrap();
        let last = 1000 + SESSION_SECONDS - 1;
        assert_eq!(store.session("secret", last).await.unwrap(), Some(session));
        assert_eq!(store.session("secreT", last).await.unwrap(), None);
        assert_eq!(store.session("secret", last + 1).await.unwrap(), None);
        store.end_session("secret").await.unwrap();
        assert_eq!(store.session("secret", 1001).await.unwrap(), None);
    }

    #[tokio::test]
    async fn the_sweep_removes_what_has_ended_and_nothing_else() {
        let temp = TempStore::open().await;
        let store = &temp.store;
        store.begin_attempt("old", "browser", &attempt(), 1000).await.unwrap();
        store.begin_attempt("new", "browser", &attempt(), 1001).await.unwrap();
        store.sweep_sessions(1000 + ATTEMPT_SECONDS).await.unwrap();
        let rows: i64 =
            sqlx::query_scalar("SELECT count(*) FROM attempt").fetch_one(&store.pool).await.unwrap();
        assert_eq!(rows, 1);
    }
}
