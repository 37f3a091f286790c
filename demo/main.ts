import { parseArgs, styleText } from 'node:util';

import type { Line } from './line.ts';
import { breaks } from './scenes/index.ts';
import { openStage } from './stage.ts';
import { playStory } from './story.ts';

const USUAL_PORT = 4400;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      once: { type: 'boolean', default: false },
      break: { type: 'string' },
      output: { type: 'string', default: 'text' },
    },
  });
  const isJson = values.output === 'json';
  const scene = values.break === undefined ? null : breaks.get(values.break);
  if (scene === undefined) {
    const known = [...breaks].map(([name, { summary }]) => `  ${name.padEnd(18)} ${summary}`);
    console.error(`No scene is called "${values.break}". There are:\n${known.join('\n')}`);
    return values.break === 'list' ? 0 : 2;
  }
  const stops = values.once || scene !== null;
  const startedAt = performance.now();
  await using stage = await openStage({
    port: stops ? 0 : await freePort(USUAL_PORT),
    ...scene?.options,
  });
  const lines: Line[] = [];
  const tell = (line: Line) => {
    lines.push(line);
    if (!isJson) announce(line);
  };
  let failure: string | null = null;
  try {
    await (scene ? scene.play(stage, tell) : playStory(stage, tell));
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  const agrees = failure === null && lines.every((line) => line.agrees);
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  if (isJson) console.log(JSON.stringify({ agrees, failure, seconds, steps: lines }, null, 2));
  else summarize({ lines, failure, seconds });
  if (!stops) await stayUp(stage.serviceUrl);
  return agrees ? 0 : 1;
}

function announce({ step, seen, agrees, link }: Line): void {
  const mark = agrees ? styleText('green', '✔') : styleText('red', '✘');
  console.log(`${mark} ${step}: ${printable(seen)}`);
  if (link !== null) console.log(`    ${styleText('dim', link)}`);
}

interface Summary {
  readonly lines: readonly Line[];
  readonly failure: string | null;
  readonly seconds: number;
}

function summarize({ lines, failure, seconds }: Summary): void {
  const wrong = lines.filter(({ agrees }) => !agrees);
  console.log('');
  console.log(table(lines));
  for (const { step, expected, seen } of wrong) {
    console.log(
      `\n${styleText('red', step)}\n  expected  ${expected}\n  seen      ${printable(seen)}`,
    );
  }
  if (failure !== null) console.log(`\n${styleText('red', 'The story broke off')}: ${failure}`);
  const agreeing = lines.length - wrong.length;
  console.log(`\n${agreeing} of ${lines.length} steps as expected, in ${seconds} s`);
}

const COLUMN = 58;

function table(lines: readonly Line[]): string {
  const rows = lines.map(({ step, expected, seen }) => [step, expected, printable(seen)]);
  return [['step', 'expected', 'seen'], ...rows]
    .map((row) =>
      row
        .map((cell) => cell.slice(0, COLUMN).padEnd(COLUMN))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ');
}

/** The port itself when it is free, or 0: any. */
async function freePort(port: number): Promise<number> {
  const { createServer } = await import('node:net');
  return await new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(0));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)));
  });
}

async function stayUp(url: string): Promise<void> {
  console.log(`\nThe dashboard is at ${styleText('bold', url)}. Ctrl+C stops everything.`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
