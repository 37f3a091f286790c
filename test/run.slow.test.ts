import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { z } from 'zod';

import { cloneRepository } from '../demo/git.ts';
import { openObserver } from '../demo/observer.ts';
import { openStage, type Stage } from '../demo/stage.ts';
import { openVendorApi } from '../demo/vendor-api.ts';
import { waitFor } from '../demo/wait-for.ts';
import { names, pipelines, wineQualitySandbox } from '../demo/wine-quality.ts';
import { exitCodeOf } from '../src/cli/exit-code-of.ts';
import { runIn } from '../src/cli/run/around-for-test.ts';
import { RunResult } from '../src/cli/run/run-result.ts';
import { processSurroundings } from '../src/cli/run/surroundings.ts';
import { SignalboxError } from '../src/lib/errors.ts';

const MAIN = path.join(import.meta.dirname, '../src/main.ts');
const HOST = `https://${names.workspace}`;
const PROJECT = `https://dev.azure.com/${names.organization}/${names.project}`;
const BRANCH = 'runs';
const FROM_GIT = [`--git-url=${PROJECT}/_git/${names.repository}`, `--branch=${BRANCH}`];
const IN_PROJECT = [
  `--organization=https://dev.azure.com/${names.organization}`,
  `--project=${names.project}`,
];
/** What the notebook says, and no CI system must take for an order. */
const ORDER = '##vso[task.setvariable variable=verdict]succeeded';

const NOTEBOOKS = {
  good: 'dbutils.notebook.exit("%s wines" % dbutils.widgets.get("rows"))',
  raising: `print("before")\n\n# COMMAND ----------\n\nraise ValueError("column 'ph'\\n${ORDER}\\n::error::no")`,
  slow: 'import time\ntime.sleep(600)',
  telling: 'dbutils.notebook.exit(dbutils.widgets.get("told"))',
};

/** Further codes that say a run has failed. Source: TerminationCodeCode in databricks-sdk-py jobs.py */
const FAILURES = [
  'DRIVER_ERROR',
  'CLUSTER_ERROR',
  'REPOSITORY_CHECKOUT_FAILED',
  'INVALID_CLUSTER_REQUEST',
  'WORKSPACE_RUN_LIMIT_EXCEEDED',
  'FEATURE_DISABLED',
  'CLUSTER_REQUEST_LIMIT_EXCEEDED',
  'STORAGE_ACCESS_ERROR',
  'UNAUTHORIZED_ERROR',
  'LIBRARY_INSTALLATION_ERROR',
  'MAX_SPARK_CONTEXTS_EXCEEDED',
  'RESOURCE_NOT_FOUND',
  'INVALID_RUN_CONFIGURATION',
  'MAX_JOB_QUEUE_SIZE_EXCEEDED',
  'BREAKING_CHANGE',
  'CLUSTER_TERMINATED_BY_USER',
  'BUDGET_POLICY_LIMIT_EXCEEDED',
] as const;

const PIPELINE = `
parameters:
  - { name: rows, type: number }
  - { name: signalbox_key, type: string, default: '' }
jobs:
  - job: count
    steps:
      - bash: echo "\${{ parameters.rows }} wines"; test "\${{ parameters.rows }}" -lt 5
        displayName: Count the wines
`;

/** A pipeline whose step is ours, and whose next step believes what the first one says. */
const STEP = `
parameters:
  - { name: notebook, type: string }
variables:
  - group: mlops
steps:
  - bash: |
      '${process.execPath}' '${MAIN}' run notebook notebooks/$NOTEBOOK --name "step $NOTEBOOK" \\
        ${FROM_GIT.join(' ')} --param rows=2
    name: go
    env:
      NOTEBOOK: \${{ parameters.notebook }}
      DATABRICKS_HOST: ${HOST}
      ARM_CLIENT_ID: $(sp_client_id)
      ARM_TENANT_ID: $(tenant_id)
      ARM_CLIENT_SECRET: $(sp_credential)
  - bash: test "$(go.verdict), $(go.output)" = "succeeded, 2 wines"
`;

/** A pipeline that sets a notebook off, hands its key on, and is green long before its end. */
const SETS_OFF = `
parameters:
  - { name: notebook, type: string }
  - { name: signalbox_key, type: string, default: '' }
variables:
  - group: mlops
steps:
  - bash: |
      '${process.execPath}' '${MAIN}' run notebook notebooks/$NOTEBOOK --detach \\
        ${FROM_GIT.join(' ')} --param rows=2 --param signalbox_key=$KEY
    env:
      NOTEBOOK: \${{ parameters.notebook }}
      KEY: \${{ parameters.signalbox_key }}
      DATABRICKS_HOST: ${HOST}
      ARM_CLIENT_ID: $(sp_client_id)
      ARM_TENANT_ID: $(tenant_id)
      ARM_CLIENT_SECRET: $(sp_credential)
`;

const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-run-'));
let stage: Stage;
/** Everything that any command printed or wrote. */
let printed = '';

before(async () => {
  stage = await openStage({
    config(credentials) {
      const { databricks, ...others } = wineQualitySandbox(credentials);
      const run_as = { [names.spClientId]: [names.nick] };
      return { ...others, databricks: { ...z.looseObject({}).parse(databricks), run_as } };
    },
  });
  const clone = await cloneRepository(stage);
  await clone.git('switch', '--quiet', '--create', BRANCH);
  for (const [name, cell] of Object.entries(NOTEBOOKS)) {
    const file = path.join(stage.folder, 'nick', 'notebooks', `${name}.py`);
    writeFileSync(file, `# Databricks notebook source\n${cell}\n`);
  }
  const yaml = path.join(stage.folder, 'nick', 'pipelines/release.yml');
  writeFileSync(yaml, PIPELINE);
  writeFileSync(path.join(stage.folder, 'nick', 'pipelines/ci.yml'), STEP);
  writeFileSync(path.join(stage.folder, 'nick', 'pipelines/cd.yml'), SETS_OFF);
  await clone.push(BRANCH, 'Notebooks of all kinds [skip ci]');
});

after(async () => {
  await stage[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

test('a notebook that runs is green, and what it gave back is a variable for later steps', async () => {
  const options = ['notebook', 'notebooks/good.py', ...FROM_GIT, '--param=rows=3', '-o', 'json'];
  const junit = path.join(folder, 'good.xml');

  const step = start([...options, `--junit=${junit}`], {
    TF_BUILD: 'True',
    AGENT_TEMPDIRECTORY: folder,
  });
  const { code, stdout, stderr } = await step.ended;

  assert.equal(code, 0, stderr);
  const result = RunResult.parse(JSON.parse(stdout));
  assert.equal(result.verdict, 'succeeded');
  assert.match(result.run?.commit ?? '', /^[0-9a-f]{40}$/);
  assert.equal(result.tasks[0]?.output, '3 wines');
  assert.match(stderr, /^00:0\d {2}https:\/\//);
  assert.match(stderr, /^##vso\[task\.setvariable variable=output;isoutput=true\]3 wines$/m);
  assert.match(stderr, /^##vso\[task\.setvariable variable=verdict;isoutput=true\]succeeded$/m);
  const [, summary = ''] = /^##vso\[task\.uploadsummary\](.+)$/m.exec(stderr) ?? [];
  assert.match(read(summary), /\| good \| succeeded \| 1 \|/);
  assert.match(read(junit), /<testsuites tests="1" failures="0"/);
});

test('a notebook that raises is red, with its trace, and gives no orders', async () => {
  const [outputs, summary] = [path.join(folder, 'outputs'), path.join(folder, 'summary.md')];

  const { code, stdout, stderr } = await run(['notebook', 'notebooks/raising', ...FROM_GIT], {
    GITHUB_ACTIONS: 'true',
    GITHUB_OUTPUT: outputs,
    GITHUB_STEP_SUMMARY: summary,
  });

  assert.equal(code, 1, stderr);
  assert.match(stdout, /^failed: task raising failed/);
  assert.match(stdout, /ValueError: column 'ph'/);
  assert.match(stdout, /\| .*<command-\d+>/);
  assert.match(stdout, /\nhttps:\/\/\S+$/m);
  assert.match(stderr, /^::error title=Signalbox::task raising: ValueError/m);
  assert.doesNotMatch(stdout + stderr, /##vso\[|^\s*::error::/m);
  assert.match(read(outputs), /^verdict<<(signalbox-[\w-]+)\nfailed\n\1\n/);
  assert.match(read(summary), /```text\nValueError: column 'ph'/);
});

test('several notebooks are one run, and what comes after a failed one did not run', async () => {
  const file = path.join(folder, 'tasks.yaml');
  writeFileSync(
    file,
    `name: CI
tasks:
  - { key: prep, notebook: notebooks/good, parameters: { rows: 7 } }
  - { key: train, notebook: notebooks/raising, depends_on: [prep] }
  - { key: evaluate, notebook: notebooks/good, depends_on: [train] }
`,
  );

  const { code, stdout } = await run(['notebook', `--file=${file}`, ...FROM_GIT, '-o', 'json'], {});

  assert.equal(code, 1);
  const { tasks } = RunResult.parse(JSON.parse(stdout));
  assert.deepEqual(
    tasks.map(({ name, verdict }) => [name, verdict]),
    [
      ['prep', 'succeeded'],
      ['train', 'failed'],
      ['evaluate', 'skipped'],
    ],
  );
});

test('canceled there, timed out here, and skipped are endings of their own', async () => {
  const vendor = openVendorApi(stage);
  const { job_id } = z.object({ job_id: z.number() }).parse(
    await vendor.databricks('jobs/create', {
      body: {
        name: 'slow',
        run_as: { service_principal_name: names.spClientId },
        tasks: [{ task_key: 'main', notebook_task: { notebook_path: 'notebooks/slow' } }],
        git_source: {
          git_url: `${PROJECT}/_git/${names.repository}`,
          git_provider: 'azureDevOpsServices',
          git_branch: BRANCH,
        },
      },
    }),
  );
  const late = run(['notebook', 'notebooks/slow', ...FROM_GIT, '--name=late', '--timeout=2s'], {});
  const first = start(['job', String(job_id)], {});
  const id = await first.runId;

  const second = await run(['job', 'slow'], {});
  await vendor.databricks('jobs/runs/cancel', { body: { run_id: Number(id) } });
  const canceled = await first.ended;

  assert.equal(second.code, 7, second.stdout + second.stderr);
  assert.match(second.stdout, new RegExp(`^skipped: .*going on: run ${id} `));
  assert.equal(canceled.code, 5, canceled.stdout);
  assert.equal((await late).code, 6);
});

test('each ending that the sandbox can force has its exit code', async () => {
  // Result, code of its details, exit code; what the sandbox puts beside them is its own knowledge.
  const endings = [
    ['TERMINATED', 'FAILED', 'RUN_EXECUTION_ERROR', 1],
    ['TERMINATED', 'TIMEDOUT', 'CANCELED', 6],
    ['TERMINATED', 'CANCELED', 'USER_CANCELED', 5],
    ['TERMINATED', 'SUCCESS_WITH_FAILURES', 'SUCCESS_WITH_FAILURES', 1],
    ['TERMINATED', 'UPSTREAM_FAILED', 'SKIPPED', 7],
    ['TERMINATED', 'UPSTREAM_CANCELED', 'SKIPPED', 5],
    ['TERMINATED', 'EXCLUDED', 'SKIPPED', 7],
    ['TERMINATED', 'DISABLED', 'DISABLED', 7],
    ['TERMINATED', 'MAXIMUM_CONCURRENT_RUNS_REACHED', 'MAX_CONCURRENT_RUNS_EXCEEDED', 7],
    ['TERMINATED', 'A_RESULT_OF_NEXT_YEAR', 'A_CODE_OF_NEXT_YEAR', 1],
    ['TERMINATED', null, 'INTERNAL_ERROR', 1],
    ['TERMINATED', 'SUCCESS', 'SUCCESS', 0],
    ['SKIPPED', null, 'MAX_CONCURRENT_RUNS_EXCEEDED', 7],
    ['INTERNAL_ERROR', 'FAILED', 'RUN_EXECUTION_ERROR', 1],
    ['INTERNAL_ERROR', null, 'CLOUD_FAILURE', 1],
    ...FAILURES.map((code) => ['INTERNAL_ERROR', 'FAILED', code, 1] as const),
  ] as const;

  const codes = await Promise.all(
    endings.map(async ([life_cycle_state, result_state, code], at) => {
      const forced = { kind: 'run-ending', life_cycle_state, result_state, code };
      await fault({ run: `forced-${at}`, do: forced });
      const options = ['notebook', 'notebooks/good', ...FROM_GIT, `--name=forced-${at}`];
      return (await run(options, {})).code;
    }),
  );

  assert.deepEqual(
    endings.map((ending, at) => [...ending.slice(0, 3), codes[at]]),
    endings,
  );
});

test('SIGTERM to the step stops the run', async () => {
  const earlier = await cancels();
  const step = start(['notebook', 'notebooks/slow', ...FROM_GIT, '--name=stopped'], {});
  await step.runId;

  step.child.kill('SIGTERM');
  const { code, stdout } = await step.ended;

  assert.equal(code, 5, stdout);
  assert.match(stdout, /^canceled: SIGTERM asked us to stop/);
  assert.equal(await cancels(), earlier + 1);
  const runs = await openObserver(stage).databricksRuns();
  assert.equal(runs.find((one) => one.run_name === 'stopped')?.state.result_state, 'CANCELED');
});

test('in a CI system, the end of the shell stops the run, too', async () => {
  const options = ['notebook', 'notebooks/slow', ...FROM_GIT, '--name=orphan'];
  const script = '"$@"; true';
  const shell = spawn('bash', ['-c', script, 'bash', process.execPath, MAIN, 'run', ...options], {
    env: { ...stage.environment, ...identity(), TF_BUILD: 'True' },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  await waitFor('a running run', () => runNamed('orphan', 'RUNNING'));

  shell.kill('SIGTERM');

  const ended = await waitFor('its end', () => runNamed('orphan', 'TERMINATED'));
  assert.equal(ended.state.result_state, 'CANCELED');
});

test('a lost reply of the start starts one run', async () => {
  await fault({
    service: 'databricks',
    method: 'POST',
    path: '/api/*/jobs/runs/submit',
    when: { times: 1 },
    stage: 'after',
    do: { kind: 'drop' },
  });

  const options = ['notebook', 'notebooks/good', ...FROM_GIT, '--name=once', '--param=rows=1'];
  const { code, stderr } = await run(options, {});

  assert.equal(code, 0, stderr);
  assert.match(stderr, /trying again/);
  const runs = await openObserver(stage).databricksRuns();
  assert.equal(runs.filter((one) => one.run_name === 'once').length, 1);
});

test('a pipeline is checked before it is started, and judged by its jobs', async () => {
  const onBranch = ['pipeline', String(pipelines.release), ...IN_PROJECT, `--branch=${BRANCH}`];

  const [wrong, unknown, green, red] = await Promise.all([
    run([...onBranch, '--parameter=rows=many'], {}),
    run([...onBranch, '--parameter=rows=3', '--parameter=colour=red'], {}),
    run([...onBranch, '--parameter=rows=3', '-o', 'json'], {}),
    run([...onBranch, '--parameter=rows=8'], {}),
  ]);

  assert.equal(wrong.code, 2, wrong.stderr);
  assert.match(wrong.stderr, /'many' is not a valid Number/);
  assert.equal(unknown.code, 2, unknown.stderr);
  assert.match(unknown.stderr, /Unexpected parameter 'colour'/);
  assert.equal(green.code, 0, green.stderr);
  assert.deepEqual(
    RunResult.parse(JSON.parse(green.stdout)).tasks.map(({ name, verdict }) => [name, verdict]),
    [['count', 'succeeded']],
  );
  assert.equal(red.code, 1, red.stderr);
  assert.match(red.stdout, /^failed: step "Count the wines" failed/);
  assert.match(red.stdout, /^ {2}\| 8 wines$/m);
});

test('a green pipeline is proven by its Databricks run, and by nothing else', async () => {
  const proven = ['--require=databricks_run', '--proof-wait=3s', '-o', 'json', ...IN_PROJECT];
  const setsOff = ['pipeline', String(pipelines.integration), `--branch=${BRANCH}`, ...proven];
  const oldStyle = ['pipeline', String(pipelines.oldStyle), '--branch=main', ...proven];

  const ended = await Promise.all([
    run([...setsOff, '--parameter=notebook=good'], {}),
    run([...setsOff, '--parameter=notebook=raising'], {}),
    run(oldStyle, {}),
  ]);

  assert.deepEqual(
    ended.map(({ code }) => code),
    [0, 1, 8],
    ended.map(({ stderr }) => stderr).join('\n'),
  );
  const results = ended.map(({ stdout }) => RunResult.parse(JSON.parse(stdout)));
  assert.deepEqual(
    results.map(({ verdict, evidence }) => [
      verdict,
      ...evidence.map((one) => [one.verdict, one.found_by, one.url.startsWith(HOST)]),
    ]),
    [['succeeded', ['succeeded', 'key', true]], ['failed', ['failed', 'key', true]], ['unproven']],
  );
  assert.match(results[1]?.evidence[0]?.tasks[0]?.error ?? '', /ValueError: column 'ph'/);
  // Azure DevOps calls all three of them green.
  for (const { run: seen } of results) {
    const build = await openVendorApi(stage).azure(`build/builds/${seen?.id}?api-version=7.1`);
    assert.equal(z.object({ result: z.string() }).parse(build).result, 'succeeded');
  }
});

test('as a step of a pipeline it hands its result on, and a cancel goes all the way down', async () => {
  const pipeline = ['pipeline', String(pipelines.ci), ...IN_PROJECT, `--branch=${BRANCH}`];

  const green = run([...pipeline, '--parameter=notebook=good'], {});
  const slow = start([...pipeline, '--parameter=notebook=slow'], {});
  await waitFor('the run that the step starts', () => runNamed('step slow', 'RUNNING'));
  slow.child.kill('SIGTERM');
  const canceled = await slow.ended;

  assert.equal((await green).code, 0, (await green).stdout);
  assert.equal(canceled.code, 5, canceled.stdout + canceled.stderr);
  const databricks = await waitFor('its end', () => runNamed('step slow', 'TERMINATED'));
  assert.equal(databricks.state.result_state, 'CANCELED');
});

test('the mistakes that everybody makes once come with what to do', async () => {
  const nowhere = FROM_GIT.map((option) => option.replace(BRANCH, 'nowhere'));
  const cases = [
    [['notebook', 'notebooks/good', ...nowhere], 1, /Check the name of the branch/],
    [['notebook', 'notebooks/none', ...FROM_GIT], 1, /Is the path right\?/],
    [['notebook', '/Shared/none'], 1, /Is the path right\?/],
    [['job', '999'], 1, /does not exist/],
    [['job', 'none'], 2, /there is no job "none"/],
    [['pipeline', '99', ...IN_PROJECT], 1, /There is no pipeline of this id/],
    [['pipeline', '2', ...IN_PROJECT, '--branch=nowhere'], 2, /nowhere/],
    [['pipeline', '2', ...IN_PROJECT.slice(0, 1)], 2, /which project/],
  ] as const;

  await Promise.all(
    cases.map(async ([args, expected, words]) => {
      const { code, stdout, stderr } = await run(args, {});
      assert.equal(code, expected, stdout + stderr);
      assert.match(stdout + stderr, words);
    }),
  );
});

test('a wrong secret is refused, and the result says so', async () => {
  const env = { ARM_CLIENT_SECRET: 'not-the-secret-of-it' };

  const { code, stdout } = await run(['job', '1', '-o', 'json'], env);

  assert.equal(code, 3);
  const { verdict, hint } = RunResult.parse(JSON.parse(stdout));
  assert.equal(verdict, 'refused');
  assert.match(hint ?? '', /secret/);
});

test('a secret that a notebook gives back is shown nowhere', async () => {
  const secret = stage.credentials.spCredential;
  const options = ['notebook', 'notebooks/telling', ...FROM_GIT, `--param=told=${secret}`];

  const { code } = await run([...options, '-o', 'json'], { TF_BUILD: 'True' });

  assert.equal(code, 0);
  assert.doesNotMatch(printed, /eyJ[\w-]{10,}\./);
  for (const one of [secret, 'not-the-secret-of-it']) assert(!printed.includes(one));
});

/** The run of this name, once it is in this state. */
async function runNamed(name: string, lifeCycle: string) {
  const runs = await openObserver(stage).databricksRuns();
  const found = runs.find((one) => one.run_name === name);
  return found?.state.life_cycle_state === lifeCycle ? found : null;
}

/** How many runs the principal has canceled, by the sandbox's journal. */
async function cancels(): Promise<number> {
  const entries = await openObserver(stage).journal();
  return entries.filter(
    (entry) =>
      entry.path.endsWith('/jobs/runs/cancel') &&
      entry.status === 200 &&
      entry.principal === names.spClientId,
  ).length;
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Started {
  readonly child: ChildProcess;
  /** Once it is known. */
  readonly runId: Promise<string>;
  readonly ended: Promise<Ended>;
}

function start(args: readonly string[], env: Readonly<Record<string, string>>): Started {
  const child = spawn(process.execPath, [MAIN, 'run', ...args], {
    env: {
      ...stage.environment,
      ...identity(),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  const known = Promise.withResolvers<string>();
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    const [, id] = /run (\d+): (?:RUNNING|PENDING)/.exec(stderr) ?? [];
    if (id !== undefined) known.resolve(id);
  });
  const ended = once(child, 'close').then(() => {
    printed += stdout + stderr;
    known.reject(new Error(`it ended first:\n${stdout}${stderr}`));
    return { code: child.exitCode ?? -1, stdout, stderr };
  });
  known.promise.catch(() => undefined);
  return { child, runId: known.promise, ended };
}

/** The same within this process, which is quicker; its way out leads to the sandbox, too. */
async function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  const [results, lines]: [string[], string[]] = [[], []];
  const around = {
    ...processSurroundings(),
    env: { ...identity(), HOME: folder, ...env },
    onStop: () => () => undefined,
    result: (line: string) => results.push(line),
    progress: (line: string) => lines.push(line),
  };
  const code = await runIn(around, ...args).catch((error: unknown) => {
    if (!(error instanceof SignalboxError)) throw error;
    lines.push(error.message);
    return exitCodeOf(error);
  });
  const [stdout = '', stderr = ''] = [results, lines].map((all) => all.join('\n'));
  printed += stdout + stderr;
  return { code, stdout, stderr };
}

/** Who a command is. */
function identity() {
  return {
    DATABRICKS_HOST: HOST,
    ARM_CLIENT_ID: names.spClientId,
    ARM_TENANT_ID: names.tenant,
    ARM_CLIENT_SECRET: stage.credentials.spCredential,
  };
}

function read(file: string): string {
  const text = readFileSync(file, 'utf8');
  printed += text;
  return text;
}

async function fault(rule: unknown): Promise<void> {
  const response = await fetch(`${stage.sandbox.admin}/_sandbox/faults`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.credentials.sandboxAdmin}` },
    body: JSON.stringify(rule),
  });
  assert(response.ok, await response.text());
}
