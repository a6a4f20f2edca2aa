// The parser imports its schemas as JSON without saying so, which Node refuses. This gives them to it as modules.
import { readFile } from "node:fs/promises";
import { register } from "node:module";
import { isMainThread } from "node:worker_threads";

export async function load(url, context, next) {
  if (!url.endsWith(".json")) return next(url, context);
  return { format: "module", shortCircuit: true, source: `export default ${await readFile(new URL(url), "utf8")}` };
}

// Loaded twice: by `--import`, and by this line in the thread of the hooks.
if (isMainThread) register(import.meta.url);
