//! A returning person logs in: PAR, authorize, passkey, code, token, userinfo. Both providers are driven by this code and
//! meet the same browser, the same device and the same client.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tokio::task::JoinSet;
use url::Url;

use super::floor::{Needs, Prices};
use super::machine::{cpu, median, milliseconds};
use super::people::People;
use super::table::{Figure, Table};
use super::{WORKERS, peer::Peer};
use crate::browserless::{Arrived, Browser};
use crate::country::Country;
use crate::html::Ceremony;
use crate::relying_party::{Fault, Pushed, RelyingParty};

const SCOPE: &str = "openid profile";
/// Before the first turn of each provider: a Node that has served nothing yet costs twice as much.
const WARM_UP: Duration = Duration::from_secs(4);
/// One turn of one provider.
const TURN: Duration = Duration::from_secs(6);
/// Turns of each, ours and the peer's alternating.
const TURNS: usize = 3;
/// client assertion (PAR, token), DPoP proof (token, userinfo), the passkey's answer; the ID token.
const NEEDS: Needs = Needs { signatures: 1, verifications: 5, root_verifications: 0, keys: 0 };

/// Whom the driver asks.
#[derive(Clone)]
pub(super) struct Provider {
    party: Arc<RelyingParty>,
    keys: Arc<Value>,
    /// All of its server processes.
    processes: Vec<u32>,
    /// The one that answers the requests of a login.
    front: u32,
}

impl Provider {
    /// Our country, apart: the identity provider works, and what the other houses do meanwhile is counted with it.
    pub(super) async fn ours(country: &Country) -> Result<Self> {
        let redirect_uri = country.board()?.agency.join("/callback")?;
        let party = RelyingParty::of_agency(&country.data(), &redirect_uri).await?;
        let running = country.processes();
        let (_, front) = running.iter().find(|(part, _)| *part == "idp").context("the idp does not run")?;
        let processes = running.iter().map(|(_, process)| *process).collect();
        Ok(Self {
            keys: Arc::new(party.provider_keys().await?),
            party: party.into(),
            processes,
            front: *front,
        })
    }

    pub(super) fn peer(peer: &Peer) -> Self {
        let process = peer.process();
        let keys = Arc::new(peer.keys.clone());
        Self { party: Arc::clone(&peer.party), keys, processes: vec![process], front: process }
    }

    /// The first login of a person, who is asked to agree.
    pub(super) async fn agree(&self, person: &mut Browser) -> Result<()> {
        let (pushed, mut arrived) = self.arrive(person).await?;
        if let Some((form, accept)) = crate::walk::choice(&arrived.page(), "accept") {
            arrived = person.submit(form, Some(accept)).await?;
        }
        self.finish(&pushed, &arrived).await
    }

    /// A later one: nothing is asked but the passkey.
    pub(super) async fn login(&self, person: &mut Browser) -> Result<()> {
        let (pushed, arrived) = self.arrive(person).await?;
        self.finish(&pushed, &arrived).await
    }

    async fn arrive(&self, person: &mut Browser) -> Result<(Pushed, Arrived)> {
        person.forget();
        person.history.clear();
        person.stop_before = Some(Url::parse(&self.party.redirect_uri)?.origin());
        let (answer, pushed) = self.party.push(SCOPE, |_| {}).await?;
        let pushed = pushed.with_context(|| format!("the push was refused: {answer:?}"))?;
        let arrived = person.open(pushed.address.as_str()).await?.ok()?;
        let arrived = person.passkey(&arrived.page(), Ceremony::Get).await?;
        Ok((pushed, arrived))
    }

    async fn finish(&self, pushed: &Pushed, arrived: &Arrived) -> Result<()> {
        let response = arrived.way.last().context("no way")?;
        let code = self.party.code(pushed, response).with_context(|| arrived.said())?;
        let tokens = self.party.redeem(pushed, &code, Fault::default()).await?.ok()?;
        let claims = self.party.read_id_token(&self.keys, &tokens.text("id_token")?, pushed)?;
        let told = self.party.userinfo(&tokens.text("access_token")?, None).await?.ok()?;
        ensure!(told.body.get("sub") == claims.get("sub"), "two subjects: {claims} {}", told.body);
        ensure!(!told.text("family_name")?.is_empty(), "nobody: {}", told.body);
        Ok(())
    }
}

/// What one provider did in its turns.
#[derive(Default)]
pub(super) struct Measured {
    logins: usize,
    cpu: Duration,
    /// Of the process in front alone.
    front: Duration,
    wall: Duration,
    each: Vec<f64>,
    /// CPU milliseconds per login in each turn.
    turns: Vec<f64>,
}

impl Measured {
    fn per_login(&self, spent: Duration) -> f64 {
        milliseconds(spent) / self.logins as f64
    }

    fn add(
        &mut self,
        provider: &Provider,
        before: (Duration, Duration),
        wall: Duration,
        each: Vec<f64>,
    ) -> Result<()> {
        let spent = cpu(&provider.processes)?.saturating_sub(before.0);
        self.front += cpu(&[provider.front])?.saturating_sub(before.1);
        self.turns.push(milliseconds(spent) / each.len() as f64);
        self.cpu += spent;
        self.wall += wall;
        self.logins += each.len();
        self.each.extend(each);
        Ok(())
    }
}

/// Ours, the peer, ours, the peer: whatever else the machine does meets both.
pub(super) async fn in_turns(
    ours: (&Provider, &mut People),
    theirs: (&Provider, &mut People),
) -> Result<[Measured; 2]> {
    let mut both = [ours, theirs];
    let mut measured = [Measured::default(), Measured::default()];
    for (provider, people) in &mut both {
        for person in people.iter_mut() {
            provider.agree(person).await?;
        }
        load(provider, people, WARM_UP).await?;
    }
    for _ in 0..TURNS {
        for ((provider, people), measured) in both.iter_mut().zip(&mut measured) {
            let before = (cpu(&provider.processes)?, cpu(&[provider.front])?);
            let begun = Instant::now();
            let each = load(provider, people, TURN).await?;
            measured.add(provider, before, begun.elapsed(), each)?;
        }
    }
    Ok(measured)
}

/// Eight workers, each with people of its own, one login after the other until the time is over. Answers the milliseconds of
/// each login.
async fn load(provider: &Provider, people: &mut People, time: Duration) -> Result<Vec<f64>> {
    let end = Instant::now() + time;
    let mut workers = JoinSet::new();
    let share = people.len().div_ceil(WORKERS);
    while !people.is_empty() {
        let mut mine = people.split_off(people.len().saturating_sub(share));
        let provider = provider.clone();
        workers.spawn(async move {
            let mut each = Vec::new();
            while Instant::now() < end {
                for person in &mut mine {
                    let begun = Instant::now();
                    provider.login(person).await?;
                    each.push(milliseconds(begun.elapsed()));
                }
            }
            Ok::<_, anyhow::Error>((mine, each))
        });
    }
    let mut all = Vec::new();
    while let Some(worker) = workers.join_next().await {
        let (mine, each) = worker??;
        people.extend(mine);
        all.extend(each);
    }
    Ok(all)
}

/// The lines of the table.
pub(super) fn tell([ours, theirs]: &[Measured; 2], prices: &Prices, table: &mut Table) {
    table.add(Figure {
        what: "login: FAPI 2.0 with passkey, returning person".to_owned(),
        unit: "CPU ms",
        ours: ours.per_login(ours.cpu),
        peer: Some(theirs.per_login(theirs.cpu)),
        floor: Some(prices.of(NEEDS)),
    });
    table.ours("  of it the identity provider", "CPU ms", ours.per_login(ours.front));
    for (whose, measured) in [("ours", ours), ("the peer", theirs)] {
        let turns: Vec<String> = measured.turns.iter().map(|turn| format!("{turn:.2}")).collect();
        table.note(format!(
            "login, {whose}: {} logins, {WORKERS} at once, {:.0}/s, median {:.1} ms; CPU ms in each turn {}",
            measured.logins,
            measured.logins as f64 / measured.wall.as_secs_f64(),
            median(&mut measured.each.clone()),
            turns.join(", "),
        ));
    }
    table.note(format!(
        "floor of a login: {} verifications at {:.3} ms, {} signature at {:.3} ms",
        NEEDS.verifications, prices.verify, NEEDS.signatures, prices.sign
    ));
}
