import assert from 'node:assert/strict';
import { test } from 'node:test';

import { z } from 'zod';

import { base, openForTest } from '../../../azure-devops/open-for-test.ts';

// Each file with the texts that the real service was seen to refuse it with.
const help = 'For more help, refer to https://go.microsoft.com/fwlink/?linkid=842996';
const unrecognized =
  "Unrecognized value: 'nosuch'. Located at position 1 within expression: 'nosuch('";
const cases: Readonly<Record<string, readonly [yaml: string, message: string]>> = {
  'a root key that there is none': [
    'stepz:\n- script: echo\n',
    "/file.yml (Line: 1, Col: 1): Unexpected value 'stepz'",
  ],
  'a key twice, in any case': [
    'variables:\n  a: 1\n  A: 2\nsteps: []\n',
    "/file.yml (Line: 3, Col: 3): 'A' is already defined",
  ],
  'an anchor': [
    'variables:\n  a: &x 1\nsteps: []\n',
    "/file.yml (Line: 2, Col: 9): Anchors are not currently supported. Remove the anchor 'x'",
  ],
  'a second document': [
    'steps: []\n---\nsteps: []\n',
    '/file.yml (Line: 2, Col: 1): Expected stream end parse event, but a new document',
  ],
  'a parameter declared twice': [
    'parameters:\n- name: p\n  default: a\n- name: P\n  default: b\nsteps: []\n',
    "/file.yml (Line: 4, Col: 3): The 'P' parameter is declared more than once in the parameter list.",
  ],
  'a function that there is none': [
    'steps:\n- script: ${{ nosuchfunc(1) }}\n',
    `/file.yml (Line: 2, Col: 11): Unrecognized value: 'nosuchfunc'. Located at position 1 within expression: 'nosuchfunc(1)'. ${help}`,
  ],
  'a parameter that there is none': [
    'steps:\n- script: ${{ parameters.nosuch }}\n',
    "/file.yml (Line: 2, Col: 11): Key not found 'nosuch'",
  ],
  'structure in a text': [
    'parameters:\n- name: p\n  type: object\n  default: {}\nsteps:\n- script: a ${{ parameters.p }}\n',
    '/file.yml (Line: 6, Col: 11): Unable to convert from Object to String. Value: Object',
  ],
  'an else without an if': [
    'steps:\n- ${{ else }}:\n  - script: a\n',
    "/file.yml (Line: 2, Col: 3): The expression directive 'else' is not supported in this context",
  ],
  'a task that is not installed': [
    'steps:\n- task: NoSuchTask@9\n',
    "A task is missing. The pipeline references a task called 'NoSuchTask'. This usually indicates the task isn't installed, and you may be able to install it from the Marketplace: https://marketplace.visualstudio.com. (Task version 9, job 'Job', step ''.)",
  ],
  'a stage that waits for none': [
    'stages:\n- stage: A\n  dependsOn: B\n  jobs: []\n',
    '/file.yml (Line: 3, Col: 14): Stage A depends on unknown stage B.',
  ],
  'more than a message holds': [
    `steps:\n- script: \${{ nosuch('${'x'.repeat(600)}') }}\n`,
    `/file.yml (Line: 2, Col: 11): ${unrecognized.padEnd(500, 'x')}[...]`,
  ],
};

test('a pipeline that is wrong is refused in the words of the service', async () => {
  await using azure = await openForTest({
    files: { 'file.yml': 'steps: []\n' },
    pipelines: [{ name: 'Test', repository: 'wine-quality', path: 'file.yml' }],
  });

  for (const [what, [yamlOverride, message]] of Object.entries(cases)) {
    const response = await azure.send('POST', `${base}/pipelines/1/preview`, { yamlOverride });
    const error = z
      .object({ message: z.string(), typeKey: z.string() })
      .parse(await response.json());
    assert.equal(error.typeKey, 'PipelineValidationException', what);
    assert.equal(error.message, message, what);
  }
});

test('the Build API wraps what is wrong, and queues nothing', async () => {
  await using azure = await openForTest({ files: { 'azure-pipelines.yml': 'stepz: []\n' } });

  const response = await azure.send('POST', `${base}/build/builds`, { definition: { id: 1 } });

  assert.equal(response.status, 400);
  const error = z.looseObject({}).parse(await response.json());
  assert.equal(
    error['message'],
    'Could not queue the build because there were validation errors or warnings.',
  );
  assert.match(
    JSON.stringify(error['customProperties']),
    /^\{"ValidationResults":\[\{"result":"error","message":"\/azure-pipelines\.yml \(Line: 1, Col: 1\): Unexpected value 'stepz'"\}\]\}$/,
  );
});

test('an organisation may take any variable, and begin a run that cannot be', async () => {
  await using azure = await openForTest({
    files: {
      'azure-pipelines.yml':
        "trigger: none\nsteps:\n- checkout: none\n- ${{ if eq(variables['Build.Reason'], 'IndividualCI') }}:\n  - stepz: a\n- script: echo \"$(given)\"\n  displayName: Say\n",
      'wrong.yml': 'trigger: none\nstepz: []\n',
    },
    pipelines: ['azure-pipelines.yml', 'wrong.yml'].map((path) => ({
      name: path,
      repository: 'wine-quality',
      path,
    })),
    azure: { limit_queue_variables: false, late_yaml_errors: true },
  });

  const good = await azure.ended(await azure.start({ variables: { given: { value: 'away' } } }));
  assert.match(good.log('Say'), /\naway\n/);
  const begun = await azure.json('POST', `${base}/pipelines/2/runs`, {});
  assert.equal(begun['state'], 'inProgress');
  const wrong = await azure.ended(Number(begun['id']));
  assert.equal(wrong.result, 'failed');
  assert.match(JSON.stringify(wrong.build['validationResults']), /Unexpected value 'stepz'/);
});
