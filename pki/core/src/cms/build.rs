//! Making a signature: fix the attributes, get the certificate, add its reference, sign once, verify.

use const_oid::ObjectIdentifier;

use super::{Attribute, CmsError, Digest, SignedData, attributes_der, oids};
use crate::asn1;
use crate::bytes::Hash;
use crate::key::{Algorithm, KeyError, Signature, sha256};
use crate::oid;
use crate::x509::{BindingType, Certificate};

/// All signed attributes but the certificate reference. Nothing in it may change any more: its hash goes into the
/// certificate.
#[derive(Clone, Debug)]
pub struct Draft {
    content_type: ObjectIdentifier,
    content: Option<Vec<u8>>,
    algorithm: Algorithm,
    attributes: Vec<Attribute>,
}

impl Draft {
    /// A signature over a document that stays outside: `digest` is the SHA-256 of the signed bytes, `evidence_hash`
    /// that of DER(Evidence). For a one-use P-256 key; PAdES, so no signing-time (EN 319 142-1 §6.3).
    #[must_use]
    pub fn document(digest: &Hash, evidence_hash: &Hash) -> Self {
        let mut draft = Self::new(oids::DATA, None, Algorithm::EcdsaP256Sha256, digest.as_bytes());
        draft
            .attributes
            .push(Attribute { kind: oid::EVIDENCE_HASH, value: asn1::octets(evidence_hash.as_bytes()) });
        draft
    }

    /// A time-stamp token over a TSTInfo that goes inside (RFC 3161 §2.4.2), for a unit's key.
    #[must_use]
    pub(crate) fn token(tst_info: Vec<u8>, algorithm: Algorithm) -> Self {
        let digest = Digest::of_algorithm(algorithm).of(&tst_info);
        Self::new(oids::TST_INFO, Some(tst_info), algorithm, &digest)
    }

    fn new(
        content_type: ObjectIdentifier,
        content: Option<Vec<u8>>,
        algorithm: Algorithm,
        digest: &[u8],
    ) -> Self {
        let attributes = vec![
            Attribute { kind: oids::CONTENT_TYPE, value: asn1::oid(content_type) },
            Attribute { kind: oids::MESSAGE_DIGEST, value: asn1::octets(digest) },
            Attribute { kind: oids::ALGORITHM_PROTECTION, value: algorithm_protection(algorithm) },
        ];
        Self { content_type, content, algorithm, attributes }
    }

    /// SHA-256 of the DER `SET OF` signed attributes without a certificate reference: `dataTbsHash` of binding type
    /// `cades` in the only reading that can be computed before the certificate exists.
    #[must_use]
    pub fn data_tbs_hash(&self) -> Hash {
        sha256(&attributes_der(&self.attributes))
    }

    /// Adds the reference to the certificate (signing-certificate-v2).
    ///
    /// # Errors
    /// [`CmsError::Algorithm`] when the certified key has another algorithm than the protected one,
    /// [`CmsError::OtherBinding`] when the certificate is bound to other attributes.
    pub fn certified(mut self, certificate: &Certificate) -> Result<ToSign, CmsError> {
        if certificate.public_key().algorithm() != self.algorithm {
            return Err(CmsError::Algorithm);
        }
        if let Some(binding) = &certificate.extensions().binding
            && binding.bound() != Ok((BindingType::Cades, self.data_tbs_hash()))
        {
            return Err(CmsError::OtherBinding);
        }
        self.attributes.push(Attribute {
            kind: oids::SIGNING_CERTIFICATE_V2,
            value: signing_certificate_v2(certificate),
        });
        Ok(ToSign {
            message: attributes_der(&self.attributes),
            draft: self,
            certificate: certificate.clone(),
        })
    }
}

/// `SEQUENCE { certs SEQUENCE OF ESSCertIDv2 }` with one entry; SHA-256 is the default and left out (RFC 5035 §3).
pub(super) fn signing_certificate_v2(certificate: &Certificate) -> Vec<u8> {
    let reference = asn1::sequence(&[&asn1::octets(certificate.fingerprint().as_bytes())]);
    asn1::sequence(&[&asn1::sequence(&[&reference])])
}

/// `SEQUENCE { digestAlgorithm, signatureAlgorithm [1] }` (RFC 6211 §2).
fn algorithm_protection(algorithm: Algorithm) -> Vec<u8> {
    let digest = asn1::algorithm(Digest::of_algorithm(algorithm).oid());
    asn1::sequence(&[&digest, &asn1::constructed(0xa1, &[&asn1::oid(algorithm.oid())])])
}

/// The final attributes. There is one message, and it is signed once.
#[derive(Debug)]
pub struct ToSign {
    draft: Draft,
    message: Vec<u8>,
    certificate: Certificate,
}

impl ToSign {
    /// The bytes that the key signs: DER `SET OF` attributes.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// Signs with a signer that is used up, puts the signature together and verifies it.
    ///
    /// `chain` goes into the signature beside the signer's certificate: the issuing authority, never the root.
    ///
    /// # Errors
    /// When the signer does not sign, or what was made does not verify.
    pub fn sign(
        self,
        signer: impl FnOnce(&[u8]) -> Result<Signature, KeyError>,
        chain: &[Certificate],
    ) -> Result<SignedData, CmsError> {
        // A root inside is believed by nobody and only makes files longer (EN 319 122-1 §5: the chain without the anchor).
        if chain.iter().any(Certificate::self_issued) {
            return Err(CmsError::Structure("a root stands inside"));
        }
        let mut certificates = vec![self.certificate.clone()];
        certificates.extend_from_slice(chain);
        self.sign_with(signer, certificates)
    }

    /// As [`sign`](Self::sign), with exactly these certificates inside: none in a token whose requester has them.
    pub(crate) fn sign_with(
        self,
        signer: impl FnOnce(&[u8]) -> Result<Signature, KeyError>,
        mut certificates: Vec<Certificate>,
    ) -> Result<SignedData, CmsError> {
        certificates.sort_by(|one, other| one.der().cmp(other.der()));
        certificates.dedup();
        let signature = signer(&self.message)?;
        let Draft { content_type, content, algorithm, mut attributes } = self.draft;
        attributes.sort_by_key(Attribute::der);
        let made = SignedData {
            der: Vec::new(),
            content_type,
            content,
            certificates,
            issuer: self.certificate.issuer_der().to_vec(),
            serial: self.certificate.serial().to_vec(),
            digest_identifier: asn1::algorithm(Digest::of_algorithm(algorithm).oid()),
            signature_identifier: asn1::algorithm(algorithm.oid()),
            digest: Digest::of_algorithm(algorithm),
            algorithm,
            signed: attributes,
            signature: signature.der().to_vec(),
            unsigned: Vec::new(),
        };
        // Verify our own output before anyone sees it: read back strictly, and under the certified key.
        let read = SignedData::read(&made.encode())?;
        let certificate = self.certificate;
        let digest = read.signed_digest()?.to_vec();
        read.verify_with(&digest, std::slice::from_ref(&certificate))?;
        Ok(read)
    }
}
