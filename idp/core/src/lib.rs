//! The law of identity: authorization, assurance, consent, tokens.
