//! Randomness as the shells pass it around. Production has [`SystemRandom`] only; a seeded source lives in
//! `service::testing`, which no ordinary build contains.

pub use pki_core::key::{Random, RandomError, SystemRandom, random_array, random_hash, random_id};
