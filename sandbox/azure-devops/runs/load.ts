import type { Value } from '../../pipelines/expressions/value.ts';
import { isInstalled } from '../../pipelines/installed.ts';
import { type Loaded, loadPipeline } from '../../pipelines/load-pipeline.ts';
import type { VariableLine } from '../../pipelines/model/pipeline.ts';
import type { RepositoryResource } from '../../pipelines/model/read-resources.ts';
import type { TemplateFiles } from '../../pipelines/templates/include.ts';
import { gatherProblems, PipelineInvalid } from '../../pipelines/yaml/problems.ts';
import { linksOf } from '../links.ts';
import { connectionOf } from '../service-connections/connection-of.ts';
import type { AzureDevops, HostedRepository } from '../state.ts';
import { pipelineInvalid } from '../vss-error.ts';
import type { Prepared } from './server-variables.ts';

interface LoadRequest {
  readonly prepared: Prepared;
  readonly parameters: ReadonlyMap<string, Value>;
  readonly variables: ReadonlyMap<string, string>;
  /** Branch or commit of other repositories, by alias, instead of what the file says. */
  readonly versions?: ReadonlyMap<string, string>;
  /** YAML to use instead of the file. */
  readonly override?: string | undefined;
}

/** A repository of a run, at its commit. */
export interface RunRepository {
  readonly hosted: HostedRepository;
  readonly ref: string;
  readonly commit: string;
}

interface LoadedRun extends Loaded {
  /** By alias, the pipeline's own as `self`. */
  readonly repositories: ReadonlyMap<string, RunRepository>;
}

/**
 * The pipeline of a run, from its file at the run's commit.
 * @throws {VssError} it cannot run
 */
export async function load(state: AzureDevops, request: LoadRequest): Promise<LoadedRun> {
  const { prepared, parameters, variables, override } = request;
  const { definition, sourceBranch, sourceVersion } = prepared;
  const own = { hosted: definition.hosted, ref: sourceBranch, commit: sourceVersion };
  const repositories = new Map<string, RunRepository>([['self', own]]);
  const files = filesOf(state, own);
  try {
    const loaded = await loadPipeline({
      path: definition.path,
      parameters,
      variables,
      files: {
        ...files,
        read: async (path) =>
          override !== undefined && path === definition.path ? override : files.read(path),
      },
      open: async (resource) => {
        const ref = request.versions?.get(resource.alias.toLowerCase()) ?? resource.ref;
        const found = await findResource(state, resource, ref);
        if (found) repositories.set(resource.alias, found);
        return found && filesOf(state, found);
      },
      hasConnection: (name) => connectionOf(state, name) !== null,
      installed: (command) => isInstalled(command, state.deps.path),
    });
    checkGroups(state, loaded);
    return { ...loaded, repositories };
  } catch (error) {
    if (error instanceof PipelineInvalid) throw pipelineInvalid(error.message);
    throw error;
  }
}

function filesOf(state: AzureDevops, { hosted, ref, commit }: RunRepository): TemplateFiles {
  const { repository } = hosted;
  return {
    read: (path) => repository.read(commit, path.replace(/^\//, '')),
    missing: (path) =>
      `File ${path} not found in repository ${linksOf(state).remote(repository.name)} branch ${ref} version ${commit}.`,
  };
}

async function findResource(
  state: AzureDevops,
  { name }: RepositoryResource,
  asked: string | null,
): Promise<RunRepository | null> {
  const hosted = hostedOf(state, name);
  if (!hosted) return null;
  const { repository } = hosted;
  const isCommit = /^[0-9a-f]{40}$/.test(asked ?? '');
  const ref = (isCommit ? null : asked) ?? repository.defaultBranch;
  const full = ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
  const commit = await repository.resolve(isCommit && asked !== null ? asked : full);
  return commit === null ? null : { hosted, ref: full, commit };
}

/** `Repository` or `Project/Repository`. */
function hostedOf({ project, repositories }: AzureDevops, name: string) {
  const at = name.indexOf('/');
  const owner = at < 0 ? project.name : name.slice(0, at);
  if (owner.toLowerCase() !== project.name.toLowerCase()) return undefined;
  const asked = name.slice(at + 1).toLowerCase();
  return repositories.find(({ repository }) => repository.name.toLowerCase() === asked);
}

function checkGroups(state: AzureDevops, { pipeline }: Loaded): void {
  const known = new Set(state.groups.map(({ name }) => name.toLowerCase()));
  const problems = gatherProblems();
  const check = (where: string, lines: readonly VariableLine[]) => {
    for (const line of lines) {
      if (line.kind !== 'group' || known.has(line.name.toLowerCase())) continue;
      problems.add(
        line.at,
        `${where}: Variable group ${line.name} could not be found. The variable group does not exist or has not been authorized for use. For authorization details, refer to https://aka.ms/yamlauthz.`,
      );
    }
  };
  check('Pipeline', pipeline.variables);
  for (const stage of pipeline.stages) {
    check(`Stage ${stage.name}`, stage.variables);
    for (const job of stage.jobs) check(`Job ${job.name}`, job.variables);
  }
  problems.throwIfAny();
}
