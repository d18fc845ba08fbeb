//! The house from outside: pages as a browser without a screen sees them, interfaces as the other houses use them.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod browser;
mod houses;
mod pages;

use axum::Router;

use crate::app::tests::World;

/// A world with its addresses.
async fn open() -> (World, Router) {
    let world = World::new().await;
    let router = crate::start::router(&world.config, &world.env, &world.app).unwrap();
    (world, router)
}
