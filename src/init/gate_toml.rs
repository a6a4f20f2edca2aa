//! The text of gate.toml that follows from a survey.

use super::bundle::ConfigFrom;
use super::data::{DataKey, DataSource};
use super::survey::Survey;
use crate::shown::{counted, harmless, shown};

const TEMPLATE: &str = include_str!("../../templates/gate.toml");

/// What can be set for the hook, with the defaults.
const HOOK: &str = "\n\n\
# [hook]                # how the pre-push hook asks for the smoke command\n\
# time-budget = \"10m\"   # it may take so long; then it is ended, and the push refused\n\
# untested = \"say\"      # what becomes of a push of what is not in the work tree; \"block\" refuses it";

/// How a check stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shortfall {
    pub(crate) short: usize,
    pub(crate) unseen: usize,
    pub(crate) examined: usize,
}

/// How the lockfiles stand today.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Locks {
    /// Their check would not block.
    #[default]
    Fine,
    Short(Shortfall),
    /// There are none, and nothing that asks for one.
    None,
}

/// How the promotion stands today, as the workflows tell it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Promotion {
    /// There is no workflow.
    #[default]
    None,
    /// There are workflows, and none of their jobs promotes.
    NoJob,
    /// Its check would not block.
    Fine,
    Short(Shortfall),
    /// Another workflow has a promote job beside the one that is written.
    Beside,
}

/// What the text is to say beside what lies here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wish {
    /// What the check of READMEs would block for today; `None`: it would not block.
    pub(crate) readmes: Option<Shortfall>,
    /// How the check of lockfiles stands.
    pub(crate) lockfiles: Locks,
    /// How the promotion stands.
    pub(crate) promotion: Promotion,
    /// Whether the hook is asked for, so that its settings are worth a line.
    pub(crate) hook: bool,
}

/// Asked where there is a pins file; a first look at pins that nobody judged yet blocks nothing.
const SCHEMAS: &str = "\n\n[check.schema-pins]\n# The schemas of other repositories are the pinned ones, and a pin that moves has a note below docs/migrations. When all of it holds, take\n\
                       # the mode away.\nmode = \"guided\"";

pub(crate) fn gate_toml(survey: &Survey, wish: Wish) -> String {
    let notes: String = survey.notes.iter().map(|note| comment(note)).collect();
    let record = &survey.record;
    let config: Vec<String> = ["gate.toml"].into_iter().chain(survey.config.globs.iter().map(String::as_str)).map(quoted).collect();
    let aliases: Vec<String> = record.evidence.aliases.iter().map(|path| quoted(path.as_str())).collect();
    let aliases = match aliases.is_empty() {
        true => String::new(),
        false => format!("# The same bytes lie here too; `gate run` writes them all.\naliases = [{}]\n", aliases.join(", ")),
    };
    fill(
        TEMPLATE,
        &[
            ("found", harmless(&survey.in_short())),
            ("notes", notes),
            ("smoke", smoke(survey)),
            ("record-why", if record.exists { " There is one already." } else { "" }.to_owned()),
            ("record", quoted(record.evidence.record.as_str())),
            ("aliases", aliases),
            ("config-why", config_why(survey.config.from).to_owned()),
            ("config", config.join(", ")),
            ("data", data(survey.data.as_ref())),
            ("run-mode", run_mode(survey)),
            ("readmes", check_readmes(survey, wish.readmes)),
            ("lockfiles", check_lockfiles(wish.lockfiles)),
            ("schemas", if survey.has_pins { SCHEMAS } else { "" }.to_owned()),
            ("promotion", check_promotion(wish.promotion)),
            ("hook", if wish.hook { HOOK } else { "" }.to_owned()),
        ],
    )
}

/// `text` with every `{{name}}` filled in; what is filled in is not read again.
fn fill(text: &str, values: &[(&str, String)]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once("{{") {
        out.push_str(head);
        let known = tail.split_once("}}").and_then(|(name, after)| Some((values.iter().find(|(known, _)| *known == name)?, after)));
        match known {
            Some(((_, value), after)) => {
                out.push_str(value);
                rest = after;
            }
            None => {
                out.push_str("{{");
                rest = tail;
            }
        }
    }
    out + rest
}

/// A line of comment, whatever is in it.
fn comment(text: &str) -> String {
    format!("# {}.\n", harmless(text))
}

/// A string as TOML writes it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}

fn words(words: &[String]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ")
}

fn smoke(survey: &Survey) -> String {
    match &survey.smoke {
        Some(smoke) => format!(
            "# What `gate run` runs: {}. Best is a run in small of what goes to production.\nsmoke = [{}]",
            harmless(&smoke.found),
            words(&smoke.words)
        ),
        None => "# No smoke or test command was found. Name yours, or give it each time: gate run -- CMD…\n# smoke = [\"make\", \"smoke\"]"
            .to_owned(),
    }
}

fn config_why(from: ConfigFrom) -> &'static str {
    match from {
        ConfigFrom::Names => "Add what else steers a run.",
        ConfigFrom::Manifests => "No config folder was found:\n# manifests and lockfiles stand here instead. Name what steers a run.",
        ConfigFrom::Nothing => "None was found:\n# name what steers a run, as \"config/**/*.yaml\".",
    }
}

fn data(source: Option<&DataSource>) -> String {
    let Some(source) = source else {
        return "# No data was found that a run reads. If there is some, write [run.data] with `path` (or dvc, lfs, manifest) instead.\n\
                no-data = \"gate init found no data here\"\n"
            .to_owned();
    };
    let (key, why) = match source.key {
        DataKey::Dvc => ("dvc", "The data that DVC looks after"),
        DataKey::Manifest => ("manifest", "The data that a list of checksums names"),
        DataKey::Path => ("path", "The data that a run reads"),
    };
    let mut text = format!("\n# {why}; its digest goes into the record.\n[run.data]\n{key} = {}\n", quoted(&source.path));
    if let Some(out) = &source.out {
        text.push_str(&format!("# The first of several outputs; name the one that a run reads.\nout = {}\n", quoted(out)));
    }
    if let Some(first) = source.others.first() {
        let more = if source.others.len() > 1 { format!(" and {} more", source.others.len() - 1) } else { String::new() };
        text.push_str(&format!("# There is also `{}`{more}; one source is judged.\n", shown(first)));
    }
    text + "# Binds promotion to this very snapshot; `gate hash data --update` writes the file.\n# expect-file = \"lockfiles/data.toml\"\n"
}

/// No record that is there can be of a config that holds this new file, so the check begins as guided.
fn run_mode(survey: &Survey) -> String {
    let why = match survey.record.exists {
        true => format!("`{}` was made before this file, which is part of the config", shown(survey.record.evidence.record.as_str())),
        false => "there is no run record yet".to_owned(),
    };
    let run = if survey.smoke.is_some() { "gate run" } else { "gate run -- CMD…" };
    format!("# Today {why}: `{run}` makes one. Delete this line then, and a commit without its run is held.\nmode = \"guided\"")
}

fn check_readmes(survey: &Survey, today: Option<Shortfall>) -> String {
    let mut folders = vec!["[!.]*".to_owned()];
    folders.extend(survey.members.iter().map(|folder| format!("{folder}/*")));
    let folders = words(&folders);
    if !survey.has_folders {
        return format!(
            "# There is no folder yet whose README could be asked for. When there is, take the signs away:\n# [check.readmes]\n# folders = [{folders}]"
        );
    }
    let also = if survey.members.is_empty() { "" } else { ", and the parts of the project" };
    let mode = today.map_or_else(String::new, |today| format!("{}\nmode = \"guided\"\n", short_today(today, ("folder", "folders"))));
    let exclude = match &survey.data_folder {
        Some(folder) => format!("# A README in there would be part of the data.\nexclude = [{}]\n", quoted(folder)),
        None => String::new(),
    };
    let sections = "# Each README has these sections, with something true under each; `gate readme add` writes what is missing.";
    format!(
        "[check.readmes]\n{mode}# Every top-level folder but dot folders{also}.\nfolders = [{folders}]\n{exclude}{sections}\n\
         sections = [\"Purpose\", \"Entrypoints\", \"Do-not-touch\"]"
    )
}

fn check_lockfiles(today: Locks) -> String {
    let age = "audit-after = \"90d\"";
    let mode = match today {
        Locks::None => {
            return format!(
                "# There is no lockfile yet, and nothing that asks for one. When there is, take the signs away:\n# [check.lockfiles]\n# {age}"
            );
        }
        Locks::Fine => String::new(),
        Locks::Short(today) => format!("{}\nmode = \"guided\"\n", short_today(today, ("lockfile", "lockfiles"))),
    };
    format!(
        "[check.lockfiles]\n{mode}# What is installed is pinned, and locked for what the manifests ask for; `gate lock status` shows it. After so long without a change a\n\
         # lock is to be looked through.\n{age}"
    )
}

fn check_promotion(today: Promotion) -> String {
    let mode = match today {
        Promotion::None => return String::new(),
        Promotion::NoJob => {
            return "\n\n# No job of the workflows is called `promote` yet. When there is one, take the sign away:\n# [check.promotion-only]".to_owned();
        }
        Promotion::Fine => String::new(),
        Promotion::Beside => "\n# Another workflow has, or may have, a promote job too: this one decides. Take `mode` away once what is published waits for it.\nworkflow = \"gate.yml\"\nmode = \"guided\"".to_owned(),
        Promotion::Short(today) => format!("\n{}\nmode = \"guided\"", short_today(today, ("workflow", "workflows"))),
    };
    format!(
        "\n\n# Only the job `promote` blocks, and nothing is published past it; `gate workflow graph` draws the jobs.\n[check.promotion-only]{mode}"
    )
}

/// `# 3 of 27 folders fall short today; delete this line when they no longer do`.
fn short_today(today: Shortfall, (one, many): (&str, &str)) -> String {
    let Shortfall { short, unseen, examined } = today;
    let mut parts = Vec::new();
    if short > 0 {
        let verb = if short == 1 { "falls" } else { "fall" };
        parts.push(format!("{short} of {} {verb} short", counted(examined.max(short), one, many)));
    }
    if unseen > 0 || short == 0 {
        parts.push(format!("{} could not be looked at", counted(unseen.max(1), "thing", "things")));
    }
    format!(
        "# {} today; delete this line when {} no longer so.",
        parts.join(" and "),
        if short + unseen == 1 { "that is" } else { "they are" }
    )
}

#[cfg(test)]
mod tests;
