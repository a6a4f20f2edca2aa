//! The options of the kind, and the settings that they make.

use std::ops::Range;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use super::NAME;
use crate::config::{AtLeastOne, Common, EvidencePath, Fault, Options, TimeLimit, read_options};
use crate::probes::kill_flag::{Settings, heartbeat};
use crate::run::redacted;
use crate::shown::shown;
use crate::world::RelPath;

/// Options of kind `kill-flag`, and of the probe whose report it judges.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct KillFlag {
    /// The runner and its arguments, started without a shell. Default: none; it must be said.
    #[serde(serialize_with = "without_secrets")]
    pub(crate) command: Option<AtLeastOne<String>>,
    /// The file whose being there ends the runner, below the root. The probe makes and removes it, and refuses to start where there is one.
    /// Default: `kill.flag`.
    #[schemars(extend("default" = "kill.flag"))]
    pub(crate) flag: EvidencePath,
    /// How often the runner looks for the flag, work included, as `200ms`. Default: none; it must be said.
    pub(crate) tick: Option<TimeLimit>,
    /// How much longer than a tick the runner may take to be gone. Default: half a tick, at most `1s`.
    pub(crate) grace: Option<TimeLimit>,
    /// How many trials have the flag at a random moment, from 1 to 10000. The other kinds of trials come beside them. Default: 20.
    pub(crate) trials: u32,
    /// What the random moments are made from, for the probe alone. The same seed makes the same moments. Default: another each time.
    pub(crate) seed: Option<u32>,
    /// The exit codes that are a good end, from 0 to 255. Default: 0.
    pub(crate) exit_codes: AtLeastOne<i32>,
    /// What shows that it works: `stdout:REGEX`, or `file:PATH`. A line of standard output that the expression matches, or a file that changes, below the
    /// folder that the runner starts in. Default: none; then the declared tick is taken on trust.
    pub(crate) heartbeat: Option<String>,
    /// The folder that the runner starts in, below the root. Default: the root.
    pub(crate) cwd: Option<String>,
    /// Variables for the runner, each as `NAME=value`. Default: none.
    #[serde(serialize_with = "names_alone")]
    pub(crate) set_env: Vec<String>,
    /// How long the runner may take until its first tick. Default: `10s`.
    pub(crate) startup_timeout: TimeLimit,
    /// How many trials at a time, each in a copy of the root, from 1 to 64. Default: 1.
    pub(crate) parallel: u32,
    /// The report that the probe leaves. Default: `reports/NAME.json`, where NAME is that of the check.
    pub(crate) report: Option<EvidencePath>,
    /// How old a report may be, from its `finished_at` to now, as `24h`. Default: any age.
    pub(crate) max_age: Option<TimeLimit>,
}

impl Default for KillFlag {
    fn default() -> Self {
        Self {
            command: None,
            flag: EvidencePath::of("kill.flag"),
            tick: None,
            grace: None,
            trials: 20,
            seed: None,
            exit_codes: AtLeastOne::one(0),
            heartbeat: None,
            cwd: None,
            set_env: Vec::new(),
            startup_timeout: TimeLimit::from_secs(10),
            parallel: 1,
            report: None,
            max_age: None,
        }
    }
}

fn without_secrets<S: Serializer>(command: &Option<AtLeastOne<String>>, serializer: S) -> Result<S::Ok, S::Error> {
    command.as_ref().map(|words| redacted(words.as_slice())).serialize(serializer)
}

fn names_alone<S: Serializer>(variables: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    let name = |variable: &String| format!("{}=…", variable.split('=').next().unwrap_or_default());
    variables.iter().map(name).collect::<Vec<_>>().serialize(serializer)
}

/// Something that contradicts itself: the option, where one alone is at fault, and what is wrong.
pub(crate) type Contradiction = (Option<&'static str>, Fault);

/// Reads the options of a check, as a file or flags have them, and what they ask of a runner.
///
/// # Errors
/// Everything that is wrong with them.
pub(crate) fn read_settings(options: Options<'_>) -> Result<(KillFlag, Settings), Vec<Fault>> {
    let name = options.name.clone();
    let spans: Vec<(String, Range<usize>)> =
        options.table.get_ref().iter().map(|(key, value)| (key.get_ref().to_string(), value.span())).collect();
    let (read, faults) = read_options::<KillFlag>(options, &Common::KEYS);
    let (Some(mut options), true) = (read, faults.is_empty()) else { return Err(faults) };
    options.report = options.report.or_else(|| Some(EvidencePath::of(&format!("reports/{}.json", name.as_deref().unwrap_or(NAME)))));
    let at = |(key, fault): Contradiction| {
        let span = spans.iter().find(|(named, _)| key == Some(named)).map(|(_, span)| span.clone());
        Fault { span, ..fault }
    };
    match options.settings() {
        Ok(settings) => Ok((options, settings)),
        Err(wrong) => Err(wrong.into_iter().map(at).collect()),
    }
}

impl KillFlag {
    /// What is asked of the runner.
    ///
    /// # Errors
    /// Everything that is missing or contradicts itself.
    pub(crate) fn settings(&self) -> Result<Settings, Vec<Contradiction>> {
        let mut wrong = Vec::new();
        let command = self.command(&mut wrong);
        let tick = self.tick(&mut wrong);
        let flag = self.flag.get().clone();
        let report = self.report.as_ref().map_or_else(|| EvidencePath::of(&format!("reports/{NAME}.json")), Clone::clone).get().clone();
        self.places(&report, &mut wrong);
        let trials = within("trials", self.trials, Settings::MOST, &mut wrong);
        let parallel = within("parallel", self.parallel, Settings::MOST_AT_A_TIME, &mut wrong);
        let heartbeat = self.heartbeat.as_deref().map(heartbeat).transpose().unwrap_or_else(|why| {
            wrong.push(alone("heartbeat", why));
            None
        });
        let cwd = RelPath::parse(self.cwd.as_deref().unwrap_or_default()).unwrap_or_else(|error| {
            wrong.push(alone("cwd", error.to_string()));
            RelPath::root()
        });
        let set_env = self.variables(&mut wrong);
        if let Some(code) = self.exit_codes.as_slice().iter().find(|code| !(0..=255).contains(*code)) {
            wrong.push(alone("exit-codes", format!("`exit-codes` has {code}; no program ends so: they go from 0 to 255")));
        }
        let grace = self.grace.map_or((tick / 2).min(Duration::from_secs(1)), TimeLimit::get);
        let (exit_codes, startup) = (self.exit_codes.as_slice().to_vec(), self.startup_timeout.get());
        match wrong.is_empty() {
            true => Ok(Settings { command, flag, tick, grace, trials, exit_codes, heartbeat, cwd, set_env, startup, parallel, report }),
            false => Err(wrong),
        }
    }

    fn command(&self, wrong: &mut Vec<Contradiction>) -> Vec<String> {
        let command = self.command.as_ref().map_or(&[][..], |words| words.as_slice()).to_vec();
        match command.first().map(String::as_str) {
            None => wrong.push((None, fault("`command` is missing").help("write `command = [\"python\", \"run.py\"]`: the runner"))),
            Some("") => wrong.push(alone("command", "the first word of `command` is empty")),
            Some(_) => {}
        }
        if command.iter().any(|word| word.contains('\0')) {
            wrong.push(alone("command", "a word of `command` holds NUL"));
        }
        command
    }

    fn tick(&self, wrong: &mut Vec<Contradiction>) -> Duration {
        let startup = self.startup_timeout;
        match self.tick {
            None => {
                wrong.push((None, fault("`tick` is missing").help("write `tick = \"200ms\"`: how often the runner looks for the flag")))
            }
            Some(tick) if tick.get() < Duration::from_millis(1) => wrong.push(alone("tick", "a tick of less than 1ms cannot be measured")),
            Some(tick) if tick.get() > startup.get() => {
                let message = format!("`tick` ({tick}) is longer than `startup-timeout` ({startup}): no first tick could be waited for");
                wrong.push((None, fault(message)));
            }
            Some(_) => {}
        }
        self.tick.map_or(Duration::ZERO, TimeLimit::get)
    }

    fn places(&self, report: &RelPath, wrong: &mut Vec<Contradiction>) {
        let is_own = |path: &RelPath| path.parts().next() == Some(".gate");
        if is_own(self.flag.get()) {
            wrong.push(alone("flag", "`.gate` is gate's own folder: no runner looks there"));
        }
        if is_own(report) {
            wrong.push(alone("report", "`.gate` is gate's own folder: nobody looks for a report there"));
        }
        if self.flag.get() == report {
            wrong.push((None, fault("`flag` and `report` are the same file")));
        }
    }

    fn variables(&self, wrong: &mut Vec<Contradiction>) -> Vec<(String, String)> {
        let mut variables: Vec<(String, String)> = Vec::new();
        for variable in &self.set_env {
            match variable.split_once('=') {
                // What has no name or no `=` may be a value: it is not shown.
                None | Some(("", _)) => wrong.push(alone("set-env", "a variable of `set-env` is not written as `NAME=value`")),
                Some(_) if variable.contains('\0') => wrong.push(alone("set-env", "a variable of `set-env` holds NUL")),
                Some((name, _)) if variables.iter().any(|(known, _)| known == name) => {
                    wrong.push(alone("set-env", format!("`set-env` has `{}` twice", shown(name))));
                }
                Some((name, value)) => variables.push((name.to_owned(), value.to_owned())),
            }
        }
        variables
    }
}

/// A number from 1 to a limit.
fn within(key: &'static str, number: u32, most: usize, wrong: &mut Vec<Contradiction>) -> usize {
    let number = usize::try_from(number).unwrap_or(usize::MAX);
    if number == 0 || number > most {
        wrong.push(alone(key, format!("`{key}` is {number}; it goes from 1 to {most}")));
    }
    number
}

fn fault(message: impl Into<String>) -> Fault {
    Fault { span: None, message: message.into(), help: None }
}

fn alone(key: &'static str, message: impl Into<String>) -> Contradiction {
    (Some(key), fault(message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Text;

    fn read_text(text: &str) -> Result<Settings, Vec<String>> {
        let text = Text::new("gate.toml".to_owned(), text.to_owned());
        let options = Options::parse(&text).unwrap();
        read_settings(options).map(|(_, settings)| settings).map_err(|faults| faults.into_iter().map(|fault| fault.message).collect())
    }

    #[test]
    fn what_is_left_out_has_the_value_that_the_manual_says() {
        let settings = read_text("command = [\"run\"]\ntick = \"100ms\"").unwrap();
        assert_eq!((settings.grace, settings.trials, settings.exit_codes), (Duration::from_millis(50), 20, vec![0]));
        assert_eq!((settings.flag.as_str(), settings.report.as_str()), ("kill.flag", "reports/kill-flag.json"));
        assert_eq!((settings.cwd.is_root(), settings.parallel, settings.startup), (true, 1, Duration::from_secs(10)));
        assert_eq!(read_text("command = [\"run\"]\ntick = \"9s\"").unwrap().grace, Duration::from_secs(1));
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once_and_no_value_of_a_variable_is() {
        let text =
            "flag = \".gate/x\"\ntrials = 0\nparallel = 65\nheartbeat = \"tick\"\ncwd = \"..\"\nset-env = [\"hunter2\", \"A=1\", \"A=2\"]";
        let wrong = read_text(text).unwrap_err();
        assert_eq!(wrong.len(), 9, "{wrong:#?}");
        assert!(!wrong.iter().any(|message| message.contains("hunter2")), "{wrong:#?}");
    }

    #[test]
    fn contradictions_are_refused() {
        for (text, why) in [
            ("tick = \"0s\"", "more than zero"),
            ("tick = \"-1s\"", "not a duration"),
            ("tick = \"10us\"", "less than 1ms"),
            ("tick = \"11s\"", "longer than `startup-timeout`"),
            ("tick = \"1s\"\ntrials = 1000000000", "from 1 to 10000"),
            ("tick = \"1s\"\ntrials = -1", "-1"),
            ("tick = \"1s\"\nflag = \"../x\"", "leaves the root"),
            ("tick = \"1s\"\nflag = \"/tmp/x\"", "absolute"),
            ("tick = \"1s\"\nflag = \".git/x\"", "no path"),
            ("tick = \"1s\"\nflag = \"reports/kill-flag.json\"", "the same file"),
            ("tick = \"1s\"\nexit-codes = []", "empty list"),
            ("tick = \"1s\"\nexit-codes = [0, 256]", "from 0 to 255"),
        ] {
            let wrong = read_text(&format!("command = [\"run\"]\n{text}")).unwrap_err();
            assert!(wrong.len() == 1 && wrong[0].contains(why), "{text}: {wrong:?}");
        }
    }
}
