/** The deliveries under way, and those that wait for one of the few workers. */
export interface Deliveries {
  add(deliver: () => Promise<unknown>): void;
  /** Forgets what waits, and comes back when what was under way has ended. */
  close(): Promise<void>;
}

/** Source: mlflow/mlflow mlflow/environment_variables.py, MLFLOW_WEBHOOK_DELIVERY_MAX_WORKERS. */
const WORKERS = 10;

/** What fails is logged by MLflow, and then lost. */
async function settled(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}

/** A pool as Python's ThreadPoolExecutor: first come, first served, and any of them may end first. */
export function openDeliveries(): Deliveries {
  const waiting: (() => Promise<unknown>)[] = [];
  const working = new Set<Promise<void>>();

  const startNext = () => {
    const next = working.size < WORKERS ? waiting.shift() : undefined;
    if (!next) return;
    const work = settled(next()).finally(() => {
      working.delete(work);
      startNext();
    });
    working.add(work);
  };
  return {
    add(deliver) {
      waiting.push(deliver);
      startNext();
    },
    async close() {
      waiting.length = 0;
      while (working.size > 0) await Promise.all(working);
    },
  };
}
