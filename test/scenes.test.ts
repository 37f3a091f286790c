import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Line } from '../demo/line.ts';
import { breaks } from '../demo/scenes/index.ts';
import { openStage } from '../demo/stage.ts';

test('a wrong secret ends refused, and starts nothing', () => play('wrong-secret'));
test('a notebook that raises ends failed, with the cell and the error', () =>
  play('notebook-raises'));
test('a Databricks run that is canceled ends canceled', () => play('run-canceled'));
test('an unsigned webhook is turned away and counted', () => play('unsigned-webhook'));
test('what happens while the service is down is found and carried out', () =>
  play('receiver-down'));

async function play(name: string): Promise<void> {
  const scene = breaks.get(name);
  assert(scene);
  await using stage = await openStage(scene.options);
  const lines: Line[] = [];

  await scene.play(stage, (line) => lines.push(line));

  assert.deepEqual(
    lines.filter(({ agrees }) => !agrees),
    [],
  );
  assert.ok(lines.length >= 2);
}
