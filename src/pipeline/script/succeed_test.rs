//! Which scripts can end with 0.

use std::collections::BTreeMap;

use super::*;
use crate::formats::shell::parse;
use crate::pipeline::value::{Piece, Results};

pub(super) fn bash(shell: Option<&str>) -> Shell {
    let Reads::Shell(shell) = Shell::of(shell) else { panic!("{shell:?}") };
    shell
}

fn json(a: &str, b: &str) -> String {
    format!("{{\n  \"a\": {{\n    \"result\": \"{a}\",\n    \"outputs\": {{}}\n  }},\n  \"b\": {{\n    \"result\": \"{b}\"\n  }}\n}}")
}

/// `A` and `B` hold the results, `RESULTS` both, `ANY` all there are; `BAD` is all but success.
fn succeeds_in(script: &str, a: &str, b: &str, shell: Option<&str>) -> Succeeds {
    let all = Text(vec![Piece::OneOf(Results::ANY)]);
    let bad = Text(vec![Piece::OneOf(Results::ANY.without(Results::SUCCESS).unwrap())]);
    let given = [
        ("A", Text::known(a)),
        ("B", Text::known(b)),
        ("RESULTS", Text::known(format!("{a} {b}"))),
        ("NEEDS", Text::known(json(a, b))),
        ("ANY", all.clone()),
        ("BAD", bad),
        ("EMPTY", Text::known("")),
    ];
    let variables: BTreeMap<String, Text> = given.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
    let expression = |source: &str| match source {
        "needs.a.result" => Value::Text(Text::known(a)),
        "needs.any.result" => Value::Text(all.clone()),
        "toJSON(needs)" => Value::Text(Text::known(json(a, b))),
        "join(needs.*.result, ' ')" => Value::Text(Text::known(format!("{a} {b}"))),
        "contains(needs.*.result, 'failure')" => Value::Bool(a == "failure" || b == "failure"),
        _ => Value::Unknown,
    };
    let script = parse(script).unwrap_or_else(|fault| panic!("{script}\n{fault}"));
    can_succeed(&script, bash(shell), Given { variables: &variables, expression: &expression })
}

/// Fails with a failure among the results, and succeeds without one.
fn checks(script: &str) {
    assert_eq!(succeeds_in(script, "success", "failure", None), Succeeds::No, "{script}");
    assert_eq!(succeeds_in(script, "success", "success", None), Succeeds::Yes, "{script}");
}

fn never(script: &str) {
    assert_eq!(succeeds_in(script, "success", "failure", None), Succeeds::No, "{script}");
}

fn may(script: &str) {
    assert_eq!(succeeds_in(script, "success", "failure", None), Succeeds::Yes, "{script}");
}

#[test]
fn checks_of_results_fail_where_one_is_a_failure() {
    for script in [
        "for r in $RESULTS; do test \"$r\" = success; done",
        "for r in $RESULTS; do [ \"$r\" = success ] || exit 1; done",
        "for r in $RESULTS; do if [[ $r != success ]]; then echo no; exit 1; fi; done; echo yes",
        "for r in ${{ join(needs.*.result, ' ') }}; do [ $r = success ]; done",
        "for r in \"$A\" \"$B\"; do case $r in success|skipped) ;; *) exit 1 ;; esac; done",
        "[[ \"$B\" == \"success\" ]]",
        "[ \"$B\" = success ] || exit 1",
        "[ \"$B\" = success ] || { echo bad; exit 1; }",
        "test \"$A\" = success && test \"$B\" = success",
        "[ \"$A\" = success ] && [ \"$B\" = success ] && echo ok",
        "[ \"x$B\" = xsuccess ]",
        "if [ \"$B\" != \"success\" ]; then echo; exit 1; fi",
        "if [ \"$A\" != \"success\" ] || [ \"$B\" != success ]; then exit 1; fi",
        "if [ \"$A\" = success -a \"$B\" = success ]; then echo ok; else exit 1; fi",
        "if [[ $A == success && $B == success ]]; then\n  echo ok\nelse\n  exit 1\nfi",
        "case \"$B\" in success) echo ok ;; *) echo bad; exit 1 ;; esac",
        "case \"$A-$B\" in success-success) ;; *) false ;; esac",
        "[[ \"$B\" =~ ^(success|skipped)$ ]]",
        "[[ ! \"$RESULTS\" =~ failure ]]",
        "[[ \"$RESULTS\" != *failure* ]]",
        "if [[ \"$RESULTS\" == *failure* ]]; then exit 1; fi",
        "if grep -q failure <<< \"$RESULTS\"; then exit 1; fi",
        "! grep -q failure <<< \"$RESULTS\" || exit 1",
        "if echo \"$RESULTS\" | grep -q failure; then echo bad; exit 1; fi",
        "if echo \"$RESULTS\" | grep -qE 'failure|cancelled'; then exit 1; fi",
        "if echo '${{ toJSON(needs) }}' | grep -q '\"result\": \"failure\"'; then exit 1; fi",
        "echo $RESULTS | grep -qv failure",
        "if [ \"${{ contains(needs.*.result, 'failure') }}\" = true ]; then exit 1; fi",
        "${{ contains(needs.*.result, 'failure') }} && exit 1 || true",
        "failed=0; for r in $RESULTS; do [ \"$r\" = success ] || failed=1; done; exit $failed",
        "failed=0; for r in $RESULTS; do [ \"$r\" = success ] || failed=$((failed + 1)); done; if (( failed > 0 )); then exit 1; fi",
        "failed=0; for r in $RESULTS; do [ \"$r\" = success ] || ((failed++)) || true; done; [ $failed -eq 0 ]",
        "check() { [ \"$1\" = success ] || exit 1; }; check \"$A\"; check \"$B\"",
        "check() { if [ \"$1\" != success ]; then return 1; fi; }\nfor r in $RESULTS; do check $r; done",
        "fail() { echo \"$1\"; exit 1; }\n[ \"$B\" = success ] || fail no",
        "results=(\"$A\" \"$B\")\nfor r in \"${results[@]}\"; do [[ $r == success ]] || exit 1; done",
        "ok=true; for r in $RESULTS; do if [ $r != success ]; then ok=false; fi; done; $ok",
        "echo \"$RESULTS\" | tr ' ' '\\n' | while read -r r; do true; done\n[ \"$B\" = success ]",
        "while read -r r; do [ \"$r\" = success ] || exit 1; done <<< \"$B\"",
        "bash -c \"[ $B = success ]\"",
        "eval \"test $B = success\"",
    ] {
        checks(script);
    }
}

#[test]
fn the_usual_filters_of_jq_are_understood() {
    for filter in [
        "all(.[]; .result == \"success\")",
        "to_entries | all(.value.result == \"success\")",
        "[.[].result] | all(. == \"success\")",
        "all(.result == \"success\")",
        "map(.result) | all(. == \"success\" or . == \"skipped\")",
        "any(.[]; .result == \"failure\") | not",
        "[.[] | select(.result != \"success\")] | length == 0",
        ".a.result == \"success\" and .b.result == \"success\"",
        ".[\"b\"].result == \"success\"",
    ] {
        checks(&format!("echo '${{{{ toJSON(needs) }}}}' | jq -e '{filter}'"));
        checks(&format!("jq --exit-status '{filter}' <<< \"$NEEDS\" > /dev/null"));
        may(&format!("echo \"$NEEDS\" | jq '{filter}'"));
    }
    checks("[ \"$(jq -r .b.result <<< \"$NEEDS\")\" = success ]");
    checks("for r in $(echo \"$NEEDS\" | jq -r '.[].result'); do [ \"$r\" = success ] || exit 1; done");
    may("echo \"$NEEDS\" | jq -e 'unknown_function(.)'");
    never("echo \"$NEEDS\" | jq -e 'unknown_function(.)'; exit 1");
}

#[test]
fn what_looks_like_a_check_and_is_none_can_succeed() {
    for script in [
        "for r in $RESULTS; do test \"$r\" = success || true; done",
        "[[ \"$B\" == \"success\" ]] && echo ok || echo bad",
        "if [ \"$B\" != success ]; then echo bad; fi",
        "[ \"$B\" = success ] || echo bad",
        "[ \"$B\" = success ] && echo ok; echo done",
        "[ \"$A\" = success ] || exit 1",
        "[[ \"$B\" =~ (success|fail) ]]",
        "set +e; test \"$B\" = success; echo done",
        "echo $RESULTS | grep -q failure",
        "check() { [ \"$1\" = success ] || return 1; echo ok; }; if check $B; then echo; fi",
        "( [ \"$B\" = success ] ) || true",
        "x=$(false; echo a)",
        "failed=0; for r in $RESULTS; do [ \"$r\" = success ] || failed=1; done; exit 0",
        "trap 'exit 0' EXIT; test \"$B\" = success",
        "test \"$B\" = success & wait",
        "unknown-check \"$B\"",
        "{ echo failure; echo \"$A\"; } | grep -q failure",
        "x=$(if true; then echo a; fi); [ \"$x\" = a ]",
    ] {
        may(script);
    }
}

#[test]
fn a_choice_of_results_follows_both_ways_and_stays_the_same_value() {
    may("[ \"$ANY\" = success ]");
    may("[ \"${{ needs.any.result }}\" = success ]");
    never("[ \"$ANY\" = success ] && [ \"$ANY\" = failure ]");
    never("if [ \"$ANY\" = success ]; then exit 1; fi; [ \"$ANY\" = success ]");
    never("test \"${{ needs.any.result }}\" = success; test \"${{ needs.any.result }}\" != success");
    never("[ \"$BAD\" = success ]");
    never("case $BAD in success) ;; *) exit 1;; esac");
    may("[ \"$BAD\" = skipped ]");
    never("[[ $BAD =~ ^succ ]]");
    never("case \"$BAD\" in failure|cancelled) exit 1;; skipped) exit 2;; esac; false");
}

#[test]
fn the_status_of_the_last_command_is_that_of_the_script() {
    for script in ["exit 1", "false", "! true", "(exit 3)", "test", "x=$(false)", "exit 256; exit 1", "return 1", "true; false"] {
        assert_eq!(succeeds_in(script, "success", "success", None), Succeeds::No.clone().min_of(script), "{script}");
    }
    for script in ["", "true", "exit", "! false", "exit 0", "unknown", "x=1", "if false; then exit 1; fi", "while false; do exit 1; done"] {
        may(script);
    }
}

impl Succeeds {
    /// 256 is 0 to whoever waits.
    fn min_of(self, script: &str) -> Self {
        if script.starts_with("exit 256") { Self::Yes } else { self }
    }
}

#[test]
fn errexit_ends_a_script_where_bash_ends_it() {
    for script in [
        "false; true",
        "(false; true)",
        "{ false; true; }",
        "false | false; true",
        "f() { false; true; }; f",
        "f() { false && true; }; f; true",
        "x=$(false); true",
        "if true; then false; fi; true",
        "for i in 1; do false; done; true",
        "true && false; true",
        "true && (false; true)",
        "case a in a) false;; esac; true",
        "[[ a == b ]]; true",
        "((0)); true",
        "a=1 false; true",
        "eval false; true",
        "sh -ec 'false; true'",
        "f() { return 1; }; f; true",
        "set +e; set -e; false; true",
    ] {
        never(script);
    }
    for script in [
        "false || true",
        "! false; true",
        "! true; true",
        "false && true; true",
        "if false; true; then true; fi",
        "f() { false; true; }; f || exit 1",
        "f() { false; true; }; if f; then true; else exit 1; fi",
        "(false; true) || exit 1",
        "{ false; true; } && true",
        "while false; do :; done",
        "false | true",
        "if true; then false && true; fi; true",
        "{ false && true; }; true",
        "echo $(false); true",
        "export x=$(false); true",
        "local x=$(false); true",
        "false & true",
        "x=$(false; true); true",
        "sh -c 'false; true'",
        "set +e; false; true",
        "false && false || true",
    ] {
        may(script);
    }
}

#[test]
fn pipefail_counts_every_command_of_a_pipeline() {
    for (shell, expected) in [(Some("bash"), Succeeds::No), (None, Succeeds::Yes), (Some("sh"), Succeeds::Yes)] {
        assert_eq!(succeeds_in("false | cat", "", "", shell), expected, "{shell:?}");
    }
    never("set -o pipefail; false | true");
    never("set -euo pipefail; false | true");
    may("set -o pipefail; set +o pipefail; false | true");
    never("true | false");
    assert_eq!(succeeds_in("false; true", "", "", Some("bash {0}")), Succeeds::Yes);
    assert_eq!(succeeds_in("x=$(false; true)", "", "", Some("sh")), Succeeds::No, "a substitution of POSIX keeps errexit");
}

#[test]
fn variables_that_must_be_set_end_a_script() {
    never(": \"${EMPTY:?none}\"; true");
    may(": \"${EMPTY?none}\"; true");
    may(": \"${A:?none}\"; true");
    may(": \"${UNKNOWN:?none}\"; true");
    never("test \"${EMPTY:-x}\" = y");
    may("test \"${EMPTY:-x}\" = x");
}

#[test]
fn statuses_are_kept_and_given() {
    never("set +e; false; exit $?");
    never("set +e; false; code=$?; echo; exit $code");
    never("unknown || code=$?; false");
    never("set +e; (exit 3); [ $? -eq 0 ]");
    may("set +e; (exit 3); [ $? -eq 3 ]");
    never("set +e; (exit 3); case $? in 3) exit 4;; esac");
    never("code=0; false || code=$?; exit $code");
    never("false & wait $!");
    never("false & pid=$!; wait \"$pid\"");
    may("false & wait");
}

#[test]
fn traps_run_at_the_end_and_may_turn_the_status() {
    may("trap 'exit 0' EXIT; false");
    never("trap 'echo bye' EXIT; false");
    never("trap 'rm -f x' EXIT; exit 1");
    never("trap 'exit 1' EXIT; true");
    never("trap 'exit 0' EXIT; trap - EXIT; false");
    may("trap 'exit 0' ERR; false");
    never("trap 'echo' ERR; false");
    never("cleanup() { return 0; }; trap cleanup EXIT; exit 1");
    may("cleanup() { exit 0; }; trap cleanup EXIT; exit 1");
}

#[test]
fn loops_leave_where_they_are_left() {
    never("for i in 1 2 3; do break; done; false");
    never("for i in 1 2 3; do if [ $i = 2 ]; then exit 1; fi; done");
    may("for i in 1 2 3; do if [ $i = 2 ]; then break; fi; [ $i != 3 ]; done");
    may("for i in 1 2 3; do [ $i = 2 ] && continue; [ $i != 2 ]; done");
    may("for i in 1 2; do for j in 1 2; do break 2; done; exit 1; done");
    never("while true; do unknown; done");
    may("while true; do unknown && break; done");
    may("until unknown; do sleep 1; done");
    never("i=0; while [ $i -lt 3 ]; do i=$((i+1)); done; [ $i -ne 3 ]");
    never("for i in 1 2 3; do unknown && exit 1; sleep 1; done; exit 1");
    may("for i in $(seq 3); do unknown && exit 0; sleep 1; done; exit 1");
    may("for f in *.sh; do bash $f; done");
}

#[test]
fn the_shells_of_github_are_read() {
    let reads = |shell| match Shell::of(shell) {
        Reads::Shell(Shell { errexit, pipefail, .. }) => Some((errexit, pipefail)),
        Reads::Never | Reads::Unclear | Reads::Other => None,
    };
    assert_eq!(reads(None), Some((true, false)));
    assert_eq!(reads(Some("bash")), Some((true, true)));
    assert_eq!(reads(Some("sh")), Some((true, false)));
    assert_eq!(reads(Some("bash {0}")), Some((false, false)));
    assert_eq!(reads(Some("bash -l {0}")), Some((false, false)));
    assert_eq!(reads(Some("bash -leo pipefail {0}")), Some((true, true)));
    assert_eq!(reads(Some("bash -o errexit -o pipefail {0}")), Some((true, true)));
    assert_eq!(reads(Some("/usr/bin/bash --login -e {0}")), Some((true, false)));
    for other in ["python", "pwsh", "powershell", "cmd", "node {0}", "perl {0}", "${{ matrix.shell }}"] {
        assert_eq!(reads(Some(other)), None, "{other}");
    }
}

#[test]
fn what_takes_too_long_is_said() {
    let script = "a=$A; while unknown; do a=x$a; if unknown; then b=x$b; fi; done; exit 1";
    assert!(matches!(succeeds_in(script, "", "", None), Succeeds::CannotTell(_) | Succeeds::No));
    let deep = "f() { f; }; f; exit 1";
    assert!(matches!(succeeds_in(deep, "", "", None), Succeeds::CannotTell(_)));
}

/// Certain without the command before, and not with it.
fn uncertain(before: &str) {
    let script = format!("{before}\n[ \"$B\" = success ]");
    let succeeds = succeeds_in(&script, "success", "failure", None);
    assert!(matches!(&succeeds, Succeeds::CannotTell(why) if why.contains("is not known")), "{script}: {succeeds:?}");
    assert_eq!(succeeds_in(&script, "success", "success", None), Succeeds::Yes, "{script}");
    never(&format!("[ \"$B\" = success ] || exit 1\n{before}"));
}

#[test]
fn what_runs_in_the_shell_and_is_not_known_may_end_it() {
    for before in [
        ". ci/lib.sh",
        "source ./env.sh",
        "command . ci/lib.sh",
        "eval \"$X\"",
        "eval \"$(cat x)\"",
        "$CMD",
        "\"$CMD\" a",
        "$PYTHON -m x",
        "${{ inputs.cmd }}",
        "${{ inputs.cmd }} a",
        "source <(curl x)",
        "f() { . ci/lib.sh; }; f",
        "eval \"$(opam env; cat x)\"",
    ] {
        uncertain(before);
    }
    let inside = succeeds_in("( . ci/lib.sh; [ \"$B\" = success ] ) || exit 1\necho", "success", "failure", None);
    assert!(matches!(inside, Succeeds::CannotTell(_)), "{inside:?}");
}

#[test]
fn what_only_makes_tools_known_does_not_end_the_shell() {
    for before in [
        "source venv/bin/activate",
        ". .venv/bin/activate",
        ". \"$HOME/.cargo/env\"",
        "source ~/.nvm/nvm.sh",
        "source $CONDA/etc/profile.d/conda.sh",
        "source /opt/ros/$ROS_DISTRO/setup.bash",
        "eval $(opam env)",
        "eval \"$(ssh-agent -s)\"",
        "eval \"$(conda shell.bash hook)\"",
        "eval \"$(direnv export bash)\"",
        "eval \"$(pyenv init -)\"",
        "eval \"$(/opt/homebrew/bin/brew shellenv)\"",
        "eval \"$(mise activate bash)\"",
        "source <(kubectl completion bash)",
        "\"$VENV/bin/pip\" install x",
        "sudo $CMD",
        "( . ci/lib.sh )",
        "x=$(. ci/lib.sh; echo y)",
        "bash ci/lib.sh",
    ] {
        never(&format!("{before}\n[ \"$B\" = success ]"));
    }
}
