//! A country's data directory: opened, or founded where there is nothing. What exists is never changed.
//!
//! It knows where each part answers and where its files are, and has no rule of the houses. Everything that it refuses is
//! refused in one sentence, before anything has been started or written.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use pki_core::enrolment::Trust;
use pki_core::time::Instant;
use serde::{Deserialize, Serialize};
use service::skeleton::Env;

use crate::founding;

/// What marks a folder as a country, and says where it answers.
pub(crate) const COUNTRY: &str = "country.toml";
/// The shape of the data directory that this program writes and reads.
const FORMAT: u32 = 1;
/// Where a country answers unless it is told otherwise.
const PORTS_DEFAULT: u16 = 8400;

/// A part of the country. The order is that of the ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The identity provider.
    Idp,
    /// The signing service.
    Signer,
    /// The authorities.
    Pki,
    /// The sample agency.
    Agency,
}

impl Part {
    pub const ALL: [Self; 4] = [Self::Idp, Self::Signer, Self::Pki, Self::Agency];

    /// As subcommands, files and passes call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Idp => "idp",
            Self::Signer => "signer",
            Self::Pki => "pki",
            Self::Agency => "agency",
        }
    }

    pub fn config_file(self) -> String {
        format!("{}.toml", self.name())
    }

    const fn offset(self) -> u16 {
        match self {
            Self::Idp => 0,
            Self::Signer => 1,
            Self::Pki => 2,
            Self::Agency => 3,
        }
    }

    /// Cookies ignore ports: the agency is on another host name, so that it gets none of ours.
    const fn host(self) -> &'static str {
        match self {
            Self::Idp | Self::Signer | Self::Pki => "localhost",
            Self::Agency => "127.0.0.1",
        }
    }
}

/// `country.toml`: fixed when the country is made, because certificates, passkeys and registrations carry the addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    /// The shape of the directory.
    format: u32,
    /// The first of four ports.
    ports: u16,
    /// The directory itself: databases are configured by absolute path.
    data: PathBuf,
}

impl Record {
    pub(crate) fn port(&self, part: Part) -> u16 {
        self.ports.saturating_add(part.offset())
    }

    /// The origin of a part.
    pub(crate) fn url(&self, part: Part) -> String {
        format!("http://{}:{}", part.host(), self.port(part))
    }

    /// The socket of a part: this machine only.
    pub(crate) fn listen(&self, part: Part) -> String {
        format!("127.0.0.1:{}", self.port(part))
    }
}

/// A country's data directory, opened.
#[derive(Debug)]
pub struct Country {
    dir: PathBuf,
    record: Record,
}

/// Where all trust starts.
pub struct Root {
    /// In PEM.
    pub file: PathBuf,
    /// SHA-256 of its DER, in hex.
    pub sha256: String,
    /// Its last day.
    pub not_after: Instant,
    /// Its common name.
    pub name: String,
}

impl Country {
    /// Opens the country in `dir`, or founds one where there is nothing. Nothing that exists is ever changed.
    pub fn open(dir: &Path, ports: Option<u16>, env: &Env, tell: &dyn Fn(&str)) -> Result<Self> {
        let dir = std::path::absolute(dir).with_context(|| format!("{} is no path", dir.display()))?;
        match std::fs::read_to_string(dir.join(COUNTRY)) {
            Ok(text) => Self::known(dir, &text, ports),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::new(dir, ports, env, tell),
            // A file where a directory should be says so here as well.
            Err(error) => {
                Err(error).with_context(|| format!("{} cannot be used as a data directory", dir.display()))
            }
        }
    }

    fn known(dir: PathBuf, text: &str, ports: Option<u16>) -> Result<Self> {
        let mark = dir.join(COUNTRY);
        let record: Record =
            toml::from_str(text).with_context(|| format!("{} cannot be read", mark.display()))?;
        if record.format != FORMAT {
            bail!("{} was made by another version of this program (format {})", dir.display(), record.format);
        }
        // Resolved, because the same place may be named in two ways.
        if std::fs::canonicalize(&record.data).ok() != std::fs::canonicalize(&dir).ok() {
            bail!(
                "this country was made in {} and its files say so: move it back there, or found another with --data",
                record.data.display()
            );
        }
        if let Some(other) = ports.filter(|ports| *ports != record.ports) {
            bail!(
                "this country answers on ports {} to {}, and its certificates and passkeys say so: leave out --ports \
                 {other}, or found another country with --data",
                record.ports,
                record.port(Part::Agency)
            );
        }
        free(&record)?;
        Ok(Self { dir, record })
    }

    fn new(dir: PathBuf, ports: Option<u16>, env: &Env, tell: &dyn Fn(&str)) -> Result<Self> {
        if std::fs::read_dir(&dir).is_ok_and(|mut entries| entries.next().is_some()) {
            bail!(
                "{} holds something else: name a directory that is empty or does not exist with --data",
                dir.display()
            );
        }
        let ports = ports.unwrap_or(PORTS_DEFAULT);
        if ports == 0 || ports.checked_add(3).is_none() {
            bail!("--ports {ports} leaves no room for four ports");
        }
        let record = Record { format: FORMAT, ports, data: dir.clone() };
        free(&record)?;
        tell("founding a country");
        founding::found(&dir, &record, env, tell)?;
        Ok(Self { dir, record })
    }

    /// The origin of a part.
    pub fn url(&self, part: Part) -> String {
        self.record.url(part)
    }

    /// The root, read from the bundle and checked with the charter.
    pub fn root(&self, now: Instant) -> Result<Root> {
        let path = self.dir.join(pki::ceremony::file::BUNDLE);
        let bundle = std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let trust =
            Trust::read(&bundle, now).with_context(|| format!("{} is not to be trusted", path.display()))?;
        let root = trust.anchor();
        Ok(Root {
            file: self.dir.join(pki::ceremony::file::ROOT_PEM),
            sha256: root.fingerprint().hex(),
            not_after: root.not_after(),
            name: root.subject_name().common_name().unwrap_or_default().to_owned(),
        })
    }

    /// The configuration of a part.
    pub fn config(&self, part: Part) -> PathBuf {
        self.dir.join(part.config_file())
    }
}

/// All four ports can be listened on now. Asked before anything is founded or started, so that the answer is one
/// sentence and nothing has happened.
fn free(record: &Record) -> Result<()> {
    for part in Part::ALL {
        let listen = record.listen(part);
        match TcpListener::bind(&listen) {
            Ok(_free) => {}
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
                bail!("port {} is in use by another program; nothing was started", record.port(part))
            }
            Err(error) => return Err(error).with_context(|| format!("cannot listen on {listen}")),
        }
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use service::testing::Scratch;
    use std::collections::BTreeMap;

    /// Four ports in a row that nobody uses now; each test looks in its own range.
    fn ports(range: u16) -> u16 {
        let start = 41_000 + range * 1_000;
        (start..start + 900)
            .step_by(4)
            .find(|base| (*base..base + 4).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok()))
            .unwrap()
    }

    fn open(dir: &Path, ports: Option<u16>) -> Result<Country> {
        Country::open(dir, ports, &Env::system(), &|_| {})
    }

    fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![dir.to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.insert(path.clone(), std::fs::read(&path).unwrap());
                }
            }
        }
        found
    }

    /// The operator founds a country: every part reads its configuration, secrets are private, nothing half is left.
    #[test]
    fn a_founded_country_is_whole_and_stays_the_same() {
        use std::os::unix::fs::PermissionsExt as _;
        let scratch = Scratch::new().unwrap();
        let (dir, base) = (scratch.path().join("a country"), ports(0));
        let country = open(&dir, Some(base)).unwrap();
        assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 1, "the temporary folder is gone");
        idp::Config::read(&country.config(Part::Idp)).unwrap();
        signer::config::Config::read(&country.config(Part::Signer)).unwrap();
        pki::Config::read(&country.config(Part::Pki)).unwrap();
        agency::Config::read(&country.config(Part::Agency)).unwrap();
        let founded = files(&dir);
        for path in founded.keys().filter(|path| path.starts_with(dir.join("keys"))) {
            let public = path.extension().is_some_and(|extension| extension == "cer");
            let mode = std::fs::metadata(path).unwrap().permissions().mode() & 0o077;
            assert_eq!(mode == 0, !public, "{}", path.display());
        }
        let root = country.root(pki_core::time::Instant::from_seconds(1_800_000_000));
        assert_eq!(root.unwrap().name, "Velmara Root 1");
        // The second start: by default and with the same ports.
        for again in [None, Some(base)] {
            assert_eq!(open(&dir, again).unwrap().url(Part::Idp), format!("http://localhost:{base}"));
        }
        assert_eq!(files(&dir), founded);
        let other = open(&dir, Some(base + 4)).unwrap_err().to_string();
        assert!(
            other.starts_with(&format!("this country answers on ports {base} to {}", base + 3)),
            "{other}"
        );
        // Moved away, its databases would be made anew at the old place.
        let moved = scratch.path().join("moved");
        std::fs::rename(&dir, &moved).unwrap();
        let refused = open(&moved, None).unwrap_err().to_string();
        assert!(refused.starts_with("this country was made in "), "{refused}");
    }

    /// What belongs to something else is named and left alone.
    #[test]
    fn a_directory_of_something_else_is_refused_and_untouched() {
        let scratch = Scratch::new().unwrap();
        std::fs::write(scratch.path().join("thesis.txt"), "mine").unwrap();
        let before = files(scratch.path());
        let refused = open(scratch.path(), Some(ports(1))).unwrap_err().to_string();
        assert!(refused.contains("holds something else"), "{refused}");
        let file = scratch.path().join("thesis.txt");
        assert!(open(&file, Some(ports(1))).unwrap_err().to_string().contains("cannot be used"));
        assert_eq!(files(scratch.path()), before);
        // An empty directory may become a country.
        let empty = scratch.path().join("empty");
        std::fs::create_dir(&empty).unwrap();
        open(&empty, Some(ports(1))).unwrap();
    }

    /// One of the four ports is taken: one sentence, and nothing has been made.
    #[test]
    fn a_port_in_use_is_one_sentence_and_nothing_happened() {
        let scratch = Scratch::new().unwrap();
        let (dir, base) = (scratch.path().join("data"), ports(2));
        let taken = TcpListener::bind(("127.0.0.1", base + 2)).unwrap();
        let refused = open(&dir, Some(base)).unwrap_err();
        assert_eq!(
            format!("{refused:#}"),
            format!("port {} is in use by another program; nothing was started", base + 2)
        );
        assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 0);
        drop(taken);
        open(&dir, Some(base)).unwrap();
        for none in [0, 65_533] {
            assert!(open(&scratch.path().join("x"), Some(none)).is_err());
        }
    }
}
