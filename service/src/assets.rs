//! The style sheet, the two scripts and the mark: embedded, named by their hash, cached for ever.
//!
//! A changed file has another name, so a browser never mixes an old style sheet with a new page, and each link carries
//! the hash for the browser to check (Subresource Integrity).

use std::borrow::Cow;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pki_core::key::sha256;

/// An embedded file.
pub struct Asset {
    /// Its address: `/a/base.0123456789abcdef.css`.
    pub path: String,
    /// `sha256-…`, for `integrity=`.
    pub integrity: String,
    kind: &'static str,
    bytes: Cow<'static, [u8]>,
}

impl Asset {
    /// An embedded file with its stem and extension.
    #[must_use]
    pub fn new(stem: &str, extension: &str, kind: &'static str, bytes: &'static [u8]) -> Self {
        Self::of(stem, extension, kind, Cow::Borrowed(bytes))
    }

    /// What is served.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn of(stem: &str, extension: &str, kind: &'static str, bytes: Cow<'static, [u8]>) -> Self {
        let hash = sha256(&bytes);
        let short: String = hash.hex().chars().take(16).collect();
        Self {
            path: format!("/a/{stem}.{short}.{extension}"),
            integrity: format!("sha256-{}", STANDARD.encode(hash.as_bytes())),
            kind,
            bytes,
        }
    }
}

static BASE_CSS: LazyLock<Asset> = LazyLock::new(|| {
    let served = squeeze(include_str!("../assets/base.css"));
    Asset::of("base", "css", "text/css; charset=utf-8", Cow::Owned(served.into_bytes()))
});
static PASSKEY_JS: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("passkey", "js", "text/javascript; charset=utf-8", include_bytes!("../assets/passkey.js"))
});
static PAGE_JS: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("page", "js", "text/javascript; charset=utf-8", include_bytes!("../assets/page.js"))
});
static MARK_SVG: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("mark", "svg", "image/svg+xml", include_bytes!("../assets/mark.svg")));

/// The style sheet without its comments and spare spaces. It knows our own sheet and no more of CSS than that: no string
/// in it holds a comment, two spaces, or a space beside one of `{ } : ; ,`, and no selector begins with a spaced colon.
fn squeeze(css: &str) -> String {
    let mut rest = css;
    let mut bare = String::with_capacity(css.len());
    while let Some((before, comment)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    let mut out = bare.split_whitespace().collect::<Vec<_>>().join(" ");
    let spared = [
        (" {", "{"),
        ("{ ", "{"),
        ("; ", ";"),
        (": ", ":"),
        (", ", ","),
        ("} ", "}"),
        (" }", "}"),
        (" > ", ">"),
        (" !", "!"),
        (" + ", "+"),
        ("(> ", "(>"),
        (";}", "}"),
    ];
    for (wide, narrow) in spared {
        out = out.replace(wide, narrow);
    }
    out
}

/// The style sheet of all pages.
#[must_use]
pub fn base_css() -> &'static Asset {
    &BASE_CSS
}

/// The script of the passkey step; pages without one load no script.
#[must_use]
pub fn passkey_js() -> &'static Asset {
    &PASSKEY_JS
}

/// The script of printing, of number keys and of pages that wait.
#[must_use]
pub fn page_js() -> &'static Asset {
    &PAGE_JS
}

/// The mark, as the icon of the page.
#[must_use]
pub fn mark_svg() -> &'static Asset {
    &MARK_SVG
}

/// Serves these files, and those that a service adds, under `/a/`.
pub fn router(more: &'static [&'static LazyLock<Asset>]) -> Router {
    Router::new().route("/a/{file}", get(move |Path(file): Path<String>| async move { serve(&file, more) }))
}

fn serve(file: &str, more: &[&'static LazyLock<Asset>]) -> Response {
    let own = [base_css(), passkey_js(), page_js(), mark_svg()];
    let all = own.into_iter().chain(more.iter().map(|asset| &***asset));
    match all.into_iter().find(|asset| asset.path.strip_prefix("/a/") == Some(file)) {
        Some(asset) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static(asset.kind)),
                (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
            ];
            (headers, asset.bytes.clone()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt as _;

    #[tokio::test]
    async fn a_file_is_found_under_its_hash_only_and_kept_for_ever() {
        for asset in [base_css(), passkey_js(), page_js(), mark_svg()] {
            let request = Request::get(&asset.path).body(Body::empty()).unwrap();
            let answer = router(&[]).oneshot(request).await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK);
            assert!(answer.headers()["cache-control"].to_str().unwrap().ends_with("immutable"));
        }
        let request = Request::get("/a/base.0000000000000000.css").body(Body::empty()).unwrap();
        assert_eq!(router(&[]).oneshot(request).await.unwrap().status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn a_squeezed_sheet_says_the_same() {
        let css = "/* a */\na b > c,\n d:not(.e) { color: red; font: 1px \"A B\"; }\n/* z */@media print { p { margin: 0 auto } }\n";
        assert_eq!(squeeze(css), "a b>c,d:not(.e){color:red;font:1px \"A B\"}@media print{p{margin:0 auto}}");
    }

    /// product 7.2: a page must be there before a slow connection tires the person who waits.
    #[test]
    fn the_weights_that_we_promise() {
        assert!(base_css().bytes.len() <= 20_480, "{}", base_css().bytes.len());
        let scripts = passkey_js().bytes.len() + page_js().bytes.len();
        assert!(scripts <= 10_240, "{scripts}");
        let css = std::str::from_utf8(&base_css().bytes).unwrap();
        assert!(!css.contains("http:") && !css.contains("https:") && !css.contains("@import"));
    }

    /// A page that runs right to left is the same sheet, so no rule of it may name a side. And nothing in it moves, so
    /// whoever asks for less motion (`prefers-reduced-motion`) needs no other one.
    #[test]
    fn the_sheet_names_no_side_and_nothing_in_it_moves() {
        let css = std::str::from_utf8(&base_css().bytes).unwrap();
        for word in ["left", "right", "animation", "transition", "scroll-behavior"] {
            assert!(!css.contains(word), "{word}");
        }
    }
}
