import type { Problems } from '../yaml/problems.ts';
import { entryOf, type Position, type Tree, textOf } from '../yaml/tree.ts';
import { checkGraph } from './check-graph.ts';
import { type Fields, readFields } from './fields.ts';
import type { Pipeline, Stage } from './pipeline.ts';
import { jobKeys, jobOf, readCondition, readJobs } from './read-job.ts';
import { checkPool } from './read-pool.ts';
import { readTrigger } from './read-trigger.ts';
import { readVariables } from './read-variables.ts';

/** Source: pipeline.md of MicrosoftDocs/azure-devops-yaml-schema */
const root = {
  known: [
    'name',
    'trigger',
    'pr',
    'schedules',
    'pool',
    'variables',
    'parameters',
    'stages',
    'jobs',
    'steps',
    'continueOnError',
    'workspace',
    'strategy',
    'resources',
    'appendCommitMessageToRunName',
  ],
  refused: [...jobKeys.refused, 'lockBehavior'],
};

/** Source: stages-stage.md of MicrosoftDocs/azure-devops-yaml-schema */
const stageShape = {
  known: ['stage', 'displayName', 'dependsOn', 'condition', 'variables', 'jobs', 'pool'],
  refused: ['lockBehavior', 'trigger', 'isSkippable', 'templateContext'],
};

/** A pipeline from the YAML of its file, every template in it already expanded. */
export function readPipeline(tree: Tree, problems: Problems): Pipeline {
  const fields = readFields(tree, root, problems);
  const stages = fields ? readStages(fields, problems) : [];
  checkGraph(stages, problems);
  return {
    name: fields?.text('name') ?? null,
    trigger: readTrigger(fields?.tree('trigger'), problems),
    variables: readVariables(fields?.tree('variables'), problems),
    stages,
    notes: notesOf(tree),
  };
}

function notesOf(tree: Tree): readonly string[] {
  const notes = {
    pr: "'pr' makes no difference: pull requests of Azure Repos start pipelines by branch policy.",
    schedules: "'schedules' makes no difference: the sandbox starts no run by the clock.",
    appendCommitMessageToRunName:
      "'appendCommitMessageToRunName' makes no difference: only the page of the real run shows it.",
  };
  return Object.entries(notes).flatMap(([key, note]) => {
    const entry = entryOf(tree, key);
    return entry && textOf(entry.value)?.toLowerCase() !== 'none' ? [note] : [];
  });
}

function readStages(fields: Fields, problems: Problems): readonly Stage[] {
  const form = formOf(fields, problems);
  if (form === null) return [];
  checkPool(fields.tree('pool'), problems);
  const tree = fields.tree(form);
  if (form === 'stages' && tree) return stagesOf(tree, problems);
  const jobs =
    form === 'jobs' && tree
      ? readJobs(tree, problems)
      : [{ ...jobOf(fields, 'Job', problems), variables: [], displayName: 'Job' }];
  return [
    {
      name: '__default',
      at: fields.at,
      displayName: '__default',
      dependsOn: [],
      dependsOnAt: fields.at,
      condition: null,
      variables: [],
      jobs,
    },
  ];
}

/** In which of its three forms a pipeline is written; null: in none, or in several. */
function formOf(fields: Fields, problems: Problems): 'stages' | 'jobs' | 'steps' | null {
  const forms = (['stages', 'jobs', 'steps'] as const).filter((form) => fields.tree(form));
  const [form, another] = forms;
  if (form !== undefined && another === undefined) return form;
  const at = (another !== undefined && fields.tree(another)?.at) || fields.at;
  // Of a word that is misspelt it is said already.
  if (another !== undefined || !hasUnknownKey(fields)) {
    problems.add(at, "Exactly one of 'stages', 'jobs' and 'steps' was expected");
  }
  return null;
}

function hasUnknownKey({ mapping }: Fields): boolean {
  const known = new Set([...root.known, ...root.refused].map((name) => name.toLowerCase()));
  return mapping.entries.some(({ key }) => !known.has(key.text.toLowerCase()));
}

function stagesOf(tree: Tree, problems: Problems): readonly Stage[] {
  if (tree.kind !== 'sequence') {
    problems.add(tree.at, 'A sequence was expected');
    return [];
  }
  let previous: string | null = null;
  return tree.items.flatMap((item, index) => {
    const fields = readFields(item, stageShape, problems);
    if (!fields) return [];
    const stage = stageOf(fields, { index, previous }, problems);
    previous = stage.name;
    return [stage];
  });
}

interface Among {
  readonly index: number;
  readonly previous: string | null;
}

function stageOf(fields: Fields, { index, previous }: Among, problems: Problems): Stage {
  checkPool(fields.tree('pool'), problems);
  const name = fields.text('stage') || `Stage${index + 1}`;
  return {
    name,
    at: placeOf(fields, 'stage'),
    displayName: fields.text('displayName') ?? name,
    // Stages follow one another, unless they say otherwise.
    dependsOn: fields.texts('dependsOn') ?? (previous === null ? [] : [previous]),
    dependsOnAt: placeOf(fields, 'dependsOn'),
    condition: readCondition(fields, problems),
    variables: readVariables(fields.tree('variables'), problems),
    jobs: jobsOf(fields, problems),
  };
}

function placeOf(fields: Fields, key: string): Position {
  return fields.tree(key)?.at ?? fields.at;
}

function jobsOf(fields: Fields, problems: Problems) {
  const jobs = fields.tree('jobs');
  if (!jobs) problems.add(fields.at, "A stage needs 'jobs'");
  return jobs ? readJobs(jobs, problems) : [];
}
