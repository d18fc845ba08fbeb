//! What comes after the path: the agency's pages for a supporter, and an identity that was stopped.

use anyhow::Result;

use super::super::inspector::Inspector;
use super::REFUSED;
use crate::people::{PASSKEY, People};

impl People<Inspector> {
    /// What somebody supports, and taking it back.
    pub(in super::super) async fn looks_back(&self) -> Result<()> {
        let (person, agency) = (&self.person, &self.board.agency);
        self.opens(person, agency.join("/mine")?.as_str(), "17-agency-mine").await?;
        self.opens(person, agency.join("/proposals/night-trains")?.as_str(), "17-agency-proposal-supported")
            .await?;
        self.opens(person, agency.join("/proposals/night-trains/take-back")?.as_str(), "17-agency-take-back")
            .await
    }

    /// Somebody whose identity is stopped while the page with the passkey step is open can neither sign nor log in again.
    pub(in super::super) async fn is_stopped(&self, case: &str) -> Result<()> {
        let (person, agency) = (&self.person, &self.board.agency);
        let support = agency.join("/proposals/warm-meal/support")?;
        person.goto(support.as_str()).await?;
        person.press("form[action$='/support'] button").await?;
        person.press("a[href$='/accept']").await?;
        person.finds(PASSKEY).await?;
        self.officer_suspends(case).await?;
        person.press(PASSKEY).await?;
        person.reads("You cannot sign now").await?;
        self.seen(person, "16-error-stopped").await?;
        person.goto(agency.as_str()).await?;
        person.press("form[action='/sign-out'] button").await?;
        person.reads("You are signed out").await?;
        person.user_is_verified(false).await?;
        person.goto(support.as_str()).await?;
        person.press(PASSKEY).await?;
        person.finds(REFUSED).await?;
        person.user_is_verified(true).await?;
        person.press(PASSKEY).await?;
        person.finds("form.actions[action='/consent']").await?;
        self.seen(person, "16-error-suspended").await
    }
}
