//! One assertion, every member one step away from it, and every bit of it flipped.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use super::*;
use crate::testing::{Answer, PKI, Passkey, RP_ID, SIGNER};

struct Case {
    passkey: Passkey,
    challenge: Hash,
}

impl Case {
    fn new() -> Self {
        Self { passkey: Passkey::new(40), challenge: challenge("chancery-sign/1", b"request") }
    }

    fn verify(&self, assertion: &Assertion) -> Result<Checked, AssertionError> {
        let expected = Expected {
            rp_id: RP_ID,
            origin: SIGNER,
            challenge: &self.challenge,
            credential_id: &self.passkey.credential_id,
            public_key: self.passkey.key.public_key(),
        };
        verify(assertion, &expected)
    }

    fn answered(&self, change: impl FnOnce(&mut Answer)) -> Result<Checked, AssertionError> {
        let mut answer = Answer::at(SIGNER);
        change(&mut answer);
        self.verify(&self.passkey.answer(&self.challenge, &answer))
    }
}

use crate::key::SigningKey as _;

#[test]
fn webauthn_7_2_a_good_answer_gives_its_flags_and_counter() {
    let checked = Case::new().answered(|_| {}).unwrap();
    assert_eq!((checked.flags(), checked.counter()), (0x1d, 7));
}

#[test]
fn webauthn_7_2_unknown_members_and_extension_outputs_are_ignored() {
    let case = Case::new();
    assert!(
        case.answered(|answer| answer.more = r#","crossOrigin":false,"other_keys_can_be_added_here":"x""#)
            .is_ok()
    );
    assert!(case.answered(|answer| answer.more = "").is_ok());
    assert!(
        case.answered(|answer| {
            answer.flags |= 0x80;
            answer.extra = vec![0xa0];
        })
        .is_ok()
    );
}

#[test]
fn webauthn_7_2_each_member_one_step_away_is_refused() {
    let case = Case::new();
    type Change = fn(&mut Answer);
    let table: [(&str, Change, AssertionError); 12] = [
        ("registration", |a| a.r#type = "webauthn.create", AssertionError::OtherType),
        ("other house", |a| a.origin = PKI, AssertionError::OtherOrigin),
        ("trailing slash", |a| a.origin = "http://localhost:8401/", AssertionError::OtherOrigin),
        ("frame", |a| a.more = r#","crossOrigin":true"#, AssertionError::CrossOrigin),
        ("top origin", |a| a.more = r#","topOrigin":"http://localhost:8401""#, AssertionError::CrossOrigin),
        ("other RP", |a| a.rp_id = "localhosu", AssertionError::OtherRelyingParty),
        ("no UP", |a| a.flags &= !FLAG_UP, AssertionError::NotPresent),
        ("no UV", |a| a.flags &= !FLAG_UV, AssertionError::NotVerified),
        (
            "BS only",
            |a| a.flags &= !FLAG_BE,
            AssertionError::Malformed("the backup flags contradict each other"),
        ),
        (
            "AT",
            |a| a.flags |= FLAG_AT,
            AssertionError::Malformed("authenticator data has parts that an assertion has not"),
        ),
        (
            "ED",
            |a| a.flags |= FLAG_ED,
            AssertionError::Malformed("authenticator data has parts that an assertion has not"),
        ),
        (
            "member twice",
            |a| a.more = r#","origin":"http://localhost:8401""#,
            AssertionError::Malformed("the client data is not JSON of its type"),
        ),
    ];
    for (name, change, error) in table {
        assert_eq!(case.answered(change), Err(error), "{name}");
    }
}

#[test]
fn webauthn_7_2_another_challenge_or_credential_is_refused() {
    let case = Case::new();
    let mut other = *case.challenge.as_bytes();
    other[31] ^= 1;
    let assertion = case.passkey.answer(&Hash::new(other), &Answer::at(SIGNER));
    assert_eq!(case.verify(&assertion), Err(AssertionError::OtherChallenge));
    let stranger = Passkey::new(41).answer(&case.challenge, &Answer::at(SIGNER));
    assert_eq!(case.verify(&stranger), Err(AssertionError::OtherCredential));
    let mut borrowed = stranger;
    borrowed.credential_id = OctetString::new(case.passkey.credential_id.clone()).unwrap();
    assert_eq!(case.verify(&borrowed), Err(AssertionError::SignatureMismatch));
}

#[test]
fn webauthn_7_2_no_flipped_bit_is_accepted() {
    let case = Case::new();
    let good = case.passkey.answer(&case.challenge, &Answer::at(SIGNER));
    let flipped = |octets: &OctetString, bit: usize| {
        let mut bytes = octets.as_bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        OctetString::new(bytes).unwrap()
    };
    for bit in 0..good.signature.as_bytes().len() * 8 {
        let bad = Assertion { signature: flipped(&good.signature, bit), ..good.clone() };
        assert_eq!(case.verify(&bad), Err(AssertionError::SignatureMismatch), "signature bit {bit}");
    }
    for bit in 0..good.authenticator_data.as_bytes().len() * 8 {
        let bad = Assertion { authenticator_data: flipped(&good.authenticator_data, bit), ..good.clone() };
        assert!(case.verify(&bad).is_err(), "authenticator data bit {bit}");
    }
    for bit in 0..good.client_data_json.as_bytes().len() * 8 {
        let bad = Assertion { client_data_json: flipped(&good.client_data_json, bit), ..good.clone() };
        assert!(case.verify(&bad).is_err(), "client data bit {bit}");
    }
}

fn browser_json(assertion: &Assertion, more: &str) -> String {
    let b64 = |octets: &OctetString| URL_SAFE_NO_PAD.encode(octets.as_bytes());
    format!(
        r#"{{"id":"{0}","rawId":"{0}","type":"public-key","authenticatorAttachment":"platform","clientExtensionResults":{{}},
        "response":{{"clientDataJSON":"{1}","authenticatorData":"{2}","signature":"{3}"{more}}}}}"#,
        b64(&assertion.credential_id),
        b64(&assertion.client_data_json),
        b64(&assertion.authenticator_data),
        b64(&assertion.signature)
    )
}

#[test]
fn webauthn_5_1_the_browsers_json_is_read_with_and_without_user_handle() {
    let case = Case::new();
    let good = case.passkey.answer(&case.challenge, &Answer::at(SIGNER));
    assert_eq!(Assertion::from_browser_json(&browser_json(&good, "")), Ok((good.clone(), None)));
    let (read, handle) =
        Assertion::from_browser_json(&browser_json(&good, r#","userHandle":"AQID""#)).unwrap();
    assert_eq!((read, handle), (good.clone(), Some(vec![1, 2, 3])));
    let padded = browser_json(&good, r#","userHandle":"AQ==""#);
    assert_eq!(
        Assertion::from_browser_json(&padded),
        Err(AssertionError::Malformed("a member is not base64url"))
    );
    let twice = browser_json(&good, r#","signature":"AQID""#);
    assert_eq!(
        Assertion::from_browser_json(&twice),
        Err(AssertionError::Malformed("the credential is not JSON of its type"))
    );
    let other = browser_json(&good, "").replace("public-key", "password");
    assert_eq!(
        Assertion::from_browser_json(&other),
        Err(AssertionError::Malformed("the credential is not a public key"))
    );
}
