import { describeIdentityProvider } from '../cognito/identity-providers.ts';
import { clientIdOf } from '../okta/applications.ts';
import type { Secret } from '../secret.ts';
import {
  hasTimeToRotate,
  type RotationOrder,
  repairSecret,
  requireTimeToRotate,
  rotate,
  settleRotation,
} from './apply/rotate.ts';
import { applicationOf, clientSecretOf, type Site, type Workpiece } from './apply/site.ts';
import { UnreachableError } from './ask.ts';
import { OktaRateLimitError } from './ask-okta.ts';
import { connect, targetOf } from './connections.ts';
import type { SecretRecord } from './journal/records.ts';
import { probeSignIn } from './made.ts';
import type { Observed } from './observe/observed.ts';
import type { Order, Progress } from './order.ts';
import type { Goal } from './plan/goal.ts';
import type { RotationNeed } from './plan/rotation-plan.ts';
import type { Plan } from './plan/steps.ts';
import type { Turn } from './turn.ts';
import { SignInProbeError } from './verify/verify.ts';

/** What the steps have made, and what the proof needs of it. */
interface Work {
  readonly goal: Goal;
  readonly observed: Observed;
  readonly plan: Plan;
  readonly site: Site;
  readonly workpiece: Workpiece;
  /** Whether the client secret has to be rotated, or a rotation to be ended. */
  readonly need: RotationNeed | undefined;
  /** What the journal knows of the client secret. */
  readonly secret: SecretRecord;
  /** Writes it to the journal. */
  readonly record: (secret: SecretRecord) => Promise<void>;
}

/**
 * Proves that people can sign in, with the client secret that is asked for: rotates it or ends a rotation if need be.
 * @returns what the journal has to say of the client secret.
 * @throws SignInProbeError, UnreachableError, OktaRateLimitError, RotationFailedError, InvalidRequestError; everything that a call throws.
 */
export async function proveSignIn(
  turn: Turn,
  order: Order,
  work: Work,
  progress: Progress,
): Promise<SecretRecord> {
  const { services, deadline } = turn;
  const { goal, observed, site, workpiece, need } = work;
  progress.doing = 'probing the sign-in';
  const application = applicationOf(workpiece);
  // What a step has just set, Cognito discovers again.
  const isSet = work.plan.some((stage) => stage.some((step) => step.do.endsWith('IdentityProvider')));
  const provider = isSet ? undefined : observed.provider;
  const client = { clientId: clientIdOf(application), scopes: goal.settings.scopes, provider };
  const probe = (clientSecret: Secret) =>
    probeSignIn(goal, observed, { ...client, clientSecret }, deadline.work);
  if (observed.provider?.relation === "another's") {
    services.log('Another resource has the provider; the sign-in through it is not looked at.');
    return work.secret;
  }
  const tolerate = (error: unknown) => {
    const isTolerable =
      error instanceof SignInProbeError ||
      error instanceof UnreachableError ||
      error instanceof OktaRateLimitError;
    if (!order.isTolerant || !isTolerable) throw error;
    services.warn('The sign-in does not work, as before the attempt, or could not be probed.', error);
  };
  if (need?.do === 'rotate') {
    progress.doing = 'rotating the client secret';
    requireTimeToRotate(work.secret, deadline.work.endsAt - Date.now());
    const rotated = await rotate(await rotationOf(turn, order, work, probe), need.secretVersion);
    return 'secret' in rotated ? rotated.secret : work.secret;
  }
  if (need && hasTimeToRotate(deadline.work.endsAt - Date.now())) {
    const settled = await settleRotation(await rotationOf(turn, order, work, probe));
    await probe(settled.clientSecret).catch(tolerate);
    return settled.secret;
  }
  // Both secrets work until the watch, or the next Update, ends the rotation.
  if (need) services.log('There is no time to end the interrupted rotation; a later event ends it.');
  try {
    await probe(await clientSecretOf(site.okta, workpiece));
  } catch (error) {
    // An administrator may have changed the client secret in Okta.
    const repaired =
      error instanceof SignInProbeError
        ? await repairSecret(site, application, workpiece.clientSecret).catch(() => undefined)
        : undefined;
    if (repaired) await probe(repaired);
    else tolerate(error);
  }
  return work.secret;
}

async function rotationOf(
  { request, services, deadline }: Turn,
  { properties }: Order,
  { site, workpiece, secret, record }: Work,
  probe: RotationOrder['probe'],
): Promise<RotationOrder> {
  return {
    site,
    cleanUpSite: async () => {
      const within = connect(services, request, targetOf(properties), deadline.cleanUp);
      return { ...site, ...within, okta: await within.okta };
    },
    applicationId: applicationOf(workpiece).id,
    secret,
    record,
    provider: await requiredProvider(site),
    probe,
    patienceMs: Number.POSITIVE_INFINITY,
    warn: services.warn,
  };
}

async function requiredProvider({ cognito, identity }: Site) {
  const provider = await describeIdentityProvider(cognito, identity.userPoolId, identity.providerName);
  if (!provider)
    throw new Error(
      `The provider ${identity.providerName} was deleted during the deployment. Deploy again to create it.`,
    );
  return provider;
}
