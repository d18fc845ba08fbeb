//! Signing, from the agency's wish to a file that a stranger verifies; and each step with one thing wrong. Whatever is refused
//! leaves nothing behind, and the honest step that follows it works.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod certificates;
mod requests;
mod slow;

use conformance::browserless::{Arrived, Browser};
use conformance::html::{Ceremony, Form};
use conformance::passkey::Fault;
use conformance::walk::{agency, enrol};
use pki_core::time::Instant;
use service::db::Sql;
use signer_core::validate::{Anchors, Verdict, validate};

use crate::world::{BEGINNING, World, assert_heading, assert_refused, assert_says, borrowed};
use chancery::country::Part;

/// How far the acts are, by state.
pub(crate) async fn states(world: &World) -> Vec<(String, i64)> {
    let sql = Sql::new("SELECT state, COUNT(*) AS n FROM requests GROUP BY state ORDER BY state");
    let rows = world.rows(Part::Signer, sql).await;
    rows.iter().map(|row| (row.text("state").unwrap(), row.int("n").unwrap())).collect()
}

/// What exists of signatures, in all rows of all houses: approvals, certificates, signatures, files, leaves of acts.
async fn traces(world: &World) -> [i64; 5] {
    [
        world.number(Part::Signer, "SELECT COUNT(*) AS n FROM approvals").await,
        world.number(Part::Pki, "SELECT COUNT(*) AS n FROM certificates").await,
        world.number(Part::Signer, "SELECT COUNT(*) AS n FROM signed").await,
        world.number(Part::Signer, "SELECT COUNT(*) AS n FROM delivered").await,
        world.number(Part::Signer, "SELECT COUNT(*) AS n FROM leaves").await,
    ]
}

const NOTHING: [i64; 5] = [0; 5];
/// A time-stamp proves the time for as long as the unit's certificate lives; then it must be renewed.
const STAMP_SECONDS: i64 = 5 * 365 * 86_400 - 1;
/// Working rows go when the file is finished; the approval stays as what the receipt says.
const ONE_ACT: [i64; 5] = [1, 1, 0, 1, 1];

/// What our own verifier says of a file from the root alone, at an instant.
pub(crate) fn verdict(world: &World, file: &[u8], at: Instant) -> Verdict {
    let anchors = Anchors::read(&std::fs::read(world.data().join("bundle.der")).unwrap()).unwrap();
    validate(file, &anchors, at).verdict()
}

/// At the signer's page that shows the statement of this proposal.
pub(crate) async fn reads(world: &World, person: &mut Browser, proposal: usize) -> Arrived {
    let slug = agency::proposals(person, &world.board).await.unwrap().remove(proposal);
    let here = world.board.agency.join(&format!("/proposals/{slug}/support")).unwrap();
    let arrived = person.open(here.as_str()).await.unwrap();
    let statement =
        agency::until(person, &world.board, arrived, |at| at.url.path() == here.path()).await.unwrap();
    agency::to_the_signer(person, &world.board, &statement).await.unwrap()
}

/// The passkey page of a request, loaded anew.
pub(crate) async fn accept_page(person: &mut Browser, reading: &Arrived) -> (Arrived, Form) {
    let reading = person.open(reading.url.as_str()).await.unwrap().ok().unwrap();
    let accept = agency::to_accept(person, &reading).await.unwrap();
    let form = accept.page().passkey_form(Ceremony::Get).unwrap().clone();
    (accept, form)
}

/// The passkey page again, which says that the last one stood open for too long.
#[track_caller]
fn assert_asked_again(arrived: &Arrived) {
    assert_heading(arrived, "accept-title");
    assert_says(arrived, "accept-late");
}

/// Mira supports a proposal: she reads, touches her passkey, gets a receipt and two files, and the agency counts her. A
/// stranger verifies the file from the root alone, now and for as long as its time-stamp lives.
#[tokio::test]
async fn what_was_read_is_signed_and_a_stranger_verifies_it() {
    let world = World::open().await;
    let mut mira = world.person("Mira").await;
    let reading = reads(&world, &mut mira, 0).await;
    assert_heading(&reading, "read-title");
    let accept = agency::to_accept(&mut mira, &reading).await.unwrap();
    let receipt = agency::sign(&mut mira, &world.board, &accept).await.unwrap();
    let [signed, published] = agency::files(&mut mira, &receipt).await.unwrap();
    let slug = agency::proposals(&mut mira, &world.board).await.unwrap().remove(0);
    mira.open(receipt.url.as_str()).await.unwrap().ok().unwrap();
    let fetched = agency::back(&mut mira, &world.board, &slug, &receipt).await.unwrap();
    assert!(fetched == signed, "the agency has another file than the person");

    let now = world.now();
    let (later, too_late) =
        (BEGINNING.plus_seconds(STAMP_SECONDS), BEGINNING.plus_seconds(STAMP_SECONDS + 1));
    for (at, expected) in
        [(now, Verdict::Genuine), (later, Verdict::Genuine), (too_late, Verdict::CannotBeConfirmed)]
    {
        assert_eq!(verdict(&world, &signed, at), expected);
        assert_eq!(verdict(&world, &published, at), Verdict::CannotBeConfirmed);
    }
    let mut changed = signed.clone();
    *changed.get_mut(11).unwrap() ^= 1;
    assert_eq!(verdict(&world, &changed, now), Verdict::NotGenuine);
    assert_eq!(states(&world).await, [("delivered".to_owned(), 1)]);
    assert_eq!(traces(&world).await, ONE_ACT);
    // The document that was shown is the beginning of the file that was signed.
    let shown =
        mira.peek(&reading.url.join(&format!("{}/document", reading.url.path())).unwrap()).await.unwrap();
    assert!(signed.starts_with(&shown.ok().unwrap().body));
}

/// A session is no signature: no touch, or a touch with one thing wrong, approves nothing.
#[tokio::test]
async fn without_a_touch_of_ones_own_nothing_is_signed() {
    let world = World::open().await;
    let (mut mira, jonas) = (world.person("Mira").await, world.person("Jonas").await);
    let reading = reads(&world, &mut mira, 0).await;
    let other_origin = world.board.idp.origin().ascii_serialization();
    let own = mira.device.credential_id().map(<[u8]>::to_vec);
    let honest = Fault::default;
    let mut answers: Vec<(Form, Arrived, &str)> = Vec::new();
    let (accept, mut empty) = accept_page(&mut mira, &reading).await;
    assert!(empty.fill("credential", ""));
    answers.push((empty, accept, "the passkey's answer cannot be read"));
    for (fault, why) in [
        (Fault { user_not_verified: true, ..honest() }, "the authenticator did not check who touched it"),
        (Fault { user_not_present: true, ..honest() }, "nobody touched the authenticator"),
        (Fault { origin: Some(other_origin), ..honest() }, "the answer was made on another site"),
        (Fault { cross_origin: true, ..honest() }, "the answer was made inside another site"),
        (
            Fault { rp_id: Some("signer.localhost".to_owned()), ..honest() },
            "the answer is for another relying party",
        ),
        (Fault { challenge: Some(vec![9; 32]), ..honest() }, "the answer is for something else"),
        (Fault { swapped_type: true, ..honest() }, "the answer is not an assertion"),
        (Fault { broken_signature: true, ..honest() }, "the passkey's signature does not match"),
        (
            Fault { credential_id: jonas.device.credential_id().map(<[u8]>::to_vec), ..honest() },
            "another passkey answered",
        ),
    ] {
        let (accept, form) = accept_page(&mut mira, &reading).await;
        let mut device = mira.device.clone();
        device.fault = fault;
        answers.push((borrowed(&mut device, &form, &accept.url, |_| ()), accept, why));
    }
    let (accept, form) = accept_page(&mut mira, &reading).await;
    let mut thief = jonas.device.clone();
    thief.fault.credential_id = own;
    let stolen = borrowed(&mut thief, &form, &accept.url, |options| {
        options.remove("allowCredentials");
    });
    answers.push((stolen, accept, "the passkey's signature does not match"));
    for (form, accept, why) in answers {
        let end = world.log.end();
        let refused = mira.submit(&form, form.buttons.first()).await.unwrap();
        assert_refused(&refused, 400, "touch-refused");
        let said = world.log.since(end);
        assert!(said.contains(why), "{}: {why}: {said}", accept.url);
        assert_eq!(traces(&world).await, NOTHING, "{why}");
    }
    // Nothing is lost: she signs now.
    let (accept, _) = accept_page(&mut mira, &reading).await;
    agency::sign(&mut mira, &world.board, &accept).await.unwrap();
    assert_eq!(traces(&world).await, ONE_ACT);
}

/// A good touch counts for the page that was shown and for nothing else: not for another request, not on another showing, not
/// after ten minutes, not a second time.
#[tokio::test]
async fn a_touch_counts_for_what_was_shown_and_once() {
    let world = World::open().await;
    let mut mira = world.person("Mira").await;
    let (first, second) = (reads(&world, &mut mira, 0).await, reads(&world, &mut mira, 1).await);
    let (accept_second, form_second) = accept_page(&mut mira, &second).await;
    let for_second = borrowed(&mut mira.device.clone(), &form_second, &accept_second.url, |_| ());
    let (accept_first, form_first) = accept_page(&mut mira, &first).await;
    let for_first = borrowed(&mut mira.device.clone(), &form_first, &accept_first.url, |_| ());

    // The other request's touch on this request's page, and the other request's page under this address.
    let mut crossed = form_first.clone();
    assert!(crossed.fill("credential", for_second.value("credential").unwrap()));
    let refused = mira.submit(&crossed, crossed.buttons.first()).await.unwrap();
    assert_refused(&refused, 400, "touch-refused");
    assert!(world.log.text().contains("the answer is for something else"));
    let mut moved = for_first.clone();
    assert!(moved.fill("credential", for_second.value("credential").unwrap()));
    assert!(moved.fill("showing", for_second.value("showing").unwrap()));
    let fresh = mira.submit(&moved, moved.buttons.first()).await.unwrap().ok().unwrap();
    assert_asked_again(&fresh);
    // Another showing of the same request.
    let (_, later) = accept_page(&mut mira, &first).await;
    let mut mixed = later.clone();
    assert!(mixed.fill("credential", for_first.value("credential").unwrap()));
    let refused = mira.submit(&mixed, mixed.buttons.first()).await.unwrap();
    assert_refused(&refused, 400, "touch-refused");
    // Ten minutes less a second is in time; at ten minutes it is not.
    world.clock.advance(600);
    let fresh = mira.submit(&for_first, for_first.buttons.first()).await.unwrap().ok().unwrap();
    assert_asked_again(&fresh);
    assert_eq!(traces(&world).await, NOTHING);

    let (accept, form) = accept_page(&mut mira, &first).await;
    let good = borrowed(&mut mira.device.clone(), &form, &accept.url, |_| ());
    world.clock.advance(599);
    let receipt = mira.submit(&good, good.buttons.first()).await.unwrap().ok().unwrap();
    assert_heading(&receipt, "receipt-title");
    let again = mira.submit(&good, good.buttons.first()).await.unwrap();
    assert_refused(&again, 409, "not-open");
    assert_eq!(states(&world).await, [("delivered".to_owned(), 1), ("requested".to_owned(), 1)]);
    assert_eq!(traces(&world).await, ONE_ACT);
}

/// Two tabs, two touches, both good: the first that is approved wins, and there is one signature.
#[tokio::test]
async fn of_two_tabs_the_first_approval_wins() {
    let world = World::open().await;
    let mut mira = world.person("Mira").await;
    let reading = reads(&world, &mut mira, 0).await;
    let mut tabs = Vec::new();
    for _ in 0..2 {
        let (accept, form) = accept_page(&mut mira, &reading).await;
        tabs.push((mira.clone(), borrowed(&mut mira.device.clone(), &form, &accept.url, |_| ())));
    }
    let [(mut left, left_form), (mut right, right_form)] = <[_; 2]>::try_from(tabs).ok().unwrap();
    let (one, two) = tokio::join!(
        left.submit(&left_form, left_form.buttons.first()),
        right.submit(&right_form, right_form.buttons.first()),
    );
    let mut answers = [one.unwrap(), two.unwrap()];
    answers.sort_by_key(|arrived| arrived.status);
    let [won, lost] = answers;
    assert_heading(&won.ok().unwrap(), "receipt-title");
    // Its page is gone with the other's approval; or it had been read before, and the decision was not its own.
    assert_refused(&lost, 409, "not-open");
    assert_eq!(traces(&world).await, ONE_ACT);
}

/// Somebody with the database changes the document after it was shown: nothing is signed, and with the right one she can sign.
#[tokio::test]
async fn a_document_changed_after_it_was_shown_is_not_signed() {
    let world = World::open().await;
    let mut mira = world.person("Mira").await;
    let reading = reads(&world, &mut mira, 0).await;
    let (accept, form) = accept_page(&mut mira, &reading).await;
    let touch = borrowed(&mut mira.device.clone(), &form, &accept.url, |_| ());
    let rows = world.rows(Part::Signer, Sql::new("SELECT octets FROM documents")).await;
    let document = rows.first().unwrap().blob("octets").unwrap();
    let mut other = document.clone();
    // One bit of the binary comment: every reader shows the same page.
    *other.get_mut(11).unwrap() ^= 1;
    world.tamper(Part::Signer, Sql::new("UPDATE documents SET octets = $1").blob(&other)).await;

    let refused = mira.submit(&touch, touch.buttons.first()).await.unwrap();
    assert_refused(&refused, 503, "ask-again");
    assert!(world.log.text().contains("the document is not the one that was approved"));
    assert_eq!(states(&world).await, [("requested".to_owned(), 1)]);
    assert_eq!(traces(&world).await, NOTHING, "no certificate, no signature, no approval that could be used");
    // The touch cannot be used again, by nobody.
    world.tamper(Part::Signer, Sql::new("UPDATE documents SET octets = $1").blob(&document)).await;
    let again = mira.submit(&touch, touch.buttons.first()).await.unwrap().ok().unwrap();
    assert_asked_again(&again);
    let (accept, _) = accept_page(&mut mira, &reading).await;
    agency::sign(&mut mira, &world.board, &accept).await.unwrap();
    assert_eq!(traces(&world).await, ONE_ACT);
}

/// Somebody with the database changes what is shown instead: the picture, its text, or the document before it is opened. No page
/// asks for a touch until they are what was drawn.
#[tokio::test]
async fn what_is_not_as_it_was_drawn_is_not_offered_for_signing() {
    let world = World::open().await;
    let mut mira = world.person("Mira").await;
    let reading = reads(&world, &mut mira, 0).await;
    let (column, first) = ("SELECT png, words FROM pages", "SELECT octets FROM documents");
    let page = world.rows(Part::Signer, Sql::new(column)).await;
    let (png, words) =
        (page.first().unwrap().blob("png").unwrap(), page.first().unwrap().text("words").unwrap());
    let document = world.rows(Part::Signer, Sql::new(first)).await.first().unwrap().blob("octets").unwrap();
    let flipped = |octets: &[u8]| {
        let mut octets = octets.to_vec();
        *octets.last_mut().unwrap() ^= 1;
        octets
    };
    let picture = |octets: &[u8]| Sql::new("UPDATE pages SET png = $1").blob(octets);
    let text = |words: &str| Sql::new("UPDATE pages SET words = $1").text(words);
    let file = |octets: &[u8]| Sql::new("UPDATE documents SET octets = $1").blob(octets);
    for (change, back) in [
        (picture(&flipped(&png)), picture(&png)),
        (text(&words.replace("support", "oppose")), text(&words)),
        (file(&flipped(&document)), file(&document)),
    ] {
        world.tamper(Part::Signer, change).await;
        let refused = mira.open(&format!("{}/accept", reading.url)).await.unwrap();
        assert_refused(&refused, 500, "fault");
        world.tamper(Part::Signer, back).await;
    }
    assert_eq!(world.log.text().matches("ALARM: a stored document or its pictures were changed").count(), 3);
    assert_eq!(traces(&world).await, NOTHING);
    let (accept, _) = accept_page(&mut mira, &reading).await;
    agency::sign(&mut mira, &world.board, &accept).await.unwrap();
    assert_eq!(traces(&world).await, ONE_ACT);
}

/// A suspended person signs nothing, also where the signer has not heard of it: the authority decides in the act.
#[tokio::test]
async fn a_suspended_person_signs_nothing() {
    let world = World::open().await;
    let (mut officer, mut noor) = (world.officer().await, Browser::new().unwrap());
    let slip = enrol::at_the_desk(&mut officer, &mut noor, &world.board, crate::enrol::NOOR).await.unwrap();
    world.told().await;
    let reading = reads(&world, &mut noor, 0).await;
    let (accept, form) = accept_page(&mut noor, &reading).await;
    let touch = borrowed(&mut noor.device.clone(), &form, &accept.url, |_| ());
    enrol::set_status(&mut officer, &world.board, &slip.case, "suspended").await.unwrap();
    world.told().await;
    let refused = noor.submit(&touch, touch.buttons.first()).await.unwrap();
    assert_refused(&refused, 403, "stopped");
    assert_eq!(traces(&world).await, NOTHING);
    // The signer is made to believe that she is active.
    world.tamper(Part::Signer, Sql::new("UPDATE people SET status = 0")).await;
    let (accept, form) = accept_page(&mut noor, &reading).await;
    let touch = borrowed(&mut noor.device.clone(), &form, &accept.url, |_| ());
    let refused = noor.submit(&touch, touch.buttons.first()).await.unwrap();
    assert_refused(&refused, 403, "stopped");
    assert_eq!(traces(&world).await, NOTHING);
    assert_eq!(states(&world).await, [("requested".to_owned(), 1)]);

    enrol::set_status(&mut officer, &world.board, &slip.case, "active").await.unwrap();
    world.told().await;
    let (accept, _) = accept_page(&mut noor, &reading).await;
    agency::sign(&mut noor, &world.board, &accept).await.unwrap();
    assert_eq!(traces(&world).await, ONE_ACT);
}

/// A request is for one person: to anybody else it is not there, and to nobody it shows only the way to sign in.
#[tokio::test]
async fn a_request_is_there_for_its_person_only() {
    let world = World::open().await;
    let (mut mira, mut jonas) = (world.person("Mira").await, world.person("Jonas").await);
    let reading = reads(&world, &mut mira, 0).await;
    reads(&world, &mut jonas, 0).await;
    for path in ["", "/accept", "/refuse", "/document", "/pages/1", "/signed", "/without-evidence"] {
        let address = format!("{}{path}", reading.url);
        assert_refused(&jonas.open(&address).await.unwrap(), 404, "not-found");
        let nobody = Browser::new().unwrap().open(&address).await.unwrap();
        assert_eq!(nobody.url.origin(), world.board.idp.origin(), "{}", nobody.said());
    }
    // Jonas with Mira's form and her touch.
    let (accept, form) = accept_page(&mut mira, &reading).await;
    let touch = borrowed(&mut mira.device.clone(), &form, &accept.url, |_| ());
    jonas.open(world.board.signer.as_str()).await.unwrap().ok().unwrap();
    let refused = jonas.submit(&touch, touch.buttons.first()).await.unwrap();
    assert_refused(&refused, 403, "form-foreign");
    assert_eq!(traces(&world).await, NOTHING);
}

/// A person refuses with a reason: the agency hears it, nothing is signed, and the request is decided.
#[tokio::test]
async fn a_refusal_reaches_the_agency() {
    let world = World::open().await;
    let mut mira = world.person("Mira").await;
    let reading = reads(&world, &mut mira, 0).await;
    let (accept, form) = accept_page(&mut mira, &reading).await;
    let touch = borrowed(&mut mira.device.clone(), &form, &accept.url, |_| ());
    let page = mira.open(&format!("{}/refuse", reading.url)).await.unwrap().ok().unwrap();
    let mut form = page.page().form_with("reason").unwrap().clone();
    assert!(form.fill("reason", "I know another proposal."));
    let ended = mira.submit(&form, form.buttons.first()).await.unwrap().ok().unwrap();
    assert_heading(&ended, "ended-refused");
    let agency = world.relying_party().await;
    let state = requests::state(&world, &agency, &reading).await;
    assert_eq!(state.body.get("state").unwrap(), "refused");
    assert_eq!(state.body.get("reason").unwrap(), "I know another proposal.");
    let late = mira.submit(&touch, touch.buttons.first()).await.unwrap();
    assert!(late.status.is_client_error(), "{}", late.said());
    assert_eq!(traces(&world).await, NOTHING);
}

/// A week is a week: a second before its end the request can be signed, at its end nobody can, and the agency hears so.
#[tokio::test]
async fn a_request_ends_after_a_week() {
    let world = World::open().await;
    let mut mira = world.person("Mira").await;
    let reading = reads(&world, &mut mira, 0).await;
    world.clock.advance(7 * 86_400 - 1);
    let reread = mira.open(reading.url.as_str()).await.unwrap();
    let signer = world.board.signer.origin();
    let reread =
        agency::until(&mut mira, &world.board, reread, |here| here.url.origin() == signer).await.unwrap();
    assert_heading(&reread, "read-title");
    let (accept, form) = accept_page(&mut mira, &reading).await;
    let touch = borrowed(&mut mira.device.clone(), &form, &accept.url, |_| ());
    world.clock.advance(1);
    let late = mira.submit(&touch, touch.buttons.first()).await.unwrap();
    assert_refused(&late, 409, "not-open");
    let ended = mira.open(reading.url.as_str()).await.unwrap().ok().unwrap();
    assert_heading(&ended, "ended-expired");
    assert_eq!(traces(&world).await, NOTHING);
}
