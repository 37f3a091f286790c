import { context, type Value } from './expressions/value.ts';
import type { Pipeline } from './model/pipeline.ts';
import { readPipeline } from './model/read-pipeline.ts';
import { expand } from './templates/expand.ts';
import { openExpansion, type TemplateFiles } from './templates/include.ts';
import { bindParameters } from './templates/parameters.ts';
import { parseYaml } from './yaml/parse-yaml.ts';
import { gatherProblems } from './yaml/problems.ts';
import { entryOf, type Tree } from './yaml/tree.ts';

export interface Request {
  /** From the root of the repository: `/pipelines/ci.yml`. */
  readonly path: string;
  /** Values for the parameters of the file, as they were sent. */
  readonly parameters: ReadonlyMap<string, Value>;
  /** Variables known before the run starts: predefined ones, and those of the definition. */
  readonly variables: ReadonlyMap<string, string>;
  readonly files: TemplateFiles;
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
export async function loadPipeline({
  path,
  parameters,
  variables,
  files,
}: Request): Promise<Loaded> {
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
  const tree = await expand(
    withoutParameters(written),
    'root',
    scope,
    openExpansion(files, problems),
  );
  problems.throwIfAny();

  const pipeline = readPipeline(tree, problems);
  problems.throwIfAny();
  return { pipeline, tree };
}

/** Declarations of parameters are not expanded: nothing may be worked out in them. */
function withoutParameters(tree: Tree): Tree {
  if (tree.kind !== 'mapping') return tree;
  const entries = tree.entries.filter(({ key }) => key.text.toLowerCase() !== 'parameters');
  return { ...tree, entries };
}
