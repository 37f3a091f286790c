import { compare } from '../line.ts';
import { openObserver } from '../observer.ts';
import { registerWebhook, stageByHand } from '../registry.ts';
import { names, pipelines } from '../wine-quality.ts';
import type { Scene } from './scene.ts';

/** Signalbox itself is given a client secret that Entra ID does not know. */
export const wrongSecret: Scene = {
  summary: 'the service principal’s secret is wrong: refused, and nothing is started',
  options: { spCredential: ({ expiredCredential }) => expiredCredential },

  async play(stage, tell) {
    await stage.startService();
    await registerWebhook(stage, stage.credentials.signingSecret);
    const observer = openObserver(stage);
    const version = await stageByHand(stage, names.model);
    const delivery = await observer.ended('integration-test', version);
    const link = `${stage.serviceUrl}/#${delivery.id}`;
    tell(
      compare({
        step: 'verdict of the integration test',
        expected: 'refused',
        seen: delivery.verdict ?? delivery.phase,
        link,
      }),
    );
    tell(
      compare({
        step: 'the reason names the code of Entra ID',
        expected: 'AADSTS7000215',
        seen: /AADSTS\d+/.exec(delivery.reason)?.[0] ?? delivery.reason,
        link,
      }),
    );
    tell(
      compare({
        step: 'pipeline runs started',
        expected: '0',
        seen: String(await observer.startsOf(pipelines.integration)),
      }),
    );
  },
};
