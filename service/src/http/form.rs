//! Strict reading of `application/x-www-form-urlencoded`, in a body or a query.
//!
//! RFC 6749 §3.1, §3.2: a parameter sent twice is an error (two readers would take two different ones), one without a
//! value counts as absent, unknown ones are ignored. What is not valid UTF-8 under valid escapes is refused, not repaired.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};

use super::{BODY_BYTES_MAX, CaseNumber, Problem};

/// Parameters in one form: the largest form of ours has under 40.
const PARAMETERS_MAX: usize = 100;

/// Why a form cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// Larger than any form of ours.
    #[error("the form is too large")]
    TooLarge,
    /// An escape that is none, or bytes that are not UTF-8.
    #[error("the form is not valid application/x-www-form-urlencoded UTF-8")]
    Malformed,
    /// A parameter came twice.
    #[error("a parameter was sent more than once")]
    Repeated(String),
    /// A parameter that is needed is absent or empty.
    #[error("the parameter {0} is missing")]
    Missing(&'static str),
}

impl FormError {
    /// As a problem, for interfaces that have no error format of their own.
    #[must_use]
    pub fn problem(&self) -> Problem {
        match self {
            Self::TooLarge => {
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The form is too large")
            }
            Self::Missing(field) => {
                Problem::new(StatusCode::BAD_REQUEST, "missing", "A parameter is missing").field(field)
            }
            Self::Malformed | Self::Repeated(_) => {
                Problem::new(StatusCode::BAD_REQUEST, "malformed", "The form cannot be read").detail(self)
            }
        }
    }
}

/// The parameters of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form(BTreeMap<String, Vec<String>>);

impl Form {
    /// Reads a body or a query string; only the parameters named in `may_repeat` may come more than once.
    ///
    /// # Errors
    /// When it is too large, malformed, or a parameter is repeated.
    pub fn read(bytes: &[u8], may_repeat: &[&str]) -> Result<Self, FormError> {
        if bytes.len() > BODY_BYTES_MAX {
            return Err(FormError::TooLarge);
        }
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (count, pair) in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).enumerate() {
            if count >= PARAMETERS_MAX {
                return Err(FormError::TooLarge);
            }
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = unescape(halves.next().unwrap_or_default())?;
            let value = unescape(halves.next().unwrap_or_default())?;
            let values = all.entry(name.clone()).or_default();
            if !values.is_empty() && !may_repeat.contains(&name.as_str()) {
                return Err(FormError::Repeated(name));
            }
            values.push(value);
        }
        for values in all.values_mut() {
            values.retain(|value| !value.is_empty());
        }
        Ok(Self(all))
    }

    /// The value of a parameter; an empty one is absent.
    #[must_use]
    pub fn one(&self, name: &str) -> Option<&str> {
        self.all(name).first().map(String::as_str)
    }

    /// The value of a parameter that must be there.
    ///
    /// # Errors
    /// [`FormError::Missing`].
    pub fn required(&self, name: &'static str) -> Result<&str, FormError> {
        self.one(name).ok_or(FormError::Missing(name))
    }

    /// The values of a parameter that may be repeated.
    #[must_use]
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// The names of the parameters that have a value.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, values)| !values.is_empty()).map(|(name, _)| name.as_str())
    }
}

fn unescape(bytes: &[u8]) -> Result<String, FormError> {
    let digit =
        |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16)).ok_or(FormError::Malformed);
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().copied();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let value = digit(rest.next())? * 16 + digit(rest.next())?;
                out.push(u8::try_from(value).map_err(|_| FormError::Malformed)?);
            }
            _ => out.push(byte),
        }
    }
    String::from_utf8(out).map_err(|_| FormError::Malformed)
}

/// Whether the body says that it is a form.
#[must_use]
pub fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// In a handler of a page: the form that was posted. No parameter may be repeated.
impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let case = request.extensions().get::<CaseNumber>().cloned();
        let with_case = |problem: Problem| match &case {
            Some(case) => problem.case(case),
            None => problem,
        };
        if !is_form(request.headers()) {
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(with_case(Problem::new(status, "malformed", "The body must be a form")));
        }
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|_| with_case(FormError::TooLarge.problem()))?;
        Self::read(&bytes, &[]).map_err(|error| with_case(error.problem()))
    }
}

/// In a handler of a page: the query of the address. No parameter may be repeated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(pub Form);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        Form::read(query.as_bytes(), &[]).map(Self).map_err(|error| error.problem())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn rfc6749_3_1_a_parameter_sent_twice_is_an_error() {
        assert_eq!(Form::read(b"a=1&b=2&a=1", &[]), Err(FormError::Repeated("a".to_owned())));
        assert_eq!(Form::read(b"a=1&%61=1", &[]), Err(FormError::Repeated("a".to_owned())));
        assert_eq!(Form::read(b"a=&a=1", &[]), Err(FormError::Repeated("a".to_owned())));
        let form = Form::read(b"a=1&b=2&a=3", &["a"]).unwrap();
        assert_eq!(form.all("a"), ["1", "3"]);
        assert_eq!(Form::read(b"a=1&b=2&b=2", &["a"]), Err(FormError::Repeated("b".to_owned())));
    }

    #[test]
    fn rfc6749_3_1_a_parameter_without_value_is_absent() {
        let form = Form::read(b"a=&b&c=x%20y+z%C3%A9&&d=1=2", &[]).unwrap();
        assert_eq!((form.one("a"), form.one("b")), (None, None));
        assert_eq!(form.required("a"), Err(FormError::Missing("a")));
        assert_eq!((form.one("c"), form.one("d")), (Some("x y zé"), Some("1=2")));
        assert_eq!(form.names().collect::<Vec<_>>(), ["c", "d"]);
    }

    #[test]
    fn broken_escapes_and_foreign_encodings_are_refused() {
        for bad in [&b"a=%"[..], b"a=%2", b"a=%zz", b"a=%+1", b"a=\xe9", b"a=%E9", b"%=1"] {
            assert_eq!(Form::read(bad, &[]), Err(FormError::Malformed), "{bad:?}");
        }
    }

    #[test]
    fn one_parameter_or_one_byte_too_many_is_refused() {
        let many = |count: usize| (0..count).map(|n| format!("p{n}=1&")).collect::<String>();
        assert!(Form::read(many(PARAMETERS_MAX).as_bytes(), &[]).is_ok());
        assert_eq!(Form::read(many(PARAMETERS_MAX + 1).as_bytes(), &[]), Err(FormError::TooLarge));
        let long = format!("a={}", "x".repeat(BODY_BYTES_MAX - 2));
        assert!(Form::read(long.as_bytes(), &[]).is_ok());
        assert_eq!(Form::read(format!("{long}x").as_bytes(), &[]), Err(FormError::TooLarge));
    }
}
