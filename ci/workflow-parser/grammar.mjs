// Workflows and actions that GitHub takes, out of dice.
import { map, raw } from "./tree.mjs";

// What an expression may look at, by where it stands.
export const SEES = {
  workflow: ["github", "inputs", "vars"],
  jobIf: ["github", "needs", "inputs", "vars"],
  job: ["github", "needs", "inputs", "vars", "matrix", "strategy"],
  step: ["github", "needs", "inputs", "vars", "matrix", "strategy", "env", "secrets", "steps", "job", "runner"],
};
const FIELDS = { github: "event_name", inputs: "dry", vars: "REGION", needs: "a.result", matrix: "os", strategy: "job-index", env: "CI", secrets: "TOKEN", steps: "s.outcome", job: "status", runner: "os" };

const literal = (dice) => dice.one(["'main'", "'it''s'", "''", "0", "-1", "1.5", "0x1F", "1e3", "true", "false", "null"]);
const context = (dice, sees) => {
  const name = dice.one(sees);
  const field = FIELDS[name];
  const [first, ...rest] = field.split(".");
  return dice.one([`${name}.${field}`, `${name}['${first}']${rest.map((part) => `.${part}`).join("")}`, name === "needs" ? "needs.*.result" : `${name}.${field}`, dice.one([name, name.toUpperCase()]) + `.${field}`]);
};
const call = (dice, sees, depth) => {
  const inner = () => expression(dice, sees, depth - 1);
  return dice.one([
    () => `contains(${inner()}, ${inner()})`,
    () => `startsWith(${context(dice, sees)}, ${literal(dice)})`,
    () => `endsWith(${context(dice, sees)}, ${literal(dice)})`,
    () => `format('{0} {1}', ${inner()}, ${inner()})`,
    () => `join(${context(dice, sees)}, ', ')`,
    () => `toJSON(${context(dice, sees)})`,
    () => `fromJSON('{"a": 1}').a`,
    () => `ToJson(${context(dice, sees)})`,
  ])();
};
export const expression = (dice, sees, depth = 2) => {
  if (depth <= 0) return dice.below(2) ? literal(dice) : context(dice, sees);
  const inner = () => expression(dice, sees, depth - 1);
  return dice.one([
    () => literal(dice),
    () => context(dice, sees),
    () => context(dice, sees),
    () => call(dice, sees, depth),
    () => `${inner()} ${dice.one(["&&", "||"])} ${inner()}`,
    () => `${inner()} ${dice.one(["==", "!=", "<", ">", "<=", ">="])} ${inner()}`,
    () => `!${inner()}`,
    () => `(${inner()} || ${inner()})`,
  ])();
};
export const condition = (dice, sees) => {
  const status = dice.one(["always()", "failure()", "success()", "cancelled()", "!cancelled()", "!failure()", "Always()"]);
  const text = dice.one([status, expression(dice, sees), `${status} && ${expression(dice, sees)}`]);
  return dice.below(2) ? `\${{ ${text} }}` : text.startsWith("!") ? `\${{${text}}}` : text;
};
const mixed = (dice, sees) => dice.one(["plain", `\${{ ${expression(dice, sees)} }}`, `a-\${{ ${expression(dice, sees)} }}-b`]);

const filters = (dice) => {
  const out = map();
  if (dice.below(2)) out.add(dice.one(["branches", "branches-ignore"]), dice.one(["main", ["main", "release/**"], ["main", "!old"]]));
  if (dice.oftenNot()) out.add(dice.one(["paths", "paths-ignore"]), ["src/**", "*.md"]);
  return out.pairs.length ? out : raw("");
};
const input = (dice) =>
  dice.one([
    () => map({ type: "boolean", default: false, required: true }),
    () => map({ type: "choice", options: ["a", "b"], default: "a" }),
    () => map({ type: "string", description: "what" }),
    () => map({ type: "environment" }),
    () => map({ type: "number", default: 3 }),
    () => raw(""),
  ])();
const EVENTS = {
  push: (dice) => (dice.below(2) ? filters(dice) : map({ tags: ["v*"] })),
  pull_request: (dice) => (dice.below(2) ? filters(dice) : map({ types: ["opened", "synchronize"] })),
  pull_request_target: filters,
  workflow_dispatch: (dice) => (dice.below(2) ? raw("") : map({ inputs: map({ dry: input(dice), other: input(dice) }) })),
  schedule: (dice) => [map({ cron: dice.one(["0 3 * * *", "*/15 * * * 1-5", "5,10 4 1 */2 *", "0 0 * JAN SUN"]) })],
  workflow_run: () => map({ workflows: ["ci"], types: ["completed"] }),
  release: () => map({ types: ["published"] }),
  repository_dispatch: () => map({ types: ["ship"] }),
  merge_group: () => raw(""),
  issues: () => map({ types: ["opened", "labeled"] }),
  workflow_call: (dice) =>
    map({
      inputs: map({ dry: map({ type: dice.one(["boolean", "string", "number"]), required: true }) }),
      secrets: map({ TOKEN: map({ required: false }) }),
      outputs: map({ sum: map({ value: "${{ jobs.a.outputs.sum }}" }) }),
    }),
};
const triggers = (dice) => {
  const names = Object.keys(EVENTS);
  const plain = ["push", "pull_request", "workflow_dispatch", "merge_group", "release", "issues"];
  if (dice.below(4) === 0) return dice.one(plain);
  if (dice.below(4) === 0) return plain.filter((_, index) => index === 0 || dice.below(2));
  const out = map();
  for (const name of names) if (name === "push" || dice.below(5) === 0) out.add(name, EVENTS[name](dice));
  return out;
};

export const step = (dice, index) => {
  const out = map();
  if (dice.oftenNot()) out.add("name", mixed(dice, SEES.step));
  if (dice.oftenNot()) out.add("id", `s${index}`);
  if (dice.oftenNot()) out.add("if", condition(dice, SEES.step));
  if (dice.below(2)) {
    out.add("run", dice.one(["make test", "make test\nmake lint\n", `echo "\${{ ${expression(dice, SEES.step)} }}"`, "cargo publish"]));
    if (dice.oftenNot()) out.add("shell", dice.one(["bash", "sh", "pwsh", "python", "bash -e {0}"]));
    if (dice.oftenNot()) out.add("working-directory", mixed(dice, SEES.step));
  } else {
    out.add("uses", dice.one(["actions/checkout@v4", "docker://alpine:3", "./local", "a/b/c@0123456789012345678901234567890123456789"]));
    if (dice.below(2)) out.add("with", map({ token: "${{ secrets.TOKEN }}", depth: 0, clean: true }));
  }
  if (dice.oftenNot()) out.add("env", map({ A: mixed(dice, SEES.step), B: 1, C: raw("") }));
  if (dice.oftenNot()) out.add("continue-on-error", dice.one([true, false, "${{ matrix.experimental }}"]));
  if (dice.oftenNot()) out.add("timeout-minutes", dice.one([5, raw("0.5"), "${{ fromJSON('3') }}"]));
  return out;
};
const strategy = (dice) => {
  const matrix = dice.one([
    () => map({ os: ["a", "b"], flag: [true, 1, "x"] }),
    () => map({ include: [map({ os: "a" }), map({ os: "b", extra: map({ deep: [1] }) })] }),
    () => map({ os: ["a", "b"], exclude: [map({ os: "b" })] }),
    () => map({ os: "${{ fromJSON(needs.a.outputs.list) }}" }),
    () => "${{ fromJSON(vars.MATRIX) }}",
  ])();
  const out = map({ matrix });
  if (dice.oftenNot()) out.add("fail-fast", dice.one([true, false, "${{ github.event_name == 'push' }}"]));
  if (dice.oftenNot()) out.add("max-parallel", dice.one([1, "${{ fromJSON('2') }}"]));
  return out;
};
const container = (dice) => (dice.below(2) ? "alpine:3" : map({ image: "alpine:3", env: map({ A: "b" }), ports: [80], volumes: ["/a:/b"], options: "--init" }));

const job = (dice, before) => {
  const out = map();
  if (dice.oftenNot()) out.add("name", mixed(dice, SEES.job));
  const needs = before.filter(() => dice.below(2));
  if (needs.length) out.add("needs", needs.length === 1 && dice.below(2) ? needs[0] : needs);
  if (dice.oftenNot()) out.add("if", condition(dice, SEES.jobIf));
  if (dice.oftenNot()) out.add("strategy", strategy(dice));
  if (dice.oftenNot()) out.add("permissions", permissions(dice));
  if (dice.oftenNot()) out.add("concurrency", dice.one(["one", map({ group: "a-${{ github.ref }}", "cancel-in-progress": dice.one([true, "${{ github.ref != 'x' }}"]) })]));
  if (dice.below(6) === 0) {
    out.add("uses", dice.one(["./.github/workflows/other.yml", "a/b/.github/workflows/x.yml@main"]));
    if (dice.below(2)) out.add("with", map({ dry: true, region: mixed(dice, SEES.job) }));
    if (dice.below(2)) out.add("secrets", dice.one(["inherit", map({ TOKEN: "${{ secrets.TOKEN }}" })]));
    return out;
  }
  out.add("runs-on", dice.one(["ubuntu-latest", ["self-hosted", "x64"], map({ group: "big", labels: ["x"] }), "${{ matrix.os }}", "${{ github.event_name == 'push' && 'a' || 'b' }}"]));
  if (dice.oftenNot()) out.add("continue-on-error", dice.one([true, false, "${{ matrix.experimental }}"]));
  if (dice.oftenNot()) out.add("timeout-minutes", dice.one([5, "${{ fromJSON('3') }}"]));
  if (dice.oftenNot()) out.add("environment", dice.one(["production", map({ name: "production", url: "${{ steps.s.outputs.url }}" })]));
  if (dice.oftenNot()) out.add("env", map({ A: mixed(dice, SEES.job), B: "${{ secrets.TOKEN }}" }));
  if (dice.oftenNot()) out.add("outputs", map({ sum: "${{ steps.s.outputs.sum }}" }));
  if (dice.oftenNot()) out.add("defaults", map({ run: map({ shell: "bash", "working-directory": "x" }) }));
  if (dice.oftenNot()) out.add("container", container(dice));
  if (dice.below(6) === 0) out.add("services", map({ db: map({ image: "postgres", ports: ["5432:5432"] }) }));
  return out.add("steps", Array.from({ length: 1 + dice.below(3) }, (_, index) => step(dice, index)));
};
const permissions = (dice) => dice.one(["read-all", "write-all", map(), map({ contents: "read" }), map({ contents: "write", "id-token": "write", models: "read" })]);

// A whole workflow; its last job is often called promote. One job has steps of its own.
export const workflow = (dice) => {
  const out = map();
  if (dice.below(2)) out.add("name", dice.one(["ci", "Release: now", 5]));
  if (dice.oftenNot()) out.add("run-name", mixed(dice, SEES.workflow));
  out.add("on", triggers(dice));
  if (dice.oftenNot()) out.add("permissions", permissions(dice));
  if (dice.oftenNot()) out.add("env", map({ CI: 1, REGION: mixed(dice, SEES.workflow) }));
  if (dice.oftenNot()) out.add("defaults", map({ run: map({ shell: "bash" }) }));
  if (dice.oftenNot()) out.add("concurrency", dice.one(["one", map({ group: mixed(dice, SEES.workflow) })]));
  const jobs = map();
  const ids = ["a", "b_1", "c-d", "promote"].slice(0, 1 + dice.below(4));
  ids.forEach((id, index) => jobs.add(id, job(dice, ids.slice(0, index))));
  jobs.add("last", map({ needs: ids[0], "runs-on": "x", steps: [step(dice, 0), map({ run: "make last" })] }));
  return out.add("jobs", jobs);
};

// A local action.
export const action = (dice) => {
  const out = map({ name: "x", description: "y" });
  if (dice.below(2)) out.add("author", "z");
  if (dice.below(2)) out.add("inputs", map({ who: map({ description: "w", required: true, default: "a" }), other: map({ "deprecationMessage": "old" }) }));
  if (dice.oftenNot()) out.add("branding", map({ icon: "shield", color: "green" }));
  if (dice.below(4) === 0) return out.add("runs", map({ using: "node20", main: "index.js" }));
  if (dice.below(4) === 0) return out.add("runs", map({ using: "docker", image: "Dockerfile", args: ["${{ inputs.who }}"] }));
  if (dice.below(2)) out.add("outputs", map({ sum: map({ description: "s", value: "${{ steps.s.outputs.sum }}" }) }));
  const run = map({ run: "echo ${{ inputs.who }}\n", shell: "bash" });
  const other = map({ id: "s", if: "inputs.who == 'a'", uses: "actions/checkout@v4", with: map({ a: 1 }) });
  return out.add("runs", map({ using: "composite", steps: dice.below(2) ? [run] : [run, other] }));
};
