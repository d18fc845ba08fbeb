//! A whole country in memory, for tests: root, authorities, a time-stamping unit, lists, a registrar, an officer, a
//! person with a passkey, and the act of signing, all through the same functions as the houses use.

use der::asn1::{OctetString, PrintableString};
use pki_core::act::{self, Document, Evidence, Format, Level, Particulars, SignRequest};
use pki_core::bytes::{Hash, Id, write};
use pki_core::cms::{self, Draft};
use pki_core::enrolment::software::{Post, SoftwareApprover};
use pki_core::enrolment::{
    Binding, Bundle, CertifiedName, Charter, CharterTbs, EnrolmentRecord, OfficerGrant, RecordKind,
    Statement, StatementTbs, sign_charter, sign_statement, tag,
};
use pki_core::issue::{self, AuthorityName, CrlParams, Issuer, PersonName, Purpose, Scope, Serial};
use pki_core::key::{Ephemeral, SigningKey, SoftKey, SystemRandom, sha256};
use pki_core::oid;
use pki_core::time::Instant;
use pki_core::tsp::{self, Imprint, Unit};
use pki_core::x509::Certificate;

use super::Anchors;
use crate::ades::pades::{PrepareParams, add_dss, prepare};
use crate::ades::pdf::Pdf;

/// 2026-11-18T11:06:40Z, when people sign.
pub(super) const NOW: Instant = Instant::from_seconds(1_795_000_000);
const SIGNER: &str = "http://localhost:8401";
const PKI: &str = "http://localhost:8402";
const YEAR: i64 = 365 * 86_400;

/// An authority or a unit.
pub(super) struct House {
    pub(super) key: SoftKey,
    pub(super) certificate: Certificate,
}

/// Everything.
pub(super) struct Country {
    pub(super) root: House,
    pub(super) issuing: House,
    pub(super) stamping: House,
    pub(super) unit: House,
    /// The root's list and the stamping authority's.
    pub(super) crls: Vec<Vec<u8>>,
    pub(super) charter: Charter,
    grant: OfficerGrant,
    pub(super) statement: Statement,
    person: SoftwareApprover<SoftKey>,
}

/// What may be different in one act.
pub(super) struct Dials {
    /// The fixed second of signing.
    pub(super) signing_time: Instant,
    /// When the unit stamps; `None` for no time-stamp.
    pub(super) stamped_at: Option<Instant>,
    /// When the certificate begins.
    pub(super) not_before: Instant,
    /// Changes the evidence after the person approved.
    pub(super) forge: fn(&mut Evidence),
    /// Evidence inside.
    pub(super) evidence: bool,
    /// What was shown, where it is not what is signed.
    pub(super) shown: Option<Vec<u8>>,
    /// Octets of evidence that the hole is made for; less makes a smaller file.
    pub(super) evidence_len: Option<usize>,
    /// Validation data inside.
    pub(super) dss: bool,
    /// The certificates in it as well; they stand in the signature and its time-stamp anyway.
    pub(super) dss_certificates: bool,
}

impl Default for Dials {
    fn default() -> Self {
        Self {
            signing_time: NOW,
            stamped_at: Some(NOW.plus_seconds(1)),
            not_before: NOW,
            forge: |_| {},
            evidence: true,
            shown: None,
            evidence_len: None,
            dss: true,
            dss_certificates: true,
        }
    }
}

fn name(common: &str) -> AuthorityName {
    AuthorityName {
        country: "XX".into(),
        organization: "Republic of Velmara SANDBOX".into(),
        organization_identifier: None,
        common: common.into(),
    }
}

fn serial() -> Serial {
    Serial::generate(&SystemRandom::new()).unwrap()
}

fn key() -> SoftKey {
    SoftKey::generate_p256(&SystemRandom::new()).unwrap()
}

fn approver(seed: u8, desk: &str, origin: &str, from: Instant) -> SoftwareApprover<SoftKey> {
    let post = Post {
        officer: Id::new([seed; 16]),
        desk: desk.into(),
        origin: origin.into(),
        rp_id: "localhost".into(),
        not_before: from,
        not_after: NOW.plus_seconds(YEAR),
    };
    SoftwareApprover::new(key(), post).unwrap()
}

impl House {
    fn issuer(&self) -> Issuer<'_> {
        Issuer::new(&self.certificate, &self.key).unwrap()
    }

    fn authority(root: &Self, common: &str, purpose: Purpose) -> Self {
        let key = key();
        let params = issue::IssuingCaParams {
            serial: serial(),
            not_before: NOW.plus_seconds(-86_400),
            life_seconds: 10 * YEAR,
            name: name(common),
            purpose,
            public_key: key.public_key().clone(),
            aia_url: format!("{PKI}/aia/root.cer"),
            crl_url: format!("{PKI}/crl/root.crl"),
        };
        let certificate = issue::issuing_ca(&params, root.issuer()).unwrap();
        Self { key, certificate }
    }

    fn crl(&self, url: &str, scope: Scope) -> Vec<u8> {
        let params = CrlParams {
            this_update: NOW.plus_seconds(-3600),
            next_update: NOW.plus_seconds(86_400),
            number: 1,
            distribution_point: Some((format!("{PKI}/crl/{url}"), scope)),
            revoked: Vec::new(),
        };
        issue::crl(&params, self.issuer()).unwrap().der().to_vec()
    }
}

impl Country {
    /// As `up` founds one: the root's key is on P-384.
    pub(super) fn new() -> Self {
        Self::under(SoftKey::generate_p384().unwrap())
    }

    /// A country whose signatures are verified faster: its root's key is on P-256.
    pub(super) fn quick() -> Self {
        Self::under(key())
    }

    fn under(root_key: SoftKey) -> Self {
        let params = issue::RootParams {
            serial: serial(),
            not_before: NOW.plus_seconds(-86_400),
            life_seconds: 20 * YEAR,
            name: name("Velmara Root"),
        };
        let certificate = issue::root(&params, &root_key).unwrap();
        let root = House { key: root_key, certificate };
        let issuing = House::authority(&root, "Velmara One-Signature Authority", Purpose::OneSignature);
        let stamping = House::authority(&root, "Velmara Time-Stamp Authority", Purpose::TimeStamp);
        let unit = unit(&stamping);
        let crls =
            vec![root.crl("root.crl", Scope::Authorities), stamping.crl("tsa.crl", Scope::EndEntities)];
        let registry = key();
        let registrar = approver(1, "Registrar", PKI, NOW.plus_seconds(-9000));
        let officer = approver(2, "Desk 1", PKI, NOW.plus_seconds(-8000));
        let charter = charter(&root, &registry, &registrar);
        let approvals = vec![registrar.approve(tag::OFFICER, &write(officer.officer())).unwrap()];
        let grant = OfficerGrant { officer: officer.officer().clone(), approvals };
        let person = approver(3, "Ana", SIGNER, NOW.plus_seconds(-5000));
        let statement = statement(&registry, &officer, &person);
        Self { root, issuing, stamping, unit, crls, charter, grant, statement, person }
    }

    pub(super) fn anchors(&self) -> Anchors {
        Anchors::of(self.root.certificate.clone()).unwrap()
    }

    pub(super) fn bundle(&self) -> Vec<u8> {
        let root: x509_cert::Certificate =
            pki_core::bytes::read("root", self.root.certificate.der()).unwrap();
        write(&Bundle { root, charter: self.charter.clone() })
    }

    /// What Ana approves about a document.
    fn evidence(&self, document: &[u8], dials: &Dials) -> Evidence {
        let particulars = particulars(document);
        let request = SignRequest {
            version: 1,
            rp_id: "localhost".into(),
            origin: SIGNER.into(),
            request_id: Id::new([9; 16]),
            statement: self.statement.hash(),
            subject_name: self.statement.tbs.record.certified_name.clone(),
            policy: oid::POLICY_ONE_SIGNATURE,
            algorithm: oid::ECDSA_SHA256,
            signatures: 1,
            not_after: dials.signing_time.plus_seconds(300).generalized(),
            particulars: act::particulars_hash(&particulars),
        };
        let assertion = self.person.approve(tag::SIGN, &write(&request)).unwrap().assertion;
        let mut evidence = Evidence {
            version: 1,
            request,
            particulars,
            index: 0,
            assertion,
            statement: self.statement.clone(),
            officers: vec![self.grant.clone()],
            charter: self.charter.clone(),
        };
        (dials.forge)(&mut evidence);
        evidence
    }

    /// Ana signs.
    pub(super) fn sign(&self, document: &[u8], dials: &Dials) -> Vec<u8> {
        let evidence = self.evidence(dials.shown.as_deref().unwrap_or(document), dials);
        let evidence_der = write(&evidence);
        let pdf = Pdf::read(document).unwrap();
        let params = PrepareParams {
            signing_time: dials.signing_time,
            evidence_len: dials.evidence_len.unwrap_or(evidence_der.len()),
            field_title: "Signature",
        };
        let prepared = prepare(&pdf.signable().unwrap(), &params).unwrap();
        let draft = Draft::document(&prepared.digest(), &sha256(&evidence_der));
        let one_use = Ephemeral::generate(&SystemRandom::new()).unwrap();
        let certificate = self.certify(&one_use, draft.data_tbs_hash(), dials);
        let to_sign = draft.certified(&certificate).unwrap();
        let chain = [self.issuing.certificate.clone()];
        let mut signed = to_sign.sign(|message| one_use.sign(message), &chain).unwrap();
        if let Some(at) = dials.stamped_at {
            let token = self.stamp(signed.signature(), at);
            signed = signed.with_unsigned(cms::oids::SIGNATURE_TIME_STAMP, &token).unwrap();
        }
        if dials.evidence {
            signed = signed.with_unsigned(oid::EVIDENCE, &evidence_der).unwrap();
        }
        let file = prepared.finish(signed.der()).unwrap();
        if !dials.dss {
            return file;
        }
        let certificates = if dials.dss_certificates { self.certificates() } else { Vec::new() };
        add_dss(&file, &certificates, &self.crls).unwrap()
    }

    /// Everything below the root but the signer's.
    pub(super) fn certificates(&self) -> Vec<Vec<u8>> {
        let houses = [&self.issuing, &self.stamping, &self.unit];
        houses.iter().map(|house| house.certificate.der().to_vec()).collect()
    }

    fn certify(&self, one_use: &Ephemeral, data_tbs_hash: Hash, dials: &Dials) -> Certificate {
        let certified = &self.statement.tbs.record.certified_name;
        let params = issue::OneSignatureParams {
            serial: serial(),
            not_before: dials.not_before,
            life_seconds: 900,
            name: PersonName {
                country: "XX".into(),
                family: certified.family.clone(),
                given: certified.given.clone(),
                serial_number: issue::random_subject_serial(&SystemRandom::new()).unwrap(),
                common: certified.common.clone(),
            },
            public_key: one_use.public_key().clone(),
            data_tbs_hash,
            aia_url: format!("{PKI}/aia/one-signature.cer"),
            sandbox: true,
        };
        issue::one_signature(&params, self.issuing.issuer()).unwrap()
    }

    pub(super) fn stamp(&self, message: &[u8], at: Instant) -> Vec<u8> {
        let chain = [self.stamping.certificate.clone()];
        let unit = Unit::new(&self.unit.certificate, &self.unit.key, &chain, 500).unwrap();
        let request = tsp::Request::make(&Imprint::sha256(&sha256(message)), &[7; 8]).unwrap();
        tsp::respond(request.der(), &unit, serial(), at).outcome.unwrap().der().to_vec()
    }
}

fn unit(stamping: &House) -> House {
    let key = key();
    let params = issue::TimeStampUnitParams {
        serial: serial(),
        not_before: NOW.plus_seconds(-86_000),
        life_seconds: 5 * YEAR,
        key_use_seconds: YEAR,
        name: name("Velmara Time-Stamp Unit 1"),
        public_key: key.public_key().clone(),
        aia_url: format!("{PKI}/aia/tsa.cer"),
        crl_url: format!("{PKI}/crl/tsa.crl"),
        sandbox: true,
    };
    let certificate = issue::time_stamp_unit(&params, stamping.issuer()).unwrap();
    House { key, certificate }
}

fn charter(root: &House, registry: &SoftKey, registrar: &SoftwareApprover<SoftKey>) -> Charter {
    let tbs = CharterTbs {
        version: 1,
        serial: 1,
        not_before: NOW.plus_seconds(-9000).generalized(),
        not_after: NOW.plus_seconds(YEAR).generalized(),
        sandbox: true,
        rp_id: "localhost".into(),
        origins: vec![SIGNER.into(), PKI.into()],
        registry_keys: vec![registry.public_key().info().unwrap()],
        registrars: vec![registrar.officer().clone()],
    };
    sign_charter(tbs, &root.key).unwrap()
}

fn statement(
    registry: &SoftKey,
    officer: &SoftwareApprover<SoftKey>,
    person: &SoftwareApprover<SoftKey>,
) -> Statement {
    let record = EnrolmentRecord {
        version: 1,
        kind: RecordKind::New,
        record_id: Id::new([6; 16]),
        policy: oid::PROOFING_SANDBOX,
        threshold: 1,
        sandbox: true,
        rp_id: "localhost".into(),
        signing_origin: SIGNER.into(),
        certified_name: CertifiedName {
            common: "Ana Lucía Vidal".into(),
            given: Some("Ana Lucía".into()),
            family: Some("Vidal".into()),
        },
        fields: vec![sha256(b"field")],
        slip: sha256(b"slip"),
        created: NOW.plus_seconds(-6000).generalized(),
        supersedes: None,
    };
    let tbs = StatementTbs {
        version: 1,
        approvals: vec![officer.approve(tag::APPROVE, &write(&record)).unwrap()],
        record,
        credential_id: OctetString::new(person.officer().credential_id.as_bytes()).unwrap(),
        public_key: person.officer().public_key.clone(),
        flags: 0x5d,
        binding: Binding::Slip,
        created: NOW.plus_seconds(-5000).generalized(),
    };
    sign_statement(tbs, Vec::new(), registry).unwrap()
}

fn particulars(document: &[u8]) -> Particulars {
    Particulars {
        salt: Hash::new([8; 32]),
        receipt: PrintableString::new("R26-0000-ZZZZ").unwrap(),
        requester: "open-assembly".into(),
        requester_name: "Open Assembly".into(),
        purpose: "Your support is counted once.".into(),
        format: Format::Pades,
        level: Level::Lt,
        documents: vec![Document {
            title: "Statement of support".into(),
            size: u32::try_from(document.len()).unwrap(),
            sha256: sha256(document),
            renderer: "hayro/0.9.0".into(),
            pages: 1,
            images: sha256(b"image"),
            text: sha256(b"text"),
        }],
        commitment: None,
        mandate: None,
    }
}
