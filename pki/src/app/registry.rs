//! The registry's word: record, approvals and passkey become a statement, checked from the root before it is kept.

use der::asn1::OctetString;
use pki_core::bytes::{Hash, Id, write};
use pki_core::enrolment::{
    Approval, Binding, CertifiedName, CheckedStatement, EnrolmentRecord, Field, OfficerGrant, RecordKind,
    Statement, StatementTbs, check_statement, salted, sign_statement,
};
use pki_core::feed::{Audience, Enrolled, Event, Status};
use pki_core::key::random_hash;
use pki_core::log::LeafKind;
use pki_core::oid;
use pki_core::time::Instant;
use service::db::Plan;

use super::passkey::Made;
use super::{App, Fault};
use crate::store::cases::Recorded;
use crate::store::people::{self, PersonRow};
use crate::store::{feed, leaves};

/// A record that was made and is not stored yet.
pub(crate) struct Draft {
    pub(crate) record: EnrolmentRecord,
    pub(crate) der: Vec<u8>,
    pub(crate) slip: Hash,
    pub(crate) idp_handle: Id,
    pub(crate) signer_handle: Id,
    pub(crate) fields: Vec<Vec<u8>>,
}

/// Makes the record of a new person: salted commitments, a slip, a handle per house.
pub(crate) fn draft(
    app: &App,
    name: CertifiedName,
    fields: Vec<Field>,
    now: Instant,
) -> Result<Draft, Fault> {
    let country = app.trust.charter().tbs();
    let record_id = app.new_id()?;
    let slip = app.slips.of(&record_id)?.hash();
    let fields = salted(fields, &*app.random)?;
    let record = EnrolmentRecord {
        version: 1,
        kind: RecordKind::New,
        record_id,
        policy: if country.sandbox { oid::PROOFING_SANDBOX } else { oid::PROOFING_DESK },
        threshold: if country.sandbox { 1 } else { 2 },
        sandbox: country.sandbox,
        rp_id: country.rp_id.clone(),
        signing_origin: app.signing_origin.clone(),
        certified_name: name,
        fields: fields.iter().map(pki_core::enrolment::Disclosed::commitment).collect(),
        slip,
        created: now.generalized(),
        supersedes: None,
    };
    record.check().map_err(|error| Fault::Made(error.into()))?;
    Ok(Draft {
        der: write(&record),
        record,
        slip,
        idp_handle: app.new_id()?,
        signer_handle: app.new_id()?,
        fields: fields
            .iter()
            .map(|field| Ok(field.to_octets()?.as_bytes().to_vec()))
            .collect::<Result<_, pki_core::enrolment::EnrolmentError>>()?,
    })
}

/// Record, approvals and the passkey that was made: what an officer confirms, or the registry signs at once.
pub(crate) fn statement_tbs(
    recorded: &Recorded,
    approvals: Vec<Approval>,
    made: &Made,
    binding: Binding,
    now: Instant,
) -> Result<StatementTbs, Fault> {
    Ok(StatementTbs {
        version: 1,
        record: recorded.record.clone(),
        approvals,
        credential_id: OctetString::new(made.credential_id.clone())
            .map_err(|_| Fault::Missing("a credential id"))?,
        public_key: made.public_key.info()?,
        flags: made.flags,
        binding,
        created: now.generalized(),
    })
}

/// The grants of the officers whom a statement names.
pub(crate) async fn grants(app: &App, statement: &Statement) -> Result<Vec<OfficerGrant>, Fault> {
    let mut grants = Vec::new();
    for officer in statement.officers_named() {
        let row = app.store.officer(&officer).await?.ok_or(Fault::Missing("an officer"))?;
        grants.push(row.grant);
    }
    Ok(grants)
}

/// Signs a statement and checks it from the root, as every reader will.
pub(crate) async fn state(
    app: &App,
    tbs: StatementTbs,
    confirmations: Vec<Approval>,
) -> Result<CheckedStatement, Fault> {
    let statement = sign_statement(tbs, confirmations, &*app.registry)?;
    let officers = grants(app, &statement).await?;
    Ok(check_statement(&statement, &officers, app.trust.charter())?)
}

/// A newly enrolled person, ready to be written.
pub(crate) struct Newcomer<'a> {
    pub(crate) case_number: &'a str,
    pub(crate) recorded: &'a Recorded,
    /// salt32 || DER(Field) each.
    pub(crate) fields: Vec<Vec<u8>>,
    pub(crate) statement: &'a CheckedStatement,
}

/// The plan that enrols: the person, the log leaf, and an event for each house with that house's handle.
pub(crate) fn enrol(app: &App, newcomer: Newcomer<'_>, now: Instant) -> Result<Plan, Fault> {
    let (recorded, checked) = (newcomer.recorded, newcomer.statement);
    let statement = checked.statement();
    let der = write(statement);
    let person = PersonRow {
        statement: *checked.hash(),
        case_number: newcomer.case_number.to_owned(),
        signed: statement.clone(),
        credential_id: checked.credential_id().to_vec(),
        public_key: checked.public_key().clone(),
        idp_handle: recorded.idp_handle,
        signer_handle: recorded.signer_handle,
        status: Status::Active,
        status_at: now,
        enrolled_at: now,
    };
    let disclosed = newcomer
        .fields
        .into_iter()
        .map(|field| OctetString::new(field).map_err(|_| Fault::Missing("a field")))
        .collect::<Result<_, _>>()?;
    let for_idp = Event::Enrolled(Enrolled {
        handle: recorded.idp_handle,
        statement: statement.clone(),
        disclosed,
        signer_handle: Some(recorded.signer_handle),
    });
    let for_signer = Event::Enrolled(Enrolled {
        handle: recorded.signer_handle,
        statement: statement.clone(),
        disclosed: Vec::new(),
        signer_handle: None,
    });
    Ok(people::insert(&person)
        .then(leaves::add(LeafKind::Enrolment, now, &random_hash(&*app.random)?, &der))
        .then(feed::queue(Audience::Idp, &for_idp))
        .then(feed::queue(Audience::Signer, &for_signer)))
}
