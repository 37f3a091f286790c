import type { GeneratedRequest } from './request.ts';

/** What only the sandbox can give a name to: ids of jobs, of runs, of comments. */
export interface Learned {
  /** Remembers values of an answer: `{ run: 'run_id', comment: 'comment.id' }`. */
  learn(answer: string, names: Readonly<Record<string, string>>): void;
  /** The request with each `«run»` in it replaced by what that is now. */
  resolve(request: GeneratedRequest): GeneratedRequest;
}

/** A word for a value that is known when a request is sent. */
export function latest(name: string): string {
  return `«${name}»`;
}

/** Nothing learned yet. */
export function openLearned(): Learned {
  const values = new Map<string, string>();
  const resolved = (text: string, wrap: (value: string) => string) =>
    text.replaceAll(/«(?<name>\w+)»/gu, (_, name: string) => wrap(values.get(name) ?? '0'));

  return {
    learn(answer, names) {
      for (const [name, place] of Object.entries(names)) {
        const value = valueAt(answer, place.split('.'));
        if (value !== null) values.set(name, value);
      }
    },
    resolve: (request) => ({
      ...request,
      path: resolved(
        request.path.replaceAll(/%C2%AB(?<name>\w+)%C2%BB/gu, '«$<name>»'),
        encodeURIComponent,
      ),
      body: request.body === null ? null : resolved(request.body, String),
    }),
  };
}

function valueAt(answer: string, place: readonly string[]): string | null {
  let value: unknown;
  try {
    value = JSON.parse(answer);
  } catch {
    return null;
  }
  for (const name of place) {
    if (typeof value !== 'object' || value === null) return null;
    value = Object.entries(value).find(([one]) => one === name)?.[1];
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
