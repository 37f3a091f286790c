import assert from 'node:assert/strict';
import { test } from 'node:test';

import { z } from 'zod';

import { base } from '../../../azure-devops/open-for-test.ts';
import { openFeature } from '../run-feature.ts';

test('what a job publishes the jobs after it download, and the API lists', async () => {
  await using azure = await openFeature(import.meta.dirname);

  const id = await azure.start();
  const run = await azure.ended(id);

  assert.equal(
    run.log('Look').split('Starting Command Output')[1]?.split('\n').slice(2, 8).join('\n'),
    [
      'one',
      './Build.Make/a.txt',
      './logs/b.md',
      './logs/today/a.txt',
      './model/a.txt',
      './model/deep/b.md',
    ].join('\n'),
  );
  assert.match(run.log('Publish'), /Uploading pipeline artifact from \S+\/out for build #1001\n/);
  for (const [step, message] of [
    ['Publish again', /##\[error\]Artifact model already exists for build 1001\.\n/],
    ['Publish nothing', /##\[error\]Path does not exist: \S+nosuch\n/],
    ['Download nothing', /##\[error\]Artifact nosuch was not found for build 1001\.\n/],
  ] as const) {
    assert.equal(run.results[step], 'succeededWithIssues', step);
    assert.match(run.log(step), message);
  }
  const { value } = await azure.json('GET', `${base}/build/builds/${id}/artifacts`);
  const artifacts = z
    .array(z.object({ name: z.string(), resource: z.looseObject({ type: z.string() }) }))
    .parse(value);
  assert.deepEqual(
    artifacts.map(({ name, resource }) => `${name} ${resource.type}`),
    ['model PipelineArtifact', 'Build.Make PipelineArtifact', 'logs Container', 'share FilePath'],
  );
  const of = `${base}/build/builds/${id}/artifacts?artifactName`;
  assert.equal((await azure.json('GET', `${of}=Model`))['name'], 'model');
  assert.equal((await azure.send('GET', `${of}=nosuch`)).status, 404);
  const path = `${base}/pipelines/1/runs/${id}/artifacts?artifactName=model&$expand=signedContent`;
  const { signedContent } = await azure.json('GET', path);
  const { url } = z.object({ url: z.url() }).parse(signedContent);
  const zip = await azure.send('GET', url, undefined, { authorization: '' });
  assert.equal(zip.headers.get('content-type'), 'application/zip');
  // Nothing in it is compressed, so that it can be read as it is.
  assert.match(await zip.text(), /^PK.*model\/a\.txtone\n.*model\/deep\/b\.mdtwo\n.*PK/s);
});
