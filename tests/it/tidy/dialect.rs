//! Whether a migration keeps the dialect that SQLite and PostgreSQL both read (migrations are one text for both).

/// Types, functions and clauses that only one engine knows, or that mean two things.
const ONE_ENGINE_ONLY: &[&str] = &[
    "AUTOINCREMENT",
    "BOOL",
    "BOOLEAN",
    "BYTEA",
    "CHAR",
    "CURRENT_TIMESTAMP",
    "DATE",
    "DATETIME",
    "DOUBLE",
    "FLOAT",
    "INT",
    "INTEGER",
    "JSON",
    "JSONB",
    "NOW",
    "NUMERIC",
    "PRAGMA",
    "REAL",
    "RETURNING",
    "ROWID",
    "SMALLINT",
    "STRICT",
    "TIMESTAMP",
    "TIMESTAMPTZ",
    "TRIGGER",
    "UUID",
    "VARCHAR",
];

/// What the text says that it should not.
pub(super) fn departures(sql: &str) -> Vec<String> {
    let code: String =
        sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let words: Vec<&str> = code.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let mut found = Vec::new();
    for word in &words {
        // A column may be called `date`; keywords are written in capitals.
        if ONE_ENGINE_ONLY.contains(word) {
            found.push(format!("`{word}`, which the two engines do not share"));
        }
    }
    for (at, word) in words.iter().enumerate() {
        let named = at >= 2 && words[at - 2] == "CONSTRAINT";
        let index = at >= 1 && words[at - 1] == "CREATE";
        if (*word == "CHECK" || *word == "UNIQUE") && !named && !index {
            let near = words[at.saturating_sub(3)..=at].join(" ");
            found.push(format!("an unnamed {word} near `{near}`: errors are told apart by name"));
        }
    }
    found
}

#[test]
fn a_departure_is_told() {
    let good = "CREATE TABLE a (b BLOB PRIMARY KEY, date BIGINT, CONSTRAINT a_b CHECK (date > 0)); -- INTEGER\n\
                CREATE UNIQUE INDEX a_d ON a (date) WHERE date IS NOT NULL;";
    assert_eq!(departures(good), Vec::<String>::new());
    assert_eq!(departures("CREATE TABLE a (b BOOLEAN)"), ["`BOOLEAN`, which the two engines do not share"]);
    let unnamed = departures("CREATE TABLE a (b TEXT UNIQUE)");
    assert_eq!(unnamed, ["an unnamed UNIQUE near `a b TEXT UNIQUE`: errors are told apart by name"]);
}
