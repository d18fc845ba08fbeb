//! Who plays in a sandbox, and which link each of them holds.

use pki_core::bytes::Hash;
use service::db::{Plan, Rows, Sql};

use super::{Store, StoreError};

/// What a player opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PlayerLink {
    /// An officer's link, by its code hash.
    Officer(Hash),
    /// A person's slip, by its case.
    Person(String),
}

impl Store {
    /// The link of a player, if one was offered.
    pub(crate) async fn player(&self, player: &str) -> Result<Option<PlayerLink>, StoreError> {
        let sql =
            Sql::new("SELECT officer_code, case_number FROM sandbox_players WHERE player = $1").text(player);
        let Some(row) = self.db.one(sql).await? else { return Ok(None) };
        match (row.opt_blob("officer_code")?, row.opt_text("case_number")?) {
            (Some(code), None) => Ok(Hash::from_slice(&code).map(PlayerLink::Officer)),
            (None, Some(number)) => Ok(Some(PlayerLink::Person(number))),
            _ => Err(StoreError::Corrupt("sandbox_players")),
        }
    }
}

/// Gives a player a link, in the place of the one before.
pub(crate) fn give(player: &str, link: &PlayerLink) -> Plan {
    let (code, number) = match link {
        PlayerLink::Officer(code) => (Some(code.as_bytes().as_slice()), None),
        PlayerLink::Person(number) => (None, Some(number.as_str())),
    };
    let sql = Sql::new(
        "INSERT INTO sandbox_players (player, officer_code, case_number) VALUES ($1, $2, $3) \
         ON CONFLICT (player) DO UPDATE SET officer_code = excluded.officer_code, case_number = excluded.case_number",
    )
    .text(player)
    .opt_blob(code)
    .opt_text(number);
    Plan::new().step("player.give", sql, Rows::Exactly(1))
}
