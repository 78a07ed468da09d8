import type { Allotment } from '../../cloudformation/deadline.ts';
import { type ClientSecret, listClientSecrets } from '../../okta/client-secrets.ts';
import { OktaError } from '../../okta/errors.ts';
import { UnreachableError } from '../ask.ts';
import { OktaRateLimitError } from '../ask-okta.ts';
import type { Services } from '../connections.ts';
import type { Journal } from '../journal/journal.ts';
import { probeSignIn } from '../made.ts';
import { listingClients } from '../observe/listing-clients.ts';
import type { Observed } from '../observe/observed.ts';
import type { Goal } from '../plan/goal.ts';
import { InvalidRequestError } from '../properties/properties.ts';
import { SignInProbeError } from '../verify/verify.ts';
import { type Difference, differencesOf } from './drift.ts';
import { type Foresight, foresee } from './foresee.ts';
import { onlyRemovesDomains } from './left-domains.ts';
import { type StandingFederation, updateToSame } from './standing.ts';

/** Whether people can sign in. */
export interface SignIn {
  /** `undefined` if the template says not to look (`Verify: false`). */
  readonly works: boolean | undefined;
  readonly reason?: string;
  /** Something could not be reached for a short time: another look may find that all is well. */
  readonly mayBeBlip?: boolean;
}

/** What is true of a federation that stands. */
export interface Finding {
  readonly signIn: SignIn;
  /** Settings that are not as the template said when it was last fulfilled. */
  readonly differences: readonly Difference[];
  /** Whether all that differs is redirect URIs of domains that the user pool no longer has: that is no drift. */
  readonly isLeft: boolean;
  /** Preconditions that no longer hold, each a sentence. */
  readonly problems: readonly string[];
  /** When the client secret in use was made, in milliseconds since the epoch; `undefined` if Okta does not show it. */
  readonly secretSince: number | undefined;
  /** `undefined` if the properties are not valid for this release. */
  readonly foresight: Foresight | undefined;
}

/** What a person is to know of such redirect URIs. */
export const left =
  'The application has redirect URIs of domains that the user pool no longer has. Deploy the stack to remove them.';

export function isDrifted({
  differences,
  problems,
  isLeft,
}: Pick<Finding, 'differences' | 'problems' | 'isLeft'>): boolean {
  return !isLeft && differences.length + problems.length > 0;
}

/**
 * Looks at a federation that stands, with the plan and the probes of a deployment, and changes nothing.
 * @param halves which of the two are looked at: `drift` asks for the plan alone.
 * @throws OktaRateLimitError, and everything that a call throws: then nothing is known.
 */
export async function check(
  federation: StandingFederation,
  journal: Journal,
  services: Services,
  time: Allotment,
  halves: { readonly probes: boolean } = { probes: true },
): Promise<Finding> {
  let foresight: Foresight;
  try {
    foresight = await foresee(updateToSame(federation, 'watch'), journal, services, time);
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    const problems = [error.message];
    const signIn = { works: undefined };
    const nothing = { differences: [], isLeft: false, secretSince: undefined, foresight: undefined };
    return { ...nothing, signIn, problems };
  }
  const { planned, problems, observed } = foresight;
  const unanswered = 'problem' in observed.issuer ? observed.issuer.unanswered : undefined;
  if (unanswered instanceof OktaRateLimitError) throw unanswered;
  const differences = planned ? differencesOf(planned.plan, planned.goal, observed) : [];
  const isLeft = planned !== undefined && problems.length === 0 && onlyRemovesDomains(planned.plan, observed);
  const [signIn, secretSince] = await Promise.all([
    halves.probes ? probe(foresight, time) : { works: undefined },
    halves.probes ? secretAge(federation, foresight) : federation.standing.secret.since,
  ]);
  return { signIn, differences, isLeft, problems, secretSince, foresight };
}

/** What cannot be reached for so long is not reached by another look a moment later either. */
const longestBlipMs = 60_000;

/** Probes what people use now: the client and the secret that Cognito has. */
async function probe(foresight: Foresight, time: Allotment): Promise<SignIn> {
  const { planned, observed, problems } = foresight;
  const { provider, issuer } = observed;
  const fails = (reason: string, mayBeBlip = false) => ({ works: false, reason, mayBeBlip });
  if (!provider)
    return fails('The user pool has no such identity provider. Deploy the stack to create it again.');
  if (!provider.clientSecret)
    return fails('The identity provider has no client secret. Deploy the stack to set it again.');
  if ('problem' in issuer) return fails(issuer.problem, issuer.unanswered !== undefined);
  if (!planned) return fails(problems.join(' '));
  if (!issuer.metadata) return { works: undefined };
  const { clientId, clientSecret, scopes } = provider;
  const seen = await withListingClients(foresight, planned.goal);
  const beganAt = Date.now();
  try {
    await probeSignIn(planned.goal, seen, { clientId, clientSecret, scopes, provider }, time);
    return { works: true };
  } catch (error) {
    if (!(error instanceof SignInProbeError || error instanceof UnreachableError)) throw error;
    const wasShort = Date.now() - beganAt < longestBlipMs;
    return fails(error.message, error instanceof UnreachableError && wasShort);
  }
}

/** A call for each, of an account's quota that deployments share. */
const mostDescribed = 60;

/** As after a deployment, the sign-in is probed with app clients that name the provider themselves if the template lists none. */
async function withListingClients(
  { connections, observed }: Foresight,
  { identity, properties }: Goal,
): Promise<Observed> {
  const isNamed = properties.UserPoolClientIds.length > 0;
  if (isNamed || properties.Verify === 'OktaOnly') return observed;
  return { ...observed, appClients: await listingClients(connections, identity, mostDescribed) };
}

async function secretAge({ standing }: StandingFederation, { connections, observed }: Foresight) {
  const { since } = standing.secret;
  const { application, provider } = observed;
  if (since !== undefined || !application) return since;
  try {
    const secrets = await listClientSecrets(await connections.okta, application.document.id);
    return madeAt(
      secrets.find(({ clientSecret }) => clientSecret.reveal() === provider?.clientSecret?.reveal()),
    );
  } catch (error) {
    // The credentials may not see client secrets: then the age is not known.
    if (!(error instanceof OktaError)) throw error;
    return undefined;
  }
}

function madeAt(secret: ClientSecret | undefined): number | undefined {
  const at = Date.parse(secret?.created ?? '');
  return Number.isNaN(at) ? undefined : at;
}
