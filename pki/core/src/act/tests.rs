//! The nine points of evidence, each proved by what breaks it; the same for an approval before the signature.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use super::*;
use crate::enrolment::{Binding, EnrolmentError, sign_charter, sign_statement};
use crate::key::SigningKey as _;
use crate::testing::{
    Answer, Country, DOCUMENT, NOW, PKI, Passkey, SIGNER, TestKey, approver, certificate_request, evidence,
    record,
};

/// Root, Ana's evidence, and the file's facts that fit it.
struct Case {
    country: Country,
    person: Passkey,
    evidence: Evidence,
    policies: Vec<ObjectIdentifier>,
    name: CertifiedName,
    document_sha256: Hash,
    signature_algorithm: ObjectIdentifier,
    signing_time: crate::time::Instant,
}

impl Case {
    fn new() -> Self {
        let country = Country::new();
        let person = Passkey::new(10);
        let evidence = evidence(&country, &person);
        Self {
            name: evidence.request.subject_name.clone(),
            country,
            person,
            evidence,
            policies: vec![crate::oid::POLICY_ONE_SIGNATURE, crate::oid::POLICY_SANDBOX],
            document_sha256: sha256(DOCUMENT),
            signature_algorithm: crate::oid::ECDSA_SHA256,
            signing_time: NOW,
        }
    }

    fn check_as(&self, attribute: Hash) -> Result<CheckedEvidence, EvidenceError> {
        let context = EvidenceContext {
            document_sha256: self.document_sha256,
            certificate_name: &self.name,
            certificate_policies: &self.policies,
            signature_algorithm: self.signature_algorithm,
            signing_time: self.signing_time,
            evidence_hash_attribute: attribute,
        };
        check_evidence(&self.evidence, self.country.root.public_key(), &context)
    }

    /// With the attribute that fits the evidence, however wrong it is.
    fn check(&self) -> Result<CheckedEvidence, EvidenceError> {
        self.check_as(evidence_hash(&self.evidence))
    }

    /// Ana approves the request as it now stands.
    fn approve_again(&mut self) {
        self.evidence.assertion = self.person.answer(&challenge(&self.evidence.request), &Answer::at(SIGNER));
    }

    /// The statement as it now stands, signed by the registry, named by the request, approved by Ana.
    fn state_again(&mut self) {
        let statement = &self.evidence.statement;
        self.evidence.statement =
            sign_statement(statement.tbs.clone(), statement.confirmations.clone(), &self.country.registry)
                .unwrap();
        self.evidence.request.statement = self.evidence.statement.hash();
        self.approve_again();
    }

    fn restate(&mut self, statement: Statement) {
        self.evidence.statement = statement;
        self.state_again();
    }
}

#[test]
fn good_evidence_is_right_in_all_points() {
    let case = Case::new();
    let checked = case.check().unwrap();
    assert_eq!(checked.receipt().as_str(), "R26-0000-ZZZZ");
    assert_eq!(checked.document().unwrap().sha256, sha256(DOCUMENT));
    assert_eq!(checked.statement().record(), &record());
    assert_eq!(checked.charter().tbs().serial, 1);
    assert_eq!(checked.evidence(), &case.evidence);
}

#[test]
fn point_1_another_root_or_a_charter_out_of_date() {
    let mut case = Case::new();
    case.country.root = TestKey::new(99);
    assert_eq!(case.check(), Err(EvidenceError::Charter(EnrolmentError::CharterSignature)));
    let mut case = Case::new();
    case.evidence.charter.tbs.serial = 2;
    assert_eq!(case.check(), Err(EvidenceError::Charter(EnrolmentError::CharterSignature)));
    let mut case = Case::new();
    case.evidence.charter.tbs.not_after = NOW.plus_seconds(-1).generalized();
    case.evidence.charter = sign_charter(case.evidence.charter.tbs.clone(), &case.country.root).unwrap();
    assert_eq!(case.check(), Err(EvidenceError::Charter(EnrolmentError::CharterOutOfDate)));
    case.evidence.charter.tbs.not_after = NOW.generalized();
    case.evidence.charter = sign_charter(case.evidence.charter.tbs.clone(), &case.country.root).unwrap();
    assert!(case.check().is_ok());
}

#[test]
fn point_2_an_officer_whom_no_registrar_approved() {
    let mut case = Case::new();
    let stranger = approver(77, "Nobody's desk");
    for grant in &mut case.evidence.officers {
        grant.approvals = vec![stranger.approve(tag::OFFICER, &bytes::write(&grant.officer)).unwrap()];
    }
    assert_eq!(case.check(), Err(EvidenceError::Officer(EnrolmentError::UnknownApprover)));
    let mut case = Case::new();
    for grant in &mut case.evidence.officers {
        grant.approvals.clear();
    }
    let none = EnrolmentError::TooFewApprovals { found: 0, needed: 1 };
    assert_eq!(case.check(), Err(EvidenceError::Officer(none)));
}

#[test]
fn point_3_approvals_missing_foreign_or_unconfirmed() {
    let mut case = Case::new();
    case.evidence.officers = vec![case.country.grant(&case.country.officers[1])];
    assert_eq!(case.check(), Err(EvidenceError::Approvals(EnrolmentError::UnknownApprover)));
    let mut case = Case::new();
    let mut threshold = record();
    threshold.threshold = 2;
    let statement = case.country.statement(threshold, &case.person, Binding::Desk);
    case.restate(statement);
    let few = EnrolmentError::TooFewApprovals { found: 1, needed: 2 };
    assert_eq!(case.check(), Err(EvidenceError::Approvals(few)));
    let mut case = Case::new();
    case.evidence.statement.confirmations.clear();
    case.state_again();
    assert_eq!(case.check(), Err(EvidenceError::Approvals(EnrolmentError::ConfirmationMissing)));
}

#[test]
fn point_4_a_statement_that_the_registry_did_not_sign() {
    let mut case = Case::new();
    case.country.registry = TestKey::new(98);
    case.state_again();
    assert_eq!(case.check(), Err(EvidenceError::Registry(EnrolmentError::RegistrySignature)));
}

#[test]
fn point_5_a_touch_for_another_request_site_or_by_another_passkey() {
    let mut case = Case::new();
    case.evidence.request.request_id = Id::new([10; 16]);
    let other = ActError::Assertion(AssertionError::OtherChallenge);
    assert_eq!(case.check(), Err(EvidenceError::Assertion(other)));
    let mut case = Case::new();
    case.evidence.assertion = case.person.answer(&challenge(&case.evidence.request), &Answer::at(PKI));
    let other = ActError::Assertion(AssertionError::OtherOrigin);
    assert_eq!(case.check(), Err(EvidenceError::Assertion(other)));
    let mut case = Case::new();
    case.evidence.request.origin = PKI.to_owned();
    case.evidence.assertion = case.person.answer(&challenge(&case.evidence.request), &Answer::at(PKI));
    assert_eq!(case.check(), Err(EvidenceError::Assertion(ActError::OtherOrigin)));
    let mut case = Case::new();
    case.evidence.assertion =
        Passkey::new(11).answer(&challenge(&case.evidence.request), &Answer::at(SIGNER));
    let other = ActError::Assertion(AssertionError::OtherCredential);
    assert_eq!(case.check(), Err(EvidenceError::Assertion(other)));
}

#[test]
fn point_6_another_statement_name_policy_or_algorithm() {
    let mut case = Case::new();
    case.evidence.request.statement = Hash::new([1; 32]);
    case.approve_again();
    assert_eq!(case.check(), Err(EvidenceError::Certificate(ActError::OtherStatement)));
    let mut case = Case::new();
    case.evidence.request.subject_name.common.push('e');
    case.name.common.push('e');
    case.approve_again();
    assert_eq!(case.check(), Err(EvidenceError::Certificate(ActError::OtherName)));
    let mut case = Case::new();
    case.name.given = None;
    assert_eq!(case.check(), Err(EvidenceError::Certificate(ActError::OtherName)));
    let mut case = Case::new();
    case.policies.remove(0);
    assert_eq!(case.check(), Err(EvidenceError::Certificate(ActError::OtherPolicy)));
    let mut case = Case::new();
    case.signature_algorithm = crate::oid::SHA256;
    assert_eq!(case.check(), Err(EvidenceError::Certificate(ActError::OtherAlgorithm)));
}

#[test]
fn point_7_other_particulars_another_document_or_a_broken_receipt() {
    let mut case = Case::new();
    case.evidence.particulars.purpose.push('!');
    assert_eq!(case.check(), Err(EvidenceError::Document(ActError::OtherParticulars)));
    let mut case = Case::new();
    case.document_sha256 = sha256(b"%PDF-1.7 statement of supporu");
    assert_eq!(case.check(), Err(EvidenceError::Document(ActError::OtherDocument)));
    let mut case = Case::new();
    case.evidence.index = 1;
    assert_eq!(case.check(), Err(EvidenceError::Document(ActError::OtherDocument)));
    let mut case = Case::new();
    case.evidence.particulars.receipt = PrintableString::new("R26-0000-ZZZ").unwrap();
    case.evidence.request.particulars = particulars_hash(&case.evidence.particulars);
    case.approve_again();
    assert_eq!(case.check(), Err(EvidenceError::Document(ActError::ReceiptMalformed)));
}

#[test]
fn point_8_one_second_too_late_or_too_early() {
    let mut case = Case::new();
    let end = NOW.plus_seconds(600);
    case.signing_time = end;
    assert!(case.check().is_ok());
    case.signing_time = end.plus_seconds(1);
    assert_eq!(case.check(), Err(EvidenceError::Time(ActError::SignedTooLate)));
    case.signing_time = NOW.plus_seconds(-1);
    assert_eq!(case.check(), Err(EvidenceError::Time(ActError::SignedTooEarly)));
}

#[test]
fn point_9_one_bit_of_the_attribute() {
    let case = Case::new();
    let mut attribute = *evidence_hash(&case.evidence).as_bytes();
    attribute.iter_mut().for_each(|byte| *byte ^= 1);
    assert_eq!(case.check_as(Hash::new(attribute)), Err(EvidenceError::Attribute));
}

#[test]
fn evidence_out_of_range_is_none() {
    let mut case = Case::new();
    case.evidence.version = 2;
    let error = case.check().unwrap_err();
    assert_eq!((error.point(), &error), (0, &error));
    assert!(matches!(error, EvidenceError::Range(OutOfRange { what: "evidence", .. })));
    let mut case = Case::new();
    case.evidence.request.signatures = 2;
    case.approve_again();
    assert!(matches!(case.check(), Err(EvidenceError::Range(OutOfRange { what: "documents", .. }))));
    let mut case = Case::new();
    case.evidence.request.signatures = 21;
    assert!(matches!(case.check(), Err(EvidenceError::Range(OutOfRange { what: "signatures", .. }))));
}

#[test]
fn an_approval_is_checked_alike_before_the_signature() {
    let case = Case::new();
    let statement = case.check().unwrap().statement().clone();
    let approved = check_approval(&case.evidence.request, &case.evidence.assertion, &statement, NOW).unwrap();
    assert_eq!(*approved.challenge(), challenge(&case.evidence.request));
    assert_eq!(approved.assertion().counter(), 7);
    let late = NOW.plus_seconds(601);
    assert_eq!(
        check_approval(&case.evidence.request, &case.evidence.assertion, &statement, late),
        Err(ActError::SignedTooLate)
    );
    let mut other = case.evidence.request.clone();
    other.particulars = Hash::new([0; 32]);
    assert_eq!(
        check_approval(&other, &case.evidence.assertion, &statement, NOW),
        Err(ActError::Assertion(AssertionError::OtherChallenge))
    );
}

/// The bytes of decades: whoever changes one of these changes the format, and needs a new version number.
#[test]
fn golden_vectors() {
    use crate::bytes::{read, write};
    let case = Case::new();
    let evidence = &case.evidence;
    let request = certificate_request(evidence);
    assert_eq!(read("Evidence", &write(evidence)).as_ref(), Ok(evidence));
    assert_eq!(read("CertificateRequest", &write(&request)).as_ref(), Ok(&request));
    let found: Vec<String> = [
        ("SignRequest", write(&evidence.request)),
        ("Particulars", write(&evidence.particulars)),
        ("Assertion", write(&evidence.assertion)),
        ("EnrolmentRecord", write(&evidence.statement.tbs.record)),
        ("Statement", write(&evidence.statement)),
        ("OfficerGrant", write(evidence.officers.first().unwrap())),
        ("Charter", write(&evidence.charter)),
        ("Evidence", write(evidence)),
        ("CertificateRequest", write(&request)),
    ]
    .iter()
    .map(|(name, der)| format!("{name} {} {}", der.len(), sha256(der).hex()))
    .collect();
    assert_eq!(found, GOLDEN, "{found:#?}");
}

const GOLDEN: [&str; 9] = [
    "SignRequest 211 f2cadb5f22d3f92964f19692d1b489ecb61e8c867036e3f44c151210ca26af31",
    "Particulars 269 f6a91dfbb9bfb3426563c97366b6a9730f816b2a2ceccd81d9bb3e2057ae3a45",
    "Assertion 288 81bf7139c22b67a9c3f9f19bdf86a5185da83cf60d47329b9e744c3e49f0add4",
    "EnrolmentRecord 278 daf9e1a266cc4defebe1065b9d43c1297a9849b0214adb099496aef4b5fe6f54",
    "Statement 1181 10ce00155ceea19274822c5dfbbab4fd655059aaed60545c19e244c887aa8ec0",
    "OfficerGrant 555 fad9875c6a18d03b11be936fb54c62dbc54b8e17363242d513ff4c7221d56b0b",
    "Charter 528 7fac99ba0e48fa80e31c65d3a3a6c6a0400038f0a2aaa5fabc6e8b819cbbb1fe",
    "Evidence 3046 d6fe01ce6805fd72479f715a964573bfab52804f007016b33a42b314f7b2304b",
    "CertificateRequest 654 0b729619badf757b72cf0696662fdf3e34763596d9e2668b8f8f9925561d3c2e",
];
