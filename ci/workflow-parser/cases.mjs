// Copies the workflows and actions of gate's cases for compare.mjs: `cases.mjs CASES FOLDER`. What is odd about each is its case.
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";

const [cases, folder] = process.argv.slice(2);
if (!folder) {
  console.error("usage: cases.mjs CASES FOLDER");
  process.exit(2);
}
const wanted = /\/files\/(\.github\/workflows\/[^/]+\.ya?ml|.*\/action\.yml)$/;
// The parser does not come to an end of it: its memory does.
const left = "an_alias_bomb";
const manifest = [];
for (const entry of readdirSync(cases, { recursive: true, withFileTypes: true })) {
  const from = join(entry.parentPath ?? entry.path, entry.name);
  const path = from.slice(cases.length + 1).split(sep).join("/");
  if (!entry.isFile() || !wanted.test(path) || path.includes(left)) continue;
  const [area, name] = path.split("/");
  const flat = dirname(path).replaceAll("/", "--").replaceAll(/--files|--\.github|--workflows/g, "");
  const to = basename(path) === "action.yml" ? join(flat, "action.yml") : `${flat}--${basename(path)}`;
  mkdirSync(dirname(join(folder, to)), { recursive: true });
  copyFileSync(from, join(folder, to));
  manifest.push({ path: to, quirks: [`${area}/${name}`] });
}
manifest.sort((a, b) => (a.path < b.path ? -1 : 1));
writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
