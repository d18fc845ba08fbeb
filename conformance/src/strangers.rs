//! Programs of strangers judge a signed file: pyHanko, OpenSSL, Poppler and qpdf, with nothing of ours but the root.
//!
//! The certificates of this country live 30 seconds (`[issuance] life_seconds`), and a false clock asks each verifier twice:
//! inside that life, and an hour later. The copy without evidence is judged like the original. Strangers see certificate and
//! time; the evidence is ours to check.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::country::Country;
use crate::report::Report;
use crate::tool::Tool;
use crate::walk::{self, Signed};

/// Written by the maker of this module; asks asn1crypto and pyHanko.
const CUT: &str = include_str!("../strangers/cut.py");
/// As short as the configuration allows.
const LIFE_SECONDS: i64 = 30;
/// Long after the certificate, long before the next CRL.
const AN_HOUR: i64 = 3_600;

/// What `cut.py` prints.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Times {
    signing_time: i64,
    stamped: i64,
    not_before: i64,
    not_after: i64,
}

/// Makes a country and a signed file, and asks everybody.
pub async fn run(report: &mut Report, keep: Option<&Path>) {
    report.begin("strangers");
    let Some(mut country) = report.check("country", Country::place("strangers")) else { return };
    let Some(signed) = report.check("sign", signed(&mut country).await) else { return };
    let folder = country.scratch().join("judged");
    if report.check("files", lay_out(&folder, &signed)).is_none() {
        return;
    }
    for (copy, file) in [("signed", "signed.pdf"), ("without-evidence", "without-evidence.pdf")] {
        report.part(copy);
        judge(report, &folder, file);
    }
    report.part("");
    report.check("time-stamp-service", time_stamp_service(&country, &folder).await);
    if let Some(keep) = keep {
        report.check("kept", signed.keep(keep));
    }
    report.check("stop", country.stop());
}

/// One signature in a country whose certificates live 30 seconds.
async fn signed(country: &mut Country) -> Result<Signed> {
    country.up()?;
    country.stop()?;
    let file = country.data().join("pki.toml");
    let text = std::fs::read_to_string(&file)?;
    let line =
        text.lines().find(|line| line.starts_with("life_seconds")).context("pki.toml has no life_seconds")?;
    std::fs::write(&file, text.replace(line, &format!("life_seconds = {LIFE_SECONDS}")))?;
    country.up()?;
    walk::sign_once(country).await
}

/// The files as the verifiers want them, beside a root that has nothing to do with ours.
fn lay_out(folder: &Path, signed: &Signed) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    signed.keep(folder)?;
    std::fs::write(folder.join("cut.py"), CUT)?;
    for (config, root) in [("ours.yml", "root.pem"), ("another.yml", "another-root.pem")] {
        // 0 would be read as pyHanko's default of 30 seconds.
        let text = format!(
            "time-tolerance: 1\nvalidation-contexts: {{root: {{trust: [{root}], trust-replace: true}}}}\n"
        );
        std::fs::write(folder.join(config), text)?;
    }
    let request = [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=Another root",
    ];
    let files = ["-days", "30", "-keyout", "another-root.key", "-out", "another-root.pem"];
    Tool::new("openssl", folder).with(&request).with(&files).accepts("")?;
    Ok(())
}

fn judge(report: &mut Report, folder: &Path, file: &str) {
    let Some(times) = report.check("pieces", cut(folder, file)) else { return };
    let pieces = folder.join(format!("{file}.pieces"));
    report.check_saying("times", in_order(times));
    report.check("openssl-verify-leaf", chain(&pieces, "leaf.pem", "any", times.stamped));
    report.check(
        "openssl-verify-stamp-unit",
        chain(&pieces, "tsu.pem", "timestampsign", times.stamped + AN_HOUR),
    );
    for (id, certificate) in
        [("issuer", "issuer.pem"), ("stamp-issuer", "tsu-issuer.pem"), ("stamp-unit", "tsu.pem")]
    {
        report.check(&format!("openssl-crl-of-{id}"), not_revoked(&pieces, certificate, times));
    }
    report.check("openssl-cms-cades", cades(&pieces, times));
    report.check("openssl-ts", time_stamp(&pieces));
    report.check("pyhanko-inside", pyhanko(folder, "ours.yml", file, times.stamped + 1, true));
    report.check("pyhanko-after", pyhanko(folder, "ours.yml", file, times.stamped + AN_HOUR, true));
    report
        .check("pyhanko-another-root", pyhanko(folder, "another.yml", file, times.stamped + AN_HOUR, false));
    report.check("pyhanko-unstamped", unstamped(folder, file, times));
    report.check(
        "pdfsig",
        Tool::new("pdfsig", folder).with(&["-nocert", file]).accepts("Signature is Valid").map(drop),
    );
    report.check(
        "qpdf",
        Tool::new("qpdf", folder).with(&["--check", file]).accepts("No syntax or stream").map(drop),
    );
    report.check("changed", changed(folder, file, times));
}

fn cut(folder: &Path, file: &str) -> Result<Times> {
    let said =
        Tool::new("python3", folder).with(&["cut.py", file, &format!("{file}.pieces")]).accepts("{")?;
    let line = said.text.lines().find(|line| line.starts_with('{')).context("cut.py printed no JSON")?;
    Ok(serde_json::from_str(line)?)
}

/// `signatures`: notBefore is exactly the signing time, the stamp lies inside the leaf's life.
fn in_order(times: Times) -> Result<((), String)> {
    let Times { signing_time, stamped, not_before, not_after } = times;
    ensure!(not_before == signing_time, "notBefore {not_before} is not the signing time {signing_time}");
    ensure!(
        not_before <= stamped && stamped <= not_after,
        "the stamp {stamped} lies outside {not_before}..{not_after}"
    );
    ensure!(not_after - not_before <= LIFE_SECONDS, "the certificate lives {} s", not_after - not_before);
    Ok(((), format!("stamped {} s after signing, life {} s", stamped - signing_time, not_after - not_before)))
}

fn chain(pieces: &Path, certificate: &str, purpose: &str, at: i64) -> Result<()> {
    let at = at.to_string();
    let verify = |root: &'static str| {
        Tool::new("openssl", pieces)
            .with(&["verify", "-x509_strict", "-purpose", purpose, "-attime", &at, "-CAfile", root])
            .with(&["-untrusted", "others.pem", certificate])
    };
    verify("../root.pem").accepts(": OK")?;
    verify("../another-root.pem").refuses("verification failed")?;
    Ok(())
}

/// Each authority below the root, and the time-stamping unit, is covered by a CRL inside the file.
fn not_revoked(pieces: &Path, certificate: &str, times: Times) -> Result<()> {
    let at = times.stamped.to_string();
    let verify = || {
        Tool::new("openssl", pieces)
            .with(&["verify", "-x509_strict", "-crl_check", "-attime", &at, "-CAfile", "../root.pem"])
            .with(&["-untrusted", "others.pem"])
    };
    verify().with(&["-CRLfile", "crls.pem", certificate]).accepts(": OK")?;
    verify().with(&[certificate]).refuses("unable to get certificate CRL")?;
    Ok(())
}

fn cades(pieces: &Path, times: Times) -> Result<()> {
    let verify = |content: &'static str, at: i64| {
        Tool::new("openssl", pieces)
            .with(&[
                "cms",
                "-verify",
                "-binary",
                "-cades",
                "-inform",
                "DER",
                "-in",
                "signature.p7s",
                "-content",
                content,
            ])
            .with(&[
                "-CAfile",
                "../root.pem",
                "-purpose",
                "any",
                "-attime",
                &at.to_string(),
                "-out",
                "verified.bin",
            ])
    };
    verify("content.bin", times.stamped).accepts("CAdES Verification successful")?;
    verify("content.bin", times.not_after + 1).refuses("certificate has expired")?;
    verify("content.bin", times.not_before - 1).refuses("certificate is not yet valid")?;
    verify("value.bin", times.stamped).refuses("verification failure")?;
    Ok(())
}

fn time_stamp(pieces: &Path) -> Result<()> {
    let verify = |data: &'static str| {
        Tool::new("openssl", pieces)
            .with(&["ts", "-verify", "-token_in", "-in", "timestamp.tst", "-data", data])
            .with(&["-CAfile", "../root.pem", "-untrusted", "others.pem"])
    };
    verify("value.bin").accepts("Verification: OK")?;
    verify("content.bin").refuses("message imprint mismatch")?;
    Ok(())
}

/// EN 319 102-1 by pyHanko. noRevAvail is unknown to it, hence `--no-revocation-check`: the leaf has no revocation data.
fn pyhanko(folder: &Path, config: &str, file: &str, at: i64, genuine: bool) -> Result<()> {
    let judged = Tool::at(at, "pyhanko", folder)?
        .with(&["--config", config, "sign", "adesverify", "--validation-context", "root"])
        .with(&["--no-revocation-check", "--executive-summary", file]);
    if genuine {
        judged.accepts(":VALID")?
    } else {
        judged.refuses(":INVALID")?
    };
    Ok(())
}

/// The time-stamp is what carries the signature past the life of its certificate: without it the same file is valid while the
/// certificate lives, and never after.
fn unstamped(folder: &Path, file: &str, times: Times) -> Result<()> {
    let copy = format!("{file}.pieces/unstamped.pdf");
    pyhanko(folder, "ours.yml", &copy, times.stamped + 1, true)?;
    pyhanko(folder, "ours.yml", &copy, times.stamped + AN_HOUR, false)
}

/// One bit of the signed bytes flipped: nobody accepts the file.
fn changed(folder: &Path, file: &str, times: Times) -> Result<()> {
    let mut bytes = std::fs::read(folder.join(file))?;
    // The second byte of the binary comment below the header: no reader looks at it, only the digest does.
    *bytes.get_mut(11).context("a short file")? ^= 1;
    let copy = format!("changed-{file}");
    std::fs::write(folder.join(&copy), bytes)?;
    pyhanko(folder, "ours.yml", &copy, times.stamped + 1, false)?;
    Tool::new("pdfsig", folder).with(&["-nocert", &copy]).run().and_then(|said| {
        ensure!(!said.text.contains("Signature is Valid"), "pdfsig accepts a changed file: {}", said.text);
        Ok(())
    })?;
    cut(folder, &copy)?;
    let pieces = folder.join(format!("{copy}.pieces"));
    let at = times.stamped.to_string();
    Tool::new("openssl", &pieces)
        .with(&[
            "cms",
            "-verify",
            "-binary",
            "-cades",
            "-inform",
            "DER",
            "-in",
            "signature.p7s",
            "-content",
            "content.bin",
        ])
        .with(&["-CAfile", "../root.pem", "-purpose", "any", "-attime", &at, "-out", "verified.bin"])
        .refuses("verification failure")?;
    Ok(())
}

/// RFC 3161 over HTTP: OpenSSL asks, our service answers, OpenSSL judges.
async fn time_stamp_service(country: &Country, folder: &Path) -> Result<()> {
    let query = ["ts", "-query", "-data", "root.pem", "-sha256", "-cert", "-out", "query.tsq"];
    Tool::new("openssl", folder).with(&query).accepts("")?;
    let url = country.board()?.pki.join(walk::TIME_STAMP_PATH)?;
    let answer = reqwest::Client::builder()
        .no_proxy()
        .build()?
        .post(url)
        .header("content-type", "application/timestamp-query")
        .body(std::fs::read(folder.join("query.tsq"))?)
        .send()
        .await?
        .error_for_status()?
        .bytes()
        .await?;
    let response: PathBuf = folder.join("response.tsr");
    std::fs::write(response, &answer)?;
    let verify = |data: [&'static str; 2]| {
        Tool::new("openssl", folder).with(&["ts", "-verify"]).with(&data).with(&[
            "-in",
            "response.tsr",
            "-CAfile",
            "root.pem",
            "-untrusted",
            "signed.pdf.pieces/others.pem",
        ])
    };
    verify(["-queryfile", "query.tsq"]).accepts("Verification: OK")?;
    verify(["-data", "cut.py"]).refuses("message imprint mismatch")?;
    Ok(())
}
