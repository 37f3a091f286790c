import { TransientError } from '../lib/errors.ts';
import { waitMs } from '../model/backoff.ts';
import type { Delivery } from '../model/delivery.ts';
import type { Event } from '../model/event.ts';
import type { Report } from '../model/report.ts';
import type { PendingReport } from '../store/store.ts';
import { within } from './call-limit.ts';
import type { Engine, StepRun } from './engine.ts';
import { move } from './move.ts';

/** Writes the outcomes that are due back to where their events came from. */
export async function report(engine: Engine, signal: AbortSignal): Promise<StepRun> {
  const due = await engine.store.dueReports(engine.now(), engine.settings.concurrency);
  for (const pending of due) await reportOne(engine, pending, signal);
  return { handled: due.length };
}

async function reportOne(engine: Engine, pending: PendingReport, signal: AbortSignal) {
  const delivery = await engine.store.delivery(pending.delivery);
  const event = delivery && (await engine.store.event(delivery.event));
  if (!delivery || !event) throw new RangeError(`report of the unknown ${pending.delivery}`);

  const isSecondComment = pending.form === 'comment' && pending.tries > 0;
  if (isSecondComment) {
    // There is no call that lists comments: better one too few than the same one twice.
    await settle(engine, pending, 'failed', 'the first try went unanswered, and cannot be checked');
  } else {
    await write(engine, { pending, delivery, event }, signal);
  }
  await endIfAllWritten(engine, delivery);
}

interface Writing {
  readonly pending: PendingReport;
  readonly delivery: Delivery;
  readonly event: Event;
}

async function write(engine: Engine, writing: Writing, signal: AbortSignal): Promise<void> {
  const { pending, event } = writing;
  const source = engine.sources.get(event.source);
  const writeBack = source?.report?.bind(source);
  if (!writeBack) {
    await settle(engine, pending, 'failed', `${event.source} takes no reports`);
    return;
  }
  // Stored before the call, so that a crash in it counts as a try.
  await engine.store.saveReport({ ...pending, state: 'pending', tries: pending.tries + 1 });
  try {
    await within(engine, signal, (limit) => writeBack(reportFor(writing), limit));
    await settle(engine, pending, 'done', 'written');
  } catch (error) {
    signal.throwIfAborted();
    await afterFailedReport(engine, pending, error);
  }
}

async function afterFailedReport(engine: Engine, pending: PendingReport, error: unknown) {
  const reason = error instanceof Error ? error.message : String(error);
  const tries = pending.tries + 1;
  const isUntouched = error instanceof TransientError;
  const mayRepeat = isUntouched || pending.form === 'tags';
  if (!mayRepeat || tries >= MOST_TRIES) {
    await settle(engine, pending, 'failed', reason);
    return;
  }
  const wait = waitMs(engine.settings.backoff, tries, { chance: engine.chance() });
  const atMs = engine.now();
  await engine.store.saveReport({
    ...pending,
    state: 'pending',
    // A comment that surely was not written has not been tried.
    tries: pending.form === 'comment' ? 0 : tries,
    dueAtMs: atMs + wait,
    atMs,
    reason,
  });
}

const MOST_TRIES = 12; // with the usual backoff about an hour

async function settle(
  engine: Engine,
  pending: PendingReport,
  state: 'done' | 'failed',
  reason: string,
): Promise<void> {
  const tries = pending.tries + 1;
  await engine.store.saveReport({ ...pending, state, tries, atMs: engine.now(), reason });
  engine.log.info({ delivery: pending.delivery, form: pending.form, state }, 'report settled');
}

async function endIfAllWritten(engine: Engine, delivery: Delivery): Promise<void> {
  const reports = await engine.store.reportsOf([delivery.id]);
  engine.changed(delivery.event);
  if (delivery.phase !== 'ended' || reports.some(({ state }) => state === 'pending')) return;
  const failed = reports.filter(({ state }) => state === 'failed').map(({ form }) => form);
  const missing = failed.length > 0 ? `; could not be written: ${failed.join(', ')}` : '';
  await move(engine, delivery, 'reported', { reason: `${delivery.reason}${missing}` });
}

function reportFor({ pending, delivery, event }: Writing): Report {
  const seen = [...(delivery.seen?.evidence ?? []), delivery.seen?.run].flatMap((one) => one ?? []);
  return {
    form: pending.form,
    model: event.model,
    version: event.version,
    rule: delivery.rule,
    delivery: delivery.id,
    verdict: delivery.verdict ?? 'lost',
    reason: delivery.reason,
    links: seen.map(({ system, id, url }) => ({ label: `${system} run ${id}`, url })),
    endedAtMs: delivery.sinceMs,
  };
}
