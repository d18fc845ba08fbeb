//! Whom a verifier trusts: roots, and nothing else. They come from outside the file: a country's bundle, or a root
//! certificate in DER or PEM.

use der::pem::PemLabel as _;
use pki_core::bytes::{self, BytesError};
use pki_core::enrolment::Bundle;
use pki_core::x509::{Certificate, CertificateError};

/// Roots in one file. A file of many countries is made by hand, and small.
const ROOTS_MAX: usize = 64;

/// Why bytes are no root.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnchorsError {
    /// Neither a bundle nor a certificate, in DER or PEM.
    #[error("this is neither a country's bundle nor a root certificate in PEM or DER")]
    Unknown(#[source] BytesError),
    /// A certificate that cannot be used.
    #[error("the root certificate cannot be used")]
    Certificate(#[from] CertificateError),
    /// A certificate that is not self-signed, or not an authority's.
    #[error("the certificate is not that of a root")]
    NotARoot,
    /// No root at all, or too many.
    #[error("there is no root certificate in the file, or too many")]
    Count,
}

/// The given roots.
#[derive(Clone, Debug, Default)]
pub struct Anchors {
    roots: Vec<Certificate>,
}

impl Anchors {
    /// From one certificate that is known to be the root.
    ///
    /// # Errors
    /// [`AnchorsError::NotARoot`].
    pub fn of(root: Certificate) -> Result<Self, AnchorsError> {
        let own = root.self_issued() && root.verify_signed_by(root.public_key()).is_ok();
        if own && root.extensions().authority() {
            Ok(Self { roots: vec![root] })
        } else {
            Err(AnchorsError::NotARoot)
        }
    }

    /// From a file: `bundle.der`, or one root in DER, or roots in PEM.
    ///
    /// The charter of a bundle is not needed here: evidence carries the charter that was in force when the person
    /// signed, and it is checked from the root's key. So a bundle never ends as a root of verification.
    ///
    /// # Errors
    /// [`AnchorsError`].
    pub fn read(file: &[u8]) -> Result<Self, AnchorsError> {
        let mut anchors = Self::default();
        if file.trim_ascii_start().starts_with(b"-----BEGIN") {
            for pem in pem_blocks(file) {
                let (label, der) = der::pem::decode_vec(pem).map_err(|_| AnchorsError::Unknown(not_pem()))?;
                if label != x509_cert::Certificate::PEM_LABEL {
                    return Err(AnchorsError::Unknown(not_pem()));
                }
                anchors.add(Self::of(Certificate::read(&der)?)?);
            }
        } else if let Ok(bundle) = bytes::read::<Bundle>("Bundle", file) {
            anchors.add(Self::of(Certificate::from_typed(&bundle.root)?)?);
        } else {
            bytes::read::<x509_cert::Certificate>("Certificate", file).map_err(AnchorsError::Unknown)?;
            anchors.add(Self::of(Certificate::read(file)?)?);
        }
        if (1..=ROOTS_MAX).contains(&anchors.roots.len()) { Ok(anchors) } else { Err(AnchorsError::Count) }
    }

    /// With the roots of another file.
    pub fn add(&mut self, other: Self) {
        for root in other.roots {
            if !self.roots.contains(&root) {
                self.roots.push(root);
            }
        }
    }

    /// The roots.
    #[must_use]
    pub fn roots(&self) -> &[Certificate] {
        &self.roots
    }
}

fn not_pem() -> BytesError {
    BytesError::Malformed { what: "Certificate", why: "not PEM of a certificate".into() }
}

/// The parts of a file from one `-----BEGIN` to before the next.
fn pem_blocks(file: &[u8]) -> Vec<&[u8]> {
    let word = b"-----BEGIN";
    let starts: Vec<usize> = file
        .windows(word.len())
        .enumerate()
        .filter(|(_, window)| window == word)
        .map(|(at, _)| at)
        .take(ROOTS_MAX + 1)
        .collect();
    let ends = starts.iter().skip(1).copied().chain([file.len()]);
    starts.iter().zip(ends).filter_map(|(start, end)| file.get(*start..end)).collect()
}
