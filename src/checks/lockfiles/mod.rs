//! Kind `lockfiles`: what is installed is locked to one thing, from where anybody can get it, and not for too long.

mod age;
mod examples;
mod formats;
mod judging;
mod rules;
mod status;
mod syncing;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::{Check, Kind, Met, Need, Outcome, Place, Trouble};
use crate::config::{AtLeastOne, TimeLimit, TreeGlob, load_options};
use crate::formats::lockfiles::Lock;
use crate::shown::{escaped, shown};
use crate::world::{Cx, Listed, Listing, LookError, RelPath, resolve};
use formats::{Format, GoFile, Reader, format_of};
use judging::judge;
pub(crate) use status::Row;

pub(super) static KIND: Kind = Kind {
    name: "lockfiles",
    summary: "what is installed is locked to one thing, and not for too long",
    needs: &[Need::Tree, Need::History],
    rules: rules::ALL,
    examples: &[examples::EXAMPLES],
    load: load_options::<Lockfiles>,
    schema: || schemars::schema_for!(Lockfiles),
    run_schema: None,
};

/// The largest lockfile that is read.
const LIMIT: u64 = 256 << 20;

/// Options of kind `lockfiles`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Lockfiles {
    /// Which of the lockfiles to ask about, as globs over their paths; one that matches none is "cannot tell".
    /// Default: every promoted file that is a lockfile by its name.
    files: Option<AtLeastOne<TreeGlob>>,
    /// Lockfiles to leave out, as globs over their paths. Default: none.
    exclude: Vec<TreeGlob>,
    /// How long a lock may stay as it is before it is to be looked through, from its last change to now. Default: `90d`.
    #[schemars(extend("default" = "90d"))]
    audit_after: TimeLimit,
    /// How long a lock may stay as it is at all. Default: as long as it likes.
    max_age: Option<TimeLimit>,
    /// As of when a lock's age is counted: `now`, or `commit`, the time of the judged commit, so that a verdict replays. Default: `now`.
    as_of: AsOf,
}

/// As of when ages are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum AsOf {
    /// The moment of judgement.
    #[default]
    Now,
    /// The committer date of the judged commit.
    Commit,
}

impl Default for Lockfiles {
    fn default() -> Self {
        let audit_after = TimeLimit::from_secs(90 * 24 * 60 * 60);
        Self { files: None, exclude: Vec::new(), audit_after, max_age: None, as_of: AsOf::Now }
    }
}

/// A lockfile that was found.
struct Found<'l> {
    path: &'l str,
    kind: Listed,
    format: &'static Format,
}

impl Check for Lockfiles {
    fn run(&self, cx: &Cx<'_>) -> Result<Outcome, Box<Trouble>> {
        let listing = list(cx)?;
        let mut outcome = Outcome::new("lockfile", "lockfiles");
        let found = self.found(&listing, &mut outcome);
        for lockfile in &found {
            let place = || Place::of(escaped(lockfile.path));
            match read(cx, &listing, lockfile) {
                Ok(Opened { text, locks }) => {
                    outcome.examined.count += 1;
                    // What is a lockfile by itself is judged by itself.
                    let own = locks.iter().filter(|(path, _)| path == lockfile.path || !found.iter().any(|found| found.path == path));
                    own.for_each(|(path, lock)| judge(lockfile.path, path, lock, &mut outcome));
                    syncing::compare(lockfile, &text, (cx, &listing), &mut outcome);
                }
                Err(Unread::Malformed(path, line, message)) => {
                    let at = Place::at(escaped(&path), line);
                    outcome.add(Met::new(&rules::MALFORMED, at, message).subject(lockfile.path));
                }
                Err(Unread::Not(error)) => outcome.add(Met::new(&rules::UNREADABLE, place(), format!("cannot be read: {error}"))),
                Err(Unread::Unauditable(why)) => {
                    outcome.examined.count += 1;
                    outcome.add(Met::new(&rules::UNAUDITABLE, place(), why));
                }
            }
        }
        several(&found, &mut outcome);
        self.ages(cx, &found, &mut outcome);
        Ok(outcome)
    }

    fn options(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

fn list(cx: &Cx<'_>) -> Result<std::sync::Arc<Listing>, Box<Trouble>> {
    cx.tree().listing().map_err(|error| {
        let mut met = Met::new(&rules::NO_TREE, Place::of("."), format!("the promoted files could not be listed: {error}"));
        if let LookError::History(history) = &error {
            met.next = history.next().map(str::to_owned);
        }
        Box::new(Trouble(met))
    })
}

impl Lockfiles {
    /// The lockfiles among the promoted files, and what is to be said of the globs.
    fn found<'l>(&self, listing: &'l Listing, outcome: &mut Outcome) -> Vec<Found<'l>> {
        let globs = self.files.as_ref().map(AtLeastOne::as_slice);
        let mut used = vec![false; globs.map_or(0, <[_]>::len)];
        let mut found = Vec::new();
        for (path, kind) in listing.iter().filter(|(_, kind)| *kind != Listed::Submodule) {
            let Some(format) = format_of(path) else { continue };
            // What a lock is made from is no lock.
            let locks = |stem: &str| listing.get(&format!("{stem}.lock")).is_some();
            if format.name == "requirements" && path.strip_suffix(".txt").is_some_and(locks) {
                continue;
            }
            let is_asked = globs.is_none_or(|globs| {
                globs.iter().zip(&mut used).fold(false, |any, (glob, used)| {
                    let matches = glob.matches(path);
                    *used |= matches;
                    any | matches
                })
            });
            if is_asked && !self.exclude.iter().any(|glob| glob.matches(path)) {
                found.push(Found { path, kind, format });
            }
        }
        for (glob, _) in globs.unwrap_or_default().iter().zip(&used).filter(|(_, used)| !**used) {
            let message = format!("`{}` matches no lockfile among the promoted files", shown(glob.as_str()));
            outcome.add(Met::new(&rules::NO_MATCH, Place::of("."), message));
        }
        for odd in listing.odd() {
            outcome.add(Met::new(&rules::ODD_NAME, Place::of("."), odd.to_string()));
        }
        found
    }
}

/// Why there is no lock to judge.
enum Unread {
    Malformed(String, usize, String),
    Not(LookError),
    Unauditable(&'static str),
}

/// A lockfile that was read.
struct Opened {
    text: String,
    /// The lock, and those that it includes, by their paths.
    locks: Vec<(String, Lock)>,
}

fn read(cx: &Cx<'_>, listing: &Listing, found: &Found<'_>) -> Result<Opened, Unread> {
    match found.format.reader {
        Reader::Not(why) => Err(Unread::Unauditable(why)),
        Reader::Text(reader) => {
            let text = text(cx, listing, (found.path, found.kind)).map_err(Unread::Not)?;
            match reader(&text) {
                Ok(lock) => Ok(Opened { text, locks: vec![(found.path.to_owned(), lock)] }),
                Err(fault) => Err(Unread::Malformed(found.path.to_owned(), fault.line, fault.message)),
            }
        }
        Reader::Go => {
            let text = text(cx, listing, (found.path, found.kind)).map_err(Unread::Not)?;
            let sums = format!("{}.sum", found.path.trim_end_matches(".mod"));
            let known = match listing.get(&sums) {
                Some(kind) => self::text(cx, listing, (&sums, kind)).map_err(Unread::Not)?,
                None => String::new(),
            };
            match formats::read_go(&text, &known) {
                Ok(lock) => Ok(Opened { text, locks: vec![(found.path.to_owned(), lock)] }),
                Err((GoFile::Mod, fault)) => Err(Unread::Malformed(found.path.to_owned(), fault.line, fault.message)),
                Err((GoFile::Sum, fault)) => Err(Unread::Malformed(sums, fault.line, fault.message)),
            }
        }
        Reader::Requirements => {
            let first = text(cx, listing, (found.path, found.kind)).map_err(Unread::Not)?;
            let open = |path: &str| match path == found.path {
                true => Ok(first.clone()),
                false => included(cx, listing, path),
            };
            let read = formats::read_requirements(found.path, &open);
            let locks = read.map_err(|(path, fault)| Unread::Malformed(path, fault.line, fault.message))?;
            Ok(Opened { text: first, locks })
        }
    }
}

/// The text of a file that another includes or was made from: promoted with it, or nobody else has it.
fn included(cx: &Cx<'_>, listing: &Listing, path: &str) -> Result<String, String> {
    let path = RelPath::parse(path).map_err(|_| "leads out of the tree".to_owned())?;
    let kind = listing.get(path.as_str()).ok_or_else(|| "is not among the promoted files".to_owned())?;
    text(cx, listing, (path.as_str(), kind)).map_err(|error| format!("cannot be read: {error}"))
}

/// The text of a promoted file; a link is followed to another.
fn text(cx: &Cx<'_>, listing: &Listing, (path, kind): (&str, Listed)) -> Result<String, LookError> {
    let mut path = RelPath::parse(path)?;
    if kind == Listed::Symlink {
        path = resolve(cx.tree(), &path)?;
        if listing.get(path.as_str()).is_none() {
            return Err(LookError::Dangling(shown(path.as_str())));
        }
    }
    let mut bytes = Vec::new();
    cx.tree().read(&path, LIMIT, &mut bytes)?;
    String::from_utf8(bytes).map_err(|_| LookError::Io("is not UTF-8 text".to_owned()))
}

/// Two locks of one ecosystem in a folder.
fn several(found: &[Found<'_>], outcome: &mut Outcome) {
    for (i, lockfile) in found.iter().enumerate() {
        let folder = |path: &str| path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let is_rival = |other: &&Found<'_>| {
            other.format.name != lockfile.format.name
                && other.format.ecosystem == lockfile.format.ecosystem
                && folder(other.path) == folder(lockfile.path)
        };
        if let Some(other) = found[..i].iter().find(is_rival) {
            let message = format!("`{}` lies beside it, and locks the same ecosystem", shown(other.path));
            outcome.add(Met::new(&rules::SEVERAL, Place::of(escaped(lockfile.path)), message));
        }
    }
}
