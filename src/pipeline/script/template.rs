//! What the `shell:` of a step makes of its script: the words before and behind `{0}`.

use super::{Language, Shell};
use crate::pipeline::wrappers::{base, is_shell};

/// Programs that run nothing of what they are given.
const IDLE: [&str; 6] = [":", "cat", "echo", "printf", "test", "true"];
/// Options behind which a shell runs no script.
const ASIDE: [&str; 5] = ["--dump-po-strings", "--dump-strings", "--help", "--pretty-print", "--version"];

/// What the `shell:` of a step names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reads {
    Shell(Shell),
    /// A shell that does not run the script.
    Never,
    /// A shell that is told to run something else, which may run the script.
    Unclear,
    /// A language that is not read here: `python`, `pwsh`, …
    Other,
}

impl Shell {
    /// What GitHub makes of `shell:`; without one, `bash -e`.
    pub(crate) fn of(shell: Option<&str>) -> Reads {
        let template = match shell.map(str::trim) {
            None => "bash -e {0}",
            Some("bash") => "bash --noprofile --norc -eo pipefail {0}",
            Some("sh") => "sh -e {0}",
            Some(template) => template,
        };
        // `docker exec x bash -e {0}`, `nix develop -c bash -e {0}`: the last shell named gets the script.
        let words: Vec<&str> = template.split_whitespace().collect();
        let Some(file) = words.iter().position(|word| word.contains("{0}")) else { return Reads::Other };
        if words.first().is_some_and(|word| IDLE.contains(&base(word))) {
            return Reads::Never;
        }
        let shells: Vec<usize> = (0..file).filter(|at| words.get(*at).is_some_and(|word| is_shell(base(word)))).collect();
        // `bash -c "bash -e {0}"`: what the outer one runs is a text.
        match shells.as_slice() {
            [] => Reads::Other,
            [.., at] => {
                let is_bash = words.get(*at).is_some_and(|word| base(word) == "bash");
                let language = if is_bash { Language::Bash } else { Language::Posix };
                Options::of(language).read(words.get(at + 1..).unwrap_or_default())
            }
        }
    }
}

/// The options of a shell, as far as they are read.
struct Options {
    shell: Shell,
    /// The next operand is what it runs: `-c`.
    takes_text: bool,
    /// It runs nothing: `-n`, or reads what nobody gives it: `-s`.
    never: bool,
}

impl Options {
    fn of(language: Language) -> Self {
        Self { shell: Shell { errexit: false, pipefail: false, language }, takes_text: false, never: false }
    }

    /// The words behind the name of the shell.
    fn read(mut self, words: &[&str]) -> Reads {
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            match word.strip_prefix(['-', '+']) {
                None | Some("") => return self.given(word, rest.as_slice()),
                Some("-") => {}
                Some("-rcfile" | "-init-file") => drop(rest.next()),
                Some(_) if ASIDE.contains(word) => self.never = true,
                Some(long) if long.starts_with('-') => {}
                Some(letters) => {
                    for letter in letters.chars() {
                        let named = if ['o', 'O'].contains(&letter) { rest.next().copied() } else { None };
                        self.switch((letter, named), word.starts_with('-'));
                    }
                }
            }
        }
        Reads::Unclear
    }

    fn switch(&mut self, option: (char, Option<&str>), on: bool) {
        match option {
            ('e', _) | ('o', Some("errexit")) => self.shell.errexit = on,
            ('o', Some("pipefail")) => self.shell.pipefail = on,
            ('n', _) | ('o', Some("noexec")) => self.never = on,
            ('s' | 'D', _) => self.never |= on,
            ('c', _) => self.takes_text |= on,
            _ => {}
        }
    }

    /// The first operand: the script, or something in its place.
    fn given(self, operand: &str, rest: &[&str]) -> Reads {
        let is_script = ["{0}", "\"{0}\"", "'{0}'"].contains(&operand);
        if self.never {
            return Reads::Never;
        }
        if is_script && !self.takes_text {
            return Reads::Shell(self.shell);
        }
        if !self.takes_text {
            return Reads::Unclear;
        }
        // A text between quotes goes on up to the next one.
        let quote = operand.chars().next().filter(|first| ['"', '\''].contains(first));
        let ends = |word: &&str| quote.is_none_or(|quote| word.ends_with(quote));
        let is_whole = quote.is_none() || operand.len() > 1 && ends(&operand);
        let length = if is_whole { 0 } else { rest.iter().position(ends).map_or(rest.len(), |at| at + 1) };
        let in_text = operand.contains("{0}") || rest.iter().take(length).any(|word| word.contains("{0}"));
        // The script is an argument of the text: `source "$1"`.
        let asks = operand.contains('$') || rest.iter().take(length).any(|word| word.contains('$'));
        if in_text || asks { Reads::Unclear } else { Reads::Never }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(shell: &str) -> Option<(bool, bool)> {
        match Shell::of(Some(shell)) {
            Reads::Shell(Shell { errexit, pipefail, .. }) => Some((errexit, pipefail)),
            Reads::Never | Reads::Unclear | Reads::Other => None,
        }
    }

    #[test]
    fn a_later_option_takes_an_earlier_one_back() {
        assert_eq!(read("bash -e +e {0}"), Some((false, false)));
        assert_eq!(read("bash +e -e {0}"), Some((true, false)));
        assert_eq!(read("bash -oe pipefail {0}"), Some((true, true)));
        assert_eq!(read("bash --noprofile -eo pipefail +o errexit -- \"{0}\""), Some((false, true)));
        assert_eq!(read("bash -O extglob -le {0} more"), Some((true, false)));
        assert_eq!(read("bash -n +n -e {0}"), Some((true, false)));
    }

    #[test]
    fn a_shell_that_does_not_run_the_script_is_told_from_one_that_may() {
        for never in [
            "bash -n {0}",
            "bash -en {0}",
            "sh -o noexec {0}",
            "bash -c true {0}",
            "bash -c 'echo fine' {0}",
            "bash -s {0}",
            "bash --version {0}",
            "echo bash -e {0}",
            "true {0}",
        ] {
            assert_eq!(Shell::of(Some(never)), Reads::Never, "{never}");
        }
        for unclear in ["bash wrap.sh {0}", "bash -c '. ./env && bash -e {0}'", "bash -ec \"source $0\" {0}", "bash -e x{0}"] {
            assert_eq!(Shell::of(Some(unclear)), Reads::Unclear, "{unclear}");
        }
        for other in ["python {0}", "bash -e", "cmd"] {
            assert_eq!(Shell::of(Some(other)), Reads::Other, "{other}");
        }
    }
}
