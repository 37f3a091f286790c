import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openAdmin } from './admin.ts';
import { createAuthority } from './certificates.ts';
import { childEnvironment } from './child-environment.ts';
import { openClock } from './clock.ts';
import { type Faults, openFaults } from './faults.ts';
import { openGateway } from './gateway.ts';
import { openHiddenValues } from './hidden-values.ts';
import { type Journal, openJournal } from './journal.ts';
import { openListener } from './listener.ts';
import { openProxy, type RefusedHost } from './proxy.ts';
import type { Service } from './service.ts';
import type { SandboxTools } from './tools.ts';

/** All that a sandbox's certificate authority may ever vouch for. */
const DOMAINS = ['microsoftonline.com', 'azuredatabricks.net', 'dev.azure.com', 'visualstudio.com'];

interface Options {
  /** A folder of this sandbox alone; it is made if need be, and left behind. */
  readonly workDir: string;
  readonly adminToken: string;
  /** Left out: ports that are free. */
  readonly ports?: { readonly proxy?: number | undefined; readonly admin?: number | undefined };
  readonly log?: (line: string) => void;
}

/** The way to the emulated services, whichever they are: names, certificates, faults, journal. */
export interface Network extends AsyncDisposable {
  readonly proxyUrl: string;
  readonly adminUrl: string;
  /** The public certificate of its authority. */
  readonly caPath: string;
  readonly tools: Omit<SandboxTools, 'tokens'>;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly refusedHosts: () => readonly RefusedHost[];
  /** From now on the hosts of this service can be reached. */
  add(service: Service): void;
}

/** A network of which no service is a part yet, with its proxy and its admin interface. */
export async function openNetwork(options: Options): Promise<Network> {
  const { workDir, ports, adminToken: token, log = () => {} } = options;
  await using opened = new AsyncDisposableStack();

  const authority = createAuthority(DOMAINS);
  const caPath = await prepare(workDir, authority.pem);
  const clock = openClock();
  const hidden = openHiddenValues();
  hidden.add(token);
  const journal = openJournal(hidden);
  const faults = openFaults();

  const list: Service[] = [];
  const services = () => list;
  const serves = (host: string) => list.some((service) => service.serves(host));
  const answer = openGateway({ services, faults, journal, now: clock.now });

  const listener = opened.use(
    await openListener({ authority, serves, answer, now: clock.now, log }),
  );
  const proxy = opened.use(
    await openProxy({ port: ports?.proxy, serves, listenerPort: listener.port, now: clock.now }),
  );
  const { refusedHosts } = proxy;
  const controls = { clock, faults, journal, refusedHosts, services };
  const admin = opened.use(await openAdmin({ ...controls, port: ports?.admin, token, log }));

  const proxyUrl = `http://127.0.0.1:${proxy.port}`;
  const environment = childEnvironment(proxyUrl, caPath);
  const closing = opened.move();
  return {
    proxyUrl,
    adminUrl: `http://127.0.0.1:${admin.port}`,
    caPath,
    tools: { clock, workDir, hidden, childEnvironment: () => environment },
    faults,
    journal,
    refusedHosts,
    add: (service) => {
      list.push(service);
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

async function prepare(workDir: string, certificate: string): Promise<string> {
  await mkdir(workDir, { recursive: true });
  await chmod(workDir, 0o700);
  const caPath = join(workDir, 'ca.pem');
  await writeFile(caPath, certificate);
  return caPath;
}
