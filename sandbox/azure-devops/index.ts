import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import type { SandboxConfig } from '../config.ts';
import { openProcesses, type Processes } from '../git/processes.ts';
import { createRepository } from '../git/repository.ts';
import { defineService, type Service } from '../kit/service.ts';
import type { SandboxTools } from '../kit/tools.ts';
import { openAgents } from '../pipelines/runs/agents.ts';
import { agentWaits, type Waits } from '../pipelines/steps/run-process.ts';
import { actions } from './actions.ts';
import { closeHooks } from './hooks/publish.ts';
import { openHooks } from './hooks/subscription.ts';
import { underAllHosts } from './hosts.ts';
import { guidOf, identityOf } from './identity.ts';
import { withUsage } from './rate-limit.ts';
import type { AzureDevops, Definition, HostedRepository, VariableGroup } from './state.ts';
import { answerError, routeNotFound } from './vss-error.ts';

interface Options {
  /** How many jobs run at the same time, instead of what the configuration says. */
  readonly agents?: number;
  readonly waits?: Waits;
  /** How long a second lasts between the attempts at telling a subscriber. */
  readonly hookSecondMs?: number;
  /** Where programs are looked for: `PATH` of the steps. */
  readonly path?: string;
}

/** Azure DevOps: git repositories, and pipelines that really run. */
export async function openAzureDevops(
  config: SandboxConfig,
  tools: SandboxTools,
  options: Options = {},
): Promise<{ service: Service; close(): Promise<void> }> {
  const processes = openProcesses();
  const state = await openState(config, tools, processes, options);
  for (const value of secretsOf(config, state)) tools.hidden.add(value);
  const service = defineService({
    name: 'azure-devops',
    serves: () => true,
    actions,
    state,
    now: tools.clock.now,
    notFound: routeNotFound,
    onError: answerError,
    ignoreCase: true,
  });
  const { organization } = config.azure_devops;
  const everywhere = underAllHosts(withUsage(service, state), organization);
  return { service: everywhere, close: () => close(state) };
}

/** Stops all that runs, and waits until it has stopped. */
async function close(state: AzureDevops): Promise<void> {
  const { processes, runs } = state;
  state.hooks.closing.abort();
  for (const { running } of runs) running?.cancel();
  await processes.close();
  await Promise.all(runs.flatMap(({ running }) => running?.ended ?? []));
  await closeHooks(state);
}

async function openState(
  config: SandboxConfig,
  tools: SandboxTools,
  processes: Processes,
  {
    agents = config.azure_devops.parallel_jobs,
    waits = agentWaits,
    path = searchPath(),
    hookSecondMs = config.azure_devops.hook_second_ms,
  }: Options,
): Promise<AzureDevops> {
  const { organization, project } = config.azure_devops;
  const workDir = join(tools.workDir, 'azure-devops');
  const gitDir = join(workDir, 'git');
  await mkdir(gitDir, { recursive: true });
  const nowMs = tools.clock.now();
  const repositories: HostedRepository[] = [];
  for (const { name, from, default_branch: defaultBranch, branches } of config.azure_devops
    .repositories) {
    const seed = { name, from: resolve(from), defaultBranch, branches, nowMs };
    const repository = await createRepository(processes, gitDir, seed);
    const id = guidOf(`repository:${organization}/${project}/${name}`);
    repositories.push({ id, repository, isEmpty: false });
  }
  return {
    organization,
    organizationId: guidOf(`organization:${organization}`),
    project: { id: guidOf(`project:${organization}/${project}`), name: project },
    config,
    tools,
    processes,
    deps: {
      processes,
      agents: openAgents(agents),
      now: tools.clock.now,
      workDir,
      path,
      childEnvironment: tools.childEnvironment,
      waits,
    },
    openedAtMs: nowMs,
    repositories,
    pushes: [],
    definitions: definitionsOf(config, repositories),
    lastDefinitionId: config.azure_devops.pipelines.length,
    groups: groupsOf(config, nowMs),
    lastGroupId: config.azure_devops.variable_groups.length,
    runs: [],
    batches: new Map(),
    runTokens: new Map(),
    hooks: openHooks(hookSecondMs),
    requests: new Map(),
    usages: new WeakMap(),
    signed: new Map(),
    authorizations: new Map(),
    revisions: new Map(),
    counters: new Map(),
  };
}

function searchPath(): string {
  return process.env['PATH'] ?? '/usr/bin:/bin';
}

function definitionsOf(
  { azure_devops }: SandboxConfig,
  repositories: readonly HostedRepository[],
): Definition[] {
  return azure_devops.pipelines.map(({ name, repository, path, variables }, index) => {
    const hosted = repositories.find((one) => one.repository.name === repository);
    if (!hosted)
      throw new Error(
        `The pipeline '${name}' names the repository '${repository}', which does not exist`,
      );
    return {
      id: index + 1,
      name,
      revision: 1,
      folder: '\\',
      hosted,
      path: `/${path.replace(/^\//, '')}`,
      variables: variablesOf(variables),
      queueStatus: 'enabled',
    };
  });
}

type Configured = SandboxConfig['azure_devops']['pipelines'][number]['variables'];

function variablesOf(configured: Configured) {
  return Object.entries(configured).map(([name, variable]) => {
    const given = typeof variable === 'string' ? { value: variable } : variable;
    return {
      name,
      value: given.value,
      secret: 'secret' in given && given.secret,
      settableAtQueueTime: 'settable_at_queue_time' in given && given.settable_at_queue_time,
      readonly: false,
    };
  });
}

function groupsOf({ azure_devops }: SandboxConfig, createdAtMs: number): VariableGroup[] {
  const createdBy = identityOf('Sandbox', 'sandbox');
  return azure_devops.variable_groups.map(({ name, variables }, index) => ({
    id: index + 1,
    name,
    description: '',
    variables: variablesOf(variables),
    createdBy,
    createdAtMs,
    modifiedBy: createdBy,
    modifiedAtMs: createdAtMs,
  }));
}

function secretsOf({ azure_devops }: SandboxConfig, state: AzureDevops): readonly string[] {
  const variables = [
    ...state.definitions.flatMap((definition) => definition.variables),
    ...state.groups.flatMap((group) => group.variables),
  ];
  return [
    ...azure_devops.users.map(({ token }) => token),
    ...variables.filter(({ secret, value }) => secret && value !== '').map(({ value }) => value),
  ];
}
