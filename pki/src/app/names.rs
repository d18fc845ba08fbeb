//! From names as they were typed to the fields of a record and to the name that certificates carry (R-NAME: parts with
//! script and kind; one name is enough; nothing is translated, folded or guessed).

use der::asn1::PrintableString;
use pki_core::enrolment::{CertifiedName, Field, FieldKind, FieldPart};

use crate::store::cases::Name;

/// Characters of a common name in a certificate (X.520 `ub-common-name`).
const COMMON_CHARS_MAX: usize = 64;

/// ISO 15924 code of data that has no script.
const NO_SCRIPT: &str = "Zyyy";

/// Why names or a date are not a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NamesError {
    /// Nobody has no name.
    #[error("a record needs an official name")]
    NoOfficialName,
    /// Out of the format's range.
    #[error("a name or a script cannot be recorded: {0}")]
    Range(String),
}

/// Given and family name, or a single name, of one kind in one script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Writing<'a> {
    pub(crate) kind: FieldKind,
    pub(crate) script: &'a str,
    pub(crate) given: Option<&'a str>,
    pub(crate) family: Option<&'a str>,
    pub(crate) single: Option<&'a str>,
}

impl Writing<'_> {
    /// Whether it writes the name that its bearer has now.
    pub(crate) const fn is_borne(&self) -> bool {
        matches!(self.kind, FieldKind::Official | FieldKind::Transliterated)
    }

    /// How a page greets its bearer: by the given name where the writing has one, else by all of it.
    pub(crate) fn called(&self) -> String {
        self.given.map_or_else(|| self.full(), str::to_owned)
    }

    /// As it is shown: given before family, or the single name.
    pub(crate) fn full(&self) -> String {
        [self.given, self.family, self.single].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// The writings of a person's name, in the order in which they were given.
pub(crate) fn writings(names: &[Name]) -> Vec<Writing<'_>> {
    let mut out: Vec<Writing<'_>> = Vec::new();
    for name in names {
        let known = out.iter().position(|writing| writing.kind == name.kind && writing.script == name.script);
        let at = known.unwrap_or_else(|| {
            let empty =
                Writing { kind: name.kind, script: &name.script, given: None, family: None, single: None };
            out.push(empty);
            out.len() - 1
        });
        let Some(writing) = out.get_mut(at) else { continue };
        let part = match name.part {
            FieldPart::Given => &mut writing.given,
            FieldPart::Family => &mut writing.family,
            FieldPart::Single => &mut writing.single,
            FieldPart::BirthDate | FieldPart::NationalNumber => continue,
        };
        *part = Some(&name.value);
    }
    out
}

/// The name that certificates carry: the first official writing. A common name that is too long is cut between
/// characters; given and family name stay whole.
pub(crate) fn certified_name(names: &[Name]) -> Result<CertifiedName, NamesError> {
    let writings = writings(names);
    let official = writings.iter().find(|writing| writing.kind == FieldKind::Official);
    let official = official.ok_or(NamesError::NoOfficialName)?;
    let name = CertifiedName {
        common: official.full().chars().take(COMMON_CHARS_MAX).collect::<String>().trim_end().to_owned(),
        // A single name is a given name to X.509, which knows no third kind (EN 319 412-2 §4.2.4 asks for one of both).
        given: official.given.or(official.single).map(str::to_owned),
        family: official.family.map(str::to_owned),
    };
    name.check().map_err(|error| NamesError::Range(error.to_string()))?;
    Ok(name)
}

/// All fields of a record: every writing of the name, and the birth date.
pub(crate) fn fields(names: &[Name], birth_date: &str) -> Result<Vec<Field>, NamesError> {
    let mut fields: Vec<Field> = names
        .iter()
        .map(|name| field(name.part, name.kind, &name.script, &name.value))
        .collect::<Result<_, _>>()?;
    fields.push(field(FieldPart::BirthDate, FieldKind::Official, NO_SCRIPT, birth_date)?);
    Ok(fields)
}

fn field(part: FieldPart, kind: FieldKind, script: &str, value: &str) -> Result<Field, NamesError> {
    let range = |error: String| NamesError::Range(error);
    let script = PrintableString::new(script).map_err(|error| range(error.to_string()))?;
    let field = Field { part, kind, script, value: value.to_owned() };
    field.check().map_err(|error| range(error.to_string()))?;
    Ok(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(part: FieldPart, kind: FieldKind, script: &str, value: &str) -> Name {
        Name { part, kind, script: script.to_owned(), value: value.to_owned() }
    }

    /// A name in two scripts stays two writings, and the certificate carries the official one.
    #[test]
    fn two_scripts_are_two_writings() {
        let names = [
            name(FieldPart::Given, FieldKind::Official, "Latn", "Amina"),
            name(FieldPart::Family, FieldKind::Official, "Latn", "El Haddad"),
            name(FieldPart::Given, FieldKind::Transliterated, "Arab", "أمينة"),
            name(FieldPart::Family, FieldKind::Transliterated, "Arab", "الحداد"),
        ];
        let full: Vec<String> = writings(&names).iter().map(Writing::full).collect();
        assert_eq!(full, ["Amina El Haddad", "أمينة الحداد"]);
        let certified = certified_name(&names);
        assert_eq!(certified.as_ref().map(|name| name.common.as_str()), Ok("Amina El Haddad"));
        assert_eq!(certified.map(|name| name.family), Ok(Some("El Haddad".to_owned())));
        assert_eq!(fields(&names, "1990-03-04").map(|fields| fields.len()), Ok(5));
    }

    /// One name is enough; no official name is none.
    #[test]
    fn a_single_name_is_a_name_and_a_preferred_one_alone_is_not() {
        let single = [name(FieldPart::Single, FieldKind::Official, "Latn", "Sukarno")];
        let called: Vec<String> = writings(&single).iter().map(Writing::called).collect();
        assert_eq!(called, ["Sukarno"]);
        let certified = certified_name(&single);
        assert_eq!(certified.as_ref().map(|name| name.common.as_str()), Ok("Sukarno"));
        assert_eq!(certified.map(|name| (name.given, name.family)), Ok((Some("Sukarno".to_owned()), None)));
        let preferred = [name(FieldPart::Given, FieldKind::Preferred, "Latn", "Ann")];
        assert_eq!(certified_name(&preferred), Err(NamesError::NoOfficialName));
    }

    /// 64 characters are a common name, the 65th is cut, and given and family names stay whole.
    #[test]
    fn x520_a_long_common_name_is_cut_for_the_certificate_only() {
        let long = "a".repeat(70);
        let certified = certified_name(&[name(FieldPart::Family, FieldKind::Official, "Latn", &long)]);
        assert_eq!(certified.as_ref().map(|name| name.common.chars().count()), Ok(64));
        assert_eq!(certified.map(|name| name.family), Ok(Some(long)));
    }
}
