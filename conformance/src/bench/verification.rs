//! A signed file is verified: in process, again and again, and by a program that starts for it. The peer is pyHanko, which
//! judges signature, time-stamp, chain and revocation; ours judges the evidence as well.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use anyhow::{Context as _, Result, ensure};
use pki_core::time::Instant;
use serde::Deserialize;
use signer_core::validate::{Anchors, Verdict, validate};

use super::floor::{Needs, Prices};
use super::machine::{children_cpu, milliseconds, own_cpu};
use super::table::{Figure, Table};
use crate::country::Country;

/// In process, ours.
const ROUNDS: u32 = 300;
/// In process, pyHanko.
const ROUNDS_OF_PEER: u32 = 20;
/// Programs that start, of each.
const PROGRAMS: u32 = 10;
/// Signature, time-stamp, two certificates above each, two revocation lists; charter, officer, approval, confirmation, statement,
/// and the touch.
const NEEDS: Needs = Needs { signatures: 0, verifications: 10, root_verifications: 4, keys: 0 };
/// Repeats what `pyhanko sign adesverify --no-revocation-check` does, without starting Python each time.
const LOOP: &str = include_str!("../../strangers/validate.py");

#[derive(Deserialize)]
struct Said {
    cpu_milliseconds: f64,
}

pub(super) fn measure(country: &Country, signed: &[u8], prices: &Prices, table: &mut Table) -> Result<()> {
    let folder = country.scratch().join("verified");
    std::fs::create_dir_all(&folder)?;
    let root = country.board()?.root.file.clone();
    std::fs::write(folder.join("signed.pdf"), signed)?;
    std::fs::copy(&root, folder.join("root.pem"))?;
    std::fs::write(folder.join("validate.py"), LOOP)?;
    std::fs::write(
        folder.join("ours.yml"),
        "time-tolerance: 1\nvalidation-contexts: {root: {trust: [root.pem], trust-replace: true}}\n",
    )?;
    table.add(Figure {
        what: "verification of a signed file, in process".to_owned(),
        unit: "CPU ms",
        ours: in_process(signed, &root)?,
        peer: Some(pyhanko_in_process(&folder)?),
        floor: Some(prices.of(NEEDS)),
    });
    let chancery: PathBuf = std::env::current_exe()?.with_file_name("chancery");
    table.add(Figure {
        what: "verification by a program that starts for it".to_owned(),
        unit: "CPU ms",
        ours: program(&folder, &chancery, &["verify", "--trust", "root.pem", "signed.pdf"])?,
        peer: Some(program(
            &folder,
            Path::new("pyhanko"),
            &[
                "--config",
                "ours.yml",
                "sign",
                "adesverify",
                "--validation-context",
                "root",
                "--no-revocation-check",
                "--executive-summary",
                "signed.pdf",
            ],
        )?),
        floor: Some(prices.of(NEEDS)),
    });
    table.note(format!(
        "verification: {} octets; the floor has {} verifications of P-256 and {} of the root's P-384 at {:.3} ms",
        signed.len(),
        NEEDS.verifications,
        NEEDS.root_verifications,
        prices.verify_root
    ));
    Ok(())
}

fn in_process(signed: &[u8], root: &Path) -> Result<f64> {
    let anchors = Anchors::read(&std::fs::read(root)?)?;
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let now = Instant::from_micros(i64::try_from(since.as_micros())?);
    let verify = || -> Result<()> {
        let verdict = validate(black_box(signed), &anchors, now).verdict();
        ensure!(verdict == Verdict::Genuine, "{verdict:?}");
        Ok(())
    };
    verify()?;
    let before = own_cpu()?;
    for _ in 0..ROUNDS {
        verify()?;
    }
    Ok(milliseconds(own_cpu()?.saturating_sub(before)) / f64::from(ROUNDS))
}

fn pyhanko_in_process(folder: &Path) -> Result<f64> {
    let output = Command::new("python3")
        .args(["validate.py", "signed.pdf", "root.pem", &ROUNDS_OF_PEER.to_string()])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .context("python3 does not run: conformance/setup installs it")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let why = || format!("validate.py said {text}{}", String::from_utf8_lossy(&output.stderr));
    let said: Said = serde_json::from_str(text.trim()).with_context(why)?;
    Ok(said.cpu_milliseconds)
}

/// User and system time of a program from its start to its end.
fn program(folder: &Path, program: &Path, arguments: &[&str]) -> Result<f64> {
    let run = || -> Result<()> {
        let output = Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("{} does not run", program.display()))?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        Ok(())
    };
    run()?;
    let before = children_cpu()?;
    for _ in 0..PROGRAMS {
        run()?;
    }
    Ok(milliseconds(children_cpu()?.saturating_sub(before)) / f64::from(PROGRAMS))
}
