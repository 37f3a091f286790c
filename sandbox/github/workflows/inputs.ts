import { unprocessable } from '../github-error.ts';
import type { KnownWorkflow } from '../repositories/repository.ts';

/**
 * The inputs of a run: what was given, and the defaults of the rest.
 *
 * Source: answers quoted in public issues: convictional/trigger-workflow-and-wait 4 and 53, cli/cli.
 * @throws {GithubError} 422, in GitHub's words
 */
export function checkedInputs(
  { workflow_dispatch: dispatch }: KnownWorkflow,
  given: Readonly<Record<string, string | number | boolean>>,
): Readonly<Record<string, string>> {
  if (!dispatch) throw unprocessable("Workflow does not have 'workflow_dispatch' trigger");
  const { inputs } = dispatch;
  const unexpected = Object.keys(given).filter((name) => !Object.hasOwn(inputs, name));
  if (unexpected.length > 0) {
    throw unprocessable(`Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  }
  const entries = Object.entries(inputs).flatMap(([name, input]): [string, string][] => {
    const value = given[name] ?? input.default;
    if (value === undefined) {
      if (input.required) throw unprocessable(`Required input '${name}' not provided`);
      return [];
    }
    const text = String(value);
    if (input.type === 'choice' && !input.options.includes(text)) {
      throw unprocessable(
        `Provided value '${text}' for input '${name}' not in the list of allowed values`,
      );
    }
    return [[name, text]];
  });
  return Object.fromEntries(entries);
}
