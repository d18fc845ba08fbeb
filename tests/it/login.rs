//! Logging in, as agencies and people do it: the agency's own keys in the hands of the test, a person's browser, the provider
//! behind its doors. Each refusal names its error to the letter, and what was not wrong still works afterwards.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod passkeys;
mod sessions;

use conformance::browserless::Browser;
use conformance::html::Ceremony;
use conformance::relying_party::{Answer, Fault, Pushed, RelyingParty, stranger_key};
use serde_json::{Value, json};
use service::db::Sql;
use url::Url;

use crate::world::{World, assert_heading, assert_refused};
use chancery::country::Part;

const LOGIN: &str = "openid profile";

/// Where the person ends who opens this address and does what the pages ask: the address at the agency.
pub(crate) async fn goes_through(person: &mut Browser, world: &World, address: &Url) -> Url {
    let agency = world.board.agency.origin();
    person.stop_before = Some(agency.clone());
    let mut arrived = person.open(address.as_str()).await.unwrap();
    for _ in 0..4 {
        let last = arrived.way.last().unwrap();
        if last.origin() == agency {
            return last.clone();
        }
        let page = arrived.page();
        let accept = page.forms.iter().find_map(|form| {
            form.buttons
                .iter()
                .find(|button| button.value == "accept")
                .map(|button| (form.clone(), button.clone()))
        });
        arrived = match accept {
            Some((form, accept)) => person.submit(&form, Some(&accept)).await.unwrap(),
            None => person.passkey(&page, Ceremony::Get).await.unwrap(),
        };
    }
    panic!("no end: {}", arrived.said());
}

/// A parameter of the answer that the agency gets through the browser.
fn brings(response: &Url, name: &str) -> Option<String> {
    response.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

pub(crate) async fn pushed(agency: &RelyingParty, scope: &str) -> Pushed {
    agency.push(scope, |_| ()).await.unwrap().1.unwrap()
}

/// A request and its code, all honest so far.
pub(crate) async fn code(world: &World, agency: &RelyingParty, person: &mut Browser) -> (Pushed, String) {
    let pushed = pushed(agency, LOGIN).await;
    let response = goes_through(person, world, &pushed.address).await;
    let code = agency.code(&pushed, &response).unwrap();
    (pushed, code)
}

pub(crate) async fn tokens(agency: &RelyingParty, pushed: &Pushed, code: &str) -> Answer {
    agency.redeem(pushed, code, Fault::default()).await.unwrap().ok().unwrap()
}

fn sets(name: &'static str, value: &str) -> impl FnOnce(&mut Vec<(String, String)>) {
    let value = value.to_owned();
    move |parameters| {
        parameters.retain(|(known, _)| known != name);
        parameters.push((name.to_owned(), value));
    }
}

/// Mira logs in for the first time: passkey, consent, code, tokens, userinfo; and a second time without a question. The agency
/// gets what she agreed to, about a number that is hers there alone.
#[tokio::test]
async fn a_person_logs_in_and_the_agency_learns_what_was_agreed() {
    let world = World::open().await;
    let (agency, mut mira) = (world.relying_party().await, world.person("Mira").await);
    let (pushed, code_of_first) = code(&world, &agency, &mut mira).await;
    let first = tokens(&agency, &pushed, &code_of_first).await;
    let claims = agency.id_token(&first.text("id_token").unwrap(), &pushed).await.unwrap();
    let subject = claims.get("sub").unwrap();
    assert_eq!(claims.get("acr"), Some(&json!("urn:chancery:sandbox:substantial")));
    assert_eq!(claims.get("auth_time"), Some(&json!(world.clock_seconds())));
    let userinfo = agency.userinfo(&first.text("access_token").unwrap(), None).await.unwrap().ok().unwrap();
    let agreed =
        json!({"sub": subject, "name": "Mira Lindqvist", "given_name": "Mira", "family_name": "Lindqvist"});
    assert_eq!(userinfo.body, agreed);

    world.clock.advance(600);
    let (again, silent) = agency.push(LOGIN, sets("prompt", "none")).await.unwrap();
    assert_eq!(again.status, 201);
    let silent = silent.unwrap();
    let response = goes_through(&mut mira, &world, &silent.address).await;
    let second = tokens(&agency, &silent, &agency.code(&silent, &response).unwrap()).await;
    let again = agency.id_token(&second.text("id_token").unwrap(), &silent).await.unwrap();
    assert_eq!((again.get("sub"), again.get("auth_time")), (claims.get("sub"), claims.get("auth_time")));

    // Jonas is somebody else, at the same agency.
    let mut jonas = world.person("Jonas").await;
    let (pushed, code_of_jonas) = code(&world, &agency, &mut jonas).await;
    let other = tokens(&agency, &pushed, &code_of_jonas).await;
    let other = agency.id_token(&other.text("id_token").unwrap(), &pushed).await.unwrap();
    assert_ne!(other.get("sub"), claims.get("sub"));
}

/// A redirect that is not registered to the letter is refused at the push, and leads nowhere from a link.
#[tokio::test]
async fn an_unregistered_redirect_leads_nowhere() {
    let world = World::open().await;
    let agency = world.relying_party().await;
    let registered = agency.redirect_uri.clone();
    let port = world.board.agency.port().unwrap();
    for near in [
        format!("{registered}s"),
        format!("{registered}/"),
        format!("{registered}?x=1"),
        registered.replace("/callback", "/Callback"),
        registered.replace(&port.to_string(), &(port - 1).to_string()),
        registered.replace("127.0.0.1", "localhost"),
        registered.replace("http:", "https:"),
        "https://attacker.example/callback".to_owned(),
    ] {
        let (refused, none) = agency.push(LOGIN, sets("redirect_uri", &near)).await.unwrap();
        refused.refused(400, "invalid_request").unwrap();
        assert!(none.is_none());
    }
    // Without a push, or with another client's name on it: a page of ours, never a way out.
    let pushed = pushed(&agency, LOGIN).await;
    let mut unpushed = agency.endpoint("authorization_endpoint").unwrap();
    unpushed
        .query_pairs_mut()
        .append_pair("client_id", &agency.client_id)
        .append_pair("redirect_uri", "https://attacker.example/callback")
        .append_pair("response_type", "code")
        .append_pair("scope", "openid");
    let renamed = Url::parse(&pushed.address.as_str().replace(&agency.client_id, "signer")).unwrap();
    let mut nobody = Browser::new().unwrap();
    for (wrong, words) in [(unpushed, "request-wrong"), (renamed, "request-over")] {
        let page = nobody.open(wrong.as_str()).await.unwrap();
        assert_refused(&page, 400, words);
        assert_eq!(page.way.len(), 1, "{:?}", page.way);
    }
    nobody.open(pushed.address.as_str()).await.unwrap().ok().unwrap();
}

/// Of fifty redemptions of one code at once exactly one wins; and because the others were replays, its token is dead.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_redemptions_exactly_one_wins() {
    let world = World::open().await;
    let (agency, mut mira) = (world.relying_party().await, world.person("Mira").await);
    let (pushed, code) = code(&world, &agency, &mut mira).await;
    // One honest question first, so that all fifty carry the server's nonce.
    agency
        .redeem(&pushed, "no-such-code", Fault::default())
        .await
        .unwrap()
        .refused(400, "invalid_grant")
        .unwrap();
    let agency = std::sync::Arc::new(agency);
    let tries: Vec<_> = (0..50)
        .map(|_| {
            let (agency, pushed, code) = (agency.clone(), pushed.clone(), code.clone());
            tokio::spawn(async move { agency.redeem(&pushed, &code, Fault::default()).await.unwrap() })
        })
        .collect();
    let mut won = Vec::new();
    for tried in tries {
        let answer = tried.await.unwrap();
        if answer.status == 200 {
            won.push(answer.text("access_token").unwrap());
        } else {
            answer.refused(400, "invalid_grant").unwrap();
        }
    }
    assert_eq!(won.len(), 1);
    agency.userinfo(won.first().unwrap(), None).await.unwrap().refused(401, "invalid_token").unwrap();
    let used = world.number(Part::Idp, "SELECT COUNT(*) AS n FROM grants WHERE used_at IS NOT NULL").await;
    assert_eq!((used, world.number(Part::Idp, "SELECT COUNT(*) AS n FROM tokens").await), (1, 1));
}

/// A code that comes a second time is refused, and the token that it gave stops working.
#[tokio::test]
async fn a_replayed_code_is_refused_and_takes_its_token_back() {
    let world = World::open().await;
    let (agency, mut mira) = (world.relying_party().await, world.person("Mira").await);
    let (pushed, code) = code(&world, &agency, &mut mira).await;
    let token = tokens(&agency, &pushed, &code).await.text("access_token").unwrap();
    agency.userinfo(&token, None).await.unwrap().ok().unwrap();
    agency.redeem(&pushed, &code, Fault::default()).await.unwrap().refused(400, "invalid_grant").unwrap();
    agency.userinfo(&token, None).await.unwrap().refused(401, "invalid_token").unwrap();
}

/// One thing about a redemption is wrong: the verifier, the client's key, the proof's key, an assertion that was used. The
/// code survives all of it.
#[tokio::test]
async fn a_redemption_with_one_thing_wrong_is_refused_and_loses_nothing() {
    let world = World::open().await;
    let (agency, mut mira) = (world.relying_party().await, world.person("Mira").await);
    let jkt = agency.dpop_thumbprint().unwrap();
    let pushed = agency.push(LOGIN, sets("dpop_jkt", &jkt)).await.unwrap().1.unwrap();
    let response = goes_through(&mut mira, &world, &pushed.address).await;
    let code = agency.code(&pushed, &response).unwrap();
    let (stranger, used) = (stranger_key().unwrap(), agency.own_assertion().unwrap());
    let last = pushed.verifier.chars().last().unwrap();
    let near = format!("{}{}", pushed.verifier.trim_end_matches(last), if last == 'A' { 'B' } else { 'A' });
    let verifier = Fault { verifier: Some(&near), ..Fault::default() };
    let client_key = Fault { client_key: Some(&stranger), ..Fault::default() };
    let dpop_key = Fault { dpop_key: Some(&stranger), ..Fault::default() };
    for (fault, status, error) in [
        (verifier, 400, "invalid_grant"),
        (client_key, 401, "invalid_client"),
        (dpop_key, 400, "invalid_grant"),
    ] {
        agency.redeem(&pushed, &code, fault).await.unwrap().refused(status, error).unwrap();
    }
    // An assertion counts once, for another code too.
    let once = Fault { assertion: Some(&used), ..Fault::default() };
    agency.redeem(&pushed, "no-such-code", once).await.unwrap().refused(400, "invalid_grant").unwrap();
    agency.redeem(&pushed, &code, once).await.unwrap().refused(401, "invalid_client").unwrap();
    let token = tokens(&agency, &pushed, &code).await.text("access_token").unwrap();
    // A stolen token is worth nothing without the key that it is bound to.
    let stolen = agency.userinfo(&token, Some(&stranger)).await.unwrap();
    stolen.refused(401, "invalid_dpop_proof").unwrap();
    agency.userinfo(&token, None).await.unwrap().ok().unwrap();
}

/// A pushed request that nobody opened for sixty seconds is over; one that was opened lives for thirty minutes more, so that a
/// slow reader loses nothing; a code lives for thirty seconds.
#[tokio::test]
async fn what_is_late_is_over_to_the_second() {
    let world = World::open().await;
    let (agency, mut mira) = (world.relying_party().await, world.person("Mira").await);
    let (opened, unopened) = (pushed(&agency, LOGIN).await, pushed(&agency, LOGIN).await);
    world.clock.advance(59);
    let page = mira.open(opened.address.as_str()).await.unwrap().ok().unwrap();
    world.clock.advance(1);
    assert_refused(&mira.open(unopened.address.as_str()).await.unwrap(), 400, "run-out");

    // Thirty minutes less a second after it was shown, Mira is back at the page.
    world.clock.advance(30 * 60 - 2);
    let reread = mira.open(page.url.as_str()).await.unwrap().ok().unwrap();
    assert!(reread.page().passkey_form(Ceremony::Get).is_some());
    let response = goes_through(&mut mira, &world, &opened.address).await;
    let first = agency.code(&opened, &response).unwrap();
    world.clock.advance(29);
    tokens(&agency, &opened, &first).await;
    let (late, code) = code(&world, &agency, &mut mira).await;
    world.clock.advance(30);
    agency.redeem(&late, &code, Fault::default()).await.unwrap().refused(400, "invalid_grant").unwrap();

    let slow = pushed(&agency, LOGIN).await;
    let page = mira.open(slow.address.as_str()).await.unwrap();
    drop(page);
    let forgotten = agency.push(LOGIN, sets("prompt", "login")).await.unwrap().1.unwrap();
    let page = mira.open(forgotten.address.as_str()).await.unwrap().ok().unwrap();
    // Half an hour after it was shown it is over: she is told who asked, and is led back there.
    world.clock.advance(30 * 60);
    let late = mira.passkey(&page.page(), Ceremony::Get).await.unwrap();
    assert_refused(&late, 400, "run-out");
    let agency = world.board.agency.as_str().trim_end_matches('/');
    assert!(late.page().links.iter().any(|link| link.href.starts_with(agency)), "{}", late.said());
}

/// A person's refusal reaches the agency as one, and nothing is remembered.
#[tokio::test]
async fn a_refusal_reaches_the_agency_and_is_not_remembered() {
    let world = World::open().await;
    let (agency, mut mira) = (world.relying_party().await, world.person("Mira").await);
    mira.stop_before = Some(world.board.agency.origin());
    for _ in 0..2 {
        world.clock.advance(1);
        let pushed = agency.push(LOGIN, sets("prompt", "login")).await.unwrap().1.unwrap();
        let page = mira.open(pushed.address.as_str()).await.unwrap().page();
        let asked = mira.passkey(&page, Ceremony::Get).await.unwrap().ok().unwrap();
        assert_heading(&asked, "consent-title");
        let page = asked.page();
        let refuse = |button: &&conformance::html::Button| button.value == "refuse";
        let form = page.forms.iter().find(|form| form.buttons.iter().any(|button| refuse(&button))).unwrap();
        let left = mira.submit(form, form.buttons.iter().find(refuse)).await.unwrap();
        let response = left.way.last().unwrap();
        assert_eq!(brings(response, "error").as_deref(), Some("access_denied"));
        assert_eq!(brings(response, "state"), Some(pushed.state));
        assert_eq!(brings(response, "code"), None);
    }
    assert!(world.rows(Part::Idp, Sql::new("SELECT client FROM consents")).await.is_empty());
    assert_eq!(world.number(Part::Idp, "SELECT COUNT(*) AS n FROM grants").await, 0);
}

/// A member of a JSON object.
fn member<'a>(object: &'a Value, name: &str) -> &'a Value {
    object.get(name).unwrap_or(&Value::Null)
}
