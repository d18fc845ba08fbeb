//! What the identity provider believes of the registry's feed.

use axum::http::StatusCode;
use der::asn1::Null;
use pki_core::bytes::{Hash, write};
use pki_core::enrolment::RecordKind;
use pki_core::feed::{Enrolled, Event, FeedError, Status};

use super::world::{Browser, Device, Person, World};
use crate::app::feed::{FollowError, entries};

fn why(error: FollowError) -> FeedError {
    match error {
        FollowError::Entry { source, .. } => source,
        other => panic!("{other:?}"),
    }
}

/// Entries count in order, once, and the position survives; what does not fit changes nothing.
#[tokio::test]
async fn entries_count_in_order_and_once() {
    let mut world = World::empty().await;
    let officer = world.registry.officer_entry();
    let ana = world.registry.enrol(&mut world.ana);
    let omar = world.registry.enrol(&mut world.omar);
    assert_eq!(why(world.tell(&ana).await.unwrap_err()), FeedError::NotNext { expected: 1, found: 2 });
    world.tell(&officer).await.unwrap();
    assert_eq!(why(world.tell(&omar).await.unwrap_err()), FeedError::NotNext { expected: 2, found: 3 });
    let mut forged = ana.clone();
    forged.entry.at = world.now().plus_seconds(1).generalized();
    assert_eq!(why(world.tell(&forged).await.unwrap_err()), FeedError::Forged);
    assert_eq!(world.app.store.position().await.unwrap().follower.number, 1);
    world.tell(&ana).await.unwrap();
    // A page that was fetched twice is harmless.
    world.tell(&ana).await.unwrap();
    world.tell(&omar).await.unwrap();
    let position = world.app.store.position().await.unwrap();
    assert_eq!(position.follower, world.registry.follower);
    world.code(&mut Browser::default(), &world.omar, &[]).await;
}

/// A registry of another past or epoch, and one of another country.
#[tokio::test]
async fn another_past_another_epoch_another_country() {
    let mut world = World::new().await;
    let honest = (world.registry.follower, world.registry.epoch);
    world.registry.follower.last = Hash::new([9; 32]);
    let forked = world.registry.order(&world.ana, Status::Revoked);
    assert_eq!(why(world.tell(&forked).await.unwrap_err()), FeedError::OtherPast);
    (world.registry.follower, world.registry.epoch) = (honest.0, pki_core::bytes::Id::new([9; 16]));
    let restored = world.registry.order(&world.ana, Status::Revoked);
    assert_eq!(why(world.tell(&restored).await.unwrap_err()), FeedError::OtherEpoch);
    let mut abroad = World::empty().await;
    let foreign = abroad.registry.officer_entry();
    assert_eq!(why(world.tell(&foreign).await.unwrap_err()), FeedError::Forged);
    // Ana is still who she was.
    world.code(&mut Browser::default(), &world.ana, &[]).await;
}

/// A replacement takes the old passkey out of use; an order about another person's statement changes nobody.
#[tokio::test]
async fn a_replaced_passkey_and_a_crossed_order() {
    let mut world = World::new().await;
    let old = world.ana.statement.clone().unwrap();
    let mut renewed = Person::new("Ana Lima");
    renewed.handle = world.ana.handle;
    renewed.signer_handle = world.ana.signer_handle;
    renewed.device = Device::new(world.ana.handle);
    let statement = world.registry.statement(&renewed, RecordKind::Replacement, Some(old.hash()));
    renewed.statement = Some(statement.clone());
    let enrolled = Enrolled {
        handle: renewed.handle,
        statement,
        disclosed: Vec::new(),
        signer_handle: Some(renewed.signer_handle),
    };
    let now = world.now();
    let entry = world.registry.entry(now, Event::Enrolled(enrolled));
    world.tell(&entry).await.unwrap();
    let mut browser = Browser::default();
    let address = world.begin(&world.agency, &[]).await;
    let page = world.open(&mut browser, &address).await;
    let lost = world.sign_in(&mut browser, &page, &world.ana.device).await;
    assert_eq!(lost.status, StatusCode::UNPROCESSABLE_ENTITY);
    world.code(&mut Browser::default(), &renewed, &[]).await;
    // Omar's handle with Ana's statement: neither is suspended, and the feed halts.
    let position = world.app.store.position().await.unwrap();
    let crossed = Person { handle: world.omar.handle, ..renewed };
    let crossed = world.registry.order(&crossed, Status::Suspended);
    let refused = world.tell(&crossed).await.unwrap_err();
    assert!(matches!(&refused, FollowError::Store(error) if error.lost("people.status")), "{refused:?}");
    assert_eq!(world.app.store.position().await.unwrap(), position);
}

/// Concatenated entries come apart; half an entry is no feed.
#[tokio::test]
async fn a_page_of_the_feed() {
    let mut world = World::empty().await;
    let first = world.registry.officer_entry();
    let beat = world.registry.entry(super::world::NOW, Event::Heartbeat(Null));
    let page = [write(&first), write(&beat)].concat();
    assert_eq!(entries(&page).unwrap(), [first, beat]);
    assert_eq!(entries(b"").unwrap(), []);
    assert!(entries(page.get(..page.len() - 1).unwrap()).is_err());
    assert!(entries(&[page.as_slice(), &[0]].concat()).is_err());
}

/// A passkey that was made a moment ago: the registry is asked once, with a house pass, before the person is sent away.
#[tokio::test]
async fn a_passkey_that_was_not_heard_of_yet() {
    let mut world = World::new().await;
    let mut mira = Person::new("Mira Vale");
    let mut browser = Browser::default();
    let address = world.begin(&world.agency, &[]).await;
    let page = world.open(&mut browser, &address).await;
    let stranger = world.sign_in(&mut browser, &page, &mira.device).await;
    assert_eq!(stranger.status, StatusCode::UNPROCESSABLE_ENTITY);
    let entry = world.registry.enrol(&mut mira);
    world.line.say(entry);
    let page = world.open(&mut browser, &address).await;
    let signed_in = world.sign_in(&mut browser, &page, &mira.device).await;
    assert_eq!(signed_in.status, StatusCode::SEE_OTHER, "{}", signed_in.text);
    assert_eq!(world.app.store.position().await.unwrap().follower, world.registry.follower);
}

/// Stale: the registry is asked once before anybody is refused; what it says then counts.
#[tokio::test]
async fn a_stale_house_asks_before_it_refuses() {
    let mut world = World::new().await;
    world.clock.advance(20 * 60);
    let address = world.begin(&world.agency, &[]).await;
    let stale = world.open(&mut Browser::default(), &address).await;
    assert_eq!(stale.status, StatusCode::SERVICE_UNAVAILABLE);
    let beat = world.registry.entry(world.app.now(), Event::Heartbeat(Null));
    world.line.say(beat);
    assert_eq!(world.open(&mut Browser::default(), &address).await.status, StatusCode::OK);
    assert_eq!(world.app.store.position().await.unwrap().heard, Some(world.now()));
}
