//! Commands that run another command: `sudo`, `timeout`, `uv run`, `sh -c`, … and what it is that they run.

mod containers;

use std::collections::HashMap;
use std::sync::OnceLock;

/// A command as its words; none where a word is not known before it runs.
pub(crate) type Words = [Option<String>];

/// What a wrapper is for whoever judges commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Matter {
    /// It only changes how the inner command runs.
    Silent,
    /// It is worth a judgement itself.
    Told,
}

/// A command that runs the command behind its options.
struct Wrapper {
    /// Its name and, behind options, its subcommands.
    name: &'static [&'static str],
    /// The options that take the next word.
    valued: &'static [&'static str],
    /// How many words stand between the options and the inner command.
    skipped: usize,
    matter: Matter,
}

const fn silent(name: &'static [&'static str], valued: &'static [&'static str], skipped: usize) -> Wrapper {
    Wrapper { name, valued, skipped, matter: Matter::Silent }
}

const fn told(name: &'static [&'static str], valued: &'static [&'static str]) -> Wrapper {
    Wrapper { name, valued, skipped: 0, matter: Matter::Told }
}

const SUDO: &[&str] = &["-u", "-g", "-C", "-D", "-h", "-p", "-r", "-t", "-T", "-U", "-R", "--user", "--group", "--chdir", "--prompt"];
const XARGS: &[&str] = &[
    "-n",
    "-I",
    "-P",
    "-L",
    "-d",
    "-a",
    "-E",
    "-s",
    "--max-args",
    "--max-procs",
    "--max-lines",
    "--delimiter",
    "--arg-file",
    "--max-chars",
];
/// Of every subcommand of uv.
pub(super) const UV: &[&str] = &[
    "--with",
    "--with-editable",
    "--with-requirements",
    "--extra",
    "--no-extra",
    "--group",
    "--no-group",
    "--only-group",
    "--python",
    "-p",
    "--package",
    "--project",
    "--directory",
    "--env-file",
    "--index",
    "--default-index",
    "--index-url",
    "-i",
    "--extra-index-url",
    "--find-links",
    "-f",
    "--index-strategy",
    "--keyring-provider",
    "--resolution",
    "--prerelease",
    "--cache-dir",
    "--config-file",
    "--config-setting",
    "-C",
    "--link-mode",
    "--color",
    "-P",
    "--upgrade-package",
    "--refresh-package",
    "--reinstall-package",
    "--exclude-newer",
    "--allow-insecure-host",
    "--python-platform",
    "--from",
    "-w",
    "--format",
    "-o",
    "--output-file",
    "--no-install-package",
    "--no-emit-package",
];
const NODE: &[&str] = &["-p", "--package", "-w", "--workspace", "-C", "--dir", "--filter", "-F", "--prefix", "--cwd"];
const CONDA: &[&str] = &["-n", "--name", "-p", "--prefix", "--cwd"];

const WRAPPERS: &[Wrapper] = &[
    silent(&["sudo"], SUDO, 0),
    silent(&["doas"], &["-u", "-C"], 0),
    silent(&["env"], &["-u", "--unset", "-C", "--chdir"], 0),
    silent(&["time"], &["-o", "-f", "--output", "--format"], 0),
    silent(&["timeout"], &["-k", "-s", "--kill-after", "--signal"], 1),
    silent(&["gtimeout"], &["-k", "-s", "--kill-after", "--signal"], 1),
    silent(&["nice"], &["-n", "--adjustment"], 0),
    silent(&["ionice"], &["-c", "-n", "--class", "--classdata"], 0),
    silent(&["nohup"], &[], 0),
    silent(&["stdbuf"], &["-i", "-o", "-e", "--input", "--output", "--error"], 0),
    silent(&["setsid"], &[], 0),
    silent(&["chronic"], &[], 0),
    silent(&["unbuffer"], &[], 0),
    silent(&["catchsegv"], &[], 0),
    silent(&["exec"], &["-a"], 0),
    silent(&["command"], &[], 0),
    silent(&["builtin"], &[], 0),
    silent(&["xargs"], XARGS, 0),
    silent(&["retry"], &["-t", "-d", "-s", "-m", "--times", "--tries", "--delay", "--sleep", "--max"], 0),
    silent(&["xvfb-run"], &["-n", "-s", "-f", "-e", "--server-num", "--server-args", "--auth-file", "--error-file"], 0),
    silent(&["dbus-run-session"], &["--config-file"], 0),
    silent(&["flock"], &["-w", "--timeout", "-E"], 1),
    // What gives a command its secrets.
    silent(&["sshpass"], &["-p", "-f", "-d", "-P"], 0),
    silent(&["doppler", "run"], &["-c", "-p", "-t", "--config", "--project", "--token"], 0),
    silent(&["op", "run"], &["--account", "--env-file"], 0),
    silent(&["infisical", "run"], &["--env", "--path", "--projectId", "--token"], 0),
    silent(&["aws-vault", "exec"], &["-d", "--duration", "--region"], 1),
    silent(&["chamber", "exec"], &["-b", "--backend"], 1),
    silent(&["dotenvx", "run"], &["-f", "--env-file", "-e", "--env"], 0),
    silent(&["dotenv", "run"], &[], 0),
    told(&["uv", "run"], UV),
    told(&["uv", "tool", "run"], UV),
    told(&["uvx"], UV),
    told(&["pipx", "run"], &["--spec", "--python", "--index-url", "-i", "--pip-args"]),
    told(&["poetry", "run"], &["-C", "--directory", "-P", "--project"]),
    told(&["pipenv", "run"], &["--python"]),
    told(&["pdm", "run"], &["-p", "--project", "--venv", "-S"]),
    told(&["hatch", "run"], &["-e", "--env", "-p", "--project", "-i", "--include", "-x", "--exclude"]),
    told(&["rye", "run"], &["--pyproject"]),
    told(&["conda", "run"], CONDA),
    told(&["mamba", "run"], CONDA),
    told(&["micromamba", "run"], CONDA),
    told(&["rustup", "run"], &[]),
    told(&["npx"], NODE),
    told(&["pnpx"], NODE),
    told(&["bunx"], NODE),
    told(&["bun", "x"], NODE),
    told(&["pnpm", "exec"], NODE),
    told(&["pnpm", "dlx"], NODE),
    told(&["yarn", "exec"], NODE),
    told(&["yarn", "dlx"], NODE),
    told(&["npm", "exec"], NODE),
    told(&["npm", "x"], NODE),
    told(&["bundle", "exec"], &["--gemfile"]),
    told(&["mise", "exec"], &["-C", "--cd"]),
];

/// The last part of a path.
pub(crate) fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The commands that a command comes to, from the outermost that is worth a judgement to the one that really runs; at least one.
pub(crate) fn layers(words: Vec<Option<String>>) -> Vec<Vec<Option<String>>> {
    let mut rest = words;
    let mut layers = Vec::new();
    // Each turn takes a word away.
    while let Some((matter, inner)) = unwrapped(&rest) {
        if matter == Matter::Told {
            layers.push(rest);
        }
        rest = inner;
    }
    layers.push(rest);
    layers
}

/// The wrappers of this name.
fn named_so(name: &str) -> &'static [&'static Wrapper] {
    static BY_NAME: OnceLock<HashMap<&str, Vec<&Wrapper>>> = OnceLock::new();
    let by_name = BY_NAME.get_or_init(|| {
        let mut found: HashMap<&str, Vec<&Wrapper>> = HashMap::new();
        for wrapper in WRAPPERS {
            wrapper.name.first().into_iter().for_each(|name| found.entry(name).or_default().push(wrapper));
        }
        found
    });
    by_name.get(name).map(Vec::as_slice).unwrap_or_default()
}

fn unwrapped(words: &Words) -> Option<(Matter, Vec<Option<String>>)> {
    let name = base(words.first()?.as_deref()?);
    if name == "cargo" {
        let toolchain = words.get(1)?.as_deref().is_some_and(|word| word.starts_with('+'));
        let without = words.iter().take(1).chain(words.iter().skip(2)).cloned().collect();
        return toolchain.then_some((Matter::Silent, without));
    }
    let special = match name {
        "find" => executed(words),
        // `nix develop .#x -c cmd`
        "nix" if ["develop", "shell"].contains(&words.get(1)?.as_deref()?) => behind(words, &["-c", "--command"]),
        _ => containers::inner(words),
    };
    if let Some(inner) = special {
        return Some((Matter::Told, inner));
    }
    named_so(name).iter().find_map(|wrapper| Some((wrapper.matter, inner(wrapper, words)?)))
}

/// The words behind the first of these options.
fn behind(words: &Words, options: &[&str]) -> Option<Vec<Option<String>>> {
    let at = words.iter().position(|word| word.as_deref().is_some_and(|word| options.contains(&word)))?;
    words.get(at + 1..).filter(|rest| !rest.is_empty()).map(<[_]>::to_vec)
}

/// The command behind `-exec` of `find`.
fn executed(words: &Words) -> Option<Vec<Option<String>>> {
    let inner = behind(words, &["-exec", "-execdir", "-ok", "-okdir"])?;
    let inner: Vec<_> = inner.into_iter().take_while(|word| !matches!(word.as_deref(), Some(";" | "+"))).collect();
    Some(inner).filter(|inner| !inner.is_empty())
}

/// Whether a command succeeds whatever the command comes to that it runs.
pub(crate) fn loses_status(words: &Words) -> bool {
    let mut rest = words.to_vec();
    loop {
        let given = |is: fn(&str) -> bool| rest.iter().skip(1).flatten().any(|word| is(word));
        let lost = match rest.first().and_then(Option::as_deref).map(base) {
            // With `+` it fails itself.
            Some("find") => executed(&rest).is_some() && given(|word| word == ";"),
            Some("script") => !given(|word| word == "--return" || word.starts_with('-') && !word.starts_with("--") && word.contains('e')),
            Some(_) | None => false,
        };
        match unwrapped(&rest).filter(|_| !lost) {
            Some((_, inner)) => rest = inner,
            None => return lost,
        }
    }
}

/// What stands behind the name, the subcommands and the options of a wrapper, if anything does.
fn inner(wrapper: &Wrapper, words: &Words) -> Option<Vec<Option<String>>> {
    let mut at = 1;
    for subcommand in wrapper.name.iter().skip(1) {
        at = behind_options(wrapper, words, at)?;
        if words.get(at)?.as_deref() != Some(subcommand) {
            return None;
        }
        at += 1;
    }
    let name = wrapper.name.first().copied().unwrap_or_default();
    let module =
        (name == "uv").then(|| words.iter().skip(at).position(|word| matches!(word.as_deref(), Some("-m" | "--module")))).flatten();
    let start = behind_options(wrapper, words, at)?;
    // `uv run -m pytest` is `python -m pytest`.
    if let Some(module) = module.filter(|module| at + module < start) {
        let python = ["python", "-m"].map(|word| Some(word.to_owned()));
        return Some(python.into_iter().chain(words.iter().skip(at + module + 1).cloned()).collect());
    }
    let mut skipped = wrapper.skipped + usize::from(wrapper.name == ["rustup", "run"]);
    if name == "retry" {
        skipped += words.iter().skip(start).take_while(|word| word.as_deref().is_some_and(|word| word.parse::<f64>().is_ok())).count();
    }
    // `aws-vault exec profile -- cmd`.
    skipped += usize::from(wrapper.skipped > 0 && words.get(start + skipped).and_then(Option::as_deref) == Some("--"));
    let mut rest: Vec<Option<String>> = words.get(start + skipped..)?.to_vec();
    if name == "hatch" {
        rest.iter_mut().take(1).flatten().for_each(|word| *word = word.rsplit(':').next().unwrap_or_default().to_owned());
    }
    Some(rest).filter(|rest| !rest.is_empty())
}

/// Where the first word stands that is no option; a word that is not known counts as one where a command follows it.
fn behind_options(wrapper: &Wrapper, words: &Words, from: usize) -> Option<usize> {
    let mut at = from;
    let name = wrapper.name.first().copied().unwrap_or_default();
    let assigns = ["env", "sudo", "doas"].contains(&name);
    while let Some(word) = words.get(at) {
        let Some(word) = word.as_deref() else {
            let command_follows = words.get(at + 1).is_some_and(|next| next.as_deref().is_none_or(|next| !next.starts_with('-')));
            if !command_follows || wrapper.matter == Matter::Silent {
                return Some(at);
            }
            at += 1;
            continue;
        };
        match word {
            "--" => return Some(at + 1),
            // A question about a command runs none.
            "-v" | "-V" if name == "command" => return None,
            "-m" | "--module" if name == "uv" => return Some(at + 1),
            "-c" | "--call" if name == "npx" => return None,
            _ if word.starts_with('-') => at += 1 + usize::from(wrapper.valued.contains(&word)),
            _ if word.starts_with('+') && name == "hatch" => at += 1,
            _ if assigns && word.split_once('=').is_some_and(|(name, _)| !name.is_empty() && !name.contains('/')) => at += 1,
            _ => return Some(at),
        }
    }
    Some(at)
}

/// A script that stands as an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Nested {
    /// `eval`: by the shell that runs already.
    Here(String),
    /// `bash -c`: by a shell of its own with these flags.
    Apart { text: String, errexit: bool, pipefail: bool },
}

/// The script that a command gets as an argument, where it is known.
pub(crate) fn nested(words: &Words) -> Option<Nested> {
    let name = base(words.first()?.as_deref()?);
    if name == "eval" {
        let arguments: Option<Vec<String>> = words.iter().skip(1).cloned().collect();
        return Some(Nested::Here(arguments?.join(" ")));
    }
    let text = match name {
        "nix-shell" => behind(words, &["--run", "--command"]),
        "script" => words
            .iter()
            .skip(1)
            .position(|word| word.as_deref().is_some_and(takes_command))
            .map(|at| words.iter().skip(at + 2).cloned().collect()),
        _ => None,
    };
    if let Some(text) = text.and_then(|text| text.into_iter().next().flatten()) {
        return Some(Nested::Apart { text, errexit: false, pipefail: false });
    }
    if !is_shell(name) {
        return None;
    }
    let (mut errexit, mut pipefail, mut is_text) = (false, false, false);
    let mut at = 1;
    while let Some(word) = words.get(at) {
        let word = word.as_deref()?;
        if !word.starts_with(['-', '+']) || word == "--" {
            break;
        }
        if !word.starts_with("--") && word.starts_with('-') {
            errexit |= word.contains('e');
            is_text |= word.contains('c');
            if word.ends_with('o') {
                at += 1;
                let option = words.get(at).and_then(Option::as_deref);
                pipefail |= option == Some("pipefail");
                errexit |= option == Some("errexit");
            }
        }
        at += 1;
    }
    let text = words.get(at)?.clone()?;
    is_text.then_some(Nested::Apart { text, errexit, pipefail })
}

/// `-c`, `-qec`, `--command` of `script`
fn takes_command(option: &str) -> bool {
    option == "--command" || option.starts_with('-') && !option.starts_with("--") && option.ends_with('c')
}

/// Whether this is the name of a shell whose language is read here.
pub(crate) fn is_shell(name: &str) -> bool {
    ["sh", "bash", "dash", "ash", "ksh", "zsh"].contains(&name)
}
