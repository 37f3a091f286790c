import type { Call } from '../kit/action.ts';
import { invalidParameter } from './mlflow-error.ts';
import { pythonJson } from './python-json.ts';

/**
 * One field of a request, as protobuf reads it and MLflow checks it afterwards. MLflow looks at types
 * only if protobuf could not read the whole: that is why a wrong type in a field that is not checked
 * makes it and all that follow it disappear in silence.
 *
 * Source: mlflow/mlflow mlflow/server/handlers.py, _get_request_message and
 * _validate_param_against_schema; protobuf's json_format.ParseDict.
 */
export interface Field<Value> {
  /** @throws {Misfit} it is not of the field's type */
  readonly read: (json: unknown) => Value;
  readonly whenAbsent: Value;
  readonly checks: readonly Check[];
  /** How it stands in a query. */
  readonly inQuery: 'text' | 'list' | 'flag';
}

type Check =
  | { readonly kind: 'type'; readonly holds: (json: unknown) => boolean }
  | { readonly kind: 'always'; readonly holds: (json: unknown) => boolean }
  | { readonly kind: 'required' }
  | { readonly kind: 'own'; readonly complaint: (json: unknown) => string | null };

/** What protobuf could not read; a list keeps what stood before it. */
class Misfit extends Error {
  readonly partial: unknown;

  constructor(partial?: unknown) {
    super('not of the type');
    this.partial = partial;
  }
}

export type Shape = Readonly<Record<string, Field<unknown>>>;
export type Message<Fields extends Shape> = {
  readonly [Name in keyof Fields]: Fields[Name] extends Field<infer Value> ? Value : never;
};

/**
 * What the caller asks for, from the query of a GET or else from the body, whatever its type.
 *
 * @throws {MlflowError} 400, naming the field, in MLflow's words
 */
export async function messageOf<Fields extends Shape>(
  call: Pick<Call<unknown>, 'request' | 'url' | 'text'>,
  fields: Fields,
): Promise<Message<Fields>> {
  const isQuery = call.request.method === 'GET' && call.url.search.length > 1;
  const raw = isQuery ? fromQuery(call.url, fields) : await fromBody(call);
  const { values, isWhole } = read(raw, fields);
  for (const [name, field] of Object.entries(fields)) check(name, field, raw, isWhole);
  return filled(fields, values);
}

function filled<Fields extends Shape>(
  fields: Fields,
  values: ReadonlyMap<string, unknown>,
): Message<Fields> {
  const message = Object.fromEntries(
    Object.entries(fields).map(([name, { whenAbsent }]) => [
      name,
      values.has(name) ? values.get(name) : whenAbsent,
    ]),
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each value was read by the field of its name
  return message as Message<Fields>;
}

function fromQuery(url: URL, fields: Shape): Record<string, unknown> {
  const raw: Record<string, unknown> = {};
  for (const [name, { inQuery }] of Object.entries(fields)) {
    const value = url.searchParams.get(name);
    if (value === null) continue;
    if (inQuery === 'list') raw[name] = url.searchParams.getAll(name);
    else raw[name] = inQuery === 'flag' ? flagIn(value) : value;
  }
  return raw;
}

function flagIn(text: string): boolean {
  const lower = text.toLowerCase();
  if (lower === 'true' || lower === 'false') return lower === 'true';
  throw invalidParameter(`Invalid boolean value: ${text}, must be 'true' or 'false'.`);
}

async function fromBody(
  call: Pick<Call<unknown>, 'request' | 'text'>,
): Promise<Record<string, unknown>> {
  checkContentType(call.request);
  const once = parsed(await call.text());
  // Old clients encode twice.
  const raw: unknown = typeof once === 'string' ? JSON.parse(once) : (once ?? {});
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new TypeError('The body is no object'); // MLflow fails on it too
  }
  return { ...raw };
}

function checkContentType({ method, headers }: Request): void {
  if (method !== 'POST' && method !== 'PUT') return;
  const type = headers.get('content-type');
  // A Request of fetch names one itself where the client named none.
  if (type === null || type === 'text/plain;charset=UTF-8') {
    throw invalidParameter('Bad Request. Content-Type header is missing.');
  }
  if (type.split(';')[0] !== 'application/json') {
    throw invalidParameter("Bad Request. Content-Type must be one of ['application/json'].");
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // to MLflow, what is not JSON is nothing
  }
}

function read(raw: Readonly<Record<string, unknown>>, fields: Shape) {
  const values = new Map<string, unknown>();
  for (const [name, json] of Object.entries(raw)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!field || json === null) continue;
    try {
      values.set(name, field.read(json));
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      if (error.partial !== undefined) values.set(name, error.partial);
      return { values, isWhole: false };
    }
  }
  return { values, isWhole: true };
}

function check(
  name: string,
  { checks }: Field<unknown>,
  raw: Readonly<Record<string, unknown>>,
  isWhole: boolean,
): void {
  const isAsked = Object.hasOwn(raw, name) || checks.some(({ kind }) => kind === 'required');
  if (!isAsked) return;
  const value = raw[name] ?? (name === 'run_id' ? raw['run_uuid'] : undefined) ?? null;
  for (const one of checks) {
    const complaint = complaintOf(one, name, value, isWhole);
    if (complaint !== null) {
      throw invalidParameter(
        `${complaint} See the API docs for more information about request parameters.`,
      );
    }
  }
}

function complaintOf(one: Check, name: string, value: unknown, isWhole: boolean): string | null {
  switch (one.kind) {
    case 'required':
      return value === null || value === ''
        ? `Missing value for required parameter '${name}'.`
        : null;
    case 'own':
      return one.complaint(value);
    case 'type':
    case 'always':
      if ((one.kind === 'type' && isWhole) || one.holds(value)) return null;
      return invalidValue(name, value, ` Hint: Value was of type '${typeName(value)}'.`);
  }
}

/** `Invalid value 1 for parameter 'name' supplied: …` */
export function invalidValue(path: string, value: unknown, why?: string): string {
  const text = `Invalid value ${pythonJson(value, 'compact')} for parameter '${path}' supplied`;
  return why === undefined ? `${text}.` : `${text}: ${why}`;
}

function typeName(value: unknown): string {
  if (value === null) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (typeof value === 'string') return 'str';
  return typeof value === 'boolean' ? 'bool' : 'dict';
}

export const Text: Field<string | undefined> = {
  read(json) {
    if (typeof json !== 'string') throw new Misfit();
    return json;
  },
  whenAbsent: undefined,
  checks: [{ kind: 'type', holds: (json) => typeof json === 'string' }],
  inQuery: 'text',
};

/** Protobuf takes a number for a whole one also if it comes as text. */
export const Int: Field<number | undefined> = {
  read(json) {
    const number = typeof json === 'string' && /^-?\d+$/u.test(json) ? Number(json) : json;
    if (typeof number !== 'number' || !Number.isInteger(number)) throw new Misfit();
    return number;
  },
  whenAbsent: undefined,
  checks: [{ kind: 'type', holds: isIntLike }],
  inQuery: 'text',
};

export const Double: Field<number | undefined> = {
  read: doubleOf,
  whenAbsent: undefined,
  checks: [{ kind: 'type', holds: isFloatLike }],
  inQuery: 'text',
};

export const Flag: Field<boolean | undefined> = {
  read(json) {
    if (typeof json !== 'boolean') throw new Misfit();
    return json;
  },
  whenAbsent: undefined,
  checks: [{ kind: 'type', holds: (json) => typeof json === 'boolean' }],
  inQuery: 'flag',
};

function isIntLike(json: unknown): boolean {
  if (typeof json === 'string') return /^\s*[-+]?\d+\s*$/u.test(json);
  return typeof json === 'number'; // Python's int() cuts what is behind the point
}

function isFloatLike(json: unknown): boolean {
  if (typeof json === 'number') return true;
  return typeof json === 'string' && json.trim() !== '' && !Number.isNaN(Number(json));
}

function doubleOf(json: unknown): number {
  if (typeof json === 'number') return json;
  if (json === 'NaN') return Number.NaN;
  if (json === 'Infinity' || json === '-Infinity') return Number(json);
  if (typeof json !== 'string' || !isFloatLike(json)) throw new Misfit();
  return Number(json);
}

/**
 * A name of an enumeration, or its number; a name that it does not have is as good as none.
 *
 * Source: protobuf's json_format, `ignore_unknown_fields`.
 */
export function oneOf<Name extends string>(
  names: Readonly<Record<Name, number>>,
): Field<Name | undefined> {
  const known = new Map<unknown, Name>();
  for (const name in names) {
    known.set(name, name);
    known.set(names[name], name);
    known.set(String(names[name]), name);
  }
  return {
    read(json) {
      const name = known.get(json);
      const isUnknownName = typeof json === 'string' && !/^-?\d+$/u.test(json);
      if (name === undefined && !isUnknownName) throw new Misfit();
      return name;
    },
    whenAbsent: undefined,
    checks: [{ kind: 'type', holds: (json) => typeof json === 'string' }],
    inQuery: 'text',
  };
}

export function listOf<Value>(item: Field<Value>): Field<readonly Value[]> {
  return {
    read(json) {
      if (!Array.isArray(json)) throw new Misfit();
      const values: Value[] = [];
      for (const one of json) {
        try {
          values.push(item.read(one));
        } catch (error) {
          if (!(error instanceof Misfit)) throw error;
          // Of a message that cannot be read protobuf has made an empty one by then.
          throw new Misfit(item.whenAbsent === undefined ? values : [...values, item.whenAbsent]);
        }
      }
      return values;
    },
    whenAbsent: [],
    checks: [{ kind: 'type', holds: (json) => Array.isArray(json) }],
    inQuery: 'list',
  };
}

export const Texts: Field<readonly string[]> = {
  ...listOf(need(Text)),
  read(json) {
    if (!Array.isArray(json) || !json.every((one) => typeof one === 'string')) throw new Misfit();
    return json;
  },
};

/** A message within the message. */
export function nested<Fields extends Shape>(fields: Fields): Field<Message<Fields>> {
  return {
    read(json) {
      if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Misfit();
      const { values, isWhole } = read({ ...json }, fields);
      const message = filled(fields, values);
      if (!isWhole) throw new Misfit(message);
      return message;
    },
    whenAbsent: filled(fields, new Map()),
    checks: [],
    inQuery: 'text',
  };
}

/** A field that may be left out entirely: `undefined` then, instead of an empty message. */
export function optional<Value>(field: Field<Value>): Field<Value | undefined> {
  return { ...field, whenAbsent: undefined };
}

/** The field, and it has to be there. */
export function need(field: Field<string | undefined>): Field<string>;
export function need(field: Field<number | undefined>): Field<number>;
export function need<Value>(field: Field<readonly Value[]>): Field<readonly Value[]>;
export function need(field: Field<unknown>): Field<unknown> {
  const whenAbsent = field.whenAbsent ?? (field.inQuery === 'text' ? emptyOf(field) : undefined);
  return { ...field, whenAbsent, checks: [...field.checks, { kind: 'required' }] };
}

/** What protobuf makes of a field that is not there. */
function emptyOf(field: Field<unknown>): string | number {
  return field === Text ? '' : 0;
}

/** The field without MLflow's look at its type. */
export function unchecked<Value>(field: Field<Value>): Field<Value> {
  return { ...field, checks: [] };
}

/** The field, with a limit that MLflow always looks at. */
export function atMost(field: Field<number | undefined>, most: number): Field<number | undefined> {
  const holds = (json: unknown) => Number(json) <= most;
  return { ...field, checks: [...field.checks, { kind: 'always', holds }] };
}

/** The list, of which every element needs these keys; complaints name it by its index. */
export function withKeys<Value>(
  field: Field<readonly Value[]>,
  name: string,
  keys: readonly string[],
): Field<readonly Value[]> {
  const complaint = (json: unknown): string | null => {
    if (!Array.isArray(json)) return null;
    for (const [index, one] of json.entries()) {
      const missing = keys.find((key) => isMissing(one, key));
      if (missing) return `Missing value for required parameter '${name}[${index}].${missing}'.`;
    }
    return null;
  };
  return { ...field, checks: [...field.checks, { kind: 'own', complaint }] };
}

function isMissing(one: unknown, key: string): boolean {
  if (typeof one !== 'object' || one === null) throw new TypeError(`${String(one)} has no keys`);
  const value = new Map<string, unknown>(Object.entries(one)).get(key);
  return value === undefined || value === null || value === '';
}
