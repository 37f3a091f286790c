import { VssError } from './vss-error.ts';

/** The last version that is no preview. */
const released = 7.1;
const newest = 7.2;

/** The version that a request asks for, in its query or in `Accept`; null: none. */
export function apiVersion(request: Request): string | null {
  const asked = new URL(request.url).searchParams.get('api-version');
  if (asked !== null) return asked;
  const accept = request.headers.get('accept') ?? '';
  return /api-version=([^;,\s]+)/i.exec(accept)?.[1] ?? null;
}

/**
 * Refuses a version that is not served, and a write that names none.
 * Source: learn.microsoft.com, "REST API versioning for Azure DevOps"; the wording is not verified
 */
export function checkApiVersion(request: Request): void {
  const version = apiVersion(request);
  if (version === null) {
    if (['GET', 'OPTIONS', 'HEAD'].includes(request.method)) return;
    throw new VssError(
      400,
      'VssVersionNotSpecifiedException',
      `No api-version was supplied for the "${request.method}" request. The version must be supplied either as part of the Accept header (e.g. "application/json; api-version=1.0") or as a query parameter (e.g. "?api-version=1.0").`,
    );
  }
  const [, number = '', preview] = /^(\d+(?:\.\d+)?)(-preview(?:\.\d+)?)?$/i.exec(version) ?? [];
  if (number === '') {
    const message = `The api-version '${version}' is not valid.`;
    throw new VssError(400, 'VssInvalidApiResourceVersionException', message);
  }
  if (Number(number) > newest) {
    const message = `The requested REST API version of ${number} is out of range for this server. The latest REST API version this server supports is ${newest}.`;
    throw new VssError(400, 'VssVersionOutOfRangeException', message);
  }
  if (Number(number) > released && preview === undefined) {
    const message = `The requested version "${number}" of the resource is under preview. The -preview flag must be supplied in the api-version for such requests. For example: "${number}-preview"`;
    throw new VssError(400, 'VssInvalidPreviewVersionException', message);
  }
}
