import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { agentTime } from '../../pipelines/runs/agent-time.ts';
import { enter } from '../enter.ts';
import { requireHooksRight } from '../permissions/rights.ts';
import { parsed } from '../pipelines/run-parameters.ts';
import { respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { findSubscription } from './find-subscription.ts';
import type { Subscription } from './subscription.ts';

const path = '/:org/_apis/hooks/subscriptions/:subscription/diagnostics';
const kinds = ['deliveryResults', 'deliveryTracing', 'evaluationTracing'] as const;

const Tracing = z.object({ enabled: z.boolean() }).nullish();
const Change = z.object({
  deliveryResults: Tracing,
  deliveryTracing: Tracing,
  evaluationTracing: Tracing,
});

/** What is written down of a subscription; the history of notifications has it all anyway. */
export const getDiagnostics: Action<AzureDevops> = {
  method: 'GET',
  path,
  source: 'vsts-rest-api-specs, specification/hooks/7.1, Diagnostics_Get',
  async handle(call) {
    const caller = await enter(call);
    requireHooksRight(call, caller, 'ViewSubscriptions');
    return respond(call, caller, diagnosticsJson(findSubscription(call)));
  },
};

export const updateDiagnostics: Action<AzureDevops> = {
  method: 'PUT',
  path,
  source: 'vsts-rest-api-specs, specification/hooks/7.1, Diagnostics_Update',
  async handle(call) {
    const caller = await enter(call);
    requireHooksRight(call, caller, 'EditSubscriptions');
    const subscription = findSubscription(call);
    const change = parsed(Change, await call.json());
    for (const kind of kinds) {
      const asked = change[kind];
      if (asked?.enabled === true) subscription.traces.set(kind, call.now());
      else if (asked) subscription.traces.delete(kind);
    }
    return respond(call, caller, diagnosticsJson(subscription));
  },
};

/** Source: the recorded example of hooks/diagnostics in vsts-rest-api-specs: for an hour */
const traceMs = 3_600_000;

function diagnosticsJson({ traces }: Subscription) {
  return Object.fromEntries(
    Array.from(traces, ([kind, sinceMs]) => [
      kind,
      {
        enabled: true,
        startDate: agentTime(sinceMs),
        endDate: agentTime(sinceMs + traceMs),
        maxTracedEntries: 25,
        tracedEntries: 0,
      },
    ]),
  );
}
