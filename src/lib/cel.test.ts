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

test('what only shows when it is evaluated is an expression error, too', () => {
  const number = compileExpression('int(event.model) > 1', declarations);

  assert.throws(() => number.evaluate({ event }), ExpressionError);
});
