//! The pages in the reader's language: whose wish counts, and that the choice on a page loses nothing and leads nowhere else.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use pki_core::assertion::{FLAG_UP, FLAG_UV};
use pki_core::feed::Status;
use serde_json::json;
use service::i18n::Texts;

use super::world::{Answer, Browser, CALLBACK, World};

/// A page in this language, and no sentence of another one on it.
fn is_in(page: &Answer, lang: &str) {
    let dir = if lang == "ar" { "rtl" } else { "ltr" };
    let html = format!("<html lang=\"{lang}\" dir=\"{dir}\">");
    assert!(page.text.contains(&html), "{html}: {}", page.text);
    assert_eq!(page.header("content-language"), Some(lang));
    assert_eq!(page.header("vary"), Some("accept-language, cookie"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    for (tag, catalogue) in crate::pages::CATALOGUES.iter().filter(|(tag, _)| *tag != lang) {
        let texts = Texts::read((*tag, *catalogue)).unwrap();
        // The name of the other language stands on each page.
        let said = texts.sources().iter().filter(|(key, _)| !key.starts_with("frame-language"));
        for (key, text) in said.filter(|(_, text)| text.contains(' ') && !text.contains('{')) {
            assert!(!page.text.contains(text.as_str()), "{key} is said in {tag}: {}", page.text);
        }
    }
}

/// Where the link to another language leads: the address that remembers it.
fn choice(page: &Answer, lang: &str) -> String {
    let start = format!("href=\"/language/{lang}?");
    let rest = page.text.split(&start).nth(1).expect(&page.text).split('"').next().unwrap();
    format!("/language/{lang}?{rest}")
}

fn agrees(page: &Answer, words: &str) {
    assert!(page.text.contains(words), "{words}: {}", page.text);
}

/// OpenID Connect Core §3.1.2.1: the agency says that Ana reads Arabic. Each page of her login is in it, right to left, with the
/// agency's own Arabic words; her name and her birthday stay hers.
#[tokio::test]
async fn a_login_entirely_in_arabic() {
    let mut world = World::new().await;
    let mut browser = Browser::default();
    let address = world.begin(&world.agency, &[("ui_locales", "fr-CA ar-MA en")]).await;
    let page = world.open(&mut browser, &address).await;
    is_in(&page, "ar");
    for words in [
        "<bdi>المجلس المفتوح</bdi>",
        "<h1>طلب من المجلس المفتوح للتأكد من هويتكم</h1>",
        "حتى يدعم كل شخص الاقتراح مرة واحدة فقط.",
        "\u{2068}localhost\u{2069}",
    ] {
        agrees(&page, words);
    }
    // A passkey that did not ask for the finger: the same page once more, with what to do.
    world.ana.device.flags = FLAG_UP;
    let refused = world.sign_in(&mut browser, &page, &world.ana.device).await;
    world.ana.device.flags = FLAG_UP | FLAG_UV;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    is_in(&refused, "ar");
    agrees(&refused, "<title>خطأ: ");
    let again = world.open(&mut browser, &address).await;
    let signed_in = world.sign_in(&mut browser, &again, &world.ana.device).await;
    let asked = world.open(&mut browser, &signed_in.leads_to()).await;
    is_in(&asked, "ar");
    for words in ["<bdi>Ana Lima</bdi>", "14 مارس 1987", "قانون المبادرات، المادة 4"]
    {
        agrees(&asked, words);
    }
    let left = world.decide(&mut browser, &asked, "accept").await;
    is_in(&left, "ar");
    assert!(left.leads_to().starts_with(CALLBACK) && left.brings("code").is_some());
}

/// What is refused on the way is refused in the reader's language: a suspended person, a request that ran out.
#[tokio::test]
async fn refusals_in_arabic() {
    let mut world = World::new().await;
    let mut browser = Browser::default();
    let wish = [("ui_locales", "ar")];
    let address = world.begin(&world.agency, &wish).await;
    let page = world.open(&mut browser, &address).await;
    let suspend = world.registry.order(&world.ana, Status::Suspended);
    world.tell(&suspend).await.unwrap();
    let stopped = world.sign_in(&mut browser, &page, &world.ana.device).await;
    assert_eq!(stopped.status, StatusCode::FORBIDDEN);
    is_in(&stopped, "ar");
    agrees(&stopped, "العودة إلى المجلس\u{a0}المفتوح");
    // Omar stays away for longer than a transaction lives: his form is told who asked, and where to begin again.
    let slow = world.begin(&world.agency, &wish).await;
    let mut omars = Browser::default();
    let waiting = world.open(&mut omars, &slow).await;
    world.pass(31 * 60).await;
    let over = world.sign_in(&mut omars, &waiting, &world.omar.device).await;
    assert_eq!(over.status, StatusCode::BAD_REQUEST);
    is_in(&over, "ar");
    agrees(&over, "البدء من جديد لدى المجلس\u{a0}المفتوح");
    let late = world.begin(&world.agency, &wish).await;
    world.pass(61).await;
    let over = world.open(&mut browser, &late).await;
    assert_eq!(over.status, StatusCode::BAD_REQUEST);
    is_in(&over, "ar");
    agrees(&over, "المجلس\u{a0}المفتوح");
}

/// Who has no Arabic words is named in their own, set off from the sentence; and a browser that is sent to sign out is asked in
/// the language that its sender named.
#[tokio::test]
async fn names_of_another_writing_stay_whole() {
    let world = World::new().await;
    let address = world.begin(&world.signer, &[("ui_locales", "ar")]).await;
    let page = world.open(&mut Browser::default(), &address).await;
    is_in(&page, "ar");
    agrees(&page, "<h1>طلب من \u{2068}Signing service\u{2069} للتأكد من هويتكم</h1>");
    is_in(&world.open(&mut Browser::default(), "/logout?ui_locales=ar").await, "ar");
    is_in(&world.open(&mut Browser::default(), "/logout?ui_locales=arc").await, "en");
}

/// A choice on the page itself stands above every wish, comes back to the very step, and is kept for the next login.
#[tokio::test]
async fn a_choice_comes_back_to_the_step_in_hand() {
    let mut world = World::new().await;
    let mut browser = Browser::default();
    let address = world.begin(&world.agency, &[("ui_locales", "ar")]).await;
    let page = world.open(&mut browser, &address).await;
    // Also where the page answers a form, which cannot be opened again.
    world.ana.device.flags = FLAG_UP;
    let refused = world.sign_in(&mut browser, &page, &world.ana.device).await;
    world.ana.device.flags = FLAG_UP | FLAG_UV;
    assert_eq!(choice(&refused, "en"), choice(&page, "en"));
    let chosen = world.open(&mut browser, &choice(&refused, "en")).await;
    assert_eq!(chosen.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.cookies.get("__Host-language").map(String::as_str), Some("en"));
    let english = world.open(&mut browser, &chosen.leads_to()).await;
    is_in(&english, "en");
    assert_eq!(english.input("transaction"), page.input("transaction"));
    let signed_in = world.sign_in(&mut browser, &english, &world.ana.device).await;
    let asked = world.open(&mut browser, &signed_in.leads_to()).await;
    is_in(&asked, "en");
    let next = world.begin(&world.agency, &[("ui_locales", "ar"), ("prompt", "login")]).await;
    is_in(&world.open(&mut browser, &next).await, "en");
}

/// What nobody asked for is English, and a link that was not made here is not followed.
#[tokio::test]
async fn nothing_else_is_a_language() {
    let world = World::new().await;
    for wish in ["xx", "arc", "", "ar_MA", "\u{202e}ar"] {
        let address = world.begin(&world.agency, &[("ui_locales", wish)]).await;
        is_in(&world.open(&mut Browser::default(), &address).await, "en");
    }
    for (preferred, lang) in [("ar-EG, en;q=0.9", "ar"), ("en, ar;q=0.9", "en"), ("ar;q=2", "en")] {
        let request = Request::get("/nowhere").header(header::ACCEPT_LANGUAGE, preferred);
        let page = world.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        is_in(&page, lang);
    }
    for address in ["/language/ar?back=//evil.example", "/language/xx?back=/", "/language/ar"] {
        let mut browser = Browser::default();
        let refused = world.open(&mut browser, address).await;
        assert_eq!(
            (refused.status, refused.header("location")),
            (StatusCode::BAD_REQUEST, None),
            "{address}"
        );
        assert!(browser.cookies.is_empty() && !refused.text.contains("evil"));
    }
    // The register says of the agency what its sign-in page says, in each language, and everything that it may ever get.
    for (lang, words) in [
        ("en", ["Parliament of Velmara", "Initiatives Act, section 4", "Your date of birth"]),
        ("ar", ["برلمان فيلمارا", "قانون المبادرات، المادة 4", "تاريخ ميلادكم"]),
    ] {
        let request = Request::get("/register").header(header::ACCEPT_LANGUAGE, lang);
        let page = world.send(request.body(Body::empty()).unwrap()).await;
        is_in(&page, lang);
        words.iter().for_each(|words| agrees(&page, words));
        agrees(&page, "<section id=\"open-assembly\">");
        assert!(!page.text.contains("id=\"signer\""));
    }
    let metadata = Request::get("/.well-known/openid-configuration").body(Body::empty()).unwrap();
    assert_eq!(world.send(metadata).await.json()["ui_locales_supported"], json!(["en", "ar"]));
}
