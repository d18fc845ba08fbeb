//! Officers: the link, the grant, the session, and who is no officer.

use super::*;
use crate::app::officer::OnboardError;
use crate::app::passkey::PasskeyError;
use crate::app::session::SignInError;

/// An officer opens the link, makes a passkey, and is in both feeds with a registrar's approval; then signs in.
#[tokio::test]
async fn an_officer_gets_into_office_and_signs_in() {
    let world = World::new().await;
    let (officer, passkey) = world.officer().await;
    assert_eq!(officer.desk, "Desk 3, Harbour Street");
    for audience in [Audience::Idp, Audience::Signer] {
        let news = world.hears(audience).await;
        let named = news.iter().filter(|news| matches!(news, News::Officer(..))).count();
        assert_eq!(named, 2, "the software officer and this one");
    }
    let secret = signed_in(&world, &passkey).await.unwrap();
    let session = session::resume(&world.app, &secret).await.unwrap().unwrap();
    assert_eq!(session.officer.officer, officer.officer);
}

/// A link makes one officer. The nearest rejects: the second use, the day after its end, another code.
#[tokio::test]
async fn a_link_works_once_and_in_time() {
    let world = World::new().await;
    let link = world.officer_link().await;
    let invitation = officer::invite(&world.app, &link).await.unwrap();
    let mut passkey = Authenticator::new(21);
    let made = passkey.make(&invitation.ceremony.options, ORIGIN);
    let other = Authenticator::new(22).make(&invitation.ceremony.options, ORIGIN);
    officer::accept(&world.app, &link, &invitation.ceremony.sealed, &made).await.unwrap();
    let again = officer::accept(&world.app, &link, &invitation.ceremony.sealed, &other).await;
    assert_eq!(again, Err(OnboardError::Used));
    assert_eq!(officer::invite(&world.app, &link).await.err(), Some(OnboardError::Used));
    let unknown = SlipCode::parse("0000-0000-0000-0000").unwrap();
    assert_eq!(officer::invite(&world.app, &unknown).await.err(), Some(OnboardError::Unknown));

    let world = World::new().await;
    let link = world.officer_link().await;
    world.clock.advance(14 * 24 * 3600);
    assert_eq!(officer::invite(&world.app, &link).await.err(), Some(OnboardError::Expired));
}

/// The registration is refused for another origin, a frame, no user verification, another challenge, an old page.
#[tokio::test]
async fn a_passkey_that_was_not_made_here_is_refused() {
    let world = World::new().await;
    let link = world.officer_link().await;
    let invitation = officer::invite(&world.app, &link).await.unwrap();
    let other = officer::invite(&world.app, &link).await.unwrap();
    let (options, sealed) = (&invitation.ceremony.options, &invitation.ceremony.sealed);
    let fresh = || Authenticator::new(21);
    let elsewhere = fresh().make(options, "http://localhost:8400");
    let framed = Authenticator { cross_origin: true, ..fresh() }.make(options, ORIGIN);
    let untouched = Authenticator { flags: 0x01, ..fresh() }.make(options, ORIGIN);
    let another = fresh().make(&other.ceremony.options, ORIGIN);
    for bad in [elsewhere, framed, untouched, another] {
        let refused = officer::accept(&world.app, &link, sealed, &bad).await;
        assert!(matches!(refused, Err(OnboardError::Passkey(PasskeyError::Refused(_)))), "{refused:?}");
    }
    let good = fresh().make(options, ORIGIN);
    let unread = officer::accept(&world.app, &link, sealed, "{}").await;
    assert_eq!(unread, Err(OnboardError::Passkey(PasskeyError::Malformed)));
    world.clock.advance(30 * 60 + 1);
    assert_eq!(officer::accept(&world.app, &link, sealed, &good).await, Err(OnboardError::PageOutOfDate));
    world.clock.advance(-1);
    assert_eq!(officer::accept(&world.app, &link, sealed, &good).await, Ok(()));
}

/// The same answer signs in once; a stranger's passkey, a borrowed user handle and an officer out of date never.
#[tokio::test]
async fn who_is_no_officer_does_not_sign_in() {
    let world = World::new().await;
    let (officer, passkey) = world.officer().await;
    let ceremony = session::begin(&world.app).unwrap();
    let answer = passkey.answer(&ceremony.options, ORIGIN);
    assert!(session::sign_in(&world.app, &ceremony.sealed, &answer).await.is_ok());
    let replayed = session::sign_in(&world.app, &ceremony.sealed, &answer).await;
    assert_eq!(replayed, Err(SignInError::PageOutOfDate));
    let (stranger, _) = world.sandbox_person("Mira").await;
    assert_eq!(signed_in(&world, &stranger).await, Err(SignInError::NoOfficer));
    let borrowed =
        answer.replace(&b64(&officer.passkey.unwrap().user_id), &b64(&pki_core::bytes::Id::new([1; 16])));
    let refused = session::sign_in(&world.app, &ceremony.sealed, &borrowed).await;
    assert_eq!(refused, Err(SignInError::NoOfficer));
    world.clock.set(officer.not_after.plus_seconds(1));
    assert_eq!(signed_in(&world, &passkey).await, Err(SignInError::OutOfOffice));
}

fn b64(id: &pki_core::bytes::Id) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(id.as_bytes())
}

/// A session ends after a quarter of an hour without a step, after twelve hours, at sign-out, and with the office.
#[tokio::test]
async fn a_session_ends_in_time() {
    let world = World::new().await;
    let (officer, passkey) = world.officer().await;
    let lives = |secret: [u8; 32]| {
        let app = Arc::clone(&world.app);
        async move { session::resume(&app, &secret).await.unwrap().is_some() }
    };
    let idle = signed_in(&world, &passkey).await.unwrap();
    world.clock.advance(15 * 60 - 1);
    assert!(lives(idle).await);
    world.clock.advance(15 * 60 - 1);
    assert!(lives(idle).await, "the step before was noted");
    world.clock.advance(15 * 60);
    assert!(!lives(idle).await);

    let long = signed_in(&world, &passkey).await.unwrap();
    for _ in 0..59 {
        world.clock.advance(12 * 60);
        assert!(lives(long).await);
    }
    world.clock.advance(12 * 60 - 1);
    assert!(lives(long).await);
    world.clock.advance(1);
    assert!(!lives(long).await, "twelve hours are over");

    let out = signed_in(&world, &passkey).await.unwrap();
    let session = session::resume(&world.app, &out).await.unwrap().unwrap();
    session::end(&world.app, &session.id).await.unwrap();
    assert!(!lives(out).await);

    world.clock.set(officer.not_after);
    let last = signed_in(&world, &passkey).await.unwrap();
    world.clock.advance(1);
    assert!(!lives(last).await, "out of office");
}
