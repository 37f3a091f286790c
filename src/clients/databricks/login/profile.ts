import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { ConfigError } from '../../../lib/errors.ts';

interface Wanted {
  /** Null: the one that the file names as its default, else `DEFAULT`, if there is one. */
  readonly profile: string | null;
  /** Null: `~/.databrickscfg`. */
  readonly file: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The section that is no profile. */
const SETTINGS = '__settings__';

/**
 * What a profile of the official tools' file says: `host`, `client_id`, `azure_tenant_id` …
 *
 * Source: databricks-sdk-py `databricks/sdk/config.py` `_known_file_config_loader`;
 * databricks-sdk-go `config/config_file.go`
 * @throws {ConfigError} the profile that is named is not there
 */
export function readProfile({ profile, file, env }: Wanted): ReadonlyMap<string, string> {
  const at = placeOf(file ?? '~/.databrickscfg', env['HOME']);
  const { [SETTINGS]: own, ...profiles } = existsSync(at) ? sectionsOf(read(at)) : {};
  const named = profile ?? own?.get('default_profile');
  const found = profiles[named ?? 'DEFAULT'];
  if (found || named === undefined) return found ?? new Map();
  throw new ConfigError('CONFIG_INVALID', `${at} has no ${named} profile configured`, {
    hint: `There are ${Object.keys(profiles).length} profiles: ${Object.keys(profiles).join(', ')}`,
  });
}

function placeOf(file: string, home = os.homedir()): string {
  return path.resolve(file.replace(/^~(?=\/|$)/, () => home));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError('CONFIG_INVALID', `${file} cannot be read`, {
      cause,
      hint: 'Check its permissions, or name another file in DATABRICKS_CONFIG_FILE.',
    });
  }
}

function sectionsOf(text: string): Readonly<Record<string, ReadonlyMap<string, string>>> {
  const sections = new Map<string, Map<string, string>>();
  let current = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, name] = /^\s*\[([^\]]+)\]/.exec(line) ?? [];
    if (name !== undefined) {
      current = sections.get(name) ?? new Map<string, string>();
      sections.set(name, current);
    }
    const [, key, value] = /^\s*([\w-]+)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    // A `#` inside a value is part of it, unless a blank stands before it.
    if (key !== undefined && value !== undefined) {
      current.set(key.toLowerCase(), value.replace(/(^|\s+)[#;].*$/, '').trim());
    }
  }
  return Object.fromEntries(sections);
}
