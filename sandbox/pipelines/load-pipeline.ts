import { context, type Value } from './expressions/value.ts';
import { checkSteps, stepsOf } from './model/check-steps.ts';
import type { Pipeline } from './model/pipeline.ts';
import { readPipeline } from './model/read-pipeline.ts';
import { type RepositoryResource, readResources } from './model/read-resources.ts';
import { expand } from './templates/expand.ts';
import { openExpansion, type TemplateFiles, withoutParameters } from './templates/include.ts';
import { bindParameters } from './templates/parameters.ts';
import type { Scope } from './templates/scope.ts';
import { parseYaml } from './yaml/parse-yaml.ts';
import { gatherProblems, type Problems } from './yaml/problems.ts';
import { entryOf, type Tree } from './yaml/tree.ts';

export interface Request {
  /** From the root of the repository: `/pipelines/ci.yml`. */
  readonly path: string;
  /** Values for the parameters of the file, as they were sent. */
  readonly parameters: ReadonlyMap<string, Value>;
  /** Variables known before the run starts: predefined ones, and those of the definition. */
  readonly variables: ReadonlyMap<string, string>;
  readonly files: TemplateFiles;
  /** The files of another repository; null: there is none by that name, or no such branch. */
  readonly open: (resource: RepositoryResource) => Promise<TemplateFiles | null>;
  /** Whether a program can be started by this name. */
  readonly installed: (command: string) => boolean;
  /** Whether there is a service connection by this name. */
  readonly hasConnection: (name: string) => boolean;
}

export interface Loaded {
  readonly pipeline: Pipeline;
  /** The file with everything in it worked out. */
  readonly tree: Tree;
}

/**
 * A pipeline from its file, ready to run.
 * @throws {PipelineInvalid} the file is wrong, or asks for something that the sandbox cannot do
 */
export async function loadPipeline(request: Request): Promise<Loaded> {
  const { path, parameters, variables, files, installed, hasConnection } = request;
  const problems = gatherProblems();
  const source = await files.read(path);
  if (source === null) problems.add(null, files.missing(path));
  const written = parseYaml(source ?? '', path, problems);
  problems.throwIfAny();

  const bound = bindParameters(entryOf(written, 'parameters')?.value, parameters, problems);
  problems.throwIfAny();

  const scope = {
    parameters: bound ?? context([]),
    variables: new Map(Array.from(variables, ([name, value]) => [name.toLowerCase(), value])),
    locals: new Map<string, Value>(),
  };
  const resources = entryOf(written, 'resources')?.value;
  const repositories = await openAll(request, resources, scope, problems);
  const expansion = openExpansion(repositories, problems);
  const tree = await expand(withoutParameters(written), 'root', scope, expansion);
  problems.throwIfAny();

  const pipeline = readPipeline(tree, problems);
  for (const step of inlineCheckouts(pipeline)) {
    const opened = await request.open(step);
    if (opened) repositories.set(step.alias.toLowerCase(), opened);
  }
  const hasRepository = (name: string) => repositories.has(name.toLowerCase());
  checkSteps(pipeline, { installed, hasConnection, hasRepository }, problems);
  problems.throwIfAny();
  return { pipeline, tree };
}

/** The repositories that the file names, with its own; only `ref` may hold something to work out. */
async function openAll(
  { files, open }: Request,
  tree: Tree | undefined,
  scope: Scope,
  problems: Problems,
): Promise<Map<string, TemplateFiles>> {
  const repositories = new Map([['self', files]]);
  const expanded =
    tree && (await expand(tree, 'elsewhere', scope, openExpansion(new Map(), problems)));
  for (const resource of readResources(expanded, problems)) {
    const opened = await open(resource);
    if (opened) repositories.set(resource.alias.toLowerCase(), opened);
    else {
      const ref = resource.ref === null ? '' : ` at ${resource.ref}`;
      const message = `The repository '${resource.name}'${ref} could not be found. Azure Repos has those of the project alone in the sandbox.`;
      problems.add(resource.at, message);
    }
  }
  return repositories;
}

/** `checkout: git://Project/Repository@ref`. Source: multi-repo-checkout.md, "Inline syntax checkout" */
function inlineCheckouts({ stages }: Pipeline): readonly RepositoryResource[] {
  const steps = stages.flatMap(({ jobs }) => jobs.flatMap(stepsOf));
  return steps.flatMap((step) => {
    const address =
      step.kind === 'checkout' ? /^git:\/\/([^@]+)(?:@(.+))?$/.exec(step.repository) : null;
    if (step.kind !== 'checkout' || !address) return [];
    const [, name = '', ref = null] = address;
    return [{ alias: step.repository, name, ref, at: step.at }];
  });
}
