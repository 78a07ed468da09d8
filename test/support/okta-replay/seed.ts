import { z } from 'zod';
import { parseApplication } from '../../../local/okta/management/application-document.ts';
import { addApplication } from '../../../local/okta/management/apps.ts';
import { Org } from '../../../local/okta/org.ts';
import { type OtherSignOnMode, otherApplication } from '../../../local/okta/other-applications.ts';
import { orgSettings } from '../../../local/okta/settings.ts';
import type { Recording } from './recordings.ts';

const status = z.enum(['ACTIVE', 'INACTIVE']).catch('ACTIVE');

const application = z.looseObject({
  id: z.string(),
  name: z.string(),
  label: z.string(),
  status,
  signOnMode: z.custom<OtherSignOnMode>(),
  credentials: z.looseObject({ oauthClient: z.looseObject({}).optional() }),
  settings: z.looseObject({ oauthClient: z.looseObject({}).optional() }),
  visibility: z.looseObject({ appLinks: z.record(z.string(), z.boolean()) }),
  features: z.array(z.string()),
  _links: z.looseObject({}),
});

const group = z.object({
  id: z.string(),
  type: z.enum(['OKTA_GROUP', 'BUILT_IN', 'APP_GROUP']),
  profile: z.object({ name: z.string(), description: z.string().nullable() }),
});
const assignment = z.object({ id: z.string(), priority: z.number(), _links: z.object({ app: z.unknown() }) });
const secret = z.object({ id: z.string(), secret_hash: z.string(), status });
const policy = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  description: z.string().optional(),
  system: z.boolean(),
  _embedded: z.object({ resourceType: z.enum(['APP', 'END_USER_ACCOUNT_MANAGEMENT']) }),
});

type ApplicationBody = z.infer<typeof application>;

/** @returns an org with everything that the recorded request is about, of the recorded org's engine and plan */
export function seededOrg(recording: Recording, apiToken: string): Org {
  const org = new Org(apiToken);
  org.otherApplications.clear();
  org.groups.clear();
  const items: unknown[] = [recording.body].flat();
  const applications = items.flatMap((item) => application.safeParse(item).data ?? []);
  const customDomain = JSON.stringify(recording.body).includes('"alternate"');
  org.settings = orgSettings.parse({
    customDomain,
    groupOwners: JSON.stringify(recording.body).includes('"owners"'),
    ...planOf(applications),
    ...refusalOf(recording),
  });
  const creates = recording.request.method === 'POST' && recording.request.path === '/api/v1/apps';
  if (!creates) for (const each of applications) seedApplication(org, each);
  seedGroups(org, items, new URLSearchParams(recording.request.query ?? '').get('q') ?? '');
  seedPolicies(org, items);
  seedNamed(org, recording, items);
  if (recording.name === 'apps-list-next-link') seedClient(org, '0oaTheLastOfThree0000', 'ACTIVE');
  return org;
}

/** The engine and the plan, by what the documents show. */
function planOf(applications: readonly ApplicationBody[]): object {
  const [first] = applications;
  if (!first) return {};
  const client = applications.find(({ name }) => name === 'oidc_client')?.settings.oauthClient ?? {};
  return {
    pipeline: 'accessPolicy' in first._links ? 'idx' : 'v1',
    universalLogout: !('universalLogout' in first)
      ? 'absent'
      : first.universalLogout === null
        ? 'null'
        : 'shown',
    entitlements: 'emOptInStatus' in first.settings,
    singleLogout: 'participate_slo' in client,
    consentMethod: 'consent_method' in client ? 'shown' : 'hidden',
  };
}

/** Settings that make an org refuse as the recorded one did. */
function refusalOf({ name }: Recording): object {
  switch (name) {
    case 'apps-create-max-instances':
      return { mostApplications: 0 };
    case 'feature-not-enabled-401':
      return { missingFeatures: ['authorization-servers'] };
    case 'organization-v1':
      return { pipeline: 'v1' };
    default:
      return {};
  }
}

function seedApplication(org: Org, body: ApplicationBody): void {
  if (body.name === 'oidc_client') {
    const added = addApplication(org, parseApplication(body), body.status);
    org.applications.delete(added.id);
    org.applications.set(body.id, { ...added, id: body.id });
    return;
  }
  const { name, label, signOnMode, features, credentials, settings, visibility } = body;
  const { signing: _signing, ...ownCredentials } = credentials;
  const added = otherApplication(
    {
      name,
      label,
      signOnMode,
      features,
      credentials: ownCredentials,
      settings,
      visibility,
      appLinks: Object.keys(visibility.appLinks),
      hasNotes: 'notes' in settings,
    },
    { accessPolicyId: org.defaultAccessPolicyId, status: body.status },
  );
  org.otherApplications.set(body.id, { ...added, id: body.id });
}

function seedClient(org: Org, id: string, clientStatus: 'ACTIVE' | 'INACTIVE'): void {
  if (org.applications.has(id)) return;
  const document = parseApplication({
    name: 'oidc_client',
    label: 'Seeded',
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_basic' } },
    settings: {
      oauthClient: { grant_types: ['authorization_code'], redirect_uris: ['https://app.example.com/cb'] },
    },
  });
  const added = addApplication(org, document, clientStatus);
  org.applications.delete(added.id);
  org.applications.set(id, { ...added, id });
}

/** @param start the recorded names are replaced, so they are made to start as the query asks */
function seedGroups(org: Org, items: readonly unknown[], start: string): void {
  for (const item of items) {
    const found = group.safeParse(item).data;
    if (!found) continue;
    const { name, description } = found.profile;
    const added = org.addGroup(name.startsWith(start) ? name : `${start} ${name}`, found.type, description);
    org.groups.delete(added.id);
    org.groups.set(found.id, { ...added, id: found.id });
  }
}

function seedPolicies(org: Org, items: readonly unknown[]): void {
  const found = items.flatMap((item) => policy.safeParse(item).data ?? []);
  if (found.length === 0) return;
  org.policies.clear();
  for (const { id, _embedded, description, ...fields } of found) {
    const added = org.addPolicy({
      ...fields,
      resourceType: _embedded.resourceType,
      ...(description !== undefined && { description }),
    });
    org.policies.delete(added.id);
    org.policies.set(id, { ...added, id });
  }
}

/** What the path names: the application, its secrets, claims and groups, a policy. */
function seedNamed(org: Org, { request, status: answered }: Recording, items: readonly unknown[]): void {
  if (answered === 404) return;
  const names = request.path.split('/');
  const [id] = names.filter((part) => part.startsWith('0oa'));
  const isDelete = request.method === 'DELETE' && answered === 204 && names.at(-1) === id;
  if (id !== undefined) seedClient(org, id, isDelete ? 'INACTIVE' : 'ACTIVE');
  const seeded = org.applications.get(id ?? '');
  const now = new Date(0).toISOString();
  const times = { created: now, lastUpdated: now };
  for (const part of names) {
    if (part.startsWith('00g') && !org.groups.has(part)) {
      const added = org.addGroup('Seeded');
      org.groups.set(part, { ...added, id: part });
    }
    if (part.startsWith('rst') && !org.policies.has(part)) {
      const added = org.addPolicy({ type: 'ACCESS_POLICY', name: 'Seeded', system: false });
      org.policies.set(part, { ...added, id: part });
    }
    if (part.startsWith('ofc')) {
      seeded?.federatedClaims.push({ id: part, name: 'seeded', expression: 'user.email', ...times });
    }
    if (part.startsWith('ocs')) {
      const wasActive = names.at(-1) === 'deactivate';
      seeded?.secrets.push({
        id: part,
        value: 'made-up-for-the-test',
        status: wasActive ? 'ACTIVE' : 'INACTIVE',
        ...times,
      });
    }
  }
  if (!seeded) return;
  for (const item of items) {
    const assigned = assignment.safeParse(item).data;
    if (assigned && request.method === 'GET') {
      org.groups.set(assigned.id, { ...org.addGroup(assigned.id), id: assigned.id });
      seeded.groupAssignments.set(assigned.id, {
        groupId: assigned.id,
        priority: assigned.priority,
        profile: {},
        lastUpdated: now,
      });
    }
    const listed = secret.safeParse(item).data;
    if (listed && request.method === 'GET') {
      seeded.secrets = [{ id: listed.id, value: 'made-up-for-the-test', status: listed.status, ...times }];
    }
  }
}
