//! The house as a whole: it opens, answers, and stops although somebody waits; files that do not fit are refused.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::time::{Duration, Instant};

use crate::app::feed::{PageWish, page};
use crate::app::tests::World;
use crate::config::Config;
use pki_core::feed::Audience;
use service::skeleton::StartError;

/// The house stops at once although readers of its feeds wait for 25 seconds.
#[tokio::test]
async fn a_house_that_stops_lets_its_readers_go() {
    let world = World::new().await;
    let app = std::sync::Arc::clone(&world.app);
    let waiting =
        tokio::spawn(
            async move { page(&app, PageWish { audience: Audience::Idp, after: 0, wait: 25 }).await },
        );
    tokio::task::yield_now().await;
    let started = Instant::now();
    world.app.bell.close();
    assert!(waiting.await.unwrap().is_ok());
    assert!(started.elapsed() < Duration::from_secs(5));
}

/// From the configuration alone the house opens with fresh lists, and frees its port when it stops.
#[tokio::test]
async fn the_house_opens_and_stops() {
    let world = World::new().await;
    let running = crate::start(world.config.clone(), world.env.clone()).await.unwrap();
    let client = tokio::net::TcpStream::connect(running.addr).await;
    assert!(client.is_ok());
    drop(client);
    running.shutdown().await;
}

fn changed(world: &World, from: &str, to: &str) -> Result<Config, service::config::ConfigError> {
    let path = world.scratch.path().join("changed.toml");
    let text = std::fs::read_to_string(world.scratch.path().join("pki.toml")).unwrap();
    assert!(text.contains(from));
    std::fs::write(&path, text.replace(from, to)).unwrap();
    Config::read(&path)
}

async fn refused(world: &World, from: &str, to: &str) -> String {
    let config = changed(world, from, to).unwrap();
    match crate::start(config, world.env.clone()).await {
        Err(StartError::Config(why)) => why,
        Err(other) => unreachable!("{other}"),
        Ok(_) => unreachable!("it opened"),
    }
}

/// A key that the charter does not list, an address that it does not name, a certificate of another key.
#[tokio::test]
async fn a_house_that_the_charter_does_not_know_stays_closed() {
    let world = World::new().await;
    let key = refused(&world, "registry = \"keys/registry.der\"", "registry = \"keys/tsu.der\"").await;
    assert_eq!(key, "keys.registry: the charter does not list this key");
    let origin = refused(&world, "http://localhost:8402", "http://localhost:9402").await;
    assert_eq!(origin, "service.base_url: the charter does not name http://localhost:9402");
    std::fs::copy(
        world.scratch.path().join("keys/tsa-ca.cer"),
        world.scratch.path().join("keys/registry.cer"),
    )
    .unwrap();
    let certificate = refused(&world, "tsu = \"keys/tsu.der\"", "tsu = \"keys/registry.der\"").await;
    assert_eq!(certificate, "keys.tsu: the certificate beside this key is another key's");
    let registrar = refused(&world, "keys/sandbox-registrar.der", "keys/sandbox-officer.der").await;
    assert_eq!(registrar, "sandbox.registrar: the charter names no registrar with this key");
}

/// Unknown keys, a life out of range, a missing signer.
#[tokio::test]
async fn a_configuration_says_nothing_that_cannot_be() {
    let world = World::new().await;
    let unknown = changed(&world, "tsu =", "tsu2 =").unwrap_err().to_string();
    assert!(unknown.contains("tsu2"), "{unknown}");
    let long = changed(&world, "[sandbox]", "[issuance]\nlife_seconds = 901\n[sandbox]").unwrap_err();
    assert_eq!(long.to_string(), "issuance.life_seconds: it must be 30 to 900");
    assert!(changed(&world, "[sandbox]", "[issuance]\nlife_seconds = 900\n[sandbox]").is_ok());
    let alone = changed(&world, "role = \"signer\"", "role = \"other\"").unwrap_err();
    assert_eq!(alone.to_string(), "peer: there must be one with the role \"signer\"");
}
