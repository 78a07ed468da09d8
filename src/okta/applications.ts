import * as z from 'zod/mini';
import { Secret } from '../secret.ts';
import { collect, type Okta } from './client.ts';
import { OktaError, unlessNotFound } from './errors.ts';
import { readAnswer } from './read-answer.ts';

const PAGE_SIZE = 200;

/** Objects are loose: a field that is not named here is kept as it came. */
const oauthClientSettings = z.looseObject({
  redirect_uris: z.optional(z.array(z.string())),
  post_logout_redirect_uris: z.optional(z.array(z.string())),
  grant_types: z.optional(z.array(z.string())),
  response_types: z.optional(z.array(z.string())),
  application_type: z.optional(z.string()),
  issuer_mode: z.optional(z.string()),
  initiate_login_uri: z.nullish(z.string()),
  logo_uri: z.nullish(z.string()),
});

const applicationSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  label: z.string(),
  status: z.string(),
  signOnMode: z.optional(z.string()),
  profile: z.nullish(z.record(z.string(), z.unknown())),
  credentials: z.nullish(
    z.looseObject({
      oauthClient: z.optional(
        z.looseObject({ client_id: z.optional(z.string()), pkce_required: z.optional(z.boolean()) }),
      ),
    }),
  ),
  settings: z.nullish(
    z.looseObject({
      oauthClient: z.optional(oauthClientSettings),
      notes: z.nullish(z.looseObject({ admin: z.nullish(z.string()) })),
    }),
  ),
});

/**
 * An application in Okta, of any kind, whole as Okta gave it, but for its client secret, which is never among it.
 * `profile` is free for whoever administers the application.
 */
export type Application = z.infer<typeof applicationSchema>;

/** The OAuth client ID; the application's own ID unless somebody chose another at its creation. */
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
  settings: { oauthClient: z.infer<typeof oauthClientSettings>; [field: string]: unknown };
  [field: string]: unknown;
}

const secretHolder = z.object({
  credentials: z.object({ oauthClient: z.object({ client_secret: z.string().check(z.minLength(1)) }) }),
});

/**
 * Finds the applications whose label (or name) starts so. All kinds, in use or not.
 *
 * @throws OktaError, OktaUnreachableError
 */
export async function findApplications(okta: Okta, labelPrefix: string): Promise<Application[]> {
  const { applications } = okta.to({ to: 'list the applications', needs: 'okta.apps.manage' });
  const found = await collect(applications.listApplications({ q: labelPrefix, limit: PAGE_SIZE }));
  return found.map(readApplication);
}

/**
 * Reads an application.
 *
 * @returns undefined when there is none of this ID
 * @throws OktaError, OktaUnreachableError
 */
export async function getApplication(okta: Okta, id: string): Promise<Application | undefined> {
  const { applications } = okta.to({ to: `read the application ${id}`, needs: 'okta.apps.manage' });
  const json = await unlessNotFound(applications.getApplication({ appId: id }));
  return json === undefined ? undefined : readApplication(json);
}

/**
 * Finds the OIDC application that an OAuth client ID belongs to: the one of that ID, unless somebody chose another client
 * ID at its creation; then all have to be looked through.
 *
 * @returns undefined when the org has none
 * @throws OktaError, OktaUnreachableError
 */
export async function findApplicationByClientId(
  okta: Okta,
  clientId: string,
): Promise<Application | undefined> {
  const usual = await getApplication(okta, clientId);
  if (usual) return usual;
  const { applications } = okta.to({ to: 'list the OIDC applications', needs: 'okta.apps.manage' });
  const found = await collect(
    applications.listApplications({ filter: 'name eq "oidc_client"', limit: PAGE_SIZE }),
  );
  return found.map(readApplication).find((one) => one.credentials?.oauthClient?.client_id === clientId);
}

/**
 * Makes an application, active. Never repeated by itself: twice makes two.
 *
 * @throws OktaError, OktaUnreachableError; either may say that the application was made all the same
 */
export async function createApplication(
  okta: Okta,
  application: NewApplication,
): Promise<{ application: Application; clientSecret: Secret }> {
  const to = `create the application "${application.label}"`;
  const json = await okta
    .to({ to, needs: 'okta.apps.manage' })
    .applications.createApplication({ application });
  const created = readApplication(json);
  const holder = secretHolder.safeParse(json);
  if (!holder.success) {
    throw new OktaError(
      `Okta made the application "${application.label}" (${created.id}) without a client secret; its credentials.oauthClient must ask for one.`,
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
 * was read goes back, except what is Okta's own to say.
 * https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/#tag/Application/operation/replaceApplication
 *
 * @throws OktaError, OktaUnreachableError
 */
export async function replaceApplication(okta: Okta, application: Application): Promise<Application> {
  const { applications } = okta.to({
    to: `update the application "${application.label}"`,
    needs: 'okta.apps.manage',
  });
  const body = withoutReadOnly(application);
  return readApplication(await applications.replaceApplication({ appId: application.id, application: body }));
}

/** Activates an application; one that is active stays so. */
export async function activateApplication(okta: Okta, id: string): Promise<void> {
  const { applications } = okta.to({ to: `activate the application ${id}`, needs: 'okta.apps.manage' });
  await applications.activateApplication({ appId: id });
}

/** Deactivates an application; nobody can sign in through it then. One that is inactive or gone stays so. */
export async function deactivateApplication(okta: Okta, id: string): Promise<void> {
  const { applications } = okta.to({ to: `deactivate the application ${id}`, needs: 'okta.apps.manage' });
  try {
    await applications.deactivateApplication({ appId: id });
  } catch (error) {
    // Okta may refuse to deactivate an inactive one.
    if (!(error instanceof OktaError && (error.status === 404 || error.status === 400))) throw error;
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

/** Takes the client secret out at the door: an application is compared, logged and sent back whole. */
function readApplication(json: unknown): Application {
  const application = readAnswer(applicationSchema, json, 'an application');
  const oauthClient = application.credentials?.oauthClient;
  if (oauthClient) delete oauthClient.client_secret;
  return application;
}

/** The properties that the API's description marks as read-only. */
function withoutReadOnly(application: Application): object {
  const { id, created, lastUpdated, status, orn, features, _links, _embedded, ...writable } = application;
  const { expressConfiguration, universalLogout, ...body } = writable;
  return body;
}
