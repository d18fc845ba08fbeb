//! Requests of agencies, the documents in them, and each showing of the Accept page.

use pki_core::act::{Particulars, ReceiptNumber, SignRequest};
use pki_core::bytes::{Hash, Id, read, write};
use pki_core::time::Instant;
use service::db::{Plan, Row, Rows, Sql};

use super::{Store, StoreError};
use crate::render::Page;

/// How far a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Nobody has decided.
    Requested,
    /// The person approved; the act runs.
    Approved,
    /// The one-use key has its certificate.
    Certified,
    /// The key signed and is gone.
    Signed,
    /// The time-stamp is there.
    Stamped,
    /// The file is finished.
    Delivered,
    /// The person said no.
    Refused,
    /// Nobody decided in time.
    Expired,
}

impl State {
    const ALL: [Self; 8] = [
        Self::Requested,
        Self::Approved,
        Self::Certified,
        Self::Signed,
        Self::Stamped,
        Self::Delivered,
        Self::Refused,
        Self::Expired,
    ];

    /// As the row and the agency's interface say it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Approved => "approved",
            Self::Certified => "certified",
            Self::Signed => "signed",
            Self::Stamped => "stamped",
            Self::Delivered => "delivered",
            Self::Refused => "refused",
            Self::Expired => "expired",
        }
    }

    fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// What people read about a request. Gone thirty days after the agency fetched the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) title: String,
    pub(crate) purpose: String,
    pub(crate) return_uri: String,
}

/// What was shown: digests of the octets, pictures and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) sha256: Hash,
    pub(crate) size: u32,
    pub(crate) pages: u16,
    pub(crate) images: Hash,
    pub(crate) text: Hash,
    pub(crate) renderer: String,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequestRow {
    pub(crate) id: Id,
    pub(crate) agency: String,
    pub(crate) handle: Option<Id>,
    pub(crate) receipt: ReceiptNumber,
    pub(crate) words: Option<Words>,
    pub(crate) shown: Shown,
    pub(crate) state: State,
    pub(crate) reason: Option<String>,
    pub(crate) created_at: Instant,
    pub(crate) expires_at: Instant,
    pub(crate) state_at: Instant,
    pub(crate) fetched_at: Option<Instant>,
}

/// One showing of the Accept page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Showing {
    pub(crate) request: Id,
    pub(crate) sign_request: SignRequest,
    pub(crate) particulars: Particulars,
    pub(crate) until: Instant,
}

/// What an agency's own key stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Idempotent {
    pub(crate) agency: String,
    pub(crate) key: String,
    /// SHA-256 of what was sent.
    pub(crate) body: Hash,
}

const TABLE: &str = "requests";

fn request(row: &Row) -> Result<RequestRow, StoreError> {
    let corrupt = || StoreError::Corrupt(TABLE);
    let words = match (row.opt_text("title")?, row.opt_text("purpose")?, row.opt_text("return_uri")?) {
        (Some(title), Some(purpose), Some(return_uri)) => Some(Words { title, purpose, return_uri }),
        _ => None,
    };
    Ok(RequestRow {
        id: row.id(TABLE, "id")?,
        agency: row.text("agency")?,
        handle: row.opt_id(TABLE, "handle")?,
        receipt: ReceiptNumber::parse(&row.text("receipt")?).map_err(|_| corrupt())?,
        words,
        shown: Shown {
            sha256: row.hash(TABLE, "document_sha256")?,
            size: u32::try_from(row.int("document_size")?).map_err(|_| corrupt())?,
            pages: u16::try_from(row.int("pages")?).map_err(|_| corrupt())?,
            images: row.hash(TABLE, "images")?,
            text: row.hash(TABLE, "shown_text")?,
            renderer: row.text("renderer")?,
        },
        state: State::read(&row.text("state")?).ok_or_else(corrupt)?,
        reason: row.opt_text("reason")?,
        created_at: row.instant("created_at")?,
        expires_at: row.instant("expires_at")?,
        state_at: row.instant("state_at")?,
        fetched_at: row.opt_instant("fetched_at")?,
    })
}

fn drawn(row: &Row) -> Result<Page, StoreError> {
    let corrupt = |_| StoreError::Corrupt("pages");
    Ok(Page {
        width: u32::try_from(row.int("width")?).map_err(corrupt)?,
        height: u32::try_from(row.int("height")?).map_err(corrupt)?,
        png: row.blob("png")?,
        text: row.text("words")?,
    })
}

/// How many requests one person's list shows.
const LIST_MAX: i64 = 50;

impl Store {
    /// The request with this id.
    pub(crate) async fn request(&self, id: &Id) -> Result<Option<RequestRow>, StoreError> {
        let sql = Sql::new("SELECT * FROM requests WHERE id = $1").blob(id.as_bytes());
        self.db.one(sql).await?.as_ref().map(request).transpose()
    }

    /// A person's requests, newest first.
    pub(crate) async fn requests_of(&self, handle: &Id) -> Result<Vec<RequestRow>, StoreError> {
        let sql = Sql::new("SELECT * FROM requests WHERE handle = $1 ORDER BY created_at DESC LIMIT $2")
            .blob(handle.as_bytes())
            .int(LIST_MAX);
        self.db.all(sql).await?.iter().map(request).collect()
    }

    /// The request that an agency's key stands for, with the hash of what was sent.
    pub(crate) async fn idempotent(&self, agency: &str, key: &str) -> Result<Option<(Hash, Id)>, StoreError> {
        let table = "idempotency_keys";
        let sql = Sql::new("SELECT body, request FROM idempotency_keys WHERE agency = $1 AND key = $2");
        let Some(row) = self.db.one(sql.text(agency).text(key)).await? else { return Ok(None) };
        Ok(Some((row.hash(table, "body")?, row.id(table, "request")?)))
    }

    /// The exact octets that are shown and signed.
    pub(crate) async fn document(&self, request: &Id) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = Sql::new("SELECT octets FROM documents WHERE request = $1").blob(request.as_bytes());
        Ok(self.db.one(sql).await?.map(|row| row.blob("octets")).transpose()?)
    }

    /// One page as it was drawn, numbered from 1.
    pub(crate) async fn page(&self, request: &Id, number: u16) -> Result<Option<Page>, StoreError> {
        let sql = Sql::new("SELECT width, height, png, words FROM pages WHERE request = $1 AND number = $2")
            .blob(request.as_bytes())
            .int(i64::from(number));
        self.db.one(sql).await?.as_ref().map(drawn).transpose()
    }

    /// All pages as they were drawn, in order.
    pub(crate) async fn pages(&self, request: &Id) -> Result<Vec<Page>, StoreError> {
        let sql = Sql::new(
            "SELECT width, height, png, words FROM pages WHERE request = $1 ORDER BY number LIMIT 65535",
        );
        self.db.all(sql.blob(request.as_bytes())).await?.iter().map(drawn).collect()
    }

    /// A showing of the Accept page.
    pub(crate) async fn showing(&self, id: &Id) -> Result<Option<Showing>, StoreError> {
        let corrupt = |_| StoreError::Corrupt("showings");
        let sql = Sql::new("SELECT request, sign_request, particulars, until FROM showings WHERE id = $1");
        let Some(row) = self.db.one(sql.blob(id.as_bytes())).await? else { return Ok(None) };
        Ok(Some(Showing {
            request: row.id("showings", "request")?,
            sign_request: read("SignRequest", &row.blob("sign_request")?).map_err(corrupt)?,
            particulars: read("Particulars", &row.blob("particulars")?).map_err(corrupt)?,
            until: row.instant("until")?,
        }))
    }
}

/// Accepts a request: its key and its jti first, because they decide whether it is new.
pub(crate) fn insert(row: &RequestRow, idempotent: &Idempotent, jti: (&str, Instant)) -> Plan {
    let key = Sql::new(
        "INSERT INTO idempotency_keys (agency, key, body, request, created_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .text(&idempotent.agency)
    .text(&idempotent.key)
    .blob(idempotent.body.as_bytes())
    .blob(row.id.as_bytes())
    .int(row.created_at.micros());
    let used = Sql::new("INSERT INTO used_jti (agency, jti, until) VALUES ($1, $2, $3)")
        .text(&row.agency)
        .text(jti.0)
        .int(jti.1.micros());
    let words = row.words.as_ref();
    let request = Sql::new(
        "INSERT INTO requests (id, agency, handle, receipt, title, purpose, return_uri, document_sha256, \
         document_size, pages, images, shown_text, renderer, state, created_at, expires_at, state_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .blob(row.id.as_bytes())
    .text(&row.agency)
    .opt_blob(row.handle.as_ref().map(|handle| handle.as_bytes().as_slice()))
    .text(row.receipt.as_str())
    .opt_text(words.map(|words| words.title.as_str()))
    .opt_text(words.map(|words| words.purpose.as_str()))
    .opt_text(words.map(|words| words.return_uri.as_str()))
    .blob(row.shown.sha256.as_bytes())
    .int(i64::from(row.shown.size))
    .int(i64::from(row.shown.pages))
    .blob(row.shown.images.as_bytes())
    .blob(row.shown.text.as_bytes())
    .text(&row.shown.renderer)
    .text(row.state.word())
    .int(row.created_at.micros())
    .int(row.expires_at.micros())
    .int(row.state_at.micros());
    Plan::new().step("request.key", key, Rows::Exactly(1)).step("request.jti", used, Rows::Exactly(1)).step(
        "request.insert",
        request,
        Rows::Exactly(1),
    )
}

/// The document of a request, and its pages as they were drawn.
pub(crate) fn document(request: &Id, octets: &[u8], pages: &[Page]) -> Plan {
    let sql = Sql::new("INSERT INTO documents (request, octets) VALUES ($1, $2)")
        .blob(request.as_bytes())
        .blob(octets);
    let mut plan = Plan::new().step("request.document", sql, Rows::Exactly(1));
    for (number, page) in (1i64..).zip(pages) {
        let sql = Sql::new(
            "INSERT INTO pages (request, number, width, height, png, words) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .blob(request.as_bytes())
        .int(number)
        .int(i64::from(page.width))
        .int(i64::from(page.height))
        .blob(&page.png)
        .text(&page.text);
        plan = plan.step("request.page", sql, Rows::Exactly(1));
    }
    plan
}

/// A showing of the Accept page, while the request waits.
pub(crate) fn show(id: &Id, showing: &Showing) -> Plan {
    let waits = Sql::new("UPDATE requests SET state = 'requested' WHERE id = $1 AND state = 'requested'")
        .blob(showing.request.as_bytes());
    let sql = Sql::new(
        "INSERT INTO showings (id, request, sign_request, particulars, until) VALUES ($1, $2, $3, $4, $5)",
    )
    .blob(id.as_bytes())
    .blob(showing.request.as_bytes())
    .blob(&write(&showing.sign_request))
    .blob(&write(&showing.particulars))
    .int(showing.until.micros());
    Plan::new().step("showing.waits", waits, Rows::Exactly(1)).step("showing.insert", sql, Rows::Exactly(1))
}

/// The person says no.
pub(crate) fn refuse(request: &Id, handle: &Id, reason: Option<&str>, now: Instant) -> Plan {
    let sql = Sql::new(
        "UPDATE requests SET state = 'refused', reason = $1, state_at = $2 \
         WHERE id = $3 AND handle = $4 AND state = 'requested'",
    )
    .opt_text(reason)
    .int(now.micros())
    .blob(request.as_bytes())
    .blob(handle.as_bytes());
    Plan::new().step("request.refuse", sql, Rows::Exactly(1)).then(forget_showings(request))
}

pub(super) fn forget_showings(request: &Id) -> Plan {
    let sql = Sql::new("DELETE FROM showings WHERE request = $1").blob(request.as_bytes());
    Plan::new().step("showing.forget", sql, Rows::Any)
}

/// The agency fetched the finished file; the first time counts.
pub(crate) fn fetched(request: &Id, now: Instant) -> Plan {
    let sql = Sql::new("UPDATE requests SET fetched_at = $1 WHERE id = $2 AND fetched_at IS NULL")
        .int(now.micros())
        .blob(request.as_bytes());
    Plan::new().step("request.fetched", sql, Rows::Any)
}

/// Ends what nobody decided in time, and removes what has served.
pub(crate) fn sweep(now: Instant, keys_before: Instant) -> Plan {
    let expire = Sql::new(
        "UPDATE requests SET state = 'expired', state_at = $1 WHERE state = 'requested' AND expires_at <= $1",
    );
    let showings = Sql::new("DELETE FROM showings WHERE until <= $1");
    let jti = Sql::new("DELETE FROM used_jti WHERE until <= $1");
    let keys = Sql::new("DELETE FROM idempotency_keys WHERE created_at <= $1");
    Plan::new()
        .step("request.expire", expire.int(now.micros()), Rows::Any)
        .step("showing.sweep", showings.int(now.micros()), Rows::Any)
        .step("jti.sweep", jti.int(now.micros()), Rows::Any)
        .step("key.sweep", keys.int(keys_before.micros()), Rows::Any)
}

/// Thirty days after the file was fetched, and as long after a request ended without one: document, pages, person and
/// words go; hashes and the receipt number stay.
pub(crate) fn forget(before: Instant) -> Plan {
    const OVER: [(&str, &str); 4] = [
        (
            "forget.documents",
            "DELETE FROM documents WHERE request IN (SELECT id FROM requests WHERE handle IS NOT NULL \
          AND (fetched_at <= $1 OR (state IN ('refused', 'expired') AND state_at <= $1)))",
        ),
        (
            "forget.pages",
            "DELETE FROM pages WHERE request IN (SELECT id FROM requests WHERE handle IS NOT NULL \
          AND (fetched_at <= $1 OR (state IN ('refused', 'expired') AND state_at <= $1)))",
        ),
        (
            "forget.approvals",
            "DELETE FROM approvals WHERE request IN (SELECT id FROM requests WHERE handle IS NOT NULL \
          AND (fetched_at <= $1 OR (state IN ('refused', 'expired') AND state_at <= $1)))",
        ),
        (
            "forget.delivered",
            "DELETE FROM delivered WHERE request IN (SELECT id FROM requests WHERE handle IS NOT NULL \
          AND (fetched_at <= $1 OR (state IN ('refused', 'expired') AND state_at <= $1)))",
        ),
    ];
    let mut plan = Plan::new();
    for (label, text) in OVER {
        plan = plan.step(label, Sql::new(text).int(before.micros()), Rows::Any);
    }
    let requests = Sql::new(
        "UPDATE requests SET handle = NULL, title = NULL, purpose = NULL, return_uri = NULL, reason = NULL \
         WHERE handle IS NOT NULL AND (fetched_at <= $1 OR (state IN ('refused', 'expired') AND state_at <= $1))",
    );
    plan.step("forget.requests", requests.int(before.micros()), Rows::Any)
}
