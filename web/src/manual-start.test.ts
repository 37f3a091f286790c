import assert from 'node:assert/strict';
import test from 'node:test';

import { manualSources, manualStarts } from './manual-start.ts';
import { aStatus } from './sample-views.ts';

test('a rule on requests by hand is offered with the name that it asks for', () => {
  assert.deepEqual(startsOf(' event.name == "unit-test" '), [
    { rule: 'by-hand', target: 'devops', name: 'unit-test', when: ' event.name == "unit-test" ' },
  ]);
  assert.equal(startsOf("event.name=='unit test'")[0]?.name, 'unit test');
});

test('a condition that asks for more leaves the name to the person', () => {
  assert.equal(startsOf('event.name == "a" && event.branch != ""')[0]?.name, null);
  assert.equal(startsOf('event.name == "a" || event.name == "b"')[0]?.name, null);
  assert.equal(startsOf('event.name == "a\\"b"')[0]?.name, null);
  assert.equal(startsOf(null)[0]?.name, null);
});

test('rules on other events are not offered', () => {
  assert.deepEqual(manualStarts(aStatus()), []);
});

test('only a source of type manual takes requests by hand', () => {
  assert.deepEqual(manualSources(aStatus()), ['manual']);
});

function startsOf(when: string | null) {
  const on = ['manual.requested'];
  return manualStarts({
    rules: [{ name: 'by-hand', on, when, target: 'devops', require: null, report: [] }],
  });
}
