//! Files of the ceremony: a private key is written once, readable by its owner alone; nothing is ever overwritten.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pki_core::key::SoftKey;

use super::CeremonyError;

/// Writes a key, and its certificate beside it with the extension `cer`.
pub(super) fn key(
    dir: &Path,
    name: &str,
    key: &SoftKey,
    certificate: Option<&[u8]>,
) -> Result<(), CeremonyError> {
    let path = dir.join(name);
    create(&path, key.pkcs8(), 0o600)?;
    match certificate {
        Some(der) => public(&path.with_extension("cer"), der),
        None => Ok(()),
    }
}

/// Writes something that everybody may read.
pub(super) fn public(path: &Path, bytes: &[u8]) -> Result<(), CeremonyError> {
    create(path, bytes, 0o644)
}

fn create(path: &Path, bytes: &[u8], mode: u32) -> Result<(), CeremonyError> {
    write_new(path, bytes, mode).map_err(|source| CeremonyError::File { path: PathBuf::from(path), source })
}

#[cfg_attr(not(unix), expect(unused_variables, reason = "modes are a notion of Unix"))]
fn write_new(path: &Path, bytes: &[u8], mode: u32) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// RFC 7468 §2: lines of 64 characters between the labels.
pub(super) fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut out = format!("-----BEGIN {label}-----\n");
    let mut rest = text.as_str();
    while let Some((line, tail)) = rest.split_at_checked(64) {
        out.push_str(line);
        out.push('\n');
        rest = tail;
    }
    if !rest.is_empty() {
        out.push_str(rest);
        out.push('\n');
    }
    out + &format!("-----END {label}-----\n")
}
