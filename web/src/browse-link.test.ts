import assert from 'node:assert/strict';
import test from 'node:test';

import { browseLink } from './browse-link.ts';

const BROWSE = 'http://127.0.0.1:4402';
const RUN = 'https://dev.azure.com/contoso/MLFlowHooks/_build/results?buildId=12&view=results';

test('without a sandbox a link stays as it is', () => {
  assert.equal(browseLink(RUN, null), RUN);
});

test('with a sandbox a link leads to its mirror', () => {
  assert.equal(
    browseLink(RUN, BROWSE),
    `${BROWSE}/dev.azure.com/contoso/MLFlowHooks/_build/results?buildId=12&view=results`,
  );
  assert.equal(
    browseLink('https://adb-1.7.azuredatabricks.net/?o=1#job/4/run/9', `${BROWSE}/`),
    `${BROWSE}/adb-1.7.azuredatabricks.net/?o=1#job/4/run/9`,
  );
});

test('a link to this machine is not mirrored', () => {
  assert.equal(browseLink('http://127.0.0.1:9000/a?b=1', BROWSE), 'http://127.0.0.1:9000/a?b=1');
  assert.equal(browseLink('http://[::1]:9000/', BROWSE), 'http://[::1]:9000/');
  assert.equal(browseLink('http://localhost/x', BROWSE), 'http://localhost/x');
});

test('what is not of the web is no link', () => {
  assert.equal(browseLink('javascript:alert(1)', BROWSE), null);
  assert.equal(browseLink(' java\nscript:alert(1)', null), null);
  assert.equal(browseLink('data:text/html,<script>alert(1)</script>', null), null);
  assert.equal(browseLink('file:///etc/passwd', null), null);
  assert.equal(browseLink('/run/12', null), null);
  assert.equal(browseLink('', null), null);
});

test('an address that pretends to another host is no link', () => {
  assert.equal(browseLink('https://dev.azure.com@elsewhere.example/', null), null);
});
