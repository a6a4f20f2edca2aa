// Writes workflows and actions, sound ones and broken ones: `generate.mjs SEED COUNT FOLDER`. What is odd about each stands in manifest.json.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { action, workflow } from "./grammar.mjs";
import { ACTION_QUIRKS, QUIRKS } from "./quirks.mjs";
import { block, Dice } from "./tree.mjs";

const [seed, count, folder] = process.argv.slice(2);
if (!folder) {
  console.error("usage: generate.mjs SEED COUNT FOLDER");
  process.exit(2);
}
const dice = new Dice(Number(seed));
// Every quirk has its turn; now and then a second one comes with it.
const chosen = (quirks, turn) => {
  const first = quirks[turn % quirks.length];
  return dice.below(12) === 0 ? [first, dice.one(quirks)] : [first];
};
const written = (make, quirks) => {
  const tree = make(dice);
  for (const [, change] of quirks) {
    try {
      change?.(tree, dice);
    } catch (error) {
      // The first took away what the second would have changed.
      if (!(error instanceof TypeError) || quirks.length === 1) throw error;
    }
  }
  return quirks.reduce((text, [, , change]) => (change ? change(text, dice) : text), block(tree, "", dice));
};
const manifest = [];
const write = (path, text, quirks) => {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), text);
  manifest.push({ path, quirks: quirks.map(([name]) => name) });
};
const number = (index) => String(index).padStart(5, "0");
const start = dice.below(QUIRKS.length);
const actions = Math.round(count / 8);
for (let index = 0; index < count - actions; index++) {
  const quirks = index % 4 === 3 ? [QUIRKS[0]] : chosen(QUIRKS, start + index - Math.floor(index / 4));
  write(`w${number(index)}.yml`, written(workflow, quirks), quirks);
}
for (let index = 0; index < actions; index++) {
  const quirks = chosen(ACTION_QUIRKS, index);
  write(`a${number(index)}/action.yml`, written(action, quirks), quirks);
}
writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
