//! Plumbing that knows no noun of our trade: clock, entropy, db, http, pages.
