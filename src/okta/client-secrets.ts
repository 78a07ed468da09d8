import * as z from 'zod/mini';
import { Secret } from '../secret.ts';
import type { Okta, OktaCalls } from './client.ts';
import { OktaError, unlessNotFound } from './errors.ts';
import { collect } from './pages.ts';
import { readAnswer, shownSecret } from './read-answer.ts';

/** A client secret of an application, which has two at most. */
export type ClientSecret = {
  id: string;
  status: 'ACTIVE' | 'INACTIVE';
  created: string;
  clientSecret: Secret;
};

const clientSecretSchema = z.lazy(() =>
  z.object({
    id: z.string(),
    status: z.enum(['ACTIVE', 'INACTIVE']),
    created: z.string(),
    client_secret: z.nullish(z.string()),
  }),
);

/**
 * Lists an application's client secrets.
 *
 * @throws OktaError, also if Okta does not show them to these credentials; OktaUnreachableError
 */
export async function listClientSecrets(okta: Okta, applicationId: string): Promise<ClientSecret[]> {
  const secrets = callsTo(okta, 'list the client secrets', applicationId);
  return collect(secrets.listOAuth2ClientSecrets({ appId: applicationId }), (json) =>
    readClientSecret(json, applicationId),
  );
}

/**
 * Adds a client secret, active, beside the one that is there. Never repeated by itself: twice makes two.
 *
 * @throws OktaError, also if there are two already; OktaUnreachableError
 */
export async function createClientSecret(okta: Okta, applicationId: string): Promise<ClientSecret> {
  const secrets = callsTo(okta, 'create a client secret', applicationId);
  const json = await secrets.createOAuth2ClientSecret({
    appId: applicationId,
    oAuth2ClientSecretRequestBody: {},
  });
  return readClientSecret(json, applicationId);
}

/** Makes a client secret useless, at once. Okta refuses it for the last active one. */
export async function deactivateClientSecret(
  okta: Okta,
  applicationId: string,
  secretId: string,
): Promise<void> {
  const secrets = callsTo(okta, `deactivate the client secret ${secretId}`, applicationId);
  await secrets.deactivateOAuth2ClientSecret({ appId: applicationId, secretId });
}

/** Deletes a client secret, which must be inactive. One that is gone already is a success. */
export async function deleteClientSecret(okta: Okta, applicationId: string, secretId: string): Promise<void> {
  const secrets = callsTo(okta, `delete the client secret ${secretId}`, applicationId);
  await unlessNotFound(secrets.deleteOAuth2ClientSecret({ appId: applicationId, secretId }));
}

function readClientSecret(json: unknown, applicationId: string): ClientSecret {
  const { client_secret, ...rest } = readAnswer(clientSecretSchema, json, 'a client secret');
  const shown = shownSecret.safeParse(client_secret);
  if (shown.success) return { ...rest, clientSecret: new Secret(shown.data) };
  // Okta hides it instead of refusing: https://developer.okta.com/docs/api/openapi/okta-management/guides/permissions
  throw new OktaError(
    `Okta does not show the client secret ${rest.id} of the application ${applicationId}: the credentials in the Okta secret may not see it. Give them the permission okta.apps.clientCredentials.read (View client credentials), or the role Application Administrator.`,
    { status: 200, errorCode: undefined, requestId: undefined },
  );
}

function callsTo(okta: Okta, what: string, applicationId: string): OktaCalls['clientSecrets'] {
  return okta.to({ to: `${what} of the application ${applicationId}`, needs: 'okta.apps.manage' })
    .clientSecrets;
}
