import assert from 'node:assert/strict';
import { test } from 'node:test';

import { z } from 'zod';

import { DATABRICKS_RESOURCE } from '../../clients/databricks/databricks-client.ts';
import { DatabricksRun } from '../../clients/databricks/run.ts';
import { ConfigError } from '../../lib/errors.ts';
import { judgeDatabricksRun } from '../../model/judge-databricks-run.ts';
import { exitCodes } from '../exit-codes.ts';
import {
  AS_APPLICATION,
  broken,
  granted,
  HOST,
  runIn,
  type StandIn,
  standIn,
  TOKENS,
} from './around-for-test.ts';
import { RunResult } from './run-result.ts';

const NAMED = {
  run_id: 7,
  job_id: 42,
  run_name: 'CI',
  run_page_url: `${HOST}/?o=1#job/42/run/7`,
};
const HOUR_MS = 3_600_000;
const RUN_NOW = 'POST /api/2.2/jobs/run-now';
const GET = 'GET /api/2.2/jobs/runs/get';
const CANCEL = 'POST /api/2.2/jobs/runs/cancel';
const OUTPUT = 'GET /api/2.2/jobs/runs/get-output';
const LIST = 'GET /api/2.2/jobs/runs/list';

/** Every value of RunLifeCycleState that is an end, and every RunResultState. Source: databricks-sdk-py jobs.py */
const LIFE_CYCLES = ['TERMINATED', 'SKIPPED', 'INTERNAL_ERROR'] as const;
const RESULTS = {
  SUCCESS: 0,
  FAILED: 1,
  TIMEDOUT: 6,
  CANCELED: 5,
  MAXIMUM_CONCURRENT_RUNS_REACHED: 7,
  EXCLUDED: 7,
  SUCCESS_WITH_FAILURES: 1,
  UPSTREAM_FAILED: 1,
  UPSTREAM_CANCELED: 5,
  DISABLED: 7,
  A_RESULT_OF_NEXT_YEAR: 1,
} as const;

/** Every TerminationCodeCode. Source: databricks-sdk-py jobs.py */
const CODES = {
  SUCCESS: 0,
  USER_CANCELED: 5,
  CANCELED: 5,
  SKIPPED: 7,
  MAX_CONCURRENT_RUNS_EXCEEDED: 7,
  DISABLED: 7,
  ...Object.fromEntries(
    [
      'SUCCESS_WITH_FAILURES INTERNAL_ERROR DRIVER_ERROR CLUSTER_ERROR REPOSITORY_CHECKOUT_FAILED',
      'INVALID_CLUSTER_REQUEST WORKSPACE_RUN_LIMIT_EXCEEDED FEATURE_DISABLED',
      'CLUSTER_REQUEST_LIMIT_EXCEEDED STORAGE_ACCESS_ERROR RUN_EXECUTION_ERROR',
      'UNAUTHORIZED_ERROR LIBRARY_INSTALLATION_ERROR MAX_SPARK_CONTEXTS_EXCEEDED',
      'RESOURCE_NOT_FOUND INVALID_RUN_CONFIGURATION CLOUD_FAILURE MAX_JOB_QUEUE_SIZE_EXCEEDED',
      'BREAKING_CHANGE CLUSTER_TERMINATED_BY_USER BUDGET_POLICY_LIMIT_EXCEEDED',
      'A_CODE_OF_NEXT_YEAR',
    ]
      .flatMap((names) => names.split(' '))
      .map((name) => [name, 1]),
  ),
} satisfies Record<string, number>;

/** Where the fields disagree: the first of these that one of them says. Green takes all of them. */
const WORST_FIRST = [6, 5, 7, 1, 0];

test('of all combinations that the API can give, green takes success in every field', () => {
  let greens = 0;
  for (const { lifeCycle, result, code, expected } of combinations()) {
    const state = judgeDatabricksRun(DatabricksRun.parse(endingAs(lifeCycle, result, code)));

    assert(state.kind === 'ended');
    assert.equal(exitCodes[state.verdict], expected, `${lifeCycle}/${result}/${code}`);
    if (expected === 0) greens += 1;
  }
  // SUCCESS in both fields, or in the one that there is.
  assert.equal(greens, 3);
});

test('every ending has its exit code, which the command ends with', async () => {
  const one = combinations().filter(
    ({ lifeCycle, result, code }) =>
      code === undefined || (lifeCycle === 'TERMINATED' && result === undefined),
  );
  for (const { lifeCycle, result, code, expected } of one) {
    const exitCode = await runIn(standIn(jobThat(endingAs(lifeCycle, result, code))), 'job', '42');

    assert.equal(exitCode, expected, `${lifeCycle}/${result}/${code}`);
  }
});

test('a run of 26 hours outlives its tokens, two 503s, a reset and an hour of silence', async () => {
  const seen = { starts: 0, tokens: 0, looks: 0 };
  const trouble = new Map<number, () => Response | TypeError>([
    [10, () => new Response('{}', { status: 503 })],
    [11, () => new Response('{}', { status: 503, headers: { 'retry-after': '30' } })],
    [50, () => broken('ECONNRESET')],
  ]);
  const around: StandIn = standIn(
    {
      [TOKENS]: () => {
        seen.tokens += 1;
        return granted(DATABRICKS_RESOURCE, around.now() + HOUR_MS);
      },
      [RUN_NOW]: (request) => {
        seen.starts += 1;
        checkToken(request, around);
        return Response.json({ run_id: 7 });
      },
      [GET]: (request) => {
        seen.looks += 1;
        checkToken(request, around);
        const hours = around.elapsedMs() / HOUR_MS;
        if (hours > 12 && hours < 13) throw broken('ECONNREFUSED');
        const wrong = trouble.get(seen.looks)?.();
        if (wrong instanceof TypeError) throw wrong;
        return wrong ?? Response.json(hours < 26 ? running() : endingAs('TERMINATED', 'SUCCESS'));
      },
      [OUTPUT]: () => Response.json({ notebook_output: { result: 'done' } }),
    },
    AS_APPLICATION,
  );

  const exitCode = await runIn(around, 'job', '42', '--output=json');

  assert.equal(exitCode, 0, around.lines.join('\n'));
  assert.equal(seen.starts, 1);
  assert(seen.tokens >= 26, `${seen.tokens} tokens`);
  assert(around.elapsedMs() >= 26 * HOUR_MS && around.elapsedMs() < 26.1 * HOUR_MS);
  assert.equal(resultIn(around).verdict, 'succeeded');
  const heartbeats = around.lines.filter((line) => /still RUNNING \(main\)/.test(line)).length;
  assert(heartbeats > 1400 && heartbeats < 1600, `${heartbeats} heartbeats`);
  assert.equal(around.lines.filter((line) => /in contact again/.test(line)).length, 3);
});

test('each of its tokens is asked for with an assertion of its own, which lasts ten minutes', async () => {
  const [minted, presented]: [number[], number[]] = [[], []];
  const around: StandIn = standIn(
    {
      'GET ci.example/token': () => {
        minted.push(around.now());
        const exp = Math.floor(around.now() / 1000) + 600;
        const claims = { iss: 'ci', sub: 'me', aud: 'entra', exp, jti: minted.length };
        const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
        return Response.json({ value: `e30.${body}.signature` });
      },
      [TOKENS]: async (request) => {
        const form = new URLSearchParams(await request.text());
        const [, body = ''] = (form.get('client_assertion') ?? '').split('.');
        const text = Buffer.from(body, 'base64url').toString();
        const { exp, jti } = z.object({ exp: z.number(), jti: z.number() }).parse(JSON.parse(text));
        assert(exp * 1000 > around.now(), 'an assertion that has expired');
        presented.push(jti);
        return granted(DATABRICKS_RESOURCE, around.now() + HOUR_MS);
      },
      [RUN_NOW]: () => Response.json({ run_id: 7 }),
      [GET]: (request) => {
        checkToken(request, around);
        const hasEnded = around.elapsedMs() >= 26 * HOUR_MS;
        return Response.json(hasEnded ? endingAs('TERMINATED', 'SUCCESS') : running());
      },
      [OUTPUT]: () => Response.json({}),
    },
    {
      ...AS_APPLICATION,
      ARM_CLIENT_SECRET: '',
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://ci.example/token?v=1',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'job-token-of-this-job',
    },
  );

  const exitCode = await runIn(around, 'job', '42');

  assert.equal(exitCode, 0, around.lines.join('\n'));
  assert.deepEqual(
    presented,
    minted.map((_, at) => at + 1),
  );
  const pauses = minted.slice(1).map((atMs, at) => atMs - (minted[at] ?? 0));
  // Five minutes before the old one ends, and never later.
  assert(minted.length >= 28 && Math.max(...pauses) <= HOUR_MS, `${minted.length} tokens`);
});

test('an old job without parameters gets widgets, and never both', async () => {
  const bodies: unknown[] = [];
  const around = standIn({
    ...jobThat(endingAs('TERMINATED', 'SUCCESS')),
    [RUN_NOW]: async (request) => {
      bodies.push(await request.json());
      return Response.json({ run_id: 7 });
    },
  });

  await runIn(around, 'job', '42', '--notebook-param=rows=3');

  assert.partialDeepStrictEqual(bodies, [{ job_id: 42, notebook_params: { rows: '3' } }]);
  const both = runIn(around, 'job', '42', '--param=a=1', '--notebook-param=b=2');
  await assert.rejects(both, /cannot be used with/);
});

test('an outage longer than the budget is contact lost, and starts no second run', async () => {
  let starts = 0;
  const around: StandIn = standIn({
    [RUN_NOW]: () => {
      starts += 1;
      return Response.json({ run_id: 7 });
    },
    [GET]: () => {
      if (around.elapsedMs() > 60_000) throw broken('ECONNREFUSED');
      return Response.json(running());
    },
  });

  const exitCode = await runIn(around, 'job', '42', '--contact=30m', '-o', 'json');

  assert.equal(exitCode, 4);
  assert.equal(starts, 1);
  assert.match(resultIn(around).reason, /run 7 may be going on/);
  assert(around.elapsedMs() >= 31 * 60_000 && around.elapsedMs() < 32 * 60_000);
});

test('a lost reply of the start is asked for again with the same token', async () => {
  const tokens: unknown[] = [];
  const around = standIn({
    ...jobThat(endingAs('TERMINATED', 'SUCCESS')),
    [RUN_NOW]: async (request) => {
      const { idempotency_token } = await sent(request);
      tokens.push(idempotency_token);
      if (tokens.length === 1) throw broken('ECONNRESET');
      if (tokens.length === 2) return new Response('<html>', { status: 502 });
      return Response.json({ run_id: 7 });
    },
  });

  assert.equal(await runIn(around, 'job', '42'), 0);

  assert.equal(tokens.length, 3);
  assert.equal(new Set(tokens).size, 1);
  assert.match(String(tokens[0]), /^[a-z2-7]{52}$/);
});

test('a run that came back from an old token is judged by its own state', async () => {
  const tokens: unknown[] = [];
  const old = { ...endingAs('TERMINATED', 'CANCELED'), start_time: 1_000 };
  const answers = {
    ...jobThat(old),
    [RUN_NOW]: async (request: Request) => {
      tokens.push((await sent(request)).idempotency_token);
      return Response.json({ run_id: 7 });
    },
  };
  const [first, second] = [standIn(answers), standIn(answers)];

  assert.equal(await runIn(first, 'job', '42', '--key=build 5', '-o', 'json'), 5);
  await runIn(second, 'job', '42', '--key=build 5');
  await runIn(second, 'job', '42');

  assert.equal(resultIn(first).run?.is_earlier, true);
  assert.equal(tokens[0], tokens[1]);
  assert.notEqual(tokens[1], tokens[2]);
});

test('the failed task is named with its last attempt, its error, its trace and the link', async () => {
  const run = {
    ...endingAs('INTERNAL_ERROR', 'FAILED', 'RUN_EXECUTION_ERROR'),
    tasks: [
      { ...task('prep', 'TERMINATED', 'SUCCESS'), run_id: 80 },
      { ...task('train', 'TERMINATED', 'FAILED'), run_id: 81, attempt_number: 0 },
      { ...task('train', 'TERMINATED', 'FAILED'), run_id: 82, attempt_number: 1 },
      { ...task('evaluate', 'SKIPPED', 'UPSTREAM_FAILED'), run_id: 83 },
    ],
  };
  const around = standIn({
    ...jobThat(run),
    [OUTPUT]: (request) => {
      const id = new URL(request.url).searchParams.get('run_id');
      return Response.json(
        id === '82'
          ? {
              error: 'ValueError: boom',
              error_trace: 'Traceback\n  ::error::x\n##vso[task.complete]',
            }
          : { notebook_output: { result: '{"rows": 3}' } },
      );
    },
  });

  assert.equal(await runIn(around, 'job', '42', '--junit=report.xml'), 1);

  const text = around.results.join('\n');
  assert.match(text, /^failed: task train failed/);
  assert.match(text, /task train, attempt 2: failed/);
  assert.match(text, /ValueError: boom/);
  assert.match(text, /  \| Traceback/);
  assert(text.endsWith(`${HOST}/?o=1#job/42/run/7`));
  // After the warning about the token.
  assert(around.lines[1]?.endsWith(`${HOST}/?o=1#job/42/run/7`), around.lines[1]);
  assert(around.lines.some((line) => line.endsWith('| {"rows": 3}')));
  for (const line of text.split('\n')) assert.doesNotMatch(line, /##vso\[|^\s*::/);
  const report = around.written.get('report.xml') ?? '';
  assert.equal([...report.matchAll(/<testcase /g)].length, 3);
  assert.equal([...report.matchAll(/<failure /g)].length, 1);
  assert.equal([...report.matchAll(/<skipped /g)].length, 1);
});

test('what is longer than the --timeout is canceled, and timed out', async () => {
  let isCanceled = false;
  const around = standIn({
    [RUN_NOW]: () => Response.json({ run_id: 7 }),
    [GET]: () => Response.json(isCanceled ? endingAs('TERMINATED', 'CANCELED') : running()),
    [CANCEL]: () => {
      isCanceled = true;
      return Response.json({});
    },
    [OUTPUT]: () => Response.json({}),
  });

  assert.equal(await runIn(around, 'job', '42', '--timeout=10m'), 6);

  assert(isCanceled);
  assert(around.elapsedMs() >= 600_000 && around.elapsedMs() < 605_000);
});

test('a run that does not stop after the --timeout is one that may be going on', async () => {
  const around = standIn({
    [RUN_NOW]: () => Response.json({ run_id: 7 }),
    [GET]: () => Response.json(running()),
    [CANCEL]: () => Response.json({}),
  });

  assert.equal(await runIn(around, 'job', '42', '--timeout=10m'), 4);
});

test('a signal cancels the run, and a second one does not wait for its end', async () => {
  for (const [isStubborn, expected] of [
    [false, 5],
    [true, 5],
  ] as const) {
    let canceled = 0;
    const around = standIn({
      [RUN_NOW]: () => Response.json({ run_id: 7 }),
      [GET]: () => {
        const hasEnded = canceled > 0 && !isStubborn;
        return Response.json(hasEnded ? endingAs('TERMINATED', 'CANCELED') : running());
      },
      [CANCEL]: () => {
        canceled += 1;
        return Response.json({});
      },
    });
    around.at(90_000, () => around.signal('SIGINT'));
    around.at(91_000, () => around.signal('SIGTERM'));

    assert.equal(await runIn(around, 'job', '42'), expected);

    assert.equal(canceled, 1);
    assert(around.elapsedMs() < 92_000);
    assert.match(around.results[0] ?? '', /^canceled: SIGINT asked us to stop/);
  }
});

test('with --on-cancel leave a signal leaves the run to go on', async () => {
  const around = standIn({
    [RUN_NOW]: () => Response.json({ run_id: 7 }),
    [GET]: () => Response.json(running()),
  });
  around.at(90_000, () => around.signal('SIGTERM'));

  assert.equal(await runIn(around, 'job', '42', '--on-cancel=leave'), 4);
  assert.match(around.results[0] ?? '', /^lost: SIGTERM: run 7 was left to go on, as asked/);
});

test('a signal before the start starts nothing, and one in the middle cancels what came of it', async () => {
  let canceled = 0;
  let tries = 0;
  const early = standIn({ [RUN_NOW]: () => new Response('{}', { status: 429 }) });
  early.at(30_000, () => early.signal('SIGTERM'));
  const middle: StandIn = standIn({
    [RUN_NOW]: () => {
      tries += 1;
      if (tries === 1) {
        middle.signal('SIGTERM');
        throw broken('ECONNRESET');
      }
      return Response.json({ run_id: 7 });
    },
    [GET]: () => Response.json(canceled > 0 ? endingAs('TERMINATED', 'CANCELED') : running()),
    [CANCEL]: () => {
      canceled += 1;
      return Response.json({});
    },
  });

  assert.equal(await runIn(early, 'job', '42'), 5);
  assert.equal(await runIn(middle, 'job', '42'), 5);

  assert.match(early.results[0] ?? '', /nothing was started/);
  assert.deepEqual([tries, canceled], [2, 1]);
});

test('another run of the same is waited for, canceled, or a reason not to start', async () => {
  const other = { ...running(), run_id: 6 };
  for (const [how, expected] of [
    ['wait', { code: 0, canceled: [] as unknown[] }],
    ['cancel', { code: 0, canceled: [6] }],
    ['fail', { code: 7, canceled: [] }],
  ] as const) {
    const canceled: unknown[] = [];
    let starts = 0;
    const around: StandIn = standIn({
      ...jobThat(endingAs('TERMINATED', 'SUCCESS')),
      [RUN_NOW]: () => {
        starts += 1;
        return Response.json({ run_id: 7 });
      },
      [LIST]: (request) => {
        assert.equal(new URL(request.url).searchParams.get('job_id'), '42');
        const isOver = around.elapsedMs() > 60_000 || canceled.length > 0;
        return Response.json(isOver ? {} : { runs: [other] });
      },
      [CANCEL]: async (request) => {
        canceled.push((await sent(request)).run_id);
        return Response.json({});
      },
    });

    const code = await runIn(around, 'job', '42', `--on-existing=${how}`);

    assert.deepEqual({ code, canceled }, expected, how);
    assert.equal(starts, how === 'fail' ? 0 : 1, how);
  }
});

test('with --detach it is started, and its address is the result', async () => {
  const around = standIn({
    [RUN_NOW]: () => Response.json({ run_id: 7 }),
    [GET]: () => Response.json(running()),
  });

  assert.equal(await runIn(around, 'job', '42', '--detach', '-o', 'json'), 0);

  const { verdict, run } = resultIn(around);
  assert.deepEqual([verdict, run?.id], [null, '7']);
});

test('a job is found by its name, and only if it is the only one', async () => {
  assert.equal(await runIn(standIn(jobsNamed([{ job_id: 42 }])), 'job', 'CI'), 0);
  for (const jobs of [[], [{ job_id: 42 }, { job_id: 43 }]]) {
    await assert.rejects(runIn(standIn(jobsNamed(jobs)), 'job', 'CI'), ConfigError);
  }
});

test('a refusal is its own ending, at once, and says what to do', async () => {
  const around = standIn({
    [RUN_NOW]: () =>
      Response.json({ error_code: 'PERMISSION_DENIED', message: 'No.' }, { status: 403 }),
  });

  assert.equal(await runIn(around, 'job', '42', '-o', 'json'), 3);

  const { verdict, hint, run } = resultIn(around);
  assert.deepEqual([verdict, run], ['refused', null]);
  assert.match(hint ?? '', /Grant the principal/);
  assert.equal(around.elapsedMs(), 0);
});

function combinations() {
  const results = [...Object.entries<number>(RESULTS), [undefined, null] as const];
  const codes = [...Object.entries<number>(CODES), [undefined, null] as const];
  return LIFE_CYCLES.flatMap((lifeCycle) =>
    results.flatMap(([result, byResult]) =>
      codes.map(([code, byCode]) => {
        const said = new Set([byResult, byCode, lifeCycle === 'INTERNAL_ERROR' ? 1 : null]);
        const worst = WORST_FIRST.find((exitCode) => said.has(exitCode)) ?? 1;
        return { lifeCycle, result, code, expected: lifeCycle === 'SKIPPED' ? 7 : worst };
      }),
    ),
  );
}

/** What answers for a job whose run looks like this. */
function jobThat(run: unknown) {
  return {
    [RUN_NOW]: () => Response.json({ run_id: 7 }),
    [GET]: () => Response.json(run),
    [OUTPUT]: () => Response.json({}),
    [LIST]: () => Response.json({}),
  };
}

/** What answers for one that is asked for by name. */
function jobsNamed(jobs: readonly unknown[]) {
  return {
    ...jobThat(endingAs('TERMINATED', 'SUCCESS')),
    'GET /api/2.2/jobs/list': () => Response.json({ jobs }),
    [RUN_NOW]: async (request: Request) => {
      assert.equal((await sent(request)).job_id, 42);
      return Response.json({ run_id: 7 });
    },
  };
}

function running() {
  return {
    ...NAMED,
    state: { life_cycle_state: 'RUNNING' },
    tasks: [task('main', 'RUNNING')],
  };
}

function endingAs(lifeCycle: string, result?: string, code?: string) {
  return {
    ...NAMED,
    end_time: 1_800_000_000_000,
    state: { life_cycle_state: lifeCycle, ...(result !== undefined && { result_state: result }) },
    ...(code !== undefined && { status: { state: 'TERMINATED', termination_details: { code } } }),
    tasks: [task('main', 'TERMINATED', 'SUCCESS')],
  };
}

function task(key: string, lifeCycle: string, result?: string) {
  const state = {
    life_cycle_state: lifeCycle,
    ...(result !== undefined && { result_state: result }),
  };
  return { task_key: key, run_id: 70, attempt_number: 0, state };
}

const Sent = z.looseObject({
  idempotency_token: z.string().optional(),
  job_id: z.number().optional(),
  run_id: z.number().optional(),
});

async function sent(request: Request): Promise<z.infer<typeof Sent>> {
  return Sent.parse(await request.json());
}

function resultIn({ results }: StandIn): RunResult {
  return RunResult.parse(JSON.parse(results[0] ?? ''));
}

/** A token is good for an hour, and not a second longer. */
function checkToken(request: Request, around: StandIn): void {
  const [, claims = ''] = (request.headers.get('authorization') ?? '').split('.');
  const said: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString());
  const { exp } = z.object({ exp: z.number() }).parse(said);
  assert(exp * 1000 > around.now(), 'an expired token was sent');
}
