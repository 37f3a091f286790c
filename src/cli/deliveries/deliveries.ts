import { Command } from 'commander';

import type { Done } from '../exit-codes.ts';
import { cancelCommand } from './cancel.ts';
import { dismissCommand } from './dismiss.ts';
import { listCommand } from './list.ts';
import { replayCommand } from './replay.ts';
import { showCommand } from './show.ts';

/** `signalbox deliveries`: what came of the events, and what a person may do about it. */
export function deliveriesCommand(done: Done): Command {
  return new Command('deliveries')
    .addCommand(listCommand().exitOverride())
    .addCommand(showCommand().exitOverride())
    .addCommand(replayCommand(done).exitOverride())
    .addCommand(cancelCommand().exitOverride())
    .addCommand(dismissCommand().exitOverride());
}
