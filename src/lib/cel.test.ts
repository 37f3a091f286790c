import assert from 'node:assert/strict';
import { test } from 'node:test';

import { compileExpression, ExpressionError } from './cel.ts';

const declarations = { event: { model: 'string', to_stage: 'string', occurred_at_ms: 'int' } };
const event = { model: 'wine-quality', to_stage: 'Staging', occurred_at_ms: 1767225600123n };

test('a condition over the fields of an event is evaluated', () => {
  const condition = compileExpression(
    'event.to_stage == "Staging" && event.model.startsWith("wine")',
    declarations,
  );

  assert.equal(condition.type, 'bool');
  assert.equal(condition.evaluate({ event }), true);
  assert.equal(condition.evaluate({ event: { ...event, to_stage: 'Production' } }), false);
});

test('an unknown field is an error when it is compiled, with a suggestion and its place', () => {
  assert.throws(
    () => compileExpression('event.to_stag == "Staging"', declarations),
    (error) => {
      assert(error instanceof ExpressionError);
      assert.equal(error.message, 'No such key: to_stag');
      assert.equal(error.hint, 'did you mean "to_stage"?');
      assert.equal(error.offset, 6);
      return true;
    },
  );
});

test('types that do not go together are an error when it is compiled', () => {
  assert.throws(() => compileExpression('event.model + 1 == "a"', declarations), ExpressionError);
});

test('a regular expression that would run for minutes elsewhere is answered at once', () => {
  const evil = compileExpression('event.model.matches("^(a+)+$")', declarations);

  assert.equal(evil.evaluate({ event: { ...event, model: `${'a'.repeat(5000)}!` } }), false);
  assert.equal(evil.evaluate({ event: { ...event, model: 'aaa' } }), true);
});

test('a regular expression is replaced wherever it stands', () => {
  const nested = compileExpression(
    '["x"].exists(p, event.model.matches(p)) || event.model.matches("^(w+)+i")',
    declarations,
  );

  assert.equal(nested.evaluate({ event }), true);
});

test('macros in macros in macros are refused', () => {
  const source = '[1].all(a, [1].all(b, [1].all(c, a == b && b == c)))';

  assert.throws(() => compileExpression(source, declarations), /nests more than 2 macros/);
});

test('what a value makes dear is refused, and soon', () => {
  const declared = { event: { text: 'string', model: 'string' } };
  const hostile = { text: 'ab,'.repeat(1333), model: 'wine' };
  const dear = [
    'event.text.split(",").all(a, event.text.split(",").all(b, a != "x" && b != "y"))',
    'event.text.split("").all(a, event.text.contains(a))',
    'event.text.split("").exists(a, a.matches(event.text))',
    'event.text.split("").map(a, event.text.split("")).size() > 1',
    '[1, 2, 3, 4, 5].all(a, event.text.split("").filter(b, b != "x" && b != "y").size() > a)',
    'event.text.matches("(?:a?){300}a{300}")',
  ];

  for (const source of dear) {
    const expression = compileExpression(source, declared);
    assert.throws(() => expression.evaluate({ event: hostile }), /takes more than 50000 steps/);
    // The next event has steps of its own.
    const harmless = { text: 'ab', model: 'wine' };
    assert.equal(typeof expression.evaluate({ event: harmless }), 'boolean', source);
  }
});

test('what rules say is far within the bounds', () => {
  const declared = { event: { tags: 'string', text: 'string' } };
  const tagged = { tags: 'a=1,'.repeat(100), text: 'x'.repeat(4000) };
  const usual = [
    'event.tags.split(",").exists(t, t.startsWith("b=") || t.endsWith("=2"))',
    '!event.text.matches("(?i)hot.?fix") && !event.text.matches("^release-[0-9]+$")',
    'event.tags.split(",").map(t, t.split("=")).size() > 0',
    '["wine", "beer"].exists(m, event.text.contains(m))',
  ];

  for (const source of usual) {
    assert.equal(
      typeof compileExpression(source, declared).evaluate({ event: tagged }),
      'boolean',
      source,
    );
  }
});

test('what only shows when it is evaluated is an expression error, too', () => {
  const number = compileExpression('int(event.model) > 1', declarations);

  assert.throws(() => number.evaluate({ event }), ExpressionError);
});
