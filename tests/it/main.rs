//! One integration binary: it may know every room of the house, and no room knows it.

mod crash;
mod enrol;
mod login;
mod privacy;
mod sign;
mod tidy;
mod verify;
mod world;
