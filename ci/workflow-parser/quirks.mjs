// What people, other dialects of YAML and strangers write into workflows. Each quirk changes a tree, or its text; it does nothing where it does not fit.
import { map, raw } from "./tree.mjs";

const jobs = (w) => w.get("jobs");
const own = (w, dice) => dice.one(jobs(w).pairs.filter(([, job]) => job.has("steps")))[1];
const call = (w, dice) => {
  const calls = jobs(w).pairs.filter(([, job]) => job.has("uses"));
  return calls.length ? dice.one(calls)[1] : jobs(w).add("called", map({ uses: "./.github/workflows/other.yml" })).get("called");
};
const last = (w) => jobs(w).get("last");
const run = (w) => last(w).get("steps")[1];
const uses = (w) => {
  const steps = last(w).get("steps");
  const step = map({ uses: "a/b@v1" });
  steps.push(step);
  return step;
};
// A key of the whole, of a job with steps, of a step that runs, of a step that uses, of a job that calls: with these values, a quirk each.
const PLACES = { top: (w) => w, job: (w) => last(w), run, uses, call, on: (w) => (w.set("on", map({ push: raw("") })), w.get("on")), strategy: (w) => (last(w).set("strategy", map()), last(w).get("strategy")) };
const values = (place, key, all) => all.map((value) => [`${place}.${key}: ${typeof value === "string" ? JSON.stringify(value) : (value?.text ?? JSON.stringify(value))}`, (w, dice) => PLACES[place](w, dice).set(key, value)]);
const matrix = (text) => [`matrix ${text}`, (w) => last(w).set("strategy", map({ matrix: raw(text) }))];
const cron = (text) => [`cron ${text}`, (w) => w.set("on", map({ schedule: [map({ cron: text })] }))];
const dispatch = (text) => [`input ${text}`, (w) => w.set("on", map({ workflow_dispatch: map({ inputs: map({ dry: raw(text) }) }) }))];
const jobIf = (text) => [`job if ${text}`, (w) => last(w).set("if", text)];
const stepIf = (text) => [`step if ${text}`, (w) => run(w).set("if", text)];
const script = (text) => [`run ${text}`, (w) => run(w).set("run", text)];
const event = (text) => [`on ${text}`, (w) => w.set("on", raw(text))];
const needs = (text) => [`needs ${text}`, (w) => last(w).set("needs", raw(text))];
const id = (text) => [`job id ${text}`, (w) => jobs(w).add(raw(text), map({ "runs-on": "x", steps: [map({ run: "x" })] }))];
const stepId = (text) => [`step id ${text}`, (w) => run(w).set("id", raw(text))];
const usesForm = (text) => [`uses ${text}`, (w) => uses(w).set("uses", raw(text))];
const callForm = (text) => [`calls ${text}`, (w, dice) => call(w, dice).set("uses", raw(text))];
const text = (name, change) => [name, undefined, change];

export const QUIRKS = [
  ["nothing", () => {}],
  ...values("job", "continue-on-error", [raw("yes"), raw("True"), raw("TRUE"), "true", raw("on"), raw(""), raw("~"), raw("[true]"), "${{ true }}", "a${{ true }}", 1]),
  ...values("run", "continue-on-error", [raw("no"), raw("False"), "false", 0]),
  ...values("job", "timeout-minutes", ["5", raw("0x10"), raw("0o17"), raw("1e1"), raw("5m"), raw(".inf"), raw("+5"), raw("1_000"), raw("-1"), raw("05"), raw("1.")]),
  ...values("job", "runs-on", [raw(""), raw("[]"), raw("{}"), raw("{labels: x}"), raw("{group: x, other: y}"), raw("['']"), raw("''"), raw("5"), raw("[[x]]"), raw("true"), "${{ secrets.X }}", "${{ env.X }}"]),
  ...values("job", "timeout", [5]),
  ...values("job", "Steps", [raw("[{run: x}]")]),
  ...values("job", "uses", ["./.github/workflows/x.yml"]),
  ...values("job", "with", [raw("{a: b}")]),
  ...values("job", "secrets", ["inherit"]),
  ...values("job", "steps", [raw("[]"), raw(""), raw("{run: x}"), raw("[x]"), raw("['']"), raw("[{}]"), raw("[null]"), raw("[{name: x}]"), raw("[{run: x, uses: a/b@c}]"), raw("[[{run: x}]]"), raw("[{uses: a/b@c, shell: bash}]"), raw("[{run: x, with: {a: b}}]"), raw("[{run: x, id: s}, {run: x, id: s}]"), raw("[{run: x, id: s}, {run: x, id: S}]")]),
  ...values("job", "env", [raw(""), raw("[]"), raw("{a: [b]}"), raw("{a: {b: c}}"), raw("{a: null}"), raw("{1: b}"), raw("{a b: c}"), raw("x"), "${{ fromJSON('{}') }}"]),
  ...values("job", "outputs", [raw(""), raw("{a: '${{ steps.s.outputs.x }}'}"), raw("{a: '${{ nope.x }}'}"), raw("{a: [b]}"), raw("{a b: c}")]),
  ...values("job", "permissions", [raw("none"), raw("read"), raw("{nope: read}"), raw("{contents: admin}"), raw("{contents: ''}"), raw("{models: write}"), raw("{id-token: read}"), raw("[]"), raw(""), raw("{Contents: read}"), "${{ 'read-all' }}"]),
  ...values("job", "environment", [raw(""), raw("{url: x}"), raw("{name: ''}"), raw("{name: x, other: y}"), raw("[x]"), raw("{name: x, deployment: false}")]),
  ...values("job", "concurrency", [raw(""), raw("{cancel-in-progress: true}"), raw("{group: x, cancel-in-progress: yes}"), raw("{group: x, queue: max}"), raw("{group: x, queue: more}"), raw("[x]"), raw("{group: ''}"), "${{ secrets.X }}"]),
  ...values("job", "container", [raw(""), raw("''"), raw("{}"), raw("{image: ''}"), raw("{image: x, credentials: {username: a, password: '${{ secrets.P }}'}}"), raw("{image: x, credentials: {username: a}}"), raw("{image: x, ports: x}"), raw("{image: x, network: y}"), raw("[x]"), "${{ fromJSON('{}') }}"]),
  ...values("job", "services", [raw(""), raw("{}"), raw("{a: {}}"), raw("{a: x}"), raw("{a: {image: ''}}"), raw("{a: {image: x, nope: y}}"), raw("[x]")]),
  ...values("job", "defaults", [raw(""), raw("{}"), raw("{run: {}}"), raw("{run: {shell: ''}}"), raw("{run: {nope: x}}"), raw("{nope: x}")]),
  ...values("job", "snapshot", [raw("x"), raw("{image-name: x, version: 1.*}"), raw("{version: 1}"), raw("{image-name: x, version: nope}")]),
  ...values("job", "name", [raw("''"), raw("5"), raw("[x]"), raw(""), "${{ secrets.X }}", "${{ matrix.x }}", "${{ github.x }"]),
  ...values("job", "if", [raw(""), raw("''"), raw("true"), raw("1"), raw("[x]"), raw("null"), raw("!cancelled()"), raw("'!cancelled()'"), "${{ true }}\n", "a ${{ true }} b"]),
  ...values("strategy", "matrix", [raw(""), raw("[]"), raw("x")]),
  ...values("strategy", "fail-fast", [raw("no"), raw("'true'"), raw("")]),
  ...values("strategy", "max-parallel", [raw("0"), raw("-1"), raw("x"), raw("'2'"), raw("1.5")]),
  ...values("strategy", "nope", [1]),
  ...values("run", "run", [raw(""), raw("''"), raw("5"), raw("true"), raw("[x]"), raw("{a: b}"), raw("~")]),
  ...values("run", "shell", [raw(""), raw("''"), raw("nope"), raw("5"), raw("bash {0}"), "${{ env.X }}", "${{ matrix.x }}"]),
  ...values("run", "name", [raw("''"), raw(""), raw("[x]"), "${{ secrets.X }}"]),
  ...values("run", "timeout-minutes", [raw("x"), "${{ 5 }}", "x${{ 5 }}"]),
  ...values("run", "env", [raw("x"), raw("[x]"), raw("{a: '${{ secrets.X }}'}"), raw("{a: '${{ nope }}'}"), "${{ fromJSON('{}') }}", raw("{'${{ insert }}': '${{ fromJSON(vars.x) }}'}")]),
  ...values("run", "with", [raw("{a: b}")]),
  ...values("run", "RUN", ["x"]),
  ...values("run", "working-dir", ["x"]),
  ...values("uses", "with", [raw(""), raw("[a]"), raw("{a: [b]}"), raw("{a: {b: c}}"), raw("{a: null}"), raw("{a: '${{ secrets.X }}'}"), raw("{a: '${{ x }}'}"), "${{ fromJSON('{}') }}"]),
  ...values("uses", "run", ["x"]),
  ...values("uses", "shell", ["bash"]),
  ...values("call", "with", [raw("{a: [b]}"), raw("{a: '${{ secrets.X }}'}"), raw("{a: '${{ env.X }}'}"), raw("{a: null}"), raw("")]),
  ...values("call", "secrets", ["inherits", raw("{a: '${{ secrets.X }}'}"), raw("{a: [x]}"), raw(""), raw("5")]),
  ...values("call", "steps", [raw("[{run: x}]")]),
  ...values("call", "runs-on", ["x"]),
  ...values("call", "env", [raw("{a: b}")]),
  ...values("call", "continue-on-error", [true]),
  ...values("call", "timeout-minutes", [5]),
  ...values("call", "environment", ["x"]),
  ...values("top", "Name", ["x"]),
  ...values("top", "name", [raw(""), raw("''"), raw("[x]"), raw("true"), "${{ github.x }}"]),
  ...values("top", "run-name", [raw(""), "${{ github.x }}", "${{ env.x }}", "${{ secrets.x }}", "${{ github.x"]),
  ...values("top", "x-anchors", [raw("{a: &k b}")]),
  ...values("top", "true", [raw("push")]),
  ...values("top", "description", ["x"]),
  ...values("top", "version", [2]),
  ...values("top", "env", [raw(""), raw("{a: '${{ secrets.X }}'}"), raw("{a: '${{ env.X }}'}"), raw("[a]"), raw("{a: yes}")]),
  ...values("top", "jobs", [raw(""), raw("{}"), raw("[]"), raw("x"), raw("{a: }"), raw("{a: {}}"), raw("{a: [x]}")]),
  ...values("top", "permissions", [raw("read-write"), raw("")]),
  ...values("top", "defaults", [raw("{run: bash}"), raw("[]")]),
  ...values("top", "concurrency", [raw("{group: '${{ secrets.X }}'}"), raw("{group: '${{ github.ref }}', cancel-in-progress: '${{ 1 }}'}"), raw("{}")]),
  ...values("on", "push", [raw("[main]"), raw("main"), raw("{}"), raw("{branches: main}"), raw("{branches: []}"), raw("{branches: ''}"), raw("{branches: [main], branches-ignore: [x]}"), raw("{tags: [x], tags-ignore: [y]}"), raw("{paths: [x], paths-ignore: [y]}"), raw("{branches: [5, true]}"), raw("{branches: [[x]]}"), raw("{branches: }"), raw("{types: [opened]}"), raw("{branch: main}"), raw("{branches: ['!x']}")]),
  ...values("on", "pull_request", [raw("{types: opened}"), raw("{types: [nope]}"), raw("{types: []}"), raw("{types: [Opened]}"), raw("{tags: [x]}"), raw("{branches: [x], paths: [y]}")]),
  ...values("on", "nope", [raw("")]),
  ...values("on", "Push", [raw("")]),
  ...values("on", "schedule", [raw(""), raw("[]"), raw("{cron: '0 0 * * *'}"), raw("[{}]"), raw("[{cron: '0 0 * * *', timezone: 'Europe/Berlin'}]"), raw("['0 0 * * *']")]),
  ...values("on", "workflow_run", [raw(""), raw("{types: [completed]}"), raw("{workflows: []}"), raw("{workflows: x}"), raw("{workflows: [x], types: [nope]}"), raw("{workflows: [x], branches: [a], branches-ignore: [b]}")]),
  ...values("on", "repository_dispatch", [raw("{types: x}"), raw("{types: []}"), raw("[x]"), raw("{}")]),
  ...values("on", "merge_group", [raw("{types: [checks_requested]}"), raw("{branches: [main]}"), raw("{types: [nope]}"), raw("{paths: [x]}")]),
  ...values("on", "release", [raw("{types: [publish]}"), raw("{branches: [x]}"), raw("published")]),
  ...values("on", "workflow_call", [raw("{inputs: {a: {}}}"), raw("{inputs: {a: {type: choice}}}"), raw("{inputs: {a: {type: boolean, default: x}}}"), raw("{inputs: {a: {type: number, default: '5'}}}"), raw("{secrets: {a: }}"), raw("{secrets: {a: {required: yes}}}"), raw("{outputs: {a: {}}}"), raw("{outputs: {a: {value: '${{ steps.s.x }}'}}}"), raw("{outputs: {a: {value: x, nope: y}}}"), raw("{inputs: [a]}")]),
  ...["", "{}", "[]", "nope", "[push, nope]", "[push, push]", "null", "5", "true", "[[push]]", "push, pull_request", "Push", "{push: , Push: }", "repository_dispatch", "schedule", "workflow_run", "workflow_call", "[workflow_run]", "${{ github.x }}", "'${{ 'push' }}'"].map(event),
  ...["0 0 * *", "60 * * * *", "* * * * 8", "@daily", "", "* * * * *", "0 0 31 2 *", "*/0 * * * *", "5-1 * * * *", "0 0 * FOO *", "0 0 ? * *", "0  0 * * *", "0 0 L * *", "1/5 * * * *", "0 0 * * 7"].map(cron),
  ...["{type: nope}", "{type: choice}", "{type: choice, options: []}", "{type: choice, options: [a], default: b}", "{type: boolean, default: x}", "{type: boolean, default: 'true'}", "{type: number, default: x}", "{required: yes}", "{nope: x}", "[x]", "x", "{type: string, options: [a]}", "{default: [x]}", "{description: 5}"].map(dispatch),
  ...["[]", "''", "nope", "[nope]", "LAST", "last", "A", "[a, a]", "[a, A]", "[[a]]", "{a: b}", "5", "null", "'${{ x }}'", "[null]", "['']"].map(needs),
  ...["1x", "a.b", "'a b'", "__a", "_a", "-a", "a-", "é", "''", "null", "true", "5", "1.5", "A", "LAST", "a", "'${{ x }}'", "'a:b'", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"].map(id),
  ...["1x", "a.b", "'a b'", "__a", "_a", "é", "''", "5", "'${{ x }}'", "null"].map(stepId),
  ...["a", "a/b", "a/b@", "@v1", "./x", ".", "../x", "./", "docker://", "docker://x", "''", "5", "'a/b@v1 '", "a/b/../c@v1", "a/b@v1@v2", "a/b/@v1", "/a/b@v1", "'a b/c@v1'", "\"${{ 'a/b@v1' }}\"", "'${{ github.x }}'", ".\\\\x", "https://x/y@z", "a//b@c"].map(usesForm),
  ...["./x.yml", "./.github/workflows/x.yml@main", "./.github/workflows/sub/x.yml", "./.github/workflows/x", "a/b/.github/workflows/x.yml", "a/b/.github/workflows/x.yml@", "a/b/x.yml@v1", "a/.github/workflows/x.yml@v1", "''", "5", "./.github/workflows/x.yaml", "a/b/.github/workflows/x.yml@v1@v2", "'${{ github.x }}'", ".github/workflows/x.yml"].map(callForm),
  ...["{os: []}", "{os: x}", "{os: [a], OS: [b]}", "{os: [[a, b]]}", "{os: [{a: b}]}", "{include: []}", "{include: [x]}", "{include: [{os: a}], exclude: [{os: b}]}", "{exclude: [{os: a}]}", "{include: {os: a}}", "{}", "{os: [a], exclude: [{os: a}]}", "{os: null}", "{os: [null]}", "{os: '${{ x }}'}", "{os: '${{ fromJSON(vars.x) }}', n: []}", "{'a b': [c]}", "{os: [a], include: '${{ fromJSON(vars.x) }}'}", "{1: [a]}"].map(matrix),
  ...["${{ ('x') }}", "${{ 'x' }}", "${{ 'it''s' }}", "secrets.X", "env.X", "steps.s.outcome", "matrix.x", "runner.os", "job.status", "strategy.job-index", "hashFiles('x')", "hashFiles()", "always(", "always()x", "always() always()", "(always())", "()", "!", "a", "github", "github.", "github.*", "github.x.*", "github[", "github['x']", "github[x]", "github['x'", "needs.nope.result", "needs.LAST.result", "needs.a.result == \"success\"", "github.x = 'y'", "github.x & 1", "1 == 1 == 1", "success(1)", "success('a')", "failure()", "contains('a')", "contains('a', 'b', 'c')", "format()", "format('a')", "format('{0}')", "format('{9}', 1)", "format('{', 1)", "join()", "join('a')", "join('a', 'b', 'c')", "toJSON()", "fromJSON('')", "fromJSON('{')", "nope()", "startsWith('a')", "0x", "0xZZ", "1e", "1.", ".5", "+1", "-", "1.2.3", "'", "'a''", "'a'b'", "null", "NULL", "True", "Infinity", "NaN", "github.event['a'].b.*.c", "github -- x", "a.b", "true && ", "&& true", "vars.X == vars", "inputs.x", "jobs.a.result", "github..x", "'${{ x }}'", "a ? b : c", "case(true, 'a', 'b')", "case(true, 'a')", "github.x, github.y", "a\\b", "github.x\u00a0== 'y'", "#", "-0x1", "1_000", "0o7"].map(jobIf),
  ...["secrets.X", "hashFiles('x')", "hashFiles('x', 'y') != ''", "hashFiles()", "matrix.x && env.Y", "steps.s.outputs.x", "jobs.a", "job.services.x.id", "success() || failure()", "success(1)", "needs.a.outputs['x']", "${{ }}", "${{ true", "true }}", "${{ true }} && ${{ false }}", "${{ true }}x", "!true", "${{ '}}' }}", "${{ 'it''s' }}", "${{ always() }} ", " ${{ always() }}"].map(stepIf),
  ...["${{ }}", "${{ x }}", "${{ github.x }", "${{ github.x }}}", "$${{ github.x }}", "$ {{ github.x }}", "${{ '${{ x }}' }}", "${{ github.x }} ${{ nope }}", "${{github.x}}", "${{\ngithub.x\n}}", "${{ always() }}", "${{ hashFiles('x') }}", "${{ github.x || }}", "${{ 'a }}", "{{ x }}", "${{ insert }}", "${{ secrets[github.x] }}", "${{ toJSON(secrets) }}", "${{ github.x -- }}", "${{ (((((github.x))))) }}", `\${{ ${"(".repeat(30)}1${")".repeat(30)} }}`, `\${{ ${"(".repeat(60)}1${")".repeat(60)} }}`, `\${{ ${"!".repeat(60)}true }}`].map(script),
  ...[16, 17].map((n) => [`a matrix of ${n * 16} legs`, (w) => last(w).set("strategy", map({ matrix: map({ a: Array(n).fill("x"), b: Array(16).fill("y") }) }))]),
  ["a cycle", (w) => (jobs(w).get("a").set("needs", "last"), last(w).set("needs", "a"))],
  ["no job begins", (w) => (jobs(w).pairs.forEach(([, job]) => job.drop("needs")), jobs(w).set("b_1", map({ needs: "c-d", "runs-on": "x", steps: [map({ run: "x" })] })).set("c-d", map({ needs: "b_1", "runs-on": "x", steps: [map({ run: "x" })] })))],
  ["no steps", (w) => last(w).drop("steps")],
  ["no runs-on", (w) => last(w).drop("runs-on")],
  ["no on", (w) => w.drop("on")],
  ["no jobs", (w) => w.drop("jobs")],
  ["on twice", (w) => w.add("on", "push")],
  ["jobs twice", (w) => w.add("jobs", jobs(w))],
  ["a job twice", (w) => jobs(w).add("last", last(w))],
  ["runs-on twice", (w) => last(w).add("runs-on", "y")],
  ["run twice", (w) => run(w).add("run", "y")],
  ["an env name twice", (w) => run(w).set("env", raw("{a: 1, a: 2}"))],
  ["an env name twice in another case", (w) => run(w).set("env", raw("{a: 1, A: 2}"))],
  ["a name of with twice in another case", (w) => uses(w).set("with", raw("{a: 1, A: 2}"))],
  ["an anchor and its alias", (w) => (last(w).set("runs-on", raw("&runner x")), jobs(w).add("more", map({ "runs-on": raw("*runner"), steps: [map({ run: "x" })] })))],
  ["an alias of a list", (w) => jobs(w).add("m1", map({ "runs-on": "x", steps: raw("&steps [{run: x}]") })).add("m2", map({ "runs-on": "x", steps: raw("*steps") }))],
  ["an alias of nothing", (w) => last(w).set("runs-on", raw("*runner"))],
  ["an alias before its anchor", (w) => jobs(w).add("m1", map({ "runs-on": raw("*r"), steps: [map({ run: "x" })] })).add("m2", map({ "runs-on": raw("&r x"), steps: [map({ run: "x" })] }))],
  ["an anchor twice", (w) => jobs(w).add("m1", map({ "runs-on": raw("&r x"), steps: [map({ run: "x" })] })).add("m2", map({ "runs-on": raw("&r y"), name: raw("*r"), steps: [map({ run: "x" })] }))],
  ["a merge key", (w) => (last(w).set("env", raw("&e {a: b}")), run(w).set("env", raw("{<<: *e, c: d}")))],
  ["a merge key of a job", (w) => jobs(w).add("m1", raw("&j {runs-on: x, steps: [{run: x}]}")).add("m2", raw("{<<: *j}"))],
  ["!!str", (w) => last(w).set("runs-on", raw("!!str x"))],
  ["!!str of a number", (w) => last(w).set("timeout-minutes", raw("!!str 5"))],
  ["!!int", (w) => last(w).set("timeout-minutes", raw("!!int 5"))],
  ["!!map", (w) => last(w).set("env", raw("!!map {a: b}"))],
  ["a tag of one's own", (w) => last(w).set("runs-on", raw("!x y"))],
  ["a key that is a list", (w) => run(w).set("env", raw("{? [a] : b}"))],
  ["a key that is null", (w) => run(w).set("env", raw("{~: b}"))],
  ["a complex key", (w) => run(w).set("env", raw("{? a : b}"))],
  text("CRLF", (t) => t.replaceAll("\n", "\r\n")),
  text("CR", (t) => t.replaceAll("\n", "\r")),
  text("a byte order mark", (t) => `\ufeff${t}`),
  text("a tab before a key", (t) => t.replace("\n  ", "\n\t")),
  text("a tab behind a colon", (t) => t.replace("on:", "on:\t")),
  text("a tab before a comment", (t) => t.replace("\n", "\t# x\n")),
  text("a second document", (t) => `${t}---\n${t}`),
  text("a document's mark", (t) => `---\n${t}`),
  text("a document's end", (t) => `${t}...\n`),
  text("an end and more", (t) => `${t}...\nx: y\n`),
  text("a directive", (t) => `%YAML 1.2\n---\n${t}`),
  text("an old directive", (t) => `%YAML 1.1\n---\n${t}`),
  text("an unknown directive", (t) => `%FOO bar\n---\n${t}`),
  text("nothing at all", () => ""),
  text("only a comment", () => "# x\n"),
  text("only null", () => "null\n"),
  text("a text", () => "hello\n"),
  text("a list", () => "- on: push\n"),
  text("JSON", () => '{"on": "push", "jobs": {"a": {"runs-on": "x", "steps": [{"run": "x"}]}}}'),
  text("no last newline", (t) => t.trimEnd()),
  text("cut off", (t, dice) => t.slice(0, dice.below(t.length))),
  text("a letter lost", (t, dice) => ((at) => t.slice(0, at) + t.slice(at + 1))(dice.below(t.length))),
  text("a colon lost", (t) => t.replace("runs-on: ", "runs-on ")),
  text("a space lost", (t) => t.replace("runs-on: ", "runs-on:")),
  text("a bracket too many", (t) => `${t}]\n`),
  text("a quote too many", (t) => t.replace("runs-on: ", "runs-on: '")),
  text("an indent too many", (t) => t.replace("\n    runs-on", "\n     runs-on")),
  text("NUL", (t) => t.replace("runs-on: ", "runs-on: \0")),
  text("ESC", (t) => t.replace("runs-on: ", "runs-on: a\u001b")),
  text("DEL", (t) => t.replace("runs-on: ", "runs-on: a\u007f")),
  text("a line separator", (t) => t.replace("runs-on: ", "runs-on: a\u2028")),
  text("a no-break space", (t) => t.replace("runs-on: ", "runs-on:\u00a0")),
  text("a comment between", (t) => t.replaceAll("\n", " # c\n")),
  text("a percent sign first", (t) => t.replace("runs-on: ", "runs-on: %")),
  text("an at sign first", (t) => t.replace("runs-on: ", "runs-on: @")),
  text("a question mark first", (t) => t.replace("runs-on: ", "runs-on: ?")),
  text("a dash for a list", (t) => t.replace("runs-on: ", "runs-on: - ")),
  text("a colon in a value", (t) => t.replace("runs-on: ", "runs-on: a: ")),
  text("a bad escape", (t) => t.replace(/runs-on: .*/, 'runs-on: "\\q"')),
  text("an escape", (t) => t.replace(/runs-on: .*/, 'runs-on: "\\x41\\u00e9\\U0001F600\\/"')),
  text("a folded block", (t) => `${t}# x\n`.replace("run: make last", "run: >-2\n      x")),
];

const step = (a) => {
  if (a.get("runs").get("using") !== "composite") a.set("runs", map({ using: "composite", steps: [map({ run: "x", shell: "bash" })] }));
  return a.get("runs").get("steps")[0];
};
const part = (key, all) => all.map((value) => [`action ${key}: ${value}`, (a) => a.set(key, raw(value))]);
const stepOf = (key, all) => all.map((value) => [`action step ${key}: ${value}`, (a) => step(a).set(key, raw(value))]);
export const ACTION_QUIRKS = [
  ["action nothing", () => {}],
  ...part("name", ["", "''", "5", "[x]"]),
  ...part("nope", ["x"]),
  ...part("inputs", ["", "{a: }", "{a: {required: yes}}", "{a: {type: string}}", "{a: {default: [x]}}", "{a: {default: '${{ github.x }}'}}", "{a: {default: '${{ secrets.x }}'}}", "[a]"]),
  ...part("outputs", ["", "{a: {}}", "{a: {value: '${{ steps.s.x }}'}}", "{a: {value: '${{ nope }}'}}"]),
  ...part("runs", ["", "{}", "{using: composite}", "{using: composite, steps: []}", "{using: nope}", "{using: node20}", "{using: docker}", "{using: node20, main: x, steps: []}", "{using: node24, main: x, pre: y, pre-if: always()}", "{using: docker, image: x, env: {a: b}, args: [a]}", "{using: Composite, steps: [{run: x, shell: bash}]}", "{using: ''}", "{steps: [{run: x, shell: bash}]}", "{using: node20, main: x, nope: y}", "{using: composite, steps: [{run: x, shell: bash}], main: x}"]),
  ...part("branding", ["{icon: x, color: pink}", "{nope: x}"]),
  ...stepOf("shell", ["", "''", "5"]),
  ...stepOf("if", ["secrets.x", "success()", "nope", "${{ inputs.x }}", "hashFiles('x')"]),
  ...stepOf("continue-on-error", ["yes", "true"]),
  ...stepOf("timeout-minutes", ["5"]),
  ...stepOf("uses", ["a/b@c"]),
  ...stepOf("run", ["''", "'${{ secrets.x }}'", "'${{ inputs.x }}'", "'${{ vars.x }}'", "'${{ needs.x }}'", "'${{ matrix.x }}'", "'${{ always() }}'"]),
  ...stepOf("id", ["1x", "''", "s"]),
  ...stepOf("with", ["{a: b}"]),
  ...stepOf("env", ["{a: [b]}", "{a: b}"]),
  ["action no shell", (a) => step(a).drop("shell")],
  ["action no description", (a) => a.drop("description")],
  ["action no name", (a) => a.drop("name")],
  ["action no runs", (a) => a.drop("runs")],
];
