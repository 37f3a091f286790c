import type { Variable } from '../../pipelines/variables/variable-set.ts';
import type { AzureDevops, Definition } from '../state.ts';
import { pipelineInvalid } from '../vss-error.ts';

/** Everybody may set this one. Source: docs/pipelines/process/variables.md of azure-devops-docs */
const alwaysSettable = 'system.debug';

/**
 * The variables of a definition with those that were given when a run was asked for.
 * Source: docs/pipelines/security/inputs.md of MicrosoftDocs/azure-devops-docs, with the limit on
 * @throws {VssError} some of them may not be set
 */
export function queueVariables(
  { config }: AzureDevops,
  definition: Definition,
  given: readonly Variable[],
): readonly Variable[] {
  const settable = new Set(
    definition.variables
      .filter((variable) => variable.settableAtQueueTime)
      .map(({ name }) => name.toLowerCase()),
  );
  const refused = given.filter(
    ({ name }) => !settable.has(name.toLowerCase()) && name.toLowerCase() !== alwaysSettable,
  );
  if (refused.length > 0 && config.azure_devops.limit_queue_variables) {
    const names = refused.map(({ name }) => name).join(', ');
    throw pipelineInvalid(
      `You can't set the following variables (${names}). If you want to be able to set these variables, then edit the pipeline and select Settable at queue time on the variables tab of the pipeline editor.`,
    );
  }
  const byName = new Map<string, Variable>();
  for (const { name, value, secret } of definition.variables) {
    byName.set(name.toLowerCase(), { name, value, secret, readonly: false });
  }
  for (const variable of given) {
    const secret = variable.secret || byName.get(variable.name.toLowerCase())?.secret === true;
    byName.set(variable.name.toLowerCase(), { ...variable, secret, readonly: true });
  }
  return [...byName.values()];
}
