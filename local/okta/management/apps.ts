import { oktaIdentifier, randomSecret, timestamp } from '../identifiers.ts';
import type { Application, ClientSecret, LifecycleStatus, Org } from '../org.ts';
import { type ApplicationDocument, parseApplication } from './application-document.ts';
import { applicationView } from './application-view.ts';
import { type Answer, type Call, json, type Operation, page, parameter } from './call.ts';
import { ManagementError, notFound, validationFailed } from './errors.ts';
import { matcher } from './expression.ts';

const SECRET_METHODS = new Set(['client_secret_basic', 'client_secret_jwt', 'client_secret_post']);

/** @throws ManagementError 404 if the path's `{appId}` names no application */
export function applicationOf(call: Call): Application {
  const id = parameter(call, 'appId');
  const application = call.org.applications.get(id);
  if (!application) throw notFound(id, 'AppInstance');
  return application;
}

/**
 * Adds an application, as POST /api/v1/apps does.
 *
 * @param document the application, checked
 * @param status whether it is active from the start
 * @returns the application; without a `client_id` of its own it has its ID for one
 * @throws ManagementError 400 if another application has that client ID
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
    idTokenSettings: {},
    grantedScopes: new Set(),
  };
  org.applications.set(id, application);
  return application;
}

/** @returns a client secret, active, with the value that was asked for or a random one */
export function newSecret(value: string = randomSecret()): ClientSecret {
  const now = timestamp();
  return { id: oktaIdentifier('ocs'), value, status: 'ACTIVE', created: now, lastUpdated: now };
}

function list(call: Call): Answer {
  const query = call.url.searchParams;
  const start = query.get('q')?.toLowerCase() ?? '';
  const filter = query.get('filter');
  const matches = filter === null ? () => true : matcher(filter, attributeValues);
  const found = [...call.org.applications.values()]
    .filter(({ document: { name, label } }) =>
      [name, label].some((each) => each.toLowerCase().startsWith(start)),
    )
    .filter(matches);
  const show = (application: Application) => applicationView(call.org, application, call.origin);
  return page(call, found, ({ id }) => id, show, { normal: 20, most: 200 });
}

function attributeValues(application: Application, attribute: string): string[] | undefined {
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

function create(call: Call): Answer {
  const status = call.url.searchParams.get('activate') === 'false' ? 'INACTIVE' : 'ACTIVE';
  const application = addApplication(call.org, parseApplication(json(call)), status);
  return { status: 200, body: applicationView(call.org, application, call.origin, 'secret') };
}

/** A PUT is the whole application: a field that it leaves out goes back to Okta's default. */
function replace(call: Call): Answer {
  const application = applicationOf(call);
  const document = parseApplication(json(call));
  const { client_id: clientId, client_secret: secret, ...oauthClient } = document.credentials.oauthClient;
  if (clientId !== undefined && clientId !== application.clientId) {
    throw validationFailed('client_id', ["client_id: 'client_id' may not be changed."]);
  }
  const before = application.document.settings.oauthClient.application_type;
  if (document.settings.oauthClient.application_type !== before) {
    throw validationFailed('application_type', ["application_type: 'application_type' may not be changed."]);
  }
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
  const application = applicationOf(call);
  if (application.status === 'ACTIVE') {
    throw new ManagementError(403, 'E0000056', 'Delete application forbidden.', [
      'The application must be deactivated before deletion.',
    ]);
  }
  call.org.applications.delete(application.id);
  return { status: 204 };
}

function changeStatus(call: Call, status: LifecycleStatus): Answer {
  const application = applicationOf(call);
  application.status = status;
  application.lastUpdated = timestamp();
  return { status: 200, body: {} };
}

/** The logo is taken and forgotten: nothing here shows it. */
function uploadLogo(call: Call): Answer {
  applicationOf(call);
  return { status: 201 };
}

function assignPolicy(call: Call): Answer {
  const application = applicationOf(call);
  const id = parameter(call, 'policyId');
  if (call.org.policies.get(id)?.type !== 'ACCESS_POLICY') throw notFound(id, 'Policy');
  application.accessPolicyId = id;
  return { status: 204 };
}

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/ */
export const appOperations: Operation[] = [
  { method: 'GET', path: '/api/v1/apps', scope: 'okta.apps.read', answer: list },
  { method: 'POST', path: '/api/v1/apps', scope: 'okta.apps.manage', answer: create },
  {
    method: 'GET',
    path: '/api/v1/apps/{appId}',
    scope: 'okta.apps.read',
    answer: (call) => ({ status: 200, body: applicationView(call.org, applicationOf(call), call.origin) }),
  },
  { method: 'PUT', path: '/api/v1/apps/{appId}', scope: 'okta.apps.manage', answer: replace },
  { method: 'DELETE', path: '/api/v1/apps/{appId}', scope: 'okta.apps.manage', answer: remove },
  {
    method: 'POST',
    path: '/api/v1/apps/{appId}/lifecycle/activate',
    scope: 'okta.apps.manage',
    answer: (call) => changeStatus(call, 'ACTIVE'),
  },
  {
    method: 'POST',
    path: '/api/v1/apps/{appId}/lifecycle/deactivate',
    scope: 'okta.apps.manage',
    answer: (call) => changeStatus(call, 'INACTIVE'),
  },
  { method: 'POST', path: '/api/v1/apps/{appId}/logo', scope: 'okta.apps.manage', answer: uploadLogo },
  {
    method: 'PUT',
    path: '/api/v1/apps/{appId}/policies/{policyId}',
    scope: 'okta.apps.manage',
    answer: assignPolicy,
  },
];
