import assert from 'node:assert/strict';
import { test } from 'node:test';

import { evaluate } from './evaluate.ts';
import { plain } from './json-text.ts';
import { context, object, text, type Value } from './value.ts';

test('the right side is turned into the kind of the left one before they are compared', () => {
  assert.equal(value("eq(true, 'false')"), true);
  assert.equal(value("eq('true', true)"), true);
  assert.equal(value("eq('Main', 'MAIN')"), true);
  assert.equal(value("eq(1, '1')"), true);
  assert.equal(value("eq(1, 'one')"), false);
  assert.equal(value("eq(variables['nosuch'], '')"), true);
  assert.equal(value("gt('b', 'A')"), true);
  assert.throws(() => value("gt(1, 'one')"), /Unable to convert from String to Number. Value: one/);
});

test('members are found with a dot or an index, those of variables whatever their case', () => {
  assert.equal(value('variables.BRANCH'), 'refs/heads/dev-nick');
  assert.equal(value("variables['Build.SourceBranch']"), 'refs/heads/dev-nick');
  assert.equal(value('variables.Build.SourceBranch'), null);
  assert.equal(value('parameters.people[1].name'), 'Bo');
  assert.deepEqual(value('parameters.people.*.name'), ['Al', 'Bo']);
  assert.throws(() => value('parameters.nosuch'), { message: "Key not found 'nosuch'" });
});

test('replace minds the case, the other functions on text do not', () => {
  assert.equal(value("replace(variables.branch, 'refs/heads/', '')"), 'dev-nick');
  assert.equal(value("replace('Aa', 'a', 'b')"), 'Ab');
  assert.equal(value("contains('Hello', 'ELL')"), true);
  assert.equal(value("startsWith('Hello', 'hE')"), true);
});

test('text is joined, split, formatted and counted', () => {
  assert.equal(value("join(';', split('a,b', ','))"), 'a;b');
  assert.equal(value("format('{1} {{{0}}}', 'a', 'b')"), 'b {a}');
  assert.equal(value("length('abc')"), 3);
  assert.equal(value("coalesce(variables.nosuch, '', 'c', 'd')"), 'c');
  assert.equal(value("iif(eq(1, 1), 'yes', 'no')"), 'yes');
  assert.equal(value("trim(upper(' it''s '))"), "IT'S");
});

test('and, or and in stop as soon as they know', () => {
  assert.equal(value("or(true, gt(1, 'x'))"), true);
  assert.equal(value("and(false, gt(1, 'x'))"), false);
  assert.equal(value("in('a', 'b', 'A')"), true);
  assert.equal(value("notIn('a', 'b')"), true);
  assert.equal(value('xor(true, false)'), true);
});

test('numbers, versions and text compare within their kind', () => {
  assert.equal(value("lt(1.2.3, '1.10.0')"), true);
  assert.equal(value('lt(-1, .5)'), true);
  assert.equal(value("eq(1000, '1,000')"), true);
});

test('a name that is not known is named, with its place', () => {
  assert.throws(() => value('nosuchfunc(1)'), {
    message:
      "Unrecognized value: 'nosuchfunc'. Located at position 1 within expression: 'nosuchfunc(1)'. For more help, refer to https://go.microsoft.com/fwlink/?linkid=842996",
  });
  assert.throws(() => value('eq(1 == 2)'), /Unexpected symbol|Unrecognized value: '=='/);
  assert.throws(() => value('eq(1)'), /Too few parameters supplied: 'eq'/);
  assert.throws(() => value('eq(1,2'), /Unexpected end of expression/);
});

test('structure becomes JSON', () => {
  assert.equal(value('convertToJson(parameters.people[0])'), '{\n  "name": "Al"\n}');
});

function value(source: string): unknown {
  const people: Value = {
    kind: 'array',
    items: ['Al', 'Bo'].map((name) => object([['name', text(name)]])),
  };
  const contexts = new Map<string, Value>([
    [
      'variables',
      context([
        ['branch', text('refs/heads/dev-nick')],
        ['Build.SourceBranch', text('refs/heads/dev-nick')],
      ]),
    ],
    ['parameters', context([['people', people]])],
  ]);
  return plain(evaluate(source, { contexts }));
}
