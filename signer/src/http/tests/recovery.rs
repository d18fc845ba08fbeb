//! What becomes of an act when a process dies in it or another house is silent: it goes on, or the person is asked again.
//! Never two delivered signatures for one approval, never half of one.

use axum::http::StatusCode;
use pki_core::act::CertificateRequest;
use pki_core::bytes::Id;
use pki_core::key::{SigningKey as _, sha256};

use super::World;
use super::country::{HANDLE, key};
use crate::app::act::{self, Outcome};
use crate::store::acts::{self, Certified};
use crate::store::requests::State;

/// Ana has approved; the process that should have gone on is dead.
async fn approved(world: &World) -> Id {
    let id = world.asked().await;
    let ana = world.browser(&HANDLE).await;
    let page = world.accept_page(&ana, &id).await;
    let credential = world.touch(&page, &id).await;
    let secret = world.http.session_cookie.read(&cookie(&ana), world.app().now()).unwrap();
    let session = crate::app::view::session(world.app(), &secret).await.unwrap().unwrap();
    let showing = Id::from_hex(&page.showing).unwrap();
    act::approve(world.app(), &session, &id, &showing, &credential).await.unwrap();
    id
}

fn cookie(pair: &str) -> axum::http::HeaderMap {
    [(axum::http::header::COOKIE, pair.parse().unwrap())].into_iter().collect()
}

/// A certificate for a key that died with its process, as the registry gave it for this approval.
async fn lost_certificate(world: &World, id: &Id, attempt: u8) -> Vec<u8> {
    let evidence = world.app().store.act(id).await.unwrap().unwrap().evidence;
    let request = CertificateRequest {
        version: 1,
        request: evidence.request,
        assertion: evidence.assertion,
        index: 0,
        attempt,
        data_tbs_hash: sha256(b"other attributes"),
        public_key: key().public_key().info().unwrap(),
        signing_time: world.app().now().whole_second().generalized(),
    };
    world.app().pki.certify(&request, world.app().now(), &*world.app().random).await.unwrap()
}

async fn state(world: &World, id: &Id) -> State {
    world.app().store.request(id).await.unwrap().unwrap().state
}

#[tokio::test]
async fn died_after_the_approval_the_act_goes_on_by_itself() {
    let world = World::new().await;
    let id = approved(&world).await;
    assert_eq!(act::recover(world.app(), world.app().now()).await, Ok(false));
    assert_eq!(state(&world, &id).await, State::Delivered);
    assert_eq!(world.elsewhere.certificates(), vec![(0, false)]);
}

#[tokio::test]
async fn died_with_a_certificate_that_was_never_kept_it_is_replaced_once() {
    let world = World::new().await;
    let id = approved(&world).await;
    lost_certificate(&world, &id, 0).await;
    assert_eq!(act::drive(world.app(), &id).await, Ok(Outcome::Delivered));
    assert_eq!(world.elsewhere.certificates(), vec![(0, true), (1, false)]);
}

#[tokio::test]
async fn died_with_a_certificate_in_its_row_it_is_replaced_once() {
    let world = World::new().await;
    let id = approved(&world).await;
    let certificate = lost_certificate(&world, &id, 0).await;
    let certified = Certified { attempt: 0, certificate };
    world.app().store.apply(acts::certify(&id, &certified, world.app().now())).await.unwrap();
    assert_eq!(act::recover(world.app(), world.app().now()).await, Ok(false));
    assert_eq!(state(&world, &id).await, State::Delivered);
    assert_eq!(world.elsewhere.certificates(), vec![(0, true), (1, false)]);
}

#[tokio::test]
async fn died_twice_the_person_is_asked_again() {
    let world = World::new().await;
    let id = approved(&world).await;
    lost_certificate(&world, &id, 0).await;
    let certificate = lost_certificate(&world, &id, 1).await;
    let certified = Certified { attempt: 1, certificate };
    world.app().store.apply(acts::certify(&id, &certified, world.app().now())).await.unwrap();
    assert_eq!(act::drive(world.app(), &id).await, Ok(Outcome::AskAgain));
    assert_eq!(state(&world, &id).await, State::Requested);
    assert_eq!(world.elsewhere.certificates(), vec![(0, false), (1, true)]);
    let ana = world.browser(&HANDLE).await;
    assert_eq!(world.accept(&ana, &id).await.status, StatusCode::SEE_OTHER);
    assert_eq!(state(&world, &id).await, State::Delivered);
}

#[tokio::test]
async fn a_silent_registry_or_clock_or_list_makes_the_act_wait() {
    let world = World::new().await;
    let id = approved(&world).await;
    world.elsewhere.dials.lock().unwrap().no_stamps = true;
    assert_eq!(act::drive(world.app(), &id).await, Ok(Outcome::Waiting));
    assert_eq!(state(&world, &id).await, State::Signed);
    {
        let mut dials = world.elsewhere.dials.lock().unwrap();
        dials.no_stamps = false;
        dials.no_lists = true;
    }
    assert_eq!(act::drive(world.app(), &id).await, Ok(Outcome::Waiting));
    assert_eq!(state(&world, &id).await, State::Stamped);
    assert_eq!(act::recover(world.app(), world.app().now()).await, Ok(true), "it still waits");
    world.elsewhere.dials.lock().unwrap().no_lists = false;
    assert_eq!(act::recover(world.app(), world.app().now()).await, Ok(false));
    assert_eq!(state(&world, &id).await, State::Delivered);
    assert_eq!(world.elsewhere.certificates(), vec![(0, false)], "the key was used once");
}

#[tokio::test]
async fn no_time_stamp_in_the_life_of_the_certificate_means_start_again() {
    let world = World::new().await;
    let id = approved(&world).await;
    world.elsewhere.dials.lock().unwrap().no_stamps = true;
    assert_eq!(act::drive(world.app(), &id).await, Ok(Outcome::Waiting));
    world.elsewhere.dials.lock().unwrap().no_stamps = false;
    world.clock.advance(901);
    assert_eq!(act::drive(world.app(), &id).await, Ok(Outcome::AskAgain));
    assert_eq!(state(&world, &id).await, State::Requested);
}

#[tokio::test]
async fn no_certificate_in_the_life_of_the_approval_means_ask_again() {
    let world = World::new().await;
    let id = approved(&world).await;
    world.elsewhere.dials.lock().unwrap().no_certificates = true;
    assert_eq!(act::drive(world.app(), &id).await, Ok(Outcome::Waiting));
    assert_eq!(state(&world, &id).await, State::Approved);
    world.clock.advance(601);
    assert_eq!(act::drive(world.app(), &id).await, Ok(Outcome::AskAgain));
    assert_eq!(state(&world, &id).await, State::Requested);
    assert_eq!(world.elsewhere.certificates(), Vec::new());
}
