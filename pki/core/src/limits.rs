//! What the formats allow in size and shape, each number with its reason. `der` derives structure, not ranges; these
//! checks stand beside it and are called by whoever takes a value apart.

use std::ops::RangeInclusive;

/// A value that decodes and yet is none that this country makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} {why}")]
pub struct OutOfRange {
    /// The member of the structure.
    pub what: &'static str,
    /// What is wrong with it.
    pub why: &'static str,
}

/// Characters of the common name in a certificate (X.520 `ub-common-name`).
pub const COMMON_NAME_CHARS: RangeInclusive<usize> = 1..=64;
/// Given and family names in a certificate: twice a common name, which no register is known to exceed in one part.
pub const NAME_PART_CHARS: RangeInclusive<usize> = 1..=128;
/// Value of one field of a person's data; the longest civil names on record stay below.
pub const FIELD_VALUE_CHARS: RangeInclusive<usize> = 1..=300;
/// Title of a document, name of an agency, name of a desk: one or two lines on a phone.
pub const TITLE_CHARS: RangeInclusive<usize> = 1..=200;
/// What an act is for: a paragraph that a person really reads.
pub const PURPOSE_CHARS: RangeInclusive<usize> = 1..=500;
/// An agency's id in a register.
pub const REQUESTER_CHARS: RangeInclusive<usize> = 1..=64;
/// RP ID (a DNS name, RFC 1035 §2.3.4) and origin (scheme and port around it).
pub const ORIGIN_CHARS: RangeInclusive<usize> = 1..=270;
/// Fields of one record: five parts in four kinds in a few scripts.
pub const FIELDS_MAX: usize = 64;
/// Approvals of one thing: thresholds are 1 or 2; a country with eight signatures per person has another problem.
pub const APPROVALS_MAX: usize = 8;
/// Officers in one Evidence: every approval and every confirmation by someone else.
pub const OFFICERS_MAX: usize = 2 * APPROVALS_MAX;
/// Registrars, registry keys and origins of a charter: a few of each, with room for a rotation.
pub const CHARTER_LIST_MAX: usize = 32;
/// Documents that one touch may sign (design.md §6: a batch of 20 is what a person can still read).
pub const SIGNATURES: RangeInclusive<u8> = 1..=20;
/// Credential ids (WebAuthn Level 3 §4: at most 1023 bytes).
pub const CREDENTIAL_ID_BYTES: RangeInclusive<usize> = 1..=1023;
/// Seconds between the making of a `SignRequest` and the end of its approval.
pub const APPROVAL_SECONDS_MAX: i64 = 600;

/// `version` of every structure is 1 until there is another.
pub(crate) const fn version(what: &'static str, found: u8) -> Result<(), OutOfRange> {
    if found == 1 { Ok(()) } else { Err(OutOfRange { what, why: "has a version that is not known here" }) }
}

/// A text that is shown to people: so many characters, none of which can hide or turn what stands around it.
///
/// # Errors
/// Too few or too many characters, or one that hides or turns text.
pub fn text(what: &'static str, found: &str, chars: &RangeInclusive<usize>) -> Result<(), OutOfRange> {
    if !chars.contains(&found.chars().count()) {
        return Err(OutOfRange { what, why: "is empty or too long" });
    }
    // Control characters, and the bidirectional overrides and isolates of UAX #9 §2.
    let hides = |c: char| {
        c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if found.chars().any(hides) {
        return Err(OutOfRange { what, why: "contains characters that hide or turn text" });
    }
    Ok(())
}

/// A list that holds from `min` to `max` things.
pub(crate) fn list<T>(what: &'static str, found: &[T], min: usize, max: usize) -> Result<(), OutOfRange> {
    if (min..=max).contains(&found.len()) {
        Ok(())
    } else {
        Err(OutOfRange { what, why: "has too few or too many entries" })
    }
}

/// A credential id of possible length.
pub(crate) fn credential_id(found: &[u8]) -> Result<(), OutOfRange> {
    if CREDENTIAL_ID_BYTES.contains(&found.len()) {
        Ok(())
    } else {
        Err(OutOfRange { what: "credential id", why: "is empty or longer than 1023 bytes" })
    }
}

/// A condition with its sentence.
pub(crate) const fn holds(condition: bool, what: &'static str, why: &'static str) -> Result<(), OutOfRange> {
    if condition { Ok(()) } else { Err(OutOfRange { what, why }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_refused_one_character_past_its_end_and_with_an_override() {
        assert_eq!(text("name", &"a".repeat(64), &COMMON_NAME_CHARS), Ok(()));
        let long = text("name", &"a".repeat(65), &COMMON_NAME_CHARS);
        assert_eq!(long, Err(OutOfRange { what: "name", why: "is empty or too long" }));
        assert_eq!(text("name", "", &COMMON_NAME_CHARS), long);
        let turned = text("name", "Ana\u{202e}anA", &COMMON_NAME_CHARS);
        assert_eq!(
            turned,
            Err(OutOfRange { what: "name", why: "contains characters that hide or turn text" })
        );
    }

    #[test]
    fn a_version_is_one() {
        assert_eq!(version("record", 1), Ok(()));
        assert!(matches!(version("record", 2), Err(OutOfRange { what: "record", .. })));
        assert!(matches!(version("record", 0), Err(OutOfRange { what: "record", .. })));
    }
}
