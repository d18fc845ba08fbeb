//! `chancery verify` as a stranger starts it: one process, the file of the first day, and what it says to the shell.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A folder of this test alone.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("chancery-verify-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn verify(arguments: &[&str], files: &[&Path]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
    command.arg("verify").args(arguments).args(files).output().unwrap()
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

/// Exit codes: 0 genuine, 1 not genuine, 2 cannot be confirmed, 3 usage, no `--trust`, or unreadable.
#[test]
fn the_exit_code_is_the_verdict_and_the_first_line_says_it() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("signer/core/src/validate/golden");
    let (signed, bundle) = (golden.join("signed.pdf"), golden.join("bundle.der"));
    // Before the time-stamp's certificate ends, whenever this test is run.
    let trust = ["--at", "2027-11-18", "--trust", bundle.to_str().unwrap()];
    let folder = Folder::new();
    let bytes = std::fs::read(&signed).unwrap();
    let longer = folder.file("longer.pdf", &[bytes.as_slice(), b"%"].concat());
    let copy = folder.file("copy.pdf", &signer_core::ades::pades::without_evidence(&bytes).unwrap());
    let missing = folder.0.join("missing.pdf");

    for (file, exit, first) in [
        (&signed, 0, "Genuine: signed by Ana Lucía Vidal on 18 November 2026 at 11:06:40 UTC."),
        (&longer, 1, "Not genuine: the file is damaged"),
        (
            &copy,
            2,
            "Cannot be confirmed: the proof that the person approved this document is not in the file.",
        ),
    ] {
        let output = verify(&trust, &[file]);
        assert_eq!(code(&output), Some(exit), "{output:?}");
        assert!(String::from_utf8(output.stdout).unwrap().starts_with(first));
    }
    assert_eq!(code(&verify(&trust, &[&missing])), Some(3));
    assert_eq!(code(&verify(&[], &[&signed])), Some(3), "no --trust");
    assert_eq!(code(&verify(&trust, &[])), Some(3), "no file");
    assert_eq!(code(&verify(&["--at", "yesterday", "--trust", trust[3]], &[&signed])), Some(3));
    assert_eq!(code(&verify(&["--trust", copy.to_str().unwrap()], &[&signed])), Some(3), "no root");
    assert_eq!(
        code(&verify(&["--at", "2026-11-17", "--trust", trust[3]], &[&signed])),
        Some(2),
        "before it was signed"
    );
    // The worst file decides: unreadable, not genuine, cannot be confirmed, genuine.
    assert_eq!(code(&verify(&trust, &[&signed, &copy])), Some(2));
    assert_eq!(code(&verify(&trust, &[&longer, &copy, &signed])), Some(1));
    assert_eq!(code(&verify(&trust, &[&longer, &missing])), Some(3));
}

/// `--json`: one line for each file, whatever becomes of it; `--trust` may be a directory with other things in it.
#[test]
fn json_is_one_line_a_file() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("signer/core/src/validate/golden");
    let signed = golden.join("signed.pdf");
    let folder = Folder(std::env::temp_dir().join(format!("chancery-verify-json-{}", std::process::id())));
    std::fs::create_dir_all(&folder.0).unwrap();
    std::fs::copy(golden.join("bundle.der"), folder.0.join("velmara.der")).unwrap();
    folder.file("readme.txt", b"not a root");
    let missing = folder.0.join("missing.pdf");
    let output = verify(
        &["--json", "--at", "2027-11-18", "--trust", folder.0.to_str().unwrap()],
        &[&signed, &missing],
    );
    assert_eq!(code(&output), Some(3));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [genuine, unreadable] = lines.as_slice() else { unreachable!("two lines: {text}") };
    assert_eq!(genuine.pointer("/verdict").unwrap(), "genuine");
    assert_eq!(genuine.pointer("/indication").unwrap(), "TOTAL-PASSED");
    assert_eq!(genuine.pointer("/subindication").unwrap(), &Value::Null);
    assert_eq!(genuine.pointer("/signatures/0/signer/name").unwrap(), "Ana Lucía Vidal");
    assert_eq!(unreadable.pointer("/verdict").unwrap(), &Value::Null);
}
