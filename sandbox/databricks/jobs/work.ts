import { invalidParameter } from '../api-error.ts';
import type { GitSource, LooseTask } from './settings.ts';

/** What a task runs: the two kinds of work that the sandbox can do. */
export type Work =
  | {
      readonly kind: 'notebook';
      readonly path: string;
      readonly source: Source;
      readonly parameters: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'python';
      /** Absolute, below the repository's root, or `dbfs:/…`. */
      readonly path: string;
      readonly source: Source;
      readonly parameters: readonly string[];
    };

type Source = 'WORKSPACE' | 'GIT';

/**
 * The work of a task.
 *
 * Source: databricks-sdk-py service/jobs.py, NotebookTask and SparkPythonTask; the text about paths
 * is recorded, the others are ours.
 * @throws {ApiError} 400, it is of a kind that the sandbox cannot do, or there is none
 */
export function workOf(task: LooseTask, git: GitSource | undefined): Work {
  const { task_key: key } = task;
  const [kind, ...more] = Object.keys(task).filter((name) => name.endsWith('_task'));
  if (!kind) throw invalidParameter(`Task ${key} has nothing to run: notebook_task is missing`);
  const other = [kind, ...more].find(
    (name) => !['notebook_task', 'spark_python_task'].includes(name),
  );
  if (other) throw invalidParameter(`Task ${key}: the sandbox cannot run a ${other}`);
  if (more.length > 0) throw invalidParameter(`Task ${key} has more than one thing to run`);
  const work = pythonWork(task) ?? notebookWork(task, git);
  checkSource(key, work, git);
  return work;
}

function pythonWork({ spark_python_task: python }: LooseTask): Work | null {
  if (!python) return null;
  const { python_file: path, source = 'WORKSPACE', parameters = [] } = python;
  return { kind: 'python', path, source, parameters };
}

function notebookWork(
  { task_key: key, notebook_task: notebook }: LooseTask,
  git: GitSource | undefined,
): Work {
  if (!notebook) throw invalidParameter(`Task ${key} has nothing to run: notebook_task is missing`);
  if (notebook['warehouse_id']) {
    throw invalidParameter(`Task ${key}: the sandbox has no SQL warehouse (warehouse_id)`);
  }
  const { notebook_path: path, base_parameters: parameters = {} } = notebook;
  return {
    kind: 'notebook',
    path,
    source: notebook.source ?? (git ? 'GIT' : 'WORKSPACE'),
    parameters,
  };
}

function checkSource(key: string, { path, source }: Work, git: GitSource | undefined): void {
  if (source === 'GIT' && !git) {
    throw invalidParameter(`Task ${key} takes its notebook from GIT, but git_source is missing`);
  }
  if (source === 'WORKSPACE' && !path.startsWith('/') && !path.startsWith('dbfs:/')) {
    throw invalidParameter(
      "Only absolute paths are currently supported. Paths must begin with '/'.",
    );
  }
}
