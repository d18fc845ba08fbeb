//! One integration binary: it may know every room of the house, and no room knows it.

mod contract;
mod crash;
mod enrol;
mod hostile;
mod language;
mod login;
mod privacy;
mod sign;
mod statements;
mod tidy;
mod verify;
mod world;
