import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import type { Stage } from './stage.ts';
import { names } from './wine-quality.ts';

const run = promisify(execFile);

/** Nick's clone of the repository. */
export interface Clone {
  /** Changes a file; @throws {Error} it is not what the story expects to change. */
  edit(relative: string, change: (text: string) => string): void;
  /** Commits everything, and pushes the branch; resolves to the commit's id. */
  push(branch: string, message: string): Promise<string>;
  git(...args: readonly string[]): Promise<string>;
}

/** Clones the repository over HTTP, as Nick does on his laptop. */
export async function cloneRepository(stage: Stage): Promise<Clone> {
  const folder = path.join(stage.folder, 'nick');
  const url = `https://dev.azure.com/${names.organization}/${names.project}/_git/${names.repository}`;
  const basic = Buffer.from(`nick:${stage.credentials.nickGit}`).toString('base64');
  const env = {
    ...stage.environment,
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Nick',
    GIT_AUTHOR_EMAIL: names.nick,
    GIT_COMMITTER_NAME: 'Nick',
    GIT_COMMITTER_EMAIL: names.nick,
    // In the environment, because every process list shows a command line.
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
  const git = async (...args: readonly string[]) => {
    const { stdout } = await run('git', ['-C', folder, ...args], { env });
    return stdout.trim();
  };
  await run('git', ['clone', '--quiet', url, folder], { env });
  return {
    edit(relative, change) {
      const file = path.join(folder, relative);
      const before = readFileSync(file, 'utf8');
      const after = change(before);
      if (after === before) throw new Error(`${relative} is not what the story expects`);
      writeFileSync(file, after);
    },
    git,
    async push(branch, message) {
      await git('add', '--all');
      await git('commit', '--quiet', `--message=${message}`);
      await git('push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`);
      return await git('rev-parse', 'HEAD');
    },
  };
}
