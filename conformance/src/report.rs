//! What is printed: one line per check, and the count that the last line tells.

use std::fmt::Display;

use anyhow::Result;

/// The results of one run.
#[derive(Debug, Default)]
pub struct Report {
    name: String,
    part: String,
    /// Checks that held.
    pub passed: usize,
    /// Checks that did not.
    pub failed: usize,
}

impl Report {
    /// From here on, lines belong to this name.
    pub fn begin(&mut self, name: &str) {
        name.clone_into(&mut self.name);
        self.part.clear();
    }

    /// From here on, ids carry this prefix (the same steps against another way of running).
    pub fn part(&mut self, part: &str) {
        self.part = if part.is_empty() { String::new() } else { format!("{part}.") };
    }

    /// Prints one result and hands the value on; what follows may need it.
    pub fn check<T>(&mut self, id: &str, result: Result<T>) -> Option<T> {
        self.check_saying(id, result.map(|value| (value, String::new())))
    }

    /// The same, with a detail worth reading beside the `ok`.
    pub fn check_saying<T, D: Display>(&mut self, id: &str, result: Result<(T, D)>) -> Option<T> {
        let Self { name, part, .. } = self;
        match result {
            Ok((value, detail)) => {
                self.passed += 1;
                let detail = one_line(&detail.to_string());
                say(format!("{name} {part}{id} ok {detail}").trim_end());
                Some(value)
            }
            Err(error) => {
                self.failed += 1;
                say(&format!("{name} {part}{id} FAILED {}", one_line(&format!("{error:#}"))));
                None
            }
        }
    }

    /// A check that cannot even be tried because an earlier one failed. It counts as failed: nothing is skipped.
    pub fn not_reached(&mut self, id: &str) {
        self.check::<()>(id, Err(anyhow::anyhow!("not reached")));
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(600).collect()
}

fn say(line: &str) {
    use std::io::Write as _;
    // A reader that has gone away does not change the verdict.
    _ = writeln!(std::io::stdout().lock(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_reached_counts_as_failed() {
        let mut report = Report::default();
        report.begin("example");
        assert_eq!(report.check("a", Ok(7)), Some(7));
        assert_eq!(report.check::<u8>("b", Err(anyhow::anyhow!("two\nlines"))), None);
        report.not_reached("c");
        assert_eq!((report.passed, report.failed), (1, 2));
    }
}
