import { Command, InvalidArgumentError, Option } from 'commander';

import { openAzureDevops } from '../../clients/azure-devops/azure-devops-client.ts';
import { readLogs } from '../../clients/azure-devops/read-logs.ts';
import { ConfigError } from '../../lib/errors.ts';
import type { Done } from '../exit-codes.ts';
import { chooseIdentity } from '../identity-options.ts';
import { pipelineRunner } from './pipeline-runner.ts';
import { type EvidenceOptions, PROOF_WAIT_MS, proofOf, withEvidence } from './required-evidence.ts';
import { addressOf, collectPair, duration, type RunOptions, runOptions } from './run-options.ts';
import { runToItsEnd } from './run-to-its-end.ts';
import type { Surroundings } from './surroundings.ts';
import { loginReach } from './workspace.ts';

interface PipelineOptions extends RunOptions, EvidenceOptions {
  readonly detach?: true;
  readonly organization?: string;
  readonly project?: string;
  readonly branch?: string;
  readonly parameter?: Readonly<Record<string, string>>;
}

/** Its end, in which the ids of runs are looked for. */
const MAX_OUTPUT_BYTES = 1024 * 1024;

/** `signalbox run pipeline ID`: starts a pipeline of Azure DevOps, and ends as its run does. */
export function runPipelineCommand(done: Done, around: Surroundings): Command {
  const command = new Command('pipeline')
    .argument('<id>', 'the number in its address: definitionId', idOf)
    .option('--branch <name>', 'main, or in full refs/tags/v1; else the pipeline says')
    .addOption(
      new Option('--parameter <name=value>', 'as its YAML declares it; may be repeated').argParser(
        collectPair,
      ),
    )
    .option('--organization <url>', 'https://dev.azure.com/…; else the job says', addressOf)
    .option('--project <name>', 'else the job of Azure Pipelines says')
    .addOption(
      new Option('--require <evidence>', 'green without it is unproven; exit code 8').choices([
        'databricks_run',
      ]),
    )
    .addOption(
      new Option(
        '--proof-wait <time>',
        'how long evidence may lag behind the run; else 60s',
      ).argParser(duration),
    )
    .option('--host <url>', 'the workspace of the evidence; else DATABRICKS_HOST says', addressOf);
  return runOptions(command).action(async (pipeline: number, options: PipelineOptions) => {
    const { branch, parameter = {} } = options;
    const refName = branch === undefined ? null : fullName(branch);
    const { secrets, hosts, ...place } = await placeOf(options, around);
    const client = openAzureDevops({ ...place, fetch: around.fetch });
    const bare = pipelineRunner(client, { pipeline, refName, parameters: parameter });
    const proof = await proofOf(options, { identity: place.identity, hosts }, around);
    const runner = proof
      ? withEvidence(bare, {
          proof,
          waitMs: options.proofWait ?? PROOF_WAIT_MS,
          output: (id, signal) => readLogs(client, id, MAX_OUTPUT_BYTES, signal),
          now: around.now,
        })
      : bare;
    done(await runToItsEnd(runner, { ...options, secrets }, around));
  });
}

async function placeOf(options: PipelineOptions, around: Surroundings) {
  const { identity, secrets, organizations, hosts } = await chooseIdentity(
    options,
    loginReach(around),
  );
  const [organization, ...more] =
    options.organization === undefined ? organizations : [options.organization];
  const project = options.project ?? around.env['SYSTEM_TEAMPROJECT'];
  if (organization === undefined || more.length > 0 || !project) {
    throw new ConfigError('CONFIG_INVALID', 'which project the pipeline is in is not said', {
      hint: 'Name it with --organization https://dev.azure.com/… and --project.',
    });
  }
  return { organization, project, identity, secrets, hosts };
}

function fullName(branch: string): string {
  return branch.startsWith('refs/') ? branch : `refs/heads/${branch}`;
}

function idOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('write the number in the address of the pipeline');
}
