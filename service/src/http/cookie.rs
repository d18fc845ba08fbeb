//! A sealed cookie: what a browser keeps for us, can neither read nor change, and loses in time.
//!
//! `__Host-` (RFC 6265bis §4.1.3.2): this host alone, Secure, Path=/. HttpOnly and SameSite=Lax always. The value is
//! AES-256-GCM over the cookie's name, the time it ends, and what the service put in; so a cookie of another service
//! of the country, on the same host name at another port, does not open here.

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pki_core::key::{SealError, SealingKey};

use crate::clock::Instant;
use crate::entropy::Random;

/// Browsers keep 4,096 bytes of name, value and attributes; what is inside must stay below 2,900 bytes.
const VALUE_BYTES_MAX: usize = 2_900;

/// Why a cookie cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CookieError {
    /// More than a browser keeps.
    #[error("the value is too large for a cookie")]
    TooLarge,
    /// It cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// One cookie of a service, by name and key.
#[derive(Clone)]
pub struct Cookie {
    name: &'static str,
    key: SealingKey,
}

impl Cookie {
    /// The cookie of this name, which begins with `__Host-`.
    #[must_use]
    pub fn new(name: &'static str, key: SealingKey) -> Self {
        debug_assert!(name.starts_with("__Host-"), "{name} is not bound to its host");
        Self { name, key }
    }

    /// The `Set-Cookie` value that puts `value` into the browser for so long.
    ///
    /// # Errors
    /// When it is too large or there is no randomness.
    pub fn set(
        &self,
        random: &dyn Random,
        now: Instant,
        life_seconds: u32,
        value: &[u8],
    ) -> Result<HeaderValue, CookieError> {
        if value.len() > VALUE_BYTES_MAX {
            return Err(CookieError::TooLarge);
        }
        let mut plain = now.plus_seconds(i64::from(life_seconds)).micros().to_be_bytes().to_vec();
        plain.extend(value);
        let sealed = URL_SAFE_NO_PAD.encode(self.key.seal(random, self.name.as_bytes(), &plain)?);
        self.header(&sealed, life_seconds)
    }

    /// The `Set-Cookie` value that takes it away.
    ///
    /// # Errors
    /// Never for a name that is a cookie name.
    pub fn clear(&self) -> Result<HeaderValue, CookieError> {
        self.header("", 0)
    }

    /// What the browser brought back: `None` if there is none, it is over, it was changed, or there are two.
    #[must_use]
    pub fn read(&self, headers: &HeaderMap, now: Instant) -> Option<Vec<u8>> {
        let value = sent(headers, self.name)?;
        let sealed = URL_SAFE_NO_PAD.decode(value).ok()?;
        let plain = self.key.open(self.name.as_bytes(), &sealed).ok()?;
        let (ends, value) = plain.split_first_chunk::<8>()?;
        (now.micros() < i64::from_be_bytes(*ends)).then(|| value.to_vec())
    }

    fn header(&self, value: &str, life_seconds: u32) -> Result<HeaderValue, CookieError> {
        set(self.name, value, life_seconds).ok_or(CookieError::TooLarge)
    }
}

/// The value of the one cookie of this name; `None` if there are two, for nobody can say which one is ours.
pub(crate) fn sent<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut found = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(known, _)| *known == name)
        .map(|(_, value)| value);
    let (Some(value), None) = (found.next(), found.next()) else { return None };
    Some(value)
}

/// `Set-Cookie` as every cookie of ours is set; `None` for what no header can hold.
pub(crate) fn set(name: &str, value: &str, life_seconds: u32) -> Option<HeaderValue> {
    let text = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={life_seconds}");
    HeaderValue::from_str(&text).ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::testing::SeededRandom;

    const NOW: Instant = Instant::from_seconds(1_800_000_000);

    fn headers(lines: &[&str]) -> HeaderMap {
        lines.iter().map(|line| (header::COOKIE, HeaderValue::from_str(line).unwrap())).collect()
    }

    fn pair(cookie: &Cookie) -> String {
        let set = cookie.set(&SeededRandom::new(1), NOW, 60, b"value").unwrap();
        let set = set.to_str().unwrap().to_owned();
        assert!(set.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60"), "{set}");
        set.split(';').next().unwrap().to_owned()
    }

    #[test]
    fn comes_back_whole_and_in_time_or_not_at_all() {
        let cookie = Cookie::new("__Host-a", SealingKey::new(&[1; 32]));
        let pair = pair(&cookie);
        let sent = headers(&[&format!("x=1; {pair}")]);
        assert_eq!(cookie.read(&sent, NOW.plus_seconds(59)), Some(b"value".to_vec()));
        assert_eq!(cookie.read(&sent, NOW.plus_seconds(60)), None);
        let mut changed = pair.clone();
        let last = changed.pop().unwrap();
        changed.push(if last == 'A' { 'Q' } else { 'A' });
        assert_eq!(cookie.read(&headers(&[&changed]), NOW), None);
        assert_eq!(cookie.read(&headers(&[&format!("{pair}; {pair}")]), NOW), None);
        assert_eq!(cookie.read(&headers(&[&pair, &pair]), NOW), None);
        assert_eq!(cookie.read(&headers(&[]), NOW), None);
    }

    #[test]
    fn a_cookie_of_another_name_or_key_does_not_open() {
        let cookie = Cookie::new("__Host-a", SealingKey::new(&[1; 32]));
        let value = pair(&cookie).split_once('=').unwrap().1.to_owned();
        let named = Cookie::new("__Host-b", SealingKey::new(&[1; 32]));
        assert_eq!(named.read(&headers(&[&format!("__Host-b={value}")]), NOW), None);
        let keyed = Cookie::new("__Host-a", SealingKey::new(&[2; 32]));
        assert_eq!(keyed.read(&headers(&[&format!("__Host-a={value}")]), NOW), None);
    }

    #[test]
    fn more_than_a_browser_keeps_is_refused() {
        let cookie = Cookie::new("__Host-a", SealingKey::new(&[1; 32]));
        let random = SeededRandom::new(1);
        let largest = cookie.set(&random, NOW, 60, &[0; VALUE_BYTES_MAX]).unwrap();
        assert!(largest.len() <= 4_096);
        assert_eq!(cookie.set(&random, NOW, 60, &[0; VALUE_BYTES_MAX + 1]), Err(CookieError::TooLarge));
    }
}
