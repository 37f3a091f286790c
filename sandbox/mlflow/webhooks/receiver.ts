import { BlockList, isIP } from 'node:net';
import type { MlflowConfig } from '../mlflow-config.ts';
import { invalidParameter } from '../mlflow-error.ts';
import { pythonRepr } from '../python-repr.ts';

/** Source: the IANA special-purpose address registries, which Python's `is_global` follows. */
const NOT_PUBLIC = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['240.0.0.0', 4],
] as const) {
  NOT_PUBLIC.addSubnet(network, prefix, 'ipv4');
}
NOT_PUBLIC.addAddress('::', 'ipv6');
NOT_PUBLIC.addAddress('::1', 'ipv6');
NOT_PUBLIC.addSubnet('fc00::', 7, 'ipv6');
NOT_PUBLIC.addSubnet('fe80::', 10, 'ipv6');
NOT_PUBLIC.addSubnet('2001:db8::', 32, 'ipv6');

/**
 * Whether a webhook may be sent there.
 *
 * MLflow looks names up and judges the addresses. Here, offline, only addresses and `localhost` are
 * judged, and every other name is taken for a public one.
 *
 * Source: mlflow/mlflow mlflow/utils/validation.py, _validate_webhook_url, 3.17.
 * @throws {MlflowError} 400
 */
export function checkReceiver(config: MlflowConfig, text: string): void {
  if (text.trim() === '') {
    throw invalidParameter(`Webhook URL cannot be empty or just whitespace: ${pythonRepr(text)}`);
  }
  const [, scheme = ''] = /^([a-z][a-z\d+.-]*):/iu.exec(text) ?? [];
  const host = hostIn(text);
  const schemes = config.webhook_allowed_schemes;
  if (!schemes.some((one) => one === scheme.toLowerCase())) {
    throw invalidParameter(
      `Invalid webhook URL scheme: ${pythonRepr(scheme.toLowerCase())}. Allowed schemes are: ` +
        `${schemes.join(', ')}.`,
    );
  }
  if (host === '') {
    throw invalidParameter(`Webhook URL must include a hostname: ${pythonRepr(text)}`);
  }
  const address = addressOf(host);
  if (config.webhook_allow_private_ips || address === null) return;
  if (!NOT_PUBLIC.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')) return;
  throw invalidParameter(
    'Webhook URL must not resolve to a non-public IP address. ' +
      `${pythonRepr(host)} resolves to ${address}.`,
  );
}

/** Source: urllib.parse.urlsplit. */
function hostIn(text: string): string {
  const [, authority = ''] = /^[^:]*:\/\/([^/?#]*)/u.exec(text) ?? [];
  if (authority.includes('[') !== authority.includes(']')) {
    throw invalidParameter(
      `Invalid webhook URL ${pythonRepr(text)}: ValueError('Invalid IPv6 URL')`,
    );
  }
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const [, literal] = /^\[([^\]]*)\]/u.exec(host) ?? [];
  return (literal ?? host.replace(/:.*$/u, '')).toLowerCase();
}

function addressOf(host: string): string | null {
  if (host === 'localhost') return '127.0.0.1';
  return isIP(host) === 0 ? null : host;
}
