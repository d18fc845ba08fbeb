//! Starts the parts of a country, together or one alone, and stops them.
//!
//! Together they start in the order in which they need each other and stop in the reverse one. Each reads its own
//! configuration file; nothing is handed from one to another in memory, so `up` and four processes are the same thing.

use std::path::Path;
use std::time::{Duration, Instant as Stopwatch};

use anyhow::{Context as _, Result, anyhow, bail};
use service::config::BaseUrl;
use service::http::egress::{Ask, Egress};
use service::skeleton::{Env, Orders, Running};

use crate::board::{Board, Link};
use crate::terminal::{Ink, width};
use chancery::country::{Country, Part};
use pki::sandbox::{Offer, cast, offer};

/// A part that has started answers at once; this is patience for a busy machine.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// Between two tries.
const TRY_EVERY: Duration = Duration::from_millis(50);
/// Where stdout is no terminal, the board is as wide as it likes.
const BOARD_WIDTH: usize = 100;

/// `chancery up`.
pub(crate) async fn up(data: &Path, ports: Option<u16>, json: bool) -> Result<()> {
    let began = Stopwatch::now();
    let env = Env::system();
    let country = Country::open(data, ports, &env, &tell)?;
    let offers = offers(&country, &env).await?;
    let mut orders = Orders::listen().context("cannot listen for the order to stop")?;
    let parts = Parts::start(&country, &env).await?;
    let shown = show(&country, offers, data, json, began, &env).await;
    if shown.is_ok() {
        orders.asked_to_stop().await;
        tell("closing: requests in hand are finished first");
    }
    // A second order does not wait for the drain.
    tokio::select! {
        () = parts.shutdown() => shown,
        () = orders.asked_to_stop() => bail!("stopped before all requests in hand were finished"),
    }
}

async fn show(
    country: &Country,
    offers: Vec<Offer>,
    data: &Path,
    json: bool,
    began: Stopwatch,
    env: &Env,
) -> Result<()> {
    answers(country).await?;
    let root = country.root(env.clock.now())?;
    let board = Board {
        idp: country.url(Part::Idp),
        signer: country.url(Part::Signer),
        pki: country.url(Part::Pki),
        agency: country.url(Part::Agency),
        root: &root,
        links: links(offers),
        data: data.display().to_string(),
        ready: began.elapsed(),
    };
    let mut out = std::io::stdout().lock();
    if json {
        board.line(&mut out)
    } else {
        board.show(&mut out, Ink::for_stdout(), width().unwrap_or(BOARD_WIDTH))
    }
    .context("stdout is closed")
}

/// `chancery idp|signer|pki|agency --config FILE`.
pub(crate) async fn alone(part: Part, config: &Path) -> Result<()> {
    let env = Env::system();
    let mut orders = Orders::listen().context("cannot listen for the order to stop")?;
    let started = Started::start(part, config, &env).await?;
    tracing::info!(part = part.name(), listen = %started.addr(), "answering");
    orders.asked_to_stop().await;
    tokio::select! {
        () = started.shutdown() => Ok(()),
        () = orders.asked_to_stop() => bail!("stopped before all requests in hand were finished"),
    }
}

/// A part that runs.
enum Started {
    House(Running),
    Agency(agency::Running),
}

impl Started {
    async fn start(part: Part, config: &Path, env: &Env) -> Result<Self> {
        let env = env.clone();
        let started = match part {
            Part::Idp => Self::House(idp::start(idp::Config::read(config)?, env).await?),
            Part::Signer => Self::House(signer::start(signer::config::Config::read(config)?, env).await?),
            Part::Pki => Self::House(pki::start(pki::Config::read(config)?, env).await?),
            Part::Agency => Self::Agency(agency::start(agency::Config::read(config)?).await?),
        };
        Ok(started)
    }

    const fn addr(&self) -> std::net::SocketAddr {
        match self {
            Self::House(running) => running.addr,
            Self::Agency(running) => running.addr,
        }
    }

    async fn shutdown(self) {
        match self {
            Self::House(running) => running.shutdown().await,
            Self::Agency(running) => running.shutdown().await,
        }
    }
}

/// The parts that run, in the order in which they were started.
#[derive(Default)]
struct Parts(Vec<Started>);

impl Parts {
    /// The authorities first: the others follow their feed; the agency last, because it needs all.
    async fn start(country: &Country, env: &Env) -> Result<Self> {
        let mut parts = Self::default();
        for part in [Part::Pki, Part::Idp, Part::Signer, Part::Agency] {
            match Started::start(part, &country.config(part), env).await {
                Ok(started) => parts.0.push(started),
                Err(error) => {
                    parts.shutdown().await;
                    return Err(error).context(format!("{} did not start", part.name()));
                }
            }
        }
        Ok(parts)
    }

    async fn shutdown(mut self) {
        while let Some(last) = self.0.pop() {
            last.shutdown().await;
        }
    }
}

/// Links for the sandbox's people: what was used is told, what ran out unused is renewed.
async fn offers(country: &Country, env: &Env) -> Result<Vec<Offer>> {
    let config = pki::Config::read(&country.config(Part::Pki))?;
    Ok(offer(&config, env, &cast()).await?)
}

fn links(offers: Vec<Offer>) -> Vec<Link> {
    // In the order of the cast; ids stay the same from start to start.
    let ids = cast().map(|player| player.id);
    let what = |id: &str| match id {
        "tomas" => "an officer at a desk",
        "mira" => "an adult",
        "amina" => "a name in two scripts",
        "jonas" => "try to suspend this one",
        _ => "",
    };
    let link = |(offer, id): (Offer, &str)| Link {
        role: offer.role,
        name: offer.name.to_owned(),
        url: offer.url,
        what: what(id),
        used: offer.used,
        until: offer.expires_at,
    };
    offers.into_iter().zip(ids).map(link).collect()
}

/// Returns when each part has answered a request, whatever it said.
async fn answers(country: &Country) -> Result<()> {
    let urls = Part::ALL.map(|part| country.url(part));
    let listed: Result<Vec<BaseUrl>, String> = urls.iter().cloned().map(BaseUrl::try_from).collect();
    let egress = Egress::new(listed.map_err(|error| anyhow!(error))?)?;
    for url in urls {
        let began = Stopwatch::now();
        while let Err(error) = egress.ask(Ask::get(format!("{url}/"))).await {
            if began.elapsed() > ANSWER_WITHIN {
                return Err(error).context(format!("{url} does not answer"));
            }
            tokio::time::sleep(TRY_EVERY).await;
        }
    }
    Ok(())
}

/// Progress, for whoever watches the start.
fn tell(what: &str) {
    eprintln!("chancery: {what}");
}
