import { readFileSync, statSync } from 'node:fs';

import { Option } from 'commander';
import { z } from 'zod';

import { ConfigError, PermanentError, TransientError } from '../lib/errors.ts';

/** How a command finds the running sandbox. */
export interface SandboxOptions {
  readonly state: string;
  readonly admin?: string;
}

/** `--state FILE`: where a running sandbox leaves word of itself. */
export function stateOption(): Option {
  return new Option('--state <file>', 'where the sandbox leaves word of itself').default(
    '.signalbox/sandbox.json',
  );
}

/** `--admin URL`: a sandbox that was started by something else. */
export function adminOption(): Option {
  return new Option(
    '--admin <url>',
    "another sandbox's admin address; its token is SIGNALBOX_SANDBOX_TOKEN",
  ).env('SIGNALBOX_SANDBOX_ADMIN');
}

/** The admin interface of a running sandbox. */
export interface SandboxAdmin {
  readonly url: string;
  /**
   * What it answers, as JSON; undefined if it answers nothing.
   * @throws {ConfigError} it does not understand what was asked
   * @throws {PermanentError} the token is wrong
   * @throws {TransientError} nobody answers
   */
  ask(path: string, request?: Asked): Promise<unknown>;
  /** The same, whose answer is read as it comes. */
  open(path: string, request?: Asked): Promise<Response>;
}

interface Asked {
  readonly method?: 'POST' | 'DELETE';
  readonly body?: unknown;
}

const State = z.object({ admin: z.url(), token: z.string() });
type State = z.infer<typeof State>;

const Refusal = z.object({ error: z.string() });

/**
 * The sandbox that was named, or the one that left word in the state file.
 * @throws {ConfigError} there is none, or its token is missing
 */
export function findSandbox({ state, admin }: SandboxOptions): SandboxAdmin {
  const found = admin === undefined ? stateIn(state) : { admin, token: tokenGiven() };
  const open = (path: string, request: Asked = {}) => openAnswer(found, path, request);
  return {
    url: found.admin,
    open,
    async ask(path, request) {
      const response = await open(path, request);
      return jsonIn(await response.text());
    },
  };
}

async function openAnswer(
  { admin, token }: State,
  path: string,
  { method, body }: Asked,
): Promise<Response> {
  const response = await fetch(new URL(path, admin), {
    method: method ?? 'GET',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new TransientError('UNREACHABLE', `no sandbox answers at ${admin}`, {
      cause,
      hint: 'start one with "signalbox sandbox start CONFIG"',
    });
  });
  if (response.ok) return response;

  const refusal = Refusal.safeParse(await response.json().catch(() => undefined));
  const message = refusal.data?.error ?? `the sandbox answers with status ${response.status}`;
  if (response.status === 401) throw new PermanentError('NOT_PERMITTED', message);
  throw new ConfigError('CONFIG_INVALID', message);
}

function tokenGiven(): string {
  const token = process.env['SIGNALBOX_SANDBOX_TOKEN'];
  if (token !== undefined && token !== '') return token;
  throw new ConfigError('CONFIG_INVALID', 'the admin token of the sandbox is missing', {
    hint: 'set SIGNALBOX_SANDBOX_TOKEN to the admin_token of its configuration',
  });
}

function stateIn(file: string): State {
  let text: string;
  try {
    mustBeOurs(file);
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError('CONFIG_INVALID', `no sandbox runs here: there is no ${file}`, {
      cause,
      hint: 'start one with "signalbox sandbox start CONFIG", or name one with --admin',
    });
  }
  const state = State.safeParse(jsonIn(text));
  if (state.success) return state.data;
  throw new ConfigError('CONFIG_INVALID', `${file} was not written by a sandbox`);
}

/** Whoever could write it could lead our commands to a sandbox of theirs. */
function mustBeOurs(file: string): void {
  const { uid, mode } = statSync(file);
  const isForeign = process.getuid !== undefined && uid !== process.getuid();
  const isOpen = process.platform !== 'win32' && (mode & 0o077) !== 0;
  if (!isForeign && !isOpen) return;
  throw new ConfigError('CONFIG_INVALID', `${file} is not for you alone: it is not believed`, {
    hint: 'a sandbox writes it with mode 0600; remove it, and start the sandbox again',
  });
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
