//! What our own verifier says: at the command line, offline, from the root alone; and on the signer's page.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::Signed;
use crate::browserless::{Arrived, Browser, Upload};
use crate::country::{Board, Country};

const GENUINE: (i32, &str) = (0, "genuine");
const NOT_GENUINE: (i32, &str) = (1, "not-genuine");
const CANNOT_BE_CONFIRMED: (i32, &str) = (2, "cannot-be-confirmed");

/// The nearest things to a genuine file that are not.
///
/// # Errors
/// When one of them is not what it should be.
pub fn at_the_command_line(country: &Country, folder: &Path, file: &Signed) -> Result<()> {
    file.keep(folder)?;
    let bundle = folder.join("bundle.der");
    let judge = |name: &str, bytes: &[u8], expected: (i32, &str)| -> Result<Value> {
        let path = folder.join(name);
        std::fs::write(&path, bytes)?;
        said(country, &bundle, &path, expected)
    };
    let signed = &file.signed;
    let report = judge("signed.pdf", signed, GENUINE)?;
    ensure!(
        report.get("signatures").and_then(Value::as_array).is_some_and(|list| list.len() == 1),
        "{report}"
    );
    ensure!(report.get("indication").and_then(Value::as_str) == Some("TOTAL-PASSED"), "{report}");
    // The root alone is as good as root and charter: the evidence carries the charter.
    said(country, &folder.join("root.pem"), &folder.join("signed.pdf"), GENUINE)?;
    judge("without-evidence.pdf", &file.without_evidence, CANNOT_BE_CONFIRMED)?;
    let mut changed = signed.clone();
    *changed.get_mut(11).context("a short file")? ^= 1;
    judge("changed.pdf", &changed, NOT_GENUINE)?;
    judge("longer.pdf", &[signed.as_slice(), b"%"].concat(), NOT_GENUINE)?;
    let shorter = signed.get(..signed.len().saturating_sub(64)).unwrap_or_default();
    ensure!(
        said(country, &bundle, &write(folder, "shorter.pdf", shorter)?, GENUINE).is_err(),
        "a cut file is genuine"
    );
    another_root(country, folder)?;
    usage(country, folder)
}

/// One line of JSON and the exit code agree with each other and with what is expected.
fn said(country: &Country, trust: &Path, file: &Path, expected: (i32, &str)) -> Result<Value> {
    let output = country.chancery(&[&"verify", &"--json", &"--trust", &trust, &file])?;
    let text = String::from_utf8_lossy(&output.stdout);
    let about = || {
        format!(
            "{}: {:?} {text}{}",
            file.display(),
            output.status.code(),
            String::from_utf8_lossy(&output.stderr)
        )
    };
    ensure!(text.lines().count() == 1, "not one line for {}", about());
    let line: Value = serde_json::from_str(&text).with_context(about)?;
    let verdict = line.get("verdict").and_then(Value::as_str).unwrap_or_default();
    ensure!(
        (output.status.code(), verdict) == (Some(expected.0), expected.1),
        "expected {expected:?}, got {}",
        about()
    );
    Ok(line)
}

/// A root that has nothing to do with ours: nothing is claimed either way.
fn another_root(country: &Country, folder: &Path) -> Result<()> {
    let mut other = Country::place("another")?;
    let root = other.up()?.root.file.clone();
    let bundle = root.with_file_name("bundle.der");
    let judged = said(country, &bundle, &folder.join("signed.pdf"), CANNOT_BE_CONFIRMED);
    other.stop()?;
    judged.map(drop)
}

/// No trust, and no file: that is usage, not a verdict.
fn usage(country: &Country, folder: &Path) -> Result<()> {
    let file = folder.join("signed.pdf");
    let without_trust = country.chancery(&[&"verify", &file])?;
    ensure!(without_trust.status.code() == Some(3), "without --trust: {:?}", without_trust.status.code());
    let nothing = folder.join("nothing.pdf");
    let unreadable = country.chancery(&[&"verify", &"--trust", &folder.join("bundle.der"), &nothing])?;
    ensure!(unreadable.status.code() == Some(3), "an unreadable file: {:?}", unreadable.status.code());
    Ok(())
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<std::path::PathBuf> {
    let path = folder.join(name);
    std::fs::write(&path, bytes)?;
    Ok(path)
}

/// The verify page, as somebody without an account and without script uses it.
///
/// # Errors
/// When it says anything else than the command line.
pub async fn at_the_page(board: &Board, file: &Signed) -> Result<()> {
    let mut changed = file.signed.clone();
    *changed.get_mut(11).context("a short file")? ^= 1;
    for (bytes, verdict) in [
        (&file.signed, "Genuine"),
        (&changed, "Not genuine"),
        (&file.without_evidence, "Cannot be confirmed"),
    ] {
        let answered = upload(board, bytes).await?;
        let page = answered.page();
        ensure!(page.text.contains(verdict), "expected \"{verdict}\", but {}", answered.said());
        // "Genuine" is also the end of "Not genuine" to a careless eye; the page must not say both.
        ensure!(
            verdict != "Genuine" || !page.text.contains("Not genuine"),
            "it says both: {}",
            answered.said()
        );
    }
    Ok(())
}

async fn upload(board: &Board, bytes: &[u8]) -> Result<Arrived> {
    let mut nobody = Browser::new()?;
    let arrived = nobody.open(board.signer.join("/verify")?.as_str()).await?.ok()?;
    let page = arrived.page();
    let form = page.forms.iter().find(|form| form.enctype == "multipart/form-data");
    let form = form.with_context(|| format!("no form for a file: {}", arrived.said()))?;
    let field = form.names.iter().find(|name| form.value(name).is_none()).context("no file field")?;
    let upload =
        Upload { field: field.clone(), file_name: "statement.pdf".to_owned(), bytes: bytes.to_vec() };
    nobody.submit_with(form, form.buttons.first(), vec![upload]).await?.ok()
}
