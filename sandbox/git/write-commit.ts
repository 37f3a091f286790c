import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Repository } from './repository.ts';

/** What a commit does to one file. */
export type FileChange =
  | { readonly kind: 'add' | 'edit'; readonly path: string; readonly content: Uint8Array }
  | { readonly kind: 'delete'; readonly path: string }
  | {
      readonly kind: 'rename';
      readonly from: string;
      readonly path: string;
      /** null: as it was. */
      readonly content: Uint8Array | null;
    };

/** A change that does not fit the files that there are. */
export class ChangeRefused extends Error {
  override readonly name = 'ChangeRefused';
  readonly kind: 'exists' | 'missing';
  readonly path: string;

  constructor(kind: ChangeRefused['kind'], path: string) {
    super(kind === 'exists' ? `${path} is there already` : `${path} is not there`);
    this.kind = kind;
    this.path = path;
  }
}

interface NewCommit {
  /** null: it is the first of its line. */
  readonly parent: string | null;
  readonly message: string;
  readonly changes: readonly FileChange[];
  readonly author: { readonly name: string; readonly email: string };
  readonly atMs: number;
}

/**
 * Puts a commit into a repository, with no work tree and on no branch yet.
 * @throws {ChangeRefused} a file that is added is there, or one that is changed is not
 */
export async function writeCommit(repository: Repository, commit: NewCommit): Promise<string> {
  const index = join(repository.dir, `index-${randomUUID()}`);
  const git = async (
    args: readonly string[],
    more: { env?: Record<string, string>; input?: Uint8Array } = {},
  ) =>
    (await repository.git(args, { ...more, env: { ...more.env, GIT_INDEX_FILE: index } })).trim();
  try {
    await git(commit.parent === null ? ['read-tree', '--empty'] : ['read-tree', commit.parent]);
    for (const change of commit.changes) await apply(git, change);
    const tree = await git(['write-tree']);
    const parents = commit.parent === null ? [] : ['-p', commit.parent];
    return await git(['commit-tree', ...parents, '-F', '-', tree], {
      env: signature(commit),
      input: Buffer.from(commit.message),
    });
  } finally {
    await rm(index, { force: true });
  }
}

type Git = (
  args: readonly string[],
  more?: { env?: Record<string, string>; input?: Uint8Array },
) => Promise<string>;

async function apply(git: Git, change: FileChange): Promise<void> {
  switch (change.kind) {
    case 'add':
      await refuseExisting(git, change.path);
      return put(git, { mode: '100644', blob: await store(git, change.content) }, change.path);
    case 'edit': {
      const { mode } = await existing(git, change.path);
      return put(git, { mode, blob: await store(git, change.content) }, change.path);
    }
    case 'delete':
      await existing(git, change.path);
      return remove(git, change.path);
    case 'rename':
      await refuseExisting(git, change.path);
      return move(git, change);
  }
}

async function move(
  git: Git,
  { from, path, content }: Extract<FileChange, { kind: 'rename' }>,
): Promise<void> {
  const known = await existing(git, from);
  await remove(git, from);
  const blob = content === null ? known.blob : await store(git, content);
  await put(git, { mode: known.mode, blob }, path);
}

function store(git: Git, content: Uint8Array): Promise<string> {
  return git(['hash-object', '-w', '--stdin'], { input: content });
}

async function refuseExisting(git: Git, path: string): Promise<void> {
  if ((await entryAt(git, path)) !== null) throw new ChangeRefused('exists', path);
}

async function existing(git: Git, path: string): Promise<Entry> {
  const known = await entryAt(git, path);
  if (known === null) throw new ChangeRefused('missing', path);
  return known;
}

interface Entry {
  readonly mode: string;
  readonly blob: string;
}

async function entryAt(git: Git, path: string): Promise<Entry | null> {
  const listed = await git(['ls-files', '--stage', '-z', '--', `:(literal)${path}`]);
  const [, mode, blob, name] = /^(\d+) ([0-9a-f]+) \d\t([^\0]*)/.exec(listed) ?? [];
  return mode === undefined || blob === undefined || name !== path ? null : { mode, blob };
}

async function put(git: Git, { mode, blob }: Entry, path: string): Promise<void> {
  await git(['update-index', '-z', '--index-info'], {
    input: Buffer.from(`${mode} ${blob}\t${path}\0`),
  });
}

async function remove(git: Git, path: string): Promise<void> {
  await git(['update-index', '-z', '--index-info'], {
    input: Buffer.from(`0 ${'0'.repeat(40)}\t${path}\0`),
  });
}

function signature({ author: { name, email }, atMs }: NewCommit): Record<string, string> {
  const date = `${Math.floor(atMs / 1000)} +0000`;
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  };
}
