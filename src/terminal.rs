//! Words on a terminal: colour, width, lines that hang below their first word, dates.
//!
//! It knows no word of its own. What goes through here may hold colour codes of [`Ink`]; they take no place on a line.

use std::io::IsTerminal as _;

use pki_core::time::Instant;

/// Narrower than this nothing can be read; the terminal breaks the lines then.
const WIDTH_MIN: usize = 30;

/// Whether there is colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// The eight ANSI colours.
    Colour,
    /// None.
    Plain,
}

impl Ink {
    /// Colour on a terminal, unless `NO_COLOR` is set to anything or the terminal is dumb.
    pub(crate) fn for_stdout() -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        if std::io::stdout().is_terminal() && !refused { Self::Colour } else { Self::Plain }
    }

    /// The text under an SGR code (ECMA-48 §8.3.117), or as it is.
    pub(crate) fn paint(self, code: &str, text: &str) -> String {
        match self {
            Self::Colour if !text.is_empty() => format!("\x1b[{code}m{text}\x1b[0m"),
            _ => text.to_owned(),
        }
    }

    /// Each word by itself, so that lines may break between them.
    pub(crate) fn each(self, code: &str, text: &str) -> String {
        text.split(' ').map(|word| self.paint(code, word)).collect::<Vec<_>>().join(" ")
    }
}

/// How many characters a line of stdout takes, where it is a terminal.
pub(crate) fn width() -> Option<usize> {
    let (terminal_size::Width(columns), _) = terminal_size::terminal_size_of(std::io::stdout())?;
    Some(usize::from(columns).max(WIDTH_MIN))
}

/// The words after their beginning, on as many lines as they take, each below the first word. A word that is longer than a
/// line stays whole.
pub(crate) fn hang(beginning: &str, words: &str, width: usize) -> String {
    let from = shown(beginning);
    let (mut text, mut length) = (beginning.to_owned(), from);
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        let next = shown(word);
        if length > from && length + 1 + next > width {
            text = format!("{}\n{}", text.trim_end(), " ".repeat(from));
            length = from;
        }
        if length > from {
            text.push(' ');
            length += 1;
        }
        text.push_str(word);
        length += next;
    }
    format!("{}\n", text.trim_end())
}

/// How many characters of a text take a place: all that stand in no colour code.
fn shown(text: &str) -> usize {
    let mut parts = text.split('\x1b');
    let before = parts.next().unwrap_or_default().chars().count();
    let after = parts.map(|part| part.split_once('m').map_or(0, |(_, rest)| rest.chars().count()));
    before + after.sum::<usize>()
}

/// `4 May 2047`.
pub(crate) fn date(instant: Instant) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let date = instant.generalized().to_date_time();
    let month = MONTHS.get(usize::from(date.month()).saturating_sub(1)).copied().unwrap_or_default();
    format!("{} {month} {}", date.day(), date.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_hang_below_the_first_one_and_colour_takes_no_place() {
        assert_eq!(hang("  a  ", "one two three", 13), "  a  one two\n     three\n");
        let red = format!("one {} three", Ink::Colour.paint("31", "two"));
        assert_eq!(hang("  a  ", &red, 13), "  a  one \x1b[31mtwo\x1b[0m\n     three\n");
        assert_eq!(hang("", "one-long-word two", 5), "one-long-word\ntwo\n");
        assert_eq!(hang("label", "", 5), "label\n");
    }
}
