//! The houses' rows, as somebody with the database reads, changes, saves and restores them.
//!
//! Databases are files of SQLite, as `up` makes them; or, with `CHANCERY_TEST_POSTGRES` (`conformance/postgres` sets it), a schema
//! for each house on that server. No test knows which; what differs between the engines stands in this file.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU16, Ordering};

use pki_core::feed::Audience;
use service::db::{Db, Migrations, Plan, Row, Rows, Sql, sqlite_url};

use super::World;
use chancery::country::{Country, Part};

/// The houses that have a database of ours.
const HOUSES: [Part; 3] = [Part::Idp, Part::Signer, Part::Pki];

/// Where the databases of one country are.
pub(super) struct Databases {
    data: PathBuf,
    /// The server, and what the names of this country's schemas begin with.
    server: Option<(String, String)>,
}

/// A schema on a server, where a house has one.
struct Schema<'a> {
    server: &'a str,
    name: String,
}

impl Databases {
    /// Finds out which, and makes what the houses need before they start.
    pub(super) async fn of(country: &Country, data: PathBuf) -> Self {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        let Ok(server) = std::env::var("CHANCERY_TEST_POSTGRES") else { return Self { data, server: None } };
        let prefix = format!("it_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let databases = Self { data, server: Some((server, prefix)) };
        for part in HOUSES {
            databases.forget(part).await;
            let of_up = sqlite_url(&databases.data.join(file(part)));
            super::edit(country.config(part), |text| text.replace(&of_up, &databases.url(part)));
        }
        databases
    }

    fn schema(&self, part: Part) -> Option<Schema<'_>> {
        let (server, prefix) = self.server.as_ref().filter(|_| HOUSES.contains(&part))?;
        Some(Schema { server, name: format!("{prefix}_{}", part.name()) })
    }

    fn url(&self, part: Part) -> String {
        match self.schema(part) {
            None => sqlite_url(&self.data.join(file(part))),
            Some(Schema { server, name }) => format!("{server}?options=-csearch_path%3D{name}"),
        }
    }

    /// An empty database for a house, whatever was there.
    async fn forget(&self, part: Part) {
        let Some(Schema { server, name }) = self.schema(part) else {
            return put(&self.data, None, &file(part));
        };
        let plan = Plan::new()
            .step("drop", Sql::new(leak(format!("DROP SCHEMA IF EXISTS {name} CASCADE"))), Rows::Any)
            .step("make", Sql::new(leak(format!("CREATE SCHEMA {name}"))), Rows::Any);
        let db = Db::open(server, Migrations::new(&[])).await.unwrap();
        db.apply(plan).await.unwrap();
        db.close().await;
    }
}

fn file(part: Part) -> String {
    format!("{}.db", part.name())
}

/// A file of SQLite with what its process has not put into it yet, in place of another; nothing, in place of another.
fn put(folder: &Path, from: Option<&str>, to: &str) {
    for end in ["", "-wal", "-shm"] {
        let target = folder.join(format!("{to}{end}"));
        if target.exists() {
            std::fs::remove_file(&target).unwrap();
        }
        let source = from.map(|from| folder.join(format!("{from}{end}")));
        if let Some(source) = source.filter(|source| source.exists()) {
            std::fs::copy(source, target).unwrap();
        }
    }
}

/// A statement made of the schema's own words; a store's are constants.
fn leak(sql: String) -> &'static str {
    Box::leak(sql.into_boxed_str())
}

impl World {
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

    /// Each row of a house as text in small letters, values quoted and blobs in hex, with its table's name.
    pub(crate) async fn all_rows(&self, part: Part) -> Vec<(String, String)> {
        let (quote, columns): (fn(String) -> String, _) = match self.databases.schema(part) {
            None => (|name| format!("quote(\"{name}\")"), "SELECT name FROM pragma_table_info($1)"),
            Some(_) => (
                |name| format!("quote_nullable(CAST(\"{name}\" AS TEXT))"),
                "SELECT CAST(column_name AS TEXT) AS name FROM information_schema.columns
                 WHERE table_schema = current_schema() AND table_name = $1",
            ),
        };
        let mut all = Vec::new();
        for table in self.tables(part).await {
            let columns = self.rows(part, Sql::new(columns).text(&table)).await;
            let quoted: Vec<String> =
                columns.iter().map(|column| quote(column.text("name").unwrap())).collect();
            let sql = leak(format!("SELECT {} AS whole FROM {table}", quoted.join(" || ' ' || ")));
            for row in self.rows(part, Sql::new(sql)).await {
                all.push((table.clone(), row.text("whole").unwrap().to_lowercase()));
            }
        }
        all
    }

    async fn tables(&self, part: Part) -> Vec<String> {
        let sql = match self.databases.schema(part) {
            None => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
            Some(_) => {
                "SELECT CAST(table_name AS TEXT) AS name FROM information_schema.tables
                 WHERE table_schema = current_schema()"
            }
        };
        self.rows(part, Sql::new(sql)).await.iter().map(|row| row.text("name").unwrap()).collect()
    }

    /// Saves the rows of a house that is closed.
    pub(crate) async fn back_up(&self, part: Part) {
        let Some(Schema { name, .. }) = self.databases.schema(part) else {
            return put(&self.databases.data, Some(&file(part)), "backup.db");
        };
        let place = Sql::new(leak(format!("CREATE SCHEMA {name}_backup")));
        let mut plan = Plan::new().step("place", place, Rows::Any);
        for table in self.tables(part).await {
            let copy = format!("CREATE TABLE {name}_backup.{table} AS TABLE {name}.{table}");
            plan = plan.step("copy", Sql::new(leak(copy)), Rows::Any);
        }
        self.applied(part, plan).await;
    }

    /// Brings them back into the house, which is closed.
    pub(crate) async fn restore(&self, part: Part) {
        let Some(Schema { name, .. }) = self.databases.schema(part) else {
            return put(&self.databases.data, Some("backup.db"), &file(part));
        };
        // As a restore of a whole server does it: without asking which table refers to which.
        let replica = Sql::new("SET LOCAL session_replication_role = replica");
        let mut plan = Plan::new().step("replica", replica, Rows::Any);
        for table in self.tables(part).await {
            let empty = format!("DELETE FROM {name}.{table}");
            let fill = format!("INSERT INTO {name}.{table} SELECT * FROM {name}_backup.{table}");
            plan = plan.step("empty", Sql::new(leak(empty)), Rows::Any);
            plan = plan.step("fill", Sql::new(leak(fill)), Rows::Any);
        }
        self.applied(part, plan).await;
    }

    /// Leaves a house, which is closed, with nothing.
    pub(crate) async fn forget(&self, part: Part) {
        self.databases.forget(part).await;
    }

    async fn applied(&self, part: Part, plan: Plan) {
        let db = self.connect(part).await;
        db.apply(plan).await.unwrap();
        db.close().await;
    }

    async fn connect(&self, part: Part) -> Db {
        Db::open(&self.databases.url(part), Migrations::new(&[])).await.unwrap()
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
