import { domainHost } from '../../support/cognito-fake/user-pools.ts';
import { markerSchema } from '../../support/virtual/marker.ts';
import type { ClientName, clientPools, Model } from './model.ts';
import type { Stage } from './stage.ts';

/** What is compared: everything that there is in Okta and Cognito, and the leases that are held. */
export interface Look {
  readonly applications: readonly object[];
  readonly providers: readonly object[];
  readonly clients: readonly object[];
  readonly leases: readonly string[];
}

/** How it should look. */
export function lookOf(model: Model): Look {
  const nameOf = ({ isHandMade, owner }: { isHandMade: boolean; owner: string }) =>
    isHandMade ? 'Staff portal' : owner;
  return {
    applications: sorted(
      [...model.applications].map((application) => ({
        name: nameOf(application),
        owner: application.owner,
        label: application.label,
        notes: application.notes,
        isActive: application.isActive,
        groups: sorted([...application.groups]),
        uris: sorted([...application.uris]),
        // What the product does not manage, and what it manages while it has it.
        profile: application.isHandMade ? { costCentre: '4711' } : {},
        wantsPkce: application.owner === 'by hand',
        grants: ['authorization_code', ...(application.isHandMade ? ['refresh_token'] : [])],
        secrets: ['ACTIVE'],
      })),
    ),
    providers: sorted(
      [...model.providers].map(([key, { application, method, identifiers }]) => {
        const isThere = application !== 'unknown' && model.applications.has(application);
        return {
          key,
          application: isThere ? nameOf(application) : 'none that is there',
          method,
          identifiers: sorted([...identifiers]),
        };
      }),
    ),
    clients: sorted(
      [...model.clients].map(([name, { providers, sessionMinutes }]) => ({
        ClientName: name,
        AuthSessionValidity: sessionMinutes,
        providers: sorted([...providers]),
        others: 'as they were',
      })),
    ),
    leases: [],
  };
}

/** How it looks. */
export function lookAt({ world, pools, clients, handMadeId, empty }: Stage): Look {
  const names = new Map<string, string>(Object.entries(pools).map(([name, { id }]) => [id, name]));
  const poolUris = Object.values(pools).flatMap((pool) =>
    pool.domains.map((domain) => `https://${domainHost(pool, domain)}/oauth2/idpresponse`),
  );
  const ownerOf = (profile: unknown) => {
    const marker = markerSchema.safeParse(Object(profile).okta_cognito_idp).data;
    if (!marker) return 'by hand';
    const [, stack] = /:stack\/([^/]+)\//.exec(marker.stackId) ?? [];
    return `${stack} ${names.get(marker.userPoolId)} ${marker.providerName}`;
  };
  const nameOf = (id: string) =>
    id === handMadeId ? 'Staff portal' : ownerOf(world.org.applications.get(id)?.document.profile);
  return {
    applications: sorted(
      [...world.org.applications.values()].map((application) => {
        const { label, profile, settings, credentials } = application.document;
        const { okta_cognito_idp: marker, ...others } = profile ?? {};
        const { redirect_uris: uris = [], grant_types: grants } = settings.oauthClient;
        return {
          name: nameOf(application.id),
          owner: ownerOf(profile),
          label,
          notes: settings.notes?.admin ?? undefined,
          isActive: application.status === 'ACTIVE',
          groups: sorted(
            [...application.groupAssignments.keys()].map((id) => world.org.groups.get(id)?.name),
          ),
          uris: sorted(uris.map((uri) => (poolUris.includes(uri) ? 'the pool’s' : uri))),
          profile: others,
          wantsPkce: credentials.oauthClient.pkce_required,
          grants,
          secrets: application.secrets.map(({ status }) => status),
        };
      }),
    ),
    providers: sorted(
      [...world.cognito.providers.values()].map(
        ({ UserPoolId, ProviderName, ProviderDetails, IdpIdentifiers }) => {
          const {
            client_id: id = '',
            client_secret: secret,
            attributes_request_method: method,
          } = ProviderDetails;
          const application = world.org.applications.get(id);
          const fits = application?.secrets.some(
            ({ status, value }) => status === 'ACTIVE' && value === secret,
          );
          return {
            key: `${names.get(UserPoolId)} ${ProviderName}`,
            application: application
              ? `${nameOf(id)}${fits ? '' : ', with no secret of it'}`
              : 'none that is there',
            method,
            identifiers: sorted([...IdpIdentifiers]),
          };
        },
      ),
    ),
    clients: sorted(
      clientNames.map((name) => {
        const { SupportedIdentityProviders: providers = [], ...others } =
          world.cognito.clients.get(clients[name])?.settings ?? {};
        const { SupportedIdentityProviders: _, ...before } =
          empty.cognito.clients.get(clients[name])?.settings ?? {};
        const { ClientName, AuthSessionValidity } = others;
        const same = plain({ ...before, AuthSessionValidity }) === plain(others);
        return {
          ClientName,
          AuthSessionValidity,
          providers: sorted([...providers]),
          others: same ? 'as they were' : others,
        };
      }),
    ),
    leases: [...world.leases]
      .filter(([, { holder, expiresAt }]) => holder && expiresAt && 'N' in expiresAt && !isOver(expiresAt))
      .map(([name]) => name),
  };
}

/** A lease whose holder was killed is anyone's after its time. */
function isOver(expiresAt: { readonly S: string } | { readonly N: string } | undefined): boolean {
  return expiresAt !== undefined && 'N' in expiresAt && Number(expiresAt.N) < Date.now();
}

const clientNames: ClientName[] = ['web', 'mobile', 'kiosk'] satisfies (keyof typeof clientPools)[];

function sorted<T>(items: T[]): T[] {
  return items.sort((a, b) => JSON.stringify(a ?? '').localeCompare(JSON.stringify(b ?? '')));
}

/** With its fields in any order. */
function plain(value: object): string {
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => a.localeCompare(b)));
}
