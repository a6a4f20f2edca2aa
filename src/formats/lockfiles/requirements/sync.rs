//! Whether a requirements lock is of the files that it was made from.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::Entry;
use super::taken::joined;
use super::{File, parse, via};
use crate::formats::lockfiles::python::normal;
use crate::formats::lockfiles::text::shown;
use crate::formats::lockfiles::{Source, Sync};

/// A file that a lock was made from.
struct Asked {
    path: String,
    /// It asks for what it names; else it only narrows that.
    asks: bool,
    text: String,
}

/// Compares a lock with the file that it was made from, by its path and text, and with what that includes: every name that is asked for is there,
/// in a version that is asked for, every version is one that the constraints allow, and nothing is there for a file that does not ask for it.
pub(crate) fn in_sync(lock: &str, from: (&str, &str), open: &dyn Fn(&str) -> Result<String, String>) -> Sync {
    compared(lock, from, open).unwrap_or_else(Sync::CannotTell)
}

fn compared(lock: &str, from: (&str, &str), open: &dyn Fn(&str) -> Result<String, String>) -> Result<Sync, String> {
    let locked = parse(lock).map_err(|fault| format!("the lock is not read: {fault}"))?;
    if !locked.includes.is_empty() {
        return Err("the lock includes other files".to_owned());
    }
    let mut by_name: BTreeMap<String, Vec<&Entry<'_>>> = BTreeMap::new();
    for (_, entry) in &locked.entries {
        by_name.entry(normal(&entry.name)).or_default().push(entry);
    }
    let mut found = Found { by_name, differs: Vec::new(), unknown: None, named: BTreeSet::new() };
    let all = all(from, open)?;
    for asked in &all {
        let file = parse(&asked.text).map_err(|fault| fault.to_string())?;
        for (line, entry) in &file.entries {
            match entry.name.is_empty() {
                true if asked.asks => found.nameless((asked, *line), entry, &locked),
                true => {}
                false => found.named(asked, entry),
            }
        }
    }
    if found.unknown.is_none() {
        found.left_over((lock, &locked), &all);
    }
    match (found.differs.is_empty(), found.unknown) {
        (false, _) => Ok(Sync::No(found.differs)),
        (true, Some(why)) => Err(why),
        (true, None) => Ok(Sync::Yes),
    }
}

/// What a comparison has come to so far.
struct Found<'l, 't> {
    by_name: BTreeMap<String, Vec<&'l Entry<'t>>>,
    differs: Vec<String>,
    unknown: Option<String>,
    /// What is asked for, by name.
    named: BTreeSet<String>,
}

impl Found<'_, '_> {
    fn named(&mut self, asked: &Asked, entry: &Entry<'_>) {
        let name = shown(&entry.name);
        if asked.asks {
            self.named.insert(normal(&entry.name));
        }
        match self.by_name.get(&normal(&entry.name)) {
            None if !asked.asks => {}
            // A lock is made on one machine, where its marker may not hold.
            None if !entry.marker.is_empty() => self.unknown = Some(format!("{name} is asked for where {}", shown(&entry.marker))),
            None => self.differs.push(format!("{name} is asked for, and not locked")),
            Some(pins) => {
                if let Some(pin) = pins.iter().find(|pin| !entry.allows(pin)) {
                    let version = shown(pin.version.as_deref().unwrap_or_default());
                    let why = if asked.asks { "is not asked for" } else { "a constraint does not allow" };
                    self.differs.push(format!("{name} is locked to {version}, which {why}"));
                }
            }
        }
    }

    /// An address alone: which package lies there is known only if the lock has it too.
    fn nameless(&mut self, (asked, line): (&Asked, usize), entry: &Entry<'_>, locked: &File<'_>) {
        let address = match &entry.source {
            Source::Registry(address) => address.as_deref().unwrap_or_default(),
            Source::Repository(address) | Source::Archive(address) | Source::Path(address) => address,
            Source::Project => "",
        };
        let is_itself = matches!(entry.source, Source::Path(_)) && matches!(address.split('[').next(), Some("." | "./"));
        if !is_itself && !locked.entries.iter().any(|(_, pin)| pin.source == entry.source) {
            self.unknown = Some(format!("line {line} of {} names no package: {}", shown(&asked.path), shown(address)));
        }
    }

    /// What is locked only because a file asked for it that does not any more.
    fn left_over(&mut self, (lock, locked): (&str, &File<'_>), all: &[Asked]) {
        let Some(reasons) = via::reasons(lock) else { return };
        let base = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
        let known: BTreeSet<String> = all.iter().filter(|asked| asked.asks).map(|asked| base(&asked.path)).collect();
        for (line, entry) in &locked.entries {
            let Ok(at) = reasons.binary_search_by_key(line, |(line, _)| *line) else { continue };
            let mut whys = reasons[at].1.iter().filter(|why| !why.starts_with("-c "));
            let is_of_these = |why: &'_ &str| via::file(why).is_some_and(|file| known.contains(&base(file)));
            let is_for_these = whys.next().is_some_and(is_of_these) && whys.all(is_of_these);
            // What is asked for by its address has no name there.
            let is_named = matches!(entry.source, Source::Registry(_)) && !entry.name.is_empty();
            if is_named && is_for_these && !self.named.contains(&normal(&entry.name)) {
                let name = shown(&entry.name);
                self.differs.push(format!("{name} is locked because it was asked for, and is not asked for any more"));
            }
        }
    }
}

/// The file itself, what it includes, and what narrows it, each once.
fn all((path, text): (&str, &str), open: &dyn Fn(&str) -> Result<String, String>) -> Result<Vec<Asked>, String> {
    let mut seen = BTreeSet::from([path.to_owned()]);
    let mut all = Vec::new();
    let mut left = vec![(path.to_owned(), Asked { path: path.to_owned(), asks: true, text: text.to_owned() })];
    while let Some((path, asked)) = left.pop() {
        let file = parse(&asked.text)
            .map_err(|fault| if left.is_empty() && all.is_empty() { fault.to_string() } else { format!("{}: {fault}", shown(&path)) })?;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let includes = file.includes.iter().map(|(_, include)| (include, asked.asks));
        let named: Vec<(String, bool)> =
            includes.chain(file.constraints.iter().map(|(_, path)| (path, false))).map(|(path, asks)| (path.clone(), asks)).collect();
        for (include, asks) in named {
            if include.contains("://") {
                return Err(format!("{} is not here to be read", shown(&include)));
            }
            let path = joined(folder, &include);
            if seen.insert(path.clone()) {
                let text = open(&path).map_err(|why| format!("{} {why}", shown(&path)))?;
                left.push((path.clone(), Asked { path, asks, text }));
            }
        }
        all.push(asked);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn came(lock: &str, files: &[(&str, &str)]) -> String {
        let open = |path: &str| {
            let found = files.iter().find(|(own, _)| *own == path);
            found.map(|(_, text)| (*text).to_owned()).ok_or_else(|| "is not among the promoted files".to_owned())
        };
        match in_sync(lock, files[0], &open) {
            Sync::Yes => "yes".to_owned(),
            Sync::No(differs) => differs.join("; "),
            Sync::CannotTell(why) => format!("? {why}"),
        }
    }

    #[test]
    fn what_a_file_includes_asks_and_what_it_is_held_to_narrows() {
        let lock = "a==1.0\nb==2.0\nc==3.0\n";
        assert_eq!(
            came(
                lock,
                &[("r/dev.in", "-r base.in\n-c ../limits.txt\nb\n"), ("r/base.in", "a>=1\n-r dev.in\n"), ("limits.txt", "c<4\nd==1\n")]
            ),
            "yes"
        );
        assert_eq!(came(lock, &[("dev.in", "-r base.in\n"), ("base.in", "d\n")]), "`d` is asked for, and not locked");
        assert_eq!(
            came(lock, &[("dev.in", "a\n-c limits.txt\n"), ("limits.txt", "c<3\n")]),
            "`c` is locked to `3.0`, which a constraint does not allow"
        );
        assert_eq!(came(lock, &[("dev.in", "a>1\n")]), "`a` is locked to `1.0`, which is not asked for");
        assert_eq!(came(lock, &[("dev.in", "-c gone.txt\n")]), "? `gone.txt` is not among the promoted files");
        assert_eq!(
            came(lock, &[("dev.in", "a\n-c https://x.example/limits.txt\n")]),
            "? `https://x.example/limits.txt` is not here to be read"
        );
        assert!(came("-r other.txt\n", &[("dev.in", "a\n")]).starts_with("? the lock includes"));
    }

    #[test]
    fn an_address_without_a_name_is_compared_only_with_itself() {
        let commit = "0".repeat(40);
        let lock = format!("a==1\nb @ git+https://h/b@{commit}\n");
        assert_eq!(came(&lock, &[("r.in", &format!("a\n-e .\ngit+https://h/b@{commit}\n"))]), "yes");
        assert_eq!(came(&lock, &[("r.in", "a\n\ngit+https://u:p@h/c\n")]), "? line 3 of `r.in` names no package: `git+https://h/c`");
        assert_eq!(came(&lock, &[("r.in", "-e ./lib\n")]), "? line 1 of `r.in` names no package: `./lib`");
        assert_eq!(
            came(&lock, &[("r.in", "https://h/x-1-py3-none-any.whl\n")]),
            "? line 1 of `r.in` names no package: `https://h/x-1-py3-none-any.whl`"
        );
    }

    #[test]
    fn what_is_locked_for_a_file_that_does_not_ask_for_it_any_more() {
        let lock =
            "a==1\n    # via\n    #   -c limits.txt\n    #   -r sub/r.in\nb==2 # via a\nc==3 # via -r r.in, a\nd==4 # via -r other.in\n";
        assert_eq!(came(lock, &[("sub/r.in", "a\n")]), "yes");
        assert_eq!(came(lock, &[("sub/r.in", "c\n")]), "`a` is locked because it was asked for, and is not asked for any more");
        assert_eq!(came(&format!("{lock}e==5\n"), &[("sub/r.in", "c\n")]), "yes");
    }
}
