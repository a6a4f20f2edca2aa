//! What a workflow becomes when it is read.

use super::*;

const WORKFLOW: &str = r"name: Release
on:
  push: {branches: [main, 1.x]}
  workflow_dispatch:
    inputs:
      dry: {type: boolean, default: false, required: true}
  workflow_call:
    outputs:
      sum: {value: '${{ jobs.build.outputs.sum }}'}
permissions: {contents: read}
env: {CI: 1}
defaults: {run: {shell: bash}}
jobs:
  build:
    runs-on: x
    outputs: {sum: '${{ steps.s.outputs.sum }}'}
    strategy: {matrix: {os: [a, b], flag: [true]}}
    continue-on-error: ${{ matrix.flag }}
    steps:
      - id: s
        run: |

          make ${{ matrix.os }}
          test
        shell: bash
        working-directory: d
  publish:
    needs: [Build]
    if: always()
    environment: {name: prod}
    concurrency: {group: p, cancel-in-progress: true}
    runs-on: x
    steps:
      - uses: a/b@c
        with: {token: '${{ secrets.T }}', n: 1.0}
        continue-on-error: true
      - run: echo
          done
  called:
    uses: ./.github/workflows/x.yml
    with: {a: b}
";

fn read() -> Workflow {
    parse(WORKFLOW).unwrap()
}

fn script(step: &Step) -> &Run {
    match &step.does {
        Does::Run(run) => run,
        Does::Uses { .. } => panic!("it runs a script"),
    }
}

fn steps(job: &Job) -> &[Step] {
    match &job.work {
        Work::Steps(steps) => steps,
        Work::Call { .. } => panic!("it has steps"),
    }
}

#[test]
fn the_keys_of_a_workflow_are_read() {
    let workflow = read();
    assert_eq!(workflow.name.map(|name| (name.line, name.column, name.value)), Some((1, 7, "Release".to_owned())));
    assert_eq!(
        workflow.triggers.iter().map(|trigger| trigger.event.value.as_str()).collect::<Vec<_>>(),
        ["push", "workflow_dispatch", "workflow_call"]
    );
    let (name, branches) = &workflow.triggers[0].filters[0];
    assert_eq!(
        (name.value.as_str(), branches.iter().map(|branch| branch.value.as_str()).collect::<Vec<_>>()),
        ("branches", vec!["main", "1.x"])
    );
    let input = &workflow.triggers[1].inputs[0];
    assert_eq!(
        (input.name.value.as_str(), input.required, input.default.as_deref(), input.kind.as_str()),
        ("dry", true, Some("false"), "boolean")
    );
    assert!(workflow.triggers[2].filters.is_empty() && workflow.outputs[0].0.value == "sum");
    assert!(matches!(workflow.permissions.map(|at| at.value), Some(Permissions::Each(each)) if each[0].1.value == "read"));
    assert!(matches!(&workflow.env, Env::Each(each) if each[0].1.source == "1"));
    assert_eq!(workflow.defaults.shell.map(|shell| shell.value).as_deref(), Some("bash"));
}

#[test]
fn the_keys_of_jobs_are_read() {
    let jobs = read().jobs;
    assert_eq!(
        jobs.iter().map(|job| (job.id.line, job.id.value.as_str())).collect::<Vec<_>>(),
        [(14, "build"), (27, "publish"), (39, "called")]
    );
    assert!(
        matches!(&jobs[0].matrix, Some(Matrix::Legs(legs)) if legs.len() == 2 && legs[0][1] == ("flag".to_owned(), expression::Node::Bool(true)))
    );
    assert!(matches!(jobs[0].continue_on_error.as_ref().map(|toggle| &toggle.value), Some(Switch::Asks(_))));
    assert_eq!(jobs[0].outputs[0].0.value, "sum");
    let publish = &jobs[1];
    assert_eq!(publish.needs.iter().map(|need| (need.line, need.value.as_str())).collect::<Vec<_>>(), [(28, "Build")]);
    assert!(publish.condition.as_ref().is_some_and(|condition| condition.asks_status && !condition.is_text));
    assert_eq!(publish.environment.as_ref().map(|name| name.source.as_str()), Some("prod"));
    assert!(
        publish
            .concurrency
            .as_ref()
            .is_some_and(|at| at.group.source == "p" && at.cancel_in_progress.as_ref().unwrap().value == Switch::Is(true))
    );
    assert!(
        matches!(&jobs[2].work, Work::Call { workflow, with } if workflow.value == "./.github/workflows/x.yml" && with[0].1.source == "b")
    );
}

#[test]
fn the_lines_of_a_script_are_known_in_a_literal_block() {
    let jobs = read().jobs;
    let run = script(&steps(&jobs[0])[0]);
    assert_eq!((run.first_line, run.line_by_line, run.script.source.as_str()), (22, true, "\nmake ${{ matrix.os }}\ntest\n"));
    assert_eq!(run.script.pieces.len(), 3);
    assert_eq!(run.shell.as_ref().map(|shell| shell.line), Some(25));
    assert_eq!(run.working_directory.as_ref().map(|path| path.source.as_str()), Some("d"));
    let run = script(&steps(&jobs[1])[1]);
    assert_eq!((run.first_line, run.line_by_line, run.script.source.as_str()), (37, false, "echo done"));
    let folded = parse("on: push\njobs: {a: {runs-on: x, steps: &s [{run: \"a\\nb\"}]}, b: {runs-on: x, steps: *s}}\n").unwrap();
    assert!(!script(&steps(&folded.jobs[1])[0]).line_by_line);
}

#[test]
fn a_script_behind_an_alias_has_its_own_lines() {
    let text = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: &s |\n          x\n      - run: *s\n";
    let workflow = parse(text).unwrap();
    let steps = steps(&workflow.jobs[0]);
    assert_eq!([script(&steps[0]).first_line, script(&steps[1]).first_line], [7, 7]);
    assert_eq!([steps[0].line, steps[1].line], [6, 8]);
}

#[test]
fn a_step_that_uses_an_action_has_its_values() {
    let jobs = read().jobs;
    let step = &steps(&jobs[1])[0];
    assert_eq!(step.continue_on_error.as_ref().map(|toggle| (toggle.line, &toggle.value)), Some((36, &Switch::Is(true))));
    let Does::Uses { action, with } = &step.does else { panic!("it uses an action") };
    assert_eq!((action.line, action.value.as_str()), (34, "a/b@c"));
    assert!(matches!(with[0].1.pieces.as_slice(), [Piece::Expression(_)]));
    assert_eq!((with[1].1.source.as_str(), &with[1].1.pieces), ("1.0", &vec![Piece::Text("1".to_owned())]));
}

#[test]
fn an_expression_in_place_of_a_mapping_is_unknown() {
    let text = "on: push\nenv: ${{ fromJSON('{}') }}\njobs: {a: {runs-on: x, steps: [{uses: a/b@c, with: \"${{ fromJSON('{}') }}\"}]}}\n";
    let workflow = parse(text).unwrap();
    assert_eq!(workflow.env, Env::Unknown);
    assert!(matches!(&steps(&workflow.jobs[0])[0].does, Does::Uses { with, .. } if with.len() == 1 && with[0].0.value.is_empty()));
}

#[test]
fn an_environment_that_comes_from_an_expression_is_one() {
    let text = "on: push\njobs: {a: {runs-on: x, environment: {\"${{ insert }}\": \"${{ fromJSON(vars.e) }}\"}, steps: [{run: x}]}}\n";
    let environment = parse(text).unwrap().jobs.remove(0).environment.unwrap();
    assert!(matches!(environment.pieces.as_slice(), [Piece::Expression(_)]));
}

#[test]
fn a_text_alone_in_braces_is_that_text() {
    let text = "on: ${{ 'push' }}\npermissions: ${{ 'write-all' }}\njobs: {a: {runs-on: x, steps: [{uses: \"${{ 'a/b@c' }}\"}]}}\n";
    let workflow = parse(text).unwrap();
    assert_eq!(workflow.triggers[0].event.value, "push");
    assert_eq!(workflow.permissions.map(|at| at.value), Some(Permissions::WriteAll));
    assert!(matches!(&steps(&workflow.jobs[0])[0].does, Does::Uses { action, .. } if action.value == "a/b@c"));
}

#[test]
fn an_action_is_its_inputs_and_steps() {
    let text = "name: x\ndescription: x\ninputs: {a: {default: 1, required: true}, b: {}}\nruns:\n  using: composite\n  steps: [{run: x, shell: bash}]\n";
    let action = parse_action(text).unwrap();
    assert_eq!(
        action.inputs.iter().map(|input| (input.name.value.as_str(), input.default.as_deref())).collect::<Vec<_>>(),
        [("a", Some("1")), ("b", None)]
    );
    assert_eq!(action.steps.unwrap().len(), 1);
    assert_eq!(parse_action("name: x\ndescription: x\nruns: {using: node20, main: x}\n").unwrap().steps, None);
}

#[test]
fn all_faults_are_told_in_their_order() {
    let faults = parse("nam: x\non: puhs\njobs:\n  a:\n    runs-on: x\n    if: nope\n    steps: [{rnu: x}]\n  1: {uses: x}\n").unwrap_err();
    let places: Vec<(usize, usize)> = faults.iter().map(|fault| (fault.line, fault.column)).collect();
    assert!(places.is_sorted() && places.iter().map(|place| place.0).collect::<std::collections::BTreeSet<_>>().len() == 5, "{faults:?}");
}
