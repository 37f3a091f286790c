import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Report } from '../model/report.ts';
import { commentFor, isOwnComment, isOwnTag, tagsFor } from './databricks-report.ts';

test('keys and values keep within what the registry takes', () => {
  const tags = tagsFor({ ...report, rule: 'é/|"x'.repeat(100), reason: '😀'.repeat(3000) });

  for (const { key, value } of tags) {
    assert(Buffer.byteLength(key) <= 250);
    assert(Buffer.byteLength(value) <= 5000);
    assert(value.isWellFormed() && !value.endsWith('\uFFFD'));
    assert(isOwnTag({ key }));
  }
});

test('where there is no evidence, an older link does not stay', () => {
  const tags = tagsFor({ ...report, links: [{ label: 'run', url: 'https://dev.test/1' }] });

  const values = Object.fromEntries(tags.map(({ key, value }) => [key, value]));
  assert.equal(values['signalbox.release.run'], 'https://dev.test/1');
  assert.equal(values['signalbox.release.evidence'], 'none');
  assert.equal(values['signalbox.release.reason'], 'none');
});

test('nothing in a reason is Markdown', () => {
  const reason = 'boom `` ![x](http://evil.test) <img src=x>\n\n# heading ` end`';

  const comment = commentFor({ ...report, reason });

  assert(comment.includes('``` boom `` ![x](http://evil.test) <img src=x> # heading ` end` ```'));
  assert(isOwnComment(comment));
});

test('a link leads to a web page, or is none', () => {
  const links = [
    { label: 'a](http://evil.test)', url: 'https://dev.test/a b>(c)' },
    { label: 'script', url: 'javascript:alert(1)' },
    { label: 'nothing', url: '' },
  ];

  const lines = commentFor({ ...report, links })
    .split('\n')
    .slice(-3);

  assert.deepEqual(lines, [
    '- [` a](http://evil.test) `](<https://dev.test/a%20b%3E(c)>)',
    '- ` script `',
    '- ` nothing `',
  ]);
});

const report: Report = {
  form: 'comment',
  model: 'wine',
  version: '7',
  rule: 'release',
  delivery: 'dlv_1',
  verdict: 'failed',
  reason: '',
  links: [],
  endedAtMs: 0,
};
