import { type Entry, entryOf, type Mapping, type Scalar, type Tree, textOf } from './yaml/tree.ts';

/**
 * A pipeline in the form in which Azure Pipelines gives it back: with stages, jobs and tasks, even
 * where the file has but steps. It is not taken as a file again: `trigger: {enabled: false}` is not.
 * Source: answers of the `preview` endpoint, observed in August 2026
 */
export function canonical(tree: Tree): Tree {
  if (tree.kind !== 'mapping') return tree;
  const entries = tree.entries.flatMap((entry): readonly Entry[] => {
    const name = entry.key.text.toLowerCase();
    if (name === 'trigger' || name === 'pr') return [{ ...entry, value: triggerOf(entry.value) }];
    if (name === 'steps') return [stagesOf(tree, [jobOf(tree, entry.value)])];
    if (name === 'jobs') return [stagesOf(tree, itemsOf(entry.value).map(jobWithTasks))];
    if (name === 'stages') return [{ ...entry, value: mapItems(entry.value, stageWithTasks) }];
    // What belongs to the only job stands with it.
    return entryOf(tree, 'steps') && ofJob.has(name) ? [] : [entry];
  });
  return { ...tree, entries };
}

const ofJob = new Set(['strategy', 'continueonerror', 'workspace']);

function triggerOf(value: Tree): Tree {
  const isNone = ['none', ''].includes(textOf(value)?.toLowerCase() ?? 'branches');
  if (isNone) return mapping(value, [['enabled', scalar(value, 'false')]]);
  if (value.kind !== 'sequence') return value;
  return mapping(value, [['branches', mapping(value, [['include', value]])]]);
}

function jobOf(root: Mapping, steps: Tree): Tree {
  const own = root.entries.filter(({ key }) => ofJob.has(key.text.toLowerCase()));
  const job = mapping(root, [
    ['job', scalar(root, 'Job')],
    ['steps', mapItems(steps, taskOf)],
  ]);
  return { ...job, entries: [...job.entries.slice(0, 1), ...own, ...job.entries.slice(1)] };
}

function stagesOf(root: Mapping, jobs: readonly Tree[]): Entry {
  const stage = mapping(root, [
    ['stage', scalar(root, '__default')],
    ['jobs', { kind: 'sequence', items: jobs, at: root.at }],
  ]);
  const stages: Tree = { kind: 'sequence', items: [stage], at: root.at };
  return { key: scalar(root, 'stages'), value: stages };
}

function stageWithTasks(stage: Tree): Tree {
  return withEntry(stage, 'jobs', (jobs) => mapItems(jobs, jobWithTasks));
}

function jobWithTasks(job: Tree): Tree {
  return withEntry(job, 'steps', (steps) => mapItems(steps, taskOf));
}

interface Shortcut {
  readonly task: string;
  /** The name of the input that the shortcut's own value becomes. */
  readonly input: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** Keys beside it that become inputs, with their names there. */
  readonly moved: Readonly<Record<string, string>>;
}

const script = { workingdirectory: 'workingDirectory', failonstderr: 'failOnStderr' };
const inline = { targetType: 'inline' };

/** Source: each shortcut's page in MicrosoftDocs/azure-devops-yaml-schema, and the tasks' task.json */
const shortcuts: Readonly<Record<string, Shortcut>> = {
  script: { task: 'CmdLine@2', input: 'script', inputs: {}, moved: script },
  bash: { task: 'Bash@3', input: 'script', inputs: inline, moved: script },
  powershell: { task: 'PowerShell@2', input: 'script', inputs: inline, moved: script },
  pwsh: {
    task: 'PowerShell@2',
    input: 'script',
    inputs: { ...inline, pwsh: 'true' },
    moved: script,
  },
  checkout: {
    task: '6d15af64-176c-496d-b583-fd2ae21d4df4@1',
    input: 'repository',
    inputs: {},
    moved: {
      clean: 'clean',
      fetchdepth: 'fetchDepth',
      fetchtags: 'fetchTags',
      persistcredentials: 'persistCredentials',
      path: 'path',
    },
  },
  publish: {
    task: 'ecdc45f6-832d-4ad9-b52b-ee49e94659be@1',
    input: 'path',
    inputs: {},
    moved: { artifact: 'artifactName' },
  },
  download: {
    task: '30f35852-3f7e-4c0c-9a88-e127b4f97211@1',
    input: 'alias',
    inputs: {},
    moved: { artifact: 'artifact', patterns: 'patterns', path: 'path' },
  },
};

function taskOf(step: Tree): Tree {
  if (step.kind !== 'mapping') return step;
  const own = step.entries.find(({ key }) => shortcuts[key.text.toLowerCase()]);
  const shortcut = own && shortcuts[own.key.text.toLowerCase()];
  if (!own || !shortcut) return step;
  const isMoved = ({ key }: Entry) => shortcut.moved[key.text.toLowerCase()] !== undefined;
  const fixed = Object.entries(shortcut.inputs).map(
    ([name, text]) => [name, scalar(step, text)] as const,
  );
  const moved = step.entries
    .filter(isMoved)
    .map(({ key, value }) => [shortcut.moved[key.text.toLowerCase()] ?? '', value] as const);
  const inputs = mapping(step, [...fixed, [shortcut.input, own.value], ...moved]);
  const others = step.entries.filter((entry) => entry !== own && !isMoved(entry));
  const [task, given] = mapping(step, [
    ['task', scalar(step, shortcut.task)],
    ['inputs', inputs],
  ]).entries;
  return { ...step, entries: [task, ...others, given].filter((entry) => entry !== undefined) };
}

function withEntry(tree: Tree, name: string, change: (value: Tree) => Tree): Tree {
  if (tree.kind !== 'mapping') return tree;
  const entries = tree.entries.map((entry) =>
    entry.key.text.toLowerCase() === name ? { ...entry, value: change(entry.value) } : entry,
  );
  return { ...tree, entries };
}

function itemsOf(tree: Tree): readonly Tree[] {
  return tree.kind === 'sequence' ? tree.items : [];
}

function mapItems(tree: Tree, change: (item: Tree) => Tree): Tree {
  return tree.kind === 'sequence' ? { ...tree, items: tree.items.map(change) } : tree;
}

function mapping(at: Tree, entries: readonly (readonly [string, Tree])[]): Mapping {
  return {
    kind: 'mapping',
    entries: entries.map(([name, value]) => ({ key: scalar(at, name), value })),
    at: at.at,
  };
}

function scalar({ at }: Tree, text: string): Scalar {
  return { kind: 'scalar', text, at };
}
