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

/** The same surroundings, where nothing that is written holds a secret of this process. */
export function masked(around: Surroundings): Surroundings {
  const secrets = Object.entries(around.env)
    .flatMap(([name, value = '']) =>
      SECRETS.test(name) && value.length >= SHORTEST_SECRET && !UNRESOLVED.test(value)
        ? [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]
        : [],
    )
    .toSorted((a, b) => b.length - a.length);
  const mask = (text: string) => {
    const rest = secrets.reduce((so, secret) => so.replaceAll(secret, '***'), text);
    return rest.replaceAll(TOKEN, '***');
  };
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
