import type { Command } from 'commander';
import { z } from 'zod';

import { TransientError } from '../lib/errors.ts';
import { outputOption } from './ask.ts';
import { printable } from './printable.ts';
import { findSandbox, type SandboxAdmin, type SandboxOptions } from './sandbox-admin.ts';
import { commandOfSandbox } from './sandbox-command.ts';

interface JournalOptions extends SandboxOptions {
  readonly output: string;
  readonly since: string;
  readonly service?: string;
  readonly follow?: true;
}

const Entry = z.looseObject({
  seq: z.number(),
  direction: z.enum(['in', 'out']),
  atMs: z.number(),
  tookMs: z.number(),
  service: z.string().nullable(),
  method: z.string(),
  host: z.string(),
  path: z.string(),
  status: z.number().nullable(),
  principal: z.string().nullable(),
  fault: z.string().nullable(),
});
type Entry = z.infer<typeof Entry>;

const Answer = z.object({ entries: z.array(Entry) });

/** `signalbox sandbox journal`: every request in a sandbox, and what became of it. */
export function journalCommand(): Command {
  return commandOfSandbox('journal', 'print every request, and what became of it')
    .option('--since <seq>', 'only what came after this entry', '0')
    .option('--service <name>', 'only of this service')
    .option('-f, --follow', 'go on printing what comes')
    .addOption(outputOption())
    .action(async (options: JournalOptions) => {
      const { since, service, follow, output } = options;
      const query = new URLSearchParams({ since, ...(service !== undefined && { service }) });
      const print = output === 'json' ? printJson : printLine;
      const sandbox = findSandbox(options);
      if (follow) {
        await followJournal(sandbox, query, print);
        return;
      }
      const answer = await sandbox.ask(`/_sandbox/journal?${query.toString()}`);
      for (const entry of Answer.parse(answer).entries) print(entry);
    });
}

async function followJournal(
  sandbox: SandboxAdmin,
  query: URLSearchParams,
  print: (entry: Entry) => void,
): Promise<void> {
  const { body } = await sandbox.open(`/_sandbox/journal/stream?${query.toString()}`);
  let rest = '';
  for await (const chunk of untilItEnds(body, sandbox)) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.filter((one) => one.startsWith('data: '))) {
      print(Entry.parse(JSON.parse(line.slice('data: '.length))));
    }
  }
}

async function* untilItEnds(body: Response['body'], { url }: SandboxAdmin) {
  try {
    if (body) yield* body.pipeThrough(new TextDecoderStream());
  } catch (cause) {
    throw new TransientError('UNANSWERED', `the sandbox at ${url} is gone`, { cause });
  }
}

function printJson(entry: Entry): void {
  console.log(JSON.stringify(entry));
}

function printLine(entry: Entry): void {
  const { seq, direction, service, method, host, path, status, tookMs, principal, fault } = entry;
  const at = new Date(entry.atMs).toISOString().slice(11, 23);
  const sender = direction === 'out' ? `${service} sends ` : '';
  const notes = [
    `${tookMs} ms`,
    ...(principal === null ? [] : [`by ${principal}`]),
    ...(fault === null ? [] : [`fault ${fault}`]),
  ];
  const what = `${sender}${method} ${host}${path}`;
  console.log(printable(`${seq}  ${at}  ${status ?? 'cut'}  ${what}  (${notes.join(', ')})`));
}
