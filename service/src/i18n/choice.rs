//! Which language a request gets: what the browser was told to remember, then what whoever sent it asked for, then what
//! the browser prefers, then the first language of the service.
//!
//! It knows tags and headers, and no text. Each source is read strictly: what is not in its grammar counts as not sent,
//! and a page in another language is the worst that follows.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::http::cookie;

/// Holds a language tag in clear: it says which words to use and nothing of who reads them.
const COOKIE: &str = "__Host-language";
const COOKIE_SECONDS: u32 = 365 * 24 * 60 * 60;
/// Browsers send under 100 bytes and ten ranges.
const HEADER_BYTES_MAX: usize = 1_000;
const RANGES_MAX: usize = 32;

/// The place in `tags` of the language for this request. `asked`: tags, best first, that the sender of the browser gave
/// (OpenID Connect Core §3.1.2.1, `ui_locales`).
pub(crate) fn choose(tags: &[&str], headers: &HeaderMap, asked: Option<&str>) -> usize {
    chosen(tags, headers)
        .or_else(|| asked.and_then(|asked| asked.split(' ').find_map(|range| lookup(tags, range))))
        .or_else(|| accepted(tags, headers))
        .unwrap_or_default()
}

/// The `Set-Cookie` value that remembers a choice. `tag` is one of ours.
pub(crate) fn remember(tag: &str) -> Option<HeaderValue> {
    cookie::set(COOKIE, tag, COOKIE_SECONDS)
}

/// Whether an address is a page of this very origin: a path, and nothing that a browser reads as a host (WHATWG URL:
/// `//host` and `/\host` are other origins, tabs and line ends inside are dropped before it looks).
pub(crate) fn is_local(path: &str) -> bool {
    let printable = path.bytes().all(|byte| (0x21..=0x7e).contains(&byte) && byte != b'\\');
    printable && path.starts_with('/') && !path.starts_with("//")
}

fn chosen(tags: &[&str], headers: &HeaderMap) -> Option<usize> {
    let value = cookie::sent(headers, COOKIE)?;
    tags.iter().position(|tag| *tag == value)
}

fn accepted(tags: &[&str], headers: &HeaderMap) -> Option<usize> {
    let mut lines = headers.get_all(header::ACCEPT_LANGUAGE).iter();
    let (Some(line), None) = (lines.next(), lines.next()) else { return None };
    let mut ranges = ranges(line.to_str().ok()?)?;
    // Equal weights stay in the order of the header.
    ranges.sort_by_key(|range| std::cmp::Reverse(range.thousandths));
    let wanted = ranges.iter().filter(|range| range.thousandths > 0);
    wanted.map(|range| range.tag).find_map(|tag| if tag == "*" { Some(0) } else { lookup(tags, tag) })
}

/// A language range with its weight.
#[derive(Debug, PartialEq, Eq)]
struct Range<'a> {
    tag: &'a str,
    thousandths: u16,
}

/// RFC 9110 §12.5.4 with §12.4.2; empty elements are allowed (§5.6.1.2).
fn ranges(text: &str) -> Option<Vec<Range<'_>>> {
    if text.len() > HEADER_BYTES_MAX {
        return None;
    }
    let elements = text.split(',').map(|element| element.trim_matches([' ', '\t']));
    let ranges: Option<Vec<_>> = elements.filter(|element| !element.is_empty()).map(range).collect();
    ranges.filter(|ranges| ranges.len() <= RANGES_MAX)
}

fn range(element: &str) -> Option<Range<'_>> {
    let Some((tag, weight)) = element.split_once(';') else {
        return is_range(element).then_some(Range { tag: element, thousandths: 1_000 });
    };
    let (tag, weight) = (tag.trim_end_matches([' ', '\t']), weight.trim_start_matches([' ', '\t']));
    let value = weight.strip_prefix("q=").or_else(|| weight.strip_prefix("Q="))?;
    is_range(tag).then_some(Range { tag, thousandths: thousandths(value)? })
}

/// RFC 4647 §2.1: `*`, or subtags of one to eight letters and digits, the first without digits.
fn is_range(text: &str) -> bool {
    let sized = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    let first = text.split('-').next().unwrap_or_default();
    text == "*" || (text.split('-').all(sized) && first.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// RFC 9110 §12.4.2: `0`, `1`, and at most three digits behind the point.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    let part: u16 = format!("{part:0<3}").parse().ok().filter(|_| digits)?;
    match (whole, part) {
        ("0", part) => Some(part),
        ("1", 0) => Some(1_000),
        _ => None,
    }
}

/// RFC 4647 §3.4: the range is shortened from its end until it is one of the tags.
fn lookup(tags: &[&str], range: &str) -> Option<usize> {
    let mut rest = Some(range).filter(|range| range.len() <= 64);
    while let Some(range) = rest {
        if let Some(place) = tags.iter().position(|tag| tag.eq_ignore_ascii_case(range)) {
            return Some(place);
        }
        rest = range.rsplit_once('-').map(|(shorter, _)| shorter);
    }
    None
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    const TAGS: [&str; 2] = ["en", "ar"];

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        lines.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn preferring(text: &str) -> &'static str {
        TAGS[choose(&TAGS, &headers(&[("accept-language", text)]), None)]
    }

    #[test]
    fn rfc9110_12_5_4_the_heaviest_language_that_we_speak_wins() {
        for (header, tag) in [
            ("ar", "ar"),
            ("ar-EG, en;q=0.9", "ar"),
            ("AR-eg-Arab", "ar"),
            ("fr, de;q=0.9", "en"),
            ("fr, ar;q=0.1", "ar"),
            ("en;q=0.5, ar;q=0.501", "ar"),
            ("en;q=0.501, ar;q=0.5", "en"),
            ("en, ar", "en"),
            ("ar;q=0, en;q=0.1", "en"),
            ("en;q=0.1 , , ar ; q=1.000", "ar"),
            ("*", "en"),
            ("arc", "en"),
            ("", "en"),
        ] {
            assert_eq!(preferring(header), tag, "{header}");
        }
    }

    /// What is not in the grammar counts as not sent, all of it.
    #[test]
    fn rfc9110_12_4_2_a_malformed_header_says_nothing() {
        for header in [
            "ar;q=1.1",
            "ar;q=1.0000",
            "ar;q=.5",
            "ar;q=-1",
            "ar;q=",
            "ar;level=1",
            "ar, e n",
            "ar_EG",
            "ar, 1a",
            "ar-",
            "ar-toolongsubtag",
        ] {
            assert_eq!(preferring(header), "en", "{header}");
        }
        assert_eq!(preferring(&"ar,".repeat(RANGES_MAX)), "ar");
        assert_eq!(preferring(&"ar,".repeat(RANGES_MAX + 1)), "en");
        assert_eq!(preferring(&format!("ar{}", " ".repeat(HEADER_BYTES_MAX))), "en");
        let twice = headers(&[("accept-language", "ar"), ("accept-language", "ar")]);
        assert_eq!(choose(&TAGS, &twice, None), 0);
    }

    #[test]
    fn a_choice_stands_above_a_wish_and_a_wish_above_the_browser() {
        let arabic = headers(&[("accept-language", "ar")]);
        let chosen = headers(&[("accept-language", "ar"), ("cookie", "a=1; __Host-language=en")]);
        assert_eq!(choose(&TAGS, &arabic, Some("fr en-GB ar")), 0);
        assert_eq!(choose(&TAGS, &arabic, Some("fr")), 1);
        assert_eq!(choose(&TAGS, &headers(&[]), Some("ar-MA en")), 1);
        assert_eq!(choose(&TAGS, &headers(&[]), Some("xx")), 0);
        assert_eq!(choose(&TAGS, &chosen, Some("ar")), 0);
        for cookie in ["__Host-language=fr", "__Host-language=EN", "__Host-language=en; __Host-language=en"] {
            assert_eq!(choose(&TAGS, &headers(&[("cookie", cookie)]), Some("ar")), 1, "{cookie}");
        }
        let set = remember("ar").unwrap();
        assert_eq!(
            set.to_str().unwrap(),
            "__Host-language=ar; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000"
        );
    }

    #[test]
    fn only_a_path_is_a_page_of_ours() {
        for path in ["/", "/consent?transaction=00&x=%2F%2Fy", "/a//b"] {
            assert!(is_local(path), "{path}");
        }
        for path in [
            "",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/a\\b",
            "https://evil.example/",
            "a",
            "/é",
            "/a\r\nb",
        ] {
            assert!(!is_local(path), "{path}");
        }
    }
}
