//! The officer's side of an enrolment: one open case at a time, thirty minutes, one question after the other, the
//! officer's passkey over the record and later over the person's key.

use pki_core::assertion::{self, AssertionError};
use pki_core::bytes::{Hash, write};
use pki_core::enrolment::{Approval, SlipCode, tag};
use pki_core::key::{Random, RandomError, random_array};
use pki_core::time::Instant;

use super::names::{self, NamesError};
use super::registry::{self, Newcomer};
use super::{App, Fault};
use crate::store::cases::{self, Arrived, At, CaseRow, Identity, Name, NewRecord, Recorded, Stage};
use crate::store::officers::OfficerRow;

/// A case is open for half an hour: long enough for a careful desk, short enough that no slip lies about.
pub(crate) const CASE_SECONDS_MAX: i64 = 30 * 60;

/// Why a step at the desk did not happen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DeskError {
    /// No such case, or another officer's.
    #[error("this officer has no such case")]
    NoCase,
    /// The case ran out of time or is over.
    #[error("the case is over")]
    Over,
    /// The officer has a case in hand.
    #[error("case {0} is still open")]
    StillOpen(String),
    /// The case is not where this step begins; somebody took the step before, or left one out.
    #[error("the case is at another step")]
    OtherStep,
    /// An answer is missing.
    #[error("the question \"{0}\" is not answered")]
    Unanswered(&'static str),
    /// The names are not a record.
    #[error(transparent)]
    Names(#[from] NamesError),
    /// The officer's passkey did not approve this.
    #[error("the approval is not good")]
    Approval(#[from] AssertionError),
    /// The person's passkey is enrolled already.
    #[error("this passkey is enrolled already")]
    PasskeyInUse,
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<crate::store::StoreError> for DeskError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// `K26-XXXX-XXXX`: said aloud at a desk or on the phone, and not a secret.
pub(crate) fn case_number(random: &dyn Random, now: Instant) -> Result<String, RandomError> {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let year = now.generalized().to_date_time().year() % 100;
    let letters: String = random_array::<8>(random)?
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(byte & 31)))
        .map(|letter| char::from(*letter))
        .collect();
    let (first, second) = letters.split_at(4);
    Ok(format!("K{year:02}-{first}-{second}"))
}

/// A case number as a person says it: either case, O for 0, I and L for 1, spaces for hyphens.
pub(crate) fn heard_case_number(text: &str) -> Option<String> {
    let heard: String = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(12)
        .map(|letter| match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    let rest = heard.strip_prefix('K').filter(|rest| rest.len() == 10)?;
    Some(format!("K{}-{}-{}", rest.get(..2)?, rest.get(2..6)?, rest.get(6..)?))
}

/// The officer's own case that is still in time. Reads are advisory: each step's plan repeats the condition.
pub(crate) async fn own_case(app: &App, officer: &OfficerRow, number: &str) -> Result<CaseRow, DeskError> {
    let case = app.store.case(number).await?.ok_or(DeskError::NoCase)?;
    if case.officer != officer.officer {
        return Err(DeskError::NoCase);
    }
    match case.stage {
        Stage::Closed => Err(DeskError::Over),
        Stage::Enrolled => Ok(case),
        _ if case.expires_at <= app.now() => Err(DeskError::Over),
        _ => Ok(case),
    }
}

/// The case that the officer has in hand.
pub(crate) async fn open_case(app: &App, officer: &OfficerRow) -> Result<Option<String>, Fault> {
    Ok(app.store.open_case(&officer.officer, app.now()).await?)
}

/// Opens a case for the next person.
pub(crate) async fn open(app: &App, officer: &OfficerRow) -> Result<String, DeskError> {
    let now = app.now();
    let number = case_number(&*app.random, now).map_err(Fault::from)?;
    let at = At { number: &number, officer: &officer.officer, now };
    match app.store.apply(cases::open(at, now.plus_seconds(CASE_SECONDS_MAX))).await {
        Ok(_) => Ok(number),
        Err(error) if error.exists("case.open") => match open_case(app, officer).await? {
            Some(open) => Err(DeskError::StillOpen(open)),
            None => Err(Fault::from(error).into()),
        },
        Err(error) => Err(error.into()),
    }
}

/// Applies a step whose first write is conditional on officer, state and time.
async fn step(app: &App, plan: service::db::Plan, condition: &str) -> Result<(), DeskError> {
    match app.store.apply(plan).await {
        Ok(_) => Ok(()),
        Err(error) if error.lost(condition) => Err(DeskError::OtherStep),
        Err(error) => Err(error.into()),
    }
}

/// Records all names anew.
pub(crate) async fn answer_names(
    app: &App,
    officer: &OfficerRow,
    number: &str,
    names: &[Name],
) -> Result<(), DeskError> {
    names::certified_name(names)?;
    names::fields(names, "1900-01-01")?;
    let at = At { number, officer: &officer.officer, now: app.now() };
    step(app, cases::answer_names(at, names), "case.answer").await
}

/// Records the birth date.
pub(crate) async fn answer_birth_date(
    app: &App,
    officer: &OfficerRow,
    number: &str,
    date: &str,
) -> Result<(), DeskError> {
    let at = At { number, officer: &officer.officer, now: app.now() };
    step(app, cases::answer_birth_date(at, date), "case.answer").await
}

/// Records how the officer made sure who stands there.
pub(crate) async fn answer_identity(
    app: &App,
    officer: &OfficerRow,
    number: &str,
    identity: &Identity,
) -> Result<(), DeskError> {
    let at = At { number, officer: &officer.officer, now: app.now() };
    step(app, cases::answer_identity(at, identity), "case.answer").await
}

/// Makes the record of the answers; what is approved next is exactly this.
pub(crate) async fn make_record(app: &App, officer: &OfficerRow, number: &str) -> Result<(), DeskError> {
    let now = app.now();
    let case = own_case(app, officer, number).await?;
    match case.stage {
        Stage::Open => {}
        Stage::Recorded(_) => return Ok(()),
        _ => return Err(DeskError::OtherStep),
    }
    let birth_date = case.answers.birth_date.as_deref().ok_or(DeskError::Unanswered("birth date"))?;
    if case.answers.identity.is_none() {
        return Err(DeskError::Unanswered("identity"));
    }
    let name = names::certified_name(&case.answers.names)?;
    let fields = names::fields(&case.answers.names, birth_date)?;
    let draft = registry::draft(app, name, fields, now)?;
    let new = NewRecord {
        der: &draft.der,
        slip: &draft.slip,
        idp_handle: &draft.idp_handle,
        signer_handle: &draft.signer_handle,
        fields: &draft.fields,
    };
    let at = At { number, officer: &officer.officer, now };
    step(app, cases::record(at, &new), "case.record").await
}

/// What the officer's passkey must answer to approve a record.
pub(crate) fn record_challenge(recorded: &Recorded) -> Hash {
    assertion::challenge(tag::APPROVE, &recorded.der)
}

/// The officer's passkey approves the record; from now on the slip works.
pub(crate) async fn approve(
    app: &App,
    officer: &OfficerRow,
    number: &str,
    credential: &str,
) -> Result<(), DeskError> {
    let Stage::Recorded(recorded) = own_case(app, officer, number).await?.stage else {
        return Err(DeskError::OtherStep);
    };
    let approval = app.approval(officer, &record_challenge(&recorded), credential)?;
    let at = At { number, officer: &officer.officer, now: app.now() };
    step(app, cases::approve(at, &recorded.der, &write(&approval)), "case.approve").await
}

/// The code on the slip of an approved record.
pub(crate) fn slip_code(app: &App, recorded: &Recorded) -> Result<SlipCode, Fault> {
    Ok(app.slips.of(&recorded.record.record_id)?)
}

/// What the officer's passkey must answer to confirm the person's passkey.
pub(crate) fn bind_challenge(arrived: &Arrived) -> Hash {
    assertion::challenge(tag::BIND, &arrived.der)
}

/// The officer confirms the passkey that the person made; the registry signs, and the person is enrolled.
pub(crate) async fn confirm(
    app: &App,
    officer: &OfficerRow,
    number: &str,
    credential: &str,
) -> Result<(), DeskError> {
    let now = app.now();
    let Stage::Arrived(arrived) = own_case(app, officer, number).await?.stage else {
        return Err(DeskError::OtherStep);
    };
    let confirmation: Approval = app.approval(officer, &bind_challenge(&arrived), credential)?;
    let statement = registry::state(app, arrived.tbs.clone(), vec![confirmation]).await?;
    let newcomer = Newcomer {
        case_number: number,
        recorded: &arrived.approved.recorded,
        fields: app.store.case_fields(number).await?,
        statement: &statement,
    };
    let at = At { number, officer: &officer.officer, now };
    let plan = cases::confirm(at, &arrived.der).then(registry::enrol(app, newcomer, now)?);
    match app.store.apply(plan).await {
        Ok(_) => {
            app.bell.strike();
            Ok(())
        }
        Err(error) if error.lost("case.confirm") => Err(DeskError::OtherStep),
        Err(error) if error.exists("person.insert") => Err(DeskError::PasskeyInUse),
        Err(error) => Err(error.into()),
    }
}

/// Ends a case without an enrolment and deletes what was typed.
pub(crate) async fn close(app: &App, officer: &OfficerRow, number: &str) -> Result<(), DeskError> {
    let at = At { number, officer: &officer.officer, now: app.now() };
    step(app, cases::close(at), "case.close").await
}

#[cfg(test)]
mod tests {
    use super::*;
    use pki_core::key::SystemRandom;

    /// A case number survives the telephone, and half of one is none.
    #[test]
    fn a_case_number_is_heard_as_it_was_meant() {
        let now = Instant::from_seconds(1_795_500_000);
        let number = case_number(&SystemRandom::new(), now).unwrap_or_default();
        assert_eq!(heard_case_number(&number).as_ref(), Some(&number));
        assert_eq!(heard_case_number(&number.to_lowercase().replace('-', " ")), Some(number));
        assert_eq!(heard_case_number("k26 oil0 abcd").as_deref(), Some("K26-0110-ABCD"));
        assert_eq!(heard_case_number("K26-0110-ABC"), None);
        assert_eq!(heard_case_number("R26-0110-ABCD"), None);
    }
}
