import { z } from 'zod';

import { UncertainError } from '../../src/lib/errors.ts';
import { type EventType, isEventType, type NewEvent } from '../../src/model/event.ts';
import type { Report } from '../../src/model/report.ts';
import type { Source, Standing } from '../../src/sources/source.ts';
import { fateOfRead, fateOfReport } from './fates.ts';
import { type Change, START_MS } from './plan.ts';
import type { Wire } from './wire.ts';
import type { World } from './world.ts';

/** The registry itself: how its versions stand, and what was written back to them. */
export interface Registry {
  readonly standings: Map<string, Standing>;
  readonly reports: WrittenReport[];
  /** When the first comparison was noted; what happened before is nobody's to find. */
  firstSurveyMs: number | null;
}

export interface WrittenReport {
  readonly delivery: string;
  readonly form: Report['form'];
  readonly verdict: Report['verdict'];
}

/** A change happens in the registry, whoever is told of it. */
export function changeStanding({ standings }: Registry, change: Change): void {
  const { model, version, to: stage, atMs } = change;
  standings.set(`${model} ${version}`, { model, version, stage, changedAtMs: START_MS + atMs });
}

/** The registry as one process has it. */
export function openSource(world: World, wire: Wire): Source {
  const { registry } = world;
  return {
    receive: async ({ body }) => ({ kind: 'event', event: eventIn(body) }),
    async survey(signal) {
      return await wire({
        name: 'registry.survey',
        fate: fateOfRead(world),
        effect: () => [...registry.standings.values()],
        signal,
      });
    },
    async report({ delivery, form, verdict }, signal) {
      await wire({
        name: `registry.report ${form} of ${delivery}`,
        fate: fateOfReport(world),
        effect: () => void registry.reports.push({ delivery, form, verdict }),
        signal,
        onAbort: () => new UncertainError('UNANSWERED', 'no answer in time'),
      });
    },
  };
}

const Told = z.object({
  identity: z.string(),
  source: z.string(),
  type: z.custom<EventType>((type) => typeof type === 'string' && isEventType(type)),
  model: z.string(),
  version: z.string(),
  occurredAtMs: z.number(),
  recovered: z.boolean(),
  fields: z.record(z.string(), z.string()),
});

function eventIn(body: Uint8Array): NewEvent {
  return Told.parse(JSON.parse(new TextDecoder().decode(body)));
}
