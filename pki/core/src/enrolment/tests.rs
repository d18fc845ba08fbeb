//! From the root to a person: who may approve, and each link that does not hold.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use super::*;
use crate::bytes::write;
use crate::key::SigningKey as _;
use crate::testing::{
    Approver, Country, NOW, Passkey, TestKey, approver, approver_within, charter_tbs, fields, record,
    statement_tbs,
};
use crate::time::Instant;

fn checked(country: &Country, statement: &Statement) -> Result<CheckedStatement, EnrolmentError> {
    check_statement(statement, &country.grants(), &country.checked())
}

/// A statement whose record is `record`, approved by these officers, bound by slip.
fn approved_by(country: &Country, record: EnrolmentRecord, officers: &[&Approver]) -> Statement {
    let approvals = officers.iter().map(|one| one.approve(tag::APPROVE, &write(&record)).unwrap()).collect();
    let tbs = statement_tbs(record, approvals, &Passkey::new(10), Binding::Slip);
    sign_statement(tbs, Vec::new(), &country.registry).unwrap()
}

#[test]
fn a_statement_is_accepted_at_the_desk_and_by_slip() {
    let country = Country::new();
    for binding in [Binding::Desk, Binding::Slip] {
        let statement = country.statement(record(), &Passkey::new(10), binding);
        let good = checked(&country, &statement).unwrap();
        assert_eq!(*good.hash(), statement.hash());
        assert_eq!(good.public_key(), Passkey::new(10).key.public_key());
    }
}

#[test]
fn two_officers_meet_a_threshold_of_two_and_one_alone_or_twice_does_not() {
    let country = Country::new();
    let [one, two] = &country.officers;
    let mut record = record();
    record.threshold = 2;
    assert!(checked(&country, &approved_by(&country, record.clone(), &[one, two])).is_ok());
    assert_eq!(
        checked(&country, &approved_by(&country, record.clone(), &[one])),
        Err(EnrolmentError::TooFewApprovals { found: 1, needed: 2 })
    );
    assert_eq!(
        checked(&country, &approved_by(&country, record, &[one, one])),
        Err(EnrolmentError::SameApproverTwice)
    );
}

#[test]
fn one_passkey_under_two_names_is_one_officer() {
    let country = Country::new();
    let [one, _] = &country.officers;
    let mut twin = one.officer().clone();
    twin.officer = Id::new([50; 16]);
    let twin = software::SoftwareApprover::resume(TestKey::new(4), "localhost".to_owned(), twin).unwrap();
    let mut record = record();
    record.threshold = 2;
    let statement = approved_by(&country, record, &[one, &twin]);
    let grants = [country.grant(one), country.grant(&twin)];
    assert_eq!(
        check_statement(&statement, &grants, &country.checked()),
        Err(EnrolmentError::SameApproverTwice)
    );
}

#[test]
fn a_stranger_a_registrar_and_an_officer_out_of_date_do_not_approve_people() {
    let country = Country::new();
    let stranger = approver(77, "Nobody's desk");
    let statement = approved_by(&country, record(), &[&stranger]);
    assert_eq!(checked(&country, &statement), Err(EnrolmentError::UnknownApprover));
    let statement = approved_by(&country, record(), &[&country.registrar]);
    assert_eq!(checked(&country, &statement), Err(EnrolmentError::UnknownApprover));
    let created = Instant::from_generalized(&record().created);
    let table = [(created.plus_seconds(-1), false), (created, true)];
    for (not_after, good) in table {
        let past = approver_within(60, "Town hall, desk 3", NOW.plus_seconds(-9_000), not_after);
        let statement = approved_by(&country, record(), &[&past]);
        let found = check_statement(&statement, &[country.grant(&past)], &country.checked());
        match good {
            true => assert!(found.is_ok()),
            false => assert_eq!(found, Err(EnrolmentError::ApproverOutOfDate)),
        }
    }
}

#[test]
fn a_changed_record_or_key_breaks_approval_confirmation_or_signature() {
    let country = Country::new();
    let good = country.statement(record(), &Passkey::new(10), Binding::Desk);
    let mut renamed = good.clone();
    renamed.tbs.record.certified_name.common = "Ana Lucia Vidal".to_owned();
    let other = EnrolmentError::Approval(AssertionError::OtherChallenge);
    assert_eq!(checked(&country, &renamed), Err(other.clone()));
    let mut rekeyed = good.clone();
    rekeyed.tbs.public_key = Passkey::new(11).key.public_key().info().unwrap();
    assert_eq!(checked(&country, &rekeyed), Err(other));
    let mut by_slip = country.statement(record(), &Passkey::new(10), Binding::Slip);
    by_slip.tbs.public_key = Passkey::new(11).key.public_key().info().unwrap();
    assert_eq!(checked(&country, &by_slip), Err(EnrolmentError::RegistrySignature));
    let mut unsigned = good.clone();
    unsigned.algorithm.oid = crate::oid::SHA256;
    assert_eq!(checked(&country, &unsigned), Err(EnrolmentError::RegistrySignature));
    let mut both = good;
    both.tbs.binding = Binding::Slip;
    assert_eq!(checked(&country, &both), Err(EnrolmentError::ConfirmationUnexpected));
}

#[test]
fn a_record_of_another_country_or_of_another_kind_is_refused() {
    let country = Country::new();
    type Change = fn(&mut EnrolmentRecord);
    let table: [(Change, EnrolmentError); 6] = [
        (|r| r.rp_id = "localhosu".to_owned(), EnrolmentError::NotOfThisCountry("RP ID")),
        (
            |r| r.signing_origin = "http://localhost:8409".to_owned(),
            EnrolmentError::NotOfThisCountry("signing origin"),
        ),
        (
            |r| {
                r.sandbox = false;
                r.policy = crate::oid::PROOFING_DESK;
                r.threshold = 2;
            },
            EnrolmentError::NotOfThisCountry("sandbox mark"),
        ),
        (
            |r| r.policy = crate::oid::PROOFING_DESK,
            range("proofing policy", "is not the one of such a record"),
        ),
        (|r| r.threshold = 0, range("threshold", "is not possible")),
        (|r| r.supersedes = Some(r.slip), range("superseded statement", "belongs to a replacement only")),
    ];
    for (change, error) in table {
        let mut record = record();
        change(&mut record);
        let statement = approved_by(&country, record, &[&country.officers[0]]);
        assert_eq!(checked(&country, &statement), Err(error));
    }
}

fn range(what: &'static str, why: &'static str) -> EnrolmentError {
    EnrolmentError::Range(OutOfRange { what, why })
}

#[test]
fn a_grant_needs_a_registrar_in_office_and_an_origin_of_the_country() {
    let country = Country::new();
    let officer = &country.officers[0];
    let good = country.grant(officer);
    let charter = country.checked();
    let granted = check_grant(&good, &charter).unwrap();
    assert_eq!(granted.officer(), officer.officer());
    assert!(granted.valid_at(NOW) && !granted.valid_at(NOW.plus_seconds(366 * 86_400)));
    let mut elsewhere = good.clone();
    elsewhere.officer.origin = "http://localhost:9999".to_owned();
    assert_eq!(check_grant(&elsewhere, &charter), Err(EnrolmentError::NotOfThisCountry("officer's origin")));
    let mut longer = good;
    longer.officer.not_after = NOW.plus_seconds(366 * 86_400).generalized();
    let other = EnrolmentError::Approval(AssertionError::OtherChallenge);
    assert_eq!(check_grant(&longer, &charter), Err(other));
    let early = approver_within(61, "Desk", NOW.plus_seconds(-90_001), NOW);
    assert_eq!(check_grant(&country.grant(&early), &charter), Err(EnrolmentError::ApproverOutOfDate));
}

#[test]
fn a_bundle_gives_trust_only_whole_and_in_force() {
    let country = Country::new();
    let bundle = |charter: &Charter| {
        let root = root_certificate(&country);
        write(&Bundle { root, charter: charter.clone() })
    };
    let der = bundle(&country.charter);
    let trust = Trust::read(&der, NOW).unwrap();
    assert_eq!(trust.root_key(), country.root.public_key());
    assert_eq!(trust.root_der(), write(trust.root()));
    assert!(trust.charter().registry_key_listed(country.registry.public_key()));
    assert!(!trust.charter().registry_key_listed(country.root.public_key()));
    let after_root = NOW.plus_seconds(86_400 * 3650);
    assert_eq!(Trust::read(&der, after_root), Err(EnrolmentError::RootOutOfDate));
    assert_eq!(Trust::read(&der, NOW.plus_seconds(401 * 86_400)), Err(EnrolmentError::CharterOutOfDate));
    let foreign =
        sign_charter(charter_tbs(&country.registry, &country.registrar), &TestKey::new(90)).unwrap();
    assert_eq!(Trust::read(&bundle(&foreign), NOW), Err(EnrolmentError::CharterSignature));
    let mut cut = der;
    cut.pop();
    assert!(matches!(Trust::read(&cut, NOW), Err(EnrolmentError::Bytes(BytesError::Malformed { .. }))));
}

/// A self-signed certificate of the root's key for three years from the charter's beginning.
fn root_certificate(country: &Country) -> Certificate {
    use crate::issue::{AuthorityName, RootParams, Serial, root};
    let params = RootParams {
        serial: Serial::generate(&crate::testing::Seeded::new(91)).unwrap(),
        not_before: NOW.plus_seconds(-90_000),
        life_seconds: 3 * 365 * 86_400,
        name: AuthorityName {
            country: "XX".to_owned(),
            organization: "Republic of Velmara SANDBOX".to_owned(),
            organization_identifier: None,
            common: "Velmara Root".to_owned(),
        },
    };
    let issued = root(&params, &country.root).unwrap();
    crate::bytes::read("Certificate", issued.der()).unwrap()
}

#[test]
fn disclosed_fields_are_the_ones_that_were_approved() {
    let record = record();
    let octets: Vec<OctetString> = fields().iter().map(|one| one.to_octets().unwrap()).collect();
    assert_eq!(check_disclosed(&octets, &record), Ok(fields()));
    assert_eq!(check_disclosed(&octets[1..], &record), Ok(fields()[1..].to_vec()));
    assert_eq!(fields()[0].field.part, FieldPart::Family, "a record is ordered by part");
    let reversed: Vec<OctetString> = octets.iter().rev().cloned().collect();
    assert_eq!(check_disclosed(&reversed, &record), Err(EnrolmentError::Disclosure));
    let twice = vec![octets[0].clone(), octets[0].clone()];
    assert_eq!(check_disclosed(&twice, &record), Err(EnrolmentError::Disclosure));
    let mut changed = fields()[1].clone();
    changed.field.value.push('s');
    assert_eq!(check_disclosed(&[changed.to_octets().unwrap()], &record), Err(EnrolmentError::Disclosure));
    let mut long = fields()[1].clone();
    long.field.value = "a".repeat(301);
    assert_eq!(
        check_disclosed(&[long.to_octets().unwrap()], &record),
        Err(range("field", "is empty or too long"))
    );
}

#[test]
fn names_end_at_64_characters_not_bytes() {
    let mut name = record().certified_name;
    name.common = "í".repeat(64);
    assert_eq!(name.check(), Ok(()));
    name.common.push('a');
    assert_eq!(EnrolmentError::from(name.check().unwrap_err()), range("common name", "is empty or too long"));
}

#[test]
fn a_software_approver_is_who_its_key_says() {
    let officer = approver(4, "Town hall, desk 1").officer().clone();
    assert!(
        software::SoftwareApprover::resume(TestKey::new(4), "localhost".to_owned(), officer.clone()).is_ok()
    );
    let other = software::SoftwareApprover::resume(TestKey::new(5), "localhost".to_owned(), officer);
    assert_eq!(other.err(), Some(EnrolmentError::UnknownApprover));
}
