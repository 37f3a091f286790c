import type { Call } from '../kit/action.ts';
import { isSameSecret } from '../kit/is-same-secret.ts';
import { AadstsError } from './aadsts.ts';
import { assertionIn } from './assertions/assertion.ts';
import { proveByCertificate } from './assertions/prove-by-certificate.ts';
import { proveByFederation } from './assertions/prove-by-federation.ts';
import type { Application } from './directory.ts';
import { type Form, required } from './form.ts';
import type { EntraState } from './state.ts';
import type { Proof } from './tokens.ts';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const GUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

interface LoggedIn {
  readonly app: Application;
  readonly proof: Proof;
}

/**
 * The application that proves itself with this request: by its secret, in the form or in a Basic
 * header, by an assertion signed with its certificate, or by the token of an issuer it trusts.
 *
 * Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 * @throws {AadstsError} 70003, 900144, 700016, 7000218, 7000215, 7000222, and those of assertions
 */
export async function logIn(call: Call<EntraState>, form: Form): Promise<LoggedIn> {
  const { directory } = call.state;
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
  const proof = await prove(call, app, {
    form,
    secret: basic?.secret ?? form.get('client_secret'),
  });
  call.identify(app.name);
  return { app, proof };
}

interface Credentials {
  readonly form: Form;
  readonly secret: string | undefined;
}

async function prove(
  { state, now }: Call<EntraState>,
  app: Application,
  { form, secret = '' }: Credentials,
): Promise<Proof> {
  const token = form.get('client_assertion');
  if (token !== undefined) {
    mustBeJwtBearer(required(form, 'client_assertion_type'));
    const assertion = assertionIn(token);
    const { keysOf, directory } = state;
    // What an application signs names the application as its issuer, and others have addresses.
    const isOwn = GUID.test(assertion.claims.iss);
    await (isOwn
      ? proveByCertificate(app, assertion, { tenant: directory.tenant, nowMs: now() })
      : proveByFederation(app, assertion, { keysOf, nowMs: now() }));
    return 'assertion';
  }
  if (secret === '') {
    throw new AadstsError(
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    );
  }
  mustBeSecretOf(app, secret);
  return 'secret';
}

function mustBeJwtBearer(type: string): void {
  if (type === ASSERTION_TYPE) return;
  throw new AadstsError(
    900144,
    `The request body must contain the following parameter: 'client_assertion_type' with value '${ASSERTION_TYPE}'.`,
  );
}

function mustBeSecretOf(app: Application, secret: string): void {
  if (app.secret !== null && isSameSecret(secret, app.secret)) return;
  if (app.expiredSecrets.some((one) => isSameSecret(secret, one))) {
    throw new AadstsError(
      7000222,
      `The provided client secret keys for app '${app.clientId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`,
    );
  }
  throw new AadstsError(
    7000215,
    `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${app.clientId}'.`,
  );
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
