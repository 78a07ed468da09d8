import { isDeepStrictEqual } from 'node:util';
import type { Application } from '../../okta/applications.ts';
import type { FoundSettings } from '../journal/records.ts';
import type { Properties } from '../properties/properties.ts';
import { mergeNotes, withoutConsent } from './consent-notes.ts';

type Json = FoundSettings[string];

/** A simple setting of an Okta application. */
interface Row {
  /** Its place in Okta's document. */
  readonly at: readonly string[];
  /** The template's property that sets it as it is. A template that drops the property unsets it. */
  readonly property?: TextProperty;
}

/** A property that is a text, if it is given. */
type TextProperty = {
  [Name in keyof Properties]: Properties[Name] extends string | undefined ? Name : never;
}[keyof Properties];

/**
 * The simple settings, a row each. The functions below set and unset each row, and put back what an adoption found. A new
 * row needs no more code here: CONTRIBUTING.md has the other places of a new property.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/#tag/Application/operation/replaceApplication
 */
const rows = {
  label: { at: ['label'] },
  notes: { at: ['settings', 'notes', 'admin'], property: 'Notes' },
  logoUri: { at: ['settings', 'oauthClient', 'logo_uri'], property: 'LogoUri' },
  issuerMode: { at: ['settings', 'oauthClient', 'issuer_mode'] },
  grantTypes: { at: ['settings', 'oauthClient', 'grant_types'] },
  responseTypes: { at: ['settings', 'oauthClient', 'response_types'] },
  pkceRequired: { at: ['credentials', 'oauthClient', 'pkce_required'] },
  /** Federation Broker Mode, "immediate access" in the console: everyone may sign in, and Okta takes no assignments. */
  federationBrokerMode: { at: ['settings', 'implicitAssignment'] },
  // The dashboard tile takes three: its address, how it starts a sign-in, and whether it is shown.
  initiateLoginUri: { at: ['settings', 'oauthClient', 'initiate_login_uri'], property: 'InitiateLoginUri' },
  idpInitiatedLogin: { at: ['settings', 'oauthClient', 'idp_initiated_login'] },
  tileHidden: { at: ['visibility', 'hide'] },
} as const satisfies Record<string, Row>;

type SettingName = keyof typeof rows;

/** The names of all rows. */
export const settingNames = Object.keys(rows).filter((name): name is SettingName => name in rows);
const table: Readonly<Record<SettingName, Row>> = rows;

/** What to set; `null` to unset; a name that is missing, or `undefined`, is left alone. */
export type WantedSettings = { readonly [Name in SettingName]?: Json | undefined };

/** @returns `null` if it is not set. */
export function settingOf(document: object, name: SettingName): Json {
  let value: unknown = document;
  for (const key of table[name].at) value = isObject(value) ? Reflect.get(value, key) : undefined;
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}

/** A copy with the wanted ones set, and with everything else as it is. */
export function withSettings<T extends object>(document: T, wanted: WantedSettings): T {
  const copy = structuredClone(document);
  const asked = withConsentKept(document, wanted);
  for (const name of differing(document, asked)) put(copy, table[name].at, asked[name] ?? null);
  return copy;
}

/** The current values of the settings that differ from the wanted ones. */
export function foundBefore(application: Application, wanted: WantedSettings): FoundSettings {
  return Object.fromEntries(
    differing(application, withConsentKept(application, wanted)).map((name) => [
      name,
      ownPart(application, name),
    ]),
  );
}

/** The lines of a note with which an administrator consents to an adoption are never this resource's. */
function withConsentKept(document: object, wanted: WantedSettings): WantedSettings {
  const { notes } = wanted;
  if (typeof notes !== 'string' && notes !== null) return wanted;
  return { ...wanted, notes: mergeNotes(noteOf(document), notes) };
}

function ownPart(document: object, name: SettingName): Json {
  return name === 'notes' ? (withoutConsent(noteOf(document)) ?? null) : settingOf(document, name);
}

function noteOf(document: object): string | null {
  const note = settingOf(document, 'notes');
  return typeof note === 'string' ? note : null;
}

/** What an adoption found, to be put back. */
export function settingsAsFound(found: FoundSettings): WantedSettings {
  return Object.fromEntries(
    settingNames.flatMap((name) => (name in found ? [[name, found[name] ?? null]] : [])),
  );
}

/**
 * What the template's properties set. A property that the template does not name any more is unset; but what is not as an
 * earlier template said is an administrator's, and stays.
 * @param earlier the properties that may be in force.
 */
export function settingsByProperties(
  properties: Properties,
  earlier: readonly Properties[],
  application: Application | undefined,
): WantedSettings {
  const wanted: [SettingName, Json][] = [];
  for (const name of settingNames) {
    const { property } = table[name];
    const value = property && properties[property];
    const current = application && ownPart(application, name);
    const isOurs =
      property && earlier.some((one) => one[property] !== undefined && one[property] === current);
    if (value !== undefined) wanted.push([name, value]);
    else if (isOurs) wanted.push([name, null]);
  }
  return Object.fromEntries(wanted);
}

function differing(document: object, wanted: WantedSettings): SettingName[] {
  return settingNames.filter((name) => {
    const value = wanted[name];
    return value !== undefined && !isDeepStrictEqual(settingOf(document, name), value);
  });
}

/** `null` removes it: Okta forgets what its PUT is not sent, and its contract has no null for these. */
function put(document: object, place: readonly string[], value: Json): void {
  const [last = ''] = place.slice(-1);
  let holder = document;
  for (const key of place.slice(0, -1)) {
    const inner: unknown = Reflect.get(holder, key);
    const next = isObject(inner) ? inner : {};
    if (next !== inner) Reflect.set(holder, key, next);
    holder = next;
  }
  if (value === null) Reflect.deleteProperty(holder, last);
  else Reflect.set(holder, last, value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
