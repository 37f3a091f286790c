import { entriesIn, entryAt, type TreeEntry } from '../../git/tree-entries.ts';
import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import type { Identity } from '../identity.ts';
import { linksOf } from '../links.ts';
import { requireGitRight } from '../permissions/rights.ts';
import { listed, respond, standardHeaders } from '../respond.ts';
import type { AzureDevops, AzureDevopsCall, HostedRepository } from '../state.ts';
import { VssError } from '../vss-error.ts';
import { findRepository } from './repository-json.ts';
import { findVersion, type Version } from './version.ts';

/** A file as it is, or described in JSON; with `scopePath` a folder and what is in it. */
export const getItems: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_apis/git/repositories/:repo/items',
  source: 'vsts-rest-api-specs, specification/git/7.1, Items_Get and Items_List',
  async handle(call) {
    const caller = await enter(call);
    const hosted = findRepository(call.state, call.params['repo']);
    requireGitRight(call, caller, 'GenericRead');
    const version = await findVersion(call, hosted, 'versionDescriptor');
    const asked = { call, caller, hosted, version };
    return call.url.searchParams.get('path') === null ? listFolder(asked) : showOne(asked);
  },
};

interface Asked {
  readonly call: AzureDevopsCall;
  readonly caller: Identity;
  readonly hosted: HostedRepository;
  readonly version: Version;
}

async function showOne({ call, caller, hosted, version }: Asked): Promise<Response> {
  const query = call.url.searchParams;
  const entry = await find(hosted, version, bare(query.get('path')));
  if (entry.kind === 'blob' && !asksForJson(call)) {
    const bytes = await hosted.repository.blob(entry.id);
    const headers = { ...standardHeaders(caller), 'content-type': contentType(call, bytes) };
    return new Response(bytes, { headers });
  }
  const content = query.get('includeContent') === 'true' ? await textOf(hosted, entry) : null;
  const item = itemJson(call, { hosted, version }, entry);
  return respond(call, caller, { ...item, ...(content !== null && { content }) });
}

async function listFolder({ call, caller, hosted, version }: Asked): Promise<Response> {
  const query = call.url.searchParams;
  const path = bare(query.get('scopePath'));
  const entry = await find(hosted, version, path);
  const level = (query.get('recursionLevel') ?? 'oneLevel').toLowerCase();
  const inside =
    entry.kind !== 'tree' || level === 'none'
      ? []
      : await entriesIn(hosted.repository, version.commit, path, level === 'full');
  const items = [entry, ...inside].map((one) => itemJson(call, { hosted, version }, one));
  return respond(call, caller, listed(items));
}

function bare(path: string | null): string {
  return (path ?? '').replace(/^\/+|\/+$/g, '');
}

/** @throws {VssError} there is nothing at this path */
async function find(
  { repository }: HostedRepository,
  { commit, shown }: Version,
  path: string,
): Promise<TreeEntry> {
  const found = await entryAt(repository, commit, path);
  if (found) return found;
  throw new VssError(
    404,
    'GitItemNotFoundException',
    `TF401174: The item '/${path}' could not be found in the repository '${repository.name}' at the version specified by '<${shown}>' (resolved to commit '${commit}')\r\nParameter name: path`,
    'Microsoft.TeamFoundation.Git.Server',
  );
}

function asksForJson({ url, request }: AzureDevopsCall): boolean {
  const format = url.searchParams.get('$format')?.toLowerCase();
  if (format !== undefined) return format === 'json';
  return (request.headers.get('accept') ?? '').includes('application/json');
}

function contentType({ url }: AzureDevopsCall, bytes: Uint8Array): string {
  const isBinary = bytes.subarray(0, 8000).includes(0);
  const format = url.searchParams.get('$format')?.toLowerCase();
  return isBinary || format === 'octetstream'
    ? 'application/octet-stream'
    : 'text/plain; charset=utf-8';
}

async function textOf({ repository }: HostedRepository, { kind, id }: TreeEntry) {
  return kind === 'blob' ? new TextDecoder().decode(await repository.blob(id)) : null;
}

/** Source: GitItem in specification/git/7.1 of MicrosoftDocs/vsts-rest-api-specs */
function itemJson(
  { state }: AzureDevopsCall,
  { hosted, version }: { readonly hosted: HostedRepository; readonly version: Version },
  { kind, id, path }: TreeEntry,
) {
  const query = new URLSearchParams({
    path: `/${path}`,
    'versionDescriptor.version': version.commit,
    'versionDescriptor.versionType': 'commit',
  });
  return {
    objectId: id,
    gitObjectType: kind,
    commitId: version.commit,
    path: `/${path}`,
    ...(kind === 'tree' && { isFolder: true }),
    url: `${linksOf(state).repository(hosted.id)}/items?${query.toString()}`,
  };
}
