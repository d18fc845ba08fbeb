//! A code that becomes tokens once, and everyone else who holds it.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use pki_core::jose::from_base64url;
use pki_core::key::{SoftKey, SystemRandom};
use serde_json::Value;

use super::*;
use crate::consent::Consent;
use crate::grant::{Next, Situation};
use crate::introspection::{self, INACTIVE, Presented};
use crate::testing::{
    CALLBACK, NOW, VERIFIER, clients, dpop_key, issuer, other_person, pairwise, person, proved, request,
    session, token_key,
};
use crate::userinfo;

const SIGNER: &str = "http://localhost:8401";

/// A code of the agency for the person, granted at NOW.
fn granted(changes: &[(&str, &str)]) -> (grant::Row, Code) {
    let (clients, request, session, person) = (clients(), request(changes), session(NOW), person());
    let client = clients.find("open-assembly").unwrap();
    let consent = Consent::accepted(&Consent::asked(&request, client), client);
    let situation = Situation {
        request: &request,
        client,
        begun: NOW,
        session: Some(&session),
        person: Some(&person),
        remembered: Some(&consent),
        hinted: None,
        pairwise: &pairwise(),
        now: NOW,
    };
    let Next::Ready(ready) = situation.next() else { unreachable!("not ready") };
    let fulfilled = ready.fulfil(Hash::new([1; 32]), &SystemRandom::new(), NOW).unwrap();
    let url = url::Url::parse(&fulfilled.answer.url(&issuer())).unwrap();
    let code = url.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    (fulfilled.row, Code::parse(&code).unwrap())
}

fn asked(code: &Code) -> CodeRequest {
    CodeRequest {
        code: code.clone(),
        redirect_uri: Some(CALLBACK.into()),
        verifier: Some(VERIFIER.into()),
        resource: None,
    }
}

struct Scene {
    row: grant::Row,
    asked: CodeRequest,
    person: Option<Person>,
    client: &'static str,
    key: std::sync::Arc<SoftKey>,
    now: Instant,
}

impl Scene {
    fn new(changes: &[(&str, &str)]) -> Self {
        let (row, code) = granted(changes);
        let asked = asked(&code);
        Self {
            row,
            asked,
            person: Some(person()),
            client: "open-assembly",
            key: dpop_key(),
            now: NOW.plus_seconds(1),
        }
    }

    fn decide(&self) -> Decision {
        let clients = clients();
        let facts = grant::Facts::open(&self.row, &self.asked.code).unwrap();
        let with = Redemption {
            row: &self.row,
            facts: &facts,
            person: self.person.as_ref(),
            client: clients.find(self.client).unwrap(),
            proof: &proved(&self.key),
            issuer: &issuer(),
            now: self.now,
        };
        redeem(&self.asked, &with, &SystemRandom::new()).unwrap()
    }

    fn issued(&self) -> Box<Issue> {
        match self.decide() {
            Decision::Issue(issue) => issue,
            other => unexpected(&other),
        }
    }
}

#[expect(clippy::panic, reason = "a test stops at the first surprise")]
fn unexpected(decision: &Decision) -> Box<Issue> {
    panic!("{decision:?}")
}

fn refusal(description: &'static str) -> Decision {
    Decision::Refuse(Fault::new(ErrorCode::InvalidGrant, description))
}

#[test]
fn rfc6749_5_1_a_code_becomes_tokens() {
    let scene = Scene::new(&[]);
    let issue = scene.issued();
    assert_eq!(issue.uses_code, Some(scene.row.code));
    assert_eq!(issue.row.family, Some(scene.row.transaction));
    assert_eq!(
        (issue.row.audience.as_str(), issue.row.expires),
        (issuer().as_str(), scene.now.plus_seconds(300))
    );
    let key = token_key();
    let answer: Value = serde_json::from_str(&issue.mint(&issuer(), key.as_ref(), "kid").unwrap()).unwrap();
    assert_eq!(answer.get("token_type").unwrap(), "DPoP");
    assert_eq!(answer.get("scope").unwrap(), "openid profile");
    let id_token = answer.get("id_token").unwrap().as_str().unwrap();
    let payload: Value =
        serde_json::from_slice(&from_base64url(id_token.split('.').nth(1).unwrap()).unwrap()).unwrap();
    assert_eq!(payload.get("sub").unwrap().as_str(), Some(scene.row.subject.as_str()));
    assert_eq!(payload.get("auth_time").unwrap().as_i64(), Some(NOW.seconds()));
    // Claims that were not asked for in the ID token are not in it.
    assert_eq!(payload.get("name"), None);
    // The row knows the token only by its hash, and the person only under the token.
    let token = AccessToken::parse(answer.get("access_token").unwrap().as_str().unwrap()).unwrap();
    assert_eq!(token.hash(), issue.row.id);
    assert_eq!(Facts::open(&issue.row, &token).unwrap().person, Some(person().id));
    assert_eq!(Facts::open(&issue.row, &AccessToken::generate(&SystemRandom::new()).unwrap()), None);
}

#[test]
fn rfc6749_4_1_2_a_used_code_revokes_what_came_of_it() {
    let mut scene = Scene::new(&[]);
    scene.row.used = Some(NOW);
    assert_eq!(scene.decide(), Decision::RevokeFamily(scene.row.transaction, UNKNOWN_CODE));
    // Another client cannot take tokens back by replaying a code that it saw.
    scene.client = "open-signer";
    assert_eq!(scene.decide(), Decision::Refuse(UNKNOWN_CODE));
}

#[test]
fn b10_a_code_is_bound_to_client_address_verifier_and_key() {
    let other_client = Scene { client: "open-signer", ..Scene::new(&[]) };
    assert_eq!(other_client.decide(), Decision::Refuse(UNKNOWN_CODE));
    let mut scene = Scene::new(&[]);
    for redirect_uri in [None, Some("http://127.0.0.1:8403/callback?dummy1=lorem".to_owned())] {
        scene.asked.redirect_uri = redirect_uri;
        assert_eq!(scene.decide(), refusal("redirect_uri is not the one of the request"));
    }
    let mut scene = Scene::new(&[]);
    scene.asked.verifier = None;
    assert_eq!(scene.decide(), refusal("code_verifier is required"));
    scene.asked.verifier = Some(VERIFIER.replace('d', "e"));
    assert_eq!(scene.decide(), refusal("code_verifier does not match"));
    let jkt = pki_core::jose::base64url(proved(&dpop_key()).thumbprint().as_bytes());
    let bound = Scene::new(&[("dpop_jkt", &jkt)]);
    assert!(matches!(bound.decide(), Decision::Issue(_)));
    let other_key = Scene { key: token_key(), ..bound };
    assert_eq!(other_key.decide(), refusal("the DPoP key is not the one of the request"));
}

#[test]
fn b15_a_code_lives_thirty_seconds() {
    let at = |offset: i64| Scene { now: NOW.plus_seconds(offset), ..Scene::new(&[]) }.decide();
    assert!(matches!(at(29), Decision::Issue(_)));
    assert_eq!(at(30), Decision::Refuse(UNKNOWN_CODE));
    assert_eq!(at(62), Decision::Refuse(UNKNOWN_CODE));
}

#[test]
fn a_person_who_was_suspended_meanwhile_gets_nothing() {
    let refused = refusal("the person may not log in");
    let suspended = Person { status: Status::Suspended, ..person() };
    for person in [None, Some(suspended), Some(other_person())] {
        assert_eq!(Scene { person, ..Scene::new(&[]) }.decide(), refused);
    }
}

#[test]
fn rfc8707_a_token_is_for_one_resource() {
    let mut scene = Scene::new(&[("scope", "sign"), ("resource", SIGNER)]);
    let issue = scene.issued();
    assert_eq!((issue.row.audience.as_str(), &issue.id_token), (SIGNER, &None));
    scene.asked.resource = Some("http://localhost:8402".into());
    let refused = Fault::new(ErrorCode::InvalidTarget, "resource is not the one of the request");
    assert_eq!(scene.decide(), Decision::Refuse(refused));
    scene.asked.resource = Some(SIGNER.into());
    assert!(matches!(scene.decide(), Decision::Issue(_)));
}

#[test]
fn rfc7662_2_2_the_signer_learns_its_handle_of_tokens_for_it_and_of_no_other() {
    let (clients, pairwise) = (clients(), pairwise());
    let signer = clients.find("open-signer").unwrap();
    let agency = clients.find("open-assembly").unwrap();
    let person = person();
    let issue = Scene::new(&[("scope", "sign"), ("resource", SIGNER)]).issued();
    let facts = Facts::open(&issue.row, &issue.access_token).unwrap();
    let presented = Presented { row: &issue.row, facts: &facts, person: Some(&person) };
    let answer = introspection::answer(Some(presented), signer, &pairwise, &issuer(), NOW);
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer.get("sub").unwrap(), "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1");
    assert_eq!(answer.get("client_id").unwrap(), "open-assembly");
    assert_eq!(answer.get("scope").unwrap(), "sign");
    assert_eq!(answer.get("name"), None);
    let ask =
        |presented, caller, now| introspection::answer(Some(presented), caller, &pairwise, &issuer(), now);
    assert_eq!(ask(presented, agency, NOW), INACTIVE);
    assert_eq!(ask(presented, signer, issue.row.expires), INACTIVE);
    let suspended = Person { status: Status::Suspended, ..person.clone() };
    assert_eq!(ask(Presented { person: Some(&suspended), ..presented }, signer, NOW), INACTIVE);
    let revoked = Row { revoked: Some(NOW), ..issue.row.clone() };
    assert_eq!(ask(Presented { row: &revoked, ..presented }, signer, NOW), INACTIVE);
    let login = Scene::new(&[]).issued();
    let login_facts = Facts::open(&login.row, &login.access_token).unwrap();
    assert_eq!(
        ask(Presented { row: &login.row, facts: &login_facts, person: Some(&person) }, signer, NOW),
        INACTIVE
    );
}

#[test]
fn rfc6749_4_4_a_client_gets_a_token_for_itself() {
    let clients = clients();
    let parse = |pairs: &[(&str, &str)], client: &str| {
        let form = Parameters::read(pairs.iter().copied()).unwrap();
        Asked::parse(&form, clients.find(client).unwrap(), &clients)
    };
    let good = [("grant_type", "client_credentials"), ("scope", "sign"), ("resource", SIGNER)];
    let Ok(Asked::Machine { scopes, resource }) = parse(&good, "open-assembly") else {
        unreachable!("refused")
    };
    assert!(parse(&[("grant_type", "client_credentials"), ("resource", SIGNER)], "open-assembly").is_ok());
    let agency = clients.find("open-assembly").unwrap();
    let issue = machine(agency, scopes, &resource, &proved(&dpop_key()), &SystemRandom::new(), NOW).unwrap();
    let facts = Facts::open(&issue.row, &issue.access_token).unwrap();
    let presented = Presented { row: &issue.row, facts: &facts, person: None };
    let signer = clients.find("open-signer").unwrap();
    let answer = introspection::answer(Some(presented), signer, &pairwise(), &issuer(), NOW);
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!((answer.get("sub"), answer.get("client_id").unwrap().as_str()), (None, Some("open-assembly")));
    let code = |pairs: &[(&str, &str)], client: &str| parse(pairs, client).unwrap_err().code;
    assert_eq!(code(&good, "open-signer"), ErrorCode::InvalidScope);
    assert_eq!(
        code(
            &[("grant_type", "client_credentials"), ("scope", "openid sign"), ("resource", SIGNER)],
            "open-assembly"
        ),
        ErrorCode::InvalidScope
    );
    assert_eq!(
        code(&[("grant_type", "client_credentials"), ("scope", "sign")], "open-assembly"),
        ErrorCode::InvalidTarget
    );
    assert_eq!(code(&[("grant_type", "password")], "open-assembly"), ErrorCode::UnsupportedGrantType);
    assert_eq!(code(&[], "open-assembly"), ErrorCode::InvalidRequest);
    assert_eq!(
        code(&[("grant_type", "authorization_code"), ("code", "x")], "open-assembly"),
        ErrorCode::InvalidGrant
    );
}

#[test]
fn oidc_core_5_3_userinfo_gives_the_granted_claims_to_the_bound_key() {
    let issue = Scene::new(&[]).issued();
    let facts = Facts::open(&issue.row, &issue.access_token).unwrap();
    let person = person();
    let ask = |row: &Row, facts: &Facts, person: Option<&Person>, key: &SoftKey, now| {
        userinfo::answer(row, facts, person, &proved(key), &issuer(), now)
    };
    let answer = ask(&issue.row, &facts, Some(&person), &dpop_key(), NOW).unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let subject = issue.row.subject.as_ref().unwrap().as_str();
    assert_eq!(answer, json!({"birthdate": "1987-03-09", "name": "Ana Lima", "sub": subject}));
    let other_key = ask(&issue.row, &facts, Some(&person), &token_key(), NOW).unwrap_err();
    assert_eq!(other_key.code, ErrorCode::InvalidDpopProof);
    assert_eq!(
        ask(&issue.row, &facts, Some(&person), &dpop_key(), issue.row.expires),
        Err(userinfo::INVALID_TOKEN)
    );
    let suspended = Person { status: Status::Suspended, ..person.clone() };
    assert_eq!(ask(&issue.row, &facts, Some(&suspended), &dpop_key(), NOW), Err(userinfo::INVALID_TOKEN));
    let signing = Scene::new(&[("scope", "sign"), ("resource", SIGNER)]).issued();
    let signing_facts = Facts::open(&signing.row, &signing.access_token).unwrap();
    let elsewhere = ask(&signing.row, &signing_facts, Some(&person), &dpop_key(), NOW);
    assert_eq!(elsewhere, Err(userinfo::INVALID_TOKEN));
}
