//! genTime: GeneralizedTime with a fraction and without trailing zeros (RFC 3161 §2.4.2), which `der`'s own type refuses.

use der::asn1::GeneralizedTime;

use crate::asn1;
use crate::bytes;
use crate::time::Instant;

const GENERALIZED_TIME: u8 = 0x18;

/// Most digits after the point that are read; beyond microseconds they are cut.
const FRACTION_DIGITS_MAX: usize = 9;

/// Cut to the millisecond.
pub(super) fn cut(at: Instant) -> Instant {
    Instant::from_micros(at.micros().div_euclid(1000) * 1000)
}

/// DER of `at`, cut to the millisecond.
pub(super) fn write(at: Instant) -> Vec<u8> {
    let whole = bytes::write(&at.generalized());
    let mut text = whole.get(2..whole.len().saturating_sub(1)).unwrap_or_default().to_vec();
    let millis = at.micros().rem_euclid(1_000_000) / 1000;
    if millis > 0 {
        let fraction = format!(".{millis:03}");
        text.extend_from_slice(fraction.trim_end_matches('0').as_bytes());
    }
    text.push(b'Z');
    asn1::tlv(GENERALIZED_TIME, &text)
}

/// The instant, from the content of a GeneralizedTime; `None` for anything but the DER form (X.690 §11.7).
pub(super) fn read(content: &[u8]) -> Option<Instant> {
    let (whole, rest) = content.split_at_checked(14)?;
    let whole = [whole, b"Z"].concat();
    let time: GeneralizedTime = bytes::read("GeneralizedTime", &asn1::tlv(GENERALIZED_TIME, &whole)).ok()?;
    let seconds = Instant::from_generalized(&time);
    let fraction = match rest {
        b"Z" => return Some(seconds),
        [b'.', fraction @ .., b'Z'] => fraction,
        _ => return None,
    };
    let digits =
        (1..=FRACTION_DIGITS_MAX).contains(&fraction.len()) && fraction.iter().all(u8::is_ascii_digit);
    if !digits || fraction.last() == Some(&b'0') {
        return None;
    }
    let micros = (0..6).fold(0i64, |micros, place| {
        micros * 10 + fraction.get(place).map_or(0, |digit| i64::from(digit - b'0'))
    });
    Some(Instant::from_micros(seconds.micros() + micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc3161_2_4_2_fractions_have_no_trailing_zeros() {
        let text = |micros| {
            String::from_utf8_lossy(write(Instant::from_micros(micros)).get(2..).unwrap_or_default())
                .into_owned()
        };
        assert_eq!(text(1_795_521_600_000_000), "20261124120000Z");
        assert_eq!(text(1_795_521_600_000_999), "20261124120000Z");
        assert_eq!(text(1_795_521_600_340_000), "20261124120000.34Z");
        assert_eq!(text(1_795_521_600_001_999), "20261124120000.001Z");
        for micros in [0, 1000, 340_000, 999_000] {
            let at = Instant::from_micros(1_795_521_600_000_000 + micros);
            assert_eq!(read(write(at).get(2..).unwrap_or_default()), Some(at));
        }
        assert_eq!(read(b"20261124120000.123456789Z"), Some(Instant::from_micros(1_795_521_600_123_456)));
    }

    #[test]
    fn x690_11_7_other_forms_are_refused() {
        for text in [
            "20261124120000.0Z",
            "20261124120000.340Z",
            "20261124120000.Z",
            "20261124120000,3Z",
            "20261124120000",
            "20261124120000+0000",
            "202611241200Z",
            "20261124240000Z",
            "20261324120000Z",
            "20261124120000.3",
            "",
            "20261124120000.1234567891Z",
        ] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
    }
}
