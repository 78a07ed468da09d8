import * as z from 'zod/mini';
import { Secret } from '../secret.ts';
import { type Application, applicationSchema, type oauthClientSettings } from './application-document.ts';
import type { Okta } from './client.ts';
import { OktaError, unlessNotFound } from './errors.ts';
import { isId } from './identifiers.ts';
import { collect, itemsOf } from './pages.ts';
import { readAnswer, readItem, shownSecret } from './read-answer.ts';
import { writable } from './writable-application.ts';

export type { Application } from './application-document.ts';

const pageSize = 200;

/** The OAuth client ID; the application's own ID unless another was chosen at its creation. */
export function clientIdOf(application: Application): string {
  return application.credentials?.oauthClient?.client_id ?? application.id;
}

/** The body that makes an OIDC application; fields that are not named here may be given too. */
export interface NewApplication {
  name: 'oidc_client';
  label: string;
  signOnMode: 'OPENID_CONNECT';
  profile?: Record<string, unknown>;
  credentials: { oauthClient: { token_endpoint_auth_method: string; [field: string]: unknown } };
  settings: { oauthClient: z.infer<ReturnType<typeof oauthClientSettings>>; [field: string]: unknown };
  [field: string]: unknown;
}

const secretHolder = z.object({
  credentials: z.object({ oauthClient: z.object({ client_secret: shownSecret }) }),
});

/**
 * Finds the applications whose label (or name) starts with this text. All kinds, in use or not, except those that lack
 * what every application has.
 *
 * @throws OktaError, OktaUnreachableError
 */
export async function findApplications(okta: Okta, labelPrefix: string): Promise<Application[]> {
  const { applications } = okta.to({ to: 'list the applications', needs: 'okta.apps.manage' });
  return collect(applications.listApplications({ q: labelPrefix, limit: pageSize }), readListed);
}

/**
 * Reads an application.
 *
 * @param id may be any text; what cannot be an ID is not asked for
 * @returns undefined if Okta has no application of this ID
 * @throws OktaError, OktaUnreachableError
 */
export async function getApplication(okta: Okta, id: string): Promise<Application | undefined> {
  if (!isId(id)) return undefined;
  const { applications } = okta.to({ to: `read the application ${id}`, needs: 'okta.apps.manage' });
  const json = await unlessNotFound(applications.getApplication({ appId: id }));
  return json === undefined ? undefined : readApplication(json);
}

/**
 * Finds the OIDC application that an OAuth client ID belongs to: the one of that ID, unless another client ID was chosen at
 * its creation; then all have to be looked through.
 *
 * @returns undefined if the org has none
 * @throws OktaError, OktaUnreachableError
 */
export async function findApplicationByClientId(
  okta: Okta,
  clientId: string,
): Promise<Application | undefined> {
  const usual = await getApplication(okta, clientId);
  if (usual && clientIdOf(usual) === clientId) return usual;
  const { applications } = okta.to({ to: 'list the OIDC applications', needs: 'okta.apps.manage' });
  const pages = applications.listApplications({ filter: 'name eq "oidc_client"', limit: pageSize });
  for await (const application of itemsOf(pages, readListed)) {
    if (application.credentials?.oauthClient?.client_id === clientId) return application;
  }
  return undefined;
}

/**
 * Creates an application, active. Never repeated by itself: twice makes two.
 *
 * @throws OktaError, OktaUnreachableError; either may say that the application was created nevertheless
 */
export async function createApplication(
  okta: Okta,
  application: NewApplication,
): Promise<{ application: Application; clientSecret: Secret }> {
  const to = `create the application "${application.label}"`;
  const { applications } = okta.to({ to, needs: 'okta.apps.manage' });
  const json = await applications.createApplication({ application });
  const created = readApplication(json);
  const holder = secretHolder.safeParse(json);
  if (!holder.success) {
    throw new OktaError(
      `Okta created the application "${application.label}" (${created.id}) without showing a client secret. Give the credentials in the Okta secret the permission okta.apps.clientCredentials.read, or the role Application Administrator.`,
      { status: 200, errorCode: undefined, requestId: undefined },
    );
  }
  return {
    application: created,
    clientSecret: new Secret(holder.data.credentials.oauthClient.client_secret),
  };
}

/**
 * Replaces an application by what was read and then changed. Okta's PUT forgets what is not sent, so everything that
 * was read goes back, except what is read-only.
 * https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/#tag/Application/operation/replaceApplication
 *
 * @throws OktaError, OktaUnreachableError
 */
export async function replaceApplication(okta: Okta, application: Application): Promise<Application> {
  const { applications } = okta.to({
    to: `update the application "${application.label}"`,
    needs: 'okta.apps.manage',
  });
  const body = writable(application);
  return readApplication(await applications.replaceApplication({ appId: application.id, application: body }));
}

/** Activates an application; one that is active stays so. */
export async function activateApplication(okta: Okta, id: string): Promise<void> {
  const { applications } = okta.to({ to: `activate the application ${id}`, needs: 'okta.apps.manage' });
  await applications.activateApplication({ appId: id });
}

/**
 * Deactivates an application: it rejects every sign-in from then on. One that is inactive or gone stays so.
 *
 * @throws OktaError, OktaUnreachableError
 */
export async function deactivateApplication(okta: Okta, id: string): Promise<void> {
  const { applications } = okta.to({ to: `deactivate the application ${id}`, needs: 'okta.apps.manage' });
  try {
    await unlessNotFound(applications.deactivateApplication({ appId: id }));
  } catch (error) {
    // Okta may refuse to deactivate an inactive one. Whether it is one, only the application itself says for sure.
    if (!(error instanceof OktaError && error.status === 400)) throw error;
    const application = await getApplication(okta, id);
    if (application && application.status !== 'INACTIVE') throw error;
  }
}

/**
 * Deletes an application, for good, with its assignments and secrets; Okta deletes no active one. One that is gone already
 * is a success.
 *
 * @throws OktaError, OktaUnreachableError
 */
export async function deleteApplication(okta: Okta, id: string): Promise<void> {
  const { applications } = okta.to({ to: `delete the application ${id}`, needs: 'okta.apps.manage' });
  await unlessNotFound(applications.deleteApplication({ appId: id }));
}

function readApplication(json: unknown): Application {
  return withoutClientSecret(readAnswer(applicationSchema(), json, 'an application'));
}

function readListed(json: unknown): Application | undefined {
  const application = readItem(applicationSchema(), json);
  return application && withoutClientSecret(application);
}

/** The client secret stays at the door: an application is compared, logged and sent back whole. */
function withoutClientSecret(application: Application): Application {
  const oauthClient = application.credentials?.oauthClient;
  if (oauthClient) delete oauthClient.client_secret;
  return application;
}
