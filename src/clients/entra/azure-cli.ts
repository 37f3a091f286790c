import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';

import { PermanentError, TransientError } from '../../lib/errors.ts';
import { excerpt } from '../../lib/excerpt.ts';
import type { Identity } from '../identity.ts';
import { readAccessToken } from './access-token.ts';
import { hintOf } from './explain-refusal.ts';
import { keepTokens } from './keep-tokens.ts';

interface AzureCli {
  /** Null: the one that `az` is logged in to. */
  readonly tenant: string | null;
  readonly now: () => number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Source: Azure/azure-cli, `azure/cli/command_modules/profile/custom.py`, get_access_token */
const Granted = z.object({ accessToken: z.string() });

/** It is Python, starts slowly, and may have to ask Entra ID. */
const TIMEOUT_MS = 30_000;

const run = promisify(execFile);

/** Who is logged in with `az login`: for a person at a terminal, and for steps of AzureCLI@2. */
export function azureCliIdentity(login: AzureCli): Identity {
  return keepTokens(async (resource) => {
    const text = await ask(resource, login);
    const granted = Granted.safeParse(jsonIn(text)).data;
    return readAccessToken(granted?.accessToken ?? '', resource, login.now());
  }, login.now);
}

/** Its own words for each argument: a shell never sees any of them. */
async function ask(resource: string, { tenant, env }: AzureCli): Promise<string> {
  const args = ['account', 'get-access-token', '--output', 'json', '--resource', resource];
  if (tenant !== null) args.push('--tenant', tenant);
  try {
    const { stdout } = await run('az', args, { env: { ...env }, timeout: TIMEOUT_MS });
    return stdout;
  } catch (cause) {
    throw explained(cause);
  }
}

/** What `execFile` rejects with. Source: nodejs/node doc/api/child_process.md */
const Failed = z.object({
  code: z.union([z.string(), z.number()]).nullish(),
  killed: z.boolean().optional(),
  stderr: z.string().default(''),
});

function explained(cause: unknown): PermanentError | TransientError {
  const { code, killed, stderr } = Failed.safeParse(cause).data ?? { stderr: '' };
  if (killed === true) return new TransientError('UNANSWERED', 'az does not answer', { cause });
  if (typeof code === 'string') {
    const hint =
      'Is the Azure CLI installed, and its folder in PATH? On Windows, log in otherwise.';
    return new PermanentError('LOGIN_REFUSED', `az cannot be started: ${code}`, { cause, hint });
  }
  const [, aadsts] = /AADSTS(\d+)/.exec(stderr) ?? [];
  const hint = hintOf(Number(aadsts)) ?? 'Log in with "az login" first, to the right tenant.';
  return new PermanentError('LOGIN_REFUSED', `az says: ${excerpt(stderr)}`, { hint });
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
