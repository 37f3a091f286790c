import { z } from 'zod';

import { ChangeRefused, type FileChange, writeCommit } from '../../git/write-commit.ts';
import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { requireGitRight } from '../permissions/rights.ts';
import { parsed } from '../pipelines/run-parameters.ts';
import { respond } from '../respond.ts';
import type { AzureDevops, HostedRepository } from '../state.ts';
import { VssError } from '../vss-error.ts';
import { afterPush } from './after-push.ts';
import { pushJson } from './pushes.ts';
import { findRepository } from './repository-json.ts';

/** Source: GitPush in specification/git/7.1 of MicrosoftDocs/vsts-rest-api-specs */
const Change = z.object({
  changeType: z.union([z.string(), z.number()]),
  item: z.object({ path: z.string().min(1) }),
  newContent: z
    .object({ content: z.string(), contentType: z.union([z.string(), z.number()]).nullish() })
    .nullish(),
  sourceServerItem: z.string().nullish(),
});
type Change = z.infer<typeof Change>;

const Commit = z.object({
  comment: z.string(),
  author: z.object({ name: z.string().nullish(), email: z.string().nullish() }).nullish(),
  changes: z.array(Change).min(1),
});
type Commit = z.infer<typeof Commit>;

const Push = z.object({
  refUpdates: z
    .array(z.object({ name: z.string(), oldObjectId: z.string().regex(/^[0-9a-f]{40}$/) }))
    .length(1),
  commits: z.array(Commit).length(1),
});

const nothing = '0'.repeat(40);

/** Puts one commit on one branch. A branch that is not there begins at `oldObjectId`. */
export const createPush: Action<AzureDevops> = {
  method: 'POST',
  path: '/:org/:project/_apis/git/repositories/:repo/pushes',
  source: 'vsts-rest-api-specs, specification/git/7.1, Pushes_Create and its recorded examples',
  async handle(call) {
    const { state } = call;
    const by = await enter(call);
    const hosted = findRepository(state, call.params['repo']);
    requireGitRight(call, by, 'GenericContribute');
    const body = parsed(Push, await call.json());
    const [update] = body.refUpdates;
    const [commit] = body.commits;
    if (!update || !commit) throw new VssError(400, 'ArgumentException', 'A push has one commit.');
    const before = await hosted.repository.refs();
    const base = baseOf(before, update);
    if (!before.has(update.name)) requireGitRight(call, by, 'CreateBranch');
    const author = {
      name: commit.author?.name ?? by.displayName,
      email: commit.author?.email ?? by.uniqueName,
    };
    const id = await write(hosted, { commit, base, author, atMs: call.now() });
    await moveRef(hosted, update.name, id, before.get(update.name) ?? nothing);
    const after = await hosted.repository.refs();
    const push = await afterPush(state, { hosted, before, after, by });
    return respond(call, by, push && (await pushJson(state, push)), 201);
  },
};

/** @throws {VssError} somebody else was faster */
function baseOf(
  refs: ReadonlyMap<string, string>,
  { name, oldObjectId }: { readonly name: string; readonly oldObjectId: string },
): string | null {
  const now = refs.get(name);
  if (now !== undefined && now !== oldObjectId) throw stale(name);
  return oldObjectId === nothing ? null : oldObjectId;
}

interface Written {
  readonly commit: Commit;
  readonly base: string | null;
  readonly author: { readonly name: string; readonly email: string };
  readonly atMs: number;
}

async function write({ repository }: HostedRepository, { commit, base, author, atMs }: Written) {
  if (base !== null && (await repository.resolve(base)) === null) {
    throw gitError(
      404,
      'GitCommitDoesNotExistException',
      `TF401178: The commit with ID '${base}' does not exist in the repository, or you do not have permission to access it.`,
    );
  }
  try {
    const changes = commit.changes.map(changeOf);
    return await writeCommit(repository, {
      parent: base,
      message: commit.comment,
      changes,
      author,
      atMs,
    });
  } catch (error) {
    if (!(error instanceof ChangeRefused)) throw error;
    const { kind, path } = error;
    throw kind === 'exists'
      ? gitError(
          400,
          'GitPathAlreadyExistsException',
          `The path '/${path}' already exists; it cannot be added.`,
        )
      : gitError(
          404,
          'GitItemNotFoundException',
          `TF401174: The item '/${path}' could not be found in the repository '${repository.name}'.`,
        );
  }
}

async function moveRef({ repository }: HostedRepository, name: string, id: string, old: string) {
  const isName = /^refs\/(heads|tags)\/./.test(name);
  if (isName) {
    const moved = await repository.git(['update-ref', name, id, old]).then(
      () => true,
      () => false,
    );
    if (moved) return;
  }
  throw isName
    ? stale(name)
    : gitError(
        400,
        'InvalidGitRefNameException',
        `TF401021: The reference name '${name}' is not valid.`,
      );
}

/** Source: VersionControlChangeType in specification/git/7.1 of vsts-rest-api-specs */
const changeTypes: Readonly<Record<string, FileChange['kind']>> = {
  add: 'add',
  1: 'add',
  edit: 'edit',
  2: 'edit',
  rename: 'rename',
  8: 'rename',
  'edit, rename': 'rename',
  'rename, edit': 'rename',
  delete: 'delete',
  16: 'delete',
};

function changeOf(change: Change): FileChange {
  const kind = changeTypes[String(change.changeType).toLowerCase()];
  const path = pathOf(change.item.path);
  const content = contentOf(change);
  if (kind === 'delete') return { kind, path };
  if (kind === 'rename') {
    return { kind, path, from: pathOf(change.sourceServerItem ?? ''), content };
  }
  if (kind !== undefined && content !== null) return { kind, path, content };
  const message =
    kind === undefined
      ? `The change type '${change.changeType}' is not supported.`
      : `The change of '/${path}' has no new content.`;
  throw gitError(400, 'ArgumentException', message);
}

/** @throws {VssError} it leads out of the repository, or into git's own folder */
function pathOf(written: string): string {
  const path = written.replace(/^\/+/, '');
  const parts = path.split('/');
  if (
    path !== '' &&
    parts.every((part) => part !== '' && part !== '.' && part !== '..') &&
    parts[0]?.toLowerCase() !== '.git'
  )
    return path;
  throw gitError(400, 'InvalidPathException', `The path '${written}' is not valid.`);
}

function contentOf({ newContent }: Change): Uint8Array | null {
  if (!newContent) return null;
  const type = String(newContent.contentType ?? 'rawtext').toLowerCase();
  const isBase64 = type === 'base64encoded' || type === '1';
  return Buffer.from(newContent.content, isBase64 ? 'base64' : 'utf8');
}

function stale(name: string): VssError {
  return gitError(
    409,
    'GitReferenceStaleException',
    `TF401028: The reference '${name}' has already been updated by another client, so you cannot update it. Please try again.`,
  );
}

function gitError(status: number, typeKey: string, message: string): VssError {
  return new VssError(status, typeKey, message, 'Microsoft.TeamFoundation.Git.Server');
}
