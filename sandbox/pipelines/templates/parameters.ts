import {
  context,
  numberOf,
  type ObjectValue,
  toText,
  truth,
  type Value,
} from '../expressions/value.ts';
import { type Problems, unsupported } from '../yaml/problems.ts';
import { entryOf, type Mapping, type Position, type Tree, textOf } from '../yaml/tree.ts';
import { fromJson, toValue } from '../yaml/values.ts';

interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly fallback: Tree | undefined;
  /** The only texts allowed; none: any. */
  readonly allowed: readonly string[];
}

/** Where a file gives parameters to a template; those of a run stand in no file. */
interface Place {
  readonly at: Position | null;
  readonly of: (parameter: string) => Position | undefined;
}

const nowhere: Place = { at: null, of: () => undefined };

const structured = new Set([
  'object',
  'stringlist',
  'step',
  'steplist',
  'job',
  'joblist',
  'deployment',
  'deploymentlist',
  'stage',
  'stagelist',
]);
const refused = new Set(['container', 'containerlist']);
const keys = new Set(['name', 'displayname', 'type', 'default', 'values']);

/**
 * The `parameters` of a file with the values they were given, or their defaults; null: what was
 * given does not fit.
 * Source: parameters-parameter.md of MicrosoftDocs/azure-devops-yaml-schema; the messages as
 * observed at the `preview` endpoint in August 2026
 */
export function bindParameters(
  declarations: Tree | undefined,
  given: ReadonlyMap<string, Value>,
  problems: Problems,
  place: Place = nowhere,
): ObjectValue | null {
  const parameters = declared(declarations, problems);
  let isComplete = true;
  const refuse = (name: string, message: string) => {
    problems.add(place.of(name) ?? place.at, message);
    isComplete = false;
  };
  const known = new Set(parameters.map(({ name }) => name.toLowerCase()));
  for (const name of given.keys()) {
    if (!known.has(name.toLowerCase())) refuse(name, `Unexpected parameter '${name}'`);
  }
  const byName = new Map(Array.from(given, ([name, value]) => [name.toLowerCase(), value]));
  const values = context(
    parameters.flatMap((parameter) => {
      const value = byName.get(parameter.name.toLowerCase()) ?? fallbackOf(parameter);
      const bound = value
        ? accept(parameter, value)
        : `A value for the '${parameter.name}' parameter must be provided.`;
      if (typeof bound !== 'string') return [[parameter.name, bound] as const];
      refuse(parameter.name, bound);
      return [];
    }),
  );
  return isComplete ? values : null;
}

function fallbackOf({ fallback }: Parameter): Value | undefined {
  return fallback && toValue(fallback);
}

/** The value in the parameter's type, or what is wrong with it. */
function accept({ name, type, allowed }: Parameter, value: Value): Value | string {
  if (structured.has(type)) return value.kind === 'string' ? fromText(value.value, value) : value;
  const written = toText(value);
  if (written === null) return `The '${name}' parameter is not a valid String.`;
  if (allowed.length > 0 && !allowed.includes(written)) {
    return `The '${name}' parameter value '${written}' is not a valid value.`;
  }
  if (type === 'boolean') return booleanOf(name, written);
  return type === 'number' ? numeric(name, written) : { kind: 'string', value: written };
}

function booleanOf(name: string, written: string): Value | string {
  const word = written.toLowerCase();
  if (word === 'true' || word === 'false') return truth(word === 'true');
  return `The '${name}' parameter value '${written}' is not a valid Boolean.`;
}

function numeric(name: string, written: string): Value | string {
  const value = written === '' ? null : numberOf(written);
  if (value !== null) return { kind: 'number', value };
  return `The '${name}' parameter value '${written}' is not a valid Number.`;
}

/** Structure that was sent as JSON text when the run was asked for. */
function fromText(written: string, otherwise: Value): Value {
  try {
    return fromJson(JSON.parse(written));
  } catch {
    return otherwise;
  }
}

function declared(tree: Tree | undefined, problems: Problems): readonly Parameter[] {
  if (!tree) return [];
  if (tree.kind === 'mapping') return shorthand(tree);
  if (tree.kind === 'scalar') {
    problems.add(tree.at, 'A sequence was expected');
    return [];
  }
  const seen = new Set<string>();
  return tree.items.flatMap((item) => {
    const parameter = one(item, problems);
    if (!parameter) return [];
    if (seen.has(parameter.name.toLowerCase())) {
      const message = `The '${parameter.name}' parameter is declared more than once in the parameter list.`;
      problems.add(item.at, message);
    }
    seen.add(parameter.name.toLowerCase());
    return [parameter];
  });
}

/** `parameters: { name: default }`, as templates may declare them. */
function shorthand(tree: Mapping): readonly Parameter[] {
  return tree.entries.map(({ key, value }) => ({
    name: key.text,
    type: value.kind === 'scalar' ? 'string' : 'object',
    fallback: value,
    allowed: [],
  }));
}

function one(item: Tree, problems: Problems): Parameter | null {
  const name = textOf(entryOf(item, 'name')?.value);
  if (item.kind !== 'mapping' || name === undefined) {
    problems.add(item.at, "A parameter needs a 'name'");
    return null;
  }
  const unknown = item.entries.filter(({ key }) => !keys.has(key.text.toLowerCase()));
  for (const { key } of unknown) problems.add(key.at, `Unexpected value '${key.text}'`);
  const type = entryOf(item, 'type')?.value;
  if (type) checkType(type, problems);
  return {
    name,
    type: (textOf(type) ?? 'string').toLowerCase(),
    fallback: entryOf(item, 'default')?.value,
    allowed: allowedOf(entryOf(item, 'values')?.value),
  };
}

function allowedOf(values: Tree | undefined): readonly string[] {
  return values?.kind === 'sequence' ? values.items.map((value) => textOf(value) ?? '') : [];
}

function checkType(tree: Tree, problems: Problems): void {
  const type = textOf(tree) ?? '';
  const word = type.toLowerCase();
  if (refused.has(word)) problems.add(tree.at, unsupported(`parameters of type '${type}'`));
  else if (!structured.has(word) && !['string', 'number', 'boolean'].includes(word)) {
    problems.add(tree.at, `Unexpected value '${type}'`);
  }
}
