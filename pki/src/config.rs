//! Configuration of the registry: `pki.toml`, read once into types that refuse what cannot be.

use std::path::{Path, PathBuf};

use pki_core::issue::{ONE_SIGNATURE_LIFE_SECONDS_MAX, ONE_SIGNATURE_LIFE_SECONDS_MIN};
use serde::Deserialize;
use service::config::{ConfigError, Database, Folder, Peers, Service, Trust, read};

/// `pki.toml`.
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
    pub(crate) issuance: Issuance,
    pub(crate) sandbox: Option<SandboxKeys>,
    #[serde(default)]
    pub(crate) peer: Peers,
}

/// `[keys]`: files. An authority's certificate lies beside its key, with the extension `cer`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    /// Signs statements and feeds.
    pub(crate) registry: PathBuf,
    /// This house's passes.
    pub(crate) house: PathBuf,
    /// 32 secret bytes: cookies, tokens of forms, codes of slips.
    pub(crate) cookie: PathBuf,
    /// The one-signature authority.
    pub(crate) issuing: PathBuf,
    /// The authority of time-stamping units.
    pub(crate) tsa_ca: PathBuf,
    /// The time-stamping unit.
    pub(crate) tsu: PathBuf,
}

/// `[issuance]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Issuance {
    /// Life of a one-signature certificate.
    pub(crate) life_seconds: i64,
    /// The root's authority list, as the ceremony wrote it.
    pub(crate) root_list: PathBuf,
}

impl Default for Issuance {
    fn default() -> Self {
        Self {
            life_seconds: ONE_SIGNATURE_LIFE_SECONDS_MAX,
            root_list: Path::new(crate::ceremony::file::ROOT_LIST).to_path_buf(),
        }
    }
}

/// `[sandbox]`: keys of the registrar and the officer who are programs. Only a sandbox has it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SandboxKeys {
    /// The registrar of the charter.
    pub(crate) registrar: PathBuf,
    /// The officer who approves sandbox people.
    pub(crate) officer: PathBuf,
}

impl Config {
    /// Reads and checks a configuration file.
    ///
    /// # Errors
    /// When it cannot be read, has unknown or missing keys, or a value is out of range.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let (file, folder): (File, Folder) = read(path)?;
        let life = file.issuance.life_seconds;
        if !(ONE_SIGNATURE_LIFE_SECONDS_MIN..=ONE_SIGNATURE_LIFE_SECONDS_MAX).contains(&life) {
            return Err(ConfigError::value("issuance.life_seconds", "it must be 30 to 900"));
        }
        for role in ["idp", "signer"] {
            file.peer.one(role)?;
        }
        Ok(Self { file, folder })
    }
}
