import assert from 'node:assert/strict';
import { test } from 'node:test';

import { expandMacros } from './expand-macros.ts';
import { openMasker } from './masker.ts';
import { environmentName, variableEnvironment } from './variable-environment.ts';
import { openVariables, type Variable } from './variable-set.ts';

test('a macro within a command substitution is found', () => {
  const script = 'token=$(curl https://login/$(tenant_id)/oauth2 | jq -r .access_token)';

  assert.equal(
    expandMacros(script, (name) => (name === 'tenant_id' ? 'contoso' : undefined)),
    'token=$(curl https://login/contoso/oauth2 | jq -r .access_token)',
  );
});

test('an unknown macro stays as it is, and what is put in is not looked at again', () => {
  const values: Record<string, string> = { a: '$(b)', b: 'never' };

  assert.equal(
    expandMacros('$(nosuch) $(a) $(', (name) => values[name]),
    '$(nosuch) $(b) $(',
  );
});

test('variables are expanded with one another, whatever the case of a name', () => {
  const variables = openVariables([variable('url', 'https://$(HOST)/x'), variable('host', 'h')]);

  assert.deepEqual(variables.recalculate(), []);

  assert.equal(variables.expand('$(Url)'), 'https://h/x');
});

test('what names a secret becomes one', () => {
  const variables = openVariables([
    { ...variable('key', 's3cret'), secret: true },
    variable('header', 'Bearer $(key)'),
  ]);

  variables.recalculate();

  assert.equal(variables.get('header')?.secret, true);
  assert.deepEqual(variableEnvironment(variables.all()), {});
});

test('variables in a circle stay as they are, with a warning', () => {
  const variables = openVariables([variable('a', '$(b)'), variable('b', '$(a)')]);

  assert.deepEqual(variables.recalculate(), [
    "Unable to expand variable 'a'. A cyclical reference was detected.",
    "Unable to expand variable 'b'. A cyclical reference was detected.",
  ]);
  assert.equal(variables.expand('$(a)'), '$(b)');
});

test('a secret given to the job is masked as text, in base64, in URLs and in JSON', () => {
  const masker = openMasker();
  masker.addGiven('p&ss"word');

  assert.equal(masker.mask('a p&ss"word b'), 'a *** b');
  assert.equal(masker.mask(`x=${Buffer.from('p&ss"word').toString('base64')}`), 'x=***');
  assert.equal(masker.mask('?p=p%26ss%22word'), '?p=***');
  assert.equal(masker.mask('{"p":"p&ss\\"word"}'), '{"p":"***"}');
});

test('an empty secret masks nothing, a short one masks every place it stands in', () => {
  const masker = openMasker();
  masker.addGiven(' ');
  masker.add('null');

  assert.equal(masker.mask('a null  b nullnull'), 'a ***  b ***');
});

test('a name in the environment is upper case, with underscores for dots and spaces', () => {
  assert.equal(environmentName('Build.SourceBranch'), 'BUILD_SOURCEBRANCH');
  assert.equal(environmentName('x-y z'), 'X-Y_Z');
});

function variable(name: string, value: string): Variable {
  return { name, value, secret: false, readonly: false };
}
