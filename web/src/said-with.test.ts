import assert from 'node:assert/strict';
import test from 'node:test';
import { saidWith } from './said-with.ts';
import { anEvent } from './sample-views.ts';

test('a comment is told before the text of the registry', () => {
  const fields = { comment: ' ship it ', text: 'nick commented' };

  assert.equal(saidWith(anEvent({ fields })), 'ship it');
});

test('what the registry says of every move is in the title already', () => {
  const stages = { from_stage: 'None', to_stage: 'Staging' };
  const text = "Registered model 'wine-quality' version 3 transitioned from None to Staging.";

  assert.equal(saidWith(anEvent({ fields: { ...stages, text } })), '');
  assert.equal(saidWith(anEvent({ fields: { ...stages, text: 'By Nick. ' } })), 'By Nick.');
});

test('an event without words says nothing', () => {
  assert.equal(saidWith(anEvent({ fields: {} })), '');
  assert.equal(saidWith(anEvent({ fields: { text: '  ', comment: '' } })), '');
});
