//! Configuration of the signing house: `signer.toml`, read once into types that refuse what cannot be.

use std::path::{Path, PathBuf};

use pki_core::jose::jwk::PublicJwk;
use pki_core::key::PublicKey;
use serde::Deserialize;
use service::config::{ConfigError, Database, Folder, Peers, Service, Trust, is_loopback, read};
use url::Url;

/// `signer.toml`.
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
    pub(crate) render: Render,
    #[serde(default)]
    pub(crate) peer: Peers,
    #[serde(default)]
    pub(crate) agency: Vec<Agency>,
}

/// `[keys]`: files.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    /// 32 secret bytes: cookies, tokens of forms, nonces.
    pub(crate) cookie: PathBuf,
    /// This house's passes.
    pub(crate) house: PathBuf,
    /// This house as a client of the identity provider.
    pub(crate) client: PathBuf,
    /// What its tokens there are bound to.
    pub(crate) dpop: PathBuf,
}

/// `[render]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Render {
    /// The program that draws: this same one, unless a test says otherwise.
    pub(crate) program: PathBuf,
}

impl Default for Render {
    fn default() -> Self {
        Self { program: PathBuf::from("/proc/self/exe") }
    }
}

/// `[[agency]]`: who may ask for signatures, as this house itself knows them. What people read about who asks comes from
/// here and from nowhere else.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "AgencyText")]
pub(crate) struct Agency {
    /// The client id at the identity provider, and the issuer of its requests.
    pub(crate) id: String,
    /// As people read it.
    pub(crate) name: String,
    /// Verifies its requests.
    pub(crate) key: PublicKey,
    /// Where people may be sent back, to the letter.
    pub(crate) return_uris: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgencyText {
    id: String,
    name: String,
    jwk: String,
    return_uris: Vec<String>,
}

impl TryFrom<AgencyText> for Agency {
    type Error = String;

    fn try_from(text: AgencyText) -> Result<Self, String> {
        let key = PublicJwk::parse(&text.jwk).map_err(|error| format!("agency {}: {error}", text.id))?;
        for uri in &text.return_uris {
            let url = Url::parse(uri).map_err(|error| format!("agency {}: {uri}: {error}", text.id))?;
            let safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
            if !safe || url.query().is_some() || url.fragment().is_some() {
                return Err(format!("agency {}: {uri} is not a return address", text.id));
            }
        }
        Ok(Self {
            id: text.id,
            name: text.name,
            key: key.public_key().clone(),
            return_uris: text.return_uris,
        })
    }
}

impl Config {
    /// Reads and checks a configuration file.
    ///
    /// # Errors
    /// When it cannot be read, has unknown or missing keys, or a value is out of range.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let (file, folder): (File, Folder) = read(path)?;
        for role in ["idp", "pki"] {
            file.peer.one(role)?;
        }
        let mut ids: Vec<&str> = file.agency.iter().map(|agency| agency.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.len() != file.agency.len() {
            return Err(ConfigError::value("agency", "an id stands twice"));
        }
        Ok(Self { file, folder })
    }
}
