import type { Application } from '../../okta/applications.ts';
import type { KnownProvider } from '../journal/past.ts';
import type { Observed } from '../observe/observed.ts';
import { adopts } from '../ownership/whose.ts';
import { defaults } from '../properties/defaults.ts';
import type { Properties } from '../properties/properties.ts';
import {
  settingOf,
  settingsAsFound,
  settingsByProperties,
  type WantedSettings,
} from './application-settings.ts';

/** What a federation is to be set to, with nothing left open. */
export interface Settings {
  /** Settings of the Okta application. */
  readonly application: WantedSettings;
  readonly userPoolClientIds: readonly string[];
  readonly scopes: readonly string[];
  readonly attributeMapping: Readonly<Record<string, string>>;
  readonly attributesRequestMethod: 'GET' | 'POST';
  readonly idpIdentifiers: readonly string[];
  readonly postLogoutRedirectUris: ListChange;
}

/** A list that others may add to as well: what the template wants in it, and what this resource put there before. */
export interface ListChange {
  readonly wanted: readonly string[];
  readonly addedBefore: readonly string[];
}

/**
 * Settles what the template leaves open: an adopted federation stays as it was found, a new one gets the defaults.
 * @param label for a new application, if the template names none.
 */
export function settle(
  properties: Properties,
  known: KnownProvider,
  label: string,
  { application, provider }: Pick<Observed, 'application' | 'provider'>,
): Settings {
  // A rollback to an adoption whose application is gone creates an own one.
  const isAdopted =
    application !== undefined &&
    (adopts(properties, known.applications) || application.relation === 'adopted');
  // A provider that was deleted by hand is created again, as this resource's own.
  const kept =
    isAdopted && provider?.relation === 'adopted' ? { ...provider, ...known.provider?.found } : undefined;
  return {
    application: applicationSettings(properties, known.earlier, label, application, isAdopted),
    userPoolClientIds: [...new Set(properties.UserPoolClientIds)],
    scopes: properties.Scopes ?? kept?.scopes ?? defaults.scopes,
    attributeMapping: properties.AttributeMapping ?? kept?.attributeMapping ?? defaults.attributeMapping,
    attributesRequestMethod:
      properties.AttributesRequestMethod ?? kept?.attributesRequestMethod ?? defaults.attributesRequestMethod,
    idpIdentifiers: changed(provider?.idpIdentifiers ?? [], {
      wanted: properties.IdpIdentifiers ?? [],
      addedBefore: known.provider?.idpIdentifiers ?? [],
    }),
    postLogoutRedirectUris: {
      wanted: properties.PostLogoutRedirectUris ?? [],
      addedBefore: application?.record?.postLogoutRedirectUris ?? [],
    },
  };
}

/** What a sign-in needs and what the template names; the rest of an adopted application is as it was found. */
function applicationSettings(
  properties: Properties,
  earlier: readonly Properties[],
  label: string,
  application: Observed['application'],
  isAdopted: boolean,
): WantedSettings {
  const { document, record } = application ?? {};
  const named = settingsByProperties(properties, isAdopted ? [] : earlier, document);
  // An application that an administrator renamed keeps its name, unless the template names one.
  const isOurLabel =
    !document || (!isAdopted && earlier.some((one) => one.ApplicationLabel === document.label));
  const wantedLabel = properties.ApplicationLabel ?? (isOurLabel ? label : undefined);
  return {
    // The issuer has its own say, and the sign-in needs the rest.
    ...(isAdopted
      ? { ...settingsAsFound(record?.found ?? {}), issuerMode: undefined, pkceRequired: undefined }
      : {}),
    ...needed(document),
    federationBrokerMode: brokerMode(properties, earlier, application),
    ...(wantedLabel === undefined ? {} : { label: wantedLabel }),
    ...named,
    ...tile(named, document),
  };
}

/** A template that leaves the mode unsets it, if a template of this resource had set it. */
function brokerMode(
  { Access }: Properties,
  earlier: readonly Properties[],
  application: Observed['application'],
): WantedSettings['federationBrokerMode'] {
  if (Access === 'FederationBrokerMode') return true;
  const { document, record } = application ?? {};
  const isOn = document !== undefined && settingOf(document, 'federationBrokerMode') === true;
  const isOurs = isOn && earlier.some((one) => one.Access === 'FederationBrokerMode');
  if (!isOurs) return undefined;
  // An adopted application that had the mode already keeps it.
  return record?.found ? record.found.federationBrokerMode : false;
}

/** What a sign-in through Cognito needs: the authorization code grant, and no PKCE, which Cognito does not send. */
function needed(application: Application | undefined): WantedSettings {
  const client = application?.settings?.oauthClient;
  const isPkceRequired = application?.credentials?.oauthClient?.pkce_required;
  return {
    grantTypes: including(client?.grant_types, 'authorization_code'),
    responseTypes: including(client?.response_types, 'code'),
    ...(!application || isPkceRequired ? { pkceRequired: false } : {}),
  };
}

/** The tile is shown when it gets an address, hidden when it loses it, and otherwise stays as an administrator set it. */
function tile({ initiateLoginUri }: WantedSettings, application: Application | undefined): WantedSettings {
  const isShown = application !== undefined && settingOf(application, 'initiateLoginUri') !== null;
  const hidden = (isHidden: boolean) => ({ tileHidden: { iOS: isHidden, web: isHidden } });
  if (initiateLoginUri === undefined) return application ? {} : hidden(true);
  if (initiateLoginUri === null) {
    return { idpInitiatedLogin: { mode: 'DISABLED', default_scope: [] }, ...hidden(true) };
  }
  // "Redirect to app to initiate login (OIDC compliant)", in the words of the Okta console.
  return { idpInitiatedLogin: { mode: 'SPEC', default_scope: [] }, ...(isShown ? {} : hidden(false)) };
}

/** The list as it is to be: what others put in it, then what the template wants; as it is, if nothing comes or goes. */
export function changed(current: readonly string[], { wanted, addedBefore }: ListChange): string[] {
  const others = without(current, addedBefore);
  const after = [...new Set([...others, ...wanted])];
  const isSame = after.length === current.length && after.every((item) => current.includes(item));
  return isSame ? [...current] : after;
}

export function without(names: readonly string[] = [], taken: readonly string[] = []): string[] {
  return names.filter((name) => !taken.includes(name));
}

function including(names: readonly string[] | undefined, name: string): string[] {
  return names?.includes(name) ? [...names] : [...(names ?? []), name];
}
