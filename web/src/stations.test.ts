import assert from 'node:assert/strict';
import test from 'node:test';

import type { DeliveryView } from '../../src/http/views.ts';
import { aDelivery, anEvent, aRun } from './sample-views.ts';
import { attemptLines, stations } from './stations.ts';

test('a new delivery shows its whole way, most of it ahead', () => {
  assert.deepEqual(wordsOf(aDelivery()), [
    'event: Received',
    'delivery: Waiting to start',
    'run: Not started yet',
    'evidence: Not seen yet',
    'verdict: Not yet',
    'report: Not yet',
  ]);
});

test('an event that the comparison found says so', () => {
  const [first] = stations(anEvent({ recovered: true }), aDelivery(), null);

  assert.equal(first?.light.word, 'Found by comparing');
});

test('a run that goes on counts until now, one that ended has its length', () => {
  const going = stationOf('run', aDelivery({ run: aRun() }));
  const over = stationOf(
    'run',
    aDelivery({ run: aRun({ status: 'succeeded', ended_at: '2026-11-23T14:02:00.000Z' }) }),
  );

  assert.deepEqual(going.span, { from: '2026-11-23T14:00:03.000Z', to: null, suffix: '' });
  assert.equal(over.span?.to, '2026-11-23T14:02:00.000Z');
});

test('a run that is out of sight is not shown as running', () => {
  const lost = stationOf('run', aDelivery({ verdict: 'lost', phase: 'ended', run: aRun() }));

  assert.equal(lost.light.word, 'Running when last seen');
  assert.equal(lost.span, null);
});

test('missing evidence is amber where it decided, and plain where it did not', () => {
  const unproven = stationOf('evidence', aDelivery({ verdict: 'unproven', phase: 'ended' }));
  const failed = stationOf('evidence', aDelivery({ verdict: 'failed', phase: 'ended' }));

  assert.deepEqual([unproven.light.tone, unproven.light.word], ['amber', 'None found']);
  assert.deepEqual([failed.light.tone, failed.light.word], ['plain', 'None seen']);
});

test('a rule that requires nothing has no station for evidence', () => {
  const kinds = stations(anEvent(), aDelivery(), null).map(({ kind }) => kind);

  assert.deepEqual(kinds, ['event', 'delivery', 'run', 'verdict', 'report']);
});

test('evidence is shown also where the rule is not known any more', () => {
  const delivery = aDelivery({ evidence: [aRun({ system: 'databricks', id: '9' })] });

  const found = stations(anEvent(), delivery, null).find(({ kind }) => kind === 'evidence');

  assert.deepEqual([found?.title, found?.detail], ['Databricks run', '9']);
});

test('a dead letter was never started', () => {
  const dead = aDelivery({ phase: 'dead', verdict: 'refused' });

  assert.equal(stationOf('delivery', dead).light.word, 'Dead letter');
  assert.equal(stationOf('run', dead).light.word, 'Never started');
});

test('the reports share a station, which shows the worst of them', () => {
  assert.equal(reported('done').light.word, 'Comment and tags written');
  assert.equal(reported('writing').light.word, 'Comment being written, tags written');
  assert.equal(reported('failed').light.word, 'Comment not written, tags written');
  assert.equal(reported('failed').light.tone, 'red');
  assert.equal(reported('failed').at, '2026-11-23T14:02:04.000Z');
});

test('a written report is not green: that a failure was told is no success', () => {
  const at = '2026-11-23T14:02:03.000Z';
  const reports = [{ form: 'tags', state: 'done', at, reason: 'written' } as const];

  const report = stationOf('report', aDelivery({ verdict: 'failed', phase: 'reported', reports }));

  assert.equal(report.light.tone, 'plain');
});

test('after a replay the times are those of the new attempt', () => {
  const replayed = aDelivery({
    attempt: 2,
    phase: 'ended',
    verdict: 'succeeded',
    ended_at: '2026-11-23T14:00:05.000Z',
    timeline: [
      line('14:00:01', 'pending'),
      line('14:00:02', 'starting'),
      line('14:00:05', 'dead'),
      line('15:00:00', 'pending'),
      line('15:00:01', 'starting'),
      line('15:00:04', 'running'),
      line('15:03:00', 'ended'),
    ],
  });

  assert.equal(attemptLines(replayed.timeline).length, 4);
  assert.deepEqual(stationOf('delivery', replayed).span, {
    from: '2026-11-23T15:00:00.000Z',
    to: '2026-11-23T15:00:04.000Z',
    suffix: '',
  });
  assert.equal(stationOf('verdict', replayed).at, '2026-11-23T15:03:00.000Z');
});

function reported(comment: 'done' | 'failed' | 'writing') {
  return stationOf(
    'report',
    aDelivery({
      verdict: 'succeeded',
      phase: 'reported',
      reports: [
        { form: 'comment', state: comment, at: '2026-11-23T14:02:03.000Z', reason: '' },
        { form: 'tags', state: 'done', at: '2026-11-23T14:02:04.000Z', reason: 'written' },
      ],
    }),
  );
}

function wordsOf(delivery: DeliveryView): string[] {
  return stations(anEvent(), delivery, 'databricks_run').map(
    ({ kind, light }) => `${kind}: ${light.word}`,
  );
}

function stationOf(kind: string, delivery: DeliveryView) {
  const found = stations(anEvent(), delivery, 'databricks_run').find((one) => one.kind === kind);
  assert.ok(found);
  return found;
}

function line(time: string, phase: DeliveryView['phase']) {
  return { at: `2026-11-23T${time}.000Z`, phase, reason: phase };
}
