//! Kind `readmes`: every folder says what it is for, where to start, and what to leave alone.

mod examples;
mod gaps;
mod judging;
mod lookup;
mod reading;
mod rules;
mod sections;
mod targets;
mod words;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use gaps::{Draft, Gap};

use crate::check::{Answer, Check, Kind, Met, Need, Outcome, Place, Trouble, listing};
use crate::config::{AtLeastOne, Label, TreeGlob, any_used, load_options};
use crate::formats::{markdown, plain, prose::Line};
use crate::shown::{escaped, shell_word, shown};
use crate::world::{Cx, Listed, Listing};
use judging::Judging;
use reading::{Read, read_readme, readmes_by_folder};

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
        &rules::PATH_UNSEEN,
        &rules::UNREADABLE,
        &rules::TOO_LARGE,
        &rules::NOT_TEXT,
        &rules::NO_MATCH,
        &rules::ODD_NAME,
        &rules::NO_TREE,
    ],
    examples: &[examples::EXAMPLES],
    load: load_options::<Readmes>,
    schema: || schemars::schema_for!(Readmes),
    run_schema: None,
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
    sections: AtLeastOne<Label>,
    /// Sections whose paths must exist. Default: `["Entrypoints"]`.
    #[schemars(extend("default" = ["Entrypoints"]))]
    path_sections: Vec<Label>,
    /// Sections whose paths and globs must match something. Default: `["Do-not-touch"]`.
    #[schemars(extend("default" = ["Do-not-touch"]))]
    glob_sections: Vec<Label>,
    /// Whether `purpose` is as good as `Purpose`. Default: false.
    ignore_case: bool,
}

impl Default for Readmes {
    fn default() -> Self {
        Self {
            folders: None,
            exclude: Vec::new(),
            sections: AtLeastOne::of(&["Purpose", "Entrypoints", "Do-not-touch"]),
            path_sections: AtLeastOne::of(&["Entrypoints"]).into_vec(),
            glob_sections: AtLeastOne::of(&["Do-not-touch"]).into_vec(),
            ignore_case: false,
        }
    }
}

impl Check for Readmes {
    fn run(&self, cx: &Cx<'_>) -> Result<Outcome, Box<Trouble>> {
        let listing = listing(cx, &rules::NO_TREE)?;
        let mut outcome = Outcome::new("folder", "folders");
        let readmes = readmes_by_folder(&listing);
        for folder in self.folders(&listing, &mut outcome) {
            let read = read_readme(cx, &listing, folder, readmes.get(folder).map_or(&[], Vec::as_slice));
            // A folder whose README could not be looked at was not examined.
            outcome.examined.count += usize::from(!matches!(&read, Read::Not(met) if met.rule.answer == Answer::CannotTell));
            match read {
                Read::Text { path, text, passed_over } => {
                    if let Some(other) = passed_over {
                        let message = format!("`{}` is here as well; only `{}` is judged", shown(other), shown(&path));
                        outcome.add(Met::new(&rules::SEVERAL, Place::of(escaped(&path)), message).subject(folder));
                    }
                    Judging { cx: *cx, options: self, listing: &listing, folder, path: &path, text: &text }.judge(&mut outcome);
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

/// The visible lines of a README, by its suffix.
fn lines(path: &str, text: &str) -> Vec<Line> {
    if is_markdown(path) { markdown::lines(text) } else { plain::lines(text) }
}

fn is_markdown(path: &str) -> bool {
    path.to_ascii_lowercase().ends_with(".md")
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
        let submodules: Vec<&str> = listing.iter().filter(|(_, kind)| *kind == Listed::Submodule).map(|(path, _)| path).collect();
        let in_scope = |path: &str| match globs {
            None => !path.starts_with('.') && !path.contains('/'),
            Some(globs) => globs.iter().any(|glob| glob.matches(path)),
        };
        // A glob that meets nothing but a submodule has met nothing that can be looked at, so it is not marked as used.
        for path in submodules.into_iter().filter(|path| in_scope(path) && !excluded(path)) {
            outcome.add(Met::new(&rules::SUBMODULE, Place::of(format!("{}/", escaped(path))), format!("`{}` is a submodule", shown(path))));
        }
        for odd in listing.odd_folders() {
            let parts = odd.above.split('/').filter(|p| !p.is_empty()).count() + 1;
            if depth.is_none_or(|depth| parts <= depth) && !(parts > 1 && excluded(&odd.above)) {
                let message = format!("the name `{}` is not UTF-8 or holds a newline", odd.shown);
                outcome.add(Met::new(&rules::ODD_NAME, Place::of(format!("{}/", odd.shown)), message));
            }
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
        folders
    }

    /// The labels to look for: those that must be there first, then those that are only read.
    fn labels(&self) -> Vec<Label> {
        let mut labels = self.sections.as_slice().to_vec();
        for label in self.path_sections.iter().chain(&self.glob_sections) {
            if !labels.contains(label) {
                labels.push(label.clone());
            }
        }
        labels
    }
}

fn add_command(folder: &str) -> String {
    format!("gate readme add {}", shell_word(folder))
}
