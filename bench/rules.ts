import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { loadConfig } from '../src/config/load.ts';
import { compileExpression } from '../src/lib/cel.ts';
import type { Event } from '../src/model/event.ts';
import { judge, type Rule } from '../src/model/rule.ts';
import type { Bench, BenchOptions, Measured } from './bench.ts';
import { type Figures, figureOf, inTurn } from './rounds.ts';
import { median } from './statistics.ts';

const RULES = 1000;

/** What rules cost: many of them, and those that somebody wrote to stop us. */
export const rules: Bench = {
  name: 'rules',
  what: `One event held against ${RULES.toLocaleString('en')} rules with a condition each; and the slowest of a few conditions that were written to be slow, checked and evaluated once.`,

  async run(options: BenchOptions): Promise<readonly Measured[]> {
    const many = loadRules(options.folder);
    const rounds = await inTurn(options, [
      { name: 'many', run: async () => judged(many) },
      { name: 'hostile', run: async () => worstOfAll() },
    ]);
    return [
      figureOf(rounds, {
        of: 'many',
        figure: 'ms',
        what: `an event against ${RULES.toLocaleString('en')} rules`,
        unit: 'ms',
        limit: { kind: 'at_most', value: 1 },
      }),
      figureOf(rounds, {
        of: 'many',
        figure: 'cpuMs',
        what: 'the same in processor time, of all threads, with what is compiled meanwhile',
        unit: 'ms',
      }),
      figureOf(rounds, {
        of: 'hostile',
        figure: 'checkMs',
        what: 'the slowest condition to check, when the configuration is loaded',
        unit: 'ms',
      }),
      figureOf(rounds, {
        of: 'hostile',
        figure: 'evaluateMs',
        what: 'the slowest condition to evaluate, on an event',
        unit: 'ms',
      }),
    ];
  },
};

function loadRules(folder: string): readonly Rule[] {
  const file = path.join(folder, 'rules.yaml');
  const head = `version: 1
identities:
  nobody: { type: entra, tenant: 16b3c013-d300-468d-ac64-7eda0820b6d3, client_id: 5f0d7c1e-2b64-4c0f-9d1a-8e3b6a7f4c21, client_secret: "\${env:BENCH_SECRET}" }
targets:
  devops: { type: azure-pipelines, organization: https://dev.azure.com/contoso, project: bench, identity: nobody }
rules:`;
  writeFileSync(
    file,
    head + Array.from({ length: RULES }, (_, number) => ruleText(number)).join(''),
  );
  return loadConfig(file, { env: { BENCH_SECRET: 'of the benchmark' } }).rules;
}

function ruleText(number: number): string {
  return `
  - name: rule-${number}
    on: model_version.stage_changed
    when: event.model == "model-${number}" && event.to_stage in ["Staging", "Production"] && !event.version.startsWith("0")
    run: { target: devops, pipeline: ${number + 1}, branch: main }`;
}

const TIMES = 300;

function judged(many: readonly Rule[]): Figures {
  const before = process.cpuUsage();
  const tookMs = Array.from({ length: TIMES }, () => {
    const event = eventOf({ text: '' });
    const startedMs = performance.now();
    const matched = many.filter((rule) => judge(rule, event).kind === 'matched');
    const ms = performance.now() - startedMs;
    if (matched.length !== 1) throw new Error(`${matched.length} rules matched`);
    return ms;
  });
  const { user, system } = process.cpuUsage(before);
  return { ms: median(tookMs), cpuMs: (user + system) / 1000 / TIMES };
}

const LONGEST_TEXT = 4000; // what is kept of a text that somebody wrote

/** The worst that we could think of within the bounds that an expression has. */
const hostile: readonly string[] = [
  'event.text.matches("^(a+)+$")',
  'event.text.matches("^(a|aa)+$")',
  'event.text.matches("(a*)*b")',
  'event.text.matches("^((a|a)|(a|a))+$")',
  'event.text.matches("(.*a){12}$")',
  `${list(200)}.all(x, ${list(200)}.all(y, x * y >= 0))`,
  `${list(200)}.all(x, event.text.matches("^(a+)+$") || x >= 0)`,
  `${list(200)}.map(x, event.text + event.text).all(y, y.contains("ab") == false)`,
  Array.from({ length: 120 }, () => 'event.text.contains("aab")').join(' || '),
  `${'('.repeat(40)}event.text == ""${')'.repeat(40)}`,
  `event.text${' + event.text'.repeat(200)} == ""`,
];

function list(length: number): string {
  return `[${Array.from({ length }, (_, number) => number).join(',')}]`;
}

const FIELDS = { event: { text: 'string' } };

/** One that is refused when it is checked has cost its check, and is never evaluated. */
function worstOfAll(): Figures {
  const variables = { event: { text: `${'a'.repeat(LONGEST_TEXT - 1)}!` } };
  const each = hostile.map((source) => {
    const startedMs = performance.now();
    const expression = checked(source);
    const checkMs = performance.now() - startedMs;
    if (!expression) return { checkMs, evaluateMs: 0 };
    const beganMs = performance.now();
    evaluated(() => expression.evaluate(variables));
    return { checkMs, evaluateMs: performance.now() - beganMs };
  });
  return {
    checkMs: Math.max(...each.map(({ checkMs }) => checkMs)),
    evaluateMs: Math.max(...each.map(({ evaluateMs }) => evaluateMs)),
  };
}

function checked(source: string) {
  try {
    return compileExpression(source, FIELDS);
  } catch {
    return null;
  }
}

function evaluated(evaluate: () => unknown): void {
  try {
    evaluate();
  } catch {
    // Given up on: what counts is how long it took.
  }
}

function eventOf({ text }: { readonly text: string }): Event {
  return {
    id: 'evt_1',
    identity: 'registry|stage_changed|model-7|12|Production|1',
    source: 'registry',
    type: 'model_version.stage_changed',
    model: 'model-7',
    version: '12',
    occurredAtMs: 1_790_000_000_000,
    receivedAtMs: 1_790_000_000_000,
    recovered: false,
    fields: { text, webhook_id: '1', from_stage: 'Staging', to_stage: 'Production' },
  };
}
