import { createHash, timingSafeEqual } from 'node:crypto';

import { z } from 'zod';

import type { Secret } from '../lib/secret.ts';
import type { Heard, Notice } from './target.ts';

/** Says whether a call shows one of our secrets. */
type IsGenuine = (headers: Notice['headers']) => boolean;

/** The header for those who would rather not use basic authentication, which needs https there. */
const HEADER = 'x-signalbox-token';

/**
 * Believes a service hook that shows one of these secrets, as the password of basic authentication
 * or in `X-Signalbox-Token`. There is no signature: whoever has the secret can say anything, which
 * is why we believe no more of it than that there is something to look at.
 *
 * Source: MicrosoftDocs/azure-devops-docs, service-hooks/consumers.md, "Web Hooks"
 */
export function noticeCheckFor(secrets: readonly Secret[]): IsGenuine {
  const known = secrets.map((secret) => digest(secret.reveal()));
  return (headers) => {
    const shown = headers.get(HEADER) ?? passwordIn(headers.get('authorization') ?? '');
    if (shown === '') return false;
    const sent = digest(shown);
    // Every secret is tried: the time it takes says nothing about which one it was.
    return known.filter((one) => timingSafeEqual(one, sent)).length > 0;
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The user name is nobody's business. */
function passwordIn(authorization: string): string {
  const { credentials = '' } =
    /^basic (?<credentials>[\w+/=-]+)$/i.exec(authorization)?.groups ?? {};
  const said = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = said.indexOf(':');
  return colon < 0 ? '' : said.slice(colon + 1);
}

const Id = z.int().positive().transform(String);

/**
 * What a service hook tells us of, whichever of its events it is: run, stage, job or build.
 * Source: MicrosoftDocs/azure-devops-docs, service-hooks/events.md; all but the ids may be left out
 */
const Told = z.object({
  eventType: z.string(),
  resource: z
    .union([
      z.object({ run: z.object({ id: Id }) }).transform(({ run }) => run.id),
      z.object({ id: Id }).transform(({ id }) => id),
    ])
    .nullish()
    .catch(null),
});

const OF_RUNS = /^(ms\.vss-pipelines\.(run|stage|job)-state-changed-event|build\.complete)$/;

/** Which run a service hook is about. */
export function readNotice(body: Uint8Array): Heard {
  const told = Told.safeParse(jsonIn(body));
  if (!told.success)
    return { kind: 'malformed', because: 'the body is no event of a service hook' };
  const { eventType, resource } = told.data;
  if (!OF_RUNS.test(eventType)) return { kind: 'ignored', because: 'it is about no run' };
  return resource
    ? { kind: 'run', id: resource }
    : {
        kind: 'ignored',
        because: 'it names no run: let it send at least minimal resource details',
      };
}

function jsonIn(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
