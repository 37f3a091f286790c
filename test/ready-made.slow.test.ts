import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { parse } from 'yaml';
import { z } from 'zod';

import { type Clone, cloneRepository } from '../demo/git.ts';
import { type Observer, openObserver } from '../demo/observer.ts';
import { registerWebhook } from '../demo/registry.ts';
import { openStage, type Stage } from '../demo/stage.ts';
import { exampleFolder, names, pipelines, wineQualitySandbox } from '../demo/wine-quality.ts';
import { guidOf } from '../sandbox/azure-devops/identity.ts';

const EXAMPLES = path.join(exampleFolder, '..');
const MAIN = path.join(import.meta.dirname, '../src/main.ts');
const CONNECTION = guidOf('service-connection:contoso/MLFlowHooks/databricks');
/** What each of the two CI systems says of itself where it vouches for a job. */
const VOUCHED = {
  pipelines: {
    issuer: `https://vstoken.dev.azure.com/${guidOf('organization:contoso')}`,
    subject: 'sc://contoso/MLFlowHooks/databricks',
  },
  github: {
    issuer: 'https://token.actions.githubusercontent.com',
    subject: 'repo:MLFlowHooks/_git/wine-quality:ref:refs/heads/integration',
  },
} as const;
const WHO = {
  DATABRICKS_HOST: `https://${names.workspace}`,
  ARM_TENANT_ID: names.tenant,
  ARM_CLIENT_ID: names.spClientId,
} as const;

const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-ready-made-'));
let stage: Stage;
let observer: Observer;
let clone: Clone;

before(async () => {
  process.env['PATH'] = `${signalboxOnThePath()}${path.delimiter}${process.env['PATH']}`;
  const repository = repositoryWithThem();
  stage = await openStage({ config: (credentials) => sandboxOf(credentials, repository) });
  observer = openObserver(stage);
  clone = await cloneRepository(stage);
  await stage.startService();
  await registerWebhook(stage, stage.credentials.signingSecret);
});

after(async () => {
  await stage[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

test('without a git credential the step is red, and says what is missing', async () => {
  const commit = await push('dev-early', (text) => `${text}\n# Too early.\n`);
  const { result, id } = await observer.pipelineRun(pipelines.unitTest, commit);

  assert.equal(result, 'failed');
  assert.match(await logOf(id), /gets one by: signalbox git-credential set/u);
});

test('the git credential is set once, found the next time, and never taken away', async () => {
  const words = ['git-credential', 'set', '-o', 'json'];
  const env = { ARM_CLIENT_SECRET: stage.credentials.spCredential };

  const answers = [await signalbox(words, env), await signalbox(words, env)];
  const told = answers.map(({ stdout }) =>
    z.object({ done: z.string() }).parse(JSON.parse(stdout)),
  );

  assert.deepEqual(
    told.map(({ done }) => done),
    ['created', 'kept'],
  );
  assert(!(await asked('DELETE', /git-credentials/u)));
});

test('a git credential with a token is changed in place, and takes the place of the other kind', async () => {
  const withToken = await signalbox(
    [
      'git-credential',
      'set',
      '--provider=azureDevOpsServices',
      '--username=nick',
      '--token-from=GIT_PASS',
    ],
    {
      ARM_CLIENT_SECRET: stage.credentials.spCredential,
      GIT_PASS: stage.credentials.nickGit,
    },
  );
  const back = await signalbox(['git-credential', 'set'], {
    ARM_CLIENT_SECRET: stage.credentials.spCredential,
  });
  const empty = await signalbox(
    ['git-credential', 'set', '--provider=gitHub', '--token-from=NOWHERE'],
    {},
  );

  assert.match(withToken.stdout, /\(azureDevOpsServices\) of \S+ was changed in place/u);
  assert.match(back.stdout, /\(azureDevOpsServicesAad\) of \S+ was changed in place/u);
  assert.match(empty.stderr, /gitHub needs a token, and NOWHERE holds none/u);
  assert.equal(empty.code, 2);
  assert(!(await asked('DELETE', /git-credentials/u)));
});

test('the unit test of a branch runs by federation, without any secret', async () => {
  const commit = await push('dev-nick', (text) => `${text}\n# Looked through.\n`);
  const { result, id } = await observer.pipelineRun(pipelines.unitTest, commit);

  assert.equal(result, 'succeeded', await logOf(id));
  const run = (await observer.databricksRuns()).find(
    ({ run_name: name }) => name === 'Data Prep Pipeline Run - dev-nick',
  );
  assert.equal(run?.state.result_state, 'SUCCESS');
  assert.equal(run.creator_user_name, names.spClientId);
});

test('the same file with its secret instead of federation, as its comment says', async () => {
  clone.edit('pipelines/unit_test.yml', (text) =>
    text
      .replace(/^ *SYSTEM_ACCESSTOKEN.*\n/mu, '')
      .replace('# ARM_CLIENT_SECRET: $(sp_credential)', 'ARM_CLIENT_SECRET: $(sp_credential)'),
  );
  const commit = await push('dev-secret', (text) => `${text}\n# With a secret.\n`);
  const { result, id } = await observer.pipelineRun(pipelines.unitTest, commit);

  assert.equal(result, 'succeeded', await logOf(id));
  assert.doesNotMatch(await logOf(id), new RegExp(stage.credentials.spCredential, 'u'));
});

test('a notebook that raises makes the step red, and its log names the error', async () => {
  const commit = await push('dev-broken', (text) => text.replace('float(wine[name])', 'wine[0]'));
  const { result, id } = await observer.pipelineRun(pipelines.unitTest, commit);

  assert.equal(result, 'failed');
  assert.match(await logOf(id), /KeyError/u);
});

test('CI trains and stages a version; Signalbox starts the CD and the release, and finds both proven', async () => {
  await clone.git('switch', '--quiet', '--force-create', 'integration', 'origin/integration');
  clone.edit('notebooks/training.py', (text) => `${text}\n# Trained again.\n`);
  const commit = await clone.push('integration', 'Train again');
  const ci = await observer.pipelineRun(pipelines.ci, commit);
  assert.equal(ci.result, 'succeeded', await logOf(ci.id));

  for (const rule of ['integration-test', 'release']) {
    const { verdict, reason, evidence } = await observer.ended(rule, '1');
    assert.deepEqual([verdict, evidence.length], ['succeeded', 1], `${rule}: ${reason}`);
  }
});

test('the same four as workflows of GitHub Actions: green, as the principal, without any secret', async () => {
  await using github = await openGithub();
  const inputs = { model_name: 'wine-quality', version: '1', signalbox_key: '' };
  await clone.git('switch', '--quiet', 'integration');
  const placed = path.join(folder, 'nick-on-github');
  cpSync(path.join(stage.folder, 'nick'), placed, { recursive: true });
  cpSync(path.join(EXAMPLES, 'github-actions'), path.join(placed, '.github/databricks'), {
    recursive: true,
  });
  const context = { sha: await clone.git('rev-parse', 'HEAD'), placed, url: github.url };

  for (const file of ['unit_test.yml', 'ci.yml', 'cd.yml', 'release.yml']) {
    const stageName = file === 'cd.yml' ? 'Staging' : 'Production';
    // Version 1 is in Production by now, and no better than itself: only CD may fail, and say so.
    const { code, output, outputs } = await runWorkflow(file, {
      ...context,
      inputs: { ...inputs, stage: stageName },
    });
    assert.match(outputs, /^verdict<<|^verdict=/mu, output);
    if (file !== 'cd.yml') assert.equal(code, 0, `${file}: ${output}`);
  }
});

test('every file of the two folders is used by these tests', () => {
  const used = ['cluster.json', 'ci.tasks.yaml', 'signalbox.yml', 'README.md'];
  const workflows = ['unit_test.yml', 'ci.yml', 'cd.yml', 'release.yml'];
  for (const place of ['azure-pipelines', 'github-actions']) {
    const there = readdirSync(path.join(EXAMPLES, place));
    assert.deepEqual(
      there.filter((file) => ![...used, ...workflows].includes(file)),
      [],
    );
  }
});

/** Everything in the repository but the pipelines, which are the ready-made ones. */
function repositoryWithThem(): string {
  const repository = path.join(folder, 'wine-quality');
  cpSync(exampleFolder, repository, { recursive: true });
  cpSync(path.join(EXAMPLES, 'azure-pipelines'), path.join(repository, 'pipelines'), {
    recursive: true,
  });
  return repository;
}

/** As on an agent that has it installed. */
function signalboxOnThePath(): string {
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  const script = `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`;
  writeFileSync(path.join(bin, 'signalbox'), script, { mode: 0o755 });
  // `npx --yes signalbox@0.1.0 …`
  writeFileSync(path.join(bin, 'npx'), '#!/bin/sh\nshift 2\nexec signalbox "$@"\n', {
    mode: 0o755,
  });
  return bin;
}

type Credentials = Stage['credentials'];

function sandboxOf(credentials: Credentials, repository: string): unknown {
  const { entra, ...file } = wineQualitySandbox(credentials);
  const { databricks, azure_devops: azureDevops } = z
    .object({
      databricks: z.looseObject({}),
      azure_devops: z.looseObject({ repositories: z.array(z.looseObject({})) }),
    })
    .parse(file);
  const group = { ...WHO, ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: CONNECTION };
  const secret = { sp_credential: { value: credentials.spCredential, secret: true } };
  return {
    ...file,
    entra: {
      ...entra,
      apps: [{ ...entra.apps[0], federated_credentials: Object.values(VOUCHED) }],
    },
    databricks: { ...databricks, git_credentials: [] },
    azure_devops: {
      ...azureDevops,
      repositories: azureDevops.repositories.map((one) => ({ ...one, from: repository })),
      service_connections: [{ name: 'databricks', client_id: names.spClientId }],
      variable_groups: [
        { name: 'mlops', variables: { ...group, ...secret } },
        { name: 'old-style', variables: {} },
      ],
    },
  };
}

/** A change of the data preparation, on a branch of its own. */
async function push(branch: string, change: (text: string) => string): Promise<string> {
  await clone.git('stash', '--quiet');
  await clone.git('switch', '--quiet', '--force-create', branch, 'origin/main');
  await clone.git('stash', 'pop', '--quiet').catch(() => undefined);
  clone.edit('notebooks/data_prep.py', change);
  return await clone.push(branch, `Work on ${branch}`);
}

async function logOf(build: number): Promise<string> {
  const page = await fetch(
    new URL(
      `/dev.azure.com/contoso/MLFlowHooks/_build/results?buildId=${build}&view=logs`,
      stage.sandbox.admin,
    ),
  );
  return await page.text();
}

async function asked(method: string, where: RegExp): Promise<boolean> {
  return (await observer.journal()).some((one) => one.method === method && where.test(one.path));
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function execute(command: string, args: readonly string[], options: object): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(command, [...args], options, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error ? 1 : 0;
      resolve({ code, stdout: stdout, stderr });
    });
  });
}

function signalbox(args: readonly string[], env: Readonly<Record<string, string>>) {
  return execute('signalbox', args, { env: { ...stage.environment, ...WHO, ...env } });
}

const Workflow = z.object({
  permissions: z.object({ 'id-token': z.literal('write') }).loose(),
  jobs: z.record(
    z.string(),
    z.object({
      env: z.record(z.string(), z.string()),
      steps: z.array(
        z.object({
          run: z.string().optional(),
          uses: z.string().optional(),
          env: z.record(z.string(), z.string()).default({}),
        }),
      ),
    }),
  ),
});

interface WorkflowContext {
  readonly sha: string;
  /** The checkout. */
  readonly placed: string;
  /** Where a job asks GitHub to vouch for it. */
  readonly url: string;
  readonly inputs: Readonly<Record<string, string>>;
}

/** Runs the steps of a workflow as GitHub would: expressions filled in, each script with bash. */
async function runWorkflow(file: string, { sha, placed, url, inputs }: WorkflowContext) {
  const text = readFileSync(path.join(EXAMPLES, 'github-actions', file), 'utf8');
  const { jobs } = Workflow.parse(parse(text));
  const values = new Map<string, string>([
    ...Object.entries(WHO).map(([name, value]) => [`vars.${name}`, value] as const),
    ...Object.entries(inputs).map(([name, value]) => [`inputs.${name}`, value] as const),
    ['github.server_url', 'https://dev.azure.com/contoso'],
    ['github.repository', 'MLFlowHooks/_git/wine-quality'],
    ['github.sha', sha],
    ['github.ref_name', 'integration'],
    ['github.run_id', file],
    ['github.run_attempt', '1'],
  ]);
  const filled = (env: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(env).map(([name, value]) => [
        name,
        value.replaceAll(/\$\{\{ (?<what>\S+) \}\}/gu, (_, what: string) => {
          const known = values.get(what);
          assert(known !== undefined, `${file} asks for ${what}`);
          return known;
        }),
      ]),
    );
  const outputFile = path.join(folder, `${file}.output`);
  writeFileSync(outputFile, '');
  let code = 0;
  let output = '';
  for (const job of Object.values(jobs)) {
    for (const step of job.steps.filter(({ run }) => run !== undefined)) {
      // What is in a script is not filled in: an expression there would be pasted into it.
      assert.doesNotMatch(step.run ?? '', /\$\{\{/u);
      const ended = await execute('bash', ['-e', '-o', 'pipefail', '-c', step.run ?? ''], {
        cwd: placed,
        env: {
          ...stage.environment,
          ...filled(job.env),
          ...filled(step.env),
          GITHUB_ACTIONS: 'true',
          GITHUB_OUTPUT: outputFile,
          ACTIONS_ID_TOKEN_REQUEST_URL: url,
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'job-token',
        },
      });
      code = Math.max(code, ended.code);
      output += ended.stdout + ended.stderr;
    }
  }
  return { code, output, outputs: readFileSync(outputFile, 'utf8') };
}

/** GitHub's side of federation: a job asks, with its own token, and is vouched for. */
async function openGithub() {
  const { admin } = stage.sandbox;
  const server = createServer((request, response) => {
    if (request.headers.authorization !== 'Bearer job-token') {
      response.writeHead(401).end('{}');
      return;
    }
    response.setHeader('content-type', 'application/json');
    void vouch(admin).then((value) => response.end(JSON.stringify({ value })));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${port}/idtoken?api-version=2.0`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

async function vouch(admin: string): Promise<string> {
  const response = await fetch(new URL('/_sandbox/assertions', admin), {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.credentials.sandboxAdmin}` },
    body: JSON.stringify({ issuer: 'github', subject: VOUCHED.github.subject }),
  });
  const body: unknown = await response.json();
  return z.object({ assertion: z.string() }).parse(body).assertion;
}
