//! The person's side of an enrolment: a slip opens the page, the passkey that is made there uses the slip up.
//!
//! Looking at a slip changes nothing. What a slip shows is the name that it is for; a slip that was used shows nothing.

use pki_core::bytes::{Hash, write};
use pki_core::enrolment::{Binding, Disclosed, FieldPart, SlipCode};
use pki_core::key::sha256;
use pki_core::time::Instant;

use super::names::Writing;
use super::passkey::{Made, PasskeyError};
use super::registry::{self, Newcomer};
use super::{App, Ceremony, Fault};
use crate::store::cases::{self, Approved, CaseBinding, CaseRow, Name, Stage};

/// A slip as its page shows it.
pub(crate) struct Invitation {
    pub(crate) case_number: String,
    /// Names as they are written, each with its script.
    pub(crate) names: Vec<(String, String)>,
    /// How a page may greet the person, each with its script: the name that they bear now, in its writings.
    pub(crate) called: Vec<(String, String)>,
    pub(crate) binding: CaseBinding,
    pub(crate) ceremony: Ceremony,
}

/// Why a slip or a passkey was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SlipError {
    /// No slip has this code.
    #[error("no slip has this code")]
    Unknown,
    /// It made a passkey before.
    #[error("this slip has been used")]
    Used,
    /// Its time is over, or its case was closed.
    #[error("this slip has run out of time")]
    Expired,
    /// No officer has approved it.
    #[error("no officer has approved this slip")]
    NotApproved,
    /// The page stood open too long, or its state was changed.
    #[error("the page is out of date")]
    PageOutOfDate,
    /// This passkey is somebody's already.
    #[error("this passkey is enrolled already")]
    PasskeyInUse,
    /// The passkey's answer was not accepted.
    #[error(transparent)]
    Passkey(PasskeyError),
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<crate::store::StoreError> for SlipError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// How far a passkey that was made with a slip has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// The officer must confirm it; both screens show the same fingerprint.
    Waiting {
        /// Groups of four hexadecimal characters.
        fingerprint: String,
    },
    /// The person is enrolled.
    Enrolled,
}

fn purpose(slip: &Hash) -> Vec<u8> {
    [b"person-passkey/1".as_slice(), slip.as_bytes()].concat()
}

/// What two screens at a desk compare: the first 64 bits of the key's hash, in groups of four.
pub(crate) fn fingerprint(spki: &[u8]) -> String {
    let hex = sha256(spki).hex();
    let groups: Vec<&str> = (0..4).filter_map(|group| hex.get(4 * group..4 * group + 4)).collect();
    groups.join(" ")
}

async fn usable(app: &App, slip: &Hash, now: Instant) -> Result<(CaseRow, Approved), SlipError> {
    let case = app.store.case_by_slip(slip).await?.ok_or(SlipError::Unknown)?;
    let approved = match &case.stage {
        Stage::Approved(approved) => approved.clone(),
        Stage::Open | Stage::Recorded(_) => return Err(SlipError::NotApproved),
        Stage::Arrived(_) | Stage::Enrolled => return Err(SlipError::Used),
        Stage::Closed => return Err(SlipError::Expired),
    };
    if case.expires_at <= now { Err(SlipError::Expired) } else { Ok((case, approved)) }
}

/// Shows a slip and begins the making of a passkey; nothing is written.
pub(crate) async fn invite(app: &App, code: &SlipCode) -> Result<Invitation, SlipError> {
    let (now, slip) = (app.now(), code.hash());
    let (case, approved) = usable(app, &slip, now).await?;
    let parts = name_parts(&app.store.case_fields(&case.number).await?);
    let writings = super::names::writings(&parts);
    let shown = |writing: &Writing<'_>| (writing.script.to_owned(), writing.full());
    let called = |writing: &Writing<'_>| (writing.script.to_owned(), writing.called());
    let label = approved.recorded.record.certified_name.common.as_str();
    // `user.id` is the person's handle at the idp (formats.md §1): the login finds the person by it.
    let begun =
        app.relying_party.begin_making(approved.recorded.idp_handle, label).map_err(Fault::Ceremony)?;
    let ceremony = app.seal(&purpose(&slip), begun, now)?;
    Ok(Invitation {
        case_number: case.number,
        names: writings.iter().map(shown).collect(),
        called: writings.iter().filter(|one| one.is_borne()).map(called).collect(),
        binding: case.binding,
        ceremony,
    })
}

/// Takes the passkey that the person made; the slip is used up.
pub(crate) async fn accept(
    app: &App,
    code: &SlipCode,
    sealed: &[u8],
    credential: &str,
) -> Result<(), SlipError> {
    let (now, slip) = (app.now(), code.hash());
    let (case, approved) = usable(app, &slip, now).await?;
    let state = app.open(&purpose(&slip), sealed, now).ok_or(SlipError::PageOutOfDate)?;
    let made = app.relying_party.finish_making(credential, &state).map_err(SlipError::Passkey)?;
    let plan = match case.binding {
        CaseBinding::Desk => arrive(&slip, &approved, &made, now)?,
        CaseBinding::Slip => bind(app, &case, &approved, &made, now).await?,
    };
    match app.store.apply(plan).await {
        Ok(_) => {
            app.bell.strike();
            Ok(())
        }
        Err(error) if error.lost("case.arrive") || error.lost("case.bind") => Err(SlipError::Used),
        Err(error) if error.exists("person.insert") => Err(SlipError::PasskeyInUse),
        Err(error) => Err(error.into()),
    }
}

fn arrive(slip: &Hash, approved: &Approved, made: &Made, now: Instant) -> Result<service::db::Plan, Fault> {
    let approvals = vec![approved.approval.clone()];
    let tbs = registry::statement_tbs(&approved.recorded, approvals, made, Binding::Desk, now)?;
    Ok(cases::arrive(slip, now, &write(&tbs), &made.attestation))
}

async fn bind(
    app: &App,
    case: &CaseRow,
    approved: &Approved,
    made: &Made,
    now: Instant,
) -> Result<service::db::Plan, Fault> {
    let approvals = vec![approved.approval.clone()];
    let tbs = registry::statement_tbs(&approved.recorded, approvals, made, Binding::Slip, now)?;
    let slip = tbs.record.slip;
    let statement = registry::state(app, tbs, Vec::new()).await?;
    let newcomer = Newcomer {
        case_number: &case.number,
        recorded: &approved.recorded,
        fields: app.store.case_fields(&case.number).await?,
        statement: &statement,
    };
    Ok(cases::bind_by_slip(&slip, now, &made.attestation).then(registry::enrol(app, newcomer, now)?))
}

/// How far a used slip has come: for the page that the person keeps open at the desk.
pub(crate) async fn progress(app: &App, code: &SlipCode) -> Result<Progress, SlipError> {
    let case = app.store.case_by_slip(&code.hash()).await?.ok_or(SlipError::Unknown)?;
    match case.stage {
        Stage::Enrolled => Ok(Progress::Enrolled),
        Stage::Arrived(arrived) if case.expires_at > app.now() => {
            Ok(Progress::Waiting { fingerprint: fingerprint(&write(&arrived.tbs.public_key)) })
        }
        Stage::Arrived(_) | Stage::Closed => Err(SlipError::Expired),
        Stage::Open | Stage::Recorded(_) | Stage::Approved(_) => Err(SlipError::NotApproved),
    }
}

/// Names out of disclosed fields, part by part.
fn name_parts(disclosed: &[Vec<u8>]) -> Vec<Name> {
    disclosed
        .iter()
        .filter_map(|octets| Disclosed::from_octets(octets).ok())
        .filter(|one| matches!(one.field.part, FieldPart::Family | FieldPart::Given | FieldPart::Single))
        .map(|one| Name {
            part: one.field.part,
            kind: one.field.kind,
            script: one.field.script.as_str().to_owned(),
            value: one.field.value,
        })
        .collect()
}
