//! How sure we are, computed from what was checked: the enrolment's proofing and this login's passkey. No
//! configuration text can raise it, and a sandbox record never reaches a real level.

use pki_core::enrolment::EnrolmentRecord;
use pki_core::oid::{PROOFING_DESK, PROOFING_SANDBOX};

/// The identity proofing behind a person's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proofing {
    /// At a desk, with documents.
    Desk,
    /// Sandbox: nobody real.
    Sandbox,
}

impl Proofing {
    /// What the approved record says; a policy that we do not know proves nothing.
    #[must_use]
    pub fn of(record: &EnrolmentRecord) -> Option<Self> {
        if record.sandbox || record.policy == PROOFING_SANDBOX {
            Some(Self::Sandbox)
        } else if record.policy == PROOFING_DESK {
            Some(Self::Desk)
        } else {
            None
        }
    }

    /// As a row holds it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Sandbox => "sandbox",
        }
    }

    /// From a row.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Desk, Self::Sandbox].into_iter().find(|proofing| proofing.as_str() == text)
    }
}

/// How the person showed themselves: always by a passkey with user verification; this is what differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The passkey cannot leave its device (BE = 0).
    DeviceBound,
    /// The passkey is, or may be, copied to other devices (BE = 1).
    Synced,
}

impl Method {
    /// RFC 8176 §2: proof of a key in hardware or software, a present user, two factors in one act.
    #[must_use]
    pub const fn amr(self) -> [&'static str; 3] {
        match self {
            Self::DeviceBound => ["hwk", "user", "mfa"],
            Self::Synced => ["swk", "user", "mfa"],
        }
    }

    /// As a row holds it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DeviceBound => "device",
            Self::Synced => "synced",
        }
    }

    /// From a row.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::DeviceBound, Self::Synced].into_iter().find(|method| method.as_str() == text)
    }
}

/// Level of a sandbox login; never a real one.
pub const ACR_SANDBOX: &str = "urn:chancery:sandbox:substantial";
/// Level of a person whose documents were checked, with a passkey and user verification (CIR 2015/1502 §2).
pub const ACR_SUBSTANTIAL: &str = "urn:chancery:loa:substantial";

/// The level of a login: the lower of what enrolment and authentication give. Both methods give `substantial`;
/// `high` needs attested device-bound passkeys and two officers, which do not exist yet, so nothing gives it.
#[must_use]
pub const fn acr(proofing: Proofing, method: Method) -> &'static str {
    match (proofing, method) {
        (Proofing::Sandbox, Method::DeviceBound | Method::Synced) => ACR_SANDBOX,
        (Proofing::Desk, Method::DeviceBound | Method::Synced) => ACR_SUBSTANTIAL,
    }
}

/// What discovery may promise.
#[must_use]
pub fn supported(sandbox: bool) -> Vec<&'static str> {
    if sandbox { vec![ACR_SANDBOX] } else { vec![ACR_SUBSTANTIAL] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sandbox_record_never_claims_a_real_level() {
        for method in [Method::DeviceBound, Method::Synced] {
            assert_eq!(acr(Proofing::Sandbox, method), "urn:chancery:sandbox:substantial");
            assert_eq!(acr(Proofing::Desk, method), "urn:chancery:loa:substantial");
        }
    }

    #[test]
    fn e27_a_synced_passkey_says_so() {
        assert_eq!(Method::Synced.amr(), ["swk", "user", "mfa"]);
        assert_eq!(Method::DeviceBound.amr(), ["hwk", "user", "mfa"]);
    }
}
