import { makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';

import { call, receive } from './receive.mjs';

const pgPool = new pg.Pool({ connectionString: process.env.BENCH_POSTGRES, max: 12 });
const utils = await makeWorkerUtils({ pgPool });
await utils.migrate();
await run({
  pgPool,
  noHandleSignals: true,
  logger: silent(),
  taskList: { call: async (payload) => await call(payload) },
  // As its page on performance has it: fetched and completed in batches.
  preset: {
    worker: {
      concurrentJobs: 32,
      pollInterval: 1000,
      completeJobBatchDelay: 0,
      failJobBatchDelay: 0,
      localQueue: { size: 500 },
    },
  },
});

receive(async (event) => {
  await utils.addJob('call', event);
});
process.once('SIGTERM', () => process.exit());

function silent() {
  const say = () => undefined;
  return { scope: silent, error: say, warn: say, info: say, debug: say, log: say };
}
