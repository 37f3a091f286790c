import { once } from 'node:events';
import type { Server, Socket } from 'node:net';

/** A server that hears on the loopback interface. */
export interface Listening extends AsyncDisposable {
  readonly port: number;
}

/** Starts a server on 127.0.0.1; disposing of it ends its connections, finished or not. */
export async function listen(server: Server, port = 0): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
