import type { Identity } from '../../clients/identity.ts';
import { ConfigError } from '../../lib/errors.ts';
import type { Proof } from '../../proofs/proof.ts';
import type { Look, Runner, Start } from './runner.ts';
import type { Surroundings } from './surroundings.ts';

/** What is to be there beside a green run, and where to look for it. */
export interface EvidenceOptions {
  readonly require?: 'databricks_run';
  readonly proofWait?: number;
  readonly host?: string;
  readonly detach?: true;
}

/** As the service: `engine.proof_wait`. */
export const PROOF_WAIT_MS = 60_000;

/**
 * Where the evidence is looked for that the options require; null: none is required.
 *
 * @throws {ConfigError} the options contradict each other, or name no workspace
 */
export async function proofOf(
  options: EvidenceOptions,
  { identity, hosts }: { readonly identity: Identity; readonly hosts: readonly string[] },
  { fetch }: Surroundings,
): Promise<Proof | null> {
  const { require: required, proofWait, detach } = options;
  if (required === undefined) {
    const stray = proofWait !== undefined ? '--proof-wait' : '--host';
    if (proofWait === undefined && options.host === undefined) return null;
    throw contradiction(`${stray} is for evidence, and none is required`, 'Add --require.');
  }
  if (detach) {
    throw contradiction('--require and --detach do not go together', 'Evidence is waited for.');
  }
  const [host, ...more] = options.host === undefined ? hosts : [options.host];
  if (host === undefined || more.length > 0) {
    const found = host === undefined ? 'no workspace' : `${more.length + 1} workspaces`;
    const hint = 'Name it with --host or DATABRICKS_HOST: https://adb-….azuredatabricks.net';
    throw contradiction(`${found} to look for the Databricks run in`, hint);
  }
  // Loaded only now: most runs of a pipeline require nothing, and start the quicker.
  const { databricksRun } = await import('../../proofs/databricks-run.ts');
  return databricksRun.open({ host, identity: 'own' }, { fetch, identity: () => identity });
}

function contradiction(message: string, hint: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', message, { hint });
}

interface Wanted {
  readonly proof: Proof;
  readonly waitMs: number;
  /** What the run printed. */
  readonly output: (id: string, signal: AbortSignal) => Promise<string>;
  readonly now: () => number;
}

/** The same runner, whose green runs take evidence. */
export function withEvidence(runner: Runner, { proof, waitMs, output, now }: Wanted): Runner {
  let begun: Start | null = null;
  return {
    ...runner,
    async prepare(key, signal) {
      await runner.prepare(key, signal);
      // What could never be proven is not started.
      await proof.collect({ key, intendedAtMs: now(), output: async () => '' }, signal);
    },
    async start(start, signal) {
      begun = start;
      return await runner.start(start, signal);
    },
    required: {
      waitMs,
      async collect(look: Look, signal: AbortSignal) {
        if (!begun) throw new RangeError('nothing was started');
        const { key, intendedAtMs } = begun;
        const print = async () => await output(look.id, signal);
        return await proof.collect({ key, intendedAtMs, output: print }, signal);
      },
    },
  };
}
