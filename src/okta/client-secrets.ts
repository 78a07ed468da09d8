import * as z from 'zod/mini';
import { Secret } from '../secret.ts';
import { collect, type Okta, type OktaCalls } from './client.ts';
import { unlessNotFound } from './errors.ts';
import { readAnswer } from './read-answer.ts';

/** One of an application's client secrets, of which it holds two at most. */
export type ClientSecret = {
  id: string;
  status: 'ACTIVE' | 'INACTIVE';
  created: string;
  clientSecret: Secret;
};

const clientSecretSchema = z.pipe(
  z.object({
    id: z.string(),
    status: z.enum(['ACTIVE', 'INACTIVE']),
    created: z.string(),
    client_secret: z.string().check(z.minLength(1)),
  }),
  z.transform(
    ({ client_secret, ...rest }): ClientSecret => ({ ...rest, clientSecret: new Secret(client_secret) }),
  ),
);

/**
 * Lists an application's client secrets.
 *
 * @throws OktaError, OktaUnreachableError
 */
export async function listClientSecrets(okta: Okta, applicationId: string): Promise<ClientSecret[]> {
  const secrets = callsTo(okta, 'list the client secrets', applicationId);
  const found = await collect(secrets.listOAuth2ClientSecrets({ appId: applicationId }));
  return found.map((json) => readAnswer(clientSecretSchema, json, 'a client secret'));
}

/**
 * Adds a client secret, active, beside the one that is there. Never repeated by itself: twice makes two.
 *
 * @throws OktaError, also when there are two already; OktaUnreachableError
 */
export async function createClientSecret(okta: Okta, applicationId: string): Promise<ClientSecret> {
  const secrets = callsTo(okta, 'create a client secret', applicationId);
  const json = await secrets.createOAuth2ClientSecret({
    appId: applicationId,
    oAuth2ClientSecretRequestBody: {},
  });
  return readAnswer(clientSecretSchema, json, 'a client secret');
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

function callsTo(okta: Okta, what: string, applicationId: string): OktaCalls['clientSecrets'] {
  return okta.to({ to: `${what} of the application ${applicationId}`, needs: 'okta.apps.manage' })
    .clientSecrets;
}
