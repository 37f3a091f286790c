import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { defineService, type Service } from '../../kit/service.ts';
import type { Assertions } from '../../kit/tools.ts';

const Order = z.strictObject({
  issuer: z.enum(['github', 'azure-pipelines']),
  /** `repo:contoso/wine-quality:ref:refs/heads/main`, `sc://contoso/MLFlowHooks/databricks` */
  subject: z.string().min(1),
  audience: z.string().min(1).default('api://AzureADTokenExchange'),
  /** Left out: as long as the issuer's own. Below nothing it is over already. */
  lifetime_ms: z.int().min(-86_400_000).max(86_400_000).optional(),
  claims: z.record(z.string(), z.unknown()).default({}),
});

/** The admin call by which a workflow or a pipeline that there is not says who it is. */
export function assertionService(assertions: Assertions, now: () => number): Service {
  const path = '/_sandbox/assertions';
  return defineService({
    name: 'assertions',
    local: path,
    serves: () => false,
    actions: [{ ...mint, path }],
    state: assertions,
    now,
    notFound: () => failure(404, `POST ${path}`),
    onError(error) {
      if (error instanceof z.ZodError) return failure(400, z.prettifyError(error));
      if (error instanceof SyntaxError) return failure(400, 'the body is not JSON');
      throw error;
    },
  });
}

const mint: Omit<Action<Assertions>, 'path'> = {
  method: 'POST',
  source: 'our own',
  async handle({ state, ...call }) {
    const { lifetime_ms: lifetimeMs, ...order } = Order.parse(await call.json());
    const { token, expiresAtMs } = await state.mint({ ...order, lifetimeMs });
    return Response.json({ assertion: token, expires_at_ms: expiresAtMs }, { status: 201 });
  },
};

function failure(status: number, error: string): Response {
  return Response.json({ error }, { status });
}
