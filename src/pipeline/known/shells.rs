//! Actions that run what they are given as a shell would.

use super::action_name;
use crate::formats::workflow::{At, Templated};

/// The input that holds the commands, by the name of the action; `*` at the end: all that begin so.
const INPUTS: &[(&str, &str)] = &[
    ("addnab/docker-run-action", "run"),
    ("azure/cli", "inlineScript"),
    ("coactions/setup-xvfb", "run"),
    ("cross-platform-actions/action", "run"),
    ("devcontainers/ci", "runCmd"),
    ("gabrielbb/xvfb-action", "run"),
    ("nick-fields/retry", "command"),
    ("nick-invision/retry", "command"),
    ("pyvista/setup-headless-display-action", "run"),
    ("reactivecircus/android-emulator-runner", "script"),
    ("uraimo/run-on-arch-action", "run"),
    ("vmactions/*", "run"),
    ("wandalen/wretry.action", "command"),
];

/// What stands before the words that an action is given: the action, the program, the input.
const PROGRAMS: &[(&str, &str, &[&str])] = &[
    ("actions-rs/cargo", "cargo", &["command", "args"]),
    ("borales/actions-yarn", "yarn", &["cmd"]),
    ("burrunan/gradle-cache-action", "gradle", &["arguments"]),
    ("gradle/actions/setup-gradle", "gradle", &["arguments"]),
    ("gradle/gradle-build-action", "gradle", &["arguments"]),
];

/// The script that an action runs.
pub(crate) fn script_of_action(uses: &str, with: &[(At<String>, Templated)]) -> Option<String> {
    let name = action_name(uses);
    let given = |key: &str| with.iter().find(|(own, _)| own.value.eq_ignore_ascii_case(key)).map(|(_, value)| value.source.as_str());
    let is_met = |own: &str| own == name || own.strip_suffix('*').is_some_and(|start| name.starts_with(start));
    if let Some((_, input)) = INPUTS.iter().find(|(own, _)| is_met(own)) {
        return given(input).map(str::to_owned);
    }
    let (_, program, inputs) = PROGRAMS.iter().find(|(own, _, _)| is_met(own))?;
    let words: Vec<&str> = inputs.iter().filter_map(|input| given(input)).flat_map(str::split_whitespace).collect();
    (!words.is_empty()).then(|| format!("{program} {}", words.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_one_input_or_several_behind_a_program() {
        let given = |key: &str, value: &str| {
            let text = Templated { line: 1, column: 1, source: value.to_owned(), pieces: Vec::new() };
            (At { line: 1, column: 1, value: key.to_owned() }, text)
        };
        assert_eq!(script_of_action("nick-fields/retry@v3", &[given("command", "npm test")]).as_deref(), Some("npm test"));
        assert_eq!(script_of_action("vmactions/freebsd-vm@v1", &[given("run", "make test")]).as_deref(), Some("make test"));
        let cargo = [given("command", "publish"), given("args", "-p x")];
        assert_eq!(script_of_action("actions-rs/cargo@v1", &cargo).as_deref(), Some("cargo publish -p x"));
        assert_eq!(script_of_action("gradle/actions/setup-gradle@v4", &[]), None);
        assert_eq!(script_of_action("actions/checkout@v4", &[given("run", "x")]), None);
    }
}
