import { z } from 'zod';

import { compileExpression, type Declarations, ExpressionError } from '../lib/cel.ts';
import { nearest } from '../lib/nearest.ts';
import { type Event, type EventType, eventFields, isEventType } from '../model/event.ts';
import { whenBusy } from '../model/one-at-a-time.ts';
import { reportForms } from '../model/report.ts';
import type { Condition, Requirement, Rule } from '../model/rule.ts';
import { declarationsFor, variablesOf } from './event-declarations.ts';
import type { Problem } from './problem.ts';
import type { Path, SourceText } from './source-text.ts';
import { compileTemplate } from './template.ts';

/** One entry under `rules:`; its `run` is checked by the kind of its target. */
export const RuleEntry = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens'),
  on: z.union([z.string(), z.array(z.string()).min(1)]),
  when: z.string().optional(),
  run: z.looseObject({ target: z.string() }),
  one_at_a_time: z
    .union([
      z.string(),
      z.strictObject({ key: z.string(), when_busy: z.enum(whenBusy).default('queue') }),
    ])
    .optional(),
  require: z
    .union([z.string(), z.strictObject({ type: z.string(), source: z.string() })])
    .optional(),
  report: z.array(z.enum(reportForms)).default([]),
});
export type RuleEntry = z.infer<typeof RuleEntry>;

export interface RuleParts {
  readonly entry: RuleEntry;
  /** The entry's `run` without `target`, as the target's kind has checked it. */
  readonly request: unknown;
  readonly requirement: Requirement | null;
  readonly at: Path;
  readonly text: SourceText;
}

export interface CompiledRule {
  readonly rule: Rule;
  readonly problems: readonly Problem[];
}

/** Compiles every expression of a rule against the fields that its event types have. */
export function compileRule({ entry, request, requirement, at, text }: RuleParts): CompiledRule {
  const types = typesOf(entry);
  const problems = unknownTypes(entry, at, text);
  const declarations = declarationsFor(types);

  function attempt<Result>(path: Path, compile: () => Result): Result | null {
    try {
      return compile();
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const { message, hint, offset } = error;
      problems.push(text.problem([...at, ...path], { message, hint, offset }));
      return null;
    }
  }

  const { when } = entry;
  const oneAtATime = oneAtATimeOf(entry);
  const isCheckable = problems.length === 0;
  const rule: Rule = {
    name: entry.name,
    on: types,
    when:
      isCheckable && when !== undefined
        ? attempt(['when'], () => condition(when, declarations))
        : null,
    target: entry.run.target,
    request: isCheckable ? renderer(request, ['run'], { declarations, attempt }) : () => null,
    oneAtATime:
      isCheckable && oneAtATime
        ? attempt(oneAtATime.path, () => textOf(oneAtATime.key, declarations))
        : null,
    whenBusy: oneAtATime?.whenBusy ?? 'queue',
    require: requirement,
    report: entry.report,
  };
  return { rule, problems };
}

/** A key alone, or with what becomes of a delivery whose key is taken. */
function oneAtATimeOf({ one_at_a_time: said }: RuleEntry) {
  if (said === undefined) return null;
  if (typeof said === 'string') {
    return { key: said, path: ['one_at_a_time'], whenBusy: 'queue' } as const;
  }
  return { key: said.key, path: ['one_at_a_time', 'key'], whenBusy: said.when_busy } as const;
}

function typesOf({ on }: RuleEntry): readonly EventType[] {
  return [on].flat().filter((type) => isEventType(type));
}

function unknownTypes({ on }: RuleEntry, at: Path, text: SourceText): Problem[] {
  const known = Object.keys(eventFields);
  return [on].flat().flatMap((type, index) => {
    if (isEventType(type)) return [];
    const path = Array.isArray(on) ? [...at, 'on', index] : [...at, 'on'];
    const meant = nearest(type, known);
    const hint = meant ? `did you mean "${meant}"?` : `known are ${known.join(', ')}`;
    return [text.problem(path, { message: `unknown event type "${type}"`, hint })];
  });
}

function condition(text: string, declarations: Declarations): Condition {
  const expression = compileExpression(text, declarations);
  if (expression.type !== 'bool') {
    throw new ExpressionError(`is a ${expression.type}, not true or false`, 0, 'compare it: ==');
  }
  return { text, holds: (event) => expression.evaluate(variablesOf(event)) === true };
}

function textOf(text: string, declarations: Declarations): (event: Event) => string {
  const template = compileTemplate(text, declarations);
  return (event) => template.render(variablesOf(event));
}

interface Compiling {
  readonly declarations: Declarations;
  readonly attempt: <Result>(path: Path, compile: () => Result) => Result | null;
}

/** A function that gives the same value with every text in it rendered for an event. */
function renderer(value: unknown, path: Path, compiling: Compiling): (event: Event) => unknown {
  if (typeof value === 'string') {
    const render = compiling.attempt(path, () => textOf(value, compiling.declarations));
    return render ?? (() => value);
  }
  if (Array.isArray(value)) {
    const items = value.map((item, index) => renderer(item, [...path, index], compiling));
    return (event) => items.map((item) => item(event));
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([key, item]) => [key, renderer(item, [...path, key], compiling)] as const,
    );
    return (event) => Object.fromEntries(entries.map(([key, item]) => [key, item(event)]));
  }
  return () => value;
}
