import assert from 'node:assert/strict';
import { test } from 'node:test';

import { z } from 'zod';

import { AZURE_DEVOPS_RESOURCE } from '../../clients/azure-devops/azure-devops-client.ts';
import { ConfigError } from '../../lib/errors.ts';
import {
  AS_APPLICATION,
  standIn as bareStandIn,
  broken,
  granted,
  runIn,
  type StandIn,
  TOKENS,
} from './around-for-test.ts';

const AT = 'dev.azure.com/contoso/Wines/_apis';
const PREVIEW = `POST ${AT}/pipelines/3/preview`;
const RUN = `POST ${AT}/pipelines/3/runs`;
const BUILDS = `GET ${AT}/build/builds`;
const BUILD = `GET ${AT}/build/builds/9`;
const TIMELINE = `GET ${AT}/build/builds/9/timeline`;
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

/** A world with an application that Azure DevOps knows. */
function standIn(answers: Parameters<typeof bareStandIn>[0]): StandIn {
  const around: StandIn = bareStandIn(
    { [TOKENS]: () => granted(AZURE_DEVOPS_RESOURCE, around.now() + 3_600_000), ...answers },
    AS_APPLICATION,
  );
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
