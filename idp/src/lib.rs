//! The house of identity: the OpenID provider.
