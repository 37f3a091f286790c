import * as fc from 'fast-check';

/** Text that has broken something somewhere. */
const TEXTS = [
  '',
  ' ',
  '\u0000',
  '\uFEFF',
  '\uD800',
  'half \uD800 a letter',
  '../../../../etc/passwd',
  '..%2f..%2f',
  '%',
  '%zz',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'undefined',
  'NaN',
  '-1',
  '0',
  '1e309',
  '9007199254740993',
  '99999999999999999999999999999999',
  "' OR 1=1 --",
  '<script>alert(1)</script>',
  '${jndi:ldap://x}',
  '$(id)',
  '`id`',
  '; rm -rf x',
  '##vso[task.setvariable variable=x]y',
  '*',
  '[',
  '(((((((((((((((a',
  'a'.repeat(5_000),
  '😀'.repeat(50),
  '2026-13-45T99:99:99Z',
] as const;

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
);

/** A value of JSON of the wrong kind, or too large, or too deep. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileText },
  {
    weight: 3,
    arbitrary: fc.constantFrom(null, true, false, 0, -1, 1.5, 1e308, -0, 2 ** 53, -(2 ** 63)),
  },
  { weight: 1, arbitrary: fc.integer() },
  { weight: 1, arbitrary: fc.constantFrom([], {}, [[]], [null], { a: { b: {} } }) },
  { weight: 1, arbitrary: fc.array(hostileText, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.dictionary(hostileText, hostileText, { maxKeys: 3 }) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 3 }).map((text): unknown => JSON.parse(text)) },
);

/** Bodies that are no JSON, or more than JSON. */
export const hostileBody: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    '{',
    '{"a":',
    '[1,2',
    '"text"',
    'null',
    'true',
    '42',
    '1e999',
    '{"a":1e999}',
    '{"__proto__":{"polluted":true}}',
    '{"a":1,"a":2}',
    '\uFEFF{}',
    "{'single': 'quoted'}",
    '<xml/>',
    'a=b&c=%zz&d=+',
    '['.repeat(20_000),
    `${'['.repeat(3_000)}${']'.repeat(3_000)}`,
    '0000',
    'PACK',
  ),
  fc.string({ unit: 'binary', maxLength: 200 }),
);
