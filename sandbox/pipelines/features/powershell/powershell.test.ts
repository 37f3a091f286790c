import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { openFeature, refusal } from '../run-feature.ts';

test('PowerShell steps are written as their task writes them, and run in pwsh', async () => {
  const bin = await mkdtemp(join(tmpdir(), 'pwsh-'));
  await writeFile(join(bin, 'pwsh'), standIn);
  await chmod(join(bin, 'pwsh'), 0o755);
  await using azure = await openFeature(import.meta.dirname, {
    path: `${bin}:${process.env['PATH'] ?? ''}`,
  });

  const run = await azure.ended(await azure.start());

  assert.match(run.log('Short'), /arguments: -NoLogo -NoProfile -NonInteractive -Command \. '/);
  assert.match(
    run.log('Short'),
    /\$ErrorActionPreference = 'continue'\n\$ProgressPreference = 'silentlyContinue'\nWrite-Output "it's wine"\nif \(!\(Test-Path/,
  );
  assert.match(
    run.log('Task'),
    /\$ErrorActionPreference = 'stop'\n\. '\S+\/run\.ps1' -Model wine\n/,
  );
  assert.doesNotMatch(run.log('Task'), /LASTEXITCODE|ProgressPreference/);
  assert.match(run.log('Fails'), /##\[error\]PowerShell exited with code '3'\.\n/);
  assert.equal(run.result, 'partiallySucceeded');
  await rm(bin, { recursive: true });
});

test('without pwsh a pipeline that asks for it is refused before it runs', async () => {
  await using azure = await openFeature(import.meta.dirname, { path: '/nonexistent' });

  assert.equal(
    await refusal(azure, {}),
    [5, 8, 16]
      .map(
        (line) =>
          `/powershell.yml (Line: ${line}, Col: 5): The sandbox does not support PowerShell steps on this machine: 'pwsh' is not installed`,
      )
      .join('\n'),
  );
});

/** Shows what it was asked for, and ends as a script that says `exit` and a number. */
const standIn = `#!/bin/bash
echo "arguments: $*"
file=$(printf '%s' "$5" | sed -e "s/^. '//" -e "s/'$//")
sed -e 's/^\\xef\\xbb\\xbf//' -e 's/##vso/vso/' "$file"
echo
code=$(sed -n 's/^exit \\([0-9]\\).*/\\1/p' "$file")
exit "\${code:-0}"
`;
