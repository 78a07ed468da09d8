import type { IdentityProvider } from '../../cognito/identity-providers.ts';
import { clientIdOf } from '../../okta/applications.ts';
import { addedToApplication, addedToProvider } from '../journal/merge.ts';
import type {
  ApplicationRecord,
  FederationRecord,
  FoundProvider,
  ProviderRecord,
} from '../journal/records.ts';
import type { Observed } from '../observe/observed.ts';
import { adopts } from '../ownership/whose.ts';
import type { Identity } from '../properties/identity.ts';
import { foundBefore } from './application-settings.ts';
import { policyAfter } from './authentication-policy.ts';
import { endsInBrokerMode } from './broker-mode.ts';
import { claimsAfter } from './claims.ts';
import { type Goal, wantedApplication } from './goal.ts';
import type { ProviderSettings } from './steps.ts';

/** What the journal has to say of an attempt. */
export interface NextRecords {
  /** While it runs: what was ours before, and what is about to be added. */
  readonly during: FederationRecord;
  /** When it has gone well. */
  readonly after: FederationRecord;
}

export function nextRecords(goal: Goal, observed: Observed): NextRecords {
  const { properties, known } = goal;
  const application = applicationAfter(goal, observed);
  const provider = providerAfter(goal, observed);
  const before = observed.application?.record;
  // A rotation records its own version when it is through: apply/rotate.ts.
  const secret = before ? known.secret : { ...known.secret, version: properties.SecretVersion };
  return {
    after: { application, provider, secret },
    during: {
      application: { ...application, ...(before && addedToApplication(before, application)) },
      provider: { ...provider, ...(known.provider && addedToProvider([known.provider, provider])) },
      secret,
    },
  };
}

function applicationAfter(goal: Goal, observed: Observed): ApplicationRecord {
  const { properties, settings, known } = goal;
  const { application, assignedGroupIds, claims = [], groupIds, redirectUris } = observed;
  const client = application?.document.settings?.oauthClient;
  const record = application?.record;
  const isAdopted = adopts(properties, known.applications) || application?.relation === 'adopted';
  const label = settings.application.label ?? application?.document.label;
  const found = application &&
    isAdopted && {
      ...foundBefore(application.document, wantedApplication(goal, observed).settings),
      active: application.document.status === 'ACTIVE',
      // What was found first is what an administrator had set.
      ...record?.found,
    };
  return {
    ...(properties.OktaSecretId ? { secretId: properties.OktaSecretId } : {}),
    orgUrl: observed.orgUrl,
    ...(application ? { id: application.document.id } : {}),
    label: typeof label === 'string' ? label : '',
    ...(record?.madeAt === undefined ? {} : { madeAt: record.madeAt }),
    groupIds: endsInBrokerMode(settings, observed)
      ? groupIds.filter((id) => record?.groupIds.includes(id))
      : ours(groupIds, record?.groupIds, assignedGroupIds),
    // Without a domain the last one stays: plan/application.ts.
    redirectUris:
      redirectUris.length > 0
        ? ours(redirectUris, record?.redirectUris, client?.redirect_uris)
        : (record?.redirectUris ?? []),
    postLogoutRedirectUris: ours(
      settings.postLogoutRedirectUris.wanted,
      record?.postLogoutRedirectUris,
      client?.post_logout_redirect_uris,
    ),
    ...(claims === 'unavailable'
      ? { claims: record?.claims ?? [], ...(record?.claimsFound && { claimsFound: record.claimsFound }) }
      : claimsAfter(properties.Claims ?? {}, record, claims)),
    ...policyAfter(properties, observed),
    ...(found ? { found } : {}),
  };
}

function providerAfter(goal: Goal, observed: Observed): ProviderRecord {
  const { identity, properties, settings, known } = goal;
  const { application, provider } = observed;
  const { userPoolId, providerName } = identity;
  if (provider?.relation === "another's" && known.provider) return known.provider;
  const clientId = application && clientIdOf(application.document);
  // An adopted provider that was deleted by hand is made again, as this resource's own.
  const isAdopted = provider?.relation === 'adopted';
  const found = isAdopted && differingSettings(provider, { ...settings, issuer: goal.issuer.url });
  return {
    userPoolId,
    providerName,
    ...(properties.RoleArn ? { roleArn: properties.RoleArn } : {}),
    ...(clientId ? { clientId } : {}),
    userPoolClientIds: ours(
      settings.userPoolClientIds,
      known.provider?.userPoolClientIds,
      enabledOn(observed, identity),
    ),
    idpIdentifiers: ours(
      properties.IdpIdentifiers ?? [],
      known.provider?.idpIdentifiers,
      provider?.idpIdentifiers,
    ),
    ...(found ? { found: { ...found, ...known.provider?.found } } : {}),
  };
}

/** The current values of provider settings that differ from the wanted ones. */
export function differingSettings(
  { issuer, scopes, attributesRequestMethod, attributeMapping }: IdentityProvider,
  wanted: Omit<ProviderSettings, 'idpIdentifiers'>,
): FoundProvider {
  return {
    ...(issuer === wanted.issuer ? {} : { issuer }),
    ...(scopes.join(' ') === wanted.scopes.join(' ') ? {} : { scopes: [...scopes] }),
    ...(attributesRequestMethod === wanted.attributesRequestMethod ? {} : { attributesRequestMethod }),
    ...(isSameMapping(attributeMapping, wanted.attributeMapping)
      ? {}
      : { attributeMapping: { ...attributeMapping } }),
  };
}

/** Cognito itself adds `username` ← `sub` to every mapping. */
export function isSameMapping(
  current: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): boolean {
  const { username, ...others } = current;
  const all = Object.hasOwn(wanted, 'username') ? current : others;
  const names = Object.keys(wanted);
  return names.length === Object.keys(all).length && names.every((name) => all[name] === wanted[name]);
}

/** App clients of the template that the provider is enabled on already. */
export function enabledOn(
  { appClients }: Pick<Observed, 'appClients'>,
  { providerName }: Identity,
): string[] {
  return [...appClients]
    .filter(([, client]) => client?.supportedIdentityProviders.includes(providerName))
    .map(([id]) => id);
}

/** What counts as added by this resource: what it added before, and what is wanted and was not there already. */
function ours(
  wanted: readonly string[],
  addedBefore: readonly string[] = [],
  alreadyThere: readonly string[] = [],
): string[] {
  return wanted.filter((name) => addedBefore.includes(name) || !alreadyThere.includes(name));
}
