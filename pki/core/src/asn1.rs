//! One small deterministic DER writer (X.690 §10): what certificates, signatures and time-stamps are put together with.
//!
//! It only writes; whatever it made is read back by other code (`x509-cert`, `x509-parser`, `cms`) before it leaves.

use const_oid::ObjectIdentifier;
use der::Encode as _;

/// `SEQUENCE`.
pub(crate) const SEQUENCE: u8 = 0x30;
/// `SET` and `SET OF`.
pub(crate) const SET: u8 = 0x31;

/// One TLV with a definite, shortest length.
pub(crate) fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len();
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            let bytes: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
            // A usize has at most eight octets, so the count fits in the low bits.
            out.push(0x80 | u8::try_from(bytes.len()).unwrap_or(0x7f));
            out.extend(bytes);
        }
    }
    out.extend_from_slice(content);
    out
}

/// A constructed value out of encoded parts, in the order given.
pub(crate) fn constructed(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    tlv(tag, &parts.concat())
}

/// `SEQUENCE` out of encoded parts.
pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    constructed(SEQUENCE, parts)
}

/// `SET OF` under any tag, sorted by encoding (X.690 §11.6).
pub(crate) fn set_of(tag: u8, mut parts: Vec<Vec<u8>>) -> Vec<u8> {
    parts.sort();
    tlv(tag, &parts.concat())
}

/// `OBJECT IDENTIFIER`.
pub(crate) fn oid(value: ObjectIdentifier) -> Vec<u8> {
    value.to_der().unwrap_or_default()
}

/// `OCTET STRING`.
pub(crate) fn octets(value: &[u8]) -> Vec<u8> {
    tlv(0x04, value)
}

/// `BIT STRING` of whole octets.
pub(crate) fn bits(value: &[u8]) -> Vec<u8> {
    constructed(0x03, &[&[0], value])
}

/// Non-negative `INTEGER` from big-endian octets.
pub(crate) fn unsigned(value: &[u8]) -> Vec<u8> {
    let mut content: Vec<u8> = value.iter().copied().skip_while(|byte| *byte == 0).collect();
    if content.first().is_none_or(|first| *first >= 0x80) {
        content.insert(0, 0);
    }
    tlv(0x02, &content)
}

/// `INTEGER` from a number.
pub(crate) fn integer(value: u64) -> Vec<u8> {
    unsigned(&value.to_be_bytes())
}

/// `NULL`.
pub(crate) const NULL: &[u8] = &[0x05, 0x00];

/// `AlgorithmIdentifier` without parameters, as SHA-2 (RFC 5754 §2) and ECDSA (RFC 5758 §3.2) want it.
pub(crate) fn algorithm(value: ObjectIdentifier) -> Vec<u8> {
    sequence(&[&oid(value)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x690_lengths_are_shortest() {
        assert_eq!(tlv(4, &[7; 127]).get(..2), Some(&[4, 127][..]));
        assert_eq!(tlv(4, &[7; 128]).get(..3), Some(&[4, 0x81, 128][..]));
        assert_eq!(tlv(4, &[7; 300]).get(..4), Some(&[4, 0x82, 1, 44][..]));
    }

    #[test]
    fn x690_integers_are_shortest_and_positive() {
        assert_eq!(unsigned(&[0, 0x80]), [2, 2, 0, 0x80]);
        assert_eq!(unsigned(&[0, 0x7f]), [2, 1, 0x7f]);
        assert_eq!(integer(0), [2, 1, 0]);
    }

    #[test]
    fn x690_11_6_sets_are_sorted_by_encoding() {
        assert_eq!(set_of(SET, vec![octets(&[2]), octets(&[1])]), [0x31, 6, 4, 1, 1, 4, 1, 2]);
    }
}
