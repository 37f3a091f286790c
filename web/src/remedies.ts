import type { DeliveryView } from '../../src/http/views.ts';
import type { Ask } from './ask.ts';

/** What a replay would start. */
export interface ReplayPreview {
  /** The attempt that is over: the replay names it, so that two presses are one. */
  readonly attempt: number;
  readonly target: string;
  readonly judged: string;
  readonly request: unknown;
  /** What the present rule would say, where that is something else; ''. */
  readonly differs: string;
}

export type Previewed =
  | { readonly kind: 'preview'; readonly preview: ReplayPreview }
  | { readonly kind: 'no'; readonly because: string };

/** What came of it. */
export type Remedied =
  | { readonly kind: 'done'; readonly said: string }
  | { readonly kind: 'no'; readonly because: string };

export interface Person {
  readonly by: string;
  readonly why: string;
}

export interface ReplayOrder {
  readonly judged: 'then' | 'now';
  readonly even_lost: boolean;
}

type Which = Pick<DeliveryView, 'id' | 'attempt'>;

/** What a person can do with a delivery from the page. */
export interface Remedies {
  preview(which: Which, order: ReplayOrder): Promise<Previewed>;
  replay(which: Which, order: ReplayOrder & Person): Promise<Remedied>;
  cancel(which: Which, person: Person): Promise<Remedied>;
  dismiss(which: Which, person: Person): Promise<Remedied>;
}

/** Does what a person asks by asking the service. */
export function openRemedies(ask: Ask): Remedies {
  return {
    async preview({ id }, order) {
      const answered = await asked(ask, '/deliveries/replay', {
        preview: true,
        ids: [id],
        ...order,
      });
      if (answered.kind === 'no') return answered;
      const one = firstOf(answered.body, 'replays');
      if (!one) return notUnderstood;
      if (typeof one['refused'] === 'string') return { kind: 'no', because: one['refused'] };
      const { attempt, target, judged, differs, request } = one;
      if (typeof attempt !== 'number') return notUnderstood;
      const texts = { target: text(target), judged: text(judged), differs: text(differs) };
      return { kind: 'preview', preview: { attempt, request, ...texts } };
    },
    async replay({ id, attempt }, order) {
      const answered = await asked(ask, '/deliveries/replay', {
        deliveries: [{ id, attempt }],
        ...order,
      });
      if (answered.kind === 'no') return answered;
      const one = firstOf(answered.body, 'results');
      if (one?.['result'] === 'refused') return { kind: 'no', because: text(one['because']) };
      const which = typeof one?.['attempt'] === 'number' ? `attempt ${one['attempt']}` : '';
      if (one?.['result'] === 'replayed')
        return { kind: 'done', said: `Replayed: ${which} starts.` };
      if (one?.['result'] !== 'already') return notUnderstood;
      return { kind: 'done', said: `It has been replayed before: ${which}.` };
    },
    async cancel({ id, attempt }, person) {
      const path = `/deliveries/${encodeURIComponent(id)}/cancel`;
      const answered = await asked(ask, path, { attempt, ...person });
      if (answered.kind === 'no') return answered;
      const said = isObject(answered.body) && answered.body['answer'] === 'canceled';
      return { kind: 'done', said: said ? 'Canceled: nothing was started.' : ASKED };
    },
    async dismiss({ id }, person) {
      const path = `/deliveries/${encodeURIComponent(id)}/dismiss`;
      const answered = await asked(ask, path, person);
      return answered.kind === 'no' ? answered : { kind: 'done', said: 'Dismissed.' };
    },
  };
}

const ASKED = 'Asked for: the verdict is how its run really ends.';
const notUnderstood = {
  kind: 'no',
  because: 'the answer is not understood: reload the page',
} as const;

/** All of them may be asked again: none counts twice. */
async function asked(ask: Ask, path: string, body: unknown) {
  try {
    const answer = await ask(path, body);
    if (answer.kind === 'answer') return answer;
    return { kind: 'no', because: answer.because } as const;
  } catch {
    return { kind: 'no', because: 'no answer came: try again, it will not count twice' } as const;
  }
}

function firstOf(body: unknown, name: string): Readonly<Record<string, unknown>> | null {
  const list = isObject(body) ? body[name] : null;
  const first: unknown = Array.isArray(list) ? list[0] : null;
  return isObject(first) ? first : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
