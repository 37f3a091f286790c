import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { member, stranger } from '../../../azure-devops/open-for-test.ts';
import { openFeature, refusal } from '../run-feature.ts';

/** Shows what it was asked for, and where it keeps what it knows. */
const standIn = '#!/bin/bash\necho "az $* in ${AZURE_CONFIG_DIR##*/}"\n';

test('az is logged in as the application of a service connection', async () => {
  const bin = await mkdtemp(join(tmpdir(), 'az-'));
  await writeFile(join(bin, 'az'), standIn);
  await chmod(join(bin, 'az'), 0o755);
  await using azure = await openFeature(import.meta.dirname, {
    path: `${bin}:${process.env['PATH'] ?? ''}`,
    azure: {
      service_connections: [
        { name: 'Azure', client_id: member },
        { name: 'federated', client_id: stranger },
      ],
    },
  });

  const run = await azure.ended(await azure.start());

  const tenant = '11111111-2222-4333-8444-555555555555';
  const log = run.log('Inline');
  assert.match(
    log,
    new RegExp(
      `az login --service-principal -u ${member} --password=\\*\\*\\* --tenant ${tenant} --allow-no-`,
    ),
  );
  assert.match(log, /az account show in \.azclitask\n/);
  assert.match(log, new RegExp(`as ${member} of ${tenant} with \\*\\*\\*\n`));
  assert.match(log, /az account clear in \.azclitask\n/);
  assert.match(run.log('Fails'), /\[\]\n[^]*##\[error\]Script failed with exit code: 4\n/);
  assert.match(run.log('Federated'), /--federated-token \*\*\*\n[^]*\n[1-9]\d+ no key\n/);
  assert.equal(
    await refusal(azure, {}, 2),
    '/unknown.yml (Line: 3, Col: 5): The pipeline is not valid. Job Job: Step deploy input connectedServiceNameARM references service connection nosuch which could not be found. The service connection does not exist, has been disabled or has not been authorized for use. For authorization details, refer to https://aka.ms/yamlauthz.',
  );
  await rm(bin, { recursive: true });
});
