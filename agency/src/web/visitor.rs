//! Who is looking at a page: the cookie, the session behind it, and the proof that a form came from our own page.
//! Data: request headers in, a visitor out.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

use crate::assembly::{Assembly, Trouble};
use crate::secret::{base64url, fresh, same, sha256};
use crate::store::Session;

/// One browser, signed in or not. The secret is in its cookie; the store knows only its hash.
pub(crate) struct Visitor {
    pub(crate) secret: Option<String>,
    pub(crate) session: Option<Session>,
}

impl Visitor {
    pub(crate) async fn of(assembly: &Assembly, headers: &HeaderMap) -> Result<Visitor, Trouble> {
        let secret = cookie(headers, name(assembly.https));
        let session = match &secret {
            Some(secret) => assembly.store.session(secret, assembly.clock.seconds()).await?,
            None => None,
        };
        Ok(Visitor { secret, session })
    }

    /// The browser's secret, made now if it has none: it ties an attempt to sign in to this browser.
    pub(crate) fn secret_or_fresh(&self) -> Result<String, Trouble> {
        match &self.secret {
            Some(secret) => Ok(secret.clone()),
            None => Ok(fresh()?),
        }
    }

    /// What every form of this visitor carries. It follows from the secret and does not give it away.
    pub(crate) fn csrf(&self) -> String {
        csrf(self.secret.as_deref().unwrap_or_default())
    }

    /// The session, if the form came from a page that we made for it.
    pub(crate) fn proved(&self, form_csrf: &str) -> Result<(&str, &Session), Trouble> {
        match (&self.secret, &self.session) {
            (Some(secret), Some(session)) if same(&csrf(secret), form_csrf) => Ok((secret, session)),
            _ => Err(Trouble::StrangeForm),
        }
    }
}

fn csrf(secret: &str) -> String {
    base64url(&sha256(format!("open-assembly-form:{secret}").as_bytes()))
}

/// The `set-cookie` value for a secret. Lax, because the person comes back from the provider by a link.
pub(crate) fn set_cookie(https: bool, secret: &str) -> String {
    let secure = if https { "; Secure" } else { "" };
    format!("{}={secret}; Path=/; HttpOnly; SameSite=Lax{secure}", name(https))
}

/// The `set-cookie` value that removes it.
pub(crate) fn remove_cookie(https: bool) -> String {
    format!("{}; Max-Age=0", set_cookie(https, ""))
}

/// On http (a laptop) the prefix cannot be used: browsers want Secure with it.
fn name(https: bool) -> &'static str {
    if https { "__Host-open-assembly" } else { "open-assembly" }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && value.len() == 43)
        .map(|(_, value)| value.to_owned())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    fn visitor(secret: &str) -> Visitor {
        let session = Session {
            subject: "s-1".to_owned(),
            name: "Mira".to_owned(),
            written_name: None,
            given_name: None,
            id_token: String::new(),
        };
        Visitor { secret: Some(secret.to_owned()), session: Some(session) }
    }

    #[test]
    fn a_form_is_believed_only_with_the_word_of_its_own_browser() {
        let (mira, tomas) = (visitor("mira"), visitor("tomas"));
        assert!(mira.proved(&mira.csrf()).is_ok());
        assert!(matches!(mira.proved(&tomas.csrf()), Err(Trouble::StrangeForm)));
        assert!(matches!(mira.proved(""), Err(Trouble::StrangeForm)));
        let signed_out = Visitor { session: None, ..visitor("mira") };
        assert!(matches!(signed_out.proved(&signed_out.csrf()), Err(Trouble::StrangeForm)));
    }

    #[test]
    fn the_cookie_is_found_among_others_and_has_the_length_of_a_secret() {
        let secret = fresh().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, format!("other=1; open-assembly={secret}").parse().unwrap());
        assert_eq!(cookie(&headers, "open-assembly"), Some(secret));
        headers.insert(COOKIE, "open-assembly=short; not-open-assembly=1".parse().unwrap());
        assert_eq!(cookie(&headers, "open-assembly"), None);
    }

    #[test]
    fn over_https_the_cookie_is_bound_to_the_host() {
        assert_eq!(set_cookie(true, "s"), "__Host-open-assembly=s; Path=/; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(set_cookie(false, "s"), "open-assembly=s; Path=/; HttpOnly; SameSite=Lax");
    }
}
