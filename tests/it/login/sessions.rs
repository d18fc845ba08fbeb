//! How long a login counts, and who asks again: session ages, `max_age`, `prompt`, and a registry that fell silent.

use conformance::browserless::Browser;
use conformance::html::Ceremony;
use conformance::relying_party::RelyingParty;
use serde_json::json;

use super::{LOGIN, brings, goes_through, member, pushed, sets, tokens};
use crate::world::{World, assert_heading, assert_refused};
use chancery::country::Part;

/// What came of a request in a browser that is asked nothing: the time of the login that counted, or the error.
async fn silent(world: &World, agency: &RelyingParty, person: &mut Browser) -> Result<i64, String> {
    let pushed = agency.push(LOGIN, sets("prompt", "none")).await.unwrap().1.unwrap();
    let response = goes_through(person, world, &pushed.address).await;
    match brings(&response, "error") {
        Some(error) => Err(error),
        None => {
            let answer = tokens(agency, &pushed, &agency.code(&pushed, &response).unwrap()).await;
            let claims = agency.id_token(&answer.text("id_token").unwrap(), &pushed).await.unwrap();
            Ok(member(&claims, "auth_time").as_i64().unwrap())
        }
    }
}

async fn logs_in(world: &World, agency: &RelyingParty, person: &mut Browser) {
    let pushed = pushed(agency, LOGIN).await;
    let response = goes_through(person, world, &pushed.address).await;
    tokens(agency, &pushed, &agency.code(&pushed, &response).unwrap()).await;
}

/// A session counts for an hour without use and a day in all; `prompt=none` says what is missing instead of asking.
#[tokio::test]
async fn a_session_ends_after_an_idle_hour_and_after_a_day() {
    let world = World::open().await;
    let (agency, mut mira) = (world.relying_party().await, world.person("Mira").await);
    assert_eq!(silent(&world, &agency, &mut mira).await, Err("login_required".to_owned()));
    logs_in(&world, &agency, &mut mira).await;
    let begun = world.clock_seconds();
    world.clock.advance(3_599);
    assert_eq!(silent(&world, &agency, &mut mira).await, Ok(begun));
    world.clock.advance(3_600);
    assert_eq!(silent(&world, &agency, &mut mira).await, Err("login_required".to_owned()));

    logs_in(&world, &agency, &mut mira).await;
    let begun = world.clock_seconds();
    for _ in 0..24 {
        world.clock.advance(3_599);
        assert_eq!(silent(&world, &agency, &mut mira).await, Ok(begun));
    }
    world.clock.advance(24);
    assert_eq!(silent(&world, &agency, &mut mira).await, Err("login_required".to_owned()));
}

/// `prompt=login` asks for the passkey again, `prompt=consent` for the decision, `max_age` for a younger login; each asks for
/// nothing else.
#[tokio::test]
async fn an_agency_may_ask_again() {
    let world = World::open().await;
    let (agency, mut mira) = (world.relying_party().await, world.person("Mira").await);
    // Signed in, and never asked: consent is what is missing.
    let first = pushed(&agency, LOGIN).await;
    let page = mira.open(first.address.as_str()).await.unwrap().page();
    mira.passkey(&page, Ceremony::Get).await.unwrap().ok().unwrap();
    assert_eq!(silent(&world, &agency, &mut mira).await, Err("consent_required".to_owned()));
    logs_in(&world, &agency, &mut mira).await;
    let begun = world.clock_seconds();
    world.clock.advance(100);
    assert_eq!(silent(&world, &agency, &mut mira).await, Ok(begun));

    mira.stop_before = Some(world.board.agency.origin());
    for (name, value, asked) in [
        ("prompt", "login", Some("sign-in-title")),
        ("prompt", "consent", Some("consent-title")),
        ("max_age", "99", Some("sign-in-title")),
        ("max_age", "100", None),
    ] {
        let pushed = agency.push(LOGIN, sets(name, value)).await.unwrap().1.unwrap();
        let arrived = mira.open(pushed.address.as_str()).await.unwrap();
        let left = arrived.way.last().unwrap().origin() == world.board.agency.origin();
        match asked {
            Some(title) => assert_heading(&arrived, title),
            None => assert!(left, "{name}={value}: {}", arrived.said()),
        }
    }
    // A younger login is told as what it is.
    let fresh = agency.push(LOGIN, sets("max_age", "60")).await.unwrap().1.unwrap();
    let response = goes_through(&mut mira, &world, &fresh.address).await;
    let answer = tokens(&agency, &fresh, &agency.code(&fresh, &response).unwrap()).await;
    let claims = agency.id_token(&answer.text("id_token").unwrap(), &fresh).await.unwrap();
    assert_eq!(member(&claims, "auth_time"), &json!(begun + 100));
    assert_eq!(member(&claims, "iat"), &json!(world.clock_seconds()));
}

/// Logging out ends the session everywhere: a copy of the cookie that somebody kept is worth nothing.
#[tokio::test]
async fn a_cookie_that_was_kept_is_worth_nothing_after_logging_out() {
    let world = World::open().await;
    let (agency, mut mira) = (world.relying_party().await, world.person("Mira").await);
    logs_in(&world, &agency, &mut mira).await;
    let mut kept = mira.clone();
    mira.stop_before = None;
    let asked = mira.open(world.board.idp.join("/logout").unwrap().as_str()).await.unwrap().ok().unwrap();
    let page = asked.page();
    let form = page.form_with("csrf").unwrap();
    let done = mira.submit(form, form.buttons.first()).await.unwrap().ok().unwrap();
    assert_heading(&done, "signed-out-title");
    for person in [&mut mira, &mut kept] {
        assert_eq!(silent(&world, &agency, person).await, Err("login_required".to_owned()));
    }
}

/// A quarter of an hour without a word from the registry, and nobody is signed in; when it speaks again, everything goes on.
#[tokio::test]
async fn without_the_registry_nobody_is_signed_in_for_long() {
    let mut world = World::founded().await;
    world.configure(Part::Idp, |text| text.replace("stale_seconds_max = 86400", "stale_seconds_max = 900"));
    world.start_all().await;
    let (agency, mut mira) = (world.relying_party().await, world.person("Mira").await);
    world.stop(Part::Pki).await;
    world.clock.advance(900);
    logs_in(&world, &agency, &mut mira).await;
    world.clock.advance(1);
    let stale = mira.open(pushed(&agency, LOGIN).await.address.as_str()).await.unwrap();
    assert_refused(&stale, 503, "stale");
    world.start(Part::Pki).await;
    // The provider asks once before it refuses, so no one waits for a job.
    logs_in(&world, &agency, &mut mira).await;
}
