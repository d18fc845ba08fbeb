//! What a person agreed to let an agency have, and whether that covers what it asks now.
//!
//! A decision is remembered under the pairwise subject, so the list of decisions says nobody's name and joins no
//! two agencies.

use std::collections::BTreeSet;

use crate::authorize::Request;
use crate::claims::ClaimName;
use crate::client::{Client, Scope, Scopes};

/// What is asked for and allowed at most: scopes and claims, within the client's registration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    scopes: Scopes,
    claims: BTreeSet<ClaimName>,
}

impl Consent {
    /// What this request asks of the person. Claims beyond the registered cap are not asked for and not given.
    #[must_use]
    pub fn asked(request: &Request, client: &Client) -> Self {
        Self {
            scopes: request.scopes().clone(),
            claims: userinfo_claims(request, client)
                .union(&id_token_claims(request, client))
                .copied()
                .collect(),
        }
    }

    /// The most that this client can ever ask for.
    #[must_use]
    pub fn most(client: &Client) -> Self {
        Self { scopes: client.scopes().clone(), claims: client.claims().clone() }
    }

    /// What is remembered when the person accepts: what was asked, and, for an agency that is registered to ask for
    /// signatures, that it may hand documents to the signing service (each signature is still the person's own act).
    #[must_use]
    pub fn accepted(asked: &Self, client: &Client) -> Self {
        Self { scopes: asked.scopes.and(&client.scopes().only(Scope::Sign)), claims: asked.claims.clone() }
    }

    /// With an earlier decision about the same agency.
    #[must_use]
    pub fn and(&self, earlier: &Self) -> Self {
        Self {
            scopes: self.scopes.and(&earlier.scopes),
            claims: self.claims.union(&earlier.claims).copied().collect(),
        }
    }

    /// Whether this decision covers what is asked now.
    #[must_use]
    pub fn covers(&self, asked: &Self) -> bool {
        asked.scopes.within(&self.scopes) && asked.claims.is_subset(&self.claims)
    }

    /// Scopes.
    #[must_use]
    pub const fn scopes(&self) -> &Scopes {
        &self.scopes
    }

    /// Claims.
    #[must_use]
    pub const fn claims(&self) -> &BTreeSet<ClaimName> {
        &self.claims
    }

    /// As a row holds it: scopes and claims as text.
    #[must_use]
    pub fn texts(&self) -> (String, String) {
        (self.scopes.text(), claims_text(&self.claims))
    }

    /// From a row.
    #[must_use]
    pub fn from_texts(scopes: &str, claims: &str) -> Self {
        Self { scopes: Scopes::parse(scopes), claims: claims_from_text(claims) }
    }
}

/// Claims that the userinfo endpoint will give for this request.
#[must_use]
pub fn userinfo_claims(request: &Request, client: &Client) -> BTreeSet<ClaimName> {
    let mut names = request.wish().userinfo.clone();
    if request.scopes().has(Scope::Profile) {
        names.extend(ClaimName::ALL);
    }
    capped(names, request, client)
}

/// Claims that the ID token will hold for this request.
#[must_use]
pub fn id_token_claims(request: &Request, client: &Client) -> BTreeSet<ClaimName> {
    capped(request.wish().id_token.clone(), request, client)
}

// Without openid there is neither an ID token nor a userinfo answer to put them in.
fn capped(names: BTreeSet<ClaimName>, request: &Request, client: &Client) -> BTreeSet<ClaimName> {
    if request.scopes().has(Scope::OpenId) {
        names.intersection(client.claims()).copied().collect()
    } else {
        BTreeSet::new()
    }
}

pub(crate) fn claims_text(claims: &BTreeSet<ClaimName>) -> String {
    claims.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" ")
}

pub(crate) fn claims_from_text(text: &str) -> BTreeSet<ClaimName> {
    text.split(' ').filter_map(ClaimName::parse).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::testing::{clients, request};

    #[test]
    fn claims_never_exceed_the_registered_cap() {
        let clients = clients();
        let agency = clients.find("open-assembly").unwrap();
        let asked = Consent::asked(&request(&[("scope", "openid profile")]), agency);
        // The test agency is registered for name and birthdate only.
        assert_eq!(asked.claims(), &[ClaimName::Name, ClaimName::Birthdate].into());
        let single =
            request(&[("scope", "openid"), ("claims", r#"{"userinfo":{"family_name":null,"name":null}}"#)]);
        assert_eq!(Consent::asked(&single, agency).claims(), &[ClaimName::Name].into());
        assert!(Consent::most(agency).covers(&asked) && !asked.covers(&Consent::most(agency)));
    }

    #[test]
    fn a_decision_covers_what_it_was_about_and_no_claim_more() {
        let clients = clients();
        let agency = clients.find("open-assembly").unwrap();
        let small = Consent::asked(&request(&[("scope", "openid")]), agency);
        let large = Consent::asked(&request(&[("scope", "openid profile")]), agency);
        let sign =
            Consent::asked(&request(&[("scope", "sign"), ("resource", "http://localhost:8401")]), agency);
        let decision = Consent::accepted(&small, agency);
        assert!(decision.covers(&small));
        assert!(!decision.covers(&large));
        // The consent of the login covers the second authorization, for a signature.
        assert!(decision.covers(&sign));
        assert!(!Consent::accepted(&sign, agency).covers(&small));
        assert!(decision.and(&Consent::accepted(&large, agency)).covers(&large));
        let (scopes, claims) = large.texts();
        assert_eq!(Consent::from_texts(&scopes, &claims), large);
    }
}
