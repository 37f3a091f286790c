import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/**
 * A wire between a process and a server of this machine that can break. It stands for a network
 * namespace: it needs no root, and parts one process from one server only.
 */
export interface Link extends AsyncDisposable {
  readonly port: number;
  /** Every connection is reset, and so is each new one. */
  cut(): void;
  /** Nothing gets through any more, and nobody is told. */
  stall(): void;
  /** New connections get through. What was held back is lost, as behind a router that forgot it. */
  heal(): void;
}

interface Pair {
  readonly near: Socket;
  /** null: it came while nothing got through. */
  readonly far: Socket | null;
}

/** Opens a link to a port of this machine. */
export async function openLink(to: number): Promise<Link> {
  const pairs = new Set<Pair>();
  let state: 'open' | 'cut' | 'stalled' = 'open';
  const dropAll = () => {
    for (const { near, far } of pairs) {
      near.resetAndDestroy();
      far?.resetAndDestroy();
    }
    pairs.clear();
  };

  const server = createServer({ noDelay: true, pauseOnConnect: true }, (near) => {
    if (state === 'cut') {
      near.on('error', () => near.destroy());
      near.resetAndDestroy();
      return;
    }
    const pair = { near, far: state === 'open' ? reach(to) : null };
    pairs.add(pair);
    tie(pair, () => pairs.delete(pair));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();

  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cut() {
      state = 'cut';
      dropAll();
    },
    stall() {
      state = 'stalled';
      for (const { near, far } of pairs) {
        near.unpipe().pause();
        far?.unpipe().pause();
      }
    },
    heal() {
      if (state === 'stalled') dropAll();
      state = 'open';
    },
    async [Symbol.asyncDispose]() {
      dropAll();
      server.close();
      await once(server, 'close');
    },
  };
}

function reach(port: number): Socket {
  return connect({ port, host: '127.0.0.1', noDelay: true });
}

/** Carries what comes from one end to the other, and lets both go together. */
function tie({ near, far }: Pair, over: () => void): void {
  near.on('error', () => near.destroy());
  near.once('close', () => {
    far?.destroy();
    over();
  });
  if (!far) return;
  far.on('error', () => far.destroy());
  far.once('close', () => near.destroy());
  near.pipe(far);
  far.pipe(near);
}
