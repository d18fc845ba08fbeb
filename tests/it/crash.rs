//! The process dies between any two effects of a signing act, and starts again: nothing half, nothing twice.
//!
//! An honest act tells the names of all its failpoints; then the same act is done once for each of them, with a process that
//! dies there. Houses that die are processes of their own on the machine's clock; the person's browser lives through it.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::{Path, PathBuf};

use conformance::browserless::{Arrived, Browser};
use conformance::walk::agency;
use service::db::Sql;
use signer_core::validate::Verdict;

use crate::sign::{accept_page, reads, states, verdict};
use crate::world::{World, borrowed};
use chancery::country::Part;

/// A country in which Mira has one statement to sign, and the signer's database as it was then.
struct Scene {
    world: World,
    mira: Browser,
    reading: Arrived,
    /// Who is going to die.
    victim: Part,
    trace: PathBuf,
}

impl Scene {
    async fn set(victim: Part) -> Self {
        let mut world = World::founded_now().await;
        let trace = world.data().join("trace");
        for part in [Part::Pki, Part::Idp, Part::Signer, Part::Agency] {
            match part {
                Part::Signer | Part::Pki if part == victim || part == Part::Signer => {
                    world.spawn(part, &[]).await
                }
                _ => world.start(part).await,
            }
        }
        let mut mira = world.person("Mira").await;
        let reading = reads(&world, &mut mira, 0).await;
        world.stop(Part::Signer).await;
        world.back_up(Part::Signer).await;
        Self { world, mira, reading, victim, trace }
    }

    /// The signer as it was before anything was approved; the victim with this in its environment.
    async fn rewind(&mut self, environment: &[(&str, &str)]) {
        if self.world.is_open(Part::Signer) {
            self.world.stop(Part::Signer).await;
        }
        self.world.restore(Part::Signer).await;
        if self.victim == Part::Pki {
            self.world.stop(Part::Pki).await;
            self.world.spawn(Part::Pki, environment).await;
            self.world.spawn(Part::Signer, &[]).await;
        } else {
            self.world.spawn(Part::Signer, environment).await;
        }
    }

    /// Mira touches her passkey; whether anybody answers is not asked.
    async fn touch(&mut self) {
        let (accept, form) = accept_page(&mut self.mira, &self.reading).await;
        let touch = borrowed(&mut self.mira.device.clone(), &form, &accept.url, |_| ());
        let _perhaps_nobody_answers = self.mira.clone().submit(&touch, touch.buttons.first()).await;
    }

    /// Where an honest act can die, in order.
    async fn points(&mut self) -> Vec<String> {
        let trace = self.trace.to_string_lossy().into_owned();
        self.rewind(&[("CHANCERY_FAILPOINT_TRACE", &trace)]).await;
        let (accept, form) = accept_page(&mut self.mira, &self.reading).await;
        let touch = borrowed(&mut self.mira.device.clone(), &form, &accept.url, |_| ());
        let before = passed(&self.trace);
        self.mira.submit(&touch, touch.buttons.first()).await.unwrap().ok().unwrap();
        assert_eq!(self.states().await, ["delivered"]);
        let mut points: Vec<String> = Vec::new();
        for name in passed(&self.trace).into_iter().skip(before.len()) {
            // What jobs do beside the act is not the act.
            let jobs = ["feed.", "lists.", "list.", "request.expire", "forget."];
            let beside = jobs.iter().any(|job| name.starts_with(job)) || name.contains("sweep");
            if !beside && !before.contains(&name) && !points.contains(&name) {
                points.push(name);
            }
        }
        points
    }

    async fn states(&self) -> Vec<String> {
        states(&self.world).await.into_iter().map(|(state, _)| state).collect()
    }

    /// One act that dies at this point, and what came of it after the next start.
    async fn dies_at(&mut self, point: &str) {
        let counted = "SELECT COUNT(*) AS n FROM certificates WHERE abandoned_at IS NULL";
        self.rewind(&[("CHANCERY_FAILPOINT", point)]).await;
        let before = self.world.number(Part::Pki, counted).await;
        self.touch().await;
        self.world.died(self.victim).await;
        if self.victim == Part::Pki {
            self.world.stop(Part::Signer).await;
        }
        self.world.spawn(self.victim, &[]).await;
        if self.victim == Part::Pki {
            self.world.spawn(Part::Signer, &[]).await;
        }
        let quiet = async |world: &World| {
            let state = states(world).await.into_iter().next().unwrap().0;
            ["delivered", "requested"].contains(&state.as_str()).then_some(state)
        };
        if self.world.wait(quiet).await == "requested" {
            // Nothing was kept: she is asked again.
            self.touch().await;
        }
        assert_eq!(self.states().await, ["delivered"], "{point}");
        for (table, rows) in [
            ("approvals", 1),
            ("certified", 0),
            ("signed", 0),
            ("stamped", 0),
            ("delivered", 1),
            ("leaves", 1),
        ] {
            let found = self.world.rows(Part::Signer, select(table)).await.len();
            assert_eq!(found, rows, "{point}: {table}");
        }
        let live = self.world.number(Part::Pki, counted).await - before;
        assert_eq!(live, 1, "{point}: certificates that were not given up");
        let receipt = self.mira.open(self.reading.url.as_str()).await.unwrap().ok().unwrap();
        let [signed, _] = agency::files(&mut self.mira, &receipt).await.unwrap();
        assert_eq!(verdict(&self.world, &signed, self.world.now()), Verdict::Genuine, "{point}");
    }
}

fn select(table: &str) -> Sql {
    Sql::new(match table {
        "approvals" => "SELECT request FROM approvals",
        "certified" => "SELECT request FROM certified",
        "signed" => "SELECT request FROM signed",
        "stamped" => "SELECT request FROM stamped",
        "delivered" => "SELECT request FROM delivered",
        _ => "SELECT commitment FROM leaves",
    })
}

/// The names that a process has passed so far.
fn passed(trace: &Path) -> Vec<String> {
    std::fs::read_to_string(trace).unwrap_or_default().lines().map(str::to_owned).collect()
}

/// Each `of`th point from the `from`th on: so that cores share the work.
async fn dies_everywhere(victim: Part, from: usize, of: usize, at_least: usize) {
    let mut scene = Scene::set(victim).await;
    let points = scene.points().await;
    assert!(points.len() >= at_least, "an act with so few points is not the whole act: {points:?}");
    for point in points.iter().skip(from).step_by(of) {
        scene.dies_at(point).await;
    }
}

/// The signer dies at the first, third, fifth, .. point of the act.
#[tokio::test]
async fn the_signer_dies_at_each_odd_point_of_an_act() {
    dies_everywhere(Part::Signer, 0, 2, 40).await;
}

/// The signer dies at the second, fourth, sixth, .. point of the act.
#[tokio::test]
async fn the_signer_dies_at_each_even_point_of_an_act() {
    dies_everywhere(Part::Signer, 1, 2, 40).await;
}

/// The authority dies at each point of the act.
#[tokio::test]
async fn the_authority_dies_at_each_point_of_an_act() {
    dies_everywhere(Part::Pki, 0, 1, 8).await;
}
