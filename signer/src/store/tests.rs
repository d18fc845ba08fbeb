//! The store's promises on SQLite: what is applied twice, out of turn or too late changes nothing.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use der::asn1::{BitString, OctetString, PrintableString};
use pki_core::act::{
    Document, Evidence, Format, Level, Particulars, ReceiptNumber, SignRequest, evidence_hash,
    particulars_hash,
};
use pki_core::assertion::Assertion;
use pki_core::bytes::{Hash, Id};
use pki_core::enrolment::{
    Binding, CertifiedName, Charter, CharterTbs, EnrolmentRecord, RecordKind, Statement, StatementTbs,
};
use pki_core::feed::{Follower, Status};
use pki_core::key::{SigningKey as _, SoftKey, sha256};
use pki_core::log::{Leaf, LeafKind};
use pki_core::oid;
use pki_core::time::Instant;
use service::db::{Plan, Sql};
use service::testing::{Scratch, SeededRandom};

use super::acts::{self, Act, ActLeaf, Certified, Delivered, Reached};
use super::requests::{self, Idempotent, RequestRow, Showing, Shown, State, Words};
use super::*;
use super::{feed, sessions};
use crate::render::Page;

const NOW: Instant = Instant::from_seconds(1_795_000_000);
const HANDLE: Id = Id::new([1; 16]);
const REQUEST: Id = Id::new([2; 16]);

struct World {
    store: Store,
    evidence: Evidence,
    _scratch: Scratch,
}

/// A statement as a row holds it. Whether it is proved is not the store's business.
fn statement(name: &str) -> Statement {
    let key = SoftKey::generate_p256(&SeededRandom::new(1)).unwrap();
    let record = EnrolmentRecord {
        version: 1,
        kind: RecordKind::New,
        record_id: Id::new([3; 16]),
        policy: oid::PROOFING_SANDBOX,
        threshold: 1,
        sandbox: true,
        rp_id: "localhost".to_owned(),
        signing_origin: "http://localhost:8401".to_owned(),
        certified_name: CertifiedName { common: name.to_owned(), given: None, family: None },
        fields: vec![Hash::new([4; 32])],
        slip: Hash::new([5; 32]),
        created: NOW.generalized(),
        supersedes: None,
    };
    Statement {
        tbs: StatementTbs {
            version: 1,
            record,
            approvals: Vec::new(),
            credential_id: OctetString::new(vec![6; 16]).unwrap(),
            public_key: key.public_key().info().unwrap(),
            flags: 5,
            binding: Binding::Slip,
            created: NOW.generalized(),
        },
        confirmations: Vec::new(),
        algorithm: key.public_key().algorithm().identifier(),
        signature: BitString::from_bytes(&[0]).unwrap(),
    }
}

fn evidence() -> Evidence {
    let statement = statement("Ana Vidal");
    let particulars = Particulars {
        salt: Hash::new([7; 32]),
        receipt: PrintableString::new("R26-0000-0001").unwrap(),
        requester: "open-assembly".to_owned(),
        requester_name: "Open Assembly".to_owned(),
        purpose: "Support".to_owned(),
        format: Format::Pades,
        level: Level::Lt,
        documents: vec![Document {
            title: "Statement".to_owned(),
            size: 3,
            sha256: sha256(b"pdf"),
            renderer: "r".to_owned(),
            pages: 1,
            images: Hash::new([8; 32]),
            text: Hash::new([9; 32]),
        }],
        commitment: None,
        mandate: None,
    };
    let octets = |bytes: &[u8]| OctetString::new(bytes).unwrap();
    Evidence {
        version: 1,
        request: SignRequest {
            version: 1,
            rp_id: "localhost".to_owned(),
            origin: "http://localhost:8401".to_owned(),
            request_id: Id::new([10; 16]),
            statement: statement.hash(),
            subject_name: statement.tbs.record.certified_name.clone(),
            policy: oid::POLICY_ONE_SIGNATURE,
            algorithm: oid::ECDSA_SHA256,
            signatures: 1,
            not_after: NOW.plus_seconds(600).generalized(),
            particulars: particulars_hash(&particulars),
        },
        particulars,
        index: 0,
        assertion: Assertion {
            credential_id: octets(b"c"),
            authenticator_data: octets(b"a"),
            client_data_json: octets(b"{}"),
            signature: octets(b"s"),
        },
        officers: Vec::new(),
        charter: Charter {
            tbs: CharterTbs {
                version: 1,
                serial: 1,
                not_before: NOW.generalized(),
                not_after: NOW.generalized(),
                sandbox: true,
                rp_id: "localhost".to_owned(),
                origins: Vec::new(),
                registry_keys: Vec::new(),
                registrars: Vec::new(),
            },
            algorithm: statement.algorithm.clone(),
            signature: BitString::from_bytes(&[0]).unwrap(),
        },
        statement,
    }
}

fn row(id: Id, receipt: &str) -> RequestRow {
    RequestRow {
        id,
        agency: "open-assembly".to_owned(),
        handle: Some(HANDLE),
        receipt: ReceiptNumber::parse(receipt).unwrap(),
        words: Some(Words {
            title: "Statement".to_owned(),
            purpose: "Support".to_owned(),
            return_uri: "http://127.0.0.1:8403/signed".to_owned(),
        }),
        shown: Shown {
            sha256: sha256(b"pdf"),
            size: 3,
            pages: 1,
            images: Hash::new([8; 32]),
            text: Hash::new([9; 32]),
            renderer: "r".to_owned(),
        },
        state: State::Requested,
        reason: None,
        created_at: NOW,
        expires_at: NOW.plus_seconds(1000),
        state_at: NOW,
        fetched_at: None,
    }
}

fn idempotent(key: &str) -> Idempotent {
    Idempotent { agency: "open-assembly".to_owned(), key: key.to_owned(), body: Hash::new([11; 32]) }
}

fn page() -> Page {
    Page { width: 10, height: 20, png: vec![1, 2, 3], text: "words".to_owned() }
}

impl World {
    /// Ana is enrolled and active, and one request waits for her.
    async fn new() -> Self {
        let scratch = Scratch::new().unwrap();
        let store = Store::new(scratch.db(MIGRATIONS).await.unwrap());
        let evidence = evidence();
        let world = Self { store, evidence, _scratch: scratch };
        let statement = &world.evidence.statement;
        world.apply(feed::enrolled(&HANDLE, statement, &statement.hash(), NOW)).await.unwrap();
        let plan = requests::insert(&row(REQUEST, "R26-0000-0001"), &idempotent("key-1"), ("jti-1", NOW))
            .then(requests::document(&REQUEST, b"pdf", &[page()]));
        world.apply(plan).await.unwrap();
        world
    }

    async fn apply(&self, plan: Plan) -> Result<(), StoreError> {
        self.store.apply(plan).await.map(|_| ())
    }

    async fn state(&self) -> State {
        self.store.request(&REQUEST).await.unwrap().unwrap().state
    }

    async fn act(&self) -> Option<Act> {
        self.store.act(&REQUEST).await.unwrap()
    }

    async fn approve(&self, now: Instant) -> Result<(), StoreError> {
        self.apply(acts::approve(&REQUEST, &HANDLE, &self.evidence, now)).await
    }

    async fn deliver(&self) -> Result<(), StoreError> {
        let salt = Hash::new([12; 32]);
        let leaf = Leaf::of(LeafKind::Act, NOW, &salt, b"evidence");
        let hash = evidence_hash(&self.evidence);
        let counted = ActLeaf { leaf: &leaf, salt: &salt, evidence_sha256: &hash };
        let delivered = Delivered { octets: vec![1], without_evidence: vec![2], signed_at: NOW };
        self.apply(acts::deliver(&REQUEST, &delivered, &counted, NOW)).await
    }
}

impl Store {
    /// How many leaves wait for the log.
    pub(crate) async fn leaves(&self) -> Result<i64, StoreError> {
        let sql = Sql::new("SELECT CAST(COUNT(*) AS BIGINT) AS leaves FROM leaves");
        Ok(self.db.one(sql).await?.map_or(Ok(0), |row| row.int("leaves"))?)
    }
}

fn certified(attempt: u8) -> Certified {
    Certified { attempt, certificate: vec![20 + attempt] }
}

#[tokio::test]
async fn an_act_goes_through_its_states_once() {
    let world = World::new().await;
    assert_eq!(world.act().await, None);
    world.approve(NOW).await.unwrap();
    assert!(world.approve(NOW).await.unwrap_err().lost("act.approve"), "the first approval wins");
    let act = world.act().await.unwrap();
    assert_eq!((act.reached, act.evidence), (Reached::Approved, world.evidence.clone()));
    world.apply(acts::certify(&REQUEST, &certified(0), NOW)).await.unwrap();
    assert!(world.apply(acts::certify(&REQUEST, &certified(0), NOW)).await.unwrap_err().lost("act.certify"));
    assert_eq!(world.act().await.unwrap().reached, Reached::Certified(certified(0)));
    world.apply(acts::sign(&REQUEST, &[20], b"cms", NOW)).await.unwrap();
    assert_eq!(world.act().await.unwrap().reached, Reached::Signed { cms: b"cms".to_vec() });
    assert!(
        world.deliver().await.unwrap_err().lost("act.deliver"),
        "nothing is delivered without its time-stamp"
    );
    world.apply(acts::stamp(&REQUEST, b"stamped", NOW)).await.unwrap();
    assert_eq!(world.act().await.unwrap().reached, Reached::Stamped { cms: b"stamped".to_vec() });
    world.deliver().await.unwrap();
    assert!(world.deliver().await.unwrap_err().lost("act.deliver"));
    assert_eq!((world.act().await, world.state().await), (None, State::Delivered));
    assert_eq!(world.store.delivered(&REQUEST).await.unwrap().unwrap().without_evidence, vec![2]);
    assert_eq!(world.store.signed_at(&REQUEST).await.unwrap(), Some(NOW));
    assert_eq!(world.store.unfinished(NOW).await.unwrap(), Vec::new());
}

#[tokio::test]
async fn a_replaced_certificate_cannot_sign_any_more() {
    let world = World::new().await;
    world.approve(NOW).await.unwrap();
    world.apply(acts::certify(&REQUEST, &certified(0), NOW)).await.unwrap();
    assert_eq!(world.store.unfinished(NOW).await.unwrap(), vec![REQUEST]);
    world.apply(acts::certify_again(&REQUEST, &[20], &certified(1), NOW)).await.unwrap();
    let late = world.apply(acts::sign(&REQUEST, &[20], b"cms", NOW)).await.unwrap_err();
    assert!(late.lost("act.same_certificate"));
    let twice = world.apply(acts::certify_again(&REQUEST, &[21], &certified(1), NOW)).await.unwrap_err();
    assert!(twice.lost("act.replacement"), "there is one replacement");
    world.apply(acts::sign(&REQUEST, &[21], b"cms", NOW)).await.unwrap();
}

#[tokio::test]
async fn an_act_that_starts_again_keeps_nothing_of_what_was_lost() {
    let world = World::new().await;
    world.approve(NOW).await.unwrap();
    world.apply(acts::certify(&REQUEST, &certified(0), NOW)).await.unwrap();
    let wrong = world.apply(acts::start_again(&REQUEST, State::Approved, NOW)).await.unwrap_err();
    assert!(wrong.lost("act.start_again"));
    world.apply(acts::start_again(&REQUEST, State::Certified, NOW)).await.unwrap();
    assert_eq!((world.act().await, world.state().await), (None, State::Requested));
    world.approve(NOW).await.unwrap();
    world.apply(acts::certify(&REQUEST, &certified(0), NOW)).await.unwrap();
}

#[tokio::test]
async fn only_an_active_person_approves_and_only_in_time() {
    let world = World::new().await;
    let end = NOW.plus_seconds(1000);
    assert!(world.approve(end).await.unwrap_err().lost("act.in_time"));
    let hash = world.evidence.statement.hash();
    world.apply(feed::status_changed(&HANDLE, &hash, Status::Suspended, NOW)).await.unwrap();
    assert!(world.approve(NOW).await.unwrap_err().lost("person.active"));
    assert_eq!(world.state().await, State::Requested, "nothing of the plan is kept");
    world.apply(feed::status_changed(&HANDLE, &hash, Status::Active, NOW)).await.unwrap();
    let other = acts::approve(&REQUEST, &Id::new([99; 16]), &world.evidence, NOW);
    assert!(world.apply(other).await.unwrap_err().lost("act.in_time"), "another person's request");
    world.approve(end.plus_seconds(-1)).await.unwrap();
}

#[tokio::test]
async fn a_status_is_written_only_where_handle_and_statement_are_one_persons() {
    let world = World::new().await;
    let hash = world.evidence.statement.hash();
    let other = feed::status_changed(&HANDLE, &Hash::new([0; 32]), Status::Revoked, NOW);
    assert!(world.apply(other).await.unwrap_err().lost("feed.status"));
    let other = feed::status_changed(&Id::new([9; 16]), &hash, Status::Revoked, NOW);
    assert!(world.apply(other).await.unwrap_err().lost("feed.status"));
    assert_eq!(world.store.person(&HANDLE).await.unwrap().unwrap().status, Status::Active);
    // A new passkey keeps the status.
    world.apply(feed::status_changed(&HANDLE, &hash, Status::Suspended, NOW)).await.unwrap();
    let newer = statement("Ana Vidal Reyes");
    let again = world.apply(feed::enrolled(&HANDLE, &newer, &newer.hash(), NOW)).await.unwrap_err();
    assert!(again.exists("feed.enrolled"), "nobody becomes another person");
    let stranger = feed::replaced(&HANDLE, &Hash::new([0; 32]), &newer, &newer.hash());
    assert!(world.apply(stranger).await.unwrap_err().lost("feed.replaced"));
    world.apply(feed::replaced(&HANDLE, &hash, &newer, &newer.hash())).await.unwrap();
    let person = world.store.person(&HANDLE).await.unwrap().unwrap();
    assert_eq!((person.status, person.statement), (Status::Suspended, newer));
}

#[tokio::test]
async fn a_feed_position_moves_from_where_it_is() {
    let world = World::new().await;
    let start = world.store.position().await.unwrap();
    assert_eq!((start.follower, start.heard_at), (Follower::new(), None));
    let one = Follower { epoch: Some(Id::new([1; 16])), number: 1, last: Hash::new([1; 32]) };
    let two = Follower { number: 2, last: Hash::new([2; 32]), ..one };
    world.apply(feed::advance(&Follower::new(), &one, NOW)).await.unwrap();
    let again = world.apply(feed::advance(&Follower::new(), &one, NOW)).await.unwrap_err();
    assert!(again.exists("feed.advance"));
    world.apply(feed::advance(&one, &two, NOW)).await.unwrap();
    assert!(world.apply(feed::advance(&one, &two, NOW)).await.unwrap_err().lost("feed.advance"));
    let found = world.store.position().await.unwrap();
    assert_eq!((found.follower, found.heard_at), (two, Some(NOW)));
}

#[tokio::test]
async fn a_request_is_inserted_once_by_key_by_jti_and_by_receipt() {
    let world = World::new().await;
    let known = world.store.idempotent("open-assembly", "key-1").await.unwrap();
    assert_eq!(known, Some((Hash::new([11; 32]), REQUEST)));
    assert_eq!(world.store.idempotent("another", "key-1").await.unwrap(), None);
    let other = row(Id::new([30; 16]), "R26-0000-0002");
    let insert = |key: &str, jti: &str, row: &RequestRow| requests::insert(row, &idempotent(key), (jti, NOW));
    assert!(world.apply(insert("key-1", "jti-2", &other)).await.unwrap_err().exists("request.key"));
    assert!(world.apply(insert("key-2", "jti-1", &other)).await.unwrap_err().exists("request.jti"));
    let same = row(Id::new([30; 16]), "R26-0000-0001");
    assert!(world.apply(insert("key-2", "jti-2", &same)).await.unwrap_err().exists("request.insert"));
    world.apply(insert("key-2", "jti-2", &other)).await.unwrap();
    assert_eq!(world.store.request(&other.id).await.unwrap(), Some(other));
    assert_eq!(world.store.document(&REQUEST).await.unwrap(), Some(b"pdf".to_vec()));
    assert_eq!(world.store.page(&REQUEST, 1).await.unwrap(), Some(page()));
    assert_eq!(world.store.page(&REQUEST, 2).await.unwrap(), None);
    assert_eq!(world.store.requests_of(&HANDLE).await.unwrap().len(), 2);
}

fn showing(world: &World) -> Showing {
    Showing {
        request: REQUEST,
        sign_request: world.evidence.request.clone(),
        particulars: world.evidence.particulars.clone(),
        until: NOW.plus_seconds(600),
    }
}

#[tokio::test]
async fn a_showing_lasts_while_the_request_waits() {
    let world = World::new().await;
    let id = Id::new([40; 16]);
    world.apply(requests::show(&id, &showing(&world))).await.unwrap();
    assert_eq!(world.store.showing(&id).await.unwrap(), Some(showing(&world)));
    world.approve(NOW).await.unwrap();
    assert_eq!(world.store.showing(&id).await.unwrap(), None);
    let late = world.apply(requests::show(&id, &showing(&world))).await.unwrap_err();
    assert!(late.lost("showing.waits"));
    let late = world.apply(requests::refuse(&REQUEST, &HANDLE, None, NOW)).await.unwrap_err();
    assert!(late.lost("request.refuse"), "what was approved cannot be refused");
}

#[tokio::test]
async fn a_refusal_is_the_persons_own_and_final() {
    let world = World::new().await;
    let stranger = requests::refuse(&REQUEST, &Id::new([9; 16]), None, NOW);
    assert!(world.apply(stranger).await.unwrap_err().lost("request.refuse"));
    world.apply(requests::refuse(&REQUEST, &HANDLE, Some("not mine"), NOW)).await.unwrap();
    let row = world.store.request(&REQUEST).await.unwrap().unwrap();
    assert_eq!((row.state, row.reason.as_deref()), (State::Refused, Some("not mine")));
    assert!(world.approve(NOW).await.unwrap_err().lost("act.approve"));
}

#[tokio::test]
async fn what_time_ends_is_removed_and_no_earlier() {
    let world = World::new().await;
    let (id, end) = (Id::new([40; 16]), NOW.plus_seconds(1000));
    world.apply(requests::show(&id, &showing(&world))).await.unwrap();
    world.apply(requests::sweep(NOW.plus_seconds(599), NOW.plus_seconds(-1))).await.unwrap();
    assert!(world.store.showing(&id).await.unwrap().is_some());
    assert!(world.store.idempotent("open-assembly", "key-1").await.unwrap().is_some());
    world.apply(requests::sweep(end, NOW)).await.unwrap();
    assert_eq!(world.state().await, State::Expired);
    assert_eq!(world.store.showing(&id).await.unwrap(), None);
    assert_eq!(world.store.idempotent("open-assembly", "key-1").await.unwrap(), None);
}

#[tokio::test]
async fn thirty_days_after_the_fetch_only_hashes_and_the_number_stay() {
    let world = World::new().await;
    world.approve(NOW).await.unwrap();
    world.apply(acts::certify(&REQUEST, &certified(0), NOW)).await.unwrap();
    world.apply(acts::sign(&REQUEST, &[20], b"cms", NOW)).await.unwrap();
    world.apply(acts::stamp(&REQUEST, b"stamped", NOW)).await.unwrap();
    world.deliver().await.unwrap();
    world.apply(requests::forget(NOW.plus_seconds(9_999))).await.unwrap();
    assert!(world.store.delivered(&REQUEST).await.unwrap().is_some(), "nobody has fetched it");
    world.apply(requests::fetched(&REQUEST, NOW)).await.unwrap();
    world.apply(requests::fetched(&REQUEST, NOW.plus_seconds(50))).await.unwrap();
    world.apply(requests::forget(NOW.plus_seconds(-1))).await.unwrap();
    assert!(world.store.delivered(&REQUEST).await.unwrap().is_some());
    world.apply(requests::forget(NOW)).await.unwrap();
    let row = world.store.request(&REQUEST).await.unwrap().unwrap();
    assert_eq!((row.handle, row.words, row.receipt.as_str()), (None, None, "R26-0000-0001"));
    assert_eq!(row.fetched_at, Some(NOW), "the first fetch counts");
    assert_eq!(world.store.delivered(&REQUEST).await.unwrap(), None);
    assert_eq!(world.store.document(&REQUEST).await.unwrap(), None);
    assert_eq!(world.store.page(&REQUEST, 1).await.unwrap(), None);
    assert_eq!(world.store.requests_of(&HANDLE).await.unwrap(), Vec::new());
}

#[tokio::test]
async fn a_session_is_found_by_the_hash_of_its_secret_until_it_ends() {
    let world = World::new().await;
    let id = sha256(b"secret");
    world.apply(sessions::begin(&id, &HANDLE, NOW)).await.unwrap();
    world.apply(sessions::touch(&id, NOW.plus_seconds(60))).await.unwrap();
    let session = world.store.session(&id).await.unwrap().unwrap();
    assert_eq!((session.handle, session.created_at, session.seen_at), (HANDLE, NOW, NOW.plus_seconds(60)));
    world.apply(sessions::sweep(NOW.plus_seconds(60))).await.unwrap();
    assert!(world.store.session(&id).await.unwrap().is_some());
    world.apply(sessions::end(&id)).await.unwrap();
    assert_eq!(world.store.session(&id).await.unwrap(), None);
}
