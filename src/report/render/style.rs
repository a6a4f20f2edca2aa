//! Colour, or none.

use anstyle::{AnsiColor, Effects};

/// How a text is shown to a person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) colour: bool,
    /// Columns.
    pub(crate) width: usize,
    /// Only the last line.
    pub(crate) quiet: bool,
}

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Good,
    Bad,
    Unsure,
    Warned,
    Strong,
    Faint,
}

impl Look {
    pub(crate) fn paint(&self, style: Style, text: &str) -> String {
        if !self.colour || text.is_empty() {
            return text.to_owned();
        }
        let style = match style {
            Style::Good => AnsiColor::Green.on_default(),
            Style::Bad => AnsiColor::Red.on_default() | Effects::BOLD,
            Style::Unsure => AnsiColor::Magenta.on_default() | Effects::BOLD,
            Style::Warned => AnsiColor::Yellow.on_default(),
            Style::Strong => anstyle::Style::new() | Effects::BOLD,
            Style::Faint => anstyle::Style::new() | Effects::DIMMED,
        };
        format!("{style}{text}{style:#}")
    }
}
