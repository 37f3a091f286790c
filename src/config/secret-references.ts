import { readFileSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

import { Secret } from '../lib/secret.ts';
import type { Problem } from './problem.ts';
import type { Path, SourceText } from './source-text.ts';

/** A value that the file only refers to, once it has been looked up. */
export const SecretReference = z.instanceof(Secret, {
  error: 'must be a reference such as ${env:NAME}: a secret does not belong into the file',
});

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of the configuration file: `${file:…}` is relative to it. */
  readonly folder: string;
}

export interface Resolved {
  readonly value: unknown;
  readonly problems: readonly Problem[];
}

const REFERENCE = /^\$\{(?<kind>[a-z]+):(?<name>[^}]*)\}$/;

/** The value with every `${env:NAME}` and `${file:PATH}` in it replaced by a `Secret`. */
export function resolveSecrets(text: SourceText, surroundings: Surroundings): Resolved {
  const problems: Problem[] = [];

  function resolve(value: unknown, at: Path): unknown {
    if (Array.isArray(value)) return value.map((item, index) => resolve(item, [...at, index]));
    if (typeof value === 'object' && value !== null) {
      const entries = Object.entries(value);
      return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item, [...at, key])]));
    }
    const groups = typeof value === 'string' ? REFERENCE.exec(value)?.groups : undefined;
    if (!groups) return value;
    const found = lookUp(groups['kind'] ?? '', groups['name'] ?? '', surroundings);
    if (found.kind === 'found') return new Secret(found.value);
    problems.push(text.problem(at, { message: found.message, hint: found.hint }));
    // Something that passes for a secret, so that the same place is not complained of twice.
    return new Secret('unresolved');
  }

  return { value: resolve(text.value, []), problems };
}

type Found =
  | { readonly kind: 'found'; readonly value: string }
  | { readonly kind: 'missing'; readonly message: string; readonly hint: string };

function lookUp(kind: string, name: string, { env, folder }: Surroundings): Found {
  switch (kind) {
    case 'env':
      return fromEnvironment(name, env[name]);
    case 'file':
      return fromFile(path.resolve(folder, name));
    case 'keyvault':
      return missing('${keyvault:…} is not supported yet', 'use ${env:NAME} or ${file:PATH}');
    default:
      return missing(`unknown secret reference \${${kind}:…}`, 'known are env and file');
  }
}

function fromEnvironment(name: string, value: string | undefined): Found {
  if (value !== undefined && value !== '') return { kind: 'found', value };
  const state = value === undefined ? 'not set' : 'empty';
  return missing(`the environment variable ${name} is ${state}`, `set ${name} before the start`);
}

function fromFile(file: string): Found {
  try {
    return { kind: 'found', value: readFileSync(file, 'utf8').trimEnd() };
  } catch {
    return missing(`the file ${file} cannot be read`, 'check its path and its permissions');
  }
}

function missing(message: string, hint: string): Found {
  return { kind: 'missing', message, hint };
}
