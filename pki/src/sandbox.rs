//! Links for the people of a sandbox, as `chancery up` gives them away.

use service::db::Db;
use service::skeleton::{Env, StartError};

use crate::app::feed;
pub use crate::app::sandbox::{Offer, Player, Role, cast};
use crate::config::Config;
use crate::store::MIGRATIONS;

/// Gives each player a link that works; one that was used is told, one that ran out unused is renewed. Called before
/// the registry starts, because it opens the same database.
///
/// # Errors
/// As [`start`](crate::start), or when the country is no sandbox.
pub async fn offer(config: &Config, env: &Env, cast: &[Player]) -> Result<Vec<Offer>, StartError> {
    let failed = |fault: crate::app::Fault| StartError::Config(crate::error_chain(&fault));
    let db = Db::open(&config.file.database.url, MIGRATIONS).await?;
    let app = crate::start::app(config, env, db)?;
    feed::begin(&app).await.map_err(failed)?;
    let offers = crate::app::sandbox::offer(&app, cast).await.map_err(failed);
    app.store.close().await;
    offers
}
