// Asks GitHub's own parser about workflows and actions: `parse.mjs FILE…` prints what it refuses, and ends with 1 if there is anything.
import { refused } from "./ask.mjs";

const paths = process.argv.slice(2);
if (paths.length === 0) {
  console.error("usage: parse.mjs FILE…");
  process.exit(2);
}
for (const path of paths) {
  const errors = await refused(path);
  console.log(errors.length === 0 ? `accepted ${path}` : `refused  ${path}`);
  for (const error of errors) console.log(`  ${error}`);
  if (errors.length > 0) process.exitCode = 1;
}
