import { atMost, atOnce } from '../at-most.ts';
import type { Allotment } from '../cloudformation/deadline.ts';
import { describeAppClient, listAppClientIds } from '../cognito/app-clients.ts';
import type { Cognito } from '../cognito/client.ts';
import { describeIdentityProvider, type IdentityProvider } from '../cognito/identity-providers.ts';
import { describeUserPool } from '../cognito/user-pools.ts';
import { findApplicationByClientId } from '../okta/applications.ts';
import type { Okta } from '../okta/client.ts';
import { OktaError, OktaUnreachableError } from '../okta/errors.ts';
import { listAssignedGroupIds } from '../okta/groups.ts';
import { allOf } from './all-of.ts';
import { UnreachableError } from './ask.ts';
import { OktaRateLimitError } from './ask-okta.ts';
import { discover } from './observe/discovery.ts';
import { type Issuer, withPropertyName } from './observe/issuer.ts';
import { redirectUri } from './observe/observe.ts';
import { nameTagOf } from './ownership/name-tag.ts';
import { applicationChecks } from './plan/application-checks.ts';
import { type Check, isFailed, type Precondition } from './plan/check.ts';
import { preconditionsOf } from './plan/preconditions.ts';
import { unsureWrites } from './plan/write-attributes.ts';
import { fixesForSecret, type Probe, probesOf, SignInProbeError } from './verify/verify.ts';

/** Okta's side, or why there is none to look at. */
export type OktaSide = { readonly org: Okta } | { readonly problem: string } | { readonly skipped: string };

/**
 * Checks a federation, made by this project or by hand, with the preconditions and the probes of a deployment. Changes
 * nothing.
 * @returns the checklist; if something is missing, it leaves out what depends on it.
 * @throws the SDK's errors if Cognito denies access.
 */
export async function diagnose(
  cognito: Cognito,
  okta: OktaSide,
  userPoolId: string,
  providerName: string,
  time: Allotment,
): Promise<Check[]> {
  const userPool = await describeUserPool(cognito, userPoolId);
  const identity = { userPoolId, logicalResourceId: 'the federation' };
  const nothing = { appClients: new Map(), groups: new Map(), issuer: { problem: '' } };
  if (!userPool) {
    return preconditionsOf(identity, noSettings, { ...nothing, userPool }).map(ofCognito);
  }
  const [provider, clients] = await allOf([
    describeIdentityProvider(cognito, userPoolId, providerName),
    clientsThatList(cognito, userPoolId, providerName),
  ]);
  const existence = providerCheck(provider, providerName);
  const there = inCognito(`user pool ${userPoolId} is there`, undefined);
  if (!provider || isFailed(existence)) return [there, existence];

  const issuer = await issuerOf(provider, time);
  const metadata = 'problem' in issuer ? undefined : issuer.metadata;
  const found = { userPool, appClients: clients, groups: new Map(), issuer };
  const redirectUris = userPool.domains.map((domain) => redirectUri(domain.host));
  const domains = userPool.domains.filter(({ state }) => state === 'ready').map(({ host }) => host);
  const { clientId, clientSecret, scopes } = provider;
  const ofOkta = await oktaChecks(okta, provider, redirectUris);
  const fixForSecret = ofOkta.isHandMade ? fixesForSecret.byHand : fixesForSecret.byTemplate;
  return [
    there,
    existence,
    enabledCheck(clients.size, providerName),
    ...preconditionsOf(identity, provider, found).slice(1).map(ofCognito),
    ...unsureWrites(clients, provider.attributeMapping).map((skipped) => ({
      ...inCognito('custom attributes are writable', undefined),
      skipped,
    })),
    ...userPool.domains.filter(({ state }) => state === 'creating').map(({ host }) => domainCheck(host)),
    ...ofOkta.checks,
    ...(metadata && clientSecret
      ? await allOf(
          probesOf(
            {
              issuer: metadata,
              clientId,
              clientSecret,
              scopes,
              redirectUris,
              domains,
              providerName,
              appClients: [...clients.values()],
            },
            { fixForSecret },
          ).map((probe) => tried(probe, time)),
        )
      : []),
  ];
}

const noSettings = { scopes: [], attributeMapping: {} };

function ofCognito(precondition: Precondition): Check {
  return { part: 'Amazon Cognito', ...precondition };
}

function inCognito(name: string, problem: string | undefined): Check {
  return ofCognito({ name, problems: problem === undefined ? [] : [problem] });
}

async function clientsThatList(cognito: Cognito, userPoolId: string, providerName: string) {
  const ids = await listAppClientIds(cognito, userPoolId);
  const clients = await atMost(atOnce, ids, (id) => describeAppClient(cognito, userPoolId, id));
  const listing = clients.filter((client) => client?.supportedIdentityProviders.includes(providerName));
  return new Map(listing.flatMap((client) => (client ? [[client.id, client] as const] : [])));
}

function providerCheck(provider: IdentityProvider | undefined, providerName: string): Check {
  const problem = !provider
    ? 'It has none of that name; check the name, which is case-sensitive.'
    : provider.type !== 'OIDC'
      ? `It is of the type ${provider.type}. Choose a provider of the type OIDC.`
      : !provider.clientSecret
        ? 'It has no client secret: set the one of the Okta application.'
        : undefined;
  return inCognito(`the pool has an OIDC identity provider ${providerName}`, problem);
}

function domainCheck(host: string): Check {
  return inCognito(
    `the domain ${host} is up`,
    'It is still being created, which can take an hour; look again then.',
  );
}

function enabledCheck(count: number, providerName: string): Check {
  const fix = `Name ${providerName} in SupportedIdentityProviders of the app client that people use.`;
  const problem = count > 0 ? undefined : `None does, so no one can choose it. ${fix}`;
  return inCognito('an app client lists the provider', problem);
}

async function issuerOf(provider: IdentityProvider, time: Allotment): Promise<Issuer> {
  const metadata = await discover(provider.issuer, time);
  return 'problem' in metadata
    ? withPropertyName(metadata)
    : { url: provider.issuer, mode: undefined, metadata };
}

async function oktaChecks(
  okta: OktaSide,
  provider: IdentityProvider,
  redirectUris: readonly string[],
): Promise<{ readonly checks: readonly Check[]; readonly isHandMade?: boolean }> {
  const asked: Check = { part: 'Okta', name: 'the Okta credentials work', problems: [] };
  if ('skipped' in okta) {
    return { checks: [{ ...asked, name: 'the Okta application is set up', skipped: okta.skipped }] };
  }
  if ('problem' in okta) return { checks: [{ ...asked, problems: [okta.problem] }] };
  try {
    const application = await findApplicationByClientId(okta.org, provider.clientId);
    const existence: Check = {
      part: 'Okta',
      name: `Okta has the application of client ${provider.clientId}`,
      problems: application
        ? []
        : [
            `The org ${okta.org.orgUrl} has none: check the provider's client ID, and whether this is the right org.`,
          ],
    };
    if (!application) return { checks: [asked, existence] };
    const tag = nameTagOf(application);
    const owner = tag ? `, of ${tag.logicalResourceId} in ${tag.stackId}` : ', made by hand';
    const assignedGroupIds = await listAssignedGroupIds(okta.org, application.id);
    const wanted = { redirectUris, assignedGroupIds };
    return {
      checks: [
        asked,
        { ...existence, name: `${existence.name}${owner}` },
        ...applicationChecks(application, wanted, okta.org.orgUrl, provider.issuer),
      ],
      isHandMade: tag === undefined,
    };
  } catch (error) {
    if (!(error instanceof OktaError || error instanceof OktaUnreachableError)) throw error;
    return { checks: [{ ...asked, problems: [error.message] }] };
  }
}

/** Once: no recent change has to reach other servers. */
async function tried({ name, run }: Probe, time: Allotment): Promise<Check> {
  try {
    await run(time);
    return { part: 'Sign-in', name, problems: [] };
  } catch (error) {
    const isFinding =
      error instanceof SignInProbeError ||
      error instanceof UnreachableError ||
      error instanceof OktaRateLimitError;
    if (!isFinding) throw error;
    return { part: 'Sign-in', name, problems: [error.message] };
  }
}
