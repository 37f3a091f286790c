import { z } from 'zod';

import type { Variable } from '../../pipelines/variables/variable-set.ts';
import type { AzureDevops, VariableGroup } from '../state.ts';
import { VssError } from '../vss-error.ts';

/** Source: VariableGroupParameters in specification/distributedTask/7.1 of vsts-rest-api-specs */
export const GroupParameters = z.object({
  name: z.string().min(1),
  description: z.string().nullish(),
  type: z.string().nullish(),
  variables: z.record(
    z.string(),
    z.object({
      value: z.string().nullish(),
      isSecret: z.boolean().nullish(),
      isReadOnly: z.boolean().nullish(),
    }),
  ),
});
export type GroupParameters = z.infer<typeof GroupParameters>;

/**
 * The variables of a group as somebody asked for them; a secret that comes back without its value
 * keeps the one it had.
 * @throws {VssError} the name is taken, or the sandbox has no such groups
 */
export function readGroup(
  { groups, tools }: AzureDevops,
  body: GroupParameters,
  before: VariableGroup | null,
): readonly Variable[] {
  if (body.type && body.type.toLowerCase() !== 'vsts') {
    const message = `The sandbox has no variable groups of type '${body.type}': it has Vsts.`;
    throw new VssError(400, 'ArgumentException', message);
  }
  const isTaken = groups.some(
    (one) => one !== before && one.name.toLowerCase() === body.name.toLowerCase(),
  );
  if (isTaken) {
    const message = `A variable group with the name '${body.name}' already exists.`;
    throw new VssError(409, 'VariableGroupExistsException', message);
  }
  return Object.entries(body.variables).map(([name, { value, isSecret, isReadOnly }]) => {
    const secret = isSecret === true;
    const given = value ?? (secret ? valueOf(before, name) : '');
    if (secret && given !== '') tools.hidden.add(given);
    return { name, value: given, secret, readonly: isReadOnly === true };
  });
}

function valueOf(before: VariableGroup | null, name: string): string {
  const known = before?.variables.find((one) => one.name.toLowerCase() === name.toLowerCase());
  return known?.value ?? '';
}
