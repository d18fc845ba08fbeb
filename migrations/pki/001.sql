-- pki: who may approve, who is enrolled with which passkey, what was told to the other houses, what was certified.
-- Portable dialect: TEXT, BIGINT (microseconds since the epoch for times), BLOB; every CHECK has a name.

-- A link for an officer who is not granted yet. code = SHA-256("chancery-slip/1" || code); the code itself follows
-- from seed under a key of this house, and stands nowhere.
CREATE TABLE officer_links (
  code BLOB PRIMARY KEY,
  seed BLOB NOT NULL,
  name TEXT NOT NULL,
  desk TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);

-- Officers whom a registrar granted. officer = SHA-256(DER(Officer)), grant_der = DER(OfficerGrant).
-- passkey is the library's own form of the credential and is absent for the software officer of a sandbox.
CREATE TABLE officers (
  officer BLOB PRIMARY KEY,
  name TEXT NOT NULL,
  desk TEXT NOT NULL,
  credential_id BLOB NOT NULL,
  public_key BLOB NOT NULL,
  user_id BLOB,
  passkey TEXT,
  attestation BLOB,
  grant_der BLOB NOT NULL,
  not_before BIGINT NOT NULL,
  not_after BIGINT NOT NULL,
  CONSTRAINT officers_credential_once UNIQUE (credential_id),
  CONSTRAINT officers_person_or_software CHECK ((passkey IS NULL) = (user_id IS NULL))
);

-- Who plays in a sandbox, and the link that they hold: an officer's code hash, or a person's case.
CREATE TABLE sandbox_players (
  player TEXT PRIMARY KEY,
  officer_code BLOB,
  case_number TEXT,
  CONSTRAINT sandbox_players_one_link CHECK ((officer_code IS NULL) <> (case_number IS NULL))
);

-- A signed-in officer. id = SHA-256 of the secret in the cookie. A challenge signs in once.
CREATE TABLE desk_sessions (
  id BLOB PRIMARY KEY,
  officer BLOB NOT NULL REFERENCES officers (officer),
  challenge BLOB NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  ended_at BIGINT,
  CONSTRAINT desk_sessions_challenge_once UNIQUE (challenge)
);

-- One enrolment from the first question to the statement. State by state:
--   open      the officer asks; the answers stand in the row and in case_names
--   recorded  the record is made, nobody has approved it
--   approved  an officer's passkey approved the record; the slip works
--   arrived   the person made a passkey; statement_tbs waits for the officer
--   enrolled  the statement is signed and stands in people
--   closed    ended by the officer, or run out of time
CREATE TABLE cases (
  number TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  officer BLOB NOT NULL REFERENCES officers (officer),
  binding TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  birth_date TEXT,
  document TEXT,
  document_ending TEXT,
  photo TEXT,
  record BLOB,
  slip BLOB,
  idp_handle BLOB,
  signer_handle BLOB,
  approval BLOB,
  statement_tbs BLOB,
  attestation BLOB,
  arrived_at BIGINT,
  ended_at BIGINT,
  CONSTRAINT cases_slip_once UNIQUE (slip),
  CONSTRAINT cases_idp_handle_once UNIQUE (idp_handle),
  CONSTRAINT cases_signer_handle_once UNIQUE (signer_handle),
  CONSTRAINT cases_state CHECK (state IN ('open', 'recorded', 'approved', 'arrived', 'enrolled', 'closed')),
  CONSTRAINT cases_binding CHECK (binding IN ('desk', 'slip')),
  CONSTRAINT cases_recorded CHECK (state IN ('open', 'closed') OR (record IS NOT NULL AND slip IS NOT NULL
    AND idp_handle IS NOT NULL AND signer_handle IS NOT NULL)),
  CONSTRAINT cases_approved CHECK (state IN ('open', 'recorded', 'closed') OR approval IS NOT NULL),
  CONSTRAINT cases_arrived CHECK (state <> 'arrived' OR (statement_tbs IS NOT NULL AND arrived_at IS NOT NULL))
);

-- An officer has one open case at a time (a take-home slip is not one).
CREATE UNIQUE INDEX cases_one_open ON cases (officer)
  WHERE binding = 'desk' AND state IN ('open', 'recorded', 'approved', 'arrived');

-- Names as they are asked at the desk, in the order in which they were given.
CREATE TABLE case_names (
  case_number TEXT NOT NULL REFERENCES cases (number),
  position BIGINT NOT NULL,
  part BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  script TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (case_number, position)
);

-- The fields of a record with the salts that open its commitments: salt32 || DER(Field).
CREATE TABLE case_fields (
  case_number TEXT NOT NULL REFERENCES cases (number),
  position BIGINT NOT NULL,
  disclosed BLOB NOT NULL,
  PRIMARY KEY (case_number, position)
);

-- Who is enrolled. statement = SHA-256(DER(Statement)). status: 0 active, 1 suspended, 2 revoked, 3 deceased.
-- certified_at moves in the transaction that certifies, so that it cannot pass a status change unseen.
CREATE TABLE people (
  statement BLOB PRIMARY KEY,
  case_number TEXT NOT NULL REFERENCES cases (number),
  statement_der BLOB NOT NULL,
  credential_id BLOB NOT NULL,
  public_key BLOB NOT NULL,
  idp_handle BLOB NOT NULL,
  signer_handle BLOB NOT NULL,
  status BIGINT NOT NULL,
  status_at BIGINT NOT NULL,
  enrolled_at BIGINT NOT NULL,
  certified_at BIGINT,
  CONSTRAINT people_case_once UNIQUE (case_number),
  CONSTRAINT people_credential_once UNIQUE (credential_id),
  CONSTRAINT people_idp_handle_once UNIQUE (idp_handle),
  CONSTRAINT people_signer_handle_once UNIQUE (signer_handle),
  CONSTRAINT people_status CHECK (status IN (0, 1, 2, 3))
);

-- An order to change a person's status: made first, applied once an officer's passkey approved it.
CREATE TABLE status_orders (
  order_id BLOB PRIMARY KEY,
  statement BLOB NOT NULL REFERENCES people (statement),
  officer BLOB NOT NULL REFERENCES officers (officer),
  status BIGINT NOT NULL,
  order_der BLOB NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  approval BLOB,
  applied_at BIGINT,
  CONSTRAINT status_orders_status CHECK (status IN (0, 1, 2, 3)),
  CONSTRAINT status_orders_applied CHECK ((approval IS NULL) = (applied_at IS NULL))
);

-- One head per audience (0 idp, 1 signer). queued counts what use cases put in the queue, number what the
-- sequencer signed; last = SHA-256(DER(SignedFeedEntry number)).
CREATE TABLE feed_heads (
  audience BIGINT PRIMARY KEY,
  epoch BLOB NOT NULL,
  queued BIGINT NOT NULL,
  number BIGINT NOT NULL,
  last BLOB NOT NULL,
  CONSTRAINT feed_heads_order CHECK (number <= queued)
);

CREATE TABLE feed_queue (
  audience BIGINT NOT NULL,
  number BIGINT NOT NULL,
  event BLOB NOT NULL,
  PRIMARY KEY (audience, number)
);

CREATE TABLE feed_entries (
  audience BIGINT NOT NULL,
  number BIGINT NOT NULL,
  entry BLOB NOT NULL,
  PRIMARY KEY (audience, number)
);

-- One row per certificate, before it is signed: no serial is ever without an answer. challenge = what the passkey
-- approved; attempt 1 exists only after attempt 0 was abandoned. certificate is NULL until it is signed.
CREATE TABLE certificates (
  serial BLOB PRIMARY KEY,
  challenge BLOB NOT NULL,
  document_index BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  body BLOB NOT NULL,
  spki BLOB NOT NULL,
  statement BLOB NOT NULL REFERENCES people (statement),
  subject_serial TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  certificate BLOB,
  abandoned_at BIGINT,
  CONSTRAINT certificates_approval_once UNIQUE (challenge, document_index, attempt),
  CONSTRAINT certificates_key_once UNIQUE (spki),
  CONSTRAINT certificates_attempt CHECK (attempt IN (0, 1))
);

-- Revocation lists as they were signed. issuer: the name in the address (/crl/ISSUER.crl).
CREATE TABLE revocation_lists (
  issuer TEXT NOT NULL,
  number BIGINT NOT NULL,
  list BLOB NOT NULL,
  this_update BIGINT NOT NULL,
  next_update BIGINT NOT NULL,
  PRIMARY KEY (issuer, number)
);

-- Leaves for the public log, written in the transaction of what they count. The salt is for the owner alone.
CREATE TABLE log_leaves (
  commitment BLOB PRIMARY KEY,
  kind BIGINT NOT NULL,
  at BIGINT NOT NULL,
  salt BLOB NOT NULL,
  leaf BLOB NOT NULL,
  CONSTRAINT log_leaves_kind CHECK (kind IN (0, 1, 2, 3, 4))
);
