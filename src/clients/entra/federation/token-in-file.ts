import { readFileSync } from 'node:fs';

import { PermanentError } from '../../../lib/errors.ts';

/**
 * The token in a file, read anew each time: whoever put it there replaces it before it expires.
 *
 * @throws {PermanentError} code `LOGIN_REFUSED`: it cannot be read
 */
export function tokenInFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new PermanentError('LOGIN_REFUSED', `the token file ${file} cannot be read`, {
      cause,
      hint: 'Is it mounted into this container, and may this user read it?',
    });
  }
}

/**
 * The token of the pod's service account. Source: Azure/azure-workload-identity,
 * docs/book/src/topics/service-account-labels-and-annotations.md
 */
export function kubernetesToken(env: Readonly<Record<string, string | undefined>>): string {
  const file = env['AZURE_FEDERATED_TOKEN_FILE'] ?? '';
  if (file !== '') return tokenInFile(file);
  throw new PermanentError('LOGIN_REFUSED', 'AZURE_FEDERATED_TOKEN_FILE is not set', {
    hint: 'Label the pod azure.workload.identity/use: "true", and name its service account.',
  });
}
