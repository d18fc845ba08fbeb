//! What all houses promise to every browser, on each page that anybody can open: one heading, a language, no script or style from
//! elsewhere, no frame around it, nothing to keep; and a refusal with a case number.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use conformance::browserless::{Arrived, Browser};
use conformance::html::Ceremony;
use conformance::walk::enrol;

use crate::sign::{accept_page, reads};
use crate::world::World;

/// The headers of every page (identity W1, product 8.1).
fn keeps_the_contract(arrived: &Arrived) {
    let header =
        |name: &str| arrived.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default();
    let policy = header("content-security-policy");
    for rule in ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
        assert!(policy.contains(rule), "{}: {rule} in {policy}", arrived.url);
    }
    assert!(!policy.contains("unsafe"), "{}: {policy}", arrived.url);
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(header(name), value, "{}: {name}", arrived.url);
    }
    let html = String::from_utf8(arrived.body.clone()).unwrap();
    assert!(html.starts_with("<!doctype html>") || html.starts_with("<!DOCTYPE html>"), "{}", arrived.url);
    assert!(html.contains("<html lang=\"en\""), "{}", arrived.url);
    assert_eq!(html.matches("<h1").count(), 1, "{}", arrived.url);
    assert_eq!(html.matches("<main").count(), 1, "{}", arrived.url);
    let page = arrived.page();
    assert!(!page.title.is_empty() && !page.heading.is_empty(), "{}", arrived.url);
    // Whatever a page loads is its own: no address of another origin but in links.
    for attribute in ["src=\"", "href=\"http", "action=\"http"] {
        for part in html.split(attribute).skip(1) {
            let value = part.split('"').next().unwrap_or_default();
            let loaded = attribute == "src=\"" && !value.starts_with('/') && !value.starts_with("data:");
            assert!(!loaded, "{}: loads {value}", arrived.url);
            assert!(attribute != "action=\"http", "{}: sends to {value}", arrived.url);
        }
    }
    for inside in ["<style", " style=\"", " onclick", "javascript:"] {
        assert!(!html.contains(inside), "{}: {inside}", arrived.url);
    }
    // Text that is not there says its key.
    assert!(!page.text.contains("-title") && !page.text.contains("-happened"), "{}", arrived.said());
}

/// Every page on the ways of a person and an officer, and every page that says no.
#[tokio::test]
async fn every_page_keeps_what_all_houses_promise() {
    let world = World::open().await;
    let board = &world.board;
    let mut nobody = Browser::new().unwrap();
    for (house, path) in [
        (&board.idp, "/"),
        (&board.idp, "/logout"),
        (&board.signer, "/verify"),
        (&board.pki, "/"),
        (&board.pki, "/enrol"),
        (&board.pki, "/desk/sign-in"),
    ] {
        keeps_the_contract(&nobody.open(house.join(path).unwrap().as_str()).await.unwrap().ok().unwrap());
    }
    for house in [&board.idp, &board.signer, &board.pki] {
        let refused = nobody.open(house.join("/nowhere").unwrap().as_str()).await.unwrap();
        assert_eq!(refused.status, 404);
        keeps_the_contract(&refused);
        assert!(refused.page().text.contains("Case number"), "{}", refused.said());
    }
    keeps_the_contract(&nobody.open(world.link("Mira").url.as_str()).await.unwrap());

    let mut officer = world.officer().await;
    keeps_the_contract(&officer.open(board.pki.join("/desk").unwrap().as_str()).await.unwrap());
    let record = enrol::record(&mut officer, board, crate::enrol::NOOR).await.unwrap();
    keeps_the_contract(&record);
    let case = record.url.as_str().trim_end_matches("/approve").to_owned();
    for step in ["", "/names", "/other-names", "/birth-date", "/identity", "/answers"] {
        keeps_the_contract(&officer.open(&format!("{case}{step}")).await.unwrap().ok().unwrap());
    }
    let slip = enrol::approve(&mut officer, &record).await.unwrap();
    keeps_the_contract(&officer.open(&format!("{case}/slip")).await.unwrap().ok().unwrap());
    let mut noor = Browser::new().unwrap();
    let waiting = enrol::person_makes_passkey(&mut noor, board, &slip).await.unwrap();
    keeps_the_contract(&waiting);
    keeps_the_contract(&officer.open(&format!("{case}/confirm")).await.unwrap().ok().unwrap());
    enrol::confirm(&mut officer, board, &slip, &waiting).await.unwrap();
    keeps_the_contract(&officer.open(&case).await.unwrap().ok().unwrap());
    world.told().await;

    let agency = world.relying_party().await;
    let pushed = crate::login::pushed(&agency, "openid profile").await;
    let sign_in = noor.open(pushed.address.as_str()).await.unwrap();
    keeps_the_contract(&sign_in);
    keeps_the_contract(&noor.passkey(&sign_in.page(), Ceremony::Get).await.unwrap());
    let reading = reads(&world, &mut noor, 0).await;
    keeps_the_contract(&reading);
    keeps_the_contract(&noor.open(&format!("{}/refuse", reading.url)).await.unwrap());
    let (accept, _) = accept_page(&mut noor, &reading).await;
    keeps_the_contract(&accept);
    let receipt = conformance::walk::agency::sign(&mut noor, board, &accept).await.unwrap();
    keeps_the_contract(&receipt);
    keeps_the_contract(&noor.open(board.signer.as_str()).await.unwrap().ok().unwrap());
}
