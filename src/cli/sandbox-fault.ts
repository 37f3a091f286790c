import { readFileSync } from 'node:fs';

import type { Command } from 'commander';
import { parseDocument } from 'yaml';
import { z } from 'zod';

import { ConfigError } from '../lib/errors.ts';
import { outputOption } from './ask.ts';
import { printable } from './printable.ts';
import { findSandbox, type SandboxOptions } from './sandbox-admin.ts';
import { commandOfSandbox, sandboxSubcommand } from './sandbox-command.ts';

interface ListOptions extends SandboxOptions {
  readonly output: string;
}

const Added = z.object({ id: z.string() });

const Faults = z.object({
  faults: z.array(z.looseObject({ id: z.string(), matched: z.number(), struck: z.number() })),
});

const Presets = z.object({
  presets: z.array(z.object({ name: z.string(), description: z.string() })),
});

const Preset = z.object({ ids: z.array(z.string()), description: z.string() });

/** `signalbox sandbox fault`: makes things go wrong in a running sandbox. */
export function faultCommand(): Command {
  return sandboxSubcommand('fault', 'make things go wrong')
    .addCommand(addCommand())
    .addCommand(presetCommand())
    .addCommand(listCommand())
    .addCommand(clearCommand());
}

function addCommand(): Command {
  return commandOfSandbox('add', 'add a rule, and print the id it goes by')
    .argument('<rule>', 'the rule, in JSON or YAML; "-" reads it from standard input')
    .addHelpText(
      'after',
      `
Examples:
  '{service: databricks, path: "/api/*/jobs/runs/get", when: {times: 3}, do: {kind: status, status: 503}}'
  '{service: azure-devops, principal: sp-mlops, stage: after, do: {kind: drop}}'
  '{service: databricks-webhooks, do: {kind: reorder}}'
  '{run: "CI*", task: training, do: {kind: run-ending, result_state: TIMEDOUT}}'

What a rule may say:
  whom it is meant for  service, method, path, principal, header, body; of runs: run, task
  when                  skip, times, probability, seed, after_ms, for_ms
  stage                 before or after the action
  do.kind               status, delay, drop, reset-after-headers, sign-in-page, truncate-body,
                        stale-read, expire-tokens, clock-skew; of webhooks: duplicate, reorder,
                        suppress; of runs: run-ending`,
    )
    .action(async (text: string, options: SandboxOptions) => {
      const rule = ruleIn(text === '-' ? readFileSync(0, 'utf8') : text);
      const request = { method: 'POST', body: rule } as const;
      const { id } = Added.parse(await findSandbox(options).ask('/_sandbox/faults', request));
      console.log(id);
    });
}

function presetCommand(): Command {
  return commandOfSandbox('preset', 'add the rules that have a name; without one, list the names')
    .argument('[name]', 'such as lost-submit-reply')
    .action(async (name: string | undefined, options: SandboxOptions) => {
      const sandbox = findSandbox(options);
      if (name === undefined) {
        const { presets } = Presets.parse(await sandbox.ask('/_sandbox/presets'));
        for (const one of presets) console.log(`${one.name.padEnd(22)}  ${one.description}`);
        return;
      }
      const path = `/_sandbox/presets/${encodeURIComponent(name)}`;
      const { ids, description } = Preset.parse(await sandbox.ask(path, { method: 'POST' }));
      console.error(`${name}: ${description}`);
      for (const id of ids) console.log(id);
    });
}

function listCommand(): Command {
  return commandOfSandbox('list', 'list the rules, and how often each has struck')
    .addOption(outputOption())
    .action(async (options: ListOptions) => {
      const answer = await findSandbox(options).ask('/_sandbox/faults');
      if (options.output === 'json') {
        console.log(JSON.stringify(answer, null, 2));
        return;
      }
      for (const { id, matched, struck, channel: _, ...rule } of Faults.parse(answer).faults) {
        console.log(`${id}  struck ${struck} of ${matched}  ${printable(JSON.stringify(rule))}`);
      }
    });
}

function clearCommand(): Command {
  return commandOfSandbox('clear', 'take rules away; without an id, all of them')
    .argument('[id...]', 'as printed when it was added')
    .action(async (ids: readonly string[], options: SandboxOptions) => {
      const sandbox = findSandbox(options);
      const paths = ids.map((id) => `/_sandbox/faults/${encodeURIComponent(id)}`);
      for (const path of ids.length === 0 ? ['/_sandbox/faults'] : paths) {
        await sandbox.ask(path, { method: 'DELETE' });
      }
    });
}

function ruleIn(text: string): unknown {
  // JSON is YAML too.
  const document = parseDocument(text);
  const [wrong] = document.errors;
  if (wrong) throw new ConfigError('CONFIG_INVALID', `the rule is not YAML: ${wrong.message}`);
  return document.toJS();
}
