//! The process dies between any two effects of an act, as if the power had gone, and starts again: one file in the end,
//! one certificate that was not abandoned, one leaf; or nothing at all, and the person is asked again.
//!
//! The one that dies is this test binary again, running [`the_process_that_dies`] with a failpoint armed; the other houses
//! live in the test that looks on.

use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use pki_core::bytes::Id;
use service::testing::FakeClock;
use signer_core::validate::{Anchors, Verdict, validate};
use tower::ServiceExt as _;

use super::country::{HANDLE, NOW};
use super::{World, open, routes};
use crate::app::act;
use crate::store::requests::State;

const CONFIG: &str = "CHANCERY_TEST_CRASH_CONFIG";
const BROWSER: &str = "CHANCERY_TEST_CRASH_BROWSER";
const FORM: &str = "CHANCERY_TEST_CRASH_FORM";
const PATH: &str = "CHANCERY_TEST_CRASH_PATH";

/// Posts one Accept form to the house of a configuration. Run by hand or by `cargo test` it has nothing to do.
#[tokio::test]
async fn the_process_that_dies() {
    let given = |name: &str| std::env::var(name).ok();
    let (Some(config), Some(browser), Some(form), Some(path)) =
        (given(CONFIG), given(BROWSER), given(FORM), given(PATH))
    else {
        return;
    };
    let http = open(Path::new(&config), &FakeClock::at(NOW)).await;
    let request = Request::post(path)
        .header(header::COOKIE, browser)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form))
        .unwrap();
    let answer = routes::router(http).oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
}

/// A world in which Ana stands before the Accept page, and what her browser will post.
struct Scene {
    world: World,
    id: Id,
    browser: String,
    form: String,
}

impl Scene {
    async fn new() -> Self {
        let world = World::new().await;
        let id = world.asked().await;
        let browser = world.browser(&HANDLE).await;
        let page = world.accept_page(&browser, &id).await;
        let credential = world.touch(&page, &id).await;
        let pairs = [("csrf", page.csrf.as_str()), ("showing", &page.showing), ("credential", &credential)];
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        world.app().store.database().close().await;
        Self { world, id, browser, form }
    }

    /// Lets another process accept, with this variable set for it.
    async fn accept_elsewhere(&self, variable: (&str, &str)) -> ExitStatus {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "http::tests::crash::the_process_that_dies"])
            .env(CONFIG, self.world.scratch.path().join("signer.toml"))
            .env(BROWSER, &self.browser)
            .env(FORM, &self.form)
            .env(PATH, format!("/sign/{}/accept", self.id.hex()))
            .env(variable.0, variable.1)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        tokio::task::spawn_blocking(move || command.status().unwrap()).await.unwrap()
    }

    /// The process starts again and looks at what it finds.
    async fn start_again(&mut self) {
        self.world.http = open(&self.world.scratch.path().join("signer.toml"), &self.world.clock).await;
        assert_eq!(act::recover(self.world.app(), self.world.app().now()).await, Ok(false));
    }

    async fn state(&self) -> State {
        self.world.app().store.request(&self.id).await.unwrap().unwrap().state
    }
}

/// Names that an act passes, each with how often it was passed before; the places right after a statement are those right
/// before the next.
async fn places() -> Vec<String> {
    let scene = Scene::new().await;
    let trace = scene.world.scratch.path().join("trace");
    let status = scene.accept_elsewhere(("CHANCERY_FAILPOINT_TRACE", trace.to_str().unwrap())).await;
    assert!(status.success());
    let passed = std::fs::read_to_string(trace).unwrap();
    let mut places: Vec<String> = Vec::new();
    for name in passed.lines().filter(|name| !name.ends_with(".after") || name.ends_with(".commit.after")) {
        let before = places.iter().filter(|place| place.split('#').next() == Some(name)).count();
        places.push(format!("{name}#{}", before + 1));
    }
    places
}

#[tokio::test]
async fn killed_anywhere_an_act_ends_once_or_not_at_all() {
    let places = places().await;
    for effect in ["act.approve", "act.certify", "act.sign", "act.stamp", "act.deliver"] {
        assert!(places.contains(&format!("{effect}.commit.after#1")), "{effect} is not in {places:?}");
    }
    assert!(places.contains(&"act.key_born#1".to_owned()), "{places:?}");
    for place in places {
        let mut scene = Scene::new().await;
        let status = scene.accept_elsewhere(("CHANCERY_FAILPOINT", &place)).await;
        assert_eq!(status.code(), None, "it did not die at {place}");
        scene.start_again().await;
        if scene.state().await == State::Requested {
            assert_eq!(scene.world.elsewhere.certificates(), Vec::new(), "{place}");
            let again = scene.world.accept(&scene.browser, &scene.id).await;
            assert_eq!(again.status, StatusCode::SEE_OTHER, "{place}");
        }
        assert_eq!(scene.state().await, State::Delivered, "{place}");
        let app = scene.world.app();
        let kept = scene.world.elsewhere.certificates().iter().filter(|(_, abandoned)| !abandoned).count();
        assert_eq!((kept, app.store.leaves().await.unwrap()), (1, 1), "{place}");
        let file = app.store.delivered(&scene.id).await.unwrap().unwrap().octets;
        let anchors = Anchors::of(scene.world.elsewhere.root().clone()).unwrap();
        let report = validate(&file, &anchors, app.now());
        assert_eq!((report.verdict(), report.signatures().len()), (Verdict::Genuine, 1), "{place}");
        app.store.database().close().await;
    }
}
