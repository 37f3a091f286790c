import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isRefusal, PermanentError, TransientError, UncertainError } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import { azurePipelines } from './azure-pipelines.ts';

const { signal } = new AbortController();
const KEY = 'k'.repeat(52);
const BASE = 'https://dev.azure.com/contoso/ml%20platform/_apis';
const PAGE = 'https://dev.azure.com/contoso/1234/_build/results?buildId=41';

test('starts the pipeline on its branch, with parameters as text and the key among them', async () => {
  const requests: Request[] = [];
  const target = answering((request) => {
    requests.push(request);
    return Response.json(startedRun);
  });

  const run = await target.start(starting({ parameters: { model_name: 'wine' } }), signal);

  assert.deepEqual(run, { id: '41', place: { pipeline: '3' }, url: PAGE });
  const [sent] = requests;
  assert.equal(sent?.url, `${BASE}/pipelines/3/runs?api-version=7.1`);
  assert.equal(sent.headers.get('authorization'), 'Bearer a-token');
  assert.equal(sent.headers.get('x-tfs-fedauthredirect'), 'Suppress');
  assert.deepEqual(await sent.json(), {
    resources: { repositories: { self: { refName: 'refs/heads/main' } } },
    templateParameters: { model_name: 'wine', signalbox_key: KEY },
    variables: {},
  });
});

test('the key goes along as a variable where the rule says so', async () => {
  const requests: Request[] = [];
  const target = answering((request) => {
    requests.push(request);
    return Response.json(startedRun);
  });

  await target.start(starting({ key: 'variable', branch: 'refs/tags/v1' }), signal);

  assert.deepEqual(await requests[0]?.json(), {
    resources: { repositories: { self: { refName: 'refs/tags/v1' } } },
    templateParameters: {},
    variables: { signalbox_key: { value: KEY, isSecret: false } },
  });
});

test('a text of a stranger is data to the pipeline', async () => {
  const requests: Request[] = [];
  const target = answering((request) => {
    requests.push(request);
    return Response.json(startedRun);
  });

  const text = '##vso[task.complete result=Succeeded] $(System.AccessToken)';
  await target.start(starting({ parameters: { text } }), signal);

  assert.match(
    (await requests[0]?.text()) ?? '',
    /##vso\(task\.complete result=Succeeded\] \$ \(System\.AccessToken\)/,
  );
});

test('a request that sets the key itself, or has an unknown setting, is no request', () => {
  const wrong = [
    { pipeline: 3, parameters: { signalbox_key: 'x' } },
    { pipeline: 3, variables: { signalbox_key: 'x' } },
    { pipeline: 3, brnach: 'main' },
    { pipeline: 0 },
    {},
  ];

  assert(wrong.every((request) => !azurePipelines.request.safeParse(request).success));
});

test('an address that ends in a slash is told so', () => {
  const config = { organization: 'https://dev.azure.com/contoso/', project: 'ml', identity: 'sp' };

  assert.match(azurePipelines.config.safeParse(config).error?.message ?? '', /end in a slash/);
});

test('what the YAML does not declare is refused for good, in the words of Azure DevOps', async () => {
  const target = answering(() => refused(400, "Unexpected parameter 'nosuch'"));

  await assert.rejects(target.start(starting(), signal), (error) => {
    assert(error instanceof PermanentError);
    assert.equal(isRefusal(error), false);
    assert.match(error.message, /Unexpected parameter 'nosuch'/);
    assert.match(error.hint ?? '', /what the pipeline declares/);
    return true;
  });
});

test('a pipeline that does not declare the key is told how to', async () => {
  const target = answering(() => refused(400, "Unexpected parameter 'signalbox_key'"));

  await assert.rejects(target.start(starting(), signal), (error) => {
    assert(error instanceof PermanentError);
    assert.match(error.hint ?? '', /Declare the parameter signalbox_key/);
    return true;
  });
});

test('a pipeline that is not there is answered with 500, and is not there tomorrow either', async () => {
  const target = answering(() => refused(500, 'No.', 'PipelineNotFoundException'));

  await assert.rejects(target.start(starting(), signal), (error) => {
    assert(error instanceof PermanentError);
    assert.equal(error.code, 'NOT_FOUND');
    return true;
  });
});

test('a stopped organisation stays stopped, although its status says busy', async () => {
  const body = '\uFEFF{"message":"TF24668: The following team project collection is stopped."}';
  const target = answering(
    () => new Response(body, { status: 503, headers: { 'content-type': 'application/json' } }),
  );

  await assert.rejects(target.start(starting(), signal), PermanentError);
});

test('a sign-in page is a refusal, although it comes with a 2xx', async () => {
  const page = { status: 203, headers: { 'content-type': 'text/html' } };
  const target = answering(() => new Response('<html>Sign in</html>', page));

  await assert.rejects(target.start(starting(), signal), (error) => {
    assert(isRefusal(error));
    assert.match(error.hint ?? '', /member of the organisation/);
    return true;
  });
});

test('waits as long as it is told to when Azure DevOps is busy', async () => {
  const target = answering(
    () => new Response(null, { status: 429, headers: { 'retry-after': '7' } }),
  );

  await assert.rejects(target.start(starting(), signal), (error) => {
    assert(error instanceof TransientError);
    assert.equal(error.retryAfterMs, 7000);
    return true;
  });
});

test('a start without a readable answer may have started a run', async () => {
  const answers = [
    () => Response.error(),
    () => new Response('bad gateway', { status: 502 }),
    () => Response.json({ surprise: true }),
  ];

  for (const answer of answers) {
    await assert.rejects(answering(answer).start(starting(), signal), UncertainError);
  }
});

test('a run is found again by its key, on whichever page', async () => {
  const seen: URL[] = [];
  const target = answering(({ url }) => {
    const asked = new URL(url);
    seen.push(asked);
    const isFirst = !asked.searchParams.has('continuationToken');
    const value = [build({ id: isFirst ? 40 : 41, key: isFirst ? 'another' : KEY })];
    return Response.json({ value }, isFirst ? { headers: { 'x-ms-continuationtoken': 'p2' } } : {});
  });

  const run = await target.find(starting({}, 3_600_000), signal);

  assert.deepEqual(run, { id: '41', place: { pipeline: '3' }, url: PAGE });
  assert.equal(seen[0]?.pathname, '/contoso/ml%20platform/_apis/build/builds');
  assert.equal(seen[0]?.searchParams.get('definitions'), '3');
  assert.equal(seen[0]?.searchParams.get('minTime'), '1970-01-01T00:55:00.000Z');
  assert.equal(seen[1]?.searchParams.get('continuationToken'), 'p2');
});

test('where the list is silent about parameters, every run is asked for its own', async () => {
  const target = answering(({ url }) => {
    const { pathname } = new URL(url);
    if (pathname.endsWith('/builds')) {
      return Response.json({ value: [build({ id: 40, key: null }), build({ id: 41, key: null })] });
    }
    const id = Number(pathname.split('/').at(-1));
    return Response.json(build({ id, key: id === 41 ? KEY : 'another' }));
  });

  assert.equal((await target.find(starting(), signal))?.id, '41');
});

test('a key among the variables is found, too', async () => {
  const parameters = JSON.stringify({ signalbox_key: KEY });
  const listed = { ...build({ id: 41, key: null }), parameters };
  const target = answering(() => Response.json({ value: [listed] }));

  assert.equal((await target.find(starting({ key: 'variable' }), signal))?.id, '41');
});

test('no run carries the key', async () => {
  const target = answering(() => Response.json({ value: [build({ id: 40, key: 'another' })] }));

  assert.equal(await target.find(starting(), signal), null);
});

test('a run that is named has to carry the key', async () => {
  const carries = answering(() => Response.json(build({})));
  const carriesNot = answering(() => Response.json(build({ key: 'x'.repeat(52) })));
  const isNotThere = answering(() => refused(404, 'no', 'BuildNotFoundException'));

  assert.deepEqual(await carries.named('41', starting(), signal), {
    id: '41',
    place: { pipeline: '3' },
    url: PAGE,
  });
  assert.equal(await carriesNot.named('41', starting(), signal), null);
  assert.equal(await isNotThere.named('41', starting(), signal), null);
  assert.equal(await carries.named('41/../42', starting(), signal), null);
});

test('a run is asked to stop by the status of its build', async () => {
  const requests: Request[] = [];
  const target = answering((request) => {
    requests.push(request);
    return Response.json(build({ status: 'cancelling' }));
  });

  await target.cancel({ id: '41', place: {}, url: PAGE }, signal);

  assert.equal(requests[0]?.url, `${BASE}/build/builds/41?api-version=7.1`);
  assert.equal(requests[0]?.method, 'PATCH');
  assert.deepEqual(await requests[0]?.json(), { status: 'cancelling' });
});

test('a run is observed with its jobs, and with what the failed one said', async () => {
  const target = answering(({ url }) =>
    Response.json(
      url.includes('/timeline')
        ? { records: [job('failed'), step('failed', "Bash exited with code '1'.")] }
        : build({ id: 41, status: 'completed', result: 'failed' }),
    ),
  );

  assert.deepEqual(await target.check(run41, signal), {
    system: 'azure-pipelines',
    id: '41',
    name: 'Integration 20260822.4',
    url: PAGE,
    state: {
      kind: 'ended',
      verdict: 'failed',
      reason: 'step "Run evaluation" failed: Bash exited with code \'1\'.',
    },
    actor: 'sp-mlops',
    commit: 'abc123',
    startedAtMs: Date.parse('2026-08-22T10:11:12.123Z'),
    endedAtMs: null,
    parts: [
      {
        name: 'Job',
        state: { kind: 'ended', verdict: 'failed', reason: 'the result is failed' },
        error: "Run evaluation: Bash exited with code '1'.",
      },
    ],
    foundBy: 'start',
  });
});

test('a run without a timeline yet is running', async () => {
  const target = answering(({ url }) =>
    url.includes('/timeline')
      ? new Response(null, { status: 204 })
      : Response.json(build({ id: 41, status: 'notStarted' })),
  );

  const { state, parts } = await target.check(run41, signal);

  assert.deepEqual(state, { kind: 'running', status: 'notStarted' });
  assert.deepEqual(parts, []);
});

test('a read without an answer may be read again', async () => {
  const target = answering(() => Response.error());

  await assert.rejects(target.check(run41, signal), TransientError);
  await assert.rejects(target.find(starting(), signal), TransientError);
});

test('the output is what the steps printed, in their order', async () => {
  const target = answering(({ url }) => {
    const { pathname } = new URL(url);
    if (pathname.endsWith('/logs')) {
      return Response.json({ value: [{ id: 1 }, { id: 3, lineCount: 50_000 }, { id: 2 }] });
    }
    if (pathname.endsWith('/2')) return Response.json({ message: 'not yet' }, { status: 404 });
    return new Response(`log ${pathname.split('/').at(-1)}${new URL(url).search}`);
  });

  assert.equal(
    await target.output(run41, signal),
    'log 1?api-version=7.1\n\nlog 3?startLine=30000&api-version=7.1',
  );
});

test('of a long output the end is kept', async () => {
  const target = answering(({ url }) => {
    if (url.includes('/logs?')) return Response.json({ value: [{ id: 1 }, { id: 2 }] });
    return new Response(url.includes('/2?') ? 'x'.repeat(1024 * 1024) : assert.fail('too much'));
  });

  assert.equal((await target.output(run41, signal)).length, 1024 * 1024);
});

const run41 = { id: '41', place: { pipeline: '3' }, url: PAGE };
const startedRun = { id: 41, _links: { web: { href: PAGE } } };

function starting(fields: object = {}, intendedAtMs = 0) {
  return {
    key: KEY,
    request: azurePipelines.request.parse({ pipeline: 3, ...fields }),
    intendedAtMs,
  };
}

function build({
  id = 41,
  status = 'completed',
  result = undefined as string | undefined,
  key = KEY as string | null,
}) {
  return {
    id,
    buildNumber: '20260822.4',
    status,
    result,
    definition: { id: 3, name: 'Integration' },
    startTime: '2026-08-22T10:11:12.1234567Z',
    finishTime: null,
    sourceVersion: 'abc123',
    requestedFor: { displayName: 'sp-mlops' },
    ...(key !== null && { templateParameters: { signalbox_key: key } }),
    _links: { web: { href: PAGE } },
  };
}

function job(result: string) {
  return { id: 'j', parentId: null, type: 'Job', name: 'Job', state: 'completed', result };
}

function step(result: string, message: string) {
  const issues = [{ type: 'error', category: 'General', message, data: {} }];
  const usual = { type: 'Task', name: 'Run evaluation', state: 'completed' };
  return { ...usual, id: 's', parentId: 'j', result, issues };
}

function refused(status: number, message: string, typeKey = 'PipelineValidationException') {
  return Response.json({ $id: '1', message, typeKey, errorCode: 0 }, { status });
}

/** The target, talking to a stand-in for Azure DevOps. */
function answering(answer: (request: Request) => Response) {
  const config = {
    organization: 'https://dev.azure.com/contoso',
    project: 'ml platform',
    identity: 'sp-mlops',
  };
  return azurePipelines.open(config, {
    fetch: async (...request) => {
      const response = answer(new Request(...request));
      if (response.type === 'error') throw new TypeError('fetch failed');
      return response;
    },
    identity: () => ({ token: async () => new Secret('a-token') }),
  });
}
