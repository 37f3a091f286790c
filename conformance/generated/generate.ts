import * as fc from 'fast-check';

import type { Route } from '../sandbox-process.ts';
import type { Scene } from '../scene.ts';
import { hostileBody, hostileText, hostileValue } from './hostile.ts';
import type { GeneratedRequest } from './request.ts';
import type { Target } from './target.ts';
import { type Vocabulary, vocabularyOf } from './vocabulary.ts';

interface Material {
  readonly vocabulary: Vocabulary;
  readonly plausible: Readonly<Record<string, readonly unknown[]>>;
  readonly bodies: Readonly<Record<string, unknown>>;
  readonly credential: Readonly<Record<string, string>>;
  readonly sends: Target['sends'];
  readonly query: Readonly<Record<string, string>>;
}

type Fields = Readonly<Record<string, unknown>>;

interface Body {
  readonly type: string;
  readonly text: string | null;
}

interface Parts {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'];

/** Requests to a service: along its own routes, with what they ask for, and with what they do not. */
export function requestsTo(
  target: Target,
  routes: readonly Route[],
  scene: Scene,
): fc.Arbitrary<GeneratedRequest> {
  const material: Material = {
    vocabulary: vocabularyOf(target.service),
    plausible: target.plausible(scene),
    bodies: target.bodies(scene),
    credential: target.credential(scene),
    sends: target.sends,
    query: target.query,
  };
  const known = fc.constantFrom(...routes).chain((route) => along(route, material));
  const unknown = fc
    .record({
      method: fc.constantFrom(...METHODS),
      path: fc
        .array(hostileText.map(encoded), { maxLength: 6 })
        .map((parts) => `/${parts.join('/')}`),
      body: hostileBody.map(json),
      headers: headersWith(material),
    })
    .map(assembled);
  return fc.oneof({ weight: 20, arbitrary: known }, { weight: 1, arbitrary: unknown });
}

function along(route: Route, material: Material): fc.Arbitrary<GeneratedRequest> {
  const fields = fieldsFor(route, material);
  return fc
    .record({
      method: mostly(route.method, fc.constantFrom(...METHODS)),
      path: pathAlong(route.path, material),
      query: fc
        .tuple(mostly(material.query, fc.constant({})), fields)
        .map(([usual, more]) => asForm({ ...more, ...usual })),
      headers: headersWith(material),
      body: bodyFor(route, fields, material),
    })
    .map(({ query, path, ...rest }) =>
      assembled({ ...rest, path: query === '' ? path : `${path}?${query}` }),
    );
}

function pathAlong(pattern: string, { plausible }: Material): fc.Arbitrary<string> {
  const parts = pattern.split('/').map((part, index, all) => {
    if (part !== '*' && !part.startsWith(':')) return fc.constant(part);
    const name = part === '*' ? 'rest' : part.slice(1);
    // `repos/id` goes before `id`.
    const values = plausible[`${all[index - 1] ?? ''}/${name}`] ?? plausible[name] ?? ['1', 'x'];
    return fc.oneof(
      {
        weight: 30,
        arbitrary: fc.constantFrom(...values.map((value) => inPath(part, textOf(value)))),
      },
      { weight: 1, arbitrary: hostileText.map(encoded) },
    );
  });
  return fc.tuple(...parts).map((all) => all.join('/'));
}

/** Fields that the route reads, with values that are right mostly; and a few that others read. */
function fieldsFor(route: Route, material: Material): fc.Arbitrary<Fields> {
  const { vocabulary, plausible } = material;
  const own = vocabulary.of(route.path);
  const known = own.filter((name) => name in plausible);
  return fc.oneof(
    { weight: 3, arbitrary: fieldsNamed(known, 12, material) },
    { weight: 2, arbitrary: fieldsNamed(own, 6, material) },
    {
      weight: 1,
      arbitrary: fc
        .uniqueArray(fc.constantFrom('x', ...vocabulary.all), { maxLength: 3 })
        .chain((others) => fieldsNamed([...own, ...others], 3, material)),
    },
  );
}

/** Each field is there `often` times against once that it is not. */
function fieldsNamed(
  names: readonly string[],
  often: number,
  material: Material,
): fc.Arbitrary<Fields> {
  const fields = names.map((name) =>
    fc.oneof(
      {
        weight: often,
        arbitrary: valueOf(name, material).map((value) => [[name, value] as const]),
      },
      { weight: 1, arbitrary: fc.constant([]) },
    ),
  );
  return fc.tuple(...fields).map((all) => Object.fromEntries(all.flat()));
}

function valueOf(name: string, { plausible }: Material): fc.Arbitrary<unknown> {
  const values = plausible[name];
  if (values === undefined) return hostileValue;
  return fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...values) },
    { weight: 1, arbitrary: hostileValue },
  );
}

function headersWith({ credential }: Material): fc.Arbitrary<Readonly<Record<string, string>>> {
  const type = fc.constantFrom(
    'application/x-www-form-urlencoded',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-git-upload-pack-request',
    'application/json; charset=nonsense',
  );
  const authorization = fc.constantFrom('Bearer x', 'Bearer ', 'Basic !!!', 'Basic Og==', 'x');
  const more = fc.constantFrom<Record<string, string>>(
    { accept: 'application/json;api-version=7.2-preview.1' },
    { accept: 'nonsense' },
    { 'content-encoding': 'gzip' },
    { 'x-tfs-fedauthredirect': 'Suppress' },
    { range: 'bytes=5-1' },
    { 'if-match': '*' },
    { 'git-protocol': 'version=9' },
  );
  return fc
    .record({
      type: mostly(null, type),
      authorization: mostly(null, authorization),
      more: mostly({}, more),
    })
    .map(({ type: other, authorization: wrong, more: others }) => ({
      ...(other !== null && { 'content-type': other }),
      ...(wrong === null ? credential : { authorization: wrong }),
      ...others,
    }));
}

function bodyFor(
  route: Route,
  fields: fc.Arbitrary<Fields>,
  { bodies, sends }: Material,
): fc.Arbitrary<Body> {
  const right = bodies[route.path];
  return fc.oneof(
    { weight: 6, arbitrary: fields.map((value) => json(JSON.stringify(value))) },
    { weight: 2, arbitrary: fields.map((value) => form(asForm(value))) },
    { weight: 1, arbitrary: hostileBody.map(json) },
    { weight: 1, arbitrary: fc.constant(json(null)) },
    ...(right === undefined
      ? []
      : [
          {
            weight: 8,
            arbitrary: spoiled(right).map((text) =>
              sends === 'json' ? json(text) : form(asForm(fieldsOf(text))),
            ),
          },
        ]),
  );
}

/** A right body, in one place of which there may be something else. */
function spoiled(right: unknown): fc.Arbitrary<string> {
  const text = JSON.stringify(right);
  const leaf = /(?<=[:[,])(?:"(?:[^"\\]|\\.)*"|-?\d+|true|false)(?=[,\]}])/gu;
  const places = [...text.matchAll(leaf)];
  return fc
    .tuple(fc.nat({ max: Math.max(places.length - 1, 0) }), hostileValue, fc.boolean())
    .map(([index, value, isLeft]) => {
      const place = places[index];
      if (isLeft || place === undefined) return text;
      const end = place.index + place[0].length;
      return text.slice(0, place.index) + (JSON.stringify(value) ?? 'null') + text.slice(end);
    });
}

function assembled({ body, headers, ...rest }: Parts): GeneratedRequest {
  const hasBody = rest.method !== 'GET' && rest.method !== 'HEAD';
  return {
    ...rest,
    headers: { 'content-type': body.type, ...headers },
    body: hasBody ? body.text : null,
  };
}

function json(text: string | null): Body {
  return { type: 'application/json', text };
}

function form(text: string): Body {
  return { type: 'application/x-www-form-urlencoded', text };
}

function fieldsOf(text: string): Fields {
  const fields: unknown = JSON.parse(text);
  return Object.fromEntries(Object.entries(fields ?? {}));
}

function mostly<Value>(usual: Value, other: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 14, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
}

function encoded(text: string): string {
  return text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80';
}

/** What stands for the rest of a path keeps its slashes. */
function inPath(part: string, text: string): string {
  return part === '*' ? text : encoded(text);
}

function asForm(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${encoded(name)}=${encoded(textOf(value))}`)
    .join('&');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
