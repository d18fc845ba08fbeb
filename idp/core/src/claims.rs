//! What an agency may learn about a person, and the wish for it.
//!
//! Values come from the fields that officers approved and the registry disclosed to this house; they are given out
//! only under a name of [`ClaimName`], within the client's registered cap. The national number has no name here.

use std::collections::{BTreeMap, BTreeSet};

use pki_core::enrolment::{CertifiedName, Field, FieldKind, FieldPart};
use pki_core::jose::json;
use serde_json::{Map, Value};

/// A claim that exists here (OpenID Connect Core §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClaimName {
    /// The whole name.
    Name,
    /// Given names.
    GivenName,
    /// Family name.
    FamilyName,
    /// `YYYY-MM-DD`.
    Birthdate,
}

impl ClaimName {
    /// Every claim, in the order in which people are shown them. These four are scope `profile`.
    pub const ALL: [Self; 4] = [Self::Name, Self::GivenName, Self::FamilyName, Self::Birthdate];

    /// As the wire says it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::GivenName => "given_name",
            Self::FamilyName => "family_name",
            Self::Birthdate => "birthdate",
        }
    }

    /// From the wire.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.as_str() == text)
    }
}

/// What is known about a person, by claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<ClaimName, String>);

impl Values {
    /// From the name that certificates carry and the disclosed fields. The official form of a name wins; a person
    /// with a single name has neither given nor family name.
    #[must_use]
    pub fn of(name: &CertifiedName, fields: &[Field]) -> Self {
        let official = |part| {
            fields
                .iter()
                .find(|field| field.part == part && field.kind == FieldKind::Official)
                .map(|field| field.value.clone())
        };
        let pairs = [
            (ClaimName::Name, Some(name.common.clone())),
            (ClaimName::GivenName, official(FieldPart::Given)),
            (ClaimName::FamilyName, official(FieldPart::Family)),
            (ClaimName::Birthdate, official(FieldPart::BirthDate)),
        ];
        Self::from_pairs(pairs)
    }

    /// From a row.
    #[must_use]
    pub fn from_pairs(pairs: impl IntoIterator<Item = (ClaimName, Option<String>)>) -> Self {
        Self(pairs.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).collect())
    }

    /// The value of a claim, where it exists. A missing value is never an error (§5.3.2: omitted).
    #[must_use]
    pub fn value(&self, name: ClaimName) -> Option<&str> {
        self.0.get(&name).map(String::as_str)
    }

    /// These claims with their values, for a token or an answer.
    #[must_use]
    pub fn chosen(&self, names: &BTreeSet<ClaimName>) -> Map<String, Value> {
        let one = |name: &ClaimName| self.value(*name).map(|value| (name.as_str().to_owned(), value.into()));
        names.iter().filter_map(one).collect()
    }
}

/// The `claims` parameter (OpenID Connect Core §5.5): which claims where, and which `acr`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// From the userinfo endpoint.
    pub userinfo: BTreeSet<ClaimName>,
    /// In the ID token.
    pub id_token: BTreeSet<ClaimName>,
    /// Values of an essential `acr` (§5.5.1.1); empty: none.
    pub essential_acr: Vec<String>,
}

impl Wish {
    /// Reads the parameter; unknown members and claims are ignored (§5.5).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let members = json::object(text.as_bytes()).ok()?;
        let part = |name: &str| match members.get(name) {
            None => Some(Map::new()),
            Some(Value::Object(part)) => Some(part.clone()),
            Some(_) => None,
        };
        let (userinfo, id_token) = (part("userinfo")?, part("id_token")?);
        let names =
            |part: &Map<String, Value>| part.keys().filter_map(|name| ClaimName::parse(name)).collect();
        let essential_acr = id_token.get("acr").map(essential_values).unwrap_or_default();
        Some(Self { userinfo: names(&userinfo), id_token: names(&id_token), essential_acr })
    }
}

fn essential_values(request: &Value) -> Vec<String> {
    if request.get("essential").and_then(Value::as_bool) != Some(true) {
        return Vec::new();
    }
    let one = request.get("value").and_then(Value::as_str).map(str::to_owned);
    let many = request.get("values").and_then(Value::as_array).into_iter().flatten();
    one.into_iter().chain(many.filter_map(Value::as_str).map(str::to_owned)).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::testing::{field, values};

    #[test]
    fn the_official_form_is_given_out_and_nothing_beside_it() {
        let name = CertifiedName { common: "Amira Haddad".into(), given: None, family: None };
        let fields = [
            field(FieldPart::Family, FieldKind::Previous, "Old"),
            field(FieldPart::Family, FieldKind::Official, "\u{62d}\u{62f}\u{627}\u{62f}"),
            field(FieldPart::NationalNumber, FieldKind::Official, "123"),
        ];
        let values = Values::of(&name, &fields);
        let all: BTreeSet<_> = ClaimName::ALL.into();
        let expected =
            serde_json::json!({"family_name": "\u{62d}\u{62f}\u{627}\u{62f}", "name": "Amira Haddad"});
        assert_eq!(Value::Object(values.chosen(&all)), expected);
    }

    #[test]
    fn only_what_was_chosen() {
        let chosen = values().chosen(&[ClaimName::Birthdate].into());
        assert_eq!(Value::Object(chosen).to_string(), r#"{"birthdate":"1987-03-09"}"#);
    }

    #[test]
    fn oidc_core_5_5_unknown_members_are_ignored() {
        let wish = Wish::parse(
            r#"{"userinfo":{"given_name":{"essential":true},"picture":null},"id_token":{"birthdate":null,
                "acr":{"essential":true,"values":["a","b"]}},"other":{}}"#,
        )
        .unwrap();
        assert_eq!(wish.userinfo, [ClaimName::GivenName].into());
        assert_eq!(wish.id_token, [ClaimName::Birthdate].into());
        assert_eq!(wish.essential_acr, ["a", "b"]);
        assert_eq!(
            Wish::parse(r#"{"id_token":{"acr":{"values":["a"]}}}"#).unwrap().essential_acr,
            Vec::<String>::new()
        );
        for wrong in ["", "[]", r#"{"userinfo":1}"#, r#"{"userinfo":{},"userinfo":{}}"#] {
            assert_eq!(Wish::parse(wrong), None, "{wrong}");
        }
    }
}
