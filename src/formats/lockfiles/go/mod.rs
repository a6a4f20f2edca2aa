//! go.mod with its go.sum: the modules that are required, and what is known of their bytes.

mod sums;

use std::borrow::Cow;
use std::collections::HashMap;

use super::super::fault::Fault;
use super::digest::Algorithm;
use super::pins;
use super::project::{Compared, Project, reached};
use super::text::{shown, whole};
use super::{Integrity, Lock, Oddity, Package, Pin, Source, Sync, sync_of};
use sums::Of;
pub(crate) use sums::Sums;

/// Reads a go.sum that has no go.mod beside it: every version of a module that it names. Of those whose files no build needs it has the digest of the
/// go.mod alone, and that is enough.
pub(crate) fn read_sums(text: &str) -> Result<Lock<'_>, Fault> {
    let sums = Sums::read(whole(text)?)?;
    let package = |(line, module, version)| Package {
        name: Cow::Borrowed(module),
        version: Some(Cow::Borrowed(version)),
        source: Source::Registry(None),
        pin: pin(version),
        integrity: Algorithm::Sha256.into(),
        line,
    };
    Ok(Lock { packages: sums.versions().map(package).collect(), remarks: sums.remarks, ..Lock::default() })
}

/// A module of a `require` or the left side of a `replace`.
struct Required<'a> {
    line: usize,
    module: &'a str,
    version: &'a str,
}

/// What stands on the right of a `replace`; a path has no version.
struct Replaced<'a> {
    line: usize,
    by: &'a str,
    version: Option<&'a str>,
}

#[derive(Default)]
struct Module<'a> {
    required: Vec<Required<'a>>,
    /// By the module and the version that is replaced; without a version, all are.
    replaced: HashMap<(&'a str, Option<&'a str>), Replaced<'a>>,
}

impl<'a> Module<'a> {
    /// What a requirement comes to: another module, or a folder.
    fn replacement(&self, required: &Required<'a>) -> Option<&Replaced<'a>> {
        let exact = self.replaced.get(&(required.module, Some(required.version)));
        exact.or_else(|| self.replaced.get(&(required.module, None)))
    }
}

/// Reads a go.mod with its go.sum.
pub(crate) fn read<'t>(text: &'t str, sums: &Sums<'_>) -> Result<Lock<'t>, Fault> {
    let module = module(text)?;
    let mut lock = Lock::default();
    let mut seen: HashMap<&str, &str> = HashMap::new();
    for required in &module.required {
        match seen.insert(required.module, required.version) {
            Some(version) if version == required.version => {
                lock.remarks.say(required.line, Oddity::Duplicate, || format!("{} is required twice", shown(required.module)));
                continue;
            }
            Some(version) => {
                let says = [required.module, version, required.version].map(shown);
                let says = format!("{} is required in versions {} and {}", says[0], says[1], says[2]);
                lock.remarks.say(required.line, Oddity::Contradiction, || says);
            }
            None => {}
        }
        lock.packages.push(package(&module, required, sums));
    }
    Ok(lock)
}

fn package<'a>(module: &Module<'a>, required: &Required<'a>, sums: &Sums<'_>) -> Package<'a> {
    let Required { line, module: name, version } = *required;
    let made = |version: Option<&'a str>, source, pin, integrity| Package {
        name: name.into(),
        version: version.map(Cow::Borrowed),
        source,
        pin,
        integrity,
        line,
    };
    match module.replacement(required) {
        Some(Replaced { by, version: None, .. }) => {
            let pin = pins::path(by);
            made(Some(version), Source::Path((*by).into()), pin, Integrity::NotAsked)
        }
        Some(Replaced { by, version: Some(version), .. }) => {
            made(Some(version), Source::Repository((*by).into()), pin(version), sums.integrity(by, version))
        }
        None => made(Some(version), Source::Registry(None), pin(version), sums.integrity(name, version)),
    }
}

/// Go writes `v1.2.3`, with `-…` for a commit and `+incompatible`; all else is a question to the repository.
fn pin(version: &str) -> Pin {
    let core = version.strip_prefix('v').map(|rest| rest.split(['-', '+']).next().unwrap_or(rest));
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let exact = core.is_some_and(|core| core.split('.').count() == 3 && core.split('.').all(number));
    if exact { Pin::Exact } else { Pin::Loose(format!("no whole version: {}", shown(version))) }
}

/// The words that may begin a line of a go.mod.
const VERBS: [&str; 10] = ["module", "go", "toolchain", "godebug", "require", "exclude", "replace", "retract", "tool", "ignore"];

fn module(text: &str) -> Result<Module<'_>, Fault> {
    let mut module = Module::default();
    let mut block: Option<(usize, &str)> = None;
    let mut lines = 0;
    for (at, line) in whole(text)?.lines().enumerate() {
        lines = at + 1;
        let words = words(lines, line)?;
        match (block, words[..].split_first()) {
            (_, None) => {}
            (Some(_), Some((&")", []))) => block = None,
            (Some((_, verb)), Some(_)) => statement(&mut module, lines, (verb, &words))?,
            (None, Some((verb, rest))) if VERBS.contains(verb) => match rest {
                ["("] => block = Some((lines, verb)),
                ["(", ")"] => {}
                rest => statement(&mut module, lines, (verb, rest))?,
            },
            (None, Some((verb, _))) => return Err(Fault::on(lines, format!("{} begins no line of a go.mod", shown(verb)))),
        }
    }
    match block {
        Some((line, verb)) => Err(Fault::on(lines.max(line), format!("the text ends inside the block `{verb}` of line {line}"))),
        None => Ok(module),
    }
}

/// The words of a line without its comment; a word in quotes is one word.
fn words(line: usize, text: &str) -> Result<Vec<&str>, Fault> {
    let mut words = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() && !rest.starts_with("//") {
        let (word, after) = match rest.as_bytes()[0] {
            quote @ (b'"' | b'`') => {
                let inner = &rest[1..];
                let end = memchr::memchr(quote, inner.as_bytes()).ok_or_else(|| Fault::on(line, "a quote is not closed"))?;
                (&inner[..end], &inner[end + 1..])
            }
            b'(' | b')' | b',' | b'[' | b']' => rest.split_at(1),
            _ => {
                let end = rest.find([' ', '\t', '\r', '(', ')', ',', '[', ']', '"', '`']).unwrap_or(rest.len());
                let end = rest[..end].find("//").unwrap_or(end);
                rest.split_at(end)
            }
        };
        words.push(word);
        rest = after.trim_start();
    }
    Ok(words)
}

fn statement<'a>(module: &mut Module<'a>, line: usize, (verb, words): (&str, &[&'a str])) -> Result<(), Fault> {
    match (verb, words) {
        ("require", [name, version]) => module.required.push(Required { line, module: name, version }),
        ("require", _) => return Err(Fault::on(line, "a requirement is a module and a version")),
        ("replace", [name, "=>", by @ ..]) => return replace(module, line, ((name, None), by)),
        ("replace", [name, version, "=>", by @ ..]) => return replace(module, line, ((name, Some(version)), by)),
        ("replace", _) => return Err(Fault::on(line, "a replacement is a module, `=>`, and a module or a path")),
        (_, []) => return Err(Fault::on(line, format!("`{verb}` has nothing behind it"))),
        _ => {}
    }
    Ok(())
}

type Side<'a> = (&'a str, Option<&'a str>);

fn replace<'a>(module: &mut Module<'a>, line: usize, (left, right): (Side<'a>, &[&'a str])) -> Result<(), Fault> {
    let windows = |by: &str| by.as_bytes().get(1) == Some(&b':');
    let replaced = match right {
        [by] if by.starts_with(['.', '/']) || windows(by) => Replaced { line, by, version: None },
        [by, version] => Replaced { line, by, version: Some(version) },
        _ => return Err(Fault::on(line, "a module is replaced by a path, or by a module and its version")),
    };
    match module.replaced.insert(left, replaced) {
        Some(old) => Err(Fault::on(line, format!("{} is replaced twice, on line {} too", shown(left.0), old.line))),
        None => Ok(()),
    }
}

/// Whether the go.sum beside a go.mod has both digests of all that it requires. In a workspace (go.work, here or above) digests may also stand in its
/// go.work.sum, and its own modules need none.
pub(crate) fn in_sync(_: &str, project: &Project<'_>) -> Vec<Compared> {
    project.all(asked(project).unwrap_or_else(Sync::CannotTell))
}

fn asked(project: &Project<'_>) -> Result<Sync, String> {
    let open = |path: &str| (project.open)(path).map_err(|why| format!("{} {why}", shown(path)));
    let mut sums = open("go.sum")?.unwrap_or_default() + "\n" + &open("go.work.sum")?.unwrap_or_default();
    let mut own = Vec::new();
    for up in (0..=STEPS).map(|steps| "../".repeat(steps)) {
        let Some(work) = open(&format!("{up}go.work"))? else { continue };
        if !up.is_empty() {
            sums += "\n";
            sums += &open(&format!("{up}go.work.sum"))?.unwrap_or_default();
        }
        for folder in used(&work) {
            let module = open(&reached(&up, &format!("{folder}/go.mod")).unwrap_or_default())?.unwrap_or_default();
            own.extend(
                module.lines().find_map(|line| line.trim().strip_prefix("module ")).map(|name| name.trim().trim_matches('"').to_owned()),
            );
        }
        break;
    }
    Ok(compare(&sums, project.manifest, &own))
}

/// How many folders above its own a go.work is looked for.
const STEPS: usize = 8;

/// The folders that a go.work uses.
fn used(work: &str) -> Vec<&str> {
    let mut in_block = false;
    let mut used = Vec::new();
    for line in work.lines().map(|line| line.split("//").next().unwrap_or(line).trim()) {
        match line {
            "use (" => in_block = true,
            ")" => in_block = false,
            _ if in_block && !line.is_empty() => used.push(line.trim_matches('"')),
            _ => used.extend(line.strip_prefix("use ").map(|folder| folder.trim().trim_matches('"'))),
        }
    }
    used
}

/// `own` are the modules of the workspace.
fn compare(sums: &str, manifest: &str, own: &[String]) -> Sync {
    let sums = match Sums::read(sums) {
        Ok(sums) => sums,
        Err(fault) => return Sync::CannotTell(format!("go.sum is not read: {fault}")),
    };
    let lock = match read(manifest, &sums) {
        Ok(lock) => lock,
        Err(fault) => return Sync::CannotTell(format!("go.mod is not read: {fault}")),
    };
    let is_own = |package: &&Package<'_>| own.iter().any(|name| *name == package.name);
    let missing = lock.packages.iter().filter(|package| package.integrity == Integrity::Missing && !is_own(package));
    let says = missing.map(|package| {
        let name = match &package.source {
            Source::Repository(by) => by.as_ref(),
            Source::Registry(_) | Source::Archive(_) | Source::Path(_) | Source::Project => package.name.as_ref(),
        };
        let version = package.version.as_deref().unwrap_or_default();
        let lacks = match [Of::Files, Of::Module].map(|of| sums.has(name, version, of)) {
            [false, true] => "no digest of its files",
            [true, _] => "no digest of its go.mod",
            [false, false] => "no digest",
        };
        format!("{} has {lacks} in go.sum", shown(&format!("{name} {version}")))
    });
    sync_of(says.collect())
}

#[cfg(test)]
mod tests {
    use super::super::project::told;
    use super::*;

    fn sum(module: &str, version: &str) -> String {
        format!("{module} {version} h1:{}=\n", "A".repeat(43))
    }

    fn lock<'t>(text: &'t str, sums: &str) -> Lock<'t> {
        read(text, &Sums::read(sums).unwrap()).unwrap()
    }

    fn refused(text: &str) -> String {
        read(text, &Sums::default()).unwrap_err().to_string()
    }

    #[test]
    fn the_modules_of_a_workspace_need_no_digest_of_one_another() {
        let module = "module ex/a\n\nrequire ex/b v0.0.0\n";
        let work = ("../go.work", "go 1.22\n\nuse (\n\t./a\n\t./b // why\n)\n");
        let told = |files: &[(&str, &str)]| told(files, |project| in_sync("", project));
        assert_eq!(told(&[("go.mod", module), work, ("../b/go.mod", "module ex/b\n")]), "");
        assert_eq!(told(&[("go.mod", module), work, ("../b/go.mod", "module ex/c\n")]), "go.mod: `ex/b v0.0.0` has no digest in go.sum");
        assert_eq!(told(&[("go.mod", module)]), "go.mod: `ex/b v0.0.0` has no digest in go.sum");
    }

    #[test]
    fn a_requirement_has_its_version_line_and_both_digests() {
        let text = "module m\n\ngo 1.23\n\nrequire x.example/a v1.0.0\nrequire (\n\t\"x.example/b/v2\" v2.0.0-20220715151400-c0bba94af5f8 // indirect\n\t// c\n)\ntool x.example/a/cmd\nretract [v1.0.0, v1.1.0]\n";
        let sums = sum("x.example/a", "v1.0.0") + &sum("x.example/a", "v1.0.0/go.mod") + &sum("x.example/b/v2", "v2.0.0/go.mod");
        let lock = lock(text, &sums);
        let of = |at: usize| (lock.packages[at].name.as_ref(), lock.packages[at].line, &lock.packages[at].integrity);
        assert_eq!(of(0), ("x.example/a", 5, &Integrity::Digests(["sha256"].into())));
        assert_eq!(of(1), ("x.example/b/v2", 7, &Integrity::Missing));
        assert!(lock.packages.iter().all(|package| package.pin == Pin::Exact && package.source == Source::Registry(None)));
    }

    #[test]
    fn a_replacement_is_what_is_built() {
        let text = "require a.x/a v1.0.0\nrequire b.x/b v1.0.0\nrequire c.x/c master\nreplace a.x/a => ../a\nreplace (\n b.x/b v1.0.0 => f.x/b v1.4.5\n c.x/c v9.0.0 => ./c\n)\n";
        let both = sum("f.x/b", "v1.4.5") + &sum("f.x/b", "v1.4.5/go.mod");
        let packages = lock(text, &both).packages;
        assert_eq!((&packages[0].source, &packages[0].integrity), (&Source::Path("../a".into()), &Integrity::NotAsked));
        assert!(matches!(packages[0].pin, Pin::Loose(_)));
        assert_eq!((&packages[1].source, packages[1].version.as_deref()), (&Source::Repository("f.x/b".into()), Some("v1.4.5")));
        assert!(matches!(packages[1].integrity, Integrity::Digests(_)));
        assert_eq!(packages[2].pin, Pin::Loose("no whole version: `master`".to_owned()));
        assert!(["v1.0.0+incompatible", "v0.0.0-2022-abc"].iter().all(|version| pin(version) == Pin::Exact) && pin("v1.2") != Pin::Exact);
    }

    #[test]
    fn what_contradicts_itself_is_said() {
        let lock = lock("require a.x/a v1.0.0\nrequire a.x/a v1.0.0\nrequire a.x/a v1.1.0\n", "");
        let odd: Vec<_> = lock.remarks.iter().map(|remark| (remark.line, remark.what)).collect();
        assert_eq!((lock.packages.len(), odd), (2, vec![(2, Oddity::Duplicate), (3, Oddity::Contradiction)]));
        let other = sum("a.x/a", "v1.0.0").replace('A', "B");
        let text = format!("{}{}{other}a v1 h1:x\na v1 h2:x\n", sum("a.x/a", "v1.0.0"), sum("a.x/a", "v1.0.0"));
        let sums = Sums::read(&text).unwrap();
        let odd: Vec<_> = sums.remarks.iter().map(|remark| (remark.line, remark.what)).collect();
        let expected = [(2, Oddity::Duplicate), (3, Oddity::Contradiction), (4, Oddity::BadDigest), (5, Oddity::Unread)];
        assert_eq!(odd, expected);
    }

    #[test]
    fn what_is_no_whole_text_is_refused_with_its_line() {
        assert!(
            refused("module m\nrequire (\n a v1.0.0\n").starts_with("line 3, column 1: the text ends inside the block `require` of line 2")
        );
        assert!(refused("module m\nrequire a\n").starts_with("line 2") && refused("module m\nneed a v1\n").contains("`need`"));
        assert!(refused("replace a => b\n").starts_with("line 1") && refused("replace a v1.0.0 b\n").starts_with("line 1"));
        assert!(refused("replace a => ./a\nreplace a => ./b\n").starts_with("line 2"));
        assert!(refused("").contains("empty") && refused("module \"m\n").contains("quote") && refused("module\n").contains("nothing"));
        assert!(refused("<<<<<<< HEAD\n").contains("merge"));
        assert_eq!(Sums::read("a v1\n").unwrap_err().line, 1);
        assert!(lock("\u{feff}module m\r\nrequire (\r\n)\r\n", "\r\n").packages.is_empty());
    }

    #[test]
    fn every_requirement_has_both_digests_in_the_sums() {
        let text = "module m\nrequire a.x/a v1.0.0\n";
        let (files, module) = (sum("a.x/a", "v1.0.0"), sum("a.x/a", "v1.0.0/go.mod"));
        assert_eq!(compare(&format!("{files}{module}"), text, &[]), Sync::Yes);
        let no = |lock: &str| match compare(lock, text, &[]) {
            Sync::No(says) => says.join("; "),
            other @ (Sync::Yes | Sync::CannotTell(_)) => panic!("{other:?}"),
        };
        assert_eq!(no(&module), "`a.x/a v1.0.0` has no digest of its files in go.sum");
        assert_eq!(no(&files), "`a.x/a v1.0.0` has no digest of its go.mod in go.sum");
        assert_eq!(no(""), "`a.x/a v1.0.0` has no digest in go.sum");
        assert!(matches!(compare("x\n", text, &[]), Sync::CannotTell(_)) && matches!(compare("", "x y\n", &[]), Sync::CannotTell(_)));
        assert_eq!(compare("", "module m\nrequire a.x/a v1.0.0\nreplace a.x/a => ./a\n", &[]), Sync::Yes);
    }

    #[test]
    fn the_sums_are_those_beside_the_module_and_its_workspace() {
        let (files, module) = (sum("a.x/a", "v1.0.0"), sum("a.x/a", "v1.0.0/go.mod"));
        let own = ("go.mod", "module m\nrequire a.x/a v1.0.0\n");
        assert_eq!(told(&[own, ("go.sum", &files), ("go.work.sum", &module)], |project| in_sync(own.1, project)), "");
        assert_eq!(told(&[own], |project| in_sync(own.1, project)), "go.mod: `a.x/a v1.0.0` has no digest in go.sum");
    }

    #[test]
    fn the_public_samples_are_read_or_refused_as_expected() {
        crate::formats::lockfiles::tests::samples("gomod", |text| {
            drop(Sums::read(text));
            read(text, &Sums::default()).map(drop)
        });
    }
}
