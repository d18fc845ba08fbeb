//! What the houses must never tell: to the log, in an address, in a row, to each other. One person's whole way is walked, with
//! its mistakes; then everything that stayed behind is searched.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use conformance::browserless::Browser;
use conformance::html::Ceremony;
use conformance::walk::{agency, enrol, login};
use service::db::Sql;
use url::Url;

use crate::enrol::NOOR;
use crate::sign::{accept_page, reads};
use crate::world::{World, borrowed};
use chancery::country::Part;

const HOUSES: [Part; 3] = [Part::Pki, Part::Idp, Part::Signer];
/// Noor, as she was typed at the desk.
const NAMES: [&str; 4] = ["Noor", "Haddad", "Lindqvist", "1988-03-07"];
/// The agency, as it is registered and as people read it.
const AGENCY: [&str; 2] = ["open-assembly", "Open Assembly"];

/// What is known of Noor after her way.
struct Walked {
    world: World,
    /// What her browser and the officer's asked for.
    addresses: Vec<Url>,
    /// Slip code, codes and tokens: whatever opens something.
    secrets: Vec<String>,
    /// Her handles at the idp and at the signer, in hex.
    handles: [String; 2],
    /// Her number at the agency.
    subject: String,
    receipt: String,
}

impl Walked {
    async fn through_a_country() -> Self {
        let world = World::open().await;
        let (mut officer, mut noor) = (world.officer().await, Browser::new().unwrap());
        let slip = enrol::at_the_desk(&mut officer, &mut noor, &world.board, NOOR).await.unwrap();
        world.told().await;
        mistakes(&world, &mut noor).await;
        let agency = world.relying_party().await;
        let (pushed, code) = crate::login::code(&world, &agency, &mut noor).await;
        let tokens = crate::login::tokens(&agency, &pushed, &code).await;
        let claims = agency.id_token(&tokens.text("id_token").unwrap(), &pushed).await.unwrap();
        noor.stop_before = None;
        let reading = reads(&world, &mut noor, 0).await;
        let (accept, form) = accept_page(&mut noor, &reading).await;
        noor.device.fault.broken_signature = true;
        let wrong = borrowed(&mut noor.device, &form, &accept.url, |_| ());
        noor.device.fault.broken_signature = false;
        assert_eq!(noor.submit(&wrong, wrong.buttons.first()).await.unwrap().status, 400);
        let (accept, _) = accept_page(&mut noor, &reading).await;
        let receipt = agency::sign(&mut noor, &world.board, &accept).await.unwrap();
        let slug = agency::proposals(&mut noor, &world.board).await.unwrap().remove(0);
        noor.open(receipt.url.as_str()).await.unwrap().ok().unwrap();
        agency::back(&mut noor, &world.board, &slug, &receipt).await.unwrap();
        enrol::set_status(&mut officer, &world.board, &slip.case, "suspended").await.unwrap();
        world.told().await;
        login::refused_to(&mut noor, &world.board).await.unwrap();

        let rows = world.rows(Part::Pki, Sql::new("SELECT idp_handle, signer_handle FROM people")).await;
        let handle = |name: &str| hex(&rows.first().unwrap().blob(name).unwrap());
        let handles = [handle("idp_handle"), handle("signer_handle")];
        let rows = world.rows(Part::Signer, Sql::new("SELECT receipt FROM requests")).await;
        let receipt = rows.first().unwrap().text("receipt").unwrap();
        let addresses = officer.history.into_iter().chain(noor.history).collect();
        let mut secrets = vec![slip.code, code, pushed.verifier];
        secrets.extend([tokens.text("access_token").unwrap(), tokens.text("id_token").unwrap()]);
        let subject = claims.get("sub").unwrap().as_str().unwrap().to_owned();
        Self { world, addresses, secrets, handles, subject, receipt }
    }
}

/// What people do wrong, because errors tell most: a wrong passkey, a form too many, a page that is not there.
async fn mistakes(world: &World, noor: &mut Browser) {
    let here = world.board.agency.join("/account").unwrap();
    noor.open(here.as_str()).await.unwrap();
    let agency = world.relying_party().await;
    let pushed = crate::login::pushed(&agency, "openid profile").await;
    let page = noor.open(pushed.address.as_str()).await.unwrap().ok().unwrap();
    let form = page.page().passkey_form(Ceremony::Get).unwrap().clone();
    noor.device.fault.user_not_verified = true;
    let wrong = borrowed(&mut noor.device, &form, &page.url, |_| ());
    noor.device.fault.user_not_verified = false;
    assert_eq!(noor.submit(&wrong, wrong.buttons.first()).await.unwrap().status, 422);
    noor.forget();
    assert_eq!(noor.submit(&wrong, wrong.buttons.first()).await.unwrap().status, 403);
    for house in [&world.board.idp, &world.board.signer, &world.board.pki] {
        noor.open(house.join("/no-such-page").unwrap().as_str()).await.unwrap().refused(404).unwrap();
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Log lines of our houses, and everything that the houses logged in them, speak of cases and entries, never of whom.
#[tokio::test]
async fn the_log_names_nobody_and_opens_nothing() {
    let walked = Walked::through_a_country().await;
    let log = walked.world.log.text();
    assert!(log.lines().count() > 100, "the log was listened to");
    let lines = log.lines().filter(|line| !line.contains(" agency::"));
    let lines: Vec<&str> = lines.collect();
    let capabilities = [walked.subject.clone(), walked.receipt.clone()];
    let words = NAMES.iter().chain(&AGENCY).map(|word| (*word).to_owned());
    for word in words.chain(walked.handles.clone()).chain(capabilities).chain(walked.secrets.clone()) {
        let told = lines.iter().find(|line| line.contains(&word));
        assert_eq!(told, None, "{word}");
    }
}

/// No address says a name, a birth date, a number of a person or a token; codes that an address must carry stand in those that
/// the formats name, and nowhere else.
#[tokio::test]
async fn no_address_names_anybody() {
    let walked = Walked::through_a_country().await;
    assert!(walked.addresses.len() > 40, "{} addresses", walked.addresses.len());
    let [slip, code, rest @ ..] = walked.secrets.as_slice() else { unreachable!("five secrets") };
    let typed = slip.to_lowercase().replace('-', " ");
    for address in &walked.addresses {
        let text = address.as_str().to_lowercase();
        let mut words: Vec<String> = NAMES.iter().map(|name| name.to_lowercase()).collect();
        words.extend(walked.handles.clone());
        words.extend([walked.subject.to_lowercase(), walked.receipt.to_lowercase(), typed.clone()]);
        words.extend(rest.iter().map(|secret| secret.to_lowercase()));
        for word in words {
            assert!(!text.contains(&word), "{word} in {}", address.path());
        }
        // RFC 6749 §4.1.2: the code goes to the agency's callback. formats.md: a slip's code opens /enrol.
        assert!(
            !address.as_str().contains(code.as_str()) || address.path() == "/callback",
            "{}",
            address.path()
        );
        let is_slip = address.path().starts_with("/enrol/") || address.path().starts_with("/desk/enrol/");
        assert!(!address.as_str().contains(slip.as_str()) || is_slip, "{}", address.path());
    }
}

/// At the provider no row holds both a person and a client, in no form; what agencies know people by stands with clients only.
#[tokio::test]
async fn no_row_of_the_provider_joins_a_person_with_an_agency() {
    let walked = Walked::through_a_country().await;
    let rows = walked.world.all_rows(Part::Idp).await;
    let [idp_handle, signer_handle] = &walked.handles;
    let persons: Vec<&(String, String)> = rows
        .iter()
        .filter(|(_, row)| {
            row.contains(idp_handle) || NAMES.iter().any(|name| row.contains(&name.to_lowercase()))
        })
        .collect();
    let clients: Vec<&(String, String)> =
        rows.iter().filter(|(_, row)| row.contains("'open-assembly'") || row.contains("'signer'")).collect();
    assert!(
        persons.iter().any(|(table, _)| table == "people")
            && persons.iter().any(|(table, _)| table == "passkeys")
    );
    for table in ["consents", "grants", "tokens", "pushed", "events"] {
        assert!(clients.iter().any(|(known, _)| known == table), "{table} was written");
    }
    // The signer's handle is what the signer knows her by, as the subject is for an agency: it never stands beside one.
    assert!(clients.iter().all(|(_, row)| !row.contains(signer_handle) || row.contains("'signer'")));
    for (table, row) in &persons {
        assert!(!clients.iter().any(|(_, other)| other == row), "{table}: {row}");
        assert!(!row.contains(&walked.subject.to_lowercase()), "{table}: {row}");
    }
    let joined: Vec<&String> = clients
        .iter()
        .filter(|(_, row)| row.contains(&walked.subject.to_lowercase()))
        .map(|(table, _)| table)
        .collect();
    assert!(!joined.is_empty(), "subjects stand with clients");
    assert!(
        rows.iter().all(|(_, row)| !row.contains(&walked.receipt.to_lowercase())),
        "receipts live at the signer"
    );
}

/// The authority certifies without learning what or for whom; the signer without birth date or the provider's handle; the agency
/// knows its own number and what was agreed.
#[tokio::test]
async fn each_house_knows_its_own_and_no_more() {
    let walked = Walked::through_a_country().await;
    let titles = walked.world.rows(Part::Signer, Sql::new("SELECT title, purpose FROM requests")).await;
    let told = |name: &str| titles.first().unwrap().text(name).unwrap();
    let [idp_handle, signer_handle] = walked.handles.clone();
    let agency: Vec<String> = AGENCY.iter().map(|name| (*name).to_owned()).collect();
    let never: [(Part, Vec<String>); 4] = [
        (
            Part::Pki,
            [agency, vec![told("title"), told("purpose"), walked.receipt.clone(), walked.subject.clone()]]
                .concat(),
        ),
        (Part::Idp, vec![told("title"), told("purpose"), walked.receipt.clone()]),
        (Part::Signer, vec![idp_handle.clone(), walked.subject.clone(), "1988-03-07".to_owned()]),
        (Part::Agency, vec![idp_handle, signer_handle, "1988-03-07".to_owned()]),
    ];
    for (part, words) in never {
        let rows = walked.world.all_rows(part).await;
        assert!(!rows.is_empty(), "{}", part.name());
        for word in words {
            let (plain, encoded) = (word.to_lowercase(), hex(word.as_bytes()));
            let found = rows.iter().find(|(_, row)| row.contains(&plain) || row.contains(&encoded));
            assert_eq!(found.map(|(table, _)| table), None, "{} knows {word}", part.name());
        }
    }
}

/// Whatever opens something stands in no row in clear: slip, code, verifier, tokens.
#[tokio::test]
async fn no_secret_stands_in_a_row() {
    let walked = Walked::through_a_country().await;
    for part in HOUSES {
        let rows = walked.world.all_rows(part).await;
        for secret in &walked.secrets {
            let (plain, encoded) = (secret.to_lowercase(), hex(secret.as_bytes()));
            let bare = plain.replace('-', "");
            let found = rows.iter().find(|(_, row)| {
                row.contains(&plain) || row.contains(&encoded) || (bare.len() == 16 && row.contains(&bare))
            });
            assert_eq!(found.map(|(table, _)| table), None, "{}", part.name());
        }
    }
}
