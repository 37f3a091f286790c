import type { Call } from './call.ts';
import { PermanentError, type SignalboxError, TransientError, UncertainError } from './errors.ts';
import { excerpt } from './excerpt.ts';

/**
 * We got no further than the door, so that nothing can have happened behind it.
 * Source: nodejs/node doc/api/errors.md, nodejs/undici docs/docs/api/Errors.md
 */
const UNREACHED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Source: nodejs/node doc/api/tls.md, "X509 certificate error codes" */
const UNTRUSTED = new Set([
  'CERT_CHAIN_TOO_LONG',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** True where asking twice does no more than asking once. */
export function isRepeatable({ method, repeatable }: Call): boolean {
  return method === 'GET' || repeatable === true;
}

/**
 * The error for a request that got no answer; our own abort of a read comes back as it is.
 *
 * A write that we abort ourselves may have taken effect all the same, so it is uncertain.
 */
export function unanswered(call: Call, cause: unknown): unknown {
  if (call.signal.aborted && isRepeatable(call)) return call.signal.reason;
  const { host } = call.url;
  const code = codeIn(cause);
  if (UNREACHED.has(code)) {
    const hint = `Is the name ${host} right, and may this machine reach it?`;
    return new TransientError('UNREACHABLE', `${host} cannot be reached: ${code}`, { cause, hint });
  }
  if (UNTRUSTED.has(code)) {
    const message = `the certificate of ${host} is not to be trusted: ${code}`;
    return new PermanentError('UNTRUSTED', message, { cause, hint: untrustedHint });
  }
  if (code === PROXY_REFUSED && !call.signal.aborted) {
    const message = `the proxy does not lead to ${host}: ${excerpt(deepest(cause).message)}`;
    return new TransientError('UNREACHABLE', message, { cause, hint: proxyHint });
  }
  return silence(call, code, cause);
}

/** What `fetch` says when a proxy answers CONNECT with anything but 200: nothing was asked yet. */
const PROXY_REFUSED = 'UND_ERR_ABORTED';

const proxyHint =
  'HTTPS_PROXY names it: have it allow this host, give it the user and password it asks for, or name the host in NO_PROXY.';

const untrustedHint =
  'Name its certificate authority in NODE_EXTRA_CA_CERTS=/path/ca.pem, or set NODE_USE_SYSTEM_CA=1 if this machine trusts it.';

function silence(call: Call, code: string, cause: unknown): SignalboxError {
  const Kind = isRepeatable(call) ? TransientError : UncertainError;
  const why = code === '' ? '' : `: ${code}`;
  return new Kind('UNANSWERED', `no answer from ${call.url.host}${why}`, { cause });
}

function deepest(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  return error.cause === undefined ? error : deepest(error.cause);
}

/** `fetch failed` says nothing; the code is in its cause, or in the cause of that. */
function codeIn(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? error.name : codeIn(error.cause);
}
