import type { Environment } from '@marcbachmann/cel-js';
import { serialize } from '@marcbachmann/cel-js/serialize';
import { RE2JS } from 're2js';

/** What an expression may not cost, or a value not have made it cost. */
export class TooDear extends Error {
  /** Where it stands in the expression, in characters; 0: it only showed when evaluated. */
  readonly offset: number;

  constructor(message: string, offset = 0) {
    super(message);
    this.name = 'TooDear';
    this.offset = offset;
  }
}

/** @throws {TooDear} the values make it cost more than it may */
type Bounded = (variables: Readonly<Record<string, unknown>>) => unknown;

const MACROS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
const MAX_MACRO_DEPTH = 2;

/** About 3 ms: a step is one operation on one element, and takes some 60 ns. */
const MAX_STEPS = 50_000;
/** Another function, on a text of the usual length. */
const STEPS_OF_CALL = 10;
/** A character meets this many instructions of a regular expression in the time of a step. */
const INSTRUCTIONS_PER_STEP = 8;

/** Taking a text of the usual length to pieces. */
const STEPS_OF_SPLIT = 300;

/**
 * An expression whose evaluation ends soon, whatever its values are.
 *
 * The library bounds the expression, and not what it costs: macros may be nested over the characters
 * of a text, and its regular expressions backtrack. So macros count the steps that they will take
 * before they take them, and `matches()` runs on RE2.
 *
 * @throws {TooDear} macros nested too deep
 */
export function bounded(environment: Environment, source: string): Bounded {
  let steps = 0;

  function spend(count: number): void {
    steps += count;
    if (steps > MAX_STEPS) throw new TooDear(`takes more than ${MAX_STEPS} steps`);
  }

  environment
    .registerFunction('within(dyn, int): dyn', (list: unknown, weight: bigint) => {
      spend(sizeOf(list) * Number(weight));
      return list;
    })
    .registerFunction('string.matchesWithin(string): bool', (text: string, pattern: string) => {
      const compiled = RE2JS.compile(pattern);
      const instructions = compiled.programSize() + pattern.length;
      spend(((text.length + 1) * instructions) / INSTRUCTIONS_PER_STEP);
      return compiled.matcher(text).find();
    });
  const { ast } = environment.parse(source);
  visit(ast, 0);
  const parsed = environment.parse(serialize(ast));
  return (variables) => {
    steps = 0;
    const value: unknown = parsed(variables);
    return value;
  };
}

function sizeOf(list: unknown): number {
  if (Array.isArray(list)) return list.length;
  if (list instanceof Map || list instanceof Set) return list.size;
  return typeof list === 'object' && list ? Object.keys(list).length : 0;
}

/** Has macros and costly functions count; resolves to how many steps evaluating it once takes. */
function visit(node: unknown, macroDepth: number): number {
  if (Array.isArray(node)) {
    return node.reduce((sum: number, part: unknown) => sum + visit(part, macroDepth), 0);
  }
  if (!isNode(node)) return 0;
  const args: unknown[] = Array.isArray(node.args) ? node.args : [];
  if (node.op !== 'rcall') {
    return (node.op === 'call' ? STEPS_OF_CALL : 1) + visit(node.args, macroDepth);
  }
  const [name, receiver, given] = args;
  if (!MACROS.has(String(name))) {
    if (name === 'matches') args[0] = 'matchesWithin';
    const own = name === 'split' ? STEPS_OF_SPLIT : STEPS_OF_CALL;
    return own + visit(receiver, macroDepth) + visit(given, macroDepth);
  }
  if (macroDepth === MAX_MACRO_DEPTH) {
    throw new TooDear(`nests more than ${MAX_MACRO_DEPTH} macros`, node.start);
  }
  const before = visit(receiver, macroDepth);
  const weight = 1 + visit(given, macroDepth + 1);
  args[1] = { op: 'call', args: ['within', [receiver, { op: 'value', args: BigInt(weight) }]] };
  // A macro in a macro counts by itself, each time anew.
  return STEPS_OF_CALL + before;
}

interface Node {
  readonly op: string;
  readonly args: unknown;
  readonly start: number;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
