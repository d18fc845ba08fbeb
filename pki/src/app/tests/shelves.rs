//! What everybody may have: time-stamps and revocation lists; and the feed's own rules.

use super::*;
use crate::app::feed::FeedPageError;
use crate::app::lists::ListIssuer;
use crate::app::tsa;
use pki_core::cms::Digest;
use pki_core::revocation::Crl;
use pki_core::tsp::{Imprint, Refusal, Request, ResponseError, read_response};

/// A hash gets the time, signed by the unit; bytes that are no request get a refusal in the same form.
#[tokio::test]
async fn rfc3161_a_hash_is_stamped_and_noise_is_refused() {
    let world = World::new().await;
    let request = Request::make(&Imprint::of(Digest::Sha256, b"signature"), &[7; 8]).unwrap();
    let token = read_response(&tsa::stamp(&world.app, request.der()), &request).unwrap();
    assert_eq!(token.unverified_at().whole_second(), NOW);
    assert_eq!(token.certificates().len(), 2, "the unit and its authority");
    let refused = read_response(&tsa::stamp(&world.app, b"noise"), &request);
    let why = Some(Refusal::BadDataFormat);
    assert!(
        matches!(&refused, Err(ResponseError::Refused { status: 2, why: found }) if *found == why),
        "{refused:?}"
    );
}

/// Each list is signed by its authority, newer than what it speaks about, and numbered on at every renewal.
#[tokio::test]
async fn lists_are_renewed_with_rising_numbers() {
    let world = World::new().await;
    for issuer in ListIssuer::ALL {
        let first = Crl::read(&lists::newest(&world.app, issuer).await.unwrap()).unwrap();
        world.clock.advance(24 * 3600);
        lists::renew_all(&world.app).await.unwrap();
        let second = Crl::read(&lists::newest(&world.app, issuer).await.unwrap()).unwrap();
        assert!(second.number() > first.number() && second.this_update() == world.app.now());
        let authority = match issuer {
            ListIssuer::OneSignature => &world.app.authorities.one_signature,
            ListIssuer::TimeStamp => &world.app.authorities.time_stamp,
        };
        assert_eq!(second.verify_signed_by(&authority.certificate), Ok(()));
        assert!(first.this_update() >= authority.certificate.not_before());
    }
}

/// A reader that knows everything gets a heartbeat of now; one that knows more than the feed is told so.
#[tokio::test]
async fn a_feed_says_that_it_is_alive_and_notices_a_reader_from_the_future() {
    let world = World::new().await;
    world.sandbox_person("Mira").await;
    let (audience, wait) = (Audience::Signer, 0);
    world.hears(audience).await;
    let beat = feed::page(&world.app, PageWish { audience, after: 2, wait }).await.unwrap();
    let beats = entries(&beat);
    let beat = beats.first().unwrap();
    assert!(matches!(beat.entry.event, Event::Heartbeat(_)) && beat.entry.number == 2);
    let ahead = feed::page(&world.app, PageWish { audience, after: 3, wait }).await;
    assert_eq!(ahead, Err(FeedPageError::Ahead { after: 3, last: 2 }));
}

/// Somebody who waits hears of an enrolment as soon as it is signed.
#[tokio::test]
async fn who_waits_hears_at_once() {
    let world = World::new().await;
    world.sandbox_slip("Mira").await;
    world.hears(Audience::Idp).await;
    let app = Arc::clone(&world.app);
    let wish = PageWish { audience: Audience::Idp, after: 1, wait: 20 };
    let waiting = tokio::spawn(async move { feed::page(&app, wish).await });
    world.sandbox_person("Mira").await;
    feed::seal_all(&world.app).await.unwrap();
    let page = waiting.await.unwrap().unwrap();
    assert!(matches!(entries(&page).first().unwrap().entry.event, Event::Enrolled(_)));
}
