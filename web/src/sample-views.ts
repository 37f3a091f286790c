import type { DeliveryView, EventView, RunView, StatusView } from '../../src/http/views.ts';

/** For tests: a version that moved to Staging, with whatever the test is about. */
export function anEvent(but: Partial<EventView> = {}): EventView {
  return {
    id: 'evt_1',
    type: 'model_version.stage_changed',
    source: 'prod-registry',
    model: 'wine-quality',
    version: '3',
    occurred_at: '2026-11-23T14:00:00.000Z',
    received_at: '2026-11-23T14:00:01.000Z',
    recovered: false,
    fields: { from_stage: 'None', to_stage: 'Staging', text: '', webhook_id: 'wh1' },
    deliveries: [],
    ...but,
  };
}

/** For tests: a delivery that has just begun. */
export function aDelivery(but: Partial<DeliveryView> = {}): DeliveryView {
  return {
    id: 'dlv_1',
    event: 'evt_1',
    rule: 'integration',
    target: 'devops',
    phase: 'pending',
    verdict: null,
    reason: 'the rule integration matched',
    attempt: 1,
    key: 'a'.repeat(52),
    request: { pipeline: 3 },
    run: null,
    evidence: [],
    timeline: [{ at: '2026-11-23T14:00:01.000Z', phase: 'pending', reason: 'the rule matched' }],
    reports: [],
    created_at: '2026-11-23T14:00:01.000Z',
    ended_at: null,
    earlier: [],
    cancel: null,
    dismissed: null,
    remedies: ['cancel'],
    advice: null,
    ...but,
  };
}

/** For tests: a pipeline run that is going on. */
export function aRun(but: Partial<RunView> = {}): RunView {
  return {
    system: 'azure-pipelines',
    id: '12',
    name: 'Integration #20261123.1',
    url: 'https://dev.azure.com/contoso/MLFlowHooks/_build/results?buildId=12',
    status: 'running',
    reason: 'inProgress',
    actor: null,
    commit: null,
    started_at: '2026-11-23T14:00:03.000Z',
    ended_at: null,
    found_by: 'start',
    parts: [],
    ...but,
  };
}

/** For tests: one registry and one rule. */
export function aStatus(but: Partial<StatusView> = {}): StatusView {
  return {
    sources: [
      {
        name: 'prod-registry',
        type: 'databricks-registry',
        complete_until: '2026-11-23T14:00:00.000Z',
        refusals: [],
      },
      { name: 'manual', type: 'manual', complete_until: null, refusals: [] },
    ],
    targets: [
      {
        name: 'devops',
        under_way: 0,
        limits: { concurrent: null, starts_per_minute: null },
        waits: null,
        failing: null,
      },
    ],
    rules: [
      {
        name: 'integration',
        on: ['model_version.stage_changed'],
        when: 'event.to_stage == "Staging"',
        target: 'devops',
        require: 'databricks_run',
        report: ['tags', 'comment'],
      },
    ],
    dead_letters: 0,
    browse: null,
    ...but,
  };
}
