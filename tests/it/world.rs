//! A country in this process: four houses on free ports of this machine, one clock that only the test moves, seeded
//! randomness, and the people who live there.
//!
//! A test acts through pages and endpoints, as people, agencies and operators do; it looks at the world from outside (pages,
//! files, rows, the log) at its end. Nothing here sleeps: the one thing that is waited for is a feed that a job carries.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

pub(crate) mod documents;
pub(crate) mod impostor;
mod log;
mod process;
mod rows;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, SystemTime};

use conformance::browserless::{Arrived, Browser};
use conformance::country::{Board, EnrolmentLink, Root};
use conformance::html::{Ceremony, Form};
use conformance::passkey::SoftwarePasskey;
use conformance::relying_party::RelyingParty;
use conformance::walk::enrol;
use pki_core::time::Instant;
use service::clock::{Clock, SystemClock};
use service::i18n::Texts;
use service::skeleton::{Env, Running, StartError};
use service::testing::{FakeClock, Scratch, SeededRandom};
use url::Url;

use chancery::country::{Country, Part};
pub(crate) use log::Log;
use process::Process;

/// When every country begins: a Tuesday in 2026.
pub(crate) const BEGINNING: Instant = Instant::from_seconds(1_795_500_000);
/// A feed is carried over loopback in milliseconds; this is patience for a busy machine.
const TOLD_WITHIN: Duration = Duration::from_secs(30);

/// A country that runs here.
pub(crate) struct World {
    pub(crate) clock: FakeClock,
    /// As `up --json` would print it.
    pub(crate) board: Board,
    /// What the houses said on their logs.
    pub(crate) log: Log,
    env: Env,
    country: Country,
    databases: rows::Databases,
    houses: Vec<(Part, House)>,
    scratch: Scratch,
}

/// A house that runs.
enum House {
    Ours(Running),
    Agency(agency::Running),
    Process(Process),
}

impl World {
    /// A country with all four houses open.
    pub(crate) async fn open() -> Self {
        let mut world = Self::founded().await;
        world.start_all().await;
        world
    }

    /// A country whose houses are still closed: configuration and files may be changed.
    pub(crate) async fn founded() -> Self {
        let clock = FakeClock::at(BEGINNING);
        Self::found(Arc::new(clock.clone()), clock).await
    }

    /// The same on the machine's clock, for houses that run as processes of their own.
    pub(crate) async fn founded_now() -> Self {
        Self::found(Arc::new(SystemClock), FakeClock::at(SystemClock.now())).await
    }

    async fn found(shared: Arc<dyn Clock>, clock: FakeClock) -> Self {
        let log = Log::listen();
        service::http::egress::install_tls();
        let scratch = Scratch::new().unwrap();
        let env = Env { clock: shared, random: Arc::new(SeededRandom::new(7)) };
        let country = found(&scratch.path().join("data"), &env);
        let file = |part: Part| country.config(part);
        // What `up` takes from its own program is taken from that program here.
        let own = std::env::current_exe().unwrap();
        edit(file(Part::Agency), |text| {
            // The verifier is a program with a clock of its own: it is told to look back from a year later.
            let later = env.clock.now().plus_seconds(365 * 86_400).generalized().to_date_time();
            let later = format!("{:04}-{:02}-{:02}", later.year(), later.month(), later.day());
            let told = format!("{}\", \"verify\", \"--at\", \"{later}", env!("CARGO_BIN_EXE_chancery"));
            text.replace(&format!("{}\", \"verify", own.to_string_lossy()), &told)
        });
        edit(file(Part::Signer), |text| {
            text + "\n[render]\nprogram = \"" + env!("CARGO_BIN_EXE_chancery") + "\"\n"
        });
        // A clock that jumps makes every house stale at once; staleness has tests of its own.
        edit(file(Part::Idp), |text| text + "\n[login]\nstale_seconds_max = 86400\n");
        let databases = rows::Databases::of(&country, scratch.path().join("data")).await;
        let offers = {
            let config = pki::Config::read(&file(Part::Pki)).unwrap();
            pki::sandbox::offer(&config, &env, &pki::sandbox::cast()).await.unwrap()
        };
        let root = country.root(env.clock.now()).unwrap();
        let url = |part: Part| Url::parse(&country.url(part)).unwrap();
        let enrol = offers
            .into_iter()
            .map(|offer| EnrolmentLink {
                role: offer.role.to_owned(),
                name: offer.name.to_owned(),
                url: Url::parse(&offer.url).unwrap(),
            })
            .collect();
        let board = Board {
            idp: url(Part::Idp),
            signer: url(Part::Signer),
            pki: url(Part::Pki),
            agency: url(Part::Agency),
            root: Root { file: root.file, sha256: root.sha256 },
            enrol,
        };
        Self { clock, board, log, env, country, databases, houses: Vec::new(), scratch }
    }

    pub(crate) async fn start_all(&mut self) {
        for part in [Part::Pki, Part::Idp, Part::Signer, Part::Agency] {
            self.start(part).await;
        }
    }

    pub(crate) async fn start(&mut self, part: Part) {
        let house = match part {
            Part::Agency => House::Agency(self.agency().await),
            ours => House::Ours(self.house(ours).await.unwrap()),
        };
        self.houses.push((part, house));
    }

    /// Why a house of ours does not start.
    pub(crate) async fn refuses_to_start(&self, part: Part) -> String {
        self.house(part).await.err().unwrap().to_string()
    }

    async fn house(&self, part: Part) -> Result<Running, StartError> {
        let (file, env) = (self.country.config(part), self.env.clone());
        match part {
            Part::Pki => pki::start(pki::Config::read(&file)?, env).await,
            Part::Idp => idp::start(idp::Config::read(&file)?, env).await,
            Part::Signer => signer::start(signer::config::Config::read(&file)?, env).await,
            Part::Agency => panic!("the agency is not a house of ours"),
        }
    }

    async fn agency(&self) -> agency::Running {
        let clock = Arc::clone(&self.env.clock);
        let now = move || SystemTime::UNIX_EPOCH + Duration::from_micros(clock.now().micros().unsigned_abs());
        let config = agency::Config::read(&self.country.config(Part::Agency)).unwrap();
        agency::start_at(config, agency::Clock::from_fn(now)).await.unwrap()
    }

    pub(crate) fn is_open(&self, part: Part) -> bool {
        self.houses.iter().any(|(known, _)| *known == part)
    }

    /// Drains and stops a house, as SIGTERM does.
    pub(crate) async fn stop(&mut self, part: Part) {
        let at = self.houses.iter().position(|(known, _)| *known == part).unwrap();
        match self.houses.remove(at).1 {
            House::Ours(running) => running.shutdown().await,
            House::Agency(running) => running.shutdown().await,
            House::Process(process) => process.stop().await,
        }
    }

    /// Starts a house as a process of its own, with this in its environment.
    pub(crate) async fn spawn(&mut self, part: Part, environment: &[(&str, &str)]) {
        let process = Process::spawn(part, &self.country.config(part), environment);
        let port = Url::parse(&self.country.url(part)).unwrap().port().unwrap();
        self.wait(async |_| tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok()).await;
        self.houses.push((part, House::Process(process)));
    }

    /// Returns when the process of a house has died by itself, as if the power had gone.
    pub(crate) async fn died(&mut self, part: Part) {
        let at = self.houses.iter().position(|(known, _)| *known == part).unwrap();
        let House::Process(process) = self.houses.remove(at).1 else { panic!("no process") };
        process.died().await;
    }

    /// Asks again and again until there is an answer: for what a background job of a house brings about.
    pub(crate) async fn wait<T>(&self, ask: impl AsyncFn(&Self) -> Option<T>) -> T {
        let asking = async {
            loop {
                if let Some(answer) = ask(self).await {
                    return answer;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        match tokio::time::timeout(TOLD_WITHIN, asking).await {
            Ok(answer) => answer,
            Err(_) => panic!("it never came about; the houses said: {}", self.log.text()),
        }
    }

    /// Changes a house's configuration before it starts.
    pub(crate) fn configure(&self, part: Part, change: impl FnOnce(String) -> String) {
        edit(self.country.config(part), change);
    }

    pub(crate) fn now(&self) -> Instant {
        self.env.clock.now()
    }

    /// What the clock shows, in seconds since 1970.
    pub(crate) fn clock_seconds(&self) -> i64 {
        self.now().seconds()
    }

    /// The data directory.
    pub(crate) fn data(&self) -> PathBuf {
        self.scratch.path().join("data")
    }

    /// The link of the board that is for this person.
    pub(crate) fn link(&self, name: &str) -> &EnrolmentLink {
        self.board.enrol.iter().find(|link| link.name.starts_with(name)).unwrap()
    }

    /// Tomas Berg with the officer's passkey, signed in at the desk.
    pub(crate) async fn officer(&self) -> Browser {
        let mut officer = Browser::new().unwrap();
        enrol::take_link(&mut officer, self.link("Tomas")).await.unwrap();
        enrol::officer_signs_in(&mut officer, &self.board).await.unwrap();
        officer
    }

    /// Somebody of the cast with the passkey of the link, known to every house.
    pub(crate) async fn person(&self, name: &str) -> Browser {
        let mut person = Browser::new().unwrap();
        enrol::take_link(&mut person, self.link(name)).await.unwrap();
        self.told().await;
        person
    }

    /// The sample agency's own keys in the hands of the test.
    pub(crate) async fn relying_party(&self) -> RelyingParty {
        let callback = self.board.agency.join("/callback").unwrap();
        let clock = Arc::clone(&self.env.clock);
        RelyingParty::of_agency(&self.data(), &callback).await.unwrap().at(move || clock.now().seconds())
    }
}

fn edit(file: PathBuf, change: impl FnOnce(String) -> String) {
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, change(text)).unwrap();
}

/// Founds a country on four free ports in a row; each country of this process looks further on.
fn found(dir: &std::path::Path, env: &Env) -> Country {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Below the range from which the machine takes ports for outgoing connections.
    let start = 24_000 + u16::try_from(std::process::id() % 40).unwrap() * 200;
    loop {
        let base = start + NEXT.fetch_add(4, Ordering::SeqCst);
        match Country::open(dir, Some(base), env, &|_| {}) {
            Ok(country) => return country,
            Err(error) => assert!(error.to_string().contains("is in use"), "{error:#}"),
        }
    }
}

/// What the house that made this page says under this key of its catalogue.
fn words(arrived: &Arrived, key: &str) -> String {
    // The order of the ports is that of `Part`.
    let catalogue = match arrived.url.port().unwrap() % 4 {
        0 => include_str!("../../idp/locales/en/main.ftl"),
        1 => include_str!("../../signer/locales/en/main.ftl"),
        2 => include_str!("../../pki/locales/en/main.ftl"),
        _ => panic!("the agency has no catalogue"),
    };
    let agency = "Open Assembly";
    let values = [("requester", agency), ("agency", agency), ("client", agency)];
    Texts::english(&[catalogue]).unwrap().say_with(key, &values)
}

/// A page that says no in the words that begin with `key`: its status and its heading, to the letter.
#[track_caller]
pub(crate) fn assert_refused(arrived: &Arrived, status: u16, key: &str) {
    let said = (arrived.status.as_u16(), arrived.page().heading);
    assert_eq!(said, (status, words(arrived, &format!("{key}-title"))), "{}", arrived.said());
}

/// A page whose heading is this text of its house's catalogue.
#[track_caller]
pub(crate) fn assert_heading(arrived: &Arrived, key: &str) {
    assert_eq!(arrived.page().heading, words(arrived, key), "{}", arrived.said());
}

/// A page that says this somewhere.
#[track_caller]
pub(crate) fn assert_says(arrived: &Arrived, key: &str) {
    assert!(arrived.page().text.contains(&words(arrived, key)), "{key}: {}", arrived.said());
}

/// A passkey form answered by a device of the test's choice, over options that may be changed first.
pub(crate) fn borrowed(
    device: &mut SoftwarePasskey,
    form: &Form,
    page: &Url,
    change: impl FnOnce(&mut serde_json::Map<String, serde_json::Value>),
) -> Form {
    let mut options: serde_json::Value = serde_json::from_str(form.options.as_ref().unwrap()).unwrap();
    change(options.get_mut("publicKey").and_then(serde_json::Value::as_object_mut).unwrap());
    let answer = match form.passkey.unwrap() {
        Ceremony::Get => device.get(&options.to_string(), page),
        Ceremony::Create => device.create(&options.to_string(), page),
    };
    let mut form = form.clone();
    assert!(form.fill("credential", &answer.unwrap()));
    form
}
