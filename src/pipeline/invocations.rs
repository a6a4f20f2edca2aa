//! Every command that a script may run, with its wrappers taken off.

use super::wrappers::{Nested, base, is_shell, layers, nested};
use crate::formats::shell::{Body, Command, Script, Word, commands_of, parse};

/// How many scripts may stand in one another as arguments of `sh -c`.
const DEPTH: usize = 4;

/// Options whose value may turn them off, and what is off must not count as on.
const SWITCHES: [&str; 5] = ["--dry-run", "--dryrun", "--snapshot", "--help", "--version"];

/// A command and its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invocation {
    /// From 1, in the script.
    pub(crate) line: usize,
    /// None: a word that is not known before it runs.
    pub(crate) words: Vec<Option<String>>,
    /// What is set for it alone: `A=b` before it, or behind `env` and `sudo`; without a value where that is not known.
    pub(crate) variables: Vec<(String, Option<String>)>,
}

/// Every simple command anywhere in a script; of `uv run x` both it and `x`.
pub(crate) fn invocations(script: &Script) -> Vec<Invocation> {
    let mut found = Vec::new();
    collect(script, None, DEPTH, &mut found);
    found
}

/// What a program that is run without a shell comes to.
pub(crate) fn invocation(words: &[String], line: usize) -> Vec<Invocation> {
    let words: Vec<Option<String>> = words.iter().cloned().map(Some).collect();
    let mut found = Vec::new();
    add(words, &[], (line, DEPTH), &mut found);
    found
}

/// Whether a script for this shell is read: `shell:` of a step, or the first word of SHELL.
pub(crate) fn reads_shell(shell: Option<&str>) -> bool {
    shell.is_none_or(|shell| shell.split_whitespace().next().is_some_and(|name| is_shell(base(name))))
}

/// What one simple command comes to.
pub(crate) fn commands(command: &Command) -> Vec<Invocation> {
    let mut found = Vec::new();
    simple(command, None, DEPTH, &mut found);
    found
}

fn collect(script: &Script, line: Option<usize>, depth: usize, found: &mut Vec<Invocation>) {
    commands_of(script, &mut |command| simple(command, line, depth, found));
}

fn simple(command: &Command, line: Option<usize>, depth: usize, found: &mut Vec<Invocation>) {
    let Body::Simple { words, assignments } = &command.body else { return };
    let words: Vec<Option<String>> = words.iter().map(|word| word.plain().or_else(|| option(word))).collect();
    let own: Vec<_> = assignments.iter().map(|one| (one.name.clone(), one.value.plain().filter(|_| !one.append))).collect();
    if !words.is_empty() {
        add(words, &own, (line.unwrap_or(command.line), depth), found);
    }
}

/// `--target=$x`: the option is known, and its value is `…`.
fn option(word: &Word) -> Option<String> {
    let head = word.head()?;
    let (name, _) = head.split_once('=').filter(|(name, _)| name.starts_with('-') && !SWITCHES.contains(name))?;
    Some(format!("{name}=…"))
}

/// Adds a command with the wrappers around it and the script in its arguments.
fn add(words: Vec<Option<String>>, own: &[(String, Option<String>)], (line, depth): (usize, usize), found: &mut Vec<Invocation>) {
    let before = set_before(&words);
    let whole = words.len();
    for layer in layers(words) {
        let set = before.iter().take_while(|(at, _)| at + layer.len() < whole).map(|(_, set)| set.clone());
        let variables = own.iter().cloned().chain(set).collect();
        let inner = nested(&layer).map(|nested| match nested {
            Nested::Here(text) | Nested::Apart { text, .. } => text,
        });
        found.push(Invocation { line, words: layer, variables });
        // What is no script of a shell we read stays an argument.
        if let Some(inner) = inner.filter(|_| depth > 0).and_then(|text| parse(&text).ok()) {
            collect(&inner, Some(line), depth - 1, found);
        }
    }
}

/// What words such as `A=b` set for a command that stands behind them, and where they stand.
fn set_before(words: &[Option<String>]) -> Vec<(usize, (String, Option<String>))> {
    let set = |(at, word): (usize, &Option<String>)| {
        let (name, value) = word.as_deref()?.split_once('=').filter(|(name, _)| is_name(name))?;
        Some((at, (name.to_owned(), Some(value.to_owned()))))
    };
    words.iter().enumerate().filter_map(set).collect()
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The commands, `?` for a word that is not known.
    fn run(script: &str) -> Vec<String> {
        let shown = |invocation: &Invocation| {
            let words = invocation.words.iter().map(|word| word.as_deref().unwrap_or("?"));
            words.collect::<Vec<_>>().join(" ")
        };
        invocations(&parse(script).unwrap()).iter().map(shown).collect()
    }

    #[test]
    fn commands_are_found_wherever_they_stand() {
        let script = "if a; then b; else c; fi\nwhile d; do e; done\nfor x in $(f); do g; done\ncase $(h) in i) j;; esac\n\
                      k() { l; }\n( m ) | { n; }\nx=`o` p \"${y:-$(q)}\" <(r) > $(s)\nt && u || ! v &\ncat <<E\n$(w)\nE\necho $(( $(y) ))";
        let found = run(script);
        for name in ["a", "b", "c", "d", "e", "f", "g", "h", "j", "l", "m", "n", "o", "q", "r", "s", "t", "u", "v", "w", "y"] {
            assert!(found.iter().any(|command| command == name), "{name}: {found:?}");
        }
        assert!(!found.iter().any(|command| command == "i"), "a pattern is no command");
    }

    #[test]
    fn a_word_that_is_not_known_is_none() {
        assert_eq!(run("pytest $x 'a b' \"$y\"z ${{ inputs.a }} *.py"), ["pytest ? a b ? ? *.py"]);
        assert_eq!(run("$cmd a"), ["? a"]);
        assert_eq!(run("cargo build --target=${{ x }} --a$b x=$y --dry-run=$z"), ["cargo build --target=… ? ? ?"]);
    }

    #[test]
    fn what_is_set_for_one_command_is_given_with_it() {
        let set = |script: &str| invocations(&parse(script).unwrap()).pop().unwrap().variables;
        let pair = |name: &str, value: Option<&str>| (name.to_owned(), value.map(str::to_owned));
        assert_eq!(set("A=b C=$x pytest"), [pair("A", Some("b")), pair("C", None)]);
        assert_eq!(set("sudo env A=b pytest C=d"), [pair("A", Some("b"))]);
        assert_eq!(set("pytest --a=b"), []);
    }

    #[test]
    fn wrappers_are_taken_off() {
        for (written, runs) in [
            ("sudo -E -u me pytest -q", "pytest -q"),
            ("sudo A=b pytest", "pytest"),
            ("env -i -u X A=b C=d pytest", "pytest"),
            ("A=b time -p pytest", "pytest"),
            ("/usr/bin/time -f %e pytest", "pytest"),
            ("timeout -k 5 --signal=INT 10m pytest", "pytest"),
            ("nice -n 5 nohup stdbuf -oL pytest", "pytest"),
            ("exec pytest", "pytest"),
            ("command -p pytest", "pytest"),
            ("builtin exit 1", "exit 1"),
            ("xargs -0 -n 1 -I {} ruff check {}", "ruff check {}"),
            ("ionice -c 3 setsid chronic pytest", "pytest"),
            ("retry 3 pytest", "pytest"),
            ("retry -t 3 -- pytest", "pytest"),
            ("cargo +nightly test", "cargo test"),
            ("python -m pytest", "python -m pytest"),
            (".venv/bin/pytest", ".venv/bin/pytest"),
            ("xvfb-run -a pytest", "pytest"),
        ] {
            assert_eq!(run(written), [runs], "{written}");
        }
    }

    #[test]
    fn a_question_about_a_command_and_a_bare_wrapper_stay() {
        for written in ["command -v pytest", "exec", "env", "sudo -i", "uv sync", "npm ci", "cargo test"] {
            assert_eq!(run(written), [written]);
        }
        assert_eq!(run("exec 3>&1"), ["exec"]);
    }

    #[test]
    fn runners_of_a_project_are_given_with_what_they_run() {
        for (written, runs) in [
            ("uv run --frozen --with x pytest -q", "pytest -q"),
            ("uv --directory a run pytest", "pytest"),
            ("uv run -m pytest", "python -m pytest"),
            ("uv run -- ruff check", "ruff check"),
            ("uvx --from x ruff check", "ruff check"),
            ("poetry run mypy .", "mypy ."),
            ("pipenv run a", "a"),
            ("pdm run -p x a", "a"),
            ("hatch run test:pytest -q", "pytest -q"),
            ("rye run a", "a"),
            ("npx -y eslint .", "eslint ."),
            ("npx --yes --package x y", "y"),
            ("pnpm exec tsc", "tsc"),
            ("pnpm --filter a dlx tsc", "tsc"),
            ("yarn dlx tsc", "tsc"),
            ("npm exec -- tsc", "tsc"),
            ("bunx tsc", "tsc"),
            ("bundle exec rspec", "rspec"),
            ("rustup run nightly cargo test", "cargo test"),
            ("conda run -n x pytest", "pytest"),
        ] {
            assert_eq!(run(written), [written, runs], "{written}");
        }
        assert_eq!(run("uv run $FLAGS pytest"), ["uv run ? pytest", "pytest"]);
        assert_eq!(run("sudo uv run timeout 5 pytest"), ["uv run timeout 5 pytest", "pytest"]);
    }

    #[test]
    fn what_find_a_container_or_nix_runs_is_given_too() {
        for (written, runs) in [
            ("find . -name x -exec pytest {} ;", "pytest {}"),
            ("find . -execdir ruff check {} +", "ruff check {}"),
            ("docker run --rm -v a:/b -it img pytest -q", "pytest -q"),
            ("docker run --rm --entrypoint pytest img -q", "pytest -q"),
            ("docker compose -f x run --rm -T svc pytest", "pytest"),
            ("docker-compose exec -T svc pytest", "pytest"),
            ("docker exec -u me c pytest", "pytest"),
            ("podman run --rm -eA=b img:1 pytest", "pytest"),
            ("nix develop .#ci -c pytest -q", "pytest -q"),
        ] {
            assert_eq!(run(&written.replace(';', "\\;")), [written, runs], "{written}");
        }
        assert_eq!(run("nix-shell --run 'pytest -q'")[1..], ["pytest -q"]);
        assert_eq!(run("script -qec 'pytest -q' /dev/null")[1..], ["pytest -q"]);
        assert_eq!(run("docker run --rm $IMAGE pytest"), ["docker run --rm ? pytest", "pytest"]);
        for written in
            ["docker run --rm img", "docker run -d img pytest", "docker run --unknown img pytest", "docker build .", "docker run img -q"]
        {
            assert_eq!(run(written), [written]);
        }
    }

    #[test]
    fn a_script_in_an_argument_is_read_with_the_line_of_its_command() {
        let lines = |text: &str| invocations(&parse(text).unwrap()).iter().map(|invocation| invocation.line).collect::<Vec<_>>();
        assert_eq!(run("sh -c 'a; b'"), ["sh -c a; b", "a", "b"]);
        assert_eq!(lines("\nsh -c 'a\nb'"), [2, 2, 2]);
        assert_eq!(run("bash -euo pipefail -c \"a || true\" x")[1..], ["a", "true"]);
        assert_eq!(run("sudo bash -lc 'pytest'")[1..], ["pytest"]);
        assert_eq!(run("eval \"a b\"")[1..], ["a b"]);
        assert_eq!(run("xargs -I{} sh -c 'a {}'")[1..], ["a {}"]);
        assert_eq!(run("sh -c \"$x\""), ["sh -c ?"]);
        assert_eq!(run("bash script.sh"), ["bash script.sh"]);
    }
}
