//! The lines that call gate, in a file that may be somebody else's: put in, found again, taken out.

use sha2::{Digest, Sha256};

/// What the lines are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A shell script that git or a hook manager runs.
    Shell,
    /// lefthook's own configuration.
    Lefthook,
}

/// What is in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// None of our lines.
    Absent,
    /// Our lines, as they were written.
    Intact,
    /// Lines that begin or end as ours, with something else between.
    Edited,
}

const SHELL: &str = include_str!("../../templates/pre-push");
const LEFTHOOK: &str = include_str!("../../templates/lefthook-local.yml");
const BEGIN: &str = "# >>> gate pre-push ";
const END: &str = "# <<< gate pre-push <<<\n";

/// The lines, between a first one that holds their sum and a last one. `root` is gate's folder below the top, as a shell word.
pub(crate) fn written(form: Form, root: Option<&str>) -> String {
    let body = match form {
        Form::Shell => SHELL,
        Form::Lefthook => LEFTHOOK,
    };
    let body = body.replace("{{root}}", &root.map(|root| format!(" --root {root}")).unwrap_or_default());
    format!("{BEGIN}{} >>>\n{body}{END}", sum(&body))
}

/// The root in lines that were found, as the shell word that stands there; `None`: the top.
pub(crate) fn root_of(text: &str) -> Option<&str> {
    let call = &text[span(text)?];
    let line = call.lines().find_map(|line| line.split_once("gate hook run pre-push")).map(|(_, rest)| rest)?;
    let root = line.strip_prefix(" --root ")?;
    Some(root.split_once(" -- ").map_or(root, |(root, _)| root))
}

/// Sixteen digits are enough to see an edit; nobody attacks their own hook.
fn sum(body: &str) -> String {
    crate::digest::hex(&Sha256::digest(body.as_bytes())[..8])
}

pub(crate) fn state(text: &str) -> State {
    match (text.matches(BEGIN).count(), text.matches(END).count(), span(text)) {
        (0, 0, _) => State::Absent,
        (1, 1, Some(_)) => State::Intact,
        _ => State::Edited,
    }
}

/// Where our lines stand, if nobody has edited them.
fn span(text: &str) -> Option<std::ops::Range<usize>> {
    let start = text.find(BEGIN).filter(|start| *start == 0 || text.as_bytes()[start - 1] == b'\n')?;
    let (first, after) = text.get(start..)?.split_once('\n')?;
    let said = first.strip_prefix(BEGIN)?.strip_suffix(" >>>")?;
    let length = after.find(END)?;
    (sum(&after[..length]) == said).then(|| start..start + first.len() + 1 + length + END.len())
}

/// The text with the lines put in: as early as can be, so that what stands there cannot end before them.
pub(crate) fn insert(text: &str, lines: &str, form: Form) -> String {
    match (form, text.split_once('\n')) {
        (Form::Shell, Some((first, rest))) if first.starts_with("#!") => format!("{first}\n{lines}{rest}"),
        (Form::Shell, None) if text.starts_with("#!") => format!("{text}\n{lines}"),
        (Form::Shell, _) => format!("{lines}{text}"),
        (Form::Lefthook, _) if text.is_empty() || text.ends_with('\n') => format!("{text}{lines}"),
        (Form::Lefthook, _) => format!("{text}\n{lines}"),
    }
}

/// The text without the lines; `None`: there are none, or not as they were written.
pub(crate) fn remove(text: &str) -> Option<String> {
    let span = span(text)?;
    Some(format!("{}{}", &text[..span.start], &text[span.end..]))
}

/// Whether lines of shell may be put into a script.
pub(crate) fn begins_as_shell(text: &str) -> bool {
    let Some(line) = text.lines().next().and_then(|line| line.strip_prefix("#!")) else { return true };
    let words: Vec<&str> = line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word)).collect();
    let program = words.iter().find(|word| !matches!(**word, "env" | "-S" | "busybox"));
    program.is_some_and(|program| matches!(*program, "sh" | "bash" | "dash" | "ash" | "ksh" | "mksh" | "zsh"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_taken_out_again() {
        for (text, form) in [
            ("#!/bin/sh\nset -e\nexit 0\n", Form::Shell),
            ("#!/bin/bash", Form::Shell),
            ("echo no shebang\n", Form::Shell),
            ("", Form::Shell),
            ("pre-commit:\n  commands: {}", Form::Lefthook),
            ("", Form::Lefthook),
        ] {
            let lines = written(form, Some("'sub dir'"));
            let with = insert(text, &lines, form);
            assert_eq!(state(&with), State::Intact, "{with}");
            let without = remove(&with).unwrap();
            assert_eq!(without.trim_end(), text.trim_end());
            assert_eq!(state(&without), State::Absent);
        }
    }

    #[test]
    fn an_edit_is_seen() {
        let whole = insert("#!/bin/sh\n", &written(Form::Shell, None), Form::Shell);
        let lines: Vec<&str> = whole.lines().collect();
        for i in 1..lines.len() {
            let mut edited = lines.clone();
            edited.remove(i);
            let edited = edited.join("\n") + "\n";
            assert_eq!((state(&edited), remove(&edited)), (State::Edited, None), "without line {i}");
        }
        let twice = format!("{whole}{whole}");
        assert_eq!(state(&twice), State::Edited);
        assert_eq!(state("#!/bin/sh\nexit 0\n"), State::Absent);
    }

    #[test]
    fn only_a_shell_takes_lines_of_shell() {
        for shell in ["#!/bin/sh\n", "#!/usr/bin/env bash\n", "#! /bin/dash -e\n", "#!/usr/bin/env -S zsh -f\n", "echo\n", ""] {
            assert!(begins_as_shell(shell), "{shell}");
        }
        for other in ["#!/usr/bin/python3\n", "#!/usr/bin/env node\n", "#!/usr/bin/env pwsh\n", "#!\n"] {
            assert!(!begins_as_shell(other), "{other}");
        }
    }
}
