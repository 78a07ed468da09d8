import type { Observed } from './observe/observed.ts';
import { nameTagOf } from './ownership/name-tag.ts';
import type { Takeover } from './ownership/takeover.ts';
import { consentOf } from './plan/consent.ts';
import type { Goal } from './plan/goal.ts';
import { adopterOf } from './plan/permissions.ts';
import type { Turn } from './turn.ts';

/** Logs an adoption or a takeover, before it begins: what is there, what it becomes, whose it was, and by whose consent. */
export function audit(
  { services, request }: Turn,
  {
    goal,
    observed,
    takeover,
  }: { readonly goal: Goal; readonly observed: Observed; readonly takeover: Takeover | undefined },
): void {
  const { application, provider, assignedGroupIds } = observed;
  if (!application || !(takeover || application.relation === 'unmarked')) return;
  const { document } = application;
  const { admin } = document.settings?.notes ?? {};
  const { settings, issuer, identity } = goal;
  services.log(takeover ? 'Takeover of a federation.' : 'Adoption of an Okta application.', {
    applicationId: document.id,
    before: {
      label: document.label,
      redirectUris: document.settings?.oauthClient?.redirect_uris,
      groupIds: assignedGroupIds,
      provider: provider && {
        issuer: provider.issuer,
        scopes: provider.scopes,
        attributeMapping: provider.attributeMapping,
      },
    },
    after: {
      settings: settings.application,
      redirectUris: observed.redirectUris,
      groupIds: observed.groupIds,
      provider: { issuer: issuer.url, scopes: settings.scopes, attributeMapping: settings.attributeMapping },
      userPoolClientIds: settings.userPoolClientIds,
    },
    owner: takeover?.from ?? nameTagOf(document) ?? 'an Okta administrator',
    newOwner: identity,
    consent: takeover
      ? 'none is needed'
      : { mode: services.adoption, ...consentOf(services.adoption, admin, adopterOf(request)) },
  });
}
