//! Guilloche from a number: a rosette and a woven border, so that two papers that carry the same number also look alike.
//!
//! The number comes in as ASCII text and goes out as SVG. This room must never learn what the number counts, and
//! nothing secret may depend on it: an ornament is for the eye and proves nothing by itself. Only attributes, no inline
//! style; the strokes take their colour from the classes `g0 g1 g2` of the style sheet.
//!
//! The curves are those of the house's drawing rules: `d` = SHA-256 of the number, `r(t)` in polar coordinates, one path
//! per ring, copies by `use`. Each path is a chain of cubic Bézier pieces whose handles are the exact derivative.

use std::f64::consts::TAU;
use std::fmt::Write as _;

use pki_core::bytes::Hash;
use pki_core::key::{hash_parts, sha256};

use crate::page::Markup;

/// A ring of the rosette: the terms of `r(t)`, its lobes, the pieces for each lobe, and how many copies turn around.
struct Ring {
    middle: f64,
    waves: [(f64, f64); 2],
    lobes: u8,
    pieces: u8,
    copies: u8,
}

impl Ring {
    /// `r(t)` and its derivative.
    fn radius(&self, t: f64) -> (f64, f64) {
        self.waves.iter().fold((self.middle, 0.0), |(r, slope), (amplitude, frequency)| {
            let (sin, cos) = (frequency * t).sin_cos();
            (r + amplitude * cos, slope - amplitude * frequency * sin)
        })
    }

    /// The point at `t`, and where it is going.
    fn at(&self, t: f64) -> Knot {
        let (r, slope) = self.radius(t);
        let (sin, cos) = t.sin_cos();
        Knot { x: r * cos, y: r * sin, dx: slope * cos - r * sin, dy: slope * sin + r * cos }
    }

    /// The path once, then its copies, copy i of k turned by `i 360 / (lobes k)` degrees.
    fn draw(&self, svg: &mut String, id: &str, class: &str) {
        let pieces = u16::from(self.lobes) * u16::from(self.pieces);
        let step = TAU / f64::from(pieces);
        let knots = (0..=pieces).map(|i| self.at(f64::from(i) * step));
        let _ = write!(svg, "<g class=\"{class}\"><path id=\"{id}\" d=\"{}z\"/>", path(knots, step));
        for i in 1..self.copies {
            let turn = f64::from(i) * 360.0 / (f64::from(self.lobes) * f64::from(self.copies));
            let _ = write!(svg, "<use href=\"#{id}\" transform=\"rotate({})\"/>", decimals(turn, 3));
        }
        svg.push_str("</g>");
    }
}

/// A point of a curve with its derivative.
struct Knot {
    x: f64,
    y: f64,
    dx: f64,
    dy: f64,
}

/// Cubic pieces through the knots, which are `step` of the parameter apart, in tenths. Each piece counts from the rounded
/// end of the one before, so that rounding never adds up.
fn path(mut knots: impl Iterator<Item = Knot>, step: f64) -> String {
    let Some(mut from) = knots.next() else { return String::new() };
    let mut pen = (tenths(from.x), tenths(from.y));
    let mut d = String::from("M");
    pair(&mut d, pen.0, pen.1);
    d.push('c');
    let mut first = true;
    for to in knots {
        let third = step / 3.0;
        let handles = [
            (from.x + from.dx * third, from.y + from.dy * third),
            (to.x - to.dx * third, to.y - to.dy * third),
            (to.x, to.y),
        ];
        let mut end = pen;
        for (x, y) in handles {
            end = (tenths(x), tenths(y));
            if !first && end.0 >= pen.0 {
                d.push(' ');
            }
            pair(&mut d, end.0 - pen.0, end.1 - pen.1);
            first = false;
        }
        pen = end;
        from = to;
    }
    d
}

/// Two numbers; a minus sign already parts them.
fn pair(d: &mut String, x: i32, y: i32) {
    d.push_str(&decimals(f64::from(x) / 10.0, 1));
    if y >= 0 {
        d.push(' ');
    }
    d.push_str(&decimals(f64::from(y) / 10.0, 1));
}

/// Tenths, halves away from zero. The curves stay within a few hundred units.
#[expect(clippy::cast_possible_truncation, reason = "a drawing of at most 1020 units")]
fn tenths(value: f64) -> i32 {
    (value * 10.0).round() as i32
}

/// A number without needless zeros: `-.5`, `3`, `6.207`.
fn decimals(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    match (text, text.strip_prefix("0."), text.strip_prefix("-0.")) {
        ("-0", ..) => "0".to_owned(),
        (_, Some(part), _) => format!(".{part}"),
        (_, _, Some(part)) => format!("-.{part}"),
        _ => text.to_owned(),
    }
}

/// The nine bytes that shape a rosette, or the first of those that shape a border.
fn shape(d: &Hash) -> [u8; 9] {
    let mut bytes = [0; 9];
    for (to, from) in bytes.iter_mut().zip(d.as_bytes()) {
        *to = *from;
    }
    bytes
}

/// An id that two ornaments of one page share only if they are the same ornament.
fn id(prefix: char, d: &Hash) -> String {
    let short: String = d.hex().chars().take(6).collect();
    format!("{prefix}{short}")
}

/// The rosette of this number, a square without a size of its own: `{{ rosette }}` in a template.
///
/// ```
/// let svg = service::ornament::rosette("R27-8HTN-2WPA").to_string();
/// assert!(svg.starts_with("<svg class=\"rosette\" viewBox=\"-110 -110 220 220\" aria-hidden=\"true\""));
/// ```
#[must_use]
pub fn rosette(number: &str) -> Markup {
    let d = sha256(number.as_bytes());
    let [d0, d1, d2, d3, d4, d5, d6, d7, d8] = shape(&d);
    let n = 2 + d0 % 4;
    let turns = 2 + d1 % 3;
    let b = f64::from(6 + d2 % 5) * if d3 % 2 == 0 { -1.0 } else { 1.0 };
    // cos(m pi / n) with m = n turns.
    let a = 33.0 + if turns % 2 == 0 { b } else { -b };
    let heart = Ring {
        middle: 46.0,
        waves: [(a, f64::from(n)), (b, f64::from(n) * f64::from(turns))],
        lobes: n,
        pieces: (40 / n).max(8),
        copies: 56 / n + d4 % 5,
    };
    let w = 9 + d5 % 7;
    let wreath = Ring {
        middle: 90.0,
        waves: [(12.0, f64::from(w)), (0.0, 0.0)],
        lobes: w,
        pieces: 6,
        copies: 8 + d6 % 3,
    };
    let o = 24 + d7 % 10;
    let rim =
        Ring { middle: 103.0, waves: [(5.0, f64::from(o)), (0.0, 0.0)], lobes: o, pieces: 4, copies: 4 };
    let strokes = match d8 % 4 {
        0 => ["g0", "g1", "g2"],
        1 => ["g1", "g0", "g2"],
        2 => ["g0", "g2", "g1"],
        _ => ["g1", "g2", "g0"],
    };
    let name = id('r', &d);
    let mut svg =
        "<svg class=\"rosette\" viewBox=\"-110 -110 220 220\" aria-hidden=\"true\" focusable=\"false\" \
                   fill=\"none\" stroke-width=\".5\">"
            .to_owned();
    for ((ring, class), part) in [heart, wreath, rim].iter().zip(strokes).zip(["h", "w", "r"]) {
        ring.draw(&mut svg, &format!("{name}{part}"), class);
    }
    svg.push_str("</svg>");
    Markup::trusted(svg)
}

/// How wide a border is drawn; a narrower place shows the beginning of it, a wider one (a printed page) scales it.
const BORDER: f64 = 720.0;
/// How high a border is.
const HEIGHT: f64 = 44.0;
/// Pieces of a border's curve for each short wave.
const BORDER_PIECES: u8 = 8;

/// The woven border of this number, a strip of 44 px: once on a page. Where the same border stands again below, it is
/// [`border_again`], which repeats the first by reference.
///
/// ```
/// let svg = service::ornament::border("R27-8HTN-2WPA").to_string();
/// assert!(svg.starts_with("<svg class=\"weave\" viewBox=\"0 -22 720 44\""));
/// ```
#[must_use]
pub fn border(number: &str) -> Markup {
    let d = hash_parts(&[b"weave", number.as_bytes()]);
    let [d0, d1, ..] = shape(&d);
    let length = match d0 % 3 {
        0 => 34.0,
        1 => 40.0,
        _ => 48.0,
    };
    let q = 3 + d1 % 2;
    let name = id('w', &d);
    let whole = length * f64::from(q);
    let mut svg = weave_open();
    let _ = write!(svg, "<g id=\"{name}\">");
    let pieces = u16::from(q) * u16::from(BORDER_PIECES);
    let step = whole / f64::from(pieces);
    let knots = (0..=pieces).map(|i| thread(f64::from(i) * step, length, f64::from(q)));
    let _ =
        write!(svg, "<g class=\"g1\"><g id=\"{name}a\"><path id=\"{name}p\" d=\"{}\"/>", path(knots, step));
    // One period is the path; the thread is periods in a row, beginning before the edge.
    let mut x = -whole;
    while x < BORDER {
        if x != 0.0 {
            let _ = write!(svg, "<use href=\"#{name}p\" x=\"{}\"/>", decimals(x, 1));
        }
        x += whole;
    }
    svg.push_str("</g>");
    for i in 1..5_u8 {
        let _ = write!(svg, "<use href=\"#{name}a\" x=\"{}\"/>", decimals(f64::from(i) * length / 5.0, 1));
    }
    svg.push_str("</g><g class=\"g2\" transform=\"scale(1 -1)\">");
    for i in 0..5_u8 {
        let shift = length / 10.0 + f64::from(i) * length / 5.0;
        let _ = write!(svg, "<use href=\"#{name}a\" x=\"{}\"/>", decimals(shift, 1));
    }
    svg.push_str("</g></g></svg>");
    Markup::trusted(svg)
}

/// The border that this page has already drawn, once more.
#[must_use]
pub fn border_again(number: &str) -> Markup {
    let d = hash_parts(&[b"weave", number.as_bytes()]);
    Markup::trusted(format!("{}<use href=\"#{}\"/></svg>", weave_open(), id('w', &d)))
}

fn weave_open() -> String {
    format!(
        "<svg class=\"weave\" viewBox=\"0 {} {BORDER} {HEIGHT}\" preserveAspectRatio=\"xMinYMid slice\" \
         aria-hidden=\"true\" focusable=\"false\" fill=\"none\" stroke-width=\".6\">",
        -HEIGHT / 2.0
    )
}

/// y = 0.335 h sin(2 pi x / L) + 0.165 h sin(2 pi x / (L q)), and its derivative.
fn thread(x: f64, length: f64, q: f64) -> Knot {
    let (short, long) = (TAU / length, TAU / (length * q));
    Knot {
        x,
        y: 0.335 * HEIGHT * (short * x).sin() + 0.165 * HEIGHT * (long * x).sin(),
        dx: 1.0,
        dy: 0.335 * HEIGHT * short * (short * x).cos() + 0.165 * HEIGHT * long * (long * x).cos(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    /// Drawn by another program from the same rules, once and for all.
    const GOLDEN: [(&str, &str, &str); 3] = [
        (
            "R27-8HTN-2WPA",
            include_str!("../testdata/R27-8HTN-2WPA.rosette.svg"),
            include_str!("../testdata/R27-8HTN-2WPA.border.svg"),
        ),
        (
            "R27-B6QR-4XTE",
            include_str!("../testdata/R27-B6QR-4XTE.rosette.svg"),
            include_str!("../testdata/R27-B6QR-4XTE.border.svg"),
        ),
        (
            "R27-M7DV-9HSA",
            include_str!("../testdata/R27-M7DV-9HSA.rosette.svg"),
            include_str!("../testdata/R27-M7DV-9HSA.border.svg"),
        ),
    ];

    #[test]
    fn two_programs_draw_the_same() {
        for (number, first, second) in GOLDEN {
            assert_eq!(rosette(number).as_str(), first.trim_end(), "{number}");
            assert_eq!(border(number).as_str(), second.trim_end(), "{number}");
        }
    }

    #[test]
    fn another_number_is_another_pattern() {
        assert_ne!(rosette("R27-8HTN-2WPA"), rosette("R27-8HTN-2WPB"));
        assert_ne!(border("R27-8HTN-2WPA"), border("R27-8HTN-2WPB"));
    }

    /// Every knot of the path, read back from its text, lies on the curve: rounding does not add up along the way.
    #[test]
    fn the_path_stays_on_its_curve() {
        let ring = Ring { middle: 90.0, waves: [(12.0, 15.0), (0.0, 0.0)], lobes: 15, pieces: 6, copies: 1 };
        let step = TAU / 90.0;
        let d = path((0..=90_u8).map(|i| ring.at(f64::from(i) * step)), step);
        let (start, rest) = d.strip_prefix('M').unwrap().split_once('c').unwrap();
        let mut pen = numbers(start);
        let moves = numbers(rest);
        assert_eq!(moves.len(), 90 * 6);
        for (i, piece) in (1..=90_u8).zip(moves.chunks(6)) {
            pen = vec![pen[0] + piece[4], pen[1] + piece[5]];
            let on = ring.at(f64::from(i) * step);
            assert!((pen[0] - on.x).abs() < 0.051 && (pen[1] - on.y).abs() < 0.051, "{i}: {pen:?}");
        }
    }

    fn numbers(d: &str) -> Vec<f64> {
        d.replace('-', " -").split_whitespace().map(|number| number.parse().unwrap()).collect()
    }

    #[test]
    fn an_ornament_is_silent_light_and_free_of_style() {
        for (number, ..) in GOLDEN {
            for svg in [rosette(number), border(number), border_again(number)] {
                let svg = svg.as_str();
                assert!(svg.contains("aria-hidden=\"true\"") && !svg.contains("style"), "{number}");
                assert!(svg.len() <= 9_000, "{number}: {}", svg.len());
            }
        }
    }

    #[test]
    fn a_border_below_points_to_the_one_above() {
        let above = border("R26-0000-0000");
        let id = above.as_str().split("<g id=\"").nth(1).unwrap().split('"').next().unwrap();
        assert!(border_again("R26-0000-0000").as_str().contains(&format!("<use href=\"#{id}\"/>")));
    }
}
