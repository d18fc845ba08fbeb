//! Statements that were made, and the supports that were counted.

use std::collections::HashMap;

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{Store, StoreError};

/// A statement that nobody signed is of no use after this time: a signing request lives seven days.
const UNSIGNED_SECONDS: i64 = 8 * 24 * 60 * 60;

/// How a statement ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Counted,
    /// The person had been counted for this proposal with another statement.
    Already,
    Refused,
    Expired,
    /// The verifier did not find the signed file genuine, or it is not our statement that was signed.
    NotAccepted,
    TakenBack,
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Outcome::Counted => "counted",
            Outcome::Already => "already",
            Outcome::Refused => "refused",
            Outcome::Expired => "expired",
            Outcome::NotAccepted => "not-accepted",
            Outcome::TakenBack => "taken-back",
        }
    }

    fn read(word: &str) -> Result<Outcome, StoreError> {
        [
            Outcome::Counted,
            Outcome::Already,
            Outcome::Refused,
            Outcome::Expired,
            Outcome::NotAccepted,
            Outcome::TakenBack,
        ]
        .into_iter()
        .find(|outcome| outcome.word() == word)
        .ok_or_else(|| StoreError::Outcome(word.to_owned()))
    }
}

/// A statement that was made for a person to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StatementRow {
    pub(crate) id: String,
    pub(crate) proposal: i64,
    pub(crate) subject: String,
    pub(crate) document: Vec<u8>,
    pub(crate) request_id: Option<String>,
    pub(crate) sign_url: Option<String>,
    pub(crate) outcome: Option<Outcome>,
}

/// A counted support, without the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Support {
    pub(crate) proposal: i64,
    pub(crate) number: i64,
    pub(crate) receipt: Option<String>,
    pub(crate) counted: i64,
}

/// What counting did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    /// This one was counted.
    Now,
    /// The statement had ended before, or the person was counted before.
    Before,
}

impl Store {
    /// Keeps a statement before it is sent anywhere.
    pub(crate) async fn keep_statement(&self, row: &StatementRow, now: i64) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO statement (id, proposal, subject, document, made) VALUES (?, ?, ?, ?, ?)")
            .bind(&row.id)
            .bind(row.proposal)
            .bind(&row.subject)
            .bind(&row.document)
            .bind(now)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The signature service has taken the statement.
    pub(crate) async fn ordered(&self, id: &str, request_id: &str, sign_url: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE statement SET request_id = ?, sign_url = ? WHERE id = ? AND outcome IS NULL")
            .bind(request_id)
            .bind(sign_url)
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// A statement by its own number.
    pub(crate) async fn statement(&self, id: &str) -> Result<Option<StatementRow>, StoreError> {
        let row = sqlx::query(
            "SELECT id, proposal, subject, document, request_id, sign_url, outcome FROM statement WHERE id = ?",
        )
        .bind(id)
        .fetch_optional(&self.pool)
        .await?;
        row.map(statement).transpose()
    }

    /// A statement by the signature service's name for it.
    pub(crate) async fn statement_by_request(
        &self,
        request_id: &str,
    ) -> Result<Option<StatementRow>, StoreError> {
        let row = sqlx::query(
            "SELECT id, proposal, subject, document, request_id, sign_url, outcome FROM statement WHERE request_id = ?",
        )
        .bind(request_id)
        .fetch_optional(&self.pool)
        .await?;
        row.map(statement).transpose()
    }

    /// The numbers of the statements that are with the signature service.
    pub(crate) async fn open_statements(&self) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT id FROM statement WHERE outcome IS NULL AND request_id IS NOT NULL ORDER BY made",
        )
        .fetch_all(&self.pool)
        .await?)
    }

    /// Ends a statement without counting it. The first ending stays.
    pub(crate) async fn end_statement(&self, id: &str, outcome: Outcome) -> Result<(), StoreError> {
        sqlx::query("UPDATE statement SET outcome = ? WHERE id = ? AND outcome IS NULL")
            .bind(outcome.word())
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Counts a person for a proposal. The conditional write comes first; the primary key is the last word.
    pub(crate) async fn count(
        &self,
        row: &StatementRow,
        signed: &[u8],
        receipt: Option<&str>,
        now: i64,
    ) -> Result<Counted, StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let ended = sqlx::query("UPDATE statement SET outcome = 'counted' WHERE id = ? AND outcome IS NULL")
            .bind(&row.id)
            .execute(&mut *transaction)
            .await?;
        if ended.rows_affected() != 1 {
            return Ok(Counted::Before);
        }
        let counted = sqlx::query(
            "INSERT INTO support (proposal, subject, statement, signed, receipt, number, counted) \
             SELECT ?1, ?2, ?3, ?4, ?5, count(*) + 1, ?6 FROM support WHERE proposal = ?1 \
             ON CONFLICT (proposal, subject) DO NOTHING",
        )
        .bind(row.proposal)
        .bind(&row.subject)
        .bind(&row.id)
        .bind(signed)
        .bind(receipt)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        if counted.rows_affected() != 1 {
            sqlx::query("UPDATE statement SET outcome = 'already' WHERE id = ?")
                .bind(&row.id)
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
            return Ok(Counted::Before);
        }
        transaction.commit().await?;
        Ok(Counted::Now)
    }

    /// How many people support each proposal.
    pub(crate) async fn counts(&self) -> Result<HashMap<i64, i64>, StoreError> {
        let rows = sqlx::query("SELECT proposal, count(*) FROM support GROUP BY proposal")
            .fetch_all(&self.pool)
            .await?;
        rows.into_iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    /// What a person supports, newest first.
    pub(crate) async fn supports_of(&self, subject: &str) -> Result<Vec<Support>, StoreError> {
        let rows = sqlx::query(
            "SELECT proposal, number, receipt, counted FROM support WHERE subject = ? ORDER BY counted DESC, proposal",
        )
        .bind(subject)
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(Support {
                    proposal: row.try_get(0)?,
                    number: row.try_get(1)?,
                    receipt: row.try_get(2)?,
                    counted: row.try_get(3)?,
                })
            })
            .collect()
    }

    /// A person's own signed statement.
    pub(crate) async fn signed(&self, proposal: i64, subject: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(sqlx::query_scalar("SELECT signed FROM support WHERE proposal = ? AND subject = ?")
            .bind(proposal)
            .bind(subject)
            .fetch_optional(&self.pool)
            .await?)
    }

    /// Takes a support back: the count, the signed file, and every statement that could still be counted.
    pub(crate) async fn take_back(&self, proposal: i64, subject: &str) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let gone = sqlx::query("DELETE FROM support WHERE proposal = ? AND subject = ?")
            .bind(proposal)
            .bind(subject)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "UPDATE statement SET outcome = 'taken-back', document = x'' \
             WHERE proposal = ? AND subject = ? AND (outcome IS NULL OR outcome = 'counted')",
        )
        .bind(proposal)
        .bind(subject)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(gone.rows_affected() == 1)
    }

    /// Removes statements that no support stands on and that nobody can sign any more.
    pub(crate) async fn sweep_statements(&self, now: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM statement WHERE made <= ? AND id NOT IN (SELECT statement FROM support)")
            .bind(now.saturating_sub(UNSIGNED_SECONDS))
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

fn statement(row: SqliteRow) -> Result<StatementRow, StoreError> {
    let outcome: Option<String> = row.try_get(6)?;
    Ok(StatementRow {
        id: row.try_get(0)?,
        proposal: row.try_get(1)?,
        subject: row.try_get(2)?,
        document: row.try_get(3)?,
        request_id: row.try_get(4)?,
        sign_url: row.try_get(5)?,
        outcome: outcome.as_deref().map(Outcome::read).transpose()?,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::store::tests::TempStore;

    fn made(id: &str, proposal: i64, subject: &str) -> StatementRow {
        StatementRow {
            id: id.to_owned(),
            proposal,
            subject: subject.to_owned(),
            document: b"%PDF".to_vec(),
            request_id: None,
            sign_url: None,
            outcome: None,
        }
    }

    async fn kept(store: &Store, id: &str, proposal: i64, subject: &str) -> StatementRow {
        let row = made(id, proposal, subject);
        store.keep_statement(&row, 1000).await.unwrap();
        row
    }

    #[tokio::test]
    async fn a_person_is_counted_once_for_each_proposal() {
        let temp = TempStore::open().await;
        let store = &temp.store;
        let first = kept(store, "one", 118, "mira").await;
        let again = kept(store, "two", 118, "mira").await;
        let other_proposal = kept(store, "three", 124, "mira").await;
        let other_person = kept(store, "four", 118, "tomas").await;
        assert_eq!(store.count(&first, b"signed", Some("R26-AAAA-BBBB"), 2000).await.unwrap(), Counted::Now);
        assert_eq!(store.count(&first, b"signed", None, 2001).await.unwrap(), Counted::Before);
        assert_eq!(store.count(&again, b"signed again", None, 2002).await.unwrap(), Counted::Before);
        assert_eq!(store.count(&other_proposal, b"signed", None, 2003).await.unwrap(), Counted::Now);
        assert_eq!(store.count(&other_person, b"signed", None, 2004).await.unwrap(), Counted::Now);

        assert_eq!(store.counts().await.unwrap(), HashMap::from([(118, 2), (124, 1)]));
        assert_eq!(store.signed(118, "mira").await.unwrap().as_deref(), Some(&b"signed"[..]));
        assert_eq!(store.statement("two").await.unwrap().unwrap().outcome, Some(Outcome::Already));
        let mine = store.supports_of("mira").await.unwrap();
        assert_eq!((mine[1].proposal, mine[1].number, mine[1].counted), (118, 1, 2000));
        assert_eq!(mine[1].receipt.as_deref(), Some("R26-AAAA-BBBB"));
        assert_eq!(store.supports_of("tomas").await.unwrap()[0].number, 2);
    }

    #[tokio::test]
    async fn twenty_at_once_count_one() {
        let temp = TempStore::open().await;
        let store = std::sync::Arc::new(Store { pool: temp.store.pool.clone() });
        let mut tasks = Vec::new();
        for index in 0..20 {
            let row = kept(&store, &format!("s{index}"), 118, "mira").await;
            let store = std::sync::Arc::clone(&store);
            tasks.push(tokio::spawn(async move { store.count(&row, b"signed", None, 2000).await.unwrap() }));
        }
        let mut now = 0;
        for task in tasks {
            if task.await.unwrap() == Counted::Now {
                now += 1;
            }
        }
        assert_eq!(now, 1);
        assert_eq!(store.counts().await.unwrap(), HashMap::from([(118, 1)]));
    }

    #[tokio::test]
    async fn a_support_outlives_a_restart_and_can_be_taken_back() {
        let temp = TempStore::open().await;
        let row = kept(&temp.store, "one", 118, "mira").await;
        let waiting = kept(&temp.store, "two", 118, "mira").await;
        temp.store.count(&row, b"signed", None, 2000).await.unwrap();
        let temp = temp.reopen().await;
        let store = &temp.store;
        assert_eq!(store.counts().await.unwrap(), HashMap::from([(118, 1)]));

        assert!(!store.take_back(118, "tomas").await.unwrap());
        assert!(store.take_back(118, "mira").await.unwrap());
        assert!(!store.take_back(118, "mira").await.unwrap());
        assert_eq!(store.counts().await.unwrap(), HashMap::new());
        assert_eq!(store.signed(118, "mira").await.unwrap(), None);
        assert_eq!(store.statement("one").await.unwrap().unwrap().document, b"");
        // A statement that was still being signed does not bring the support back.
        assert_eq!(store.count(&waiting, b"signed", None, 2001).await.unwrap(), Counted::Before);
        assert_eq!(store.counts().await.unwrap(), HashMap::new());
    }

    #[tokio::test]
    async fn the_first_ending_of_a_statement_stays() {
        let temp = TempStore::open().await;
        let store = &temp.store;
        let row = kept(store, "one", 118, "mira").await;
        store.ordered("one", "request-1", "http://localhost:8401/s/1").await.unwrap();
        assert_eq!(store.open_statements().await.unwrap(), ["one"]);
        let ordered = store.statement_by_request("request-1").await.unwrap().unwrap();
        assert_eq!(
            (ordered.id.as_str(), ordered.sign_url.as_deref()),
            ("one", Some("http://localhost:8401/s/1"))
        );
        store.end_statement("one", Outcome::Refused).await.unwrap();
        store.end_statement("one", Outcome::Expired).await.unwrap();
        assert_eq!(store.count(&row, b"signed", None, 2000).await.unwrap(), Counted::Before);
        assert_eq!(store.statement("one").await.unwrap().unwrap().outcome, Some(Outcome::Refused));
        assert!(store.open_statements().await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn the_sweep_keeps_what_a_support_stands_on() {
        let temp = TempStore::open().await;
        let store = &temp.store;
        let row = kept(store, "one", 118, "mira").await;
        kept(store, "two", 118, "tomas").await;
        store.count(&row, b"signed", None, 2000).await.unwrap();
        store.sweep_statements(1000 + UNSIGNED_SECONDS - 1).await.unwrap();
        assert!(store.statement("two").await.unwrap().is_some());
        store.sweep_statements(1000 + UNSIGNED_SECONDS).await.unwrap();
        assert!(store.statement("two").await.unwrap().is_none());
        assert!(store.statement("one").await.unwrap().is_some());
    }
}
