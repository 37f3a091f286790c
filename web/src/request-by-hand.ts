import { namesEvent } from './answers.ts';
import type { Ask } from './ask.ts';

/** What became of a request by hand. */
export type Requested =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'accepted'; readonly event: string }
  | { readonly kind: 'refused'; readonly because: string }
  | { readonly kind: 'unanswered' };

export interface Wanted {
  readonly source: string;
  readonly name: string;
  readonly branch: string;
}

export type Request = (wanted: Wanted) => Promise<Requested>;

/** Requests by hand, so that asking the same again after no answer came is the same request. */
export function openRequests(ask: Ask): Request {
  let unanswered: { readonly wanted: string; readonly id: string } | null = null;
  return async ({ source, name, branch }) => {
    const wanted = JSON.stringify([source, name, branch]);
    const id = unanswered?.wanted === wanted ? unanswered.id : newId();
    try {
      const body = { name, branch, request_id: id };
      const answer = await ask(`/manual/${encodeURIComponent(source)}`, body);
      // A proxy's 502 may hide that it was stored; the service's own 503 says that it was not.
      const isUnclear = answer.kind === 'refusal' && answer.status >= 500;
      unanswered = isUnclear ? { wanted, id } : null;
      if (answer.kind === 'refusal') return { kind: 'refused', because: answer.because };
      if (namesEvent(answer.body)) return { kind: 'accepted', event: answer.body.event };
      return { kind: 'refused', because: 'the answer is not understood: reload the page' };
    } catch {
      unanswered = { wanted, id };
      return { kind: 'unanswered' };
    }
  };
}

/** `crypto.randomUUID` is there over https and on loopback only. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
