//! A country composed of its parts: its data directory, and how it is founded.
//!
//! The program opens it (`main.rs`), and the tests found and judge the very same one. It knows no rule of the houses.

pub mod country;
mod founding;
