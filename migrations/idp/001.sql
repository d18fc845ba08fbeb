-- idp: who is enrolled with which passkey (told by pki), and what is in flight between a person and an agency.
-- Portable dialect: TEXT, BIGINT (microseconds since the epoch for times), BLOB; every CHECK has a name.
-- No table holds both a person's handle and a client: consents, grants and tokens know the pairwise subject only.
-- What a code, token or session leads back to is sealed under the secret itself, of which the row has the hash.

-- Where this house is in its feed; one row. heard_at: the last entry or heartbeat, on this house's clock.
CREATE TABLE feed (
  audience TEXT PRIMARY KEY,
  epoch BLOB,
  number BIGINT NOT NULL,
  last BLOB NOT NULL,
  heard_at BIGINT NOT NULL
);

-- Officers as registrars granted them. officer = SHA-256(DER(Officer)), grant_der = DER(OfficerGrant).
CREATE TABLE officers (
  officer BLOB PRIMARY KEY,
  grant_der BLOB NOT NULL
);

-- People, with the values that officers approved and the registry disclosed to this house.
CREATE TABLE people (
  person BLOB PRIMARY KEY,
  signer_handle BLOB,
  status TEXT NOT NULL,
  proofing TEXT NOT NULL,
  name TEXT NOT NULL,
  given_name TEXT,
  family_name TEXT,
  birthdate TEXT,
  CONSTRAINT people_signer_handle_once UNIQUE (signer_handle),
  CONSTRAINT people_status CHECK (status IN ('active', 'suspended', 'revoked', 'deceased')),
  CONSTRAINT people_proofing CHECK (proofing IN ('desk', 'sandbox'))
);

-- Their passkeys. statement = SHA-256(DER(Statement)); mac binds the row's parts to each other.
CREATE TABLE passkeys (
  credential_id BLOB PRIMARY KEY,
  person BLOB NOT NULL REFERENCES people (person),
  statement BLOB NOT NULL,
  public_key BLOB NOT NULL,
  flags BIGINT NOT NULL,
  counter BIGINT NOT NULL,
  mac BLOB NOT NULL,
  replaced_at BIGINT,
  CONSTRAINT passkeys_statement_once UNIQUE (statement),
  CONSTRAINT passkeys_counter CHECK (counter BETWEEN 0 AND 4294967295)
);
CREATE INDEX passkeys_person ON passkeys (person);

-- Pushed requests. id = hash of the request_uri; it is also the transaction's name.
CREATE TABLE pushed (
  id BLOB PRIMARY KEY,
  client TEXT NOT NULL,
  parameters TEXT NOT NULL,
  pushed_at BIGINT NOT NULL,
  shown_at BIGINT,
  answered_at BIGINT
);

-- Codes. A transaction is granted once; code = hash of the code.
CREATE TABLE grants (
  transaction_id BLOB PRIMARY KEY,
  code BLOB NOT NULL,
  client TEXT NOT NULL,
  subject TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT,
  sealed BLOB NOT NULL,
  CONSTRAINT grants_code_once UNIQUE (code)
);

-- Access tokens. id = hash of the token; family = the transaction whose code they came of.
CREATE TABLE tokens (
  id BLOB PRIMARY KEY,
  client TEXT NOT NULL,
  subject TEXT,
  audience TEXT NOT NULL,
  family BLOB,
  issued_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT,
  sealed BLOB NOT NULL
);
CREATE INDEX tokens_family ON tokens (family);

-- Browsers' sessions. id = hash of the cookie's secret.
CREATE TABLE sessions (
  id BLOB PRIMARY KEY,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT,
  sealed BLOB NOT NULL
);

-- What people agreed to, as the agency knows them.
CREATE TABLE consents (
  client TEXT NOT NULL,
  subject TEXT NOT NULL,
  scopes TEXT NOT NULL,
  claims TEXT NOT NULL,
  decided_at BIGINT NOT NULL,
  PRIMARY KEY (client, subject)
);

-- Used once: a client assertion's jti (hashed with its client), and the challenge of a sign-in. Two tables, because a
-- thing of one kind must never count as one of another.
CREATE TABLE used_assertions (
  id BLOB PRIMARY KEY,
  expires_at BIGINT NOT NULL
);
CREATE TABLE used_challenges (
  id BLOB PRIMARY KEY,
  expires_at BIGINT NOT NULL
);

-- The audit trail, written with what it is about. client and subject, or neither.
CREATE TABLE events (
  id BLOB PRIMARY KEY,
  at BIGINT NOT NULL,
  what TEXT NOT NULL,
  client TEXT,
  subject TEXT
);
