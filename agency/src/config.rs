//! The configuration: a TOML file, checked at the door. Unknown keys are errors, so a typing mistake is not a silent default.
//! Data: text in, addresses, keys and paths out.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use url::{Host, Url};

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {0}")]
    File(PathBuf, #[source] std::io::Error),
    /// The file is not what it should be.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// An address is neither https nor on this machine.
    #[error("{0} must begin with https://, or with http:// on this machine's loopback")]
    Address(Url),
    /// The verifier's command is empty.
    #[error("[verifier] command names no program")]
    NoVerifier,
}

/// `agency.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the agency is.
    pub service: Service,
    /// Where it keeps its data.
    pub database: Database,
    /// Its identity provider.
    pub idp: Idp,
    /// Its signature service.
    pub signer: SignatureService,
    /// Its verifier of signed files.
    pub verifier: VerifierCommand,
}

/// `[service]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The public address, without path.
    pub base_url: Url,
    /// The socket to listen on.
    pub listen: SocketAddr,
    /// Relative key files are under this directory.
    pub data: Option<PathBuf>,
}

/// `[database]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite://` and the path of a file, which is made if it is missing.
    pub url: String,
}

/// `[idp]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Idp {
    /// The issuer, exactly as the provider writes it.
    pub issuer: String,
    /// The agency's name in the provider's and the signature service's registers.
    pub client_id: String,
    /// PKCS#8 file: client assertions and signing requests (ES256).
    pub client_key: PathBuf,
    /// PKCS#8 file: DPoP proofs (ES256). Another key, because it has another job.
    pub dpop_key: PathBuf,
}

/// `[signer]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignatureService {
    /// Its address; also the resource that tokens are asked for.
    pub base_url: Url,
}

/// `[verifier]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifierCommand {
    /// Program and first arguments; the file's path is added at the end.
    pub command: Vec<String>,
}

impl Config {
    /// Reads and checks a file.
    pub fn read(path: &Path) -> Result<Config, ConfigError> {
        let text =
            std::fs::read_to_string(path).map_err(|error| ConfigError::File(path.to_owned(), error))?;
        Config::from_toml(&text)
    }

    /// Reads and checks a text.
    pub fn from_toml(text: &str) -> Result<Config, ConfigError> {
        let config: Config = toml::from_str(text)?;
        let issuer =
            Url::parse(&config.idp.issuer).map_err(serde::de::Error::custom).map_err(ConfigError::Toml)?;
        for address in [&config.service.base_url, &config.signer.base_url, &issuer] {
            if !is_private(address) {
                return Err(ConfigError::Address(address.clone()));
            }
        }
        if config.verifier.command.is_empty() {
            return Err(ConfigError::NoVerifier);
        }
        Ok(config)
    }

    /// A file named in the configuration.
    pub(crate) fn file(&self, path: &Path) -> PathBuf {
        match &self.service.data {
            Some(data) => data.join(path),
            None => path.to_owned(),
        }
    }

    /// Whether cookies can be Secure. Browsers drop Secure cookies from http addresses that are numbers.
    pub(crate) fn https(&self) -> bool {
        self.service.base_url.scheme() == "https"
    }
}

/// Nobody on the way can read what goes to this address.
fn is_private(address: &Url) -> bool {
    match (address.scheme(), address.host()) {
        ("https", Some(_)) => true,
        ("http", Some(Host::Domain(name))) => name == "localhost",
        ("http", Some(Host::Ipv4(number))) => number.is_loopback(),
        ("http", Some(Host::Ipv6(number))) => number.is_loopback(),
        _ => false,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        [service]
        base_url = "http://127.0.0.1:8403"
        listen = "127.0.0.1:8403"
        data = "/var/lib/country"
        [database]
        url = "sqlite:///var/lib/country/agency.db"
        [idp]
        issuer = "http://localhost:8400"
        client_id = "open-assembly"
        client_key = "keys/agency-client.der"
        dpop_key = "/etc/agency-dpop.der"
        [signer]
        base_url = "http://localhost:8401"
        [verifier]
        command = ["chancery", "verify", "--json", "--trust", "/var/lib/country/bundle.der"]
    "#;

    #[test]
    fn a_good_file_is_read_and_relative_keys_are_under_the_data_directory() {
        let config = Config::from_toml(GOOD).unwrap();
        assert_eq!(config.file(&config.idp.client_key), Path::new("/var/lib/country/keys/agency-client.der"));
        assert_eq!(config.file(&config.idp.dpop_key), Path::new("/etc/agency-dpop.der"));
        assert!(!config.https());
    }

    #[test]
    fn a_file_with_one_word_wrong_is_refused() {
        assert!(matches!(Config::from_toml(&GOOD.replace("dpop_key", "dpop")), Err(ConfigError::Toml(_))));
        for (from, to) in [
            ("http://127.0.0.1:8403", "http://192.0.2.1:8403"),
            ("http://localhost:8400", "http://localhost.example:8400"),
            ("http://localhost:8401", "ftp://localhost:8401"),
        ] {
            assert!(
                matches!(Config::from_toml(&GOOD.replace(from, to)), Err(ConfigError::Address(_))),
                "{to}"
            );
        }
        let empty = GOOD
            .replace(r#"["chancery", "verify", "--json", "--trust", "/var/lib/country/bundle.der"]"#, "[]");
        assert!(matches!(Config::from_toml(&empty), Err(ConfigError::NoVerifier)));
    }
}
