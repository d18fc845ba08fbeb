//! Open Assembly, a sample relying party built on public crates only.
