//! Configuration: one TOML file per service, read once at start into types that refuse unknown keys.
//!
//! Paths in it are relative to the file itself. Secrets are never in it: it names files, and those must be readable
//! by their owner only.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use pki_core::key::{Secret, SoftKey};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

/// A configuration file larger than this is a mistake.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Why a configuration, or a file that it names, cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path} cannot be read: {why}")]
    Unreadable {
        /// Which file.
        path: String,
        /// What the operating system said.
        why: String,
    },
    /// Not TOML, an unknown key, a missing key or a value of another type.
    #[error("{path}: {why}")]
    Malformed {
        /// Which file.
        path: String,
        /// What is wrong, with its place.
        why: String,
    },
    /// A value that has the right type and cannot be used.
    #[error("{key}: {why}")]
    Value {
        /// The key, as `section.key`.
        key: String,
        /// What is wrong.
        why: String,
    },
    /// A secret file that others can read.
    #[error("{0} is readable by others: its mode must be 0600")]
    Exposed(String),
}

impl ConfigError {
    /// A value that has the right type and cannot be used.
    #[must_use]
    pub fn value(key: &str, why: impl std::fmt::Display) -> Self {
        Self::Value { key: key.to_owned(), why: why.to_string() }
    }
}

/// Where a configuration was read: the folder that its relative paths start from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder(PathBuf);

impl Folder {
    /// A folder, for configurations that were not read from a file.
    #[must_use]
    pub const fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// A path of the configuration, from here.
    #[must_use]
    pub fn path(&self, path: &Path) -> PathBuf {
        self.0.join(path)
    }

    /// The bytes of a public file that the configuration names.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self, path: &Path) -> Result<Vec<u8>, ConfigError> {
        let path = self.path(path);
        std::fs::read(&path).map_err(|error| unreadable(&path, &error))
    }

    /// The bytes of a secret file. Nobody but its owner may be able to read it.
    ///
    /// # Errors
    /// When it cannot be read, or others can.
    pub fn secret(&self, path: &Path) -> Result<Secret<Vec<u8>>, ConfigError> {
        let path = self.path(path);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let metadata = std::fs::metadata(&path).map_err(|error| unreadable(&path, &error))?;
            if metadata.permissions().mode() & 0o077 != 0 {
                return Err(ConfigError::Exposed(path.display().to_string()));
            }
        }
        std::fs::read(&path).map(Secret::new).map_err(|error| unreadable(&path, &error))
    }

    /// A secret file of exactly 32 bytes.
    ///
    /// # Errors
    /// As [`secret`](Self::secret), or another length.
    pub fn secret_32(&self, path: &Path) -> Result<Secret<[u8; 32]>, ConfigError> {
        let bytes = self.secret(path)?;
        <[u8; 32]>::try_from(bytes.expose().as_slice())
            .map(Secret::new)
            .map_err(|_| malformed(&self.path(path), "it must hold exactly 32 bytes"))
    }

    /// A private key, PKCS #8 in a secret file.
    ///
    /// # Errors
    /// As [`secret`](Self::secret), or not such a key.
    pub fn key(&self, path: &Path) -> Result<SoftKey, ConfigError> {
        let bytes = self.secret(path)?;
        SoftKey::read(bytes.expose()).map_err(|error| malformed(&self.path(path), error))
    }
}

/// Reads a configuration file. The type should say `#[serde(deny_unknown_fields)]`, as the shared sections here do.
///
/// # Errors
/// When the file cannot be read, or is not that configuration.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<(T, Folder), ConfigError> {
    let size = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?.len();
    if size > FILE_BYTES_MAX {
        return Err(malformed(path, "it is too large to be a configuration"));
    }
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    let value = toml::from_str(&text).map_err(|error| malformed(path, error.to_string().trim_end()))?;
    let absolute = std::path::absolute(path).map_err(|error| unreadable(path, &error))?;
    Ok((value, Folder(absolute.parent().map(Path::to_path_buf).unwrap_or_default())))
}

fn unreadable(path: &Path, error: &std::io::Error) -> ConfigError {
    ConfigError::Unreadable { path: path.display().to_string(), why: error.to_string() }
}

fn malformed(path: &Path, why: impl std::fmt::Display) -> ConfigError {
    ConfigError::Malformed { path: path.display().to_string(), why: why.to_string() }
}

/// `[service]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The origin under which the world knows this service; never taken from a request.
    pub base_url: BaseUrl,
    /// The address to listen on, `host:port`.
    pub listen: String,
    /// Where files of the service live.
    pub data: PathBuf,
    /// The country's name in other languages than that of its certificates, by language tag.
    #[serde(default)]
    pub country: BTreeMap<String, String>,
}

impl Service {
    /// The country's name in a language, where the configuration has it.
    #[must_use]
    pub fn country_in(&self, lang: &str) -> Option<&str> {
        self.country.get(lang).map(String::as_str)
    }
}

/// `[database]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite:///absolute/path` or `postgres://…`.
    pub url: String,
}

/// `[trust]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trust {
    /// The file that the ceremony made.
    pub bundle: PathBuf,
}

/// `[[peer]]`: another service of the country, and the key of its passes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// Its name: issuer and audience of passes.
    pub name: String,
    /// What it may ask for.
    pub role: String,
    /// Its origin.
    pub url: BaseUrl,
    /// Its public key as a JWK.
    pub jwk: String,
}

/// All `[[peer]]` sections of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Peers(Vec<Peer>);

impl Peers {
    /// The one peer of this role.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub fn one(&self, role: &str) -> Result<&Peer, ConfigError> {
        let mut of_role = self.0.iter().filter(|peer| peer.role == role);
        match (of_role.next(), of_role.next()) {
            (Some(peer), None) => Ok(peer),
            _ => Err(ConfigError::value("peer", format!("there must be one with the role \"{role}\""))),
        }
    }

    /// All of them, whatever they may ask for.
    #[must_use]
    pub fn all(&self) -> &[Peer] {
        &self.0
    }

    /// Where they are: the origins that this service may ask.
    #[must_use]
    pub fn origins(&self) -> Vec<BaseUrl> {
        self.0.iter().map(|peer| peer.url.clone()).collect()
    }
}

/// An origin as configuration spells it: scheme, host, port, nothing behind. https, or http on loopback.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct BaseUrl(String);

impl BaseUrl {
    /// As configured, without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is https. The other case is http on loopback.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// The address of a path (which begins with `/`) here.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl std::fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for BaseUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let url = Url::parse(&text).map_err(|error| error.to_string())?;
        if url.origin().ascii_serialization() != text {
            return Err(format!(
                "\"{text}\" is not an origin: scheme, host and port, without a slash behind"
            ));
        }
        match url.scheme() {
            "https" => Ok(Self(text)),
            "http" if is_loopback(&url) => Ok(Self(text)),
            _ => Err(format!("\"{text}\" is neither https nor http on this machine")),
        }
    }
}

/// Whether an address names this machine: `localhost`, 127/8 or ::1.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::testing::Scratch;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Whole {
        service: Service,
        #[serde(default)]
        peer: Peers,
    }

    const GOOD: &str =
        "[service]\nbase_url = \"http://localhost:8400\"\nlisten = \"127.0.0.1:8400\"\ndata = \".\"\n";

    fn parse(text: &str) -> Result<(Whole, Folder), ConfigError> {
        let scratch = Scratch::new().unwrap();
        let path = scratch.path().join("it.toml");
        std::fs::write(&path, text).unwrap();
        read(&path)
    }

    #[test]
    fn an_unknown_key_is_an_error_with_its_place() {
        assert_eq!(parse(GOOD).unwrap().0.service.base_url.at("/x"), "http://localhost:8400/x");
        let error = parse(&GOOD.replace("listen", "lisen")).unwrap_err();
        assert!(matches!(&error, ConfigError::Malformed { why, .. } if why.contains("lisen")), "{error}");
    }

    #[test]
    fn exactly_one_peer_has_a_role() {
        let pki = "[[peer]]\nname = \"pki\"\nrole = \"pki\"\nurl = \"http://localhost:8402\"\njwk = \"{}\"\n";
        let peers = |text: &str| parse(&format!("{GOOD}{text}")).unwrap().0.peer;
        assert_eq!(peers(pki).one("pki").unwrap().name, "pki");
        assert_eq!(peers(pki).origins(), peers(pki).all().iter().map(|p| p.url.clone()).collect::<Vec<_>>());
        let error = ConfigError::value("peer", "there must be one with the role \"pki\"");
        for (case, text) in [("none", String::new()), ("two", pki.repeat(2))] {
            assert_eq!(peers(&text).one("pki"), Err(error.clone()), "{case}");
        }
    }

    #[test]
    fn a_base_url_is_an_origin_and_nothing_more() {
        for good in
            ["https://id.example.gov", "http://127.0.0.1:8403", "http://[::1]:1", "http://localhost:1"]
        {
            assert_eq!(BaseUrl::try_from(good.to_owned()).unwrap().as_str(), good);
        }
        for bad in [
            "https://id.example.gov/",
            "https://id.example.gov:443",
            "http://id.example.gov",
            "http://localhost.example:1",
            "https://a@id.example.gov",
            "ftp://localhost",
            "localhost:8400",
        ] {
            assert!(BaseUrl::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let scratch = Scratch::new().unwrap();
        let folder = Folder::new(scratch.path().to_path_buf());
        let path = Path::new("cookie.key");
        std::fs::write(folder.path(path), [7; 32]).unwrap();
        std::fs::set_permissions(folder.path(path), std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(folder.secret_32(path), Err(ConfigError::Exposed(_))));
        std::fs::set_permissions(folder.path(path), std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(folder.secret_32(path).unwrap().expose(), &[7; 32]);
        std::fs::write(folder.path(path), [7; 31]).unwrap();
        assert!(matches!(folder.secret_32(path), Err(ConfigError::Malformed { .. })));
    }
}
