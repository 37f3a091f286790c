import { createHmac, randomBytes } from 'node:crypto';

import { isSameSecret } from '../../kit/is-same-secret.ts';

/** Where logs are fetched from: an address that is good for a minute, without a token. */
export interface SignedUrls {
  sign(path: string): string;
  isGood(url: URL): boolean;
}

export const LOG_HOST = 'results-receiver.actions.githubusercontent.com';

const GOOD_FOR_MS = 60_000;

/** Source: docs.github.com/en/rest/actions/workflow-jobs#download-job-logs-for-a-workflow-run: one minute. */
export function openSignedUrls(now: () => number): SignedUrls {
  const key = randomBytes(32);
  const signature = (path: string, until: string) =>
    createHmac('sha256', key).update(`${path}\n${until}`).digest('base64url');
  return {
    sign(path) {
      const until = String(now() + GOOD_FOR_MS);
      const query = new URLSearchParams({ se: until, sig: signature(path, until) });
      return `https://${LOG_HOST}${path}?${query.toString()}`;
    },
    isGood({ pathname, searchParams }) {
      const until = searchParams.get('se') ?? '';
      const isOurs = isSameSecret(searchParams.get('sig') ?? '', signature(pathname, until));
      return isOurs && now() <= Number(until);
    },
  };
}
