import assert from 'node:assert/strict';

import { z } from 'zod';

import { waitFor } from '../../demo/wait-for.ts';
import type { Check } from '../check.ts';
import type { Scene } from '../scene.ts';

const Started = z.object({ id: z.number() });
const Build = z.object({
  status: z.string(),
  result: z.string().optional(),
  tags: z.array(z.string()),
});
const Lines = z.object({ value: z.array(z.string()) });
const Timeline = z.object({
  records: z.array(
    z.object({
      name: z.string(),
      result: z.string().nullable(),
      log: z.object({ id: z.number() }).nullable(),
      issues: z.array(z.object({ type: z.string(), message: z.string() })).nullish(),
    }),
  ),
});

interface Seen {
  readonly id: number;
  readonly build: z.infer<typeof Build>;
  readonly record: (name: string) => z.infer<typeof Timeline>['records'][number] | undefined;
  /** What the first and the second step printed. */
  readonly sets: readonly string[];
  readonly reads: readonly string[];
}

/** The library speaks inside a pipeline; whether it was understood is seen from outside. */
export async function run(scene: Scene, check: Check): Promise<void> {
  const seen = await runPipeline(scene);
  await variables(seen, check);
  await results(seen, check);
}

async function runPipeline(scene: Scene): Promise<Seen> {
  const ask = asking(scene);
  const { id } = Started.parse(await ask(`pipelines/${scene.pipelines.taskLibrary}/runs`, {}));
  const build = await waitFor('the end of the run', async () => {
    const one = Build.parse(await ask(`build/builds/${id}`));
    return one.status === 'completed' ? one : null;
  });
  const { records } = Timeline.parse(await ask(`build/builds/${id}/timeline`));
  const record = (name: string) => records.find((one) => one.name === name);
  const log = async (name: string) => {
    const { value } = Lines.parse(await ask(`build/builds/${id}/logs/${record(name)?.log?.id}`));
    return value.map((line) => line.slice(line.indexOf(' ') + 1));
  };
  return { id, build, record, sets: await log('Sets'), reads: await log('Reads') };
}

async function variables({ id, sets, reads }: Seen, check: Check) {
  const says = (line: string) =>
    assert.ok(reads.includes(line), `not there: ${line}\n${reads.join('\n')}`);
  await check('a variable keeps every letter that the library escapes', () => {
    says('variable: "one; two] three % four\\nfive"');
  });
  await check('a secret variable is there by macro and by mapping, and not unasked', () => {
    says('secret by macro: true');
    says('secret by mapping: true');
    says('secret unasked: false');
  });
  await check('a secret is masked wherever it is printed', () => {
    says('secret printed: ***');
    assert.ok(sets.includes('shown: ***'), sets.join('\n'));
  });
  await check('the variables of the agent are found by their names', () => {
    says(`build: ${id}`);
    says('sources: true');
  });
  await check('orders to the agent do not appear in the log', () => {
    assert.doesNotMatch([...sets, ...reads].join('\n'), /##vso\[task\.setvariable/u);
  });
}

async function results({ build, record, sets }: Seen, check: Check) {
  await check('setResult makes a step succeed', () => {
    assert.equal(record('Sets')?.result, 'succeeded', sets.join('\n'));
  });
  await check('a tag of the library is on the run', () => {
    assert.deepEqual(build.tags, ['made-by-the-library']);
  });
  await check('a warning is an issue, and a step may succeed with issues', () => {
    const step = record('Has issues');
    assert.equal(step?.result, 'succeededWithIssues');
    const issues = step?.issues?.map(({ type, message }) => `${type}: ${message}`);
    assert.deepEqual(issues, ['warning: watch out', 'warning: nearly']);
  });
  await check('setResult makes a step fail that exits with 0, its errors being issues', () => {
    const step = record('Fails');
    assert.match(JSON.stringify(step?.issues), /this is what broke/u);
    // The pipeline goes on after it, and is not quite green.
    assert.equal(step?.result, 'succeededWithIssues');
    assert.equal(build.result, 'partiallySucceeded');
  });
}

function asking({ azureDevops }: Scene) {
  const headers = {
    authorization: `Basic ${Buffer.from(`:${azureDevops.token}`).toString('base64')}`,
    'content-type': 'application/json',
    accept: 'application/json',
  };
  return async (path: string, body?: unknown): Promise<unknown> => {
    const address = `${azureDevops.url}/${azureDevops.project}/_apis/${path}?api-version=7.1`;
    const method = body === undefined ? 'GET' : 'POST';
    const response = await fetch(address, { method, headers, body: JSON.stringify(body) ?? null });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  };
}
