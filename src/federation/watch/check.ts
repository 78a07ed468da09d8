import type { Allotment } from '../../cloudformation/deadline.ts';
import { type ClientSecret, listClientSecrets } from '../../okta/client-secrets.ts';
import { OktaError } from '../../okta/errors.ts';
import { UnreachableError } from '../ask.ts';
import type { Services } from '../connections.ts';
import type { Journal } from '../journal/journal.ts';
import { probeSignIn } from '../made.ts';
import { InvalidRequestError } from '../properties/properties.ts';
import { SignInProbeError } from '../verify/verify.ts';
import { type Difference, differencesOf } from './drift.ts';
import { type Foresight, foresee } from './foresee.ts';
import { type StandingFederation, updateToSame } from './standing.ts';

/** Whether people can sign in; `undefined` if the template says not to look (`Verify: false`). */
export type SignIn = { readonly works: boolean | undefined; readonly reason?: string };

/** What is true of a federation that stands. */
export interface Finding {
  readonly signIn: SignIn;
  /** Settings that are not as the template said when it was last fulfilled. */
  readonly differences: readonly Difference[];
  /** Preconditions that do not hold any more, each a sentence. */
  readonly problems: readonly string[];
  /** When the client secret in use was made, in milliseconds since the epoch; `undefined` if Okta does not show it. */
  readonly secretSince: number | undefined;
  /** `undefined` if the properties are not valid for this release. */
  readonly foresight: Foresight | undefined;
}

export function isDrifted({ differences, problems }: Pick<Finding, 'differences' | 'problems'>): boolean {
  return differences.length > 0 || problems.length > 0;
}

/**
 * Looks at a federation that stands, with the plan and the probes of a deployment, and changes nothing.
 * @param halves which of the two are looked at: `drift` asks for the plan alone.
 * @throws everything that a call throws: then nothing is known.
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
    return unknown(error.message);
  }
  const { planned, problems, observed } = foresight;
  const differences = planned ? differencesOf(planned.plan, planned.goal, observed) : [];
  const [signIn, secretSince] = await Promise.all([
    halves.probes ? probe(foresight, time.signal) : { works: undefined },
    halves.probes ? secretAge(federation, foresight) : federation.standing.secret.since,
  ]);
  return { signIn, differences, problems, secretSince, foresight };
}

function unknown(problem: string): Finding {
  return {
    signIn: { works: undefined },
    differences: [],
    problems: [problem],
    secretSince: undefined,
    foresight: undefined,
  };
}

/** Probes what people use now: the client and the secret that Cognito has. */
async function probe({ planned, observed, problems }: Foresight, signal: AbortSignal): Promise<SignIn> {
  const { provider, issuer } = observed;
  if (!provider)
    return {
      works: false,
      reason: 'The user pool has no such identity provider. Deploy the stack to create it again.',
    };
  if (!provider.clientSecret)
    return {
      works: false,
      reason: 'The identity provider has no client secret. Deploy the stack to set it again.',
    };
  if ('problem' in issuer) return { works: false, reason: issuer.problem };
  if (!planned) return { works: false, reason: problems.join(' ') };
  if (!issuer.metadata) return { works: undefined };
  const { clientId, clientSecret, scopes } = provider;
  try {
    await probeSignIn(planned.goal, observed, { clientId, clientSecret, scopes, provider }, signal);
    return { works: true };
  } catch (error) {
    if (!(error instanceof SignInProbeError || error instanceof UnreachableError)) throw error;
    return { works: false, reason: error.message };
  }
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
