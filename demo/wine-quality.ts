import { readFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'yaml';
import { z } from 'zod';

import type { Credentials } from './credentials.ts';

export const exampleFolder = path.join(import.meta.dirname, '../examples/wine-quality');

/** The names of the story: those of the example's own files, so that these run unchanged. */
export const names = {
  tenant: '16b3c013-d300-468d-ac64-7eda0820b6d3',
  spClientId: '5f0d7c1e-2b64-4c0f-9d1a-8e3b6a7f4c21',
  workspace: 'adb-1234567890123456.7.azuredatabricks.net',
  organization: 'contoso',
  project: 'MLFlowHooks',
  repository: 'wine-quality',
  model: 'wine-quality',
  oldStyleModel: 'wine-quality-old-style',
  nick: 'nick@contoso.com',
} as const;

export const pipelines = {
  unitTest: 1,
  ci: 2,
  integration: 3,
  release: 4,
  oldStyle: 5,
} as const;

const SandboxFile = z.looseObject({
  entra: z.looseObject({ tenant: z.string(), apps: z.array(z.looseObject({})) }),
});

/** What there is in the sandbox when the story begins: the example's file, with secrets of its own. */
export function wineQualitySandbox(credentials: Credentials): z.infer<typeof SandboxFile> {
  const secrets = new Map([
    ['local-admin-token', credentials.sandboxAdmin],
    ['local-sp-credential', credentials.spCredential],
    ['local-expired-credential', credentials.expiredCredential],
    ['local-nick-git-token', credentials.nickGit],
    ['local-nick-databricks-token', credentials.nickDatabricks],
  ]);
  const text = readFileSync(path.join(exampleFolder, 'sandbox.yaml'), 'utf8');
  const file: unknown = parse(text, (key, value: unknown) => {
    if (key === 'from') return exampleFolder;
    return typeof value === 'string' ? (secrets.get(value) ?? value) : value;
  });
  return SandboxFile.parse(file);
}
