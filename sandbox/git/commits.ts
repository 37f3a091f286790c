import type { Repository } from './repository.ts';

/** A commit with who wrote it and who put it there. */
export interface FullCommit {
  readonly id: string;
  readonly treeId: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** ISO 8601. */
  readonly date: string;
}

interface Asked {
  /** Commits, branches, or ranges of them. */
  readonly revisions: readonly string[];
  readonly top?: number;
  readonly skip?: number;
  /** Only commits that changed this path. */
  readonly path?: string;
  readonly author?: string;
  readonly sinceMs?: number;
  readonly untilMs?: number;
}

const format = ['%H', '%T', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%B'].join('%x1f');

/** Commits, the newest first. */
export async function listCommits(repository: Repository, asked: Asked): Promise<FullCommit[]> {
  const { revisions, top, skip, path, author, sinceMs, untilMs } = asked;
  const options = [
    ...(top === undefined ? [] : [`--max-count=${top}`]),
    ...(skip === undefined ? [] : [`--skip=${skip}`]),
    ...(author === undefined ? [] : ['--fixed-strings', `--author=${author}`]),
    ...(sinceMs === undefined ? [] : [`--since=${new Date(sinceMs).toISOString()}`]),
    ...(untilMs === undefined ? [] : [`--until=${new Date(untilMs).toISOString()}`]),
  ];
  const paths = path === undefined ? [] : [`:(literal)${path}`];
  const args = ['log', '-z', `--format=${format}`, ...options, '--end-of-options', ...revisions];
  const printed = await repository.git([...args, '--', ...paths]);
  return printed
    .split('\0')
    .filter((record) => record !== '')
    .map(commitOf);
}

function commitOf(record: string): FullCommit {
  const [id = '', treeId = '', parents = '', ...rest] = record.split('\u001F');
  const [an = '', ae = '', ad = '', cn = '', ce = '', cd = '', ...message] = rest;
  return {
    id,
    treeId,
    parents: parents.split(' ').filter((parent) => parent !== ''),
    author: { name: an, email: ae, date: ad },
    committer: { name: cn, email: ce, date: cd },
    message: message.join('\u001F').trimEnd(),
  };
}
