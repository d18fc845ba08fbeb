//! Cases: an enrolment from the first question to the statement. Each transition is one conditional write, first in
//! its plan; the row's state decides which facts it holds, and [`Stage`] is that, read back.

use pki_core::bytes::{Hash, Id, read};
use pki_core::enrolment::{Approval, EnrolmentRecord, FieldKind, FieldPart, StatementTbs};
use pki_core::time::Instant;
use service::db::{Plan, Row, Rows, Sql};

use super::{Store, StoreError};

/// How the person's passkey will be bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CaseBinding {
    /// An officer confirms it at the desk.
    Desk,
    /// The slip alone (sandbox people).
    Slip,
}

/// A case as its row stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CaseRow {
    pub(crate) number: String,
    pub(crate) officer: Hash,
    pub(crate) binding: CaseBinding,
    pub(crate) opened_at: Instant,
    pub(crate) expires_at: Instant,
    pub(crate) answers: Answers,
    pub(crate) stage: Stage,
}

/// What was answered at the desk so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answers {
    pub(crate) names: Vec<Name>,
    pub(crate) birth_date: Option<String>,
    pub(crate) identity: Option<Identity>,
}

/// One name as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) part: FieldPart,
    pub(crate) kind: FieldKind,
    pub(crate) script: String,
    pub(crate) value: String,
}

/// How the officer made sure who stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// `passport`, `identity-card`, `residence-permit`, `other`.
    pub(crate) document: String,
    /// The last characters of its number.
    pub(crate) ending: String,
    /// `same`: the officer compared the photo with the person.
    pub(crate) photo: String,
}

/// Where a case is, with the facts of that state.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a case is read once per request and taken apart")]
pub(crate) enum Stage {
    Open,
    Recorded(Recorded),
    Approved(Approved),
    Arrived(Arrived),
    Enrolled,
    Closed,
}

/// A record that waits for an officer's passkey.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Recorded {
    pub(crate) record: EnrolmentRecord,
    pub(crate) der: Vec<u8>,
    pub(crate) idp_handle: Id,
    pub(crate) signer_handle: Id,
}

/// An approved record: its slip works.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Approved {
    pub(crate) recorded: Recorded,
    pub(crate) approval: Approval,
}

/// A passkey that waits for the officer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Arrived {
    pub(crate) approved: Approved,
    pub(crate) tbs: StatementTbs,
    pub(crate) der: Vec<u8>,
}

const TABLE: &str = "cases";

fn stage(row: &Row) -> Result<Stage, StoreError> {
    Ok(match row.text("state")?.as_str() {
        "open" => Stage::Open,
        "recorded" => Stage::Recorded(recorded(row)?),
        "approved" => Stage::Approved(approved(row)?),
        "arrived" => {
            let der = row.blob("statement_tbs")?;
            let tbs = read("StatementTbs", &der).map_err(|_| StoreError::Corrupt(TABLE))?;
            Stage::Arrived(Arrived { approved: approved(row)?, tbs, der })
        }
        "enrolled" => Stage::Enrolled,
        "closed" => Stage::Closed,
        _ => return Err(StoreError::Corrupt(TABLE)),
    })
}

fn recorded(row: &Row) -> Result<Recorded, StoreError> {
    let der = row.blob("record")?;
    Ok(Recorded {
        record: read("EnrolmentRecord", &der).map_err(|_| StoreError::Corrupt(TABLE))?,
        der,
        idp_handle: row.id(TABLE, "idp_handle")?,
        signer_handle: row.id(TABLE, "signer_handle")?,
    })
}

fn approved(row: &Row) -> Result<Approved, StoreError> {
    let approval = read("Approval", &row.blob("approval")?).map_err(|_| StoreError::Corrupt(TABLE))?;
    Ok(Approved { recorded: recorded(row)?, approval })
}

fn identity(row: &Row) -> Result<Option<Identity>, StoreError> {
    Ok(match (row.opt_text("document")?, row.opt_text("document_ending")?, row.opt_text("photo")?) {
        (Some(document), Some(ending), Some(photo)) => Some(Identity { document, ending, photo }),
        _ => None,
    })
}

const PARTS: [FieldPart; 3] = [FieldPart::Family, FieldPart::Given, FieldPart::Single];
const KINDS: [FieldKind; 4] =
    [FieldKind::Official, FieldKind::Transliterated, FieldKind::Previous, FieldKind::Preferred];

fn name(row: &Row) -> Result<Name, StoreError> {
    let (part, kind) = (row.int("part")?, row.int("kind")?);
    let corrupt = || StoreError::Corrupt("case_names");
    Ok(Name {
        part: PARTS.into_iter().find(|each| i64::from(*each as u8) == part).ok_or_else(corrupt)?,
        kind: KINDS.into_iter().find(|each| i64::from(*each as u8) == kind).ok_or_else(corrupt)?,
        script: row.text("script")?,
        value: row.text("value")?,
    })
}

impl Store {
    /// The case with this number.
    pub(crate) async fn case(&self, number: &str) -> Result<Option<CaseRow>, StoreError> {
        let row = self.db.one(Sql::new("SELECT * FROM cases WHERE number = $1").text(number)).await?;
        self.case_of(row).await
    }

    /// The case whose slip has this code hash.
    pub(crate) async fn case_by_slip(&self, slip: &Hash) -> Result<Option<CaseRow>, StoreError> {
        let row = self.db.one(Sql::new("SELECT * FROM cases WHERE slip = $1").blob(slip.as_bytes())).await?;
        self.case_of(row).await
    }

    /// The number of the one case that this officer has in hand.
    pub(crate) async fn open_case(&self, officer: &Hash, now: Instant) -> Result<Option<String>, StoreError> {
        let sql = Sql::new(
            "SELECT number FROM cases WHERE officer = $1 AND binding = 'desk' AND expires_at > $2 \
             AND state IN ('open', 'recorded', 'approved', 'arrived')",
        )
        .blob(officer.as_bytes())
        .int(now.micros());
        self.db.one(sql).await?.map(|row| Ok(row.text("number")?)).transpose()
    }

    /// The opened fields of a case's record: salt32 || DER(Field) each.
    pub(crate) async fn case_fields(&self, number: &str) -> Result<Vec<Vec<u8>>, StoreError> {
        let sql = Sql::new("SELECT disclosed FROM case_fields WHERE case_number = $1 ORDER BY position")
            .text(number);
        self.db.all(sql).await?.iter().map(|row| Ok(row.blob("disclosed")?)).collect()
    }

    async fn case_of(&self, row: Option<Row>) -> Result<Option<CaseRow>, StoreError> {
        let Some(row) = row else { return Ok(None) };
        let number = row.text("number")?;
        let sql = Sql::new(
            "SELECT part, kind, script, value FROM case_names WHERE case_number = $1 ORDER BY position",
        );
        let names = self.db.all(sql.text(&number)).await?.iter().map(name).collect::<Result<_, _>>()?;
        Ok(Some(CaseRow {
            officer: row.hash(TABLE, "officer")?,
            binding: match row.text("binding")?.as_str() {
                "desk" => CaseBinding::Desk,
                "slip" => CaseBinding::Slip,
                _ => return Err(StoreError::Corrupt(TABLE)),
            },
            opened_at: row.instant("opened_at")?,
            expires_at: row.instant("expires_at")?,
            answers: Answers { names, birth_date: row.opt_text("birth_date")?, identity: identity(&row)? },
            stage: stage(&row)?,
            number,
        }))
    }
}

/// Whose case, at what time: the condition that every step at the desk shares.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    pub(crate) number: &'a str,
    pub(crate) officer: &'a Hash,
    pub(crate) now: Instant,
}

/// Opens a case. The officer's case that ran out of time is closed on the way; one still in hand stops this.
pub(crate) fn open(at: At<'_>, expires_at: Instant) -> Plan {
    let late = Sql::new(
        "UPDATE cases SET state = 'closed', ended_at = $1 WHERE officer = $2 AND binding = 'desk' \
         AND expires_at <= $1 AND state IN ('open', 'recorded', 'approved', 'arrived')",
    )
    .int(at.now.micros())
    .blob(at.officer.as_bytes());
    let insert = Sql::new(
        "INSERT INTO cases (number, state, officer, binding, opened_at, expires_at) \
         VALUES ($1, 'open', $2, 'desk', $3, $4)",
    )
    .text(at.number)
    .blob(at.officer.as_bytes())
    .int(at.now.micros())
    .int(expires_at.micros());
    Plan::new().step("case.late", late, Rows::Any).step("case.open", insert, Rows::Exactly(1))
}

/// Back to `open`, because an answer changes: a record that was made of the old answers is gone with its slip.
fn reopen(at: At<'_>) -> Plan {
    let sql = Sql::new(
        "UPDATE cases SET state = 'open', record = NULL, slip = NULL, idp_handle = NULL, signer_handle = NULL \
         WHERE number = $1 AND officer = $2 AND expires_at > $3 AND state IN ('open', 'recorded')",
    )
    .text(at.number)
    .blob(at.officer.as_bytes())
    .int(at.now.micros());
    Plan::new().step("case.answer", sql, Rows::Exactly(1)).step(
        "case.fields",
        drop_fields(at.number),
        Rows::Any,
    )
}

fn drop_fields(number: &str) -> Sql {
    Sql::new("DELETE FROM case_fields WHERE case_number = $1").text(number)
}

fn drop_names(number: &str) -> Sql {
    Sql::new("DELETE FROM case_names WHERE case_number = $1").text(number)
}

/// Stores all names anew, in their order.
pub(crate) fn answer_names(at: At<'_>, names: &[Name]) -> Plan {
    let plan = reopen(at).step("case.names.drop", drop_names(at.number), Rows::Any);
    names.iter().zip(0i64..).fold(plan, |plan, (name, position)| {
        let sql = Sql::new(
            "INSERT INTO case_names (case_number, position, part, kind, script, value) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .text(at.number)
        .int(position)
        .int(i64::from(name.part as u8))
        .int(i64::from(name.kind as u8))
        .text(&name.script)
        .text(&name.value);
        plan.step("case.name", sql, Rows::Exactly(1))
    })
}

/// Stores the birth date, `YYYY-MM-DD`.
pub(crate) fn answer_birth_date(at: At<'_>, date: &str) -> Plan {
    let sql = Sql::new("UPDATE cases SET birth_date = $1 WHERE number = $2").text(date).text(at.number);
    reopen(at).step("case.birth-date", sql, Rows::Exactly(1))
}

/// Stores the identity check.
pub(crate) fn answer_identity(at: At<'_>, identity: &Identity) -> Plan {
    let sql = Sql::new("UPDATE cases SET document = $1, document_ending = $2, photo = $3 WHERE number = $4")
        .text(&identity.document)
        .text(&identity.ending)
        .text(&identity.photo)
        .text(at.number);
    reopen(at).step("case.identity", sql, Rows::Exactly(1))
}

/// A record as it is made of the answers.
pub(crate) struct NewRecord<'a> {
    pub(crate) der: &'a [u8],
    pub(crate) slip: &'a Hash,
    pub(crate) idp_handle: &'a Id,
    pub(crate) signer_handle: &'a Id,
    /// salt32 || DER(Field), in the record's order.
    pub(crate) fields: &'a [Vec<u8>],
}

/// Makes the record of an open case.
pub(crate) fn record(at: At<'_>, new: &NewRecord<'_>) -> Plan {
    let sql = Sql::new(
        "UPDATE cases SET state = 'recorded', record = $1, slip = $2, idp_handle = $3, signer_handle = $4 \
         WHERE number = $5 AND officer = $6 AND expires_at > $7 AND state = 'open'",
    )
    .blob(new.der)
    .blob(new.slip.as_bytes())
    .blob(new.idp_handle.as_bytes())
    .blob(new.signer_handle.as_bytes())
    .text(at.number)
    .blob(at.officer.as_bytes())
    .int(at.now.micros());
    Plan::new().step("case.record", sql, Rows::Exactly(1)).then(insert_fields(at.number, new.fields))
}

fn insert_fields(number: &str, fields: &[Vec<u8>]) -> Plan {
    fields.iter().zip(0i64..).fold(Plan::new(), |plan, (disclosed, position)| {
        let sql = Sql::new("INSERT INTO case_fields (case_number, position, disclosed) VALUES ($1, $2, $3)")
            .text(number)
            .int(position)
            .blob(disclosed);
        plan.step("case.field", sql, Rows::Exactly(1))
    })
}

/// The officer's passkey approved exactly this record.
pub(crate) fn approve(at: At<'_>, record: &[u8], approval: &[u8]) -> Plan {
    let sql = Sql::new(
        "UPDATE cases SET state = 'approved', approval = $1 \
         WHERE number = $2 AND officer = $3 AND expires_at > $4 AND state = 'recorded' AND record = $5",
    )
    .blob(approval)
    .text(at.number)
    .blob(at.officer.as_bytes())
    .int(at.now.micros())
    .blob(record);
    Plan::new().step("case.approve", sql, Rows::Exactly(1))
}

/// A case that begins approved: a slip that binds by itself, for a sandbox person.
pub(crate) fn offer(at: At<'_>, expires_at: Instant, new: &NewRecord<'_>, approval: &[u8]) -> Plan {
    let sql = Sql::new(
        "INSERT INTO cases (number, state, officer, binding, opened_at, expires_at, record, slip, idp_handle, \
         signer_handle, approval) VALUES ($1, 'approved', $2, 'slip', $3, $4, $5, $6, $7, $8, $9)",
    )
    .text(at.number)
    .blob(at.officer.as_bytes())
    .int(at.now.micros())
    .int(expires_at.micros())
    .blob(new.der)
    .blob(new.slip.as_bytes())
    .blob(new.idp_handle.as_bytes())
    .blob(new.signer_handle.as_bytes())
    .blob(approval);
    Plan::new().step("case.offer", sql, Rows::Exactly(1)).then(insert_fields(at.number, new.fields))
}

/// The person made a passkey with the slip, which is used up by that; it waits for the officer.
pub(crate) fn arrive(slip: &Hash, now: Instant, tbs: &[u8], attestation: &[u8]) -> Plan {
    let sql = Sql::new(
        "UPDATE cases SET state = 'arrived', statement_tbs = $1, attestation = $2, arrived_at = $3 \
         WHERE slip = $4 AND expires_at > $3 AND state = 'approved' AND binding = 'desk'",
    )
    .blob(tbs)
    .blob(attestation)
    .int(now.micros())
    .blob(slip.as_bytes());
    Plan::new().step("case.arrive", sql, Rows::Exactly(1))
}

/// The officer's passkey confirmed exactly this passkey of the person.
pub(crate) fn confirm(at: At<'_>, tbs: &[u8]) -> Plan {
    let sql = Sql::new(
        "UPDATE cases SET state = 'enrolled', ended_at = $1 \
         WHERE number = $2 AND officer = $3 AND expires_at > $1 AND state = 'arrived' AND statement_tbs = $4",
    )
    .int(at.now.micros())
    .text(at.number)
    .blob(at.officer.as_bytes())
    .blob(tbs);
    Plan::new().step("case.confirm", sql, Rows::Exactly(1)).step(
        "case.names.drop",
        drop_names(at.number),
        Rows::Any,
    )
}

/// A slip that binds by itself is used up, and the case is done.
pub(crate) fn bind_by_slip(slip: &Hash, now: Instant, attestation: &[u8]) -> Plan {
    let sql = Sql::new(
        "UPDATE cases SET state = 'enrolled', attestation = $1, arrived_at = $2, ended_at = $2 \
         WHERE slip = $3 AND expires_at > $2 AND state = 'approved' AND binding = 'slip'",
    )
    .blob(attestation)
    .int(now.micros())
    .blob(slip.as_bytes());
    Plan::new().step("case.bind", sql, Rows::Exactly(1))
}

/// Ends a case without an enrolment; what was typed about the person is deleted.
pub(crate) fn close(at: At<'_>) -> Plan {
    let sql = Sql::new(
        "UPDATE cases SET state = 'closed', ended_at = $1, birth_date = NULL, document = NULL, \
         document_ending = NULL, photo = NULL \
         WHERE number = $2 AND officer = $3 AND state IN ('open', 'recorded', 'approved', 'arrived')",
    )
    .int(at.now.micros())
    .text(at.number)
    .blob(at.officer.as_bytes());
    Plan::new()
        .step("case.close", sql, Rows::Exactly(1))
        .step("case.names.drop", drop_names(at.number), Rows::Any)
        .step("case.fields", drop_fields(at.number), Rows::Any)
}

/// Deletes what was typed in cases that ran out of time, and closes them: the registry keeps nobody who did not enrol.
pub(crate) fn sweep(now: Instant) -> Plan {
    let names = Sql::new(
        "DELETE FROM case_names WHERE case_number IN (SELECT number FROM cases WHERE expires_at <= $1 \
         AND state IN ('open', 'recorded', 'approved', 'arrived'))",
    )
    .int(now.micros());
    let fields = Sql::new(
        "DELETE FROM case_fields WHERE case_number IN (SELECT number FROM cases WHERE expires_at <= $1 \
         AND state IN ('open', 'recorded', 'approved', 'arrived'))",
    )
    .int(now.micros());
    let close = Sql::new(
        "UPDATE cases SET state = 'closed', ended_at = $1, birth_date = NULL, document = NULL, \
         document_ending = NULL, photo = NULL WHERE expires_at <= $1 \
         AND state IN ('open', 'recorded', 'approved', 'arrived')",
    )
    .int(now.micros());
    Plan::new().step("sweep.names", names, Rows::Any).step("sweep.fields", fields, Rows::Any).step(
        "sweep.close",
        close,
        Rows::Any,
    )
}
