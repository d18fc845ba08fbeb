//! The authority certifies one key for one approval, for the signer alone, whatever the signer wants.

use std::sync::Arc;

use conformance::walk::agency;
use pki_core::act::{Abandonment, CertificateRequest, Evidence};
use pki_core::bytes::{read, write};
use pki_core::key::{SigningKey as _, SoftKey, random_hash};
use pki_core::x509::Certificate;
use serde_json::Value;
use service::config::Peer;
use service::db::Sql;
use service::http::egress::{Answer, Ask, Egress};
use service::pass::Passes;
use service::testing::SeededRandom;

use super::{ONE_ACT, accept_page, reads, traces};
use crate::world::{World, borrowed};
use chancery::country::Part;

/// Somebody with a house's keys.
struct House {
    passes: Passes,
    egress: Egress,
    random: SeededRandom,
}

impl House {
    fn of(world: &World, part: Part) -> Self {
        let text = std::fs::read_to_string(world.data().join(format!("{}.toml", part.name()))).unwrap();
        let file: toml::Value = toml::from_str(&text).unwrap();
        let peers: Vec<Peer> = file.get("peer").unwrap().clone().try_into().unwrap();
        let key = std::fs::read(world.data().join(format!("keys/{}-house.der", part.name()))).unwrap();
        let passes = Passes::new(part.name(), Arc::new(SoftKey::read(&key).unwrap()), &peers).unwrap();
        let listed = peers.iter().map(|peer| peer.url.clone()).collect();
        Self { passes, egress: Egress::new(listed).unwrap(), random: SeededRandom::new(5) }
    }

    fn question(world: &World, path: &str, body: &[u8]) -> Ask {
        Ask::post(world.board.pki.join(path).unwrap().as_str(), "application/octet-stream", body.to_vec())
    }

    async fn asks(&self, world: &World, path: &str, body: &[u8]) -> Answer {
        let ask = Self::question(world, path, body);
        let ask = self.passes.put_on(ask, "pki", world.now(), &self.random).unwrap();
        self.egress.ask(ask).await.unwrap()
    }
}

fn kind(answer: &Answer) -> (u16, String) {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    (answer.status, body.get("type").and_then(Value::as_str).unwrap_or_default().to_owned())
}

fn request(world: &World, evidence: &Evidence, key: &SoftKey) -> CertificateRequest {
    CertificateRequest {
        version: 1,
        request: evidence.request.clone(),
        assertion: evidence.assertion.clone(),
        index: 0,
        attempt: 0,
        data_tbs_hash: random_hash(&SeededRandom::new(6)).unwrap(),
        public_key: key.public_key().info().unwrap(),
        signing_time: world.now().whole_second().generalized(),
    }
}

fn key(seed: u64) -> SoftKey {
    SoftKey::generate_p256(&SeededRandom::new(seed)).unwrap()
}

/// Who has all keys of the signer, and the approval of an act that is done, gets no second certificate for it; an approval that
/// nobody used gives exactly one, and its one replacement only after the first was given up.
#[tokio::test]
async fn an_approval_certifies_one_key() {
    let world = World::open().await;
    let mut mira = world.person("Mira").await;
    let reading = reads(&world, &mut mira, 0).await;
    let accept = agency::to_accept(&mut mira, &reading).await.unwrap();
    agency::sign(&mut mira, &world.board, &accept).await.unwrap();
    let rows = world.rows(Part::Signer, Sql::new("SELECT evidence FROM approvals")).await;
    let evidence: Evidence = read("Evidence", &rows.first().unwrap().blob("evidence").unwrap()).unwrap();
    let signer = House::of(&world, Part::Signer);

    let used = request(&world, &evidence, &key(1));
    let refused = signer.asks(&world, "/certificates", &write(&used)).await;
    assert_eq!(kind(&refused), (409, "approval-used".to_owned()));
    let replacement = CertificateRequest { attempt: 1, ..used.clone() };
    let refused = signer.asks(&world, "/certificates", &write(&replacement)).await;
    assert_eq!(kind(&refused), (409, "nothing-to-replace".to_owned()));
    let third = CertificateRequest { attempt: 2, ..used.clone() };
    assert_eq!(
        kind(&signer.asks(&world, "/certificates", &write(&third)).await),
        (400, "malformed".to_owned())
    );
    let other_document = CertificateRequest { index: 1, ..used.clone() };
    let refused = signer.asks(&world, "/certificates", &write(&other_document)).await;
    assert!(refused.status >= 400, "{refused:?}");
    // The approval says another name, for which nobody touched anything.
    let mut renamed = used.clone();
    renamed.request.subject_name.common = "Somebody Else".to_owned();
    assert_eq!(
        kind(&signer.asks(&world, "/certificates", &write(&renamed)).await),
        (403, "approval".to_owned())
    );
    assert_eq!(traces(&world).await, ONE_ACT);

    // An approval that nobody used: Mira's touch, caught on its way to the signer.
    let reading = reads(&world, &mut mira, 1).await;
    let (accept, form) = accept_page(&mut mira, &reading).await;
    let touch = borrowed(&mut mira.device.clone(), &form, &accept.url, |_| ());
    let shown =
        world.rows(Part::Signer, Sql::new("SELECT sign_request FROM showings ORDER BY until DESC")).await;
    let shown = shown.first().unwrap().blob("sign_request").unwrap();
    let (assertion, _) =
        pki_core::assertion::Assertion::from_browser_json(touch.value("credential").unwrap()).unwrap();
    let caught = Evidence { request: read("SignRequest", &shown).unwrap(), assertion, ..evidence };
    let first = request(&world, &caught, &key(2));
    let issued = signer.asks(&world, "/certificates", &write(&first)).await;
    assert_eq!(issued.status, 200, "{:?}", kind(&issued));
    let repeated = signer.asks(&world, "/certificates", &write(&first)).await;
    assert_eq!(
        (repeated.status, &repeated.body),
        (200, &issued.body),
        "an identical body: the same certificate"
    );
    let second = request(&world, &caught, &key(3));
    assert_eq!(
        kind(&signer.asks(&world, "/certificates", &write(&second)).await),
        (409, "approval-used".to_owned())
    );
    let serial = Certificate::read(&issued.body).unwrap().serial().to_vec();
    let given_up = Abandonment { version: 1, serial: der::asn1::OctetString::new(serial).unwrap() };
    assert_eq!(signer.asks(&world, "/certificates/abandon", &write(&given_up)).await.status, 204);
    let replacement = CertificateRequest { attempt: 1, ..second };
    assert_eq!(signer.asks(&world, "/certificates", &write(&replacement)).await.status, 200);
    let again = CertificateRequest { attempt: 1, ..request(&world, &caught, &key(4)) };
    assert_eq!(
        kind(&signer.asks(&world, "/certificates", &write(&again)).await),
        (409, "approval-used".to_owned())
    );
    // The thief used the touch up: the signer gets nothing for it, and Mira is asked again.
    let late = mira.submit(&touch, touch.buttons.first()).await.unwrap();
    crate::world::assert_refused(&late, 503, "ask-again");
    let (accept, _) = accept_page(&mut mira, &reading).await;
    agency::sign(&mut mira, &world.board, &accept).await.unwrap();
}

/// Only the signer's pass opens the authority's door for certificates, and only for the very body that it was made for.
#[tokio::test]
async fn certificates_are_for_the_signer_alone() {
    let world = World::open().await;
    let (signer, idp) = (House::of(&world, Part::Signer), House::of(&world, Part::Idp));
    let refused = (401, "house-pass".to_owned());
    assert_eq!(kind(&idp.asks(&world, "/certificates", b"x").await), refused);
    let bare = signer.egress.ask(House::question(&world, "/certificates", b"x")).await.unwrap();
    assert_eq!(kind(&bare), refused);
    let now = world.now();
    let ask = signer
        .passes
        .put_on(House::question(&world, "/certificates", b"x"), "pki", now, &signer.random)
        .unwrap();
    world.clock.advance(75);
    assert_eq!(
        kind(&signer.egress.ask(ask).await.unwrap()),
        refused,
        "a minute and what clocks may differ are over"
    );
    assert_eq!(kind(&signer.asks(&world, "/certificates", b"x").await), (400, "malformed".to_owned()));
    for (house, feed, status) in [
        (&signer, "/feed/signer", 200),
        (&idp, "/feed/idp", 200),
        (&signer, "/feed/idp", 401),
        (&idp, "/feed/signer", 401),
    ] {
        let ask = Ask::get(world.board.pki.join(&format!("{feed}?after=0&wait=0")).unwrap().as_str());
        let ask = house.passes.put_on(ask, "pki", world.now(), &house.random).unwrap();
        assert_eq!(house.egress.ask(ask).await.unwrap().status, status, "{feed}");
    }
}
