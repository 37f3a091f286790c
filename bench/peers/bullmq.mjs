import { Queue, Worker } from 'bullmq';

import { call, receive } from './receive.mjs';

const connection = { host: '127.0.0.1', port: Number(process.env.BENCH_REDIS) };
const name = `events-${process.pid}`;
const queue = new Queue(name, { connection });
const worker = new Worker(name, async ({ data }) => await call(data), {
  connection,
  concurrency: 64,
  removeOnComplete: { count: 1000 },
});
await worker.waitUntilReady();

receive(async (event) => {
  await queue.add('event', event, { removeOnComplete: true, attempts: 10 });
});
process.once('SIGTERM', () => process.exit());
