//! `--help` on one screen: what a command does, its own flags in a line or two each, examples. `gate man` prints every word.

use std::fmt::Write;

use clap::{Arg, ArgAction, Command};

use super::flags::{KEYS_OF_RUN, MORE};
use crate::checks::KINDS;

/// What to type, and what it is for.
type Example = (&'static str, &'static str);

/// Examples of commands; those of kinds follow from their names.
const EXAMPLES: &[(&str, &[Example])] = &[
    ("gate", &[("gate init", "a first gate.toml, which blocks nothing yet")]),
    (
        "gate promote",
        &[
            ("gate promote --env prod", "decide, and name where it goes"),
            ("gate promote --output json=verdict.json", "keep the report as well"),
            ("gate promote --now 2026-11-20T09:30:00Z", "judge as of then"),
        ],
    ),
    (
        "gate check",
        &[
            ("gate check readmes", "one check of gate.toml alone"),
            ("gate check --strict", "exit as `gate promote` would"),
            ("gate check --format github", "annotations for a workflow"),
        ],
    ),
    (
        "gate run",
        &[
            ("gate run", "the smoke command of gate.toml"),
            ("gate run -- make smoke", "this one"),
            ("gate run --record-only --exit-code 0", "after something else ran it"),
        ],
    ),
    (
        "gate hash",
        &[
            ("gate hash config", "the config bundle, file by file"),
            ("gate hash ./data --quiet", "the digest of a folder alone"),
            ("gate hash data --update", "this data is expected from now on"),
        ],
    ),
    (
        "gate init",
        &[
            ("gate init --dry-run", "what it would write"),
            ("gate init --all", "policy, workflow, hook and READMEs"),
            ("gate init --github --keep --action OWNER/REPO@COMMIT", ""),
        ],
    ),
    (
        "gate aggregate",
        &[
            ("NEEDS='${{ toJSON(needs) }}' gate aggregate", "in a job that always runs"),
            ("gate aggregate --allow-skipped docs < needs.json", "this one may be skipped"),
        ],
    ),
    ("gate schema", &[("gate schema diff a.json b.json", "can readers move to the new one?")]),
    (
        "gate schema diff",
        &[
            ("gate schema diff a.json b.json", "can readers move to the new one?"),
            ("gate schema diff --compatibility forward a.json b.json", ""),
            ("gate schema diff --format json a.json b.json", "for programs"),
        ],
    ),
    ("gate workflow", &[("gate workflow graph", "what waits for what, and what blocks")]),
    (
        "gate workflow graph",
        &[("gate workflow graph ci.yml", "one workflow alone"), ("gate workflow graph --format markdown", "Mermaid, for a page")],
    ),
    ("gate hook", &[("gate hook install", "test before every push"), ("BYPASS_SMOKE=1 git push", "go past it; it is recorded")]),
    ("gate hook install", &[("gate hook install --dry-run", "what it would write, and where")]),
    ("gate hook uninstall", &[("gate hook uninstall", "take out gate's own lines alone")]),
    ("gate hook settle", &[("gate hook settle 254de24 --reason \"amended, and tested since\"", "")]),
    ("gate hook status", &[("gate hook status", "is a push tested here?")]),
    ("gate hook run", &[("gate hook run pre-push < /dev/null", "what a push would run")]),
    ("gate hook run pre-push", &[("gate hook run pre-push < /dev/null", "what a push would run")]),
    ("gate doctor", &[("gate doctor", "what stands in the way here, and what mends it"), ("gate doctor --quiet", "only what is not fine")]),
    ("gate lock", &[("gate lock status", "every lockfile of the project"), ("gate lock refresh", "make the old ones anew")]),
    (
        "gate lock status",
        &[
            ("gate lock status", "a table"),
            ("gate lock status --todo", "what is to be looked through, for an issue"),
            ("gate lock status --format markdown", "for a page"),
        ],
    ),
    (
        "gate lock refresh",
        &[
            ("gate lock refresh", "those older than `audit-after`"),
            ("gate lock refresh uv.lock --dry-run", "what would change"),
            ("gate lock refresh --all --format markdown", "for a pull request"),
        ],
    ),
    ("gate pins", &[("gate pins add ../producer schemas/orders.json --version 1.4.0", ""), ("gate pins status", "what is pinned")]),
    (
        "gate pins add",
        &[
            ("gate pins add ../producer schemas/orders.json --version 1.4.0 --role reader", ""),
            ("gate pins add https://example.org/p.git a.json --version 1.4.0 --dry-run", ""),
        ],
    ),
    (
        "gate pins update",
        &[
            ("gate pins update orders", "to the newest version"),
            ("gate pins update orders --version 2.0.0", "to this one"),
            ("gate pins update --all --dry-run", "what would change"),
        ],
    ),
    (
        "gate pins diff",
        &[("gate pins diff", "what moved, with instances"), ("gate pins diff orders --format markdown", "the draft of a migration note")],
    ),
    ("gate pins status", &[("gate pins status", "a table"), ("gate pins status --format markdown", "for a page")]),
    ("gate readme", &[("gate readme add", "what the checks ask for and is missing")]),
    ("gate readme add", &[("gate readme add --dry-run", "what it would write"), ("gate readme add engine", "for this folder")]),
    ("gate probe", &[("gate probe kill-flag", "as gate.toml says"), ("gate probe kill-flag --selftest", "does it measure rightly here?")]),
    (
        "gate probe kill-flag",
        &[
            ("gate probe kill-flag", "the runner of gate.toml"),
            ("gate probe kill-flag --tick 5s -- python bot.py", "another one"),
            ("gate probe kill-flag --selftest", "does it measure rightly here?"),
        ],
    ),
    (
        "gate kill-flag",
        &[
            ("gate kill-flag", "judge the probe; the exit code is the answer"),
            ("gate kill-flag --max-age 24h", "and it is no older than a day"),
        ],
    ),
    ("gate list", &[("gate list --format json", "for programs")]),
    (
        "gate explain",
        &[("gate explain readmes", "what a kind asks"), ("gate explain promotion/dirty-tree", "what a rule means, and how to mend it")],
    ),
    (
        "gate completions",
        &[
            ("gate completions bash > ~/.local/share/bash-completion/completions/gate", ""),
            ("gate completions zsh > \"${fpath[1]}/_gate\"", ""),
            ("gate completions fish > ~/.config/fish/completions/gate.fish", ""),
        ],
    ),
    ("gate man", &[("gate man run | man -l -", "read one"), ("gate man --into ~/.local/share/man/man1", "then `man gate-run` finds it")]),
];

/// The command line with all that clap adds to it and true words on `--help`: to be shown, never to parse with, for clap's own index of
/// flags is made by then.
pub(super) fn built(mut command: Command) -> Command {
    fn mend(mut command: Command) -> Command {
        for name in below(&command) {
            command = command.mut_subcommand(&name, mend);
        }
        command.mut_arg("help", |arg| arg.help("Print help on one screen").long_help(None))
    }
    command.build();
    mend(command)
}

/// Every command of the command line with its help cut to a screen. The line is parsed as before.
pub(super) fn on_a_screen(command: Command) -> Command {
    let path = command.get_name().to_owned();
    // clap passes the flags of every command on to those that do not have them.
    let hidden: Vec<Arg> = command.get_arguments().filter(|arg| arg.is_global_set()).map(|arg| arg.clone().hide(true)).collect();
    // Everybody knows it, and the screen is full.
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version).help("Print version").hide(true);
    fit(command.disable_help_flag(true).disable_version_flag(true).arg(version), &path, &hidden)
}

fn fit(mut command: Command, path: &str, hidden: &[Arg]) -> Command {
    for name in below(&command) {
        // The kinds become many; `gate list` has a line for each.
        let is_kind = KINDS.iter().any(|kind| kind.name == name);
        command = command.mut_subcommand(&name, |sub| fit(sub.args(hidden), &format!("{path} {name}"), hidden).hide(is_kind));
    }
    let help = Arg::new("help").short('h').long("help").action(ArgAction::HelpShort).help("Print this help");
    let tail = tail(&command, path);
    command.mut_args(|arg| if is_key(&arg) { arg.hide(true) } else { arg }).arg(help).after_help(tail)
}

fn below(command: &Command) -> Vec<String> {
    command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect()
}

/// Whether a flag is a key of a section, of which a screen has only the names.
fn is_key(arg: &Arg) -> bool {
    [Some(KEYS_OF_RUN), Some(MORE)].contains(&arg.get_help_heading())
}

/// What stands below the flags.
fn tail(command: &Command, path: &str) -> String {
    let mut tail = String::new();
    let long = command.get_long_about().map(ToString::to_string).unwrap_or_default();
    if let Some((_, details)) = long.split_once("\n\n") {
        let _infallible = write!(tail, "{details}\n\n");
    }
    // What the builder of a kind says there.
    if let Some(said) = command.get_after_help() {
        let _infallible = write!(tail, "{said}\n\n");
    }
    for heading in [KEYS_OF_RUN, MORE] {
        let keys = command.get_arguments().filter(|arg| arg.get_help_heading() == Some(heading)).filter_map(Arg::get_long);
        let keys: Vec<String> = keys.map(|key| format!("--{key}")).collect();
        if !keys.is_empty() {
            let _infallible = write!(tail, "{heading}, as flags: {}\n\n", keys.join(", "));
        }
    }
    if !path.contains(' ') {
        let kinds: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        // Next to the exit codes, so that all of it fits a screen.
        tail.truncate(tail.trim_end().len());
        tail.push('\n');
        let _infallible = write!(tail, "Kinds of checks, each asked by its name (gate list): {}\n\n", kinds.join(", "));
    }
    let header = command.get_styles().get_header();
    let _infallible = write!(tail, "{header}Examples:{header:#}\n{}", lines(&examples(path)));
    if path.contains(' ') {
        let words = path.split_once(' ').map_or("", |(_, words)| words);
        let _infallible = write!(tail, "\nOptions of all commands: gate --help · every word: gate man {words} | man -l -");
    } else {
        let _infallible = write!(tail, "\nEach command has a --help of its own; every word: gate man | man -l -");
    }
    tail
}

fn examples(path: &str) -> Vec<(String, String)> {
    let known = EXAMPLES.iter().find(|(command, _)| *command == path);
    if let Some((_, examples)) = known {
        return examples.iter().map(|(typed, why)| ((*typed).to_owned(), (*why).to_owned())).collect();
    }
    let kind = KINDS.iter().find(|kind| path == format!("gate {}", kind.name));
    kind.map_or_else(Vec::new, |kind| {
        let name = kind.name;
        vec![
            (format!("gate {name}"), "ask now; the exit code is the answer".to_owned()),
            (format!("gate {name} --name NAME"), "one check of gate.toml of this kind".to_owned()),
            (format!("gate explain {name}"), "what it asks, every rule, every option".to_owned()),
        ]
    })
}

fn lines(examples: &[(String, String)]) -> String {
    let width = examples.iter().filter(|(_, why)| !why.is_empty()).map(|(typed, _)| typed.len()).max().unwrap_or_default();
    let line = |(typed, why): &(String, String)| match why.is_empty() {
        true => format!("  {typed}\n"),
        false => format!("  {typed:<width$}  {why}\n"),
    };
    examples.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;
    use unicode_width::UnicodeWidthStr;

    fn all() -> Command {
        crate::cli::full_command(&crate::cli::every_word())
    }

    fn pages(command: &mut Command, path: &str, found: &mut Vec<(String, String)>) {
        found.push((path.to_owned(), command.render_help().to_string()));
        for sub in command.get_subcommands_mut() {
            let path = format!("{path} {}", sub.get_name());
            pages(sub, &path, found);
        }
    }

    /// `--help` of every command on the narrowest screen.
    fn screens() -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut command = on_a_screen(all().term_width(80));
        command.build();
        pages(&mut command, "gate", &mut found);
        assert!(found.len() > 15);
        found
    }

    #[test]
    fn every_help_fits_a_screen_and_has_examples() {
        let mut long = Vec::new();
        for (path, text) in screens() {
            let lines = text.lines().count();
            let wide = text.lines().filter(|line| line.width() > 80).count();
            if lines > 44 || wide > 0 {
                long.push(format!("{path}: {lines} lines, {wide} too wide\n{text}"));
            }
            let after = text.split_once("Examples:\n  ").map(|(_, after)| after);
            assert!(after.is_some_and(|after| after.contains("gate")), "{path}: no example\n{text}");
        }
        assert!(long.is_empty(), "{}", long.join("\n\n"));
    }

    #[test]
    fn no_example_is_broken_over_two_lines() {
        for (path, text) in screens() {
            for line in lines(&examples(&path)).lines() {
                assert!(text.lines().any(|shown| shown == line), "{path}: {line}\n{text}");
            }
        }
    }

    #[test]
    fn every_command_with_examples_is_a_command() {
        let commands: Vec<String> = screens().into_iter().map(|(path, _)| path).collect();
        for (path, _) in EXAMPLES {
            assert!(commands.iter().any(|command| command == path), "{path}");
        }
    }

    #[test]
    fn every_example_is_a_command_that_is_understood() {
        for (path, examples) in EXAMPLES {
            for (typed, _) in *examples {
                let typed = typed.split(['|', '>', '<']).next().unwrap().replace("@COMMIT", &format!("@{}", "0".repeat(40)));
                let Some(words) = typed.starts_with("gate").then(|| typed.split_whitespace().map(OsString::from)) else { continue };
                let read = all().try_get_matches_from(words);
                assert!(read.is_ok(), "{path}: {typed}: {}", read.unwrap_err());
            }
        }
    }

    #[test]
    fn a_screen_changes_nothing_of_what_is_understood() {
        for words in [
            &["gate", "run", "--quiet", "--record", "a.json", "--root", "x", "--", "sh", "--help"][..],
            &["gate", "--root", "x", "hook", "install", "-q", "--file", "y"],
            &["gate", "--help"],
            &["gate", "hook", "--help"],
            &["gate", "-V"],
            &["gate", "run", "-V"],
            &["gate", "--color", "red", "check"],
        ] {
            let (plain, fitted) = (all().try_get_matches_from(words), on_a_screen(all()).try_get_matches_from(words));
            match (plain, fitted) {
                (Ok(plain), Ok(fitted)) => {
                    let (plain, fitted) = (plain.subcommand().unwrap().1, fitted.subcommand().unwrap().1);
                    for id in ["quiet", "root", "file", "record", "command", "format"] {
                        assert_eq!(
                            plain.try_get_raw(id).ok().flatten().map(|v| v.collect::<Vec<_>>()),
                            fitted.try_get_raw(id).ok().flatten().map(|v| v.collect::<Vec<_>>()),
                            "{words:?} {id}"
                        );
                    }
                }
                (Err(plain), Err(fitted)) => assert_eq!(plain.kind(), fitted.kind(), "{words:?}"),
                (plain, fitted) => panic!("{words:?}: {plain:?} {fitted:?}"),
            }
        }
    }
}
