// Asks GitHub's own parser about workflows and actions: `parse.mjs FILE…` prints what it refuses, and ends with 1 if there is anything.
// A file named action.yml is an action; every other one is a workflow.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { parseAction } from "@actions/workflow-parser/actions/action-parser";
import { ErrorPolicy } from "@actions/workflow-parser/model/convert";

const refused = async (path) => {
  const file = { name: path, content: readFileSync(path, "utf8") };
  const action = basename(path) === "action.yml";
  const { context, value } = (action ? parseAction : parseWorkflow)(file, new NoOperationTraceWriter());
  // Cycles among jobs, and needs that do not exist, are found only here.
  const template = action || !value ? undefined : await convertWorkflowTemplate(context, value, undefined, { errorPolicy: ErrorPolicy.TryConversion });
  const errors = [...context.errors.getErrors().map((error) => error.message), ...(template?.errors ?? []).map((error) => error.Message)];
  // Nothing read is nothing accepted.
  if (!value || (!action && !template?.jobs?.length)) errors.push("nothing was read");
  return [...new Set(errors)];
};

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
