//! The lines of a Dockerfile: joined where one goes on, comments left out, and the documents behind them.

use super::Script;
use crate::formats::fault::Fault;

/// The lines that are still to be read.
pub(super) struct Source<'t> {
    lines: Vec<&'t str>,
    at: usize,
    escape: char,
}

/// One instruction: its pieces, each with its line of the file, without what joins them.
pub(super) struct Logical<'t>(Vec<(usize, &'t str)>);

/// A document of `<<EOF` with the line that ends it.
pub(super) struct Document<'t> {
    /// As it is written behind `<<`, quotes and all.
    word: String,
    strips: bool,
    first: usize,
    body: Vec<&'t str>,
    end: &'t str,
}

impl<'t> Source<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines: Vec<&str> = text.lines().collect();
        let escape = escape_of(&lines);
        Self { lines, at: 0, escape }
    }

    pub(super) fn escape(&self) -> char {
        self.escape
    }

    /// The next instruction.
    pub(super) fn logical(&mut self) -> Option<Logical<'t>> {
        let mut pieces = Vec::new();
        while let Some(line) = self.lines.get(self.at) {
            self.at += 1;
            let start = line.trim_start();
            // Comments and empty lines are passed over between the lines of an instruction too.
            if start.starts_with('#') || start.is_empty() {
                continue;
            }
            let piece = if pieces.is_empty() { start } else { line };
            match self.continued(piece) {
                Some(piece) => pieces.push((self.at, piece)),
                None => {
                    pieces.push((self.at, piece.trim_end()));
                    break;
                }
            }
        }
        (!pieces.is_empty()).then_some(Logical(pieces))
    }

    /// What stands before the sign that the line goes on; none: it does not.
    fn continued<'l>(&self, line: &'l str) -> Option<&'l str> {
        let before = line.trim_end_matches([' ', '\t']).strip_suffix(self.escape)?;
        (!before.ends_with(self.escape)).then_some(before)
    }

    /// The documents that an instruction asks for with `<<`, taken from the lines behind it.
    pub(super) fn documents(&mut self, command: &str, line: usize) -> Result<Vec<Document<'t>>, Fault> {
        let mut documents = Vec::new();
        for (word, strips) in asked(command) {
            let name: String = word.chars().filter(|c| !matches!(c, '\'' | '"')).collect();
            let first = self.at + 1;
            let is_end = |line: &&str| {
                let line = if strips { line.trim_start_matches('\t') } else { line };
                line == name
            };
            let rest = self.lines.get(self.at..).unwrap_or_default();
            let Some(length) = rest.iter().position(is_end) else {
                return Err(Fault::on(line, "a document that begins here with `<<` is not closed"));
            };
            let (body, end) = (rest[..length].to_vec(), rest[length]);
            self.at += length + 1;
            documents.push(Document { word, strips, first, body, end });
        }
        Ok(documents)
    }
}

/// What `# escape=` at the head says.
fn escape_of(lines: &[&str]) -> char {
    for line in lines {
        let Some(directive) = line.trim().strip_prefix('#') else { break };
        let Some((name, value)) = directive.split_once('=') else { break };
        if name.trim().eq_ignore_ascii_case("escape") {
            return if value.trim() == "`" { '`' } else { '\\' };
        }
    }
    '\\'
}

/// The words `<<EOF`, `<<-"EOF"` of a command, outside of quotes: what stands behind the signs, and whether tabs are taken off.
fn asked(command: &str) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    for word in words(command) {
        let Some(rest) = word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<") else { continue };
        let strips = rest.starts_with('-');
        let name = rest.strip_prefix('-').unwrap_or(rest);
        if !name.is_empty() && !name.contains('<') {
            found.push((name.to_owned(), strips));
        }
    }
    found
}

/// The words between blanks that stand outside of quotes.
fn words(command: &str) -> Vec<&str> {
    let (mut found, mut start, mut quote, mut escaped) = (Vec::new(), None, None, false);
    for (at, c) in command.char_indices() {
        match quote {
            _ if escaped => escaped = false,
            None | Some('"') if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c.is_whitespace() => {
                found.extend(start.take().and_then(|start: usize| command.get(start..at)));
                continue;
            }
            None => {}
        }
        start.get_or_insert(at);
    }
    found.extend(start.and_then(|start| command.get(start..)));
    found
}

impl Logical<'_> {
    pub(super) fn line(&self) -> usize {
        self.0.first().map_or(1, |(line, _)| *line)
    }

    /// The instruction on one line, as the builder hands it on.
    pub(super) fn joined(&self) -> String {
        self.0.iter().map(|(_, piece)| *piece).collect()
    }

    /// What stands behind so many bytes, as a script: with the breaks of the file, where the shell takes them for nothing as well.
    pub(super) fn script(&self, skipped: usize) -> Script {
        let mut left = skipped;
        let mut pieces: Vec<(usize, &str)> = Vec::new();
        for (line, piece) in &self.0 {
            let from = left.min(piece.len());
            left -= from;
            pieces.extend(piece.get(from..).filter(|rest| !rest.is_empty()).map(|rest| (*line, rest)));
        }
        let spread = pieces.len() <= 1 || pieces.iter().rev().skip(1).all(|(_, piece)| is_same_in_shell(piece));
        let texts: Vec<&str> = pieces.iter().map(|(_, piece)| *piece).collect();
        match spread && !pieces.is_empty() {
            true => Script { text: texts.join("\\\n"), lines: pieces.iter().map(|(line, _)| *line).collect() },
            false => Script { text: texts.concat(), lines: vec![self.line()] },
        }
    }
}

/// Whether `\` and a break behind a piece are nothing to the shell too: not in a comment, not between single quotes.
fn is_same_in_shell(piece: &str) -> bool {
    let comments = piece.starts_with('#') || [" #", "\t#", ";#", "&#", "|#", "(#"].iter().any(|sign| piece.contains(sign));
    !comments && piece.matches('\'').count().is_multiple_of(2)
}

impl Document<'_> {
    /// Whether a command is this document and nothing else, but for a shell that gets it.
    pub(super) fn is_all_of(&self, command: &str) -> bool {
        let mut words = command.split_whitespace().filter(|word| !word.ends_with(&self.word));
        match (words.next(), words.next()) {
            (None, _) => true,
            (Some(shell), None) => matches!(shell.rsplit('/').next(), Some("sh" | "bash" | "dash" | "ash" | "zsh")),
            (Some(_), Some(_)) => false,
        }
    }

    pub(super) fn text(&self) -> String {
        let line = |line: &&str| if self.strips { line.trim_start_matches('\t') } else { line }.to_owned() + "\n";
        self.body.iter().map(line).collect()
    }

    pub(super) fn lines(&self) -> Vec<usize> {
        (self.first..=self.first + self.body.len().saturating_sub(1)).collect()
    }

    /// Puts the document behind the command that asks for it.
    pub(super) fn add_to(&self, script: &mut Script) {
        for (at, line) in self.body.iter().chain([&self.end]).enumerate() {
            script.text.push('\n');
            script.text.push_str(line);
            script.lines.push(self.first + at);
        }
    }
}
