//! Whether a requirements lock is of the files that it was made from.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Sync;
use super::super::python::normal;
use super::super::text::shown;
use super::entry::Entry;
use super::parse;
use super::taken::joined;

/// A file that a lock was made from.
struct Asked {
    /// It asks for what it names; else it only narrows that.
    asks: bool,
    text: String,
}

/// Compares a lock with the file that it was made from, by its path and text, and with what that includes: every name that is asked for is there,
/// in a version that is asked for, and every version is one that the constraints allow.
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
    let (mut differs, mut unknown) = (Vec::new(), None);
    for asked in all(from, open)? {
        let file = parse(&asked.text).map_err(|fault| fault.to_string())?;
        for (_, entry) in file.entries.iter().filter(|(_, entry)| !entry.name.is_empty()) {
            let name = shown(&entry.name);
            match by_name.get(&normal(&entry.name)) {
                None if !asked.asks => {}
                // A lock is made on one machine, where its marker may not hold.
                None if !entry.marker.is_empty() => unknown = Some(format!("{name} is asked for where {}", shown(&entry.marker))),
                None => differs.push(format!("{name} is asked for, and not locked")),
                Some(pins) => {
                    if let Some(pin) = pins.iter().find(|pin| !entry.allows(pin)) {
                        let version = shown(pin.version.as_deref().unwrap_or_default());
                        let why = if asked.asks { "is not asked for" } else { "a constraint does not allow" };
                        differs.push(format!("{name} is locked to {version}, which {why}"));
                    }
                }
            }
        }
    }
    match (differs.is_empty(), unknown) {
        (false, _) => Ok(Sync::No(differs)),
        (true, Some(why)) => Err(why),
        (true, None) => Ok(Sync::Yes),
    }
}

/// The file itself, what it includes, and what narrows it, each once.
fn all((path, text): (&str, &str), open: &dyn Fn(&str) -> Result<String, String>) -> Result<Vec<Asked>, String> {
    let mut seen = BTreeSet::from([path.to_owned()]);
    let mut all = Vec::new();
    let mut left = vec![(path.to_owned(), Asked { asks: true, text: text.to_owned() })];
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
                left.push((path, Asked { asks, text }));
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
}
