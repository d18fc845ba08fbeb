//! The house of identity: the OpenID provider.
//!
//! It logs people in with their passkeys and tells agencies what those people agreed to. People and passkeys come from
//! the registry's feed and from nowhere else; it cannot enrol, sign, or say to anybody which agencies a person uses. What is
//! decided is decided in `idp-core`; this crate carries it out: pages and endpoints (`http`), use cases (`app`), rows
//! (`store`).

pub mod config;

mod app;
mod http;
mod pages;
mod store;

use std::sync::Arc;
use std::time::Duration;

use idp_core::authn::RelyingParty;
use idp_core::client::Clients;
use idp_core::discovery::Issuer;
use idp_core::subject::PairwiseKey;
use pki_core::enrolment::Trust;
use pki_core::jose::base64url;
use pki_core::jose::dpop::NonceKey;
use pki_core::jose::jwk::PublicJwk;
use pki_core::key::{Algorithm, SealingKey, Secret, SigningKey, hkdf_sha256};
use service::db::Db;
use service::http::cookie::Cookie;
use service::http::csrf::Csrf;
use service::http::egress::Egress;
use service::http::{Policy, dress};
use service::page::{Site, Sites};
use service::pass::Passes;
use service::skeleton::{Env, Running, StartError, Stop};

use app::App;
use app::feed::{Registry, follow};
use app::passkey::Passkeys;
pub use config::Config;

use http::{Door, Http};
use store::{MIGRATIONS, Store};

/// How often rows that are over are removed.
const SWEEP: Duration = Duration::from_secs(300);
/// The name of this house in passes.
const NAME: &str = "idp";

/// Starts the identity provider.
///
/// # Errors
/// When its configuration, keys, trust or database cannot be used, or its address is taken.
pub async fn start(config: Config, env: Env) -> Result<Running, StartError> {
    let app = Arc::new(build(&config, &env).await?);
    let http = front(&config, Arc::clone(&app))?;
    let policy = Policy { base_url: config.file.service.base_url.clone(), random: Arc::clone(&env.random) };
    let router = dress(http::routes::router(http), &policy);
    let mut running = Running::start(&config.file.service.listen, router).await?;
    let (follower, sweeper) = (Arc::clone(&app), Arc::clone(&app));
    running.spawn("feed", |stop| follow(follower, stop));
    running.spawn("sweep", |stop| sweep(sweeper, stop));
    running.close_last(app.store.database());
    Ok(running)
}

async fn build(config: &Config, env: &Env) -> Result<App, StartError> {
    let (file, folder) = (&config.file, &config.folder);
    let wrong = |why: String| StartError::Config(why);
    let issuer = Issuer::parse(file.service.base_url.as_str()).map_err(|error| wrong(error.to_string()))?;
    let bundle = folder.read(&file.trust.bundle)?;
    let trust = Trust::read(&bundle, env.clock.now()).map_err(|error| wrong(error_chain(&error)))?;
    if !trust.charter().names_origin(issuer.as_str()) {
        return Err(wrong(format!("the country's charter does not name the origin {}", issuer.as_str())));
    }
    let registrations: Vec<_> = file.client.iter().map(config::ClientSection::registration).collect();
    let clients = Clients::register(&registrations, &issuer).map_err(|error| wrong(error.to_string()))?;
    let token_key = folder.key(&file.keys.token)?;
    if token_key.public_key().algorithm() != Algorithm::EcdsaP256Sha256 {
        return Err(wrong("keys.token: it must be a P-256 key (ES256)".to_owned()));
    }
    let token_jwk = PublicJwk::of(token_key.public_key()).map_err(|error| wrong(error.to_string()))?;
    let cookie = folder.secret_32(&file.keys.cookie)?;
    let derived = |info: &[u8]| hkdf_sha256(b"chancery-idp/1", cookie.expose(), info);
    let rp_id = trust.charter().tbs().rp_id.clone();
    let passkeys = Passkeys::new(&rp_id, issuer.as_str()).map_err(|error| wrong(error.to_string()))?;
    let registry = registry(config)?;
    let store = Store::new(Db::open(&file.database.url, MIGRATIONS).await?);
    Ok(App {
        store,
        clock: Arc::clone(&env.clock),
        random: Arc::clone(&env.random),
        relying_party: RelyingParty { rp_id, origin: issuer.as_str().to_owned() },
        trust,
        clients,
        passkeys,
        pairwise: PairwiseKey::new(*folder.secret_32(&file.keys.pairwise)?.expose()),
        row_key: Secret::new(derived(b"passkey-rows")),
        nonces: NonceKey::new(derived(b"dpop-nonces")),
        token_kid: base64url(token_jwk.thumbprint().as_bytes()),
        token_key: Arc::new(token_key),
        registry,
        stale_seconds_max: file.login.stale_seconds_max,
        issuer,
    })
}

fn registry(config: &Config) -> Result<Registry, StartError> {
    let file = &config.file;
    let peer = file.peer.one("pki")?;
    let house = Arc::new(config.folder.key(&file.keys.house)?);
    let passes = Passes::new(NAME, house, file.peer.all())?;
    let egress =
        Egress::new(vec![peer.url.clone()]).map_err(|error| StartError::Config(error.to_string()))?;
    Ok(Registry::new(peer.name.clone(), peer.url.clone(), egress, passes))
}

fn front(config: &Config, app: Arc<App>) -> Result<Door, StartError> {
    let charter = app.trust.charter().tbs();
    let service = &config.file.service;
    let houses = pages::Houses::of(&charter.origins);
    let sites = Sites::read(pages::CATALOGUES, |texts| Site {
        links: houses.links(&texts),
        service: texts.say("service-name"),
        country: service.country_in(texts.lang()).unwrap_or(app.country()).to_owned(),
        sandbox: charter.sandbox,
        base_url: service.base_url.clone(),
        texts,
        languages: Vec::new(),
    });
    let sites = sites.map_err(|error| StartError::Config(error.to_string()))?;
    let secret = config.folder.secret_32(&config.file.keys.cookie)?;
    let key = SealingKey::derived(secret.expose(), b"chancery-idp-cookies/1");
    Ok(Door(Http {
        app,
        site: sites.first(),
        here: "/".to_owned(),
        sites,
        houses,
        session: Cookie::new("__Host-idp", key.clone()),
        transactions: Cookie::new("__Host-idp-transactions", key),
        csrf: Csrf::new(secret.expose()),
    }))
}

async fn sweep(app: Arc<App>, mut stop: Stop) {
    while stop.sleep(SWEEP).await {
        if let Err(error) = app.store.sweep(app.now()).await {
            tracing::warn!(error = %error_chain(&error), "rows that are over could not be removed");
        }
    }
}

pub(crate) use service::telemetry::error_chain;

#[cfg(test)]
mod tests;
