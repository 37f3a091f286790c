import type { Stage } from './stage.ts';
import { names } from './wine-quality.ts';

/** Azure DevOps and Databricks as a person with a token calls them. */
export interface VendorApi {
  azure(path: string, init?: Init): Promise<unknown>;
  databricks(path: string, init?: Init): Promise<unknown>;
}

interface Init {
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly body?: unknown;
}

/** Nick's own way to the two services, with his tokens, through the sandbox's proxy. */
export function openVendorApi({ credentials }: Stage): VendorApi {
  const pat = Buffer.from(`:${credentials.nickGit}`).toString('base64');
  const project = `https://dev.azure.com/${names.organization}/${names.project}`;
  return {
    azure: (path, init) => call(`${project}/_apis/${path}`, `Basic ${pat}`, init),
    databricks: (path, init) =>
      call(
        `https://${names.workspace}/api/2.0/${path}`,
        `Bearer ${credentials.nickDatabricks}`,
        init,
      ),
  };
}

async function call(url: string, authorization: string, { method, body }: Init = {}) {
  const response = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { authorization, 'content-type': 'application/json', accept: 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 300)}`);
  const answer: unknown = JSON.parse(text);
  return answer;
}
