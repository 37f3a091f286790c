import type { Stage } from '../stage.ts';

/** Asks for the unit test of a branch, as the form on the page does. */
export async function askForUnitTest(stage: Stage, branch: string): Promise<void> {
  const response = await fetch(new URL('/api/manual/by-hand', stage.serviceUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'unit-test', branch }),
  });
  if (!response.ok) throw new Error(`the service answered ${response.status}`);
}
