//! What is wrong with gate.toml, at its line and column, and how it is shown.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::shown::{counted, did_you_mean, shown};

/// The most faults that are printed; the rest are counted.
const SHOWN: usize = 20;

/// The most characters of one message; the TOML reader quotes values whole, escaped.
const MESSAGE: usize = 300;

/// One thing wrong with the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Bytes of the text; `None`: the file as a whole.
    pub(crate) span: Option<Range<usize>>,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Fault {
    pub(crate) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span: Some(span), message: message.into(), help: None }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// A word that is none of `known`: names the one that was probably meant, or all.
    pub(crate) fn unknown<'a>(span: Range<usize>, what: &str, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        let fault = Self::new(span, format!("unknown {what} `{}`", shown(word)));
        match (did_you_mean(word, known.iter().copied()), known.as_slice()) {
            (Some(near), _) => fault.help(format!("did you mean `{near}`?")),
            (None, []) => fault.help("nothing is known here"),
            (None, known) => fault.help(format!("known: {}", known.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", "))),
        }
    }

    /// What the TOML reader said, in gate's words.
    /// `also` are keys that the reader does not know of, because they were read before.
    pub(crate) fn from_toml(error: &toml::de::Error, also: &[&str]) -> Self {
        let span = error.span();
        let words: Vec<&str> = error.message().split('`').skip(1).step_by(2).collect();
        let fault = match (error.message(), words.as_slice()) {
            (m, [word, known @ ..]) if m.starts_with("unknown field ") => {
                Self::unknown(0..0, "key", word, known.iter().chain(also).copied())
            }
            (m, [word, known @ ..]) if m.starts_with("unknown variant ") => Self::unknown(0..0, "value", word, known.iter().copied()),
            (message, _) => Self { span: None, message: plain_words(message), help: None },
        };
        Self { span, ..fault }
    }
}

/// A message of the TOML reader in the words of TOML, bounded.
fn plain_words(message: &str) -> String {
    let message = message.replace("expected a sequence", "expected a list").replace("expected a map", "expected a table");
    let mut chars = message.chars();
    chars.next().map_or(String::new(), |c| c.to_lowercase().chain(chars).take(MESSAGE).collect())
}

/// A policy text with its name, able to say where a byte stands.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) name: String,
    pub(crate) text: String,
    /// Its path below the root, if it lies there.
    pub(crate) in_root: Option<String>,
    starts: Vec<usize>,
}

impl Text {
    pub(crate) fn new(name: String, text: String) -> Self {
        let starts = [0].into_iter().chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        Self { name, text, in_root: None, starts }
    }

    /// The same text, known to lie at this path below the root.
    pub(crate) fn in_root(self, path: Option<String>) -> Self {
        Self { in_root: path, ..self }
    }

    /// The line of a byte, from 1.
    pub(crate) fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|s| *s <= offset).max(1)
    }

    /// The bytes of the line that holds `offset`, without its end.
    fn line_range(&self, offset: usize) -> Range<usize> {
        let line = self.line(offset);
        let start = self.starts[line - 1];
        let end = self.starts.get(line).map_or(self.text.len(), |next| next - 1);
        start..start + self.text[start..end].trim_end_matches('\r').len()
    }
}

/// All faults of one text.
#[derive(Clone, Debug)]
pub(crate) struct Faults {
    pub(crate) text: Text,
    pub(crate) faults: Vec<Fault>,
}

impl Faults {
    /// Every fault with its line and a caret, in the order of the file; the last line counts them.
    pub(crate) fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let mut faults: Vec<&Fault> = self.faults.iter().collect();
        faults.sort_by_key(|f| f.span.as_ref().map_or(0, |s| s.start));
        let mut out = String::new();
        for fault in faults.iter().take(SHOWN) {
            // The line is shown as it is, but for what a CI log would obey.
            out.push_str(&renderer.render(&[self.group(fault)]).replace("##[", "##\\["));
            out.push_str("\n\n");
        }
        if faults.len() > SHOWN {
            out.push_str(&format!("… and {} more\n\n", faults.len() - SHOWN));
        }
        out.push_str(&format!("{}: {}\n", self.text.name, counted(faults.len(), "error", "errors")));
        out
    }

    fn group<'a>(&'a self, fault: &'a Fault) -> annotate_snippets::Group<'a> {
        let title = Level::ERROR.primary_title(fault.message.as_str());
        let help = fault.help.as_deref().map(|h| Level::HELP.message(h));
        let Some(span) = &fault.span else {
            return title.element(annotate_snippets::Origin::path(self.text.name.as_str())).elements(help);
        };
        let range = self.text.line_range(span.start);
        let line = &self.text.text[range.clone()];
        let start = line.floor_char_boundary(span.start.saturating_sub(range.start));
        let end = line.ceil_char_boundary(span.end.saturating_sub(range.start)).max(start);
        let snippet = Snippet::source(line)
            .line_start(self.text.line(span.start))
            .path(self.text.name.as_str())
            .annotation(AnnotationKind::Primary.span(start..end));
        title.element(snippet).elements(help)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_shows_file_line_column_and_caret() {
        let text = Text::new("gate.toml".to_owned(), "version = 1\r\nchekc = 2\r\n".to_owned());
        let faults = vec![Fault::unknown(13..18, "key", "chekc", ["check", "version"])];
        let shown = Faults { text, faults }.render(false);
        assert!(shown.contains("--> gate.toml:2:1"), "{shown}");
        assert!(shown.contains("2 | chekc = 2\n  | ^^^^^"), "{shown}");
        assert!(shown.contains("help: did you mean `check`?"), "{shown}");
    }

    #[test]
    fn a_span_over_several_lines_or_past_the_end_is_cut_to_its_first_line() {
        for span in [0..30, 24..24, 23..99] {
            let text = Text::new("gate.toml".to_owned(), "version = 1\nchekc = 2\n é".to_owned());
            Faults { text, faults: vec![Fault::new(span, "x")] }.render(false);
        }
    }
}
