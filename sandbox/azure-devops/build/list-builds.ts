import type { Action, Call } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { maySee } from '../permissions/rights.ts';
import { listed, respond } from '../respond.ts';
import { runBy, runsOf } from '../runs/find-run.ts';
import type { AzureDevops, Run } from '../state.ts';
import { VssError } from '../vss-error.ts';
import { buildJson } from './build-json.ts';

export const listBuilds: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_apis/build/builds',
  source: 'vsts-rest-api-specs, specification/build/7.1, Builds_List',
  async handle(call) {
    const caller = await enter(call);
    const order = orderOf(call.url.searchParams.get('queryOrder'));
    const visible = maySee(call.state, caller, 'builds') ? askedFor(call) : [];
    const found = visible.filter(wantedBy(call.url.searchParams, order.timeOf));
    const sorted = found.toSorted((one, other) => order.sign * (key(one) - key(other)));
    function key(run: Run): number {
      return order.timeOf(run) ?? Number.MAX_SAFE_INTEGER;
    }
    return page(call, sorted, (runs) =>
      respond(call, caller, listed(runs.map((run) => buildJson(call.state, run)))),
    );
  },
};

/** Those of the ids in the query; without any, all there are. */
function askedFor({ state, url }: Call<AzureDevops>): readonly Run[] {
  const ids = wordsIn(url.searchParams.get('buildIds'));
  if (ids.size === 0) return runsOf(state);
  const found = [...ids].flatMap((id) => runBy(state, id) ?? []);
  return found.filter(({ definition }) => state.definitions.includes(definition));
}

/** Source: the default of `$top` is not documented; the service was seen to give 1,000 */
const defaultTop = 1000;

function page(
  { url }: Call<AzureDevops>,
  runs: readonly Run[],
  answer: (runs: readonly Run[]) => Response,
): Response {
  const top = Number(url.searchParams.get('$top') ?? defaultTop);
  const from = Number(url.searchParams.get('continuationToken') ?? 0);
  const response = answer(runs.slice(from, from + top));
  if (runs.length > from + top) response.headers.set('x-ms-continuationtoken', String(from + top));
  return response;
}

type TimeOf = (run: Run) => number | null;

interface Order {
  readonly timeOf: TimeOf;
  readonly sign: 1 | -1;
}

const orders: Readonly<Record<string, TimeOf>> = {
  queuetime: ({ record }) => record.queuedAtMs,
  starttime: ({ record }) => record.startedAtMs,
  finishtime: ({ record }) => record.finishedAtMs,
};

function orderOf(asked: string | null): Order {
  const word = (asked ?? 'finishTimeDescending').toLowerCase();
  const [, name = '', direction] = /^(\w+time)(ascending|descending)$/.exec(word) ?? [];
  const timeOf = orders[name];
  if (timeOf) return { timeOf, sign: direction === 'ascending' ? 1 : -1 };
  throw new VssError(
    400,
    'InvalidArgumentValueException',
    `The queryOrder '${asked}' is not valid.`,
  );
}

/** What is asked is read once, and not for each of a hundred thousand runs. */
function wantedBy(query: URLSearchParams, timeOf: TimeOf): (run: Run) => boolean {
  const all: readonly (readonly [name: string, of: (run: Run) => string, every?: string])[] = [
    ['definitions', ({ definition }) => String(definition.id)],
    ['statusFilter', ({ record }) => record.status, 'all'],
    ['resultFilter', ({ record }) => record.result ?? 'none'],
    ['reasonFilter', ({ reason }) => reason, 'all'],
    ['buildNumber', ({ record }) => record.number],
    ['branchName', ({ sourceBranch }) => sourceBranch],
  ];
  const asked = all.flatMap(([name, of, every]) => {
    const words = wordsIn(query.get(name));
    const isAny = words.size === 0 || (every !== undefined && words.has(every));
    return isAny ? [] : [(run: Run) => words.has(of(run).toLowerCase())];
  });
  const tags = query.get('tagFilters');
  const isInTime = within(query);
  return (run) =>
    isInTime(timeOf(run)) && asked.every((fits) => fits(run)) && hasTags(tags, run.record.tags);
}

/** The limits are on the time by which the list is ordered. */
function within(query: URLSearchParams): (timeMs: number | null) => boolean {
  const [min, max] = [query.get('minTime'), query.get('maxTime')];
  if (min === null && max === null) return () => true;
  const fromMs = min === null ? Number.NEGATIVE_INFINITY : Date.parse(min);
  const toMs = max === null ? Number.POSITIVE_INFINITY : Date.parse(max);
  return (timeMs) => timeMs !== null && timeMs >= fromMs && timeMs <= toMs;
}

function wordsIn(asked: string | null): ReadonlySet<string> {
  if (asked === null || asked === '') return new Set();
  return new Set(asked.split(',').map((word) => word.trim().toLowerCase()));
}

function hasTags(asked: string | null, tags: readonly string[]): boolean {
  if (asked === null || asked === '') return true;
  return asked.split(',').every((tag) => tags.includes(tag.trim()));
}
