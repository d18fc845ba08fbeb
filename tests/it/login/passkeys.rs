//! What a passkey must not say at the sign-in page, and what a browser must not bring.

use conformance::browserless::{Arrived, Browser};
use conformance::html::{Ceremony, Form};
use conformance::passkey::Fault;
use conformance::relying_party::{Pushed, RelyingParty};
use conformance::walk::{enrol, login};
use service::db::Sql;

use super::{LOGIN, brings, code, goes_through, pushed, sets, tokens};
use crate::world::{World, assert_refused, assert_says, borrowed};
use chancery::country::Part;

/// The sign-in page of a fresh request.
async fn sign_in_page(agency: &RelyingParty, person: &mut Browser) -> (Pushed, Arrived, Form) {
    let pushed = pushed(agency, LOGIN).await;
    let page = person.open(pushed.address.as_str()).await.unwrap().ok().unwrap();
    let form = page.page().passkey_form(Ceremony::Get).unwrap().clone();
    (pushed, page, form)
}

/// One thing about the answer is wrong, and nobody is signed in; the next honest answer on the same page is good.
#[tokio::test]
async fn an_answer_with_one_thing_wrong_signs_nobody_in() {
    let world = World::open().await;
    let (agency, mut mira) = (world.relying_party().await, world.person("Mira").await);
    let jonas = world.person("Jonas").await;
    let wrong_origin = world.board.signer.origin().ascii_serialization();
    let honest = Fault::default;
    let faults: [(Fault, &str); 9] = [
        (
            Fault { origin: Some(wrong_origin), ..honest() },
            "The clients relying party origin does not match our servers information",
        ),
        (
            Fault { challenge: Some(vec![5; 32]), ..honest() },
            "The client response challenge differs from the latest challenge",
        ),
        (Fault { user_not_verified: true, ..honest() }, "The user verified bit is not set"),
        (Fault { user_not_present: true, ..honest() }, "The user present bit is not set"),
        (Fault { cross_origin: true, ..honest() }, "the answer was made inside another site"),
        (
            Fault { rp_id: Some("127.0.0.1".to_owned()), ..honest() },
            "The clients relying party id hash does not match",
        ),
        (Fault { swapped_type: true, ..honest() }, "did not indicate webauthn.<method> correctly"),
        (Fault { broken_signature: true, ..honest() }, "Authentication has failed"),
        (
            Fault { credential_id: jonas.device.credential_id().map(<[u8]>::to_vec), ..honest() },
            "Authentication has failed",
        ),
    ];
    for (fault, why) in faults {
        let (_, page, form) = sign_in_page(&agency, &mut mira).await;
        let mut device = mira.device.clone();
        device.fault = fault.clone();
        let form = borrowed(&mut device, &form, &page.url, |_| ());
        let end = world.log.end();
        let refused = mira.submit(&form, form.buttons.first()).await.unwrap();
        let said = world.log.since(end);
        assert_refused(&refused, 422, "sign-in");
        assert_says(&refused, "sign-in-refused");
        assert!(said.contains(why), "{fault:?} {why}: {said}");
        assert!(mira.cookie_mut("__Host-idp").is_none(), "{fault:?}");
    }
    assert_eq!(world.number(Part::Idp, "SELECT COUNT(*) AS n FROM sessions").await, 0);
    // Nothing is lost.
    let (pushed, code) = code(&world, &agency, &mut mira).await;
    tokens(&agency, &pushed, &code).await;
}

/// A passkey that nobody enrolled here, and one whose owner is somebody else than it says.
#[tokio::test]
async fn a_passkey_of_nobody_or_for_another_signs_nobody_in() {
    let world = World::open().await;
    let (agency, mut mira) = (world.relying_party().await, world.person("Mira").await);
    let jonas = world.person("Jonas").await;
    let (_, page, form) = sign_in_page(&agency, &mut mira).await;
    let handle = |device: &mut conformance::passkey::SoftwarePasskey| {
        let filled = borrowed(device, &form, &page.url, |_| ());
        let answer: serde_json::Value = serde_json::from_str(filled.value("credential").unwrap()).unwrap();
        answer.pointer("/response/userHandle").unwrap().clone()
    };
    let jonas_handle = handle(&mut jonas.device.clone());
    for (change, why) in [
        (Some(jonas_handle), "the passkey says another person"),
        (None, "the passkey does not say whose it is"),
    ] {
        let (_, page, form) = sign_in_page(&agency, &mut mira).await;
        let mut filled = borrowed(&mut mira.device, &form, &page.url, |_| ());
        let mut answer: serde_json::Value =
            serde_json::from_str(filled.value("credential").unwrap()).unwrap();
        let response = answer.get_mut("response").and_then(serde_json::Value::as_object_mut).unwrap();
        match change {
            Some(other) => response.insert("userHandle".to_owned(), other),
            None => response.remove("userHandle"),
        };
        assert!(filled.fill("credential", &answer.to_string()));
        let end = world.log.end();
        let refused = mira.submit(&filled, filled.buttons.first()).await.unwrap();
        assert_refused(&refused, 422, "sign-in");
        let said = world.log.since(end);
        assert!(said.contains(why), "{why}: {said}");
    }
    assert_eq!(world.number(Part::Idp, "SELECT COUNT(*) AS n FROM sessions").await, 0);
    // An officer has a passkey of this country too, and is no person here.
    let mut officer = world.officer().await;
    world.told().await;
    let (_, page, form) = sign_in_page(&agency, &mut officer).await;
    let filled = borrowed(&mut officer.device, &form, &page.url, |_| ());
    let end = world.log.end();
    let refused = officer.submit(&filled, filled.buttons.first()).await.unwrap();
    assert_refused(&refused, 422, "sign-in");
    assert!(world.log.since(end).contains("the passkey is not known here"));
}

/// The same answer to the same challenge counts once, with the very same cookie.
#[tokio::test]
async fn a_replayed_answer_signs_nobody_in() {
    let world = World::open().await;
    let (agency, mut mira) = (world.relying_party().await, world.person("Mira").await);
    let (_, page, form) = sign_in_page(&agency, &mut mira).await;
    let filled = borrowed(&mut mira.device, &form, &page.url, |_| ());
    let mut thief = mira.clone();
    mira.submit(&filled, filled.buttons.first()).await.unwrap().ok().unwrap();
    let end = world.log.end();
    let refused = thief.submit(&filled, filled.buttons.first()).await.unwrap();
    assert_refused(&refused, 422, "sign-in");
    let said = world.log.since(end);
    assert!(said.contains("a sign-in was refused"), "{said}");
    assert!(thief.cookie_mut("__Host-idp").is_none());
    assert_eq!(world.number(Part::Idp, "SELECT COUNT(*) AS n FROM sessions").await, 1);
}

/// A form belongs to the browser that was given it: without the cookie, with one character of it changed, with another
/// browser's, or without its token, nothing happens.
#[tokio::test]
async fn a_form_without_its_browser_does_nothing() {
    let world = World::open().await;
    let (agency, mut mira) = (world.relying_party().await, world.person("Mira").await);
    let (pushed, page, form) = sign_in_page(&agency, &mut mira).await;
    let filled = borrowed(&mut mira.device.clone(), &form, &page.url, |_| ());
    let mut forgetful = mira.clone();
    forgetful.forget();
    let mut tampered = mira.clone();
    let cookie = tampered.cookie_mut("__Host-idp-transactions").unwrap();
    let last = cookie.pop().unwrap();
    cookie.push(if last == 'A' { 'Q' } else { 'A' });
    let mut another = Browser::new().unwrap();
    another.open(pushed.address.as_str()).await.unwrap().ok().unwrap();
    for mut wrong in [forgetful, tampered, another] {
        let refused = wrong.submit(&filled, filled.buttons.first()).await.unwrap();
        assert_refused(&refused, 403, "form-foreign");
    }
    let mut untold = filled.clone();
    assert!(untold.fill("csrf", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    let refused = mira.submit(&untold, untold.buttons.first()).await.unwrap();
    assert_refused(&refused, 403, "form-foreign");
    assert_eq!(world.number(Part::Idp, "SELECT COUNT(*) AS n FROM sessions").await, 0);
    // The browser that it was given to goes on.
    let response = goes_through(&mut mira, &world, &pushed.address).await;
    assert!(brings(&response, "code").is_some());
}

/// By case number an officer suspends Mira: her passkey, her session, her waiting code and her token are worth nothing, and
/// when it is lifted, she is who she was.
#[tokio::test]
async fn a_suspended_person_is_nobody_until_it_is_lifted() {
    let world = World::open().await;
    let (agency, mut officer) = (world.relying_party().await, world.officer().await);
    let mut noor = Browser::new().unwrap();
    let slip = enrol::at_the_desk(&mut officer, &mut noor, &world.board, crate::enrol::NOOR).await.unwrap();
    world.told().await;
    let (first, first_code) = code(&world, &agency, &mut noor).await;
    let before = tokens(&agency, &first, &first_code).await;
    let (waiting, waiting_code) = code(&world, &agency, &mut noor).await;

    enrol::set_status(&mut officer, &world.board, &slip.case, "suspended").await.unwrap();
    world.told().await;
    let token = before.text("access_token").unwrap();
    agency.userinfo(&token, None).await.unwrap().refused(401, "invalid_token").unwrap();
    let late =
        agency.redeem(&waiting, &waiting_code, conformance::relying_party::Fault::default()).await.unwrap();
    late.refused(400, "invalid_grant").unwrap();
    let silent = agency.push(LOGIN, sets("prompt", "none")).await.unwrap().1.unwrap();
    let response = goes_through(&mut noor, &world, &silent.address).await;
    assert_eq!(brings(&response, "error").as_deref(), Some("login_required"));
    noor.stop_before = None;
    login::refused_to(&mut noor, &world.board).await.unwrap();
    let (_, page, form) = sign_in_page(&agency, &mut noor).await;
    let filled = borrowed(&mut noor.device, &form, &page.url, |_| ());
    let refused = noor.submit(&filled, filled.buttons.first()).await.unwrap();
    assert_refused(&refused, 403, "not-active");
    // Nobody else is touched.
    login::works_for(&mut world.person("Mira").await, &world.board).await.unwrap();

    enrol::set_status(&mut officer, &world.board, &slip.case, "active").await.unwrap();
    world.told().await;
    let (second, second_code) = code(&world, &agency, &mut noor).await;
    let after = tokens(&agency, &second, &second_code).await;
    let subject = async |answer: &conformance::relying_party::Answer, pushed: &Pushed| {
        let claims = agency.id_token(&answer.text("id_token").unwrap(), pushed).await.unwrap();
        claims.get("sub").unwrap().clone()
    };
    assert_eq!(subject(&after, &second).await, subject(&before, &first).await);
    let statuses = world.rows(Part::Idp, Sql::new("SELECT status FROM people WHERE name LIKE 'Noor%'")).await;
    assert_eq!(statuses.first().unwrap().text("status").unwrap(), "active");
}
