//! What is still needed before a code, situation by situation, and what no situation may skip.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use pki_core::key::SystemRandom;

use super::*;
use crate::authorize;
use crate::testing::{NOW, clients, issuer, other_person, pairwise, parameters, person, request, session};

/// A person whose session began ten minutes before this transaction.
struct Scene {
    request: Request,
    client: Client,
    session: Option<Session>,
    person: Option<Person>,
    remembered: Option<Consent>,
    hinted: Option<Subject>,
    pairwise: PairwiseKey,
}

impl Scene {
    fn new(changes: &[(&str, &str)]) -> Self {
        let client = clients().find("open-assembly").unwrap().clone();
        let request = request(changes);
        let remembered = Consent::accepted(&Consent::asked(&request, &client), &client);
        Self {
            request,
            client,
            session: Some(session(NOW.plus_seconds(-600))),
            person: Some(person()),
            remembered: Some(remembered),
            hinted: None,
            pairwise: pairwise(),
        }
    }

    fn situation(&self) -> Situation<'_> {
        Situation {
            request: &self.request,
            client: &self.client,
            begun: NOW,
            session: self.session.as_ref(),
            person: self.person.as_ref(),
            remembered: self.remembered.as_ref(),
            hinted: self.hinted.as_ref(),
            pairwise: &self.pairwise,
            now: NOW.plus_seconds(5),
        }
    }

    fn next(&self) -> &'static str {
        name(&self.situation().next())
    }

    fn error(&self) -> ErrorCode {
        match self.situation().next() {
            Next::Refuse(answer) => answer.fault().unwrap().code,
            other => unexpected(&other),
        }
    }
}

fn name(next: &Next<'_>) -> &'static str {
    match next {
        Next::SignIn => "sign in",
        Next::AskConsent(_) => "ask",
        Next::Ready(_) => "ready",
        Next::Refuse(_) => "refuse",
    }
}

#[expect(clippy::panic, reason = "a test stops at the first surprise")]
fn unexpected(next: &Next<'_>) -> ErrorCode {
    panic!("{next:?}")
}

#[test]
fn a_known_person_who_agreed_before_is_ready() {
    assert_eq!(Scene::new(&[]).next(), "ready");
    assert_eq!(Scene::new(&[("prompt", "none")]).next(), "ready");
}

#[test]
fn oidc_core_3_1_2_6_prompt_none_never_shows_a_page() {
    let nobody = Scene { session: None, person: None, ..Scene::new(&[("prompt", "none")]) };
    assert_eq!(nobody.error(), ErrorCode::LoginRequired);
    let undecided = Scene { remembered: None, ..Scene::new(&[("prompt", "none")]) };
    assert_eq!(undecided.error(), ErrorCode::ConsentRequired);
    let old = Scene::new(&[("prompt", "none"), ("max_age", "599")]);
    assert_eq!(old.error(), ErrorCode::LoginRequired);
}

#[test]
fn d20_without_a_session_nothing_goes_on() {
    let nobody = Scene { session: None, ..Scene::new(&[]) };
    assert_eq!(nobody.next(), "sign in");
    assert_eq!(name(&nobody.situation().accepted()), "sign in");
    let unknown = Scene { person: None, ..Scene::new(&[]) };
    assert_eq!(unknown.next(), "sign in");
    let swapped = Scene { person: Some(other_person()), ..Scene::new(&[]) };
    assert_eq!(swapped.next(), "sign in");
    let over = Scene { session: Some(session(NOW.plus_seconds(-3600))), ..Scene::new(&[]) };
    assert_eq!(over.next(), "sign in");
}

#[test]
fn a_suspended_person_is_nobody() {
    for status in [Status::Suspended, Status::Revoked, Status::Deceased] {
        let suspended = Person { status, ..person() };
        assert_eq!(Scene { person: Some(suspended), ..Scene::new(&[]) }.next(), "sign in");
    }
}

#[test]
fn oidc_core_3_1_2_1_max_age_to_the_second() {
    // The session is 605 seconds old.
    assert_eq!(Scene::new(&[("max_age", "605")]).next(), "ready");
    assert_eq!(Scene::new(&[("max_age", "604")]).next(), "sign in");
    assert_eq!(Scene::new(&[("max_age", "0")]).next(), "sign in");
    let fresh = Some(session(NOW));
    assert_eq!(Scene { session: fresh, ..Scene::new(&[("max_age", "0")]) }.next(), "ready");
}

#[test]
fn oidc_core_3_1_2_1_prompt_login_wants_a_passkey_in_this_transaction() {
    let scene = Scene::new(&[("prompt", "login")]);
    assert_eq!(scene.next(), "sign in");
    let before = Some(session(NOW.plus_seconds(-1)));
    assert_eq!(Scene { session: before, ..Scene::new(&[("prompt", "login")]) }.next(), "sign in");
    let within = Some(session(NOW));
    assert_eq!(Scene { session: within, ..Scene::new(&[("prompt", "login")]) }.next(), "ready");
}

#[test]
fn prompt_consent_asks_again_and_accepting_is_enough() {
    let scene = Scene::new(&[("prompt", "consent")]);
    assert_eq!(scene.next(), "ask");
    assert_eq!(name(&scene.situation().accepted()), "ready");
    let first = Scene { remembered: None, ..Scene::new(&[]) };
    let Next::AskConsent(asked) = first.situation().next() else { unreachable!("the person was not asked") };
    assert_eq!(asked.claims(), &[ClaimName::Name, ClaimName::Birthdate].into());
}

#[test]
fn an_essential_acr_is_reached_or_refused() {
    let wish = |values: &str| format!(r#"{{"id_token":{{"acr":{{"essential":true,"values":[{values}]}}}}}}"#);
    let good = wish(r#""high","urn:chancery:sandbox:substantial""#);
    assert_eq!(Scene::new(&[("claims", &good)]).next(), "ready");
    let real = wish(r#""urn:chancery:loa:substantial""#);
    assert_eq!(Scene::new(&[("claims", &real)]).error(), ErrorCode::UnmetAuthenticationRequirements);
    // A wish that is not essential changes nothing.
    assert_eq!(Scene::new(&[("acr_values", "urn:chancery:loa:high")]).next(), "ready");
}

#[test]
fn a_hint_of_another_person_is_an_error() {
    let own = pairwise().subject(clients().find("open-assembly").unwrap().sector(), person().id);
    assert_eq!(Scene { hinted: Some(own), ..Scene::new(&[]) }.next(), "ready");
    let other = Some(Subject::from_row("other"));
    assert_eq!(Scene { hinted: other, ..Scene::new(&[]) }.error(), ErrorCode::LoginRequired);
}

#[test]
fn the_signer_has_no_consent_page_and_knows_only_its_handle() {
    let clients = clients();
    let signer = clients.find("open-signer").unwrap();
    let changes = [("scope", "openid"), ("redirect_uri", "http://localhost:8401/callback")];
    let scene = Scene {
        request: authorize::parse(&parameters(&changes), signer, &clients).unwrap(),
        client: signer.clone(),
        remembered: None,
        ..Scene::new(&[])
    };
    let Next::Ready(ready) = scene.situation().next() else { unreachable!("the signer asked") };
    let fulfilled = ready.fulfil(Hash::new([1; 32]), &SystemRandom::new(), NOW).unwrap();
    assert_eq!(fulfilled.row.subject.as_str(), "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1");
    let unknown = Scene { person: Some(Person { signer_handle: None, ..person() }), ..scene };
    assert_eq!(unknown.error(), ErrorCode::AccessDenied);
}

#[test]
fn a_grant_holds_the_hash_of_its_code_and_seals_the_rest() {
    let scene = Scene { remembered: None, ..Scene::new(&[]) };
    let Next::Ready(ready) = scene.situation().accepted() else { unreachable!("not ready") };
    let transaction = Hash::new([1; 32]);
    let fulfilled = ready.fulfil(transaction, &SystemRandom::new(), NOW).unwrap();
    let url = url::Url::parse(&fulfilled.answer.url(&issuer())).unwrap();
    let value =
        |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    assert_eq!(
        (value("state").as_deref(), value("iss").as_deref()),
        (Some("s-1"), Some("http://localhost:8400"))
    );
    let code = Code::parse(&value("code").unwrap()).unwrap();
    let row = &fulfilled.row;
    assert_eq!((row.transaction, row.code, row.expires), (transaction, code.hash(), NOW.plus_seconds(30)));
    // Never 14: the person's handle is nowhere in the row but under the code.
    assert!(!row.sealed.windows(16).any(|window| window == person().id.0.as_bytes()));
    let facts = Facts::open(row, &code).unwrap();
    assert_eq!((facts.person, facts.acr.as_str()), (person().id, "urn:chancery:sandbox:substantial"));
    assert_eq!(facts.auth_time, NOW.plus_seconds(-600));
    let other = Code::generate(&SystemRandom::new()).unwrap();
    assert_eq!(Facts::open(row, &other), None);
    assert!(fulfilled.remember.unwrap().scopes().has(crate::client::Scope::Sign));
    assert_eq!(fulfilled.event.what, What::Granted);
}

/// D-20, every combination: a code needs a living session of an active person who is the one known, and a decision.
#[test]
fn d20_no_combination_skips_a_step() {
    let sessions = || {
        [
            (false, None),
            (false, Some(session(NOW.plus_seconds(-3_600)))),
            (true, Some(session(NOW.plus_seconds(-600)))),
            (true, Some(session(NOW.plus_seconds(1)))),
        ]
    };
    let people = || {
        let suspended = Person { status: Status::Suspended, ..person() };
        [(false, None), (false, Some(other_person())), (false, Some(suspended)), (true, Some(person()))]
    };
    let prompts = ["", "none", "login", "consent", "login consent"];
    let mut ready = 0;
    for prompt in prompts {
        for (lives, session) in sessions() {
            for (active, person) in people() {
                for remembers in [false, true] {
                    for accepted in [false, true] {
                        let fresh = session.as_ref().is_some_and(|session| session.auth_time() >= NOW);
                        let honest = Scene::new(&[("prompt", prompt)]);
                        let remembered = honest.remembered.clone().filter(|_| remembers);
                        let scene =
                            Scene { session: session.clone(), person: person.clone(), remembered, ..honest };
                        let situation = scene.situation();
                        let next = if accepted { situation.accepted() } else { situation.next() };
                        let known = lives && active && (fresh || !prompt.contains("login"));
                        let decided = accepted || (remembers && !prompt.contains("consent"));
                        let got = matches!(next, Next::Ready(_));
                        assert_eq!(
                            got,
                            known && decided,
                            "{prompt:?} {lives} {active} {remembers} {accepted}"
                        );
                        if prompt == "none" {
                            assert!(!matches!(next, Next::SignIn | Next::AskConsent(_)));
                        }
                        ready += usize::from(got);
                    }
                }
            }
        }
    }
    assert!(ready > 0);
}
