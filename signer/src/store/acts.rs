//! Acts: one row per state that has facts, one conditional write per arrow.

use pki_core::act::Evidence;
use pki_core::bytes::{Hash, Id, read, write};
use pki_core::log::Leaf;
use pki_core::time::Instant;
use service::db::{Plan, Rows, Sql};

use super::requests::{State, forget_showings};
use super::{Store, StoreError, feed};

/// An act that has begun, with the facts of its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Act {
    pub(crate) request: Id,
    pub(crate) evidence: Evidence,
    pub(crate) approved_at: Instant,
    pub(crate) reached: Reached,
}

/// How far it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reached {
    /// The approval is stored, and nothing else.
    Approved,
    /// `pki` certified a key.
    Certified(Certified),
    /// The key signed: DER of a CMS without time-stamp.
    Signed {
        /// The signature.
        cms: Vec<u8>,
    },
    /// The signature has its time-stamp: DER of the CMS that goes into the file.
    Stamped {
        /// The signature.
        cms: Vec<u8>,
    },
}

/// A certificate that the authority issued for this act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Certified {
    /// 0, or 1 for the replacement.
    pub(crate) attempt: u8,
    /// DER.
    pub(crate) certificate: Vec<u8>,
}

/// What came out of an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delivered {
    /// The signed file.
    pub(crate) octets: Vec<u8>,
    /// The copy that can be published.
    pub(crate) without_evidence: Vec<u8>,
    /// The signing time.
    pub(crate) signed_at: Instant,
}

impl Store {
    /// The act of a request, while it runs.
    pub(crate) async fn act(&self, request: &Id) -> Result<Option<Act>, StoreError> {
        let corrupt = || StoreError::Corrupt("approvals");
        let sql = Sql::new(
            "SELECT r.state, a.evidence, a.approved_at, c.attempt, c.certificate, s.cms AS signed, t.cms AS stamped \
             FROM requests r JOIN approvals a ON a.request = r.id LEFT JOIN certified c ON c.request = r.id \
             LEFT JOIN signed s ON s.request = r.id LEFT JOIN stamped t ON t.request = r.id WHERE r.id = $1",
        );
        let Some(row) = self.db.one(sql.blob(request.as_bytes())).await? else { return Ok(None) };
        let state = row.text("state")?;
        let reached = if state == State::Approved.word() {
            Reached::Approved
        } else if state == State::Certified.word() {
            let attempt = u8::try_from(row.int("attempt")?).map_err(|_| corrupt())?;
            Reached::Certified(Certified { attempt, certificate: row.blob("certificate")? })
        } else if state == State::Signed.word() {
            Reached::Signed { cms: row.blob("signed")? }
        } else if state == State::Stamped.word() {
            Reached::Stamped { cms: row.blob("stamped")? }
        } else {
            return Ok(None);
        };
        let evidence = read("Evidence", &row.blob("evidence")?).map_err(|_| corrupt())?;
        let approved_at = row.instant("approved_at")?;
        Ok(Some(Act { request: *request, evidence, approved_at, reached }))
    }

    /// Acts that nobody has moved since `before`: a process died in them.
    pub(crate) async fn unfinished(&self, before: Instant) -> Result<Vec<Id>, StoreError> {
        let sql = Sql::new(
            "SELECT id FROM requests WHERE state IN ('approved', 'certified', 'signed', 'stamped') AND state_at <= $1 \
             ORDER BY state_at LIMIT 100",
        );
        self.db.all(sql.int(before.micros())).await?.iter().map(|row| row.id("requests", "id")).collect()
    }

    /// The finished file of a request.
    pub(crate) async fn delivered(&self, request: &Id) -> Result<Option<Delivered>, StoreError> {
        let sql = Sql::new("SELECT octets, without_evidence, signed_at FROM delivered WHERE request = $1");
        let Some(row) = self.db.one(sql.blob(request.as_bytes())).await? else { return Ok(None) };
        Ok(Some(Delivered {
            octets: row.blob("octets")?,
            without_evidence: row.blob("without_evidence")?,
            signed_at: row.instant("signed_at")?,
        }))
    }

    /// When a request's file was signed, without reading the file.
    pub(crate) async fn signed_at(&self, request: &Id) -> Result<Option<Instant>, StoreError> {
        let sql = Sql::new("SELECT signed_at FROM delivered WHERE request = $1").blob(request.as_bytes());
        Ok(self.db.one(sql).await?.map(|row| row.instant("signed_at")).transpose()?)
    }
}

/// An arrow: the request leaves `from` for `to`, or the whole plan is void.
fn arrow(label: &'static str, request: &Id, from: State, to: State, now: Instant) -> Plan {
    let sql = Sql::new("UPDATE requests SET state = $1, state_at = $2 WHERE id = $3 AND state = $4")
        .text(to.word())
        .int(now.micros())
        .blob(request.as_bytes())
        .text(from.word());
    Plan::new().step(label, sql, Rows::Exactly(1))
}

/// `Requested -> Approved`: in time, by an active person under this statement; the first approval wins.
pub(crate) fn approve(request: &Id, handle: &Id, evidence: &Evidence, now: Instant) -> Plan {
    let in_time =
        Sql::new("UPDATE requests SET state_at = $1 WHERE id = $2 AND handle = $3 AND expires_at > $1")
            .int(now.micros())
            .blob(request.as_bytes())
            .blob(handle.as_bytes());
    let insert = Sql::new("INSERT INTO approvals (request, evidence, approved_at) VALUES ($1, $2, $3)")
        .blob(request.as_bytes())
        .blob(&write(evidence))
        .int(now.micros());
    arrow("act.approve", request, State::Requested, State::Approved, now)
        .step("act.in_time", in_time, Rows::Exactly(1))
        .then(feed::must_be_active(handle, &evidence.request.statement))
        .step("act.evidence", insert, Rows::Exactly(1))
        .then(forget_showings(request))
}

/// `Approved -> Certified`.
pub(crate) fn certify(request: &Id, certified: &Certified, now: Instant) -> Plan {
    let insert = Sql::new("INSERT INTO certified (request, attempt, certificate) VALUES ($1, $2, $3)")
        .blob(request.as_bytes())
        .int(i64::from(certified.attempt))
        .blob(&certified.certificate);
    arrow("act.certify", request, State::Approved, State::Certified, now).step(
        "act.certificate",
        insert,
        Rows::Exactly(1),
    )
}

/// `Certified -> Certified`: the key of the lost certificate is gone, this is its one replacement.
pub(crate) fn certify_again(request: &Id, lost: &[u8], certified: &Certified, now: Instant) -> Plan {
    let update = Sql::new(
        "UPDATE certified SET attempt = $1, certificate = $2 WHERE request = $3 AND certificate = $4 AND attempt < $1",
    )
    .int(i64::from(certified.attempt))
    .blob(&certified.certificate)
    .blob(request.as_bytes())
    .blob(lost);
    arrow("act.certify_again", request, State::Certified, State::Certified, now).step(
        "act.replacement",
        update,
        Rows::Exactly(1),
    )
}

/// `Certified -> Signed`, under exactly this certificate: whoever lost it to a recovery cannot go on.
pub(crate) fn sign(request: &Id, certificate: &[u8], cms: &[u8], now: Instant) -> Plan {
    let still = Sql::new("UPDATE certified SET attempt = attempt WHERE request = $1 AND certificate = $2")
        .blob(request.as_bytes())
        .blob(certificate);
    let insert =
        Sql::new("INSERT INTO signed (request, cms) VALUES ($1, $2)").blob(request.as_bytes()).blob(cms);
    arrow("act.sign", request, State::Certified, State::Signed, now)
        .step("act.same_certificate", still, Rows::Exactly(1))
        .step("act.signature", insert, Rows::Exactly(1))
}

/// `Signed -> Stamped`.
pub(crate) fn stamp(request: &Id, cms: &[u8], now: Instant) -> Plan {
    let insert =
        Sql::new("INSERT INTO stamped (request, cms) VALUES ($1, $2)").blob(request.as_bytes()).blob(cms);
    arrow("act.stamp", request, State::Signed, State::Stamped, now).step(
        "act.token",
        insert,
        Rows::Exactly(1),
    )
}

/// What the log will count about an act.
pub(crate) struct ActLeaf<'a> {
    pub(crate) leaf: &'a Leaf,
    pub(crate) salt: &'a Hash,
    pub(crate) evidence_sha256: &'a Hash,
}

/// `Stamped -> Delivered`, with the leaf in the same transaction.
pub(crate) fn deliver(request: &Id, delivered: &Delivered, leaf: &ActLeaf<'_>, now: Instant) -> Plan {
    let file = Sql::new(
        "INSERT INTO delivered (request, octets, without_evidence, signed_at) VALUES ($1, $2, $3, $4)",
    )
    .blob(request.as_bytes())
    .blob(&delivered.octets)
    .blob(&delivered.without_evidence)
    .int(delivered.signed_at.micros());
    let evidence = Sql::new("UPDATE requests SET evidence_sha256 = $1 WHERE id = $2")
        .blob(leaf.evidence_sha256.as_bytes())
        .blob(request.as_bytes());
    let counted =
        Sql::new("INSERT INTO leaves (commitment, leaf_der, salt, created_at) VALUES ($1, $2, $3, $4)")
            .blob(leaf.leaf.commitment.as_bytes())
            .blob(&write(leaf.leaf))
            .blob(leaf.salt.as_bytes())
            .int(now.micros());
    arrow("act.deliver", request, State::Stamped, State::Delivered, now)
        .step("act.file", file, Rows::Exactly(1))
        .step("act.evidence_hash", evidence, Rows::Exactly(1))
        .step("act.leaf", counted, Rows::Exactly(1))
        .then(clear(request))
}

/// Back to `Requested`: nothing was delivered, and the person is asked again. `from` is the state that was found.
pub(crate) fn start_again(request: &Id, from: State, now: Instant) -> Plan {
    let approvals = Sql::new("DELETE FROM approvals WHERE request = $1").blob(request.as_bytes());
    arrow("act.start_again", request, from, State::Requested, now)
        .step("act.clear_approval", approvals, Rows::Exactly(1))
        .then(clear(request))
}

/// Removes what only a running act needs.
fn clear(request: &Id) -> Plan {
    let sql = |text| Sql::new(text).blob(request.as_bytes());
    Plan::new()
        .step("act.clear_certified", sql("DELETE FROM certified WHERE request = $1"), Rows::Any)
        .step("act.clear_signed", sql("DELETE FROM signed WHERE request = $1"), Rows::Any)
        .step("act.clear_stamped", sql("DELETE FROM stamped WHERE request = $1"), Rows::Any)
}
