import type { Surroundings } from './surroundings.ts';

/** Variables whose values are secrets, whatever a notebook makes of them in what it prints. */
const SECRETS =
  /^(ARM_CLIENT_SECRET|AZURE_CLIENT_SECRET|DATABRICKS_(CLIENT_SECRET|TOKEN)|SYSTEM_ACCESSTOKEN|ACTIONS_ID_TOKEN_REQUEST_TOKEN|GITHUB_TOKEN|.*(SECRET|PASSWORD|CREDENTIAL|_TOKEN))$/i;

/** Shorter ones would blacken half of every text. */
const SHORTEST_SECRET = 8;

/** What Azure Pipelines hands on in place of a variable that it does not have. */
const UNRESOLVED = /^\$\([\w.-]+\)$/;

/** A token of Entra ID or Databricks, whoever it belongs to. */
const TOKEN = /eyJ[\w-]{8,}\.[\w.-]{8,}|dapi[0-9a-f]{32}/g;

/**
 * Masks what must not be printed in a text.
 *
 * A report is masked before it is written, too: Markdown and XML write some letters of a secret
 * differently, and then nobody finds it.
 */
export function maskFor(
  env: Surroundings['env'],
  further: () => readonly string[] = () => [],
): (text: string) => string {
  const ofVariables = Object.entries(env).flatMap(([name, value = '']) =>
    SECRETS.test(name) ? [value] : [],
  );
  const known = [...ofVariables, ...passwordsOfProxies(env)];
  return (text) =>
    [...known, ...further()]
      .filter((secret) => secret.length >= SHORTEST_SECRET && !UNRESOLVED.test(secret))
      .flatMap(formsOf)
      .toSorted((a, b) => b.length - a.length)
      .reduce((so, secret) => so.replaceAll(secret, '***'), text)
      .replaceAll(TOKEN, '***');
}

/** The same surroundings, where nothing that is written holds a secret of this process. */
export function masked(
  around: Surroundings,
  further: () => readonly string[] = () => [],
): Surroundings {
  const mask = maskFor(around.env, further);
  const { files } = around;
  return {
    ...around,
    result: (line) => around.result(mask(line)),
    progress: (line) => around.progress(mask(line)),
    files: {
      ...files,
      write: (file, text) => files.write(file, mask(text)),
      append: (file, text) => files.append(file, mask(text)),
    },
  };
}

/** As somebody who repeats it may write it. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams({ '': secret }).toString().slice(1),
    ...(['base64', 'base64url', 'hex'] as const).map((encoding) => bytes.toString(encoding)),
  ];
}

function passwordsOfProxies(env: Surroundings['env']): readonly string[] {
  return ['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy'].flatMap((name) => {
    const { password } = URL.parse(env[name] ?? '') ?? { password: '' };
    return password === '' ? [] : [password];
  });
}
