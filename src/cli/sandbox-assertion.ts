import { type Command, Option } from 'commander';
import { z } from 'zod';

import { findSandbox, type SandboxOptions } from './sandbox-admin.ts';
import { durationOf } from './sandbox-clock.ts';
import { commandOfSandbox } from './sandbox-command.ts';

interface AssertionOptions extends SandboxOptions {
  readonly issuer: string;
  readonly audience?: string;
  readonly lifetime?: number;
}

const Answer = z.object({ assertion: z.string() });

/** `signalbox sandbox assertion SUBJECT`: a token by which a workflow or a pipeline logs in. */
export function assertionCommand(): Command {
  return commandOfSandbox('assertion', 'print a token by which a workflow or a pipeline logs in')
    .argument(
      '<subject>',
      'who it is: repo:contoso/app:ref:refs/heads/main, sc://contoso/project/name',
    )
    .addOption(
      new Option('--issuer <name>', 'who says so')
        .choices(['github', 'azure-pipelines'])
        .default('github'),
    )
    .option('--audience <name>', 'for whom it is; left out, for Entra ID')
    .addOption(new Option('--lifetime <duration>', 'such as 5m').argParser(durationOf))
    .action(async (subject: string, options: AssertionOptions) => {
      const { issuer, audience, lifetime } = options;
      const body = { issuer, subject, audience, lifetime_ms: lifetime };
      const request = { method: 'POST', body } as const;
      const answer = await findSandbox(options).ask('/_sandbox/assertions', request);
      console.log(Answer.parse(answer).assertion);
    });
}
