//! How strangers' text is shown: escaped, bounded, never a terminal or workflow command.

/// The most characters of a stranger's text that one message shows.
const LIMIT: usize = 120;

/// `text` as it may stand inside a message: as [`escaped`], and cut at 120 characters.
pub(crate) fn shown(text: &str) -> String {
    let mut out = escaped(text);
    if let Some((cut, _)) = out.char_indices().nth(LIMIT) {
        out.truncate(cut);
        out.push('…');
    }
    out
}

/// `text` as it may reach a terminal or a log: control and direction characters and backticks escaped, and nothing that a
/// CI log takes for a command (`##[` anywhere, `::` at the start).
///
/// ```text
/// "a\nb" → a\nb        "\u{1b}[31m" → \u{1b}[31m        "::error" → \u{3a}:error
/// ```
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let command = text.trim_start();
    let colon = command.starts_with("::").then(|| text.len() - command.len());
    for (at, c) in text.char_indices() {
        if Some(at) == colon {
            out.push_str("\\u{3a}");
        } else if c.is_control() || is_direction_mark(c) {
            out.extend(c.escape_default());
        } else if c == '`' {
            out.push_str("\\u{60}");
        } else if c == '[' && out.ends_with("##") {
            out.push_str("\\[");
        } else {
            out.push(c);
        }
    }
    out
}

/// `text` without what may grant access, in the addresses in it: who asks a web server, the password for any other, and queries.
///
/// ```text
/// https://ghp_x@e.org/a?token=x → https://…@e.org/a?…        ssh://git@e.org/a → as it is        ssh://me:x@e.org/a → ssh://…@e.org/a
/// ```
pub(crate) fn without_secrets(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        out.push_str(before);
        out.push_str("://");
        let is_end = |c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '`' | '<' | '>');
        let (address, behind) = after.split_at(after.find(is_end).unwrap_or(after.len()));
        let (path, query) = address.split_at(address.find(['?', '#']).unwrap_or(address.len()));
        let (host, path) = path.split_at(path.find('/').unwrap_or(path.len()));
        let is_web = ["http", "https"].iter().any(|web| before.to_ascii_lowercase().ends_with(web));
        match host.rsplit_once('@') {
            Some((user, host)) if is_web || user.contains(':') => out.push_str(&format!("…@{host}")),
            Some(_) | None => out.push_str(host),
        }
        out.push_str(path);
        out.push_str(if query.is_empty() { "" } else { "?…" });
        rest = behind;
    }
    out + rest
}

/// `bytes` as [`escaped`], where a byte that is not UTF-8 becomes `\xNN`.
pub(crate) fn shown_bytes(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.utf8_chunks() {
        out.push_str(&escaped(chunk.valid()));
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
    out
}

/// A path as one word of a shell, for commands that are offered to be typed; one that looks like an option does not.
pub(crate) fn shell_word(path: &str) -> String {
    quoted_word(if path.starts_with(['-', ':']) { format!("./{path}") } else { path.to_owned() })
}

/// A command as it would be typed into a shell.
pub(crate) fn shell_line(words: &[String]) -> String {
    words.iter().map(|word| quoted_word(word.clone())).collect::<Vec<_>>().join(" ")
}

/// `text` as one word of a shell. What could steer a terminal or a CI log is written as bash's `$'…'`.
fn quoted_word(text: String) -> String {
    if text.contains("##[") || text.chars().any(|c| c.is_control() || is_direction_mark(c)) {
        return format!("$'{}'", text.chars().map(in_dollar_quotes).collect::<String>());
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '+' | ':' | '@' | '=');
    match text.chars().all(plain) && !text.is_empty() {
        true => text,
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

fn in_dollar_quotes(c: char) -> String {
    match c {
        '\'' | '\\' => format!("\\{c}"),
        '#' => "\\x23".to_owned(),
        c if c.is_control() || is_direction_mark(c) => c.to_string().bytes().map(|b| format!("\\x{b:02x}")).collect(),
        c => c.to_string(),
    }
}

/// Characters that reorder, break or hide what a reader sees (Unicode bidirectional and zero-width formatting, separators, tags).
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A text of several lines, ours around a stranger's words: no line is a command to a CI log, no character steers.
pub(crate) fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
        }
        add_harmless(line, &mut out);
    }
    out
}

fn add_harmless(line: &str, out: &mut String) {
    let start = line.len() - line.trim_start().len();
    let colon = line[start..].starts_with("::").then_some(start);
    for (at, c) in line.char_indices() {
        if Some(at) == colon {
            out.push_str("\\u{3a}");
        } else if (c.is_control() && c != '\t') || is_direction_mark(c) {
            out.extend(c.escape_default());
        } else if c == '[' && out.ends_with("##") {
            out.push_str("\\[");
        } else {
            out.push(c);
        }
    }
}

/// `3 folders`, `1 folder`, `1,204 folders`.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// The candidate that `wrong` was most likely meant to be, if one is near enough to be worth saying.
pub(crate) fn did_you_mean<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = wrong.to_lowercase();
    candidates
        .into_iter()
        .map(|c| (strsim::jaro_winkler(&wrong, &c.to_lowercase()), c))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))
        .map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_cannot_reach_a_terminal_or_a_workflow_runner() {
        assert_eq!(shown("a\nb\u{1b}[31m"), "a\\nb\\u{1b}[31m");
        assert_eq!(shown("##[error]x"), "##\\[error]x");
        assert_eq!([shown("::error::x"), shown(" ::x"), shown("a::b")], ["\\u{3a}:error::x", " \\u{3a}:x", "a::b"]);
        assert_eq!(shown("\u{202e}gnp.exe"), "\\u{202e}gnp.exe");
        assert_eq!(shown_bytes(b"caf\xe9 \xc3\xa9"), "caf\\xe9 é");
    }

    #[test]
    fn what_grants_access_is_not_shown() {
        for (text, shown) in [
            ("https://ghp_x@e.org/a.git", "https://…@e.org/a.git"),
            ("HTTPS://me:p@ss@e.org", "HTTPS://…@e.org"),
            ("http://e.org/a?token=x#y", "http://e.org/a?…"),
            ("ssh://me:x@e.org/a", "ssh://…@e.org/a"),
            (
                "fatal: unable to access 'https://t@e.org/a/': and https://u@e.org?x y",
                "fatal: unable to access 'https://…@e.org/a/': and https://…@e.org?… y",
            ),
        ] {
            assert_eq!(without_secrets(text), shown);
        }
        for plain in ["ssh://git@e.org/a", "git@e.org:a", "https://e.org/@scope/a", "../a?b", "file:///a@b", "", "://", "https://"] {
            assert_eq!(without_secrets(plain), plain);
        }
    }

    #[test]
    fn a_text_of_several_lines_keeps_them_and_steers_nothing() {
        assert_eq!(harmless("a\n ::error::x\nb ##[c]\u{1b}[1m"), "a\n \\u{3a}:error::x\nb ##\\[c]\\u{1b}[1m");
    }

    #[test]
    fn long_text_is_cut_with_a_mark() {
        assert_eq!(shown(&"x".repeat(500)).chars().count(), LIMIT + 1);
    }

    #[test]
    fn a_near_word_is_suggested_and_a_far_one_is_not() {
        assert_eq!(did_you_mean("promt", ["promote", "check"]), Some("promote"));
        assert_eq!(did_you_mean("zebra", ["promote", "check"]), None);
    }

    #[test]
    fn an_offered_command_can_be_pasted() {
        assert_eq!(["a/b", "it's", "-x", ":x", ""].map(shell_word), ["a/b", "'it'\\''s'", "./-x", "./:x", "''"]);
        assert_eq!(["\u{1b}[31m'", "##[error]"].map(shell_word), ["$'\\x1b[31m\\''", "$'\\x23\\x23[error]'"]);
    }

    #[test]
    fn counts_read_as_people_write_them() {
        assert_eq!(counted(1, "folder", "folders"), "1 folder");
        assert_eq!(counted(1204, "folder", "folders"), "1,204 folders");
    }
}
