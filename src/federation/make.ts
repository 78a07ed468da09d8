import type { Allotment } from '../cloudformation/deadline.ts';
import { formatPhysicalId } from '../cloudformation/physical-id.ts';
import type { CustomResourceRequest } from '../cloudformation/request.ts';
import type { Answer } from '../cloudformation/response.ts';
import type { AppClient } from '../cognito/app-clients.ts';
import { apply, clientIdOf, clientSecretOf, foreignProvider, type Workpiece } from './apply.ts';
import type { Identity } from './marker.ts';
import { type Observed, observe } from './observe.ts';
import { planFederation } from './plan.ts';
import { problemsOf } from './preconditions.ts';
import { defaultLabel, InvalidRequestError, type Properties } from './properties.ts';
import { connect, type Surroundings } from './surroundings.ts';
import { signInUrl, verify } from './verify.ts';

/** How far an attempt has come; what is in it stays true where the attempt fails. */
export interface Attempt {
  /** For the person who deployed, where the time runs out. */
  doing: string;
  /** Whether there may be something of this federation. */
  begun: boolean;
  /** Whether the application was there before this attempt. */
  foundApplication: boolean;
  applicationId: string | undefined;
}

export function newAttempt(): Attempt {
  return {
    doing: 'looking at what is there',
    begun: false,
    foundApplication: false,
    applicationId: undefined,
  };
}

/**
 * Makes a federation, or makes one that is there what the template asks for: the four steps.
 * @param applicationId the application that the physical ID names, if it is of this pool and provider.
 * @param attempt is told how far it came.
 * @returns the answer for CloudFormation.
 * @throws InvalidRequestError where a precondition does not hold, and nothing was made; whatever a call throws.
 */
export async function make(
  request: CustomResourceRequest,
  identity: Identity,
  desired: Properties,
  applicationId: string | undefined,
  time: Allotment,
  surroundings: Surroundings,
  attempt: Attempt,
): Promise<Answer> {
  const sources = connect(surroundings, identity.userPoolId, time);
  const label = labelOf(request, desired);

  const observed = await observe(sources, identity, desired, applicationId, label);
  attempt.foundApplication = observed.application !== undefined;
  attempt.begun = attempt.foundApplication;
  attempt.applicationId = observed.application?.id;
  const problems = problemsOf(desired, request.logicalResourceId, observed);
  if (problems.length > 0) throw new InvalidRequestError(problems.join(' '));
  if (isForeign(observed, applicationId)) throw foreignProvider(identity);

  const plan = planFederation(identity, desired, label, observed);
  surroundings.log('Planned.', { steps: plan.map((stage) => stage.map((step) => step.do)) });

  const okta = await sources.okta;
  const workpiece: Workpiece = {
    application: observed.application,
    clientSecret:
      observed.application && observed.provider?.clientId === clientIdOf(observed.application)
        ? observed.provider.clientSecret
        : undefined,
  };
  attempt.begun = true;
  const onStep = (step: { readonly do: string }) => {
    attempt.doing = `taking the step ${step.do}`;
  };
  try {
    await apply(
      plan,
      { identity, okta, cognito: sources.cognito, leases: surroundings.leases, onStep },
      workpiece,
    );
  } finally {
    attempt.applicationId = workpiece.application?.id;
  }

  attempt.doing = 'probing the sign-in';
  const { application } = workpiece;
  if (!application) throw new Error('The plan ended without an application.');
  const domains = (observed.userPool?.domains ?? []).map((domain) => domain.host);
  const appClients = [...observed.appClients.values()].filter(
    (client): client is AppClient => client !== undefined,
  );
  await verify(
    {
      issuer: observed.issuer,
      clientId: clientIdOf(application),
      clientSecret: await clientSecretOf(okta, workpiece),
      scopes: desired.Scopes,
      redirectUris: observed.redirectUris,
      domains,
      providerName: identity.providerName,
      appClients,
    },
    time.signal,
  );
  const [domain = ''] = domains;
  const [firstClient] = appClients;
  return {
    status: 'SUCCESS',
    physicalResourceId: formatPhysicalId({ ...identity, applicationId: application.id }),
    data: {
      ProviderName: identity.providerName,
      ApplicationId: application.id,
      ClientId: clientIdOf(application),
      Issuer: observed.issuer,
      RedirectUri: observed.redirectUris[0] ?? '',
      Domain: domain,
      SignInUrl: firstClient ? signInUrl(domain, firstClient, identity.providerName) : '',
    },
  };
}

export function identityOf(request: CustomResourceRequest, desired: Properties): Identity {
  return {
    stackId: request.stackId,
    logicalResourceId: request.logicalResourceId,
    userPoolId: desired.UserPoolId,
    providerName: desired.ProviderName,
  };
}

export function labelOf(request: CustomResourceRequest, desired: Properties): string {
  return desired.ApplicationLabel ?? defaultLabel(request.stackName, request.logicalResourceId);
}

/**
 * A provider is ours if its client is our application's; the one in the physical ID counts also where somebody deleted
 * that application by hand.
 */
function isForeign(observed: Observed, applicationId: string | undefined): boolean {
  const { provider, application } = observed;
  if (!provider) return false;
  const ownClientIds = [application && clientIdOf(application), applicationId];
  return !ownClientIds.includes(provider.clientId);
}
