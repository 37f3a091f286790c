import * as restate from '@restatedev/restate-sdk';

import { call, isGenuine } from './receive.mjs';

/** The webhook comes in at Restate itself, which keeps it and then calls this: so it is verified here. */
const events = restate.service({
  name: 'events',
  handlers: {
    receive: restate.handlers.handler(
      { input: restate.serde.binary, accept: '*/*' },
      async (context, body) => {
        const signature = context.request().headers.get('x-databricks-signature');
        if (!isGenuine(signature, body)) throw new restate.TerminalError('not genuine');
        await context.run('call', () => call(JSON.parse(Buffer.from(body).toString())));
      },
    ),
  },
});

const port = Number(process.env.BENCH_PORT);
await restate.serve({ services: [events], port });
console.log(port);
process.once('SIGTERM', () => process.exit());
