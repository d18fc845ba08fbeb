//! The founding of a sandbox country: keys, the ceremony, and one configuration per part, in a folder that exists only
//! when it is whole.
//!
//! Everything is written under a temporary name beside the target and renamed at the end. It knows no rule of the
//! houses: the ceremony is `pki`'s, and each part reads and checks its own configuration.

use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use pki::ceremony::{self, FoundParams};
use pki_core::jose::jwk::PublicJwk;
use pki_core::key::{SigningKey as _, SoftKey, random_array};
use service::db::sqlite_url;
use service::skeleton::Env;
use toml::Value;

use crate::country::{COUNTRY, Part, Record};

/// The sandbox country.
const ORGANIZATION: &str = "Republic of Velmara SANDBOX";
const SHORT_NAME: &str = "Velmara";
/// ISO 3166-1 user-assigned: no real country.
const COUNTRY_CODE: &str = "XX";
/// In `up` all houses are `localhost`; the origins differ by their ports.
const RP_ID: &str = "localhost";
/// The sample agency's name in the registers.
const AGENCY_ID: &str = "open-assembly";
const AGENCY_NAME: &str = "Open Assembly";
/// What people are shown as the reason why the agency may ask.
const AGENCY_LAW: &str = "Citizens' Initiatives Act of Velmara (sandbox), section 4";
const AGENCY_PARENT: &str = "Citizens’ initiatives, Parliament of Velmara";
const AGENCY_PURPOSE: &str = "So that each person supports a proposal once.";
/// The same for our own signing service.
const SIGNER_NAME: &str = "Signing service";
const SIGNER_PURPOSE: &str = "So that you, and nobody else, see the documents that wait for you.";
/// All of this once more, for those who read Arabic.
const ARABIC_COUNTRY: &str = "جمهورية فيلمارا";
const ARABIC_AGENCY: [(&str, &str); 4] = [
    ("name", "المجلس المفتوح"),
    ("parent", "مبادرات المواطنين، برلمان فيلمارا"),
    ("purpose", "حتى يدعم كل شخص الاقتراح مرة واحدة فقط."),
    ("law", "قانون مبادرات المواطنين في فيلمارا (بيئة تجريبية)، المادة 4"),
];
const ARABIC_SIGNER: [(&str, &str); 2] =
    [("name", "خدمة التوقيع"), ("purpose", "حتى ترون أنتم وحدكم المستندات التي تنتظركم.")];

/// Founds a country in `dir`, which does not exist or is empty. `tell` hears what is being done.
pub(crate) fn found(dir: &Path, record: &Record, env: &Env, tell: &dyn Fn(&str)) -> Result<()> {
    let name = dir.file_name().context("the data directory needs a name")?.to_string_lossy();
    let building = dir.with_file_name(format!("{name}.{}.founding", std::process::id()));
    let built = build(&building, dir, record, env, tell).and_then(|()| {
        std::fs::rename(&building, dir).with_context(|| format!("{} cannot be put in place", dir.display()))
    });
    if built.is_err() && std::fs::remove_dir_all(&building).is_err() {
        tracing::warn!("the unfinished folder {} is left behind", building.display());
    }
    built
}

fn build(building: &Path, dir: &Path, record: &Record, env: &Env, tell: &dyn Fn(&str)) -> Result<()> {
    let keys = building.join("keys");
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&keys)
        .with_context(|| format!("{} cannot be made", keys.display()))?;
    tell("the root, the authorities below it, the charter");
    let at = |part: Part| record.url(part);
    ceremony::found(&FoundParams {
        dir: building,
        country_code: COUNTRY_CODE,
        organization: ORGANIZATION,
        short_name: SHORT_NAME,
        rp_id: RP_ID,
        idp_origin: &at(Part::Idp),
        signer_origin: &at(Part::Signer),
        registry_origin: &at(Part::Pki),
        now: env.clock.now(),
        random: env.random.as_ref(),
    })?;
    tell("the keys and the configuration of each part");
    let public = ServiceKeys::make(&keys, env)?;
    let paper = Paper { dir, record, public: &public };
    for (part, text) in [
        (Part::Idp, paper.idp()),
        (Part::Signer, paper.signer()),
        (Part::Pki, paper.pki()),
        (Part::Agency, paper.agency()?),
    ] {
        write(&building.join(part.config_file()), text.as_bytes(), 0o600)?;
    }
    write(&building.join(COUNTRY), toml::to_string(record)?.as_bytes(), 0o644)
}

/// The public halves of the keys that parts know each other by, as JSON Web Keys.
struct ServiceKeys {
    idp_house: String,
    signer_house: String,
    pki_house: String,
    signer_client: String,
    agency_client: String,
}

impl ServiceKeys {
    fn make(keys: &Path, env: &Env) -> Result<Self> {
        let pair = |name: &str| -> Result<String> {
            let key = SoftKey::generate_p256(env.random.as_ref())?;
            write(&keys.join(format!("{name}.der")), key.pkcs8(), 0o600)?;
            Ok(PublicJwk::of(key.public_key())?.to_json().to_string())
        };
        for secret in ["idp-cookie", "idp-pairwise", "signer-cookie", "pki-cookie"] {
            let bytes: [u8; 32] = random_array(env.random.as_ref())?;
            write(&keys.join(format!("{secret}.key")), &bytes, 0o600)?;
        }
        for own in ["idp-token", "signer-dpop", "agency-dpop"] {
            pair(own)?;
        }
        Ok(Self {
            idp_house: pair("idp-house")?,
            signer_house: pair("signer-house")?,
            pki_house: pair("pki-house")?,
            signer_client: pair("signer-client")?,
            agency_client: pair("agency-client")?,
        })
    }
}

/// Writes the configurations: a person reads and edits them later, so they are text with comments.
struct Paper<'a> {
    dir: &'a Path,
    record: &'a Record,
    public: &'a ServiceKeys,
}

impl Paper<'_> {
    fn idp(&self) -> String {
        let (signer, agency) = (self.record.url(Part::Signer), self.record.url(Part::Agency));
        [
            self.head(Part::Idp, "The identity provider: who are you, how sure are we, what did you consent to."),
            self.trust(),
            section(
                "[keys]",
                &[
                    ("token", quoted("keys/idp-token.der")),
                    ("cookie", quoted("keys/idp-cookie.key")),
                    ("pairwise", quoted("keys/idp-pairwise.key")),
                    ("house", quoted("keys/idp-house.der")),
                ],
            ),
            self.peer(Part::Pki),
            section(
                "# Our own signing service: it knows people by its own handle and may introspect.\n[[client]]",
                &[
                    ("id", quoted("signer")),
                    ("name", quoted(SIGNER_NAME)),
                    ("lang", quoted("en")),
                    ("role", quoted("signer")),
                    ("profile", quoted("fapi2")),
                    ("redirect_uris", list(&[&format!("{signer}/callback")])),
                    ("post_logout_redirect_uris", list(&[&format!("{signer}/")])),
                    ("scope", quoted("openid")),
                    ("resource", quoted(&signer)),
                    ("purpose", quoted(SIGNER_PURPOSE)),
                    ("home", quoted(&format!("{signer}/"))),
                    ("jwk", quoted(&self.public.signer_client)),
                ],
            ),
            section("[client.in.ar]", &ARABIC_SIGNER.map(|(key, text)| (key, quoted(text)))),
            section(
                "# A sample agency. People are shown `parent`, `purpose` and `law`, and begin again at `home`; `claims` is all \
                 that it may ever get. `in` holds the same words in other languages.\n[[client]]",
                &[
                    ("id", quoted(AGENCY_ID)),
                    ("name", quoted(AGENCY_NAME)),
                    ("lang", quoted("en")),
                    ("role", quoted("agency")),
                    ("profile", quoted("fapi2")),
                    ("redirect_uris", list(&[&format!("{agency}/callback")])),
                    ("post_logout_redirect_uris", list(&[&format!("{agency}/signed-out")])),
                    ("scope", quoted("openid profile sign")),
                    ("parent", quoted(AGENCY_PARENT)),
                    ("purpose", quoted(AGENCY_PURPOSE)),
                    ("law", quoted(AGENCY_LAW)),
                    ("home", quoted(&format!("{agency}/"))),
                    ("claims", list(&["name", "given_name", "family_name"])),
                    ("jwk", quoted(&self.public.agency_client)),
                ],
            ),
            section("[client.in.ar]", &ARABIC_AGENCY.map(|(key, text)| (key, quoted(text)))),
        ]
        .concat()
    }

    fn signer(&self) -> String {
        [
            self.head(Part::Signer, "The signing service: what was approved is what gets signed."),
            self.trust(),
            section(
                "[keys]",
                &[
                    ("cookie", quoted("keys/signer-cookie.key")),
                    ("house", quoted("keys/signer-house.der")),
                    ("client", quoted("keys/signer-client.der")),
                    ("dpop", quoted("keys/signer-dpop.der")),
                ],
            ),
            self.peer(Part::Idp),
            self.peer(Part::Pki),
            section(
                "# Who may ask for signatures. `id` is the agency's client identifier at the identity provider.\n[[agency]]",
                &[
                    ("id", quoted(AGENCY_ID)),
                    ("name", quoted(AGENCY_NAME)),
                    ("jwk", quoted(&self.public.agency_client)),
                    ("return_uris", list(&[&format!("{}/signed", self.record.url(Part::Agency))])),
                ],
            ),
        ]
        .concat()
    }

    fn pki(&self) -> String {
        [
            self.head(Part::Pki, "The registration, certification and time-stamping authority. The root's key is not here."),
            self.trust(),
            section(
                "[keys]",
                &[
                    ("registry", quoted(ceremony::file::REGISTRY_KEY)),
                    ("house", quoted("keys/pki-house.der")),
                    ("cookie", quoted("keys/pki-cookie.key")),
                    ("issuing", quoted(ceremony::file::ONE_SIGNATURE_KEY)),
                    ("tsa_ca", quoted(ceremony::file::TIME_STAMP_KEY)),
                    ("tsu", quoted(ceremony::file::UNIT_KEY)),
                ],
            ),
            section(
                "# How long a one-signature certificate lives: 30 to 900 seconds.\n[issuance]",
                &[("life_seconds", "900".to_owned()), ("root_list", quoted(ceremony::file::ROOT_LIST))],
            ),
            section(
                "# The registrar and the officer who are programs. Everything that they approve says so.\n[sandbox]",
                &[
                    ("registrar", quoted(ceremony::file::SANDBOX_REGISTRAR_KEY)),
                    ("officer", quoted(ceremony::file::SANDBOX_OFFICER_KEY)),
                ],
            ),
            self.peer(Part::Idp),
            self.peer(Part::Signer),
        ]
        .concat()
    }

    fn agency(&self) -> Result<String> {
        let verifier = std::env::current_exe().context("this program cannot find itself")?;
        let bundle = self.dir.join(ceremony::file::BUNDLE);
        let command =
            [&verifier.to_string_lossy(), "verify", "--json", "--trust", &*bundle.to_string_lossy()];
        Ok([
            self.head(Part::Agency, "A sample agency. It knows nothing of the country but these addresses."),
            section(
                "[idp]",
                &[
                    ("issuer", quoted(&self.record.url(Part::Idp))),
                    ("client_id", quoted(AGENCY_ID)),
                    ("client_key", quoted("keys/agency-client.der")),
                    ("dpop_key", quoted("keys/agency-dpop.der")),
                ],
            ),
            section("[signer]", &[("base_url", quoted(&self.record.url(Part::Signer)))]),
            section(
                "# Any program that answers like `chancery verify --json`; the file's path is added.\n[verifier]",
                &[("command", list(&command))],
            ),
        ]
        .concat())
    }

    fn head(&self, part: Part, what: &str) -> String {
        let database = sqlite_url(&self.dir.join(format!("{}.db", part.name())));
        let mut lines = vec![
            ("base_url", quoted(&self.record.url(part))),
            ("listen", quoted(&self.record.listen(part))),
            ("data", quoted(&self.dir.to_string_lossy())),
        ];
        if part != Part::Agency {
            lines.push(("country", format!("{{ ar = {} }}", quoted(ARABIC_COUNTRY))));
        }
        let service = section(&format!("# {what}\n# Paths are relative to this file.\n\n[service]"), &lines);
        service + section("[database]", &[("url", quoted(&database))]).as_str()
    }

    fn trust(&self) -> String {
        section("# Root and charter.\n[trust]", &[("bundle", quoted(ceremony::file::BUNDLE))])
    }

    /// Another part, as configurations name it: with the key of its passes.
    fn peer(&self, part: Part) -> String {
        let jwk = match part {
            Part::Idp => &self.public.idp_house,
            Part::Signer => &self.public.signer_house,
            Part::Pki => &self.public.pki_house,
            Part::Agency => return String::new(),
        };
        section(
            "[[peer]]",
            &[
                ("name", quoted(part.name())),
                ("role", quoted(part.name())),
                ("url", quoted(&self.record.url(part))),
                ("jwk", quoted(jwk)),
            ],
        )
    }
}

fn section(head: &str, lines: &[(&str, String)]) -> String {
    let lines: String = lines.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
    format!("{head}\n{lines}\n")
}

fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

fn list(texts: &[&str]) -> String {
    Value::Array(texts.iter().map(|text| Value::String((*text).to_owned())).collect()).to_string()
}

fn write(path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    let open = || {
        let mut file = std::fs::OpenOptions::new().create_new(true).write(true).mode(mode).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    open().with_context(|| format!("{} cannot be written", path.display()))
}
