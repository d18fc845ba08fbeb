//! What all pages share: the frame with the account corner, written numbers, and the seats of parliament.

use super::visitor::Visitor;
use crate::content::PEOPLE_NEEDED;

/// The account corner of a page.
pub(crate) enum Corner {
    /// A sign-in button; after signing in the person comes back to this address.
    SignedOut {
        next: String,
    },
    SignedIn {
        name: String,
        initial: String,
        csrf: String,
    },
    /// Pages that do not know, such as those of errors.
    Unknown,
}

impl Corner {
    pub(crate) fn of(visitor: &Visitor, here: &str) -> Corner {
        match &visitor.session {
            Some(session) => Corner::SignedIn {
                name: session.name.clone(),
                initial: session.name.chars().next().map(String::from).unwrap_or_default(),
                csrf: visitor.csrf(),
            },
            None => Corner::SignedOut { next: here.to_owned() },
        }
    }
}

/// "12,480".
pub(crate) fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "1 person supports this", "3 people support this".
pub(crate) fn people(count: i64) -> &'static str {
    if count == 1 { "person supports" } else { "people support" }
}

/// The width, of 100, of the part that is reached: never nothing when someone is there, never all before all are.
pub(crate) fn share(count: i64) -> i64 {
    if count <= 0 { 0 } else { (count.saturating_mul(100) / PEOPLE_NEEDED).clamp(1, 100) }
}

/// One seat of the half circle.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seat {
    pub(crate) x: String,
    pub(crate) y: String,
    pub(crate) class: &'static str,
}

/// The seats, taken from the left in proportion to `count`; the last taken one is marked when it is the person's own.
pub(crate) fn seats(count: i64, mine: bool) -> Vec<Seat> {
    let mut places: Vec<(f64, f64)> = Vec::new();
    for row in 0..6 {
        let radius = 84.0 + 21.0 * f64::from(row);
        let last = 12 + 3 * row;
        for seat in 0..=last {
            places.push((180.0 - 180.0 * f64::from(seat) / f64::from(last), radius));
        }
    }
    // From left to right over all rows, so that the taken part is a wedge.
    places.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.total_cmp(&other.1)));
    let all = i64::try_from(places.len()).unwrap_or(0);
    let taken = if count <= 0 { 0 } else { (count.saturating_mul(all) / PEOPLE_NEEDED).clamp(1, all) };
    (1..)
        .zip(places)
        .map(|(nth, (degrees, radius))| {
            let (sin, cos) = degrees.to_radians().sin_cos();
            let class = match nth {
                _ if mine && nth == taken => "mine",
                _ if nth <= taken => "taken",
                _ => "free",
            };
            Seat {
                x: format!("{:.1}", 200.0 + radius * cos),
                y: format!("{:.1}", 200.0 - radius * sin),
                class,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_in_threes() {
        assert_eq!(
            [0, 7, 999, 1000, 25_000, 1_234_567].map(grouped),
            ["0", "7", "999", "1,000", "25,000", "1,234,567"]
        );
    }

    #[test]
    fn one_person_is_seen_and_all_seats_are_taken_only_at_the_end() {
        let taken = |count, mine| seats(count, mine).iter().filter(|seat| seat.class != "free").count();
        let all = seats(0, false).len();
        assert_eq!(taken(0, false), 0);
        assert_eq!(taken(1, true), 1);
        assert_eq!(taken(12_500, false), all / 2);
        assert_eq!(taken(24_999, false), all - 1);
        assert_eq!(taken(25_000, false), all);
        assert_eq!(taken(30_000, false), all);
        assert_eq!(seats(12_500, true).iter().filter(|seat| seat.class == "mine").count(), 1);
        assert_eq!([share(0), share(1), share(24_999), share(40_000)], [0, 1, 99, 100]);
    }
}
