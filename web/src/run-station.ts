import type { DeliveryView, RunView } from '../../src/http/views.ts';
import { ahead, capital, type Span, type Station } from './station.ts';
import { type Light, runLight, verdictMeaning } from './verdict.ts';

/** The run that a delivery started, or is to start. */
export function runStation(delivery: DeliveryView, startedAt: string | null): Station {
  if (delivery.run) {
    const seen = runSeen(delivery.run, delivery);
    return { ...seen, key: 'run', kind: 'run', at: seen.at ?? startedAt };
  }
  const word = delivery.verdict === null ? 'Not started yet' : 'Never started';
  return ahead('run', `Run at ${delivery.target}`, word);
}

/** The runs that were found as evidence, or what is still looked for. */
export function evidenceStations(
  delivery: DeliveryView,
  requires: string | null,
): readonly Station[] {
  if (delivery.evidence.length > 0) {
    return delivery.evidence.map((run, index) => ({
      ...runSeen(run, delivery),
      key: `evidence ${index}`,
      kind: 'evidence',
    }));
  }
  if (requires === null) return [];
  const title = requirementTitle(requires);
  if (delivery.verdict === 'unproven') {
    const light: Light = { tone: 'amber', sign: 'question', word: 'None found' };
    return [{ ...ahead('evidence', title, ''), light, note: verdictMeaning('unproven') }];
  }
  return [ahead('evidence', title, delivery.verdict === null ? 'Not seen yet' : 'None seen')];
}

function runSeen(run: RunView, { verdict }: DeliveryView): Omit<Station, 'key' | 'kind'> {
  const isGoing = run.status === 'running' || run.status === 'started';
  const isOutOfSight = isGoing && verdict !== null;
  return {
    title: systemTitle(run.system),
    detail: run.id,
    light: isOutOfSight ? outOfSight : runLight(run.status),
    at: run.started_at,
    span: isOutOfSight ? null : spanOf(run, isGoing),
    url: run.url,
    note: [run.name, run.reason].filter(Boolean).join(': '),
  };
}

const outOfSight: Light = { tone: 'purple', sign: 'break', word: 'Running when last seen' };

/** Of a run that began or ended at an unknown time, no duration can be told. */
function spanOf({ started_at: from, ended_at: to }: RunView, isGoing: boolean): Span | null {
  if (from === null || (to === null && !isGoing)) return null;
  return { from, to, suffix: '' };
}

/** What a run of that system is called: `Pipeline run`. */
export function systemTitle(system: string): string {
  if (system === 'azure-pipelines') return 'Pipeline run';
  if (system === 'databricks') return 'Databricks run';
  return 'Run';
}

function requirementTitle(requires: string): string {
  return capital(requires.replaceAll('_', ' '));
}
