//! The house of trust: who is this person, which passkey and which certificate is theirs.
