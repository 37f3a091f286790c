import { Command } from 'commander';

import { loadConfig } from '../config/load.ts';

/** `signalbox check`: says everything that is wrong with a configuration, or that nothing is. */
export function checkCommand(): Command {
  return new Command('check')
    .argument('[file]', 'the configuration', 'signalbox.yaml')
    .action((file: string) => {
      const config = loadConfig(file, { env: process.env });
      const counts = [
        `${config.sources.size} sources`,
        `${config.targets.size} targets`,
        `${config.rules.length} rules`,
      ];
      console.log(`${file} is right: ${counts.join(', ')}`);
    });
}
