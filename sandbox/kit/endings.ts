import type { Faults } from './faults.ts';
import { fitsText } from './glob.ts';
import type { Endings } from './tools.ts';

/**
 * The termination code that goes with a result, and whose fault it is. A failed task's run has the
 * life cycle INTERNAL_ERROR too, but the code of its task.
 *
 * Source: databricks-sdk-py service/jobs.py, TerminationCodeCode; which pairs occur is inferred.
 */
const CODES: ReadonlyMap<string | null, readonly [code: string, type: string]> = new Map([
  ['SUCCESS', ['SUCCESS', 'SUCCESS']],
  ['SUCCESS_WITH_FAILURES', ['SUCCESS_WITH_FAILURES', 'SUCCESS']],
  ['FAILED', ['RUN_EXECUTION_ERROR', 'CLIENT_ERROR']],
  ['TIMEDOUT', ['CANCELED', 'CLIENT_ERROR']],
  ['CANCELED', ['USER_CANCELED', 'CLIENT_ERROR']],
  ['MAXIMUM_CONCURRENT_RUNS_REACHED', ['MAX_CONCURRENT_RUNS_EXCEEDED', 'CLIENT_ERROR']],
  ['DISABLED', ['DISABLED', 'CLIENT_ERROR']],
  ['EXCLUDED', ['SKIPPED', 'CLIENT_ERROR']],
  ['UPSTREAM_FAILED', ['SKIPPED', 'CLIENT_ERROR']],
  ['UPSTREAM_CANCELED', ['SKIPPED', 'CLIENT_ERROR']],
]);

/** The endings that the faults of a sandbox force on the runs of its services. */
export function openEndings(faults: Faults): Endings {
  return {
    for({ service: whose = 'databricks', runName, taskKey }) {
      const strikes = faults.striking('runs', ({ service = 'databricks', run, task }) => {
        if (service !== whose) return false;
        if (run !== undefined && !fitsText(run, runName)) return false;
        return taskKey === null
          ? task === undefined
          : task !== undefined && fitsText(task, taskKey);
      });
      for (const { fault } of strikes) {
        if (fault.do.kind !== 'run-ending') continue;
        const { life_cycle_state: lifeCycle, result_state: result, message } = fault.do;
        const [code, type] = CODES.get(result) ?? ['INTERNAL_ERROR', 'INTERNAL_ERROR'];
        return {
          lifeCycle,
          result,
          code: fault.do.code === undefined ? code : fault.do.code,
          type: fault.do.type ?? type,
          message,
          afterMs: fault.do.after_ms,
        };
      }
      return null;
    },
  };
}
