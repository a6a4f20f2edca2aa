//! Commands that may change the shell that runs them in ways not known: what is sourced, evaluated, or named by a variable.

use std::rc::Rc;

use super::run::{Purpose, Runner};
use super::simple::Call;
use super::state::{Paths, Status};
use crate::formats::shell::{Body, Part, Script, Word, scripts_in};
use crate::pipeline::wrappers::base;

/// What a command may do to the shell that runs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Nothing, or it sets variables that no script asks for.
    Nothing,
    /// Whatever its first word holds, where a variable in front of words known is mostly a program.
    Unlikely,
    Anything,
}

/// Files that only make tools known, by the end of their paths.
#[rustfmt::skip] // a line a family
const SOURCED: [&str; 36] = [
    "activate", "activate.sh", "conda.sh", "mamba.sh", "micromamba.sh",
    "nvm.sh", "asdf.sh", "sdkman-init.sh", "scripts/rvm", "chruby.sh", "chruby/auto.sh",
    ".cargo/env", ".ghcup/env", ".deno/env", ".local/bin/env", ".nix-profile/etc/profile.d/nix.sh", "nix-daemon.sh", "opam-init/init.sh",
    "emsdk_env.sh", "oneapi/setvars.sh", "install/setup.bash", "install/local_setup.bash", "devel/setup.bash",
    "etc/os-release", "etc/lsb-release", "etc/profile", "bash_completion",
    ".bashrc", ".bash_profile", ".profile", ".zshrc", ".bash_aliases",
    ".env", ".env.test", ".env.ci", ".env.example",
];

/// Commands that print assignments of variables for `eval`, with the first operand where others print something else.
#[rustfmt::skip] // a line a family
const PRINTING: [(&str, &str); 34] = [
    ("ssh-agent", ""), ("gpg-agent", ""), ("keychain", ""), ("dircolors", ""), ("lesspipe", ""), ("direnv", ""),
    ("opam", "env"), ("opam", "config"), ("brew", "shellenv"), ("devbox", "shellenv"), ("luarocks", "path"),
    ("conda", "shell.bash"), ("conda", "shell.posix"), ("conda", "shell.zsh"), ("mamba", "shell"), ("micromamba", "shell"),
    ("pyenv", "init"), ("pyenv", "virtualenv-init"), ("rbenv", "init"), ("nodenv", "init"), ("goenv", "init"), ("jenv", "init"),
    ("plenv", "init"), ("fnm", "env"), ("mise", "activate"), ("mise", "env"), ("rtx", "activate"), ("starship", "init"),
    ("zoxide", "init"), ("docker-machine", "env"), ("minikube", "docker-env"), ("cargo", "llvm-cov"), ("kubectl", "completion"),
    ("true", ""),
];

impl Reach {
    /// By the words as they are written.
    pub(super) fn of(words: &[Word]) -> Self {
        let shell = |word: &&Word| word.literal().is_some_and(|text| ["command", "builtin"].contains(&text));
        let words = words.get(words.iter().take_while(shell).count()..).unwrap_or_default();
        let Some((first, rest)) = words.split_first() else { return Self::Nothing };
        match first.plain().as_deref() {
            Some("." | "source") => Self::where_not(rest.first().is_none_or(is_for_tools)),
            Some("eval") => Self::where_not(rest.iter().all(is_printed)),
            Some(_) => Self::Nothing,
            None => Self::named_by(first, rest),
        }
    }

    fn where_not(harmless: bool) -> Self {
        if harmless { Self::Nothing } else { Self::Anything }
    }

    fn named_by(first: &Word, rest: &[Word]) -> Self {
        let has = |is: fn(&Part) -> bool| first.parts.iter().any(is);
        // The name of no command of the shell has a `/`.
        if has(|part| matches!(part, Part::Literal(text) | Part::Quoted(text) if text.contains('/'))) {
            return Self::Nothing;
        }
        let pasted = has(|part| matches!(part, Part::Expression { .. }));
        if !pasted && rest.iter().any(|word| word.plain().is_some()) { Self::Unlikely } else { Self::Anything }
    }
}

/// Whether a file that is sourced is one of those that only make tools known.
fn is_for_tools(file: &Word) -> bool {
    if matches!(file.parts.as_slice(), [Part::Process(_)]) {
        return is_printed(file);
    }
    let plain = |part: &&Part| matches!(part, Part::Literal(_) | Part::Quoted(_));
    let behind = file.parts.iter().rev().take_while(plain).count();
    let tail = Word { parts: file.parts.iter().skip(file.parts.len() - behind).cloned().collect() }.plain().unwrap_or_default();
    let ends = |known: &str| tail.strip_suffix(known).is_some_and(|before| before.is_empty() || before.ends_with('/'));
    matches!(file.parts.first(), Some(Part::Literal(start) | Part::Quoted(start)) if start.starts_with("/opt/ros/"))
        || SOURCED.iter().any(|known| ends(known))
}

/// Whether a word is what one of the commands prints that print assignments.
fn is_printed(word: &Word) -> bool {
    let runs = |part: &&Part| matches!(part, Part::Substitution { .. } | Part::Process(_));
    let mut all =
        word.parts.iter().any(|part| runs(&part)) && word.parts.iter().all(|part| runs(&part) || *part == Part::Quoted(String::new()));
    scripts_in(word, &mut |script| all &= prints(script));
    all
}

fn prints(script: &Script) -> bool {
    let lists = script.items.iter().flat_map(|item| std::iter::once(&item.first).chain(item.rest.iter().map(|(_, pipeline)| pipeline)));
    let mut commands = lists.flat_map(|pipeline| &pipeline.commands);
    commands.all(|command| {
        let Body::Simple { words, .. } = &command.body else { return false };
        let Some(program) = words.first().and_then(|word| match word.parts.last() {
            Some(Part::Literal(text) | Part::Quoted(text)) => Some(base(text)),
            Some(_) | None => None,
        }) else {
            return false;
        };
        let operand = words.iter().skip(1).filter_map(Word::plain).find(|word| !word.starts_with('-')).unwrap_or_default();
        PRINTING.iter().any(|(name, first)| *name == program && (first.is_empty() || *first == operand))
    })
}

impl Runner<'_> {
    /// Why it is not known what a command does to the shell, if it is not.
    pub(super) fn strange(&self, call: &Call) -> Option<Rc<str>> {
        let counts = match (call.reach, self.purpose) {
            (Reach::Nothing, _) | (_, Purpose::PassOver(_) | Purpose::Fail) => false,
            (Reach::Unlikely, purpose) => matches!(purpose, Purpose::Succeed),
            (Reach::Anything, _) => true,
        };
        let own = |name: &String| [".", "source", "eval"].contains(&name.as_str());
        let named = call.fields.first().and_then(super::guess::Guess::each).is_some_and(|names| !names.iter().any(own));
        (counts && !named).then(|| format!("what `{}` does to the script is not known", call.shown).into())
    }

    /// Such a command ran: it may have ended the script with success, or what comes after is not what it seems.
    pub(super) fn estranged(&self, why: &Rc<str>, mut after: Paths) -> Paths {
        if !matches!(self.purpose, Purpose::Succeed) {
            after.0.iter_mut().for_each(|path| path.state.unsure = Some(Rc::clone(why)));
            return after;
        }
        if let Some(mut path) = after.0.first().cloned() {
            path.state.unsure = Some(Rc::clone(why));
            path.state.status = Status::Zero;
            path.exit();
            after.add(path);
        }
        after
    }
}
