import type { Submission, SubmittedTask } from '../../clients/databricks/submit-run.ts';
import { ConfigError } from '../../lib/errors.ts';
import { parseJson } from '../../lib/json.ts';
import { type GitOptions, gitSourceOf } from './git-source.ts';
import type { Files } from './surroundings.ts';
import { Cluster, parseTasks, type TasksFile } from './tasks-file.ts';

/** A notebook, or a file of several, and where they run. */
export interface NotebookOptions extends GitOptions {
  readonly file?: string;
  readonly name?: string;
  readonly param?: Readonly<Record<string, string>>;
  readonly newCluster?: string;
  readonly existingCluster?: string;
  readonly timeout?: number;
}

/**
 * The run that the options describe, but for its token.
 *
 * @throws {ConfigError} they contradict each other, or a file is not what it should be
 */
export function submissionOf(
  notebook: string | undefined,
  options: NotebookOptions,
  read: Files['read'],
): Omit<Submission, 'idempotency_token'> {
  const git = gitSourceOf(options);
  const cluster = clusterOf(options, read);
  const { name, tasks } = tasksOf(notebook, options, read);
  return {
    run_name: options.name ?? name ?? notebook ?? 'Signalbox',
    tasks: tasks.map((task) => submitted(task, { isGit: git !== null, cluster, options })),
    ...(git && { git_source: git }),
    // So that it ends in time, too, when we do not live to see it.
    timeout_seconds: Math.ceil((options.timeout ?? 0) / 1000),
  };
}

/** The API wants none. */
const EXTENSION = /\.(py|ipynb|sql|scala|r)$/i;

function tasksOf(
  notebook: string | undefined,
  { file }: NotebookOptions,
  read: Files['read'],
): TasksFile {
  if ((notebook === undefined) === (file === undefined)) {
    throw wrong('give the path of a notebook, or --file with several, and not both');
  }
  if (file !== undefined) return parseTasks(file, readText(file, read));
  const path = notebook ?? '';
  const name = path.replace(EXTENSION, '').split('/').at(-1) ?? '';
  const key = name.replaceAll(/[^\w-]/g, '_').slice(0, 100);
  return { tasks: [{ key: key || 'notebook', notebook: path, parameters: {}, depends_on: [] }] };
}

type Where = Pick<SubmittedTask, 'new_cluster' | 'existing_cluster_id'>;

interface Given {
  readonly isGit: boolean;
  readonly cluster: Where;
  readonly options: NotebookOptions;
}

function submitted(
  task: TasksFile['tasks'][number],
  { isGit, cluster, options }: Given,
): SubmittedTask {
  const { new_cluster, existing_cluster, max_retries, timeout } = task;
  const own = {
    ...(new_cluster && { new_cluster }),
    ...(existing_cluster !== undefined && { existing_cluster_id: existing_cluster }),
  };
  return {
    task_key: task.key,
    notebook_task: {
      notebook_path: pathOf(task.notebook, isGit),
      source: isGit ? 'GIT' : 'WORKSPACE',
      base_parameters: { ...options.param, ...task.parameters },
    },
    depends_on: task.depends_on.map((task_key) => ({ task_key })),
    ...(max_retries !== undefined && { max_retries }),
    ...(timeout !== undefined && { timeout_seconds: Math.ceil(timeout / 1000) }),
    ...(Object.keys(own).length > 0 ? own : cluster),
  };
}

/** Source: databricks-sdk-py `jobs.py`, `NotebookTask.notebook_path`; the extension is dropped */
function pathOf(path: string, isGit: boolean): string {
  if (isGit && path.startsWith('/')) {
    throw wrong(`in a repository, ${path} is written without the slash in front`);
  }
  if (!isGit && !path.startsWith('/')) {
    throw wrong(`${path} is no path of the workspace, which begins with /; or give --git-url`);
  }
  return path.replace(EXTENSION, '');
}

function clusterOf(options: NotebookOptions, read: Files['read']): Where {
  const { newCluster, existingCluster } = options;
  if (newCluster !== undefined && existingCluster !== undefined) {
    throw wrong('--new-cluster and --existing-cluster do not go together');
  }
  if (existingCluster !== undefined) return { existing_cluster_id: existingCluster };
  return newCluster === undefined ? {} : { new_cluster: readCluster(newCluster, read) };
}

function readCluster(file: string, read: Files['read']): Cluster {
  const text = readText(file, read);
  try {
    return Cluster.parse(parseJson(text));
  } catch (cause) {
    throw wrong(`${file} is no JSON object, as the Clusters API wants it`, cause);
  }
}

function readText(file: string, read: Files['read']): string {
  try {
    return read(file);
  } catch (cause) {
    throw wrong(`${file} cannot be read`, cause);
  }
}

function wrong(message: string, cause?: unknown): ConfigError {
  return new ConfigError('CONFIG_INVALID', message, { cause });
}
