//! What a configuration asks for in its `required_providers`, held against the constraints that its lock was made for.

use std::collections::{BTreeMap, BTreeSet};

use super::super::project::{Compared, Project};
use super::super::text::shown;
use super::super::{Sync, sync_of};
use super::Reader;
use crate::formats::fault::Fault;

/// Compares a lock with the `.tf` files beside it. What their modules ask for is in the lock too, and not here to be read; so is what resources
/// ask for by their names alone.
pub(crate) fn in_sync(lock: &str, project: &Project<'_>) -> Vec<Compared> {
    project.all(compared(lock, project).unwrap_or_else(Sync::CannotTell))
}

fn compared(lock: &str, project: &Project<'_>) -> Result<Sync, String> {
    let locked = super::constraints(lock).map_err(|fault| format!("the lock is not read: {fault}"))?;
    if (project.ending)(".tf.json").iter().any(|path| !path.contains('/')) {
        return Err("a `.tf.json` beside it may ask for more".to_owned());
    }
    let (mut wanted, mut has_modules) = (BTreeMap::new(), false);
    for path in (project.ending)(".tf").iter().filter(|path| !path.contains('/')) {
        let text = (project.open)(path)?.ok_or_else(|| format!("{} is not there", shown(path)))?;
        has_modules |= text.lines().any(|line| line.trim_start().starts_with("module "));
        required(&text, &mut wanted).map_err(|fault| format!("{} is not understood: {fault}", shown(path)))?;
    }
    if wanted.is_empty() {
        return Err("no `required_providers` stands beside it: terraform works its providers out from the resources".to_owned());
    }
    Ok(sync_of(differences(&wanted, &locked, has_modules)))
}

fn differences(wanted: &BTreeMap<String, BTreeSet<String>>, locked: &[(&str, BTreeSet<String>)], has_modules: bool) -> Vec<String> {
    let mut differs = Vec::new();
    let joined = |set: &BTreeSet<String>| shown(&set.iter().map(String::as_str).collect::<Vec<_>>().join(", "));
    for (source, asked) in wanted {
        // A source without a host is looked for in the tool's own registry.
        let is_it = |label: &str| label == source || label.split_once('/').is_some_and(|(_, rest)| rest == source);
        let Some((_, made_for)) = locked.iter().find(|(label, _)| is_it(label)) else {
            differs.push(format!("{} is asked for, and not locked", shown(source)));
            continue;
        };
        let is_more = !has_modules && !made_for.is_subset(asked);
        if !asked.is_subset(made_for) || is_more {
            differs.push(format!("{} is asked for as {}, and the lock was made for {}", shown(source), joined(asked), joined(made_for)));
        }
    }
    differs
}

/// Reads every `required_providers` block of a configuration: the constraints of each source.
fn required(text: &str, wanted: &mut BTreeMap<String, BTreeSet<String>>) -> Result<(), Fault> {
    const WORD: &str = "required_providers";
    for at in memchr::memmem::find_iter(text.as_bytes(), WORD) {
        let line = text[..at].rsplit('\n').next().unwrap_or_default();
        let after = text[at + WORD.len()..].trim_start();
        if line.contains(['#', '"']) || line.contains("//") || !after.starts_with('{') {
            continue;
        }
        let before = text.len() - after.len();
        let mut reader = Reader { rest: after, line: 1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..before]).count() };
        reader.expect("{")?;
        while reader.more()? {
            if reader.eat("}") {
                break;
            }
            let name = reader.word()?;
            reader.expect("=")?;
            let (source, version) = provider(&mut reader)?;
            let source = source.map_or_else(|| format!("hashicorp/{name}"), str::to_lowercase);
            wanted.entry(source).or_default().extend(version.map(set).unwrap_or_default());
            reader.more()?;
            reader.eat(",");
        }
    }
    Ok(())
}

/// `"~> 5.0"`, or `{ source = "…", version = "…", configuration_aliases = […] }`.
fn provider<'a>(reader: &mut Reader<'a>) -> Result<(Option<&'a str>, Option<&'a str>), Fault> {
    reader.more()?;
    if reader.rest.starts_with('"') {
        return Ok((None, Some(reader.quoted()?)));
    }
    reader.expect("{")?;
    let (mut source, mut version) = (None, None);
    while reader.more()? {
        if reader.eat("}") {
            return Ok((source, version));
        }
        let key = reader.word()?;
        reader.more()?;
        if !reader.eat("=") {
            reader.expect(":")?;
        }
        match key {
            "source" => source = Some(reader.quoted()?),
            "version" => version = Some(reader.quoted()?),
            "configuration_aliases" => {
                reader.expect("[")?;
                let end = reader.rest.find(']').ok_or_else(|| Fault::on(reader.line, "a list is not closed"))?;
                reader.pass(end + 1);
            }
            _ => return Err(Fault::on(reader.line, format!("the key {} is not known", shown(key)))),
        }
        reader.more()?;
        reader.eat(",");
    }
    Err(Fault::on(reader.line, "the text ends inside a provider"))
}

/// Constraints as terraform writes them into its lock: each with its sign, a blank, and all three numbers but behind `~>`.
pub(super) fn set(constraints: &str) -> BTreeSet<String> {
    constraints.split(',').map(str::trim).filter(|one| !one.is_empty()).map(normal).collect()
}

fn normal(one: &str) -> String {
    let (sign, version) = one.split_at(one.find(|c: char| !matches!(c, '=' | '!' | '<' | '>' | '~')).unwrap_or(one.len()));
    let (version, sign) = (version.trim(), if sign.is_empty() { "=" } else { sign });
    let version = version.strip_prefix('v').unwrap_or(version);
    let missing = if sign == "~>" || version.contains(['-', '+']) { 0 } else { 2usize.saturating_sub(version.matches('.').count()) };
    format!("{sign} {version}{}", ".0".repeat(missing))
}

#[cfg(test)]
mod tests {
    use super::super::super::project::with;
    use super::*;

    const LOCK: &str = "provider \"registry.terraform.io/hashicorp/aws\" {\n  version = \"5.1.0\"\n  constraints = \">= 4.0.0, ~> 5.0\"\n  hashes = [\"h1:x\"]\n}\nprovider \"registry.terraform.io/x/y\" {\n  version = \"1.0.0\"\n  hashes = [\"h1:x\"]\n}\n";

    fn came(files: &[(&str, &str)]) -> String {
        match with(files, |project| in_sync(LOCK, project)).remove(0).1 {
            Sync::Yes => "yes".to_owned(),
            Sync::No(differs) => differs.join("; "),
            Sync::CannotTell(why) => format!("? {why}"),
        }
    }

    #[test]
    fn the_constraints_of_a_configuration_are_those_that_its_lock_was_made_for() {
        let own = |inner: &str| format!("terraform {{\n  required_providers {{\n{inner}\n  }}\n}}\n");
        let both = own(
            "aws = {\n source = \"hashicorp/aws\" # why\n version = \"~>5.0, >= 4.0\"\n }\n y = { source = \"x/y\", configuration_aliases = [y.a] }",
        );
        assert_eq!(came(&[("main.tf", &both)]), "yes");
        assert_eq!(
            came(&[("main.tf", "resource \"a\" \"b\" {}\n"), ("versions.tf", &both), ("modules/x/main.tf", &own("z = \"1\""))]),
            "yes"
        );
        let legacy = own("aws = \"~> 5.0\"");
        assert_eq!(came(&[("main.tf", &legacy)]), "`hashicorp/aws` is asked for as `~> 5.0`, and the lock was made for `>= 4.0.0, ~> 5.0`");
        assert_eq!(came(&[("main.tf", &format!("{legacy}module \"m\" {{\n source = \"./m\"\n}}\n"))]), "yes");
        assert_eq!(came(&[("main.tf", &own("z = { source = \"z/z\" }"))]), "`z/z` is asked for, and not locked");
        assert_eq!(
            came(&[("main.tf", &own("aws = { version = \"~> 6.0\", source = \"hashicorp/aws\" }"))]),
            "`hashicorp/aws` is asked for as `~> 6.0`, and the lock was made for `>= 4.0.0, ~> 5.0`"
        );
    }

    #[test]
    fn what_is_not_written_out_cannot_be_told() {
        for (files, says) in [
            (&[("main.tf", "resource \"a\" \"b\" {}\n")][..], "no `required_providers`"),
            (&[("main.tf", "# required_providers {\n")], "no `required_providers`"),
            (&[("main.tf", "required_providers {\n aws = local.x\n}\n")], "is not understood"),
            (&[("main.tf", "required_providers {\n aws = {\n")], "is not understood"),
            (&[("main.tf", ""), ("more.tf.json", "{}")], "`.tf.json`"),
        ] {
            let came = came(files);
            assert!(came.starts_with("? ") && came.contains(says), "{came}");
        }
    }
}
