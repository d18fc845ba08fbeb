//! The outside world's opinion of us.
