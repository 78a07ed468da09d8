import { type Application, findApplications, getApplication } from '../../okta/applications.ts';
import type { Okta } from '../../okta/client.ts';
import type { KnownProvider, Past } from '../journal/past.ts';
import { isTaggedFor } from '../ownership/name-tag.ts';
import { type Identity, isSameProvider, labelOf } from '../properties/identity.ts';
import { type Properties, parseIfValid } from '../properties/properties.ts';

/** A way to find an application: by its ID, or by the name tag among those whose label starts so. */
type Lead = { readonly id: string } | { readonly label: string };

/** What is sought: the application of this resource for this provider. */
export interface Sought {
  readonly identity: Identity;
  readonly properties: Properties;
  readonly known: KnownProvider;
  readonly past: Past;
  /** That the physical ID names, if it is of this provider. */
  readonly applicationId: string | undefined;
  readonly stackName: string;
}

/** Ways to find the application to work on, the likeliest first. Pure. */
export function leadsTo({ identity, properties, known, past, applicationId, stackName }: Sought): Lead[] {
  if (properties.Adopt) return [{ id: properties.Adopt.ApplicationId }];
  const [first] = known.applications;
  // An adopted application is worked on further only if it stands: one of a failed attempt is given back.
  const usable = known.applications.filter(
    (one) => one.secretId === properties.OktaSecretId && (!one.found || (one === first && past.standing)),
  );
  const leads: Lead[] = usable.map(({ id, label }) => (id === undefined ? { label } : { id }));
  const isOfAnAdoption = usable.length < known.applications.length;
  if (usable.length === 0 && applicationId && !isOfAnAdoption) leads.push({ id: applicationId });
  const attempted = past.open.flatMap((attempt) => {
    const asked = attempt.federation ? undefined : parseIfValid(attempt.properties);
    const isHere =
      asked &&
      !asked.Adopt &&
      isSameProvider({ userPoolId: asked.UserPoolId, providerName: asked.ProviderName }, identity);
    return isHere && asked.OktaSecretId === properties.OktaSecretId
      ? [{ label: labelOf({ stackName, ...identity }, asked) }]
      : [];
  });
  return [...leads, ...attempted];
}

export async function findApplication(okta: Okta, sought: Sought): Promise<Application | undefined> {
  const known = new Set(sought.known.applications.flatMap(({ id }) => id ?? []));
  const sawLabels = new Set<string>();
  for (const lead of leadsTo(sought)) {
    if ('id' in lead) {
      const found = await getApplication(okta, lead.id);
      if (found) return found;
    } else if (!sawLabels.has(lead.label)) {
      sawLabels.add(lead.label);
      const tagged = await findTagged(okta, sought.identity, lead.label);
      const found = tagged.find(({ id }) => !known.has(id));
      if (found) return found;
    }
  }
  return undefined;
}

/**
 * Finds the applications that carry this identity's name tag, the oldest first.
 * @param label that theirs start with.
 */
export async function findTagged(okta: Okta, identity: Identity, label: string): Promise<Application[]> {
  const found = await findApplications(okta, label);
  return found
    .filter((application) => isTaggedFor(application, identity))
    .sort((one, other) => String(one.created ?? '').localeCompare(String(other.created ?? '')));
}
