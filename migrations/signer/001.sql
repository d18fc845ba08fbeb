-- signer: who may sign with which passkey, what was asked to be signed, how far each act is, what came out of it.
-- Portable dialect: TEXT, BIGINT (microseconds since the epoch for times), BLOB; every CHECK has a name.

-- Where this house is in pki's feed. One row. heard_at is our own clock: when the feed last said anything at all.
CREATE TABLE feed_position (
  one BIGINT PRIMARY KEY,
  epoch BLOB,
  number BIGINT NOT NULL,
  last BLOB NOT NULL,
  heard_at BIGINT NOT NULL,
  CONSTRAINT feed_position_one CHECK (one = 1)
);

-- Officers whom a registrar granted. officer = SHA-256(DER(Officer)), grant_der = DER(OfficerGrant).
CREATE TABLE officers (
  officer BLOB PRIMARY KEY,
  grant_der BLOB NOT NULL
);

-- People as the feed tells of them: a handle that is ours alone, the statement with name and passkey, the status.
-- statement = SHA-256(DER(Statement)).
CREATE TABLE people (
  handle BLOB PRIMARY KEY,
  statement BLOB NOT NULL,
  statement_der BLOB NOT NULL,
  status BIGINT NOT NULL,
  status_at BIGINT NOT NULL,
  CONSTRAINT people_statement_once UNIQUE (statement),
  CONSTRAINT people_status_known CHECK (status BETWEEN 0 AND 3)
);

-- Signed-in people. id = SHA-256 of the secret in the cookie.
CREATE TABLE sessions (
  id BLOB PRIMARY KEY,
  handle BLOB NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL
);
CREATE INDEX sessions_seen_at ON sessions (seen_at);

-- What an agency asks a person to sign. State by state:
--   requested  nobody has decided
--   approved   the person's passkey approved it; the evidence stands in approvals
--   certified  pki certified the one-use key; the certificate stands in certified
--   signed     the key signed and is gone; the signature stands in signed
--   stamped    the time-stamp is in it; the file stands in stamped
--   delivered  the finished file stands in delivered
--   refused    the person said no
--   expired    nobody decided in time
-- handle and the texts become NULL thirty days after the agency fetched the file; hashes and receipt number stay.
CREATE TABLE requests (
  id BLOB PRIMARY KEY,
  agency TEXT NOT NULL,
  handle BLOB,
  receipt TEXT NOT NULL,
  title TEXT,
  purpose TEXT,
  return_uri TEXT,
  document_sha256 BLOB NOT NULL,
  document_size BIGINT NOT NULL,
  pages BIGINT NOT NULL,
  images BLOB NOT NULL,
  shown_text BLOB NOT NULL,
  renderer TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  state_at BIGINT NOT NULL,
  fetched_at BIGINT,
  evidence_sha256 BLOB,
  CONSTRAINT requests_receipt_once UNIQUE (receipt),
  CONSTRAINT requests_state_known CHECK (state IN
    ('requested', 'approved', 'certified', 'signed', 'stamped', 'delivered', 'refused', 'expired')),
  CONSTRAINT requests_reason_of_refusal CHECK (reason IS NULL OR state = 'refused')
);
CREATE INDEX requests_handle ON requests (handle);
CREATE INDEX requests_state ON requests (state, expires_at);

-- An agency's own key of a request, kept seven days: the same body again is the same request.
CREATE TABLE idempotency_keys (
  agency TEXT NOT NULL,
  key TEXT NOT NULL,
  body BLOB NOT NULL,
  request BLOB NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (agency, key)
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);

-- jti of signed requests, until the request itself has expired.
CREATE TABLE used_jti (
  agency TEXT NOT NULL,
  jti TEXT NOT NULL,
  until BIGINT NOT NULL,
  PRIMARY KEY (agency, jti)
);
CREATE INDEX used_jti_until ON used_jti (until);

-- The exact octets that are shown and signed.
CREATE TABLE documents (
  request BLOB PRIMARY KEY REFERENCES requests (id),
  octets BLOB NOT NULL
);

-- Pages as they were drawn once, and their text.
CREATE TABLE pages (
  request BLOB NOT NULL REFERENCES requests (id),
  number BIGINT NOT NULL,
  width BIGINT NOT NULL,
  height BIGINT NOT NULL,
  png BLOB NOT NULL,
  words TEXT NOT NULL,
  PRIMARY KEY (request, number)
);

-- Each showing of the Accept page: the SignRequest that a passkey may approve there, for ten minutes.
CREATE TABLE showings (
  id BLOB PRIMARY KEY,
  request BLOB NOT NULL REFERENCES requests (id),
  sign_request BLOB NOT NULL,
  particulars BLOB NOT NULL,
  until BIGINT NOT NULL
);
CREATE INDEX showings_until ON showings (until);

-- One row per state of an act that has facts of its own. An act that starts again loses the rows of what was lost.
CREATE TABLE approvals (
  request BLOB PRIMARY KEY REFERENCES requests (id),
  evidence BLOB NOT NULL,
  approved_at BIGINT NOT NULL
);
CREATE TABLE certified (
  request BLOB PRIMARY KEY REFERENCES requests (id),
  attempt BIGINT NOT NULL,
  certificate BLOB NOT NULL,
  CONSTRAINT certified_attempt_known CHECK (attempt IN (0, 1))
);
CREATE TABLE signed (
  request BLOB PRIMARY KEY REFERENCES requests (id),
  cms BLOB NOT NULL
);
CREATE TABLE stamped (
  request BLOB PRIMARY KEY REFERENCES requests (id),
  cms BLOB NOT NULL
);
CREATE TABLE delivered (
  request BLOB PRIMARY KEY REFERENCES requests (id),
  octets BLOB NOT NULL,
  without_evidence BLOB NOT NULL,
  signed_at BIGINT NOT NULL
);

-- Leaves of acts, for the log's sequencer to take. leaf_der = DER(Leaf); the salt opens its commitment.
CREATE TABLE leaves (
  commitment BLOB PRIMARY KEY,
  leaf_der BLOB NOT NULL,
  salt BLOB NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX leaves_created_at ON leaves (created_at);
