//! WebAuthn assertions over a challenge that we give, checked so that anyone can repeat it in decades.

use der::Sequence;
use der::asn1::OctetString;

/// What an authenticator answered (WebAuthn Level 3 §6.3.3), as it is kept for ever.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct Assertion {
    /// The credential that answered.
    pub credential_id: OctetString,
    /// RP ID hash, flags, counter.
    pub authenticator_data: OctetString,
    /// Type, challenge, origin, as the browser wrote them.
    pub client_data_json: OctetString,
    /// Over `authenticator_data || SHA-256(client_data_json)`.
    pub signature: OctetString,
}
