import type { DeliveryView, ReportView } from '../../src/http/views.ts';
import { ahead, capital, type Station } from './station.ts';
import { reportLight } from './verdict.ts';

type State = ReportView['state'];

// What asks for a look comes first: it gives the station its light.
const WORST_FIRST: readonly State[] = ['failed', 'writing', 'pending', 'done'];

/** What was written back, all forms of it together: `Comment not written, tags written`. */
export function reportStation({ reports, verdict }: DeliveryView): Station {
  const states = WORST_FIRST.filter((state) => reports.some((one) => one.state === state));
  const [worst] = states;
  if (worst === undefined) {
    return ahead('report', 'Report', verdict === null ? 'Not yet' : 'None asked for');
  }
  const word = states.map((state) => `${formsIn(reports, state)} ${reportLight(state).word}`);
  return {
    ...ahead('report', 'Report', ''),
    light: { ...reportLight(worst), word: capital(word.join(', ')) },
    at:
      reports
        .map(({ at }) => at)
        .toSorted()
        .at(-1) ?? null,
    note: reports.map(({ form, reason }) => `${form}: ${reason}`).join(', '),
  };
}

function formsIn(reports: readonly ReportView[], state: State): string {
  return reports
    .filter((one) => one.state === state)
    .map(({ form }) => form)
    .join(' and ');
}
