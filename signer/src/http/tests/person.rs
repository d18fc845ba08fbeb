//! Ana reads, decides, and gets her file.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use pki_core::bytes::Id;
use pki_core::enrolment::tag;
use pki_core::feed::Status;
use pki_core::jose::base64url;
use pki_core::key::sha256;
use signer_core::validate::{Anchors, Verdict, validate};

use super::country::{HANDLE, MACHINE_TOKEN, SIGNER};
use super::{Order, Page, STRANGER, World, credential};
use crate::app::follow;
use crate::render::tests::{document, long_document, said_of};
use crate::store::requests::State;

async fn state(world: &World, id: &Id) -> State {
    world.app().store.request(id).await.unwrap().unwrap().state
}

/// Where whoever answers a page that stood open for too long finds a fresh one.
fn late(id: &Id) -> String {
    format!("/sign/{}/accept?late=1", id.hex())
}

fn verdict(world: &World, file: &[u8]) -> Verdict {
    validate(file, &Anchors::of(world.elsewhere.root().clone()).unwrap(), world.app().now()).verdict()
}

/// Ana reads two hundred pages one at a time: the next one first, her answer whenever she likes, and no page is heavy.
#[tokio::test]
async fn a_long_document_is_read_page_by_page() {
    const HTML_MAX: usize = 12 << 10;
    let world = World::new().await;
    let document = long_document(200);
    std::fs::write(world.scratch.path().join("frames"), said_of(document.clone())).unwrap();
    let mut order = Order::new(&world);
    order.claims["document_sha256"] = base64url(sha256(&document).as_bytes()).into();
    order.document = document;
    let asked = world.ask(&order).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text());
    let here = format!("/sign/{}", asked.json()["id"].as_str().unwrap());
    let ana = world.browser(&HANDLE).await;
    let (next, answer) = (
        |page: u16| format!("class=\"button\" href=\"{here}?page={page}#document"),
        format!("{here}/accept"),
    );
    for (asked, number) in
        [("", 1), ("?page=2", 2), ("?page=199", 199), ("?page=200", 200), ("?page=9999", 200)]
    {
        let page = world.get(&ana, &format!("{here}{asked}")).await.text();
        assert!(page.contains(&format!("Page {number} of 200")) && page.len() < HTML_MAX, "{}", page.len());
        assert!(page.contains(&format!("<h3 dir=\"auto\" lang=\"en\">Part {number}</h3>")), "{page}");
        assert_eq!(page.contains(&next(number + 1)), number < 200, "{page}");
        assert_eq!(
            page.contains(&format!("?page={}#document\" rel=\"prev\"", number - 1)),
            number > 1,
            "{page}"
        );
        assert!(page.contains(&answer) && page.contains("max=\"200\""), "{page}");
        assert_eq!(page.matches("<img").count(), 1, "{page}");
    }
}

/// The whole walk: read, accept, receipt, both copies, and the agency's side of it.
#[tokio::test]
async fn ana_signs_what_she_read_and_the_agency_gets_it() {
    let world = World::new().await;
    let id = world.asked().await;
    let ana = world.browser(&HANDLE).await;
    let here = format!("/sign/{}", id.hex());
    let read = world.get(&ana, &here).await;
    let text = read.text();
    assert_eq!(read.status, StatusCode::OK);
    assert!(text.contains("Statement of &#60;support&#62;") && text.contains("Open Assembly"), "{text}");
    assert!(text.contains("I support this\nproposal.") && text.contains("Page 1 of 1"), "{text}");
    // Its text is heard beside the picture, and read in its place; beyond the last page is the last page.
    assert!(
        text.contains("/pages/1\" width=") && text.contains("visually-hidden\" aria-label=\"Text of page 1")
    );
    let as_text = world.get(&ana, &format!("{here}?page=9&as=text")).await.text();
    assert!(as_text.contains("I support this\nproposal.") && as_text.contains("Page 1 of 1"), "{as_text}");
    assert!(!as_text.contains("<img") && as_text.contains("?page=1#document"), "{as_text}");
    let picture = world.get(&ana, &format!("{here}/pages/1")).await;
    assert_eq!((picture.header("content-type"), &picture.body[1..4]), ("image/png", &b"PNG"[..]));
    assert_eq!(world.get(&ana, &format!("{here}/document")).await.body, document());

    let done = world.accept(&ana, &id).await;
    assert_eq!(
        (done.status, done.header("location")),
        (StatusCode::SEE_OTHER, here.as_str()),
        "{}",
        done.text()
    );
    let receipt = world.get(&ana, &here).await.text();
    assert!(receipt.contains("You signed the document") && receipt.contains("Ana Vidal"), "{receipt}");
    let number = world.app().store.request(&id).await.unwrap().unwrap().receipt;
    for pattern in [service::ornament::rosette(number.as_str()), service::ornament::border(number.as_str())] {
        assert!(receipt.contains(pattern.as_str()), "its own pattern: {receipt}");
    }
    assert!(receipt.contains(&format!("http://127.0.0.1:8403/signed?request_id={}", id.hex())), "{receipt}");

    let signed = world.get(&ana, &format!("{here}/signed")).await.body;
    assert!(signed.starts_with(&document()), "what was shown is a prefix of what was signed");
    assert_eq!(verdict(&world, &signed), Verdict::Genuine);
    let copy = world.get(&ana, &format!("{here}/without-evidence")).await.body;
    assert_eq!(verdict(&world, &copy), Verdict::CannotBeConfirmed);
    assert_eq!(world.elsewhere.certificates(), vec![(0, false)]);

    let told = world.agency_get(MACHINE_TOKEN, &format!("/v1/requests/{}", id.hex())).await.json();
    assert_eq!((told["state"].as_str(), told["id"].as_str()), (Some("delivered"), Some(id.hex().as_str())));
    assert!(told["receipt"].as_str().unwrap().starts_with("R26-"));
    let fetched = world.agency_get(MACHINE_TOKEN, &format!("/v1/requests/{}/document", id.hex())).await;
    assert_eq!((fetched.status, fetched.body), (StatusCode::OK, signed));
}

#[tokio::test]
async fn nobody_else_sees_or_decides() {
    let world = World::new().await;
    let id = world.asked().await;
    let (ana, stranger) = (world.browser(&HANDLE).await, world.browser(&STRANGER).await);
    let page = world.accept_page(&ana, &id).await;
    let touch = world.touch(&page, &id).await;
    for path in ["", "/pages/1", "/document", "/accept", "/refuse", "/signed"] {
        let reply = world.get(&stranger, &format!("/sign/{}{path}", id.hex())).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
    }
    // With Ana's whole form, but in another session: the token of the form is not theirs.
    assert_eq!(world.answer(&stranger, &id, &page, &touch).await.status, StatusCode::FORBIDDEN);
    // Without a session the way leads back to this step, and from there to the identity provider; nothing is signed.
    let nobody = world.answer("", &id, &page, &touch).await;
    let late = format!("{SIGNER}/sign/{}/accept?late=1", id.hex());
    assert_eq!(nobody.status, StatusCode::OK, "a redirect after a form would be blocked");
    assert!(nobody.text().contains(&format!("content=\"0;url={late}\"")), "{}", nobody.text());
    let to_login = world.get("", &format!("/sign/{}", id.hex())).await;
    assert_eq!(to_login.status, StatusCode::SEE_OTHER);
    let location = to_login.header("location");
    assert!(location.contains("/authorize?client_id=signer&request_uri="), "{location}");
    assert_eq!(state(&world, &id).await, State::Requested);
    assert_eq!(world.elsewhere.certificates(), Vec::new());
}

#[tokio::test]
async fn a_session_without_a_touch_and_a_touch_for_something_else_sign_nothing() {
    let world = World::new().await;
    let (id, other) = (world.asked().await, world.asked().await);
    let ana = world.browser(&HANDLE).await;
    let page = world.accept_page(&ana, &id).await;
    assert_eq!(world.answer(&ana, &id, &page, "").await.status, StatusCode::BAD_REQUEST);
    let elsewhere = world.accept_page(&ana, &other).await;
    let for_other = world.touch(&elsewhere, &other).await;
    assert_eq!(world.answer(&ana, &id, &page, &for_other).await.status, StatusCode::BAD_REQUEST);
    // The other request's showing under this request's address.
    let crossed = Page { csrf: page.csrf.clone(), ..elsewhere };
    let fresh = world.answer(&ana, &id, &crossed, &for_other).await;
    assert_eq!((fresh.status, fresh.header("location")), (StatusCode::SEE_OTHER, late(&id).as_str()));
    // A login is no signature: the same passkey over another tag.
    let login = credential(&world.elsewhere.ana.approve(tag::APPROVE, b"login").unwrap().assertion);
    assert_eq!(world.answer(&ana, &id, &page, &login).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(state(&world, &id).await, State::Requested);
    assert_eq!(world.elsewhere.certificates(), Vec::new());
}

#[tokio::test]
async fn each_showing_is_fresh_and_ends_after_ten_minutes() {
    let world = World::new().await;
    let id = world.asked().await;
    let ana = world.browser(&HANDLE).await;
    let (one, two) = (world.accept_page(&ana, &id).await, world.accept_page(&ana, &id).await);
    assert_ne!((&one.showing, &one.challenge), (&two.showing, &two.challenge));
    let touch = world.touch(&one, &id).await;
    world.clock.advance(600);
    let ana = world.browser(&HANDLE).await;
    let csrf = world.accept_page(&ana, &id).await.csrf;
    let old = Page { csrf, ..one };
    let fresh = world.answer(&ana, &id, &old, &touch).await;
    assert_eq!((fresh.status, fresh.header("location")), (StatusCode::SEE_OTHER, late(&id).as_str()));
    assert_eq!(state(&world, &id).await, State::Requested);
    // The fresh page says what became of the old one; one that nobody was late for says nothing of the kind.
    let said = "Your last page stood open for too long";
    assert!(world.get(&ana, &late(&id)).await.text().contains(said));
    assert!(!world.get(&ana, &format!("/sign/{}/accept", id.hex())).await.text().contains(said));
    assert_eq!(world.accept(&ana, &id).await.status, StatusCode::SEE_OTHER);
    assert_eq!(state(&world, &id).await, State::Delivered);
    let again = world.get(&ana, &format!("/sign/{}/accept", id.hex())).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "what is signed is not offered again");
}

#[tokio::test]
async fn a_foreign_form_is_refused() {
    let world = World::new().await;
    let id = world.asked().await;
    let ana = world.browser(&HANDLE).await;
    let page = world.accept_page(&ana, &id).await;
    let touch = world.touch(&page, &id).await;
    let mut forged =
        Page { csrf: page.csrf.clone(), showing: page.showing.clone(), challenge: String::new() };
    forged.csrf.pop();
    assert_eq!(world.answer(&ana, &id, &forged, &touch).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.answer(&ana, &id, &page, &touch).await.status, StatusCode::SEE_OTHER);
    let again = world.answer(&ana, &id, &page, &touch).await;
    assert_eq!((again.status, again.header("location")), (StatusCode::SEE_OTHER, late(&id).as_str()));
    assert_eq!(world.get(&ana, &late(&id)).await.status, StatusCode::CONFLICT, "a touch is used once");
    assert_eq!(world.elsewhere.certificates().len(), 1);
}

#[tokio::test]
async fn a_refusal_reaches_the_agency_with_its_reason() {
    let world = World::new().await;
    let id = world.asked().await;
    let ana = world.browser(&HANDLE).await;
    let csrf = world.accept_page(&ana, &id).await.csrf;
    let path = format!("/sign/{}/refuse", id.hex());
    let long = "x".repeat(501);
    let refused = world.post(&ana, &path, &[("csrf", &csrf), ("reason", &long)]).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    // The form again, with what was written, and what to mend in both places.
    let form = refused.text();
    assert!(form.contains(&long) && form.contains("<title>Error: "), "{form}");
    assert_eq!(form.matches("Shorten your reason").count(), 2, "{form}");
    assert_eq!(state(&world, &id).await, State::Requested);
    let refused = world.post(&ana, &path, &[("csrf", &csrf), ("reason", "The date is wrong.")]).await;
    assert_eq!(refused.status, StatusCode::SEE_OTHER);
    assert!(world.get(&ana, &format!("/sign/{}", id.hex())).await.text().contains("You refused to sign"));
    let told = world.agency_get(MACHINE_TOKEN, &format!("/v1/requests/{}", id.hex())).await.json();
    assert_eq!(
        (told["state"].as_str(), told["reason"].as_str()),
        (Some("refused"), Some("The date is wrong."))
    );
    let none = world.agency_get(MACHINE_TOKEN, &format!("/v1/requests/{}/document", id.hex())).await;
    assert_eq!((none.status, none.kind()), (StatusCode::CONFLICT, "not-delivered".to_owned()));
}

#[tokio::test]
async fn a_suspended_person_signs_nothing_here_and_nothing_there() {
    let world = World::new().await;
    let id = world.asked().await;
    let ana = world.browser(&HANDLE).await;
    // The registry knows before this house does.
    world.elsewhere.dials.lock().unwrap().suspended = true;
    let late = world.accept(&ana, &id).await;
    assert_eq!(late.status, StatusCode::FORBIDDEN);
    assert!(late.text().contains("You cannot sign now"));
    assert_eq!(state(&world, &id).await, State::Requested);
    // And then the feed tells it.
    world.elsewhere.order(Status::Suspended);
    assert_eq!(follow::poll(world.app(), 0).await, Ok(1));
    let page = world.get(&ana, &format!("/sign/{}/accept", id.hex())).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    world.elsewhere.order(Status::Active);
    world.elsewhere.dials.lock().unwrap().suspended = false;
    follow::poll(world.app(), 0).await.unwrap();
    assert_eq!(world.accept(&ana, &id).await.status, StatusCode::SEE_OTHER);
    assert_eq!(state(&world, &id).await, State::Delivered);
}

#[tokio::test]
async fn a_session_ends_after_a_quarter_of_an_hour_without_a_step() {
    let world = World::new().await;
    let ana = world.browser(&HANDLE).await;
    world.clock.advance(15 * 60 - 1);
    assert_eq!(world.get(&ana, "/sign").await.status, StatusCode::OK);
    // The first page is the list for Ana, and says what this house is for to others.
    assert!(world.get(&ana, "/").await.text().contains("Nothing waits for you"));
    let nobody = world.get("", "/").await;
    assert!(nobody.status == StatusCode::OK && nobody.text().contains("href=\"/sign\""), "{}", nobody.text());
    world.clock.advance(15 * 60 - 1);
    assert_eq!(world.get(&ana, "/sign").await.status, StatusCode::OK);
    world.clock.advance(15 * 60);
    let over = world.get(&ana, "/sign").await;
    assert_eq!(over.status, StatusCode::SEE_OTHER);
    assert!(over.header("set-cookie").starts_with("__Host-sign-login="));
}

/// What is written at our page is kept for somebody whose session is over; what another site sends is not.
#[tokio::test]
async fn only_our_own_page_puts_words_into_somebodys_mouth() {
    let world = World::new().await;
    let id = world.asked().await;
    for (origin, kept) in [(SIGNER, true), ("http://localhost:8403", false)] {
        let request = Request::post(format!("/sign/{}/refuse", id.hex()))
            .header(header::ORIGIN, origin)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("csrf=&reason=It+is+wrong."))
            .unwrap();
        let reply = world.send(request).await;
        assert_eq!(reply.header("set-cookie").starts_with("__Host-sign-kept="), kept, "{origin}");
        let to_the_form = format!("content=\"0;url={SIGNER}/sign/{}/refuse\"", id.hex());
        assert!(reply.text().contains(&to_the_form), "{}", reply.text());
    }
    assert_eq!(state(&world, &id).await, State::Requested);
}

#[tokio::test]
async fn an_answer_of_another_login_or_issuer_signs_nobody_in() {
    let world = World::new().await;
    let begun = world.get("", "/sign").await;
    let cookie = begun.header("set-cookie").split(';').next().unwrap().to_owned();
    for query in ["state=x&code=y", "code=y", &format!("state=x&code=y&iss={SIGNER}")] {
        let reply = world.get(&cookie, &format!("/callback?{query}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(!reply.header("set-cookie").contains("__Host-sign="));
    }
    assert_eq!(world.get("", "/callback?state=x&code=y").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn signing_out_ends_the_session_itself() {
    let world = World::new().await;
    let ana = world.browser(&HANDLE).await;
    let page = world.get(&ana, "/sign").await.text();
    let csrf = page.split_once("name=\"csrf\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
    assert_eq!(world.post(&ana, "/logout", &[("csrf", "x")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.post(&ana, "/logout", &[("csrf", &csrf)]).await.status, StatusCode::OK);
    assert_eq!(
        world.get(&ana, "/sign").await.status,
        StatusCode::SEE_OTHER,
        "the cookie alone is worth nothing"
    );
}

#[tokio::test]
async fn a_feed_that_puts_somebody_in_anas_place_halts() {
    let world = World::new().await;
    let before = world.app().store.person(&HANDLE).await.unwrap();
    world.elsewhere.enrol_over_ana();
    for _ in 0..2 {
        assert_eq!(follow::poll(world.app(), 0).await, Err(follow::FollowError::OtherPerson));
    }
    assert_eq!(world.app().store.person(&HANDLE).await.unwrap(), before);
    assert_eq!(
        world.app().store.position().await.unwrap().follower.number,
        2,
        "nothing after it is read either"
    );
    // What was signed before is served; nothing new is approved once the silence is long.
    let id = world.asked().await;
    world.clock.advance(15 * 60 + 1);
    let ana = world.browser(&HANDLE).await;
    let page = world.get(&ana, &format!("/sign/{}/accept", id.hex())).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
}
