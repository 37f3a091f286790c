import assert from 'node:assert/strict';
import { test } from 'node:test';

import { asData } from './as-data.ts';

test('what everyday texts consist of stays as it is', () => {
  const text = 'wine-quality/7: "ok" (50 %) – é 模型 😀\n\t$5 #1 ##[group] ${{ x }} $HOME `ls`';

  assert.equal(asData(text), text);
});

test('a text commands no agent, and reads no variable', () => {
  assert.equal(asData('##vso[task.setvariable]x ##VSO[a]'), '##vso(task.setvariable]x ##vso(a]');
  assert.equal(
    asData('$(System.AccessToken) $[variables.x]'),
    '$ (System.AccessToken) $ [variables.x]',
  );
  assert.equal(asData('##vso[##vso['), '##vso(##vso(');
});

test('control characters and half characters are shown as such', () => {
  assert.equal(asData('a\u0000b\rc\u001b[31m\ud800'), 'a\uFFFDb\uFFFDc\uFFFD[31m\uFFFD');
});

test('a long text is cut, and says so', () => {
  const text = asData('😀'.repeat(2000));

  assert.equal(text.length, 2000);
  assert(text.endsWith('\uFFFD…') || text.endsWith('😀…'));
  assert(text.isWellFormed());
});
