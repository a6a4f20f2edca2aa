//! Kind `readmes`: every folder says what it is for, where to start, and what to leave alone.

mod examples;
mod gaps;
mod paths;
mod rules;
mod sections;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use gaps::{Draft, Gap};

use crate::check::{Check, Kind, Met, Need, Outcome, Place, Trouble};
use crate::config::{AtLeastOne, TreeGlob, load_options};
use crate::formats::{markdown, plain, prose::Line};
use crate::shown::{shell_word, shown};
use crate::world::{Cx, Listed, Listing, LookError, RelPath, resolve};
use paths::{Found, Target};
use sections::{Says, Section, Wanted};

/// The largest README that is read.
const LIMIT: u64 = 4 << 20;

pub(super) static KIND: Kind = Kind {
    name: "readmes",
    summary: "every folder has a README whose sections say something true",
    needs: &[Need::Tree],
    rules: &[
        &rules::MISSING,
        &rules::UNTRACKED,
        &rules::SEVERAL,
        &rules::LEAVES_ROOT,
        &rules::EMPTY,
        &rules::SECTION_MISSING,
        &rules::SECTION_EMPTY,
        &rules::SECTION_PLACEHOLDER,
        &rules::PATH_MISSING,
        &rules::PATH_OUTSIDE,
        &rules::GLOB_UNMATCHED,
        &rules::GLOB_INVALID,
        &rules::EXCLUDE_UNUSED,
        &rules::SUBMODULE,
        &rules::UNREADABLE,
        &rules::TOO_LARGE,
        &rules::NOT_TEXT,
        &rules::NO_MATCH,
        &rules::ODD_NAME,
        &rules::NO_TREE,
    ],
    examples: examples::EXAMPLES,
    load: load_options::<Readmes>,
    schema: || schemars::schema_for!(Readmes),
};

/// Options of kind `readmes`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Readmes {
    /// The folders to ask about, as globs; a glob that matches no folder with promoted files is "cannot tell".
    /// Default: every top-level folder with promoted files whose name does not begin with a dot.
    folders: Option<AtLeastOne<TreeGlob>>,
    /// Folders to leave out, with all that is below them, as globs. Default: none.
    exclude: Vec<TreeGlob>,
    /// The sections every README must have, by their labels.
    /// Default: `["Purpose", "Entrypoints", "Do-not-touch"]`.
    #[schemars(extend("default" = ["Purpose", "Entrypoints", "Do-not-touch"]))]
    sections: AtLeastOne<String>,
    /// Sections whose paths must exist. Default: `["Entrypoints"]`.
    #[schemars(extend("default" = ["Entrypoints"]))]
    path_sections: Vec<String>,
    /// Sections whose paths and globs must match something. Default: `["Do-not-touch"]`.
    #[schemars(extend("default" = ["Do-not-touch"]))]
    glob_sections: Vec<String>,
    /// Whether `purpose` is as good as `Purpose`. Default: false.
    ignore_case: bool,
}

impl Default for Readmes {
    fn default() -> Self {
        Self {
            folders: None,
            exclude: Vec::new(),
            sections: AtLeastOne::of(&["Purpose", "Entrypoints", "Do-not-touch"]),
            path_sections: vec!["Entrypoints".to_owned()],
            glob_sections: vec!["Do-not-touch".to_owned()],
            ignore_case: false,
        }
    }
}

impl Check for Readmes {
    fn run(&self, cx: &Cx<'_>) -> Result<Outcome, Box<Trouble>> {
        let listing = list(cx)?;
        let mut outcome = Outcome::new("folder", "folders");
        let readmes = readmes_by_folder(&listing);
        for folder in self.folders(&listing, &mut outcome) {
            outcome.examined.count += 1;
            let read = read_readme(cx, &listing, folder, readmes.get(folder).map_or(&[], Vec::as_slice));
            match read {
                Read::Text { path, text, passed_over } => {
                    if let Some(other) = passed_over {
                        let message = format!("`{}` is here as well; only `{}` is judged", shown(other), shown(&path));
                        outcome.add(Met::new(&rules::SEVERAL, Place::of(shown(&path)), message).subject(folder));
                    }
                    self.judge(&listing, folder, &Readme { path, text }, &mut outcome);
                }
                Read::Not(met) => outcome.add(*met),
            }
        }
        Ok(outcome)
    }

    fn options(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// A README that could be read.
struct Readme {
    path: String,
    text: String,
}

/// The visible lines of a README, by its suffix.
fn lines(path: &str, text: &str) -> Vec<Line> {
    if is_markdown(path) { markdown::lines(text) } else { plain::lines(text) }
}

fn is_markdown(path: &str) -> bool {
    path.to_ascii_lowercase().ends_with(".md")
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

impl Readmes {
    /// The folders that are asked about, and what is to be said of the globs that name them.
    fn folders<'l>(&self, listing: &'l Listing, outcome: &mut Outcome) -> Vec<&'l str> {
        let globs = self.folders.as_ref().map(AtLeastOne::as_slice);
        let depth = globs.map_or(Some(1), |globs| globs.iter().map(TreeGlob::depth).try_fold(0, |most, d| d.map(|d| most.max(d))));
        let mut globs_used = vec![false; globs.map_or(0, <[_]>::len)];
        let mut excludes_used = vec![false; self.exclude.len()];
        let mut asked = |folder: &str| match globs {
            None => !folder.starts_with('.') && !folder.contains('/'),
            Some(globs) => any_used(globs, &mut globs_used, |glob| glob.matches(folder)),
        };
        let mut excluded = |folder: &str| {
            let above = || folder.match_indices('/').map(|(i, _)| &folder[..i]).chain([folder]);
            any_used(&self.exclude, &mut excludes_used, |glob| above().any(|f| glob.matches(f)))
        };
        let submodules = listing.iter().filter(|(path, kind)| *kind == Listed::Submodule && asked(path) && !excluded(path));
        for (path, _) in submodules.collect::<Vec<_>>() {
            outcome.add(Met::new(&rules::SUBMODULE, Place::of(shown(path)), format!("`{}` is a submodule", shown(path))));
        }
        let folders = listing.folders(depth).into_iter().filter(|folder| asked(folder) && !excluded(folder)).collect();
        for (glob, _) in globs.unwrap_or_default().iter().zip(&globs_used).filter(|(_, used)| !**used) {
            let message = format!("`{}` matches no folder with promoted files", shown(glob.as_str()));
            outcome.add(Met::new(&rules::NO_MATCH, Place::of("."), message));
        }
        for (glob, _) in self.exclude.iter().zip(&excludes_used).filter(|(_, used)| !**used) {
            let message = format!("`{}` leaves nothing out", shown(glob.as_str()));
            outcome.add(Met::new(&rules::EXCLUDE_UNUSED, Place::of("."), message));
        }
        for name in listing.odd_folders() {
            outcome.add(Met::new(&rules::ODD_NAME, Place::of(name), format!("the name `{name}` is not UTF-8 or holds a newline")));
        }
        folders
    }

    fn judge(&self, listing: &Listing, folder: &str, readme: &Readme, outcome: &mut Outcome) {
        let lines = lines(&readme.path, &readme.text);
        let place = || Place::of(shown(&readme.path));
        if lines.iter().all(|line| sections::says(&line.text) == Says::Nothing) {
            outcome.add(Met::new(&rules::EMPTY, place(), "has no visible text").subject(folder).next(add_command(folder)));
            return;
        }
        let labels = self.labels();
        let found = Wanted { labels: &labels, ignore_case: self.ignore_case }.sections(&lines);
        for (i, label) in self.sections.as_slice().iter().enumerate() {
            let here: Vec<&Section> = found.iter().filter(|s| s.label == i).collect();
            let Some(best) = here.iter().max_by_key(|s| (s.says, std::cmp::Reverse(s.line))) else {
                outcome.add(missing_section(label, &lines, place()).subject(folder).next(add_command(folder)));
                continue;
            };
            let (rule, what) = match best.says {
                Says::Something => continue,
                Says::Placeholder => (&rules::SECTION_PLACEHOLDER, "holds only a placeholder"),
                Says::Nothing => (&rules::SECTION_EMPTY, "says nothing"),
            };
            let met = Met::new(rule, Place::at(shown(&readme.path), best.line), format!("`{}` {what}", shown(label)));
            outcome.add(met.subject(folder));
        }
        self.judge_targets(listing, folder, readme, &found, outcome);
    }

    /// The labels to look for: those that must be there first, then those that are only read.
    fn labels(&self) -> Vec<String> {
        let mut labels = self.sections.as_slice().to_vec();
        for label in self.path_sections.iter().chain(&self.glob_sections) {
            if !labels.contains(label) {
                labels.push(label.clone());
            }
        }
        labels
    }

    fn judge_targets(&self, listing: &Listing, folder: &str, readme: &Readme, found: &[Section], outcome: &mut Outcome) {
        let labels = self.labels();
        let Ok(base) = RelPath::parse(folder) else { return };
        for section in found {
            let label = &labels[section.label];
            let globs = self.glob_sections.contains(label);
            if !globs && !self.path_sections.contains(label) {
                continue;
            }
            for mark in &section.marks {
                let (target, found) = match paths::target(mark) {
                    Target::Other => continue,
                    Target::Path(path) => {
                        let found = paths::find_path(listing, &base, &path);
                        (path, found)
                    }
                    Target::Glob(glob) => {
                        let found = paths::find_glob(listing, &base, &glob);
                        (glob, found)
                    }
                };
                let is_glob = target.contains(['*', '?']) && mark.kind == crate::formats::prose::MarkKind::Code;
                let (rule, message) = match found {
                    Found::Yes => continue,
                    Found::No if is_glob => (&rules::GLOB_UNMATCHED, format!("`{}` matches nothing", shown(&target))),
                    Found::No => (&rules::PATH_MISSING, format!("`{}` does not exist", shown(&target))),
                    Found::Outside => (&rules::PATH_OUTSIDE, format!("`{}` leaves the root", shown(&target))),
                    Found::NoGlob(why) => (&rules::GLOB_INVALID, why),
                };
                let met = Met::new(rule, Place::at(shown(&readme.path), mark.line), format!("{message} (under `{}`)", shown(label)));
                outcome.add(met.subject(folder));
            }
        }
    }
}

/// Whether any glob matches; marks every one that does.
fn any_used(globs: &[TreeGlob], used: &mut [bool], matches: impl Fn(&TreeGlob) -> bool) -> bool {
    let mut any = false;
    for (glob, used) in globs.iter().zip(used) {
        if matches(glob) {
            *used = true;
            any = true;
        }
    }
    any
}

fn add_command(folder: &str) -> String {
    format!("gate readme add {}", shell_word(folder))
}

/// "Missing", with the line that was probably meant.
fn missing_section(label: &str, lines: &[Line], place: Place) -> Met {
    let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let label_of = |line: &Line| line.text.split(':').next().unwrap_or_default().trim().to_owned();
    let near = lines.iter().find(|line| !line.quoted && bare(&label_of(line)) == bare(label));
    let met = Met::new(&rules::SECTION_MISSING, place, format!("has no section `{}`", shown(label)));
    match near {
        Some(line) => {
            let actual = format!("`{}` in line {}", shown(&label_of(line)), line.number);
            met.expected(format!("`{}`, just so", shown(label))).actual(actual)
        }
        None => met,
    }
}

/// The READMEs of every folder, the one to judge first.
fn readmes_by_folder(listing: &Listing) -> BTreeMap<&str, Vec<(&str, Listed)>> {
    let mut found: BTreeMap<&str, Vec<(&str, Listed)>> = BTreeMap::new();
    for (path, kind) in listing.iter() {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if rank(name).is_some() {
            found.entry(folder).or_default().push((path, kind));
        }
    }
    for readmes in found.values_mut() {
        readmes.sort_by_key(|(path, _)| (rank(path.rsplit('/').next().unwrap_or_default()), *path));
    }
    found
}

/// Whether a name is a README's, and which comes first.
fn rank(name: &str) -> Option<usize> {
    ["README.md", "README.rst", "README.txt"].iter().position(|known| known.eq_ignore_ascii_case(name))
}

/// What reading a folder's README came to.
enum Read<'l> {
    Text { path: String, text: String, passed_over: Option<&'l str> },
    Not(Box<Met>),
}

fn read_readme<'l>(cx: &Cx<'_>, listing: &Listing, folder: &str, readmes: &[(&'l str, Listed)]) -> Read<'l> {
    let not = |met: Met| Read::Not(Box::new(met.subject(folder)));
    let Some((path, kind)) = readmes.first() else { return not(no_readme(cx, folder)) };
    let place = Place::of(shown(path));
    let bytes = match open(cx, listing, path, *kind) {
        Ok(bytes) => bytes,
        Err(LookError::LeavesRoot(target)) => {
            let message = format!("is a link that leaves the root (to `{target}`)");
            return not(Met::new(&rules::LEAVES_ROOT, place, message));
        }
        Err(LookError::Dangling(target)) if *kind == Listed::Symlink => {
            let message = format!("is a link to `{target}`, which is not among the promoted files");
            return not(Met::new(&rules::UNREADABLE, place, message));
        }
        Err(LookError::TooLarge(_)) => return not(Met::new(&rules::TOO_LARGE, place, "is larger than 4 MiB")),
        Err(LookError::NotFound) => return not(Met::new(&rules::UNREADABLE, place, "is tracked, but not on disk")),
        Err(error) => return not(Met::new(&rules::UNREADABLE, place, format!("cannot be read: {error}"))),
    };
    match String::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Read::Text { path: (*path).to_owned(), text, passed_over: readmes.get(1).map(|r| r.0) },
        _ => not(Met::new(&rules::NOT_TEXT, place, "is not UTF-8 text")),
    }
}

/// The bytes of a README; a link is followed inside the root, to a promoted file.
fn open(cx: &Cx<'_>, listing: &Listing, path: &str, kind: Listed) -> Result<Vec<u8>, LookError> {
    let mut path = RelPath::parse(path)?;
    if kind == Listed::Symlink {
        path = resolve(cx.tree(), &path)?;
        if listing.get(path.as_str()).is_none() {
            return Err(LookError::Dangling(shown(path.as_str())));
        }
    }
    let mut bytes = Vec::new();
    cx.tree().read(&path, LIMIT, &mut bytes)?;
    Ok(bytes)
}

/// No README is promoted; says whether one lies on disk.
fn no_readme(cx: &Cx<'_>, folder: &str) -> Met {
    let mut on_disk: Option<String> = None;
    let visit = RelPath::parse(folder).map_err(LookError::from).and_then(|folder| {
        cx.tree().visit(&folder, &mut |entry| {
            let name = std::str::from_utf8(entry.name()).unwrap_or_default();
            if rank(name).is_some() && on_disk.is_none() {
                on_disk = Some(name.to_owned());
            }
            Ok(())
        })
    });
    // That the folder cannot be visited changes nothing: among the promoted files there is no README.
    match (visit, on_disk) {
        (Ok(()), Some(name)) => {
            let path = format!("{folder}/{name}");
            let message = format!("`{}` is on disk but not among the promoted files", shown(&path));
            Met::new(&rules::UNTRACKED, Place::of(shown(&path)), message).next(format!("git add {}", shell_word(&path)))
        }
        _ => Met::new(&rules::MISSING, Place::of(format!("{}/", shown(folder))), "has no README").next(add_command(folder)),
    }
}
