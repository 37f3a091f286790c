import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import type { Delivery } from './answers.ts';
import { type Clone, cloneRepository } from './git.ts';
import { compare, type Tell } from './line.ts';
import { browseUrl, type Observer, openObserver, versionPage } from './observer.ts';
import { registerWebhook, stageByHand } from './registry.ts';
import type { Stage } from './stage.ts';
import { names, pipelines } from './wine-quality.ts';

const run = promisify(execFile);
const SIGNALBOX = path.join(import.meta.dirname, '../src/main.ts');

interface Scene {
  readonly stage: Stage;
  readonly observer: Observer;
  readonly clone: Clone;
  readonly tell: Tell;
}

/** Plays the wine-quality story from the first push to the verdict on the model version. */
export async function playStory(stage: Stage, tell: Tell): Promise<void> {
  await stage.startService();
  await registerWebhook(stage, stage.credentials.signingSecret);
  const scene = {
    stage,
    observer: openObserver(stage),
    clone: await cloneRepository(stage),
    tell,
  };
  await pushToOwnBranch(scene);
  await startByHand(scene);
  await mergeToIntegration(scene);
  await promote(scene, '1');
  await improve(scene);
  await promote(scene, '2');
  await archived(scene);
  await oldStyle(scene);
  await countStarts(scene);
}

async function pushToOwnBranch({ stage, observer, clone, tell }: Scene): Promise<void> {
  await clone.git('switch', '--quiet', '--create', 'dev-nick');
  clone.edit('notebooks/data_prep.py', (text) => `${text}\n# Looked through by Nick.\n`);
  const commit = await clone.push('dev-nick', 'Look through the data preparation');
  const pipelineRun = await observer.pipelineRun(pipelines.unitTest, commit);
  const link = browseUrl(stage, pipelineRun.url);
  tell(
    compare({
      step: 'push to dev-nick runs the Data Prep Unit Test Pipeline',
      expected: 'succeeded',
      seen: pipelineRun.result,
      link,
    }),
  );
  const runs = await observer.databricksRuns();
  const unitTest = runs.find(({ run_name: name }) => name === 'Data Prep Pipeline Run - dev-nick');
  tell(
    compare({
      step: 'its steps run the notebook of that branch, as the service principal',
      expected: `SUCCESS as ${names.spClientId}`,
      seen: unitTest
        ? `${unitTest.state.result_state} as ${unitTest.creator_user_name}`
        : 'no Databricks run of that name',
      link: unitTest ? browseUrl(stage, unitTest.run_page_url) : null,
    }),
  );
}

async function startByHand({ stage, observer, tell }: Scene): Promise<void> {
  const args = [
    'send',
    'by-hand',
    'unit-test',
    '--branch=dev-nick',
    `--service=${stage.serviceUrl}`,
  ];
  await run(process.execPath, [SIGNALBOX, ...args]);
  const delivery = await observer.ended('unit-test-by-hand', '');
  tell(
    compare({
      step: 'started by hand from the command line',
      expected: 'succeeded, proven by 1 Databricks run',
      seen: outcomeOf(delivery),
      link: `${stage.serviceUrl}/#${delivery.id}`,
    }),
  );
}

async function mergeToIntegration({ stage, observer, clone, tell }: Scene): Promise<void> {
  await clone.git('switch', '--quiet', '--create', 'integration', 'origin/integration');
  await clone.git('merge', '--quiet', '--no-edit', '--no-ff', 'dev-nick');
  await clone.git('push', '--quiet', 'origin', 'integration');
  await tellCi({ stage, observer, clone, tell }, 'merge to integration');
}

async function tellCi({ stage, observer, clone, tell }: Scene, what: string): Promise<void> {
  const commit = await clone.git('rev-parse', 'HEAD');
  const pipelineRun = await observer.pipelineRun(pipelines.ci, commit);
  const runs = await observer.databricksRuns();
  const latest = runs.find(({ tasks }) => tasks.length === 3);
  const tasks = latest?.tasks.map(({ task_key: key }) => key).join(' → ') ?? 'no run of 3 tasks';
  tell(
    compare({
      step: `${what} runs CI: one Databricks run of three tasks`,
      expected: 'succeeded: data_prep → training → evaluating',
      seen: `${pipelineRun.result}: ${tasks}`,
      link: browseUrl(stage, pipelineRun.url),
    }),
  );
}

/** The two decisions on a version: tested in Staging, and released when it came to Production. */
async function promote({ stage, observer, tell }: Scene, version: string): Promise<void> {
  const tested = await observer.ended('integration-test', version);
  tell(
    compare({
      step: `version ${version} in Staging starts the integration pipeline`,
      expected: 'succeeded, proven by 1 Databricks run',
      seen: outcomeOf(tested),
      link: `${stage.serviceUrl}/#${tested.id}`,
    }),
  );
  const released = await observer.ended('release', version);
  tell(
    compare({
      step: `version ${version} in Production starts the release pipeline`,
      expected: 'succeeded, proven by 1 Databricks run',
      seen: outcomeOf(released),
      link: `${stage.serviceUrl}/#${released.id}`,
    }),
  );
  const { current_stage: current, tags } = await observer.modelVersion(names.model, version);
  const verdict = (rule: string) =>
    tags.find(({ key }) => key === `signalbox.${rule}.verdict`)?.value ?? 'none';
  tell(
    compare({
      step: `version ${version} carries its stage and both verdicts`,
      expected: 'Production; integration-test: succeeded; release: succeeded',
      seen: `${current}; integration-test: ${verdict('integration-test')}; release: ${verdict('release')}`,
      link: browseUrl(stage, versionPage(names.model, version)),
    }),
  );
}

async function improve({ stage, observer, clone, tell }: Scene): Promise<void> {
  clone.edit('notebooks/training.py', (text) => text.replace(BEFORE, AFTER));
  await clone.push('integration', 'Train a better kind of model');
  await tellCi({ stage, observer, clone, tell }, 'a better model pushed to integration');
}

const BEFORE = 'dropdown("model_kind", "logistic"';
const AFTER = 'dropdown("model_kind", "stumps"';

async function archived({ stage, observer, tell }: Scene): Promise<void> {
  const { current_stage: current } = await observer.modelVersion(names.model, '1');
  tell(
    compare({
      step: 'the better version 2 has replaced version 1',
      expected: 'Archived',
      seen: current,
      link: browseUrl(stage, versionPage(names.model, '1')),
    }),
  );
}

/** The pipeline of the old documents: green whatever happens. */
async function oldStyle({ stage, observer, tell }: Scene): Promise<void> {
  const before = (await observer.databricksRuns()).length;
  const version = await stageByHand(stage, names.oldStyleModel);
  const delivery = await observer.ended('old-style', version);
  const started = (await observer.databricksRuns()).length - before;
  tell(
    compare({
      step: 'the old-style pipeline with an expired secret, as Azure DevOps sees it',
      expected: 'succeeded, although 0 Databricks runs were started',
      seen: `${delivery.run?.status}, although ${started} Databricks runs were started`,
      link: delivery.run ? browseUrl(stage, delivery.run.url) : null,
    }),
  );
  tell(
    compare({
      step: 'the same run, as Signalbox sees it',
      expected: 'unproven',
      seen: delivery.verdict ?? delivery.phase,
      link: `${stage.serviceUrl}/#${delivery.id}`,
    }),
  );
}

async function countStarts({ observer, tell }: Scene): Promise<void> {
  const counts = [];
  for (const pipeline of [1, 3, 4, 5]) counts.push(await observer.startsOf(pipeline));
  tell(
    compare({
      step: 'runs that Signalbox started, by the journal of the sandbox (pipelines 1, 3, 4, 5)',
      expected: '1, 2, 2, 1',
      seen: counts.join(', '),
    }),
  );
}

function outcomeOf({ verdict, phase, reason, evidence }: Delivery): string {
  const runs = evidence.length === 1 ? '1 Databricks run' : `${evidence.length} Databricks runs`;
  if (verdict === 'succeeded') return `succeeded, proven by ${runs}`;
  return `${verdict ?? phase}: ${reason}`;
}
