import { PermanentError, TransientError } from '../lib/errors.ts';
import { waitMs } from '../model/backoff.ts';
import type { Delivery } from '../model/delivery.ts';
import type { Event } from '../model/event.ts';
import type { Report } from '../model/report.ts';
import type { ReportRecord } from '../store/store.ts';
import { within } from './call-limit.ts';
import type { Engine, StepRun } from './engine.ts';
import { move } from './move.ts';

/** Writes the outcomes that are due back to where their events came from. */
export async function report(engine: Engine, signal: AbortSignal): Promise<StepRun> {
  const due = await engine.store.dueReports(engine.now(), engine.settings.concurrency);
  for (const pending of due) await reportOne(engine, pending, signal);
  return { handled: due.length };
}

async function reportOne(engine: Engine, pending: ReportRecord, signal: AbortSignal) {
  const delivery = await engine.store.delivery(pending.delivery);
  const event = delivery && (await engine.store.event(delivery.event));
  if (!delivery || !event) throw new RangeError(`report of the unknown ${pending.delivery}`);

  if (pending.state === 'writing' && pending.form === 'comment') {
    // There is no call that lists comments: better one too few than the same one twice.
    await settle(engine, pending, 'failed', 'went unanswered, and cannot be looked for');
  } else {
    await write(engine, { pending, delivery, event }, signal);
  }
  await endIfAllWritten(engine, delivery);
}

interface Writing {
  readonly pending: ReportRecord;
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
  await engine.store.saveReport({ ...pending, state: 'writing' });
  try {
    await within(engine, signal, (limit) => writeBack(reportFor(writing), limit));
    await settle(engine, pending, 'done', 'written');
  } catch (error) {
    signal.throwIfAborted();
    await afterFailedReport(engine, pending, error);
  }
}

async function afterFailedReport(engine: Engine, pending: ReportRecord, error: unknown) {
  const reason = error instanceof Error ? error.message : String(error);
  const tries = pending.tries + 1;
  const isUntouched = error instanceof TransientError || error instanceof PermanentError;
  const mayRepeat = isUntouched || pending.form === 'tags';
  if (!mayRepeat || tries >= MOST_TRIES) {
    await settle(engine, pending, 'failed', reason);
    return;
  }
  const atMs = engine.now();
  const wait = waitMs(engine.settings.backoff, tries, { chance: engine.chance() });
  const dueAtMs = atMs + wait;
  await engine.store.saveReport({ ...pending, state: 'pending', tries, dueAtMs, atMs, reason });
}

const MOST_TRIES = 15; // with the usual backoff well over half an hour: time to mend a secret

async function settle(
  engine: Engine,
  pending: ReportRecord,
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
  if (delivery.phase !== 'ended' || reports.some(isOpen)) return;
  const failed = reports.filter(({ state }) => state === 'failed').map(({ form }) => form);
  const missing = failed.length > 0 ? `; could not be written: ${failed.join(', ')}` : '';
  await move(engine, delivery, 'reported', { reason: `${delivery.reason}${missing}` });
}

function isOpen({ state }: ReportRecord): boolean {
  return state === 'pending' || state === 'writing';
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
