//! What the other houses believe of a registry that lies, was broken into, or is somebody else's. Each entry that must be
//! refused stands one step away from one that the same house believes.

use der::asn1::OctetString;
use pki_core::bytes::{Hash, Id, read, write};
use pki_core::enrolment::software::{Post, SoftwareApprover};
use pki_core::enrolment::{Approval, OfficerGrant, Statement, StatementTbs, Trust, sign_statement, tag};
use pki_core::feed::{Audience, Event, Follower, SignedFeedEntry, seal_entry};
use pki_core::key::SoftKey;
use service::db::Sql;
use service::testing::SeededRandom;

use crate::world::impostor::Impostor;
use crate::world::{BEGINNING, World};
use chancery::country::Part;

/// A country whose registry enrolled Mira and then fell silent; an impostor answers at its address, with the stolen key.
struct Stolen {
    world: World,
    impostor: Impostor,
    /// The software officer's grant.
    grant: OfficerGrant,
    /// Mira's statement.
    statement: Statement,
    registry: SoftKey,
    officer: SoftKey,
}

/// What came of one page of entries.
#[derive(Debug, PartialEq, Eq)]
struct Believed {
    /// The house's position.
    number: i64,
    /// People it knows.
    people: i64,
}

/// When the false records say that they were made.
const LATER: i64 = 600;

const NOTHING: Believed = Believed { number: 0, people: 0 };
const THE_OFFICER: Believed = Believed { number: 1, people: 0 };
const EVERYTHING: Believed = Believed { number: 2, people: 1 };

impl Stolen {
    async fn new() -> Self {
        let mut world = World::founded().await;
        world.start(Part::Pki).await;
        world.person("Mira").await;
        world.stop(Part::Pki).await;
        let key = |name: &str| SoftKey::read(&std::fs::read(world.data().join(name)).unwrap()).unwrap();
        let (registry, officer) = (key("keys/registry.der"), key("keys/sandbox-officer.der"));
        let entries = entries(&world, Audience::Idp).await;
        let [first, second] = entries.as_slice() else { panic!("{} entries", entries.len()) };
        let Event::Officer(grant) = first.entry.event.clone() else { panic!("{first:?}") };
        let Event::Enrolled(mira) = second.entry.event.clone() else { panic!("{second:?}") };
        let impostor = Impostor::listen(world.board.pki.port().unwrap()).await;
        Self { impostor, grant, statement: mira.statement, registry, officer, world }
    }

    async fn entries(&self, audience: Audience) -> [SignedFeedEntry; 2] {
        entries(&self.world, audience).await.try_into().unwrap()
    }

    /// A house that knows nothing yet hears these entries, until it believes all or raises an alarm.
    async fn hears(&mut self, audience: Audience, told: &[SignedFeedEntry]) -> (Believed, String) {
        let (part, position, ends) = match audience {
            Audience::Idp => (Part::Idp, "SELECT number AS n FROM feed", "halted until an operator looks"),
            Audience::Signer => (Part::Signer, "SELECT number AS n FROM feed_position", "the feed is halted"),
        };
        let end = self.world.log.end();
        self.impostor.tell(audience, told);
        self.world.start(part).await;
        let last = told.iter().map(|signed| signed.entry.number).max().unwrap();
        let halted =
            |world: &World| world.log.since(end).lines().find(|line| line.contains(ends)).map(str::to_owned);
        let alarm = self
            .world
            .wait(async |world| {
                let at =
                    world.rows(part, Sql::new(position)).await.first().map_or(0, |row| row.int("n").unwrap());
                halted(world).map_or((at >= last.cast_signed()).then(String::new), Some)
            })
            .await;
        self.world.stop(part).await;
        let at =
            self.world.rows(part, Sql::new(position)).await.first().map_or(0, |row| row.int("n").unwrap());
        let people = self.world.number(part, "SELECT COUNT(*) AS n FROM people").await;
        self.world.forget(part).await;
        (Believed { number: at, people }, alarm)
    }

    /// Both houses hear the same two events, the second one of them spoilt; both stop before it, for this reason.
    async fn refuse(&mut self, spoil: impl Fn(&Stolen, SignedFeedEntry) -> SignedFeedEntry, why: &str) {
        for audience in [Audience::Idp, Audience::Signer] {
            let [first, second] = self.entries(audience).await;
            let second = spoil(self, second);
            let (believed, alarm) = self.hears(audience, &[first, second]).await;
            assert_eq!(believed, THE_OFFICER, "{audience:?}: {why}: {alarm}");
            assert!(alarm.contains(why), "{audience:?}: {why}: {alarm}");
        }
    }

    /// The second entry again with another statement, numbered, chained and signed as the registry would.
    fn with_statement(&self, second: SignedFeedEntry, statement: Statement) -> SignedFeedEntry {
        let mut entry = second.entry;
        if let Event::Enrolled(enrolled) = &mut entry.event {
            enrolled.statement = statement;
        }
        seal_entry(entry, &self.registry).unwrap()
    }

    /// Mira's statement, approved by somebody else, signed by the registry's key.
    fn approved_by(&self, approvals: impl Fn(&StatementTbs) -> Vec<Approval>) -> Statement {
        let mut tbs = self.statement.tbs.clone();
        // Ten minutes after the charter began, so that there is a time in office before it.
        tbs.record.created = BEGINNING.plus_seconds(LATER).generalized();
        tbs.created = tbs.record.created;
        tbs.approvals = approvals(&tbs);
        sign_statement(tbs, Vec::new(), &self.registry).unwrap()
    }

    fn approver(&self, key: SoftKey, from: i64, to: i64) -> SoftwareApprover<SoftKey> {
        let post = Post {
            officer: Id::new([5; 16]),
            desk: "A desk".to_owned(),
            origin: self.grant.officer.origin.clone(),
            rp_id: "localhost".to_owned(),
            not_before: BEGINNING.plus_seconds(from),
            not_after: BEGINNING.plus_seconds(to),
        };
        SoftwareApprover::new(key, post).unwrap()
    }
}

async fn entries(world: &World, audience: Audience) -> Vec<SignedFeedEntry> {
    let stored =
        Sql::new("SELECT entry FROM feed_entries WHERE audience = $1 ORDER BY number").int(audience as i64);
    let rows = world.rows(Part::Pki, stored).await;
    rows.iter().map(|row| read("SignedFeedEntry", &row.blob("entry").unwrap()).unwrap()).collect()
}

fn key(seed: u64) -> SoftKey {
    SoftKey::generate_p256(&SeededRandom::new(seed)).unwrap()
}

/// The same again with the next number's past, epoch or ears: what only the holder of the registry's key can write.
fn resealed(
    stolen: &Stolen,
    signed: SignedFeedEntry,
    change: impl FnOnce(&mut pki_core::feed::FeedEntry),
) -> SignedFeedEntry {
    let mut entry = signed.entry;
    change(&mut entry);
    seal_entry(entry, &stolen.registry).unwrap()
}

/// A feed as the registry wrote it is believed; with an entry told twice too. Forged, out of order, with a gap, for another
/// house, of another epoch or another past, it is believed up to there and raises an alarm.
#[tokio::test]
async fn a_feed_that_does_not_fit_halts() {
    let mut stolen = Stolen::new().await;
    for audience in [Audience::Idp, Audience::Signer] {
        let [first, second] = stolen.entries(audience).await;
        let honest = [first.clone(), second.clone()];
        assert_eq!(stolen.hears(audience, &honest).await, (EVERYTHING, String::new()), "{audience:?}");
        let twice = [first.clone(), first.clone(), second.clone()];
        assert_eq!(stolen.hears(audience, &twice).await, (EVERYTHING, String::new()), "{audience:?}");
        let (believed, alarm) = stolen.hears(audience, &[second, first]).await;
        assert_eq!(believed, NOTHING);
        assert!(alarm.contains("entry 1 is missing; 2 came"), "{alarm}");
    }
    let forged = |_: &Stolen, mut second: SignedFeedEntry| {
        let by_another = seal_entry(second.entry.clone(), &key(90)).unwrap();
        second.signature = by_another.signature;
        second
    };
    stolen.refuse(forged, "this entry was not signed by the registry").await;
    let later = |stolen: &Stolen, second| resealed(stolen, second, |entry| entry.number = 3);
    stolen.refuse(later, "entry 2 is missing; 3 came").await;
    let past =
        |stolen: &Stolen, second| resealed(stolen, second, |entry| entry.previous = Hash::new([0; 32]));
    stolen.refuse(past, "this entry follows another past than ours").await;
    let epoch = |stolen: &Stolen, second| resealed(stolen, second, |entry| entry.epoch = Id::new([1; 16]));
    stolen.refuse(epoch, "this entry is of another epoch of the feed").await;
    let ears = |stolen: &Stolen, second| {
        resealed(stolen, second, |entry| {
            entry.audience = if entry.audience == Audience::Idp { Audience::Signer } else { Audience::Idp };
        })
    };
    stolen.refuse(ears, "this entry is for another house").await;
}

/// Who has the registry's key still cannot invent a person: no approval, a stranger's, an officer's from before or after the
/// time in office, or one over another record, and a passkey that no officer confirmed.
#[tokio::test]
async fn the_registrys_key_alone_enrols_nobody() {
    let mut stolen = Stolen::new().await;
    let nobody = |stolen: &Stolen, second| {
        let statement = stolen.approved_by(|_| Vec::new());
        stolen.with_statement(second, statement)
    };
    stolen.refuse(nobody, "approvals has too few or too many entries").await;
    let stranger = |stolen: &Stolen, second| {
        let approver = stolen.approver(key(91), -10, 10_000);
        let statement =
            stolen.approved_by(|tbs| vec![approver.approve(tag::APPROVE, &write(&tbs.record)).unwrap()]);
        stolen.with_statement(second, statement)
    };
    stolen.refuse(stranger, "an approval is by someone who is not in office").await;
    let over_another = |stolen: &Stolen, second| {
        let statement = stolen.approved_by(|tbs| {
            let mut other = tbs.record.clone();
            other.certified_name.common = "Somebody Else".to_owned();
            let key = SoftKey::read(stolen.officer.pkcs8()).unwrap();
            let officer =
                SoftwareApprover::resume(key, "localhost".to_owned(), stolen.grant.officer.clone()).unwrap();
            vec![officer.approve(tag::APPROVE, &write(&other)).unwrap()]
        });
        stolen.with_statement(second, statement)
    };
    stolen.refuse(over_another, "the answer is for something else").await;
    let renamed = |stolen: &Stolen, second| {
        let mut tbs = stolen.statement.tbs.clone();
        tbs.record.certified_name.common = "Somebody Else".to_owned();
        let statement = sign_statement(tbs, Vec::new(), &stolen.registry).unwrap();
        stolen.with_statement(second, statement)
    };
    stolen.refuse(renamed, "the answer is for something else").await;
    let unconfirmed = |stolen: &Stolen, second| {
        let mut tbs = stolen.statement.tbs.clone();
        tbs.binding = pki_core::enrolment::Binding::Desk;
        let statement = sign_statement(tbs, Vec::new(), &stolen.registry).unwrap();
        stolen.with_statement(second, statement)
    };
    stolen.refuse(unconfirmed, "no officer confirmed the key").await;
    // The approval is good and the registry's signature is another's.
    let unsigned = |stolen: &Stolen, second| {
        let statement = sign_statement(stolen.statement.tbs.clone(), Vec::new(), &key(92)).unwrap();
        stolen.with_statement(second, statement)
    };
    stolen.refuse(unsigned, "no registry key of the charter signed this").await;
}

/// An officer whom a registrar granted approves within the time in office and not a second outside; one whom nobody granted
/// is not even put in office.
#[tokio::test]
async fn an_officers_approval_counts_only_in_office() {
    let mut stolen = Stolen::new().await;
    let registrar =
        SoftKey::read(&std::fs::read(stolen.world.data().join("keys/sandbox-registrar.der")).unwrap())
            .unwrap();
    let bundle = std::fs::read(stolen.world.data().join("bundle.der")).unwrap();
    let charter = Trust::read(&bundle, BEGINNING).unwrap();
    let registrar = SoftwareApprover::resume(
        registrar,
        "localhost".to_owned(),
        charter.charter().tbs().registrars.first().unwrap().clone(),
    )
    .unwrap();
    for (from, to, why) in [
        (LATER - 1, LATER, ""),
        (LATER, LATER + 1, ""),
        (LATER + 1, LATER + 2, "someone who was not in office at that time"),
        (LATER - 2, LATER - 1, "someone who was not in office at that time"),
    ] {
        for audience in [Audience::Idp, Audience::Signer] {
            let [first, second] = stolen.entries(audience).await;
            let approver = stolen.approver(key(93), from, to);
            let approval = registrar.approve(tag::OFFICER, &write(approver.officer())).unwrap();
            let grant = OfficerGrant { officer: approver.officer().clone(), approvals: vec![approval] };
            let first = resealed(&stolen, first, |entry| entry.event = Event::Officer(grant));
            let after = Follower::new().after(&first);
            let statement =
                stolen.approved_by(|tbs| vec![approver.approve(tag::APPROVE, &write(&tbs.record)).unwrap()]);
            let second = stolen
                .with_statement(resealed(&stolen, second, |entry| entry.previous = after.last), statement);
            let (believed, alarm) = stolen.hears(audience, &[first, second]).await;
            assert!(alarm.contains(why), "{audience:?} {from}: {alarm}");
            assert_eq!(
                believed,
                if why.is_empty() { EVERYTHING } else { THE_OFFICER },
                "{audience:?} {from} {alarm}"
            );
        }
    }
    for audience in [Audience::Idp, Audience::Signer] {
        let [first, _] = stolen.entries(audience).await;
        let approver = stolen.approver(key(94), 0, LATER);
        let itself = approver.approve(tag::OFFICER, &write(approver.officer())).unwrap();
        let grant = OfficerGrant { officer: approver.officer().clone(), approvals: vec![itself] };
        let first = resealed(&stolen, first, |entry| entry.event = Event::Officer(grant));
        let (believed, alarm) = stolen.hears(audience, &[first]).await;
        assert_eq!(believed, NOTHING);
        assert!(alarm.contains("an approval is by someone who is not in office"), "{audience:?}: {alarm}");
    }
}

/// The idp alone gets names: an enrolment that discloses a value which nobody approved, or that tells the signer any.
#[tokio::test]
async fn what_was_not_approved_is_not_disclosed() {
    let mut stolen = Stolen::new().await;
    let [first, second] = stolen.entries(Audience::Idp).await;
    let told = resealed(&stolen, second.clone(), |entry| {
        if let Event::Enrolled(enrolled) = &mut entry.event {
            let mut field = enrolled.disclosed.first().unwrap().as_bytes().to_vec();
            *field.last_mut().unwrap() ^= 1;
            *enrolled.disclosed.first_mut().unwrap() = OctetString::new(field).unwrap();
        }
    });
    let (believed, alarm) = stolen.hears(Audience::Idp, &[first, told]).await;
    assert_eq!(believed, THE_OFFICER);
    assert!(alarm.contains("a disclosed field is not the one that was approved"), "{alarm}");
    let Event::Enrolled(to_the_idp) = second.entry.event else { panic!("an enrolment") };
    let [first, second] = stolen.entries(Audience::Signer).await;
    let told = resealed(&stolen, second, |entry| {
        if let Event::Enrolled(enrolled) = &mut entry.event {
            enrolled.disclosed = to_the_idp.disclosed;
        }
    });
    let (believed, alarm) = stolen.hears(Audience::Signer, &[first, told]).await;
    assert_eq!(believed, THE_OFFICER);
    assert!(alarm.contains("this entry tells its house what it must not know"), "{alarm}");
}

/// The registry of another country, at the same addresses and with a root of its own, is nobody here; and a house whose
/// bundle mixes one country's root with the other's charter does not open.
#[tokio::test]
async fn a_charter_of_another_root_is_not_believed() {
    let mut stolen = Stolen::new().await;
    let bundle = stolen.world.data().join("bundle.der");
    let ours = std::fs::read(&bundle).unwrap();
    let theirs = another_bundle(&stolen.world);
    std::fs::write(&bundle, &theirs).unwrap();
    for audience in [Audience::Idp, Audience::Signer] {
        let honest = stolen.entries(audience).await;
        let (believed, alarm) = stolen.hears(audience, &honest).await;
        assert_eq!(believed, NOTHING);
        assert!(alarm.contains("this entry was not signed by the registry"), "{audience:?}: {alarm}");
    }
    let mut mixed: pki_core::enrolment::Bundle = read("Bundle", &ours).unwrap();
    mixed.charter = read::<pki_core::enrolment::Bundle>("Bundle", &theirs).unwrap().charter;
    std::fs::write(&bundle, write(&mixed)).unwrap();
    for part in [Part::Idp, Part::Signer, Part::Pki] {
        let refused = stolen.world.refuses_to_start(part).await;
        assert!(refused.contains("the charter is not signed by this root"), "{}: {refused}", part.name());
    }
}

/// A registry that was restored from an older backup and goes on: what it tells then has another past, and the houses stop at it
/// with an alarm instead of believing two histories. Whoever they knew before still logs in.
#[tokio::test]
async fn a_registry_restored_from_an_older_backup_raises_an_alarm() {
    let mut world = World::open().await;
    let mut mira = world.person("Mira").await;
    world.stop(Part::Pki).await;
    world.back_up(Part::Pki).await;
    world.start(Part::Pki).await;
    world.person("Jonas").await;
    world.stop(Part::Pki).await;
    world.restore(Part::Pki).await;
    let end = world.log.end();
    world.start(Part::Pki).await;
    for name in ["Amina", "Jonas"] {
        let mut person = conformance::browserless::Browser::new().unwrap();
        conformance::walk::enrol::take_link(&mut person, world.link(name)).await.unwrap();
    }
    for alarm in ["halted until an operator looks", "the feed is halted"] {
        let line = world
            .wait(async |world| {
                let log = world.log.since(end);
                log.lines().find(|line| line.contains(alarm)).map(str::to_owned)
            })
            .await;
        assert!(line.contains("this entry follows another past than ours"), "{line}");
    }
    for part in [Part::Idp, Part::Signer] {
        assert_eq!(world.number(part, "SELECT COUNT(*) AS n FROM people").await, 2, "{}", part.name());
    }
    conformance::walk::login::works_for(&mut mira, &world.board).await.unwrap();
}

/// A country founded elsewhere that claims the same addresses.
fn another_bundle(world: &World) -> Vec<u8> {
    let elsewhere = service::testing::Scratch::new().unwrap();
    std::fs::create_dir(elsewhere.path().join("keys")).unwrap();
    let origin = |url: &url::Url| url.origin().ascii_serialization();
    let founded = pki::ceremony::found(&pki::ceremony::FoundParams {
        dir: elsewhere.path(),
        country_code: "XX",
        organization: "Republic of Velmara SANDBOX",
        short_name: "Velmara",
        rp_id: "localhost",
        idp_origin: &origin(&world.board.idp),
        signer_origin: &origin(&world.board.signer),
        registry_origin: &origin(&world.board.pki),
        now: BEGINNING,
        random: &SeededRandom::new(77),
    })
    .unwrap();
    std::fs::read(founded.bundle).unwrap()
}
