import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Trigger } from './model/pipeline.ts';
import { isTriggered, skipsCi } from './triggers.ts';

const all = { batch: false, branches: null, tags: null, paths: null };

test('without a filter every branch starts the pipeline, and no tag does', () => {
  assert.equal(pushed({}, 'refs/heads/feature/x'), true);
  assert.equal(pushed({}, 'refs/tags/v1'), false);
});

test('excluding only means all the others', () => {
  const trigger = { branches: { include: [], exclude: ['main', 'integration'] } };

  assert.equal(pushed(trigger, 'refs/heads/dev-nick'), true);
  assert.equal(pushed(trigger, 'refs/heads/integration'), false);
});

test('a star crosses slashes, and a pattern may be a full name', () => {
  const trigger = {
    branches: { include: ['releases/*', 'refs/heads/main'], exclude: ['releases/old*'] },
  };

  assert.equal(pushed(trigger, 'refs/heads/releases/a/b'), true);
  assert.equal(pushed(trigger, 'refs/heads/releases/old/b'), false);
  assert.equal(pushed(trigger, 'refs/heads/main'), true);
  assert.equal(pushed(trigger, 'refs/heads/mainly'), false);
});

test('a folder means all below it, and its case counts', () => {
  const trigger = { paths: { include: ['notebooks'], exclude: [] } };

  assert.equal(pushed(trigger, 'refs/heads/dev', ['notebooks/a/b.ipynb']), true);
  assert.equal(pushed(trigger, 'refs/heads/dev', ['README.md', 'notebooks.md']), false);
  assert.equal(pushed(trigger, 'refs/heads/dev', ['Notebooks/a.ipynb']), false);
  assert.equal(
    pushed({ paths: { include: ['/docs/*.md'], exclude: [] } }, 'refs/heads/dev', ['docs/a.md']),
    true,
  );
});

test('of two patterns of paths the one that says more decides', () => {
  const paths = { include: ['docs', 'src/lib/core'], exclude: ['src/lib', 'docs/private'] };

  assert.equal(pushed({ paths }, 'refs/heads/dev', ['src/lib/core/a.py']), true);
  assert.equal(pushed({ paths }, 'refs/heads/dev', ['src/lib/a.py']), false);
  assert.equal(pushed({ paths }, 'refs/heads/dev', ['docs/private/a.md']), false);
  assert.equal(
    pushed({ paths: { include: [], exclude: ['docs'] } }, 'refs/heads/dev', ['a.py']),
    true,
  );
});

test('tags start a pipeline that names them, whatever they changed', () => {
  const trigger = {
    tags: { include: ['v*'], exclude: [] },
    paths: { include: ['x'], exclude: [] },
  };

  assert.equal(pushed(trigger, 'refs/tags/v1.0', ['y']), true);
  assert.equal(pushed(trigger, 'refs/tags/w', ['y']), false);
});

test('a commit can ask for no run', () => {
  assert.equal(skipsCi('Fix a typo\n\n[skip ci]'), true);
  assert.equal(skipsCi('Fix a typo ***NO_CI***'), true);
  assert.equal(skipsCi('skip it'), false);
});

function pushed(
  trigger: Partial<Extract<Trigger, { kind: 'pushes' }>>,
  ref: string,
  changedPaths: readonly string[] | null = null,
): boolean {
  return isTriggered({ kind: 'pushes', ...all, ...trigger }, { ref, changedPaths });
}
