import type { IdentityProvider } from '../../cognito/identity-providers.ts';
import { type Application, clientIdOf } from '../../okta/applications.ts';
import type { ApplicationRecord, ProviderRecord } from '../journal/records.ts';
import type { Identity } from '../properties/identity.ts';
import type { Properties } from '../properties/properties.ts';
import { isTaggedFor, nameTagOf } from './name-tag.ts';

/**
 * Whose an object is. It is decided once, when the object is observed, and travels with it.
 *
 *     own         this resource made it
 *     adopted     it was there before, and this resource has taken it over
 *     another's   another resource of this provider has it
 *     unmarked    nothing says whose it is: an administrator made it
 */
export type Relation = 'own' | 'adopted' | "another's" | 'unmarked';

/**
 * @param known what the journal has of it. The name tag counts only if the journal has nothing: every administrator of the
 * application can edit it.
 */
export function relationOfApplication(
  application: Application,
  identity: Identity,
  known: ApplicationRecord | undefined,
): Relation {
  if (known) return known.found ? 'adopted' : 'own';
  const tag = nameTagOf(application);
  if (!tag) return 'unmarked';
  if (!isTaggedFor(application, identity)) return "another's";
  return tag.adopted ? 'adopted' : 'own';
}

/**
 * Tells whether a template adopts an application that this resource did not make. It did if it took the federation over from
 * a resource that had made it.
 */
export function adopts(
  { Adopt }: Pick<Properties, 'Adopt'>,
  known: readonly Pick<ApplicationRecord, 'id' | 'found'>[],
): boolean {
  return Adopt !== undefined && !known.some(({ id, found }) => id === Adopt.ApplicationId && !found);
}

/**
 * What the journal has of an application. An attempt that died between Okta's answer and its own next write has recorded
 * what it was about to add, but no ID: the name tag says which application it was.
 */
export function recordOf(
  application: Application,
  identity: Identity,
  known: readonly ApplicationRecord[],
): ApplicationRecord | undefined {
  const named = known.find(({ id }) => id === application.id);
  if (named || !isTaggedFor(application, identity)) return named;
  return known.find(({ id }) => id === undefined);
}

/** What makes a provider ours. */
export interface ProviderEvidence {
  readonly known: ProviderRecord | undefined;
  /** OAuth clients that the journal or the physical ID names. */
  readonly clientIds: ReadonlySet<string>;
  /** The application to work on. */
  readonly application: { readonly document: Application; readonly relation: Relation } | undefined;
}

/** The provider is ours if its client is that of an application of ours. */
export function relationOfProvider(
  provider: IdentityProvider,
  { known, clientIds, application }: ProviderEvidence,
): Relation {
  const isOfJournal = clientIds.has(provider.clientId);
  const isOfApplication = application !== undefined && clientIdOf(application.document) === provider.clientId;
  if (!isOfJournal && !isOfApplication) return "another's";
  if (known) return known.found ? 'adopted' : 'own';
  // Without a journal it was there before if its application was.
  return isOfApplication && application.relation !== 'own' ? 'adopted' : 'own';
}
