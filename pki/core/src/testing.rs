//! A whole sandbox country in memory, the same to the bit on every run: for this crate's tests only.
//!
//! Keys come from a seed and sign deterministically (RFC 6979), so the golden vectors hold signatures too.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use der::asn1::{OctetString, PrintableString};

use crate::act::{CertificateRequest, Document, Evidence, Format, Level, Particulars, SignRequest};
use crate::assertion::{Assertion, challenge};
use crate::bytes::{Hash, Id, write};
use crate::enrolment::software::{Post, SoftwareApprover};
use crate::enrolment::{
    Binding, CertifiedName, Charter, CharterTbs, CheckedCharter, Disclosed, EnrolmentRecord, Field,
    FieldKind, FieldPart, OfficerGrant, RecordKind, SlipCode, Statement, StatementTbs, salted, sign_charter,
    sign_statement, tag,
};
use crate::key::{Ephemeral, KeyError, PublicKey, Random, RandomError, Signature, SigningKey, sha256};
use crate::oid;
use crate::time::Instant;

/// 2026-11-18T11:06:40Z.
pub(crate) const NOW: Instant = Instant::from_seconds(1_795_000_000);
pub(crate) const RP_ID: &str = "localhost";
pub(crate) const IDP: &str = "http://localhost:8400";
pub(crate) const SIGNER: &str = "http://localhost:8401";
pub(crate) const PKI: &str = "http://localhost:8402";

/// A counter through SHA-256: the same bytes on every run.
pub(crate) struct Seeded(std::sync::Mutex<(u64, u64)>);

impl Seeded {
    pub(crate) fn new(seed: u64) -> Self {
        Self(std::sync::Mutex::new((seed, 0)))
    }
}

impl Random for Seeded {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        let mut state = self.0.lock().unwrap();
        for chunk in buffer.chunks_mut(32) {
            let block = sha256(&[state.0.to_be_bytes(), state.1.to_be_bytes()].concat());
            state.1 += 1;
            chunk.copy_from_slice(block.as_bytes().get(..chunk.len()).unwrap());
        }
        Ok(())
    }
}

/// A P-256 key that signs deterministically.
#[derive(Clone)]
pub(crate) struct TestKey {
    seed: u64,
    public: PublicKey,
}

impl TestKey {
    pub(crate) fn new(seed: u64) -> Self {
        let public = Ephemeral::generate(&Seeded::new(seed)).unwrap().public_key().clone();
        Self { seed, public }
    }
}

impl SigningKey for TestKey {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, KeyError> {
        Ephemeral::generate(&Seeded::new(self.seed))?.sign(message)
    }
}

/// What a test may change in an answer before the passkey signs it.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) r#type: &'static str,
    pub(crate) origin: &'static str,
    pub(crate) rp_id: &'static str,
    pub(crate) flags: u8,
    pub(crate) more: &'static str,
    pub(crate) extra: Vec<u8>,
}

impl Answer {
    pub(crate) fn at(origin: &'static str) -> Self {
        Self {
            r#type: "webauthn.get",
            origin,
            rp_id: RP_ID,
            flags: 0x1d,
            more: r#","crossOrigin":false"#,
            extra: Vec::new(),
        }
    }
}

/// A person's passkey.
pub(crate) struct Passkey {
    pub(crate) key: TestKey,
    pub(crate) credential_id: Vec<u8>,
}

impl Passkey {
    pub(crate) fn new(seed: u64) -> Self {
        let key = TestKey::new(seed);
        let credential_id = sha256(key.public.spki()).as_bytes().to_vec();
        Self { key, credential_id }
    }

    pub(crate) fn answer(&self, challenge: &Hash, answer: &Answer) -> Assertion {
        use base64::Engine as _;
        let challenge = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(challenge.as_bytes());
        let client_data = format!(
            r#"{{"type":"{}","challenge":"{challenge}","origin":"{}"{}}}"#,
            answer.r#type, answer.origin, answer.more
        );
        let mut data = sha256(answer.rp_id.as_bytes()).as_bytes().to_vec();
        data.push(answer.flags);
        data.extend(7u32.to_be_bytes());
        data.extend(&answer.extra);
        let message = [data.as_slice(), sha256(client_data.as_bytes()).as_bytes()].concat();
        Assertion {
            credential_id: OctetString::new(self.credential_id.clone()).unwrap(),
            authenticator_data: OctetString::new(data).unwrap(),
            client_data_json: OctetString::new(client_data.into_bytes()).unwrap(),
            signature: OctetString::new(self.key.sign(&message).unwrap().der()).unwrap(),
        }
    }
}

/// A registrar or officer.
pub(crate) type Approver = SoftwareApprover<TestKey>;

/// Root, registry, one registrar, two officers.
pub(crate) struct Country {
    pub(crate) root: TestKey,
    pub(crate) registry: TestKey,
    pub(crate) registrar: Approver,
    pub(crate) officers: [Approver; 2],
    pub(crate) charter: Charter,
}

/// Someone at a desk of the registration authority, for a year around [`NOW`].
pub(crate) fn approver(seed: u64, desk: &str) -> Approver {
    approver_within(seed, desk, NOW.plus_seconds(-86_400), NOW.plus_seconds(365 * 86_400))
}

pub(crate) fn approver_within(seed: u64, desk: &str, not_before: Instant, not_after: Instant) -> Approver {
    let post = Post {
        officer: Id::new([u8::try_from(seed).unwrap(); 16]),
        desk: desk.to_owned(),
        origin: PKI.to_owned(),
        rp_id: RP_ID.to_owned(),
        not_before,
        not_after,
    };
    SoftwareApprover::new(TestKey::new(seed), post).unwrap()
}

impl Country {
    pub(crate) fn new() -> Self {
        let (root, registry) = (TestKey::new(1), TestKey::new(2));
        let registrar =
            approver_within(3, "Registrar", NOW.plus_seconds(-90_000), NOW.plus_seconds(400 * 86_400));
        let officers = [approver(4, "Town hall, desk 1"), approver(5, "Town hall, desk 2")];
        let charter = sign_charter(charter_tbs(&registry, &registrar), &root).unwrap();
        Self { root, registry, registrar, officers, charter }
    }

    pub(crate) fn checked(&self) -> CheckedCharter {
        CheckedCharter::check(&self.charter, self.root.public_key(), NOW).unwrap()
    }

    pub(crate) fn grant(&self, officer: &Approver) -> OfficerGrant {
        let approval = self.registrar.approve(tag::OFFICER, &write(officer.officer())).unwrap();
        OfficerGrant { officer: officer.officer().clone(), approvals: vec![approval] }
    }

    pub(crate) fn grants(&self) -> Vec<OfficerGrant> {
        self.officers.iter().map(|officer| self.grant(officer)).collect()
    }

    /// A statement approved by the first officer, confirmed where `binding` is desk.
    pub(crate) fn statement(&self, record: EnrolmentRecord, person: &Passkey, binding: Binding) -> Statement {
        let [officer, _] = &self.officers;
        let approvals = vec![officer.approve(tag::APPROVE, &write(&record)).unwrap()];
        let tbs = statement_tbs(record, approvals, person, binding);
        let confirmations = match binding {
            Binding::Desk => vec![officer.approve(tag::BIND, &write(&tbs)).unwrap()],
            Binding::Slip => Vec::new(),
        };
        sign_statement(tbs, confirmations, &self.registry).unwrap()
    }
}

pub(crate) fn charter_tbs(registry: &TestKey, registrar: &Approver) -> CharterTbs {
    CharterTbs {
        version: 1,
        serial: 1,
        not_before: NOW.plus_seconds(-90_000).generalized(),
        not_after: NOW.plus_seconds(400 * 86_400).generalized(),
        sandbox: true,
        rp_id: RP_ID.to_owned(),
        origins: vec![IDP.to_owned(), SIGNER.to_owned(), PKI.to_owned()],
        registry_keys: vec![registry.public_key().info().unwrap()],
        registrars: vec![registrar.officer().clone()],
    }
}

pub(crate) fn statement_tbs(
    record: EnrolmentRecord,
    approvals: Vec<crate::enrolment::Approval>,
    person: &Passkey,
    binding: Binding,
) -> StatementTbs {
    StatementTbs {
        version: 1,
        record,
        approvals,
        credential_id: OctetString::new(person.credential_id.clone()).unwrap(),
        public_key: person.key.public_key().info().unwrap(),
        flags: 0x5d,
        binding,
        created: NOW.plus_seconds(-500).generalized(),
    }
}

pub(crate) fn fields() -> Vec<Disclosed> {
    let field = |part, script, value: &str| Field {
        part,
        kind: FieldKind::Official,
        script: PrintableString::new(script).unwrap(),
        value: value.to_owned(),
    };
    let fields = vec![
        field(FieldPart::BirthDate, "Zyyy", "1987-03-14"),
        field(FieldPart::Given, "Latn", "Ana Lucía"),
        field(FieldPart::Family, "Latn", "Vidal"),
    ];
    salted(fields, &Seeded::new(20)).unwrap()
}

pub(crate) fn record() -> EnrolmentRecord {
    EnrolmentRecord {
        version: 1,
        kind: RecordKind::New,
        record_id: Id::new([6; 16]),
        policy: oid::PROOFING_SANDBOX,
        threshold: 1,
        sandbox: true,
        rp_id: RP_ID.to_owned(),
        signing_origin: SIGNER.to_owned(),
        certified_name: CertifiedName {
            common: "Ana Lucía Vidal".to_owned(),
            given: Some("Ana Lucía".to_owned()),
            family: Some("Vidal".to_owned()),
        },
        fields: fields().iter().map(Disclosed::commitment).collect(),
        slip: SlipCode::parse("0000-0000-0000-0000").unwrap().hash(),
        created: NOW.plus_seconds(-600).generalized(),
        supersedes: None,
    }
}

/// The bytes that Ana was shown.
pub(crate) const DOCUMENT: &[u8] = b"%PDF-1.7 statement of support";

pub(crate) fn particulars() -> Particulars {
    Particulars {
        salt: Hash::new([8; 32]),
        receipt: PrintableString::new("R26-0000-ZZZZ").unwrap(),
        requester: "open-assembly".to_owned(),
        requester_name: "Open Assembly".to_owned(),
        purpose: "Your support is counted once.".to_owned(),
        format: Format::Pades,
        level: Level::Lt,
        documents: vec![Document {
            title: "Statement of support".to_owned(),
            size: u32::try_from(DOCUMENT.len()).unwrap(),
            sha256: sha256(DOCUMENT),
            renderer: "hayro/0.9.0".to_owned(),
            pages: 1,
            images: sha256(b"image"),
            text: sha256(b"text"),
        }],
        commitment: None,
        mandate: None,
    }
}

pub(crate) fn request(statement: &Statement) -> SignRequest {
    SignRequest {
        version: 1,
        rp_id: RP_ID.to_owned(),
        origin: SIGNER.to_owned(),
        request_id: Id::new([9; 16]),
        statement: statement.hash(),
        subject_name: statement.tbs.record.certified_name.clone(),
        policy: oid::POLICY_ONE_SIGNATURE,
        algorithm: oid::ECDSA_SHA256,
        signatures: 1,
        not_after: NOW.plus_seconds(600).generalized(),
        particulars: crate::act::particulars_hash(&particulars()),
    }
}

/// Ana's act, right in all its points.
pub(crate) fn evidence(country: &Country, person: &Passkey) -> Evidence {
    let statement = country.statement(record(), person, Binding::Desk);
    let request = request(&statement);
    let assertion = person.answer(&challenge(tag::SIGN, &write(&request)), &Answer::at(SIGNER));
    let [officer, _] = &country.officers;
    Evidence {
        version: 1,
        request,
        particulars: particulars(),
        index: 0,
        assertion,
        statement,
        officers: vec![country.grant(officer)],
        charter: country.charter.clone(),
    }
}

/// What the signer would ask `pki` for Ana's act.
pub(crate) fn certificate_request(evidence: &Evidence) -> CertificateRequest {
    CertificateRequest {
        version: 1,
        request: evidence.request.clone(),
        assertion: evidence.assertion.clone(),
        index: 0,
        attempt: 0,
        data_tbs_hash: sha256(b"attributes"),
        public_key: TestKey::new(30).public_key().info().unwrap(),
        signing_time: NOW.generalized(),
    }
}
