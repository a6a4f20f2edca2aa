//! The vocabulary: what a kind is, what a check comes back with. Facts only; what they are worth is `policy`'s business.

mod example;

use std::ops::Range;
use std::sync::Arc;

use schemars::Schema;
use serde::{Deserialize, Serialize};

pub(crate) use example::{Example, Sample};

use crate::config::{Fault, Options, RunOptions};
use crate::world::{Cx, Listing, LookError, RelPath};

/// Everything gate knows about a kind, as one static value.
pub(crate) struct Kind {
    /// What `kind = ` says, and the command's name.
    pub(crate) name: &'static str,
    /// One line for `gate list`.
    pub(crate) summary: &'static str,
    /// What it has to look at; shown by `--plan`. A missing one is trouble.
    pub(crate) needs: &'static [Need],
    /// Everything it can find or fail to see.
    pub(crate) rules: &'static [&'static Rule],
    /// Shown in the docs, and run by the registry test.
    pub(crate) examples: &'static [&'static [Example]],
    /// Reads the options of one check, and what it needs of the shared sections.
    pub(crate) load: fn(Options, &Shared) -> Loaded,
    /// The JSON Schema of the options, made from the doc comments of their struct.
    pub(crate) schema: fn() -> Schema,
    /// The keys of `[run]`, where its checks read that section too: they are flags of the kind.
    pub(crate) run_schema: Option<fn() -> Schema>,
}

/// The sections of gate.toml that a kind may read beside its own table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared {
    /// `None`: it is at fault, and that was told.
    pub(crate) run: Option<RunOptions>,
    /// Where `[run]` stands in the text; `None`: it is not there.
    pub(crate) run_span: Option<Range<usize>>,
}

/// A check made from its options, or what is wrong with them.
pub(crate) type Loaded = Result<Box<dyn Check>, Vec<Fault>>;

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Kind({})", self.name)
    }
}

/// A door that a kind looks through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Need {
    /// The promoted files.
    Tree,
    /// What runs and probes left on disk.
    Evidence,
    /// Questions to git.
    History,
}

/// One thing a kind can find, or fail to see.
#[derive(Debug)]
pub(crate) struct Rule {
    /// `kind/rule`; stable, and the `failure_reason_code` of every report.
    pub(crate) id: &'static str,
    /// What it is worth unless gate.toml says otherwise.
    pub(crate) level: Level,
    /// Whether meeting it means "wrong" or "cannot tell".
    pub(crate) answer: Answer,
    /// One line: what is so.
    pub(crate) summary: &'static str,
    /// Why it matters and how to mend it; Markdown.
    pub(crate) help: &'static str,
}

impl Rule {
    /// The id without the kind: what `levels = { … }` calls it.
    pub(crate) fn short(&self) -> &'static str {
        self.id.rsplit_once('/').map_or(self.id, |(_, short)| short)
    }
}

/// What meeting a rule is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Level {
    /// Said, and nothing more.
    Note,
    /// Shown as a warning; never holds a promotion.
    Warn,
    /// Holds the promotion.
    Block,
}

impl Level {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warn => "warn",
            Self::Block => "block",
        }
    }
}

/// How far a check is rolled out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Mode {
    /// Only in the report: every ruling is a note.
    Shadow,
    /// Warns at most.
    Guided,
    /// May block.
    #[default]
    Prescriptive,
}

impl Mode {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Shadow => "shadow",
            Self::Guided => "guided",
            Self::Prescriptive => "prescriptive",
        }
    }
}

/// The three answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Answer {
    /// Looked at, and nothing is wrong.
    Fine,
    /// Looked at, and broken or absent.
    Wrong,
    /// Could not be looked at.
    CannotTell,
}

/// Where something is.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// A path relative to the root, already fit to be shown.
    pub(crate) path: String,
    /// From 1, where it is known.
    pub(crate) line: Option<usize>,
}

impl Place {
    pub(crate) fn of(path: impl ToString) -> Self {
        Self { path: path.to_string(), line: None }
    }

    pub(crate) fn at(path: impl ToString, line: usize) -> Self {
        Self { path: path.to_string(), line: Some(line) }
    }
}

/// A rule met at a place.
#[derive(Clone, Debug)]
pub(crate) struct Met {
    pub(crate) rule: &'static Rule,
    /// What falls short, as counted by `Examined`: a folder, a lockfile, a job.
    pub(crate) subject: String,
    pub(crate) place: Place,
    /// What, in one sentence without a full stop; strangers' words escaped and in backticks.
    pub(crate) message: String,
    pub(crate) expected: Option<String>,
    pub(crate) actual: Option<String>,
    /// The command to type next; without one, `gate explain` is offered.
    pub(crate) next: Option<String>,
}

impl Met {
    pub(crate) fn new(rule: &'static Rule, place: Place, message: impl Into<String>) -> Self {
        let subject = place.path.clone();
        Self { rule, subject, place, message: message.into(), expected: None, actual: None, next: None }
    }

    pub(crate) fn subject(mut self, subject: impl ToString) -> Self {
        self.subject = subject.to_string();
        self
    }

    pub(crate) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    pub(crate) fn actual(mut self, actual: impl Into<String>) -> Self {
        self.actual = Some(actual.into());
        self
    }

    pub(crate) fn next(mut self, command: impl Into<String>) -> Self {
        self.next = Some(command.into());
        self
    }
}

/// A rule of answer "wrong", met.
#[derive(Clone, Debug)]
pub(crate) struct Finding(pub(crate) Met);

/// A rule of answer "cannot tell", met.
#[derive(Clone, Debug)]
pub(crate) struct Trouble(pub(crate) Met);

/// How much was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Examined {
    pub(crate) count: usize,
    /// One of them: `folder`.
    pub(crate) one: &'static str,
    /// Several of them: `folders`.
    pub(crate) many: &'static str,
}

/// What one check came back with. One bad file never hides the others.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) examined: Examined,
    pub(crate) findings: Vec<Finding>,
    pub(crate) troubles: Vec<Trouble>,
    /// What is so, in a few words each, fit to be shown where nothing was met; none: how much was examined is said.
    pub(crate) says: Vec<String>,
}

impl Outcome {
    pub(crate) fn new(one: &'static str, many: &'static str) -> Self {
        Self { examined: Examined { count: 0, one, many }, findings: Vec::new(), troubles: Vec::new(), says: Vec::new() }
    }

    /// Files a met rule under its answer.
    pub(crate) fn add(&mut self, met: Met) {
        match met.rule.answer {
            Answer::Wrong => self.findings.push(Finding(met)),
            Answer::CannotTell | Answer::Fine => self.troubles.push(Trouble(met)),
        }
    }
}

/// The promoted files; where they cannot be listed, `rule` is met.
pub(crate) fn listing(cx: &Cx<'_>, rule: &'static Rule) -> Result<Arc<Listing>, Box<Trouble>> {
    cx.tree().listing().map_err(|error| {
        let mut met = Met::new(rule, Place::of("."), format!("the promoted files could not be listed: {error}"));
        if let LookError::History(history) = &error {
            met.next = history.next().map(str::to_owned);
        }
        Box::new(Trouble(met))
    })
}

/// How running one check ended.
#[derive(Clone, Debug)]
pub(crate) enum Ran {
    Outcome(Outcome),
    /// It panicked; what it said.
    Panicked(String),
}

/// Everything that came back from the engine.
pub(crate) struct Gathered {
    /// One entry a check, in plan order.
    pub(crate) ran: Vec<Ran>,
    /// `None` when the command does not ask about a commit.
    pub(crate) circumstances: Option<Circumstances>,
    /// There is no git repository: the promoted files are what a walk over the folder found.
    pub(crate) walked: bool,
    /// Whether git tracks the policy file; `None`: nobody decides about a commit, or the file is not in the root.
    pub(crate) policy_tracked: Option<Tracked>,
}

/// Whether git tracks a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tracked {
    Yes,
    No,
    /// git did not say.
    Unknown,
}

/// What is so of the commit as a whole.
#[derive(Clone, Debug)]
pub(crate) struct Circumstances {
    /// The id of the commit at HEAD.
    pub(crate) commit: Result<String, Refused>,
    /// Tracked paths that differ from it, fit to be shown; empty when there is no commit.
    pub(crate) dirty: Result<Vec<String>, Refused>,
    /// Pushes past the smoke test that nothing has settled.
    pub(crate) bypasses: Vec<Pushed>,
    /// Why it is not known whether there are more.
    pub(crate) bypasses_unread: Option<String>,
}

/// A push that went past the smoke test.
#[derive(Clone, Debug)]
pub(crate) struct Pushed {
    /// Which, when and by whom: one sentence, fit to be shown.
    pub(crate) what: String,
    /// The command that settles it.
    pub(crate) next: String,
}

/// A question about the commit that git did not answer.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) why: String,
    /// The command that helps, if there is one.
    pub(crate) next: Option<String>,
}

/// One configured question. The options struct is the check.
pub(crate) trait Check: Send + Sync {
    /// Looks, and says what is so.
    ///
    /// # Errors
    /// Only when the whole check cannot look; anything less is a trouble in the outcome.
    fn run(&self, cx: &Cx<'_>) -> Result<Outcome, Box<Trouble>>;

    /// The options as they are in force, defaults included; shown by `--plan`.
    fn options(&self) -> serde_json::Value;

    /// The report of a probe that it judges: evidence, and so never dirt.
    fn report(&self) -> Option<&RelPath> {
        None
    }
}
