//! One choice of a language goes with a person through the houses: reading, signing, the receipt and the verdict are in it, and
//! what is signed is the same.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use conformance::browserless::{Arrived, Browser, Upload};
use conformance::walk::{agency, enrol};
use signer_core::validate::Verdict;

use crate::sign::{reads, verdict};
use crate::world::World;

/// The page is in Arabic, right to left, and says this.
#[track_caller]
fn assert_arabic(arrived: &Arrived, words: &str) {
    let html = String::from_utf8(arrived.body.clone()).unwrap();
    assert!(html.contains("<html lang=\"ar\" dir=\"rtl\">"), "{}", arrived.said());
    assert!(html.contains(words), "not on the page: {words}: {}", arrived.said());
}

/// On the verify page of whoever asks, a file.
async fn verified(world: &World, person: &mut Browser, bytes: Vec<u8>) -> Arrived {
    let here = person.open(world.board.signer.join("/verify").unwrap().as_str()).await.unwrap().ok().unwrap();
    let page = here.page();
    let form = page.forms.iter().find(|form| form.enctype == "multipart/form-data").unwrap();
    let field = form.names.iter().find(|name| form.value(name).is_none()).unwrap().clone();
    let file = Upload { field, file_name: "statement.pdf".to_owned(), bytes };
    person.submit_with(form, form.buttons.first(), vec![file]).await.unwrap().ok().unwrap()
}

/// Mira chooses Arabic at the identity provider. The signer speaks it as well (in a sandbox its host is the same), and her
/// signature is as good as one that was made in English.
#[tokio::test]
async fn a_person_reads_signs_and_verifies_in_arabic() {
    let world = World::open().await;
    let mut mira = world.person("Mira").await;
    let choice = world.board.idp.join("/language/ar?back=/register").unwrap();
    let register = mira.open(choice.as_str()).await.unwrap();
    assert_eq!(register.url.path(), "/register");
    assert_arabic(&register, "المجلس المفتوح");

    let reading = reads(&world, &mut mira, 0).await;
    assert_arabic(&reading, "لا يُوقَّع شيء في هذه الصفحة.");
    let accept = agency::to_accept(&mut mira, &reading).await.unwrap();
    assert_arabic(&accept, "قبول وتوقيع");
    let receipt = agency::sign(&mut mira, &world.board, &accept).await.unwrap();
    assert_arabic(&receipt, "وقّعتم المستند");
    let [signed, published] = agency::files(&mut mira, &receipt).await.unwrap();
    assert_eq!(verdict(&world, &signed, world.now()), Verdict::Genuine);
    let mut changed = signed.clone();
    *changed.get_mut(11).unwrap() ^= 1;
    let mut verdict_page = None;
    for (file, word) in
        [(signed, "<h1>أصلي</h1>"), (published, "<h1>لا يمكن تأكيده</h1>"), (changed, "<h1>غير أصلي</h1>")]
    {
        let page = verified(&world, &mut mira, file).await;
        assert_arabic(&page, word);
        verdict_page = Some(page);
    }
    // The verdict answered a form; its link leads to where the next file is chosen, in the other language.
    let english = verdict_page.unwrap().page().link_to("/language/en?back=%2Fverify").unwrap().href.clone();
    let verify = mira.open(&english).await.unwrap().ok().unwrap();
    assert!(String::from_utf8(verify.body.clone()).unwrap().contains("<html lang=\"en\" dir=\"ltr\">"));
}

/// Tomas enrols a newcomer, and both read Arabic: each page from the question to the ready passkey is in it, and the enrolment
/// counts as any other.
#[tokio::test]
async fn a_newcomer_is_enrolled_in_arabic() {
    let world = World::open().await;
    let (mut officer, mut person) = (world.officer().await, Browser::new().unwrap());
    let choice = world.board.pki.join("/language/ar?back=/desk").unwrap();
    assert_arabic(&officer.open(choice.as_str()).await.unwrap(), "شخص واحد في كل مرة.");
    let choice = world.board.pki.join("/language/ar?back=/enrol").unwrap();
    assert_arabic(&person.open(choice.as_str()).await.unwrap(), "اكتبوا الرمز الذي على قسيمتكم");

    let newcomer =
        enrol::Newcomer { given: "ليلى", family: "منصور", script: "Arab", born: ["4", "3", "1990"] };
    let recorded = enrol::record(&mut officer, &world.board, newcomer).await.unwrap();
    assert_arabic(&recorded, "اعتماد هذا القيد");
    let slip = enrol::approve(&mut officer, &recorded).await.unwrap();
    let case = world.board.pki.join(&format!("/desk/cases/{}", slip.case)).unwrap();
    let paper = officer.open(&format!("{case}/slip")).await.unwrap().ok().unwrap();
    assert_arabic(&paper, "هويتكم جاهزة");
    assert_arabic(&paper, "lang=\"und-Arab\" dir=\"rtl\"");
    let waiting = enrol::person_makes_passkey(&mut person, &world.board, &slip).await.unwrap();
    assert_arabic(&waiting, "أروا المكتب هذه الشاشة");
    enrol::confirm(&mut officer, &world.board, &slip, &waiting).await.unwrap();
    let made = person.open(waiting.url.as_str()).await.unwrap().ok().unwrap();
    assert_arabic(&made, "مفتاح المرور جاهز");
    world.told().await;
    let mut browser = person;
    let reading = reads(&world, &mut browser, 0).await;
    assert_arabic(&reading, "اقرؤوا ما ستوقّعونه");
}
