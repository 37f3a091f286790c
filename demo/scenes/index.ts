import { notebookRaises } from './notebook-raises.ts';
import { receiverDown } from './receiver-down.ts';
import { runCanceled } from './run-canceled.ts';
import type { Scene } from './scene.ts';
import { unsignedWebhook } from './unsigned-webhook.ts';
import { wrongSecret } from './wrong-secret.ts';

/** Every scene of `--break NAME`. */
export const breaks: ReadonlyMap<string, Scene> = new Map([
  ['wrong-secret', wrongSecret],
  ['notebook-raises', notebookRaises],
  ['run-canceled', runCanceled],
  ['unsigned-webhook', unsignedWebhook],
  ['receiver-down', receiverDown],
]);
