//! The table: what, ours, the peer in the same run, the ratio, the floor.

use std::fmt;

/// One line. What is not there prints as a dash.
pub(super) struct Figure {
    pub(super) what: String,
    pub(super) unit: &'static str,
    pub(super) ours: f64,
    pub(super) peer: Option<f64>,
    pub(super) floor: Option<f64>,
}

/// Figures in the order in which they were taken, and what must be known to read them.
#[derive(Default)]
pub(super) struct Table {
    figures: Vec<Figure>,
    notes: Vec<String>,
}

impl Table {
    pub(super) fn add(&mut self, figure: Figure) {
        self.figures.push(figure);
    }

    /// A figure of ours alone.
    pub(super) fn ours(&mut self, what: impl Into<String>, unit: &'static str, ours: f64) {
        self.add(Figure { what: what.into(), unit, ours, peer: None, floor: None });
    }

    pub(super) fn note(&mut self, note: String) {
        self.notes.push(note);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.figures.iter().map(|figure| figure.what.chars().count()).max().unwrap_or_default();
        writeln!(
            f,
            "{:width$}  {:>10}  {:>10}  {:>7}  {:>8}  unit",
            "what", "ours", "peer", "ratio", "floor"
        )?;
        for figure in &self.figures {
            let ratio = figure.peer.map(|peer| format!("1/{:.1}", peer / figure.ours));
            writeln!(
                f,
                "{:width$}  {:>10}  {:>10}  {:>7}  {:>8}  {}",
                figure.what,
                number(Some(figure.ours)),
                number(figure.peer),
                ratio.unwrap_or_else(|| "-".to_owned()),
                number(figure.floor),
                figure.unit,
            )?;
        }
        for note in &self.notes {
            writeln!(f, "- {note}")?;
        }
        Ok(())
    }
}

/// Three digits that say something.
fn number(value: Option<f64>) -> String {
    match value {
        None => "-".to_owned(),
        Some(whole) if whole.fract() == 0.0 || whole >= 100.0 => format!("{whole:.0}"),
        Some(large) if large >= 10.0 => format!("{large:.1}"),
        Some(small) => format!("{small:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_many_times_less() {
        let mut table = Table::default();
        let what = "login".to_owned();
        table.add(Figure { what, unit: "CPU ms", ours: 1.5, peer: Some(7.5), floor: Some(0.41) });
        table.ours("memory", "MiB", 23.04);
        table.note("eight at once".to_owned());
        let expected = "what          ours        peer    ratio     floor  unit\n\
                        login         1.50        7.50    1/5.0      0.41  CPU ms\n\
                        memory        23.0           -        -         -  MiB\n\
                        - eight at once\n";
        assert_eq!(table.to_string(), expected);
    }
}
