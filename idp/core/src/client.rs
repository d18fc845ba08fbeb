//! Agencies as the operator registered them: everything is parsed once, here, and compared byte by byte afterwards.
//!
//! Data comes from the configuration; a request never adds to it and never widens it. Only the `fapi2` profile
//! exists: pushed requests, PKCE S256, `private_key_jwt`, DPoP.

use std::collections::{BTreeMap, BTreeSet};

use pki_core::jose::jwk::PublicJwk;
use pki_core::key::Algorithm;
use url::{Host, Url};

use crate::claims::ClaimName;
use crate::discovery::Issuer;
use crate::subject::Sector;
use crate::words::{AllWords, RawWords, Words, WrongWords};

/// A registered client identifier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClientId(String);

impl ClientId {
    /// 1 to 64 of `A-Z a-z 0-9 . _ -`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        ((1..=64).contains(&text.len()) && text.bytes().all(good)).then(|| Self(text.to_owned()))
    }

    /// As it travels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Asks people for consent and knows them by a pairwise subject.
    Agency,
    /// Our own signing service: knows people by its own handle, has no consent page, may introspect.
    Signer,
}

/// A scope that exists here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// OpenID Connect.
    OpenId,
    /// Names and birth date, as registered.
    Profile,
    /// To hand documents to the signing service for this person.
    Sign,
}

/// A set of scopes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    const NAMES: [(&'static str, Scope); 3] =
        [("openid", Scope::OpenId), ("profile", Scope::Profile), ("sign", Scope::Sign)];

    /// Space-separated names in any order. Names that do not exist here are ignored (OpenID Connect Core §3.1.2.1).
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let known = |name| Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, scope)| *scope);
        Self(text.split(' ').filter_map(known).collect())
    }

    /// As it travels, in a fixed order.
    #[must_use]
    pub fn text(&self) -> String {
        let names: Vec<_> =
            Self::NAMES.iter().filter(|(_, scope)| self.has(*scope)).map(|(name, _)| *name).collect();
        names.join(" ")
    }

    /// Whether it is in.
    #[must_use]
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether none is in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all of these are in `other`.
    #[must_use]
    pub fn within(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    /// These and those.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).copied().collect())
    }

    /// Only one of them, where it is in.
    #[must_use]
    pub fn only(&self, scope: Scope) -> Self {
        Self(self.0.iter().copied().filter(|each| *each == scope).collect())
    }
}

/// A URL where people are sent, exactly as registered. The only way to one is [`RegisteredUrl::parse`], at start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegisteredUrl {
    /// `https`.
    Https(String),
    /// `http` on this machine, in a country whose issuer is on this machine too.
    LoopbackDev(String),
}

impl RegisteredUrl {
    /// Parses strictly: `https` (or loopback `http` where the issuer itself is on loopback), a host, no credentials,
    /// no fragment, no wildcard, and spelled exactly as it normalises, so that no two readers see two addresses.
    ///
    /// # Errors
    /// [`RegistrationError::Url`] with the text.
    pub fn parse(text: &str, issuer: &Issuer) -> Result<Self, RegistrationError> {
        let refuse = || RegistrationError::Url(text.to_owned());
        // Failures: `@`, `\`, `*`, control characters and foreign letters never get to a parser.
        if text.len() > 2_000
            || text.bytes().any(|byte| !byte.is_ascii_graphic() || b"@\\*\"<>`{}|^".contains(&byte))
        {
            return Err(refuse());
        }
        let url = Url::parse(text).map_err(|_| refuse())?;
        if url.as_str() != text || url.fragment().is_some() || text.contains(";/") || text.contains("%2e") {
            return Err(refuse());
        }
        match (url.scheme(), loopback(&url)) {
            ("https", _) => Ok(Self::Https(text.to_owned())),
            ("http", true) if issuer.is_loopback() => Ok(Self::LoopbackDev(text.to_owned())),
            _ => Err(refuse()),
        }
    }

    /// As registered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Https(text) | Self::LoopbackDev(text) => text,
        }
    }

    /// This URL with parameters appended to whatever query it has (K-17).
    #[must_use]
    pub fn with(&self, pairs: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(pairs);
        let separator = if self.as_str().contains('?') { '&' } else { '?' };
        format!("{}{separator}{}", self.as_str(), query.finish())
    }
}

/// A protected resource that tokens can be for (RFC 8707): the base URL of a signing service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resource(String);

impl Resource {
    /// As registered or asked for.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One `[[client]]` of the configuration, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registration {
    /// Client identifier.
    pub id: String,
    /// What people are shown of it.
    pub words: RawWords,
    /// The language of these words, as `lang=` in HTML says it.
    pub lang: Option<String>,
    /// The same words in other languages, by tag.
    pub translations: BTreeMap<String, RawWords>,
    /// Where answers may go.
    pub redirect_uris: Vec<String>,
    /// Where people may go after logging out.
    pub post_logout_redirect_uris: Vec<String>,
    /// The client's public key as a JSON Web Key.
    pub jwk: String,
    /// Space-separated scopes that it may ask for.
    pub scope: String,
    /// Legal sector; absent: the client stands alone, under its own identifier.
    pub sector: Option<String>,
    /// `fapi2`.
    pub profile: String,
    /// `agency` or `signer`.
    pub role: String,
    /// Names of the claims that it may ever get.
    pub claims: Vec<String>,
    /// Base URL of a signing service; absent: the origin of its first redirect URI.
    pub resource: Option<String>,
    /// Its first page, where people begin again.
    pub home: Option<String>,
}

/// Why a registration is refused at start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationError {
    /// Not 1 to 64 of the allowed characters.
    #[error("{0:?} is not a client identifier (1 to 64 of A-Z a-z 0-9 . _ -)")]
    Id(String),
    /// Two clients with one identifier.
    #[error("client {0} is registered twice")]
    Twice(String),
    /// Two clients with one key: one could speak as the other (K-13).
    #[error("client {0} has the key of another client")]
    SharedKey(String),
    /// Not a URL that we send people to.
    #[error(
        "{0:?} is not an address that people may be sent to (https, spelled in its normal form, no fragment)"
    )]
    Url(String),
    /// A client without redirect URIs could never be answered (failure A-04).
    #[error("client {0} has no redirect_uris")]
    NoRedirect(String),
    /// Not a P-256 or Ed25519 public key.
    #[error("the jwk of client {0} is not a public key for ES256 or EdDSA")]
    Key(String),
    /// Anything else, with the member's name.
    #[error("client {client}: {member} cannot be {value:?}")]
    Member {
        /// Client identifier.
        client: String,
        /// Member of the configuration.
        member: &'static str,
        /// What it says.
        value: String,
    },
}

/// A client, every part of it checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    id: ClientId,
    words: AllWords,
    redirect_uris: Vec<RegisteredUrl>,
    post_logout_redirect_uris: Vec<RegisteredUrl>,
    key: PublicJwk,
    scopes: Scopes,
    sector: Sector,
    role: Role,
    claims: BTreeSet<ClaimName>,
    resource: Option<Resource>,
    home: Option<RegisteredUrl>,
}

impl Client {
    /// Checks a registration.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn register(raw: &Registration, issuer: &Issuer) -> Result<Self, RegistrationError> {
        let id = ClientId::parse(&raw.id).ok_or_else(|| RegistrationError::Id(raw.id.clone()))?;
        let wrong = |member, value: &str| RegistrationError::Member {
            client: raw.id.clone(),
            member,
            value: value.to_owned(),
        };
        if raw.profile != "fapi2" {
            return Err(wrong("profile", &raw.profile));
        }
        let role = match raw.role.as_str() {
            "agency" => Role::Agency,
            "signer" => Role::Signer,
            other => return Err(wrong("role", other)),
        };
        let words = AllWords::read(raw.lang.as_deref(), &raw.words, &raw.translations)
            .map_err(|WrongWords(member, value)| wrong(member, &value))?;
        let urls = |list: &[String]| {
            list.iter().map(|text| RegisteredUrl::parse(text, issuer)).collect::<Result<Vec<_>, _>>()
        };
        let redirect_uris = urls(&raw.redirect_uris)?;
        if redirect_uris.is_empty() {
            return Err(RegistrationError::NoRedirect(raw.id.clone()));
        }
        let key = PublicJwk::parse(&raw.jwk).map_err(|_| RegistrationError::Key(raw.id.clone()))?;
        if !matches!(key.public_key().algorithm(), Algorithm::EcdsaP256Sha256 | Algorithm::Ed25519) {
            return Err(RegistrationError::Key(raw.id.clone()));
        }
        let scopes = Scopes::parse(&raw.scope);
        if scopes.text().split(' ').count() != raw.scope.split(' ').count() || scopes.is_empty() {
            return Err(wrong("scope", &raw.scope));
        }
        let sector = raw.sector.as_deref().unwrap_or(&raw.id);
        let claim = |name: &String| ClaimName::parse(name).ok_or_else(|| wrong("claims", name));
        Ok(Self {
            words,
            post_logout_redirect_uris: urls(&raw.post_logout_redirect_uris)?,
            key,
            scopes,
            sector: Sector::parse(sector).ok_or_else(|| wrong("sector", sector))?,
            role,
            claims: raw.claims.iter().map(claim).collect::<Result<_, _>>()?,
            resource: resource_of(raw, role, &redirect_uris, issuer)?,
            home: raw.home.as_deref().map(|text| RegisteredUrl::parse(text, issuer)).transpose()?,
            redirect_uris,
            id,
        })
    }

    /// Its identifier.
    #[must_use]
    pub const fn id(&self) -> &ClientId {
        &self.id
    }

    /// What people are shown of it in the language that it was registered in.
    #[must_use]
    pub const fn words(&self) -> &Words {
        self.words.original()
    }

    /// What a reader of this language is shown of it: the same as [`words`](Self::words), where it has no others.
    #[must_use]
    pub fn words_for(&self, lang: &str) -> &Words {
        self.words.for_reader(lang)
    }

    /// Its key.
    #[must_use]
    pub const fn key(&self) -> &PublicJwk {
        &self.key
    }

    /// What it may ask for.
    #[must_use]
    pub const fn scopes(&self) -> &Scopes {
        &self.scopes
    }

    /// Its legal sector.
    #[must_use]
    pub const fn sector(&self) -> &Sector {
        &self.sector
    }

    /// What it is.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Its first page, where people begin again.
    #[must_use]
    pub const fn home(&self) -> Option<&RegisteredUrl> {
        self.home.as_ref()
    }

    /// The claims that it may ever get.
    #[must_use]
    pub const fn claims(&self) -> &BTreeSet<ClaimName> {
        &self.claims
    }

    /// The resource that it is, where it is one.
    #[must_use]
    pub const fn resource(&self) -> Option<&Resource> {
        self.resource.as_ref()
    }

    /// The registered URL that is exactly this text (RFC 9700 §4.1.3: no patterns, byte comparison).
    #[must_use]
    pub fn redirect_uri(&self, text: &str) -> Option<&RegisteredUrl> {
        self.redirect_uris.iter().find(|url| url.as_str() == text)
    }

    /// The registered URL for after logging out that is exactly this text.
    #[must_use]
    pub fn post_logout_redirect_uri(&self, text: &str) -> Option<&RegisteredUrl> {
        self.post_logout_redirect_uris.iter().find(|url| url.as_str() == text)
    }
}

/// All clients.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clients(BTreeMap<ClientId, Client>);

impl Clients {
    /// Checks all registrations, alone and together.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn register(raw: &[Registration], issuer: &Issuer) -> Result<Self, RegistrationError> {
        let mut clients: BTreeMap<ClientId, Client> = BTreeMap::new();
        for registration in raw {
            let client = Client::register(registration, issuer)?;
            if clients.values().any(|other| other.key.public_key() == client.key.public_key()) {
                return Err(RegistrationError::SharedKey(registration.id.clone()));
            }
            if clients.insert(client.id.clone(), client).is_some() {
                return Err(RegistrationError::Twice(registration.id.clone()));
            }
        }
        Ok(Self(clients))
    }

    /// All of them, by identifier.
    pub fn all(&self) -> impl Iterator<Item = &Client> {
        self.0.values()
    }

    /// The client of this identifier.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Client> {
        self.0.get(&ClientId::parse(id)?)
    }

    /// The resource that is exactly this text.
    #[must_use]
    pub fn resource(&self, text: &str) -> Option<&Resource> {
        self.0.values().filter_map(Client::resource).find(|resource| resource.as_str() == text)
    }
}

fn resource_of(
    raw: &Registration,
    role: Role,
    redirects: &[RegisteredUrl],
    issuer: &Issuer,
) -> Result<Option<Resource>, RegistrationError> {
    let wrong = |value: &str| RegistrationError::Member {
        client: raw.id.clone(),
        member: "resource",
        value: value.to_owned(),
    };
    match (role, &raw.resource) {
        (Role::Agency, None) => Ok(None),
        (Role::Agency, Some(text)) => Err(wrong(text)),
        (Role::Signer, Some(text)) => {
            // A resource is compared as text, so it is an origin without a slash, like the issuer.
            RegisteredUrl::parse(&format!("{text}/"), issuer).map_err(|_| wrong(text))?;
            Ok(Some(Resource(text.clone())))
        }
        (Role::Signer, None) => Ok(redirects
            .first()
            .and_then(|url| Url::parse(url.as_str()).ok())
            .map(|url| Resource(url.origin().ascii_serialization()))),
    }
}

/// Whether the host is this machine.
pub(crate) fn loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::testing::{agency_registration, issuer, signer_registration};

    fn far() -> Issuer {
        Issuer::parse("https://id.example.org").unwrap()
    }

    fn refused(change: impl Fn(&mut Registration)) -> RegistrationError {
        let mut raw = agency_registration();
        change(&mut raw);
        Client::register(&raw, &issuer()).unwrap_err()
    }

    #[test]
    fn a_registration_is_read_as_it_is_written() {
        let client = Client::register(&agency_registration(), &issuer()).unwrap();
        assert_eq!(client.scopes().text(), "openid profile sign");
        assert_eq!(client.sector().as_str(), "parliament");
        assert!(client.redirect_uri("http://127.0.0.1:8403/callback").is_some());
        assert_eq!(client.words().parent(), Some("Parliament of Velmara"));
        assert_eq!(client.home().unwrap().as_str(), "http://127.0.0.1:8403/");
        let signer = Client::register(&signer_registration(), &issuer()).unwrap();
        assert_eq!((signer.words().parent(), signer.words().purpose(), signer.home()), (None, None, None));
        assert_eq!(signer.resource().unwrap().as_str(), "http://localhost:8401");
    }

    #[test]
    fn a01_a03_a06_no_address_that_two_readers_read_in_two_ways() {
        for text in [
            "https://rp@evil.example/cb",
            "https://rp@@evil.example/cb",
            "https://rp.example\\@evil.example/cb",
            "https://rp.example/\tcb",
            " https://rp.example/cb",
            "https://rp.example/cb%00\0",
            "https://*.rp.example/cb",
            "https://rp.example/*",
            "https://b\u{fc}cher.example/cb",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "HTTPS://rp.example/cb",
            "https://RP.example/cb",
            "https://rp.example:443/cb",
            "https://rp.example/a/../cb",
            "https://rp.example/cb/..;/x",
            "https://rp.example/cb/%2e%2e/x",
            "https://rp.example/cb#part",
            "https://rp.example",
            "http://rp.example/cb",
            "ftp://rp.example/cb",
            "//rp.example/cb",
            "",
        ] {
            assert_eq!(
                RegisteredUrl::parse(text, &issuer()),
                Err(RegistrationError::Url(text.into())),
                "{text:?}"
            );
        }
        assert!(matches!(
            RegisteredUrl::parse("https://rp.example/cb?x=1", &far()),
            Ok(RegisteredUrl::Https(_))
        ));
    }

    #[test]
    fn a05_loopback_parses_only_in_a_country_on_loopback() {
        for text in
            ["http://127.0.0.1:8403/callback", "http://localhost:8403/callback", "http://[::1]:8403/callback"]
        {
            assert_eq!(RegisteredUrl::parse(text, &issuer()), Ok(RegisteredUrl::LoopbackDev(text.into())));
            assert_eq!(RegisteredUrl::parse(text, &far()), Err(RegistrationError::Url(text.into())));
        }
    }

    #[test]
    fn a02_a04_a_redirect_uri_matches_byte_for_byte() {
        let client = Client::register(&agency_registration(), &issuer()).unwrap();
        for text in [
            "http://127.0.0.1:8403/callback/",
            "http://127.0.0.1:8403/callback/..;/x",
            "http://127.0.0.1:8403/callback/../x",
            "http://127.0.0.1:8403/Callback",
            "http://127.0.0.1:8403/callback?x=1",
            "http://127.0.0.1:8404/callback",
            "http://127x0.0.1:8403/callback",
            "",
        ] {
            assert_eq!(client.redirect_uri(text), None, "{text}");
        }
        assert_eq!(
            refused(|raw| raw.redirect_uris.clear()),
            RegistrationError::NoRedirect("open-assembly".into())
        );
    }

    #[test]
    fn k17_parameters_are_appended_to_a_query() {
        let url = RegisteredUrl::parse("https://rp.example/cb?dummy1=lorem", &far()).unwrap();
        assert_eq!(
            url.with(&[("code", "a b"), ("iss", "https://id")]),
            "https://rp.example/cb?dummy1=lorem&code=a+b&iss=https%3A%2F%2Fid"
        );
    }

    #[test]
    fn every_other_member_is_checked() {
        let member = |member, value: &str| RegistrationError::Member {
            client: "open-assembly".into(),
            member,
            value: value.into(),
        };
        assert_eq!(refused(|raw| raw.id = "a b".into()), RegistrationError::Id("a b".into()));
        assert_eq!(refused(|raw| raw.profile = "oidc-core".into()), member("profile", "oidc-core"));
        assert_eq!(refused(|raw| raw.role = "admin".into()), member("role", "admin"));
        assert_eq!(refused(|raw| raw.words.name = " ".into()), member("name", " "));
        assert_eq!(refused(|raw| raw.scope = "openid email".into()), member("scope", "openid email"));
        assert_eq!(refused(|raw| raw.scope = String::new()), member("scope", ""));
        assert_eq!(
            refused(|raw| raw.claims = vec!["national_number".into()]),
            member("claims", "national_number")
        );
        assert_eq!(refused(|raw| raw.sector = Some(String::new())), member("sector", ""));
        assert_eq!(
            refused(|raw| raw.resource = Some("http://localhost:1".into())),
            member("resource", "http://localhost:1")
        );
        assert_eq!(refused(|raw| raw.jwk = "{}".into()), RegistrationError::Key("open-assembly".into()));
        let long = "x".repeat(201);
        assert_eq!(refused(|raw| raw.words.purpose = Some(long.clone())), member("purpose", &long));
        assert_eq!(refused(|raw| raw.lang = Some("e n".into())), member("lang", "e n"));
        let half = RawWords { name: "المجلس المفتوح".into(), ..RawWords::default() };
        assert_eq!(
            refused(|raw| raw.translations = [("ar".to_owned(), half.clone())].into()),
            member("translation", "ar")
        );
        let script = "javascript:alert(1)";
        assert_eq!(refused(|raw| raw.home = Some(script.into())), RegistrationError::Url(script.into()));
    }

    #[test]
    fn k13_clients_share_neither_identifier_nor_key() {
        let (agency, signer) = (agency_registration(), signer_registration());
        assert!(Clients::register(&[agency.clone(), signer.clone()], &issuer()).is_ok());
        let mut twin = signer.clone();
        twin.jwk.clone_from(&agency.jwk);
        let shared = Clients::register(&[agency.clone(), twin], &issuer());
        assert_eq!(shared, Err(RegistrationError::SharedKey("open-signer".into())));
        let mut twice = signer;
        twice.id.clone_from(&agency.id);
        assert_eq!(
            Clients::register(&[agency, twice], &issuer()),
            Err(RegistrationError::Twice("open-assembly".into()))
        );
    }
}
