/** What a run creates in the Okta org: a group, an authentication policy, a user, an application made by hand. */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { OktaAdmin } from './okta-admin.ts';
import type { AcceptanceSettings, Person } from './settings.ts';
import type { Undo } from './undo.ts';

const identified = z.looseObject({ id: z.string() });
const handMade = z.looseObject({
  id: z.string(),
  credentials: z.looseObject({
    oauthClient: z.looseObject({ client_id: z.string(), client_secret: z.string() }),
  }),
});
const organization = z.looseObject({ id: z.string(), pipeline: z.string().optional() });

/** The org's group, policy and user of this run. */
export interface OktaObjects {
  /** `idx` is Identity Engine, `v1` the Classic Engine. */
  readonly pipeline: string;
  readonly group: { readonly id: string; readonly name: string };
  /** Lets a user of the run in with a password alone. Only Identity Engine has such policies. */
  readonly policyId: string | undefined;
  readonly person: Person;
}

/**
 * Creates the group, the policy and, if the settings name no user, a user.
 *
 * @param undo - learns of each before the next is created
 */
export async function createOktaObjects(
  settings: AcceptanceSettings,
  okta: OktaAdmin,
  undo: Undo,
): Promise<OktaObjects> {
  const { pipeline = 'v1' } = organization.parse(await okta.call('GET', '/.well-known/okta-organization'));
  const group = { name: settings.prefix, ...(await createGroup(settings.prefix, okta, undo)) };
  const policyId = pipeline === 'idx' ? await createPolicy(settings.prefix, okta, undo) : undefined;
  const person = settings.person ?? (await createPerson(settings.prefix, group.id, okta, undo));
  if (settings.person) {
    const user = identified.parse(
      await okta.call('GET', `/api/v1/users/${encodeURIComponent(settings.person.username)}`),
    );
    // The user leaves the group with the group.
    await okta.call('PUT', `/api/v1/groups/${group.id}/users/${user.id}`);
  }
  return { pipeline, group, policyId, person };
}

async function createGroup(name: string, okta: OktaAdmin, undo: Undo): Promise<{ id: string }> {
  const profile = { name, description: 'Made by make acceptance' };
  const { id } = identified.parse(await okta.call('POST', '/api/v1/groups', { profile }));
  undo.add(`the Okta group ${name}`, () => okta.remove(`/api/v1/groups/${id}`));
  return { id };
}

/** An org may require two factors of everyone by default, which a test user does not have. */
async function createPolicy(name: string, okta: OktaAdmin, undo: Undo): Promise<string> {
  const policy = { type: 'ACCESS_POLICY', status: 'ACTIVE', name, description: 'Made by make acceptance' };
  const { id } = identified.parse(await okta.call('POST', '/api/v1/policies', policy));
  undo.add(`the Okta authentication policy ${name}`, () => okta.remove(`/api/v1/policies/${id}`));
  const verificationMethod = {
    type: 'ASSURANCE',
    factorMode: '1FA',
    reauthenticateIn: 'PT2H',
    constraints: [{ knowledge: { types: ['password'] } }],
  };
  await okta.call('POST', `/api/v1/policies/${id}/rules`, {
    type: 'ACCESS_POLICY',
    name: 'Password alone',
    actions: { appSignOn: { access: 'ALLOW', verificationMethod } },
  });
  return id;
}

async function createPerson(prefix: string, groupId: string, okta: OktaAdmin, undo: Undo): Promise<Person> {
  const username = `${prefix}@example.com`;
  const password = `Aa1!${randomBytes(24).toString('base64url')}`;
  const profile = { firstName: 'Quillon', lastName: 'Vandermere', email: username, login: username };
  const user = { profile, credentials: { password: { value: password } }, groupIds: [groupId] };
  const { id } = identified.parse(await okta.call('POST', '/api/v1/users?activate=true', user));
  undo.add(`the Okta user ${username}`, async () => {
    // The first DELETE deactivates, the second one deletes.
    await okta.remove(`/api/v1/users/${id}`);
    await okta.remove(`/api/v1/users/${id}`);
  });
  return { username, password };
}

/** An application as an administrator makes one by hand, with the consent to adopt it. */
export async function createApplicationByHand(
  label: string,
  redirectUri: string,
  okta: OktaAdmin,
  undo: Undo,
): Promise<{ id: string; clientId: string; clientSecret: string }> {
  const oauthClient = {
    application_type: 'web',
    grant_types: ['authorization_code'],
    response_types: ['code'],
    redirect_uris: [redirectUri],
    issuer_mode: 'ORG_URL',
  };
  const { id, credentials } = handMade.parse(
    await okta.call('POST', '/api/v1/apps', {
      name: 'oidc_client',
      label,
      signOnMode: 'OPENID_CONNECT',
      credentials: {
        oauthClient: { token_endpoint_auth_method: 'client_secret_basic', pkce_required: false },
      },
      settings: { notes: { admin: 'okta-cognito-idp: adopt *' }, oauthClient },
    }),
  );
  undo.add(`the Okta application ${label}`, () => removeApplication(id, okta));
  await shown(id, okta);
  const { client_id: clientId, client_secret: clientSecret } = credentials.oauthClient;
  return { id, clientId, clientSecret };
}

/** Waits until Okta shows a new application: reads may lag a few seconds behind a create. */
async function shown(id: string, okta: OktaAdmin): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await okta.call('GET', `/api/v1/apps/${id}`);
      return;
    } catch (error) {
      if (tries === 20) throw error;
      await pause(500);
    }
  }
}

const applications = z.array(z.looseObject({ id: z.string(), label: z.string() }));

/** The applications whose labels start with the run's prefix: only the run creates such. */
export async function applicationsOf(prefix: string, okta: OktaAdmin): Promise<z.infer<typeof applications>> {
  const found = applications.parse(await okta.call('GET', `/api/v1/apps?q=${prefix}&limit=200`));
  return found.filter(({ label }) => label.startsWith(prefix));
}

/** Removes an application, which Okta deletes only if it is inactive. */
export async function removeApplication(id: string, okta: OktaAdmin): Promise<void> {
  await okta.call('POST', `/api/v1/apps/${id}/lifecycle/deactivate`).catch(() => undefined);
  await okta.remove(`/api/v1/apps/${id}`);
}
