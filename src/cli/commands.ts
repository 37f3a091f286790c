import type { ListedCommand } from './listed-command.ts';
import { runCommand } from './run/run.ts';

/** Every command of `signalbox`, in the order of its help. */
export const commands: readonly ListedCommand[] = [
  {
    name: 'demo',
    description: 'sandbox, service and pages on this machine, playing the wine-quality story',
    load: async () => (await import('./demo.ts')).demoCommand,
  },
  {
    name: 'serve',
    description: 'run the service: intake, dispatch, follow, report, API and pages',
    load: async () => (await import('./serve.ts')).serveCommand,
  },
  {
    name: 'sandbox',
    description:
      'the stand-ins for Entra ID, Databricks and Azure DevOps, and what goes wrong there',
    load: async () => (await import('./sandbox.ts')).sandboxCommand,
  },
  {
    name: 'check',
    description: 'check a configuration: each problem with file, line and column',
    load: async () => (await import('./check.ts')).checkCommand,
  },
  {
    name: 'doctor',
    description: 'check what Signalbox leans on, and say what to do about it',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  {
    name: 'torture',
    description: 'cut the power, fail writes and kill -9 on your own volume, and print the ledger',
    load: async () => (await import('./torture.ts')).tortureCommand,
  },
  {
    name: 'send',
    description: 'send an event by hand to a source of type manual',
    load: async () => (await import('./send.ts')).sendCommand,
  },
  {
    name: 'events',
    description: 'list the events, newest first, and what came of each',
    load: async () => (await import('./events.ts')).eventsCommand,
  },
  {
    name: 'deliveries',
    description: 'look at deliveries; replay, cancel or dismiss them',
    load: async () => (await import('./deliveries/deliveries.ts')).deliveriesCommand,
  },
  {
    name: 'claim',
    description: 'the first step of a pipeline: of the runs of one start, let only the first go on',
    load: async () => (await import('./claim.ts')).claimCommand,
  },
  {
    name: 'store',
    description: 'back up, restore, migrate or move the store',
    load: async () => (await import('./store.ts')).storeCommand,
  },
  {
    name: 'whoami',
    description: 'say who we are, by which login, and whether the services know us',
    load: async () => (await import('./whoami.ts')).whoamiCommand,
  },
  {
    name: 'token',
    description: 'print an access token for a script; where CI runs, it is masked first',
    load: async () => (await import('./token.ts')).tokenCommand,
  },
  {
    name: 'git-credential',
    description: 'what Databricks fetches notebooks from git with',
    load: async () => (await import('./git-credential.ts')).gitCredentialCommand,
  },
  {
    name: 'run',
    description: 'start a job, a notebook or a pipeline, follow it, and end as it does',
    load: async () => runCommand,
  },
];
