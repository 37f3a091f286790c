import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { inspect } from 'node:util';

import type { Event } from '../model/event.ts';
import { judge } from '../model/rule.ts';
import type { Config } from './config.ts';
import { loadConfig } from './load.ts';
import { ConfigProblems } from './problem.ts';

test('a right configuration becomes rules that can be judged by', (t) => {
  const [rule] = load(t, GOOD).rules;
  assert(rule);

  assert.deepEqual(judge(rule, moved('Staging')), {
    kind: 'matched',
    oneAtATime: 'integration-test:wine-quality',
    request: {
      pipeline: 3,
      branch: 'main',
      key: 'parameter',
      variables: {},
      parameters: { model_name: 'wine-quality', version: 'v7 of Staging', at: '1767225600123' },
    },
  });
  assert.deepEqual(judge(rule, moved('Production')), {
    kind: 'unmatched',
    because: 'not true: event.to_stage == "Staging"',
  });
  assert.deepEqual(rule.require, { type: 'databricks_run', source: 'prod' });
});

test('an unknown key is named with its place and what was probably meant', (t) => {
  assert.deepEqual(problemsOf(t, GOOD.replace('when:', 'wen:')), [
    'signalbox.yaml:22:5 rules.integration-test.wen: unknown key "wen", did you mean "when"?',
  ]);
});

test('everything that is wrong is said at once', (t) => {
  const text = GOOD.replace('require:', 'requires:').replace(
    'event.to_stage ==',
    'event.to_stag ==',
  );

  assert.deepEqual(problemsOf(t, text), [
    'signalbox.yaml:24:5 rules.integration-test.requires: unknown key "requires", did you mean "require"?',
    'signalbox.yaml:22:17 rules.integration-test.when: No such key: to_stag, did you mean "to_stage"?',
  ]);
});

test('an unknown key of a target is named, too', (t) => {
  assert.deepEqual(problemsOf(t, GOOD.replace('project:', 'projekt:')), [
    'signalbox.yaml:17:5 targets.devops.project: is missing',
    'signalbox.yaml:18:5 targets.devops.projekt: unknown key "projekt", did you mean "project"?',
  ]);
});

test('a field that the event does not have is an error where it stands', (t) => {
  assert.deepEqual(problemsOf(t, GOOD.replace('event.to_stage ==', 'event.to_stag ==')), [
    'signalbox.yaml:22:17 rules.integration-test.when: No such key: to_stag, did you mean "to_stage"?',
  ]);
});

test('a field inside a template is found, too', (t) => {
  assert.deepEqual(problemsOf(t, GOOD.replace('event.version', 'event.versoin')), [
    'signalbox.yaml:28:37 rules.integration-test.run.parameters.version: No such key: versoin, did you mean "version"?',
  ]);
});

test('a condition that is no yes or no is refused', (t) => {
  const [problem] = problemsOf(t, GOOD.replace('event.to_stage == "Staging"', 'event.to_stage'));

  assert.match(problem ?? '', /22:11 rules.integration-test.when: is a string, not true or false/);
});

test('unknown names are refused with those that there are', (t) => {
  const text = GOOD.replace('target: devops', 'target: devop')
    .replace('on: model_version.stage_changed', 'on: model_version.stage_change')
    .replace('type: azure-pipelines', 'type: azure-pipeline');
  const problems = problemsOf(t, text).join('\n');

  assert.match(problems, /unknown type "azure-pipeline", did you mean "azure-pipelines"\?/);
  assert.match(problems, /unknown target "devop"/);
});

test('an unknown event type is refused', (t) => {
  const [problem] = problemsOf(t, GOOD.replace('stage_changed', 'stage_chnged'));

  assert.match(
    problem ?? '',
    /21:15 .*unknown event type.*did you mean "model_version.stage_changed"/,
  );
});

test('a secret written into the file is refused, and not repeated', (t) => {
  const problems = problemsOf(t, GOOD.replace('${env:SECRET}', 'hunter2-hunter2'));

  assert.match(problems.join(), /8:20 .*a secret does not belong into the file/);
  assert.doesNotMatch(problems.join(), /hunter2/);
});

test('a secret that is not there is named by its variable', (t) => {
  const problems = problemsOf(t, GOOD.replace('${env:SECRET}', '${env:NO_SUCH}'));

  assert.match(problems.join(), /8:20 .*the environment variable NO_SUCH is not set/);
});

test('broken YAML is refused with its place', (t) => {
  const [problem] = problemsOf(t, `${GOOD}\n  : : [`);

  assert.match(problem ?? '', /signalbox\.yaml:\d+:\d+ /);
});

test('a configuration shows no secret however it is printed', (t) => {
  const config = load(t, GOOD);

  assert.doesNotMatch(inspect(config, { depth: 9 }), /s3cret/);
  assert.doesNotMatch(JSON.stringify([...config.identities]), /s3cret/);
});

test('values can be set over the file', (t) => {
  const config = load(t, GOOD, [{ path: ['engine', 'poll'], value: '250ms' }]);

  assert.equal(config.engine.poll, 250);
  assert.equal(config.engine.settle, 75_000);
});

test('what is said of every kind of target needs no kind to know it', (t) => {
  const limits = 'limits: { concurrent: 20, starts_per_minute: 60 }';
  const retry = 'retry: { schedule: [10s, 1m], for: 1h }';
  const config = load(t, GOOD.replace('    project:', `    ${limits}\n    ${retry}\n    project:`));

  assert.deepEqual(config.targets.get('devops')?.terms, {
    limits: { concurrent: 20, startsPerMinute: 60 },
    retry: { kind: 'schedule', waitsMs: [10_000, 60_000], forMs: 3_600_000 },
  });
  assert.deepEqual(load(t, GOOD).targets.get('devops')?.terms, {
    limits: { concurrent: null, startsPerMinute: null },
    retry: {
      kind: 'exponential',
      firstMs: 1000,
      longestMs: 300_000,
      tries: null,
      forMs: 86_400_000,
    },
  });
});

test('limits and retries that are not right are named, with what was probably meant', (t) => {
  const wrong = 'limits: { concurent: 20 }\n    retry: { schedule: [10s], tries: 3 }';
  const problems = problemsOf(t, GOOD.replace('    project:', `    ${wrong}\n    project:`));

  assert.match(problems.join('\n'), /limits\.concurent: unknown key.*did you mean "concurrent"/);
  assert.match(problems.join('\n'), /retry: has a schedule/);
});

test('the newest can win, and what else could is refused', (t) => {
  const line = 'one_at_a_time: "${{ event.model }}"';
  const newest = GOOD.replace(
    line,
    'one_at_a_time: { key: "${{ event.model }}", when_busy: newest }',
  );
  const [rule] = load(t, newest).rules;
  assert(rule);

  assert.equal(rule.whenBusy, 'newest');
  assert.equal(rule.oneAtATime?.(moved('Staging')), 'wine-quality');
  assert.equal(load(t, GOOD).rules[0]?.whenBusy, 'queue');
  assert.match(problemsOf(t, newest.replace('newest', 'oldest')).join(), /one_at_a_time/);
  assert.match(
    problemsOf(t, newest.replace('event.model }}", when', 'event.modl }}", when')).join(),
    /one_at_a_time\.key: No such key: modl, did you mean "model"/,
  );
});

const GOOD = `version: 1
identities:
  sp:
    type: entra
    tenant: 16b3c013-d300-468d-ac64-7eda0820b6d3

    client_id: 5f0d7c1e-2b64-4c0f-9d1a-8e3b6a7f4c21
    client_secret: \${env:SECRET}
sources:
  prod:
    type: databricks-registry
    host: https://adb-1.2.azuredatabricks.net
    identity: sp
    signing_secrets: ["\${env:SECRET}"]
targets:
  devops:
    type: azure-pipelines
    project: MLFlowHooks
    organization: https://dev.azure.com/contoso
    identity: sp
rules: [{ on: model_version.stage_changed, name: integration-test,
    when: event.to_stage == "Staging",
    one_at_a_time: "\${{ event.model }}",
    require: databricks_run,
    run: { target: devops,
      pipeline: 3, parameters: {
        model_name: "\${{ event.model }}",
        version: "v\${{        event.version }} of \${{event.to_stage}}",
        at: "\${{ string(event.occurred_at_ms) }}" } } }]
`;

function load(t: TestContext, text: string, overrides = NONE): Config {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-config-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'signalbox.yaml');
  writeFileSync(file, text);
  return loadConfig(file, { env: { SECRET: 's3cret' }, overrides });
}

const NONE: readonly { path: readonly string[]; value: string }[] = [];

/** Every problem as a line, with the folder left out. */
function problemsOf(t: TestContext, text: string): readonly string[] {
  try {
    load(t, text);
  } catch (error) {
    assert(error instanceof ConfigProblems);
    return error.message.split('\n').map((line) => line.replace(/^.*\/(?=signalbox\.yaml)/, ''));
  }
  return assert.fail('it was taken for right');
}

function moved(stage: string): Event {
  return {
    id: 'evt_1',
    identity: 'prod|1',
    source: 'prod',
    type: 'model_version.stage_changed',
    model: 'wine-quality',
    version: '7',
    occurredAtMs: 1_767_225_600_123,
    receivedAtMs: 1_767_225_600_200,
    recovered: false,
    fields: { from_stage: 'None', to_stage: stage, text: '', webhook_id: '' },
  };
}
