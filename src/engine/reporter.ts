import { PermanentError, TransientError } from '../lib/errors.ts';
import { waitMs } from '../model/backoff.ts';
import type { Report } from '../model/report.ts';
import type { ReportRecord, StoredDelivery, Unreported } from '../store/store.ts';
import { answerOf } from './call-limit.ts';
import type { Engine, StepRun } from './engine.ts';
import { inHand } from './in-hand.ts';
import { move } from './move.ts';

/** Writes the outcomes that are due back to where their events came from. */
export async function report(engine: Engine, signal: AbortSignal): Promise<StepRun> {
  const { concurrency: limit, leaseMs } = engine.settings;
  const due = await engine.store.claimReports({ owner: engine.owner, leaseMs, limit });
  await inHand(engine, due, (unreported) => reportOn(engine, unreported, signal));
  return { handled: due.length };
}

/** Writes the reports of one delivery, one after the other: with the last the delivery is over. */
async function reportOn(engine: Engine, unreported: Unreported, signal: AbortSignal) {
  const { delivery } = unreported;
  const reports = new Map(unreported.reports.map((one) => [one.form, one]));
  const dueAtMs = engine.now();
  const due = unreported.reports.filter((one) => isOpen(one) && one.dueAtMs <= dueAtMs);
  for (const pending of due) {
    const written = await reportOne(engine, unreported, { pending, signal });
    reports.set(written.form, written);
    engine.log.info(
      { delivery: delivery.id, form: written.form, state: written.state, tries: written.tries },
      'report handled',
    );
    if (await endIfAllWritten(engine, delivery, { last: written, reports })) return;
    await engine.store.saveReport(delivery, written);
  }
  await engine.store.release(delivery);
  engine.changed(delivery.event);
}

interface Writing {
  readonly pending: ReportRecord;
  readonly signal: AbortSignal;
}

/** Writes a report, and says how it stands then. */
async function reportOne(
  engine: Engine,
  unreported: Unreported,
  { pending, signal }: Writing,
): Promise<ReportRecord> {
  if (pending.state === 'writing' && pending.form === 'comment') {
    // There is no call that lists comments: better one too few than the same one twice.
    return settled(engine, pending, 'failed', 'went unanswered, and cannot be looked for');
  }
  const { source: name } = unreported.event;
  const source = engine.sources.get(name);
  const writeBack = source?.report?.bind(source);
  if (!writeBack) return settled(engine, pending, 'failed', `${name} takes no reports`);
  await engine.store.saveReport(unreported.delivery, { ...pending, state: 'writing' });
  const answer = await answerOf(engine, signal, (limit) =>
    writeBack(reportFor(unreported, pending), limit),
  );
  if (answer.kind === 'answered') return settled(engine, pending, 'done', 'written');
  signal.throwIfAborted();
  return afterFailedReport(engine, pending, answer.error);
}

function afterFailedReport(engine: Engine, pending: ReportRecord, error: unknown): ReportRecord {
  const reason = error instanceof Error ? error.message : String(error);
  const tries = pending.tries + 1;
  const isUntouched = error instanceof TransientError || error instanceof PermanentError;
  const mayRepeat = isUntouched || pending.form === 'tags';
  if (!mayRepeat || tries >= MOST_TRIES) return settled(engine, pending, 'failed', reason);
  const atMs = engine.now();
  const wait = waitMs(engine.settings.backoff, tries, { chance: engine.chance() });
  return { ...pending, state: 'pending', tries, dueAtMs: atMs + wait, atMs, reason };
}

const MOST_TRIES = 15; // with the usual backoff well over half an hour: time to mend a secret

function settled(
  engine: Engine,
  pending: ReportRecord,
  state: 'done' | 'failed',
  reason: string,
): ReportRecord {
  return { ...pending, state, tries: pending.tries + 1, atMs: engine.now(), reason };
}

interface Written {
  readonly last: ReportRecord;
  readonly reports: ReadonlyMap<string, ReportRecord>;
}

/** In one transaction with the last report: else nobody would ever come back to the delivery. */
async function endIfAllWritten(
  engine: Engine,
  delivery: StoredDelivery,
  { last, reports }: Written,
): Promise<boolean> {
  const all = [...reports.values()];
  if (delivery.phase !== 'ended' || all.some(isOpen)) return false;
  const failed = all.filter(({ state }) => state === 'failed').map(({ form }) => form);
  const missing = failed.length > 0 ? `; could not be written: ${failed.join(', ')}` : '';
  const reason = `${delivery.reason}${missing}`;
  await move(engine, delivery, 'reported', { reason, report: last });
  return true;
}

function isOpen({ state }: ReportRecord): boolean {
  return state === 'pending' || state === 'writing';
}

function reportFor({ delivery, event }: Unreported, pending: ReportRecord): Report {
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
