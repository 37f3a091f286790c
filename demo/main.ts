import { parseArgs, styleText } from 'node:util';

import { buildWeb } from '../tools/build-web.ts';
import type { Line } from './line.ts';
import { breaks } from './scenes/index.ts';
import type { Scene } from './scenes/scene.ts';
import { openStage, type Stage } from './stage.ts';
import { playStory } from './story.ts';

const USUAL_PORT = 4400;
const COLUMN = 58;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      once: { type: 'boolean', default: false },
      break: { type: 'string' },
      output: { type: 'string', default: 'text' },
    },
  });
  const name = values.break;
  if (name !== undefined && !breaks.has(name)) return listScenes(name);
  const scene = name === undefined ? null : (breaks.get(name) ?? null);
  return await show({
    scene,
    isJson: values.output === 'json',
    stops: values.once || scene !== null,
  });
}

interface Show {
  readonly scene: Scene | null;
  readonly isJson: boolean;
  /** Ends after the last step, instead of staying up to be looked at. */
  readonly stops: boolean;
}

async function show({ scene, isJson, stops }: Show): Promise<number> {
  await buildWeb();
  const startedAt = performance.now();
  await using stage = await openStage({
    port: stops ? 0 : await freePort(USUAL_PORT),
    ...scene?.options,
  });
  const played = await play(stage, { scene, isJson });
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  if (isJson) console.log(JSON.stringify({ ...played, seconds }, null, 2));
  else summarize({ ...played, seconds });
  if (!stops) await stayUp(stage.serviceUrl);
  return played.agrees ? 0 : 1;
}

function listScenes(asked: string): number {
  const known = [...breaks].map(([name, { summary }]) => `  ${name.padEnd(18)} ${summary}`);
  if (asked !== 'list') console.error(`No scene is called "${asked}". There are:`);
  console.error(known.join('\n'));
  return asked === 'list' ? 0 : 2;
}

interface Played {
  readonly agrees: boolean;
  /** What broke the story off, if anything did. */
  readonly failure: string | null;
  readonly steps: readonly Line[];
}

async function play(
  stage: Stage,
  { scene, isJson }: { readonly scene: Scene | null; readonly isJson: boolean },
): Promise<Played> {
  const steps: Line[] = [];
  const tell = (line: Line) => {
    steps.push(line);
    if (!isJson) announce(line);
  };
  try {
    await (scene ? scene.play(stage, tell) : playStory(stage, tell));
    return { agrees: steps.every((line) => line.agrees), failure: null, steps };
  } catch (error) {
    return {
      agrees: false,
      failure: error instanceof Error ? error.message : String(error),
      steps,
    };
  }
}

function announce({ step, seen, agrees, link }: Line): void {
  const mark = agrees ? styleText('green', '✔') : styleText('red', '✘');
  console.log(`${mark} ${step}: ${printable(seen)}`);
  if (link !== null) console.log(`    ${styleText('dim', link)}`);
}

interface Summary extends Played {
  readonly seconds: number;
}

function summarize({ steps: lines, failure, seconds }: Summary): void {
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
