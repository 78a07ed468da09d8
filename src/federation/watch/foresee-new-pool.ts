import type { Allotment } from '../../cloudformation/deadline.ts';
import type { AppClient } from '../../cognito/app-clients.ts';
import { getApplication } from '../../okta/applications.ts';
import type { Okta } from '../../okta/client.ts';
import { connect, type Services } from '../connections.ts';
import type { Journal } from '../journal/journal.ts';
import { knownAt, pastOf } from '../journal/past.ts';
import { claimsOf, observePolicies } from '../observe/claims-and-policies.ts';
import { observeIssuer } from '../observe/issuer.ts';
import { assignedGroupIds, groupsOf } from '../observe/observe.ts';
import type { Observed } from '../observe/observed.ts';
import { problemsBeforePool } from '../plan/preconditions.ts';
import { settle } from '../plan/settings.ts';
import { accessGroups } from '../properties/defaults.ts';
import { identityOf, labelOf } from '../properties/identity.ts';
import { type Properties, parseProperties } from '../properties/properties.ts';
import type { RequestOf } from '../turn.ts';
import { type Foresight, permissionProblemsOf, plannedInSpite } from './foresee.ts';

/** Stands for the ID of a pool that the deployment itself makes. */
export const unknownPoolId = 'unknown-0_Unknown';

/**
 * Plans a federation in a user pool that does not exist yet, as in an empty one. Okta is asked as usual. Changes nothing.
 * @param asks whether Okta can be asked; false if its secret does not exist yet either. Names then stand in for IDs.
 * @throws InvalidRequestError if the properties are not valid; everything that a call throws.
 */
export async function foreseeNewPool(
  request: RequestOf<'Create'> | RequestOf<'Update'>,
  journal: Journal,
  services: Services,
  time: Allotment,
  asks: boolean,
): Promise<Omit<Foresight, 'connections'>> {
  const properties = parseProperties(request.properties);
  const identity = identityOf(request, properties);
  const past = pastOf(journal, request, identity);
  const known = knownAt(past, identity);
  const target = { userPoolId: unknownPoolId, secretId: properties.OktaSecretId };
  const okta = asks ? await connect(services, request, target, time).okta : undefined;
  const observed = okta
    ? await observeOkta(okta, properties, known, time)
    : unseen(properties, services.oktaSecretId);
  const settings = settle(properties, known, labelOf(request, properties), observed);
  const asked = { identity, properties, known, settings };
  const problems = [
    ...(okta ? problemsBeforePool(properties, settings, observed) : []),
    ...(await permissionProblemsOf(request, services, time.signal, asked, observed)),
  ];
  return {
    observed,
    past,
    rotation: undefined,
    isReplacement: request.requestType === 'Update',
    ...plannedInSpite(problems, asked, observed, past),
  };
}

async function observeOkta(
  okta: Okta,
  properties: Properties,
  known: ReturnType<typeof knownAt>,
  time: Allotment,
): Promise<Observed> {
  const id = properties.Adopt?.ApplicationId;
  const document = id === undefined ? undefined : await getApplication(okta, id);
  const org = Promise.resolve(okta);
  const [assigned, claims] = document
    ? await Promise.all([assignedGroupIds(okta, document.id), claimsOf(org, document.id)])
    : [[], undefined];
  const [groups, issuer, policies] = await Promise.all([
    groupsOf(okta, accessGroups(properties, document !== undefined)),
    observeIssuer(okta, properties, undefined, time),
    observePolicies(org, { properties, known }),
  ]);
  return {
    ...emptyPool(properties),
    orgUrl: okta.orgUrl,
    application: document && { document, relation: 'unmarked', record: undefined },
    assignedGroupIds: assigned === 'not shown' ? [] : assigned,
    groups: new Map(groups),
    groupIds: [...new Set(groups.flatMap(([, some]) => some.map((group) => group.id)))],
    issuer,
    ...(claims ? { claims } : {}),
    ...policies,
  };
}

function unseen(properties: Properties, orgUrl: string): Observed {
  const names = [...new Set(accessGroups(properties, false))];
  const { AuthenticationPolicy: policy } = properties;
  return {
    ...emptyPool(properties),
    orgUrl,
    application: undefined,
    assignedGroupIds: [],
    groups: new Map(names.map((name) => [name, [{ id: name, name, type: 'OKTA_GROUP' }]])),
    groupIds: names,
    issuer: { url: '', mode: undefined, metadata: undefined },
    ...(policy === undefined ? {} : { policies: [{ id: policy, name: policy }] }),
  };
}

function emptyPool({ UserPoolClientIds: clientIds }: Properties) {
  const appClients = clientIds.map((id): [string, AppClient] => [
    id,
    {
      id,
      supportedIdentityProviders: [],
      oauthEnabled: true,
      oauthFlows: ['code'],
      oauthScopes: [],
      callbackUrls: [],
      defaultRedirectUri: undefined,
      writeAttributes: undefined,
    },
  ]);
  return {
    userPool: undefined,
    appClients: new Map(appClients),
    provider: undefined,
    redirectUris: [],
  };
}
