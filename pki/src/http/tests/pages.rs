//! People and officers, page by page.

use super::browser::{Browser, Page};
use super::open;
use crate::app::sandbox;
use crate::app::tests::World;
use crate::app::tests::authenticator::Authenticator;
use axum::http::StatusCode;

async fn link(world: &World, name: &str) -> String {
    let offers = sandbox::offer(&world.app, &sandbox::cast()).await.unwrap();
    let url = offers.into_iter().find(|offer| offer.name.starts_with(name)).unwrap().url;
    url.strip_prefix(crate::app::tests::ORIGIN).unwrap().to_owned()
}

/// An officer opens the link, makes a passkey and signs in: the browser stands at the desk.
async fn officer(world: &World, browser: &mut Browser) -> Authenticator {
    let page = browser.get(&link(world, "Tomas").await).await;
    assert!(page.says("Tomas Berg") && page.says("Desk 3, Harbour Street"), "{}", page.text);
    let mut passkey = Authenticator::new(21);
    let sign_in = browser.touch(&page, &mut passkey).await;
    assert_eq!(
        (sign_in.status, sign_in.path.as_str()),
        (StatusCode::OK, "/desk/sign-in?new=1"),
        "{}",
        sign_in.text
    );
    let desk = browser.touch(&sign_in, &mut passkey).await;
    assert_eq!((desk.status, desk.path.as_str()), (StatusCode::OK, "/desk"), "{}", desk.text);
    passkey
}

/// From "Next person" to the page that asks for the officer's approval.
async fn questions(browser: &mut Browser) -> Page {
    let desk = browser.get("/desk").await;
    let names = browser.send(&desk, "/desk/cases", &[]).await;
    assert!(names.path.ends_with("/names"), "{}", names.path);
    let typed = [("given", "Amina"), ("family", "El Haddad"), ("script", "Latn")];
    let other = browser.send(&names, "", &typed).await;
    let typed = [("another", "yes"), ("kind", "transliterated"), ("given", "أمينة"), ("script", "Arab")];
    let more = browser.send(&other, "", &typed).await;
    assert!(more.says("أمينة") && more.path.ends_with("/other-names"));
    let birth = browser.send(&more, "", &[("another", "no")]).await;
    let identity = browser.send(&birth, "", &[("day", "4"), ("month", "3"), ("year", "1990")]).await;
    let checked = [("document", "passport"), ("ending", "4471"), ("photo", "same")];
    let answers = browser.send(&identity, "", &checked).await;
    for fact in ["Amina El Haddad", "أمينة", "4 March 1990", "Passport", "4471"] {
        assert!(answers.says(fact), "{fact} is missing in {}", answers.text);
    }
    browser.send(&answers, "", &[]).await
}

/// The whole enrolment at the desk, with two browsers: officer and person see the same fingerprint, and at the end the
/// officer stops the identity by its case number.
#[tokio::test]
async fn an_officer_enrols_a_person_and_stops_the_identity() {
    let (world, router) = open().await;
    let (mut officers, mut persons) = (Browser::new(&router), Browser::new(&router));
    let mut officers_key = officer(&world, &mut officers).await;
    let approve = questions(&mut officers).await;
    assert!(approve.path.ends_with("/approve"), "{}", approve.text);
    assert!(approve.says("<span class=\"second\"><bdi lang=\"und-Arab\" dir=\"rtl\">أمينة</bdi>"));
    let slip = officers.touch(&approve, &mut officers_key).await;
    assert!(slip.path.ends_with("/slip"), "{}", slip.text);
    assert!(slip.says("data-waits=\"slip\"") && !slip.headers.contains_key("refresh"));
    assert!(slip.says("/a/page.") && slip.says("<svg class=\"qr\""));
    let code = slip.groups("data-slip-code");
    assert_eq!(code.len(), 19, "{code}");

    let typed = persons.get("/enrol").await;
    let code = code.to_lowercase();
    let invitation = persons.send(&typed, "/enrol", &[("code", &code)]).await;
    assert!(invitation.says("Amina El Haddad") && invitation.says("lang=\"und-Arab\" dir=\"rtl\""));
    let mut persons_key = Authenticator::new(31);
    let waiting = persons.touch(&invitation, &mut persons_key).await;
    assert!(waiting.path.ends_with("/made") && waiting.says("data-waits=\"confirm\""), "{}", waiting.text);

    let confirm = officers.get(&slip.path).await;
    assert!(confirm.path.ends_with("/confirm"), "{}", confirm.path);
    let fingerprint = confirm.groups("data-fingerprint");
    assert_eq!(fingerprint.len(), 19, "{fingerprint}");
    assert_eq!(waiting.groups("class=\"slip code groups\""), fingerprint);
    let person = officers.touch(&confirm, &mut officers_key).await;
    assert_eq!(person.marked("data-status"), "Active");
    assert!(!person.says("Amina"), "a case number shows a status and no name");
    let made = persons.get(&waiting.path).await;
    assert!(made.says("Your passkey is ready") && !made.says("data-waits"));
    let used = persons.get(waiting.path.strip_suffix("/made").unwrap()).await;
    assert_eq!(used.status, StatusCode::GONE);
    assert!(used.says("This slip has been used") && !used.says("Amina"));

    let number = person.path.rsplit('/').next().unwrap().to_owned();
    let found = officers.get(&format!("/desk/find?number={}", number.replace('-', "+"))).await;
    let action = format!("/desk/cases/{number}/status");
    let order = officers.send(&found, &action, &[("status", "suspended")]).await;
    let stopped = officers.touch(&order, &mut officers_key).await;
    assert_eq!(stopped.marked("data-status"), "Stopped");
    let again = officers.get(&order.path).await;
    assert_eq!(again.status, StatusCode::GONE, "an order works once");
}

/// A sandbox slip binds by itself: one page, one touch, and nothing to wait for.
#[tokio::test]
async fn a_sandbox_person_is_enrolled_with_the_link_alone() {
    let (world, router) = open().await;
    let mut browser = Browser::new(&router);
    let page = browser.get(&link(&world, "Mira").await).await;
    assert!(page.says("Mira Lindqvist") && !page.says("The officer compares"));
    let made = browser.touch(&page, &mut Authenticator::new(31)).await;
    assert!(made.says("Your passkey is ready"), "{}", made.text);
    let again = browser.touch(&page, &mut Authenticator::new(32)).await;
    assert_eq!(again.status, StatusCode::GONE);
    assert!(again.says("This slip has been used") && again.says("Case number"));
}

/// A page in Arabic greets a person by their name in Arabic writing, where the record has one; a choice of the language
/// comes back to the slip in hand, and leads nowhere else.
#[tokio::test]
async fn a_greeting_is_in_the_writing_of_the_page() {
    let (world, router) = open().await;
    for (who, greeting) in [
        ("Amina", "<bdi lang=\"und-Arab\" dir=\"rtl\">أمينة</bdi>"),
        ("Mira", "<bdi lang=\"und-Latn\" dir=\"ltr\">Mira</bdi>"),
    ] {
        let path = link(&world, who).await;
        let page = Browser::new(&router).get(&format!("/language/ar?back={path}")).await;
        assert_eq!((page.status, page.path.as_str()), (StatusCode::OK, path.as_str()));
        assert!(page.text.contains("<html lang=\"ar\" dir=\"rtl\">") && page.says("مرحبًا"), "{}", page.text);
        assert!(page.text.contains(greeting), "{}", page.text);
        assert!(Browser::new(&router).get(&path).await.text.contains("<html lang=\"en\" dir=\"ltr\">"));
    }
    let elsewhere = Browser::new(&router).get("/language/ar?back=//evil.example/").await;
    assert_eq!(elsewhere.status, StatusCode::BAD_REQUEST);
}

/// A form that another page sends, or that another browser was given, does nothing.
#[tokio::test]
async fn a_form_of_another_browser_is_refused() {
    let (world, router) = open().await;
    let (mut own, mut other) = (Browser::new(&router), Browser::new(&router));
    let path = link(&world, "Mira").await;
    let (page, _) = (own.get(&path).await, other.get(&path).await);
    let stolen = other.touch(&page, &mut Authenticator::new(31)).await;
    assert_eq!(stolen.status, StatusCode::FORBIDDEN);
    assert!(stolen.says("This form did not come from this page"));
    let without = own.post("/enrol", &[("code", "0000-0000-0000-0000")]).await;
    assert_eq!(without.status, StatusCode::FORBIDDEN);
    assert!(own.touch(&page, &mut Authenticator::new(31)).await.says("Your passkey is ready"));
}

/// Without a session every page of a case leads to the sign-in, and a stranger's passkey does not get past it.
#[tokio::test]
async fn the_desk_is_for_officers() {
    let (world, router) = open().await;
    let mut browser = Browser::new(&router);
    for path in ["/desk", "/desk/find?number=K26-0000-0000", "/desk/cases/K26-0000-0000/slip"] {
        assert_eq!(browser.get(path).await.path, "/desk/sign-in", "{path}");
    }
    let page = browser.get(&link(&world, "Mira").await).await;
    let mut stranger = Authenticator::new(31);
    browser.touch(&page, &mut stranger).await;
    let sign_in = browser.get("/desk/sign-in").await;
    let refused = browser.touch(&sign_in, &mut stranger).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.says("This passkey is not an officer's"));
}

/// Questions say what to mend, keep what was typed, and begin their title with "Error:".
#[tokio::test]
async fn a_question_says_what_to_mend() {
    let (world, router) = open().await;
    let mut browser = Browser::new(&router);
    officer(&world, &mut browser).await;
    let desk = browser.get("/desk").await;
    let names = browser.send(&desk, "/desk/cases", &[]).await;
    let none = browser.send(&names, "", &[("script", "Latn")]).await;
    assert!(
        none.says("<title>Error: ")
            && none.says("href=\"#given\"")
            && none.says("Enter the name as the document")
    );
    let both = [("given", "Ann"), ("single", "Ann"), ("script", "Latn")];
    let both = browser.send(&none, "", &both).await;
    assert!(both.says("Enter either a single name") && both.says("value=\"Ann\""));
    let turned = [("given", "Ann\u{202e}"), ("script", "Latn")];
    assert!(browser.send(&none, "", &turned).await.says("without control characters"));
    let good = browser.send(&none, "", &[("single", "Sukarno"), ("script", "Latn")]).await;
    assert!(good.path.ends_with("/other-names"));
    let number = good.path.split('/').nth(3).unwrap();
    let early = browser.send(&good, &format!("/desk/cases/{number}/answers"), &[]).await;
    assert!(early.says("Answer every question first"));
    let birth = browser.get(&format!("/desk/cases/{number}/birth-date")).await;
    let future = browser.send(&birth, "", &[("day", "1"), ("month", "1"), ("year", "2099")]).await;
    assert!(future.says("Enter a real date in the past") && future.says("value=\"2099\""));
    let identity = browser.get(&format!("/desk/cases/{number}/identity")).await;
    let unsure = browser.send(&identity, "", &[("photo", "not-sure")]).await;
    assert_eq!(unsure.status, StatusCode::GONE);
    assert!(unsure.says("This is not a refusal for ever") || unsure.says("this is not a refusal for ever"));
}

/// Every text that pages and refusals name is in the catalogue, and every page of the walk is HTML with one heading.
#[tokio::test]
async fn pages_have_one_heading_and_no_missing_text() {
    let (world, router) = open().await;
    let mut browser = Browser::new(&router);
    let person = link(&world, "Amina").await;
    for path in ["/", "/enrol", "/desk/sign-in", "/enrol/0000-0000-0000-0000", "/nothing", &person] {
        let page = browser.get(path).await;
        assert_eq!(page.text.matches("<h1").count(), 1, "{path}");
        assert!(page.text.contains("<main id=\"main\"") && page.text.contains("lang=\"en\""), "{path}");
    }
}
