//! The ceremony: where a country's trust begins. A root, the authorities below it, a time-stamping unit, the charter
//! that says who may speak for the country, and the first revocation lists, all written below one folder.
//!
//! The root's key is read here and nowhere else; a running registry never sees it. Private keys are PKCS #8 in files
//! of mode 0600, each with its certificate beside it. What is written here is public but for `keys/*.der`.

mod files;

use std::path::{Path, PathBuf};

use der::Decode as _;
use pki_core::bytes::{Hash, write};
use pki_core::enrolment::software::{Post, SoftwareApprover};
use pki_core::enrolment::{Bundle, CharterTbs, EnrolmentError, Trust, sign_charter};
use pki_core::issue::{
    self, AuthorityName, CrlParams, IssueError, Issuer, IssuingCaParams, Purpose, RootParams, Scope, Serial,
    TimeStampUnitParams,
};
use pki_core::key::{KeyError, PublicKey, Random, RandomError, SigningKey, SoftKey, random_id};
use pki_core::time::Instant;
use pki_core::x509::Certificate;

const DAY: i64 = 86_400;
/// P1: 20 years.
const ROOT_SECONDS: i64 = 20 * 365 * DAY;
/// P2: 10 years.
const AUTHORITY_SECONDS: i64 = 10 * 365 * DAY;
/// P9: 5 years, the key used for one.
const UNIT_SECONDS: i64 = 5 * 365 * DAY;
const UNIT_KEY_SECONDS: i64 = 365 * DAY;
/// A charter is renewed at the next ceremony, in five years at the latest.
const CHARTER_SECONDS: i64 = 5 * 365 * DAY;
/// The offline root's list lives a year.
const ROOT_LIST_SECONDS: i64 = 365 * DAY;

/// What the software registrar's post is called in the charter.
const REGISTRAR_DESK: &str = "Sandbox registrar (software)";

/// Names of the files below the country's folder.
pub mod file {
    /// Root and charter: all that a verifier needs.
    pub const BUNDLE: &str = "bundle.der";
    /// The root certificate, as other programs like it.
    pub const ROOT_PEM: &str = "root.pem";
    /// The root's authority list.
    pub const ROOT_LIST: &str = "crl/root.crl";
    /// The root's key: read by the ceremony only.
    pub const ROOT_KEY: &str = "keys/root.der";
    /// The registry's key.
    pub const REGISTRY_KEY: &str = "keys/registry.der";
    /// Certifies one-signature keys.
    pub const ONE_SIGNATURE_KEY: &str = "keys/one-signature-ca.der";
    /// Certifies time-stamping units.
    pub const TIME_STAMP_KEY: &str = "keys/tsa-ca.der";
    /// The time-stamping unit.
    pub const UNIT_KEY: &str = "keys/tsu.der";
    /// The sandbox's registrar.
    pub const SANDBOX_REGISTRAR_KEY: &str = "keys/sandbox-registrar.der";
    /// The sandbox's officer.
    pub const SANDBOX_OFFICER_KEY: &str = "keys/sandbox-officer.der";
}

/// What a country is founded with.
pub struct FoundParams<'a> {
    /// An existing folder that holds no country yet.
    pub dir: &'a Path,
    /// Two letters; XX in a sandbox.
    pub country_code: &'a str,
    /// `Republic of Velmara SANDBOX`.
    pub organization: &'a str,
    /// `Velmara`: begins the common names of the authorities.
    pub short_name: &'a str,
    /// The domain that every passkey belongs to.
    pub rp_id: &'a str,
    /// Exact origin of the identity provider.
    pub idp_origin: &'a str,
    /// Exact origin of the signer.
    pub signer_origin: &'a str,
    /// Exact origin of the registry, where certificates and lists are fetched from too.
    pub registry_origin: &'a str,
    /// When.
    pub now: Instant,
    /// Where randomness comes from.
    pub random: &'a dyn Random,
}

/// A founded country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Founded {
    /// The root certificate in PEM.
    pub root_pem: PathBuf,
    /// Root and charter.
    pub bundle: PathBuf,
    /// SHA-256 of the root certificate's DER.
    pub root_sha256: Hash,
    /// The last day of the root.
    pub root_not_after: Instant,
}

/// Why no country was founded. What had been written stays, and is no country without its bundle.
#[derive(Debug, thiserror::Error)]
pub enum CeremonyError {
    /// There is a country here.
    #[error("there is a country in {0} already")]
    Exists(PathBuf),
    /// A file.
    #[error("{path} could not be written")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A key.
    #[error("a key could not be made")]
    Key(#[from] KeyError),
    /// A certificate or a list.
    #[error("a certificate could not be issued")]
    Issue(#[from] IssueError),
    /// The charter.
    #[error("the charter could not be signed")]
    Charter(#[from] EnrolmentError),
    /// A certificate cannot be put into the bundle.
    #[error("the bundle could not be put together")]
    Bundle,
}

impl From<RandomError> for CeremonyError {
    fn from(error: RandomError) -> Self {
        Self::Key(error.into())
    }
}

/// Founds a country of a sandbox: its registrar and its officer are programs, and everything they approve says so.
///
/// The bundle is written last, so a folder with a bundle holds a whole country.
///
/// # Errors
/// [`CeremonyError`].
pub fn found(params: &FoundParams<'_>) -> Result<Founded, CeremonyError> {
    let bundle_path = params.dir.join(file::BUNDLE);
    if bundle_path.exists() {
        return Err(CeremonyError::Exists(params.dir.to_path_buf()));
    }
    let root = found_root(params)?;
    found_authorities(params, &root)?;
    let charter = found_charter(params, &root.key)?;
    let root_typed =
        x509_cert::Certificate::from_der(root.certificate.der()).map_err(|_| CeremonyError::Bundle)?;
    let bundle = write(&Bundle { root: root_typed, charter });
    // The country must be one to those who only have the file.
    Trust::read(&bundle, params.now)?;
    let root_pem = params.dir.join(file::ROOT_PEM);
    files::public(&root_pem, files::pem("CERTIFICATE", root.certificate.der()).as_bytes())?;
    files::public(&bundle_path, &bundle)?;
    Ok(Founded {
        root_pem,
        bundle: bundle_path,
        root_sha256: root.certificate.fingerprint(),
        root_not_after: root.certificate.not_after(),
    })
}

struct Root {
    certificate: Certificate,
    key: SoftKey,
}

fn name(params: &FoundParams<'_>, what: &str) -> AuthorityName {
    AuthorityName {
        country: params.country_code.to_owned(),
        organization: params.organization.to_owned(),
        organization_identifier: None,
        common: format!("{} {what}", params.short_name),
    }
}

fn found_root(params: &FoundParams<'_>) -> Result<Root, CeremonyError> {
    let key = SoftKey::generate_p384()?;
    let root = RootParams {
        serial: Serial::generate(params.random)?,
        not_before: params.now,
        life_seconds: ROOT_SECONDS,
        name: name(params, "Root 1"),
    };
    let certificate = issue::root(&root, &key)?;
    files::key(params.dir, file::ROOT_KEY, &key, Some(certificate.der()))?;
    Ok(Root { certificate, key })
}

/// The authorities below the root, the unit below one of them, and then the root's list: newer than what it speaks of.
fn found_authorities(params: &FoundParams<'_>, root: &Root) -> Result<(), CeremonyError> {
    let root_list = format!("{}/crl/root.crl", params.registry_origin);
    let authority = |what: &str, purpose: Purpose, key: &PublicKey| -> Result<Certificate, CeremonyError> {
        let authority = IssuingCaParams {
            serial: Serial::generate(params.random)?,
            not_before: params.now,
            life_seconds: AUTHORITY_SECONDS,
            name: name(params, what),
            purpose,
            public_key: key.clone(),
            aia_url: format!("{}/aia/root.cer", params.registry_origin),
            crl_url: root_list.clone(),
        };
        Ok(issue::issuing_ca(&authority, Issuer::new(&root.certificate, &root.key)?)?)
    };
    let one_signature_key = SoftKey::generate_p256(params.random)?;
    let one_signature =
        authority("One-Signature CA 1", Purpose::OneSignature, one_signature_key.public_key())?;
    files::key(params.dir, file::ONE_SIGNATURE_KEY, &one_signature_key, Some(one_signature.der()))?;
    let time_stamp_key = SoftKey::generate_p256(params.random)?;
    let time_stamp = authority("Time-Stamping CA 1", Purpose::TimeStamp, time_stamp_key.public_key())?;
    files::key(params.dir, file::TIME_STAMP_KEY, &time_stamp_key, Some(time_stamp.der()))?;
    let unit_key = SoftKey::generate_p256(params.random)?;
    let unit = TimeStampUnitParams {
        serial: Serial::generate(params.random)?,
        not_before: params.now,
        life_seconds: UNIT_SECONDS,
        key_use_seconds: UNIT_KEY_SECONDS,
        name: name(params, "Time-Stamping Unit 1"),
        public_key: unit_key.public_key().clone(),
        aia_url: format!("{}/aia/tsa.cer", params.registry_origin),
        crl_url: format!("{}/crl/tsa.crl", params.registry_origin),
        // This ceremony founds sandboxes only; the charter says so too.
        sandbox: true,
    };
    let unit = issue::time_stamp_unit(&unit, Issuer::new(&time_stamp, &time_stamp_key)?)?;
    files::key(params.dir, file::UNIT_KEY, &unit_key, Some(unit.der()))?;
    let list = CrlParams {
        this_update: params.now,
        next_update: params.now.plus_seconds(ROOT_LIST_SECONDS),
        number: 1,
        distribution_point: Some((root_list, Scope::Authorities)),
        revoked: Vec::new(),
    };
    let list = issue::crl(&list, Issuer::new(&root.certificate, &root.key)?)?;
    files::public(&params.dir.join(file::ROOT_LIST), list.der())
}

/// The root's word on who may speak for the country: the registry's key, and a registrar who is a program.
fn found_charter(
    params: &FoundParams<'_>,
    root_key: &SoftKey,
) -> Result<pki_core::enrolment::Charter, CeremonyError> {
    let ends = params.now.plus_seconds(CHARTER_SECONDS);
    let registry = SoftKey::generate_p256(params.random)?;
    files::key(params.dir, file::REGISTRY_KEY, &registry, None)?;
    let officer = SoftKey::generate_p256(params.random)?;
    files::key(params.dir, file::SANDBOX_OFFICER_KEY, &officer, None)?;
    let registrar = SoftKey::generate_p256(params.random)?;
    files::key(params.dir, file::SANDBOX_REGISTRAR_KEY, &registrar, None)?;
    let post = Post {
        officer: random_id(params.random)?,
        desk: REGISTRAR_DESK.to_owned(),
        origin: params.registry_origin.to_owned(),
        rp_id: params.rp_id.to_owned(),
        not_before: params.now,
        not_after: ends,
    };
    let registrar = SoftwareApprover::new(registrar, post)?;
    let tbs = CharterTbs {
        version: 1,
        serial: 1,
        not_before: params.now.generalized(),
        not_after: ends.generalized(),
        sandbox: true,
        rp_id: params.rp_id.to_owned(),
        origins: [params.idp_origin, params.signer_origin, params.registry_origin]
            .map(str::to_owned)
            .to_vec(),
        registry_keys: vec![registry.public_key().info()?],
        registrars: vec![registrar.officer().clone()],
    };
    Ok(sign_charter(tbs, root_key)?)
}

#[cfg(test)]
mod tests;
