import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import type { IdentityProvider } from '../../cognito/identity-providers.ts';
import type { Application } from '../../okta/applications.ts';
import type { IssuerMode } from '../observe/issuer.ts';
import type { Settings } from '../plan/settings.ts';

/** What was not set is null, so that it is told from what was never changed. */
const text = z.nullable(z.string());

/**
 * How an adopted application and its provider were found: of what this resource has changed, what it was before. The
 * marker keeps it, so that the resource's Delete, or the rollback of its Create, leaves them as they were. What is not in
 * it was left alone, and whoever changes it by hand meanwhile is not undone. Lists that were only added to are not in
 * it either: the marker has what was added.
 */
export const foundSchema = z.object({
  active: z.optional(z.boolean()),
  label: z.optional(z.string()),
  pkceRequired: z.optional(z.boolean()),
  grantTypes: z.optional(z.array(z.string())),
  responseTypes: z.optional(z.array(z.string())),
  issuerMode: z.optional(z.string()),
  logoUri: z.optional(text),
  notes: z.optional(text),
  /** The dashboard tile: its address, how it starts a sign-in, and whether it is shown. */
  tile: z.optional(
    z.object({
      initiateLoginUri: text,
      idpInitiatedLogin: z.optional(z.unknown()),
      visibility: z.optional(z.unknown()),
    }),
  ),
  /** `undefined` where the pool had no provider of that name. */
  provider: z.optional(
    z.object({
      issuer: z.optional(z.string()),
      scopes: z.optional(z.array(z.string())),
      attributesRequestMethod: z.optional(z.enum(['GET', 'POST'])),
      attributeMapping: z.optional(z.record(z.string(), z.string())),
    }),
  ),
});

export type Found = z.output<typeof foundSchema>;

/** What an adoption sets, of what it may find set otherwise. */
export interface Alignment {
  readonly settings: Settings;
  readonly issuer: { readonly url: string; readonly mode: IssuerMode | undefined };
}

/**
 * Notes down what is about to be changed for the first time.
 * @param before what was noted at earlier times; it stays.
 * @param provider the pool's, as somebody else made it; `undefined` where there is none, or this resource made it.
 */
export function noteFound(
  before: Found | undefined,
  application: Application,
  provider: IdentityProvider | undefined,
  { settings, issuer }: Alignment,
): Found {
  const client = application.settings?.oauthClient;
  const initiateLoginUri = client?.initiate_login_uri ?? null;
  const tile = {
    initiateLoginUri,
    idpInitiatedLogin: client?.idp_initiated_login,
    visibility: application.visibility,
  };
  const changesTile = (settings.initiateLoginUri ?? initiateLoginUri) !== initiateLoginUri;
  return {
    active: before?.active ?? application.status === 'ACTIVE',
    label: first(before?.label, application.label, settings.label),
    pkceRequired: first(before?.pkceRequired, application.credentials?.oauthClient?.pkce_required, false),
    grantTypes: before?.grantTypes ?? lacking(client?.grant_types, 'authorization_code'),
    responseTypes: before?.responseTypes ?? lacking(client?.response_types, 'code'),
    issuerMode: first(before?.issuerMode, client?.issuer_mode, issuer.mode),
    logoUri: first(before?.logoUri, client?.logo_uri ?? null, settings.logoUri),
    notes: first(before?.notes, application.settings?.notes?.admin ?? null, settings.notes),
    tile: before?.tile ?? (changesTile ? tile : undefined),
    provider: provider && {
      issuer: first(before?.provider?.issuer, provider.issuer, issuer.url),
      scopes: first(before?.provider?.scopes, [...provider.scopes], settings.scopes),
      attributesRequestMethod: first(
        before?.provider?.attributesRequestMethod,
        provider.attributesRequestMethod,
        settings.attributesRequestMethod,
      ),
      attributeMapping: first(
        before?.provider?.attributeMapping,
        { ...provider.attributeMapping },
        settings.attributeMapping,
      ),
    },
  };
}

/** What was noted first, or what is there if that is about to change; `undefined` wanted changes nothing. */
function first<T>(noted: T | undefined, current: T | undefined, wanted: unknown): T | undefined {
  if (noted !== undefined) return noted;
  return wanted === undefined || isDeepStrictEqual(current, wanted) ? undefined : current;
}

function lacking(names: readonly string[] | undefined, name: string): string[] | undefined {
  return names?.includes(name) ? undefined : [...(names ?? [])];
}
