import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import { conclude, type Findings } from './conclude.ts';
import type { Observation, RunState, RunVerdict } from './outcome.ts';

test('a green run with its evidence is proven', () => {
  const conclusion = conclude(findings({ evidence: [databricks(ended('succeeded'))] }));

  assert.deepEqual(verdictOf(conclusion), 'succeeded');
});

test('a pipeline that failed because its Databricks run was canceled was canceled', () => {
  const conclusion = conclude(
    findings({ run: pipeline(ended('failed')), evidence: [databricks(ended('canceled'))] }),
  );

  assert.equal(verdictOf(conclusion), 'canceled');
});

test('a pipeline that failed by itself failed, however its Databricks run ended', () => {
  const conclusion = conclude(
    findings({ run: pipeline(ended('failed')), evidence: [databricks(ended('succeeded'))] }),
  );

  assert.equal(verdictOf(conclusion), 'failed');
});

test('without a requirement the run alone decides', () => {
  assert.equal(verdictOf(conclude(findings({ isRequired: false }))), 'succeeded');
});

test('a run whose parts do not fit is looked at again, as long as they may be late', () => {
  const lagging = { kind: 'ended', verdict: 'failed', reason: 'no job ran', mayLag: true } as const;
  const run = pipeline(lagging);

  assert.equal(conclude(findings({ run, overForMs: 0, proofWaitMs: 1000 })).kind, 'open');
  const late = findings({ run, overForMs: 1000, proofWaitMs: 1000, isRequired: false });
  assert.equal(verdictOf(conclude(late)), 'failed');
});

test('nothing is green of which not every run was seen to succeed', () => {
  fc.assert(
    fc.property(anyFindings(), (given) => {
      const conclusion = conclude(given);

      if (verdictOf(conclusion) !== 'succeeded') return;
      for (const { state } of [given.run, ...given.evidence]) {
        assert.equal(state.kind === 'ended' && state.verdict, 'succeeded');
      }
      assert.ok(!given.isRequired || given.evidence.length > 0);
    }),
    { numRuns: 2000 },
  );
});

test('nothing is over while a run goes on, and everything is once all have ended', () => {
  fc.assert(
    fc.property(anyFindings(), (given) => {
      const goesOn = [given.run, ...given.evidence].some(({ state }) => state.kind === 'running');
      const conclusion = conclude({ ...given, overForMs: given.proofWaitMs });

      assert.equal(conclusion.kind, goesOn ? 'open' : 'outcome');
    }),
    { numRuns: 2000 },
  );
});

function anyFindings(): fc.Arbitrary<Findings> {
  const verdicts: RunVerdict[] = ['succeeded', 'failed', 'canceled', 'timed_out', 'skipped'];
  const state = fc.oneof(
    fc.constant<RunState>({ kind: 'running', status: 'in progress' }),
    fc.constantFrom(...verdicts).map((verdict): RunState => ended(verdict)),
  );
  return fc.record({
    run: state.map(pipeline),
    evidence: fc.array(state.map(databricks), { maxLength: 3 }),
    isRequired: fc.boolean(),
    overForMs: fc.nat(100_000),
    proofWaitMs: fc.constant(60_000),
  });
}

function findings(other: Partial<Findings> = {}): Findings {
  return {
    run: pipeline(ended('succeeded')),
    evidence: [],
    isRequired: true,
    overForMs: 0,
    proofWaitMs: 60_000,
    ...other,
  };
}

function verdictOf(conclusion: ReturnType<typeof conclude>): string {
  return conclusion.kind === 'outcome' ? conclusion.outcome.verdict : 'open';
}

function ended(verdict: RunVerdict): RunState {
  return { kind: 'ended', verdict, reason: verdict };
}

function pipeline(state: RunState): Observation {
  return observed('azure-pipelines', state);
}

function databricks(state: RunState): Observation {
  return observed('databricks', state);
}

function observed(system: string, state: RunState): Observation {
  return {
    system,
    id: '1',
    name: '',
    url: '',
    state,
    actor: null,
    commit: null,
    startedAtMs: null,
    endedAtMs: null,
    parts: [],
    foundBy: 'key',
  };
}
