import type { Allotment } from '../../cloudformation/deadline.ts';
import { parsePhysicalId } from '../../cloudformation/physical-id.ts';
import { describeIdentityProvider } from '../../cognito/identity-providers.ts';
import { OwnCreates } from '../../okta/own-creates.ts';
import { type Connections, connect, type Services, targetOf } from '../connections.ts';
import type { Journal } from '../journal/journal.ts';
import { knownAt, type Past, pastOf } from '../journal/past.ts';
import { rememberCreates } from '../journal/recent-creates.ts';
import { retainedBefore } from '../journal/retained.ts';
import { observe } from '../observe/observe.ts';
import type { Observed } from '../observe/observed.ts';
import { handedProblem } from '../ownership/takeover.ts';
import { retainedElsewhere } from '../plan/adoption.ts';
import { type Goal, goalOf } from '../plan/goal.ts';
import { permissionProblems } from '../plan/permissions.ts';
import { planFederation } from '../plan/plan.ts';
import { problemsOf } from '../plan/preconditions.ts';
import { type RotationNeed, rotationNeed } from '../plan/rotation-plan.ts';
import { settle } from '../plan/settings.ts';
import type { Plan } from '../plan/steps.ts';
import { identityOf, isSameProvider, labelOf, type Place, placeOf } from '../properties/identity.ts';
import { InvalidRequestError, type Properties, parseProperties } from '../properties/properties.ts';
import type { RequestOf } from '../turn.ts';

/** What a Create or an Update would do if it came now. */
export interface Foresight {
  readonly connections: Connections;
  readonly observed: Observed;
  readonly past: Past;
  /** `undefined` if it would be refused before it plans anything. */
  readonly planned: { readonly goal: Goal; readonly plan: Plan } | undefined;
  readonly rotation: RotationNeed | undefined;
  /** Preconditions that do not hold, each a sentence. */
  readonly problems: readonly string[];
  readonly isReplacement: boolean;
}

/**
 * Observes and plans as a deployment does, with the same code, and changes nothing.
 * @throws InvalidRequestError if the properties are not valid; everything that a call throws.
 */
export async function foresee(
  request: RequestOf<'Create'> | RequestOf<'Update'>,
  journal: Journal,
  services: Services,
  time: Allotment,
): Promise<Foresight> {
  const properties = parseProperties(request.properties);
  const identity = identityOf(request, properties);
  const current = request.requestType === 'Update' ? parsePhysicalId(request.physicalResourceId) : undefined;
  const isReplacement = current !== undefined && !isSameProvider(current, placeOf(properties));
  const past = pastOf(journal, request, identity);
  const known = knownAt(past, identity);
  const { ownCreates = new OwnCreates() } = services;
  rememberCreates(journal, ownCreates);
  const connections = connect({ ...services, ownCreates }, request, targetOf(properties), time);
  const observed = await observe(connections, {
    identity,
    properties,
    known,
    past,
    applicationId: isReplacement ? undefined : current?.applicationId,
    stackName: request.stackName,
  });
  const settings = settle(properties, known, labelOf(request, properties), observed);
  const asked = { identity, properties, known, settings };
  const handed = handedProblem(past);
  const problems = [
    ...(handed === undefined ? [] : [handed]),
    ...problemsOf(identity, properties, settings, observed),
    ...retainedElsewhere(identity, properties, retainedBefore(journal, request, past), observed.provider),
    ...(await permissionProblemsOf(request, services, time.signal, asked, observed)),
    ...(current && isReplacement ? await keptIdentifiers(connections, current, properties) : []),
  ];
  return {
    connections,
    observed,
    past,
    isReplacement,
    rotation: rotationNeed(known.secret, observed.application && properties.SecretVersion),
    ...plannedInSpite(problems, asked, observed, past),
  };
}

/** Which permissions a deployment would miss. */
export async function permissionProblemsOf(
  request: RequestOf<'Create'> | RequestOf<'Update'>,
  { adoption, oktaSecretId, policy }: Services,
  signal: AbortSignal,
  asked: Omit<Goal, 'issuer'>,
  observed: Observed,
): Promise<readonly string[]> {
  const permissions = { request, adoption, oktaSecretId, policy: await policy(signal) };
  return permissionProblems(permissions, asked, observed);
}

/** Plans in spite of the problems, which are reported separately. */
export function plannedInSpite(
  problems: readonly string[],
  asked: Omit<Goal, 'issuer'>,
  observed: Observed,
  past: Past,
): Pick<Foresight, 'problems' | 'planned'> {
  try {
    const goal = goalOf(asked, observed, past, { warn: () => undefined });
    return { problems, planned: { goal, plan: planFederation(goal, observed) } };
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    return { problems: [...new Set([...problems, error.message])], planned: undefined };
  }
}

/** A replacement is made before the old provider goes, and Cognito refuses an identifier that the old one still has. */
async function keptIdentifiers(
  { cognito }: Connections,
  { userPoolId, providerName }: Place,
  { UserPoolId, IdpIdentifiers: wanted = [] }: Properties,
): Promise<string[]> {
  if (UserPoolId !== userPoolId || wanted.length === 0) return [];
  const old = await describeIdentityProvider(cognito, userPoolId, providerName);
  const kept = wanted.filter((identifier) => old?.idpIdentifiers.includes(identifier));
  return kept.length === 0
    ? []
    : [
        `IdpIdentifiers: the identity provider ${providerName}, which this update replaces, still has ${kept.join(', ')}, and Cognito allows each identifier once in a user pool. Remove IdpIdentifiers from the template, deploy the change, then add them again.`,
      ];
}
