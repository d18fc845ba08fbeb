//! Open Assembly: citizens' initiatives of the parliament of Velmara, a sample relying party on public crates alone.
//!
//! People read proposals without an account, sign in with the national identity service, and support one by signing a
//! statement that this agency makes as a PDF. The agency checks the signed file with a verifier that it chose, counts each
//! person once for each proposal, and says what happens next.
//!
//! It knows no crate of the house that it is shown with: a real agency could copy this directory. What it relies on is the
//! wire: OpenID Connect with FAPI 2.0 (`oidc`), the signature service's interface (`signer`), the verifier's line of JSON
//! (`verifier`). `docs/agencies.md` tells the same in the order in which an agency meets it.

mod assembly;
mod clock;
mod config;
mod content;
mod oidc;
mod outbound;
mod secret;
mod sign_in;
mod signer;
mod statement;
mod store;
mod support;
mod verifier;
mod web;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use openidconnect::{ClientId, IssuerUrl, PostLogoutRedirectUrl, RedirectUrl};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;

use assembly::{Assembly, Shared};
pub use clock::Clock;
pub use config::{Config, ConfigError, Database, Idp, Service, SignatureService, VerifierCommand};
pub use content::ContentError;
use oidc::jose::Es256;
pub use oidc::jose::KeyError;
use oidc::provider::Provider;
use oidc::{RelyingParty, dpop::Prover};
pub use outbound::OutboundError;
use signer::Signer;
pub use store::StoreError;
use verifier::Verifier;

/// How often statements are looked after whose signers closed the window.
const SETTLE_EVERY: Duration = Duration::from_secs(30);

/// Why the agency did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A key file.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The shipped proposals.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The HTTP client.
    #[error("the HTTP client cannot be made")]
    Outbound(#[from] OutboundError),
    /// An address made from the configuration.
    #[error("an address of the configuration")]
    Address(#[from] url::ParseError),
    /// The socket is taken or forbidden.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] std::io::Error),
}

/// The agency while it runs.
#[derive(Debug)]
pub struct Running {
    /// The socket that it listens on.
    pub addr: SocketAddr,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// Answers what has been asked, then stops.
    pub async fn shutdown(self) {
        let _nobody_listens = self.stop.send(true);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task of the agency ended early");
            }
        }
    }
}

/// Starts the agency with the machine's clock.
pub async fn start(config: Config) -> Result<Running, Error> {
    start_at(config, Clock::system()).await
}

/// Starts the agency with another clock: a test moves a whole country through time.
pub async fn start_at(config: Config, clock: Clock) -> Result<Running, Error> {
    let assembly = Arc::new(put_together(&config, clock).await?);
    let listen = config.service.listen;
    let listener =
        tokio::net::TcpListener::bind(listen).await.map_err(|error| Error::Listen(listen, error))?;
    let addr = listener.local_addr().map_err(|error| Error::Listen(listen, error))?;
    let (stop, stopped) = watch::channel(false);

    let settling = tokio::spawn(settle_until(Arc::clone(&assembly), stopped.clone()));
    let serving = tokio::spawn(async move {
        let server = axum::serve(listener, web::routes(Arc::clone(&assembly)));
        if let Err(error) = server.with_graceful_shutdown(until(stopped)).await {
            tracing::error!(%error, "the agency's server ended");
        }
        assembly.store.close().await;
    });
    Ok(Running { addr, stop, tasks: vec![settling, serving] })
}

async fn put_together(config: &Config, clock: Clock) -> Result<Assembly, Error> {
    let client_key = Es256::read(&config.file(&config.idp.client_key))?;
    let dpop_key = Es256::read(&config.file(&config.idp.dpop_key))?;
    let issuer = IssuerUrl::new(config.idp.issuer.clone())?;
    let own = |path: &str| config.service.base_url.join(path).map(String::from);
    let mut command = config.verifier.command.iter().cloned();
    Ok(Assembly {
        proposals: content::proposals()?,
        store: store::Store::open(&config.database.url).await?,
        party: RelyingParty {
            client_id: ClientId::new(config.idp.client_id.clone()),
            key: client_key.clone(),
            prover: Arc::new(Prover::new(dpop_key)),
            provider: Provider::new(issuer.clone()),
            issuer,
            redirect_uri: RedirectUrl::new(own("callback")?)?,
            signed_out_uri: PostLogoutRedirectUrl::new(own("signed-out")?)?,
            outbound: Arc::new(outbound::Outbound::new()?),
            clock: clock.clone(),
        },
        signer: Signer {
            base_url: config.signer.base_url.clone(),
            client_id: config.idp.client_id.clone(),
            key: client_key,
            return_uri: Url::parse(&own("signed")?)?,
        },
        verifier: Verifier { program: command.next().unwrap_or_default(), arguments: command.collect() },
        clock,
        https: config.https(),
    })
}

/// Looks after open statements until the agency stops.
async fn settle_until(assembly: Shared, mut stopped: watch::Receiver<bool>) {
    let mut tick = tokio::time::interval(SETTLE_EVERY);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            _ = stopped.wait_for(|stop| *stop) => return,
        }
        if let Err(trouble) = support::settle_all(&assembly).await {
            tracing::warn!(error = &trouble as &dyn std::error::Error, "open statements were not settled");
        }
    }
}

async fn until(mut stopped: watch::Receiver<bool>) {
    let _gone_too = stopped.wait_for(|stop| *stop).await;
}
