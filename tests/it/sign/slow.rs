//! People who take their time. Sessions and offers end while they read; what they read, and the step that they were about to
//! take, does not.

use conformance::browserless::{Arrived, Browser};
use conformance::html::Ceremony;
use conformance::walk::agency;

use super::{NOTHING, ONE_ACT, accept_page, assert_asked_again, reads, states, traces};
use crate::world::{World, assert_heading, assert_says, borrowed};

/// A careful reading of a few pages.
const TWENTY_MINUTES: i64 = 20 * 60;
/// More than an hour: the provider's own session is over as well.
const LUNCH: i64 = 70 * 60;

/// The passkey page of somebody who was late for nothing.
#[track_caller]
fn assert_asked(arrived: &Arrived) {
    assert_heading(arrived, "accept-title");
    let said = arrived.page().text;
    assert!(!said.contains("stood open for too long"), "{said}");
}

/// Mira reads for twenty minutes. Her session is over; the way to the passkey leads through the provider, which knows her
/// still, and she signs where she would have signed at once. The agency counts her.
#[tokio::test]
async fn a_slow_reader_signs_what_she_read() {
    let world = World::open().await;
    let mut mira = world.person("Mira").await;
    let slug = agency::proposals(&mut mira, &world.board).await.unwrap().remove(0);
    let reading = reads(&world, &mut mira, 0).await;
    world.clock.advance(TWENTY_MINUTES);
    let accept = agency::to_accept(&mut mira, &reading).await.unwrap();
    let through_the_provider = |url: &url::Url| url.origin() == world.board.idp.origin();
    assert!(accept.way.iter().any(through_the_provider), "no session was over: {:?}", accept.way);
    assert_asked(&accept);
    assert_eq!(traces(&world).await, NOTHING);
    let receipt = agency::sign(&mut mira, &world.board, &accept).await.unwrap();
    agency::back(&mut mira, &world.board, &slug, &receipt).await.unwrap();
    assert_eq!(traces(&world).await, ONE_ACT);
}

/// The passkey page itself stands open for twenty minutes. Its touch signs nothing: what was offered there is over. She finds a
/// fresh page that says so, and signs.
#[tokio::test]
async fn a_touch_that_comes_late_is_asked_for_again() {
    let world = World::open().await;
    let mut mira = world.person("Mira").await;
    let reading = reads(&world, &mut mira, 0).await;
    let (accept, form) = accept_page(&mut mira, &reading).await;
    let touch = borrowed(&mut mira.device.clone(), &form, &accept.url, |_| ());
    world.clock.advance(TWENTY_MINUTES);
    let fresh = mira.submit(&touch, touch.buttons.first()).await.unwrap().ok().unwrap();
    assert_asked_again(&fresh);
    assert_eq!(traces(&world).await, NOTHING);
    agency::sign(&mut mira, &world.board, &fresh).await.unwrap();
    assert_eq!(traces(&world).await, ONE_ACT);
}

/// A page of the document is where a reader comes back to, in the way she read it; also when the provider has to ask who she
/// is.
#[tokio::test]
async fn a_reader_comes_back_to_the_page_that_she_was_about_to_read() {
    let world = World::open().await;
    let mut mira = world.person("Mira").await;
    let reading = reads(&world, &mut mira, 0).await;
    for (away, query) in [(TWENTY_MINUTES, "page=1&as=text"), (LUNCH, "page=1")] {
        world.clock.advance(away);
        let mut asked = reading.url.clone();
        asked.set_query(Some(query));
        let arrived = mira.open(asked.as_str()).await.unwrap().ok().unwrap();
        let asks_who = arrived.page().passkey_form(Ceremony::Get).is_some();
        assert_eq!(asks_who, away == LUNCH, "{}", arrived.said());
        let there = |at: &Arrived| at.url.path() == reading.url.path();
        let back = agency::until(&mut mira, &world.board, arrived, there).await.unwrap();
        assert_eq!(back.url.query(), Some(query));
        assert_heading(&back, "read-title");
    }
    world.clock.advance(LUNCH);
    let accept = reading.page().link_to("/accept").unwrap().href.clone();
    let arrived = mira.open(reading.url.join(&accept).unwrap().as_str()).await.unwrap().ok().unwrap();
    assert_eq!(arrived.url.origin(), world.board.idp.origin(), "{}", arrived.said());
    let there = |at: &Arrived| at.url.path().ends_with("/accept");
    let accept = agency::until(&mut mira, &world.board, arrived, there).await.unwrap();
    assert_asked(&accept);
    agency::sign(&mut mira, &world.board, &accept).await.unwrap();
}

/// Mira refuses, and writes about her reason for twenty minutes. Nothing is sent when her session is over, and nothing of what
/// she wrote is lost; it does not show at another request.
#[tokio::test]
async fn a_reason_that_was_written_slowly_is_not_lost() {
    let world = World::open().await;
    let mut mira = world.person("Mira").await;
    let (reading, other) = (reads(&world, &mut mira, 0).await, reads(&world, &mut mira, 1).await);
    let page = async |mira: &mut Browser, reading: &Arrived| {
        let arrived = mira.open(&format!("{}/refuse", reading.url)).await.unwrap().ok().unwrap();
        assert_heading(&arrived, "refuse-title");
        (arrived.page().form_with("reason").unwrap().clone(), arrived)
    };
    let (mut form, _) = page(&mut mira, &reading).await;
    assert!(form.fill("reason", "The second page <b>contradicts</b> the first."));
    world.clock.advance(TWENTY_MINUTES);
    let sent = mira.submit(&form, form.buttons.first()).await.unwrap().ok().unwrap();
    // The page that leads to the provider stands at the address to which it leads back.
    assert_eq!(sent.page().refresh, Some((0, Some(sent.url.to_string()))));
    let back = mira.open(sent.url.as_str()).await.unwrap().ok().unwrap();
    assert_heading(&back, "refuse-title");
    assert_says(&back, "refuse-kept");
    let kept = back.page().form_with("reason").unwrap().clone();
    assert_eq!(kept.value("reason"), form.value("reason"));
    assert_eq!(states(&world).await, [("requested".to_owned(), 2)]);
    let (empty, elsewhere) = page(&mut mira, &other).await;
    assert_eq!(empty.value("reason"), Some(""), "{}", elsewhere.said());

    let refused = mira.submit(&kept, kept.buttons.first()).await.unwrap().ok().unwrap();
    assert_heading(&refused, "ended-refused");
    assert_eq!(states(&world).await, [("refused".to_owned(), 1), ("requested".to_owned(), 1)]);
}
