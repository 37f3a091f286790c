import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { gitEnvironment } from '../../git/run-git.ts';
import type { CheckoutStep } from '../model/pipeline.ts';
import { report } from './apply-command.ts';
import type { StepContext } from './job-context.ts';
import type { Result } from './result.ts';
import { runProcess } from './run-process.ts';

/**
 * Checks the commit of the run out, on no branch.
 * Source: steps-checkout.md of MicrosoftDocs/azure-devops-yaml-schema
 */
export async function runCheckout(
  checkout: CheckoutStep,
  step: StepContext,
  signal: AbortSignal,
): Promise<Result> {
  const { job } = step;
  const { accessToken } = job.plan;
  const target = job.checkouts.get(checkout);
  if (!target) throw new Error('A checkout that its job does not know');
  const { source } = target;
  const dir = join(job.dirs.workspace, target.path);
  await mkdir(dir, { recursive: true });

  const git = async (shown: readonly string[], args: readonly string[] = shown) => {
    step.write(`##[command]git ${shown.join(' ')}`);
    const { exitCode } = await runProcess(job.deps.processes, {
      command: 'git',
      args,
      cwd: dir,
      env: gitEnvironment(),
      onLine: step.write,
      signal,
      waits: job.deps.waits,
    });
    if (exitCode !== 0) report(step, 'error', `Git failed with exit code: ${exitCode ?? 'null'}`);
    return exitCode === 0;
  };

  step.write(`Syncing repository: ${source.name} (Git)`);
  const depth = checkout.fetchDepth === 0 ? [] : [`--depth=${checkout.fetchDepth}`];
  const tags = checkout.fetchTags ? '--tags' : '--no-tags';
  const fetch = ['fetch', '--quiet', tags, ...depth];
  const done =
    (await git(['init', '--quiet', '.'], ['init', '--quiet', '--template=', '.'])) &&
    (await git(['remote', 'add', 'origin', source.remoteUrl])) &&
    (await git([...fetch, 'origin', source.commit], [...fetch, source.dir, source.commit])) &&
    (await git(['checkout', '--quiet', '--detach', '--force', source.commit])) &&
    (!checkout.persistCredentials || (await git(...credentials(source.remoteUrl, accessToken))));
  return done ? 'Succeeded' : 'Failed';
}

function credentials(remoteUrl: string, token: string) {
  const key = `http.${remoteUrl}.extraheader`;
  const shown = ['config', key, '"AUTHORIZATION: bearer ***"'];
  return [shown, ['config', key, `AUTHORIZATION: bearer ${token}`]] as const;
}
