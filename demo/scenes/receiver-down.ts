import { cloneRepository } from '../git.ts';
import { compare } from '../line.ts';
import { openObserver } from '../observer.ts';
import { registerWebhook } from '../registry.ts';
import { waitFor } from '../wait-for.ts';
import { names, pipelines } from '../wine-quality.ts';
import type { Scene } from './scene.ts';

/** Signalbox is down just when the registry has something to say, and the registry says it once. */
export const receiverDown: Scene = {
  summary: 'the service is down when the event happens: found afterwards, and carried out',

  async play(stage, tell) {
    await stage.startService();
    await registerWebhook(stage, stage.credentials.signingSecret);
    const observer = openObserver(stage);
    // Having been compared once, the service knows what was there before.
    await waitFor('the first comparison', async () => {
      const { sources } = await observer.status();
      return sources.find(({ complete_until: until }) => until !== null);
    });
    await stage.killService();

    const clone = await cloneRepository(stage);
    await clone.git('switch', '--quiet', '--create', 'integration', 'origin/integration');
    clone.edit('notebooks/training.py', (text) => `${text}\n# Trained again.\n`);
    const commit = await clone.push('integration', 'Train again');
    const ci = await observer.pipelineRun(pipelines.ci, commit);
    tell(
      compare({ step: 'CI trains and stages a version', expected: 'succeeded', seen: ci.result }),
    );

    await stage.startService();
    const delivery = await observer.ended('integration-test', '1');
    const event = (await observer.events()).find(({ id }) => id === delivery.event);
    const link = `${stage.serviceUrl}/#${delivery.id}`;
    tell(
      compare({
        step: 'the event that never arrived',
        expected: `${names.model} 1 to Staging, recovered`,
        seen: event
          ? `${event.model} ${event.version} to ${event.fields['to_stage']}, ${event.recovered ? 'recovered' : 'told'}`
          : 'not found',
        link,
      }),
    );
    tell(
      compare({
        step: 'verdict of the integration test',
        expected: 'succeeded',
        seen: delivery.verdict ?? delivery.phase,
        link,
      }),
    );
    const started = await observer.startsOf(pipelines.integration);
    tell(compare({ step: 'integration pipelines started', expected: '1', seen: String(started) }));
  },
};
