import { z } from 'zod';

import { createComment } from '../clients/databricks/create-comment.ts';
import { openDatabricks } from '../clients/databricks/databricks-client.ts';
import { searchModelVersions } from '../clients/databricks/search-model-versions.ts';
import { setModelVersionTag } from '../clients/databricks/set-model-version-tag.ts';
import { Duration } from '../lib/duration.ts';
import { Secret } from '../lib/secret.ts';
import { readDatabricksEvent } from './databricks-event.ts';
import { commentFor, tagsFor } from './databricks-report.ts';
import { verifierFor } from './databricks-signature.ts';
import { defineSource } from './source.ts';

const SigningSecret = z
  .instanceof(Secret, {
    error: 'must be a reference such as ${env:NAME}: a secret does not belong into the file',
  })
  .refine((secret) => secret.reveal().trim() !== '', 'must not be empty');

const Config = z.strictObject({
  /** `https://adb-1234567890123456.7.azuredatabricks.net` */
  host: z
    .url({ protocol: /^https$/ })
    .regex(/^https:\/\/[^/?#@]+\/?$/, 'must be the address of the workspace alone'),
  identity: z.string().min(1),
  /** What the registry signs its webhooks with; two while one replaces the other. */
  signing_secrets: z.array(SigningSecret).min(1).max(2),
  /** How often to compare the registry with the inbox; left out: never. */
  reconcile: Duration.optional(),
});

const UNSIGNED = 'the request is not signed: give the webhook a secret';
const FORGED = 'the signature does not match: is it the secret of this webhook?';

/** The model registry of a Databricks workspace: it calls us, and takes tags and comments. */
export const databricksRegistry = defineSource({
  type: 'databricks-registry',
  config: Config,

  open(name, { host, identity, signing_secrets }, deps) {
    const { fetch } = deps;
    const client = openDatabricks({ host, identity: deps.identity(identity), fetch });
    const isGenuine = verifierFor(signing_secrets);

    return {
      async receive({ headers, body }) {
        const signature = headers.get('x-databricks-signature');
        if (signature === null) return { kind: 'refused', because: UNSIGNED };
        if (!isGenuine(signature, body)) return { kind: 'refused', because: FORGED };
        return readDatabricksEvent(name, body);
      },

      async survey(signal) {
        const versions = await searchModelVersions(client, signal);
        // The time of any change, since the registry keeps none for the stage alone.
        return versions.map((one) => ({
          model: one.name,
          version: one.version,
          stage: one.current_stage,
          changedAtMs: one.last_updated_timestamp,
        }));
      },

      async report(report, signal) {
        const { model, version } = report;
        switch (report.form) {
          case 'tags':
            for (const tag of tagsFor(report)) {
              await setModelVersionTag(client, { model, version, ...tag }, signal);
            }
            return;
          case 'comment':
            await createComment(client, { model, version, text: commentFor(report) }, signal);
        }
      },
    };
  },
});
