import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { parseDocument } from 'yaml';
import type { z } from 'zod';

import { SandboxConfig } from './config.ts';

/** A configuration that cannot be used; its message names the file, and the place in it. */
export class ConfigError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConfigError';
  }
}

/**
 * The configuration in this file, JSON or YAML; the folders it names are taken from the file's own.
 * @throws {ConfigError} it cannot be read, or is not right
 */
export async function readConfig(path: string): Promise<SandboxConfig> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ConfigError(`${path}: cannot be read`, { cause: error });
  });
  // JSON is YAML too.
  const document = parseDocument(text);
  const [wrong] = document.errors;
  if (wrong) throw new ConfigError(`${path}: ${wrong.message}`);

  const parsed = SandboxConfig.safeParse(document.toJS());
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(worded(path)).join('\n'));
  return fromFolder(parsed.data, dirname(path));
}

function worded(path: string) {
  return (issue: z.core.$ZodIssue): string => {
    const place = issue.path.map((part) =>
      typeof part === 'number' ? `[${part}]` : `.${String(part)}`,
    );
    return `${path}: ${place.join('').replace(/^\./u, '') || 'the whole'}: ${issue.message}`;
  };
}

function fromFolder(config: SandboxConfig, folder: string): SandboxConfig {
  const repositories = config.azure_devops.repositories.map((repository) => ({
    ...repository,
    from: resolve(folder, repository.from),
  }));
  return { ...config, azure_devops: { ...config.azure_devops, repositories } };
}
