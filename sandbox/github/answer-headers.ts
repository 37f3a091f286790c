import { randomBytes } from 'node:crypto';

/** Source: docs.github.com/en/rest/about-the-rest-api/api-versions. */
const API_VERSION = '2022-11-28';

/** What every answer carries. */
export function answerHeaders(): Readonly<Record<string, string>> {
  const [a, b, c, d, e] = [2, 3, 4, 4, 4].map((bytes) => randomBytes(bytes).toString('hex'));
  return {
    'x-github-api-version-selected': API_VERSION,
    'x-github-media-type': 'github.v3; format=json',
    'x-github-request-id': `${a}:${b}:${c}:${d}:${e}`.toUpperCase(),
  };
}
