import { compare } from '../line.ts';
import { openObserver } from '../observer.ts';
import { registerWebhook, stageByHand } from '../registry.ts';
import { waitFor } from '../wait-for.ts';
import { names, pipelines } from '../wine-quality.ts';
import type { Scene } from './scene.ts';

/** The webhook was registered without a secret, as the old documents do. */
export const unsignedWebhook: Scene = {
  summary: 'the registry sends unsigned webhooks: refused and counted, nothing stored',
  // The comparison with the registry would find the change by another way; not in this scene.
  options: { settings: ['sources.prod-registry.reconcile=1h'] },

  async play(stage, tell) {
    await stage.startService();
    await registerWebhook(stage, null);
    const observer = openObserver(stage);
    await stageByHand(stage, names.model);
    const refusals = await waitFor('a refusal', async () => {
      const { sources } = await observer.status();
      const counted = sources.find(({ name }) => name === 'prod-registry')?.refusals ?? [];
      return counted.length > 0 ? counted : null;
    });
    tell(
      compare({
        step: 'the request is turned away, and counted',
        expected: '1 refusal',
        seen: `${refusals.reduce((sum, { count }) => sum + count, 0)} refusal`,
        link: stage.serviceUrl,
      }),
    );
    const stored = (await observer.events()).filter(({ recovered }) => !recovered);
    tell(compare({ step: 'events stored from it', expected: '0', seen: String(stored.length) }));
    const started = await observer.startsOf(pipelines.integration);
    tell(compare({ step: 'pipeline runs started by it', expected: '0', seen: String(started) }));
  },
};
