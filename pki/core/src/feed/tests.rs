//! A house that follows, and a registry that repeats, reorders, rewrites or invents.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use super::*;
use crate::assertion::AssertionError;
use crate::bytes::write;
use crate::enrolment::{Binding, CheckedCharter, EnrolmentError, tag};
use crate::testing::{Country, NOW, Passkey, TestKey, approver, fields, record};

const EPOCH: Id = Id::new([70; 16]);
const HANDLE: Id = Id::new([71; 16]);

/// A registry with a feed for one house, and that house.
struct Feed {
    country: Country,
    charter: CheckedCharter,
    officers: Vec<OfficerGrant>,
    audience: Audience,
    head: Follower,
    house: Follower,
}

impl Feed {
    fn new(audience: Audience) -> Self {
        let country = Country::new();
        let (charter, officers) = (country.checked(), country.grants());
        Self { country, charter, officers, audience, head: Follower::new(), house: Follower::new() }
    }

    fn say(&mut self, event: Event) -> SignedFeedEntry {
        let entry = self.head.next_entry(EPOCH, self.audience, NOW, event);
        let signed = seal_entry(entry, &self.country.registry).unwrap();
        if !matches!(signed.entry.event, Event::Heartbeat(_)) {
            self.head = self.head.after(&signed);
        }
        signed
    }

    fn hear(&self, signed: &SignedFeedEntry) -> Result<Accepted, FeedError> {
        self.hear_at(signed, NOW)
    }

    fn hear_at(&self, signed: &SignedFeedEntry, now: crate::time::Instant) -> Result<Accepted, FeedError> {
        let reading =
            Reading { audience: self.audience, charter: &self.charter, officers: &self.officers, now };
        self.house.accept(signed, &reading)
    }

    fn follow(&mut self, signed: &SignedFeedEntry) -> News {
        let accepted = self.hear(signed).unwrap();
        self.house = accepted.next;
        accepted.news
    }

    fn enrolled(&self) -> Enrolled {
        let idp = self.audience == Audience::Idp;
        let all = || fields().iter().map(|one| one.to_octets().unwrap()).collect();
        Enrolled {
            handle: HANDLE,
            statement: self.country.statement(record(), &Passkey::new(10), Binding::Desk),
            disclosed: if idp { all() } else { Vec::new() },
            signer_handle: idp.then_some(Id::new([72; 16])),
        }
    }

    fn officer(&self) -> Event {
        Event::Officer(self.officers.first().unwrap().clone())
    }

    fn suspended(&self) -> StatusChange {
        let order = StatusOrder {
            version: 1,
            order_id: Id::new([73; 16]),
            statement: self.enrolled().statement.hash(),
            status: Status::Suspended,
            created: NOW.generalized(),
        };
        let approvals = vec![self.country.officers[1].approve(tag::STATUS, &write(&order)).unwrap()];
        StatusChange { handle: HANDLE, order, approvals }
    }
}

#[test]
fn a_house_follows_officer_enrolment_status_and_silence() {
    for audience in [Audience::Idp, Audience::Signer] {
        let mut feed = Feed::new(audience);
        let officer = feed.say(feed.officer());
        assert!(matches!(feed.follow(&officer), News::Officer(..)));
        let enrolled = feed.say(Event::Enrolled(feed.enrolled()));
        assert_eq!(officers_needed(&enrolled), vec![feed.country.officers[0].officer().hash()]);
        let News::Enrolled(person) = feed.follow(&enrolled) else { unreachable!() };
        assert_eq!(person.handle, HANDLE);
        assert_eq!(person.disclosed.len(), if audience == Audience::Idp { 3 } else { 0 });
        let suspended = feed.say(Event::Status(feed.suspended()));
        let News::Status(status) = feed.follow(&suspended) else { unreachable!() };
        assert_eq!((status.handle(), status.order().status), (&HANDLE, Status::Suspended));
        let silence = feed.say(Event::Heartbeat(der::asn1::Null));
        let before = feed.house;
        assert_eq!(feed.follow(&silence), News::Heartbeat);
        assert_eq!(feed.house, before);
        assert_eq!((feed.house.number, feed.house), (3, feed.head));
    }
}

#[test]
fn an_entry_round_trips() {
    let mut feed = Feed::new(Audience::Idp);
    for event in [feed.officer(), Event::Enrolled(feed.enrolled()), Event::Status(feed.suspended())] {
        let signed = feed.say(event);
        assert_eq!(crate::bytes::read("SignedFeedEntry", &write(&signed)), Ok(signed));
    }
    let silence = feed.say(Event::Heartbeat(der::asn1::Null));
    assert_eq!(crate::bytes::read("SignedFeedEntry", &write(&silence)), Ok(silence));
}

#[test]
fn replayed_reordered_and_rewritten_entries_are_told_apart() {
    let mut feed = Feed::new(Audience::Signer);
    let one = feed.say(feed.officer());
    let two = feed.say(Event::Enrolled(feed.enrolled()));
    assert_eq!(feed.hear(&two), Err(FeedError::NotNext { expected: 1, found: 2 }));
    feed.follow(&one);
    assert_eq!(feed.hear(&one), Err(FeedError::Replayed { expected: 2, found: 1 }));
    let mut rewritten = two.entry.clone();
    rewritten.previous = Hash::new([1; 32]);
    let rewritten = seal_entry(rewritten, &feed.country.registry).unwrap();
    assert_eq!(feed.hear(&rewritten), Err(FeedError::OtherPast));
    let mut restored = two.entry.clone();
    restored.epoch = Id::new([99; 16]);
    let restored = seal_entry(restored, &feed.country.registry).unwrap();
    assert_eq!(feed.hear(&restored), Err(FeedError::OtherEpoch));
    feed.follow(&two);
}

#[test]
fn a_forged_entry_and_one_for_another_house_are_refused() {
    let mut feed = Feed::new(Audience::Signer);
    let good = feed.say(feed.officer());
    let forged = seal_entry(good.entry.clone(), &TestKey::new(90)).unwrap();
    assert_eq!(feed.hear(&forged), Err(FeedError::Forged));
    let mut changed = good.clone();
    changed.entry.at = NOW.plus_seconds(1).generalized();
    assert_eq!(feed.hear(&changed), Err(FeedError::Forged));
    feed.audience = Audience::Idp;
    assert_eq!(feed.hear(&good), Err(FeedError::OtherAudience));
}

#[test]
fn an_event_without_proof_is_refused() {
    let mut feed = Feed::new(Audience::Signer);
    let mut change = feed.suspended();
    change.order.status = Status::Active;
    let signed = feed.say(Event::Status(change));
    let other = EnrolmentError::Approval(AssertionError::OtherChallenge);
    assert_eq!(feed.hear(&signed), Err(FeedError::Event(other)));

    let mut feed = Feed::new(Audience::Signer);
    let mut change = feed.suspended();
    change.approvals =
        vec![approver(77, "Nobody's desk").approve(tag::STATUS, &write(&change.order)).unwrap()];
    let signed = feed.say(Event::Status(change.clone()));
    assert_eq!(feed.hear(&signed), Err(FeedError::Event(EnrolmentError::UnknownApprover)));
    let mut feed = Feed::new(Audience::Signer);
    change.approvals.clear();
    let signed = feed.say(Event::Status(change));
    let none = EnrolmentError::TooFewApprovals { found: 0, needed: 1 };
    assert_eq!(feed.hear(&signed), Err(FeedError::Event(none)));
}

#[test]
fn no_house_is_told_what_it_must_not_know() {
    let mut feed = Feed::new(Audience::Signer);
    let mut told = feed.enrolled();
    told.disclosed = vec![fields().first().unwrap().to_octets().unwrap()];
    let signed = feed.say(Event::Enrolled(told));
    assert_eq!(feed.hear(&signed), Err(FeedError::Disclosure));
    let mut feed = Feed::new(Audience::Idp);
    let mut untold = feed.enrolled();
    untold.signer_handle = None;
    let signed = feed.say(Event::Enrolled(untold));
    assert_eq!(feed.hear(&signed), Err(FeedError::Disclosure));
}

#[test]
fn a_heartbeat_is_of_now_and_of_the_same_past() {
    let mut feed = Feed::new(Audience::Signer);
    let officer = feed.say(feed.officer());
    let silence = feed.say(Event::Heartbeat(der::asn1::Null));
    assert_eq!(feed.hear(&silence), Err(FeedError::NotNext { expected: 1, found: 1 }));
    feed.follow(&officer);
    assert!(feed.hear_at(&silence, NOW.plus_seconds(120)).is_ok());
    assert_eq!(feed.hear_at(&silence, NOW.plus_seconds(121)), Err(FeedError::StaleHeartbeat));
    let enrolled = feed.say(Event::Enrolled(feed.enrolled()));
    feed.follow(&enrolled);
    assert_eq!(feed.hear(&silence), Err(FeedError::Replayed { expected: 2, found: 1 }));
}

/// The bytes of decades, as in `act`.
#[test]
fn golden_vectors() {
    let mut feed = Feed::new(Audience::Idp);
    let (officer, enrolled, suspended) = (
        feed.say(feed.officer()),
        feed.say(Event::Enrolled(feed.enrolled())),
        feed.say(Event::Status(feed.suspended())),
    );
    let silence = feed.say(Event::Heartbeat(der::asn1::Null));
    let leaf = crate::log::Leaf::of(crate::log::LeafKind::Act, NOW, &Hash::new([3; 32]), b"counted");
    let found: Vec<String> = [
        ("officer", write(&officer)),
        ("enrolled", write(&enrolled)),
        ("status", write(&suspended)),
        ("heartbeat", write(&silence)),
        ("Leaf", write(&leaf)),
    ]
    .iter()
    .map(|(name, der)| format!("{name} {} {}", der.len(), crate::key::sha256(der).hex()))
    .collect();
    assert_eq!(found, GOLDEN, "{found:#?}");
}

const GOLDEN: [&str; 5] = [
    "officer 731 fd66d54619aaf90c47a050abc6d371a63e711b816fd04a893b1a69dc4085c005",
    "enrolled 1578 8feed6dcb18c6646ebd81ee7d5a53a90cc946bacdbd6d7a8927512676e0fcada",
    "status 603 e671e4b7c3f267d771a251239a150eb0ba9c2034a00ccc9bdfea47abe3ec87d1",
    "heartbeat 173 c788387e684d6db32e5891c43add6d3ec4047d5ad2573bd3fc0de679b474bed1",
    "Leaf 59 fafdc09480531c5cffdad034bec5bfd6fe34e94aa3c02f6aabb25e242ac74625",
];
