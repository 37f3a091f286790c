import { decodeJwt, decodeProtectedHeader } from 'jose';

import type { Call } from '../kit/action.ts';
import { isSameSecret } from '../kit/is-same-secret.ts';
import { AadstsError } from './aadsts.ts';
import type { Application, Directory } from './directory.ts';
import { type Form, required } from './form.ts';

/**
 * The application that proves itself with this request, by its secret, in the form or in a Basic
 * header. Certificates and federated tokens are refused as unregistered: no application has any.
 *
 * Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 * @throws {AadstsError} 70003, 900144, 700016, 7000218, 7000215, 700027, 700211
 */
export function logIn(call: Call<unknown>, form: Form, directory: Directory): Application {
  const grantType = required(form, 'grant_type');
  if (grantType !== 'client_credentials') {
    throw new AadstsError(70003, `The app requested an unsupported grant type '${grantType}'.`);
  }
  const basic = basicOf(call.request);
  const clientId = basic?.clientId ?? required(form, 'client_id');
  const app = directory.find(clientId);
  if (!app) {
    throw new AadstsError(
      700016,
      `Application with identifier '${clientId}' was not found in the directory '${directory.tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
    );
  }
  prove(app, form, basic?.secret);
  call.identify(app.name);
  return app;
}

function prove(app: Application, form: Form, basicSecret: string | undefined): void {
  const assertion = form.get('client_assertion');
  if (assertion !== undefined) refuseAssertion(assertion, app);

  const secret = basicSecret ?? form.get('client_secret');
  if (secret === undefined || secret === '') {
    throw new AadstsError(
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    );
  }
  if (!isSameSecret(secret, app.secret)) {
    throw new AadstsError(
      7000215,
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${app.clientId}'.`,
    );
  }
}

function refuseAssertion(assertion: string, app: Application): never {
  const { isCertificate, issuer } = described(assertion);
  if (isCertificate) {
    throw new AadstsError(
      700027,
      `The certificate with identifier used to sign the client assertion is not registered on application '${app.clientId}'.`,
    );
  }
  throw new AadstsError(
    700211,
    `No matching federated identity record found for presented assertion issuer '${issuer}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation`,
  );
}

function described(assertion: string): { isCertificate: boolean; issuer: string } {
  try {
    const header = decodeProtectedHeader(assertion);
    const isCertificate = header.x5t !== undefined || 'x5t#S256' in header;
    return { isCertificate, issuer: decodeJwt(assertion).iss ?? '' };
  } catch {
    throw new AadstsError(9002313, 'Invalid request. Request is malformed or invalid.');
  }
}

function basicOf(request: Request): { clientId: string; secret: string } | null {
  const [, encoded] = /^Basic (.+)$/iu.exec(request.headers.get('authorization') ?? '') ?? [];
  if (encoded === undefined) return null;
  const [clientId = '', ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  try {
    return { clientId: decodeURIComponent(clientId), secret: decodeURIComponent(secret.join(':')) };
  } catch {
    throw new AadstsError(9002313, 'Invalid request. Request is malformed or invalid.');
  }
}
