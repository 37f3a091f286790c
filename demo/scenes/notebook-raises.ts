import { cloneRepository } from '../git.ts';
import { compare } from '../line.ts';
import { openObserver } from '../observer.ts';
import type { Scene } from './scene.ts';
import { askForUnitTest } from './unit-test.ts';

/** The data scientist's change breaks the notebook. */
export const notebookRaises: Scene = {
  summary: 'the notebook of the branch raises: failed, with the cell and the error',

  async play(stage, tell) {
    await stage.startService();
    const observer = openObserver(stage);
    const clone = await cloneRepository(stage);
    await clone.git('switch', '--quiet', '--create', 'dev-nick');
    clone.edit('notebooks/data_prep.py', (text) =>
      text.replace('float(wine[name])', 'float(wine[name]) / 10'),
    );
    await clone.push('dev-nick', 'Measure in other units [skip ci]');
    await askForUnitTest(stage, 'dev-nick');
    const delivery = await observer.ended('unit-test-by-hand', '');
    const link = `${stage.serviceUrl}/#${delivery.id}`;
    tell(
      compare({
        step: 'verdict of the unit test',
        expected: 'failed',
        seen: delivery.verdict ?? delivery.phase,
        link,
      }),
    );
    const error = delivery.evidence[0]?.parts[0]?.error ?? 'no error text';
    tell(
      compare({
        step: 'the error of the task is on the timeline',
        expected: "ValueError: column 'fixed acidity'",
        seen: (error.split('\n')[0] ?? '').split(':').slice(0, 2).join(':'),
        link,
      }),
    );
    tell(
      compare({
        step: 'and its trace names the cell',
        expected: 'yes',
        seen: /<command-\d+>/.test(error) ? 'yes' : `no: ${error}`,
        link,
      }),
    );
  },
};
