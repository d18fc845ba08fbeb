//! The promises of this room, tried on SQLite.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use super::*;
use crate::testing::Scratch;

const TABLES: Migrations = Migrations::new(&[
    (
        "001",
        "CREATE TABLE grant_ (id TEXT NOT NULL PRIMARY KEY, used_at BIGINT, uses BIGINT NOT NULL,
           CONSTRAINT uses_few CHECK (uses <= 1));
         CREATE TABLE note (owner TEXT NOT NULL, number BIGINT NOT NULL, body BLOB, UNIQUE (owner, number));",
    ),
    ("002", "CREATE INDEX note_owner ON note (owner);"),
]);

fn insert(id: &str) -> Plan {
    Plan::new().step(
        "insert",
        Sql::new("INSERT INTO grant_ (id, uses) VALUES ($1, 0)").text(id),
        Rows::Exactly(1),
    )
}

fn note(owner: &str, number: i64) -> Sql {
    Sql::new("INSERT INTO note (owner, number, body) VALUES ($1, $2, $3)")
        .text(owner)
        .int(number)
        .blob(&[0, 255])
}

async fn notes(db: &Db) -> i64 {
    db.one(Sql::new("SELECT COUNT(*) AS n FROM note")).await.unwrap().unwrap().int("n").unwrap()
}

/// Two hundred redeem the same grant at once: exactly one wins, the others are told that they touched no row.
#[tokio::test(flavor = "multi_thread")]
async fn of_200_concurrent_conditional_updates_exactly_one_wins() {
    let scratch = Scratch::new().unwrap();
    let db = scratch.db(TABLES).await.unwrap();
    db.apply(insert("g")).await.unwrap();
    let mut tasks = Vec::new();
    for number in 0..200 {
        let db = db.clone();
        tasks.push(tokio::spawn(async move {
            let redeem =
                Sql::new("UPDATE grant_ SET used_at = $1, uses = uses + 1 WHERE id = $2 AND used_at IS NULL")
                    .int(number)
                    .text("g");
            let plan = Plan::new().step("redeem", redeem, Rows::Exactly(1)).step(
                "note",
                note("winner", number),
                Rows::Exactly(1),
            );
            db.apply(plan).await
        }));
    }
    let mut won = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => won += 1,
            Err(error) => {
                assert_eq!(error, PlanError { label: "redeem", kind: PlanErrorKind::Rows { found: 0 } });
            }
        }
    }
    assert_eq!(won, 1);
    assert_eq!(notes(&db).await, 1);
}

/// Seven plans of thirty-two fail in the same group; the twenty-five others stand.
#[tokio::test(flavor = "multi_thread")]
async fn a_failing_plan_takes_no_other_with_it() {
    let scratch = Scratch::new().unwrap();
    let db = scratch.db(TABLES).await.unwrap();
    db.apply(insert("g")).await.unwrap();
    let mut tasks = Vec::new();
    for number in 0..32 {
        let db = db.clone();
        tasks.push(tokio::spawn(async move {
            let mut plan = Plan::new().step("note", note("all", number), Rows::Exactly(1));
            if number % 5 == 0 {
                plan = plan.then(insert("g"));
            }
            db.apply(plan).await
        }));
    }
    let mut failed = 0;
    for task in tasks {
        if let Err(error) = task.await.unwrap() {
            failed += 1;
            assert!(error.is_unique("insert"), "{error}");
        }
    }
    assert_eq!((failed, notes(&db).await), (7, 25));
}

/// Constraints come back by name and columns, never with the values that broke them.
#[tokio::test]
async fn constraints_are_told_apart() {
    let scratch = Scratch::new().unwrap();
    let db = scratch.db(TABLES).await.unwrap();
    db.apply(insert("secret-id").step("note", note("a", 1), Rows::Exactly(1))).await.unwrap();
    let twice = db.apply(insert("secret-id")).await.unwrap_err();
    assert_eq!(twice, PlanError { label: "insert", kind: PlanErrorKind::Unique("grant_.id".to_owned()) });
    let pair = db.apply(Plan::new().step("note", note("a", 1), Rows::Any)).await.unwrap_err();
    assert_eq!(pair.kind, PlanErrorKind::Unique("note.owner,number".to_owned()));
    let uses = Sql::new("UPDATE grant_ SET uses = 2 WHERE id = $1").text("secret-id");
    let check = db.apply(Plan::new().step("use", uses, Rows::Exactly(1))).await.unwrap_err();
    assert_eq!(check, PlanError { label: "use", kind: PlanErrorKind::Check("uses_few".to_owned()) });
    let wrong =
        db.apply(Plan::new().step("typo", Sql::new("UPDATE grunt SET a = 1"), Rows::Any)).await.unwrap_err();
    assert!(matches!(wrong.kind, PlanErrorKind::Database(_)));
    assert!(!format!("{twice:?} {check:?} {:?}", note("secret-id", 1)).contains("secret-id"));
}

/// All of a plan or nothing: the second step fails, the first is gone too.
#[tokio::test]
async fn a_plan_is_whole_or_nothing() {
    let scratch = Scratch::new().unwrap();
    let db = scratch.db(TABLES).await.unwrap();
    let nobody = Sql::new("UPDATE grant_ SET used_at = 1 WHERE id = $1").text("nobody");
    let plan = Plan::new().step("note", note("a", 1), Rows::Exactly(1)).step("use", nobody, Rows::Some);
    let error = db.apply(plan).await.unwrap_err();
    assert!(error.is_rows("use"));
    assert_eq!(notes(&db).await, 0);
}

/// What RETURNING gives comes back with the plan, after the commit.
#[tokio::test]
async fn returning_rows_belong_to_the_plan() {
    let scratch = Scratch::new().unwrap();
    let db = scratch.db(TABLES).await.unwrap();
    let head = "INSERT INTO note (owner, number) VALUES ($1, 1) RETURNING number + 1 AS next, body";
    let plan = Plan::new().returning("head", Sql::new(head).text("a"), Rows::Exactly(1));
    let applied = db.apply(plan).await.unwrap();
    assert_eq!(applied.touched("head"), 1);
    assert_eq!(applied.returned("head")[0].int("next"), Ok(2));
    assert_eq!(applied.returned("head")[0].opt_blob("body"), Ok(None));
}

/// The traps of the driver: NULL is no number, empty bytes are not NULL, readers cannot write.
#[tokio::test]
async fn null_is_not_zero_and_readers_cannot_write() {
    let scratch = Scratch::new().unwrap();
    let db = scratch.db(TABLES).await.unwrap();
    let plan = insert("g").step(
        "note",
        Sql::new("INSERT INTO note (owner, number, body) VALUES ($1, $2, $3)")
            .text("")
            .int(i64::MIN)
            .blob(&[]),
        Rows::Exactly(1),
    );
    db.apply(plan).await.unwrap();
    let row = db.one(Sql::new("SELECT used_at, uses FROM grant_")).await.unwrap().unwrap();
    assert!(matches!(row.int("used_at"), Err(DbError::Column { .. })));
    assert_eq!((row.opt_int("used_at"), row.opt_int("uses")), (Ok(None), Ok(Some(0))));
    assert!(matches!(row.text("uses"), Err(DbError::Column { .. })));
    assert!(matches!(row.int("missing"), Err(DbError::Column { .. })));
    let row = db.one(Sql::new("SELECT owner, number, body FROM note")).await.unwrap().unwrap();
    assert_eq!((row.text("owner"), row.int("number")), (Ok(String::new()), Ok(i64::MIN)));
    assert_eq!(row.opt_blob("body"), Ok(Some(Vec::new())));
    let write = db.all(Sql::new("DELETE FROM note")).await.err().unwrap();
    assert!(matches!(write, DbError::Query(message) if message.contains("readonly")));
    assert_eq!(notes(&db).await, 1);
}

/// Opened again, the same data and no migration twice; a changed migration is refused.
#[tokio::test]
async fn migrations_run_once_and_may_not_change() {
    let scratch = Scratch::new().unwrap();
    let db = scratch.db(TABLES).await.unwrap();
    db.apply(insert("g")).await.unwrap();
    let other = db.clone();
    db.close().await;
    let closed = other.apply(insert("h")).await.unwrap_err();
    assert!(matches!(closed.kind, PlanErrorKind::Database(_)));
    let db = scratch.db(TABLES).await.unwrap();
    assert!(db.one(Sql::new("SELECT id FROM grant_")).await.unwrap().is_some());
    db.close().await;
    let changed = Migrations::new(&[("001", "CREATE TABLE grant_ (id TEXT)")]);
    assert_eq!(scratch.db(changed).await.err(), Some(DbError::MigrationChanged("001")));
    let broken = Migrations::new(&[("001", TABLES_001), ("002", "CREATE TABLE note (owner TEXT)")]);
    let fresh = Scratch::new().unwrap();
    assert!(matches!(fresh.db(broken).await.err(), Some(DbError::Migration { name: "002", .. })));
    // The failed start left nothing half done.
    fresh.db(TABLES).await.unwrap();
}

const TABLES_001: &str = "CREATE TABLE note (owner TEXT)";

/// The database file is nobody else's to read.
#[cfg(unix)]
#[tokio::test]
async fn the_file_is_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new().unwrap();
    let _db = scratch.db(TABLES).await.unwrap();
    for entry in std::fs::read_dir(scratch.path()).unwrap() {
        assert_eq!(entry.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}

/// The process is killed at each failpoint of a plan of two steps: afterwards both rows are there, or neither,
/// and both only once the commit has begun. This test starts itself as the process that dies.
#[cfg(debug_assertions)]
#[tokio::test]
async fn killed_at_any_point_a_plan_is_whole_or_nothing() {
    let plan = || insert("g").step("note", note("a", 1), Rows::Exactly(1));
    if let Some(url) = std::env::var_os("CHANCERY_TEST_DB") {
        let db = Db::open(url.to_str().unwrap(), TABLES).await.unwrap();
        db.apply(plan()).await.unwrap();
        return;
    }
    let points = ["insert.before", "insert.after", "note.before", "note.after", "insert.commit.before"];
    for (point, rows) in points.into_iter().map(|point| (point, 0)).chain([("insert.commit.after", 1)]) {
        let scratch = Scratch::new().unwrap();
        let url = sqlite_url(&scratch.path().join("test.db"));
        let trace = scratch.path().join("trace");
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "db::tests::killed_at_any_point_a_plan_is_whole_or_nothing"])
            .env("CHANCERY_TEST_DB", &url)
            .env("CHANCERY_FAILPOINT", point)
            .env("CHANCERY_FAILPOINT_TRACE", &trace)
            .output()
            .unwrap();
        assert!(!child.status.success(), "{point} was never reached");
        assert!(std::fs::read_to_string(&trace).unwrap().trim_end().ends_with(point));
        let db = Db::open(&url, TABLES).await.unwrap();
        let grants = db.all(Sql::new("SELECT id FROM grant_")).await.unwrap().len();
        assert_eq!((grants, notes(&db).await), (rows, i64::try_from(rows).unwrap()), "after {point}");
    }
}

/// The same promises on PostgreSQL, wherever `CHANCERY_TEST_POSTGRES` names a database that may be emptied.
#[tokio::test(flavor = "multi_thread")]
async fn postgres_keeps_the_same_promises() {
    let Ok(url) = std::env::var("CHANCERY_TEST_POSTGRES") else { return };
    let empty = Migrations::new(&[]);
    let db = Db::open(&url, empty).await.unwrap();
    let drop = |table: &'static str| Plan::new().step("drop", Sql::new(table), Rows::Any);
    for table in ["DROP TABLE IF EXISTS grant_", "DROP TABLE IF EXISTS note", "DELETE FROM migration"] {
        db.apply(drop(table)).await.unwrap();
    }
    db.close().await;
    // Replicas start together.
    let (one, two) = tokio::join!(Db::open(&url, TABLES), Db::open(&url, TABLES));
    let (db, other) = (one.unwrap(), two.unwrap());
    db.apply(insert("g").step("note", note("a", 1), Rows::Exactly(1))).await.unwrap();
    let twice = other.apply(insert("g")).await.unwrap_err();
    assert_eq!(twice, PlanError { label: "insert", kind: PlanErrorKind::Unique("grant_.id".to_owned()) });
    let pair = other.apply(Plan::new().step("note", note("a", 1), Rows::Any)).await.unwrap_err();
    assert_eq!(pair.kind, PlanErrorKind::Unique("note.owner,number".to_owned()));
    let uses = Sql::new("UPDATE grant_ SET uses = 2 WHERE id = $1").text("g");
    let check = db.apply(Plan::new().step("use", uses, Rows::Exactly(1))).await.unwrap_err();
    assert_eq!(check.kind, PlanErrorKind::Check("uses_few".to_owned()));
    let row = db.one(Sql::new("SELECT owner, number, body FROM note")).await.unwrap().unwrap();
    assert_eq!((row.text("owner"), row.int("number")), (Ok("a".to_owned()), Ok(1)));
    assert_eq!(row.blob("body"), Ok(vec![0, 255]));
    let row = db.one(Sql::new("SELECT used_at FROM grant_")).await.unwrap().unwrap();
    assert_eq!(row.opt_int("used_at"), Ok(None));

    let mut tasks = Vec::new();
    for number in 0..200 {
        let db = if number % 2 == 0 { db.clone() } else { other.clone() };
        tasks.push(tokio::spawn(async move {
            let redeem = Sql::new("UPDATE grant_ SET used_at = $1 WHERE id = $2 AND used_at IS NULL");
            db.apply(Plan::new().step("redeem", redeem.int(number).text("g"), Rows::Exactly(1))).await
        }));
    }
    let mut won = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => won += 1,
            Err(error) => assert!(error.is_rows("redeem"), "{error}"),
        }
    }
    assert_eq!(won, 1);
}
