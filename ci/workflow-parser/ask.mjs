// Asks GitHub's own parser about a workflow or an action. A file named action.yml is an action; every other one is a workflow.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { parseAction } from "@actions/workflow-parser/actions/action-parser";
import { ErrorPolicy } from "@actions/workflow-parser/model/convert";

// Why it refuses the file; nothing: it takes it.
export const refused = async (path) => {
  const file = { name: path, content: readFileSync(path, "utf8") };
  const action = /^action\.ya?ml$/.test(basename(path));
  const { context, value } = (action ? parseAction : parseWorkflow)(file, new NoOperationTraceWriter());
  // Cycles among jobs, and needs that do not exist, are found only here.
  const template = action || !value ? undefined : await convertWorkflowTemplate(context, value, undefined, { errorPolicy: ErrorPolicy.TryConversion });
  const errors = [...context.errors.getErrors().map((error) => error.message), ...(template?.errors ?? []).map((error) => error.Message)];
  // Nothing read is nothing accepted.
  if (!value || (!action && !template?.jobs?.length)) errors.push("nothing was read");
  return [...new Set(errors)];
};
