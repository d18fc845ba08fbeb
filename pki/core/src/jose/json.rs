//! JSON objects in which every member stands once.
//!
//! RFC 7519 §4 lets a reader take the last of two equal members; two readers could then see two tokens, so a
//! repeated member is refused here, at every depth. Nesting is limited by the reader (128), size by the caller.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Why text is not such an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Not JSON, or not an object, or bytes after it.
    #[error("this is not a JSON object")]
    NotAnObject,
    /// A member stands twice.
    #[error("a JSON member stands twice")]
    DuplicateMember,
}

const DUPLICATE: &str = "duplicate member";

/// One JSON object that fills `bytes`.
///
/// # Errors
/// Everything else, and an object with a repeated member at any depth.
pub fn object(bytes: &[u8]) -> Result<Map<String, Value>, JsonError> {
    match serde_json::from_slice::<Strict>(bytes) {
        Ok(Strict(Value::Object(map))) => Ok(map),
        Err(error) if error.to_string().starts_with(DUPLICATE) => Err(JsonError::DuplicateMember),
        Ok(_) | Err(_) => Err(JsonError::NotAnObject),
    }
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Strict;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Strict, E> {
        Ok(Strict(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict(Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Strict, A::Error> {
        let mut values = Vec::new();
        while let Some(Strict(value)) = seq.next_element()? {
            values.push(value);
        }
        Ok(Strict(Value::Array(values)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Strict, A::Error> {
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let Strict(value) = map.next_value()?;
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom(DUPLICATE));
            }
        }
        Ok(Strict(Value::Object(members)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f33_a_member_stands_once_at_every_depth() {
        assert!(object(br#"{"a":1,"b":{"a":[{"a":null}]}}"#).is_ok());
        assert_eq!(object(br#"{"a":1,"a":1}"#), Err(JsonError::DuplicateMember));
        assert_eq!(object(br#"{"a":[{"b":1,"b":2}]}"#), Err(JsonError::DuplicateMember));
        // The same name written with an escape is the same name.
        assert_eq!(object(br#"{"a":1,"\u0061":2}"#), Err(JsonError::DuplicateMember));
    }

    #[test]
    fn only_an_object_and_nothing_after_it() {
        for text in ["", "[]", "1", "null", "{", "{}{}", "{} x", "{\"a\":1,}"] {
            assert_eq!(object(text.as_bytes()), Err(JsonError::NotAnObject), "{text}");
        }
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(200), "]".repeat(200));
        assert_eq!(object(deep.as_bytes()), Err(JsonError::NotAnObject));
    }
}
