-- Open Assembly's own data. Times are seconds since 1970. A row that stands for a secret holds its SHA-256.

-- An authorization that has begun at the identity provider. Taken out once, by the browser that began it.
CREATE TABLE attempt (
  state_hash BLOB NOT NULL PRIMARY KEY CHECK (length(state_hash) = 32),
  browser_hash BLOB NOT NULL CHECK (length(browser_hash) = 32),
  nonce TEXT NOT NULL,
  verifier TEXT NOT NULL,
  statement TEXT, -- the statement that a token to sign is asked for; nothing when the person only signs in
  return_to TEXT NOT NULL,
  begun INTEGER NOT NULL
) STRICT;

-- A person who is signed in here, known by the login's subject and by nothing else.
CREATE TABLE session (
  secret_hash BLOB NOT NULL PRIMARY KEY CHECK (length(secret_hash) = 32),
  subject TEXT NOT NULL,
  name TEXT NOT NULL,
  written_name TEXT, -- the form of the name that the statement's typeface can draw
  given_name TEXT,
  id_token TEXT NOT NULL, -- the hint for signing out at the provider too
  begun INTEGER NOT NULL
) STRICT;

-- A statement of support that was made for a person to sign.
CREATE TABLE statement (
  id TEXT NOT NULL PRIMARY KEY,
  proposal INTEGER NOT NULL,
  subject TEXT NOT NULL,
  document BLOB NOT NULL,
  made INTEGER NOT NULL,
  request_id TEXT UNIQUE, -- the signature service's name for it
  sign_url TEXT,
  outcome TEXT CHECK (outcome IN ('counted', 'already', 'refused', 'expired', 'not-accepted', 'taken-back'))
) STRICT;
CREATE INDEX statement_open ON statement (made) WHERE outcome IS NULL;

-- A person's support: once for each proposal, whatever happens at the same time.
CREATE TABLE support (
  proposal INTEGER NOT NULL,
  subject TEXT NOT NULL,
  statement TEXT NOT NULL UNIQUE REFERENCES statement (id),
  signed BLOB NOT NULL,
  receipt TEXT,
  number INTEGER NOT NULL, -- how many there were when this one came
  counted INTEGER NOT NULL,
  PRIMARY KEY (proposal, subject)
) STRICT;
