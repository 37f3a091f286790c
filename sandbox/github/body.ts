import type { z } from 'zod';

import type { Call } from '../kit/action.ts';
import { GithubError, invalidRequest } from './github-error.ts';

/**
 * The body of a request, held against the fields that GitHub's schema has for it.
 *
 * Source: answers quoted in public issues: `"ref" wasn't supplied.`, `"x" is not a permitted key.`,
 * `For 'properties/ref', 5 is not a string.`
 * @throws {GithubError} 400 it is not JSON, 422 it does not fit
 */
export async function bodyOf<Schema extends z.ZodType>(
  call: Pick<Call<unknown>, 'text'>,
  schema: Schema,
): Promise<z.output<Schema>> {
  const body: unknown = JSON.parse((await call.text()) || '{}');
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new GithubError(400, 'Body should be a JSON object');
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalidRequest(issue ? complaint(issue, body) : 'The body does not fit.');
}

function complaint(issue: z.core.$ZodIssue, body: object): string {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `"${key}" is not a permitted key.`).join('\n');
  }
  const [name = '', ...inner] = issue.path.map(String);
  const value: unknown = new Map<string, unknown>(Object.entries(body)).get(name);
  if (value === undefined) return `"${name}" wasn't supplied.`;
  const kind = issue.code === 'invalid_type' ? ARTICLES[issue.expected] : undefined;
  const place = [name, ...inner].join('/');
  const shown = JSON.stringify(value);
  return kind
    ? `For 'properties/${place}', ${shown} is not ${kind}.`
    : `For 'properties/${place}', ${issue.message}.`;
}

const ARTICLES: Readonly<Record<string, string>> = {
  string: 'a string',
  boolean: 'a boolean',
  number: 'a number',
  record: 'an object',
  object: 'an object',
};
