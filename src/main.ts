import { runCli } from './cli/cli.ts';

// Whoever stops reading, as `head` does, has seen enough; the exit code is still ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await runCli(process.argv.slice(2));
