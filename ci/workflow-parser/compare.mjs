// Whether gate takes and refuses what GitHub's own parser does: `compare.mjs GATE FOLDER` asks both about the workflows and actions that FOLDER's
// manifest.json names, and ends with 1 where they differ for no reason that differences.mjs gives.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { refused } from "./ask.mjs";
import { DIFFERENCES } from "./differences.mjs";

const [gate, folder] = process.argv.slice(2);
if (!folder) {
  console.error("usage: compare.mjs GATE FOLDER");
  process.exit(2);
}
const files = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));

// One repository with all of them: gate reads an action where a step uses it.
const gateSays = () => {
  const root = mkdtempSync(join(tmpdir(), "workflows-"));
  const git = (...args) => execFileSync("git", ["-C", root, "-c", "core.autocrlf=false", ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const put = (from, to) => {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    copyFileSync(from, join(root, to));
  };
  const isAction = ({ path }) => basename(path).startsWith("action.");
  const place = (file) => (isAction(file) ? file.path : join(".github/workflows", file.path.replaceAll("/", "--")));
  for (const file of files) put(join(folder, file.path), place(file));
  const uses = files.filter(isAction).map(({ path }) => `      - uses: ./${dirname(path)}\n`);
  writeFileSync(join(root, ".github/workflows/uses.yml"), `on: push\njobs:\n  promote:\n    runs-on: x\n    steps:\n      - run: x\n${uses.join("")}`);
  git("init", "-q");
  git("add", "-A", "-f");
  const report = (() => {
    try {
      return execFileSync(gate, ["promotion-only", "--format", "json"], { cwd: root, maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "inherit"] });
    } catch (error) {
      return error.stdout;
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  })();
  const [check] = JSON.parse(report).checks;
  const met = (code) => check.rulings.filter((ruling) => ruling.failure_reason_code === `promotion-only/${code}`);
  // Every workflow was looked at, and so was what refuses one of them.
  const workflows = files.filter((file) => !isAction(file)).length + 1;
  const unread = new Set(met("unreadable").map((ruling) => ruling.path));
  if (check.examined.count + unread.size !== workflows) throw new Error(`gate looked at ${check.examined.count} of ${workflows} workflows`);
  const why = new Map([...met("refused"), ...met("unreadable")].map((ruling) => [ruling.path, ruling.message]));
  return (file) => why.get(place(file));
};

const matches = (known, name) => (known.quirk instanceof RegExp ? known.quirk.test(name) : known.quirk === name);
const said = gateSays();
const counts = { taken: 0, refused: 0, known: 0, unknown: 0 };
const [met, possible] = [new Set(), new Set()];
for (const file of files) {
  const [mine, theirs] = [said(file), await refused(join(folder, file.path))];
  const known = DIFFERENCES.filter((one) => file.quirks.some((name) => matches(one, name)));
  if (file.quirks.length === 1 && mine === undefined && theirs.length === 0) known.filter((one) => !one.says).forEach((one) => possible.add(one));
  if ((mine === undefined) === (theirs.length === 0)) {
    counts[mine === undefined ? "taken" : "refused"]++;
    continue;
  }
  const reason = known.find((one) => one.gate === (mine === undefined ? "takes" : "refuses") && (one.says?.test(mine) ?? true));
  met.add(reason);
  counts[reason ? "known" : "unknown"]++;
  if (!reason) console.log(`${file.path} (${file.quirks.join(", ")})\n  gate: ${mine ?? "takes it"}\n  parser: ${theirs[0]?.split("\n")[0] ?? "takes it"}`);
}
const gone = [...possible].filter((one) => !met.has(one));
gone.forEach((one) => console.log(`differs no more, so it is to go from differences.mjs: ${one.quirk}`));
const { taken, refused: both, known, unknown } = counts;
console.log(`${files.length} files: ${taken} taken and ${both} refused by both, ${known} known differences, ${unknown} unknown`);
if (unknown + gone.length > 0) process.exitCode = 1;
