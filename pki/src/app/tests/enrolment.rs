//! One enrolment from the first question to both feeds, and the nearest rejects of each step.

use super::*;
use crate::app::desk::DeskError;
use crate::app::person::{Progress, SlipError};
use crate::app::status::{self, StatusError};
use pki_core::assertion::AssertionError;
use pki_core::bytes::write;
use pki_core::enrolment::Binding;
use pki_core::feed::Status;

/// The person makes a passkey with the slip; gives the passkey.
async fn arrive(world: &World, slip: &SlipCode, seed: u64) -> Authenticator {
    let mut passkey = Authenticator::new(seed);
    let invitation = person::invite(&world.app, slip).await.unwrap();
    let made = passkey.make(&invitation.ceremony.options, ORIGIN);
    person::accept(&world.app, slip, &invitation.ceremony.sealed, &made).await.unwrap();
    passkey
}

async fn confirm(
    world: &World,
    officer: &OfficerRow,
    number: &str,
    passkey: &Authenticator,
) -> Result<(), DeskError> {
    let Stage::Arrived(arrived) = world.stage(number).await else { return Err(DeskError::OtherStep) };
    let options = world.app.approval_options(officer, &desk::bind_challenge(&arrived));
    desk::confirm(&world.app, officer, number, &passkey.answer(&options, ORIGIN)).await
}

/// At the desk: the officer approves, the person makes a passkey, the officer confirms it; both houses believe it from
/// the root alone, the idp with the names, the signer without any.
#[tokio::test]
async fn a_person_is_enrolled_at_the_desk() {
    let world = World::new().await;
    let (officer, officers_key) = world.officer().await;
    let (number, slip) = world.approved_case(&officer, &officers_key).await;
    let invitation = person::invite(&world.app, &slip).await.unwrap();
    let shown: Vec<&str> = invitation.names.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(shown, ["Amina El Haddad", "أمينة"]);
    let passkey = arrive(&world, &slip, 41).await;
    let waiting = person::progress(&world.app, &slip).await.unwrap();
    let fingerprint = person::fingerprint(passkey.key.public_key().spki());
    assert_eq!(waiting, Progress::Waiting { fingerprint });
    assert!(
        world.app.store.person_of_case(&number).await.unwrap().is_none(),
        "not before the officer confirms"
    );
    confirm(&world, &officer, &number, &officers_key).await.unwrap();
    assert_eq!(person::progress(&world.app, &slip).await, Ok(Progress::Enrolled));

    let idp = world.hears(Audience::Idp).await;
    let Some(News::Enrolled(newcomer)) = idp.last() else { unreachable!("{idp:?}") };
    let tbs = &newcomer.statement.statement().tbs;
    assert_eq!(tbs.binding, Binding::Desk);
    assert_eq!(tbs.record.certified_name.common, "Amina El Haddad");
    assert_eq!(newcomer.disclosed.len(), 4, "three name parts and the birth date");
    assert_eq!(newcomer.handle, invitation_handle(&passkey), "user.id is the handle at the idp");
    let signer = world.hears(Audience::Signer).await;
    let Some(News::Enrolled(same)) = signer.last() else { unreachable!("{signer:?}") };
    assert!(same.disclosed.is_empty() && Some(same.handle) == newcomer.signer_handle);
    assert_ne!(same.handle, newcomer.handle);
}

fn invitation_handle(passkey: &Authenticator) -> pki_core::bytes::Id {
    let answer: serde_json::Value =
        serde_json::from_str(&passkey.answer(r#"{"publicKey":{"challenge":""}}"#, ORIGIN)).unwrap();
    use base64::Engine as _;
    let handle = answer.pointer("/response/userHandle").and_then(serde_json::Value::as_str).unwrap();
    let handle = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(handle).unwrap();
    pki_core::bytes::Id::from_slice(&handle).unwrap()
}

/// A slip works once: the second passkey is refused, also when both pages were open at the same time.
#[tokio::test]
async fn a_slip_code_used_twice_is_refused() {
    let world = World::new().await;
    let (officer, officers_key) = world.officer().await;
    let (number, slip) = world.approved_case(&officer, &officers_key).await;
    let second = person::invite(&world.app, &slip).await.unwrap();
    arrive(&world, &slip, 41).await;
    assert_eq!(person::invite(&world.app, &slip).await.err(), Some(SlipError::Used));
    let made = Authenticator::new(42).make(&second.ceremony.options, ORIGIN);
    let refused = person::accept(&world.app, &slip, &second.ceremony.sealed, &made).await;
    assert_eq!(refused, Err(SlipError::Used));
    confirm(&world, &officer, &number, &officers_key).await.unwrap();
    assert_eq!(person::invite(&world.app, &slip).await.err(), Some(SlipError::Used));

    let sandbox = world.sandbox_slip("Mira").await;
    arrive(&world, &sandbox, 43).await;
    assert_eq!(person::invite(&world.app, &sandbox).await.err(), Some(SlipError::Used));
}

/// Fifty people with one slip: exactly one passkey is taken.
#[tokio::test]
async fn of_many_with_one_slip_exactly_one_wins() {
    let world = World::new().await;
    let slip = world.sandbox_slip("Mira").await;
    let mut pages = Vec::new();
    for seed in 100..150 {
        let invitation = person::invite(&world.app, &slip).await.unwrap();
        let made = Authenticator::new(seed).make(&invitation.ceremony.options, ORIGIN);
        pages.push((invitation.ceremony.sealed, made));
    }
    let mut tries = Vec::new();
    for (sealed, made) in pages {
        let (app, slip) = (Arc::clone(&world.app), slip.clone());
        tries.push(tokio::spawn(async move { person::accept(&app, &slip, &sealed, &made).await }));
    }
    let mut won = 0;
    for one in tries {
        match one.await.unwrap() {
            Ok(()) => won += 1,
            Err(error) => assert_eq!(error, SlipError::Used),
        }
    }
    assert_eq!(won, 1);
}

/// Before the officer's passkey has approved the record, the slip does nothing.
#[tokio::test]
async fn no_approval_no_passkey() {
    let world = World::new().await;
    let (officer, _) = world.officer().await;
    let number = world.recorded_case(&officer).await;
    let Stage::Recorded(recorded) = world.stage(&number).await else { unreachable!("it was recorded") };
    let slip = desk::slip_code(&world.app, &recorded).unwrap();
    assert_eq!(person::invite(&world.app, &slip).await.err(), Some(SlipError::NotApproved));
    let unknown = SlipCode::parse("0000-0000-0000-0000").unwrap();
    assert_eq!(person::invite(&world.app, &unknown).await.err(), Some(SlipError::Unknown));
}

/// A stranger's passkey approves nothing, nor does the officer's own over another record, on another site, or without
/// user verification.
#[tokio::test]
async fn an_approval_by_a_stranger_is_refused() {
    let world = World::new().await;
    let (officer, officers_key) = world.officer().await;
    let (stranger, _) = world.sandbox_person("Mira").await;
    let number = world.recorded_case(&officer).await;
    let Stage::Recorded(recorded) = world.stage(&number).await else { unreachable!("it was recorded") };
    let challenge = desk::record_challenge(&recorded);
    let options = world.app.approval_options(&officer, &challenge);
    let other = world.app.approval_options(&officer, &pki_core::key::sha256(b"another record"));
    let silent = Authenticator { flags: 0x01, ..Authenticator::new(21) };
    let cases = [
        (stranger.answer(&options, ORIGIN), AssertionError::OtherCredential),
        (officers_key.answer(&other, ORIGIN), AssertionError::OtherChallenge),
        (officers_key.answer(&options, SIGNING_ORIGIN), AssertionError::OtherOrigin),
        (silent.answer(&options, ORIGIN), AssertionError::NotVerified),
    ];
    for (answer, why) in cases {
        let refused = desk::approve(&world.app, &officer, &number, &answer).await;
        assert_eq!(refused, Err(DeskError::Approval(why)));
    }
    assert!(matches!(world.stage(&number).await, Stage::Recorded(_)), "nothing was approved");
    let good = officers_key.answer(&options, ORIGIN);
    assert_eq!(desk::approve(&world.app, &officer, &number, &good).await, Ok(()));
    assert_eq!(desk::approve(&world.app, &officer, &number, &good).await, Err(DeskError::OtherStep));
}

/// An officer out of date is believed by nobody: the registry does not sign what such an officer approved.
#[tokio::test]
async fn an_approval_by_an_officer_out_of_date_is_refused() {
    let world = World::new().await;
    let (officer, officers_key) = world.officer().await;
    world.clock.set(officer.not_after.plus_seconds(1));
    let (number, slip) = world.approved_case(&officer, &officers_key).await;
    arrive(&world, &slip, 41).await;
    let refused = confirm(&world, &officer, &number, &officers_key).await;
    let expected = crate::app::Fault::Made(pki_core::enrolment::EnrolmentError::ApproverOutOfDate);
    assert_eq!(refused, Err(DeskError::Fault(expected)));
    assert!(world.app.store.person_of_case(&number).await.unwrap().is_none());
}

/// Another officer cannot touch the case; the officer's second case waits until the first is over.
#[tokio::test]
async fn a_case_belongs_to_one_officer_who_has_one() {
    let world = World::new().await;
    let (officer, _) = world.officer().await;
    let number = desk::open(&world.app, &officer).await.unwrap();
    let second = desk::open(&world.app, &officer).await;
    assert_eq!(second, Err(DeskError::StillOpen(number.clone())));
    let mut other = officer.clone();
    other.officer = pki_core::key::sha256(b"another officer");
    assert_eq!(desk::own_case(&world.app, &other, &number).await.err(), Some(DeskError::NoCase));
    let refused = desk::answer_birth_date(&world.app, &other, &number, "1990-01-01").await;
    assert_eq!(refused, Err(DeskError::OtherStep));
    desk::close(&world.app, &officer, &number).await.unwrap();
    assert_eq!(desk::own_case(&world.app, &officer, &number).await.err(), Some(DeskError::Over));
    assert!(desk::open(&world.app, &officer).await.is_ok());
}

/// After thirty minutes the slip is dead, the officer's passkey confirms nothing, and what was typed is deleted.
#[tokio::test]
async fn a_case_lives_for_thirty_minutes() {
    let world = World::new().await;
    let (officer, officers_key) = world.officer().await;
    let (number, slip) = world.approved_case(&officer, &officers_key).await;
    world.clock.advance(desk::CASE_SECONDS_MAX - 1);
    assert!(person::invite(&world.app, &slip).await.is_ok());
    world.clock.advance(1);
    assert_eq!(person::invite(&world.app, &slip).await.err(), Some(SlipError::Expired));
    assert_eq!(confirm(&world, &officer, &number, &officers_key).await, Err(DeskError::OtherStep));
    world.app.store.apply(crate::store::cases::sweep(world.app.now())).await.unwrap();
    let case = world.app.store.case(&number).await.unwrap().unwrap();
    assert_eq!((case.stage, case.answers), (Stage::Closed, crate::store::cases::Answers::default()));
    assert!(world.app.store.case_fields(&number).await.unwrap().is_empty());
    assert!(desk::open(&world.app, &officer).await.is_ok());
}

/// An answer that changes takes the record and its slip with it.
#[tokio::test]
async fn a_changed_answer_makes_a_new_record() {
    let world = World::new().await;
    let (officer, officers_key) = world.officer().await;
    let number = world.recorded_case(&officer).await;
    let Stage::Recorded(before) = world.stage(&number).await else { unreachable!("it was recorded") };
    let options = world.app.approval_options(&officer, &desk::record_challenge(&before));
    desk::answer_birth_date(&world.app, &officer, &number, "1991-03-04").await.unwrap();
    let early = desk::approve(&world.app, &officer, &number, &officers_key.answer(&options, ORIGIN)).await;
    assert_eq!(early, Err(DeskError::OtherStep));
    desk::make_record(&world.app, &officer, &number).await.unwrap();
    let stale = desk::approve(&world.app, &officer, &number, &officers_key.answer(&options, ORIGIN)).await;
    assert_eq!(stale, Err(DeskError::Approval(AssertionError::OtherChallenge)));
}

/// A passkey stands for one person: the same one with a second slip enrols nobody.
#[tokio::test]
async fn a_passkey_is_one_persons() {
    let world = World::new().await;
    let (mira, jonas) = (world.sandbox_slip("Mira").await, world.sandbox_slip("Jonas").await);
    arrive(&world, &mira, 41).await;
    let invitation = person::invite(&world.app, &jonas).await.unwrap();
    let made = Authenticator::new(41).make(&invitation.ceremony.options, ORIGIN);
    let refused = person::accept(&world.app, &jonas, &invitation.ceremony.sealed, &made).await;
    assert_eq!(refused, Err(SlipError::PasskeyInUse));
    assert!(person::invite(&world.app, &jonas).await.is_ok(), "the slip still works");
}

/// By case number an officer stops an identity and lets it go on; both houses hear it, and each order works once.
#[tokio::test]
async fn an_identity_is_stopped_and_goes_on() {
    let world = World::new().await;
    let (officer, officers_key) = world.officer().await;
    let (_, statement) = world.sandbox_person("Jonas").await;
    let number = world.app.store.person(&statement).await.unwrap().unwrap().case_number;
    let nothing = status::make(&world.app, &officer, &number, Status::Active).await;
    assert_eq!(nothing, Err(StatusError::OtherStatus), "who is active cannot be let go on");
    let id = status::make(&world.app, &officer, &number, Status::Suspended).await.unwrap();
    let order = status::pending(&world.app, &officer, &id).await.unwrap();
    let options = world.app.approval_options(&officer, &status::challenge(&order));
    let stranger = Authenticator::new(77).answer(&options, ORIGIN);
    let refused = status::apply(&world.app, &officer, &id, &stranger).await;
    assert_eq!(refused, Err(StatusError::Approval(AssertionError::OtherCredential)));
    let answer = officers_key.answer(&options, ORIGIN);
    assert_eq!(status::apply(&world.app, &officer, &id, &answer).await, Ok(number.clone()));
    assert_eq!(status::apply(&world.app, &officer, &id, &answer).await, Err(StatusError::Over));
    for audience in [Audience::Idp, Audience::Signer] {
        let news = world.hears(audience).await;
        let Some(News::Status(change)) = news.last() else { unreachable!("{news:?}") };
        assert_eq!((change.order().statement, change.order().status), (statement, Status::Suspended));
    }
    let back = status::make(&world.app, &officer, &number, Status::Active).await.unwrap();
    let order = status::pending(&world.app, &officer, &back).await.unwrap();
    let options = world.app.approval_options(&officer, &status::challenge(&order));
    status::apply(&world.app, &officer, &back, &officers_key.answer(&options, ORIGIN)).await.unwrap();
    assert_eq!(status::person(&world.app, &number).await.unwrap().status, Status::Active);
}

/// An order that waits for ten minutes is void.
#[tokio::test]
async fn an_order_is_fresh() {
    let world = World::new().await;
    let (officer, officers_key) = world.officer().await;
    let (_, statement) = world.sandbox_person("Jonas").await;
    let number = world.app.store.person(&statement).await.unwrap().unwrap().case_number;
    let id = status::make(&world.app, &officer, &number, Status::Suspended).await.unwrap();
    let order = status::pending(&world.app, &officer, &id).await.unwrap();
    let options = world.app.approval_options(&officer, &status::challenge(&order));
    world.clock.advance(600);
    let late = status::apply(&world.app, &officer, &id, &officers_key.answer(&options, ORIGIN)).await;
    assert_eq!(late, Err(StatusError::Over));
    assert_eq!(status::person(&world.app, &number).await.unwrap().status, Status::Active);
}

/// Links of the cast stay the same while they work, are renewed when they ran out, and stay told when used.
#[tokio::test]
async fn links_of_a_sandbox_are_renewed_only_when_they_ran_out() {
    let world = World::new().await;
    let offers = |world: &World| {
        let app = Arc::clone(&world.app);
        async move { sandbox::offer(&app, &sandbox::cast()).await.unwrap() }
    };
    let first = offers(&world).await;
    assert_eq!(
        first.iter().map(|offer| offer.role).collect::<Vec<_>>(),
        ["officer", "person", "person", "person"]
    );
    assert_eq!(offers(&world).await, first);
    world.sandbox_person("Mira").await;
    world.clock.advance(14 * 24 * 3600);
    let later = offers(&world).await;
    for (before, after) in first.iter().zip(&later) {
        let mira = before.name.starts_with("Mira");
        assert_eq!((before.url == after.url, after.used), (mira, mira), "{}", after.name);
    }
    assert!(world.app.store.case_by_slip(&code(&first.last().unwrap().url).hash()).await.unwrap().is_some());
}

/// What stands in the log: a leaf for each officer and each enrolment, in their transactions.
#[tokio::test]
async fn every_enrolment_and_officer_leaves_its_leaf() {
    let world = World::new().await;
    world.officer().await;
    let before = world.app.store.leaves().await.unwrap();
    world.sandbox_person("Mira").await;
    let after = world.app.store.leaves().await.unwrap();
    assert_eq!((before.len(), after.len()), (2, 3));
    let person = world.app.store.person_of_case(&case_of(&world, "Mira").await).await.unwrap().unwrap();
    let (leaf, salt) = after.iter().find(|leaf| !before.contains(leaf)).unwrap();
    let expected = pki_core::log::Leaf::of(
        pki_core::log::LeafKind::Enrolment,
        world.app.now(),
        salt,
        &write(&person.signed),
    );
    assert_eq!(*leaf, expected);
}

async fn case_of(world: &World, name: &str) -> String {
    let slip = world.sandbox_slip(name).await;
    world.app.store.case_by_slip(&slip.hash()).await.unwrap().unwrap().number
}
