//! RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0 §2, §3).
//!
//! The person's session here ends; where they go afterwards is only ever an address that the client of a valid hint
//! has registered. Without a hint of this very session the person is asked first, so that no foreign page can end
//! sessions.

use crate::client::{Clients, RegisteredUrl};
use crate::id_token::Hint;
use crate::parameters::Parameters;
use crate::session::Session;
use crate::subject::session_id;

/// Longest `state` that is echoed.
const STATE_MAX: usize = 1_024;

/// What a logout request leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logout {
    /// Whether the session may end without asking.
    pub at_once: bool,
    /// Where to go afterwards; absent: a page of ours.
    pub then: Option<String>,
}

/// Decides about a request. `hint` is the verified `id_token_hint`, expired or not.
#[must_use]
pub fn decide(
    query: &Parameters,
    hint: Option<&Hint>,
    session: Option<&Session>,
    clients: &Clients,
) -> Logout {
    // §2: client_id, if sent, must be the hint's audience; a hint that disagrees counts for nothing.
    let agrees = |hint: &&Hint| query.get("client_id").is_none_or(|id| id == hint.client);
    let Some(hint) = hint.filter(agrees) else {
        return Logout { at_once: session.is_none(), then: None };
    };
    let of_this_session = session.is_none_or(|session| session_id(&session.id(), &hint.client) == hint.sid);
    let url = clients
        .find(&hint.client)
        .zip(query.get("post_logout_redirect_uri"))
        .and_then(|(client, uri)| client.post_logout_redirect_uri(uri));
    Logout { at_once: of_this_session, then: url.map(|url| with_state(url, query.get("state"))) }
}

fn with_state(url: &RegisteredUrl, state: Option<&str>) -> String {
    match state.filter(|state| state.len() <= STATE_MAX) {
        Some(state) => url.with(&[("state", state)]),
        None => url.as_str().to_owned(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::subject::Subject;
    use crate::testing::{NOW, clients, session};

    const HOME: &str = "http://127.0.0.1:8403/";

    fn query(pairs: &[(&str, &str)]) -> Parameters {
        Parameters::read(pairs.iter().copied()).unwrap()
    }

    fn hint(session: &Session) -> Hint {
        let sid = session_id(&session.id(), "open-assembly");
        Hint { client: "open-assembly".into(), subject: Subject::from_row("s"), sid }
    }

    #[test]
    fn w17_a_hint_of_this_session_ends_it_and_leads_home() {
        let session = session(NOW);
        let asked = query(&[("post_logout_redirect_uri", HOME), ("state", "a b")]);
        let decided = decide(&asked, Some(&hint(&session)), Some(&session), &clients());
        assert_eq!(decided, Logout { at_once: true, then: Some("http://127.0.0.1:8403/?state=a+b".into()) });
    }

    #[test]
    fn w17_without_a_hint_the_person_is_asked_and_stays_here() {
        let session = session(NOW);
        let asked = query(&[("post_logout_redirect_uri", HOME), ("client_id", "open-assembly")]);
        let stays = Logout { at_once: false, then: None };
        assert_eq!(decide(&asked, None, Some(&session), &clients()), stays);
        let other_client = query(&[("post_logout_redirect_uri", HOME), ("client_id", "open-signer")]);
        assert_eq!(decide(&other_client, Some(&hint(&session)), Some(&session), &clients()), stays);
    }

    #[test]
    fn w17_only_a_registered_address_and_only_this_session() {
        let session = session(NOW);
        for uri in ["http://127.0.0.1:8403", "http://127.0.0.1:8403/?x", "https://evil.example/"] {
            let decided = decide(
                &query(&[("post_logout_redirect_uri", uri)]),
                Some(&hint(&session)),
                Some(&session),
                &clients(),
            );
            assert_eq!(decided, Logout { at_once: true, then: None }, "{uri}");
        }
        let other = Hint { sid: "other".into(), ..hint(&session) };
        assert!(!decide(&query(&[]), Some(&other), Some(&session), &clients()).at_once);
    }
}
