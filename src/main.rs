//! The command line: `up` for a whole country, `idp`, `signer`, `pki`, `agency` for one part, `verify` for a stranger.
//!
//! `main` reads arguments, sets telemetry up and chooses; it knows no rule of the houses. Exit codes: 0 done, 1 could not,
//! 2 wrong usage; `verify` has its own.

mod board;
mod open;
mod terminal;
mod verify;

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Args, Parser, Subcommand};
use service::http::egress::install_tls;
use service::telemetry;

use chancery::country::Part;

/// A national digital identity and e-signature service.
#[derive(Parser)]
#[command(name = "chancery", version, about)]
struct Cli {
    /// What goes to stderr: error, warn, info, debug, or a directive such as `info,service=debug`.
    #[arg(long, global = true, value_name = "FILTER")]
    log: Option<String>,
    /// One JSON object a line on stderr, for collectors.
    #[arg(long, global = true)]
    log_json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Open a whole sandbox country in this process; found it first where there is none.
    Up(Up),
    /// Run the identity provider alone.
    Idp(Alone),
    /// Run the signing service alone.
    Signer(Alone),
    /// Run the registration, certification and time-stamping authority alone.
    Pki(Alone),
    /// Run the sample agency alone.
    Agency(Alone),
    /// Check signed files, offline.
    Verify(verify::Verify),
}

#[derive(Args)]
struct Up {
    /// Where the country lives.
    #[arg(long, value_name = "DIR", default_value = "./chancery-data")]
    data: PathBuf,
    /// The first of four ports, when the country is made: idp, signer, pki, agency. [default: 8400]
    #[arg(long, value_name = "BASE")]
    ports: Option<u16>,
    /// Print one line of JSON when everything answers, instead of the board.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct Alone {
    /// Its configuration.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

fn main() -> ExitCode {
    // The child that draws documents: it must meet no runtime, no log and no open file.
    if std::env::args_os().nth(1).as_deref() == Some(OsStr::new(signer::render::CHILD_COMMAND)) {
        return signer::render::child_main();
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Shown as clap shows it; only the exit code of `verify` is its own.
            let code = verify::usage_exit(&error, std::env::args_os().nth(1).as_deref());
            let _ = error.print();
            return code.unwrap_or_else(|| ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)));
        }
    };
    if let Command::Verify(verify) = &cli.command {
        return verify::run(verify);
    }
    let quiet = matches!(&cli.command, Command::Up(_));
    let format = if cli.log_json { telemetry::Format::Json } else { telemetry::Format::Human };
    telemetry::start(format, cli.log.as_deref().unwrap_or(if quiet { "warn" } else { "info" }));
    match run(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The chain, once: each cause says what the one before it did not.
            eprintln!("chancery: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    install_tls();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime")?;
    runtime.block_on(async {
        match command {
            Command::Up(up) => open::up(&up.data, up.ports, up.json).await,
            Command::Idp(alone) => open::alone(Part::Idp, &alone.config).await,
            Command::Signer(alone) => open::alone(Part::Signer, &alone.config).await,
            Command::Pki(alone) => open::alone(Part::Pki, &alone.config).await,
            Command::Agency(alone) => open::alone(Part::Agency, &alone.config).await,
            // Answered in `main`: it needs neither a runtime nor the network.
            Command::Verify(_) => Ok(()),
        }
    })
}
