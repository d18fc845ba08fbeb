//! Parameters of a query or a form, each at most once.

use std::collections::BTreeMap;

/// More than any request of ours has; what is beyond it is an attack on memory.
const COUNT_MAX: usize = 64;
/// A client assertion is the longest value: under 4 KiB.
const VALUE_MAX: usize = 16 * 1024;

/// Why parameters are refused as a whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParametersError {
    /// RFC 6749 §3.1: parameters MUST NOT be included more than once.
    #[error("a parameter was sent twice")]
    Repeated(String),
    /// More parameters or longer values than any request has.
    #[error("there are too many parameters, or one is too long")]
    TooMuch,
}

/// Parameters by name; an empty value counts as absent (RFC 6749 §3.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// Collects decoded pairs.
    ///
    /// # Errors
    /// A name that comes twice, or too much.
    pub fn read<N, V>(pairs: impl IntoIterator<Item = (N, V)>) -> Result<Self, ParametersError>
    where
        N: Into<String>,
        V: Into<String>,
    {
        let mut map = BTreeMap::new();
        for (name, value) in pairs {
            let (name, value) = (name.into(), value.into());
            if map.len() >= COUNT_MAX || value.len() > VALUE_MAX {
                return Err(ParametersError::TooMuch);
            }
            if map.contains_key(&name) {
                return Err(ParametersError::Repeated(name));
            }
            map.insert(name, value);
        }
        map.retain(|_, value| !value.is_empty());
        Ok(Self(map))
    }

    /// From `application/x-www-form-urlencoded` text.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn decode(text: &str) -> Result<Self, ParametersError> {
        Self::read(
            url::form_urlencoded::parse(text.as_bytes())
                .map(|(name, value)| (name.into_owned(), value.into_owned())),
        )
    }

    /// As `application/x-www-form-urlencoded` text, without the named ones.
    #[must_use]
    pub fn encode_without(&self, names: &[&str]) -> String {
        let mut out = url::form_urlencoded::Serializer::new(String::new());
        out.extend_pairs(self.0.iter().filter(|(name, _)| !names.contains(&name.as_str())));
        out.finish()
    }

    /// One value, if it was sent and is not empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn rfc6749_3_1_once_and_empty_is_absent() {
        let read = Parameters::decode("a=1&b=&c=x%20y").unwrap();
        assert_eq!((read.get("a"), read.get("b"), read.get("c")), (Some("1"), None, Some("x y")));
        assert_eq!(Parameters::decode("a=1&a=1"), Err(ParametersError::Repeated("a".into())));
        assert_eq!(Parameters::decode("a=&a=1"), Err(ParametersError::Repeated("a".into())));
        assert_eq!(read.encode_without(&["a"]), "c=x+y");
    }

    #[test]
    fn there_is_a_limit() {
        let many: String = (0..65).map(|n| format!("p{n}=1&")).collect();
        assert_eq!(Parameters::decode(&many), Err(ParametersError::TooMuch));
        assert_eq!(
            Parameters::decode(&format!("a={}", "x".repeat(VALUE_MAX + 1))),
            Err(ParametersError::TooMuch)
        );
    }
}
