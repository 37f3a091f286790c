import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { type Listening, listen } from './listen.ts';

/** A host that somebody wanted to reach and that is no part of the sandbox. */
export interface RefusedHost {
  readonly host: string;
  readonly times: number;
  readonly lastAtMs: number;
}

export interface Proxy extends Listening {
  /** Proof of being offline: what was asked for beyond the sandbox, and turned away. */
  readonly refusedHosts: () => readonly RefusedHost[];
  /** Writes down that somebody wanted to reach this host. */
  readonly refuse: (host: string) => void;
}

interface Options {
  readonly port?: number | undefined;
  /** Whether https to this host leads to the listener. */
  readonly serves: (host: string) => boolean;
  /** Whether plain http to this host is answered here. */
  readonly servesPlain: (host: string) => boolean;
  readonly answerPlain: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
  readonly listenerPort: number;
  readonly now: () => number;
}

/** A forward proxy that leads the emulated host names to the listener, and leads nowhere else. */
export async function openProxy(options: Options): Promise<Proxy> {
  const { port, serves, servesPlain, answerPlain, listenerPort, now } = options;
  const refused = new Map<string, RefusedHost>();
  const refuse = (host: string) => {
    const times = (refused.get(host)?.times ?? 0) + 1;
    refused.set(host, { host, times, lastAtMs: now() });
  };
  const tunnels = new Set<Duplex>();

  const plain = (url: URL | null, incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (url?.protocol === 'http:' && url.port === '' && servesPlain(url.hostname)) {
      answerPlain(incoming, outgoing);
      return;
    }
    refuse(url?.hostname.toLowerCase() ?? incoming.headers.host ?? 'unknown');
    refusePlain(outgoing);
  };
  const server = createServer((incoming, outgoing) => {
    plain(URL.parse(incoming.url ?? ''), incoming, outgoing);
  });
  // Node asks for a tunnel for plain http, too: what comes through it is no request to a proxy.
  const inTunnel = createServer((incoming, outgoing) => {
    plain(URL.parse(`http://${incoming.headers.host}${incoming.url}`), incoming, outgoing);
  });
  server.on('connect', (incoming, client: Duplex, head: Buffer) => {
    client.on('error', () => client.destroy());
    const authority = incoming.url ?? '';
    const host = hostOf(`https://${authority}`);
    if (host !== null && authority.endsWith(':80') && servesPlain(host)) {
      tunnels.add(client);
      client.on('close', () => tunnels.delete(client));
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (head.length > 0) client.unshift(head);
      inTunnel.emit('connection', client);
      return;
    }
    if (host === null || !authority.endsWith(':443') || !serves(host)) {
      refuse(host ?? authority);
      client.end(refusal(`${authority} is not part of the sandbox`));
      return;
    }
    const inner = tunnel(listenerPort, client, head);
    tunnels.add(inner);
    inner.on('close', () => tunnels.delete(inner));
  });

  const listening = await listen(server, port);
  return {
    port: listening.port,
    refusedHosts: () => [...refused.values()],
    refuse,
    async [Symbol.asyncDispose]() {
      for (const inner of tunnels) inner.destroy();
      await listening[Symbol.asyncDispose]();
    },
  };
}

function tunnel(port: number, client: Duplex, head: Buffer): Socket {
  const inner = connect(port, '127.0.0.1', () => {
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    inner.write(head);
    client.pipe(inner);
    inner.pipe(client);
  });
  inner.on('error', () => client.destroy());
  inner.on('close', () => client.destroy());
  client.on('close', () => inner.destroy());
  return inner;
}

function hostOf(address: string): string | null {
  return URL.parse(address)?.hostname.toLowerCase() ?? null;
}

function refusePlain(outgoing: ServerResponse): void {
  outgoing.writeHead(403, { 'content-type': 'text/plain' });
  outgoing.end('the sandbox answers https only, and only for the hosts it emulates\n');
}

function refusal(text: string): string {
  const body = `${text}\n`;
  const head = `HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}`;
  return `${head}\r\nConnection: close\r\n\r\n${body}`;
}
