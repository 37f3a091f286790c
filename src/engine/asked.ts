import { type Wish, wished } from '../model/wish.ts';
import type { CancelAnswer, KeyClaimed } from '../store/asking.ts';
import type { Engine } from './engine.ts';

type Asking = Pick<Engine, 'store' | 'now' | 'changed' | 'log'>;

interface Person {
  readonly by: string;
  readonly why: string;
}

/**
 * Cancels a delivery: what has not begun ends at once; of what runs, the wish is stored, and the
 * target is asked afterwards. `attempt`: the one that was seen; null: whichever there is.
 */
export async function askToCancel(
  { store, now, changed, log }: Asking,
  { id, attempt }: { readonly id: string; readonly attempt: number | null },
  person: Person,
): Promise<CancelAnswer> {
  const wish: Wish = { ...person, atMs: now() };
  const answer = await store.askToCancel({
    id,
    attempt,
    wish,
    reasons: {
      ended: `${wished('canceled', wish)}; nothing was started`,
      wished: wished('to be canceled: asked', wish),
    },
  });
  log.info({ delivery: id, answer: answer.kind }, 'cancel asked for');
  if (answer.kind === 'canceled' || answer.kind === 'asked') changed(answer.event);
  return answer;
}

/** Puts a dead letter aside; it stays, and can still be replayed. */
export async function dismiss(
  { store, now, changed, log }: Asking,
  id: string,
  person: Person,
): Promise<'dismissed' | 'already' | 'not_dead' | 'unknown'> {
  const wish: Wish = { ...person, atMs: now() };
  const isOurs = await store.dismiss({ id, wish, reason: wished('dismissed', wish) });
  const delivery = await store.delivery(id);
  if (isOurs) {
    log.info({ delivery: id }, 'dead letter dismissed');
    if (delivery) changed(delivery.event);
    return 'dismissed';
  }
  if (!delivery) return 'unknown';
  return delivery.dismissed ? 'already' : 'not_dead';
}

/** Gives a start key to the first run that claims it: any other that carries it has to stop. */
export async function claimKey(
  { store, now, changed, log }: Asking,
  { key, run }: { readonly key: string; readonly run: string },
): Promise<KeyClaimed> {
  const claimed = await store.claimKey({ key, run, atMs: now() });
  if (claimed.kind === 'won') changed(claimed.event);
  else log.warn({ run, answer: claimed }, 'claim refused');
  return claimed;
}
