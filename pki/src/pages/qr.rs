//! A square that a camera reads: an address as a QR code (ISO/IEC 18004), drawn as one SVG path.
//!
//! It says exactly the address that it is given and nothing more. Black on white in dark mode and on paper too: a camera
//! needs the contrast, and the quiet zone that the class `qr` leaves around it.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};
use service::page::{Markup, escape};

/// The address as a square, with words for those who hear the page. `None` if it is longer than a QR code holds.
pub(crate) fn square(address: &str, words: &str) -> Option<Markup> {
    // Medium: a slip is folded and carried (15 % of the square may be lost).
    let code = QrCode::encode_text(address, QrCodeEcc::Medium).ok()?;
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let run = (x..size).take_while(|at| code.get_module(*at, y)).count();
            let run = i32::try_from(run).unwrap_or_default();
            if run > 0 {
                // A row of dark modules is one rectangle; writing into a String cannot fail.
                let _written = write!(path, "M{x} {y}h{run}v1h-{run}z");
            }
            x += run.max(1);
        }
    }
    Some(Markup::trusted(format!(
        "<svg class=\"qr\" viewBox=\"0 0 {size} {size}\" role=\"img\" aria-label=\"{}\" shape-rendering=\"crispEdges\"><path d=\"{path}\"/></svg>",
        escape(words)
    )))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    /// What is drawn: the dark modules of a path, as `(x, y)`.
    fn dark(svg: &str) -> Vec<(i32, i32)> {
        let path = svg.split("d=\"").nth(1).unwrap().split('"').next().unwrap();
        let mut modules = Vec::new();
        for piece in path.split_terminator('z') {
            let numbers = piece.strip_prefix('M').unwrap().replace(['h', 'v'], " ");
            let mut numbers = numbers.split(' ').map(|number| number.parse::<i32>().unwrap());
            let (x, y, run) = (numbers.next().unwrap(), numbers.next().unwrap(), numbers.next().unwrap());
            modules.extend((x..x + run).map(|x| (x, y)));
        }
        modules
    }

    /// Each dark module is drawn once and no light one, with the three finders in their corners (ISO/IEC 18004, 6.3.3).
    #[test]
    fn the_square_is_the_code_module_by_module() {
        let address = "https://pki.example/enrol/HBAW-46J8-H8M9-E9D9";
        let svg = square(address, "The address & the code").unwrap();
        let drawn = dark(svg.as_str());
        let code = QrCode::encode_text(address, QrCodeEcc::Medium).unwrap();
        let all = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
        let expected: Vec<_> = all.filter(|(x, y)| code.get_module(*x, *y)).collect();
        assert_eq!(drawn, expected);
        let last = code.size() - 7;
        for (x, y) in [(0, 0), (last, 0), (0, last)] {
            assert!((0..7).all(|at| drawn.contains(&(x + at, y)) && drawn.contains(&(x, y + at))));
            assert!(!drawn.contains(&(x + 1, y + 1)) && drawn.contains(&(x + 3, y + 3)));
        }
        assert!(svg.as_str().contains("aria-label=\"The address &amp; the code\""));
    }

    /// Another code is another square, and an address beyond the format's end is none.
    #[test]
    fn another_address_is_another_square() {
        let (one, other) =
            (square("https://pki.example/enrol/A", ""), square("https://pki.example/enrol/B", ""));
        assert_ne!(one, other);
        assert_eq!(square(&"a".repeat(3000), ""), None);
    }
}
