import { Command } from 'commander';

import { ask, outputOption, type ServiceOptions, serviceOption } from './ask.ts';

interface SendOptions extends ServiceOptions {
  readonly branch: string;
  readonly text: string;
  readonly output: string;
}

/** `signalbox send SOURCE NAME`: asks by hand for what a rule on `manual.requested` starts. */
export function sendCommand(): Command {
  return new Command('send')
    .argument('<source>', 'a source of type manual')
    .argument('<name>', 'what is asked for: event.name in the rules')
    .option('-b, --branch <branch>', 'event.branch', '')
    .option('-t, --text <text>', 'event.text', '')
    .addOption(serviceOption())
    .addOption(outputOption())
    .action(async (source: string, name: string, options: SendOptions) => {
      const { service, branch, text, output } = options;
      const url = new URL(`/api/manual/${encodeURIComponent(source)}`, service);
      const requestedBy = process.env['USER'] ?? '';
      const answer = await ask(url, { name, branch, text, requested_by: requestedBy });
      console.log(output === 'json' ? JSON.stringify(answer) : `stored; follow it at ${service}`);
    });
}
