import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FIRST_MS, plannedEvent, REPORTING_RULE } from './organization.ts';
import { count, type Evidence, judge, kinds } from './verdict.ts';

test('where everything is as it should be, nothing is found', () => {
  assert.equal(count(judge(evidence())), 0);
});

test('each thing that can go wrong is found, and is called by its name', () => {
  const [first] = evidence().deliveries;
  const [build] = evidence().builds;
  assert.ok(first && build);
  const reported = { ...first, rule: REPORTING_RULE, phase: 'reported' };
  const cases: Readonly<Record<(typeof kinds)[number], Partial<Evidence>>> = {
    lost: { acknowledged: new Map([[5, 'evt_5']]) },
    doubled: { acknowledged: new Map([[0, 'evt_other']]) },
    astray: { deliveries: [first, { ...first, id: 'dlv_more' }] },
    startedTwice: { builds: [build, { ...build, id: 2 }] },
    unknown: { builds: [build, { ...build, id: 2, templateParameters: { signalbox_key: 'x' } }] },
    endless: { deliveries: [{ ...first, phase: 'uncertain', verdict: null }] },
    untrue: { builds: [{ ...build, result: 'failed' }] },
    repeated: {
      deliveries: [reported],
      comments: [`signalbox ${first.id}`, `signalbox ${first.id}`],
    },
    unreported: { deliveries: [reported] },
  };

  for (const kind of kinds) {
    const found = judge({ ...evidence(), ...cases[kind] })[kind];
    assert.equal(found.length, 1, `${kind}: ${found.join('; ')}`);
  }
});

test('a delivery that names another run than its own, or none that ran, is not true', () => {
  const [first] = evidence().deliveries;
  assert.ok(first);

  assert.equal(judge({ ...evidence(), builds: [] }).untrue.length, 1);
  const deliveries = [{ ...first, run: '{"id":"7"}' }];
  assert.equal(judge({ ...evidence(), deliveries }).untrue.length, 1);
});

test('what is to be reported is over with its report, and a comment that went unanswered is no wrong', () => {
  const [first] = evidence().deliveries;
  assert.ok(first);
  const ended = { ...first, rule: REPORTING_RULE };
  const reason = 'all stages succeeded; could not be written: comment';
  const unanswered = { ...ended, phase: 'reported', reason };

  assert.equal(judge({ ...evidence(), deliveries: [ended] }).endless.length, 1);
  assert.deepEqual(judge({ ...evidence(), deliveries: [unanswered] }).unreported, []);
});

/** One event, acknowledged and carried out. */
function evidence(): Evidence {
  const [rule = ''] = plannedEvent(0).rules;
  return {
    events: 10,
    acknowledged: new Map([[0, 'evt_0']]),
    stored: [{ id: 'evt_0', occurred_at_ms: FIRST_MS }],
    deliveries: [
      {
        id: 'dlv_0',
        event: 'evt_0',
        rule,
        key: 'key',
        phase: 'ended',
        verdict: 'succeeded',
        reason: '',
        run: '{"id":"1"}',
      },
    ],
    builds: [
      {
        id: 1,
        status: 'completed',
        result: 'succeeded',
        definition: { id: 1 },
        templateParameters: { signalbox_key: 'key' },
      },
    ],
    comments: [],
  };
}
