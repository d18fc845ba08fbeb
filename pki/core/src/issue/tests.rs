//! Goal: what is issued is exactly the profile, byte for byte, and every rule of a profile stops a draft that breaks it.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use super::draft::{Draft, Signer};
use super::sample::*;
use super::*;
use crate::asn1;
use crate::key::{Ephemeral, SoftKey, sha256};
use crate::x509::BindingType;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn golden_extension_values_of_the_profiles() {
    assert_eq!(hex(&profile::basic_constraints(None)), "30030101ff");
    assert_eq!(hex(&profile::basic_constraints(Some(0))), "30060101ff020100");
    assert_eq!(hex(profile::KEY_USAGE_AUTHORITY), "03020106");
    assert_eq!(hex(profile::KEY_USAGE_PERSON), "03020640");
    assert_eq!(hex(profile::KEY_USAGE_SIGNATURE), "03020780");
    assert_eq!(hex(&profile::authority_key_identifier(&[7; 20])[..4]), "30168014");
    assert_eq!(hex(&profile::subject_key_identifier(&[7; 20])[..2]), "0414");
    assert_eq!(hex(&profile::policies(&[oids::ANY_POLICY])), "300830060604551d2000");
    assert_eq!(hex(&profile::purposes(oids::TIME_STAMPING)), "300a06082b06010505070308");
    assert_eq!(hex(&profile::purposes(oids::DOCUMENT_SIGNING)), "300a06082b06010505070324");
    assert_eq!(
        hex(profile::NO_SERVERS),
        "3036a13430028200300a87080000000000000000302287200000000000000000000000000000000000000000000000000000000000000000"
    );
    assert_eq!(
        hex(&profile::ca_issuers("http://pki.id.example.com/root-g1.cer")),
        "3033303106082b060105050730028625687474703a2f2f706b692e69642e6578616d706c652e636f6d2f726f6f742d67312e636572"
    );
    assert_eq!(
        hex(&profile::distribution_point("http://pki.id.example.com/root-g1.crl")),
        "302d302ba029a0278625687474703a2f2f706b692e69642e6578616d706c652e636f6d2f726f6f742d67312e63726c"
    );
    assert_eq!(
        hex(&profile::binding(&sha256(b"doc"))),
        "30360420139d544b821b13ebea14f1b0fe18577222e415c2966e3a3511c4196055232202300b06096086480165030402010c056361646573"
    );
    let first = Instant::from_seconds(1_795_403_654); // 2026-11-23T03:14:14Z
    assert_eq!(
        hex(&profile::private_key_usage(first, first.plus_seconds(YEAR))),
        "3022800f32303236313132333033313431345a810f32303237313132333033313431345a"
    );
    assert_eq!(hex(&asn1::oid(oids::SIGNED_DOCUMENT_BINDING)), "06082b06010505070125");
    assert_eq!(hex(&asn1::oid(oids::VALIDITY_ASSURED)), "060704008bec490201");
    assert_eq!(hex(&asn1::algorithm(oid::ECDSA_SHA256)), "300a06082a8648ce3d040302");
}

#[test]
fn the_country_has_the_sizes_and_facts_of_the_profiles() {
    let country = Country::new(1);
    let key = Ephemeral::generate(&country.random).unwrap();
    let hash = sha256(b"attributes");
    let leaf =
        one_signature(&country.one_signature_params(key.public_key(), hash), country.ca_issuer()).unwrap();

    // The references' samples carry QCP policies, qcStatements and other names: near, not equal.
    for (certificate, sample) in
        [(&country.root, 530), (&country.ca, 774), (&country.tsa, 791), (&country.tsu, 800), (&leaf, 780)]
    {
        assert!(certificate.der().len().abs_diff(sample) < 90, "{} {sample}", certificate.der().len());
    }
    assert_eq!(leaf.not_before(), NOW.plus_seconds(3600));
    assert_eq!(leaf.not_after().seconds_since(leaf.not_before()), 899);
    assert_eq!(leaf.issuer_der(), country.ca.subject_der());
    let name = leaf.subject_name();
    assert_eq!(name.common_name(), Some("Ana Mária Lindqvist"));
    assert_eq!((name.surname(), name.given_name()), (Some("Lindqvist"), Some("Ana Mária")));
    assert_eq!(name.serial_number(), Some("A2B3C4D5E6F7GHIJ"));
    let extensions = leaf.extensions();
    assert_eq!(
        extensions.policies,
        [oid::POLICY_ONE_SIGNATURE, oid::POLICY_SOFTWARE_KEY, oid::POLICY_SANDBOX]
    );
    assert!(extensions.no_rev_avail && extensions.validity_assured && !extensions.authority());
    assert!(
        !extensions.has_crl_distribution_points
            && extensions.ocsp.is_empty()
            && !extensions.has(oids::QC_STATEMENTS)
    );
    assert_eq!(extensions.binding.as_ref().unwrap().bound(), Ok((BindingType::Cades, hash)));
    assert_eq!(extensions.ca_issuers, [CA_CER]);
    assert_eq!(extensions.subject_key_identifier.as_deref(), Some(&key.public_key().key_identifier()[..]));
    assert!(country.tsu.extensions().extended_key_usage.as_ref().unwrap().critical);
    assert_eq!(country.tsu.extensions().policies[0], oid::POLICY_TIME_STAMP);
    assert_eq!(country.tsu.extensions().private_key_usage, Some((NOW, NOW.plus_seconds(YEAR))));
    assert_eq!(country.ca.extensions().crl_distribution_points, [ROOT_CRL]);
}

#[test]
fn a_root_on_p384_issues_authorities_on_p256() {
    let country = Country::with_root(Counter::new(2), SoftKey::generate_p384().unwrap());
    assert_eq!(country.ca.verify_signed_by(country.root.public_key()), Ok(()));
    assert_eq!(country.lists().len(), 2);
}

#[test]
fn a_person_with_one_name_gets_a_certificate_without_family_name() {
    let country = Country::new(3);
    let key = Ephemeral::generate(&country.random).unwrap();
    let mut params = country.one_signature_params(key.public_key(), sha256(b"a"));
    params.name = PersonName { family: None, given: None, common: "ສົມສີ".into(), ..person() };
    let leaf = one_signature(&params, country.ca_issuer()).unwrap();
    assert_eq!(leaf.subject_name().common_name(), Some("ສົມສີ"));
    assert_eq!(leaf.subject_name().surname(), None);
}

#[test]
fn issuer_names_are_copied_byte_for_byte_whatever_letters_they_have() {
    let random = Counter::new(17);
    let key = SoftKey::generate_p256(&random).unwrap();
    let name = AuthorityName {
        country: "EE".into(),
        organization: "Šakų respublika Ελλάδα 中国 SANDBOX".into(),
        organization_identifier: Some("NTREE-10000001".into()),
        common: "Root & Söhne + \"G1\", #1".into(),
    };
    let params =
        RootParams { serial: Serial::generate(&random).unwrap(), not_before: NOW, life_seconds: YEAR, name };
    let root = root(&params, &key).unwrap();
    let below = SoftKey::generate_p256(&random).unwrap();
    let mut ca = ca_params(Purpose::OneSignature, Serial::generate(&random).unwrap(), below.public_key());
    ca.life_seconds = YEAR;
    let ca = issuing_ca(&ca, Issuer::new(&root, &key).unwrap()).unwrap();
    assert_eq!(ca.issuer_der(), root.subject_der());
    assert_eq!(ca.issuer_name().only(oids::ORGANIZATION_IDENTIFIER), Some("NTREE-10000001"));
}

#[test]
fn serials_are_sixteen_octets_that_stay_positive_and_long() {
    let random = Counter::new(4);
    for _ in 0..300 {
        let serial = Serial::generate(&random).unwrap();
        assert!((0x40..=0x7f).contains(&serial.as_bytes()[0]));
        assert_eq!(Serial::from_slice(serial.as_bytes()), Some(serial));
    }
    assert_eq!(Serial::from_slice(&[0x80; 16]), None);
    assert_eq!(Serial::from_slice(&[0x3f; 16]), None);
    assert_eq!(Serial::from_slice(&[0x40; 15]), None);
    let text = random_subject_serial(&random).unwrap();
    assert!(text.len() == 16 && text.chars().all(|letter| matches!(letter, 'A'..='Z' | '2'..='7')));
}

#[test]
fn an_issuer_is_an_authority_with_its_own_key() {
    let country = Country::new(5);
    assert_eq!(Issuer::new(&country.root, &country.ca_key).err(), Some(IssueError::KeyOfAnother));
    assert_eq!(Issuer::new(&country.tsu, &country.tsu_key).err(), Some(IssueError::NotAnAuthority));
}

/// Breaks a good draft in one place and tells which lint stops it.
fn broken(draft: &Draft, issuer: Issuer<'_>, change: impl FnOnce(&mut Draft)) -> Result<(), IssueError> {
    let mut draft = draft.clone();
    change(&mut draft);
    draft.issue(&Signer::Authority(issuer)).map(drop)
}

fn set(draft: &mut Draft, id: ObjectIdentifier, value: &[u8]) {
    draft.extensions.iter_mut().find(|extension| extension.id == id).unwrap().value = value.to_vec();
}

fn toggle(draft: &mut Draft, id: ObjectIdentifier) {
    let extension = draft.extensions.iter_mut().find(|extension| extension.id == id).unwrap();
    extension.critical = !extension.critical;
}

#[test]
fn each_extension_of_each_profile_missing_twice_wrong_or_of_wrong_criticality_stops_issuance() {
    let country = Country::new(6);
    let key = Ephemeral::generate(&country.random).unwrap();
    let person = country.one_signature_params(key.public_key(), sha256(b"a"));
    let unit_key = SoftKey::generate_p256(&country.random).unwrap();
    let ca = ca_params(Purpose::OneSignature, country.serial(), unit_key.public_key());
    let tsa = ca_params(Purpose::TimeStamp, country.serial(), unit_key.public_key());
    let unit = tsu_params(country.serial(), unit_key.public_key());
    let drafts = [
        (one_signature_draft(&person, &country.ca_issuer()), country.ca_issuer()),
        (issuing_ca_draft(&ca, &country.root_issuer()), country.root_issuer()),
        (issuing_ca_draft(&tsa, &country.root_issuer()), country.root_issuer()),
        (time_stamp_unit_draft(&unit, &country.tsa_issuer()), country.tsa_issuer()),
    ];
    for (draft, issuer) in drafts {
        assert_eq!(broken(&draft, issuer, |_| ()), Ok(()));
        for extension in draft.extensions.clone() {
            let id = extension.id;
            let without =
                broken(&draft, issuer, |draft| draft.extensions.retain(|extension| extension.id != id));
            // Without its policies a certificate also lacks the sandbox mark, but the first rule speaks first.
            assert_eq!(without, Err(Lint::Missing(id).into()));
            let twice = broken(&draft, issuer, |draft| draft.extensions.push(extension.clone()));
            assert_eq!(twice, Err(Lint::Twice(id).into()));
            assert_eq!(broken(&draft, issuer, |draft| toggle(draft, id)), Err(Lint::Criticality(id).into()));
            let longer = broken(&draft, issuer, |draft| {
                set(draft, id, &[extension.value.clone(), vec![5, 0]].concat());
            });
            assert_eq!(longer, Err(Lint::Value(id).into()));
        }
    }
}

#[test]
fn rfc9608_nothing_that_says_where_revocation_is_stands_beside_no_rev_avail() {
    let country = Country::new(7);
    let key = Ephemeral::generate(&country.random).unwrap();
    let draft = one_signature_draft(
        &country.one_signature_params(key.public_key(), sha256(b"a")),
        &country.ca_issuer(),
    );
    for id in [oids::CRL_DISTRIBUTION_POINTS, oids::FRESHEST_CRL] {
        let added = broken(&draft, country.ca_issuer(), |draft| {
            draft.extensions.push(profile::plain(id, profile::distribution_point(ROOT_CRL)));
        });
        assert_eq!(added, Err(Lint::Unwanted(id).into()));
    }
    let ocsp = asn1::sequence(&[&asn1::sequence(&[
        &asn1::oid(oids::ACCESS_OCSP),
        &asn1::tlv(0x86, b"http://ocsp.example.com"),
    ])]);
    let replaced =
        broken(&draft, country.ca_issuer(), |draft| set(draft, oids::AUTHORITY_INFO_ACCESS, &ocsp));
    assert_eq!(replaced, Err(Lint::Value(oids::AUTHORITY_INFO_ACCESS).into()));
    for id in [
        oids::BASIC_CONSTRAINTS,
        oids::NAME_CONSTRAINTS,
        oids::POLICY_CONSTRAINTS,
        oids::QC_STATEMENTS,
        oids::SUBJECT_ALT_NAME,
    ] {
        let added = broken(&draft, country.ca_issuer(), |draft| {
            draft.extensions.push(profile::plain(id, vec![0x30, 0]))
        });
        assert_eq!(added, Err(Lint::Unwanted(id).into()));
    }
}

#[test]
fn values_next_to_the_profiles_are_refused() {
    let country = Country::new(8);
    let key = Ephemeral::generate(&country.random).unwrap();
    let draft = one_signature_draft(
        &country.one_signature_params(key.public_key(), sha256(b"a")),
        &country.ca_issuer(),
    );
    let with = |id, value: &[u8]| broken(&draft, country.ca_issuer(), |draft| set(draft, id, value));
    let wrong = |id| Err(Lint::Value(id).into());
    assert_eq!(with(oids::KEY_USAGE, profile::KEY_USAGE_SIGNATURE), wrong(oids::KEY_USAGE));
    assert_eq!(with(oids::KEY_USAGE, &[3, 2, 6, 0xc0]), wrong(oids::KEY_USAGE));
    let usage = profile::purposes(oids::OCSP_SIGNING);
    assert_eq!(with(oids::EXTENDED_KEY_USAGE, &usage), wrong(oids::EXTENDED_KEY_USAGE));
    let mut binding = profile::binding(&sha256(b"a"));
    *binding.last_mut().unwrap() ^= 1;
    assert_eq!(with(oids::SIGNED_DOCUMENT_BINDING, &binding), wrong(oids::SIGNED_DOCUMENT_BINDING));
    let zero = profile::binding(&Hash::new([0; 32]));
    assert_eq!(with(oids::SIGNED_DOCUMENT_BINDING, &zero), wrong(oids::SIGNED_DOCUMENT_BINDING));
    let qualified =
        profile::policies(&[ObjectIdentifier::new_unwrap("0.4.0.194112.1.2"), oid::POLICY_ONE_SIGNATURE]);
    assert_eq!(with(oids::CERTIFICATE_POLICIES, &qualified), wrong(oids::CERTIFICATE_POLICIES));
    assert_eq!(with(oids::NO_REV_AVAIL, &[5, 0, 0]), wrong(oids::NO_REV_AVAIL));
    let address = |text: &str| with(oids::AUTHORITY_INFO_ACCESS, &profile::ca_issuers(text));
    for text in
        ["https://pki.example.com/ca.cer", "pki.example.com/ca.cer", "http://user@pki.example.com/ca.cer"]
    {
        assert_eq!(address(text), Err(Lint::Address(oids::AUTHORITY_INFO_ACCESS).into()), "{text}");
    }
    // Method 1 of RFC 7093, not rcgen's hash over the whole SubjectPublicKeyInfo.
    let other = profile::subject_key_identifier(&sha256(key.public_key().spki()).as_bytes()[..20]);
    assert_eq!(with(oids::SUBJECT_KEY_IDENTIFIER, &other), wrong(oids::SUBJECT_KEY_IDENTIFIER));
}

#[test]
fn life_limits_to_the_second() {
    let country = Country::new(9);
    let key = Ephemeral::generate(&country.random).unwrap();
    let params = country.one_signature_params(key.public_key(), sha256(b"a"));
    let life = |life_seconds| {
        one_signature(&OneSignatureParams { life_seconds, ..params.clone() }, country.ca_issuer()).map(drop)
    };
    assert_eq!((life(30), life(900)), (Ok(()), Ok(())));
    assert_eq!((life(29), life(901)), (Err(Lint::Life.into()), Err(Lint::Life.into())));
    let begin = |not_before| {
        one_signature(&OneSignatureParams { not_before, ..params.clone() }, country.ca_issuer()).map(drop)
    };
    assert_eq!(begin(country.ca.not_before()), Ok(()));
    assert_eq!(begin(country.ca.not_before().plus_seconds(-1)), Err(Lint::OutlivesIssuer.into()));
    assert_eq!(begin(country.ca.not_after().plus_seconds(-899)), Ok(()));
    assert_eq!(begin(country.ca.not_after().plus_seconds(-898)), Err(Lint::OutlivesIssuer.into()));
    // A fraction is cut, never rounded up: the certificate never begins in the future.
    let fraction = Instant::from_micros(NOW.plus_seconds(60).micros() + 999_999);
    let leaf =
        one_signature(&OneSignatureParams { not_before: fraction, ..params }, country.ca_issuer()).unwrap();
    assert_eq!(leaf.not_before(), NOW.plus_seconds(60));
}

#[test]
fn one_authority_one_purpose() {
    let country = Country::new(10);
    let key = Ephemeral::generate(&country.random).unwrap();
    let person = country.one_signature_params(key.public_key(), sha256(b"a"));
    let wrong = Err(IssueError::Lint(Lint::Purpose));
    assert_eq!(one_signature(&person, country.tsa_issuer()).map(drop), wrong);
    assert_eq!(one_signature(&person, country.root_issuer()).map(drop), wrong);
    let unit = tsu_params(country.serial(), key.public_key());
    assert_eq!(time_stamp_unit(&unit, country.ca_issuer()).map(drop), wrong);
    let ca = ca_params(Purpose::OneSignature, country.serial(), key.public_key());
    assert_eq!(issuing_ca(&ca, country.ca_issuer()).map(drop), wrong);
}

#[test]
fn names_next_to_the_profile_are_refused() {
    let country = Country::new(11);
    let key = Ephemeral::generate(&country.random).unwrap();
    let params = country.one_signature_params(key.public_key(), sha256(b"a"));
    let named =
        |name| one_signature(&OneSignatureParams { name, ..params.clone() }, country.ca_issuer()).map(drop);
    let wrong = Err(IssueError::Lint(Lint::SubjectName));
    assert_eq!(named(PersonName { common: "ü".repeat(64), ..person() }), Ok(()));
    assert_eq!(named(PersonName { common: "ü".repeat(65), ..person() }), wrong);
    assert_eq!(named(PersonName { common: String::new(), ..person() }), wrong);
    assert_eq!(named(PersonName { common: " Ana".into(), ..person() }), wrong);
    assert_eq!(named(PersonName { common: "A\nB".into(), ..person() }), wrong);
    assert_eq!(named(PersonName { country: "xx".into(), ..person() }), wrong);
    assert_eq!(named(PersonName { country: "XXX".into(), ..person() }), wrong);
    assert_eq!(
        named(PersonName { serial_number: "Ä".into(), ..person() }),
        Err(IssueError::NotPrintable("Ä".into()))
    );
    let draft = one_signature_draft(&params, &country.ca_issuer());
    assert_eq!(broken(&draft, country.ca_issuer(), |draft| draft.subject.reverse()), wrong);
    assert_eq!(broken(&draft, country.ca_issuer(), |draft| drop(draft.subject.pop())), wrong);
    let mail = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.1");
    let extra =
        broken(&draft, country.ca_issuer(), |draft| draft.subject.push((mail, "ana@example.com".into())));
    assert_eq!(extra, wrong);
}

#[test]
fn a_key_of_another_curve_or_the_issuers_own_is_refused() {
    let country = Country::new(12);
    let p384 = SoftKey::generate_p384().unwrap();
    let certify = |key: &PublicKey| {
        one_signature(&country.one_signature_params(key, sha256(b"a")), country.ca_issuer()).map(drop)
    };
    assert_eq!(certify(p384.public_key()), Err(Lint::SubjectKey.into()));
    assert_eq!(certify(country.ca_key.public_key()), Err(Lint::IssuersKey.into()));
}

#[test]
fn a_sandbox_says_so_in_the_certificate_and_above_it() {
    let country = Country::new(13);
    let key = Ephemeral::generate(&country.random).unwrap();
    let mut params = country.one_signature_params(key.public_key(), sha256(b"a"));
    params.sandbox = false;
    assert_eq!(one_signature(&params, country.ca_issuer()).map(drop), Err(Lint::Sandbox.into()));
}

#[test]
fn lints_read_the_bytes_and_not_the_intention() {
    let country = Country::new(14);
    let key = Ephemeral::generate(&country.random).unwrap();
    let draft = one_signature_draft(
        &country.one_signature_params(key.public_key(), sha256(b"a")),
        &country.ca_issuer(),
    );
    let tbs = draft.render(&Signer::Authority(country.ca_issuer())).unwrap();
    assert_eq!(draft.render(&Signer::Authority(country.ca_issuer())).unwrap(), tbs, "rendering repeats");
    let against = |change: &dyn Fn(&mut Draft)| {
        let mut other = draft.clone();
        change(&mut other);
        lint::certificate(&other, Some(&country.ca), tbs.clone()).err()
    };
    assert_eq!(against(&|_| ()), None);
    assert_eq!(against(&|other| other.serial = country.serial()), Some(Lint::Serial));
    assert_eq!(against(&|other| other.life_seconds += 1), Some(Lint::Validity));
    assert_eq!(against(&|other| other.not_before = NOW), Some(Lint::Validity));
    assert_eq!(
        against(&|other| other.public_key = country.tsu_key.public_key().clone()),
        Some(Lint::SubjectKey)
    );
    assert_eq!(lint::certificate(&draft, Some(&country.tsa), tbs.clone()).err(), Some(Lint::IssuerName));
    let p384 = Country::with_root(Counter::new(14), SoftKey::generate_p384().unwrap());
    assert_eq!(lint::certificate(&draft, Some(&p384.root), tbs.clone()).err(), Some(Lint::Algorithm));
    let mut cut = tbs;
    cut.pop();
    assert_eq!(lint::certificate(&draft, Some(&country.ca), cut).err(), Some(Lint::Unreadable));
}

#[test]
fn a_root_is_rejected_when_its_life_is_too_long() {
    let random = Counter::new(15);
    let key = SoftKey::generate_p256(&random).unwrap();
    let params = RootParams {
        serial: Serial::generate(&random).unwrap(),
        not_before: NOW,
        life_seconds: 25 * 366 * 86_400,
        name: authority("Root"),
    };
    assert_eq!(root(&params, &key).map(drop), Ok(()));
    let longer = RootParams { life_seconds: params.life_seconds + 1, ..params };
    assert_eq!(root(&longer, &key).map(drop), Err(Lint::Life.into()));
}

#[test]
fn rfc5280_5_a_list_reads_back_as_it_was_asked_for() {
    let country = Country::new(16);
    let params = CrlParams {
        this_update: NOW.plus_seconds(60),
        next_update: NOW.plus_seconds(60 + 86_400),
        number: 17,
        distribution_point: Some((TSA_CRL.into(), Scope::EndEntities)),
        revoked: vec![
            Revocation {
                serial: country.tsu.serial().to_vec(),
                at: NOW.plus_seconds(30),
                reason: Reason::KeyCompromise,
            },
            Revocation { serial: vec![0x41; 16], at: NOW, reason: Reason::Unspecified },
        ],
    };
    let list = crl(&params, country.tsa_issuer()).unwrap();
    assert_eq!(list.number(), Some(17));
    assert_eq!(list.revocation(country.tsu.serial()), Some(&(NOW.plus_seconds(30), Reason::KeyCompromise)));
    let number = asn1::sequence(&[&asn1::oid(oids::CRL_NUMBER), &asn1::octets(&[2, 1, 17])]);
    assert!(list.der().windows(number.len()).any(|window| window == number));

    let refused = |change: &dyn Fn(&mut CrlParams)| {
        let mut other = params.clone();
        change(&mut other);
        let Err(IssueError::Lint(Lint::Crl(what))) = crl(&other, country.tsa_issuer()) else {
            return "nothing";
        };
        what
    };
    assert_eq!(
        refused(&|params| params.next_update = params.this_update),
        "nextUpdate is not after thisUpdate, or too far"
    );
    assert_eq!(refused(&|params| params.number = 0), "the number is zero");
    assert_eq!(
        refused(&|params| params.this_update = NOW.plus_seconds(-1)),
        "the list is dated outside its issuer's life"
    );
    assert_eq!(
        refused(&|params| params.revoked[0].at = NOW.plus_seconds(61)),
        "a revocation lies in the future"
    );
    assert_eq!(
        refused(&|params| params.revoked[0] = params.revoked[1].clone()),
        "a serial number stands twice"
    );
    assert_eq!(
        refused(&|params| params.revoked[0].serial = vec![0, 1]),
        "a serial number is not positive, or begins with zero"
    );
    assert_eq!(
        refused(&|params| params.distribution_point =
            Some(("https://a.example.com/l.crl".into(), Scope::EndEntities))),
        "the distribution point is no http address"
    );
}
