import type { KnownProvider, Past } from '../journal/past.ts';
import type { IssuerProblem, Metadata } from '../observe/discovery.ts';
import type { Issuer, IssuerMode } from '../observe/issuer.ts';
import type { Observed } from '../observe/observed.ts';
import { adopts } from '../ownership/whose.ts';
import type { Identity } from '../properties/identity.ts';
import { InvalidRequestError, type Properties } from '../properties/properties.ts';
import { foreignProvider } from './adoption.ts';
import type { WantedApplication } from './application.ts';
import { endsInBrokerMode } from './broker-mode.ts';
import { problemsOf } from './preconditions.ts';
import type { Settings } from './settings.ts';

/** What a plan is made for. */
export interface Goal {
  readonly identity: Identity;
  readonly properties: Properties;
  /** What the journal knows of this provider. */
  readonly known: KnownProvider;
  readonly settings: Settings;
  readonly issuer: {
    readonly url: string;
    readonly mode: IssuerMode | undefined;
    readonly metadata?: Metadata | undefined;
  };
}

/** The Okta application as it is to be. */
export function wantedApplication(goal: Goal, observed: Observed): WantedApplication {
  const { identity, properties, settings, issuer } = goal;
  const { application, redirectUris } = observed;
  return {
    identity,
    isAdopted: adopts(properties, goal.known.applications) || application?.relation === 'adopted',
    settings: { ...settings.application, ...(issuer.mode ? { issuerMode: issuer.mode } : {}) },
    redirectUris: { wanted: redirectUris, addedBefore: application?.record?.redirectUris ?? [] },
    postLogoutRedirectUris: settings.postLogoutRedirectUris,
  };
}

/** In Federation Broker Mode no group needs the assignment. */
export function groupIdsToAssign({ settings }: Goal, observed: Observed): readonly string[] {
  return endsInBrokerMode(settings, observed) ? [] : observed.groupIds;
}

/** Permissions and offers of others. */
interface Voices {
  /** Permissions that are missing. */
  readonly refusals?: readonly string[];
  /** What there is to do if the provider is another's. */
  readonly offer?: string | undefined;
  /** In a rollback, a precondition that fails is logged and left out of the plan. */
  readonly warn?: ((message: string, error: unknown) => void) | undefined;
}

/**
 * Checks what was observed against the preconditions, and says what to plan for. Pure.
 * @throws InvalidRequestError if a precondition does not hold.
 */
export function goalOf(
  asked: Omit<Goal, 'issuer'>,
  observed: Observed,
  past: Past,
  { refusals = [], offer, warn }: Voices = {},
): Goal & { readonly issuer: Exclude<Issuer, IssuerProblem> } {
  const { identity, properties, settings } = asked;
  const { issuer, provider, appClients } = observed;
  const problems = [...problemsOf(identity, properties, settings, observed), ...refusals];
  const refusal = problems.length > 0 ? new InvalidRequestError(problems.join(' ')) : undefined;
  if (refusal && !warn) throw refusal;
  if (refusal) warn?.('The rollback goes on in spite of new problems, which it does not fix.', refusal);
  if (provider?.relation === "another's") {
    const offered = offer === undefined ? {} : { offer };
    const foreign = foreignProvider(identity, provider, properties.Adopt, offered);
    if (!warn || !observed.application) throw foreign;
    warn('Another resource now has the provider; only the application is restored.', foreign);
  }
  if (!('problem' in issuer) && !warn) return { ...asked, issuer };
  const there = settings.userPoolClientIds.filter((id) => appClients.get(id));
  const url = past.standing?.attributes.Issuer ?? provider?.issuer;
  if ('problem' in issuer && !(warn && url)) throw new InvalidRequestError(issuer.problem);
  return {
    ...asked,
    settings: { ...settings, userPoolClientIds: there },
    issuer: 'problem' in issuer ? { url: url ?? '', mode: undefined, metadata: undefined } : issuer,
  };
}
