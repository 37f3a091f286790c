import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openForTest, type TestOrganization } from '../../azure-devops/open-for-test.ts';

type Setup = Omit<Parameters<typeof openForTest>[0], 'files'>;

/** An organisation whose repository holds the YAML of a feature's folder, and a text file. */
export async function openFeature(folder: string, setup: Setup = {}): Promise<TestOrganization> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yml'));
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const),
  );
  const pipelines = names
    .filter((name) => !name.startsWith('template-'))
    .toSorted()
    .map((name) => ({ name, repository: 'wine-quality', path: name }));
  return openForTest({
    pipelines,
    ...setup,
    files: {
      ...Object.fromEntries(files),
      'data/a.txt': 'a file\n',
      'run.sh': 'echo "ran $1"\n',
      'run.ps1': '',
    },
  });
}

/** What the service says of a run that it does not start. */
export async function refusal(
  azure: TestOrganization,
  body: unknown,
  pipeline = 1,
): Promise<string> {
  const path = `/contoso/MLFlowHooks/_apis/pipelines/${pipeline}/runs`;
  const response = await azure.send('POST', path, body);
  const answer = await response.json();
  if (response.status !== 400 || typeof answer !== 'object' || answer === null) {
    throw new Error(`It was not refused: ${response.status}`);
  }
  return 'message' in answer ? String(answer.message) : '';
}
