//! The lines that call gate, in a file that may be somebody else's: put in, found again, taken out.

use sha2::{Digest, Sha256};

use crate::formats::yaml;

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

/// Whether our lines are the first that a script runs; what stands before them may end it.
pub(crate) fn stand_first(text: &str) -> bool {
    let first = text.lines().next().filter(|line| line.starts_with("#!")).map_or(0, |line| line.len() + 1);
    begins_as_shell(text) && span(text).is_some_and(|span| span.start <= first)
}

/// Whether lines of shell may be put into a script. With a carriage return in its first line the system cannot start it.
pub(crate) fn begins_as_shell(text: &str) -> bool {
    let Some(line) = text.split('\n').next().and_then(|line| line.strip_prefix("#!")) else { return true };
    if line.ends_with('\r') {
        return false;
    }
    let words = line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    let mut words = words.skip_while(|word| matches!(*word, "env" | "-S" | "busybox"));
    let is_shell = words.next().is_some_and(|program| matches!(program, "sh" | "bash" | "dash" | "ash" | "ksh" | "mksh" | "zsh"));
    // With `-n` it only reads, with `-c` and `-s` it runs something else.
    is_shell
        && words
            .all(|word| word.starts_with("--") || word.strip_prefix('-').is_some_and(|flags| !flags.contains(['n', 'c', 's', 't', 'r'])))
}

/// lefthook's own settings with the lines put in, if they are read as what they say: not where another `pre-push` stands, or where the
/// text is no mapping that a line can be put below.
pub(crate) fn into_lefthook(text: &str, lines: &str) -> Option<String> {
    let read = yaml::parse(text).ok()?;
    let before = read.as_ref().and_then(|node| node.entries()).map(<[_]>::len);
    if read.as_ref().is_some_and(|node| !node.is_null() && (node.entries().is_none() || node.get("pre-push").is_some())) {
        return None;
    }
    let after = insert(text, lines, Form::Lefthook);
    let there = yaml::parse(&after).ok()??;
    let stands = there.get("pre-push")?.get("commands")?.get("gate")?.get("run").is_some();
    (stands && there.entries()?.len() == before.unwrap_or_default() + 1).then_some(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_lefthook_keep_what_they_say() {
        let lines = written(Form::Lefthook, Some("'x # y: z'"));
        let after = into_lefthook("pre-commit:\n  jobs: []\n", &lines).unwrap();
        assert!(after.starts_with("pre-commit:") && yaml::parse(&after).unwrap().unwrap().get("pre-commit").is_some());
        let run = yaml::parse(&after).unwrap().unwrap();
        let run = run.get("pre-push").and_then(|hook| hook.get("commands")?.get("gate")?.get("run")?.as_str()).unwrap();
        assert_eq!(run.trim(), "gate hook run pre-push --root 'x # y: z'");
        assert!(into_lefthook("", &lines).is_some() && into_lefthook("# mine\n", &lines).is_some());
        for text in ["\"pre-push\":\n  jobs: []\n", "pre-push: {}\n", "{}", "  a: 1\n", "- a\n", "a: [\n", "{a: 1}\n"] {
            assert_eq!(into_lefthook(text, &lines), None, "{text}");
        }
    }

    #[test]
    fn lines_that_something_stands_before_do_not_stand_first() {
        let lines = written(Form::Shell, None);
        assert!(stand_first(&insert("#!/bin/sh\nexit 0\n", &lines, Form::Shell)) && stand_first(&insert("", &lines, Form::Shell)));
        assert!(!stand_first(&format!("#!/bin/sh\nexit 0\n{lines}")) && !stand_first(&format!("exit 0\n{lines}")));
        assert!(begins_as_shell("#!/bin/sh -eu\n") && begins_as_shell("#!/usr/bin/env bash\n") && !begins_as_shell("#!/bin/sh\r\n"));
        assert!(!begins_as_shell("#!/bin/sh -n\n") && !begins_as_shell("#!/bin/true\n"));
        assert!(!stand_first(&insert("#!/bin/sh\n", &lines, Form::Shell).replace("#!/bin/sh", "#!/bin/true")));
    }

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
