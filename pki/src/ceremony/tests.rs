//! A founded country holds together for those who only have its files.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use super::*;
use pki_core::revocation::Crl;
use service::testing::{Scratch, SeededRandom};

const NOW: Instant = Instant::from_seconds(1_795_500_000);

fn params<'a>(dir: &'a Path, random: &'a SeededRandom) -> FoundParams<'a> {
    FoundParams {
        dir,
        country_code: "XX",
        organization: "Republic of Velmara SANDBOX",
        short_name: "Velmara",
        rp_id: "localhost",
        idp_origin: "http://localhost:8400",
        signer_origin: "http://localhost:8401",
        registry_origin: "http://localhost:8402",
        now: NOW,
        random,
    }
}

fn certificate(dir: &Path, name: &str) -> Certificate {
    Certificate::read(&std::fs::read(dir.join(name)).unwrap()).unwrap()
}

/// A stranger with `bundle.der` finds root, charter and registrar; the authorities chain to that root; the root's list
/// is not older than what it speaks about.
#[test]
fn a_country_holds_together_from_its_files() {
    let (scratch, random) = (Scratch::new().unwrap(), SeededRandom::new(1));
    let founded = found(&params(scratch.path(), &random)).unwrap();
    let trust = Trust::read(&std::fs::read(&founded.bundle).unwrap(), NOW).unwrap();
    let root = Certificate::read(trust.root_der()).unwrap();
    assert_eq!(root.fingerprint(), founded.root_sha256);
    let charter = trust.charter().tbs();
    assert!(charter.sandbox && charter.registrars.len() == 1);
    let registry = SoftKey::read(&std::fs::read(scratch.path().join(file::REGISTRY_KEY)).unwrap()).unwrap();
    assert!(trust.charter().registry_key_listed(registry.public_key()));
    for name in ["keys/one-signature-ca.cer", "keys/tsa-ca.cer"] {
        assert_eq!(certificate(scratch.path(), name).verify_signed_by(root.public_key()), Ok(()), "{name}");
    }
    let tsa = certificate(scratch.path(), "keys/tsa-ca.cer");
    assert_eq!(certificate(scratch.path(), "keys/tsu.cer").verify_signed_by(tsa.public_key()), Ok(()));
    let list = Crl::read(&std::fs::read(scratch.path().join(file::ROOT_LIST)).unwrap()).unwrap();
    assert_eq!(list.verify_signed_by(&root), Ok(()));
    assert!(list.this_update() >= tsa.not_before());
}

/// Nothing is overwritten: a second ceremony in the same folder is refused and changes no file.
#[test]
fn a_second_ceremony_is_refused() {
    let (scratch, random) = (Scratch::new().unwrap(), SeededRandom::new(1));
    let founded = found(&params(scratch.path(), &random)).unwrap();
    let before = std::fs::read(&founded.bundle).unwrap();
    let again = found(&params(scratch.path(), &random));
    assert!(matches!(again, Err(CeremonyError::Exists(dir)) if dir == scratch.path()));
    assert_eq!(std::fs::read(&founded.bundle).unwrap(), before);
}

/// Private keys are for their owner alone.
#[cfg(unix)]
#[test]
fn keys_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let (scratch, random) = (Scratch::new().unwrap(), SeededRandom::new(1));
    found(&params(scratch.path(), &random)).unwrap();
    for name in [file::ROOT_KEY, file::REGISTRY_KEY, file::SANDBOX_OFFICER_KEY, file::UNIT_KEY] {
        let mode = std::fs::metadata(scratch.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}
