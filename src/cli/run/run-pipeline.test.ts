import assert from 'node:assert/strict';
import { test } from 'node:test';

import { z } from 'zod';

import { ConfigError } from '../../lib/errors.ts';
import {
  AS_APPLICATION,
  standIn as bareStandIn,
  broken,
  granted,
  HOST,
  runIn,
  type StandIn,
  TOKENS,
} from './around-for-test.ts';
import { RunResult } from './run-result.ts';

const AT = 'dev.azure.com/contoso/Wines/_apis';
const PREVIEW = `POST ${AT}/pipelines/3/preview`;
const RUN = `POST ${AT}/pipelines/3/runs`;
const BUILDS = `GET ${AT}/build/builds`;
const BUILD = `GET ${AT}/build/builds/9`;
const TIMELINE = `GET ${AT}/build/builds/9/timeline`;
const LOGS = `GET ${AT}/build/builds/9/logs`;
const LIST = 'GET /api/2.2/jobs/runs/list';
const ARGS = [
  'pipeline',
  '3',
  '--organization=https://dev.azure.com/contoso',
  '--project=Wines',
  '--branch=main',
];
const KEY = /^[a-z2-7]{52}$/;

test('a lost reply of the start is looked for by its key, and starts one run', async () => {
  const keys: unknown[] = [];
  const around = standIn({
    ...pipelineThat('succeeded'),
    [RUN]: async (request) => {
      keys.push((await sent(request)).templateParameters['signalbox_key']);
      throw broken('ECONNRESET');
    },
    [BUILDS]: (request) => {
      assert.equal(new URL(request.url).searchParams.get('definitions'), '3');
      const others = [build(8, { signalbox_key: 'another' }), build(7, {})];
      return Response.json({ value: [...others, build(9, { signalbox_key: keys[0] })] });
    },
  });

  assert.equal(await runIn(around, ...ARGS), 0, around.lines.join('\n'));

  assert.equal(keys.length, 1);
  assert.match(String(keys[0]), KEY);
  assert(around.elapsedMs() >= 75_000, 'it was looked for before it could be there');
});

test('a start that went unanswered is made again where no run has its key', async () => {
  const keys: unknown[] = [];
  const around = standIn({
    ...pipelineThat('succeeded'),
    [RUN]: async (request) => {
      keys.push((await sent(request)).templateParameters['signalbox_key']);
      if (keys.length === 1) throw broken('ECONNRESET');
      return Response.json(build(9, {}));
    },
    [BUILDS]: () => Response.json({ value: [] }),
  });

  assert.equal(await runIn(around, ...ARGS), 0);

  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
});

test('without a key to find it by, a start that went unanswered is contact lost', async () => {
  let starts = 0;
  const around = standIn({
    ...pipelineThat('succeeded'),
    [PREVIEW]: async (request) => {
      const { templateParameters } = await sent(request);
      return 'signalbox_key' in templateParameters
        ? refused("Unexpected parameter 'signalbox_key'")
        : Response.json({ finalYaml: '' });
    },
    [RUN]: () => {
      starts += 1;
      throw broken('ECONNRESET');
    },
  });

  assert.equal(await runIn(around, ...ARGS), 4);

  assert.equal(starts, 1);
  assert.match(around.results[0] ?? '', /^lost: the start went unanswered/);
  assert.match(around.results[0] ?? '', /Declare the parameter signalbox_key/);
});

test('a key that was given finds the run of another process, and starts no second one', async () => {
  const keys: unknown[] = [];
  const builds: unknown[] = [];
  const answers = {
    ...pipelineThat('succeeded'),
    [RUN]: async (request: Request) => {
      keys.push((await sent(request)).templateParameters['signalbox_key']);
      builds.push(build(9, { signalbox_key: keys[0] }));
      return Response.json(build(9, {}));
    },
    [BUILDS]: () => Response.json({ value: builds }),
  };

  assert.equal(await runIn(standIn(answers), ...ARGS, '--key=release-7'), 0);
  assert.equal(await runIn(standIn(answers), ...ARGS, '--key=release-7'), 0);

  assert.equal(keys.length, 1);
});

test('a pipeline that does not declare the key takes none, and nothing is started', async () => {
  const around = standIn({
    ...pipelineThat('succeeded'),
    [PREVIEW]: async (request) => {
      const { templateParameters } = await sent(request);
      return 'signalbox_key' in templateParameters
        ? refused("Unexpected parameter 'signalbox_key'")
        : Response.json({ finalYaml: '' });
    },
    [RUN]: () => assert.fail('it was started'),
  });

  await assert.rejects(
    runIn(around, ...ARGS, '--key=release-7'),
    (error) => error instanceof ConfigError && /takes no --key/.test(error.message),
  );
});

test('parameters that the YAML does not take are wrong usage, and nothing is started', async () => {
  const around = standIn({
    [PREVIEW]: () => refused("The 'rows' parameter value 'many' is not a valid Number."),
  });

  await assert.rejects(
    runIn(around, ...ARGS, '--parameter=rows=many'),
    (error) => error instanceof ConfigError && /not a valid Number/.test(error.message),
  );
});

test('each result of a pipeline has its exit code', async () => {
  const cases = [
    ['succeeded', 0],
    ['partiallySucceeded', 1],
    ['failed', 1],
    ['canceled', 5],
    ['none', 1],
    ['a result of next year', 1],
  ] as const;
  for (const [result, expected] of cases) {
    assert.equal(await runIn(standIn(pipelineThat(result)), ...ARGS), expected, result);
  }
});

test('a pipeline that takes longer than the --timeout is canceled', async () => {
  const changes: unknown[] = [];
  const around: StandIn = standIn({
    ...pipelineThat('succeeded'),
    [BUILD]: () =>
      Response.json(
        changes.length > 0
          ? build(9, {}, 'canceled')
          : { ...build(9, {}), status: 'inProgress', result: undefined },
      ),
    [`PATCH ${AT}/build/builds/9`]: async (request) => {
      changes.push(await request.json());
      return Response.json({});
    },
  });

  assert.equal(await runIn(around, ...ARGS, '--timeout=5m'), 6);

  assert.deepEqual(changes, [{ status: 'cancelling' }]);
});

test('a green pipeline without a Databricks run is unproven, once that had time to appear', async () => {
  const around = standIn({
    ...pipelineThat('succeeded'),
    [LOGS]: () => Response.json({ value: [{ id: 1, lineCount: 1 }] }),
    [`${LOGS}/1`]: () => new Response('all green'),
    [LIST]: () => Response.json({ runs: [] }),
  });

  const code = await runIn(
    around,
    ...ARGS,
    '--require=databricks_run',
    '--proof-wait=90s',
    '-ojson',
  );

  assert.equal(code, 8, around.lines.join('\n'));
  assert(around.elapsedMs() >= 90_000, 'it was not waited for');
  const { verdict, hint, evidence } = RunResult.parse(JSON.parse(around.results[0] ?? ''));
  assert.equal(verdict, 'unproven');
  assert.match(hint ?? '', /signalbox_key/);
  assert.deepEqual(evidence, []);
});

test('the Databricks run of a pipeline says how it ended, once that has ended, too', async () => {
  const cases = [
    ['SUCCESS', 'succeeded', 0],
    ['FAILED', 'succeeded', 1],
    ['CANCELED', 'succeeded', 5],
    ['CANCELED', 'failed', 5],
    ['TIMEDOUT', 'failed', 6],
    ['SUCCESS', 'failed', 1],
  ] as const;
  for (const [result, pipeline, expected] of cases) {
    const around = provenBy(result, pipeline, { runningLooks: 3 });
    const code = await runIn(around, ...ARGS, '--require=databricks_run', '-o', 'json');
    assert.equal(code, expected, `${result}: ${around.lines.join('\n')}`);
    const [run] = RunResult.parse(JSON.parse(around.results[0] ?? '')).evidence;
    assert.equal(run?.url, `${HOST}/jobs/1/runs/77`);
    assert.equal(run.found_by, 'key');
  }
});

test('a green pipeline whose timeline is behind is looked at again', async () => {
  let looks = 0;
  const answers = pipelineThat('succeeded');
  const around = standIn({
    ...answers,
    [TIMELINE]: () => {
      looks += 1;
      return looks < 5 ? Response.json({ records: [] }) : answers[TIMELINE]();
    },
  });

  assert.equal(await runIn(around, ...ARGS), 0, around.lines.join('\n'));
});

test('a Databricks run that outlives the --timeout of its pipeline is left, and not green', async () => {
  const around = provenBy('SUCCESS', 'succeeded', { runningLooks: Infinity });

  assert.equal(await runIn(around, ...ARGS, '--require=databricks_run', '--timeout=10m'), 4);

  assert.match(around.results[0] ?? '', /^lost: databricks run 77 is still running, and was left/);
});

test('a stop while evidence is looked for is not green', async () => {
  const around = standIn({
    ...pipelineThat('succeeded'),
    [LOGS]: () => Response.json({ value: [] }),
    [LIST]: () => Response.json({ runs: [] }),
  });
  around.at(20_000, () => around.signal('SIGTERM'));

  assert.equal(await runIn(around, ...ARGS, '--require=databricks_run'), 8);
  assert(around.elapsedMs() < 60_000);
});

test('where nobody may look for the evidence, nothing is started', async () => {
  let starts = 0;
  const denied = { error_code: 'PERMISSION_DENIED', message: 'no member of this workspace' };
  const around = standIn({
    ...pipelineThat('succeeded'),
    [RUN]: () => {
      starts += 1;
      return Response.json(build(9, {}));
    },
    [LIST]: () => Response.json(denied, { status: 403 }),
  });

  assert.equal(await runIn(around, ...ARGS, '--require=databricks_run'), 3);
  assert.equal(starts, 0);
});

test('options about evidence that mean nothing are wrong usage', async () => {
  const wrong = [['--proof-wait=5s'], [`--host=${HOST}`], ['--require=databricks_run', '--detach']];
  for (const options of wrong) {
    await assert.rejects(runIn(standIn({}), ...ARGS, ...options), ConfigError);
  }
});

/** A world whose pipeline hands its key on to a Databricks run that ends so, some looks later. */
function provenBy(result: string, pipeline: string, more: { readonly runningLooks: number }) {
  let key: unknown = null;
  let looks = 0;
  const run = (state: unknown) => ({
    run_id: 77,
    job_id: 1,
    run_name: 'evaluate',
    run_page_url: `${HOST}/jobs/1/runs/77`,
    start_time: around.now(),
    state,
    tasks: [
      {
        task_key: 'main',
        run_id: 78,
        attempt_number: 0,
        state,
        notebook_task: { notebook_path: '/x', base_parameters: { signalbox_key: key } },
      },
    ],
  });
  const around: StandIn = standIn({
    ...pipelineThat(pipeline),
    [RUN]: async (request) => {
      key = (await sent(request)).templateParameters['signalbox_key'];
      return Response.json(build(9, {}));
    },
    [LIST]: () =>
      Response.json({ runs: key === null ? [] : [run({ life_cycle_state: 'RUNNING' })] }),
    'GET /api/2.2/jobs/runs/get': () => {
      looks += 1;
      return Response.json(
        run(
          looks > more.runningLooks
            ? { life_cycle_state: 'TERMINATED', result_state: result }
            : { life_cycle_state: 'RUNNING' },
        ),
      );
    },
    'GET /api/2.2/jobs/runs/get-output': () => Response.json({ error: 'ValueError: boom' }),
  });
  return around;
}

/** A world with an application that Azure DevOps knows. */
function standIn(answers: Parameters<typeof bareStandIn>[0]): StandIn {
  const around: StandIn = bareStandIn({ [TOKENS]: tokenFor, ...answers }, AS_APPLICATION);
  async function tokenFor(request: Request) {
    const scope = new URLSearchParams(await request.text()).get('scope') ?? '';
    return granted(scope.replace('/.default', ''), around.now() + 3_600_000);
  }
  return around;
}

const Sent = z.object({ templateParameters: z.record(z.string(), z.unknown()) });

async function sent(request: Request): Promise<z.infer<typeof Sent>> {
  return Sent.parse(await request.json());
}

/** What answers for a pipeline that ends so. */
function pipelineThat(result: string) {
  return {
    [PREVIEW]: () => Response.json({ finalYaml: '' }),
    [RUN]: () => Response.json(build(9, {})),
    [BUILD]: () => Response.json(build(9, {}, result)),
    [TIMELINE]: () =>
      Response.json({
        records: [
          {
            id: 'a',
            type: 'Job',
            name: 'Count',
            state: 'completed',
            result: 'succeeded',
            attempt: 1,
          },
        ],
      }),
  };
}

function build(id: number, templateParameters: unknown, result = 'succeeded') {
  const href = `https://dev.azure.com/contoso/Wines/_build/results?buildId=${id}`;
  const definition = { id: 3, name: 'Release' };
  return {
    id,
    status: 'completed',
    result,
    definition,
    templateParameters,
    _links: { web: { href } },
  };
}

function refused(message: string): Response {
  return Response.json({ typeKey: 'PipelineValidationException', message }, { status: 400 });
}
