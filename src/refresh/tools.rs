//! The commands that make a lock anew, of each format: with the tool that wrote it, where it says so.

/// What is known of a lock before it is made anew.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'a> {
    /// As `gate lock status` calls it.
    pub(crate) format: &'a str,
    /// The lock's name, without its folder.
    pub(crate) file: &'a str,
    /// The name of the manifest beside it.
    pub(crate) manifest: Option<&'a str>,
    pub(crate) text: &'a str,
}

/// Commands in their order, each in its words.
pub(crate) type Commands = Vec<Vec<String>>;

/// Why there are no commands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoTool {
    /// What it was made from is not known.
    #[error("nothing beside it says what it was made from")]
    NoManifest,
    /// No tool is known that made it.
    #[error("no tool is known that makes it")]
    Unknown,
    /// None of these is on `PATH`.
    #[error("none of them is on PATH: {0}")]
    NotFound(String),
}

/// The commands that make a lock anew in its folder: the first of the known ways whose programs are all there.
pub(crate) fn commands(facts: &Facts<'_>, is_there: impl Fn(&str) -> bool) -> Result<Commands, NoTool> {
    let ways = ways(facts)?;
    let programs = |way: &Commands| way.iter().filter_map(|command| command.first().cloned()).collect::<Vec<_>>();
    let names: Vec<String> = ways.iter().flat_map(programs).collect();
    let usable = ways.into_iter().find(|way| programs(way).iter().all(|program| is_there(program)));
    usable.ok_or_else(|| {
        let mut names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        names.dedup();
        NoTool::NotFound(names.join(", "))
    })
}

fn ways(facts: &Facts<'_>) -> Result<Vec<Commands>, NoTool> {
    let one = |line: &str| Ok(vec![vec![words(line)]]);
    match facts.format {
        "requirements" => of_requirements(facts),
        "pylock" => of_pylock(facts),
        "uv" => one("uv lock --upgrade"),
        "poetry" => one("poetry update --lock --no-interaction"),
        "pdm" => one("pdm update --no-sync --update-all"),
        "pipfile" => one("pipenv lock"),
        "cargo" => one("cargo update"),
        "npm" => one("npm update --package-lock-only --ignore-scripts --no-audit --no-fund"),
        "yarn" if facts.text.contains("# yarn lockfile v1") => one("yarn upgrade --ignore-scripts --non-interactive"),
        "yarn" => one("yarn up --recursive ** --mode=update-lockfile"),
        "pnpm" => one("pnpm update --recursive --lockfile-only --ignore-scripts --no-save"),
        "bun" => one("bun update --lockfile-only --ignore-scripts"),
        "go" => Ok(vec![vec![words("go get -u ./..."), words("go mod tidy")]]),
        "bundler" => one("bundle lock --update"),
        "composer" => one("composer update --no-install --no-scripts --no-plugins --no-interaction"),
        "mix" => one("mix deps.update --all"),
        "flake" => one("nix flake update"),
        "terraform" => {
            Ok(["terraform", "tofu"].map(|tool| vec![words(&format!("{tool} init -upgrade -backend=false -input=false"))]).into())
        }
        _ => Err(NoTool::Unknown),
    }
}

/// pip-compile or uv, whichever wrote it; with those of the options it was written with that say what is asked for.
fn of_requirements(facts: &Facts<'_>) -> Result<Vec<Commands>, NoTool> {
    let manifest = facts.manifest.ok_or(NoTool::NoManifest)?;
    let wrote = header(facts.text);
    let kept = |known: &[(&str, usize)]| {
        let mut kept: Vec<String> = Vec::new();
        let mut rest = wrote.iter();
        while let Some(word) = rest.next() {
            let name = word.split('=').next().unwrap_or(word);
            match known.iter().find(|(option, _)| *option == name) {
                Some((_, 1)) if !word.contains('=') => kept.extend([word.clone(), rest.next().cloned().unwrap_or_default()]),
                Some(_) => kept.push(word.clone()),
                None => {}
            }
        }
        // Digests that the lock has, it has again.
        if facts.text.contains("--hash=") && !kept.iter().any(|word| word == "--generate-hashes") {
            kept.push("--generate-hashes".to_owned());
        }
        kept
    };
    let both =
        [("--generate-hashes", 0), ("--extra", 1), ("--all-extras", 0), ("--no-annotate", 0), ("--no-header", 0), ("--strip-extras", 0)];
    let of_uv = [&both[..], &[("--universal", 0), ("--python-version", 1), ("--python-platform", 1), ("--no-strip-extras", 0)]].concat();
    let of_pip = [&both[..], &[("--allow-unsafe", 0), ("--no-strip-extras", 0)]].concat();
    let tail = ["--output-file".to_owned(), operand(facts.file), operand(manifest)];
    let uv = vec![[words("uv pip compile --upgrade"), kept(&of_uv), tail.to_vec()].concat()];
    let pip = vec![[words("pip-compile --upgrade"), kept(&of_pip), tail.to_vec()].concat()];
    Ok(if wrote.first().is_some_and(|word| word == "uv") { vec![uv, pip] } else { vec![pip, uv] })
}

/// The words of the command that a compiled requirements file says it was written by.
fn header(text: &str) -> Vec<String> {
    let comments = text.lines().take_while(|line| line.starts_with('#') || line.trim().is_empty());
    let mut commands = comments.filter_map(|line| {
        let line = line.trim_start_matches('#').trim();
        (line.starts_with("pip-compile") || line.starts_with("uv pip compile")).then(|| words(line))
    });
    commands.next().unwrap_or_default()
}

fn of_pylock(facts: &Facts<'_>) -> Result<Vec<Commands>, NoTool> {
    let by = facts.text.lines().find_map(|line| line.trim().strip_prefix("created-by")).unwrap_or_default();
    let by = by.trim_start_matches([' ', '=']).trim_matches(['"', '\'', ' ']);
    match (by, facts.manifest) {
        ("uv", Some(manifest)) => {
            let files = [operand(facts.file), operand(manifest)];
            Ok(vec![vec![[words("uv pip compile --upgrade --output-file"), files.to_vec()].concat()]])
        }
        ("pip", Some(_)) => Ok(vec![vec![[words("pip lock --output"), vec![operand(facts.file), ".".to_owned()]].concat()]]),
        ("uv" | "pip", None) => Err(NoTool::NoManifest),
        (_, _) => Err(NoTool::Unknown),
    }
}

/// A file's name as an argument that no tool takes for an option.
fn operand(name: &str) -> String {
    if name.starts_with('-') { format!("./{name}") } else { name.to_owned() }
}

fn words(line: &str) -> Vec<String> {
    line.split_ascii_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(format: &str, (file, text): (&str, &str), there: &[&str]) -> String {
        let facts = Facts { format, file, manifest: Some("requirements.in"), text };
        match commands(&facts, |name| there.contains(&name)) {
            Ok(commands) => commands.iter().map(|words| words.join(" ")).collect::<Vec<_>>().join("; "),
            Err(why) => why.to_string(),
        }
    }

    #[test]
    fn the_tool_that_wrote_a_lock_makes_it_anew_with_what_it_was_asked_for() {
        let lock = (
            "requirements.lock",
            "#\n#    uv pip compile --extra dev --index-url https://evil.example requirements.in -o /etc/x\na==1 --hash=sha256:x\n",
        );
        assert_eq!(
            line("requirements", lock, &["uv", "pip-compile"]),
            "uv pip compile --upgrade --extra dev --generate-hashes --output-file requirements.lock requirements.in"
        );
        assert_eq!(
            line(
                "requirements",
                ("requirements.txt", "# by pip-compile with Python 3\n#    pip-compile --strip-extras\n"),
                &["uv", "pip-compile"]
            ),
            "pip-compile --upgrade --strip-extras --output-file requirements.txt requirements.in"
        );
        assert_eq!(line("requirements", ("x.txt", "a==1\n"), &["uv"]), "uv pip compile --upgrade --output-file x.txt requirements.in");
        assert_eq!(
            line("requirements", ("--config=x.txt", "a==1\n"), &["uv"]),
            "uv pip compile --upgrade --output-file ./--config=x.txt requirements.in"
        );
        assert_eq!(
            line("pylock", ("pylock.a b.toml", "created-by = \"uv\"\n"), &["uv"]),
            "uv pip compile --upgrade --output-file pylock.a b.toml requirements.in"
        );
        assert_eq!(line("requirements", ("x.txt", "a==1\n"), &[]), "none of them is on PATH: `pip-compile`, `uv`");
    }

    #[test]
    fn every_other_format_has_its_own_tool() {
        assert_eq!(line("go", ("go.mod", ""), &["go"]), "go get -u ./...; go mod tidy");
        assert_eq!(line("terraform", (".terraform.lock.hcl", ""), &["tofu"]), "tofu init -upgrade -backend=false -input=false");
        assert_eq!(line("bun.lockb", ("bun.lockb", ""), &[]), NoTool::Unknown.to_string());
        let facts = Facts { format: "requirements", file: "r.txt", manifest: None, text: "" };
        assert_eq!(commands(&facts, |_| true), Err(NoTool::NoManifest));
    }
}
