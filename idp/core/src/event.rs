//! What the audit trail says. An event holds a client and a pairwise subject, or neither: never the person
//! (rule Never 14), so the trail cannot be turned into a list of the agencies that a person visited.

use crate::client::ClientId;
use crate::subject::Subject;

/// Something that happened and was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A code was given out.
    Granted,
    /// The person refused.
    Refused,
    /// A code became a token.
    Redeemed,
    /// A code was presented again and its tokens were revoked.
    Replayed,
    /// An agency got a token for itself.
    MachineToken,
    /// A session began; no client is known to it.
    SignedIn,
    /// A session was ended by its person.
    SignedOut,
}

impl What {
    /// As the row says it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Redeemed => "redeemed",
            Self::Replayed => "replayed",
            Self::MachineToken => "machine-token",
            Self::SignedIn => "signed-in",
            Self::SignedOut => "signed-out",
        }
    }
}

/// One line of the audit trail, written with what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub what: What,
    /// At which agency.
    pub client: Option<ClientId>,
    /// To whom, as that agency knows them.
    pub subject: Option<Subject>,
}

impl Event {
    /// Something at an agency.
    #[must_use]
    pub const fn at(what: What, client: ClientId, subject: Option<Subject>) -> Self {
        Self { what, client: Some(client), subject }
    }

    /// Something that has nothing to do with an agency.
    #[must_use]
    pub const fn here(what: What) -> Self {
        Self { what, client: None, subject: None }
    }
}
