import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Processes } from './processes.ts';
import { gitBytes, runGit } from './run-git.ts';

/** A bare repository on disk. */
export interface Repository {
  readonly name: string;
  /** The folder of the bare repository. */
  readonly dir: string;
  /** `main` */
  readonly defaultBranch: string;
  /**
   * What git prints when it is asked about this repository.
   * @throws {Error} git did not end with 0
   */
  git(args: readonly string[], more?: GitOptions): Promise<string>;
  /**
   * The bytes of a blob.
   * @throws {Error} there is none with this id
   */
  blob(id: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Full name of every ref with the commit it points at: `refs/heads/main`. */
  refs(): Promise<ReadonlyMap<string, string>>;
  /** The commit that a ref or a commit id means; null: there is none. */
  resolve(revision: string): Promise<string | null>;
  /** The text of a file at a commit; null: it is not there. */
  read(commit: string, path: string): Promise<string | null>;
  commit(id: string): Promise<Commit>;
  /** Paths that differ between two commits; all paths when there is no first one. */
  changedPaths(from: string | null, to: string): Promise<readonly string[]>;
  /** The commit at which two lines of work parted; null: they have nothing in common. */
  mergeBase(one: string, other: string): Promise<string | null>;
}

interface GitOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
}

export interface Commit {
  readonly message: string;
  readonly author: string;
}

interface Seed {
  readonly name: string;
  /** A folder whose files become the first commit. */
  readonly from: string;
  readonly defaultBranch: string;
  readonly branches: readonly string[];
  readonly nowMs: number;
}

/** Makes a bare repository below `root` in which there is nothing yet. */
export async function createEmptyRepository(
  processes: Processes,
  root: string,
  { name, defaultBranch }: Pick<Seed, 'name' | 'defaultBranch'>,
): Promise<Repository> {
  const dir = join(root, `${name}.git`);
  await runGit(processes, {
    args: ['init', '--quiet', '--bare', '--template=', `--initial-branch=${defaultBranch}`, dir],
    cwd: root,
  });
  // A run checks out its commit, whether or not a branch still points at it.
  await appendFile(join(dir, 'config'), '[uploadpack]\n\tallowAnySHA1InWant = true\n');
  return openRepository(processes, dir, { name, defaultBranch });
}

/** Makes a bare repository below `root` whose first commit holds the files of a folder. */
export async function createRepository(
  processes: Processes,
  root: string,
  seed: Seed,
): Promise<Repository> {
  const repository = await createEmptyRepository(processes, root, seed);
  await repository.git(['--work-tree', seed.from, 'add', '--all', '.'], { cwd: seed.from });
  const tree = (await repository.git(['write-tree'])).trim();
  const commit = await repository.git(['commit-tree', '-m', `Start ${seed.name}`, tree], {
    env: signature(seed.nowMs),
  });
  const created = [seed.defaultBranch, ...seed.branches].map(
    (branch) => `create refs/heads/${branch} ${commit.trim()}\n`,
  );
  await repository.git(['update-ref', '--stdin'], { input: created.join('') });
  return repository;
}

function openRepository(
  processes: Processes,
  dir: string,
  seed: Pick<Seed, 'name' | 'defaultBranch'>,
): Repository {
  const git = (args: readonly string[], more: GitOptions = {}) =>
    runGit(processes, { cwd: dir, ...more, args: ['--git-dir', dir, ...args] });
  const kept = openKept();
  return {
    name: seed.name,
    dir,
    defaultBranch: seed.defaultBranch,
    git,
    async blob(id: string) {
      const args = ['--git-dir', dir, 'cat-file', 'blob', id];
      return new Uint8Array(await gitBytes(processes, { args, cwd: dir }));
    },
    async refs() {
      const lines = await git(['for-each-ref', '--format=%(objectname) %(refname)']);
      return new Map(
        lines
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => [line.slice(41), line.slice(0, 40)]),
      );
    },
    resolve: async (revision: string) =>
      (await branchAt(dir, revision)) ??
      (await orNull(
        git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]),
      )),
    read: (commit: string, path: string) =>
      kept(`${commit}:${path}`, () =>
        git(['cat-file', 'blob', `${commit}:${path}`]).catch(() => null),
      ),
    async commit(id: string) {
      const said = await kept(id, () =>
        git(['log', '-1', '--format=%an <%ae>%n%B', '--end-of-options', id]),
      );
      const [author = '', ...message] = (said ?? '').split('\n');
      return { author, message: message.join('\n').trim() };
    },
    async changedPaths(from: string | null, to: string) {
      const range = from === null ? ['ls-tree', '-r'] : ['diff', '--no-renames'];
      const revisions = from === null ? [to] : [from, to];
      const names = await git([...range, '--name-only', '-z', ...revisions, '--']);
      return names.split('\0').filter((name) => name !== '');
    },
    mergeBase: (one: string, other: string) => orNull(git(['merge-base', one, other])),
  };
}

/** A commit's id means the same for ever, and asking git takes a process. */
const COMMIT_FIRST = /^[0-9a-f]{40}(?=$|:)/;

const MOST_KEPT = 256;

/** Answers about commits, the last ones that were asked for. */
function openKept() {
  const answers = new Map<string, Promise<string | null>>();
  return (about: string, ask: () => Promise<string | null>): Promise<string | null> => {
    if (!COMMIT_FIRST.test(about)) return ask();
    const answer = answers.get(about) ?? ask();
    answers.delete(about);
    answers.set(about, answer);
    for (const oldest of answers.keys()) if (answers.size > MOST_KEPT) answers.delete(oldest);
    void answer.then(
      (found) => found === null && answers.delete(about),
      () => answers.delete(about),
    );
    return answer;
  };
}

/** Where a branch is that has a file of its own, as it has since it was last pushed to. */
async function branchAt(dir: string, revision: string): Promise<string | null> {
  if (!/^refs\/heads(?:\/[\w-][\w.-]*)+$/.test(revision)) return null;
  const text = await readFile(join(dir, revision), 'utf8').catch(() => '');
  return /^[0-9a-f]{40}\n$/.test(text) ? text.trim() : null;
}

function orNull(answer: Promise<string>): Promise<string | null> {
  return answer.then(
    (text) => text.trim(),
    () => null,
  );
}

function signature(nowMs: number): Record<string, string> {
  const date = `${Math.floor(nowMs / 1000)} +0000`;
  return {
    GIT_AUTHOR_NAME: 'Sandbox',
    GIT_AUTHOR_EMAIL: 'sandbox@example.com',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: 'Sandbox',
    GIT_COMMITTER_EMAIL: 'sandbox@example.com',
    GIT_COMMITTER_DATE: date,
  };
}
