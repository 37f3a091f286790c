import type { Command } from 'commander';
import { z } from 'zod';

import { printable } from './printable.ts';
import { findSandbox, type SandboxOptions } from './sandbox-admin.ts';
import { commandOfSandbox } from './sandbox-command.ts';

const Hosts = z.object({
  refused_hosts: z.array(z.object({ host: z.string(), times: z.number() })),
});

const Routes = z.object({
  unknown_routes: z.array(
    z.object({ method: z.string(), host: z.string(), path: z.string(), times: z.number() }),
  ),
});

/** `signalbox sandbox refused`: what was asked for and is not there, on the host or in the world. */
export function refusedCommand(): Command {
  return commandOfSandbox(
    'refused',
    'list the hosts and routes that were asked for in vain',
  ).action(async (options: SandboxOptions) => {
    const sandbox = findSandbox(options);
    const hosts = Hosts.parse(await sandbox.ask('/_sandbox/refused-hosts'));
    for (const { host, times } of hosts.refused_hosts) {
      console.log(printable(`${times} times  ${host}: not emulated`));
    }
    const routes = Routes.parse(await sandbox.ask('/_sandbox/unknown-routes'));
    for (const { method, host, path, times } of routes.unknown_routes) {
      console.log(printable(`${times} times  ${method} ${host}${path}: no such route`));
    }
  });
}
