//! Puts the house together and opens it.

use std::sync::Arc;
use std::time::Duration;

use pki_core::enrolment::Trust;
use pki_core::jose::dpop::NonceKey;
use pki_core::key::{SealingKey, Secret, hkdf_sha256};
use service::config::ConfigError;
use service::db::Db;
use service::http::cookie::Cookie;
use service::http::csrf::Csrf;
use service::http::egress::Egress;
use service::http::{Policy, dress};
use service::page::{Site, Sites};
use service::pass::Passes;
use service::skeleton::{Env, Running, StartError, Stop};
use signer_vault::SoftVault;

use crate::app::follow::FollowError;
use crate::app::{App, act, follow, sweep};
use crate::config::Config;
use crate::http::{Http, routes};
use crate::pages::CATALOGUES;
use crate::peer::idp::{Idp, Relation};
use crate::peer::pki::Pki;
use crate::render::Renderer;
use crate::store::{MIGRATIONS, Store};

/// This house's name: in passes, and as a client of the identity provider.
const HOUSE: &str = "signer";
/// The feed is asked again so long after it failed.
const FOLLOW_PAUSE: Duration = Duration::from_secs(2);
/// Acts that stand still are looked for so often.
const RECOVER_PAUSE: Duration = Duration::from_secs(10);
/// What time ends is ended so often.
const SWEEP_PAUSE: Duration = Duration::from_secs(300);

/// Starts the signing house.
///
/// # Errors
/// When the configuration or a file that it names cannot be used, the bundle does not name this house, the database
/// cannot be opened, or the address is in use.
pub async fn start(config: Config, env: Env) -> Result<Running, StartError> {
    let http = house(&config, &env).await?;
    let app = Arc::clone(&http.app);
    let policy = Policy { base_url: config.file.service.base_url.clone(), random: Arc::clone(&env.random) };
    let mut running =
        Running::start(&config.file.service.listen, dress(routes::router(http), &policy)).await?;
    // On SQLite this is the only process: what is unfinished is nobody else's.
    let alone = config.file.database.url.starts_with("sqlite:");
    let work = Arc::clone(&app);
    running.spawn("feed", |stop| follow_for_ever(work, stop));
    let work = Arc::clone(&app);
    running.spawn("recovery", move |stop| recover_for_ever(work, alone, stop));
    let work = Arc::clone(&app);
    running.spawn("sweep", |stop| sweep_for_ever(work, stop));
    running.close_last(app.store.database());
    Ok(running)
}

/// The house with its doors, not yet open.
pub(crate) async fn house(config: &Config, env: &Env) -> Result<Http, StartError> {
    let cookie_secret = config.folder.secret_32(&config.file.keys.cookie)?;
    let (app, sites) = assemble(config, env, &cookie_secret).await?;
    let seal = |purpose: &[u8]| SealingKey::derived(cookie_secret.expose(), purpose);
    Ok(Http {
        app,
        site: sites.first(),
        sites,
        session_cookie: Cookie::new("__Host-sign", seal(b"session")),
        login_cookie: Cookie::new("__Host-sign-login", seal(b"login")),
        kept_cookie: Cookie::new("__Host-sign-kept", seal(b"kept")),
        csrf: Csrf::new(cookie_secret.expose()),
    })
}

async fn assemble(
    config: &Config,
    env: &Env,
    cookie_secret: &Secret<[u8; 32]>,
) -> Result<(Arc<App>, Sites), StartError> {
    let (file, folder) = (&config.file, &config.folder);
    let wrong = |key: &str, why: &dyn std::fmt::Display| StartError::from(ConfigError::value(key, why));
    let bundle = folder.read(&file.trust.bundle)?;
    let trust = Trust::read(&bundle, env.clock.now()).map_err(|error| wrong("trust.bundle", &error))?;
    if !trust.charter().names_origin(file.service.base_url.as_str()) {
        return Err(wrong("service.base_url", &"the charter does not name this origin"));
    }
    let sites = sites(config, &trust)?;
    let egress = Egress::new(file.peer.origins()).map_err(|error| wrong("peer", &error))?;
    let passes = Passes::new(HOUSE, Arc::new(folder.key(&file.keys.house)?), file.peer.all())?;
    let (idp, pki) = (file.peer.one("idp")?, file.peer.one("pki")?);
    let relation = Relation {
        egress: egress.clone(),
        issuer: idp.url.as_str().to_owned(),
        base_url: file.service.base_url.as_str().to_owned(),
        client: folder.key(&file.keys.client)?,
        dpop: folder.key(&file.keys.dpop)?,
    };
    let database = Db::open(&file.database.url, MIGRATIONS).await?;
    let app = App {
        store: Store::new(database),
        clock: Arc::clone(&env.clock),
        random: Arc::clone(&env.random),
        trust,
        base_url: file.service.base_url.clone(),
        agencies: file.agency.clone(),
        renderer: Renderer::new(file.render.program.clone()),
        reader: Renderer::narrow(file.render.program.clone()),
        vault: Arc::new(SoftVault),
        idp: Idp::new(relation),
        pki: Pki::new(egress, passes, pki.name.clone(), pki.url.as_str().to_owned()),
        nonces: NonceKey::new(hkdf_sha256(b"chancery-nonce/1", cookie_secret.expose(), HOUSE.as_bytes())),
    };
    Ok((Arc::new(app), sites))
}

fn sites(config: &Config, trust: &Trust) -> Result<Sites, StartError> {
    let organization = trust.anchor().subject_name().organization().unwrap_or_default();
    let country = organization.trim_end_matches(" SANDBOX");
    let service = &config.file.service;
    let sites = Sites::read(CATALOGUES, |texts| Site {
        service: texts.say("service"),
        country: service.country_in(texts.lang()).unwrap_or(country).to_owned(),
        sandbox: trust.charter().tbs().sandbox,
        base_url: service.base_url.clone(),
        links: Vec::new(),
        languages: Vec::new(),
        texts,
    });
    sites.map_err(|error| StartError::Config(error.to_string()))
}

/// Follows the feed. An entry that does not fit stops it until an operator starts the house again.
async fn follow_for_ever(app: Arc<App>, mut stop: Stop) {
    const WAIT_SECONDS: u64 = 25;
    loop {
        let polled = tokio::select! {
            () = stop.wait() => return,
            polled = follow::poll(&app, WAIT_SECONDS) => polled,
        };
        match polled {
            Ok(_) => {}
            Err(FollowError::Fault(fault)) => {
                tracing::warn!(error = %crate::error_chain(&fault), "the feed could not be read");
                if !stop.sleep(FOLLOW_PAUSE).await {
                    return;
                }
            }
            Err(error @ (FollowError::Alarm(_) | FollowError::OtherPerson)) => {
                tracing::error!(error = %crate::error_chain(&error), "ALARM: the feed is halted");
                return;
            }
        }
    }
}

/// Looks for acts that a process left. The only process takes up at once what it finds from before its start; where there
/// are others, and later, only what stands still is taken up.
async fn recover_for_ever(app: Arc<App>, alone: bool, mut stop: Stop) {
    let started = app.now();
    let mut first = alone;
    loop {
        let before = if first { started } else { act::lost_before(&app) };
        let waiting = act::recover(&app, before).await.unwrap_or_else(|fault| {
            tracing::error!(error = %crate::error_chain(&fault), "unfinished acts could not be looked for");
            true
        });
        first = first && waiting;
        // The other houses may be starting as well.
        if !stop.sleep(if first { FOLLOW_PAUSE } else { RECOVER_PAUSE }).await {
            return;
        }
    }
}

async fn sweep_for_ever(app: Arc<App>, mut stop: Stop) {
    loop {
        if let Err(fault) = sweep::run(&app).await {
            tracing::error!(error = %crate::error_chain(&fault), "what is over could not be removed");
        }
        if !stop.sleep(SWEEP_PAUSE).await {
            return;
        }
    }
}
