//! Puts the house together: files into keys and certificates, keys and database into the registry, the registry
//! behind HTTP, and the jobs that run beside it.

use std::path::Path;
use std::sync::Arc;

use pki_core::enrolment::Trust;
use pki_core::enrolment::software::SoftwareApprover;
use pki_core::key::{SealingKey, SigningKey};
use pki_core::revocation::Crl;
use pki_core::x509::Certificate;
use service::config::{ConfigError, Folder};
use service::db::Db;
use service::http::cookie::Cookie;
use service::http::csrf::Csrf;
use service::http::{Policy, dress};
use service::page::{Site, Sites};
use service::pass::Passes;
use service::skeleton::{Env, Running, StartError};

use crate::app::feed::{self, Bell};
use crate::app::passkey::RelyingParty;
use crate::app::sandbox::{Sandbox, SharedKey};
use crate::app::slip::SlipCodes;
use crate::app::{App, Authorities, Authority, lists};
use crate::config::{Config, SandboxKeys};
use crate::http::{Http, routes};
use crate::pages::CATALOGUES;
use crate::store::{MIGRATIONS, Store, cases};

/// This house's name in passes.
const NAME: &str = "pki";
/// Cases that ran out of time are cleared this often.
const SWEEP_SECONDS: u64 = 60;

/// Starts the registry.
///
/// # Errors
/// Each is one sentence for the operator: a file that cannot be used, the database, the address.
pub async fn start(config: Config, env: Env) -> Result<Running, StartError> {
    let db = Db::open(&config.file.database.url, MIGRATIONS).await?;
    let app = Arc::new(app(&config, &env, db.clone())?);
    prepare(&app).await?;
    let router = router(&config, &env, &app)?;
    let mut running = Running::start(&config.file.service.listen, router).await?;
    run_jobs(&mut running, &app);
    running.close_last(db);
    Ok(running)
}

/// Every address of the house, dressed.
pub(crate) fn router(config: &Config, env: &Env, app: &Arc<App>) -> Result<axum::Router, StartError> {
    let policy = Policy { base_url: config.file.service.base_url.clone(), random: Arc::clone(&env.random) };
    Ok(dress(routes::router(http(config, app)?), &policy))
}

/// Before the house opens: feeds have begun, what was queued is signed, and every list is of today.
async fn prepare(app: &App) -> Result<(), StartError> {
    let failed = |fault: crate::app::Fault| StartError::Config(crate::error_chain(&fault));
    feed::begin(app).await.map_err(failed)?;
    feed::seal_all(app).await.map_err(failed)?;
    lists::renew_all(app).await.map_err(failed)
}

fn run_jobs(running: &mut Running, app: &Arc<App>) {
    let job = Arc::clone(app);
    running.spawn("feed", |stop| async move { feed::sequence(&job, stop).await });
    let job = Arc::clone(app);
    running.spawn("lists", |stop| async move { lists::keep_fresh(&job, stop).await });
    let job = Arc::clone(app);
    running.spawn("cases", |mut stop| async move {
        while stop.sleep(std::time::Duration::from_secs(SWEEP_SECONDS)).await {
            if let Err(error) = job.store.apply(cases::sweep(job.now())).await {
                tracing::error!(error = %crate::error_chain(&error), "old cases could not be cleared");
            }
        }
    });
    let job = Arc::clone(app);
    running.spawn("readers", |mut stop| async move {
        stop.wait().await;
        job.bell.close();
    });
}

/// Reads every file that the configuration names and puts the registry together. Nothing is written.
pub(crate) fn app(config: &Config, env: &Env, db: Db) -> Result<App, StartError> {
    let (file, folder) = (&config.file, &config.folder);
    let now = env.clock.now();
    let trust = Trust::read(&folder.read(&file.trust.bundle)?, now)
        .map_err(|error| ConfigError::value("trust.bundle", error))?;
    let charter = trust.charter();
    if !charter.tbs().sandbox {
        let why =
            "this build serves sandboxes: a country needs a second officer's approval, which has no page yet";
        return Err(ConfigError::value("trust.bundle", why).into());
    }
    let origin = file.service.base_url.as_str().to_owned();
    let signing_origin = file.peer.one("signer")?.url.as_str().to_owned();
    for (key, named) in [("service.base_url", &origin), ("peer.url", &signing_origin)] {
        if !charter.names_origin(named) {
            return Err(ConfigError::value(key, format!("the charter does not name {named}")).into());
        }
    }
    let registry = folder.key(&file.keys.registry)?;
    if !charter.registry_key_listed(registry.public_key()) {
        return Err(ConfigError::value("keys.registry", "the charter does not list this key").into());
    }
    let cookie = folder.secret_32(&file.keys.cookie)?;
    let relying_party = RelyingParty::new(&charter.tbs().rp_id, &url(&origin)?, &country(&trust)?)
        .map_err(|error| ConfigError::value("service.base_url", error))?;
    Ok(App {
        store: Store::new(db),
        clock: Arc::clone(&env.clock),
        random: Arc::clone(&env.random),
        registry: Arc::new(registry),
        authorities: authorities(config)?,
        root_list: root_list(config, &trust)?,
        relying_party,
        slips: SlipCodes::new(cookie.expose()),
        seals: SealingKey::derived(cookie.expose(), b"pki-ceremony/1"),
        sandbox: file.sandbox.as_ref().map(|keys| sandbox(keys, folder, &trust)).transpose()?,
        bell: Bell::new(),
        life_seconds: file.issuance.life_seconds,
        origin,
        signing_origin,
        trust,
    })
}

fn url(origin: &str) -> Result<url::Url, ConfigError> {
    url::Url::parse(origin).map_err(|error| ConfigError::value("service.base_url", error))
}

/// The country as pages and devices name it: the root's organisation.
fn country(trust: &Trust) -> Result<String, ConfigError> {
    let root =
        Certificate::from_typed(trust.root()).map_err(|error| ConfigError::value("trust.bundle", error))?;
    let organization = root.subject_name().organization().unwrap_or("Chancery");
    Ok(organization.trim_end_matches("SANDBOX").trim_end().to_owned())
}

fn authorities(config: &Config) -> Result<Authorities, ConfigError> {
    let keys = &config.file.keys;
    Ok(Authorities {
        one_signature: authority(&config.folder, &keys.issuing, "keys.issuing")?,
        time_stamp: authority(&config.folder, &keys.tsa_ca, "keys.tsa_ca")?,
        unit: authority(&config.folder, &keys.tsu, "keys.tsu")?,
    })
}

fn authority(folder: &Folder, path: &Path, name: &str) -> Result<Authority, ConfigError> {
    let key = folder.key(path)?;
    let certificate = Certificate::read(&folder.read(&path.with_extension("cer"))?)
        .map_err(|error| ConfigError::value(name, error))?;
    if certificate.public_key() != key.public_key() {
        return Err(ConfigError::value(name, "the certificate beside this key is another key's"));
    }
    Ok(Authority { certificate, key })
}

fn root_list(config: &Config, trust: &Trust) -> Result<Vec<u8>, ConfigError> {
    let wrong = |why: String| ConfigError::value("issuance.root_list", why);
    let list = config.folder.read(&config.file.issuance.root_list)?;
    let root = Certificate::from_typed(trust.root()).map_err(|error| wrong(error.to_string()))?;
    let read = Crl::read(&list).map_err(|error| wrong(error.to_string()))?;
    read.verify_signed_by(&root).map_err(|error| wrong(error.to_string()))?;
    Ok(list)
}

fn sandbox(keys: &SandboxKeys, folder: &Folder, trust: &Trust) -> Result<Sandbox, ConfigError> {
    let charter = trust.charter().tbs();
    let registrar = SharedKey::new(folder.key(&keys.registrar)?);
    let wrong = |why: String| ConfigError::value("sandbox.registrar", why);
    let spki = registrar.public_key().info().map_err(|error| wrong(error.to_string()))?;
    let named = charter.registrars.iter().find(|named| named.public_key == spki).cloned();
    let named = named.ok_or_else(|| wrong("the charter names no registrar with this key".to_owned()))?;
    Ok(Sandbox {
        registrar: SoftwareApprover::resume(registrar, charter.rp_id.clone(), named)
            .map_err(|error| wrong(error.to_string()))?,
        officer_key: SharedKey::new(folder.key(&keys.officer)?),
    })
}

fn http(config: &Config, app: &Arc<App>) -> Result<Http, StartError> {
    let (file, folder) = (&config.file, &config.folder);
    let cookie = folder.secret_32(&file.keys.cookie)?;
    let country = country(&app.trust)?;
    let sites = Sites::read(CATALOGUES, |texts| Site {
        service: texts.say("service-name"),
        country: file.service.country_in(texts.lang()).unwrap_or(&country).to_owned(),
        sandbox: app.trust.charter().tbs().sandbox,
        base_url: file.service.base_url.clone(),
        links: Vec::new(),
        languages: Vec::new(),
        texts,
    });
    let sites = sites.map_err(|error| StartError::Config(error.to_string()))?;
    Ok(Http {
        site: sites.first(),
        sites,
        cookie: Cookie::new("__Host-desk", SealingKey::derived(cookie.expose(), b"pki-cookie/1")),
        csrf: Csrf::new(cookie.expose()),
        passes: Passes::new(NAME, Arc::new(folder.key(&file.keys.house)?), file.peer.all())?,
        app: Arc::clone(app),
    })
}
