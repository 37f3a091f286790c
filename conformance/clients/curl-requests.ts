import assert from 'node:assert/strict';

import { z } from 'zod';

import { runCommand } from '../run-command.ts';
import type { SandboxProcess } from '../sandbox-process.ts';

/** What tokens are asked for, by the service that believes them. */
export const scopes = {
  databricks: '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default',
  azureDevops: '499b84ac-1321-427f-aa17-267ca6975798/.default',
} as const;

/** A token of Entra ID for an application. */
export async function accessToken(
  sandbox: SandboxProcess,
  scope: string,
  { clientId, secret }: { readonly clientId: string; readonly secret: string },
): Promise<string> {
  const { body } = await askForToken(sandbox, scope, secret, clientId);
  return z.object({ access_token: z.string() }).parse(body).access_token;
}

/** The answer of the v2 token endpoint to a client secret. */
export function askForToken(
  sandbox: SandboxProcess,
  scope: string,
  secret: string,
  clientId = sandbox.scene.app.clientId,
) {
  return ask(sandbox, [
    `https://login.microsoftonline.com/${sandbox.scene.tenant}/oauth2/v2.0/token`,
    ...form({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: secret,
      scope,
    }),
  ]);
}

/** Fields of a form, each encoded by curl. */
export function form(fields: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(fields).flatMap(([name, value]) => [
    '--data-urlencode',
    `${name}=${value}`,
  ]);
}

/** A body of JSON. */
export function json(body: unknown): readonly string[] {
  return ['-H', 'Content-Type: application/json', '-d', JSON.stringify(body)];
}

/** The header of a bearer token. */
export function bearer(value: string): readonly string[] {
  return ['-H', `Authorization: Bearer ${value}`];
}

/** What a server answered to curl. */
export async function ask(sandbox: SandboxProcess, args: readonly string[]) {
  const { code, stdout, stderr } = await curlIt(sandbox, ['-w', '\n%{http_code}', ...args]);
  assert.equal(code, 0, stderr);
  const at = stdout.lastIndexOf('\n');
  const text = stdout.slice(0, at);
  return { status: Number(stdout.slice(at + 1)), text, body: parsed(text) };
}

/** Runs curl in the sandbox, to whatever end. */
export function curlIt({ environment }: SandboxProcess, args: readonly string[]) {
  return runCommand('curl', ['-sS', '--max-time', '30', ...args], { env: environment });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
