import { ConfigError } from '../lib/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What no proxy can reach for us: this machine, and what Azure tells each machine of itself. */
const NEARBY = ['localhost', '127.0.0.1', '::1', '169.254.169.254'];

/**
 * Has everything that is asked from now on go through the proxy that `HTTPS_PROXY`, `HTTP_PROXY`
 * and `NO_PROXY` name, as the other tools of a CI agent do.
 *
 * Node does so by itself only where `NODE_USE_ENV_PROXY` says it; then it is left alone.
 *
 * @throws {ConfigError} the proxy is no address
 * Source: nodejs/node doc/api/http.md, "Built-in Proxy Support"
 */
export async function goThroughProxy(env: Environment): Promise<void> {
  const [https, http, no] = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'].map(
    (name) => (env[name.toLowerCase()] || env[name]) ?? '',
  );
  if (env['NODE_USE_ENV_PROXY'] || !(https || http)) return;
  // Loaded only now: no command that asks nobody needs it.
  const { setGlobalProxyFromEnv } = await import('node:http');
  setGlobalProxyFromEnv({
    ...(https && { HTTPS_PROXY: addressOf('HTTPS_PROXY', https) }),
    ...(http && { HTTP_PROXY: addressOf('HTTP_PROXY', http) }),
    NO_PROXY: [...(no ? [no] : []), ...NEARBY].join(','),
  });
}

/** With `http://` in front, as curl has it. The address may hold a password, and is not said. */
function addressOf(name: string, text: string): string {
  const address = /^\w+:\/\//.test(text) ? text : `http://${text}`;
  if (/^https?:\/\//i.test(address) && URL.canParse(address)) return address;
  throw new ConfigError('CONFIG_INVALID', `${name} is no address of a proxy`, {
    hint: `Write ${name}=http://proxy.example.com:3128, or unset it.`,
  });
}
