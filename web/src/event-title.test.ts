import assert from 'node:assert/strict';
import test from 'node:test';

import { eventTitle, plainTitle } from './event-title.ts';

test('a change of stage says from where and to where', () => {
  const fields = { from_stage: 'None', to_stage: 'Staging' };

  assert.equal(
    plainTitle(happened('model_version.stage_changed', fields)),
    'wine-quality version 3 moved from None to Staging',
  );
});

test('a change of stage from nowhere leaves out from where', () => {
  assert.equal(
    plainTitle(happened('model_version.stage_changed', { from_stage: '', to_stage: 'Staging' })),
    'wine-quality version 3 moved to Staging',
  );
});

test('a request by hand names its branch and who asked, where they are known', () => {
  const request = { ...happened('manual.requested', {}), model: '', version: '' };

  assert.equal(
    plainTitle({ ...request, fields: { name: 'unit-test', branch: 'dev-nick', requested_by: '' } }),
    'unit-test was requested by hand for branch dev-nick',
  );
  assert.equal(
    plainTitle({ ...request, fields: { name: 'unit-test', branch: '', requested_by: 'Nick' } }),
    'unit-test was requested by hand by Nick',
  );
});

test('every other type has its words', () => {
  assert.equal(plainTitle(happened('model.created', {})), 'Model wine-quality was created');
  assert.equal(
    plainTitle(happened('model_version.created', {})),
    'wine-quality version 3 was created',
  );
  assert.equal(
    plainTitle(happened('model_version.tag_set', { tags: 'owner=nick' })),
    'Tags were set on wine-quality version 3: owner=nick',
  );
  assert.equal(
    plainTitle(happened('model_version.commented', { comment: 'ship it' })),
    'A comment was made on wine-quality version 3',
  );
  assert.equal(
    plainTitle(happened('model_version.transition_requested', { to_stage: 'Production' })),
    'wine-quality version 3 was proposed for Production',
  );
});

test('a type that this page does not know is shown by its name', () => {
  assert.equal(plainTitle(happened('toString', {})), 'toString: wine-quality version 3');
});

test('what others wrote is kept apart from what we say', () => {
  const event = {
    ...happened('model.created', {}),
    model: '<script>alert(1)</script> was deleted',
  };

  assert.deepEqual(eventTitle(event), [
    { by: 'us', text: 'Model ' },
    { by: 'them', text: '<script>alert(1)</script> was deleted' },
    { by: 'us', text: ' was created' },
  ]);
});

function happened(type: string, fields: Readonly<Record<string, string>>) {
  return { type, model: 'wine-quality', version: '3', fields };
}
