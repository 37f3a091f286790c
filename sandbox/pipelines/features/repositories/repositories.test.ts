import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openFeature, refusal } from '../run-feature.ts';

const others = {
  templates: {
    'steps/say.yml': `
parameters:
- name: what
  type: string
steps:
- template: inner/deep.yml
- bash: |
    echo "say \${{ parameters.what }}"
    cd "$(Pipeline.Workspace)" && ls s s/tools elsewhere
  displayName: Say
`,
    'steps/inner/deep.yml': 'steps:\n- script: echo "deep"\n  displayName: Deep\n',
    'steps/wrong.yml': 'steps:\n- stepz: a\n',
  },
  tools: { 'tool.sh': 'echo tool\n' },
};

// The pipelines of this folder, by the ids that they get in the order of their names.
const pipelines = { alone: 1, repositories: 2, wrong: 3 };

test('templates and sources come from other repositories of the project as well', async () => {
  await using azure = await openFeature(import.meta.dirname, { others });

  const id = await azure.start({}, pipelines.repositories);
  const run = await azure.ended(id);

  assert.equal(run.result, 'succeeded');
  assert.match(run.log('Deep'), /\ndeep\n/);
  assert.match(
    run.log('Say'),
    /say the tools\nelsewhere:\nsteps\n\ns:\ntools\nwine-quality\n\ns\/tools:\ntool\.sh\n/,
  );
  const { resources } = await azure.json(
    'GET',
    `/contoso/MLFlowHooks/_apis/pipelines/2/runs/${id}`,
  );
  assert.match(
    JSON.stringify(resources),
    /"shared":\{"repository":.*"refName":"refs\/heads\/main"/,
  );
});

test('a repository that is checked out alone stands where the own one would', async () => {
  await using azure = await openFeature(import.meta.dirname, { others });

  const run = await azure.ended(await azure.start({}, pipelines.alone));

  assert.match(run.log('Look'), /tool\.sh\nStart tools\n/);
  assert.equal(run.results['Checkout tools@main to s'], 'succeeded');
});

test('what is wrong in another repository is named with its alias', async () => {
  await using azure = await openFeature(import.meta.dirname, { others });

  const message = await refusal(azure, {}, pipelines.wrong);

  assert.match(
    message.replaceAll(/[0-9a-f]{40}/g, 'SHA'),
    /^\/wrong\.yml \(Line: 8, Col: 15\): File \/steps\/nosuch\.yml not found in repository https:\/\/dev\.azure\.com\/contoso\/MLFlowHooks\/_git\/templates branch refs\/heads\/main version SHA\.\n\/wrong\.yml \(Line: 9, Col: 15\): The repository 'nosuch' is not declared in 'resources\.repositories'$/,
  );
  const branch = { templateParameters: { branch: 'nosuch' } };
  assert.match(
    await refusal(azure, branch, pipelines.repositories),
    /^\/repositories\.yml \(Line: 9, Col: 13\): The repository 'MLFlowHooks\/templates' at refs\/heads\/nosuch could not be found\./,
  );
});
