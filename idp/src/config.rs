//! Configuration of the identity provider: `idp.toml`, read once into types that refuse what cannot be.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use idp_core::client::Registration;
use idp_core::words::RawWords;
use serde::Deserialize;
use service::config::{ConfigError, Database, Folder, Peers, Service, Trust, read};

/// `idp.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    pub(crate) file: File,
    pub(crate) folder: Folder,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) service: Service,
    pub(crate) database: Database,
    pub(crate) trust: Trust,
    pub(crate) keys: Keys,
    #[serde(default)]
    pub(crate) login: Login,
    pub(crate) peer: Peers,
    #[serde(default)]
    pub(crate) client: Vec<ClientSection>,
}

/// `[keys]`: files.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    /// Signs ID tokens (P-256).
    pub(crate) token: PathBuf,
    /// 32 secret bytes: cookies, tokens of forms, DPoP nonces, row MACs.
    pub(crate) cookie: PathBuf,
    /// 32 secret bytes: pairwise subjects. Losing it makes every person a stranger to every agency.
    pub(crate) pairwise: PathBuf,
    /// This house's passes.
    pub(crate) house: PathBuf,
}

/// `[login]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Login {
    /// How long login goes on without a word from the registry (`formats.md` §2).
    pub(crate) stale_seconds_max: i64,
}

impl Default for Login {
    fn default() -> Self {
        Self { stale_seconds_max: 15 * 60 }
    }
}

/// `[[client]]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientSection {
    id: String,
    name: String,
    /// The language of `name`, `parent`, `purpose` and `law`.
    lang: Option<String>,
    /// `[client.in.TAG]`: the same in other languages.
    #[serde(default, rename = "in")]
    translations: BTreeMap<String, WordsSection>,
    redirect_uris: Vec<String>,
    #[serde(default)]
    post_logout_redirect_uris: Vec<String>,
    jwk: String,
    scope: String,
    sector: Option<String>,
    profile: String,
    role: String,
    law: Option<String>,
    #[serde(default)]
    claims: Vec<String>,
    resource: Option<String>,
    parent: Option<String>,
    purpose: Option<String>,
    home: Option<String>,
}

/// `[client.in.TAG]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WordsSection {
    name: String,
    parent: Option<String>,
    purpose: Option<String>,
    law: Option<String>,
}

impl WordsSection {
    fn words(&self) -> RawWords {
        RawWords {
            name: self.name.clone(),
            parent: self.parent.clone(),
            purpose: self.purpose.clone(),
            law: self.law.clone(),
        }
    }
}

impl ClientSection {
    pub(crate) fn registration(&self) -> Registration {
        Registration {
            id: self.id.clone(),
            words: RawWords {
                name: self.name.clone(),
                parent: self.parent.clone(),
                purpose: self.purpose.clone(),
                law: self.law.clone(),
            },
            lang: self.lang.clone(),
            translations: self.translations.iter().map(|(tag, words)| (tag.clone(), words.words())).collect(),
            redirect_uris: self.redirect_uris.clone(),
            post_logout_redirect_uris: self.post_logout_redirect_uris.clone(),
            jwk: self.jwk.clone(),
            scope: self.scope.clone(),
            sector: self.sector.clone(),
            profile: self.profile.clone(),
            role: self.role.clone(),
            claims: self.claims.clone(),
            resource: self.resource.clone(),
            home: self.home.clone(),
        }
    }
}

impl Config {
    /// Reads and checks a configuration file.
    ///
    /// # Errors
    /// When it cannot be read, has unknown or missing keys, or a value is out of range.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let (file, folder) = read(path)?;
        Self::new(file, folder)
    }

    pub(crate) fn new(file: File, folder: Folder) -> Result<Self, ConfigError> {
        if !(60..=24 * 60 * 60).contains(&file.login.stale_seconds_max) {
            return Err(ConfigError::value("login.stale_seconds_max", "it must be 60 to 86400"));
        }
        file.peer.one("pki")?;
        Ok(Self { file, folder })
    }
}
