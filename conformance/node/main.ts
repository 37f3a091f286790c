import { checkingInto } from '../check.ts';
import { Scene } from '../scene.ts';

/** Makes the checks of one client, in a process of its own: `node main.ts azure-identity`. */
const CLIENTS = {
  'azure-identity': () => import('./azure-identity.ts'),
  'azure-devops-node-api': () => import('./azure-devops-node-api.ts'),
  'azure-pipelines-task-lib': () => import('./azure-pipelines-task-lib.ts'),
  'octokit-rest': () => import('./octokit-rest.ts'),
} as const;

const [name = ''] = process.argv.slice(2);
const load = Object.entries(CLIENTS).find(([one]) => one === name)?.[1];
if (!load) throw new Error(`there is no client ${name}`);
const { run } = await load();
const scene = Scene.parse(JSON.parse(process.env['SCENE'] ?? '{}'));
await run(
  scene,
  checkingInto((checked) => process.stdout.write(`${JSON.stringify(checked)}\n`)),
);
