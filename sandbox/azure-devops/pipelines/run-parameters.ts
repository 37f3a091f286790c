import { z } from 'zod';

import type { Variable } from '../../pipelines/variables/variable-set.ts';
import { VssError } from '../vss-error.ts';

/** Source: RunPipelineParameters in specification/pipelines/7.1 of vsts-rest-api-specs */
export const RunPipelineParameters = z.object({
  previewRun: z.boolean().nullish(),
  yamlOverride: z.string().nullish(),
  stagesToSkip: z.array(z.string()).nullish(),
  templateParameters: z.record(z.string(), z.unknown()).nullish(),
  variables: z
    .record(z.string(), z.object({ value: z.string().nullish(), isSecret: z.boolean().nullish() }))
    .nullish(),
  resources: z
    .object({
      repositories: z
        .record(
          z.string(),
          z.object({ refName: z.string().nullish(), version: z.string().nullish() }),
        )
        .nullish(),
      pipelines: z.record(z.string(), z.unknown()).nullish(),
    })
    .nullish(),
});
export type RunPipelineParameters = z.infer<typeof RunPipelineParameters>;

/** @throws {VssError} the body has not the shape of the API */
export function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new VssError(
    400,
    'VssPropertyValidationException',
    `Value of '${where}' is not valid: ${issue?.message ?? ''}`,
  );
}

/** What a request to run says of branch, variables and parameters. */
export function runRequestOf(body: RunPipelineParameters) {
  const { self, versions } = repositoriesOf(body);
  const variables = Object.entries(body.variables ?? {}).map(
    ([name, { value, isSecret }]): Variable => ({
      name,
      value: value ?? '',
      secret: isSecret ?? false,
      readonly: true,
    }),
  );
  return {
    versions,
    ref: self?.refName ?? null,
    version: self?.version ?? null,
    variables,
    templateParameters: body.templateParameters ?? {},
    stagesToSkip: body.stagesToSkip ?? [],
  };
}

function repositoriesOf({ resources }: RunPipelineParameters) {
  const { self, ...others } = resources?.repositories ?? {};
  const versions = Object.entries(others).flatMap(([alias, { version, refName }]) => {
    const asked = version ?? refName;
    return asked ? [[alias.toLowerCase(), asked] as const] : [];
  });
  return { self, versions: new Map(versions) };
}
