//! The proposals: a shipped file, read once at start. People write to the Assembly's office to start one.
//! Data: TOML inside the program in, proposals out.

use serde::Deserialize;

const PROPOSALS: &str = include_str!("../content/proposals.toml");

/// At this number of people Parliament must debate a proposal.
pub(crate) const PEOPLE_NEEDED: i64 = 25_000;

/// The shipped file is not what this program expects.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the file of proposals: {0}")]
pub struct ContentError(String);

/// One proposal of the people.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proposal {
    pub(crate) number: i64,
    pub(crate) slug: String,
    pub(crate) subject: String,
    pub(crate) title: String,
    /// One sentence for the list.
    pub(crate) card: String,
    pub(crate) summary: String,
    pub(crate) started: String,
    pub(crate) started_by: String,
    pub(crate) text: Vec<String>,
    /// What Parliament is asked to do: continues "I ask Parliament".
    pub(crate) request: String,
    pub(crate) voice_for: String,
    pub(crate) voice_against: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    proposal: Vec<Proposal>,
}

/// All proposals, in the order of the file.
pub(crate) fn proposals() -> Result<Vec<Proposal>, ContentError> {
    toml::from_str::<File>(PROPOSALS)
        .map(|file| file.proposal)
        .map_err(|error| ContentError(error.to_string()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_proposal_has_its_own_number_and_address_and_something_to_say() {
        let all = proposals().unwrap();
        assert_eq!(all.len(), 3);
        assert_eq!(all.iter().map(|one| one.number).collect::<HashSet<_>>().len(), 3);
        assert_eq!(all.iter().map(|one| one.slug.as_str()).collect::<HashSet<_>>().len(), 3);
        for one in &all {
            assert!(one.slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
            assert!(one.request.starts_with("to ") && one.request.ends_with('.'), "{}", one.slug);
            assert!(!one.text.is_empty());
        }
    }
}
