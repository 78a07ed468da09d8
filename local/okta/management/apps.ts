import { z } from 'zod';
import { oktaIdentifier, randomSecret, timestamp } from '../identifiers.ts';
import type { AnyApplication, Application, ClientSecret, LifecycleStatus, Org } from '../org.ts';
import type { OtherApplication } from '../other-applications.ts';
import { type ApplicationDocument, parseApplication } from './application-document.ts';
import { anyApplicationView, applicationView, otherApplicationView } from './application-view.ts';
import { type Answer, type Call, json, type Operation, page, parameter } from './call.ts';
import { ManagementError, notFound, validationFailed } from './errors.ts';
import { matcher } from './expression.ts';
import { parseOtherApplication } from './other-application-document.ts';

const SECRET_METHODS = new Set(['client_secret_basic', 'client_secret_jwt', 'client_secret_post']);

/** @throws ManagementError 404 if the path's `{appId}` names no application, or one that lags behind its create */
export function anyApplicationOf(call: Call): Application | OtherApplication {
  const id = parameter(call, 'appId');
  const application = call.org.visibleApplication(id);
  if (!application) throw notFound(id, 'AppInstance');
  return application;
}

/** @throws ManagementError 404 if the path's `{appId}` names no OIDC client, or one that lags behind its create */
export function applicationOf(call: Call): Application {
  const application = anyApplicationOf(call);
  if (!('clientId' in application)) throw notFound(application.id, 'AppInstance');
  return application;
}

/**
 * Adds an application, as POST /api/v1/apps does; calls about it do not lag.
 *
 * @param document the application, checked
 * @param status whether it is active from the start
 * @returns the application; without a `client_id` of its own it has its ID for one
 * @throws ManagementError 400 if another application has that client ID, or the org has no room for another
 */
export function addApplication(
  org: Org,
  document: ApplicationDocument,
  status: LifecycleStatus,
): Application {
  const id = oktaIdentifier('0oa');
  const {
    client_id: chosenId,
    client_secret: chosenSecret,
    ...oauthClient
  } = document.credentials.oauthClient;
  if (chosenId !== undefined && org.applicationOfClient(chosenId)) {
    throw validationFailed('client_id', [
      'client_id: An object with this field already exists in the organization',
    ]);
  }
  checkLabel(org, document.label, status);
  checkRoom(org);
  const now = timestamp();
  const application: Application = {
    id,
    clientId: chosenId ?? id,
    status,
    created: now,
    lastUpdated: now,
    document: { ...document, credentials: { ...document.credentials, oauthClient } },
    secrets: SECRET_METHODS.has(oauthClient.token_endpoint_auth_method) ? [newSecret(chosenSecret)] : [],
    groupAssignments: new Map(),
    userAssignments: new Map(),
    accessPolicyId: org.defaultAccessPolicyId,
    hiddenUntil: 0,
    earlyCalls: 0,
    federatedClaims: [],
    idTokenSettings: {},
    grantedScopes: new Set(),
  };
  org.applications.set(id, application);
  return application;
}

/** @throws ManagementError 400 if the org's plan has no room for another application */
function checkRoom({ applications, otherApplications, settings: { mostApplications } }: Org): void {
  const made = applications.size + [...otherApplications.values()].filter(({ seeded }) => !seeded).length;
  if (mostApplications === null || made < mostApplications) return;
  throw validationFailed('generalSettings', [
    'Cannot create application instance. Maximum number of instances has been reached.',
  ]);
}

/** @throws ManagementError 400 if the org wants labels of active clients to differ, and another has this one */
function checkLabel(org: Org, label: string, status: LifecycleStatus, except?: Application): void {
  if (!org.settings.uniqueLabels || status !== 'ACTIVE') return;
  const taken = [...org.applications.values()].some(
    (other) => other !== except && other.status === 'ACTIVE' && other.document.label === label,
  );
  if (!taken) return;
  throw validationFailed('label', [
    `label: An active OpenID Connect Client instance with the label "${label}" already exists.`,
  ]);
}

/** @returns a client secret, active, with the value that was asked for or a random one */
export function newSecret(value: string = randomSecret()): ClientSecret {
  const now = timestamp();
  return { id: oktaIdentifier('ocs'), value, status: 'ACTIVE', created: now, lastUpdated: now };
}

function list(call: Call): Answer {
  const { org } = call;
  const query = call.url.searchParams;
  const start = query.get('q')?.toLowerCase() ?? '';
  const filter = query.get('filter');
  const matches = filter === null ? () => true : matcher(filter, attributeValues);
  const found = [...org.otherApplications.values(), ...org.applications.values()]
    .filter((application) => org.shows(application))
    .filter(({ document: { name, label } }) =>
      [name, label].some((each) => each.toLowerCase().startsWith(start)),
    )
    .filter(matches);
  const show = (application: Application | OtherApplication) =>
    anyApplicationView(org, application, call.origin);
  return page(call, found, ({ id }) => id, show, { normal: 20, most: 200 });
}

function attributeValues(
  application: Application | OtherApplication,
  attribute: string,
): string[] | undefined {
  switch (attribute) {
    case 'id':
      return [application.id];
    case 'status':
      return [application.status];
    case 'name':
      return [application.document.name];
    case 'group.id':
      return [...application.groupAssignments.keys()];
    case 'user.id':
      return [...application.userAssignments.keys()];
    default:
      return undefined;
  }
}

const anyMode = z.object({ signOnMode: z.string().nullish() });

function isOidcClient(body: unknown): boolean {
  return (anyMode.safeParse(body).data?.signOnMode ?? 'OPENID_CONNECT') === 'OPENID_CONNECT';
}

function create(call: Call): Answer {
  const { org } = call;
  const body = json(call);
  const status = call.url.searchParams.get('activate') === 'false' ? 'INACTIVE' : 'ACTIVE';
  if (isOidcClient(body)) {
    const application = addApplication(org, parseApplication(body, org.settings), status);
    org.hideForNow(application);
    return { status: 200, body: applicationView(org, application, call.origin, 'secret') };
  }
  const application = parseOtherApplication(org, body, status);
  checkRoom(org);
  org.otherApplications.set(application.id, application);
  org.hideForNow(application);
  return { status: 200, body: otherApplicationView(org, application, call.origin) };
}

/** A PUT is the whole application: a field that it leaves out goes back to Okta's default. */
function replace(call: Call): Answer {
  const found = anyApplicationOf(call);
  return 'clientId' in found ? replaceClient(call, found) : replaceOther(call, found);
}

function replaceOther(call: Call, application: OtherApplication): Answer {
  const { document } = parseOtherApplication(call.org, json(call), application.status);
  const { name, appLinks } = application.document;
  application.document = { ...document, name, appLinks };
  application.lastUpdated = timestamp();
  return { status: 200, body: otherApplicationView(call.org, application, call.origin) };
}

function replaceClient(call: Call, application: Application): Answer {
  const document = parseApplication(json(call), call.org.settings);
  const { client_id: clientId, client_secret: secret, ...oauthClient } = document.credentials.oauthClient;
  if (clientId !== undefined && clientId !== application.clientId) {
    throw validationFailed('client_id', ["client_id: 'client_id' may not be changed."]);
  }
  const before = application.document.settings.oauthClient.application_type;
  if (document.settings.oauthClient.application_type !== before) {
    throw validationFailed('application_type', ["application_type: 'application_type' may not be changed."]);
  }
  checkLabel(call.org, document.label, application.status, application);
  const [first] = application.secrets;
  const confidential = SECRET_METHODS.has(oauthClient.token_endpoint_auth_method);
  if (confidential && !first) application.secrets.push(newSecret(secret));
  else if (first && secret && !application.secrets.some(({ value }) => value === secret))
    first.value = secret;
  application.document = { ...document, credentials: { ...document.credentials, oauthClient } };
  application.lastUpdated = timestamp();
  return { status: 200, body: applicationView(call.org, application, call.origin, 'secret') };
}

function remove(call: Call): Answer {
  const application: AnyApplication = anyApplicationOf(call);
  if (application.status === 'ACTIVE') {
    throw new ManagementError(403, 'E0000056', 'Delete application forbidden.', [
      'The application must be deactivated before deletion.',
    ]);
  }
  call.org.applications.delete(application.id);
  call.org.otherApplications.delete(application.id);
  return { status: 204 };
}

function changeStatus(call: Call, status: LifecycleStatus): Answer {
  const application = anyApplicationOf(call);
  if ('clientId' in application) checkLabel(call.org, application.document.label, status, application);
  application.status = status;
  application.lastUpdated = timestamp();
  return { status: 200, body: {} };
}

/** The logo is taken and forgotten: nothing here shows it. */
function uploadLogo(call: Call): Answer {
  anyApplicationOf(call);
  return { status: 201 };
}

/** The Classic Engine has no authentication policies to give an application. */
function assignPolicy(call: Call): Answer {
  const application = anyApplicationOf(call);
  const id = parameter(call, 'policyId');
  const policy = call.org.policies.get(id);
  if (call.org.settings.pipeline === 'v1' || policy?.type !== 'ACCESS_POLICY') throw notFound(id, 'Policy');
  application.accessPolicyId = id;
  return { status: 204 };
}

/** An OIDC client has no provisioning, and so no connection to show. */
function connection(call: Call): Answer {
  anyApplicationOf(call);
  throw validationFailed('connection', ['Provisioning is not supported for this application.']);
}

const APP = '/api/v1/apps/{appId}';

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/ */
export const appOperations: Operation[] = [
  { method: 'GET', path: '/api/v1/apps', scope: 'okta.apps.read', answer: list },
  { method: 'POST', path: '/api/v1/apps', scope: 'okta.apps.manage', answer: create },
  {
    method: 'GET',
    path: APP,
    scope: 'okta.apps.read',
    answer: (call) => ({
      status: 200,
      body: anyApplicationView(call.org, anyApplicationOf(call), call.origin),
    }),
  },
  { method: 'PUT', path: APP, scope: 'okta.apps.manage', answer: replace },
  { method: 'DELETE', path: APP, scope: 'okta.apps.manage', answer: remove },
  {
    method: 'POST',
    path: `${APP}/lifecycle/activate`,
    scope: 'okta.apps.manage',
    answer: (call) => changeStatus(call, 'ACTIVE'),
  },
  {
    method: 'POST',
    path: `${APP}/lifecycle/deactivate`,
    scope: 'okta.apps.manage',
    answer: (call) => changeStatus(call, 'INACTIVE'),
  },
  { method: 'POST', path: `${APP}/logo`, scope: 'okta.apps.manage', answer: uploadLogo },
  { method: 'PUT', path: `${APP}/policies/{policyId}`, scope: 'okta.apps.manage', answer: assignPolicy },
  { method: 'GET', path: `${APP}/connections/default`, scope: 'okta.apps.read', answer: connection },
];
