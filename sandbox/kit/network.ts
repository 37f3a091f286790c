import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openAdmin } from './admin.ts';
import { createAuthority } from './certificates.ts';
import { childEnvironment } from './child-environment.ts';
import { openClock } from './clock.ts';
import { openEndings } from './endings.ts';
import { type Faults, openFaults } from './faults.ts';
import { type Gateway, isAt, openGateway } from './gateway.ts';
import { openHiddenValues } from './hidden-values.ts';
import { type Journal, openJournal } from './journal.ts';
import { openListener } from './listener.ts';
import { openOutgoing } from './outgoing.ts';
import { openProxy, type RefusedHost } from './proxy.ts';
import { openRequestFaults } from './request-faults.ts';
import { type Answer, serveFetch } from './serve-fetch.ts';
import type { Service } from './service.ts';
import type { SandboxTools } from './tools.ts';
import { openUnknownRoutes, type UnknownRoute } from './unknown-routes.ts';

/** All that a sandbox's certificate authority may ever vouch for. */
const DOMAINS = [
  'microsoftonline.com',
  'azuredatabricks.net',
  'dev.azure.com',
  'visualstudio.com',
  'github.com',
  'actions.githubusercontent.com',
];

interface Options {
  /** A folder of this sandbox alone; it is made if need be, and left behind. */
  readonly workDir: string;
  readonly adminToken: string;
  /** The names that go with client ids and personal tokens. */
  readonly names?: ReadonlyMap<string, string> | undefined;
  /** Hosts that are nobody's but the configuration's. */
  readonly domains?: readonly string[] | undefined;
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
  readonly unknownRoutes: () => readonly UnknownRoute[];
  /** What a fault does that lets tokens run out: Entra ID's business. */
  onExpireTokens(expire: () => void): void;
  /** With these variables a program reaches the sandbox: those of child processes, and more. */
  readonly environment: () => Readonly<Record<string, string>>;
  /** More variables for programs from outside, such as where their managed identity is. */
  addEnvironment(variables: Readonly<Record<string, string>>): void;
  /** Ends the waits of requests that the services make of their own accord. */
  readonly stopSending: () => void;
  /** Where all requests go: for a service with a port of its own. */
  readonly gateway: Gateway;
  /** From now on the hosts of this service can be reached. */
  add(service: Service): void;
}

/** A network of which no service is a part yet, with its proxy and its admin interface. */
export async function openNetwork(options: Options): Promise<Network> {
  const { workDir, ports, adminToken: token, log = () => {} } = options;
  await using opened = new AsyncDisposableStack();

  const authority = createAuthority([...DOMAINS, ...(options.domains ?? [])]);
  const caPath = await prepare(workDir, authority.pem);
  const clock = openClock();
  const hidden = openHiddenValues();
  hidden.add(token);
  const journal = openJournal(hidden);
  const { now } = clock;
  const faults = openFaults(now);
  const unknown = openUnknownRoutes();
  const expiring: (() => void)[] = [];
  const expireTokens = () => {
    for (const expire of expiring) expire();
  };

  const list: Service[] = [];
  const services = () => list;
  const isServed = (url: URL | null) => url !== null && list.some((one) => isAt(one, url));
  const gateway = openGateway({
    services,
    faults: openRequestFaults({ faults, now, expireTokens }),
    journal,
    unknownRoutes: unknown,
    nameOf: (credential) => options.names?.get(credential),
    now,
  });
  const answer = (request: Request): Promise<Answer> => gateway(request);

  const serves = (host: string) => isServed(URL.parse(`https://${host}`));
  const listener = opened.use(await openListener({ authority, serves, answer, now, log }));
  const proxy = opened.use(
    await openProxy({
      port: ports?.proxy,
      serves,
      servesPlain: (host) => isServed(URL.parse(`http://${host}`)),
      answerPlain: serveFetch({ scheme: 'http', now, log, answer }),
      listenerPort: listener.port,
      now,
    }),
  );
  const proxyUrl = `http://127.0.0.1:${proxy.port}`;
  const environment = childEnvironment(proxyUrl, caPath);
  const further: Record<string, string> = {};
  const controls = {
    clock,
    faults,
    journal,
    refusedHosts: proxy.refusedHosts,
    unknownRoutes: unknown,
    services,
    environment: () => ({ ...environment, ...further }),
  };
  const admin = opened.use(
    await openAdmin({ ...controls, gateway, port: ports?.admin, token, log }),
  );
  const reach = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    if (!isServed(url)) proxy.refuse(url.hostname);
    const reached = await gateway(request);
    if (reached.kind === 'response') return reached.response;
    throw new Error(`${url.hostname}: the connection was cut`);
  };
  const outgoing = openOutgoing({ faults, journal, now });
  const endings = openEndings(faults);
  const closing = opened.move();
  return {
    proxyUrl,
    adminUrl: `http://127.0.0.1:${admin.port}`,
    caPath,
    tools: {
      clock,
      workDir,
      hidden,
      childEnvironment: () => environment,
      outgoing,
      endings,
      reach,
    },
    faults,
    journal,
    refusedHosts: proxy.refusedHosts,
    unknownRoutes: () => unknown.list(),
    onExpireTokens: (expire) => expiring.push(expire),
    environment: controls.environment,
    addEnvironment: (variables) => Object.assign(further, variables),
    stopSending: outgoing.stop,
    gateway,
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
