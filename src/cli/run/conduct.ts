import { isRefusal, type SignalboxError } from '../../lib/errors.ts';
import { begin } from './begin.ts';
import { collect, follow } from './follow.ts';
import { plainLine } from './plain.ts';
import { openProgress } from './progress.ts';
import { prove } from './prove.ts';
import type { Look, Remains, StartedRun } from './runner.ts';
import { listenForStop } from './stop-requests.ts';
import type { Surroundings } from './surroundings.ts';
import { type Ending, endingWith, type Order, type Trip } from './trip.ts';
import { windUp } from './wind-up.ts';

/**
 * Starts a run, follows it to its end, and says how that was.
 *
 * @throws {ConfigError} what was asked for cannot be
 */
export async function conduct(order: Order, around: Surroundings): Promise<Ending> {
  using stop = listenForStop(around);
  const beganAtMs = around.now();
  const deadlineMs = order.timeoutMs === null ? Infinity : beganAtMs + order.timeoutMs;
  const progress = openProgress(around);
  const trip = { order, around, progress, stop, beganAtMs, deadlineMs };

  const begun = await begin(trip);
  if (begun.kind === 'ended') return begun.ending;
  const { run } = begun;
  progress.say(plainLine(run.url ?? `${order.runner.what}: run ${run.id}`));
  if (order.detach) return endingWith(null, `${order.runner.what} was started`, { run });

  const remains = new Map<string, Remains>();
  const followed = await follow(trip, run.id, remains);
  const ending = await endingOf(trip, run, { followed, remains });
  return { ...ending, run, remains };
}

interface Seen {
  readonly followed: Awaited<ReturnType<typeof follow>>;
  readonly remains: Map<string, Remains>;
}

async function endingOf(trip: Trip, run: StartedRun, { followed, remains }: Seen) {
  switch (followed.kind) {
    case 'ended':
      return await ownEnding(trip, followed.look);
    case 'lost':
      return lost(run, followed.error, followed.look);
    case 'stopped':
      return trip.order.onCancel === 'leave'
        ? endingWith('lost', `${trip.stop.name()}: run ${run.id} was left to go on, as asked`, {
            look: followed.look,
          })
        : await stopped(trip, run, { look: followed.look, remains });
    case 'overdue':
      return await stopped(trip, run, { look: followed.look, remains });
  }
}

/** By the run's own state, whatever we know of it otherwise. */
async function ownEnding(trip: Trip, look: Look): Promise<Ending> {
  const { state } = look;
  if (state.kind === 'running') throw new RangeError('it has not ended');
  if (trip.order.runner.required || state.mayLag === true) return await prove(trip, look);
  const more = { look, hint: trip.order.runner.advise(look) };
  if (state.verdict !== 'skipped') return endingWith(state.verdict, state.reason, more);
  const blocking = (await trip.order.runner.existing(trip.stop.asked).catch(() => []))
    .filter(({ id }) => id !== look.id)
    .map(({ id, url }) => `run ${id}${url === null ? '' : ` (${url})`}`);
  const others = blocking.length > 0 ? `; going on: ${blocking.slice(0, 5).join(', ')}` : '';
  return endingWith('skipped', `${state.reason}${others}`, more);
}

/** It may have ended by itself before it heard of us: then that is how it ended. */
async function stopped(
  trip: Trip,
  run: StartedRun,
  before: { readonly look: Look | null; readonly remains: Map<string, Remains> },
): Promise<Ending> {
  const signal = trip.stop.name();
  const why = signal === null ? 'it took longer than the --timeout' : `${signal} asked us to stop`;
  const end = await windUp(trip, run.id);
  if (end.kind === 'unheard') return lost(run, end.error, before.look);
  if (end.kind === 'stopping') return stopping(signal, why, { run, look: end.look ?? before.look });
  // Who was sent a signal has seconds left.
  if (signal === null) await collect(trip, end.look, before.remains);
  const own = await ownEnding(trip, end.look);
  if (own.verdict !== 'canceled') return own;
  const verdict = signal === null ? 'timed_out' : 'canceled';
  return { ...own, verdict, reason: `${why}: ${own.reason}` };
}

/** A run that does not stop, though nobody hurried us, is a run that goes on. */
function stopping(
  signal: string | null,
  why: string,
  { run, look }: { readonly run: StartedRun; readonly look: Look | null },
): Ending {
  const status = look?.state.kind === 'running' ? look.state.status : 'unknown';
  const reason = `${why}; run ${run.id} was asked to stop, and was ${status} when we left`;
  return endingWith(signal === null ? 'lost' : 'canceled', reason, { look });
}

function lost(run: StartedRun, error: SignalboxError, look: Look | null): Ending {
  const reason = `run ${run.id} may be going on, but we have lost contact: ${error.message}`;
  const isRefused: boolean = isRefusal(error);
  return endingWith(isRefused ? 'refused' : 'lost', reason, { look, hint: error.hint ?? null });
}
