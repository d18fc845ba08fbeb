//! The houses' rows, as somebody with the database file reads and changes them.

use std::path::PathBuf;

use pki_core::feed::Audience;
use service::db::{Db, Migrations, Plan, Row, Rows, Sql, sqlite_url};

use super::World;
use chancery::country::Part;

impl World {
    /// The database file of a house.
    pub(crate) fn database(&self, part: Part) -> PathBuf {
        self.data().join(format!("{}.db", part.name()))
    }

    pub(crate) async fn rows(&self, part: Part, sql: Sql) -> Vec<Row> {
        let db = self.connect(part).await;
        let rows = db.all(sql).await.unwrap();
        db.close().await;
        rows
    }

    /// The one number that the statement gives.
    pub(crate) async fn number(&self, part: Part, sql: &'static str) -> i64 {
        self.rows(part, Sql::new(sql)).await.first().unwrap().int("n").unwrap()
    }

    /// Changes rows behind the house's back.
    pub(crate) async fn tamper(&self, part: Part, sql: Sql) {
        let db = self.connect(part).await;
        db.apply(Plan::new().step("tamper", sql, Rows::Some)).await.unwrap();
        db.close().await;
    }

    async fn connect(&self, part: Part) -> Db {
        Db::open(&sqlite_url(&self.database(part)), Migrations::new(&[])).await.unwrap()
    }

    /// Returns when the other houses, where they are open, have heard everything that the registry has to tell.
    pub(crate) async fn told(&self) {
        for (part, audience, sql) in [
            (Part::Idp, Audience::Idp, "SELECT number AS n FROM feed"),
            (Part::Signer, Audience::Signer, "SELECT number AS n FROM feed_position"),
        ] {
            if self.is_open(part) {
                self.heard(part, audience, sql).await;
            }
        }
    }

    async fn heard(&self, part: Part, audience: Audience, sql: &'static str) {
        let queued = Sql::new("SELECT queued AS n FROM feed_heads WHERE audience = $1").int(audience as i64);
        let (registry, house) = (self.connect(Part::Pki).await, self.connect(part).await);
        let queued = registry.one(queued).await.unwrap().unwrap().int("n").unwrap();
        self.wait(async |_| {
            let heard = house.one(Sql::new(sql)).await.unwrap().map_or(0, |row| row.int("n").unwrap());
            (heard >= queued).then_some(())
        })
        .await;
        registry.close().await;
        house.close().await;
    }
}
