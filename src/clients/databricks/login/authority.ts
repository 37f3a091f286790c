import { ConfigError } from '../../../lib/errors.ts';
import type { Settings } from './settings.ts';

/** Source: databricks-sdk-py `databricks/sdk/environments.py` */
const authorities: Readonly<Record<string, string>> = {
  public: 'https://login.microsoftonline.com',
  usgovernment: 'https://login.microsoftonline.us',
  china: 'https://login.chinacloudapi.cn',
};

/**
 * Where to log in to Entra ID: the cloud that ARM_ENVIRONMENT names, else AZURE_AUTHORITY_HOST.
 *
 * @throws {ConfigError} an unknown cloud, or an authority that is not reached by TLS
 */
export function authorityOf(
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const cloud = settings.get('azure_environment');
  if (cloud === undefined) return fromHost(env['AZURE_AUTHORITY_HOST'] ?? '');
  const authority = authorities[cloud.toLowerCase()];
  if (authority !== undefined) return authority;
  throw new ConfigError('CONFIG_INVALID', `ARM_ENVIRONMENT names an unknown cloud: ${cloud}`, {
    hint: `Known are ${Object.keys(authorities).join(', ')}.`,
  });
}

function fromHost(address: string): string {
  if (address === '') return 'https://login.microsoftonline.com';
  const url = URL.parse(address);
  if (url?.protocol === 'https:') return url.origin;
  throw new ConfigError('CONFIG_INVALID', 'AZURE_AUTHORITY_HOST is no address with https://', {
    hint: 'Write https://login.microsoftonline.com, or unset it.',
  });
}
