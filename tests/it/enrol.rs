//! Enrolment: who may become a person of this country, and who may say so. Exact errors of each use case stand in `pki`; here
//! are the pages as people meet them, and what the other houses believe afterwards.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod feeds;

use conformance::browserless::Browser;
use conformance::html::Ceremony;
use conformance::walk::enrol::{self, Newcomer};
use conformance::walk::login;
use service::db::Sql;

use crate::world::{World, assert_refused, borrowed};
use chancery::country::Part;

pub(crate) const NOOR: Newcomer<'_> =
    Newcomer { given: "Noor", family: "Haddad-Lindqvist", script: "Latn", born: ["7", "3", "1988"] };
/// A case at the desk.
const CASE_SECONDS: i64 = 30 * 60;
/// A slip that is taken home.
const SLIP_SECONDS: i64 = 14 * 24 * 3600;

/// How many people a house knows.
async fn people(world: &World, house: Part) -> i64 {
    world.number(house, "SELECT COUNT(*) AS n FROM people").await
}

/// The registry alone: what the others would hear of is in its rows.
async fn registry() -> World {
    let mut world = World::founded().await;
    world.start(Part::Pki).await;
    world
}

/// An officer enrols Noor at the desk; she logs in at the agency, and each house knows of her what it must and no more.
#[tokio::test]
async fn a_person_is_enrolled_at_the_desk_and_logs_in() {
    let world = World::open().await;
    let (mut officer, mut noor) = (world.officer().await, Browser::new().unwrap());
    let slip = enrol::at_the_desk(&mut officer, &mut noor, &world.board, NOOR).await.unwrap();
    world.told().await;
    login::works_for(&mut noor, &world.board).await.unwrap();

    for house in [Part::Pki, Part::Idp, Part::Signer] {
        assert_eq!(people(&world, house).await, 1, "{}", house.name());
    }
    let names = world.rows(Part::Idp, Sql::new("SELECT name, birthdate FROM people")).await;
    let row = names.first().unwrap();
    assert_eq!(row.text("name").unwrap(), "Noor Haddad-Lindqvist");
    assert_eq!(row.text("birthdate").unwrap(), "1988-03-07");
    // The signer learns the name that certificates carry, and no birth date.
    let signer = world.all_rows(Part::Signer).await;
    assert!(
        signer.iter().any(|(table, row)| table == "people" && row.contains(&hex(b"Noor Haddad-Lindqvist")))
    );
    // As text, and within DER, of which a dump shows the octets.
    for birth_date in ["1988-03-07".to_owned(), hex(b"1988-03-07"), hex(b"19880307")] {
        assert!(signer.iter().all(|(_, row)| !row.contains(&birth_date)), "{birth_date}");
    }
    // One leaf for each officer, the program and Tomas, and one for Noor.
    assert_eq!(world.number(Part::Pki, "SELECT COUNT(*) AS n FROM log_leaves").await, 3);
    assert!(slip.case.starts_with("K26-"));
}

/// A slip makes one passkey: the second device is refused, also when both had the page open before.
#[tokio::test]
async fn a_slip_code_used_twice_is_refused() {
    let world = World::open().await;
    let mut officer = world.officer().await;
    let record = enrol::record(&mut officer, &world.board, NOOR).await.unwrap();
    let slip = enrol::approve(&mut officer, &record).await.unwrap();
    let address = world.board.pki.join(&format!("/enrol/{}", slip.code)).unwrap();
    let (mut noor, mut thief) = (Browser::new().unwrap(), Browser::new().unwrap());
    let open = thief.open(address.as_str()).await.unwrap().ok().unwrap();
    let waiting = enrol::person_makes_passkey(&mut noor, &world.board, &slip).await.unwrap();

    let late = thief.passkey(&open.page(), Ceremony::Create).await.unwrap();
    assert_refused(&late, 410, "slip-used");
    assert_refused(&thief.open(address.as_str()).await.unwrap(), 410, "slip-used");
    enrol::confirm(&mut officer, &world.board, &slip, &waiting).await.unwrap();
    assert_refused(&thief.open(address.as_str()).await.unwrap(), 410, "slip-used");

    world.told().await;
    for house in [Part::Pki, Part::Idp, Part::Signer] {
        assert_eq!(people(&world, house).await, 1, "{}", house.name());
    }
    login::works_for(&mut noor, &world.board).await.unwrap();
    login::refused_to(&mut thief, &world.board).await.unwrap();
}

/// Without the officer's own passkey there is no slip and no person: nothing, a stranger's passkey, a stranger's signature
/// under the officer's name, the right passkey over another record.
#[tokio::test]
async fn a_record_without_its_officers_approval_enrols_nobody() {
    let world = registry().await;
    let (mut officer, mira) = (world.officer().await, world.person("Mira").await);
    let record = enrol::record(&mut officer, &world.board, NOOR).await.unwrap();
    let page = record.page();
    let form = page.passkey_form(Ceremony::Get).unwrap();
    let ours = officer.device.clone();

    let mut empty = form.clone();
    assert!(empty.fill("credential", ""));
    let mut stranger = mira.device.clone();
    let by_stranger = borrowed(&mut stranger, form, &record.url, |options| {
        options.remove("allowCredentials");
    });
    stranger.fault.credential_id = ours.credential_id().map(<[u8]>::to_vec);
    let in_their_name = borrowed(&mut stranger, form, &record.url, |options| {
        options.remove("allowCredentials");
    });
    let mut careless = ours.clone();
    careless.fault.challenge = Some(vec![7; 32]);
    let over_another = borrowed(&mut careless, form, &record.url, |_| ());
    let mut unseen = ours.clone();
    unseen.fault.user_not_verified = true;
    let unverified = borrowed(&mut unseen, form, &record.url, |_| ());
    for (wrong, why) in [
        (empty, "the passkey's answer cannot be read"),
        (by_stranger, "another passkey answered"),
        (in_their_name, "another passkey answered"),
        (over_another, "the answer is for something else"),
        (unverified, "the authenticator did not check who touched it"),
    ] {
        let end = world.log.end();
        let answered = officer.submit(&wrong, wrong.buttons.first()).await.unwrap();
        assert_refused(&answered, 400, "passkey-refused");
        let log = world.log.since(end);
        assert!(log.contains(why), "{why}: {log}");
        let slip = officer.open(record.url.join("slip").unwrap().as_str()).await.unwrap();
        assert_refused(&slip, 409, "desk-other-step");
        officer.open(record.url.as_str()).await.unwrap().ok().unwrap();
    }
    assert_eq!(people(&world, Part::Pki).await, 1, "Mira, and nobody else");
    // Nothing is lost: the officer approves now.
    enrol::approve(&mut officer, &record).await.unwrap();
}

/// An officer whose year is over neither signs in nor approves what was begun before.
#[tokio::test]
async fn an_officer_out_of_date_approves_nothing() {
    let world = registry().await;
    let mut officer = world.officer().await;
    let ends = world.number(Part::Pki, "SELECT not_after AS n FROM officers WHERE user_id IS NOT NULL").await;
    let ends = pki_core::time::Instant::from_micros(ends);
    world.clock.set(ends.plus_seconds(-60));
    enrol::officer_signs_in(&mut officer, &world.board).await.unwrap();
    let record = enrol::record(&mut officer, &world.board, NOOR).await.unwrap();
    world.clock.set(ends.plus_seconds(1));

    let late = officer.passkey(&record.page(), Ceremony::Get).await.unwrap();
    assert_eq!(late.url.path(), "/desk/sign-in", "{}", late.said());
    let refused = officer.passkey(&late.page(), Ceremony::Get).await.unwrap();
    assert_refused(&refused, 403, "sign-in-out-of-office");
    let states = world.rows(Part::Pki, Sql::new("SELECT state FROM cases WHERE binding = 'desk'")).await;
    assert_eq!(states.first().unwrap().text("state").unwrap(), "recorded");
    assert_eq!(people(&world, Part::Pki).await, 0);
}

/// A case lives for thirty minutes: a second before, its slip opens; at its end it does not, and the desk is free again.
#[tokio::test]
async fn a_case_that_ran_out_of_time_enrols_nobody() {
    let world = registry().await;
    let mut officer = world.officer().await;
    let record = enrol::record(&mut officer, &world.board, NOOR).await.unwrap();
    let slip = enrol::approve(&mut officer, &record).await.unwrap();
    let mut noor = Browser::new().unwrap();
    let address = world.board.pki.join(&format!("/enrol/{}", slip.code)).unwrap();
    world.clock.advance(CASE_SECONDS - 1);
    let open = noor.open(address.as_str()).await.unwrap().ok().unwrap();
    world.clock.advance(1);

    let late = noor.passkey(&open.page(), Ceremony::Create).await.unwrap();
    assert_refused(&late, 410, "slip-expired");
    assert_refused(&noor.open(address.as_str()).await.unwrap(), 410, "slip-expired");
    assert_eq!(people(&world, Part::Pki).await, 0);
    enrol::officer_signs_in(&mut officer, &world.board).await.unwrap();
    enrol::record(&mut officer, &world.board, NOOR).await.unwrap();
}

/// A slip that was taken home works for fourteen days to the second; the next start gives a new one.
#[tokio::test]
async fn a_slip_that_ran_out_of_time_is_refused() {
    let world = registry().await;
    let address = world.link("Mira").url.clone();
    let mut mira = Browser::new().unwrap();
    world.clock.advance(SLIP_SECONDS - 1);
    let open = mira.open(address.as_str()).await.unwrap().ok().unwrap();
    world.clock.advance(1);
    let late = mira.passkey(&open.page(), Ceremony::Create).await.unwrap();
    assert_refused(&late, 410, "slip-expired");
    assert_refused(&mira.open(address.as_str()).await.unwrap(), 410, "slip-expired");
    assert_eq!(people(&world, Part::Pki).await, 0);
}

/// A code that no slip has, one character away from one that has, leads nowhere, and costs nothing.
#[tokio::test]
async fn a_code_one_character_away_is_unknown() {
    let world = registry().await;
    let address = world.link("Mira").url.to_string();
    let other = if address.ends_with('7') { "8" } else { "7" };
    let near = format!("{}{other}", address.get(..address.len() - 1).unwrap());
    let mut somebody = Browser::new().unwrap();
    assert_refused(&somebody.open(&near).await.unwrap(), 404, "slip-unknown");
    // The slip that is right still works.
    world.person("Mira").await;
    assert_eq!(people(&world, Part::Pki).await, 1);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
