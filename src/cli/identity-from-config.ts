import { z } from 'zod';

import { loginNames } from '../clients/login.ts';
import { type LoginReach, openIdentity } from '../clients/open-identity.ts';
import { loadConfig } from '../config/load.ts';
import { ConfigError } from '../lib/errors.ts';
import type { ChosenIdentity } from './identity-options.ts';
import { withKnownSecrets } from './known-secrets.ts';

/**
 * The identity of this name in the configuration, and the places that are configured to use it.
 *
 * @throws {ConfigError} there is none of this name
 */
export function identityFromConfig(name: string, file: string, reach: LoginReach): ChosenIdentity {
  const config = loadConfig(file, { env: reach.env });
  const login = config.identities.get(name);
  if (!login) {
    const known = [...config.identities.keys()].join(', ');
    throw new ConfigError('CONFIG_INVALID', `${file} has no identity ${name}`, {
      hint: known === '' ? 'It has none at all.' : `Known are ${known}.`,
    });
  }
  const places = [...config.sources.values(), ...config.targets.values()].flatMap((one) => {
    const place = Place.safeParse(one.settings).data;
    return place?.identity === name ? [place] : [];
  });
  return {
    ...withKnownSecrets(openIdentity(login, reach), login),
    login,
    words: `${loginNames[login.kind]} (identity ${name} of ${file})`,
    hosts: unique(places.map(({ host }) => host)),
    organizations: unique(places.map(({ organization }) => organization)),
  };
}

/** The part of a source's or a target's settings that says where it is, and who we are there. */
const Place = z.object({
  identity: z.string(),
  host: z.string().optional(),
  organization: z.string().optional(),
});

function unique(names: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(names.filter((name) => name !== undefined))];
}
