//! Anybody verifies a file, and gets what was signed out of it; nothing of it stays.

use axum::body::Body;
use axum::http::{Request, StatusCode};

use super::country::HANDLE;
use super::{Reply, World};
use crate::render::tests::{document, said_of, with_text};

/// Ana's signed file.
async fn signed(world: &World) -> Vec<u8> {
    let id = world.asked().await;
    let ana = world.browser(&HANDLE).await;
    world.accept(&ana, &id).await;
    world.get(&ana, &format!("/sign/{}/signed", id.hex())).await.body
}

impl World {
    /// Sends a file as a form of ours does, without a cookie.
    async fn sends(&self, path: &str, file: &[u8]) -> Reply {
        let head = "--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n";
        let body = [head.as_bytes(), file, b"\r\n--edge--\r\n"].concat();
        let request = Request::post(path)
            .header("content-type", "multipart/form-data; boundary=edge")
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    /// From now on the renderer says of whatever holds `mark` what it would say of `other`.
    fn draws_differently(&self, mark: &str, other: Vec<u8>) {
        let at = |name: &str| self.scratch.path().join(name);
        std::fs::write(at("others"), said_of(other)).unwrap();
        let (others, frames) = (at("others"), at("frames"));
        let script = format!(
            "#!/bin/sh\nif /bin/grep -q -a '{mark}'; then /bin/cat {}; else /bin/cat {}; fi\n",
            others.display(),
            frames.display()
        );
        std::fs::write(at("draw"), script).unwrap();
    }
}

/// A later save that changes the page: what was signed is still there, and both states are set side by side.
fn changed(signed: &[u8], words: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(signed);
    let previous = text.rsplit("startxref").next().and_then(|end| end.split_whitespace().next()).unwrap();
    let trailer = text.rsplit("trailer").next().and_then(|end| end.split("startxref").next()).unwrap();
    let (before, after) = trailer.rsplit_once("/Prev ").unwrap();
    let after = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let stream = format!("BT /F 12 Tf 72 770 Td ({words}) Tj ET");
    let object = signed.len();
    let body = format!("4 0 obj\n<</Length {}>>stream\n{stream}\nendstream\nendobj\n", stream.len());
    let table = object + body.len();
    let rest = format!(
        "xref\n4 1\n{object:010} 00000 n \ntrailer{before}/Prev {previous}{after}startxref\n{table}\n%%EOF\n"
    );
    [signed, body.as_bytes(), rest.as_bytes()].concat()
}

#[tokio::test]
async fn what_was_signed_comes_out_of_the_file() {
    let world = World::new().await;
    let file = signed(&world).await;
    let genuine = world.sends("/verify", &file).await.text();
    assert!(genuine.contains("<h1>Genuine</h1>"), "{genuine}");
    assert!(
        genuine.contains("action=\"/verify/signed\"") && genuine.contains("data-print hidden"),
        "{genuine}"
    );
    let part = world.sends("/verify/signed", &file).await;
    assert_eq!((part.status, part.body.as_slice()), (StatusCode::OK, document().as_slice()));
    assert!(part.header("content-disposition").contains("-as-shown.pdf"));
    assert_eq!((part.header("cache-control"), part.header("set-cookie")), ("private, no-store", ""));
}

/// One later save, and one bit inside: only the first leaves something to show.
#[tokio::test]
async fn a_changed_file_says_what_was_signed_only_where_it_holds_it() {
    let world = World::new().await;
    let file = signed(&world).await;
    let later = changed(&file, "I refuse this proposal.");
    world.draws_differently("I refuse", with_text("I refuse this proposal."));
    let verdict = world.sends("/verify", &later).await.text();
    assert!(
        verdict.contains("<h1>Not genuine</h1>") && verdict.contains("See what was really signed"),
        "{verdict}"
    );
    let quote = |changed: &str| format!("“I <b>{changed}</b> this proposal.”");
    assert!(verdict.contains("What was signed, page 1") && verdict.contains(&quote("support")), "{verdict}");
    assert!(
        verdict.contains("What the file says now, page 1") && verdict.contains(&quote("refuse")),
        "{verdict}"
    );
    assert_eq!(world.sends("/verify/signed", &later).await.body, document());

    world.draws_differently("I refuse", document());
    let same = world.sends("/verify", &later).await.text();
    assert!(
        same.contains("A program reads the same words") && !same.contains("What was signed, page"),
        "{same}"
    );

    let mut inside = file;
    let letter = inside.windows(9).position(|part| part == b"proposal.").unwrap();
    inside[letter] ^= 1;
    for path in ["/verify", "/verify/signed"] {
        let lost = world.sends(path, &inside).await.text();
        assert!(
            lost.contains("<h1>Not genuine</h1>") && lost.contains("What was signed cannot be shown"),
            "{lost}"
        );
        assert!(!lost.contains("/verify/signed\"") && !lost.contains("See what was really signed"), "{lost}");
    }
}

/// What is no file, or no signed one, is answered in the same way at both doors.
#[tokio::test]
async fn a_file_without_a_signature_holds_nothing_that_was_signed() {
    let world = World::new().await;
    let page = world.sends("/verify/signed", &document()).await.text();
    assert!(
        page.contains("<h1>Cannot be confirmed</h1>") && !page.contains("action=\"/verify/signed\""),
        "{page}"
    );
    for path in ["/verify", "/verify/signed"] {
        let empty = world.sends(path, b"").await;
        assert_eq!(empty.status, StatusCode::BAD_REQUEST);
        let text = empty.text();
        assert!(text.contains("<title>Error: ") && text.contains("href=\"#file\""), "{text}");
        assert_eq!(text.matches("Choose the signed file").count(), 2, "{text}");
    }
}
