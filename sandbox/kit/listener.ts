import { createServer } from 'node:https';

import type { CertificateAuthority } from './certificates.ts';
import { type Listening, listen } from './listen.ts';
import { type Answer, serveFetch } from './serve-fetch.ts';

interface Options {
  readonly authority: CertificateAuthority;
  readonly serves: (host: string) => boolean;
  readonly answer: (request: Request) => Promise<Answer>;
  readonly now: () => number;
  readonly log: (line: string) => void;
}

/**
 * The one TLS server behind all the emulated host names. It shows each client the certificate of
 * the host it asks for, and none to one that asks for a host nobody serves.
 */
export async function openListener({
  authority,
  serves,
  ...exchange
}: Options): Promise<Listening> {
  const server = createServer({
    // Git packs take as long as they take.
    requestTimeout: 0,
    SNICallback(host, done) {
      const name = host.toLowerCase();
      if (serves(name)) done(null, authority.contextFor(name));
      else done(new Error(`no service of the sandbox is called ${host}`));
    },
  });
  server.on('request', serveFetch({ scheme: 'https', ...exchange }));
  return listen(server);
}
