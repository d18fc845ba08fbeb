//! Runs Open Assembly alone: `cargo run -p agency --example open-assembly -- agency.toml`.
//! In the sandbox country `chancery up` does the same beside the other houses.

use std::error::Error;
use std::path::Path;

use agency::{Config, start};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let file = std::env::args().nth(1).ok_or("usage: open-assembly agency.toml")?;
    let running = start(Config::read(Path::new(&file))?).await?;
    println!("Open Assembly listens on http://{}", running.addr);
    tokio::signal::ctrl_c().await?;
    running.shutdown().await;
    Ok(())
}
