//! What the rows themselves make impossible, whoever asks: each condition met once, each nearest reject kept out whole.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use super::*;
use crate::app::tests::{NOW, World};
use certificates::CertificateRow;
use pki_core::bytes::Id;
use pki_core::feed::{Audience, Event, Status};
use pki_core::issue::Serial;
use pki_core::key::sha256;
use service::db::{Rows, Sql};
use service::testing::SeededRandom;

fn beat() -> Event {
    Event::Heartbeat(der::asn1::Null)
}

/// Two sequencers at the same head: one entry, and the queue is taken from once.
#[tokio::test]
async fn of_two_sequencers_one_moves_the_head() {
    let store = &World::new().await.app.store;
    store.apply(feed::queue(Audience::Idp, &beat())).await.unwrap();
    let head = store.feed_head(Audience::Idp).await.unwrap().unwrap();
    assert_eq!(store.feed_queued(Audience::Idp, 1).await.unwrap(), Some(beat()));
    store.apply(feed::seal(Audience::Idp, &head, b"first", &sha256(b"first"))).await.unwrap();
    let second =
        store.apply(feed::seal(Audience::Idp, &head, b"second", &sha256(b"second"))).await.unwrap_err();
    assert!(second.lost("feed.head"), "{second:?}");
    assert_eq!(store.feed_after(Audience::Idp, 0, 10).await.unwrap(), [b"first".to_vec()]);
    assert_eq!(store.feed_queued(Audience::Idp, 1).await.unwrap(), None);
    assert_eq!(
        store.feed_head(Audience::Signer).await.unwrap().unwrap().number,
        0,
        "the other feed stands still"
    );
}

/// A use case that fails after it queued leaves no gap in the numbers.
#[tokio::test]
async fn a_plan_that_fails_leaves_no_gap() {
    let store = &World::new().await.app.store;
    let never = Sql::new("UPDATE feed_heads SET queued = queued WHERE audience = 7");
    let failing = feed::queue(Audience::Idp, &beat()).step("never", never, Rows::Exactly(1));
    assert!(store.apply(failing).await.unwrap_err().lost("never"));
    assert_eq!(store.feed_queued(Audience::Idp, 1).await.unwrap(), None);
    store.apply(feed::queue(Audience::Idp, &beat())).await.unwrap();
    assert_eq!(store.feed_queued(Audience::Idp, 1).await.unwrap(), Some(beat()));
}

/// A feed that has begun keeps its epoch.
#[tokio::test]
async fn a_feed_begins_once() {
    let store = &World::new().await.app.store;
    let before = store.feed_head(Audience::Idp).await.unwrap().unwrap();
    store.apply(feed::begin(Audience::Idp, &Id::new([7; 16]))).await.unwrap();
    assert_eq!(store.feed_head(Audience::Idp).await.unwrap().unwrap(), before);
}

async fn row(world: &World, seed: u64) -> CertificateRow {
    let statement =
        match world.app.store.case_by_slip(&world.sandbox_slip("Mira").await.hash()).await.unwrap() {
            Some(case) if matches!(case.stage, cases::Stage::Enrolled) => {
                world.app.store.person_of_case(&case.number).await.unwrap().unwrap().statement
            }
            _ => world.sandbox_person("Mira").await.1,
        };
    CertificateRow {
        serial: Serial::generate(&SeededRandom::new(seed)).unwrap(),
        challenge: sha256(b"approval"),
        index: 0,
        attempt: 0,
        body: b"body".to_vec(),
        spki: seed.to_be_bytes().to_vec(),
        statement,
        subject_serial: "ABCDEFGHIJKLMNOP".to_owned(),
        created_at: NOW,
        certificate: None,
        abandoned_at: None,
    }
}

/// One approval, index and attempt; one key; one certificate per serial; none for an abandoned serial.
#[tokio::test]
async fn a_certificate_row_is_unique_in_approval_key_and_serial() {
    let world = World::new().await;
    let store = &world.app.store;
    let first = row(&world, 1).await;
    store.apply(certificates::begin(&first)).await.unwrap();
    let same_approval = row(&world, 2).await;
    assert!(store.apply(certificates::begin(&same_approval)).await.unwrap_err().exists("certificate.begin"));
    let mut same_key = row(&world, 3).await;
    (same_key.challenge, same_key.spki) = (sha256(b"another approval"), first.spki.clone());
    assert!(store.apply(certificates::begin(&same_key)).await.unwrap_err().exists("certificate.begin"));
    let mut third_attempt = row(&world, 4).await;
    third_attempt.attempt = 2;
    assert!(store.apply(certificates::begin(&third_attempt)).await.is_err());
    store.apply(certificates::keep(&first.serial, b"one")).await.unwrap();
    assert!(
        store.apply(certificates::keep(&first.serial, b"two")).await.unwrap_err().lost("certificate.keep")
    );
    let mut other = row(&world, 5).await;
    other.index = 1;
    store.apply(certificates::begin(&other)).await.unwrap();
    store.apply(certificates::abandon(&other.serial, NOW)).await.unwrap();
    assert!(
        store.apply(certificates::keep(&other.serial, b"late")).await.unwrap_err().lost("certificate.keep")
    );
    let kept = store.certificate(&first.serial).await.unwrap().unwrap();
    assert_eq!(kept, CertificateRow { certificate: Some(b"one".to_vec()), ..first });
}

/// A status moves only from where it is.
#[tokio::test]
async fn a_status_moves_only_from_where_it_is() {
    let world = World::new().await;
    let (_, person) = world.sandbox_person("Mira").await;
    let change = |from, to| world.app.store.apply(people::change_status(&person, from, to, NOW));
    assert!(change(Status::Suspended, Status::Active).await.unwrap_err().lost("person.status"));
    change(Status::Active, Status::Suspended).await.unwrap();
    assert!(change(Status::Active, Status::Suspended).await.unwrap_err().lost("person.status"));
    let active = world.app.store.apply(people::must_be_active(&person, NOW)).await;
    assert!(active.unwrap_err().lost("person.active"));
}

/// A challenge begins one session, and an ended session stays ended.
#[tokio::test]
async fn a_challenge_begins_one_session() {
    let world = World::new().await;
    let (officer, _) = world.officer().await;
    let store = &world.app.store;
    let begin = |id: &[u8]| sessions::begin(&sha256(id), &officer.officer, &sha256(b"challenge"), NOW);
    store.apply(begin(b"one")).await.unwrap();
    assert!(store.apply(begin(b"two")).await.unwrap_err().exists("session.begin"));
    store.apply(sessions::end(&sha256(b"one"), NOW)).await.unwrap();
    store.apply(sessions::touch(&sha256(b"one"), NOW.plus_seconds(60))).await.unwrap();
    let session = store.session(&sha256(b"one")).await.unwrap().unwrap();
    assert_eq!((session.seen_at, session.ended_at), (NOW, Some(NOW)));
    assert_eq!(store.session(&sha256(b"two")).await.unwrap(), None);
}

/// A list's number is taken once.
#[tokio::test]
async fn a_list_number_is_taken_once() {
    let store = &World::new().await.app.store;
    let list = store.newest_list("tsa").await.unwrap().unwrap();
    assert!(store.apply(lists::add("tsa", &list)).await.unwrap_err().exists("list.add"));
    assert_eq!(store.newest_list("nobody").await.unwrap(), None);
}
