import type { Application } from '../../../local/okta/org.ts';
import { markerSchema } from './marker.ts';
import type { World } from './world.ts';

/**
 * All that there is in Okta and Cognito, in a form that two runs can be compared by: what differs in each run
 * (IDs, secrets, dates) is replaced by what it stands for. Neighbors are in it as well as what is looked at.
 */
export function view(world: World) {
  const applications = [...world.org.applications.values()];
  const names = new Map(applications.map((application) => [application.id, nameOf(application)]));
  return {
    applications: sorted(
      applications.map((application) => ({
        name: nameOf(application),
        status: application.status,
        ...parsed(JSON.stringify(application.document).replaceAll(application.id, nameOf(application))),
        groups: sorted([...application.groupAssignments.keys()].map((id) => world.org.groups.get(id)?.name)),
        users: sorted([...application.userAssignments.keys()]),
        secrets: sorted(application.secrets.map(({ status }) => status)),
        claims: sorted(application.federatedClaims.map(({ name, expression }) => `${name}: ${expression}`)),
        policy: world.org.policies.get(application.accessPolicyId)?.name,
      })),
    ),
    providers: sorted(
      [...world.cognito.providers.values()].map(({ CreationDate, LastModifiedDate, ...provider }) => ({
        ...provider,
        IdpIdentifiers: sorted([...provider.IdpIdentifiers]),
        ProviderDetails: {
          ...provider.ProviderDetails,
          client_id:
            names.get(provider.ProviderDetails.client_id ?? '') ?? provider.ProviderDetails.client_id,
          client_secret: secretOf(applications, provider.ProviderDetails),
        },
      })),
    ),
    appClients: sorted(
      [...world.cognito.clients.values()].map(({ id, settings }) => ({
        id,
        ...settings,
        SupportedIdentityProviders: sorted([...(settings.SupportedIdentityProviders ?? [])]),
      })),
    ),
  };
}

export type View = ReturnType<typeof view>;

/** Whose an application is; its ID if it has no owner: that one is never created again. */
function nameOf(application: Application): string {
  const marker = markerSchema.safeParse(application.document.profile?.okta_cognito_idp).data;
  if (!marker) return application.id;
  return `the application of ${marker.logicalResourceId} of ${marker.stackId} for ${marker.userPoolId} ${marker.providerName}`;
}

function secretOf(applications: Application[], details: Readonly<Record<string, string>>): string {
  const owner = applications.find(({ clientId }) => clientId === details.client_id);
  const secret = owner?.secrets.find(({ value }) => value === details.client_secret);
  return secret ? `an ${secret.status} secret of it` : 'no secret of it';
}

function parsed(json: string): object {
  const value: unknown = JSON.parse(json, (name, inner) =>
    // The org shows these links whether they were ever sent back or not; and the order of lists says nothing.
    name === 'appLinks' ? undefined : Array.isArray(inner) ? sorted(inner) : inner,
  );
  return Object(value);
}

function sorted<T>(items: T[]): T[] {
  return items.sort((a, b) => JSON.stringify(a ?? '').localeCompare(JSON.stringify(b ?? '')));
}
